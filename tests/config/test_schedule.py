"""The schedule names jobs that exist, and a real worker takes one from the broker in use."""

import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.celery import app
from config.schedule import SCHEDULE, as_celery
from journal.models import Heartbeat
from journal.waking import wake
from reports.jobs import sweep
from tests.config.processes import ROOT, until


def test_every_line_names_a_job_that_exists():
    app.loader.import_default_modules()
    assert [line["job"] for line in SCHEDULE.values() if line["job"] not in app.tasks] == []


def test_celery_gets_every_line():
    assert {name: line["task"] for name, line in as_celery().items()} == {name: line["job"] for name, line in SCHEDULE.items()}
    assert app.conf.beat_schedule == as_celery()
    assert app.conf.timezone == "Asia/Ho_Chi_Minh"


def test_an_order_to_sweep_is_void_before_the_next_one_comes():
    assert as_celery()["sweep"]["options"] == {"expires": 55}


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_break_the_page_that_orders(monkeypatch):
    asked = []

    def away(**options):
        asked.append(options)
        raise OperationalError("connection refused")

    monkeypatch.setattr(sweep, "apply_async", away)
    with transaction.atomic():
        Heartbeat.objects.create(name="saved", at=timezone.now())
        wake(sweep)
        assert asked == []
    assert asked == [{"retry": False, "ignore_result": True}]
    assert Heartbeat.objects.filter(name="saved").exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_sent_through_the_broker_to_a_real_worker_changes_a_row(tmp_path):
    queue = f"test-{uuid.uuid4().hex}"
    with worker(queue, tmp_path / "worker.log") as process:
        app.send_task("reports.jobs.sweep", queue=queue)
        until(Heartbeat.objects.exists, seconds=60, of=process)


def test_papers_go_into_a_queue_of_their_own_and_into_no_other():
    """Two queues bound by one key would both be given every order."""
    queues = app.amqp.queues
    for job, name in (("reports.jobs.build_papers", "papers"), ("reports.jobs.sweep", "celery")):
        routed = app.amqp.router.route({}, job)["queue"]
        assert (routed.name, [queue.name for queue in queues.values() if queue.routing_key == routed.routing_key]) == (name, [name])


@contextmanager
def worker(queue, log):
    """A Celery worker of its own process, on the broker in use and on this test's database."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url()}
    command = [sys.executable, "-m", "celery", "--app", "config", "worker", "--queues", queue, "--concurrency", "1", "--loglevel", "INFO"]
    with open(log, "wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)
        print(log.read_text())


def database_url():
    """The address of the test database that this process works on."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
