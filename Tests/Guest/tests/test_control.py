# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests a test steers the air by."""

import json
import unittest

from air.control import Control
from air.extended import ExtendedController
from air.peers import Peers
from tests.fakes import Air, Host


class Plugged:
    """What /dev/vhci would give, without one."""

    def __init__(self, air, kind, name, address, duplicates):
        self._air = air
        self.index = len(air.medium.names())
        self.controller = Host(air, ExtendedController, name, address, duplicates=duplicates).controller

    def close(self):
        self._air.medium.leave(self.controller)


class ControlRequests(unittest.TestCase):
    def setUp(self):
        self.air = Air()
        peers = Peers(self.air.medium, self.air.scheduler)
        self.control = Control(self.air.medium, peers, lambda *arguments: Plugged(self.air, *arguments))

    def ask(self, **request):
        return json.loads(self.control.request(json.dumps(request)))

    def test_many_peers_come_and_leave_at_once(self):
        crowd = [{"id": f"p{number}", "address": f"2A:00:00:00:00:{number:02X}", "data": "020106"} for number in range(3)]
        self.assertEqual(self.ask(op="peers", peers=crowd), {"ok": None})
        self.assertEqual(self.control._peers.names(), ["p0", "p1", "p2"])
        self.assertEqual(self.ask(op="peers", peers=[{"id": "p0"}, {"id": "p2"}]), {"ok": None})
        self.assertEqual(self.control._peers.names(), ["p1"])

    def test_a_broken_controller_hears_nothing_refuses_or_is_mute_until_it_is_whole_again(self):
        name = self.ask(op="plug")["ok"]["name"]
        controller = self.control._plugged[name].controller
        answers = []
        controller._send = answers.append
        on, off = (bytes([1, 0x42, 0x20, 6, state, 1, 0, 0, 0, 0]) for state in (1, 0))
        self.assertEqual(self.ask(op="break", name=name, refuse={"LE_SET_EXTENDED_SCAN_ENABLE on": 1}), {"ok": None})
        controller.receive(off)
        controller.receive(on)
        controller.receive(on)
        self.assertEqual([answer[-1] for answer in answers], [0, 3, 0])
        self.ask(op="break", name=name, mute=True, deaf=True)
        controller.receive(on)
        self.assertEqual((len(answers), controller.deaf), (3, True))
        self.ask(op="break", name=name, mute=False, deaf=False)
        self.ask(op="fail", name=name)
        self.assertEqual((answers[-1], controller.deaf), (bytes([4, 0x10, 1, 1]), False))
        self.assertIn("error", self.ask(op="break", name=name, refuse={"NO_SUCH on": 1}))

    def test_a_slow_controller_does_and_answers_late_what_it_is_told_to(self):
        name = self.ask(op="plug")["ok"]["name"]
        controller = self.control._plugged[name].controller
        answers = []
        controller._send = answers.append
        on, off = (bytes([1, 0x42, 0x20, 6, state, 1, 0, 0, 0, 0]) for state in (1, 0))
        self.assertEqual(self.ask(op="break", name=name, slow={"LE_SET_EXTENDED_SCAN_ENABLE on": 1.5}), {"ok": None})
        controller.receive(on)
        self.air.scheduler.advance(1.4)
        self.assertEqual((answers, controller.scanner.enabled), ([], False))
        self.air.scheduler.advance(0.2)
        self.assertEqual((answers.pop()[-1], controller.scanner.enabled), (0, True))
        controller.receive(off)
        self.assertEqual((answers.pop()[-1], controller.scanner.enabled), (0, False))
        late, = self.air.log("late")
        self.assertEqual((late["station"], late["command"], late["seconds"]), (name, "LE_SET_EXTENDED_SCAN_ENABLE on", 1.5))
        self.ask(op="break", name=name, slow={"LE_SET_EXTENDED_SCAN_ENABLE on": 0})
        controller.receive(on)
        self.assertEqual((answers.pop()[-1], controller.scanner.enabled), (0, True))

    def test_what_is_late_is_refused_late_and_a_reset_ends_it(self):
        name = self.ask(op="plug")["ok"]["name"]
        controller = self.control._plugged[name].controller
        answers = []
        controller._send = answers.append
        command = "LE_SET_EXTENDED_SCAN_ENABLE on"
        on, reset = bytes([1, 0x42, 0x20, 6, 1, 1, 0, 0, 0, 0]), bytes([1, 0x03, 0x0C, 0])
        self.ask(op="break", name=name, slow={command: 1}, refuse={command: 1})
        controller.receive(on)
        self.assertEqual(answers, [])
        self.air.scheduler.advance(1.1)
        self.assertEqual([answer[-1] for answer in answers], [3])
        controller.receive(on)
        controller.receive(reset)
        self.air.scheduler.advance(2)
        self.assertEqual(([answer[-1] for answer in answers], controller.scanner.enabled), ([3, 0], False))
        self.assertIn("error", self.ask(op="break", name=name, slow={"LE_SET_EXTENDED_SCAN_ENABLE": 1}))

    def test_a_peer_sends_until_it_is_taken_away(self):
        self.assertEqual(self.ask(op="peer", id="phone", address="2C:00:00:00:00:01", data="01aa", rssi=-50), {"ok": None})
        self.air.scheduler.advance(1)
        sent = len(self.air.log("advert"))
        self.ask(op="unpeer", id="phone")
        self.air.scheduler.advance(1)
        self.assertEqual((sent > 2, len(self.air.log("advert"))), (True, sent))

    def test_controllers_come_and_go_under_the_same_name(self):
        self.assertEqual(self.ask(op="plug")["ok"], {"name": "c0", "address": "00:1A:7D:00:00:01", "hci": 0})
        self.ask(op="plug")
        self.ask(op="unplug", name="c0")
        self.assertEqual(list(self.ask(op="state")["ok"]["controllers"]), ["c1"])
        self.assertEqual(self.ask(op="plug")["ok"]["name"], "c0")

    def test_a_bad_request_is_answered_and_changes_nothing(self):
        for request in ({"op": "dance"}, {"op": "peer", "id": "x"}, {"op": "rssi", "dbm": 60}, {},
                        {"op": "peer", "id": "x", "address": "2C:00:00:00:00:01", "data": "00" * 32},
                        {"op": "unplug", "name": "c9"}):
            self.assertIn("error", self.ask(**request), request)
        self.assertIn("error", json.loads(self.control.request("not JSON")))
        self.assertEqual(self.ask(op="state")["ok"]["peers"], [])

    def test_a_crowd_sends_at_its_rate_and_its_people_change(self):
        self.ask(op="crowd", id="crowd", count=30, rate=4, life=10)
        self.air.scheduler.advance(20)
        figures = self.ask(op="state")["ok"]["crowds"]["crowd"]
        self.assertAlmostEqual(figures["sent"], 30 * 4 * 20, delta=10)
        self.assertAlmostEqual(figures["peers"], 30 + 30 * 2, delta=3)
        self.assertEqual(self.air.log("advert"), [])
        self.assertEqual(self.ask(op="uncrowd", id="crowd")["ok"]["sent"], figures["sent"])
        self.assertIn("error", self.ask(op="crowd", id="none", count=0, rate=4))

    def test_a_crowd_is_heard(self):
        self.ask(op="plug")
        controller = self.air.medium.station("c0")
        controller.scanner.configure(False, 16, 16, 0)
        controller.scanner.start(0, False)
        self.ask(op="crowd", id="crowd", count=10, rate=4)
        self.air.scheduler.advance(5)
        figures = self.ask(op="uncrowd", id="crowd")["ok"]
        self.assertEqual(figures["heard"], figures["sent"])
        self.assertEqual(figures["reported"], figures["sent"])

    def test_an_rssi_set_later_holds_for_the_running_peer(self):
        self.ask(op="plug")
        self.ask(op="peer", id="phone", address="2C:00:00:00:00:01", data="01aa", rssi=-50)
        self.ask(op="rssi", **{"from": "phone", "to": "c0"}, dbm=-77)
        self.assertEqual(self.air.medium.rssi("phone", "c0"), -77)
        self.assertEqual(self.air.medium.rssi("phone", "c1"), -50)


if __name__ == "__main__":
    unittest.main()
