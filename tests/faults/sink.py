"""A mail server of our own, a process by itself: it takes, refuses, is slow, holds a worker at a named point, and keeps every letter.

    python -m tests.faults.sink folder port

What it is to do it reads from folder/rule.json; letters it took stand in folder/letters.jsonl, one a line; whom it holds, in held.json.
"""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller

from tests.config.processes import ROOT, clean_environment, free_port, until

TAKEN, REFUSED = "250 OK", "451 4.3.0 Try again later"


class Sink:
    """The tests' hand on the mail server."""

    def __init__(self, folder):
        self.folder, self.port, self.process, self.number = folder, free_port(), None, 0
        folder.mkdir()
        (folder / "letters.jsonl").touch()
        self.rule()

    def start(self):
        command = [sys.executable, "-m", "tests.faults.sink", str(self.folder), str(self.port)]
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
        _write(self.folder / "rule.json", {"number": self.number, **rule})

    def held(self):
        """The port of the first client held under the present rule, and to whom it writes; waits until there is one."""
        return until(lambda: self._held(), of=self.process)

    def _held(self):
        said = _read(self.folder / "held.json")
        return (said["port"], said["to"]) if said.get("number") == self.number else None

    def letters(self):
        """Every letter taken: to, id, subject, port it came from; in their order."""
        return [json.loads(line) for line in (self.folder / "letters.jsonl").read_text().splitlines()]

    def refusals(self):
        return len((self.folder / "refused").read_text()) if (self.folder / "refused").exists() else 0


class Handler:
    def __init__(self, folder):
        self.folder, self.seen = folder, Counter()

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return await self._answer("mail", session, address)

    async def handle_RCPT(self, server, session, envelope, address, options):
        said = await self._answer("rcpt", session, address)
        if said == TAKEN:
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server, session, envelope):
        if self._rule().get("refuse") == "data":
            return self._refused()
        letter = message_from_bytes(envelope.content, policy=policy.default)
        for address in envelope.rcpt_tos:
            facts = {"to": address, "id": letter["Message-ID"], "subject": letter["Subject"], "port": session.peer[1]}
            _add(self.folder / "letters.jsonl", json.dumps(facts) + "\n")
        return await self._answer("data", session, ", ".join(envelope.rcpt_tos))

    async def _answer(self, point, session, address):
        rule = self._rule()
        if rule.get("refuse") == point:
            return self._refused()
        await asyncio.sleep(rule.get("slow", 0))
        self.seen[rule["number"], point] += 1
        if rule.get("hold") == point and self.seen[rule["number"], point] > rule.get("after", 0):
            await self._hold(rule["number"], session, address)
        return TAKEN

    async def _hold(self, number, session, address):
        if _read(self.folder / "held.json").get("number") != number:
            _write(self.folder / "held.json", {"number": number, "port": session.peer[1], "to": address})
        while self._rule()["number"] == number:
            await asyncio.sleep(0.01)

    def _refused(self):
        _add(self.folder / "refused", "x")
        return REFUSED

    def _rule(self):
        return _read(self.folder / "rule.json")


def _write(file, facts):
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(facts))
    draft.replace(file)


def _read(file):
    return json.loads(file.read_text()) if file.exists() else {}


def _add(file, words):
    with open(file, "a") as end:
        end.write(words)


def main(folder, port):
    folder = Path(folder)
    controller = Controller(Handler(folder), hostname="127.0.0.1", port=int(port))
    controller.start()
    (folder / "ready").touch()
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
