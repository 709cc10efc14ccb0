"""The mail server: it takes, refuses, is slow, holds a worker at a named point, and keeps every letter.

    python -m tests.faults.mail_server folder port

What it is to do it reads from folder/rule.json; letters it took stand in folder/letters.jsonl, one a line; whom it holds, in held.json.
"""

import asyncio
import contextlib
import json
import signal
import sys
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller

from tests.faults.sink import add, read, write

TAKEN, REFUSED = "250 OK", "451 4.3.0 Try again later"


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
            add(self.folder / "letters.jsonl", json.dumps(facts) + "\n")
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
        if read(self.folder / "held.json").get("number") != number:
            write(self.folder / "held.json", {"number": number, "port": session.peer[1], "to": address})
        while self._rule()["number"] == number:
            await asyncio.sleep(0.01)

    def _refused(self):
        add(self.folder / "refused", "x")
        return REFUSED

    def _rule(self):
        return read(self.folder / "rule.json")


def main(folder, port):
    folder = Path(folder)
    controller = Controller(Handler(folder), hostname="127.0.0.1", port=int(port))
    controller.start()
    (folder / "ready").touch()
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
