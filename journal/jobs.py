"""Shells: read the clock, call the domain."""

import logging

from celery import shared_task
from django.utils import timezone

from journal import anchoring, digests, sealing, verifying
from journal.models import Heartbeat

log = logging.getLogger(__name__)


@shared_task(name="journal.jobs.send_digests")
def send_digests():
    """The day's letters once its reminders are written; till then the sweep asks again each minute, and what is planned leaves."""
    at = timezone.now()
    is_time = digests.is_time_to_plan(at)
    if is_time:
        digests.plan(on=timezone.localdate(at), at=at)
    send_urgent()
    if is_time:
        Heartbeat.objects.beat("send_digests", at=at)


@shared_task(name="journal.jobs.send_urgent")
def send_urgent():
    """What cannot wait for the day's letter; rung when it is written, and every minute by the sweep."""
    digests.plan_urgent(at=timezone.now())
    digests.send_unsent(at=timezone.now())


@shared_task(name="journal.jobs.anchor")
def anchor():
    """Seal whatever is left, write the head down outside the database, then walk the chain once."""
    at = timezone.now()
    sealing.seal(at=at, whole=True)
    anchoring.anchor(at=at)
    Heartbeat.objects.beat("anchor", at=at)
    finding = verifying.verify(on=timezone.localdate(at))
    if finding.is_whole:
        Heartbeat.objects.beat("verify_journal")
    else:
        log.error("The journal does not hold: %s.", finding.fault)
