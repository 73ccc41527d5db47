// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
internal import Beacon
internal import Logging
internal import ServiceLifecycle

/// Makes exports every so often, as long as the server runs. A failure is told and tried again a minute later; nothing is lost
/// meanwhile.
struct ExportService: Service {
    private let authority: Authority
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let speed: Double
    private let watch: ClockWatch?

    init(
        _ authority: Authority, logger: Logger, now: @escaping @Sendable () -> Timestamp, speed: Double,
        watch: ClockWatch?
    ) {
        self.authority = authority
        self.logger = logger
        self.now = now
        self.speed = speed
        self.watch = watch
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let wait = await export()
                do { try await Task.sleep(for: wait, clock: .continuous) } catch { return }
            }
        }
    }

    /// Exports what is due; answers how long to wait.
    func export() async -> Duration {
        if let jump = watch?.jump {
            logger.error(
                """
                the clock jumped by \(Int(jump)) s: nothing is exported, deleted or taken in until it is right again. \
                If it is right now, restart the server
                """)
            return .seconds(60 / speed)
        }
        do {
            let outcome = try await ExportDesk(authority).export(now: now())
            // Where another server is at it, that is as good.
            authority.metrics.exported(outcome ?? ExportDesk.Outcome(), at: now().seconds)
            if let outcome, outcome.files > 0 {
                logger.info("exported \(outcome.files) files with \(outcome.keys) keys, padding included")
            }
            await renewPolicies()
            return .seconds(Double(authority.settings.exportMinutes) * 60 / speed)
        } catch {
            authority.metrics.count(.exportFailures)
            logger.error("the export failed and is tried again in a minute: \(error)")
            return .seconds(60 / speed)
        }
    }

    /// Has what is published signed by the keys of now. What fails is told and tried again after the next export.
    private func renewPolicies() async {
        do {
            let count = try await PolicyDesk(authority).renewSignatures(now: now())
            if count > 0 { logger.notice("signed \(count) policies again, because other keys sign now") }
        } catch {
            logger.error("a policy is not signed again, and who has only a new key refuses it: \(error)")
        }
    }
}
