# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that fills up, a real one: the server says so, goes on, and loses nothing."""
import os
import pathlib
import subprocess
import unittest

from authority import AUTHORITY, Authority, Device

# The disk is a tmpfs that only the server sees; who is not root makes it in a namespace of users too.
PRIVATE = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
ENTER = ["--mount"] + ([] if os.geteuid() == 0 else ["--user", "--preserve-credentials"])


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.authority = Authority()
        self.addCleanup(self.authority.close)

    def start(self, place):
        """Starts the server with a disk of 4 MiB at `place`, on which there is what was there before."""
        script = 'cp -a "$0" "$0.old" && mount -t tmpfs -o size=4m none "$0" && cp -a "$0.old/." "$0" && exec "$@"'
        self.authority.start(inside=[*PRIVATE, "sh", "-c", script, place])
        # The server's own view of the disk.
        self.place = pathlib.Path(f"/proc/{self.authority.server.pid}/root{place}")

    def fill(self):
        with open(self.place / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                pass

    def export(self):
        """The command `export` on the server's disk."""
        return subprocess.run(
            ["nsenter", "--target", str(self.authority.server.pid), *ENTER, "--", AUTHORITY, "export", self.authority.folder],
            capture_output=True, text=True, timeout=60)

    def listed(self):
        return self.authority.ask("GET", "/v1/VN/index.txt")[1].split()

    def test_an_export_folder_that_is_full_keeps_its_lists_and_goes_on_when_there_is_room(self):
        self.start(self.authority.folder / "public")
        first = Device(self.authority)
        first.publish()
        self.assertEqual(self.export().returncode, 0)
        before = self.listed()
        self.assertEqual(len(before), 2)
        self.fill()
        second = Device(self.authority)
        self.assertEqual(second.publish()["insertedExposures"], 26, "keys are taken in all the same")
        failed = self.export()
        self.assertEqual(failed.returncode, 1)
        self.assertIn("No space left on device", failed.stderr)
        self.assertEqual(self.listed(), before)
        for name in before:
            self.assertEqual(self.authority.ask("GET", "/v1/VN/" + name.decode())[0], 200)
        self.assertEqual(list(self.place.glob("**/*.new")), [], "nothing half-written stays")
        (self.place / "filler").unlink()
        self.assertIn("2 files", self.export().stdout)
        self.assertEqual(len(self.listed()), 4)

    def test_a_store_that_is_full_refuses_for_now_and_takes_the_same_publish_later(self):
        self.start(self.authority.folder)
        device = Device(self.authority)
        request = device.request(device.certificate())
        self.fill()
        status, answer = self.authority.post("/v1/publish", request)
        self.assertEqual((status, answer["code"]), (500, "internal_error"))
        self.assertEqual(self.authority.ask("GET", "/v1/VN/index.txt")[0], 200)
        self.assertIn("disk is full", (self.authority.home / "log").read_text())
        (self.place / "filler").unlink()
        status, answer = self.authority.post("/v1/publish", request)
        self.assertEqual((status, answer.get("insertedExposures")), (200, 26), answer)


if __name__ == "__main__":
    unittest.main()
