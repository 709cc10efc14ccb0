"""Pages of reports asked for out of turn: the list, asking, who has answered, one answer and its acts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import Role
from reports import calling, figures
from reports.call_forms import CallAnswerForm, CallForm
from reports.forms import ReportVerdictForm
from reports.models import Call, CallAnswer
from tasks import sheets
from tasks.models import StaleWrite


def calls(request):
    """What the post's units are asked for, the next one due first; and what was asked within its reach."""
    if request.post.role == Role.ADMIN:
        raise PermissionDenied
    now = timezone.now()
    own = CallAnswer.objects.visible_to(request.post).filter(unit__in=request.post.scope().own).with_names()
    page = lists.paged(request, own.order_by("-call__due_at", "pk"))
    for row in page:
        row.timing_now = row.timing(at=now)
    asked = Call.objects.visible_to(request.post).select_related("unit").order_by("-due_at", "pk")
    below = lists.paged(request, asked, name="below")
    may_ask = Call.may_be_made_by(request.post) and figures.is_above_wards(request.post.unit)
    return render(request, "reports/calls.html", {"page": page, "below": below, "may_ask": may_ask})


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
    """Who has answered and who has not, for who asked."""
    row = _call(request, pk)
    now, answers = timezone.now(), _answers(row)
    open_to = set(CallAnswer.objects.visible_to(request.post).filter(call=row).values_list("pk", flat=True))
    lines = [(answer, answer.timing(at=now), answer.pk in open_to) for answer in answers]
    filed = sum(bool(answer.filed_at) for answer in answers)
    return render(request, "reports/call.html", {"call": row, "lines": lines, "filed": filed})


def _call(request, pk):
    return get_object_or_404(Call.objects.visible_to(request.post).select_related("unit", "by__person", "by__unit"), pk=pk)


def _answers(row):
    return list(row.answers.with_names().order_by("unit__name_key", "pk"))


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


def _page(request, row, *, form=None, verdict=None, theirs=None, status=200):
    may = {verb: getattr(row, f"may_be_{verb}_by")(request.post) for verb in ("edited", "signed", "unsigned", "filed", "judged")}
    context = {
        "row": row,
        "form": form or (CallAnswerForm(answer=row, post=request.post) if may["edited"] else None),
        "verdict_form": verdict,
        "theirs": theirs,
        "timing": row.timing(at=timezone.now()),
        "may": may,
        "verdicts": row.verdicts.select_related("by__person", "by__unit"),
        "opens_call": Call.objects.visible_to(request.post).filter(pk=row.call_id).exists(),
    }
    return render(request, "reports/call_answer.html", context, status=status)


@act_of("call_answer")
def edit_call_answer(request, pk):
    row = _answer(request, pk)
    if not row.may_be_edited_by(request.post):
        raise PermissionDenied
    form = CallAnswerForm(request.POST, answer=row, post=request.post)
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    words = form.text(adding="add" in request.POST)
    try:
        calling.edit(row, words, by=request.post, at=timezone.now(), revision=form.cleaned_data["revision"])
    except StaleWrite:
        return _stale(request, _answer(request, pk))
    messages.success(request, _("The report's words are saved."))
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
    messages.success(request, done)
    return redirect(row)


@act_of("call_answer")
def sign_call_answer(request, pk):
    return _step(request, pk, CallAnswer.may_be_signed_by, calling.sign, _("Signed. The clerk can file it now."))


@act_of("call_answer")
def unsign_call_answer(request, pk):
    said = _("The signature is taken back; the clerk can write again.")
    return _step(request, pk, CallAnswer.may_be_unsigned_by, calling.unsign, said)


@act_of("call_answer")
def file_call_answer(request, pk):
    return _step(request, pk, CallAnswer.may_be_filed_by, calling.file, _("Filed; the unit that asked was told."))


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
        messages.error(request, _("Somebody else has already judged this report."))
        return redirect(row.call)
    messages.success(request, _("The report is accepted.") if form.cleaned_data["ok"] else _("The report is returned to the unit."))
    return redirect(row.call)
