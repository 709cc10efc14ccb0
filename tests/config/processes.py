"""Running the portal's own commands from outside, as an operator does, and waiting for what they do."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD_KEY = "jT9-wq2_LmXz8Rb5VdPk3YhNc7Gf1SaEu6Ho4IiQ0ZtWxCvBnM"


def clean_environment(**given):
    """What a fresh shell would hold, plus `given`; None leaves a name out."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {name: str(value) for name, value in {**kept, "PYTHONUTF8": "1", **given}.items() if value is not None}


def manage(*arguments, **given):
    """Run manage.py in a clean environment; returns the finished process."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean_environment(**given), capture_output=True, text=True, timeout=120)


def one_sentence_of(finished):
    """The one line on stderr of a command that refused; the test fails where it did not, or said more."""
    assert finished.returncode != 0, finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr
    lines = [line for line in finished.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, finished.stderr
    assert lines[0].endswith((".", "make setup", "make run")), lines[0]
    return lines[0]


def until(condition, *, seconds=30, of=None):
    """The first true value of `condition()`; the test fails when there is none in time. `of` (a process) must live on."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        assert of is None or of.poll() is None, "the process ended too early"
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {condition}")


def is_gone(pid):
    """True where the process has ended (one that nobody has fetched yet counts as ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
