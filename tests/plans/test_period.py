import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from plans import period


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2026, 5, 24), (2026, 5)),
        (date(2026, 5, 25), (2026, 6)),
        (date(2026, 12, 25), (2027, 1)),
        (date(2027, 1, 1), (2027, 1)),
        (date(2026, 2, 28), (2026, 3)),
    ],
)
def test_a_day_is_in_the_period_that_closes_after_it(day, month):
    assert period.holding(day).month == date(*month, 1)


def test_periods_meet_without_gap_or_overlap_for_ten_years():
    this = period.of_month(date(2024, 1, 1))
    for _ in range(120):
        assert this.later().opens == this.closes + timedelta(days=1)
        this = this.later()


def test_the_period_of_may_2026():
    may = period.of_month(date(2026, 5, 17))
    assert (may.opens, may.closes, may.label, may.slug) == (date(2026, 4, 25), date(2026, 5, 24), "05/2026", "2026-05")


def test_late_begins_with_the_25th_in_vietnam():
    # 23:59:59 on the 24th is on time, 00:00:00 on the 25th is late (trust.md, promise 5).
    assert period.of_month(date(2026, 5, 1)).late_from == datetime(2026, 5, 24, 17, 0, tzinfo=UTC)


SWEEP = """
import django; django.setup()
from datetime import datetime, timedelta, UTC, date
from plans import period
start = datetime(2026, 5, 24, 12, 0, tzinfo=UTC)
late = [m for m in range(1440) if start + timedelta(minutes=m) >= period.of_month(date(2026, 5, 1)).late_from]
print(late[0], len(late))
"""


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Ho_Chi_Minh"])
def test_every_minute_of_a_day_whatever_the_servers_zone(zone):

    done = subprocess.run([sys.executable, "-c", SWEEP], env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["300", "1140"]


def test_the_close_is_a_setting(settings):
    settings.REPORT_CLOSE_DAYS = {date.min: 20}
    assert period.of_month(date(2026, 5, 1)).closes == date(2026, 5, 20)


def test_a_new_close_rewrites_no_month_before_it_and_leaves_no_day_out(settings):
    settings.REPORT_CLOSE_DAYS = {date.min: 24, date(2027, 3, 1): 20, date(2027, 5, 1): 26}
    spans = [(one.opens, one.closes) for one in (period.of_month(date(2027, month, 1)) for month in (2, 3, 4, 5))]
    assert spans == [
        (date(2027, 1, 25), date(2027, 2, 24)),
        (date(2027, 2, 25), date(2027, 3, 20)),
        (date(2027, 3, 21), date(2027, 4, 20)),
        (date(2027, 4, 21), date(2027, 5, 26)),
    ]
    assert [period.holding(date(2027, 3, day)).month.month for day in (20, 21)] == [3, 4]


def test_silence_needs_two_full_periods():
    # Last entry in May's period: June and July must close first, so silence begins on 25 July.
    entry = period.moment(date(2026, 5, 20))
    assert entry >= period.silent_before(date(2026, 7, 24))
    assert entry < period.silent_before(date(2026, 7, 25))
