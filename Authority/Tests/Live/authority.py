# SPDX-License-Identifier: GPL-3.0-or-later
"""The real bluezone-authority in a folder of a test's own, and a device that talks to it."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import resource
import secrets
import shutil
import signal
import sqlite3
import ssl
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
AUTHORITY = pathlib.Path(os.environ.get("AUTHORITY_BUILD", ROOT / "Authority/.build/debug")) / "bluezone-authority"
DEVICE = pathlib.Path(os.environ.get("BLUEZONE_BUILD", ROOT / ".build/debug"))
TODAY = int(time.time()) // 86400


def b64(data):
    return base64.b64encode(data).decode()


def few_files():
    """What a shell usually hands on."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))


class Authority:
    """One authority: its folder, and the server while it runs."""

    def __init__(self, *options, **settings):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="bluezone-authority-"))
        self.folder = self.home / "authority"
        text = self.run("init", self.folder, "--province", "VN-04", *options)
        self.api_key = re.search(r"API key of admin.*: (\S+)", text).group(1)
        path = self.folder / "settings.json"
        changed = json.loads(path.read_text())
        changed.update({"verifyBurst": 100000, "issueBurst": 100000, **settings})
        path.write_text(json.dumps(changed))
        self.server = None
        self.context = None

    def run(self, *arguments, code=0):
        """What the command prints; it must exit with `code`."""
        done = subprocess.run([AUTHORITY, *map(str, arguments)], capture_output=True, text=True, timeout=120)
        if done.returncode != code:
            raise AssertionError(f"{arguments} exited with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def start(self, *arguments, context=None, inside=()):
        """Serves; `inside` is a command that runs the server's in its place."""
        log = self.home / "log"
        log.write_text("")
        self.context = context
        with open(log, "a") as sink:
            self.server = subprocess.Popen(
                [*inside, AUTHORITY, "serve", self.folder, "--port", "0", *arguments], stderr=sink, preexec_fn=few_files)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            found = re.search(r"listening on https?://\S+:(\d+)", log.read_text())
            if found:
                self.port = int(found.group(1))
                return self
            if self.server.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"the server does not listen: {log.read_text()}")

    def stop(self, how=signal.SIGTERM):
        """Ends the server; answers its exit code."""
        self.server.send_signal(how)
        code = self.server.wait(30)
        self.server = None
        return code

    def close(self):
        if self.server:
            self.stop(signal.SIGKILL)
        shutil.rmtree(self.home)

    def connection(self, timeout=30):
        if self.context:
            return http.client.HTTPSConnection("localhost", self.port, timeout=timeout, context=self.context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, method, path, body=None, headers=None):
        """Status and content of one request on a connection of its own."""
        connection = self.connection()
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def post(self, path, value, headers=None):
        status, content = self.ask("POST", path, json.dumps(value), headers)
        return status, json.loads(content)

    def code(self, **fields):
        status, answer = self.post("/api/issue", fields, {"X-API-Key": self.api_key})
        assert status == 200, answer
        return answer["code"]

    def memory(self):
        """MiB of the server's memory that are its own."""
        text = pathlib.Path(f"/proc/{self.server.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", text).group(1)) / 1024

    def stored(self, query):
        with sqlite3.connect(f"file:{self.folder}/authority.sqlite?mode=ro", uri=True) as store:
            return store.execute(query).fetchall()

    def listed(self, region="VN"):
        """The files that the region's list names."""
        root = self.folder / "public/v1" / region
        return [root / line for line in (root / "index.txt").read_text().split()]

    def public_key(self):
        return self.folder / "452-v1.pem"


class Device:
    """Keys of a few days, and how they are published."""

    def __init__(self, authority, days=14):
        self.authority = authority
        # Yesterday's keys are held back until two o'clock.
        self.days = [TODAY - day for day in range(2, days + 2)][:13]
        self.exposure = [(secrets.token_bytes(16), day) for day in self.days]
        self.bluezone = [(secrets.token_bytes(32), day) for day in self.days]
        self.mac_key = secrets.token_bytes(32)

    def keys(self):
        return [key for key, _ in self.exposure + self.bluezone]

    def mac(self):
        parts = [f"{b64(key)}.{day * 144}.144.0" for key, day in self.exposure]
        parts += [f"{b64(key)}.{day}.0.95" for key, day in self.bluezone]
        return hmac.new(self.mac_key, ",".join(sorted(parts)).encode(), hashlib.sha256).digest()

    def certificate(self, **fields):
        accept = ["confirmed", "likely", "recursive", "negative"]
        status, answer = self.authority.post(
            "/api/verify", {"code": self.authority.code(**fields), "accept": accept})
        assert status == 200, answer
        status, answer = self.authority.post(
            "/api/certificate", {"token": answer["token"], "ekeyhmac": b64(self.mac())})
        assert status == 200, answer
        return answer["certificate"]

    def request(self, certificate):
        return {
            "temporaryExposureKeys": [
                {"key": b64(key), "rollingStartNumber": day * 144, "rollingPeriod": 144, "transmissionRisk": 0}
                for key, day in self.exposure],
            "bluezoneKeys": [{"key": b64(key), "day": day, "firstSlot": 0, "lastSlot": 95} for key, day in self.bluezone],
            "healthAuthorityID": "vn.gov.moh.bluezone", "verificationPayload": certificate,
            "hmacKey": b64(self.mac_key), "padding": "A" * 1024}

    def publish(self, **fields):
        status, answer = self.authority.post("/v1/publish", self.request(self.certificate(**fields)))
        assert status == 200, answer
        return answer


def own_certificate(folder):
    """A TLS certificate for localhost, and a context that trusts it and nothing else."""
    path = folder / "tls.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", path, "-out", folder / "cert.pem"],
        check=True, stderr=subprocess.DEVNULL)
    path.write_text(path.read_text() + (folder / "cert.pem").read_text())
    return path, ssl.create_default_context(cafile=folder / "cert.pem")
