"""Shells: read the clock, call the domain. The sweep looks again at everything a stopped machine or a killed job left undone."""

import logging
from datetime import time

from celery import shared_task
from django.utils import timezone

from journal import digests, sealing
from journal.jobs import anchor, send_digests
from journal.models import Heartbeat
from journal.waking import wake
from reports import calling, drafting, orphans, printing, reminders, reopening
from reports.models import Paper
from tasks import incident_clock
from tasks.jobs import change_units, clear_drafts, climb_difficulties, hand_over_posts, resume_pauses, ring_unread, turn_over
from tasks.jobs import remind as remind_of_duties

log = logging.getLogger(__name__)


@shared_task(name="reports.jobs.open_reports")
def open_reports():
    at = timezone.now()
    drafting.open_reports(on=timezone.localdate(at))
    reopening.lapse(on=timezone.localdate(at), at=at)
    Heartbeat.objects.beat("open_reports", at=at)


@shared_task(name="reports.jobs.remind")
def remind():
    at = timezone.now()
    reminders.send(on=timezone.localdate(at), at=at)
    calling.remind(at=at)
    Heartbeat.objects.beat("remind_of_reports", at=at)


@shared_task(name="reports.jobs.build_papers")
def build_papers():
    """One round; where more wait it is ordered again, behind whatever else was ordered meanwhile."""
    printing.build_waiting(at=timezone.now())
    order_papers(at=timezone.now())


def order_papers(*, at):
    if Paper.objects.unbuilt(at=at).exists():
        wake(build_papers)


@shared_task(name="reports.jobs.remove_orphans")
def remove_orphans():
    at = timezone.now()
    orphans.remove(at=at)
    Heartbeat.objects.beat("remove_orphans", at=at)


# What each day must have seen, from its hour on; every one may run twice.
DAILY = [
    (time(0, 5), "change_units", change_units),
    (time(0, 6), "hand_over_posts", hand_over_posts),
    (time(0, 10), "open_reports", open_reports),
    (time(0, 15), "resume_pauses", resume_pauses),
    (time(0, 20), "turn_over", turn_over),
    (time(0, 15), "climb_difficulties", climb_difficulties),
    (time(0, 20), "anchor", anchor),
    (time(3, 20), "clear_drafts", clear_drafts),
    (time(3, 40), "remove_orphans", remove_orphans),
    (time(7, 0), "remind", remind_of_duties),
    (time(7, 5), "remind_of_reports", remind),
    (time(7, 30), "send_digests", send_digests),
]


@shared_task(name="reports.jobs.sweep")
def sweep():
    steps = [_now(incident_clock.alert), *missed(timezone.localtime())]
    each_minute = (order_papers, ring_unread, digests.plan_urgent, digests.send_unsent, sealing.seal)
    steps += [_now(step) for step in each_minute]
    stood = [_stands(step) for step in steps]  # every one of them, whatever the one before did
    if all(stood):
        Heartbeat.objects.beat("sweep")


def _now(step):
    """The step with the clock read when its turn comes: dated back to the beginning of a long sweep, a claim would run out too soon."""
    return lambda: step(at=timezone.localtime())


def _stands(step):
    """Do one step of the sweep; what breaks is logged and does not hold up the others."""
    try:
        step()
    except Exception:
        log.exception("A step of the sweep broke; the next sweep tries it again.")
        return False
    return True


def missed(now):
    """The daily jobs whose hour has passed today and that have not beaten since midnight: killed midway, or never rung."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    alive = set(Heartbeat.objects.filter(at__gte=midnight).values_list("name", flat=True))
    return [job for hour, name, job in DAILY if now.time() >= hour and name not in alive]
