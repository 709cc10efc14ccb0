"""Pages of pausing, dropping and resuming a duty."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import Role
from tasks import halting
from tasks.halt_forms import HaltForm, HaltVerdictForm, ResumeForm
from tasks.models import Assignment, Halt, StaleWrite

SHOWN = 20


def of_assignment(post, row):
    """What the page of a duty shows: the request or halt that stands, and what the post may do about it."""
    standing = row.halts.standing().with_names().first()
    if standing:
        standing.assignment = row
    return {
        "halt": standing,
        "may_halt": standing is None and row.may_be_halted_by(post),
        "may_judge_halt": bool(standing) and standing.may_be_judged_by(post),
        "may_resume": row.may_be_resumed_by(post),
    }


def _assignment(request, pk):
    rows = Assignment.objects.visible_to(request.post).select_related("task__plan__document", "task__plan__unit", "plan__unit__parent")
    return get_object_or_404(rows.select_related("unit", "plan__document"), pk=pk)


def halt(request, pk):
    """What was asked and ordered about one duty; and asking, for who leads it, or ordering, for who confirms it."""
    row = _assignment(request, pk)
    if request.method != "POST":
        return _page(request, row)
    token = request.POST.get("token", "")
    if row.is_lead and _is_known(row, token, request.post):
        return redirect("halt", row.pk)  # the second click of a double one
    if not row.may_be_halted_by(request.post):
        raise PermissionDenied
    form = HaltForm(request.POST, assignment=row, orders=row.may_be_judged_by(request.post))
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    try:
        made = halting.ask(row, by=request.post, at=timezone.now(), **form.cleaned_data)
    except StaleWrite:
        return _stale(request, row.pk)
    words = _("Ordered; the unit is told.") if made.accepted else _("Asked. Until it is accepted the clock runs on.")
    messages.success(request, words)
    return redirect("halt", row.pk)


def _is_known(row, token, post):
    try:
        return row.halts.filter(token=uuid.UUID(token), by=post).exists()
    except ValueError:
        return False


def _stale(request, pk):
    """The page again with everything typed, now knowing the newest version."""
    row, again = _assignment(request, pk), request.POST.copy()
    again["version"], again["token"] = row.version, uuid.uuid4()
    form = HaltForm(again, assignment=row, orders=row.may_be_judged_by(request.post))
    form.is_valid()
    form.add_error(None, _("Somebody else has written here in the meantime. Your words are kept: look at what is new, then send again."))
    return _page(request, row, form=form, status=409)


def _page(request, row, *, form=None, verdict=None, resuming=None, kept="", status=200):
    may = of_assignment(request.post, row)
    orders = row.may_be_judged_by(request.post)
    past = row.halts.with_names().select_related("withdrawn_by__person")
    context = {
        **may,
        "assignment": row,
        "task": row.task,
        "orders": orders,
        "form": form or (HaltForm(assignment=row, orders=orders) if may["may_halt"] else None),
        "verdict": verdict,
        "kept": kept,
        "resuming": resuming or (ResumeForm(assignment=row) if may["may_resume"] else None),
        "may_withdraw": bool(may["halt"]) and may["halt"].may_be_withdrawn_by(request.post),
        "past": [one for one in past[: SHOWN + 1] if one != may["halt"]],
        "today": timezone.localdate(),
    }
    return render(request, "tasks/halt.html", context, status=status)


@act_of("halt")
def judge_halt(request, pk):
    """The confirming side's word: accepted, or refused with a reason."""
    row = _assignment(request, pk)
    is_late_word = row.is_judged_by(request.post) and request.POST.get("reason")  # the duty ended meanwhile: kept, as what is typed is
    if not row.may_be_judged_by(request.post) and not is_late_word:
        raise PermissionDenied
    form = HaltVerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, row, verdict=form, status=422)
    data = form.cleaned_data
    one = row.halts.filter(pk=data["halt"]).of_other_hands(request.post).first()
    try:
        if one is None:
            raise StaleWrite
        halting.judge(one, ok=data["ok"], reason=data["reason"], by=request.post, at=timezone.now())
    except halting.PauseOver:
        return _no_word(request, pk, form, _("The last day of this pause has passed while it waited: it can only be refused."))
    except StaleWrite:
        words = _("The request no longer waits for a word, or the unit has said meanwhile that the duty is done.")
        return _no_word(request, pk, form, words)
    messages.success(request, _("Accepted: the clock stands still.") if data["ok"] else _("Not accepted; the reason was told."))
    return redirect("/" if request.POST.get("next") == "/" else row)


def _no_word(request, pk, form, words):
    """The page as it stands now, with the reason typed: in its field where a word is still awaited, else to be copied."""
    messages.error(request, words)
    if not form.cleaned_data["reason"]:
        return redirect("halt", pk)
    row = _assignment(request, pk)
    may = of_assignment(request.post, row)["may_judge_halt"]
    return _page(request, row, verdict=form if may else None, kept="" if may else form.cleaned_data["reason"], status=409)


@act_of("halt")
def withdraw_halt(request, pk):
    row = _assignment(request, pk)
    if not row.is_between(request.post) or not row.is_answered_by(request.post):
        raise PermissionDenied
    waiting = row.halts.waiting().first()
    try:
        if waiting is None:
            raise StaleWrite
        halting.withdraw(waiting, by=request.post, at=timezone.now())
    except StaleWrite:
        messages.error(request, _("No request of your unit waits here any more."))
        return redirect("halt", row.pk)
    messages.success(request, _("Taken back: nothing is asked any more."))
    return redirect("halt", row.pk)


@act_of("halt")
def resume(request, pk):
    """«Tiếp tục»: the clock runs on with the date it had."""
    row = _assignment(request, pk)
    if not row.may_be_resumed_by(request.post):
        if row.is_between(request.post):
            messages.error(request, _("Nothing holds this duty any more."))
            return redirect("halt", row.pk)
        raise PermissionDenied
    form = ResumeForm(request.POST, assignment=row)
    if not form.is_valid():
        return _page(request, row, resuming=form, status=422)
    try:
        halting.resume(row, by=request.post, at=timezone.now(), **form.cleaned_data)
    except StaleWrite:
        return _stale_resume(request, pk)
    messages.success(request, _("The duty runs on with the date it had."))
    return redirect(row)


def _stale_resume(request, pk):
    row = _assignment(request, pk)
    form = ResumeForm({**request.POST.dict(), "version": row.version}, assignment=row)
    form.is_valid()
    form.add_error(None, _("Somebody else has written here in the meantime. Your words are kept: look at what is new, then send again."))
    return _page(request, row, resuming=form, status=409)


def halts(request):
    """Requests that wait for this post's word, oldest first."""
    if request.post.role != Role.STEERING:
        raise PermissionDenied
    page = lists.paged(request, Halt.objects.to_be_judged_by(request.post).with_duties())
    return render(request, "tasks/halts.html", {"page": page, "today": timezone.localdate()})
