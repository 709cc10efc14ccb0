"""A PostgreSQL that can be restarted and a Redis that can be killed, both on free ports, both thrown away afterwards."""

import contextlib
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2

from tests.config.processes import free_port
from tests.config.services import become_postgres, make_cluster, server_programs, throw_away_folder, version_of_redis, wait_for


class Cluster:
    """A PostgreSQL of our own in `folder`; everything about it can be read from there by another process."""

    def __init__(self, folder):
        self.folder = Path(folder)

    @classmethod
    @contextlib.contextmanager
    def running(cls):
        with throw_away_folder() as folder:
            make_cluster(folder)
            (folder / "port").write_text(str(free_port()))
            cluster = cls(folder)
            words = f"-p {(folder / 'port').read_text()} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
            cluster._control("start", "-o", words)
            try:
                yield cluster
            finally:
                cluster._control("stop", "-m", "immediate")

    def url(self, name):
        return f"postgres://thongsuot@127.0.0.1:{(self.folder / 'port').read_text()}/{name}"

    def restart(self):
        """As after a crash of the server: every client is cut off, what was not committed is gone."""
        self._control("restart", "-m", "immediate")

    def create(self, name, template):
        """A database `name` that begins as a copy of `template`."""
        with contextlib.closing(psycopg2.connect(self.url("postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def _control(self, act, *words):
        control = [server_programs() / "pg_ctl", act, "-D", self.folder / "data", "-w", "-s", "-l", self.folder / "data" / "server.log"]
        command = [*become_postgres(self.folder), *map(str, control), *words]
        done = subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"PostgreSQL did not {act}: {done.stderr.strip()}")


class Broker:
    """A Redis that remembers nothing: killed, it is empty when it comes back."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "", "--appendonly", "no"]
        with open(self.folder / "redis.log", "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_for(self.process, lambda: version_of_redis(self.url), self.folder / "redis.log")

    def kill(self):
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.process = None
