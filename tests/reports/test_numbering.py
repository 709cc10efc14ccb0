"""Two filings at the same moment do not take the same number."""

import uuid
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from orgunits.models import Role
from reports import calling
from reports.models import CallFiling
from tests.world import World


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers at the same time need PostgreSQL; SQLite lets one write at a time")
def test_filings_at_the_same_moment_take_numbers_without_gap_or_double():
    world, now = World(), timezone.now()
    nga, gate, failed = world.hire("nga", world.khanh_hoa, Role.CLERK), Barrier(6), []

    def asked(n):
        terms = {"title": f"Việc {n}", "words": "Nêu", "due_at": now + timedelta(days=9), "token": uuid.uuid4()}
        row = calling.ask(world.khanh_hoa, units=[world.ba_ngoi], by=nga, at=now, **terms).answers.get()
        return calling.sign(calling.edit(row, "Có", by=world.mai, at=now, revision=0), by=world.binh, at=now)

    def file(row):
        gate.wait()
        try:
            calling.file(row, by=world.mai, at=now)
        except Exception as error:  # a thread's own error would be lost
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=file, args=[row]) for row in [asked(n) for n in range(3)] for _click in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(CallFiling.objects.values_list("number", flat=True)) == [1, 2, 3]
