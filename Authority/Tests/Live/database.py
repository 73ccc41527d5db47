# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server of a test's own, and authorities that keep everything there."""
import copy
import pathlib
import shutil
import subprocess
import tempfile

from authority import Authority

SERVE = pathlib.Path(__file__).resolve().parents[1] / "Postgres/serve"


class Database:
    def __init__(self):
        self.process = subprocess.Popen([SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("postgresql://"), "there is no PostgreSQL"

    def tell(self, command):
        """`stop`, as a crash does, or `start`."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()

    def ask(self, statement):
        """Rows of one column."""
        done = subprocess.run(
            ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", statement, self.address],
            capture_output=True, text=True, check=True)
        return done.stdout.split()


def shared(database, **settings):
    """An authority whose store is the database."""
    return Authority("--store", database.address, **settings)


def another(authority):
    """A second server of the same authority, with a folder of its own; of it only `public` is shared."""
    other = copy.copy(authority)
    other.home = pathlib.Path(tempfile.mkdtemp(prefix="bluezone-authority-"))
    other.folder = other.home / "authority"
    shutil.copytree(authority.folder, other.folder, ignore=shutil.ignore_patterns("public"))
    (other.folder / "public").symlink_to(authority.folder / "public")
    return other
