# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody sees of an answer who sees its length alone: nothing."""
import json
import socket
import unittest

from authority import Authority


class Lengths(unittest.TestCase):
    def setUp(self):
        self.authority = Authority(verifyBurst=9, verifySeconds=3600).start()
        self.addCleanup(self.authority.close)

    def raw(self, path, body, chaff=False):
        """All bytes of an answer, head included."""
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
        head += "X-Chaff: 1\r\n\r\n" if chaff else "X-Plain: 1\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.authority.port), timeout=30) as connection:
            connection.sendall((head + body).encode())
            answer = b""
            while part := connection.recv(65536):
                answer += part
            return answer

    def test_answers_have_one_length_with_their_heads(self):
        code = self.authority.code(testType="confirmed")
        accept = ["confirmed"]
        asked = [
            ("/api/verify", {"code": code, "accept": accept}, False, b"200"),
            ("/api/verify", {"code": "00000000", "accept": accept}, False, b"400"),
            ("/api/verify", {"code": code, "accept": ["recursive"]}, False, b"412"),
            ("/api/certificate", {"token": "x", "ekeyhmac": "x"}, False, b"400"),
            ("/v1/publish", {"hmacKey": ""}, False, b"401"),
            ("/v1/publish", [], False, b"400"),
            ("/api/verify", {}, True, b"200"),
            ("/api/certificate", {}, True, b"200"),
            ("/v1/publish", {}, True, b"200"),
            ("/api/verify", {}, True, b"429"),
            ("/v1/publish", {}, False, b"429"),
        ]
        lengths = {}
        for path, body, chaff, status in asked:
            answer = self.raw(path, json.dumps(body), chaff)
            self.assertEqual(answer.split(b" ")[1], status, answer[:200])
            lengths[path, chaff, status] = len(answer)
        self.assertEqual(len(set(lengths.values())), 1, lengths)


if __name__ == "__main__":
    unittest.main()
