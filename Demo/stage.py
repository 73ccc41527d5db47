# SPDX-License-Identifier: GPL-3.0-or-later
"""Who plays: the story's clock and air, the devices, the health authority."""
import json
import os
import pathlib
import re
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("BLUEZONE_BUILD", ROOT / ".build" / "release"))
AUTHORITY = pathlib.Path(os.environ.get("AUTHORITY_BUILD", ROOT / "Authority" / ".build" / "release")) / "bluezone-authority"
SPEED = 120
DAY = "2026-11-20"
START = 1795216200  # 2026-11-20T23:10:00Z
PEOPLE = {"An": "hci0", "Bình": "hci1", "Chi": "hci2", "Dũng": "hci3"}


class Failure(Exception):
    """A step of the story that did not happen."""


def clock(seconds):
    """The story's time of day, that many seconds after its start."""
    return time.strftime("%H:%M", time.gmtime(START + seconds))


class Story:
    def __init__(self, folder):
        self.folder = folder
        self.origin = int(time.time()) + 1
        self.devices = {}
        self.authority = None

    def now(self):
        """Seconds of the story since its start."""
        return (time.time() - self.origin) * SPEED

    def wait_until(self, seconds):
        time.sleep(max(0, self.origin + seconds / SPEED - time.time()))

    def tell(self, text):
        print(f"{clock(max(0, self.now()))}  {text}", flush=True)

    def place(self, *pairs):
        """Who is near whom, and how strongly they hear each other in dBm."""
        lines = [f"{PEOPLE[a]} {PEOPLE[b]} {rssi}\n" for a, b, rssi in pairs]
        target = self.folder / "air" / "links"
        target.with_suffix(".new").write_text("".join(lines))
        target.with_suffix(".new").rename(target)


class Device:
    """One bluezoned with a folder, a message bus and a spool of its own."""

    def __init__(self, story, name):
        self.name = name
        self.home = story.folder / PEOPLE[name]
        self.state = self.home / "state"
        self.spool = self.home / "sync" / "spool"
        (self.home / "sync" / "spool").mkdir(parents=True)
        self.bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        address = self.bus.stdout.readline().strip()
        self.environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=address, LANG="C.UTF-8", NO_COLOR="1")
        self.config = self.home / "bluezone.conf"
        self.config.write_text(
            f"[Station]\nStateFolder={self.state}\nLanguage={'vi' if name == 'Bình' else 'en'}\n"
            f"[Radio]\nKind=air\nAir={story.folder}/air\nAdapter={PEOPLE[name]}\n"
            f"[Clock]\nSpeed={SPEED}\nStart={START}\nOrigin={story.origin}\n"
            f"[Cases]\nSpool={self.spool}\nKeysFolder={story.folder}/keys.d\n"
            f"[Sync]\nIndex={story.authority.address}v1/VN/index.txt\n"
            f"[Publish]\nServer={story.authority.address}\nChaff=no\n")
        self.log = open(self.home / "log", "w+")
        self.process = subprocess.Popen(
            [BUILD / "bluezoned", "--config", self.config], env=self.environment, stderr=self.log)

    def run(self, program, *arguments, text=""):
        return subprocess.run(
            [BUILD / program, *map(str, arguments)], env=self.environment, input=text, capture_output=True, text=True)

    def fetch(self):
        """What bluezone-sync.timer does every few hours."""
        answer = self.run("bluezone-sync", "--config", self.config)
        if answer.returncode != 0:
            raise Failure(f"{self.name}'s bluezone-sync failed: {answer.stderr}")

    def publish(self, code, *said):
        """The owner types the code and answers the questions; answers what there was to read."""
        answer = self.run("bluezonectl", "publish", "--config", self.config, "--program", BUILD / "bluezone-sync",
                          "--code", code, text="".join(word + "\n" for word in said))
        if answer.returncode != 0:
            raise Failure(f"{self.name} could not publish: {answer.stdout}{answer.stderr}")
        return [line for line in (answer.stderr + answer.stdout).splitlines() if line.strip()]

    def status(self):
        answer = self.run("bluezonectl", "status", "--json")
        return json.loads(answer.stdout) if answer.returncode == 0 else None

    def alerts(self):
        answer = self.run("bluezonectl", "alerts", "--json")
        if answer.returncode != 0:
            raise Failure(f"{self.name}'s bluezonectl alerts failed: {answer.stderr}")
        return json.loads(answer.stdout)["alerts"]

    def compared(self):
        """The number of keys of the last comparison, and what the device says of it."""
        found = re.findall(r": (compared (\d+) case keys in .*)", pathlib.Path(self.log.name).read_text())
        return (int(found[-1][1]), found[-1][0]) if found else (0, "")

    def journal(self):
        """Sightings in the journal, and its bytes on disk."""
        answer = self.run("bluezonectl", "journal", "dump", self.state / "journal", "--json")
        size = sum(file.stat().st_size for file in (self.state / "journal").glob("*.sightings"))
        return len(answer.stdout.splitlines()), size

    def lines(self, part):
        text = pathlib.Path(self.log.name).read_text()
        return [line for line in text.splitlines() if part in line]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.bus.terminate()
        self.bus.wait(5)


def until(what, check, limit=20):
    """Waits until `check` answers something true; the story fails when it does not within `limit` real seconds."""
    end = time.monotonic() + limit
    while True:
        answer = check()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"waited {limit} s in vain until {what}")
        time.sleep(0.1)


class Authority:
    """The real bluezone-authority by the story's clock. It exports every quarter of an hour, so that nobody waits long."""

    def __init__(self, story):
        self.folder = story.folder / "authority"
        made = subprocess.run([AUTHORITY, "init", self.folder], capture_output=True, text=True, check=True).stdout
        self.api_key = re.search(r"API key of admin.*: (\S+)", made).group(1)
        settings = self.folder / "settings.json"
        settings.write_text(json.dumps({**json.loads(settings.read_text()), "exportMinutes": 15}))
        (story.folder / "keys.d" / "452-v1.pem").write_bytes((self.folder / "452-v1.pem").read_bytes())
        self.log = story.folder / "authority.log"
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [AUTHORITY, "serve", self.folder, "--port", "0", "--clock-speed", str(SPEED), "--clock-start", str(START),
                 "--clock-origin", str(story.origin)], stderr=log)
        found = until("the health authority listens", lambda: re.search(r"listening on (http\S+)", self.log.read_text()))
        self.address = found.group(1) + "/"

    def code(self, **confirmation):
        """What an official's program asks for."""
        request = urllib.request.Request(
            self.address + "api/issue", json.dumps(confirmation).encode(), {"X-API-Key": self.api_key})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["code"]

    def exports(self):
        """The names in the country's list."""
        with urllib.request.urlopen(self.address + "v1/VN/index.txt", timeout=10) as answer:
            return answer.read().decode().split()

    def keys(self):
        """How many keys were exported, by what the server says."""
        return sum(map(int, re.findall(r"files with (\d+) keys", self.log.read_text())))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
