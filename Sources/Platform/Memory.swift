// SPDX-License-Identifier: GPL-3.0-or-later

internal import CLinux

/// How this process behaves towards the machine's memory: a daemon that sleeps most of the time shall not sit on what it
/// needed once.
package enum Memory {
    /// Has the allocator keep little of what is freed. Call it before the second thread starts.
    ///
    /// glibc gives each thread an arena of its own, and after one large block has been freed it keeps blocks up to that
    /// size: comparing a fortnight's journal would leave 12 MiB in the matcher's arena for good.
    package static func keepLittle() {
        _ = mallopt(M_ARENA_MAX, 1)
        _ = mallopt(M_MMAP_THRESHOLD, 128 << 10)
        _ = mallopt(M_TRIM_THRESHOLD, 128 << 10)
    }

    /// Gives back what is free, and unmaps the pages of program and libraries that are nobody's own: those needed again
    /// come back from the page cache, those that only a start or a matching needed do not.
    package static func giveBack() {
        _ = malloc_trim(0)
        linux_unmap_code()
    }
}
