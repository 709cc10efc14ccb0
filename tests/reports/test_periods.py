"""The clocks of a month: on time, locked, reopened, cut off earlier; receipts, empty reports, supplements."""

import io
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from plans import period
from reports import drafting, filing
from reports.models import MonthlyReport, Timing

JUNE = period.of_month(date(2026, 6, 1))
JULY = period.of_month(date(2026, 7, 1))


def at(day, hour=9):
    return period.moment(day) + timedelta(hours=hour)


def june(world, unit=None, month=JUNE):
    drafting.open_reports(on=month.closes)
    return MonthlyReport.objects.current().get(unit=unit or world.ba_ngoi, month=month.month)


def signed(report, world, *, day=date(2026, 6, 22)):
    return filing.sign(report, by=world.binh, at=at(day))


# On time by the request's beginning


class Slow(io.BytesIO):
    """A body whose last piece arrives only when `clock` has moved on to `until`."""

    def __init__(self, data, clock, until):
        super().__init__(data)
        self.clock, self.until = clock, until

    def read(self, *size):
        self.clock.move_to(self.until)
        return super().read(*size)


LAST_SECOND = JUNE.late_from - timedelta(seconds=1)


def file_slowly(client, report, clock, *, until):
    """POST to file `report`; while its body arrives the clock moves on to `until`."""
    body = urlencode({"revision": report.revision}).encode()
    more = {"content_type": "application/x-www-form-urlencoded", "wsgi.input": Slow(body, clock, until), "CONTENT_LENGTH": len(body)}
    return client.generic("POST", reverse("file_report", args=[report.pk]), body, **more)


@pytest.mark.parametrize(("began", "timing"), [(LAST_SECOND, Timing.ON_TIME), (JUNE.late_from, Timing.LATE)])
def test_a_request_is_judged_by_its_beginning_however_slowly_its_body_arrives(world, as_post, began, timing):
    world.duty()
    report, client = signed(june(world), world), as_post(world.mai)
    with time_machine.travel(began, tick=False) as clock:
        assert file_slowly(client, report, clock, until=JUNE.late_from + timedelta(minutes=3)).status_code == 302
    report.refresh_from_db()
    assert (report.filed_at, report.timing(at=JUNE.late_from)) == (began, timing)


def test_a_request_that_waits_for_a_lock_until_after_midnight_is_on_time(world, as_post, monkeypatch):
    world.duty()
    report, client = signed(june(world), world), as_post(world.mai)
    lock = filing._locked
    with time_machine.travel(LAST_SECOND, tick=False) as clock:

        def waits(*args):
            clock.move_to(JUNE.late_from + timedelta(seconds=20))
            return lock(*args)

        monkeypatch.setattr(filing, "_locked", waits)
        assert client.post(reverse("file_report", args=[report.pk]), {"revision": report.revision}).status_code == 302
    report.refresh_from_db()
    assert (report.filed_at, report.timing(at=JUNE.late_from)) == (LAST_SECOND, Timing.ON_TIME)
