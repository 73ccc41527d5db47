# SPDX-License-Identifier: GPL-3.0-or-later
"""What others can do to a server that everybody reaches: it goes on, and its memory stays."""
import json
import os
import resource
import select
import socket
import ssl
import threading
import time
import unittest

from authority import Authority, own_certificate


class Attacks(unittest.TestCase):
    def setUp(self):
        self.authority = Authority().start()
        self.addCleanup(self.authority.close)
        self.authority.ask("GET", "/healthz")
        self.before = self.authority.memory()
        self.allowance = 64

    def tearDown(self):
        self.assertEqual(self.authority.ask("GET", "/healthz"), (200, b"ok\n"))
        self.assertLess(self.authority.memory() - self.before, self.allowance, "MiB")

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.authority.port), timeout=60)

    def pour(self, head, piece, limit):
        """Bytes of a body that the server takes before it ends the connection."""
        sent = 0
        with self.connect() as client:
            try:
                client.sendall(head)
                while sent < limit:
                    client.sendall(piece)
                    sent += len(piece)
            except OSError:
                pass
        return sent

    def test_a_body_of_a_gigabyte_is_cut_off(self):
        length = 1 << 30
        head = f"POST /v1/publish HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()
        self.assertLess(self.pour(head, b" " * 65536, length), 64 << 20)

    def test_a_body_without_end_in_pieces_is_cut_off(self):
        head = b"POST /api/verify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        self.assertLess(self.pour(head, b"10000\r\n" + b" " * 65536 + b"\r\n", 1 << 30), 64 << 20)

    def test_headers_without_end_are_cut_off(self):
        self.assertLess(self.pour(b"GET / HTTP/1.1\r\n", b"X-A: " + b"a" * 4096 + b"\r\n", 64 << 20), 16 << 20)

    def ends_within(self, head, seconds, drop=b"x"):
        """Whether the server ends a connection on which a byte comes every second."""
        with self.connect() as client:
            client.sendall(head)
            client.settimeout(1)
            begin = time.monotonic()
            while time.monotonic() - begin < seconds:
                try:
                    client.sendall(drop)
                    if client.recv(4096) == b"":
                        return True
                except TimeoutError:
                    continue
                except OSError:
                    return True
        return False

    def test_a_slow_body_is_ended(self):
        head = b"POST /v1/publish HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
        self.assertTrue(self.ends_within(head, 40))

    def test_slow_headers_are_ended(self):
        self.assertTrue(self.ends_within(b"GET /healthz HTTP/1.1\r\nX-A: ", 50))

    def test_a_connection_on_which_nothing_comes_is_ended(self):
        with self.connect() as client:
            client.settimeout(50)
            self.assertEqual(client.recv(1), b"")

    def test_ten_thousand_idle_connections_do_not_keep_others_out(self):
        count = 10_000
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        room = max(hard, count + 500)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (room, room))
        except ValueError:
            self.fail(f"the test needs {count + 500} open files, and this shell allows {hard}: ulimit -Hn")
        # Begun anew, the server inherits what is allowed; it takes by itself what its shell did not hand on.
        self.authority.stop()
        self.authority.start()
        self.before = self.authority.memory()
        # 14 KiB for each in a debug build.
        self.allowance = 256
        most, done = 0, threading.Event()

        def watch():
            nonlocal most
            while not done.wait(0.2):
                most = max(most, len(os.listdir(f"/proc/{self.authority.server.pid}/fd")))

        watcher = threading.Thread(target=watch)
        watcher.start()
        clients = []
        try:
            for _ in range(count):
                clients.append(self.connect())
            # Both wait behind those that the server has not taken yet, in a debug build on a busy machine.
            for method, path, body, status in (("GET", "/healthz", None, 200), ("POST", "/api/verify", '{"code": "00000000"}', 400)):
                connection = self.authority.connection(timeout=120)
                connection.request(method, path, body)
                self.assertEqual(connection.getresponse().status, status)
                connection.close()
            self.assertLess(self.authority.memory() - self.before, self.allowance, "MiB")
        finally:
            done.set()
            watcher.join()
            for client in clients:
                client.close()
        # Where taking them all takes longer than a silent one may stay, the first are gone when the last come.
        self.assertGreater(most, count / 10, "connections open at once")

    def restart(self, **settings):
        """The server begun anew with other settings."""
        self.authority.stop()
        path = self.authority.folder / "settings.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **settings}))
        self.authority.start()
        self.before = self.authority.memory()

    def ask_for(self, path):
        """A connection that asked for a file and has read nothing of it."""
        client = self.connect()
        self.addCleanup(client.close)
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return client

    def open_files(self):
        return len(os.listdir(f"/proc/{self.authority.server.pid}/fd"))

    def test_who_asks_for_a_file_and_does_not_read_it_is_ended_and_who_reads_slowly_is_not(self):
        # More than the system keeps in its own buffers.
        size = 24 << 20
        file = self.authority.folder / "public/v1/VN/bz/1-2-00001.zip"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(size))
        # The server accepts some at once, and so a few more than there are places.
        path, places, more = "/v1/VN/bz/1-2-00001.zip", 30, 8
        self.restart(connections=places)
        # The server reads it once for its tag.
        self.assertEqual(self.authority.ask("HEAD", path)[0], 200)
        self.before = self.authority.memory()
        # 2 to 3 MiB for each in a debug build.
        self.allowance = 256
        free = self.open_files()
        slow = self.ask_for(path)
        for _ in range(places - 6):
            self.ask_for(path)
        self.assertEqual(self.authority.ask("GET", "/healthz"), (200, b"ok\n"), "others are answered meanwhile")
        for _ in range(5 + more):
            self.ask_for(path)
        late = self.ask_for("/healthz")
        self.assertEqual(select.select([late], [], [], 10)[0], [], "all places are taken")
        begin, got = time.monotonic(), 0
        while not select.select([late], [], [], 0)[0] and time.monotonic() - begin < 100:
            got += len(slow.recv(65536))
            time.sleep(1)
        self.assertIn(b"200", late.recv(4096).split(b"\r\n")[0])
        # A connection and a file for each that is left, and what the store may have opened.
        left = free + 2 * (1 + more) + 4
        while self.open_files() > left and time.monotonic() - begin < 120:
            got += len(slow.recv(65536))
            time.sleep(1)
        self.assertLessEqual(self.open_files(), left, "who came first is ended, but for the slow one")
        self.assertLess(got, size)
        while piece := slow.recv(1 << 20):
            got += len(piece)
        self.assertGreater(got, size, "the slow one has all of it")

    def test_garbage_is_answered_or_ended(self):
        for garbage in (b"\x16\x03\x01\x02\x00\x01", b"\x00" * 1000, b"GET  HTTP/9.9\r\n\r\n", b"\r\n\r\n\r\n\r\n",
                        b"POST /v1/publish HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                        b"POST /v1/publish HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
                        b"GET /%ff%fe%00 HTTP/1.1\r\nHost: x\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
            with self.connect() as client:
                client.sendall(garbage)
                client.shutdown(socket.SHUT_WR)
                while client.recv(4096):
                    pass


class AttacksOnTLS(unittest.TestCase):
    """The same where TLS ends in the server: nobody gets more time by what TLS puts in between."""

    COUNT = 20
    # The server's are 30 s for everything up to a request's head, 20 s for the rest of it, and 5 s for the end of TLS.
    LIMIT = 60

    def setUp(self):
        self.authority = Authority()
        self.addCleanup(self.authority.close)
        certificate, context = own_certificate(self.authority.home)
        self.authority.start("--certificate", certificate, context=context)
        self.healthy()
        self.before = self.authority.memory()

    def tearDown(self):
        self.healthy()
        self.assertLess(self.authority.memory() - self.before, 64, "MiB")

    def healthy(self):
        # Within the 30 s that a device waits.
        self.assertEqual(self.authority.ask("GET", "/healthz"), (200, b"ok\n"))

    def plain(self, first=b""):
        """A connection on which something was sent, as it is."""
        stream = socket.create_connection(("127.0.0.1", self.authority.port), timeout=30)
        self.addCleanup(stream.close)
        stream.sendall(first)
        return stream

    def shaken(self, first=b""):
        """A connection behind the handshake, on which something was sent."""
        stream = self.authority.context.wrap_socket(self.plain(), server_hostname="localhost")
        self.addCleanup(stream.close)
        stream.sendall(first)
        return stream

    def hello(self):
        """What a client sends first."""
        sent = ssl.MemoryBIO()
        client = self.authority.context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost")
        with self.assertRaises(ssl.SSLWantReadError):
            client.do_handshake()
        return sent.read()

    @staticmethod
    def is_ended(stream, drop):
        """Whether the server ended a connection; `drop` is sent first."""
        try:
            if drop:
                stream.send(drop)
            while stream.recv(4096):
                pass
            return True
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except OSError:
            return True

    def test_who_stalls_before_in_or_after_the_handshake_is_ended_and_others_are_answered(self):
        hello = self.hello()
        length = b"POST /v1/publish HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
        # How each begins, and what comes afterwards, a byte every second.
        ways = {
            "never begins the handshake": (self.plain, b"", b""),
            "stops within its first message": (self.plain, hello[:100], b""),
            "sends its first message byte by byte": (self.plain, hello[:6], hello[6:]),
            "never answers the server's first message": (self.plain, hello, b""),
            "says nothing after the handshake": (self.shaken, b"", b""),
            "sends headers byte by byte": (self.shaken, b"GET /healthz HTTP/1.1\r\nX-A: ", b"x" * 200),
            "sends a body byte by byte": (self.shaken, length, b" " * 200),
        }
        free = self.open_files()
        begin = time.monotonic()
        clients = [(way, begins(first), rest) for way, (begins, first, rest) in ways.items() for _ in range(self.COUNT)]
        for _, stream, _ in clients:
            stream.setblocking(False)
        self.assertGreater(self.open_files(), len(clients), "they are all open at once")
        for second in range(self.LIMIT):
            clients = [(way, stream, rest) for way, stream, rest in clients
                       if not self.is_ended(stream, rest[second:second + 1])]
            if not clients:
                break
            self.healthy()
            time.sleep(max(0, begin + second + 1 - time.monotonic()))
        self.assertEqual({way for way, _, _ in clients}, set(), "who is not ended")
        # Some of them never say goodbye: the server does not wait for it.
        while self.open_files() > free + 4 and time.monotonic() - begin < self.LIMIT + 15:
            time.sleep(1)
        self.assertLessEqual(self.open_files(), free + 4, "connections that the server still has")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.authority.server.pid}/fd"))


if __name__ == "__main__":
    unittest.main()
