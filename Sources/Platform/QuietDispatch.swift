// SPDX-License-Identifier: GPL-3.0-or-later
// Tasks without a thread of their own, and those that sleep, run on libdispatch's pool, which on Linux wakes every second
// for ever after to see how many of its threads are stuck, and adds some. Nothing here blocks those threads, and a machine
// that sleeps shall sleep. libdispatch has no setting for it; but these two functions alone begin that watch, they stand
// in a file of their own there (src/event/workqueue.c), and in a statically linked program ours come first. Linked
// dynamically, as in tests, they are never called.

/// A thread of libdispatch's pool has begun: not to be watched.
@c(_dispatch_workq_worker_register)
package func poolThreadBegan(_ queue: UnsafeMutableRawPointer?) {}

/// A thread of libdispatch's pool ends.
@c(_dispatch_workq_worker_unregister)
package func poolThreadEnds(_ queue: UnsafeMutableRawPointer?) {}
