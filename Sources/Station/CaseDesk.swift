// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Cases
package import Exposure
package import Journal
package import Platform

/// Where the desk finds its files.
package struct CaseDeskPlaces: Hashable, Sendable {
    /// Complete case exports, as bluezone-sync leaves them.
    package var spool: String
    /// The authority's public keys.
    package var keysFolder: String
    /// The station's own folder, with journal, imported keys and alerts in it.
    package var state: String
    /// What opens the journal's keys where they are sealed.
    package var credential: JournalCredential?

    package init(spool: String, keysFolder: String, state: String, credential: JournalCredential? = nil) {
        self.spool = spool
        self.keysFolder = keysFolder
        self.state = state
        self.credential = credential
    }

    var journal: String { state + "/journal" }
    var cases: String { state + "/cases" }
    var alertsFolder: String { state + "/alerts" }
    var alerts: String { alertsFolder + "/alerts" }
    var progress: String { alertsFolder + "/matching" }
    /// The authority's policy that was taken.
    var policy: String { state + "/policy" }
    /// What bluezone-sync calls the policy that it fetched.
    static let policyName = "policy.txt"
    var offeredPolicy: String { spool + "/" + CaseDeskPlaces.policyName }
}

/// What a run over the spool or the journal brought.
package struct CaseDeskReport: Hashable, Sendable {
    /// Exports imported by this run.
    package var imported = 0
    /// Exports that lie in the spool and are refused: file name and reason.
    package var refused: [String] = []
    /// Case keys held.
    package var caseKeys = 0
    /// Whether any authority key is installed.
    package var hasAuthority = false
    /// When a case export was last imported, as far as this process knows.
    package var lastImport: Timestamp?
    /// When matching last ended; nil when this run did not match.
    package var lastMatch: Timestamp?
    /// How long matching took.
    package var matchTime: Duration?
    /// Keys of cases that were heard.
    package var matchedKeys = 0
    /// Alerts that the owner has not been given before.
    package var news: [Alert] = []
    /// Alerts given before that no longer stand.
    package var takenBack: [Alert] = []
    /// All alerts given.
    package var alerts: [Alert] = []
    /// Segments of the journal that matching found damaged; nil when this run did not match.
    package var damage: [SegmentReport]?
    /// The authority's policy that is in force; nil when none is.
    package var policy: PolicyBook.Standing?
    /// Why the policy in the spool was refused.
    package var policyRefusal: String?
    /// Whether the authority's last policy is in force no more because its time is over.
    package var isPolicyExpired = false
    /// What could not be read or written.
    package var troubles: [String] = []
}

/// Imports case exports from the spool, compares them with the journal, and keeps the alerts. Works on a thread of its
/// own: matching computes for long, and nothing that sends or listens waits for it.
package actor CaseDesk {
    private let executor: ThreadExecutor
    let places: CaseDeskPlaces
    var policies: PolicyBook
    var retentionDays: Int
    var store: CaseKeyStore?
    var book = AlertBook()
    /// Files of the spool that were looked at, as they were then: they are not read again unless they change.
    var imported: [String: FileStatus] = [:]
    /// The same for files that were refused, with the reason; forgotten when somebody asks for a matching.
    var refused: [String: Refusal] = [:]
    var lastImport: Timestamp?
    /// How far a comparison has come that may be stopped at any moment.
    var progress = MatchProgress(revisions: [])
    /// When that was last stored, in time since boot.
    var progressStored = Duration.zero

    /// A file of the spool that was refused.
    struct Refusal {
        let status: FileStatus
        let text: String
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// `policy` are the thresholds without an authority, `overrides` those among them that its owner set. Nil `regions` are all.
    package init(
        places: CaseDeskPlaces, policy: Policy, overrides: [PolicyDocument.Entry] = [], regions: Set<String>? = nil,
        retentionDays: Int, executor: ThreadExecutor
    ) {
        self.places = places
        policies = PolicyBook(own: policy, overrides: overrides, regions: regions)
        self.retentionDays = retentionDays
        self.executor = executor
    }

    /// Takes new thresholds of its owner's; the next matching uses them.
    package func use(_ policy: Policy, overrides: [PolicyDocument.Entry] = [], retentionDays: Int) {
        policies.own = policy
        policies.overrides = overrides
        self.retentionDays = retentionDays
    }

    /// Reads what is stored: imported keys and alerts.
    package func open() -> CaseDeskReport {
        var report = CaseDeskReport()
        if let text = try? Folder.text(of: places.alerts) {
            book = AlertBook(text: text)
            if book.skippedLines > 0 {
                report.troubles.append("\(places.alerts): \(book.skippedLines) damaged lines were left out")
            }
        }
        _ = openStore(&report)
        finish(&report)
        return report
    }

    /// Imports what is new in the spool; then, when anything came or `always`, compares the journal with all keys.
    /// `ownKeys` never alert their owner, and nobody is an F2 of the days whose keys they `published`.
    package func work(
        at now: Timestamp, ownKeys: Set<DailyKey>, published: Set<UTCDay> = [], always: Bool
    ) -> CaseDeskReport {
        var report = CaseDeskReport()
        if always { refused = [:] }
        let isOtherPolicy = lookAtPolicy(at: now, &report)
        importSpool(at: now, &report)
        if always || isOtherPolicy || report.imported > 0 {
            match(at: now, ownKeys: ownKeys, published: published, &report)
        }
        finish(&report)
        Memory.giveBack()
        return report
    }

    /// Stores the book of alerts: called when the owner was told of the news in it. After a crash before that an alert comes
    /// twice, never not at all. Answers what went wrong.
    package func storeAlerts() -> String? {
        do throws(SystemError) {
            try Folder.make(places.alertsFolder)
            try Folder.replace(places.alerts, with: Array(book.text.utf8))
            endProgress()
            return nil
        } catch {
            return "alerts could not be stored: \(error)"
        }
    }

    /// Deletes imported keys and alerts. Exports that still lie in the spool come in again with the next import: they
    /// say nothing about the owner.
    package func forget() throws(CaseError) -> CaseDeskReport {
        var report = CaseDeskReport()
        try store?.forget()
        book = AlertBook()
        endProgress()
        lastImport = nil
        imported = [:]
        if Folder.exists(places.alerts) {
            do { try Folder.remove(places.alerts) } catch { throw .system(error) }
        }
        finish(&report)
        return report
    }

    private func finish(_ report: inout CaseDeskReport) {
        report.caseKeys = store?.keyCount ?? 0
        report.alerts = book.alerts
        report.refused += refused.sorted { $0.key < $1.key }.map(\.value.text)
        report.policy = policies.standing
        report.policyRefusal = policies.refusal
        report.isPolicyExpired = policies.isExpired
        // After a restart only the day is known.
        report.lastImport = lastImport ?? store?.ledger.counting.map(\.importedOn).max()?.start
        report.hasAuthority = (try? AuthorityKeys.read(folder: places.keysFolder).keys.isEmpty) == false
    }

    func openStore(_ report: inout CaseDeskReport) -> CaseKeyStore? {
        if let store { return store }
        do throws(CaseError) {
            let opened = try CaseKeyStore(folder: places.cases)
            report.troubles += opened.faults.map(\.description)
            store = opened
        } catch {
            report.troubles.append(error.description)
        }
        return store
    }
}
