// swift-tools-version: 6.2
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// Set by `make fuzz`: everything of ours is then built with coverage counters and AddressSanitizer, open to the fuzzer
/// as it is to tests.
let isFuzzing = Context.environment["BLUEZONE_FUZZ"] != nil
let fuzzedSwift: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"])] : []
let fuzzedC = isFuzzing ? ["-fsanitize=fuzzer-no-link,address"] : []

/// One set of rules for every Swift target of ours: an unmarked unsafe call or any warning stops the build.
let strict: [SwiftSetting] = fuzzedSwift + [
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
let testing: [SwiftSetting] = fuzzedSwift + [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func floor(_ name: String, on dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func command(_ name: String, on dependencies: [Target.Dependency]) -> Target {
    // The fuzzer has its own `main` and links a command's code as a library.
    isFuzzing
        ? .target(name: name, dependencies: dependencies, swiftSettings: strict + entryPoint(name + "_main"))
        : .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func entryPoint(_ name: String) -> [SwiftSetting] {
    [.unsafeFlags(["-Xfrontend", "-entry-point-function-name", "-Xfrontend", name])]
}

/// The fuzz targets: with the program that `make fuzz` runs, else with tests that replay the corpora.
func fuzzTargets(on dependencies: [Target.Dependency]) -> [Target] {
    guard isFuzzing else {
        return [
            .testTarget(
                name: "FuzzTests", dependencies: dependencies, exclude: ["Program"], swiftSettings: testing)
        ]
    }
    return [
        .target(
            name: "FuzzTargets", dependencies: dependencies, path: "Tests/FuzzTests", exclude: ["Replay"],
            swiftSettings: testing),
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Entry",
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
    ]
}

func tests(of name: String, on dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        swiftSettings: testing)
}

func library(_ name: String, _ pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "bluezone",
    products: isFuzzing
        ? [.executable(name: "fuzz", targets: ["fuzz"])]
        : [
            .executable(name: "bluezoned", targets: ["bluezoned"]),
            .executable(name: "bluezonectl", targets: ["bluezonectl"]),
            .executable(name: "bluezone-sync", targets: ["bluezone-sync"]),
            // For the health authority's server, a package of its own in Authority/.
            .library(name: "Beacon", targets: ["Beacon"]),
            .library(name: "Cases", targets: ["Cases"]),
            .library(name: "Exposure", targets: ["Exposure"]),
        ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CLinux", cSettings: [.unsafeFlags(["-std=c11", "-Wall", "-Wextra", "-Werror"] + fuzzedC)]),
        library("CDBus", "dbus-1", apt: "libdbus-1-dev"),
        library("CBluetooth", "bluez", apt: "libbluetooth-dev"),
        library("CCrypto", "libcrypto", apt: "libssl-dev"),
        library("CZip", "libzip", apt: "libzip-dev"),
        library("CSystemd", "libsystemd", apt: "libsystemd-dev"),
        library("CInih", "inih", apt: "libinih-dev"),
        library("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
        .target(
            name: "CBlueZ", dependencies: ["CDBus", "CBluetooth"],
            cSettings: [.unsafeFlags(["-std=c11", "-Wall", "-Wextra", "-Werror"] + fuzzedC)]),
        // Optimised in every configuration: tests compare millions of identifiers.
        .target(
            name: "CMatcher", dependencies: ["CCrypto"],
            cSettings: [.unsafeFlags(["-std=c11", "-O3", "-Wall", "-Wextra", "-Werror"] + fuzzedC)]),

        .target(
            name: "CJournal", dependencies: ["CCrypto"],
            cSettings: [.unsafeFlags(["-std=c11", "-Wall", "-Wextra", "-Werror"] + fuzzedC)]),

        floor("Platform", on: ["CLinux"]),
        floor("Beacon", on: ["CCrypto"]),
        floor("Bus", on: ["CBlueZ", "Platform"]),
        floor("Radio", on: ["Beacon", "Bus", "Platform"]),
        floor("Journal", on: ["Beacon", "CJournal", "Platform"]),
        floor("Cases", on: ["Beacon", "Platform", "CCrypto", "CZip"]),
        floor("Exposure", on: ["Beacon", "CMatcher", "Cases", "Platform"]),
        floor("Settings", on: ["Beacon", "Platform", "CInih"]),
        floor("Publishing", on: ["Beacon", "CCrypto"]),
        floor("Sync", on: ["Beacon", "CCurl", "Platform", "Publishing", "Settings"]),
        floor("Control", on: ["Beacon", "Bus"]),
        floor(
            "Station",
            on: [
                "Beacon", "Bus", "Cases", "CLinux", "Control", "CSystemd", "Exposure", "Journal", "Platform", "Radio",
                "Settings",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        .executableTarget(name: "bluezoned", dependencies: ["Station"], swiftSettings: strict),
        command(
            "bluezonectl",
            on: [
                "Beacon", "Bus", "Cases", "Control", "Exposure", "Journal", "Platform", "Publishing", "Settings",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "bluezone-sync", dependencies: ["Sync"], swiftSettings: strict),

        // Figures, not tests: `make bench`.
        .executableTarget(
            name: "bluezone-bench",
            dependencies: [
                "Beacon", "Bus", "Cases", "Exposure", "Journal", "Platform", "Radio", "ScanModel", "Station",
            ],
            path: "Benchmarks/bluezone-bench", swiftSettings: strict),
        // Who is heard by which scan schedule: a simulation that drives the station's own code.
        .target(
            name: "ScanModel", dependencies: ["Beacon", "Bus", "Radio", "Station"], path: "Benchmarks/ScanModel",
            swiftSettings: strict),

        // What several test targets need: where published vectors lie.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: testing),
        tests(of: "Platform", on: ["CLinux"]),
        tests(of: "Beacon"),
        tests(of: "Bus", on: ["CBlueZ", "CDBus"]),
        tests(of: "Radio", on: ["Bus", "Beacon", "Platform"]),
        tests(of: "Journal", on: ["Beacon", "Platform"]),
        tests(of: "Cases", on: ["Beacon", "Platform"]),
        tests(of: "Exposure", on: ["Beacon", "CMatcher", "Cases", "Platform"]),
        tests(of: "Settings", on: ["Beacon", "Platform"]),
        tests(of: "Publishing", on: ["Beacon"]),
        tests(of: "Sync", on: ["Beacon", "Platform", "Publishing", "Settings"]),
        tests(of: "Control", on: ["Beacon", "Bus"]),
        tests(
            of: "bluezonectl",
            on: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"), "Beacon", "Bus", "Cases",
                "Control", "Exposure", "Journal", "Platform", "Publishing",
            ]),
        tests(
            of: "Station",
            on: [
                "Beacon", "Bus", "Cases", "Control", "Exposure", "Journal", "Platform", "Radio", "ScanModel",
                "Settings",
                .product(name: "Logging", package: "swift-log"),
            ]),
    ]
        + fuzzTargets(on: [
            "Beacon", "Bus", "CBlueZ", "CDBus", "Cases", "Control", "Exposure", "Journal", "Platform", "Publishing",
            "Radio", "Settings", "bluezonectl",
        ])
)
