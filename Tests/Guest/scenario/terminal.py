# SPDX-License-Identifier: GPL-3.0-or-later
"""A program on a terminal of its own, as a person sees it and answers it, in English."""

import contextlib
import os
import pty
import subprocess
import threading

from .steps import Failed, wait_for


class Terminal:
    def __init__(self, *command):
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen([str(word) for word in command], stdin=theirs, stdout=theirs, stderr=theirs,
                                         env=os.environ | {"LC_ALL": "C.UTF-8"})
        os.close(theirs)
        self._shown = b""
        self._answered = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        # With nobody at the other end any more a read is an error.
        with contextlib.suppress(OSError):
            while more := os.read(self._ours, 4096):
                self._shown += more

    def shown(self, since=0):
        """All that stands on it, what was typed as well."""
        return self._shown[since:].decode(errors="replace").replace("\r\n", "\n")

    def expect(self, words, limit=120):
        """Waits until these words stand behind the last answer."""
        def found():
            over = self._over()
            if words in self.shown(self._answered):
                return True
            if over:
                raise Failed(f"the program ended with {self._process.returncode} and did not say {words!r}")
            return False
        try:
            wait_for(repr(words), found, limit)
        except Failed as failed:
            raise Failed(f"{failed}; on the terminal stands: {self.shown()}") from None

    def type(self, answer):
        """Types a line."""
        self._answered = len(self._shown)
        os.write(self._ours, answer.encode() + b"\n")

    def end(self, limit=120):
        """Waits for the program's end; its exit status, and all that stands on the terminal then."""
        wait_for("the program's end", self._over, limit)
        return self._process.returncode, self.shown()

    def _over(self):
        if self._process.poll() is None:
            return False
        self._reader.join(10)
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(30)
        self._reader.join(10)
        os.close(self._ours)
