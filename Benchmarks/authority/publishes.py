# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishes made beforehand, each with a certificate by the server's own key; and keys put into its store as they would come."""
import base64
import hashlib
import hmac
import json
import secrets
import sqlite3
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

YESTERDAY = int(time.time()) // 86400 - 1


def b64(data):
    return base64.b64encode(data).decode()


def web64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Certifier:
    """Signs as `POST /api/certificate` does."""

    def __init__(self, folder, authority):
        self.key = serialization.load_pem_private_key((folder / "keys/certificate.pem").read_bytes(), None)
        self.authority = authority
        self.header = web64(json.dumps({"alg": "ES256", "kid": "v1", "typ": "JWT"}).encode())

    def certificate(self, mac):
        now = int(time.time())
        claims = {"iss": self.authority, "aud": self.authority, "iat": now, "nbf": now, "exp": now + 3600,
                  "jti": b64(secrets.token_bytes(16)), "tekmac": b64(mac), "reportType": "confirmed", "region": "VN"}
        signed = self.header + "." + web64(json.dumps(claims).encode())
        r, s = utils.decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return signed + "." + web64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def body(certifier, days, both):
    """One publish of a key a day in one format, or in both, as a line of JSON that ends with its padding."""
    mac_key = secrets.token_bytes(32)
    exposure = [(b64(secrets.token_bytes(16)), (YESTERDAY - day) * 144) for day in range(days)]
    bluezone = [(b64(secrets.token_bytes(32)), YESTERDAY - day) for day in range(days if both else 0)]
    parts = [f"{key}.{start}.144.0" for key, start in exposure] + [f"{key}.{day}.0.95" for key, day in bluezone]
    mac = hmac.new(mac_key, ",".join(sorted(parts)).encode(), hashlib.sha256).digest()
    return json.dumps({
        "temporaryExposureKeys": [
            {"key": key, "rollingStartNumber": start, "rollingPeriod": 144, "transmissionRisk": 0} for key, start in exposure],
        "bluezoneKeys": [{"key": key, "day": day, "firstSlot": 0, "lastSlot": 95} for key, day in bluezone],
        "healthAuthorityID": certifier.authority, "verificationPayload": certifier.certificate(mac),
        # Any onset will do that makes no day too far.
        "symptomOnsetInterval": (YESTERDAY - days // 2) * 144,
        "hmacKey": b64(mac_key), "revisionToken": "", "padding": ""})


def write(path, certifier, count, days, both):
    with open(path, "w", encoding="ascii") as file:
        for _ in range(count):
            file.write(body(certifier, days, both) + "\n")


def fill(folder, count, length):
    """Puts `count` keys of `length` bytes (16 or 32) into the store, of 12 days, all of them due."""
    def rows():
        for number in range(count):
            start = (YESTERDAY - 1 - number % 12) * 144
            yield secrets.token_bytes(length), start, 144, 1, number % 12 - 6, 0, "VN", (start + 144) * 600 + 7200
    with sqlite3.connect(folder / "authority.sqlite") as store:
        store.executemany(
            "INSERT INTO keys (key, start, period, report, onset, risk, region, release) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows())
    store.close()
