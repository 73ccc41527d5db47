// swift-tools-version: 6.2
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// The rules of the device package, as far as the libraries below allow: an unmarked unsafe call or any warning stops the
/// build.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

/// Tests follow the same language rules, without strict memory safety: `#expect` expands to code that trips it.
let testing: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let beacon: Target.Dependency = .product(name: "Beacon", package: "bluezone")
let cases: Target.Dependency = .product(name: "Cases", package: "bluezone")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let exposure: Target.Dependency = .product(name: "Exposure", package: "bluezone")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "bluezone-authority",
    products: [
        .executable(name: "bluezone-authority", targets: ["bluezone-authority"])
    ],
    dependencies: [
        .package(name: "bluezone", path: ".."),
        // hummingbird's tests bring it anyway; it sends exports to a bucket.
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // Without its configuration files and without the part of Foundation that brings ICU.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "AuthorityModel", dependencies: [beacon, cases, crypto, cryptoExtras], swiftSettings: strict),
        .target(
            name: "AuthorityPages", dependencies: ["AuthorityModel", "AuthorityStore", beacon], swiftSettings: strict),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "AuthorityStore", dependencies: ["AuthorityModel", beacon, cases, grdb], swiftSettings: strict),
        .target(
            name: "AuthorityPostgres",
            dependencies: [
                "AuthorityModel", "AuthorityStore", "CPostgreSQL", beacon, cases,
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: strict),
        .target(
            name: "AuthorityServer",
            dependencies: [
                "AuthorityModel", "AuthorityPages", "AuthorityPostgres", "AuthorityStore", beacon, cases, crypto,
                exposure, hummingbird, logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "bluezone-authority",
            dependencies: [
                "AuthorityModel", "AuthorityStore", "AuthorityServer", beacon, cases, logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .testTarget(
            name: "AuthorityModelTests", dependencies: ["AuthorityModel", beacon, cases, crypto], swiftSettings: testing
        ),
        .testTarget(
            name: "AuthorityPagesTests", dependencies: ["AuthorityPages", "AuthorityModel", "AuthorityStore", beacon],
            swiftSettings: testing),
        .testTarget(
            name: "AuthorityStoreTests",
            dependencies: ["AuthorityPostgres", "AuthorityStore", "AuthorityModel", beacon, cases],
            swiftSettings: testing),
        .testTarget(
            name: "AuthorityServerTests",
            dependencies: [
                "AuthorityServer", "AuthorityModel", "AuthorityStore", beacon, cases, hummingbird, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            swiftSettings: testing),
    ]
)
