// SPDX-License-Identifier: GPL-3.0-or-later

/// Lets so many in at once, the others wait: all tests run at the same time, and the kernel gives a user 128 inotify
/// instances for everything.
actor Turnstile {
    static let benches = Turnstile(room: 8)

    private var room: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(room: Int) {
        self.room = room
    }

    func enter() async {
        if room > 0 {
            room -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty {
            room += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
