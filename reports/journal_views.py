"""The journal's pages: «ai, lúc nào, làm gì, đổi gì», for a branch, a person, or one thing."""

from itertools import islice

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from journal import anchoring, sealing, verbs
from journal.models import Entry, Heartbeat
from journal.verbs import Reach
from orgunits.models import Role
from reports import journal_reading as reading
from reports import journal_telling as telling
from reports.journal_forms import JournalFilter
from tasks import sheets

ROWS = 50
CHUNK = 500


class Question:
    """What a request asks of the journal: `entries`, newest first, of all the post may read or of one `thing`."""

    def __init__(self, request):
        self.post, self.name = request.post, request.GET.get("about", "")[:40]
        self.thing, entries = telling.history_of(self.name, request.post) if self.name else (None, reading.visible_to(request.post))
        if self.name and self.thing is None:
            raise Http404
        self.form = JournalFilter(request.GET, read=list(verbs.VERBS) if self.thing else offered(self.post))
        self.entries = self.form.narrow(entries).select_related("person", "post__unit").order_by("-at", "-pk")

    def page(self):
        """(lines, the id before which the next page begins or None)."""
        rows = list(self._before(self.form.chosen["before"])[: ROWS + 1])
        older = rows[ROWS - 1].pk if len(rows) > ROWS else None
        return telling.of(rows[:ROWS], self.post, subjects=filter(None, [self.thing])), older

    def _before(self, pk):
        """Those older than the entry `pk`, where that is one of them."""
        last = pk and self.entries.filter(pk=pk).values_list("at", flat=True).first()
        return self.entries.filter(Q(at__lt=last) | Q(at=last, pk__lt=pk)) if last else self.entries

    def all(self):
        """Every line, read CHUNK at a time."""
        rows, last = self.entries.select_related("person", "post__unit", "seal"), None
        while True:
            older = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)) if last else rows
            chunk = list(islice(older[:CHUNK], CHUNK))
            yield from telling.of(chunk, self.post)
            if len(chunk) < CHUNK:
                return
            last = chunk[-1]


def offered(post):
    """The verbs that a post's filter offers."""
    if post.role not in reading.READ:
        return list(verbs.VERBS)
    return [*verbs.told(*reading.READ[post.role]), *(verbs.told(Reach.OWN) if post.role == Role.STEERING else ())]


def journal(request):
    asked = Question(request)
    lines, older = asked.page()
    context = {
        "lines": lines,
        "older": older,
        "form": asked.form,
        "thing": asked.thing,
        "about": asked.name,
        "chain": chain() if request.post.role == Role.AUDITOR else None,
        "may_export": request.post.role == Role.AUDITOR,
        "role": request.post.role,
    }
    return render(request, "reports/journal.html", context)


def chain():
    """How far the journal is sealed, anchored and checked."""
    beats = dict(Heartbeat.objects.filter(name__in=[sealing.NAME, "verify_journal"]).values_list("name", "at"))
    return {
        "head": sealing.head(),
        "sealed_at": beats.get(sealing.NAME),
        "verified_at": beats.get("verify_journal"),
        "anchor": anchoring.last(),
    }


def export_journal(request, form):
    """The same list and filter as a CSV or XLSX file, with each entry's place in the chain. Taking it along is itself an act."""
    if request.post.role != Role.AUDITOR:
        raise PermissionDenied
    asked = Question(request)
    if request.method == "GET":
        facts = {name: str(value) for name, value in asked.form.chosen.items() if value}
        Entry.objects.record(by=request.post, verb="journal.exported", target=request.post, at=timezone.now(), filter=facts)
    heads = [_("Moment"), _("Who did it"), _("Post"), _("Act"), _("About"), _("What changed"), _("Number in the chain"), _("Digest")]
    rows = (_cells(line) for line in asked.all())
    name = f"nhat-ky-{timezone.localdate():%Y-%m-%d}"
    return sheets.answer(heads, rows, title=_("Journal"), widths=[19, 26, 40, 36, 60, 60, 12, 66], form=form, name=name)


def _cells(line):
    seal = getattr(line.entry, "seal", None)
    changed = "; ".join(f"{label}: {words}" for label, words in line.facts)
    about = ": ".join(filter(None, [str(line.kind), line.thing]))
    at = f"{timezone.localtime(line.at):%d/%m/%Y %H:%M:%S}"
    return [at, line.person, line.place, str(line.words), about, changed, seal and seal.n, seal and seal.digest]
