"""Pages of difficulties: the list, one with its steps, and the acts."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits import lists
from orgunits.acts import act_of
from orgunits.words import fold
from tasks import difficulties, difficulty_sheets
from tasks.difficulty_forms import AnswerForm, DifficultyFilter, DifficultyForm, ReopenForm, SendUpForm, StepForm
from tasks.models import Assignment, Difficulty, DifficultyStep, StaleWrite

ORDER = {
    "turn": ("turn", "reply_by", "pk"),
    "due": ("reply_by", "pk"),
    "unit": ("path", "pk"),
    "with": ("lies_with__path", "reply_by", "pk"),
    "new": ("-pk",),
}
LATE_STEPS = Prefetch(
    "steps", DifficultyStep.objects.filter(late_days__gt=0).select_related("was_with").order_by("n"), to_attr="late_steps"
)


# The list


def difficulty_list(request):
    """What waits for the post's own unit first; then everything in its reach."""
    form, today = DifficultyFilter(request.GET), timezone.localdate()
    rows, sort = lists.ordered(_found(request.post, form.chosen, on=today), ORDER, request.GET.get("sort"), "turn")
    page = lists.paged(request, rows.with_names().prefetch_related(LATE_STEPS))
    for row in page:
        row.days_over = _days_over(row, today)
    waiting = Difficulty.objects.next_of(request.post).count()
    return render(request, "tasks/difficulties.html", {"page": page, "form": form, "sort": sort, "waiting": waiting, "today": today})


def _found(post, chosen, *, on):
    """Difficulties within `post`'s reach that the cleaned filter `chosen` names, with `turn`."""
    rows = Difficulty.objects.visible_to(post).with_turn(post)
    if chosen.get("turn"):
        rows = rows.filter(turn=0)
    if chosen.get("state"):
        rows = rows.filter(state=chosen["state"])
    if chosen.get("late"):
        rows = {"near": rows.near, "now": rows.overdue, "ever": rows.late_somewhere}[chosen["late"]](on=on)
    if chosen.get("level"):
        rows = rows.filter(lies_with__level=chosen["level"])
    for word in fold((chosen.get("unit") or "").replace("\x00", "")).split():
        rows = rows.filter(assignment__unit__name_folded__contains=word)
    return rows


def _days_over(row, today):
    return (today - row.reply_by).days if row.is_overdue(on=today) else 0


def export_difficulties(request, form):
    """The same list, filter and order as a CSV or XLSX file."""
    today = timezone.localdate()
    rows = _found(request.post, DifficultyFilter(request.GET).chosen, on=today)
    rows, _sort = lists.ordered(rows, ORDER, request.GET.get("sort"), "turn")
    return difficulty_sheets.answer(rows, form=form, name=f"vuong-mac-{today:%Y-%m-%d}")


# Raising


def of_assignment(post, row, history):
    """What the page of a duty shows: its difficulties, those of the duty it continues after a merge too, and the form for a new one."""
    today = timezone.localdate()
    rows = Difficulty.objects.visible_to(post).filter(assignment__in=[pk for pk in (row.pk, row.moved_from_id) if pk])
    rows = list(rows.with_names().prefetch_related(LATE_STEPS).order_by("-pk"))
    for trouble in rows:
        trouble.days_over = _days_over(trouble, today)
    may = difficulties.may_raise(row, post)
    raised = {trouble.progress_id for trouble in rows}
    return {
        "troubles": rows,
        "trouble_form": DifficultyForm(assignment=row, on=today) if may else None,
        "trouble_entries": [entry for entry in history if may and entry.difficulties and entry.pk not in raised][:3],
    }


def raise_difficulty(request, pk):
    """«Nêu vướng mắc»: on its own page, filled in from the words of an entry (?entry=) where one is named."""
    row = get_object_or_404(Assignment.objects.visible_to(request.post).with_names(), pk=pk)
    if not difficulties.raises(row, request.post) or (request.method != "POST" and difficulties.is_over(row)):
        raise PermissionDenied
    entry = _entry(row, request.GET.get("entry", ""))
    form = DifficultyForm(request.POST if request.method == "POST" else None, assignment=row, on=timezone.localdate(), entry=entry)
    if request.method != "POST":
        return _raise_page(request, row, form, entry)
    if not form.is_valid():
        return _raise_page(request, row, form, entry, status=422)
    try:
        made = difficulties.raise_(row, by=request.post, at=timezone.now(), progress=entry, **form.cleaned_data)
    except StaleWrite:
        form.add_error(None, _why_not(row.pk))
        return _raise_page(request, row, form, entry, status=409)
    messages.success(
        request,
        _("Raised: it lies with %(unit)s, an answer is due by %(day)s.")
        % {"unit": made.lies_with.full_name, "day": f"{made.reply_by:%d/%m/%Y}"},
    )
    return redirect(made)


def _why_not(pk):
    """One sentence: what happened to the duty, or to the form, since the page was opened."""
    row = Assignment.objects.select_related("plan").get(pk=pk)
    if row.ended_on or not row.plan.is_in_force:
        return _("This duty or its plan has ended in the meantime: nothing was raised. Your words are kept here.")
    if difficulties.is_over(row):
        state = row.get_state_display()
        return _("This duty now stands as «%(state)s»: nothing was raised. Your words are kept here.") % {"state": state}
    return _("This form was used already; open it anew. Your words are kept here.")


def _raise_page(request, row, form, entry, *, status=200):
    return render(request, "tasks/raise_difficulty.html", {"assignment": row, "form": form, "entry": entry}, status=status)


def _entry(row, words):
    """The assignment's own entry that the address names, or None."""
    return row.progress.filter(pk=int(words)).first() if words.isdecimal() and len(words) < 19 else None


# One difficulty


def difficulty(request, pk):
    """One difficulty: where it lies, by when, every step, and the acts that are the post's."""
    return _page(request, _difficulty(request, pk))


def _difficulty(request, pk):
    return get_object_or_404(Difficulty.objects.visible_to(request.post).with_names(), pk=pk)


def _page(request, row, *, bound=None, kept="", status=200):
    today, forms = timezone.localdate(), {}
    if row.is_open and row.may_be_answered_by(request.post):
        forms |= {"answer": AnswerForm, **({"send_up": SendUpForm} if row.may_be_sent_up_by(request.post) else {})}
    if row.may_be_settled_by(request.post):
        forms |= {"withdraw": StepForm} if row.is_open else {"close": StepForm, "reopen": ReopenForm} if row.is_answered else {}
    shown = {name: form(initial={"version": row.version}, prefix=None, auto_id=f"{name}_%s") for name, form in forms.items()}
    context = {
        "row": row,
        "steps": row.steps.select_related("was_with", "now_with", "by__person", "by__unit"),
        "forms": shown | (bound or {}),
        "opens_duty": Assignment.objects.visible_to(request.post).filter(pk=row.assignment_id).exists(),
        "kept": kept,
        "days_over": _days_over(row, today),
        "today": today,
    }
    return render(request, "tasks/difficulty.html", context, status=status)


@dataclass(frozen=True)
class Act:
    """One act on a difficulty: who may, its form, the verb of the domain, and what is said when it is done."""

    name: str
    may: object
    form: type
    verb: object
    said: str


def _view_of(act):
    """The view that does `act`: find → may? → check → act → answer. Whoever might when the page was made, and no more, is told why."""

    @act_of("difficulty")
    def view(request, pk):
        row, form = _difficulty(request, pk), act.form(request.POST, auto_id=f"{act.name}_%s")
        is_valid, may = form.is_valid(), act.may(row, request.post)
        if not may and not act.may(row.as_of(form.cleaned_data.get("version")), request.post):
            raise PermissionDenied
        if not is_valid:
            return _page(request, row, bound={act.name: form}, status=422) if may else _stale(request, pk, form)
        return _do(request, row, act, form)

    view.__name__ = f"{act.name}_difficulty"
    return view


def _do(request, row, act, form):
    try:
        act.verb(row, by=request.post, at=timezone.now(), **form.cleaned_data)
    except StaleWrite:
        return _stale(request, row.pk, form)
    except difficulties.NothingAbove:
        form.add_error(None, _("It lies with the Centre already; there is no level above."))
        return _page(request, row, bound={act.name: form}, status=422)
    messages.success(request, act.said)
    return redirect(row)


def _stale(request, pk, form):
    """The page as it stands now, with the newest step and the words that were not sent."""
    messages.error(request, _("Somebody else has acted here in the meantime: look at the newest step. Your words are kept below."))
    return _page(request, _difficulty(request, pk), kept=form["words"].value() or "", status=409)


ANSWERS, SENDS_UP, SETTLES = Difficulty.may_be_answered_by, Difficulty.may_be_sent_up_by, Difficulty.may_be_settled_by
answer_difficulty, send_up_difficulty, withdraw_difficulty, close_difficulty, reopen_difficulty = map(
    _view_of,
    [
        Act("answer", ANSWERS, AnswerForm, difficulties.answer, gettext_lazy("Answered; the unit that raised it was told.")),
        Act(
            *("send_up", SENDS_UP, SendUpForm, difficulties.send_up),
            gettext_lazy("Sent up; the level above and the unit that raised it were told."),
        ),
        Act("withdraw", SETTLES, StepForm, difficulties.withdraw, gettext_lazy("Taken back.")),
        Act("close", SETTLES, StepForm, difficulties.close, gettext_lazy("Settled: the answer is accepted.")),
        Act("reopen", SETTLES, ReopenForm, difficulties.reopen, gettext_lazy("Asked again; a new answer is due.")),
    ],
)
