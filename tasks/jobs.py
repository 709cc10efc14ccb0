"""Shells: read the clock, call the domain."""

from celery import shared_task
from django.utils import timezone

from journal.models import Heartbeat
from tasks import reminders


@shared_task(name="tasks.jobs.remind")
def remind():
    reminders.send(on=timezone.localdate(), at=timezone.now())
    Heartbeat.objects.beat("remind")
