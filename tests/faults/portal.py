"""Workers and beats under the product's supervisor: what is killed here is started again as in life.

python -m tests.faults.portal '{"worker-1": ["python", "-m", …]}' folder-of-logs
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from config.supervisor import Part, Supervisor
from tests.config.processes import ROOT, is_gone, until

CELERY = [sys.executable, "-m", "celery", "--app", "tests.faults.rings"]
WORKER = ["worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat", "--concurrency"]


class Portal:
    """`beats` and `workers` processes, each worker with `hands` of its own; `environment` is all they see of the world."""

    def __init__(self, folder, environment, *, workers=1, beats=1, hands=2):
        self.folder, self.environment, self.workers, self.hands = folder, environment, workers, hands
        names = [f"worker-{n}" for n in range(workers)]
        self.commands = {name: [*CELERY, *WORKER, str(hands), "--hostname", f"{name}@faults"] for name in names}
        for name in [f"beat-{n}" for n in range(beats)]:
            self.commands[name] = [*CELERY, "beat", "--schedule", str(folder / name), "--pidfile="]
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "tests.faults.portal", json.dumps(self.commands), str(self.folder)]
        with open(self.folder / "supervisor.log", "ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def stop(self):
        """Switch the machine off: everything ends at once, whatever it was doing."""
        if self.process is None:
            return
        leaders = children_of(self.process.pid)
        self.process.kill()
        self.process.wait()
        for leader in leaders:
            end_group(leader)
        self.process = None

    def leaders(self):
        """{name: pid} of the workers and beats that run now."""
        words = {pid: command_of(pid) for pid in children_of(self.process.pid)}
        return {name: pid for pid, said in words.items() for name in self.commands if f"{name}@" in said or f"/{name}\0" in said}

    def stands(self):
        return until(lambda: len(self.leaders()) == len(self.commands), of=self.process)


def end(pid):
    """kill -9 one process."""
    os.kill(pid, signal.SIGKILL)
    until(lambda: is_gone(pid))


def end_group(leader):
    """Kill a whole worker or beat, as the machine's own memory keeper does."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
    until(lambda: not members_of(leader))


def members_of(group):
    return [pid for pid in running() if _lives(pid, 2, group)]


def children_of(pid):
    return [child for child in running() if _lives(child, 1, pid)]


def _lives(pid, place, number):
    """Whether the process runs, and at that place of its line in /proc the number stands."""
    stat = _stat(pid)
    return bool(stat) and stat[0] != "Z" and stat[place] == str(number)


def running():
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def group_of(pid):
    """Its process group, or None where it has gone; a hand is in the group of its worker."""
    stat = _stat(pid)
    return int(stat[2]) if stat else None


def parent_of(pid):
    stat = _stat(pid)
    return int(stat[1]) if stat else None


def _stat(pid):
    """State, parent, group … of a process, or [] where it has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def owner_of(port):
    """The pid of the process here that speaks from the local TCP `port`, or None."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if int(row[1].rpartition(":")[2], 16) == port and row[9] != "0"}
    return next((pid for pid in running() if sockets & _files_of(pid)), None)


def _files_of(pid):
    found = set()
    try:
        for path in Path(f"/proc/{pid}/fd").iterdir():
            found.add(os.readlink(path))
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return found
    return found


def main(commands, folder):
    parts = [Part(name, command, Path(folder) / f"{name}.log") for name, command in json.loads(commands).items()]
    Supervisor(parts, say=lambda line: print(line, flush=True), waits=(0.1,), grace=3).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
