// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
package import Beacon
package import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
package import Logging
internal import NIOCore
internal import NIOSSL
package import ServiceLifecycle

/// The server put together: what it answers, and the exports that it makes every so often.
package struct AuthorityProgram: Sendable {
    /// Where the server listens, and its TLS certificate and key if TLS ends in it.
    package struct Listening: Sendable {
        package var host: String
        package var port: Int
        /// PEM files: the chain and its key.
        package var certificate: String?
        package var key: String?
        /// The port on 127.0.0.1 that numbers for Prometheus are at; nil for none.
        package var metricsPort: Int?

        package init(
            host: String, port: Int, certificate: String? = nil, key: String? = nil, metricsPort: Int? = nil
        ) {
            self.metricsPort = metricsPort
            self.host = host
            self.port = port
            self.certificate = certificate
            self.key = key
        }
    }

    /// A connection on which no part of a request comes. It counts from the connection's beginning, so it ends a TLS handshake that
    /// stalls or comes byte by byte, too.
    private static let idleTimeout = TimeAmount.seconds(30)

    private let authority: Authority
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    /// How fast the clock runs.
    private let speed: Double
    private let watch: ClockWatch?
    private let health: HealthRoutes

    package init(_ authority: Authority, logger: Logger, clock: ServerClock) {
        self.init(authority, logger: logger, now: { clock.now }, speed: clock.speed, watch: clock.watch())
    }

    package init(
        _ authority: Authority, logger: Logger, now: @escaping @Sendable () -> Timestamp, speed: Double = 1,
        watch: ClockWatch? = nil
    ) {
        self.authority = authority
        self.logger = logger
        self.now = now
        self.speed = speed
        self.watch = watch
        health = HealthRoutes(authority, logger: logger, now: now)
    }

    /// What the server answers; `isSecure` when TLS ends in it.
    package func router(isSecure: Bool = false) -> Router<AuthorityContext> {
        let router = Router(context: AuthorityContext.self)
        let gatekeeper = Gatekeeper(authority.settings)
        router.add(middleware: CountRequests(metrics: authority.metrics))
        router.get("healthz") { _, _ in try await healthy() }
        health.add(to: router) { try await healthy() }
        DeviceRoutes(authority, gatekeeper, now: now, watch: watch).add(to: router)
        CountRoutes(authority, now: now, watch: watch).add(to: router)
        AdminRoutes(authority, gatekeeper, now: now, watch: watch).add(to: router)
        StaticFiles(root: authority.publicPath).add(to: router)
        let console = authority.settings.console
        if console.enabled && console.port == nil { addConsole(to: router, gatekeeper, isSecure: isSecure) }
        return router
    }

    private func addConsole(to router: Router<AuthorityContext>, _ gatekeeper: Gatekeeper, isSecure: Bool) {
        let isBehindTLS = authority.settings.console.origin?.hasPrefix("https://") ?? false
        ConsoleRoutes(authority, gatekeeper, isSecure: isSecure || isBehindTLS, now: now, watch: watch).add(to: router)
    }

    /// What a listener of the console's own answers.
    func consoleRouter(isSecure: Bool) -> Router<AuthorityContext> {
        let router = Router(context: AuthorityContext.self)
        addConsole(to: router, Gatekeeper(authority.settings), isSecure: isSecure)
        return router
    }

    /// The console where nothing else is served; nil when it has no port of its own.
    private func consoleService(_ builder: HTTPServerBuilder, isSecure: Bool) -> (any Service)? {
        let settings = authority.settings.console
        guard settings.enabled, let port = settings.port else { return nil }
        let logger = logger
        return Application(
            router: consoleRouter(isSecure: isSecure), server: builder,
            configuration: .init(address: .hostname(settings.host, port: port), serverName: nil),
            onServerRunning: { channel in
                logger.notice(
                    "the console listens on \(isSecure ? "https" : "http")://\(settings.host):\(channel.localAddress?.port ?? 0)"
                )
            }, logger: logger)
    }

    /// Throws when this program is too old for the store. One that does not answer is waited for: a server outlives its database.
    package func check() async throws {
        do {
            _ = try await authority.store.files(region: authority.settings.region)
        } catch StoreError.newer {
            throw StoreError.newer
        } catch {
            logger.warning("until the store answers, nothing is taken in: \(error)")
        }
    }

    /// Whether the store answers and the clock is to be believed.
    private func healthy() async throws -> Response {
        if let jump = watch?.jump {
            let words = "the clock jumped by \(Int(jump)) s\n"
            return Response(status: .serviceUnavailable, body: .init(byteBuffer: ByteBuffer(string: words)))
        }
        do {
            _ = try await authority.store.files(region: authority.settings.region)
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "ok\n")))
        } catch {
            logger.error("health: \(error)")
            return Response(
                status: .serviceUnavailable, body: .init(byteBuffer: ByteBuffer(string: "the store fails\n")))
        }
    }

    /// What only this machine asks.
    package func metricsRouter() -> Router<AuthorityContext> {
        let router = Router(context: AuthorityContext.self)
        health.addMetrics(to: router)
        return router
    }

    /// Everything that runs; `isListening` is called when the server takes connections.
    package func services(
        _ listening: Listening, isListening: @escaping @Sendable (Int?) async -> Void
    ) throws -> [any Service] {
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestGuard(), ResponseGuard()], idleTimeout: AuthorityProgram.idleTimeout,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 8192, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100))
        var server = HTTPServerBuilder.http1(configuration: configuration)
        if let certificate = listening.certificate {
            server = try .tls(server, tlsConfiguration: tls(certificate, listening.key ?? certificate))
        }
        let console = consoleService(server, isSecure: listening.certificate != nil)
        // Who comes when all are taken waits to be accepted, and is not turned away.
        let connections = min(authority.settings.connections, OpenFiles.raise())
        let application = Application(
            router: router(isSecure: listening.certificate != nil), server: server,
            configuration: .init(
                address: .hostname(listening.host, port: listening.port), serverName: nil, backlog: 4096,
                availableConnectionsDelegate: MaximumAvailableConnections(connections)),
            onServerRunning: { channel in await isListening(channel.localAddress?.port) }, logger: logger)
        var services: [any Service] = [application] + (console.map { [$0] } ?? [])
        if let port = listening.metricsPort {
            services.append(
                Application(
                    router: metricsRouter(),
                    configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: nil),
                    onServerRunning: { channel in
                        logger.notice("metrics at http://127.0.0.1:\(channel.localAddress?.port ?? 0)/metrics")
                    }, logger: logger))
        }
        return services + [ExportService(authority, logger: logger, now: now, speed: speed, watch: watch)]
    }

    private func tls(_ certificate: String, _ key: String) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain, privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }
}

extension Timestamp {
    /// Now, by the system's clock.
    package static var now: Timestamp { Timestamp(seconds: SystemClock.seconds) }
}
