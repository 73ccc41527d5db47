// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// The system's wall clock.
enum SystemClock {
    /// Unix seconds.
    static var seconds: Int64 { Int64(time(nil)) }
}
