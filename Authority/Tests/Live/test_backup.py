# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup is taken while devices publish and exports are made; what is restored goes on from there."""
import collections
import io
import json
import pathlib
import random
import sqlite3
import subprocess
import tarfile
import threading
import unittest

from authority import DEVICE, Authority, Device

AUDIT = "SELECT who, way, action, detail FROM audit ORDER BY number"
MADE = ("root", "command", "authority-made", "VN admin")


class Backup(unittest.TestCase):
    def setUp(self):
        self.authority = Authority(sizes={"minimum": 10, "jitter": 0, "maximum": 1000})
        self.addCleanup(self.authority.close)
        self.file = self.authority.home / "backup.tar"

    def backup(self):
        return self.authority.run("backup", self.authority.folder, self.file)

    def restored(self):
        """The authority again, in a folder of its own."""
        other = Authority()
        self.addCleanup(other.close)
        other.folder = other.home / "restored"
        other.run("restore", self.file, other.folder)
        other.api_key = self.authority.api_key
        return other

    def keys(self, path):
        shown = subprocess.run(
            [DEVICE / "bluezonectl", "export", "show", path, "--json"], capture_output=True, text=True, check=True)
        return [key["key"] for key in json.loads(shown.stdout)["keys"]]

    def test_what_was_restored_goes_on_where_the_backup_was_taken(self):
        authority = self.authority.start()
        early = [Device(authority, days=4) for _ in range(3)]
        for device in early:
            device.publish()
        authority.run("export", authority.folder)
        devices = [Device(authority, days=4) for _ in range(40)]
        requests = [device.request(device.certificate()) for device in devices]
        some, taken = threading.Event(), threading.Event()

        def work(start):
            for number, request in enumerate(requests[start::2]):
                if number == 16:
                    taken.wait(60)  # the last ones come after the backup by all means
                self.assertEqual(authority.post("/v1/publish", request)[0], 200)
                if number == 3:
                    some.set()

        threads = [threading.Thread(target=work, args=(start,)) for start in range(2)]
        export = threading.Thread(target=lambda: authority.run("export", authority.folder))
        for thread in threads:
            thread.start()
        some.wait(60)
        export.start()
        said = self.backup()
        taken.set()
        self.assertIn("keep it safe", said)
        for thread in [*threads, export]:
            thread.join()
        authority.stop()

        other = self.restored()
        first = other.listed()
        content = {path: path.read_bytes() for path in first}
        for path in first:
            old = authority.folder / path.relative_to(other.folder)
            self.assertEqual(content[path], old.read_bytes())
        self.assertGreaterEqual(len(first), 2)
        other.start()
        # Certificates, and so the keys that sign them, are the same; what the backup came too early for is sent again.
        answers = [other.post("/v1/publish", request) for request in requests]
        self.assertEqual({status for status, _ in answers}, {200})
        self.assertEqual({bool(answer["insertedExposures"]) for _, answer in answers}, {False, True}, "not in the middle")
        other.run("export", other.folder)
        counts, windows = collections.Counter(), collections.defaultdict(list)
        for path in other.listed():
            self.assertEqual(content.get(path, path.read_bytes()), path.read_bytes())
            counts.update(self.keys(path))
            start, end, _ = path.name.split("-")
            windows[path.parent.name].append((int(start), int(end)))
        self.assertEqual({counts[key.hex()] for device in early + devices for key in device.keys()}, {1})
        for all_of in windows.values():
            self.assertEqual([start for start, _ in all_of[1:]], [end for _, end in all_of[:-1]])
        self.assertEqual(other.stop(), 0)

    def test_it_is_one_file_for_its_owner_that_tar_reads(self):
        self.backup()
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        self.assertEqual([path.name for path in self.authority.home.iterdir() if path.name.startswith("backup")], ["backup.tar"])
        with tarfile.open(self.file) as archive:
            names = archive.getnames()
            self.assertEqual(archive.extractfile("secret").read(), (self.authority.folder / "secret").read_bytes())
            self.assertEqual(archive.getmember("public/v1/VN/index.txt").mode, 0o644)
        self.assertEqual((names[0], names[-2:]), ("VERSION", ["settings.json", "SHA256SUMS"]))
        self.assertLess({"authority.sqlite", "api-keys", "keys/certificate.pem", "keys/export-452-v1.pem"}, set(names))
        with tarfile.open(self.file) as archive:
            archive.extractall(self.authority.home / "by-tar", filter="data")
        subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=self.authority.home / "by-tar", check=True)
        text = self.authority.run("backup", self.authority.folder, self.file, code=1)
        self.assertIn("nothing is overwritten", text)

    def test_an_export_that_came_after_the_store_was_copied_is_left_out(self):
        self.authority.start()
        Device(self.authority).publish()
        self.authority.run("export", self.authority.folder)
        self.authority.stop()
        root = self.authority.folder / "public/v1/VN"
        late = root / "bz/1-2-00001.zip"
        late.write_bytes(b"x")
        listed = (root / "index.txt").read_text()
        (root / "index.txt").write_text(listed + "bz/1-2-00001.zip\n")
        self.backup()
        other = self.restored()
        self.assertEqual((other.folder / "public/v1/VN/index.txt").read_text(), listed)
        self.assertEqual(len(other.listed()), 2)
        self.assertTrue(all(path.exists() for path in other.listed()))
        self.assertFalse((other.folder / "public/v1/VN/bz/1-2-00001.zip").exists())

    def test_a_backup_and_what_is_made_of_it_are_written_down(self):
        self.backup()
        self.assertEqual(self.authority.stored(AUDIT), [MADE, ("root", "command", "backup-taken", "backup.tar")])
        other = self.restored()
        self.assertEqual(other.stored(AUDIT), [MADE, ("root", "command", "backup-restored", "backup.tar")])

    def test_a_log_that_cannot_be_written_keeps_no_backup_back(self):
        with sqlite3.connect(self.authority.folder / "authority.sqlite") as store:
            store.execute("DROP TABLE audit")
        store.close()
        self.assertIn("The audit log does not say so", self.backup())
        other = Authority()
        self.addCleanup(other.close)
        text = other.run("restore", self.file, other.home / "restored")
        self.assertIn("The audit log does not say so", text)
        self.assertTrue((other.home / "restored/settings.json").exists())

    def test_a_lock_is_in_no_backup(self):
        self.authority.run("api-key", "add", self.authority.folder, "hospital-4")
        self.assertTrue((self.authority.folder / "api-keys.lock").exists())
        self.backup()
        with tarfile.open(self.file) as archive:
            names = archive.getnames()
        self.assertIn("api-keys", names)
        self.assertEqual([name for name in names if name.endswith(".lock")], [])

    def test_permissions_are_as_they_were(self):
        self.backup()
        other = self.restored()
        for path in self.authority.folder.rglob("*"):
            if path.is_file() and not path.name.startswith("authority.sqlite") and path.name != "export.lock":
                again = other.folder / path.relative_to(self.authority.folder)
                self.assertEqual(again.stat().st_mode, path.stat().st_mode, path)
        other.start()
        self.assertEqual(Device(other).publish()["insertedExposures"], 26)

    def refused(self, content, word):
        damaged = self.authority.home / "damaged.tar"
        damaged.write_bytes(content)
        target = self.authority.home / "target"
        self.assertIn(word, self.authority.run("restore", damaged, target, code=1))
        self.assertFalse(target.exists())

    def test_a_damaged_backup_is_refused_and_nothing_is_written(self):
        self.backup()
        whole = self.file.read_bytes()
        chance = random.Random(5)
        for _ in range(10):
            place = chance.randrange(len(whole))
            self.refused(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1:], "Nothing was restored")
        for length in (0, 1, 511, 512, 1024, len(whole) // 2, len(whole) - 1024, len(whole) - 1):
            self.refused(whole[:length], "Nothing was restored")
        self.refused(whole + b"\0", "behind its end")
        self.refused(bytes(len(whole)), "a header is wrong")

    def test_names_that_lead_out_of_the_folder_are_refused(self):
        for name in ("../x", "/tmp/bluezone-x", "a/../../x", "keys//x", ".ssh", "public/.x"):
            path = self.authority.home / "foreign.tar"
            with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
                for member, content in (("VERSION", b"bluezone-authority backup 1\n"), (name, b"x")):
                    self.member(archive, member, content)
            self.refused(path.read_bytes(), "a header is wrong")
        self.assertFalse(pathlib.Path("/tmp/bluezone-x").exists())

    def member(self, archive, name, content):
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))

    def test_a_folder_with_something_in_it_is_left_alone(self):
        self.backup()
        target = self.authority.home / "target"
        target.mkdir()
        (target / "x").write_text("mine")
        self.assertIn("nothing is overwritten", self.authority.run("restore", self.file, target, code=1))
        self.assertIn("nothing is overwritten", self.authority.run("restore", self.file, target / "x", code=1))
        self.assertEqual([path.name for path in target.iterdir()], ["x"])
        (target / "x").unlink()
        self.authority.run("restore", self.file, target)
        self.assertTrue((target / "settings.json").exists())


if __name__ == "__main__":
    unittest.main()
