# SPDX-License-Identifier: GPL-3.0-or-later
"""moto, an S3-compatible store, that checks signatures; before it something that counts requests and loses some."""
import http.client
import http.server
import os
import pathlib
import re
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'


def fetched():
    """The folder with moto; None where PyPI is out of reach."""
    done = subprocess.run([HERE / "fetch_moto"], stdout=subprocess.PIPE, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


class Bucket:
    """Such a store, with a bucket for each test, and who may write to it."""

    def __init__(self, moto):
        # So many requests are taken without a signature: those that make the user.
        environment = {**os.environ, "PYTHONPATH": moto, "INITIAL_NO_AUTH_ACTION_COUNT": "3"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        found = None
        while not found:
            line = self.process.stderr.readline()
            assert line, "moto ended"
            found = re.search(r"Running on http://127.0.0.1:(\d+)", line)
        self.port = int(found.group(1))
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        sys.path.insert(0, moto)
        import boto3
        place = {"endpoint_url": f"http://127.0.0.1:{self.port}", "region_name": "us-east-1"}
        nobody = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        users = boto3.client("iam", **place, **nobody)
        users.create_user(UserName="authority")
        users.put_user_policy(UserName="authority", PolicyName="all", PolicyDocument=POLICY)
        key = users.create_access_key(UserName="authority")["AccessKey"]
        self.key = (key["AccessKeyId"], key["SecretAccessKey"])
        self.client = boto3.client("s3", **place, aws_access_key_id=self.key[0], aws_secret_access_key=self.key[1])
        self.front = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front)
        self.front.bucket = self
        self.front.handle_error = lambda *arguments: None  # a program that was stopped
        self.number = 0
        self.fresh()
        threading.Thread(target=self.front.serve_forever, daemon=True).start()

    def fresh(self):
        self.number += 1
        self.name = f"cases{self.number}"
        self.client.create_bucket(Bucket=self.name)
        # Status and path of each PUT that went through, and what becomes of the next requests.
        self.puts, self.troubles = [], []

    def settings(self):
        return {"endpoint": f"http://127.0.0.1:{self.front.server_port}", "bucket": self.name, "region": "us-east-1",
                "prefix": "exports"}

    def objects(self):
        """Each object's tag."""
        return {item["Key"]: item["ETag"] for item in self.client.list_objects_v2(Bucket=self.name).get("Contents", [])}

    def get(self, name):
        return self.client.get_object(Bucket=self.name, Key=name)

    def close(self):
        self.front.shutdown()
        self.front.server_close()
        self.process.terminate()
        self.process.wait(30)
        self.process.stderr.close()


class Front(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        bucket = self.server.bucket
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        trouble = bucket.troubles.pop(0) if bucket.troubles else None
        if trouble == "cut":
            self.close_connection = True
            return
        if trouble == "busy":
            self.answer(503, {}, b"<Error><Code>SlowDown</Code></Error>")
            return
        behind = http.client.HTTPConnection("127.0.0.1", bucket.port, timeout=30)
        behind.request(self.command, self.path, body, dict(self.headers))
        answer = behind.getresponse()
        content = answer.read()
        if self.command == "PUT":
            bucket.puts.append((answer.status, self.path))
        if trouble == "lost":
            self.close_connection = True
        else:
            self.answer(answer.status, dict(answer.headers), content)
        behind.close()

    def answer(self, status, headers, content):
        self.send_response(status)
        for name in ("ETag", "Content-Type"):
            if name in headers:
                self.send_header(name, headers[name])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_PUT = do_DELETE = pass_on

    def log_message(self, *arguments):
        pass
