# SPDX-License-Identifier: GPL-3.0-or-later
"""A laptop that is unplugged and plugged in again: Debian's UPower sees it in the kernel's power supplies, and bluezoned listens as the
profile for that says. Where UPower does not run it stays so."""

import pathlib
import time

from . import daemon, machine
from .steps import wait_for

MAINS, BATTERY = "balanced", "battery"
SUPPLIES = pathlib.Path("/sys/class/power_supply")
# guest/laptop.asl
SCRATCH = 0x2FF


def run(steps, bench, identity):
    machine.run("modprobe", "-a", "ac", "battery")
    wait_for("mains adapter and battery", lambda: len(list(SUPPLIES.iterdir())) == 2)
    daemon.DROP_IN.write_text("[Scan]\nProfile=auto\n", encoding="ascii")
    machine.run("systemctl", "restart", daemon.UNIT, limit=180)
    try:
        unknown(steps, "before UPower runs nobody knows")
        machine.run("systemctl", "start", "upower")
        wait_for("UPower to know both", lambda: machine.run("upower", "--enumerate").count("/devices/") > 2)
        time.sleep(5)
        steps.check(profile() == MAINS, f"plugged in the profile is {MAINS}", profile())
        for battery, wanted in ((True, BATTERY), (False, MAINS), (True, BATTERY)):
            switch(steps, battery, wanted)
        machine.run("systemctl", "stop", "upower")
        wait_for(f"profile {MAINS}", lambda: profile() == MAINS)
        unknown(steps, "UPower is gone")
    finally:
        supply(False)
        daemon.DROP_IN.write_text(daemon.CONFIGURATION, encoding="ascii")
        machine.run("systemctl", "restart", daemon.UNIT, limit=180)


def profile():
    return daemon.status().get("scanProfile")


def unknown(steps, when):
    """Longer than the daemon would take to start it."""
    time.sleep(10)
    steps.check(profile() == MAINS, f"{when}: the profile is {MAINS}", profile())
    state = machine.unit_property("upower", "ActiveState")
    steps.check(state == "inactive", f"{when}: the daemon does not start it", state)


def switch(steps, battery, wanted):
    begun = time.monotonic()
    supply(battery)
    wait_for(f"profile {wanted}", lambda: profile() == wanted)
    word = "unplugged" if battery else "plugged in"
    steps.check(f"profile {wanted}" in machine.run("bluezonectl", "status"), f"{word}: the status names the profile {wanted}")
    said = [entry["MESSAGE"] for entry in machine.journal(f"_SYSTEMD_UNIT={daemon.UNIT}", since=begun)]
    steps.check(any(f"profile {wanted}" in line for line in said), "and the journal", said)


def supply(battery):
    """As somebody pulls out the plug or puts it in; firmware would tell the kernel, here the kernel tells everybody to look."""
    with open("/dev/port", "r+b", buffering=0) as ports:
        ports.seek(SCRATCH)
        ports.write(bytes([battery]))
    for file in SUPPLIES.glob("*/uevent"):
        file.write_text("change", encoding="ascii")
