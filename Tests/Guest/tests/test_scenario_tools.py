# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenario's own tools against published vectors: a judge has to be right first."""

import contextlib
import io
import json
import os
import pathlib
import struct
import tempfile
import unittest
from unittest import mock

from scenario import aes, beacon, btsnoop, oracle
from scenario.airlog import AirLog
from scenario.buslog import BusLog
from scenario.steps import Failed, Steps, wait_for
from scenario.terminal import Terminal


class Derivations(unittest.TestCase):
    def test_aes_agrees_with_the_example_of_fips_197(self):
        key = bytes(range(16))
        block = bytes.fromhex("00112233445566778899aabbccddeeff")
        self.assertEqual(aes.encrypt(key, block).hex(), "69c4e0d86a7b0430d8cdb78070b4c55a")

    def test_exposure_notification_agrees_with_the_published_vectors(self):
        key = bytes.fromhex("75c734c6dd1a782de7a965da5eb93125")
        self.assertEqual(oracle.identifier_key(key).hex(), "185ad91db69ec7dd048960f1f3ba6175")
        self.assertEqual(oracle.metadata_key(key).hex(), "d57c46af7a1d83965b9bed8bd152936a")
        found = oracle.identifiers(beacon.EXPOSURE_NOTIFICATION, key, 2642976 * 600)
        self.assertEqual([found[0].hex(), found[1].hex()],
                         ["8be6cd371c5c891604bfbe49df845096", "3c9a1de5dd6b02afa7fded7b570b3e56"])
        self.assertEqual(oracle.crypt_metadata(key, found[0], bytes.fromhex("40080000")).hex(), "72033874")

    def test_bluezone_agrees_with_the_published_app(self):
        found = oracle.bluezone_identifiers(bytes(range(32)))
        self.assertEqual((len(found), found[0].hex()), (96, "130cea6472130c185d8643df"))

    def test_slots_are_counted_from_utc_midnight(self):
        midnight = 20000 * 86400
        self.assertEqual([oracle.slot(beacon.BLUEZONE, midnight + at) for at in (0, 899, 900, 86399)], [0, 0, 1, 95])
        self.assertEqual(oracle.slot(beacon.EXPOSURE_NOTIFICATION, midnight + 86399), 143)


class OnTheAir(unittest.TestCase):
    def test_both_formats_are_recognised_with_and_without_flags(self):
        for flags in (None, 0x04, 0x1A):
            data = beacon.bluezone_data(bytes(range(12)), flags).hex()
            self.assertEqual(beacon.recognise(data), beacon.Beacon(beacon.BLUEZONE, bytes(range(12)).hex()))
            data = beacon.exposure_notification_data(bytes(range(20)), flags).hex()
            self.assertEqual(beacon.recognise(data), beacon.Beacon(beacon.EXPOSURE_NOTIFICATION, bytes(range(16)).hex(),
                                                                   bytes(range(16, 20)).hex()))

    def test_lengths_on_the_air_are_those_of_phones(self):
        self.assertEqual(len(beacon.exposure_notification_data(bytes(20), 0x1A)), 31)
        self.assertEqual(len(beacon.exposure_notification_data(bytes(20))), 28)
        self.assertEqual(len(beacon.bluezone_data(bytes(12))), 23)

    def test_anything_more_or_less_is_not_our_beacon(self):
        good = beacon.exposure_notification_data(bytes(20))
        named = good[:24] + beacon.structure(0x09, b"x")
        for data in (b"", good[:-1], good[4:], named, beacon.exposure_notification_data(bytes(19)),
                     beacon.bluezone_data(bytes(11))):
            self.assertIsNone(beacon.recognise(data.hex()), data.hex())


class Traces(unittest.TestCase):
    def trace(self, *records):
        stream = tempfile.NamedTemporaryFile(delete=False)
        self.addCleanup(os.unlink, stream.name)
        with stream:
            stream.write(btsnoop.HEADER.pack(btsnoop.MAGIC, 1, btsnoop.MONITOR))
            for index, kind, packet in records:
                stream.write(btsnoop.RECORD.pack(len(packet), len(packet), index << 16 | kind, 0, 0) + packet)
        return stream.name

    def test_a_trace_tells_the_data_and_the_own_address_type_per_adapter(self):
        data = struct.pack("<HB", 0x2008, 32) + bytes([3, 2, 1, 4]) + bytes(28)
        parameters = struct.pack("<HB", 0x2006, 15) + bytes([0xA0, 0, 0xF0, 0, 3, 1]) + bytes(9)
        path = self.trace((0, btsnoop.COMMAND, data), (1, btsnoop.COMMAND, data), (0, 3, b"\x0e\0"), (0, btsnoop.COMMAND, parameters))
        self.assertEqual(btsnoop.advert_data(path, 0), ["020104"])
        self.assertEqual(btsnoop.own_address_types(path, 0), [1])

    def test_the_air_log_is_read_line_by_line_as_it_grows(self):
        with tempfile.NamedTemporaryFile() as stream:
            log = AirLog(stream.name)
            stream.write(b'{"event": "advert", "sender": "c0", "data": "03036ffd", "monotonic": 1}\n{"event": "adv')
            stream.flush()
            self.assertEqual(len(log.adverts("c0")), 1)
            stream.write(b'ert", "sender": "c0", "data": "03036ffd", "monotonic": 2}\n')
            stream.flush()
            self.assertEqual([record["monotonic"] for record in log.adverts("c0", since=2)], [2])

    def test_an_advert_of_zeros_says_nothing_and_is_heard(self):
        with tempfile.NamedTemporaryFile() as stream:
            stream.write(b'{"event": "advert", "sender": "c1", "data": "02010600", "monotonic": 1, '
                         b'"heard": [{"by": "c0", "rssi": -40, "reported": true}]}\n')
            stream.flush()
            log = AirLog(stream.name)
            self.assertEqual(log.adverts("c1"), [])
            self.assertEqual([record["rssi"] for record in log.heard_by("c0", "c1")], [-40])


class Terminals(unittest.TestCase):
    def test_a_program_is_read_and_answered_as_by_a_person(self):
        script = ('test -t 0 && test -t 1 || exit 9; echo "name? " >&2; read name; echo "again? " >&2; read name; '
                  'echo "good day $name"; exit 3')
        with Terminal("sh", "-c", script) as person:
            person.expect("name? ")
            person.type("nobody")
            person.expect("again? ")
            person.type("Lan")
            status, shown = person.end()
        self.assertEqual((status, shown), (3, "name? \nnobody\nagain? \nLan\ngood day Lan\n"))

    def test_what_stood_there_before_the_answer_is_not_taken_for_what_comes_after(self):
        with Terminal("sh", "-c", "echo name?; read name; echo no more") as person:
            person.expect("name?")
            person.type("x")
            with self.assertRaisesRegex(Failed, "ended with 0 and did not say 'name\\?'; on the terminal stands: name\\?\nx\nno more\n"):
                person.expect("name?")

    def test_a_program_that_says_nothing_is_not_waited_for_longer_than_told(self):
        with Terminal("sleep", "60") as person:
            with self.assertRaisesRegex(Failed, "waited 0.3 s for 'yes'"):
                person.expect("yes", limit=0.3)


class OnTheBus(unittest.TestCase):
    def messages(self, *messages):
        """A bus log whose busctl says these, has all been read, and what it was asked."""
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "said").write_text("".join(json.dumps(message) + "\n" for message in messages), encoding="ascii")
        (folder / "busctl").write_text(f'#!/bin/sh\necho "$@" >{folder}/asked; cat {folder}/said; exec sleep 60\n', encoding="ascii")
        (folder / "busctl").chmod(0o755)
        with mock.patch.dict(os.environ, {"PATH": f"{folder}:{os.environ['PATH']}"}):
            log = BusLog("type='error'", "arg0='x'")
        self.addCleanup(log.end)
        wait_for("all of it", lambda: len(log._messages) == len(messages), limit=20, pause=0.01)
        return log, (folder / "asked").read_text(encoding="ascii")

    def test_an_answer_is_found_by_whom_it_is_for_and_what_it_answers(self):
        start = {"type": "method_call", "member": "StartDiscovery", "destination": "org.bluez"}
        log, asked = self.messages(start | {"sender": ":1.9", "cookie": 7}, start | {"sender": ":1.13", "cookie": 7},
                                   {"type": "method_return", "cookie": 396, "destination": ":1.13", "reply_cookie": 7},
                                   start | {"sender": ":1.9", "cookie": 8, "member": "StopDiscovery"},
                                   {"type": "error", "cookie": 400, "destination": ":1.9", "reply_cookie": 8, "error_name": "no"})
        self.assertEqual(asked, "--system --json=short --match=type='error' --match=arg0='x' monitor\n")
        ours, = log.calls(":1.9", "StartDiscovery")
        self.assertIsNone(log.answer(ours))
        theirs, = log.calls(":1.13", "StartDiscovery")
        self.assertEqual(log.answer(theirs)["cookie"], 396)
        self.assertEqual([log.answer(call)["error_name"] for call in log.calls(":1.9", "StopDiscovery")], ["no"])

    def test_when_a_program_left_is_known_by_the_name_that_it_had(self):
        change = {"type": "signal", "member": "NameOwnerChanged"}
        log, _ = self.messages(change | {"payload": {"data": ["a.b", "", ":1.9"]}}, change | {"payload": {"data": ["a.b", ":1.9", ""]}})
        self.assertEqual(log.left(":1.9", "a.b"), log._messages[1]["monotonic"])
        self.assertIsNone(log.left(":1.10", "a.b"))

    def test_signals_are_found_by_what_emits_them(self):
        log, _ = self.messages(*({"type": "signal", "path": path, "member": "PropertiesChanged"} for path in ("/a", "/b")))
        self.assertEqual([signal["path"] for signal in log.signals("/b", "PropertiesChanged")], ["/b"])
        self.assertEqual(log.signals("/b", "PropertiesChanged", since=log._messages[1]["monotonic"] + 1), [])


class Results(unittest.TestCase):
    def test_the_subject_below_the_bench_is_the_one_that_failed(self):
        steps = Steps()
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            with steps.subject("the bench"):
                with steps.subject("adverts"):
                    steps.check(False, "this")
                    steps.check(False, "and that")
                with steps.subject("alert"):
                    steps.check(True, "this")
                with steps.subject("faults"):
                    with steps.subject("the adapter pulled"):
                        raise Failed("waited in vain")
            status = steps.summary()
        self.assertEqual((status, steps.failed_subjects), (1, ["adverts", "faults"]))
        self.assertTrue(printed.getvalue().endswith("1 passed, 3 failed\n"))


if __name__ == "__main__":
    unittest.main()
