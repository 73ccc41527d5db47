# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated controllers, spoken to as the kernel speaks to them."""

import unittest

from air import hci
from air.extended import ExtendedController
from air.hci import Command, Status
from air.legacy import LegacyController
from air.peers import Peers
from air.scanner import DuplicateFilter
from tests.fakes import Air, Host

OK = bytes([Status.OK])
DISALLOWED = bytes([Status.COMMAND_DISALLOWED])
OUR_ADDRESS = "00:1A:7D:00:00:01"
PRIVATE = hci.address_bytes("2A:11:22:33:44:55")
OTHER_PRIVATE = hci.address_bytes("2B:11:22:33:44:55")
NON_CONNECTABLE = 3


def legacy_advert(host, data, address=PRIVATE):
    host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", address)
    host.ask(Command.LE_SET_ADVERTISING_PARAMETERS, "<HHBBB6sBB", 0xA0, 0xF0, NON_CONNECTABLE, hci.RANDOM, 0, bytes(6), 7, 0)
    host.ask(Command.LE_SET_ADVERTISING_DATA, "B31s", len(data), data)
    return host.ask(Command.LE_SET_ADVERTISING_ENABLE, "B", 1)


def extended_advert(host, handle, data, address=PRIVATE, properties=0x10):
    host.ask(Command.LE_SET_EXTENDED_PARAMETERS, "<BH3s3sBBB6sBbBBBBB", handle, properties, b"\xa0\0\0", b"\xf0\0\0", 7,
             hci.RANDOM, 0, bytes(6), 0, 127, 1, 0, 1, 0, 0)
    host.ask(Command.LE_SET_SET_RANDOM_ADDRESS, "B6s", handle, address)
    answer = host.ask(Command.LE_SET_EXTENDED_DATA, f"BBBB{len(data)}s", handle, 3, 1, len(data), data)
    if answer != OK:
        return answer
    return host.ask(Command.LE_SET_EXTENDED_ENABLE, "<BBBHB", 1, 1, handle, 0, 0)


def legacy_scan(host, active=False, filtering=False, interval=16, window=16):
    host.ask(Command.LE_SET_SCAN_PARAMETERS, "<BHHBB", active, interval, window, hci.RANDOM, 0)
    return host.ask(Command.LE_SET_SCAN_ENABLE, "BB", 1, filtering)


def extended_scan(host, active=False, filtering=False):
    host.ask(Command.LE_SET_EXTENDED_SCAN_PARAMETERS, "<BBBBHH", hci.RANDOM, 0, 1, active, 16, 16)
    return host.ask(Command.LE_SET_EXTENDED_SCAN_ENABLE, "<BBHH", 1, filtering, 0, 0)


class ControllerCase(unittest.TestCase):
    def setUp(self):
        self.air = Air()
        self.peers = Peers(self.air.medium, self.air.scheduler)

    def legacy(self, name="c0", address=OUR_ADDRESS, **options):
        return Host(self.air, LegacyController, name, address, **options)

    def extended(self, name="c0", address=OUR_ADDRESS, **options):
        return Host(self.air, ExtendedController, name, address, **options)


class Advertising(ControllerCase):
    def test_a_legacy_advert_is_repeated_at_its_interval_with_its_private_address(self):
        self.assertEqual(legacy_advert(self.legacy(), b"\x02\x01\x04"), OK)
        self.air.scheduler.advance(10)
        adverts = self.air.log("advert")
        self.assertTrue(10 / 0.136 <= len(adverts) <= 10 / 0.124, len(adverts))
        self.assertEqual({(record["address"], record["addressType"], record["pdu"], record["data"]) for record in adverts},
                         {("2A:11:22:33:44:55", "random", "ADV_NONCONN_IND", "020104")})

    def test_the_random_address_may_not_change_under_a_legacy_advert_or_scan(self):
        host = self.legacy()
        legacy_advert(host, b"")
        self.assertEqual(host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", OTHER_PRIVATE), DISALLOWED)
        host.ask(Command.LE_SET_ADVERTISING_ENABLE, "B", 0)
        self.assertEqual(host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", OTHER_PRIVATE), OK)
        legacy_scan(host)
        self.assertEqual(host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", PRIVATE), DISALLOWED)

    def test_an_advert_without_the_random_address_it_asks_for_is_refused(self):
        self.assertEqual(legacy_advert(self.legacy(), b"", bytes(6)), bytes([Status.INVALID_PARAMETERS]))
        self.assertEqual(extended_advert(self.extended("c1"), 1, b"", bytes(6)), bytes([Status.INVALID_PARAMETERS]))

    def test_each_advertising_set_has_its_own_address_and_data(self):
        host = self.extended()
        self.assertEqual(extended_advert(host, 1, b"\x01", PRIVATE), OK)
        self.assertEqual(extended_advert(host, 2, b"\x02", OTHER_PRIVATE), OK)
        self.air.scheduler.advance(1)
        self.assertEqual({(record["address"], record["data"]) for record in self.air.log("advert")},
                         {("2A:11:22:33:44:55", "01"), ("2B:11:22:33:44:55", "02")})

    def test_the_log_says_which_advert_was_switched_on_and_off(self):
        old, new = self.legacy("c0"), self.extended("c1")
        legacy_advert(old, b"\x00")
        extended_advert(new, 1, b"\x01", PRIVATE)
        extended_advert(new, 2, b"\x02", OTHER_PRIVATE)
        for _ in range(2):
            old.ask(Command.LE_SET_ADVERTISING_ENABLE, "B", 0)
            new.ask(Command.LE_SET_EXTENDED_ENABLE, "<BBBHB", 0, 1, 2, 0, 0)
        new.ask(Command.RESET)
        private, other = hci.address_text(PRIVATE), hci.address_text(OTHER_PRIVATE)
        switched = [("c0", 0, private, "00"), ("c1", 1, private, "01"), ("c1", 2, other, "02")]
        for on, expected in ((True, switched), (False, [switched[0], switched[2], switched[1]])):
            self.assertEqual([(record["station"], record["handle"], record["address"], record["data"])
                              for record in self.air.log("advertising") if record["on"] == on], expected)

    def test_a_set_with_a_legacy_packet_takes_no_more_than_31_bytes(self):
        host = self.extended()
        self.assertEqual(extended_advert(host, 1, bytes(32)), bytes([Status.INVALID_PARAMETERS]))
        self.assertEqual(extended_advert(host, 2, bytes(32), properties=0), OK)

    def test_a_set_on_the_air_is_neither_changed_nor_removed(self):
        host = self.extended()
        extended_advert(host, 1, b"")
        self.assertEqual(host.ask(Command.LE_REMOVE_SET, "B", 1), DISALLOWED)
        self.assertEqual(host.ask(Command.LE_CLEAR_SETS), DISALLOWED)
        host.ask(Command.LE_SET_EXTENDED_ENABLE, "BB", 0, 0)
        self.assertEqual(host.ask(Command.LE_REMOVE_SET, "B", 1), OK)

    def test_a_reset_ends_every_advert(self):
        host = self.extended()
        extended_advert(host, 1, b"")
        host.ask(Command.RESET)
        self.air.scheduler.advance(1)
        self.assertEqual(self.air.log("advert"), [])


class Hearing(ControllerCase):
    def test_the_log_says_who_heard_an_advert_and_how_loudly(self):
        for scan, host in ((legacy_scan, self.legacy("c0")), (extended_scan, self.extended("c1"))):
            host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", PRIVATE)
            self.assertEqual(scan(host), OK)
        self.air.medium.set_rssi("phone", "c0", -81)
        self.peers.set("phone", "2C:00:00:00:00:01", "0303564e", rssi=-47)
        self.air.scheduler.advance(0.2)
        self.assertEqual(self.air.log("advert")[0]["heard"],
                         [{"by": "c0", "rssi": -81, "reported": True}, {"by": "c1", "rssi": -47, "reported": True}])

    def test_the_report_carries_data_and_rssi_in_both_forms(self):
        for scan, host, rssi in ((legacy_scan, self.legacy("c0"), -81), (extended_scan, self.extended("c1"), -47)):
            host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", PRIVATE)
            scan(host)
            self.air.medium.set_rssi("phone", host.controller.name, rssi)
            self.peers.set("phone", "2C:00:00:00:00:01", "0303564e")
            self.air.scheduler.advance(0.2)
            self.assertEqual(set(host.reports()), {("0303564e", rssi)})

    def test_the_duplicate_filter_passes_a_packet_once_and_new_data_again(self):
        host = self.extended()
        host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", PRIVATE)
        extended_scan(host, filtering=True)
        self.peers.set("phone", "2C:00:00:00:00:01", "01aa", interval=0.1)
        self.air.scheduler.advance(3)
        self.peers.set("phone", "2C:00:00:00:00:01", "01bb", interval=0.1)
        self.air.scheduler.advance(3)
        self.assertEqual([data for data, _ in host.reports()], ["01aa", "01bb"])
        extended_scan(host, filtering=True)
        self.air.scheduler.advance(1)
        self.assertEqual([data for data, _ in host.reports()], ["01aa", "01bb", "01bb"])

    def test_a_filter_by_address_hides_new_data(self):
        host = self.extended(duplicates=DuplicateFilter.ADDRESS)
        host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", PRIVATE)
        extended_scan(host, filtering=True)
        for data in ("01aa", "01bb"):
            self.peers.set("phone", "2C:00:00:00:00:01", data)
            self.air.scheduler.advance(1)
        self.assertEqual([data for data, _ in host.reports()], ["01aa"])

    def test_a_scan_that_begins_late_hears_what_comes_after_that(self):
        for scan, host, switch in ((legacy_scan, self.legacy("c0"), (Command.LE_SET_SCAN_ENABLE, 1)),
                                   (extended_scan, self.extended("c1"), (Command.LE_SET_EXTENDED_SCAN_ENABLE, 1))):
            host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", PRIVATE)
            host.controller.delays[switch] = 1.5
            host.events.append(hci.command_complete(switch[0], b"late"))
            self.assertEqual(scan(host), b"late")
        self.peers.set("phone", "2C:00:00:00:00:01", "01aa", interval=0.1)
        self.air.scheduler.advance(3)
        heard = [bool(record["heard"]) for record in self.air.log("advert")]
        first = heard.index(True)
        self.assertTrue(0.4 < first / len(heard) < 0.6, heard)
        self.assertEqual({len(record["heard"]) for record in self.air.log("advert")[first:]}, {2})

    def test_nothing_is_heard_outside_the_scan_window(self):
        host = self.legacy()
        host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", PRIVATE)
        legacy_scan(host, interval=160, window=40)
        self.peers.set("phone", "2C:00:00:00:00:01", "01aa", interval=0.1)
        self.air.scheduler.advance(100)
        share = len(host.reports()) / len(self.air.log("advert"))
        self.assertTrue(0.15 < share < 0.35, share)

    def test_an_active_scan_puts_the_scanners_address_on_the_air(self):
        host = self.extended()
        host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", PRIVATE)
        extended_scan(host, active=True, filtering=True)
        self.peers.set("phone", "2C:00:00:00:00:01", "01aa", pdu="ADV_IND", response="0809")
        self.air.scheduler.advance(0.2)
        request = self.air.log("scan-request")[0]
        self.assertEqual((request["address"], request["target"]), ("2A:11:22:33:44:55", "2C:00:00:00:00:01"))
        self.assertEqual([data for data, _ in host.reports()], ["01aa", "0809"])

    def test_an_old_receiver_does_not_hear_an_extended_advert(self):
        old, new = self.legacy("c0"), self.extended("c1")
        for host, scan in ((old, legacy_scan), (new, extended_scan)):
            host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", PRIVATE)
            scan(host)
        self.peers.set("beacon", "2C:00:00:00:00:01", "00" * 40, pdu="ADV_EXT_IND")
        self.air.scheduler.advance(0.2)
        self.assertEqual((old.reports(), len(new.reports()) > 0), ([], True))

    def test_reports_masked_out_by_the_host_stay_away(self):
        host = self.extended()
        host.ask(Command.LE_SET_EVENT_MASK, "<Q", 0x1F)
        host.ask(Command.LE_SET_RANDOM_ADDRESS, "6s", PRIVATE)
        extended_scan(host)
        self.peers.set("phone", "2C:00:00:00:00:01", "01aa")
        self.air.scheduler.advance(1)
        self.assertEqual(host.reports(), [])


class Manners(ControllerCase):
    def test_a_controller_claims_the_commands_it_has_and_no_others(self):
        old, new = (host.ask(Command.READ_LOCAL_COMMANDS)[1:] for host in (self.legacy("c0"), self.extended("c1")))
        octet, bit = hci.COMMAND_BITS[Command.LE_SET_EXTENDED_SCAN_ENABLE]
        self.assertEqual((old[octet] >> bit & 1, new[octet] >> bit & 1), (0, 1))
        octet, bit = hci.COMMAND_BITS[Command.LE_SET_ADVERTISING_DATA]
        self.assertEqual((old[octet] >> bit & 1, new[octet] >> bit & 1), (1, 0))

    def test_unknown_commands_and_short_parameters_are_refused(self):
        host = self.extended()
        self.assertEqual(host.ask(0x2099), bytes([Status.UNKNOWN_COMMAND]))
        self.assertEqual(host.ask(Command.LE_SET_EXTENDED_PARAMETERS, "B", 1), bytes([Status.INVALID_PARAMETERS]))
        self.assertEqual(host.ask(Command.LE_SET_EXTENDED_DATA, "BBBB", 9, 3, 1, 0),
                         bytes([Status.UNKNOWN_ADVERTISING_IDENTIFIER]))


if __name__ == "__main__":
    unittest.main()
