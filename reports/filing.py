"""Signing and filing a report. What the head signs is what is filed: signing freezes words, figures and entries."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from journal.models import Entry
from orgunits.models import OrgUnit, Role
from reports import figures, letterhead, lint, numbering, supplements
from reports.models import Locked, MonthlyReport, Paper, ReportEntry
from tasks.models import StaleWrite


class Unnoted(Exception):
    """There are findings the head has not seen; nothing was signed."""


def _wait_for_others(report):
    """Two reports signed in one moment must not both take an entry: those who may take the same ones sign one after the other."""
    areas = figures.own_entries_of(report.unit, on=report.period.closes)
    list(OrgUnit.objects.select_for_update(no_key=True).filter(pk__in=areas).order_by("pk"))


def _taken_since(report, *, at):
    """Whether a report of another month keeps an entry that this one holds."""
    kept = ReportEntry.objects.kept(at=at).filter(progress__in=report.entries.values("progress"))
    return kept.exclude(report__unit=report.unit_id, report__month=report.month).exists()


def _locked(report, revision):
    rows = MonthlyReport.objects.select_for_update(of=("self",)).select_related("unit__parent", "signed_by__person", "supplements")
    report = rows.get(pk=report.pk)
    if revision is not None and revision != report.revision:
        raise StaleWrite
    return report


@transaction.atomic
def sign(report, *, by, at, revision=None, noted=None):
    """The head signs the report as it reads at `at`: facts and entries stand still from here. Raises StaleWrite, Locked.

    What lint finds is frozen with it. `noted` is the digest of the findings the head has seen (None: not asked); raises Unnoted
    where they are others by now.
    """
    report = _locked(report, revision)
    if report.signed_at:
        raise StaleWrite
    if report.is_locked(at=at):
        raise Locked
    _wait_for_others(report)
    draft = supplements.draft_of(report, at=at)
    if report.supplements_id and not draft.news:  # what it was begun for was given back meanwhile
        raise StaleWrite
    notes = lint.findings(draft)
    if noted is not None and notes and noted != lint.digest(notes):
        raise Unnoted
    report.signed_by, report.signed_at, report.is_empty = by, at, draft.is_empty
    report.facts = draft.facts() | {"notes": [finding.as_json() for finding in notes]}
    report.revision += 1
    report.save(update_fields=["signed_by", "signed_at", "facts", "is_empty", "revision"])
    ReportEntry.objects.bulk_create((ReportEntry(report=report, progress=entry) for entry in draft.entries), batch_size=1000)
    report.tell(Role.CLERK, step=f"signed/{report.revision}", words=_("The report for %(month)s is signed and waits to be filed"), at=at)
    Entry.objects.record(by=by, verb="report.signed", target=report, at=at, entries=len(draft.entries), findings=len(notes))
    return report


@transaction.atomic
def unsign(report, *, by, at, revision=None):
    """Give it back to the clerk before it is filed: it follows the rows again. Raises StaleWrite."""
    report = _locked(report, revision)
    if report.filed_at or report.superseded or not report.signed_at:
        raise StaleWrite
    report.give_back()
    Entry.objects.record(by=by, verb="report.unsigned", target=report, at=at)


@transaction.atomic
def file(report, *, by, at, revision=None):
    """File a signed report as of `at`: number, receipt, moment, paper. Filing it again changes nothing. Raises StaleWrite, Locked."""
    report = _locked(report, None)
    if report.filed_at:
        return report
    if not report.signed_at or report.superseded or (revision is not None and revision != report.revision):
        raise StaleWrite
    if report.is_locked(at=at):
        raise Locked
    _wait_for_others(report)
    if _taken_since(report, at=at):  # filed in the last second before the lock, while the next month was signed in the first one after it
        raise StaleWrite
    report.number, report.filed_by, report.filed_at = numbering.next_number(report.unit, at=at, head=report.facts), by, at
    facts = letterhead.dated(report.facts, report=report, illustrative=settings.DEMO, draft=False)
    report.facts = {**facts, "receipt": report.receipt_to_be}
    report.revision += 1
    report.save(update_fields=["number", "filed_by", "filed_at", "facts", "revision"])
    Paper.objects.create(report=report, is_draft=False, facts=report.facts, ordered_by=by, ordered_at=at)
    if report.unit.parent:
        words = _("The report for %(month)s is filed and waits for your word")
        report.tell(Role.STEERING, step="filed", words=words, at=at, unit=report.unit.parent)
    Entry.objects.record(by=by, verb="report.filed", target=report, at=at, number=report.number)
    return report
