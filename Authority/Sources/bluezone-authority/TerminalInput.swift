// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// Reads what must not be seen: from a terminal without showing it, else the next line of the standard input.
enum TerminalInput {
    /// The line, without its end; nil when there is none.
    static func secret(_ prompt: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return readLine() }
        var before = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { return nil }
        defer { _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
        print(prompt + ": ", terminator: "")
        fflush(nil)
        let line = readLine()
        print()
        return line
    }

    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }
}
