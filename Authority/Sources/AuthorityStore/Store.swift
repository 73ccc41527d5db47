// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
package import Beacon

/// Where the authority keeps codes, tokens, keys and what was exported.
///
/// Each method is one step: after a crash at any moment it was done or not done. All times are Unix seconds. Whoever
/// implements it serves several servers at once; nothing is held in memory between two calls.
package protocol Store: AdoptionStore, ConsoleStore, FigureStore {
    /// Keeps a code. Throws `taken` when its short form is that of another code.
    func add(_ code: IssuedCode) async throws(StoreError)

    /// Exchanges the code with this hash for `token`, if the code is good (`AccessCode.Form.isGood`) and its type is one of
    /// `accepted`. Asked again, for an answer that was lost, it takes back the token of before; once a token is bound its code is
    /// used up.
    func claim(
        code hash: [UInt8], accepting accepted: Set<TestType>, token: NewToken, now: Int64
    ) async throws(StoreError) -> ClaimOutcome

    /// Binds the token with this hash to `mac`, the HMAC of the keys to publish. Asked again with the same one, it answers again.
    func bind(token hash: [UInt8], to mac: [UInt8], now: Int64) async throws(StoreError) -> BindOutcome

    /// Takes keys in, all of them or, when one is refused, none; keys that were never published and come as revoked are passed
    /// over. The same certificate again changes nothing.
    func publish(_ publish: NewPublish, now: Int64) async throws(StoreError) -> PublishOutcome

    /// Takes published keys back, whoever published them; answers how many of them were there and counted until now.
    func revoke(_ keys: [[UInt8]]) async throws(StoreError) -> Int

    /// Runs `body` unless another process, here or on another server, is within this method; answers nil then.
    func exclusively<Answer: Sendable>(
        _ body: @Sendable () async throws -> Answer
    ) async throws -> Answer?

    /// The batch of a region and format to export: the one that was begun and not finished, else a new one, for files of `sizes`,
    /// with the region's keys that are due at `now` and in no batch, as many as one takes; nil when there are none. To be called
    /// `exclusively`, for the country when its provinces have no more.
    ///
    /// The keys stay the same when a batch comes again. What is said of one may have changed meanwhile; the change is due then, too.
    ///
    /// What changed about a published key is due where the key was published, though regions became others. What a region began that
    /// has no exports of its own any more is the country's.
    func beginBatch(
        region: ExportRegion, format: BeaconFormat, sizes: ExportSizes, now: Int64
    ) async throws(StoreError) -> ExportBatch?

    /// Marks a batch as finished, with its files in their order. From then on they are in the `files` of its region and of the
    /// country.
    func finishBatch(_ batch: ExportBatch, files: [ExportFile], now: Int64) async throws(StoreError)

    /// The exported files of a region, oldest first.
    func files(region: String) async throws(StoreError) -> [ExportFile]

    /// Forgets what has had its time: codes, tokens and certificates that are over, keys that ended before `keysBefore`, and files
    /// that were finished before then. Answers these files' paths. A batch that is not finished keeps all its keys, unless it was
    /// begun before then too.
    func retire(now: Int64, keysBefore: Int64) async throws(StoreError) -> [String]
}

/// Why the store did not do what it was asked to. What was asked did not happen.
package enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A code like this one is good already.
    case taken
    /// The store was made by a newer version of this program.
    case newer
    /// The disk or the database, in its own words.
    case failed(String)

    package var description: String {
        switch self {
        case .taken: "the code is taken"
        case .newer: "the store was made by a newer version of this program"
        case .failed(let reason): "the store failed: \(reason)"
        }
    }
}
