# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that are compared, and what wrk and the kernel say of them."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
AUTHORITY = pathlib.Path(
    os.environ.get("AUTHORITY_BUILD", HERE.parents[1] / "Authority/.build/release")) / "bluezone-authority"
CORES = len(os.sched_getaffinity(0))


class Failure(Exception):
    """Something that had to run did not."""


def run(*command, **options):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise Failure(f"{command[0]} exited with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def tls(folder):
    """A certificate for localhost with its key, in one file; made at the first call."""
    path = folder / "tls.pem"
    if not path.exists():
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
            "/CN=localhost", "-keyout", path, "-out", folder / "cert.pem")
        path.write_text(path.read_text() + (folder / "cert.pem").read_text())
    return path


class Authority:
    """One authority in a folder of its own, whose limits for one address are out of the way."""

    def __init__(self, home, name):
        self.home, self.folder, self.process = home, home / name, None
        run(AUTHORITY, "init", self.folder)
        path = self.folder / "settings.json"
        self.settings = {**json.loads(path.read_text()), "verifyBurst": 1e6, "verifySeconds": 0.001}
        path.write_text(json.dumps(self.settings))

    def start(self, *arguments):
        log = self.home / "authority.log"
        with open(log, "w", encoding="utf-8") as sink:
            self.process = subprocess.Popen([AUTHORITY, "serve", self.folder, "--port", "0", *map(str, arguments)], stderr=sink)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            found = re.search(r"listening on (https?://\S+)", log.read_text())
            if found:
                return found.group(1)
            time.sleep(0.05)
        raise Failure(f"bluezone-authority does not listen: {log.read_text()}")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None


def nginx(home):
    """Debian's nginx: the one that is installed, else its package's, unpacked in a folder of ours. Installed, it would begin to serve."""
    found = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if found:
        return found
    if not (home / "usr/sbin/nginx").exists():
        run("apt-get", "download", "nginx", cwd=home)
        run("dpkg-deb", "--extract", next(home.glob("nginx_*.deb")), home)
    return home / "usr/sbin/nginx"


class Nginx:
    """nginx as Debian builds it, in a folder of its own, with the same certificate and the same files."""

    def __init__(self, home, root, port, certificate=None):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="nginx-", dir=home))
        # As root it would hand its work to a user who cannot read the folder.
        user = "user root; " if os.geteuid() == 0 else ""
        listen = f"127.0.0.1:{port}" + (" ssl" if certificate else "")
        keys = f"ssl_certificate {certificate}; ssl_certificate_key {certificate};" if certificate else ""
        (folder / "nginx.conf").write_text(
            f"{user}worker_processes {CORES}; daemon off; pid {folder}/pid; error_log {folder}/error warn;\n"
            "events { worker_connections 4096; }\n"
            f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;\n"
            f" uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; sendfile on; keepalive_requests 100000000;\n"
            f" server {{ listen {listen}; {keys} root {root};\n"
            # What any web server does for a publish: TLS, the body read and dropped, an answer as long as ours.
            f"  location = /v1/publish {{ return 200 \"{'a' * 2048}\"; }} }} }}\n")
        self.address = f"http{'s' if certificate else ''}://127.0.0.1:{port}"
        self.process = subprocess.Popen([nginx(home), "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        if self.process.poll() is not None:
            raise Failure(f"nginx does not run: {(folder / 'error').read_text()}")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Watch:
    """A process as long as this is entered: MiB that are resident, every half second, and seconds on a processor."""

    def __init__(self, process):
        self.path, self.used = pathlib.Path(f"/proc/{process.pid}/status"), 0.0
        self.samples, self.over = [], threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.over.wait(0.5):
            self.samples.append(int(re.search(r"VmRSS:\s+(\d+)", self.path.read_text()).group(1)) / 1024)

    def processor(self):
        fields = self.path.with_name("stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        self.used = -self.processor()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.used += self.processor()
        self.over.set()
        self.thread.join()


def wrk(address, script, seconds, connections, *arguments, again=False):
    """What the script prints at the end of a run of wrk; wrong and failed answers end everything. So do lines that were sent again,
    where that matters."""
    text = run("wrk", "--threads", CORES, "--connections", connections, "--duration", f"{seconds}s", "--timeout", "10s",
               "--script", HERE / script, address, "--", *arguments)
    found = json.loads(text.strip().splitlines()[-1])
    if found["wrong"] or found["failed"] or (found["missing"] and not again):
        raise Failure(f"{address}: not all answers were right: {found}")
    found["rate"] = found["requests"] / found["seconds"]
    return found
