"""A mail server of our own, a process by itself: the tests' hand on it. What it does stands in mail_server.py."""

import json
import subprocess
import sys

from tests.config.processes import ROOT, clean_environment, free_port, until


class Sink:
    """The tests' hand on the mail server."""

    def __init__(self, folder):
        self.folder, self.port, self.process, self.number = folder, free_port(), None, 0
        folder.mkdir()
        (folder / "letters.jsonl").touch()
        self.rule()

    def start(self):
        command = [sys.executable, "-m", "tests.faults.mail_server", str(self.folder), str(self.port)]
        with open(self.folder / "sink.log", "ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=clean_environment(), stdout=log, stderr=log)
        until(lambda: (self.folder / "ready").exists(), of=self.process)

    def stop(self):
        """Down: whoever calls is refused a connection."""
        if self.process:
            self.process.kill()
            self.process.wait()
            (self.folder / "ready").unlink(missing_ok=True)
        self.process = None

    def rule(self, **rule):
        """What it does from now on: take all, or `refuse` at "mail", "rcpt" or "data", or answer `slow` seconds later, or `hold` at
        "rcpt" or "data" every client that comes there from the `after`-th on, until the next rule. Whom it holds goes on then."""
        self.number += 1
        write(self.folder / "rule.json", {"number": self.number, **rule})

    def held(self):
        """The port of the first client held under the present rule, and to whom it writes; waits until there is one."""
        return until(lambda: self._held(), of=self.process)

    def _held(self):
        said = read(self.folder / "held.json")
        return (said["port"], said["to"]) if said.get("number") == self.number else None

    def letters(self):
        """Every letter taken: to, id, subject, port it came from; in their order."""
        return [json.loads(line) for line in (self.folder / "letters.jsonl").read_text().splitlines()]

    def refusals(self):
        return len((self.folder / "refused").read_text()) if (self.folder / "refused").exists() else 0


def write(file, facts):
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(facts))
    draft.replace(file)


def read(file):
    return json.loads(file.read_text()) if file.exists() else {}


def add(file, words):
    with open(file, "a") as end:
        end.write(words)
