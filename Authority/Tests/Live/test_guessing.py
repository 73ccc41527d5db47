# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody tries out codes, from one address and from very many."""
import concurrent.futures
import http.client
import json
import unittest

from authority import Authority

# As docs/decisions/0010-authority.md has it.
LIMIT = 5000
ADDRESSES = 125


class Guessing(unittest.TestCase):
    def setUp(self):
        self.connections = {}
        self.addCleanup(lambda: [connection.close() for connection in self.connections.values()])

    def verify(self, authority, code, address):
        """Status, error code and Retry-After of a code tried from one of this machine's many addresses."""
        if address not in self.connections:
            self.connections[address] = http.client.HTTPConnection(
                "127.0.0.1", authority.port, timeout=30, source_address=(address, 0))
        connection = self.connections[address]
        connection.request("POST", "/api/verify", json.dumps({"code": code}))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()).get("errorCode"), answer.headers["Retry-After"]

    def test_one_address_runs_into_its_limit_and_others_do_not(self):
        authority = Authority(verifyBurst=60, verifySeconds=100)
        self.addCleanup(authority.close)
        authority.start()
        for number in range(60):
            self.assertEqual(self.verify(authority, f"{number:08}", "127.0.0.9")[:2], (400, "code_invalid"))
        status, word, wait = self.verify(authority, "00000060", "127.0.0.9")
        self.assertEqual((status, word), (429, "quota_exceeded"))
        self.assertIn(int(wait), range(1, 101))
        self.assertEqual(self.verify(authority, authority.code(), "127.0.0.10")[0], 200)

    def test_guessing_from_many_addresses_closes_the_short_codes_before_it_finds_one(self):
        # Each address keeps far below what one may do.
        authority = Authority(verifyBurst=60, verifySeconds=2)
        self.addCleanup(authority.close)
        authority.start()
        issued = authority.post("/api/issue", {}, {"X-API-Key": authority.api_key})[1]
        good = int(issued["code"])
        # Most of them side by side: each refusal takes as long as an answer that grants.
        tried = LIMIT - LIMIT % ADDRESSES - ADDRESSES
        first = good + 1 if good < 2 * LIMIT else 0
        with concurrent.futures.ThreadPoolExecutor(25) as pool:
            answers = pool.map(
                lambda address: {self.verify(authority, f"{number:08}", f"127.0.{address}.1")[:2]
                                 for number in range(first + address, first + tried, ADDRESSES)}, range(ADDRESSES))
        self.assertEqual(set().union(*answers), {(400, "code_invalid")})
        for number in range(first + tried, first + LIMIT + ADDRESSES):
            answer = self.verify(authority, f"{number:08}", f"127.0.{number % ADDRESSES}.1")[:2]
            if answer == (429, "maintenance_mode"):
                break
            self.assertEqual(answer, (400, "code_invalid"))
            tried += 1
        self.assertEqual(tried, LIMIT + 1)
        status, word, wait = self.verify(authority, issued["code"], "127.0.200.1")
        self.assertEqual((status, word), (429, "maintenance_mode"), "the right one is not told from others")
        self.assertIn(int(wait), range(1, 961), "a quarter of an hour, in steps of a minute")
        self.assertEqual(self.verify(authority, issued["longCode"], "127.0.200.1")[0], 200)


if __name__ == "__main__":
    unittest.main()
