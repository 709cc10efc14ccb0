"""Setting an earlier last day for the units directly below, and taking it back.

Nobody is surprised by it: only for a period not yet begun, or five days before both the new day and the one that held till now. What is
filed already keeps the day it was filed against.
"""

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from journal.models import Entry, Notice
from orgunits.models import OrgUnit
from plans import period
from reports.models import Cutoff, MonthlyReport
from tasks.models.difficulty import HOLDING
from tasks.readers import people_of

NOTICE_DAYS = 5
PERIODS = 6  # the present one and those that a word may be given for


class TooLate(Exception):
    """The units would be told of it too late."""


def coming(on):
    """The present period and those after it."""
    this = period.holding(on)
    return [this.later(n) for n in range(PERIODS)]


@transaction.atomic
def set_day(unit, *, day, month=None, by, at, token):
    """The areas directly below `unit` file by `day` of the month; None: by the general close again. Returns the Cutoff.

    `month`: the first day of the month of one period; None: from the first period for which the notice suffices, until another word. The
    same `token` again returns the same row. Raises TooLate.
    """
    OrgUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    again = Cutoff.objects.filter(token=token, unit=unit).first()
    if again:
        return again
    on = timezone.localdate(at)
    wanted = coming(on) if month is None else [period.of_month(month)]
    first = next((one for one in wanted if _is_timely(unit, one, day, on)), None)
    if first is None:
        raise TooLate
    row = Cutoff.objects.create(unit=unit, first=first.month, is_standing=month is None, day=day, by=by, at=at, token=token)
    _move_open_reports(row)
    _tell(row, first)
    now = row.last_day(first) or first.closes
    facts = {"month": first.label, "on": now.isoformat(), "standing": row.is_standing}
    Entry.objects.record(by=by, verb="report.cut_off" if day else "report.cut_off_lifted", target=unit, at=at, **facts)
    return row


def _is_timely(unit, of_period, day, on):
    now = Cutoff.objects.days([unit], [of_period]).get((unit.pk, of_period.month), of_period.closes)
    new = of_period.month.replace(day=day) if day else of_period.closes
    return on < of_period.opens or (min(now, new) - on).days >= NOTICE_DAYS


def _move_open_reports(row):
    """The reports that are open and never were filed get the day that holds now; filed ones keep theirs."""
    rows = MonthlyReport.objects.never_filed().filter(unit__parent=row.unit, month__gte=row.first)
    periods = [period.of_month(month) for month in rows.order_by().values_list("month", flat=True).distinct()]
    days = Cutoff.objects.days([row.unit], periods)
    for one in periods:
        rows.filter(month=one.month).update(due_on=days.get((row.unit_id, one.month)))


def _tell(row, first):
    on = timezone.localdate(row.at)
    below = OrgUnit.objects.areas().in_force(on=on).filter(parent=row.unit)
    people = people_of(below, roles=HOLDING, on=on)
    words = (
        _("From the report for %(month)s on the last day on time is %(day)s")
        if row.is_standing
        else _("The report for %(month)s is on time until %(day)s")
    )
    facts = {"month": first.label, "day": f"{row.last_day(first) or first.closes:%d/%m/%Y}"}
    with translation.override("vi"):
        Notice.objects.tell(
            set().union(*people.values()),
            key=f"cutoff/{row.pk}",
            kind=Notice.Kind.REPORT,
            title=f"{str(words) % facts} · {row.unit.full_name}",
            link="/reports/last-days/",
            at=row.at,
        )
