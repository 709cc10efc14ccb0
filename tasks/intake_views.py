"""Taking a plan in: the file, the review of what was read in it, the confirming. For clerks; nobody else sees any of it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from journal.waking import wake
from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import OrgUnit
from plans.models import Plan
from tasks.importer import comparing, confirming, drafting, reviewing
from tasks.importer.shapes import Refused
from tasks.intake_forms import DocumentForm, DraftForm, UploadForm
from tasks.jobs import read_intake
from tasks.models import Draft, Intake, LeftOut, StaleWrite

PER = 25
BEFORE, AFTER = 14, 60  # lines of the source shown around a duty
SLACK = 64_000  # bytes of a form around its file
HEAPS = ("all", "doubtful", "open", "accepted", "dropped", "left")


# Taking in


def intakes(request):
    """The plans the clerk's area has taken in, and the form for one more."""
    return _intakes(request, UploadForm())


def _intakes(request, form, *, status=200):
    if not Intake.may_be_made_by(request.post):
        raise PermissionDenied
    page = lists.paged(request, Intake.objects.visible_to(request.post).with_names())
    return render(request, "tasks/intakes.html", {"form": form, "page": page}, status=status)


class InMemory(MemoryFileUploadHandler):
    """Keeps an upload of a bounded size in memory; of a larger one nothing is kept. No byte reaches a temporary file."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.activated = content_length <= drafting.LIMIT + SLACK


# The body may be parsed only once our own handler stands, and checking the token parses it.
@csrf_exempt
@act_of("intakes", keep=False)
def upload_plan(request):
    if not Intake.may_be_made_by(request.post):
        raise PermissionDenied
    request.upload_handlers = [InMemory(request)]
    return _upload(request)


@csrf_protect
def _upload(request):
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        large = int(request.META.get("CONTENT_LENGTH") or 0) > drafting.LIMIT
        if large:
            drafting.refuse("too_big", by=request.post, at=timezone.now())
            form.errors["file"] = form.error_class([_("The file is too large. Split it, or leave its pictures out, and take it in again.")])
        return _intakes(request, form, status=422)
    file, at = form.cleaned_data["file"], timezone.now()
    content = file.read()
    try:
        drafting.judge(content, file.name)
    except Refused as refused:
        drafting.refuse(refused.kind, by=request.post, at=at)
        form.add_error("file", refused.says)
        return _intakes(request, form, status=422)
    row, is_new = Intake.objects.take(content, file.name, by=request.post, at=at)
    if is_new:
        wake(read_intake)
    else:
        messages.info(request, _("This very file is here already; nothing was added."))
    return redirect(row)


def intake_file(request, pk):
    """The file as received, as a download."""
    row = _intake(request, pk)
    try:
        file = row.file.open()
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    response = FileResponse(file, as_attachment=True, filename=row.name, content_type="application/octet-stream")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _intake(request, pk):
    return get_object_or_404(Intake.objects.visible_to(request.post).with_names(), pk=pk)


def _draft(request, pk):
    row = get_object_or_404(Draft.objects.visible_to(request.post).exclude(state=Draft.State.MERGED), pk=pk)
    row.intake = _intake(request, row.intake_id)
    return row


def _to_be_reviewed(request, intake):
    if not intake.may_be_reviewed_by(request.post):
        raise PermissionDenied
    return intake


# The desk


def intake(request, pk):
    """One plan taken in: how far its reading is, then the desk on which its duties are gone through."""
    row = _intake(request, pk)
    if row.is_open:
        return _desk(request, row)
    if row.state == Intake.State.WAITING:
        return _reading(request, row)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "tasks/intake_closed.html", {"intake": row})


def _reading(request, row):
    response = render(request, "tasks/intake_reading.html", {"intake": row})
    response.headers["Refresh"] = "5"  # for browsers without scripts
    return response


def draft(request, pk):
    """The desk with one duty open."""
    row = _draft(request, pk)
    if not row.intake.is_open:
        return render(request, "tasks/intake_closed.html", {"intake": row.intake})
    return _desk(request, row.intake, chosen=row)


@dataclass
class View:
    """Which heap of drafts is shown, in which order, holding which words; carried through every act as one text."""

    intake: Intake
    show: str = "all"
    order: str = "doubts"
    q: str = ""

    @classmethod
    def of(cls, intake, asked):
        show, order = asked.get("show", "all"), asked.get("order", "doubts")
        q = asked.get("q", "").replace("\x00", "")[:100].strip()
        return cls(intake, show if show in HEAPS else "all", order if order in {"doubts", "place"} else "doubts", q)

    @property
    def query(self):
        plain = {"show": "all", "order": "doubts", "q": ""}
        return urlencode({name: getattr(self, name) for name in plain if getattr(self, name) != plain[name]})

    @cached_property
    def ids(self):
        """Ids of the drafts of this heap in their order: a few thousand numbers at most."""
        if self.show == "left":
            return []
        rows = self.intake.drafts.shown(self.show, self.q)
        return list((rows if self.order == "place" else rows.doubts_first()).values_list("pk", flat=True))

    def after(self, row):
        """The id that comes next in the list as it is now, else the one before, else None. Doubts first: while one is open it is next."""
        if row.pk not in self.ids:
            return None
        if self.order == "doubts" and not row.weight and self.intake.drafts.filter(state=Draft.State.OPEN, weight__gt=0).exists():
            return self.ids[0]
        place = self.ids.index(row.pk)
        return next(iter([*self.ids[place + 1 : place + 2], *self.ids[max(place - 1, 0) : place]]), None)

    def address(self, pk=None):
        """The desk's address, at the open duty: without scripts the page comes back where the work is."""
        bare = reverse("draft", args=[pk]) if pk else self.intake.get_absolute_url()
        return f"{bare}?{self.query}#open" if self.query else f"{bare}#open"


def _desk(request, row, *, chosen=None, form=None, document_form=None, stale=None, view=None, status=200):
    view = view or View.of(row, request.GET)
    ids, asked = view.ids, request.GET.get("page", "")[:6]
    number = ids.index(chosen.pk) // PER + 1 if chosen and chosen.pk in ids else int(asked) if asked.isdecimal() else 1
    pages = max(1, -(-len(ids) // PER))
    number = min(max(number, 1), pages)
    shown = row.drafts.in_bulk(ids[(number - 1) * PER : number * PER])
    rows = [shown[pk] for pk in ids[(number - 1) * PER : number * PER] if pk in shown]
    if chosen is None and rows:
        chosen = rows[0]
    elif chosen and chosen.pk in shown:
        rows = [chosen if line.pk == chosen.pk else line for line in rows]
    for line in rows:
        line.intake, line.stages = row, reviewing.stages_of(line.deadline)
    context = {
        "intake": row,
        "view": view,
        "rows": rows,
        "chosen": chosen,
        "number": number,
        "pages": pages,
        "before": ids[ids.index(chosen.pk) - 1] if chosen and chosen.pk in ids and ids.index(chosen.pk) else None,
        "next": _next(ids, chosen),
        "tally": row.tally(),
        "left_count": row.left_out.filter(draft=None).count(),
        "left": lists.paged(request, row.left_out.select_related("draft"), per=PER) if view.show == "left" else None,
        "document_form": document_form or DocumentForm(intake=row, post=request.post),
        "document_open": document_form is not None,
        "last_step": row.steps.select_related("by__person").last(),
        "stale": stale,
        "source": _source(request, row, chosen),
        "may_confirm": row.may_be_confirmed_by(request.post),
    }
    if chosen:
        context |= _open_draft(request, chosen, form)
    return render(request, "tasks/intake.html", context, status=status)


def _next(ids, chosen):
    if not chosen or chosen.pk not in ids:
        return None
    return next(iter(ids[ids.index(chosen.pk) + 1 :][:1]), None)


def _open_draft(request, row, form):
    """What the open duty's form and facts need."""
    codes = [*row.codes("leads"), *row.codes("coordinators"), *row.directing]
    units = OrgUnit.objects.in_bulk(codes, field_name="code") if codes else {}
    row.stages = reviewing.stages_of(row.deadline)
    return {
        "form": form or DraftForm(draft=row, post=request.post),
        "lead_units": [units[code] for code in row.codes("leads") if code in units],
        "coordinator_units": [units[code] for code in row.codes("coordinators") if code in units],
        "directing_units": [units[code] for code in row.directing if code in units],
        "breaks": reviewing.breaks(row.text),
        "second": row.intake.drafts.kept().filter(position__gt=row.position).only("pk", "revision").first(),
    }


def _source(request, row, chosen):
    """A window of the text as read, around the open duty or the line asked for."""
    asked = request.GET.get("line", "")[:9]
    middle = int(asked) if asked.isdecimal() else chosen.first_line if chosen and chosen.first_line is not None else 0
    start = max(0, middle - BEFORE)
    lines = list(row.lines.filter(position__gte=start, position__lt=middle + AFTER + 1))
    more = len(lines) == middle + AFTER + 1 - start
    lines = lines[:-1] if more else lines
    first, last = (chosen.first_line, chosen.last_line) if chosen else (None, None)
    for line in lines:
        line.is_hit = first is not None and first <= line.position <= (first if last is None else last)
    return {"lines": lines, "earlier": max(0, start - AFTER + BEFORE) if start else None, "later": middle + AFTER if more else None}


# Acts. Each carries the row's revision and the view it came from, and leads back to it.


def _back(request, row):
    return View.of(row, QueryDict(request.POST.get("back", "")[:400]))


def _revision(request):
    return _number(request, "revision")


def _number(request, name):
    text = request.POST.get(name, "")[:18]
    return int(text) if text.isdecimal() else None


ACTS = {
    "accept": (reviewing.accept, True),
    "drop": (reviewing.drop, True),
    "restore": (reviewing.restore, False),
    "merge": (reviewing.merge, False),
    "split_stages": (reviewing.split_stages, False),
}


@act_of("draft")
def act_on_draft(request, pk):
    """Accept, drop, restore, merge with the next, split, move: what one key does to the open duty."""
    row = _draft(request, pk)
    _to_be_reviewed(request, row.intake)
    view, verb, revision = _back(request, row.intake), request.POST.get("act", ""), _revision(request)
    if revision is None or verb not in {*ACTS, "split", "up", "down"}:
        raise Http404
    act, goes_on = ACTS.get(verb, (None, False))
    onward = view.after(row) if goes_on else row.pk
    how = {"by": request.post, "at": timezone.now(), "revision": revision}
    if verb == "merge" and _number(request, "second") is not None:
        how["second"] = _number(request, "second"), _number(request, "second_revision")
    try:
        if act:
            act(row, **how)
        elif verb == "split":
            reviewing.split(row, _place(request, row), **how)
        else:
            reviewing.move(row, verb == "up", **how)
    except StaleWrite:
        return _stale(request, row, view)
    return redirect(view.address(onward if goes_on else row.pk))


def _place(request, row):
    text = request.POST.get("place", "")[:9]
    if not text.isdecimal() or not 0 < int(text) < len(row.text):
        raise StaleWrite  # no place chosen: the page again, nothing parted
    return int(text)


def deadline_reading(request, pk):
    """How a wording is read in this plan, while it is typed."""
    row = _intake(request, pk)
    words = request.GET.get("deadline_words", "").replace("\x00", "")[:500]
    return render(request, "tasks/_deadline.html", {"stages": reviewing.stages_of(reviewing.read_words(words, row))})


@act_of("draft")
def edit_draft(request, pk):
    row = _draft(request, pk)
    _to_be_reviewed(request, row.intake)
    view = _back(request, row.intake)
    form = DraftForm(request.POST, draft=row, post=request.post)
    if not form.is_valid():
        return _desk(request, row.intake, chosen=row, form=form, view=view, status=422)
    accept = request.POST.get("then") == "accept"
    onward = view.after(row) if accept else row.pk
    try:
        reviewing.edit(row, form.changes, by=request.post, at=timezone.now(), revision=form.cleaned_data["revision"], accept=accept)
    except StaleWrite:
        return _stale(request, row, view, typed=request.POST)
    return redirect(view.address(onward))


def _stale(request, row, view, *, typed=None):
    """The page again (409) with what a colleague did meanwhile and everything typed, now knowing the newest revision."""
    found = Draft.objects.visible_to(request.post).filter(pk=row.pk).first()
    fresh_intake = _intake(request, row.intake_id)
    if found is None or found.state == Draft.State.MERGED or not fresh_intake.is_open:
        messages.error(request, _("A colleague has changed this meanwhile; look at what is here now."))
        return redirect(view.address() if fresh_intake.is_open else fresh_intake)
    found.intake = fresh_intake
    form = None
    if typed is not None:
        again = typed.copy()
        again["revision"] = found.revision
        form = DraftForm(again, draft=found, post=request.post)
        form.is_valid()
    steps = [step for step in fresh_intake.steps.select_related("by__person").order_by("-pk")[:50] if step.touches(found)][:5]
    return _desk(request, fresh_intake, chosen=found, form=form, view=view, stale={"steps": steps, "typed": typed is not None}, status=409)


@act_of("intake")
def accept_drafts(request, pk):
    """Accept every duty nothing speaks against."""
    row = _to_be_reviewed(request, _intake(request, pk))
    view = _back(request, row)
    try:
        n = reviewing.accept_clear(row, by=request.post, at=timezone.now())
    except StaleWrite:
        return _closed(request, row)
    messages.success(request, _("Accepted without doubts: %(n)s.") % {"n": n})
    return redirect(view.address())


@act_of("intake")
def undo_step(request, pk):
    """Take the newest act on this plan back."""
    row = _to_be_reviewed(request, _intake(request, pk))
    view = _back(request, row)
    try:
        touched = reviewing.undo(row, by=request.post, at=timezone.now(), revision=_revision(request), shown=_number(request, "step"))
    except StaleWrite:
        messages.error(request, _("The newest act is a colleague's; it is not yours to undo."))
        return redirect(view.address())
    return redirect(view.address(touched))


@act_of("intake")
def add_draft(request, pk):
    """A duty by hand, or a passage that was left out after all."""
    row = _to_be_reviewed(request, _intake(request, pk))
    view, wanted, left = _back(request, row), request.POST.get("left", "")[:18], None
    if wanted:
        left = get_object_or_404(LeftOut, intake=row, pk=int(wanted) if wanted.isdecimal() else 0, draft=None)
    words = left.text if left else request.POST.get("text", "").replace("\x00", "").strip()[:20000]
    if not words:
        messages.error(request, _("Write the words of the duty first."))
        return redirect(view.address())
    try:
        made = reviewing.add(row, {"title": reviewing.title_of(words), "text": words}, by=request.post, at=timezone.now(), left_out=left)
    except StaleWrite:
        return _closed(request, row)
    return redirect(View(row).address(made.pk))


@act_of("intake")
def edit_intake(request, pk):
    """Correct the facts of the document; where date or issuer change, what followed from them is read anew."""
    row = _to_be_reviewed(request, _intake(request, pk))
    view, at = _back(request, row), timezone.now()
    form = DocumentForm(request.POST, intake=row, post=request.post)
    if not form.is_valid():
        return _desk(request, row, document_form=form, view=view, status=422)
    try:
        reviewing.correct(row, form.changes, by=request.post, at=at, revision=form.cleaned_data["revision"])
        row = _intake(request, pk)
    except StaleWrite:
        row = _intake(request, pk)
        if not row.is_open:
            return _closed(request, row)
        again = request.POST.copy()
        again["revision"] = row.revision
        form = DocumentForm(again, intake=row, post=request.post)
        form.is_valid()
        form.add_error(None, _("A colleague has changed these facts meanwhile. Your words are kept: compare, then save again."))
        return _desk(request, row, document_form=form, view=view, status=409)
    messages.success(request, _("The document's facts are saved."))
    return redirect(view.address())


def _closed(request, row):
    messages.error(request, _("This plan is no longer under review."))
    return redirect(row)


@act_of("intake")
def discard_intake(request, pk):
    row = _to_be_reviewed(request, _intake(request, pk))
    row.discard(by=request.post, at=timezone.now())
    messages.success(request, _("The file and what was read in it are thrown away."))
    return redirect("intakes")


# The end of the review


def confirm_intake(request, pk):
    """What will be made of the plan, what still stands in the way, and the button that makes it."""
    row = _intake(request, pk)
    if row.state == Intake.State.CONFIRMED and row.plan:
        return redirect(row.plan)
    if not row.is_open:
        return redirect(row)
    if request.method == "POST":
        return _confirm(request, _to_be_reviewed(request, row))
    return _confirm_page(request, row, confirming.reasons_against(row, request.post))


def _confirm(request, row):
    try:
        plan = confirming.confirm(row, by=request.post, at=timezone.now())
    except confirming.NotReady as error:
        return _confirm_page(request, row, error.reasons, status=422)
    except StaleWrite:
        return _closed(request, row)
    messages.success(request, _("The plan is confirmed; its duties are with the units they name."))
    return redirect(plan)


def _confirm_page(request, row, reasons, *, status=200):
    kept = row.drafts.kept()
    nobody = [draft for draft in kept if not draft.codes("leads") and not draft.leads.get("groups")] if not reasons else []
    context = {
        "intake": row,
        "reasons": reasons,
        "tally": row.tally(),
        "unlooked": kept.filter(state=Draft.State.OPEN).count(),
        "nobody": len(nobody),
    }
    return render(request, "tasks/intake_confirm.html", context, status=status)


def intake_difference(request, pk):
    """The plan taken in beside the version that stands: which duties are added, changed, withdrawn."""
    row = _intake(request, pk)
    earlier = Plan.objects.visible_to(request.post).filter(pk=row.earlier_id).select_related("document", "unit").first()
    if earlier is None:
        raise Http404
    pairs = comparing.compare(comparing.lines_of_plan(earlier), comparing.lines_of_drafts(row.drafts.kept()))
    counts = {kind: sum(pair.kind == kind for pair in pairs) for kind in ("added", "changed", "withdrawn", "same")}
    only = request.GET.get("only", "")
    wanted = [pair for pair in pairs if pair.kind == only] if only in counts else [pair for pair in pairs if pair.kind != "same"]
    context = {"intake": row, "earlier": earlier, "page": lists.paged(request, wanted, per=PER), "counts": counts, "only": only}
    return render(request, "tasks/intake_difference.html", context)
