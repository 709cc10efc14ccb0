"""Run a command with a real PostgreSQL and a real Redis: those of DATABASE_URL and REDIS_URL, or its own on free ports.

    python -m tests.config.services pytest …

Its own servers keep their data in a throw-away folder and end with the command. Fails where a server can't be had.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import redis

from tests.config.processes import free_port

PATIENCE = 60  # seconds a server may take to start


def main(command):
    if not command:
        sys.exit("Name the command to run with both servers.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    with contextlib.ExitStack() as servers:
        database = os.environ.get("DATABASE_URL") or servers.enter_context(postgresql())
        broker = os.environ.get("REDIS_URL") or servers.enter_context(redis_server())
        print(f"PostgreSQL {version_of_postgresql(database)}, Redis {version_of_redis(broker)}", flush=True)
        given = {"DATABASE_URL": database, "REDIS_URL": broker, "THONGSUOT_REQUIRE_SERVICES": "1"}
        kept = {name: value for name, value in os.environ.items() if name not in {"DEMO", "VAR_DIR", "SECRET_KEY"}}
        return subprocess.run(command, env={**kept, **given}).returncode


@contextlib.contextmanager
def postgresql():
    """An empty PostgreSQL of our own; yields its address."""
    with throw_away_folder() as folder:
        as_user, data, port = make_cluster(folder), folder / "data", free_port()
        start = [
            server_programs() / "postgres",
            "-D",
            data,
            "-p",
            port,
            "-k",
            folder,
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "fsync=off",
            "-c",
            "autovacuum=off",  # it sees none of the rows inside a test's open transaction and would tell the planner that tables are empty
        ]
        url = f"postgres://thongsuot@127.0.0.1:{port}/postgres"
        # SIGINT is PostgreSQL's word for a fast stop: SIGTERM waits until every client has left.
        with server([*as_user, *map(str, start)], folder, lambda: version_of_postgresql(url), stop_with=signal.SIGINT):
            yield url


def make_cluster(folder):
    """Make the files of an empty PostgreSQL in folder/data. Returns the words to run its programs with (become_postgres)."""
    as_user = become_postgres(folder)
    initdb = [server_programs() / "initdb", "-D", folder / "data", "-U", "thongsuot", "--auth=trust"]
    initdb += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run([*as_user, *map(str, initdb)], cwd=folder, capture_output=True, text=True)
    if made.returncode:
        sys.exit(f"PostgreSQL could not be set up: {(made.stderr.strip() or 'no reason given').splitlines()[-1]}")
    return as_user


@contextlib.contextmanager
def redis_server():
    """An empty Redis of our own; yields its address."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        sys.exit("Redis is missing. Give REDIS_URL or install it: apt-get install redis-server")
    with throw_away_folder() as folder:
        port = free_port()
        start = [program, "--port", port, "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes", "--maxmemory-policy", "noeviction"]
        url = f"redis://127.0.0.1:{port}/0"
        with server(list(map(str, start)), folder, lambda: version_of_redis(url), stop_with=signal.SIGTERM):
            yield url


@contextlib.contextmanager
def throw_away_folder():
    folder = Path(tempfile.mkdtemp(prefix="thongsuot-services-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def server(command, folder, answers, *, stop_with):
    """Keep a server running; `answers()` raises until it does."""
    with open(folder / "server.log", "wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(process, answers, folder / "server.log")
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, stop_with)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(process, answers, log):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return answers()
        except (psycopg2.OperationalError, redis.RedisError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                last = (log.read_text(errors="replace").strip() or str(error)).splitlines()[-1]
                sys.exit(f"{Path(process.args[-1]).name if process.args else 'The server'} did not start: {last}")
            time.sleep(0.05)


def server_programs():
    """The folder of the newest PostgreSQL server here."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    if program := shutil.which("initdb"):
        return Path(program).resolve().parent
    sys.exit("PostgreSQL is missing. Give DATABASE_URL or install it: apt-get install postgresql")


def become_postgres(folder):
    """The words that run a program as PostgreSQL's own user where we are root, which it refuses to serve."""
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        sys.exit("PostgreSQL does not run as root and there is no user postgres. Give DATABASE_URL or install postgresql.")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def version_of_postgresql(url):
    with contextlib.closing(psycopg2.connect(url.replace("postgis://", "postgres://"), connect_timeout=5)) as connection:
        return connection.server_version // 10000


def version_of_redis(url):
    with redis.Redis.from_url(url, socket_timeout=5) as client:
        return client.info("server")["redis_version"]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (psycopg2.OperationalError, redis.RedisError) as error:
        sys.exit(f"A server given in DATABASE_URL or REDIS_URL does not answer: {str(error).splitlines()[0]}")
