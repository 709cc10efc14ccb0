"""A clock the tests move: `timezone.now()` of every process that runs on tests.faults.settings reads its distance from a file.

The product's own waits (the lease, the back-off, the hours of the day) stay as they are; what is moved is the time they wait for.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


def now():
    return datetime.now(UTC) + timedelta(seconds=float(file().read_text()))


def put_at(moment):
    """From now on the clock reads `moment` (with a zone) and goes on from there."""
    draft = file().with_suffix(".new")
    draft.write_text(str((moment - datetime.now(UTC)).total_seconds()))
    draft.replace(file())


def forward(**distance):
    put_at(now() + timedelta(**distance))


def file():
    """It holds how many seconds the clock is ahead of the machine's."""
    return Path(os.environ["FAULTS_CLOCK"])
