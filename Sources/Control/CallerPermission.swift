// SPDX-License-Identifier: GPL-3.0-or-later

package import Bus
internal import Glibc

/// Who may call methods that change anything: root, members of the group `bluezone`, and the daemon's own user, who
/// owns its files anyway. The bus's policy file says the same; this check holds where that file is missing or was loosened.
package struct CallerPermission: Sendable {
    /// The daemon's own user.
    let ownUser: UInt32
    /// The group's number; nil when the system has no such group.
    let group: UInt32?
    /// All groups of a user by the system's user database.
    let groups: @Sendable (UInt32) -> [UInt32]

    /// By the system's user database and this process's own user.
    package init() {
        self.init(ownUser: geteuid(), group: groupNumber(StationInterface.group), groups: groupNumbers(ofUser:))
    }

    init(ownUser: UInt32, group: UInt32?, groups: @escaping @Sendable (UInt32) -> [UInt32]) {
        self.ownUser = ownUser
        self.group = group
        self.groups = groups
    }

    /// Whether the caller may change anything. Its groups are those the kernel gave the bus, or those the user database
    /// lists: somebody who was just added to the group need not log in again.
    package func permits(_ caller: BusCredentials) -> Bool {
        if caller.userID == 0 || caller.userID == ownUser { return true }
        guard let group else { return false }
        return caller.groupIDs?.contains(group) == true || groups(caller.userID).contains(group)
    }
}

/// Room for the strings of one entry of the user database.
private let entryLength = 4096

/// More groups of one user than any system gives.
private let mostGroups = 4096

private func groupNumber(_ name: String) -> UInt32? {
    var entry = unsafe group()
    var found: UnsafeMutablePointer<group>?
    var strings = [CChar](repeating: 0, count: 16 * entryLength)
    guard unsafe getgrnam_r(name, &entry, &strings, strings.count, &found) == 0, unsafe found != nil else { return nil }
    return unsafe entry.gr_gid
}

private func groupNumbers(ofUser user: UInt32) -> [UInt32] {
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var strings = [CChar](repeating: 0, count: entryLength)
    guard unsafe getpwuid_r(user, &entry, &strings, strings.count, &found) == 0, unsafe found != nil,
        let name = unsafe entry.pw_name
    else { return [] }
    var count = Int32(mostGroups)
    var numbers = [gid_t](repeating: 0, count: mostGroups)
    guard unsafe getgrouplist(name, entry.pw_gid, &numbers, &count) >= 0 else { return [] }
    return Array(numbers.prefix(Int(count)))
}
