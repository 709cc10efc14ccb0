"""make test-services: that it really ran on PostgreSQL and Redis."""

import os

import pytest
import redis
from django.conf import settings
from django.db import connection

from config.celery import app

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(os.environ.get("THONGSUOT_REQUIRE_SERVICES") != "1", reason="needs PostgreSQL and Redis: make test-services"),
]


@pytest.mark.django_db
def test_the_tests_run_on_postgresql():
    assert connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        assert cursor.fetchone()[0].startswith("PostgreSQL")


def test_the_broker_is_redis_and_answers():
    assert app.conf.broker_url == settings.REDIS_URL != ""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5) as server:
        assert server.ping() is True


def test_an_order_lies_in_redis_until_a_worker_takes_it():
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5) as server:
        app.send_task("reports.jobs.sweep", queue="test-nobody-listens")
        try:
            assert server.llen("test-nobody-listens") == 1
        finally:
            server.delete("test-nobody-listens")
