"""Writing what was done: several duties from one screen, «không phát sinh» for many, and drafts that nobody has sent yet."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import Role
from tasks import news, writing
from tasks.forms import ProgressForm
from tasks.models import Assignment, Progress, ProgressDraft, StaleWrite
from tasks.models.progress_draft import TooLong
from tasks.views import _assignment, _page, _uuid_or_none
from tasks.writing_forms import LineForm

PER = 25  # rows of the page on which several duties are logged
MANY = 300  # duties one press may call «không phát sinh»: all that my work shows
NAMED = 5  # duties a message names before it counts the rest


# Several duties


def log_many(request):
    """The period's duties without an entry, each a compact row; one submit writes the filled ones and keeps the others as typed."""
    if request.post.role not in {Role.OFFICIAL, Role.CLERK}:
        raise PermissionDenied
    if request.method == "POST":
        return _write(request)
    page = lists.paged(request, _unreported(request), per=PER)
    return _lines(request, page, list(page))


def _unreported(request):
    return writing.unreported(request.post, on=timezone.localdate()).with_names().prefetch_related("answers__stage")


def _lines(request, page, rows, *, forms=None, unsent=(), status=200):
    """The page; `forms` {id: bound form} of rows that stay as typed, `unsent` what was typed about duties that take no more."""
    drafts = {draft.assignment_id: draft for draft in ProgressDraft.objects.visible_to(request.post).filter(assignment__in=rows)}
    acts = news.newest(rows)
    for row in rows:
        fresh = LineForm(assignment=row, post=request.post, draft=drafts.get(row.pk), newest=acts[row.pk])
        row.form = (forms or {}).get(row.pk, fresh)
        row.counts_for = _counts_for(row)
    context = {"page": page, "rows": rows, "unsent": unsent, "today": timezone.localdate(), "per": PER}
    return render(request, "tasks/log_many.html", context, status=status)


def _counts_for(row):
    """The answer an entry will speak of, where the duty has several open ones; else None."""
    answers = [answer for answer in row.answers.all() if answer.state not in {"said", "done"}]
    return row.current_answer(answers) if len(answers) > 1 else None


def _write(request):
    at, posted = timezone.now(), _posted(request)
    sent = _sent(request, posted)
    open_rows = [row for row in posted if row not in sent and row.may_be_progressed_by(request.post)]
    forms = {row: LineForm(request.POST, assignment=row, post=request.post) for row in open_rows}
    filled = {row: form for row, form in forms.items() if form.is_filled()}
    right = {row: {**form.cleaned_data, "draft": form.stamp} for row, form in filled.items() if form.is_valid()}
    written, stale = writing.log_each(right, by=request.post, at=at)
    shut = [row for row in posted if row not in sent and row not in forms] + _shut_meanwhile(stale, request.post)
    _report(request, [row for row in posted if row in sent or row in written])
    again = {row: _stale_line(request, row, form) if row in stale else form for row, form in filled.items() if row not in [*written, *shut]}
    unsent = _unsent(request, shut)
    if again or unsent:
        rest = [row for row in forms if row not in filled]
        return _again(request, again, rest, unsent=unsent, status=409 if set(again) <= set(stale) else 422)
    if not filled and not sent:
        messages.info(request, _("Nothing was filled in, so nothing was written."))
    return redirect(request.get_full_path())


def _again(request, forms, rest, *, unsent, status):
    """The page with `forms` {row: form} as they were typed, and the rows left empty; where none is left to be sent again, a fresh page."""
    page = lists.paged(request, _unreported(request), per=PER)
    rows = [*forms, *rest] if forms else list(page)
    return _lines(request, page, rows, forms={row.pk: form for row, form in forms.items()}, unsent=unsent, status=status)


def _posted(request):
    """The rows that came back, in their order, as far as the post logs for their units; some may take no more entries by now."""
    keys = [int(key) for key in request.POST.getlist("ids")[:PER] if key.isdecimal() and len(key) < 12]
    rows = Assignment.objects.visible_to(request.post).filter(pk__in=keys, unit__in=request.post.scope().own)
    found = {row.pk: row for row in rows.timed(on=timezone.localdate()).with_names().prefetch_related("answers__stage")}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _sent(request, rows):
    """Those of the rows whose entry is written already: the second click of a double one."""
    tokens = {row: _uuid_or_none(request.POST.get(f"{row.pk}-token", "")) for row in rows}
    known = Progress.objects.filter(by=request.post, token__in=[token for token in tokens.values() if token])
    known = set(known.values_list("token", flat=True))
    return [row for row, token in tokens.items() if token in known]


def _shut_meanwhile(rows, post):
    """Those of the rows that were confirmed, paused or closed between the reading and the writing."""
    fresh = Assignment.objects.select_related("plan").in_bulk([row.pk for row in rows])
    return [row for row in rows if not fresh[row.pk].may_be_progressed_by(post)]


def _unsent(request, rows):
    """What was typed about duties that take no more entries, each as a draft nobody keeps: the page shows it to be copied."""
    forms = [LineForm(request.POST, assignment=row, post=request.post) for row in rows]
    return [ProgressDraft(assignment=form.assignment, fields=form.typed()) for form in forms if form.says_something]


def _stale_line(request, row, form):
    """The same row as of now, with what was typed and what the others wrote meanwhile."""
    since = news.since(row, form.seen)
    again = request.POST.copy()
    fresh = Assignment.objects.get(pk=row.pk)
    marks = {"version": fresh.version, "token": uuid.uuid4(), "seen": news.newest([row])[row.pk]}
    for name, value in marks.items():
        again[form.add_prefix(name)] = str(value)
    line = LineForm(again, assignment=row, post=request.post)
    line.is_valid()
    line.mark_stale(since)
    return line


def _report(request, rows):
    """Say by name which duties have their entry now."""
    if rows:
        messages.success(request, _("Recorded: %(duties)s.") % {"duties": _named(rows)})


def _named(rows):
    names = "; ".join(f"{row.task.ref}, {row.task.title}" for row in rows[:NAMED])
    return _("%(names)s and %(n)s more duties") % {"names": names, "n": len(rows) - NAMED} if len(rows) > NAMED else names


@act_of("my_work", keep=False)
def log_nothing_many(request):
    """«Không phát sinh» for the duties chosen, each with the version the page showed."""
    chosen = _chosen(request.POST.getlist("ids")[:MANY])
    rows = Assignment.objects.answered_by(request.post).filter(pk__in=chosen).select_related("task", "unit", "plan")
    rows = [row for row in rows.order_by("task__position", "pk") if row.may_be_progressed_by(request.post)]
    said = {row: {**chosen[row.pk], "says": Progress.Says.NOTHING, "spoken_for": _spoken_for(request, row)} for row in rows}
    written, stale = writing.log_each(said, by=request.post, at=timezone.now())
    _report(request, written)
    if stale:
        words = _("Not recorded, because somebody has written there in the meantime; look at the newest entry first: %(duties)s.")
        messages.error(request, words % {"duties": _named(stale)})
    if not rows:
        messages.info(request, _("No duty was chosen."))
    return redirect("my_work")


def _chosen(values):
    """{id: {version, token}} of ticks «id:version:token»: one field a row, so that hundreds of rows stay within one form."""
    parts = [value.split(":") for value in values]
    known = [part for part in parts if len(part) == 3 and all(number.isdecimal() and len(number) < 12 for number in part[:2])]
    return {int(pk): {"version": min(int(version), 2**31 - 1), "token": _uuid_or_none(token)} for pk, version, token in known}


def _spoken_for(request, row):
    return row.unit.full_name if request.post.role == Role.CLERK else ""


# Drafts


@act_of("assignment")
def keep_progress_draft(request, pk):
    """Keep what stands in the form. Scripts ask for JSON; the button «Lưu nháp» gets the page."""
    row = _assignment(request, pk)
    if not row.may_be_progressed_by(request.post):
        raise PermissionDenied
    form = ProgressForm(request.POST, assignment=row, post=request.post)
    step, page = request.POST.get("step", ""), _uuid_or_none(request.POST.get("token", "")) or uuid.uuid4()
    facts = {"page": page, "step": int(step) if step.isdecimal() and len(step) < 17 else None, "stamp": form.stamp, "seen": form.seen or 0}
    try:
        draft = ProgressDraft.objects.keep(row, by=request.post, at=timezone.now(), fields=form.typed(), **facts)
    except StaleWrite:
        other = ProgressDraft.objects.visible_to(request.post).filter(assignment=row).first()
        if other is None:
            return keep_progress_draft(request, pk)  # sent or thrown away meanwhile: nothing stands in the way any more
        return _kept_elsewhere(request, row, form, other)
    except TooLong:
        return _too_long(request, row, form)
    if _wants_json(request):
        return JsonResponse({"stamp": draft.stamp if draft else "", "words": _words_of(draft)})
    if draft:
        messages.success(request, _("The draft is saved. Files are not kept in it: choose them when you send."))
    return redirect(reverse("assignment", args=[row.pk]) + "#log")


def _wants_json(request):
    return request.headers.get("Accept", "") == "application/json"


def _words_of(draft):
    return _("Draft saved at %(moment)s") % {"moment": date_format(timezone.localtime(draft.saved_at), "DATETIME_FORMAT")} if draft else ""


def _kept_elsewhere(request, row, form, draft):
    """Another window of the same post kept words this page never saw: both are shown, none overwritten."""
    if _wants_json(request):
        words = _("Not saved: another window of yours saved a draft at %(moment)s. Press «Save draft» to see both.")
        return JsonResponse({"words": words % {"moment": date_format(timezone.localtime(draft.saved_at), "DATETIME_FORMAT")}}, status=409)
    again = request.POST.copy()
    again["draft"] = draft.stamp
    form = ProgressForm(again, assignment=row, post=request.post)
    form.errors.clear()
    return _page(request, row, form, status=409, other_draft=draft)


def _too_long(request, row, form):
    words = _("The words are too long for a draft. Shorten them, or put them in a file and attach it.")
    if _wants_json(request):
        return JsonResponse({"words": words}, status=422)
    form.is_valid()
    form.add_error(None, words)
    return _page(request, row, form, status=422)


@act_of("assignment")
def discard_progress_draft(request, pk):
    """Throw the draft away that the page showed or kept; one kept meanwhile in another window stays."""
    row = _assignment(request, pk)
    has_draft = ProgressDraft.objects.visible_to(request.post).filter(assignment=row).exists()
    if not (has_draft or row.may_be_progressed_by(request.post)):
        raise PermissionDenied
    form = ProgressForm(request.POST, assignment=row, post=request.post)
    ended = ProgressDraft.objects.end(by=request.post, assignment=row, page=_uuid_or_none(request.POST.get("token", "")), stamp=form.stamp)
    messages.success(request, _("The draft is thrown away.") if ended else _("There was no draft of this page any more."))
    return redirect(reverse("assignment", args=[row.pk]) + "#log")
