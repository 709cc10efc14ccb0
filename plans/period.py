"""The month of a report: the only place that knows «trước ngày 25».

Period M runs from the day after the last close to its close. The close is the last day on time: the 24th, since
«trước ngày 25 hằng tháng» means the 24th (deadlines.md, rule 2). Days are those of Asia/Ho_Chi_Minh.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone


class Cadence(StrEnum):
    """How often a unit says something of a duty («báo cáo hằng …»), the shortest first."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


MONTHS = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.HALF_YEARLY: 6, Cadence.YEARLY: 12}


@dataclass(frozen=True, order=True)
class Period:
    """`month` is the first day of the month that names the period; `opens` and `closes` are its first and last day."""

    month: date
    opens: date
    closes: date

    @property
    def opens_at(self):
        return moment(self.opens)

    @property
    def late_from(self):
        """The first moment that is late: 00:00 of the day after the close."""
        return moment(self.closes + timedelta(days=1))

    @property
    def locks(self):
        """The last day on which a late report may still be filed: a second, later clock."""
        return self.closes + timedelta(days=settings.REPORT_LOCK_DAYS)

    @property
    def locked_from(self):
        return moment(self.locks + timedelta(days=1))

    def earlier(self, months=1):
        return of_month(add_months(self.month, -months))

    def later(self, months=1):
        return of_month(add_months(self.month, months))

    @property
    def label(self):
        return f"{self.month:%m/%Y}"

    @property
    def slug(self):
        return f"{self.month:%Y-%m}"


def moment(day):
    """Midnight at the start of `day` in Vietnam, aware."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def add_months(month, n):
    """The first day of the month `n` months after that of `month`."""
    index = month.year * 12 + month.month - 1 + n
    return date(index // 12, index % 12 + 1, 1)


def of_month(month):
    """The Period named after the month that holds `month`."""
    first = month.replace(day=1)
    return Period(month=first, opens=_close(add_months(first, -1)) + timedelta(days=1), closes=_close(first))


def _close(month):
    """The close of the period named after `month`, by the setting that held from then on: a new one rewrites no month before it."""
    return month.replace(day=[day for since, day in settings.REPORT_CLOSE_DAYS.items() if since <= month][-1])


def holding(day):
    """The Period that holds `day`."""
    this = of_month(day)
    return this if day <= this.closes else this.later()


def turn_opens(day, cadence, *, back=0):
    """The first day of the turn of `cadence` that holds `day`, or of the one so many turns before it.

    A week begins on Monday. A month is the Period; a quarter, half year and year are made of whole Periods, so that the first quarter
    runs from 25 December to 24 March.
    """
    if cadence == Cadence.WEEKLY:
        return day - timedelta(days=day.weekday() + 7 * back)
    n, month = MONTHS[cadence], holding(day).month
    first = month.replace(month=(month.month - 1) // n * n + 1)
    return of_month(add_months(first, -n * back)).opens


def turn_slug(day, cadence):
    """The turn of `cadence` that holds `day`, in a word: «2026-07» for a month, else its first day."""
    return holding(day).slug if cadence == Cadence.MONTHLY else f"{turn_opens(day, cadence)}"


def silent_before(day, cadence=Cadence.MONTHLY):
    """An entry older than this moment leaves a duty of this cadence silent on `day`.

    Silent from the day after the second full turn closes following the last entry (model.md §2).
    """
    return moment(turn_opens(day, cadence, back=2))
