// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// The terminal on standard output, taken over for a full-screen display and given back as it was.
final class Terminal {
    private var old: termios?
    private let isConsole: Bool

    /// Whether standard output is a terminal.
    static var isPresent: Bool { isatty(STDOUT_FILENO) == 1 }

    init() {
        isConsole = environmentValue("TERM") == "linux"
    }

    /// Columns and lines now; 80x24 where the terminal does not say (a serial line).
    var size: (columns: Int, lines: Int) {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// A screen of its own, no cursor, no line wrapping, no echo of what somebody types, and no falling asleep.
    func take() {
        var settings = termios()
        if unsafe tcgetattr(STDIN_FILENO, &settings) == 0 {
            old = settings
            settings.c_lflag &= ~tcflag_t(ECHO | ICANON)
            // VSUSP: a suspended display would leave the terminal without a cursor.
            settings.c_cc.10 = 0
            _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        }
        write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[0m\u{1B}[2J" + (isConsole ? "\u{1B}[9;0]\u{1B}[14;0]" : ""))
    }

    /// As it was before `take`.
    func giveBack() {
        write("\u{1B}[0m\u{1B}[2J\u{1B}[H\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
        guard var settings = old else { return }
        tcflush(STDIN_FILENO, TCIFLUSH)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        old = nil
    }

    /// Blank, whatever stood there.
    func clear() { write("\u{1B}[0m\u{1B}[2J") }

    /// Writes all of `text`; a terminal that is gone takes none of it.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
