// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import AuthorityServer
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve devices and officials, and make exports every so often.",
        discussion: """
            TLS ends here with --certificate and --key, else before it: without TLS the server listens on this machine
            only, unless --plain says that something in between takes care of it.

            Examples:
              bluezone-authority serve /var/lib/bluezone-authority
              bluezone-authority serve /var/lib/bluezone-authority --host :: --port 443 --certificate chain.pem --key key.pem
            """)

    @Argument(help: "The authority's folder.")
    var folder: String

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "number"))
    var port = 8080

    @Option(help: ArgumentHelp("The TLS certificate with its chain, in PEM.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("The certificate's key, in PEM; by default it is in the same file.", valueName: "file"))
    var key: String?

    @Option(
        help: ArgumentHelp("The port on 127.0.0.1 at which /metrics is, for Prometheus.", valueName: "number"))
    var metricsPort: Int?

    @Flag(help: "Listen without TLS on an address that other machines reach.")
    var plain = false

    @OptionGroup var clock: ClockOptions

    func validate() throws {
        guard clock.isSystem || ["127.0.0.1", "::1", "localhost"].contains(host) else {
            throw ValidationError("a clock that is made up is for this machine only")
        }
        guard (0...65_535).contains(port), (0...65_535).contains(metricsPort ?? 0) else {
            throw ValidationError("the port is 0 to 65535")
        }
        guard certificate != nil || plain || ["127.0.0.1", "::1", "localhost"].contains(host) else {
            throw ValidationError("\(host) without TLS: give --certificate and --key, or --plain")
        }
    }

    func run() async throws {
        LoggingSystem.bootstrap { _ in JournalLogHandler() }
        let logger = Logger(label: "bluezone-authority")
        let program = AuthorityProgram(try Authority(AuthorityFolder(folder)), logger: logger, clock: clock.clock)
        if !clock.isSystem { logger.warning("the clock is made up: this is a demonstration") }
        try await program.check()
        let listening = AuthorityProgram.Listening(
            host: host, port: port, certificate: certificate, key: key, metricsPort: metricsPort)
        let scheme = certificate == nil ? "http" : "https"
        let place = host.contains(":") ? "[\(host)]" : host
        let services = try program.services(listening) { port in
            logger.notice("listening on \(scheme)://\(place):\(port ?? 0)")
        }
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        try await group.run()
    }
}
