"""The supervisor with quick stand-ins for web, worker and beat."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.config.processes import ROOT, is_gone, until

PROGRAM = """
import json, sys
from pathlib import Path
from config.supervisor import Part, Supervisor
commands, folder, options = json.loads(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
parts = [Part(name, ["sh", "-c", command], folder / f"{name}.log") for name, command in commands.items()]
Supervisor(parts, say=lambda line: print(line, flush=True), **options).run(when_ready=lambda: print("ready", flush=True))
print("stopped", flush=True)
"""
# Writes its own pid and its child's, as a web server with one worker would.
LIVES = "sleep 600 & echo $$ $! >> {file}; wait"


@contextmanager
def supervised(commands, folder, **options):
    arguments = [json.dumps(commands), str(folder), json.dumps(options)]
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def starts(file):
    """The (leader, child) pids of every start written so far."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [tuple(map(int, line.split())) for line in lines]


def test_a_killed_part_is_started_again_and_leaves_nothing_behind(tmp_path):
    file = tmp_path / "pids"
    with supervised({"worker": LIVES.format(file=file)}, tmp_path, waits=[0.05]) as process:
        until(lambda: len(starts(file)) == 1, of=process)
        leader, child = starts(file)[0]
        os.kill(leader, signal.SIGKILL)
        until(lambda: len(starts(file)) == 2, of=process)
        assert (is_gone(leader), is_gone(child)) == (True, True)
        assert process.stdout.readline() == "ready\n"
        assert process.stdout.readline().startswith("worker killed by SIGKILL; starting it again in 0.05 s")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_part_and_its_children_are_stopped(tmp_path, stop):
    files = {name: tmp_path / name for name in ("web", "worker", "beat")}
    with supervised({name: LIVES.format(file=file) for name, file in files.items()}, tmp_path) as process:
        until(lambda: all(starts(file) for file in files.values()), of=process)
        process.send_signal(stop)
        assert process.wait(timeout=20) == 0
        assert [pid for file in files.values() for pair in starts(file) for pid in pair if not is_gone(pid)] == []
        assert process.stdout.read().splitlines() == ["ready", "stopped"]


def test_a_part_that_will_not_stop_is_forced_after_the_grace(tmp_path):
    file = tmp_path / "pids"
    with supervised({"deaf": f"trap '' TERM; {LIVES.format(file=file)}"}, tmp_path, grace=0.3) as process:
        until(lambda: starts(file), of=process)
        process.terminate()
        assert process.wait(timeout=20) == 0
        assert all(is_gone(pid) for pid in starts(file)[0])


def test_a_part_that_keeps_dying_is_started_ever_more_slowly_while_the_others_run_on(tmp_path):
    file = tmp_path / "pids"
    with supervised({"web": LIVES.format(file=file), "beat": "exit 7"}, tmp_path, waits=[0.01, 0.02, 0.03]) as process:
        said = [process.stdout.readline() for _ in range(5)]
        assert [line.partition(" s (")[0].rpartition("; ")[2] for line in said if line.startswith("beat ended with 7")] == [
            "starting it again in 0.01",
            "starting it again in 0.02",
            "starting it again in 0.03",
            "starting it again in 0.03",
        ]
        until(lambda: starts(file), of=process)
        process.terminate()
        assert process.wait(timeout=20) == 0
        assert len(starts(file)) == 1


def test_a_part_that_ran_well_for_a_while_is_forgiven(tmp_path):
    with supervised({"beat": "exit 1"}, tmp_path, waits=[0.01, 60], steady=0) as process:
        said = [process.stdout.readline() for _ in range(4)]
        assert sum("starting it again in 0.01 s" in line for line in said) == 3


def test_parts_do_not_outlive_a_supervisor_that_was_killed(tmp_path):
    file = tmp_path / "pids"
    with supervised({"worker": LIVES.format(file=file)}, tmp_path) as process:
        until(lambda: starts(file), of=process)
        leader, child = starts(file)[0]
        process.kill()
        try:
            until(lambda: is_gone(leader))
        finally:
            os.kill(child, signal.SIGKILL)  # a shell does not pass the signal on; gunicorn and Celery do


def test_what_a_part_writes_is_kept_in_its_log(tmp_path):
    with supervised({"beat": "echo said; echo failed >&2; sleep 600"}, tmp_path) as process:
        until(lambda: (tmp_path / "beat.log").exists() and "failed" in (tmp_path / "beat.log").read_text(), of=process)
    assert (tmp_path / "beat.log").read_text() == "said\nfailed\n"
