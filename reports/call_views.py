"""Pages of reports asked for out of turn: the list, asking, moving and taking back, who has answered, one answer, its acts, its papers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.waking import wake
from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import Role
from reports import call_paper, calling, figures, paper
from reports.call_forms import CallAnswerForm, CallFilter, CallForm, MoveCallForm, WithdrawCallForm
from reports.forms import ReportVerdictForm
from reports.jobs import build_papers
from reports.models import Call, CallAnswer, CallFiling, Paper
from reports.models.call import READING
from tasks import sheets
from tasks.models import StaleWrite


def calls(request):
    """What the post's units are asked for, the next one due first; and what was asked within its reach."""
    if request.post.role == Role.ADMIN:
        raise PermissionDenied
    now, form = timezone.now(), CallFilter(request.GET)
    page = lists.paged(request, _own(request, form, at=now).order_by("-call__due_at", "pk"))
    for row in page:
        row.timing_now = row.timing(at=now)
    asked = Call.objects.visible_to(request.post).titled(form.chosen["q"]).at_step(form.chosen["state"], at=now)
    below = lists.paged(request, asked.counted().select_related("unit").order_by("-due_at", "pk"), name="below")
    may_ask = Call.may_be_made_by(request.post) and figures.is_above_wards(request.post.unit)
    context = {"page": page, "below": below, "may_ask": may_ask, "form": form, "narrowed": any(form.chosen.values()), "now": now}
    return render(request, "reports/calls.html", context)


def _own(request, form, *, at):
    """Answers of the post's own units that the filter leaves."""
    rows = CallAnswer.objects.visible_to(request.post).filter(unit__in=request.post.scope().own)
    asked = Call.objects.titled(form.chosen["q"]).order_by()
    rows = rows.filter(call__in=asked) if form.chosen["q"] else rows
    return rows.at_step(form.chosen["state"], at=at).with_names()


def export_calls(request, form):
    """One line for each report asked of the own units or asked within reach, under the filter of the screen; no draft shows its step."""
    if request.post.role == Role.ADMIN:
        raise PermissionDenied
    now, chosen = timezone.now(), CallFilter(request.GET).chosen
    asked = Call.objects.visible_to(request.post).order_by().values("pk")
    own = CallAnswer.objects.visible_to(request.post).filter(unit__in=request.post.scope().own).order_by().values("pk")
    rows = CallAnswer.objects.filter(Q(pk__in=own) | Q(call__in=asked)).at_step(chosen["state"], at=now)
    if chosen["q"]:
        rows = rows.filter(call__in=Call.objects.titled(chosen["q"]).order_by().values("pk"))
    heads = [_("The report is about"), _("Asked by"), _("Unit"), _("Due by"), _("Timeliness"), _("Filed"), _("Number"), _("State")]
    name = f"bao-cao-dot-xuat-{timezone.localdate(now):%Y-%m-%d}"
    widths = [50, 28, 28, 18, 14, 18, 16, 16]
    return sheets.answer(heads, _all_lines(rows, at=now), title=_("Reports out of turn"), widths=widths, form=form, name=name)


def _all_lines(rows, *, at):
    """One list of cells for each answer."""
    newest = CallFiling.objects.filter(answer=OuterRef("pk"), version=OuterRef("version")).values("symbol")
    rows = rows.annotate(symbol=Subquery(newest)).select_related("unit", "call__unit")
    for row in rows.order_by("-call__due_at", "call", "unit__name_key", "pk").iterator(chunk_size=500):
        names = [row.call.title, row.call.unit.full_name, row.unit.full_name]
        yield [*names, _moment(row.call.due_at), str(row.timing(at=at).label), _moment(row.filed_at), row.symbol or "", _state(row)]


def _state(row):
    """What may be said of an answer to who reads the call: no step of a draft."""
    if row.call.withdrawn_at:
        return _("withdrawn")
    if row.accepted_at:
        return _("accepted")
    if row.first_filed_at and not row.filed_at:
        return _("returned")
    return _("filed") if row.filed_at else _("not filed")


def _moment(at):
    return timezone.make_naive(at) if at else None  # in Vietnam, as a cell takes it


def make_call(request):
    if not Call.may_be_made_by(request.post):
        raise PermissionDenied
    at = timezone.now()
    form = CallForm(request.POST if request.method == "POST" else None, unit=request.post.unit, at=at)
    if request.method != "POST" or not form.is_valid():
        return render(request, "reports/make_call.html", {"form": form}, status=422 if request.method == "POST" else 200)
    said = {name: form.cleaned_data[name] for name in ("title", "words", "token")}
    call = calling.ask(request.post.unit, units=form.units, by=request.post, at=at, due_at=form.due_at, **said)
    messages.success(request, _("Asked: every unit named here has been told."))
    return redirect(call)


def call(request, pk):
    """Who has answered and who has not, for who asked; what was changed since; moving its day, taking it back."""
    return _call_page(request, _call(request, pk))


def _call_page(request, row, *, moving=None, withdrawing=None, status=200):
    now, answers = timezone.now(), _answers(row)
    open_to = set(CallAnswer.objects.visible_to(request.post).filter(call=row).values_list("pk", flat=True))
    may = row.may_be_changed_by(request.post) and not row.withdrawn_at
    context = {
        "call": row,
        "lines": [(answer, answer.timing(at=now), answer.pk in open_to) for answer in answers],
        "filed": sum(bool(answer.filed_at) for answer in answers),
        "printable": request.post.role in READING,
        "changes": _changes(row),
        "moving": (moving or MoveCallForm(call=row, at=now)) if may else None,
        "withdrawing": (withdrawing or WithdrawCallForm(call=row)) if may else None,
    }
    return render(request, "reports/call.html", context, status=status)


def _changes(row):
    return row.changes.select_related("by__person", "by__unit")


@act_of("call")
def move_call(request, pk):
    row = _call(request, pk)
    if not row.may_be_changed_by(request.post):
        raise PermissionDenied
    form = MoveCallForm(request.POST, call=row, at=request.began_at)
    if not form.is_valid():
        return _call_page(request, row, moving=form, status=422)
    said = {name: form.cleaned_data[name] for name in ("reason", "token", "revision")}
    try:
        calling.move(row, form.due_at, by=request.post, at=request.began_at, **said)
    except StaleWrite:
        row = _current(request, pk, said["reason"])
        return _call_page(request, row, moving=_again(request, form, MoveCallForm, call=row, at=request.began_at), status=409)
    messages.success(request, _("The day is moved; every unit not yet accepted has been told."))
    return redirect(row)


@act_of("call")
def withdraw_call(request, pk):
    row = _call(request, pk)
    if not row.may_be_changed_by(request.post):
        raise PermissionDenied
    form = WithdrawCallForm(request.POST, call=row)
    if not form.is_valid():
        return _call_page(request, row, withdrawing=form, status=422)
    try:
        calling.withdraw(row, by=request.post, at=request.began_at, **form.cleaned_data)
    except StaleWrite:
        row = _current(request, pk, form.cleaned_data["reason"])
        return _call_page(request, row, withdrawing=_again(request, form, WithdrawCallForm, call=row), status=409)
    messages.success(request, _("The report is not asked for any more; every unit not yet accepted has been told."))
    return redirect(row)


def _current(request, pk, reason):
    """The call as it stands; withdrawn meanwhile it has no form left to keep the reason that was typed."""
    row = _call(request, pk)
    if row.withdrawn_at:
        words = _("This report is not asked for any more: somebody has withdrawn it in the meantime. Your reason was: %(reason)s")
        messages.error(request, words % {"reason": reason})
    return row


def _again(request, form, kind, *, call, **more):
    """The form as typed, for the call as it stands now."""
    typed = request.POST.copy()
    typed[form.add_prefix("revision")] = call.revision
    fresh = kind(typed, call=call, **more)
    fresh.is_valid()
    fresh.add_error(None, _("Somebody else has changed this call in the meantime; look at it again, then confirm."))
    return fresh


def _call(request, pk):
    return get_object_or_404(Call.objects.visible_to(request.post).select_related("unit", "by__person", "by__unit"), pk=pk)


def _answers(row):
    final = Paper.objects.filter(is_draft=False).defer("facts")
    rows = row.answers.with_names().order_by("unit__name_key", "pk")
    return list(rows.prefetch_related(Prefetch("filings", CallFiling.objects.defer("facts")), Prefetch("filings__papers", final)))


def export_call(request, pk):
    """Who has answered, as `?form=` csv or xlsx; words of those filed alone."""
    row, form = _call(request, pk), request.GET.get("form", "xlsx")
    if form not in {"csv", "xlsx"}:
        raise Http404
    heads = [_("Code"), _("Unit"), _("Timeliness"), _("Filed"), _("The report")]
    return sheets.answer(heads, _lines(row), title=_("Who has answered"), widths=[10, 30, 12, 18, 90], form=form, name=f"bao-cao-{row.pk}")


def _lines(row):
    """One list of cells for each unit asked."""
    for answer in _answers(row):
        day = answer.first_filed_at and timezone.localdate(answer.first_filed_at)
        said = answer.words if answer.filed_at else ""
        yield [answer.unit.code, answer.unit.full_name, str(answer.timing(at=timezone.now()).label), day, said]


def _answer(request, pk):
    return get_object_or_404(CallAnswer.objects.visible_to(request.post).with_names(), pk=pk)


def call_answer(request, pk):
    """One answer: its words to write or to read, its next step, what was said of it."""
    return _page(request, _answer(request, pk))


ACTS = ("edited", "signed", "unsigned", "filed", "judged", "printed", "ordered")


def _page(request, row, *, form=None, verdict=None, theirs=None, status=200):
    may = {verb: getattr(row, f"may_be_{verb}_by")(request.post) for verb in ACTS}
    context = {
        "row": row,
        "form": form or (CallAnswerForm(answer=row, post=request.post) if may["edited"] else None),
        "verdict_form": verdict,
        "theirs": theirs,
        "timing": row.timing(at=timezone.now()),
        "may": may,
        "verdicts": row.verdicts.select_related("by__person", "by__unit", "filing"),
        "changes": _changes(row.call),
        "filing": row.filings.filter(version=row.version).defer("facts").select_related("by__person").first() if row.filed_at else None,
        **_papers_of(row, request.post),
        "opens_call": Call.objects.visible_to(request.post).filter(pk=row.call_id).exists(),
    }
    return render(request, "reports/call_answer.html", context, status=status)


def _papers_of(row, post):
    """The newest papers for who may print it, whether one is being built, and which forms may be ordered."""
    if not row.may_be_printed_by(post):
        return {"papers": None}
    rows = Paper.objects.visible_to(post).filter(answer=row).select_related("filing")
    newest = list(rows.defer("facts", "filing__facts").order_by("-pk")[:8])
    made = {one.form for one in newest if one.filing and one.filing.version == row.version}
    problem = paper.problem()
    unwanted = made | ({Paper.Form.PDF} if problem else set())
    return {
        "papers": newest,
        "building": any(not one.built_at and not one.problem for one in newest),
        "papers_url": reverse("call_papers", args=[row.pk]),
        "paper_problem": problem,
        "orders": [(form.value, form.label) for form in call_paper.FORMS if form not in unwanted] if row.may_be_ordered_by(post) else [],
    }


def call_papers(request, pk):
    """The list of an answer's papers alone, asked for again while one is being built."""
    row = _answer(request, pk)
    if not row.may_be_printed_by(request.post):
        raise PermissionDenied
    return render(request, "reports/_papers.html", {"report": row, **_papers_of(row, request.post)})


@act_of("call_answer")
def print_call_answer(request, pk):
    """Order a file of the words as they stand, or a form of what was filed that it does not have yet."""
    row, form = _answer(request, pk), request.POST.get("form", Paper.Form.PDF)
    if not row.may_be_ordered_by(request.post):
        raise PermissionDenied
    if form not in call_paper.FORMS:
        messages.error(request, _("There is no such form of a report; choose one of those offered."))
        return redirect(row)
    call_paper.order(row, by=request.post, at=timezone.now(), form=form)
    wake(build_papers)
    return redirect(f"{row.get_absolute_url()}#papers")


@act_of("call_answer")
def edit_call_answer(request, pk):
    row = _answer(request, pk)
    if not row.may_be_edited_by(request.post):
        raise PermissionDenied
    form = CallAnswerForm(request.POST, answer=row, post=request.post)
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    words, left_out = form.text(adding="add" in request.POST)
    try:
        calling.edit(row, words, by=request.post, at=timezone.now(), revision=form.cleaned_data["revision"])
    except StaleWrite:
        return _stale(request, _answer(request, pk))
    messages.success(request, _("The report's words are saved."))
    if left_out:
        said = ngettext(
            "%(n)s entry found no room in the report and was left out; choose one plan or fewer days.",
            "%(n)s entries found no room in the report and were left out; choose one plan or fewer days.",
            left_out,
        )
        messages.warning(request, said % {"n": left_out})
    return redirect(row)


def _stale(request, row):
    """The page as it stands now, with what was typed kept in its field."""
    again = request.POST.copy()
    again["revision"] = row.revision
    form = CallAnswerForm(again, answer=row, post=request.post)
    form.is_valid()
    form.add_error(None, _("Somebody else has changed this report in the meantime. Your words are kept: compare, then save again."))
    return _page(request, row, form=form, theirs=row.words, status=409)


def _step(request, pk, may, act, done):
    row, revision = _answer(request, pk), request.POST.get("revision", "")
    if not may(row, request.post):
        raise PermissionDenied
    try:
        act(row, by=request.post, at=request.began_at, revision=int(revision) if revision.isdecimal() and len(revision) < 10 else None)
    except StaleWrite:
        messages.error(request, _("The report has changed since this page was opened; look at it again first."))
        return redirect(row)
    row.refresh_from_db()
    messages.success(request, done(row))
    return redirect(row)


@act_of("call_answer")
def sign_call_answer(request, pk):
    return _step(request, pk, CallAnswer.may_be_signed_by, calling.sign, lambda row: _("Signed. The clerk can file it now."))


@act_of("call_answer")
def unsign_call_answer(request, pk):
    return _step(
        request, pk, CallAnswer.may_be_unsigned_by, calling.unsign, lambda row: _("The signature is taken back; the clerk can write again.")
    )


@act_of("call_answer")
def file_call_answer(request, pk):
    def act(row, **said):
        calling.file(row, **said)
        wake(build_papers)

    return _step(request, pk, CallAnswer.may_be_filed_by, act, _filed)


def _filed(row):
    facts = {"at": f"{timezone.localtime(row.filed_at):%H:%M:%S, %d/%m/%Y}", "receipt": row.receipt_to_be}
    return _("Filed at %(at)s. Receipt %(receipt)s. The PDF is being built.") % facts


@act_of("call_answer")
def judge_call_answer(request, pk):
    row = _answer(request, pk)
    if not row.may_be_judged_by(request.post):
        raise PermissionDenied
    form = ReportVerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, row, verdict=form, status=422)
    try:
        calling.judge(row, by=request.post, at=request.began_at, **form.cleaned_data)
    except StaleWrite:
        messages.error(request, _("Somebody else has already judged this report, or it is not asked for any more."))
        return redirect(row.call)
    messages.success(request, _("The report is accepted.") if form.cleaned_data["ok"] else _("The report is returned to the unit."))
    return redirect(row.call)
