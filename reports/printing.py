"""Ordering a report's files and building what was ordered. Rendering runs in a child process of a job, never in a web process."""

import hashlib
import logging
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from journal.models import Entry
from reports import annexes, letterhead, paper, profiles, supplements
from reports.models import MonthlyReport, Paper

ROUND = 40  # seconds; the worker then takes whatever else was ordered, and the rest of the pile is ordered anew

log = logging.getLogger(__name__)


@transaction.atomic
def order_draft(report, *, by, at, form=Paper.Form.PDF):
    """Order the paper of a report as it stands at `at`, marked as a draft. Returns the Paper; its file comes later.

    While one of the same form, revision and facts is still to be built, ordering again gives that one: what was logged since is in no
    revision.
    """
    report = MonthlyReport.objects.select_for_update(of=("self",)).select_related("unit__parent").get(pk=report.pk)
    of = {"report": report, "form": form, "revision": report.revision}
    facts, waiting = facts_of(report, at=at, draft=True), Paper.objects.draft_to_come(at=at, **of)
    if waiting and waiting.facts == facts:
        return waiting
    ordered = Paper.objects.create(**of, facts=facts, ordered_by=by, ordered_at=at)
    Entry.objects.record(by=by, verb="report.printed", target=report, at=at, paper=ordered.pk)
    return ordered


@transaction.atomic
def order_filed(report, *, by, at, form):
    """Order another form of a filed report, from the facts that were filed. There is one for all: asking again gives the same Paper."""
    first = {"facts": report.facts, "ordered_by": by, "ordered_at": at}
    ordered, is_new = Paper.objects.get_or_create(report=report, form=form, is_draft=False, defaults=first)
    if is_new:
        Entry.objects.record(by=by, verb="report.printed", target=report, at=at, paper=ordered.pk)
    return ordered


def facts_of(report, *, at, draft, anew=False):
    """What the paper of a report prints at `at`: what was frozen, else (or with `anew`) the rows; with the marks of its step."""
    facts = None if anew else report.facts
    return letterhead.dated(facts or supplements.draft_of(report, at=at).facts(), report=report, illustrative=settings.DEMO, draft=draft)


def pdf_of(facts):
    """The bytes of the PDF of `facts`. Raises paper.PaperError."""
    return paper.build(facts, profiles.BY_NAME[facts["profile"]])


def build_waiting(*, at):
    """Build papers that wait, for about ROUND seconds, at least one. Returns how many were built.

    Each is claimed when its turn comes, so any number of workers share the pile.
    """
    began, built = monotonic(), 0
    waiting = Paper.objects.unbuilt(at=at).in_turn().values_list("pk", flat=True)
    with paper.Press() as press:
        for pk in list(waiting):
            if Paper.objects.claim(pk, at=at + timedelta(seconds=int(monotonic() - began))):
                built += build(pk, press=press)
            if monotonic() - began >= ROUND:
                break
    return built


def build(pk, *, press=paper):
    """Build the claimed paper `pk` with the `press`; False where it could not be, with the reason in the row."""
    ordered = Paper.objects.select_related("report__unit", "answer__unit").get(pk=pk)
    try:
        data = bytes_of(ordered, press=press)
        digest = hashlib.sha256(data).hexdigest()
        name = ordered.file.storage.save(f"{ordered.folder}/{digest}.{ordered.form}", ContentFile(data))
    except (paper.PaperError, OSError) as error:
        log.warning("Paper %s was not built: %s", pk, error)
        said = str(error) if isinstance(error, paper.PaperError) else paper.BROKEN
        Paper.objects.filter(pk=pk).update(problem=said[:300])
        return False
    Paper.objects.filter(pk=pk).update(file=name, size=len(data), sha256=digest, built_at=timezone.now(), problem="")
    return True


def bytes_of(ordered, *, press=paper):
    """The bytes of a Paper in its form; the same Paper gives the same bytes. Raises PaperError."""
    build = {Paper.Form.PDF: press.build, Paper.Form.DOCX: paper.build_word, Paper.Form.XLSX: annexes.workbook}[ordered.form]
    return build(ordered.facts, profiles.BY_NAME[ordered.facts["profile"]])
