"""Waking a job sooner than its sweep. The rows are the queue; the broker is only a bell, and may be broken."""

import logging

from django.db import transaction

log = logging.getLogger(__name__)


def wake(job):
    """Ring for `job` once the present transaction stands. A broker that is down is logged, never an error: the sweep looks again."""
    transaction.on_commit(lambda: _ring(job))


def _ring(job):
    try:
        job.apply_async(retry=False, ignore_result=True)
    except (OSError, job.OperationalError) as error:
        log.warning("The broker did not take %s (%s); the minute sweep will.", job.name, error)
