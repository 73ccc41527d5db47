# SPDX-License-Identifier: GPL-3.0-or-later
"""`run` with guests that only say what they found: what is tried again, and what is not."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

RUN = pathlib.Path(__file__).resolve().parent.parent / "run"
# Takes what the guest with this results folder's name leaves from the folder `guests`.
BOOT = """\
#!/bin/bash
while getopts s:t:o: option; do
    [ "$option" != o ] || results=$OPTARG
done
mkdir -p "$results"
cp "$(dirname "$0")/guests/$(basename "$results")"/* "$results/"
exit "$(cat "$results/status" 2>/dev/null || echo 125)"
"""
GOOD = {"output": "ok - all\n1 passed, 0 failed\n", "failed": "", "status": "0\n"}
BAD = {"output": "not ok - too late\n0 passed, 1 failed\n", "failed": "rotation\n", "status": "1\n"}
FINAL = BAD | {"output": "ok - one\nnot ok (final) - an address links two\n1 passed, 1 failed\n"}
CRASHED = {"output": "ok - one\n", "qemu": "qemu: tcg.c: Assertion `x' failed.\n"}


class SecondRuns(unittest.TestCase):
    def run_with(self, **guests):
        """Runs one kind; returns the exit status, the guests that were booted, and what was said."""
        with tempfile.TemporaryDirectory() as folder:
            here = pathlib.Path(folder, "guest")
            here.mkdir()
            shutil.copy(RUN, here / "run")
            for name, text in (("boot", BOOT), ("setup", "#!/bin/sh\n"), ("fetch_bumble", "#!/bin/sh\nexit 1\n")):
                (here / name).write_text(text, encoding="ascii")
                (here / name).chmod(0o755)
            for name, files in guests.items():
                (here / "guests" / name.replace("_", "-")).mkdir(parents=True)
                for file, text in files.items():
                    (here / "guests" / name.replace("_", "-") / file).write_text(text, encoding="ascii")
            results = pathlib.Path(folder, "results")
            done = subprocess.run([here / "run", "--stage", folder, "--kind", "extended", "--only", "rotation", "--results", results],
                                  check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            return done.returncode, sorted(path.name for path in results.iterdir()), done.stdout

    def test_a_subject_that_failed_is_taken_back_by_a_second_run(self):
        status, booted, said = self.run_with(extended=BAD, extended_again=GOOD)
        self.assertEqual((status, booted), (0, ["extended", "extended-again"]), said)
        self.assertIn("extended: rotation failed at first and passed alone", said)

    def test_a_final_result_is_not(self):
        status, booted, said = self.run_with(extended=FINAL, extended_again=GOOD)
        self.assertEqual((status, booted), (1, ["extended"]), said)
        self.assertIn("\nnot ok (final) - an address links two\n== not again", said)

    def test_nor_is_one_from_before_the_emulator_gave_up(self):
        status, booted, said = self.run_with(extended=CRASHED, extended_again=GOOD)
        self.assertEqual((status, booted), (0, ["extended", "extended-again"]), said)
        status, booted, said = self.run_with(extended=CRASHED | {"output": FINAL["output"]}, extended_again=GOOD)
        self.assertEqual((status, booted), (1, ["extended"]), said)

    def test_a_second_run_may_be_final_too(self):
        status, _, said = self.run_with(extended=BAD, extended_again=FINAL)
        self.assertEqual(status, 1, said)


if __name__ == "__main__":
    unittest.main()
