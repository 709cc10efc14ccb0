"""Shells: read the clock, call the domain."""

from celery import shared_task
from django.utils import timezone

from journal import digests
from journal.models import Heartbeat


@shared_task(name="journal.jobs.send_digests")
def send_digests():
    digests.plan(on=timezone.localdate())
    digests.send_unsent(at=timezone.now())
    Heartbeat.objects.beat("send_digests")
