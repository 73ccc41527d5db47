# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of programs that issue codes come and go while the server runs, and codes have a limit."""
import re
import sqlite3
import unittest

from authority import Authority


class APIKeys(unittest.TestCase):
    def setUp(self):
        self.authority = Authority()
        self.addCleanup(self.authority.close)
        self.file = self.authority.folder / "api-keys"

    def command(self, command, *arguments, code=0):
        return self.authority.run("api-key", command, self.authority.folder, *arguments, code=code)

    def issue(self, key):
        return self.authority.post("/api/issue", {"class": "F1"}, {"X-API-Key": key})[0]

    def test_a_running_server_takes_a_new_key_and_refuses_one_that_was_removed(self):
        self.authority.start()
        text = self.command("add", "hospital-4")
        key = re.fullmatch(r"API key of hospital-4, shown this once: (\S{32})\n", text).group(1)
        self.assertEqual(self.issue(key), 200)
        self.assertEqual(self.command("list"), "admin\nhospital-4\n")
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        for path in self.authority.folder.rglob("*"):
            if path.is_file():
                self.assertNotIn(key.encode(), path.read_bytes(), path)
        self.assertEqual(self.command("remove", "admin"), "")
        self.assertEqual(self.issue(self.authority.api_key), 401)
        self.assertEqual(self.issue(key), 200)
        rows = self.authority.stored("SELECT who, action, detail FROM audit WHERE way = 'command' ORDER BY number")
        self.assertEqual(rows, [
            ("root", "authority-made", "VN admin"), ("root", "api-key-added", "hospital-4"), ("root", "api-key-removed", "admin")])

    def test_names_that_are_there_or_cannot_be_are_refused(self):
        before = self.file.read_bytes()
        self.assertIn("there is an API key of the name admin", self.command("add", "admin", code=64))
        self.assertIn("there is no API key of the name nobody", self.command("remove", "nobody", code=64))
        for name in ("a b", "a\tb", "a\nb", " ", "", "a\x7f", "Lành", "a" * 33):
            self.assertIn("1 to 32 letters", self.command("add", name, code=64))
        self.assertEqual(self.file.read_bytes(), before)
        self.assertEqual(self.authority.stored("SELECT action FROM audit"), [("authority-made",)])

    def test_a_log_that_cannot_be_written_keeps_keys_as_they_are(self):
        before = self.file.read_bytes()
        with sqlite3.connect(self.authority.folder / "authority.sqlite") as store:
            store.execute("DROP TABLE audit")
        store.close()
        self.assertNotIn("shown this once", self.command("add", "hospital-4", code=1))
        self.command("remove", "admin", code=1)
        self.assertEqual(self.file.read_bytes(), before)

    def test_a_file_that_cannot_be_used_lets_nobody_in_and_the_log_says_so(self):
        self.authority.start()
        before = self.file.read_bytes()
        self.file.write_bytes(before + b"nothing of the kind\n")
        self.assertEqual(self.issue(self.authority.api_key), 500)
        self.file.chmod(0o644)
        self.assertEqual(self.issue(self.authority.api_key), 500)
        log = (self.authority.home / "log").read_text()
        self.assertIn(f"{self.file}: each line must be a name", log)
        self.assertIn(f"{self.file} has the permissions 0644", log)
        self.assertNotIn(self.authority.api_key, log)
        self.assertEqual(self.authority.ask("GET", "/healthz"), (200, b"ok\n"))
        self.file.chmod(0o600)
        self.file.write_bytes(before)
        self.assertEqual(self.issue(self.authority.api_key), 200)


class IssueLimit(unittest.TestCase):
    def test_the_server_limits_the_codes_of_a_key_and_the_command_is_free(self):
        authority = Authority(issueBurst=2, issueSeconds=1000)
        self.addCleanup(authority.close)
        authority.start()
        authority.code()
        authority.code()
        status, answer = authority.post("/api/issue", {}, {"X-API-Key": authority.api_key})
        self.assertEqual((status, answer["errorCode"]), (429, "quota_exceeded"))
        for _ in range(3):
            self.assertIn("Code, good for 15 minutes", authority.run("issue", authority.folder, "--class", "f1"))
        rows = authority.stored("SELECT who, action, detail FROM audit WHERE way = 'api' AND action NOT LIKE 'issued-%'")
        self.assertEqual(rows, [("admin", "limit-reached", "issue")])


if __name__ == "__main__":
    unittest.main()
