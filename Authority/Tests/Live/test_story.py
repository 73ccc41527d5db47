# SPDX-License-Identifier: GPL-3.0-or-later
"""A case and a contact publish; a device's own bluezone-sync fetches, and bluezonectl reads and checks."""
import json
import subprocess
import unittest

from authority import DEVICE, Authority, Device, own_certificate


class Story(unittest.TestCase):
    def setUp(self):
        self.authority = Authority()
        self.addCleanup(self.authority.close)

    def sync(self):
        """One run of bluezone-sync; answers what it said and the names in its spool."""
        home = self.authority.home / "device"
        (home / "spool").mkdir(parents=True, exist_ok=True)
        config = home / "bluezone.conf"
        config.write_text(
            f"[Sync]\nIndex=http://127.0.0.1:{self.authority.port}/v1/VN/index.txt\n[Cases]\nSpool={home}/spool\n")
        done = subprocess.run(
            [DEVICE / "bluezone-sync", "--config", config], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stderr, sorted(path for path in (home / "spool").iterdir() if path.suffix == ".zip")

    def show(self, path):
        done = subprocess.run(
            [DEVICE / "bluezonectl", "export", "show", path, "--json"], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def test_what_is_published_reaches_a_device_with_a_good_signature(self):
        authority = self.authority.start()
        self.assertIn("fetched 0 new", self.sync()[0])
        case, contact = Device(authority), Device(authority)
        self.assertEqual(case.publish(symptomDate=None)["insertedExposures"], 26)
        self.assertEqual(contact.publish(**{"class": "F1", "region": "VN-04"})["insertedExposures"], 26)
        self.assertIn("4 files", authority.run("export", authority.folder), "two of the country, two of the province")

        said, files = self.sync()
        self.assertIn("fetched 4 new", said, "the country's list has the province's too")
        types = {}
        for path in files:
            done = subprocess.run(
                [DEVICE / "bluezonectl", "export", "verify", path, "--key", authority.public_key()],
                capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            keys = self.show(path)["keys"]
            self.assertGreaterEqual(len(keys), 1000)
            types.update({key["key"]: key["reportType"] for key in keys})
        self.assertEqual({types.get(key.hex()) for key in case.keys()}, {1}, "confirmed by a test")
        self.assertEqual({types.get(key.hex()) for key in contact.keys()}, {4}, "recursive")
        self.assertIn("fetched 0 new", self.sync()[0])

        Device(authority).publish()
        authority.run("export", authority.folder)
        self.assertIn("fetched 2 new", self.sync()[0])
        self.assertEqual(len(authority.listed("VN-04")), 2)

    def test_another_authority_s_key_does_not_fit(self):
        other = Authority()
        self.addCleanup(other.close)
        authority = self.authority.start()
        Device(authority).publish()
        authority.run("export", authority.folder)
        done = subprocess.run(
            [DEVICE / "bluezonectl", "export", "verify", authority.listed()[0], "--key", other.public_key()],
            capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)

    def test_tls_ends_in_the_server(self):
        certificate, context = own_certificate(self.authority.home)
        authority = self.authority.start("--certificate", certificate, context=context)
        self.assertEqual(authority.ask("GET", "/healthz"), (200, b"ok\n"))
        self.assertEqual(Device(authority).publish()["insertedExposures"], 26)

    def test_the_server_stops_at_once_and_without_a_word_when_told_to(self):
        authority = self.authority.start()
        connection = authority.connection()
        self.addCleanup(connection.close)
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        self.assertEqual(authority.stop(), 0)

    def test_a_key_that_others_can_read_stops_everything(self):
        key = self.authority.folder / "keys/export-452-v1.pem"
        key.chmod(0o644)
        for command in ("serve", "issue", "export"):
            arguments = ["--class", "f0"] if command == "issue" else []
            text = self.authority.run(command, self.authority.folder, *arguments, code=1)
            self.assertIn(f"{key} has the permissions 0644 and is not used", text)
        key.unlink()
        self.assertIn("is missing", self.authority.run("export", self.authority.folder, code=1))

    def test_an_address_for_all_needs_tls_or_a_word(self):
        text = self.authority.run("serve", self.authority.folder, "--host", "0.0.0.0", code=64)
        self.assertIn("without TLS", text)

    def test_the_command_issues_codes_that_the_server_takes(self):
        authority = self.authority.start()
        text = authority.run("issue", authority.folder, "--class", "f1", "--region", "VN-04")
        code = text.split("15 minutes: ")[1].split()[0]
        status, answer = authority.post("/api/verify", {"code": code, "accept": ["recursive"]})
        self.assertEqual((status, answer["class"]), (200, "F1"))
        authority.run("issue", authority.folder, "--class", "f2", code=64)
        authority.run("issue", authority.folder, "--class", "f0", "--symptom-date", "2026-02-30", code=64)

    def test_every_command_explains_itself(self):
        for command in ([], ["init"], ["serve"], ["issue"], ["export"], ["revoke"], ["policy"], ["policy", "set"],
                        ["official"], ["api-key"], ["api-key", "add"], ["api-key", "list"], ["api-key", "remove"],
                        ["backup"], ["restore"]):
            self.assertIn("USAGE: bluezone-authority", self.authority.run(*command, "--help"))


if __name__ == "__main__":
    unittest.main()
