// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// How many files and connections the kernel lets this process have open.
enum OpenFiles {
    /// Those that are no connections: the store, exports under way, timers.
    private static let reserve = 200

    /// Takes as many as the kernel allows, not only as many as a shell usually hands on (1024); answers how many connections
    /// that leaves room for.
    static func raise() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 800 }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 800 }
        return max(1, Int(clamping: limit.rlim_cur) - reserve)
    }
}
