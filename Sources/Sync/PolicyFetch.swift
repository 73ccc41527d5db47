// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform
internal import Settings

extension SyncRun {
    /// Fetches the authority's policy when it is another than the one in the spool; answers whether it was. A server without one
    /// is as good, and so is one that fails: the exports are more important, and the next run asks again.
    ///
    /// Nothing of it is looked at here: what it says, and whether the authority signed it, is for bluezoned to judge.
    func fetchPolicy(into spool: Spool, _ cursor: inout Cursor) throws(SyncError) -> Bool {
        let place = spool.place(of: Spool.policyName)
        let content = Content()
        let isThere = Folder.exists(place)
        let request = TransferRequest(
            url: index.folder.appending(Spool.policyName), maximumBytes: SyncLimits.policyBytes,
            knownTag: isThere ? cursor.policyTag : nil)
        let answer: TransferAnswer
        do throws(SyncError) {
            answer = try fetch(request) { _, bytes throws(SystemError) in
                content.bytes += bytes.indices.map { bytes[$0] }
            }
        } catch {
            if case .tooLarge = error { report(.warning(error.description)) }
            return false
        }
        if answer.isUnchanged { return false }
        do throws(SystemError) {
            if isThere, try Folder.contents(of: place) == content.bytes {
                cursor.policyTag = answer.etag
                return false
            }
            try Folder.replace(spool.partial(of: Spool.policyName), with: content.bytes)
            try spool.handOver(Spool.policyName)
        } catch {
            throw .disk(error)
        }
        cursor.policyTag = answer.etag
        return true
    }
}
