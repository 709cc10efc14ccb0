"""The month of a report: the only place that knows «trước ngày 25».

Period M runs from the day after the last close to its close. The close is the last day on time: the 24th, since
«trước ngày 25 hằng tháng» means the 24th (deadlines.md, rule 2). Days are those of Asia/Ho_Chi_Minh.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone


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
    day = settings.REPORT_CLOSE_DAY
    return Period(month=first, opens=add_months(first, -1).replace(day=day) + timedelta(days=1), closes=first.replace(day=day))


def holding(day):
    """The Period that holds `day`."""
    this = of_month(day)
    return this if day <= this.closes else this.later()


def silent_before(day):
    """An entry older than this moment leaves a monthly duty silent on `day`.

    Silent from the day after the second full period closes following the last entry (model.md §2).
    """
    return holding(day).earlier(2).opens_at
