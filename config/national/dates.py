"""Days: a deadline as a text would write it, and moments of an office's day."""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from plans import period
from tasks.deadlines import Kind

AHEAD, SOONEST = 300, 30  # a date lies at most so many days after today, and at least so many after the plan


@dataclass(frozen=True)
class Due:
    """One stage's deadline as written and as read."""

    kind: Kind
    words: str
    due_on: date | None = None
    label: str = ""
    rrules: list = field(default_factory=list)
    flags: list = field(default_factory=list)


def drawn(rng, *, issued, on, past):
    """A dated deadline of a plan issued on `issued`: before the day `on` where `past`, else after it."""
    first, last = (
        (issued + timedelta(days=SOONEST), on - timedelta(days=4)) if past else (on + timedelta(days=3), on + timedelta(days=AHEAD))
    )
    day = first + timedelta(days=rng.randint(0, max((last - first).days, 0)))
    end = _month_end(day)
    if end <= last and rng.random() < 0.6:
        return Due(Kind.BY_END_OF_MONTH, f"Hoàn thành trong tháng {end.month}/{end.year}.", end)
    if rng.random() < 0.5:
        return Due(Kind.BY_DATE, f"Chậm nhất ngày {day.day}/{day.month}/{day.year}.", day)
    after = day + timedelta(days=1)
    return Due(Kind.BEFORE_DATE, f"Trước ngày {after.day}/{after.month}/{after.year}.", day, flags=["strict_before"])


def monthly(issued):
    due = period.holding(issued).closes
    words = "hàng tháng (trước ngày 25 hằng tháng)"
    return Due(Kind.RECURRING_MONTHLY, words, due, rrules=[f"FREQ=MONTHLY;BYMONTHDAY={due.day}"], flags=["strict_before"])


ONGOING = Due(Kind.ONGOING, "Thường xuyên")
WAITING = Due(Kind.RELATIVE_TO_SUPERIOR_PLAN, "Theo Kế hoạch của Tỉnh")


def _month_end(day):
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def between(rng, first, last):
    """A day from `first` to `last`, both included; `first` where the span is empty."""
    return first + timedelta(days=rng.randint(0, max((last - first).days, 0)))


_MIDNIGHTS = {}


def office_hour(day, rng):
    """A moment between 8 and 17 o'clock of `day` in Vietnam, with seconds."""
    if day not in _MIDNIGHTS:
        _MIDNIGHTS[day] = period.moment(day)
    return _MIDNIGHTS[day] + timedelta(seconds=rng.randint(8 * 3600, 17 * 3600))


def day_of(moment):
    return timezone.localdate(moment)
