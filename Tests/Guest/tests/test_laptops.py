# SPDX-License-Identifier: GPL-3.0-or-later
"""Which guests `run` boots as laptops, and what it wants of them; they only note their words."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

RUN = pathlib.Path(__file__).resolve().parent.parent / "run"
BOOT = """\
#!/bin/bash
words=$*
while getopts s:t:o:l: option; do
    [ "$option" != o ] || results=$OPTARG
done
mkdir -p "$results"
echo "$words" >"$results/words"
"""
PLAIN, ALL = ["extended", "legacy"], ["extended", "extended-laptop", "legacy", "legacy-laptop"]


class Laptops(unittest.TestCase):
    def booted(self, *words):
        """Returns the guests; keeps what each was booted with. Without Bumble, so that of `connected` there is none."""
        with tempfile.TemporaryDirectory() as folder:
            here, results = pathlib.Path(folder, "guest"), pathlib.Path(folder, "results")
            here.mkdir()
            shutil.copy(RUN, here / "run")
            for name, text in (("boot", BOOT), ("setup", "#!/bin/sh\n"), ("fetch_bumble", "#!/bin/sh\nexit 1\n")):
                (here / name).write_text(text, encoding="ascii")
                (here / name).chmod(0o755)
            subprocess.run([here / "run", "--stage", folder, "--results", results, *words],
                           check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.words = {path.name: (path / "words").read_text(encoding="ascii").split() for path in results.iterdir()}
        return sorted(self.words)

    def test_a_whole_run_has_one_for_each_kind_that_carries_the_tests_and_the_installation(self):
        self.assertEqual(self.booted(), ALL)
        self.assertIn("--laptop", self.words["legacy-laptop"])
        self.assertEqual(self.words["legacy-laptop"].count("-l"), 2)
        self.assertFalse({"-l", "--laptop"} & set(self.words["legacy"]))

    def test_neither_a_brief_one_has_one_nor_one_of_other_subjects(self):
        self.assertEqual(self.booted("--brief"), PLAIN)
        self.assertEqual(self.booted("--only", "rotation"), PLAIN)

    def test_what_needs_one_is_tried_there_and_the_rest_is_not(self):
        self.assertEqual(self.booted("--kind", "legacy", "--only", "sleeps"), ["legacy-laptop"])
        self.assertEqual(self.booted("--only", "sleeps", "--only", "rotation"), ALL)
        self.assertIn("--only=sleeps", self.words["legacy-laptop"])
        self.assertNotIn("--only=rotation", self.words["legacy-laptop"])
        self.assertNotIn("--only=sleeps", self.words["legacy"])


if __name__ == "__main__":
    unittest.main()
