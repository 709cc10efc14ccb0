"""What processes cost, read from /proc: CPU milliseconds and memory of a process and all under it."""

import os
from pathlib import Path

TICK = 1000 / os.sysconf("SC_CLK_TCK")


def family(pid):
    """The process and all its living descendants."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in path.read_text().split():
                found += family(int(child))
        except OSError:
            continue
    return found


def cpu_ms(pid):
    """User and system milliseconds of a process, of all under it, and of those that ended under it."""
    total = 0
    for member in family(pid):
        fields = _stat(member)
        total += sum(map(int, fields[11:15])) if fields else 0  # utime stime cutime cstime
    return total * TICK


def _stat(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def memory_mb(pid, field="VmRSS"):
    """Resident memory of a process and all under it (VmHWM: the most each ever held)."""
    return sum(_memory(member, field) for member in family(pid)) / 1024


def _memory(pid, field):
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{field}:")), 0)
