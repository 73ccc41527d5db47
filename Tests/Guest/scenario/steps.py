# SPDX-License-Identifier: GPL-3.0-or-later
"""Results in words, one line each: `ok - …`, `not ok - …` or `not ok (final) - …`, and a count at the end."""

import contextlib
import time
import traceback


class Failed(Exception):
    """What a subject cannot go on without did not come."""


class Steps:
    """`explain` is asked for more to read when a subject could not be finished."""

    def __init__(self):
        self.explain = lambda: ""
        self.passed = 0
        self.failed = 0
        self.failed_subjects = []
        self._titles = []
        self._start = time.monotonic()

    def check(self, good, sentence, detail="", *, final=False):
        """Counts one result; the detail is only printed where it helps to see why. A final one no second run takes back (`run`): what was
        on the air once can be held against us, however busy the machine was."""
        if good:
            self.passed += 1
            print(f"ok - {sentence}", flush=True)
        else:
            self.failed += 1
            # What lies within a subject cannot be tried again without it.
            self.failed_subjects += [title for title in self._titles[:2][-1:] if title not in self.failed_subjects]
            print(f"not ok{' (final)' if final else ''} - {sentence}" + (f": {detail}" if detail != "" else ""), flush=True)
        return bool(good)

    def note(self, text):
        print(f"# {time.monotonic() - self._start:6.1f} s  {text}", flush=True)

    @contextlib.contextmanager
    def subject(self, title):
        """Runs one subject; what it could not finish counts as one failure and the next subject still runs."""
        self.note(title)
        self._titles.append(title)
        try:
            yield
        except Failed as error:
            self._unfinished(title, error)
        except Exception:  # pylint: disable=broad-except
            self._unfinished(title, traceback.format_exc())
        finally:
            self._titles.pop()

    def _unfinished(self, title, why):
        self.check(False, f"{title}: the rest of it", why)
        for line in self.explain().splitlines():
            self.note("  " + line)

    def summary(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def wait_for(what, probe, limit=120, pause=0.2):
    """Calls `probe` until it returns something true, and returns that. Limits are generous: the machine may be loaded."""
    end = time.monotonic() + limit
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > end:
            raise Failed(f"waited {limit} s for {what}")
        time.sleep(pause)
