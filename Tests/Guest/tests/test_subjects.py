# SPDX-License-Identifier: GPL-3.0-or-later
"""Which subjects a guest tries."""

import importlib.machinery
import importlib.util
import pathlib
import sys
import unittest
from unittest import mock


def load():
    """`test_bluez`, which is a program and no module."""
    path = pathlib.Path(__file__).resolve().parent.parent / "test_bluez"
    loader = importlib.machinery.SourceFileLoader("test_bluez", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("test_bluez", loader))
    with mock.patch.object(sys, "dont_write_bytecode", True):
        loader.exec_module(module)
    return module


class Chosen(unittest.TestCase):
    def setUp(self):
        self.program = load()

    def chosen(self, *words):
        with mock.patch.object(sys, "argv", ["test_bluez", *words]):
            return list(self.program.chosen(self.program.arguments()))

    def test_a_whole_run_tries_every_subject_once_at_least(self):
        both = self.chosen("--kind", "extended"), self.chosen("--kind", "legacy")
        self.assertEqual(set(both[0] + both[1]), set(self.program.SUBJECTS))
        self.assertEqual(set(both[0]) & set(both[1]), set(self.program.SUBJECTS) - set(self.program.ONE_KIND))

    def test_a_brief_one_all_but_those_that_only_a_whole_one_has(self):
        both = self.chosen("--kind", "extended", "--brief"), self.chosen("--kind", "legacy", "--brief")
        self.assertEqual(set(both[0] + both[1]), set(self.program.SUBJECTS) - self.program.ONLY_WHOLE)

    def test_what_is_asked_for_by_name_is_tried_whatever_the_kind_and_in_order(self):
        words = ("--kind", "extended", "--brief", "--only", "replays", "--only", "adverts")
        self.assertEqual(self.chosen(*words), ["adverts", "replays"])

    def test_those_with_connections_are_apart(self):
        self.assertEqual(self.chosen("--kind", "connected"), list(self.program.CONNECTED_SUBJECTS))

    def test_those_that_need_a_laptop_are_apart_too(self):
        self.assertEqual(self.chosen("--kind", "extended", "--laptop"), list(self.program.LAPTOP_SUBJECTS))
        self.assertEqual(self.chosen("--kind", "legacy", "--laptop"), ["sleeps"])
        self.assertEqual(self.chosen("--kind", "legacy", "--laptop", "--only", "power"), ["power"])


if __name__ == "__main__":
    unittest.main()
