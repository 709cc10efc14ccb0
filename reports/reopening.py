"""Opening a report again: one that was never filed before its period was locked, or one that is filed already.

The superior that is owed the report decides it, with a reason, a signature and a last day. A report never filed may then be filed, and
is late all the same; a filed one stays frozen and gets a next version, on time or late as it was first filed. Where nobody files that
version by its last day, the one filed before stands again.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from journal.models import Entry
from orgunits.models import Role
from plans import period
from reports.models import MonthlyReport, Reopening
from tasks.models import StaleWrite

MOST_DAYS = 60  # a report is opened for a while, never for good


@transaction.atomic
def reopen(report, *, by, at, reason, expires_on, token, signer="", symbol=""):
    """Open `report` again until `expires_on`. Returns the Reopening; the same `token` again returns the same one.

    `signer`: who signed the document `symbol` that orders it; empty: the person of the post. Raises StaleWrite where another version has
    taken its place or it can still be filed.
    """
    report = MonthlyReport.objects.select_for_update(of=("self",)).select_related("unit").get(pk=report.pk)
    again = Reopening.objects.filter(token=token, report=report).first()
    if again:
        return again
    if not report.is_reopenable(at=at):
        raise StaleWrite
    expires_on = max(expires_on, report.open_until or expires_on)  # nobody loses days that a return gave
    facts = {"reason": reason, "signer": signer or by.person.full_name, "symbol": symbol, "expires_on": expires_on}
    row = Reopening.objects.create(report=report, by=by, at=at, token=token, **facts)
    if report.filed_at:
        opened = report.open_next_version(at=at, until=expires_on)
    else:
        opened = report
        if report.signed_at:  # the rows have moved on, and the next report may have taken its entries
            report.give_back()
        MonthlyReport.objects.filter(pk=report.pk).update(open_until=expires_on)
    words = _("The report for %(month)s is open again")
    opened.tell(Role.CLERK, Role.STEERING, step=f"reopened/{row.pk}", words=words, body=_told(row), at=at)
    facts = {"reason": reason, "signer": row.signer, "symbol": symbol, "until": expires_on.isoformat()}
    Entry.objects.record(by=by, verb="report.reopened", target=report, at=at, **facts)
    return row


def lapse(*, on, at):
    """Let the filed reports stand again whose next version nobody filed before the day `on`. Returns how many; a second run finds none.

    A returned one does not: nothing stands in its place. One question where there is none.
    """
    rows = MonthlyReport.objects.standing().filter(filed_at=None, version__gt=1, open_until__lt=on)
    filed = MonthlyReport.objects.filter(unit=OuterRef("unit"), month=OuterRef("month"), filed_at__isnull=False)
    filed = filed.annotate(base=BASE).filter(base=Coalesce(OuterRef("supplements"), 0)).order_by("-version")
    rows = rows.annotate(before=Subquery(filed.values("pk")[:1]), word=Subquery(filed.values("verdict__ok")[:1]))
    found = rows.filter(Q(word=None) | Q(word=True)).exclude(before=None).order_by("pk").values_list("before", "pk")
    return sum(_lapsed(*pair, on=on, at=at) for pair in found)


BASE = Coalesce("supplements", 0)  # what a version adds to, where it is a supplement: those are versions of their own


@transaction.atomic
def _lapsed(*pair, on, at):
    rows = MonthlyReport.objects.select_for_update(of=("self",)).light().filter(pk__in=pair).order_by("pk")
    before, draft = rows.select_related("unit__parent")
    if draft.superseded or draft.filed_at or not before.superseded or not draft.is_locked(at=period.moment(on)):
        return False
    MonthlyReport.objects.filter(pk=draft.pk).update(superseded=True)
    MonthlyReport.objects.filter(pk=before.pk).update(superseded=False)
    words = _("The report for %(month)s was not filed again in time; the one filed before stands")
    for unit in filter(None, [before.unit, before.unit.parent]):
        before.tell(Role.CLERK, Role.STEERING, step=f"lapsed/{draft.pk}", words=words, at=at, unit=unit)
    Entry.objects.record(by=None, verb="report.lapsed", target=before, at=at)
    return True


def is_open_again(report):
    """Whether it is filed by the lock and no more by the close: returned or opened again. One returned empty before the last day is not:
    it counts as never filed, and by that day it is owed; until its superior opens it past the period's lock, which no such return does."""
    is_never_filed = report.version > 1 and report.first_filed_at is None and report.opened_at < report.late_from
    is_owed_in_time = is_never_filed and report.locked_from == report.period.locked_from
    return report.open_until is not None and not is_owed_in_time


def last_open_day(report):
    """The last day on which it may be filed."""
    return timezone.localdate(report.locked_from) - timedelta(days=1)


def _told(row):
    with translation.override("vi"):
        until = _("May be filed until %(day)s.") % {"day": f"{row.expires_on:%d/%m/%Y}"}
        return f"{until} {row.reason}"
