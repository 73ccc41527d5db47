# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine's clock is set while the server runs: libfaketime stands for whoever sets it."""
import glob
import re
import unittest

from authority import Authority, Device


class WrongClock(unittest.TestCase):
    def setUp(self):
        self.authority = Authority()
        self.addCleanup(self.authority.close)
        self.setting = self.authority.home / "clock"
        self.set("+0")
        library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        self.assertTrue(library, "the package libfaketime is installed")
        # Through another program: what the library does in the first one moves the environment, by which Swift finds its arguments.
        self.authority.start(
            inside=["env", f"LD_PRELOAD={library[0]}", f"FAKETIME_TIMESTAMP_FILE={self.setting}", "FAKETIME_NO_CACHE=1",
                    "FAKETIME_DONT_FAKE_MONOTONIC=1", "env"])

    def set(self, offset):
        self.setting.write_text(offset)

    def health(self):
        status, words = self.authority.ask("GET", "/healthz")
        return status, words.decode().strip()

    def test_while_the_clock_is_wrong_nothing_is_taken_in_and_afterwards_everything(self):
        device = Device(self.authority)
        request = device.request(device.certificate())
        for offset, jump in (("-1d", -86_400), ("+400d", 400 * 86_400)):
            self.set(offset)
            status, words = self.health()
            self.assertEqual(status, 503)
            found = int(re.fullmatch(r"the clock jumped by (-?\d+) s", words).group(1))
            self.assertAlmostEqual(found, jump, delta=2)
            status, answer = self.authority.post("/v1/publish", request)
            self.assertEqual((status, answer["code"]), (500, "internal_error"))
            status, answer = self.authority.post("/api/issue", {}, {"X-API-Key": self.authority.api_key})
            self.assertEqual((status, answer["errorCode"]), (503, "clock_wrong"))
            self.assertEqual(self.authority.post("/v1/count", {"province": "VN-04"})[0], 500)
        self.set("+0")
        self.assertEqual(self.health(), (200, "ok"))
        self.assertEqual(self.authority.post("/v1/count", {"province": "VN-04"})[0], 200)
        self.authority.code()
        status, answer = self.authority.post("/v1/publish", request)
        self.assertEqual((status, answer.get("insertedExposures")), (200, 26), answer)


if __name__ == "__main__":
    unittest.main()
