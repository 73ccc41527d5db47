# SPDX-License-Identifier: GPL-3.0-or-later
"""What the judges of identifiers, addresses and gaps say of an air whose every packet is known."""

import contextlib
import io
import unittest

from scenario import beacon, rotations, soak
from scenario.airlog import AirLog
from scenario.identity import exposed
from scenario.steps import Steps

PUBLIC = "00:1A:7D:00:00:01"
SLOT = 900
# The wall clock at the monotonic time 0: a slot's begin.
START = 2000 * SLOT
BLUEZONE, EXPOSURE_NOTIFICATION = beacon.FORMATS


def identifier(beacon_format, slot):
    return bytes([slot]) * (12 if beacon_format == BLUEZONE else 16)


def advert(monotonic, beacon_format, slot, address="2A:00:00:00:00:01", ahead=0.0):
    """An advert of the identifier of a slot counted from START; `ahead` is how far the clock was set in all."""
    data = beacon.bluezone_data(identifier(beacon_format, slot)) if beacon_format == BLUEZONE else \
        beacon.exposure_notification_data(identifier(beacon_format, slot) + bytes(4))
    return {"event": "advert", "sender": "c0", "time": START + ahead + monotonic, "monotonic": monotonic, "address": address,
            "addressType": "random", "data": data.hex()}


def off(monotonic, address):
    return {"event": "advertising", "station": "c0", "on": False, "monotonic": monotonic, "address": address}


class OneEachSlot:
    """An identity whose identifiers say their slot."""

    def right(self, record, seconds=None):
        found = beacon.recognise(record["data"])
        slot = int((record["time"] if seconds is None else seconds) - START) // SLOT
        return found if found and found.id == identifier(found.format, slot).hex() else None


class Addresses(unittest.TestCase):
    def kinds(self, event):
        addresses = {"public": PUBLIC, "non-resolvable": "3F:00:00:00:00:01", "resolvable": "40:00:00:00:00:01",
                     "resolvable, at its end": "7F:00:00:00:00:01", "reserved": "80:00:00:00:00:01", "static": "C0:00:00:00:00:01"}
        return [kind for kind, address in addresses.items()
                if exposed([{"event": event, "address": address, "addressType": "random"}], PUBLIC)]

    def test_an_advert_may_go_out_under_a_non_resolvable_address_only(self):
        self.assertEqual(self.kinds("advert"), ["public", "resolvable", "resolvable, at its end", "reserved", "static"])

    def test_a_scan_request_may_go_out_under_either_private_address(self):
        self.assertEqual(self.kinds("scan-request"), ["public", "reserved", "static"])

    def test_an_address_that_says_it_is_public_is_one(self):
        self.assertTrue(exposed([{"event": "scan-request", "address": "2A:00:00:00:00:01", "addressType": "public"}], PUBLIC))


class Gaps(unittest.TestCase):
    """A slot ends at 900."""

    def gaps(self, records, switched_off, each=True):
        new = rotations.first_new(OneEachSlot(), records, SLOT)
        return {what: round(seconds, 3) for what, seconds in
                rotations.silences(rotations.last_old(records, switched_off, SLOT), new, each).items()}

    def test_each_format_is_measured_from_its_own_end_to_its_own_begin(self):
        records = [advert(899.7, BLUEZONE, 0, "2A"), advert(899.8, EXPOSURE_NOTIFICATION, 0, "2B"), advert(900.05, EXPOSURE_NOTIFICATION, 0, "2B"),
                   advert(900.2, BLUEZONE, 1, "2C"), advert(900.5, EXPOSURE_NOTIFICATION, 1, "2D"), advert(900.6, BLUEZONE, 1, "2C")]
        self.assertEqual(self.gaps(records, [off(500, "2A"), off(900.1, "2A"), off(900.15, "2B")]),
                         {rotations.NOTHING: 0.05, f"{BLUEZONE} off the air": 0.1, f"{EXPOSURE_NOTIFICATION} off the air": 0.35})

    def test_no_gap_is_less_than_none(self):
        records = [advert(899.9, BLUEZONE, 0, "2A"), advert(899.9, EXPOSURE_NOTIFICATION, 0, "2B"), advert(900.1, BLUEZONE, 1, "2C"),
                   advert(900.2, BLUEZONE, 0, "2A"), advert(900.3, EXPOSURE_NOTIFICATION, 1, "2D")]
        self.assertEqual(set(self.gaps(records, [off(900.25, "2A"), off(900.3, "2B")]).values()), {0})

    def test_one_format_at_a_time_is_missed_from_the_end_of_whichever_was_there(self):
        records = [advert(880, BLUEZONE, 0, "2A"), advert(899.8, EXPOSURE_NOTIFICATION, 0, "2B"), advert(900.2, BLUEZONE, 1, "2C")]
        # The new one was switched on and off once before its first packet.
        switched_off = [off(881, "2A"), off(900, "2B"), off(900.15, "2C")]
        self.assertEqual(self.gaps(records, switched_off, each=False), {rotations.NOTHING: 0.2})

    def test_what_was_never_switched_off_counts_from_its_last_packet(self):
        records = [advert(899.8, BLUEZONE, 0, "2A"), advert(900.2, BLUEZONE, 1, "2C")]
        self.assertEqual(self.gaps(records, [], each=False), {rotations.NOTHING: 0.4})

    def test_an_old_identifier_under_a_new_address_is_not_new(self):
        records = [advert(899.8, BLUEZONE, 0, "2A"), advert(900.2, BLUEZONE, 0, "2C")]
        self.assertEqual(rotations.first_new(OneEachSlot(), records, SLOT), {})

    def test_the_log_of_the_air_tells_what_left_it(self):
        log = AirLog("nowhere")
        on, other = off(3, "2C") | {"on": True}, off(4, "2D") | {"station": "c1"}
        log._records = [off(1, "2A"), advert(2, BLUEZONE, 0), on, other, off(5, "2E")]
        log.records = lambda: log._records
        self.assertEqual([record["address"] for record in log.switched_off("c0")], ["2A", "2E"])
        self.assertEqual([record["address"] for record in log.switched_off("c0", since=2)], ["2E"])


class LeftOver(unittest.TestCase):
    def strays(self, records, stepped=()):
        return [record["monotonic"] for record in soak.strays(records, OneEachSlot(), list(stepped))]

    def test_the_slot_before_may_be_left_over_for_ten_seconds_after_its_end(self):
        records = [advert(moment, BLUEZONE, 0) for moment in (0, 899, 901, 909.9, 910.1, 1799)]
        self.assertEqual(self.strays(records), [910.1, 1799])

    def test_and_for_ten_seconds_after_a_step_of_the_clock_into_the_middle_of_a_slot(self):
        records = [advert(moment, BLUEZONE, 0, ahead=SLOT) for moment in (100.1, 109.9, 110.1)]
        self.assertEqual(self.strays(records, [100]), [110.1])
        self.assertEqual(self.strays(records), [100.1, 109.9, 110.1])
        self.assertEqual(self.strays(records, [100, 105]), [])

    def test_a_step_that_comes_later_excuses_nothing(self):
        self.assertEqual(self.strays([advert(950, BLUEZONE, 0)], [951]), [950])

    def test_no_other_slot_is_excused(self):
        self.assertEqual(self.strays([advert(901, BLUEZONE, 2), advert(902, BLUEZONE, 0, ahead=SLOT)]), [901, 902])

    def test_an_identifier_that_goes_on_or_comes_back_is_found(self):
        for moment, is_found in ((909, False), (911, True), (1801, True)):
            found, count = soak.came_back([advert(10, BLUEZONE, 0), advert(moment, BLUEZONE, 0), advert(950, BLUEZONE, 1)], [])
            self.assertEqual((list(found), count), ([identifier(BLUEZONE, 0).hex()] if is_found else [], 2))


class FinalResults(unittest.TestCase):
    def test_a_final_result_says_so_where_it_is_bad(self):
        steps = Steps()
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            steps.check(True, "good", final=True)
            steps.check(False, "an address links two", ["2A"], final=True)
            steps.check(False, "too late", 3)
        self.assertEqual(printed.getvalue().splitlines(), ["ok - good", "not ok (final) - an address links two: ['2A']", "not ok - too late: 3"])
        self.assertEqual((steps.passed, steps.failed), (1, 2))


if __name__ == "__main__":
    unittest.main()
