# SPDX-License-Identifier: GPL-3.0-or-later
"""Emulated Bluetooth LE controllers that share one simulated air.

The kernel and bluetoothd above them are the real ones; below /dev/vhci there is this package. It models advertising and
scanning, no connections, and writes down every packet that was on the air: the ground truth of a test.

    medium      who hears whom, how loudly          hci          numbers and text forms of the HCI
    advertiser  one set that sends at an interval   controller   what every LE controller answers
    scanner     scan window, duplicate filter       legacy       the 4.x commands        extended   the 5.x commands
    crowd       many of them at little cost
    peers       scripted adverts                    vhci         a controller as /dev/vhci wants it
    airlog      the log                             control      the socket a test steers all this by
"""
