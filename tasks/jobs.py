"""Shells: read the clock, call the domain."""

from celery import shared_task
from django.utils import timezone

from journal.models import Heartbeat
from journal.waking import wake
from tasks import difficulties, halting, handing_over, recurring, reminders, succession
from tasks.importer import drafting
from tasks.models import Intake, ProgressDraft


@shared_task(name="tasks.jobs.remind")
def remind():
    at = timezone.now()
    reminders.send(on=timezone.localdate(at), at=at)
    Heartbeat.objects.beat("remind", at=at)


@shared_task(name="tasks.jobs.change_units")
def change_units():
    at = timezone.now()
    succession.carry_out_due(on=timezone.localdate(at), at=at)
    Heartbeat.objects.beat("change_units", at=at)


@shared_task(name="tasks.jobs.clear_drafts")
def clear_drafts():
    at = timezone.now()
    ProgressDraft.objects.clear(at=at)
    Heartbeat.objects.beat("clear_drafts", at=at)


@shared_task(name="tasks.jobs.hand_over_posts")
def hand_over_posts():
    at = timezone.now()
    handing_over.carry_out_due(on=timezone.localdate(at), at=at)
    handing_over.release(on=timezone.localdate(at), at=at)
    Heartbeat.objects.beat("hand_over_posts", at=at)


@shared_task(name="tasks.jobs.climb_difficulties")
def climb_difficulties():
    at = timezone.now()
    difficulties.climb(on=timezone.localdate(at), at=at)
    Heartbeat.objects.beat("climb_difficulties", at=at)


@shared_task(name="tasks.jobs.resume_pauses")
def resume_pauses():
    at = timezone.now()
    halting.resume_due(on=timezone.localdate(at), at=at)
    Heartbeat.objects.beat("resume_pauses", at=at)


@shared_task(name="tasks.jobs.turn_over")
def turn_over():
    at = timezone.now()
    recurring.turn_over(on=timezone.localdate(at), at=at)
    Heartbeat.objects.beat("turn_over", at=at)


@shared_task(name="tasks.jobs.read_intake")
def read_intake():
    drafting.read_waiting(at=timezone.now())


def ring_unread(*, at):
    """Ring again for files that wait: the bell was lost, or the reader was killed."""
    if Intake.objects.unread(at=at).exists():
        wake(read_intake)
