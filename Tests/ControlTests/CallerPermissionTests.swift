// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import Testing

@testable import Control

@Suite struct CallerPermissionTests {
    /// The daemon runs as 990, the group is 995, and the user database puts user 1001 into it.
    let permission = CallerPermission(ownUser: 990, group: 995) { $0 == 1001 ? [1001, 995] : [$0] }

    @Test func `root may`() { #expect(permission.permits(BusCredentials(userID: 0))) }

    @Test func `the daemon's own user may`() { #expect(permission.permits(BusCredentials(userID: 990))) }

    @Test func `a member by the kernel's word may`() {
        #expect(permission.permits(BusCredentials(userID: 1000, groupIDs: [1000, 995])))
    }

    @Test func `a member by the user database may, logged in again or not`() {
        #expect(permission.permits(BusCredentials(userID: 1001, groupIDs: [1001])))
        #expect(permission.permits(BusCredentials(userID: 1001)))
    }

    @Test func `anybody else may not`() {
        #expect(!permission.permits(BusCredentials(userID: 1000, groupIDs: [1000, 4, 27])))
        #expect(!permission.permits(BusCredentials(userID: 1000)))
    }

    @Test func `without the group only root and the daemon's user may`() {
        let permission = CallerPermission(ownUser: 990, group: nil) { _ in [995] }
        #expect(permission.permits(BusCredentials(userID: 0)))
        #expect(!permission.permits(BusCredentials(userID: 1001, groupIDs: [995])))
    }

    @Test func `the system's user database knows root's group, and nothing of a user that is not there`() {
        let permission = CallerPermission()
        #expect(permission.groups(0).contains(0))
        #expect(permission.groups(4_000_000_000).isEmpty)
    }
}
