# SPDX-License-Identifier: GPL-3.0-or-later
"""Two servers on one PostgreSQL database; servers and the database are killed in the middle of their work."""
import collections
import hashlib
import http.client
import json
import random
import secrets
import signal
import subprocess
import threading
import time
import unittest

from authority import AUTHORITY, DEVICE, Device, b64
from database import Database, another, shared


class Postgres(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = Database()
        cls.addClassCleanup(cls.database.close)

    def setUp(self):
        self.database.ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        self.first = shared(self.database, sizes={"minimum": 10, "jitter": 0, "maximum": 1000})
        self.addCleanup(self.first.close)
        self.second = another(self.first)
        self.addCleanup(self.second.close)

    def wait(self, condition):
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, "nothing came")
            time.sleep(0.0005)

    def at_once(self, count, work):
        threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        return threads

    def publish(self, authority, request):
        """What the server answers; None when it is gone or the database is."""
        try:
            status, answer = authority.post("/v1/publish", request)
            return answer if status == 200 else None
        except (OSError, ValueError, http.client.HTTPException):
            return None

    def stored(self):
        return sorted(self.database.ask("SELECT encode(key, 'hex') FROM keys"))

    def export(self, authority):
        """Makes the exports, when who was killed at it has let go of the lock."""
        end = time.monotonic() + 30
        while True:
            done = subprocess.run([AUTHORITY, "export", authority.folder], capture_output=True, text=True)
            if done.returncode == 0:
                return
            self.assertIn("another process is making the exports now", done.stderr)
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)

    def test_one_server_goes_on_where_the_other_began(self):
        first, second = self.first.start(), self.second.start()
        device = Device(first)
        code = first.code()
        status, answer = second.post("/api/verify", {"code": code, "accept": ["confirmed"]})
        self.assertEqual(status, 200, answer)
        status, answer = first.post("/api/certificate", {"token": answer["token"], "ekeyhmac": b64(device.mac())})
        self.assertEqual(status, 200, answer)
        self.assertEqual(self.publish(second, device.request(answer["certificate"]))["insertedExposures"], 26)
        again = self.publish(first, device.request(answer["certificate"]))
        self.assertEqual(again["insertedExposures"], 0)
        self.assertTrue(again["revisionToken"])
        self.export(second)
        self.assertEqual(len(first.listed()), 2)
        self.assertFalse((first.folder / "authority.sqlite").exists())

    def test_a_code_that_both_servers_are_asked_for_is_good_once(self):
        servers = [self.first.start(), self.second.start()]
        for _ in range(10):
            code = servers[0].code()
            bound = []

            def work(number):
                server = servers[number % 2]
                status, answer = server.post("/api/verify", {"code": code, "accept": ["confirmed"]})
                if status != 200:
                    return
                status, answer = server.post(
                    "/api/certificate", {"token": answer["token"], "ekeyhmac": b64(secrets.token_bytes(32))})
                if status == 200:
                    bound.append(answer)

            for thread in self.at_once(6, work):
                thread.join()
            self.assertEqual(len(bound), 1)

    def test_what_a_killed_server_answered_is_there_and_the_other_takes_the_rest(self):
        self.second.start()
        everything, cut = [], 0
        for _ in range(6):
            self.first.start()
            devices = [Device(self.first, days=3) for _ in range(12)]
            requests = [device.request(device.certificate()) for device in devices]
            answered = []

            def work(start):
                for request in requests[start::3]:
                    if self.publish(self.first, request):
                        answered.append(request)

            threads, enough = self.at_once(3, work), random.randint(1, 6)
            self.wait(lambda: len(answered) >= enough)
            self.first.stop(signal.SIGKILL)
            for thread in threads:
                thread.join()
            cut += len(answered) < len(requests)
            for request in requests:
                answer = self.publish(self.second, request)
                if request in answered:
                    self.assertEqual(answer["insertedExposures"], 0, "it was answered before the kill")
                self.assertTrue(answer["revisionToken"])
            everything += [key.hex() for device in devices for key in device.keys()]
        self.assertEqual(self.stored(), sorted(everything))
        self.assertGreater(cut, 0, "no kill came in the middle: this shows nothing")

    def test_an_export_that_was_killed_is_finished_by_another_server_with_the_same_files(self):
        root, seen, cut, devices = self.first.folder / "public/v1/VN", {}, 0, []
        exported = lambda: set(root.glob("*/*.zip*"))
        for _ in range(6):
            self.first.start()
            for _ in range(3):
                devices.append(Device(self.first, days=13))
                devices[-1].publish()
            # Its own export is over by then; the next one is an hour away.
            self.first.stop(signal.SIGKILL)
            export = subprocess.Popen([AUTHORITY, "export", self.first.folder], stdout=subprocess.DEVNULL)
            before, count = exported(), random.randint(1, 2)
            self.wait(lambda: len(exported() - before) >= count or export.poll() is not None)
            export.kill()
            export.wait()
            listed = set(self.first.listed())
            cut += not exported() <= listed
            kept = {path: path.read_bytes() for path in exported() if path.suffix == ".zip"}
            self.export(self.second)
            for path, content in kept.items():
                self.assertEqual(path.read_bytes(), content, "a file changed")
        self.assertGreater(cut, 0, "no kill came in the middle: this shows nothing")
        counts = collections.Counter()
        for path in self.first.listed():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            self.assertNotIn(digest, seen)
            seen[digest] = path
            shown = subprocess.run(
                [DEVICE / "bluezonectl", "export", "show", path, "--json"], capture_output=True, text=True, check=True)
            counts.update(key["key"] for key in json.loads(shown.stdout)["keys"])
        self.assertEqual({counts[key.hex()] for device in devices for key in device.keys()}, {1})
        self.assertEqual(self.database.ask("SELECT count(*) FROM batches WHERE finished IS NULL"), ["0"])

    def test_servers_outlive_their_database(self):
        servers = [self.first.start(), self.second.start()]
        devices = [Device(servers[0], days=3) for _ in range(60)]
        requests = [device.request(device.certificate()) for device in devices]
        failed, answers = [], {}

        def work(start):
            for number in range(start, len(requests), 6):
                while number not in answers:
                    answer = self.publish(servers[number % 2], requests[number])
                    if answer:
                        answers[number] = answer
                    else:
                        failed.append(number)
                        time.sleep(0.1)

        threads = self.at_once(6, work)
        self.wait(lambda: len(answers) >= 6)
        self.database.tell("stop")
        self.assertEqual(servers[0].ask("GET", "/healthz")[0], 503)
        self.wait(lambda: failed)
        self.database.tell("start")
        for thread in threads:
            thread.join()
        self.assertEqual(servers[0].ask("GET", "/healthz")[0], 200)
        self.assertEqual(self.stored(), sorted(key.hex() for device in devices for key in device.keys()))
        self.assertEqual(self.database.ask("SELECT count(*) FROM certificates"), ["60"])
        for server in servers:
            self.assertNotIn("hmac", (server.home / "log").read_text().lower())
            self.assertEqual(server.stop(), 0)

    def test_a_server_begins_before_its_database(self):
        self.database.tell("stop")
        try:
            self.first.start()
            self.assertEqual(self.first.ask("GET", "/healthz")[0], 503)
        finally:
            self.database.tell("start")
        end = time.monotonic() + 60
        while self.first.ask("GET", "/healthz")[0] != 200:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)

    def test_a_dump_and_a_backup_make_the_authority_again(self):
        first = self.first.start()
        devices = [Device(first, days=3) for _ in range(2)]
        devices[0].publish()
        self.export(first)
        devices[1].publish()
        listed = [path.name for path in first.listed()]
        dump, backup = first.home / "dump", first.home / "backup.tar"
        subprocess.run(["pg_dump", "--format=custom", "--file", dump, self.database.address], check=True)
        # The exports are seen through the other folder's link.
        self.assertIn("pg_dump", self.second.run("backup", self.second.folder, backup))
        first.stop()
        self.database.ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        subprocess.run(["pg_restore", "--dbname", self.database.address, dump], check=True)
        restored = another(first)
        self.addCleanup(restored.close)
        restored.folder = restored.home / "restored"
        self.assertIn("pg_restore", restored.run("restore", backup, restored.folder))
        self.export(restored)
        self.assertEqual([path.name for path in restored.listed()][:2], listed)
        self.assertEqual(len(restored.listed()), 4)

    def test_a_newer_program_s_database_and_an_address_with_a_password_are_refused(self):
        self.database.ask("UPDATE bluezone_version SET version = 1000")
        for command in ("serve", "export"):
            self.assertIn("newer version", self.first.run(command, self.first.folder, code=1))
        text = self.first.run("init", self.first.home / "x", "--store", "postgresql://a:hunter2@h/d", code=1)
        self.assertIn("password", text)
        self.assertNotIn("hunter2", text)


if __name__ == "__main__":
    unittest.main()
