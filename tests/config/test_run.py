"""make run: what stops it with one sentence, and one whole run."""

import contextlib
import fcntl
import http.client
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.processes import ROOT, clean_environment, free_port, is_gone, manage, one_sentence_of, until


@pytest.mark.parametrize("port", ["0", "65536", "eight", "-1", "٨٠٠٠"])
def test_a_port_that_is_none_is_one_sentence(port, tmp_path):
    assert one_sentence_of(manage("run", PORT=port, VAR_DIR=tmp_path)) == "PORT must be a whole number from 1 to 65535."


def test_a_port_in_use_names_another(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        said = one_sentence_of(manage("run", PORT=port, VAR_DIR=tmp_path))
    assert f"Port {port} is in use" in said
    assert f"PORT={port + 1} make run" in said


def test_a_second_run_says_where_the_first_one_is(tmp_path):
    with open(tmp_path / "run.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("process 1234, http://127.0.0.1:8000")
        lock.flush()
        said = one_sentence_of(manage("run", PORT=free_port(), VAR_DIR=tmp_path))
    assert "already runs here (process 1234, http://127.0.0.1:8000)" in said


def test_a_locked_database_is_one_sentence(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "thongsuot.sqlite3", isolation_level=None)) as holder:
        holder.execute("CREATE TABLE something (id)")
        holder.execute("BEGIN EXCLUSIVE")
        said = one_sentence_of(manage("run", PORT=free_port(), VAR_DIR=tmp_path))
    assert "is locked by another program" in said


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    (tmp_path / "thongsuot.sqlite3").write_bytes(b"not a database at all" * 400)
    assert "is damaged" in one_sentence_of(manage("run", PORT=free_port(), VAR_DIR=tmp_path))


def test_a_database_damaged_inside_is_one_sentence(tmp_path):
    file = tmp_path / "thongsuot.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE something (words)")
        database.executemany("INSERT INTO something VALUES (?)", [("x" * 500,)] * 500)
        database.commit()
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2 : len(whole) // 2 + 8192] = b"\xff" * 8192
    file.write_bytes(whole)
    assert "is damaged" in one_sentence_of(manage("run", PORT=free_port(), VAR_DIR=tmp_path))


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "a-file").touch()
    assert "Not a directory" in one_sentence_of(manage("run", PORT=free_port(), VAR_DIR=tmp_path / "a-file" / "var"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_one_sentence(tmp_path):
    tmp_path.chmod(0o500)
    assert "Permission denied" in one_sentence_of(manage("run", PORT=free_port(), VAR_DIR=tmp_path / "var"))


def test_a_database_that_holds_other_data_is_left_alone(tmp_path):
    file = tmp_path / "real.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as real:
        real.execute("CREATE TABLE orgunits_person (id)")
        real.commit()
    said = one_sentence_of(manage("run", PORT=free_port(), VAR_DIR=tmp_path / "var", DATABASE_URL=f"sqlite:///{file}"))
    assert "holds data no demo put there" in said
    with contextlib.closing(sqlite3.connect(file)) as real:
        assert real.execute("SELECT name FROM sqlite_master").fetchall() == [("orgunits_person",)]


def test_a_redis_that_does_not_answer_is_one_sentence(tmp_path):
    said = one_sentence_of(manage("run", PORT=free_port(), VAR_DIR=tmp_path, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"))
    assert "REDIS_URL names a server that does not answer" in said


def test_the_demo_runs_is_watched_and_stops(tmp_path):
    """The whole of it: two starts on one folder, a killed worker, Ctrl-C."""
    folder, port = tmp_path / "var", free_port()
    with running(folder, port, tmp_path / "first.txt") as (portal, said):
        assert sign_in_page(port) == 200
        people = json.loads(manage("demo_people", "--json", VAR_DIR=folder).stdout)
        assert people
        assert all(person["password"] in said.read_text() for person in people)
        assert {"username", "password", "role", "unit", "level"} <= set(people[0])
        assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "demo.json")] == [0o700, 0o600]
        worker = until(lambda: children(portal.pid).get("worker"), of=portal)
        os.kill(worker, signal.SIGKILL)
        until(lambda: children(portal.pid).get("worker") not in {None, worker}, of=portal)
        assert "worker killed by SIGKILL; starting it again" in said.read_text()
        family = children(portal.pid)
        assert set(family) == {"web", "worker", "beat"}
        portal.send_signal(signal.SIGINT)
        assert portal.wait(timeout=60) == 0
        assert all(is_gone(pid) for pid in family.values())
    with running(folder, port, tmp_path / "second.txt") as (portal, said):
        assert sign_in_page(port) == 200
        assert json.loads(manage("demo_people", "--json", VAR_DIR=folder).stdout) == people
        portal.terminate()
        assert portal.wait(timeout=60) == 0


@contextlib.contextmanager
def running(folder, port, said):
    """The portal on the port, ready; `said` (a Path) receives what it prints."""
    with open(said, "wb") as output:
        command, environment = [sys.executable, "manage.py", "run"], clean_environment(PORT=port, VAR_DIR=folder)
        portal = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True)
    try:
        until(lambda: portal.poll() is not None or "Ctrl-C stops everything" in said.read_text(), seconds=420)
        assert portal.poll() is None, said.read_text()
        yield portal, said
    finally:
        portal.terminate()
        portal.wait(timeout=60)


def sign_in_page(port):
    """The status of the page a stranger ends on."""
    asked, path = http.client.HTTPConnection("127.0.0.1", port, timeout=30), "/"
    for _ in range(3):
        asked.request("GET", path)
        answer = asked.getresponse()
        answer.read()
        if answer.status not in {301, 302}:
            break
        path = answer.headers["Location"]
    asked.close()
    return answer.status


def children(pid):
    """What the supervisor keeps running: {name: pid}."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(FileNotFoundError):
            words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
            found |= {name: int(child) for name, word in (("web", "gunicorn"), ("worker", "worker"), ("beat", "beat")) if word in words}
    return found
