"""Ordering a report's PDF and building what was ordered. Rendering runs in a child process of a job, never in a web process."""

import hashlib
import logging
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from journal.models import Entry
from reports import drafting, paper, profiles
from reports.models import Paper

log = logging.getLogger(__name__)


@transaction.atomic
def order_draft(report, *, by, at):
    """Order the paper of a report as it stands at `at`, marked as a draft. Returns the Paper; its file comes later."""
    facts = report.facts or drafting.Draft(report, at=at).facts()
    facts = drafting.dated(facts, report=report, illustrative=settings.DEMO, draft=True)
    ordered = Paper.objects.create(report=report, facts=facts, ordered_by=by, ordered_at=at)
    Entry.objects.record(by=by, verb="report.printed", target=report, at=at, paper=ordered.pk)
    return ordered


def build_waiting(*, at):
    """Build every paper that waits. Returns how many were built; each is claimed when its turn comes, so two workers share the pile."""
    began = monotonic()
    waiting = Paper.objects.unbuilt(at=at).order_by("is_draft", "pk").values_list("pk", flat=True)
    return sum(_build(pk) for pk in list(waiting) if Paper.objects.claim(pk, at=at + timedelta(seconds=int(monotonic() - began))))


def _build(pk):
    ordered = Paper.objects.select_related("report__unit").get(pk=pk)
    try:
        data = paper.build(ordered.facts, profiles.BY_NAME[ordered.facts["profile"]])
        digest = hashlib.sha256(data).hexdigest()
        name = ordered.file.storage.save(f"papers/{ordered.report.period.slug}/{digest}.pdf", ContentFile(data))
    except (paper.PaperError, OSError) as error:
        log.warning("Paper %s was not built: %s", pk, error)
        said = str(error) if isinstance(error, paper.PaperError) else paper.BROKEN
        Paper.objects.filter(pk=pk).update(problem=said[:300])
        return False
    Paper.objects.filter(pk=pk).update(file=name, size=len(data), sha256=digest, built_at=timezone.now(), problem="")
    return True
