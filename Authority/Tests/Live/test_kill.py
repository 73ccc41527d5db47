# SPDX-License-Identifier: GPL-3.0-or-later
"""The server is killed in the middle of publishes and exports: nothing is lost, nothing is there twice, no file changes."""
import hashlib
import http.client
import json
import os
import random
import signal
import subprocess
import threading
import time
import unittest

from authority import AUTHORITY, DEVICE, Authority, Device

ROUNDS = int(os.environ.get("KILL_ROUNDS", "10"))


class Kill(unittest.TestCase):
    def setUp(self):
        self.authority = Authority(sizes={"minimum": 10, "jitter": 0, "maximum": 1000})
        self.addCleanup(self.authority.close)

    def wait(self, condition):
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, "nothing came")
            time.sleep(0.0005)

    def exported(self):
        """The exports on the disk, those that are being written included."""
        return set((self.authority.folder / "public/v1/VN").glob("*/*.zip*"))

    def test_a_publish_that_was_answered_is_there_and_one_that_was_not_can_be_sent_again(self):
        everything, cut = [], 0
        for _ in range(ROUNDS):
            self.authority.start()
            devices = [Device(self.authority, days=3) for _ in range(12)]
            requests = [device.request(device.certificate()) for device in devices]
            answered = []

            def work(part):
                for request in part:
                    try:
                        if self.authority.post("/v1/publish", request)[0] == 200:
                            answered.append(request)
                    except (OSError, ValueError, http.client.HTTPException):  # the server is gone
                        return

            threads = [threading.Thread(target=work, args=(requests[start::3],)) for start in range(3)]
            for thread in threads:
                thread.start()
            enough = random.randint(1, 6)
            self.wait(lambda: len(answered) >= enough)
            self.authority.stop(signal.SIGKILL)
            for thread in threads:
                thread.join()
            self.authority.start()
            for request in requests:
                status, answer = self.authority.post("/v1/publish", request)
                self.assertEqual(status, 200, answer)
                if request in answered:
                    self.assertEqual(answer["insertedExposures"], 0, "it was answered before the kill")
            cut += 0 < len(answered) < len(requests)
            everything += [key for device in devices for key in device.keys()]
            self.authority.stop()
        stored = [key for key, in self.authority.stored("SELECT key FROM keys")]
        self.assertEqual(sorted(stored), sorted(everything))
        self.assertGreater(cut, 0, "no kill came in the middle: this shows nothing")

    def test_an_export_that_was_killed_is_finished_with_the_same_files(self):
        devices, seen, cut = [], {}, 0
        for _ in range(ROUNDS):
            self.authority.start()
            for _ in range(4):
                devices.append(Device(self.authority, days=13))
                devices[-1].publish()
            self.authority.stop(signal.SIGKILL)
            export = subprocess.Popen([AUTHORITY, "export", self.authority.folder], stdout=subprocess.DEVNULL)
            before, count = self.exported(), random.randint(1, 2)
            self.wait(lambda: len(self.exported() - before) >= count or export.poll() is not None)
            export.kill()
            export.wait()
            cut += not self.exported() <= set(self.authority.listed())
            for path in self.authority.listed():
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                self.assertEqual(seen.setdefault(path, content), content, "a file that was listed changed")
        self.assertGreater(cut, 0, "no kill came in the middle: this shows nothing")
        self.authority.run("export", self.authority.folder)
        listed = self.authority.listed()
        self.assertLessEqual(set(seen), set(listed))
        counts = {}
        for path in listed:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            self.assertEqual(seen.setdefault(path, content), content)
            shown = subprocess.run(
                [DEVICE / "bluezonectl", "export", "show", path, "--json"], capture_output=True, text=True, check=True)
            for key in json.loads(shown.stdout)["keys"]:
                counts[key["key"]] = counts.get(key["key"], 0) + 1
        for device in devices:
            for key in device.keys():
                self.assertEqual(counts.get(key.hex()), 1)


if __name__ == "__main__":
    unittest.main()
