# SPDX-License-Identifier: GPL-3.0-or-later
"""A signing key takes another's place, as docs/authority.md has it."""
import re
import subprocess
import unittest

from authority import Authority
from test_policy import Station


class Rotation(unittest.TestCase):
    def setUp(self):
        self.authority = Authority(sizes={"minimum": 10, "jitter": 0, "maximum": 1000}).start()
        self.addCleanup(self.authority.close)

    def new_key(self):
        """Puts a second signing key beside the first one; answers the file with what devices need of it."""
        key, public = self.authority.folder / "keys/export-452-v2.pem", self.authority.home / "452-v2.pem"
        for command in (["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key],
                        ["ec", "-in", key, "-pubout", "-out", public]):
            subprocess.run(["openssl", *command], check=True, stderr=subprocess.DEVNULL)
        key.chmod(0o600)
        return public

    def published(self):
        """The thresholds that everybody fetches, and who signed them."""
        text = (self.authority.folder / "public/v1/VN/policy.txt").read_text()
        return text.split("signature ")[0], re.findall(r"^signature (\S+) ", text, re.MULTILINE)

    def test_a_device_that_knows_only_the_new_key_takes_the_policy_after_the_next_export(self):
        authority = self.authority
        thresholds = authority.home / "thresholds.conf"
        thresholds.write_text("AlertMinutes=20\n")
        authority.run("policy", "set", authority.folder, thresholds)
        before, signers = self.published()
        self.assertEqual(signers, ["452-v1"])
        public = self.new_key()
        self.assertIn("2 policies signed again", authority.run("export", authority.folder), "the country's and the province's")
        self.assertEqual(self.published(), (before, ["452-v2", "452-v1"]))
        self.assertNotIn("signed again", authority.run("export", authority.folder))

        (authority.folder / "keys/export-452-v1.pem").unlink()
        authority.stop()
        authority.start()
        station = Station(authority)
        self.addCleanup(station.close)
        (station.home / "keys.d/452-v1.pem").unlink()
        (station.home / "keys.d/452-v2.pem").write_bytes(public.read_bytes())
        station.start()
        # The server makes an export as soon as it runs.
        station.wait(lambda: self.published()[1] == ["452-v2"], "a policy that the new key alone signed")
        self.assertEqual(self.published()[0], before)
        station.sync()
        station.says("is in force until")
        self.assertRegex(station.tool("status"), r"signed by 452-v2")


if __name__ == "__main__":
    unittest.main()
