"""Anchors: once a day the head of the chain is written down outside the database, where who can write rows cannot reach.

A chain alone does not show that its tail was cut off or that it was built anew; an anchor kept elsewhere does (trust.md, promise 13).
The file holds one line of JSON for each day and is only ever appended to. A line that cannot be read, or that names a day to come,
stands as it is and keeps no later day from its own: verifying.py names it until somebody restores it from a copy.
"""

import fcntl
import json
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date

from django.conf import settings
from django.utils import timezone

from journal import sealing

FILE = "journal-anchors.jsonl"


@dataclass(frozen=True)
class Anchor:
    """The head of the chain on one day: the n-th seal and its digest, written down at the moment `at` (ISO, UTC)."""

    on: date
    n: int
    digest: str
    at: str

    @classmethod
    def of(cls, line):
        """Read one line of the file. Raises ValueError."""
        try:
            row = json.loads(line)
            anchor = cls(date.fromisoformat(row["on"]), int(row["n"]), str(row["digest"]), str(row["at"]))
        except (KeyError, TypeError, OverflowError, RecursionError) as error:
            raise ValueError(str(error)) from error
        if anchor.n < 1:
            raise ValueError("seals are counted from 1")
        return anchor

    @property
    def line(self):
        return json.dumps({"on": self.on.isoformat(), "n": self.n, "digest": self.digest, "at": self.at}).encode() + b"\n"


def place():
    return settings.ANCHOR_DIR / FILE


def anchor(*, at):
    """Write down the present head for the day of `at`, unless that day has one or nothing is sealed. Returns the Anchor or None."""
    head, on = sealing.head(), timezone.localdate(at)
    if head is None:
        return None
    with _held() as file:
        whole = file.read()
        lines = whole[: whole.rfind(b"\n") + 1].splitlines()
        if any(row.on == on for row in _readable(lines)):
            return None
        file.truncate(whole.rfind(b"\n") + 1)  # what a power cut left half written was never acknowledged
        row = Anchor(on, head.n, head.digest, at.astimezone(UTC).isoformat(timespec="seconds"))
        file.write(row.line)
        file.flush()
        os.fsync(file.fileno())
    return row


def anchors():
    """The lines of the file, oldest first, as they stand there; a line still being written is left out."""
    try:
        whole = place().read_bytes()
    except FileNotFoundError:
        return []
    return whole[: whole.rfind(b"\n") + 1].splitlines()


def last():
    """The newest Anchor that can be read, or None where there is none."""
    return next(_readable(reversed(anchors())), None)


def _readable(lines):
    for line in lines:
        with suppress(ValueError):
            yield Anchor.of(line)


@contextmanager
def _held():
    """The file, open at its beginning and held against another writer until the block ends; made where it is absent."""
    place().parent.mkdir(parents=True, exist_ok=True)
    is_new = not place().exists()
    with open(place(), "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        yield file
    if is_new:
        folder = os.open(place().parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # that there is such a file is lost with the folder's own page otherwise
        finally:
            os.close(folder)
