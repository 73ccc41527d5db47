# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest as a machine: commands, services, its clock."""

import contextlib
import ctypes
import json
import os
import pathlib
import socket
import struct
import subprocess
import time

from .steps import wait_for

GUEST = pathlib.Path(__file__).resolve().parent.parent
RESULTS = pathlib.Path(os.environ.get("RESULTS", "/run/results"))


def run(*command, check=True, text=None, limit=120):
    """Runs a command and returns its standard output; its errors go where ours go."""
    done = subprocess.run([str(word) for word in command], check=check, input=text, timeout=limit, text=True,
                          stdout=subprocess.PIPE)
    return done.stdout


def succeeds(*command):
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def service(name, *command, log=None):
    """Starts a program of the bench as a unit of its own, so that its end is seen and its messages are in the journal."""
    output = f"append:{log}" if log else "journal"
    run("systemd-run", "--quiet", f"--unit={name}", f"--working-directory={GUEST}", f"--property=StandardOutput={output}",
        "--setenv=PYTHONDONTWRITEBYTECODE=1", *command)


def unit_property(unit, name):
    return run("systemctl", "show", "--value", f"--property={name}", unit).strip()


def journal(*matches, since=0.0):
    """The journal's entries of this boot that match, each as a dictionary; `since` is a monotonic time."""
    lines = run("journalctl", "--boot", "--no-pager", "--output=json", *matches, check=False).splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    return [entry for entry in entries if int(entry["__MONOTONIC_TIMESTAMP"]) / 1e6 >= since]


def bluez_property(path, interface, name):
    """One property of a BlueZ object as busctl says it, without its type; None where there is no such object."""
    done = subprocess.run(["busctl", "--system", "get-property", "org.bluez", path, f"org.bluez.{interface}", name],
                          check=False, capture_output=True, text=True)
    return done.stdout.strip().partition(" ")[2] if done.returncode == 0 else None


def bluez_version():
    """As numbers: (5, 66)."""
    return tuple(int(part) for part in run("bluetoothctl", "--version").split()[-1].split("."))


COMMAND_COMPLETE, COMMAND_STATUS = 0x0001, 0x0002


def manage(opcode, number, parameters=b""):
    """Has the kernel carry out a management command on hciNUMBER, as bluetoothd does. Returns its status and its answer."""
    with socket.socket(socket.AF_BLUETOOTH, socket.SOCK_RAW, socket.BTPROTO_HCI) as control:
        # Python itself knows no other channel than the raw one: sockaddr_hci with HCI_DEV_NONE and HCI_CHANNEL_CONTROL.
        address = struct.pack("<HHH", socket.AF_BLUETOOTH, 0xFFFF, 3)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.bind(control.fileno(), address, len(address)) < 0:
            raise OSError(ctypes.get_errno(), "bind to the kernel's management channel")
        control.settimeout(10)
        control.send(struct.pack("<HHH", opcode, number, len(parameters)) + parameters)
        while True:
            packet = control.recv(1024)
            event, index, _, answered, status = struct.unpack_from("<HHHHB", packet + bytes(9))
            if event in (COMMAND_COMPLETE, COMMAND_STATUS) and (index, answered) == (number, opcode):
                return status, packet[9:]


class _Timex(ctypes.Structure):
    _fields_ = [("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long), ("maxerror", ctypes.c_long),
                ("esterror", ctypes.c_long), ("status", ctypes.c_int), ("rest", ctypes.c_long * 32)]


ADJ_MAXERROR, ADJ_ESTERROR, ADJ_STATUS = 0x04, 0x08, 0x10


def call_clock_synchronised():
    """Tells the kernel what a time daemon tells it after a sync. Setting the clock makes the kernel forget it, and a daemon
    that trusts only a synchronised clock would write nothing."""
    libc = ctypes.CDLL(None, use_errno=True)
    timex = _Timex(modes=ADJ_MAXERROR | ADJ_ESTERROR | ADJ_STATUS, maxerror=1000, esterror=1000, status=0)
    if libc.adjtimex(ctypes.byref(timex)) < 0:
        raise OSError(ctypes.get_errno(), "adjtimex")
    os.makedirs("/run/systemd/timesync", exist_ok=True)
    pathlib.Path("/run/systemd/timesync/synchronized").touch()


@contextlib.contextmanager
def falling_asleep(seconds=None):
    """Suspends the machine through logind, as a lid or a person does, but holds it for as long as the block takes (logind allows
    5 s) where everybody has been told and the kernel not yet. After the block the kernel tells its drivers, Bluetooth's among
    them, and freezes every program; there its own test of suspending stops and goes back, because a machine whose disks are the
    host's folders does not wake from more. One that carries what it needs (`boot -l`) sleeps for so many `seconds`. Returns when
    it is awake."""
    if seconds is None:
        pathlib.Path("/sys/power/pm_test").write_text("freezer", encoding="ascii")
        pathlib.Path("/sys/module/suspend/parameters/pm_test_delay").write_text("1", encoding="ascii")
    woken = _wakings()
    holder = subprocess.Popen(["systemd-inhibit", "--what=sleep", "--mode=delay", "--who=bench", "--why=a test", "sleep", "60"])
    try:
        wait_for("the bench's hold on the machine's sleep", lambda: "bench" in inhibitors())
        # Now too: a machine that fell asleep before its time would sleep for ever.
        wake_after(seconds)
        run("systemctl", "suspend")
        yield
    finally:
        wake_after(seconds)
        holder.terminate()
        holder.wait(30)
    wait_for("the kernel to have suspended and come back", lambda: _wakings() > woken)
    pathlib.Path("/sys/power/pm_test").write_text("none", encoding="ascii")


def sleep_at_once(seconds):
    """The same with nobody who is waited for but those who ask for it themselves."""
    woken = _wakings()
    wake_after(seconds)
    run("systemctl", "suspend")
    wait_for("the kernel to have suspended and come back", lambda: _wakings() > woken)


def wake_after(seconds):
    """Sets the alarm of the clock that runs while the machine sleeps."""
    if seconds is not None:
        alarm = pathlib.Path("/sys/class/rtc/rtc0/wakealarm")
        for text in ("0", f"+{round(seconds)}"):
            alarm.write_text(text, encoding="ascii")


def _wakings():
    return run("dmesg").count("PM: suspend exit")


def inhibitors():
    """Who wants to do something before the machine sleeps."""
    return run("busctl", "--system", "call", "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
               "ListInhibitors", check=False)


def set_clock(seconds):
    """Sets the wall clock to Unix seconds, as `date -s` does."""
    time.clock_settime(time.CLOCK_REALTIME, seconds)
    call_clock_synchronised()
