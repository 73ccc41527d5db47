# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports to an S3-compatible store that checks signatures, loses requests and answers, and refuses."""
import sqlite3
import subprocess
import unittest

import bucket
from authority import DEVICE, Authority, Device


class ExportsToABucket(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        moto = bucket.fetched()
        if not moto:
            raise unittest.SkipTest("moto could not be fetched from PyPI: nothing is shown about S3-compatible stores")
        cls.bucket = bucket.Bucket(moto)
        cls.addClassCleanup(cls.bucket.close)

    def setUp(self):
        self.bucket.fresh()
        self.authority = Authority(bucket=self.bucket.settings())
        self.addCleanup(self.authority.close)
        self.use(*self.bucket.key)

    def use(self, access, secret):
        path = self.authority.folder / "bucket-key"
        path.write_text(f"{access} {secret}\n")
        path.chmod(0o600)

    def published(self):
        self.authority.start()
        device = Device(self.authority)
        device.publish()
        self.authority.stop()
        return device

    def export(self, code=0):
        return self.authority.run("export", self.authority.folder, code=code)

    def listed(self, name="exports/v1/VN/index.txt"):
        return self.bucket.get(name)["Body"].read().decode().split()

    def test_files_are_there_for_everybody_and_lists_come_last(self):
        self.published()
        self.bucket.puts.clear()
        self.export()
        names = [path for status, path in self.bucket.puts if status == 200]
        self.assertEqual([name.rsplit(".", 1)[1] for name in names], ["zip", "zip"] + ["txt"] * 4)
        for name in self.listed():
            found = self.bucket.get("exports/v1/VN/" + name)
            self.assertEqual(found["ContentType"], "application/zip")
            self.assertIn("immutable", found["CacheControl"])
            path = self.authority.home / "export.zip"
            path.write_bytes(found["Body"].read())
            subprocess.run(
                [DEVICE / "bluezonectl", "export", "verify", path, "--key", self.authority.public_key()], check=True,
                stdout=subprocess.DEVNULL)
        index = self.bucket.get("exports/v1/VN/index.txt")
        self.assertEqual((index["ContentType"], index["CacheControl"]), ("text/plain; charset=us-ascii", "public, max-age=300"))
        self.assertEqual(list(self.authority.folder.glob("public/**/*.zip")), [])
        before = self.bucket.objects()
        self.bucket.puts.clear()
        self.export()
        self.assertEqual((self.bucket.puts, self.bucket.objects()), ([], before))

    def test_lost_requests_and_answers_are_made_up_for(self):
        self.published()
        self.export()
        before = self.bucket.objects()
        self.published()
        self.bucket.troubles = ["cut", "busy", None, "lost", "busy", "cut", None, "lost", "busy", "busy"]
        self.export()
        self.assertEqual(self.bucket.troubles, [])
        self.assertEqual(len(self.listed()), 4)
        after = self.bucket.objects()
        for name, tag in before.items():
            if name.endswith(".zip"):
                self.assertEqual(after[name], tag)

    def test_a_file_that_is_there_is_never_written_again(self):
        self.published()
        self.export()
        names = [name for name in self.bucket.objects() if name.endswith(".zip")]
        before = self.bucket.objects()
        # As if the crash had come after the files and before the store knew of them.
        with sqlite3.connect(self.authority.folder / "authority.sqlite") as store:
            store.executescript("UPDATE batches SET finished = NULL; DELETE FROM files;")
        self.export()
        self.assertEqual(self.bucket.objects(), before)
        self.assertEqual(sorted("exports/v1/VN/" + name for name in self.listed()), sorted(names))

    def test_who_is_refused_says_why_and_loses_nothing(self):
        self.published()
        self.use(self.bucket.key[0], "wrong" * 8)
        text = self.export(code=1)
        self.assertIn("403", text)
        self.assertNotIn("wrongwrong", text)
        (self.authority.folder / "bucket-key").chmod(0o644)
        self.assertIn("0644 and is not used", self.export(code=1))
        self.use(*self.bucket.key)
        self.assertIn("2 files", self.export())
        self.assertEqual(len(self.listed()), 2)

    def test_a_store_that_is_not_there_is_told(self):
        self.published()
        self.bucket.troubles = ["busy"] * 5
        self.assertIn(": 503", self.export(code=1))
        self.assertIn("2 files", self.export())


if __name__ == "__main__":
    unittest.main()
