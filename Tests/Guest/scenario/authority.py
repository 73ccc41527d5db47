# SPDX-License-Identifier: GPL-3.0-or-later
"""The health authority's server as `make install-authority` leaves it: its unit starts, serves and starts again within its sandbox,
and its command works beside it."""

import http.client
import json
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import time

from . import daemon, machine
from .steps import wait_for

# The built server, if there is one.
PROGRAM = None
NAME = "bluezone-authority"
UNIT = f"{NAME}.service"
FOLDER = f"/var/lib/{NAME}"
DROP_IN = pathlib.Path(f"/run/systemd/system/{UNIT}.d/guest.conf")
PORT, METRICS_PORT = 8080, 9101
# Folders that are none of its business; root can write to all of them but where a sandbox says no.
ELSEWHERE = ("/etc", "/usr/bin", "/var/lib", "/root", str(daemon.STATE))
# What units' sandboxes hide, and other users cannot pass through.
HIDDEN = ("/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/")
CONFINED = {"NoNewPrivs": 1, "Seccomp": 2, "CapInh": 0, "CapPrm": 0, "CapEff": 0, "CapBnd": 0, "CapAmb": 0}
PROPERTIES = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateUsers": "yes",
              "PrivateDevices": "yes", "MemoryDenyWriteExecute": "yes"}


def run(steps, _bench, _identity):
    if not PROGRAM:
        steps.note("skipped: no server is built (make authority)")
        return
    explain, steps.explain = steps.explain, last_words
    try:
        with steps.subject("the authority's server"):
            begun = time.monotonic()
            environment = install()
            start(steps, environment)
            code = codes(steps, environment)
            exports(steps, environment)
            sandbox(steps)
            again(steps, code)
            steps.check(not errors(begun), "and nothing in its journal is an error", errors(begun))
    finally:
        steps.explain = explain


def install():
    """What `make install-authority` and the first lines of docs/authority.md do. Returns what the program's environment needs."""
    source = machine.GUEST.parents[1] / "systemd"
    shutil.copy(source / UNIT, "/usr/lib/systemd/system/")
    for tool, folder in ((("systemd-sysusers",), "sysusers.d"), (("systemd-tmpfiles", "--create"), "tmpfiles.d")):
        machine.run(*tool, shutil.copy(source / folder / f"{NAME}.conf", f"/usr/lib/{folder}/"))
    # Not copied: a debug build is larger than the guest's memory has room for.
    place = pathlib.Path("/usr/bin", NAME)
    place.touch()
    machine.run("mount", "--bind", PROGRAM, place)
    environment = libraries()
    DROP_IN.parent.mkdir(parents=True, exist_ok=True)
    DROP_IN.write_text("[Service]\nExecStart=\n"
                       f"ExecStart={place} serve {FOLDER} --metrics-port {METRICS_PORT}\n"
                       + "".join(f"Environment={assignment}\n" for assignment in environment), encoding="ascii")
    machine.run("systemctl", "daemon-reload")
    return environment


def libraries():
    """A debug build needs Swift's runtime. Where that is in a folder that the sandbox hides, it is shown in another one."""
    places = []
    for number, folder in enumerate(hidden_folders(machine.run("ldd", PROGRAM))):
        places.append(pathlib.Path(f"/usr/lib/{NAME}-{number}"))
        places[-1].mkdir(exist_ok=True)
        machine.run("mount", "--bind", folder, places[-1])
    return ["LD_LIBRARY_PATH=" + ":".join(map(str, places))] if places else []


def hidden_folders(text):
    """The folders of libraries, out of what ldd says, that are within what a sandbox hides."""
    return sorted({os.path.dirname(path) for path in re.findall(r"=> (/\S+) \(", text) if path.startswith(HIDDEN)})


def start(steps, environment):
    told = machine.run(*command(environment, "init", FOLDER))
    mode = pathlib.Path(FOLDER).stat().st_mode & 0o777
    steps.check("API key of admin" in told and mode == 0o711, "init makes an authority in the folder that was made for it", oct(mode))
    begun = time.monotonic()
    machine.run("systemctl", "start", UNIT, limit=180)
    wait_for("the server to say ok", healthy)
    steps.check(True, "the unit starts and the server says ok")
    steps.note(f"after {time.monotonic() - begun:.1f} s, with {machine.unit_property(UNIT, 'MemoryCurrent')} bytes of memory")
    status, text = ask("/metrics", port=METRICS_PORT)
    steps.check(status == 200 and b"\nbluezone_requests_total{" in text and ask("/metrics")[0] == 404,
                "its numbers are on their own port, and there alone", status)


def codes(steps, environment):
    """Returns a code that was exchanged for a token."""
    code = re.search(r"15 minutes: (\d{8})", machine.run(*command(environment, "issue", FOLDER, "--class", "f0")))[1]
    status, answer = verify(code)
    steps.check(status == 200 and answer.get("token"), "a code that the command issued is taken by the server", answer)
    return code


def exports(steps, environment):
    def made():
        # The server may be at it just now.
        done = subprocess.run(command(environment, "export", FOLDER), check=False, capture_output=True, text=True, timeout=120)
        return done.stdout if done.returncode == 0 else None
    told = wait_for("an export by the command", made)
    status, content = ask("/v1/VN/index.txt")
    steps.check("0 files" in told and (status, content) == (200, b""), "the command exports beside it, and the list is served",
                (told, status, content))


def sandbox(steps):
    process = machine.unit_property(UNIT, "MainPID")
    status = pathlib.Path(f"/proc/{process}/status").read_text(encoding="ascii")
    steps.check(not loose(status), "no privilege, no capability, and its system calls are filtered", loose(status))
    owner = int(field(status, "Uid").split()[0])
    steps.check(owner == pwd.getpwnam(NAME).pw_uid, f"it runs as the user {NAME}", owner)
    found = {name: machine.unit_property(UNIT, name) for name in PROPERTIES}
    limit = machine.unit_property(UNIT, "MemoryMax")
    steps.check(found == PROPERTIES and limit.isdigit(), "systemd has taken the unit's word for the rest, with a limit to its memory",
                (found, limit))
    inside = ("nsenter", f"--target={process}", "--mount", "--")
    outside = [folder for folder in ELSEWHERE if can_write(folder)]
    steps.check(outside == list(ELSEWHERE), "outside a sandbox root writes everywhere", outside)
    written = [folder for folder in (*ELSEWHERE, FOLDER) if can_write(folder, inside)]
    steps.check(written == [FOLDER], "within its sandbox not even root writes anywhere but in its folder", written)
    listed = machine.run("ls", "-A", daemon.STATE), machine.run(*inside, "ls", "-A", daemon.STATE)
    steps.check(listed[0] and not listed[1], "and nobody sees the encounter journal", listed)


def can_write(folder, inside=()):
    probe = f"{folder}/.authority-probe"
    return machine.succeeds(*inside, "touch", probe) and machine.succeeds(*inside, "rm", probe)


def again(steps, code):
    """A second life: it knows what it knew."""
    first = machine.unit_property(UNIT, "MainPID")
    machine.run("systemctl", "restart", UNIT, limit=180)
    wait_for("the server to say ok again", healthy)
    steps.check(machine.unit_property(UNIT, "MainPID") not in (first, "0"), "the unit starts again", first)
    known, unknown = verify(code), verify("00000000")
    steps.check(known[0] == 200 and known[1].get("token") and unknown[0] == 400, "it still knows the code, and no other",
                (known, unknown))
    machine.run("systemctl", "stop", UNIT)
    result = [machine.unit_property(UNIT, name) for name in ("Result", "ExecMainStatus")]
    steps.check(result == ["success", "0"], "told to stop it ends well", result)


def command(environment, *words):
    """The program as its user runs it."""
    return ["runuser", "-u", NAME, "--", "env", *environment, NAME, *words]


def ask(path, body=None, port=PORT):
    """Status and content of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET" if body is None else "POST", path, body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def healthy():
    try:
        return ask("/healthz") == (200, b"ok\n")
    except (OSError, http.client.HTTPException):
        return False


def verify(code):
    status, content = ask("/api/verify", json.dumps({"code": code, "accept": ["confirmed"]}))
    return status, json.loads(content)


def field(status, name):
    """One field of /proc/PID/status; empty where there is none."""
    found = re.search(rf"^{name}:\s*(.*)$", status, re.MULTILINE)
    return found[1] if found else ""


def loose(status):
    """Which fields of /proc/PID/status are not those of a confined process."""
    return {name: field(status, name) for name, wanted in CONFINED.items() if int(field(status, name) or "-1", 16) != wanted}


def errors(since):
    """What the server, or systemd of it, told as an error since a monotonic time."""
    entries = machine.journal(f"_SYSTEMD_UNIT={UNIT}", "+", f"UNIT={UNIT}", since=since)
    return [str(entry.get("MESSAGE")) for entry in entries
            if int(entry.get("PRIORITY", 6)) <= 3 or "not permitted" in str(entry.get("MESSAGE"))]


def last_words():
    state = machine.run("systemctl", "show", "--property=ActiveState,SubState,NRestarts,Result,ExecMainStatus", UNIT)
    return state + machine.run("journalctl", "--boot", "--no-pager", "--output=cat", "--lines=20", f"--unit={UNIT}", check=False)
