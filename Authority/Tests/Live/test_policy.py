# SPDX-License-Identifier: GPL-3.0-or-later
"""The authority's policy, weekly counts and keys taken back, from the server's command to a real bluezoned's alert."""
import json
import os
import re
import subprocess
import time
import unittest
import urllib.request

from authority import DEVICE, Authority, Device


class Station:
    """A device of its own: a real bluezoned without a radio, bluezone-sync, and a bus that both tool and daemon are on."""

    def __init__(self, authority, more=""):
        self.home = authority.home / "station"
        for name in ("spool", "keys.d", "state"):
            (self.home / name).mkdir(parents=True)
        (self.home / "keys.d/452-v1.pem").write_bytes(authority.public_key().read_bytes())
        self.bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        address = self.bus.stdout.readline().strip()
        self.environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=address, LANG="C.UTF-8", NO_COLOR="1")
        self.config = self.home / "bluezone.conf"
        self.config.write_text(
            f"[Station]\nStateFolder={self.home}/state\n[Radio]\nKind=air\nAir={self.home}/air\n[Clock]\nTrust=always\n"
            f"[Cases]\nSpool={self.home}/spool\nKeysFolder={self.home}/keys.d\n"
            f"[Sync]\nIndex=http://127.0.0.1:{authority.port}/v1/VN/index.txt\n"
            f"[Publish]\nServer=http://127.0.0.1:{authority.port}/\n{more}")
        self.log = self.home / "log"
        self.daemon = None

    def start(self):
        with open(self.log, "a") as sink:
            self.daemon = subprocess.Popen(
                [DEVICE / "bluezoned", "--config", self.config], env=self.environment, stderr=sink)
        return self

    def close(self):
        for process in (self.daemon, self.bus):
            if process:
                process.terminate()
                process.wait(30)
        self.bus.stdout.close()

    def tool(self, *words, text=None):
        done = subprocess.run(
            [DEVICE / "bluezonectl", *map(str, words)], input=text, env=self.environment, text=True, capture_output=True)
        return done.stdout + done.stderr

    def sync(self):
        done = subprocess.run(
            [DEVICE / "bluezone-sync", "--config", self.config], env=self.environment, text=True, capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def hear(self, key, day, minutes):
        """Writes into the journal that whoever has this key was at a metre from noon on."""
        derived = json.loads(self.tool(
            "derive", "--format", "exposure-notification", "--key", key.hex(),
            "--day", time.strftime("%Y-%m-%d", time.gmtime(day * 86400)), "--json"))
        lines = []
        for minute in range(720, 720 + minutes, 5):
            identifier = derived["identifiers"][minute // 10]
            metadata = subprocess.run(
                ["openssl", "enc", "-aes-128-ctr", "-K", derived["aemk"], "-iv", identifier],
                input=bytes([0x40, 0, 0, 0]), capture_output=True, check=True).stdout.hex()
            now = day * 86400 + minute * 60
            lines.append(json.dumps({"format": "exposure-notification", "id": identifier, "metadata": metadata,
                                     "time": now, "rssi": -50, "previousScan": now - 300}))
        self.tool("journal", "load", self.home / "state/journal", text="\n".join(lines) + "\n")

    def alerts(self):
        path = self.home / "state/alerts/alerts"
        return path.read_text().splitlines() if path.exists() else []

    def wait(self, condition, what):
        end = time.monotonic() + 60
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{what}: nothing came; the log: {self.log.read_text()[-3000:]}")
            time.sleep(0.1)

    def says(self, text):
        self.wait(lambda: text in self.log.read_text(), text)


class Policy(unittest.TestCase):
    def setUp(self):
        self.authority = Authority(sizes={"minimum": 10, "jitter": 0, "maximum": 1000}).start()
        self.addCleanup(self.authority.close)

    def station(self, more=""):
        station = Station(self.authority, more)
        self.addCleanup(station.close)
        return station

    def set_policy(self, text, *more, code=0):
        path = self.authority.home / "thresholds.conf"
        path.write_text(text)
        return self.authority.run("policy", "set", self.authority.folder, path, *more, code=code)

    def test_thresholds_decide_who_is_warned_and_a_key_taken_back_ends_it(self):
        authority, station = self.authority, self.station()
        case = Device(authority)
        key, day = case.exposure[0]
        station.hear(key, day, minutes=30)
        self.set_policy("AlertMinutes=60\n")
        token = case.publish()["revisionToken"]
        authority.run("export", authority.folder)
        self.assertIn("a new policy", station.sync())
        station.start()
        station.says("is in force until")
        station.says("1 were heard")
        self.assertEqual(station.alerts(), [])

        self.assertRegex(self.set_policy("[Policy]\nAlertMinutes=20\n"), r"Policy \d{8}02 of VN is published")
        self.assertIn("a new policy", station.sync())
        station.wait(station.alerts, "an alert")
        self.assertRegex(station.alerts()[0], r"^F1 \S+ 30 exposure-notification$")
        self.assertRegex(station.tool("status"), r"Policy: +no\. \d{8}02 of VN, signed by 452-v1, since ")
        self.assertEqual(json.loads(station.tool("status", "--json"))["policyEntries"], ["AlertMinutes=20"])
        self.assertIn("AlertMinutes=20", authority.run("policy", "show", authority.folder))

        # Whom the authority took for a case by mistake takes it back.
        request = case.request(case.certificate(testType="negative"))
        status, answer = authority.post("/v1/publish", {**request, "revisionToken": token})
        self.assertEqual((status, answer["insertedExposures"]), (200, 26), answer)
        authority.run("export", authority.folder)
        station.sync()
        station.says("is taken back")
        station.wait(lambda: station.alerts() == [], "the alert's end")

    def test_a_policy_that_somebody_replays_or_forges_is_refused_by_the_daemon(self):
        station = self.station("[Policy]\nNearWeight=1\n")
        self.set_policy("AlertMinutes=20\n")
        station.sync()
        old = (station.home / "spool/policy.txt").read_bytes()
        self.set_policy("AlertMinutes=10\n")
        station.sync()
        station.start()
        station.says("is in force until")
        for content, word in ((old, "is newer"), (old.replace(b"=20", b"=99"), "it was changed")):
            part = station.home / "spool/.policy.part"
            part.write_bytes(content)
            part.rename(station.home / "spool/policy.txt")
            station.says(word)
        status = station.tool("status")
        self.assertIn("the health authority's policy was refused", status)
        self.assertRegex(status, r"Policy: +no\. \d{8}02 of VN.*this device's configuration sets NearWeight=1")

    def test_what_nobody_can_mean_is_not_published(self):
        self.assertIn("do not alert", self.set_policy("AlertMinutes=1440\n", code=1))
        self.assertIn("none;", self.authority.run("policy", "show", self.authority.folder))
        self.assertEqual(self.authority.ask("GET", "/v1/VN/policy.txt")[0], 404)

    def test_who_agreed_is_counted_once_and_who_did_not_is_not(self):
        station = self.station("[Adoption]\nCount=yes\nProvince=VN-04\n")
        week = time.strftime("%G-W%V", time.gmtime())
        (station.home / "count").write_text(f"bluezone-count 1\nweek {week}\ndue 0\nsent no\n")
        for _ in range(3):
            station.sync()
        rows = self.authority.stored("SELECT province, devices FROM adoption")
        self.assertEqual(rows, [("VN-04", 1)])
        station.config.write_text(station.config.read_text().replace("Count=yes", "Count=no"))
        (station.home / "count").unlink()
        station.sync()
        self.assertFalse((station.home / "count").exists())
        self.assertEqual(self.authority.stored("SELECT sum(devices) FROM adoption"), [(1,)])

    def test_keys_are_revoked_by_their_bytes_and_by_an_export(self):
        authority = self.authority
        case = Device(authority, days=3)
        case.publish()
        authority.run("export", authority.folder)
        text = authority.run("revoke", authority.folder, "--key", case.exposure[0][0].hex())
        self.assertIn("1 keys were taken back", text)
        files = [word for path in authority.listed() for word in ("--export", path)]
        self.assertIn("5 keys were taken back", authority.run("revoke", authority.folder, *files))
        authority.run("revoke", authority.folder, "--key", "abc", code=64)

    def test_numbers_are_for_this_machine_only(self):
        self.authority.stop()
        authority = self.authority.start("--metrics-port", "0")
        end, found = time.monotonic() + 30, None
        while not found and time.monotonic() < end:
            found = re.search(r"metrics at http://127.0.0.1:(\d+)/metrics", (authority.home / "log").read_text())
        port = found.group(1)
        Device(authority).publish()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            text = answer.read().decode()
        self.assertIn("\nbluezone_publishes_total 1\n", text)
        self.assertEqual(authority.ask("GET", "/metrics")[0], 404)
        self.assertEqual(authority.ask("GET", "/readyz"), (200, b"ok\n"))


if __name__ == "__main__":
    unittest.main()
