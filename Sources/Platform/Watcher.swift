// SPDX-License-Identifier: GPL-3.0-or-later

internal import CLinux
internal import Glibc

/// What a `Watcher` saw.
package enum WatcherEvent: Hashable, Sendable {
    /// The alarm's time has come.
    case alarm
    /// Somebody set the wall clock (a jump, not the slow correction of a time service).
    case clockStepped
    /// A file was completed or moved in one of the watched folders.
    case folderChanged
}

/// Waits, on a thread of its own, for the few things that wake a daemon: one alarm on CLOCK_BOOTTIME, which also counts
/// while the machine sleeps, jumps of the wall clock, and files arriving in folders. Sleeps otherwise.
@safe package final class Watcher: Sendable {
    /// Everything that happened, for one reader. Equal events that wait unread are told once or more, never less.
    package let events: AsyncStream<WatcherEvent>
    private let alarm: Descriptor
    private let clock: Descriptor
    private let folders: Descriptor
    private let stopper: Descriptor

    /// Throws what the kernel refuses (`timerfd_create`, `inotify_init1`, `eventfd`).
    package init() throws(SystemError) {
        // TFD_* and IN_* and EFD_* flags of these are O_CLOEXEC and O_NONBLOCK.
        let flags = Int32(O_CLOEXEC | O_NONBLOCK)
        alarm = Descriptor(try checked("timerfd_create", "CLOCK_BOOTTIME") { timerfd_create(CLOCK_BOOTTIME, flags) })
        clock = Descriptor(try checked("timerfd_create", "CLOCK_REALTIME") { timerfd_create(CLOCK_REALTIME, flags) })
        folders = Descriptor(try checked("inotify_init1", "spool") { inotify_init1(flags) })
        stopper = Descriptor(try checked("eventfd", "watcher") { eventfd(0, flags) })
        let (events, continuation) = AsyncStream.makeStream(
            of: WatcherEvent.self, bufferingPolicy: .bufferingNewest(16))
        self.events = events
        let descriptors = [alarm, clock, folders, stopper]
        try startThread(named: "watcher") { waitOn(descriptors, continuation) }
    }

    deinit { stop() }

    /// Ends the thread and the stream of events.
    package func stop() {
        var one: UInt64 = 1
        _ = unsafe write(stopper.number, &one, 8)
    }

    /// Sets the one alarm to a time of CLOCK_BOOTTIME, instead of what it was set to; nil takes it back. A time that has
    /// passed rings at once.
    package func setAlarm(at time: Duration?) {
        var setting = itimerspec()
        if let time {
            let (seconds, attoseconds) = max(time, .nanoseconds(1)).components
            setting.it_value = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        }
        _ = unsafe timerfd_settime(alarm.number, absolute, &setting, nil)
    }

    /// Watches a folder for files that are closed after writing or moved in. Throws when there is no such folder.
    package func watch(folder: String) throws(SystemError) {
        let mask = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO)
        _ = try checked("inotify_add_watch", folder) { unsafe inotify_add_watch(folders.number, folder, mask) }
    }
}

/// A file descriptor that is closed when both the watcher and its thread have let go of it.
private final class Descriptor: Sendable {
    let number: Int32
    init(_ number: Int32) { self.number = number }
    deinit { close(number) }
}

/// The thread: `descriptors` are alarm, clock, folders and stopper.
private func waitOn(_ descriptors: [Descriptor], _ events: AsyncStream<WatcherEvent>.Continuation) {
    defer { events.finish() }
    var waits = descriptors.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    armForJumps(of: descriptors[1].number)
    while true {
        guard unsafe poll(&waits, nfds_t(waits.count), -1) > 0 || errno == EINTR else { return }
        if waits[3].revents != 0 { return }
        if waits[0].revents != 0, unsafe read(descriptors[0].number, &buffer, 8) > 0 { events.yield(.alarm) }
        if waits[1].revents != 0 {
            if unsafe read(descriptors[1].number, &buffer, 8) < 0, errno == ECANCELED { events.yield(.clockStepped) }
            armForJumps(of: descriptors[1].number)
        }
        if waits[2].revents != 0, unsafe read(descriptors[2].number, &buffer, buffer.count) > 0 {
            events.yield(.folderChanged)
        }
    }
}

/// Sets a wall-clock timer far in the future that the kernel cancels when the clock is set.
private func armForJumps(of clock: Int32) {
    var setting = itimerspec()
    setting.it_value = timespec(tv_sec: Int(Int32.max) * 4, tv_nsec: 0)
    _ = unsafe timerfd_settime(clock, absolute | cancelledBySetting, &setting, nil)
}

/// TFD_TIMER_ABSTIME and TFD_TIMER_CANCEL_ON_SET of <sys/timerfd.h>, which Swift does not import.
private let absolute: Int32 = 1
private let cancelledBySetting: Int32 = 2
