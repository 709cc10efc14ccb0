import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.models import Entry, Notice
from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import Role
from plans import indicators
from plans.models import Plan, Receipt
from tasks import answering, duties, halting, joining, lint, news, receiving, recurring, rollup, sheets
from tasks.amending_views import of_assignment, of_plan, of_task
from tasks.carry_views import PlanActs
from tasks.difficulty_views import of_assignment as troubles_of
from tasks.forms import DutyFilter, ProgressForm, VerdictForm
from tasks.halt_views import of_assignment as halts_of
from tasks.models import Assignment, Evidence, ParentLink, Part, Progress, ProgressDraft, StaleWrite, State, Task
from tasks.models.climb import WHOLE
from tasks.models.progress import log_progress as log
from tasks.models.states import FINISHED

TOLD_ELSEWHERE = [*halting.VERBS, recurring.VERB]  # with their reasons and days, on the same page
SHOWN = 40  # rows of a side list; the rest is counted


def duty_list(request):
    """Every number of the portal opens this list with its own filter."""
    today = timezone.localdate()
    form = DutyFilter(request.GET, post=request.post)
    place = form.place
    rows = duties.found(request.post, form.chosen, place, on=today).with_names()
    rows, sort = lists.ordered(rows, duties.ORDER, request.GET.get("sort"), "plan")
    page = lists.paged(request, rows)
    unproven = rows.order_by().filter(unproven=True).count()
    return render(
        request, "tasks/duties.html", {"page": page, "unproven": unproven, "form": form, "place": place, "sort": sort, "today": today}
    )


def export_duties(request, form):
    """The same list, filter and order as a CSV or XLSX file."""
    today = timezone.localdate()
    chosen = DutyFilter(request.GET, post=request.post)
    found = duties.found(request.post, chosen.chosen, chosen.place, on=today).with_names()
    found, _sort = lists.ordered(found, duties.ORDER, request.GET.get("sort"), "plan")
    return sheets.of_duties(found, form=form, name=f"nhiem-vu-{today:%Y-%m-%d}")


def plan(request, pk):
    """One plan: its duties by section with counts, objectives, indicators, bases, and who received it."""
    row = get_object_or_404(Plan.objects.visible_to(request.post).select_related("document__issuer", "unit"), pk=pk)
    today = timezone.localdate()
    acts = PlanActs(row, request.post)
    receiving.open_first(acts.receipt, by=request.post, at=timezone.now())
    leads = Assignment.objects.visible_to(request.post).live().leads().filter(plan=row)
    counted = (
        leads.order_by()
        .values("task")
        .annotate(n=Count("pk"), said=Count("pk", Q(state__in=FINISHED)), done=Count("pk", Q(state=State.DONE)))
    )
    counts = {line["task"]: line for line in counted}
    tasks = list(row.tasks.prefetch_related("stages__waits_for_plan__document", "directing"))
    for task in tasks:
        task.count = counts.get(task.pk)
    inferiors = Plan.objects.visible_to(request.post).filter(superiors=row).select_related("document", "unit").order_by("unit__path", "pk")
    receipts = _receipts(row, request.post)
    context = {
        "plan": row,
        "acts": acts,
        "tasks": tasks,
        "tally": leads.filter(adds_up=False).tally(on=today),
        "objectives": row.objectives.all(),
        "indicators": indicators.of_plan(row, request.post, on=today),
        "bases": row.document.bases.order_by("supports__position").filter(supports__document=row.document),
        "doubts": row.document.doubts.all(),
        "superiors": Plan.objects.visible_to(request.post).filter(inferiors=row).select_related("document", "unit"),
        "inferiors": inferiors[:SHOWN],
        "more_inferiors": max(inferiors.count() - SHOWN, 0),
        "receipts": receipts[:SHOWN],
        "more_receipts": max(receipts.count() - SHOWN, 0),
        "recipients": row.recipients.all(),
        "lint": lint.findings(row, on=today, post=request.post),
        "today": today,
        **of_plan(request.post, row),
    }
    return render(request, "tasks/plan.html", context)


def _receipts(plan, post):
    """Who received the plan, within the post's own area and branch."""
    return Receipt.objects.visible_to(post).filter(plan=plan).select_related("unit", "forwarded_by").order_by("unit__name_key", "pk")


def task(request, pk):
    """One duty: its words, who answers for it, what it continues and what continues it."""
    row = get_object_or_404(Task.objects.visible_to(request.post).select_related("plan__document", "plan__unit", "group"), pk=pk)
    today = timezone.localdate()
    seen = Assignment.objects.visible_to(request.post).live().filter(task=row)
    leads = seen.leads().timed(on=today).with_names()
    links = ParentLink.objects.live().select_related("via__unit")
    visible = Task.objects.visible_to(request.post)
    context = {
        "task": row,
        "leads": lists.paged(request, leads.order_by("path", "pk")),
        "tally": seen.leads().tally(on=today),
        "coordinators": row.assignments.live().filter(part=Part.COORDINATOR).select_related("unit__area"),
        **of_task(
            request.post, row, links.filter(child=row, parent__in=visible).select_related("parent__plan__document", "parent__plan__unit")
        ),
        "children": _children(request, links.filter(parent=row)),
        "sums": _percent(row.share, row.leads_n) if row.may_be_summed_by(request.post) else None,
        "group_is_open": bool(row.group_id) and joining.groups_visible_to(request.post).filter(pk=row.group_id).exists(),
        "unanswered": answering.unanswered(row, request.post, on=today).count() if row.may_be_chased_by(request.post) else None,
        "reminded": answering.last_reminded(row),
        "today": today,
    }
    return render(request, "tasks/task.html", context)


def _children(request, links):
    """A page of the links whose lower duty the post may read, in the order of the tree."""
    seen = links.filter(child__in=Task.objects.visible_to(request.post)).select_related("child__plan__document", "child__plan__unit")
    return lists.paged(request, seen.order_by("child__plan__unit__path", "child__position", "pk"), name="below")


def _percent(share, n):
    """Parts per 10⁹ as shares 0–1; None where nothing counts."""
    said, done = ((part / WHOLE if n else None) for part in share)
    return {"said": said, "done": done, "n": n}


def assignment(request, pk):
    """One unit's answer to one duty: write progress, read its history."""
    row = _assignment(request, pk)
    return _page(request, row, _form(request, row))


def _form(request, row):
    """The form with the post's own draft in it; None where the post may not log here."""
    if not row.may_be_progressed_by(request.post):
        return None
    draft = ProgressDraft.objects.visible_to(request.post).filter(assignment=row).first()
    return ProgressForm(assignment=row, post=request.post, draft=draft, newest=news.newest([row])[row.pk])


def _assignment(request, pk):
    rows = Assignment.objects.visible_to(request.post).timed(on=timezone.localdate()).with_names()
    return get_object_or_404(
        rows.select_related("unit__kept_by", "unit__answers_through", "plan__unit__parent", "via_group", "moved_from__unit"), pk=pk
    )


def _page(request, row, form, *, verdict=None, status=200, since=None, other_draft=None, unsent=None):
    links = ParentLink.objects.filter(child=row.task, until=None, parent__in=Task.objects.visible_to(request.post))
    history = list(row.progress.with_names().all()[:50])
    for entry in history:
        entry.assignment = row
        entry.open_to_verdict = not hasattr(entry, "verdict") and entry.may_be_judged_by(request.post) and entry.is_newest_word()
    context = {
        "assignment": row,
        "task": row.task,
        "form": form,
        "since": _since(row, form) if since is None else since,
        "is_stale": since is not None,
        "other_draft": other_draft,
        "left_draft": None if form else unsent or ProgressDraft.objects.visible_to(request.post).filter(assignment=row).first(),
        "verdict": verdict,
        "history": history,
        **of_assignment(request.post, row),
        **troubles_of(request.post, row, history),
        "parents": links.select_related("parent__plan__document", "parent__plan__unit"),
        "told": _told(row),
        "carried": _carried(request, row),
        "owners": row.possible_owners(on=timezone.localdate()) if row.may_be_owned_out_by(request.post) else None,
        **_moved(row, request.post),
        **halts_of(request.post, row),
        "acts": Entry.objects.about(row)
        .exclude(verb__startswith="progress.")
        .exclude(verb__in=TOLD_ELSEWHERE)
        .select_related("person", "post__unit")[:20],
        "today": timezone.localdate(),
    }
    return render(request, "tasks/assignment.html", context, status=status)


def _since(row, form):
    """What was written since the words in the form began: with its page, or with the draft that fills it."""
    if form is None or form.seen is None or not (form.is_bound or form.draft):
        return []
    return news.since(row, form.seen if form.is_bound else form.draft.seen)


def _moved(row, post):
    """Where the duty came from and went to when units merged or split: names always, the rows as far as the post may read them."""
    seen = Assignment.objects.visible_to(post)
    return {
        "came_from": seen.filter(pk=row.moved_from_id).select_related("unit").first() if row.moved_from_id else None,
        "went_to": seen.filter(moved_from=row).select_related("unit").order_by("path", "pk") if row.ended_on else [],
    }


def _carried(request, row):
    """What lower plans carry under this lead, with its numbers; None where nothing does or the post may not sum it up."""
    links = ParentLink.objects.live().filter(via=row)
    if not row.may_be_summed_by(request.post) or not links.exists():
        return None
    with_result, ongoing = rollup.of_ongoing(row, on=timezone.localdate())
    return {**_percent(row.share, row.carried_n), "with_result": with_result, "ongoing": ongoing, "children": _children(request, links)}


def _told(row):
    """Reminders already given of this duty, newest first, each with its letter: «đã nhắc lúc…», whom, by which channel."""
    hung = Q(key__startswith="unjudged/") | Q(key__startswith="returned/")
    reminders = Notice.objects.exclude(~hung, kind=Notice.Kind.RESULT).exclude(key__startswith="due/").exclude(key__startswith="amended/")
    of_this = Q(link=row.get_absolute_url()) | Q(link=row.task.get_absolute_url(), key__startswith="waiting/")
    return reminders.filter(of_this).select_related("person", "digest")[:10]


@act_of("assignment")
def log_progress(request, pk):
    at = timezone.now()
    row = _assignment(request, pk)
    if not row.may_be_progressed_by(request.post):
        return _closed_meanwhile(request, row)
    if row.progress.filter(by=request.post, token=_uuid_or_none(request.POST.get("token", ""))).exists():
        return redirect(row)  # the second click of a double one
    form = ProgressForm(request.POST, request.FILES, assignment=row, post=request.post)
    if not form.is_valid():
        form.ask_for_files_again()
        return _page(request, row, form, status=422)
    try:
        log(row, by=request.post, at=at, draft=form.stamp, **form.cleaned_data)
    except StaleWrite:
        return _stale(request, row, form)
    messages.success(request, _("Your entry is recorded."))
    return redirect(row)


def _closed_meanwhile(request, row):
    """403, for its own unit with what was typed: a duty may have been confirmed or have ended while somebody wrote about it."""
    if request.post.role not in {Role.OFFICIAL, Role.CLERK} or row.unit_id not in request.post.scope().own:
        raise PermissionDenied
    typed = ProgressForm(request.POST, assignment=row, post=request.post).typed()
    return _page(request, row, None, status=403, unsent=ProgressDraft(assignment=row, fields=typed) if typed else None)


def _stale(request, row, seen):
    """The page again with everything typed, and above it what the others wrote since the page `seen` (its form) was shown."""
    row = _assignment(request, row.pk)
    form = ProgressForm(_as_of_now(request, row), request.FILES, assignment=row, post=request.post)
    form.is_valid()
    form.add_error(None, _("Somebody else has written here in the meantime. Your words are kept: look at what is new, then send again."))
    form.ask_for_files_again()
    return _page(request, row, form, status=409, since=news.since(row, seen.seen))


def _as_of_now(request, row):
    """What was posted, with the marks of a page that shows the duty as it is now."""
    again, page = request.POST.copy(), _uuid_or_none(request.POST.get("token", ""))
    draft = ProgressDraft.objects.visible_to(request.post).filter(assignment=row).first()
    if draft and draft.gives_way_to(page, again.get("draft", "")):
        again["draft"] = draft.stamp
    again["version"], again["token"], again["seen"] = row.version, uuid.uuid4(), news.newest([row])[row.pk]
    return again


@act_of("assignment")
def log_nothing(request, pk):
    """«Không phát sinh»: one click."""
    row = _assignment(request, pk)
    if not row.may_be_progressed_by(request.post):
        raise PermissionDenied
    spoken_for = row.unit.full_name if request.post.role == "clerk" else ""
    token, version = _uuid_or_none(request.POST.get("token", "")), request.POST.get("version", "")
    version = int(version[:9]) if version.isdecimal() else None
    try:
        log(row, by=request.post, at=timezone.now(), says=Progress.Says.NOTHING, spoken_for=spoken_for, token=token, version=version)
    except StaleWrite:
        messages.error(request, _("Somebody has written here in the meantime; look at the newest entry first."))
        return redirect(row)
    messages.success(request, _("«Nothing to report» is recorded: %(ref)s, %(title)s") % {"ref": row.task.ref, "title": row.task.title})
    return redirect(request.POST.get("next") if request.POST.get("next") == "/" else row)


def _uuid_or_none(text):
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@act_of("my_work", keep=False)
def judge(request, pk):
    """The superior's word on one entry: confirmed, or returned with a reason."""
    progress = get_object_or_404(Progress.objects.visible_to(request.post).select_related("by", "answer"), pk=pk)
    row = _assignment(request, progress.assignment_id)
    progress.assignment = row
    if not progress.may_be_judged_by(request.post):
        raise PermissionDenied
    form = VerdictForm(request.POST)
    if not form.is_valid():
        form.progress = progress.pk
        return _page(request, row, None, verdict=form, status=422)
    try:
        progress.judge(by=request.post, at=timezone.now(), **form.cleaned_data)
    except StaleWrite:
        messages.error(request, _("Somebody has written here in the meantime; look at the newest entry first."))
        return redirect(row)
    messages.success(request, _("Confirmed.") if form.cleaned_data["ok"] else _("Returned with your reason."))
    return redirect("/" if request.POST.get("next") == "/" else row)


@act_of("assignment")
def give(request, pk):
    """Name the post inside the unit that answers for this duty."""
    row = _assignment(request, pk)
    if not row.may_be_owned_out_by(request.post):
        raise PermissionDenied
    wanted, version = request.POST.get("owner"), request.POST.get("version", "")
    owner = next((post for post in row.possible_owners(on=timezone.localdate()) if str(post.pk) == wanted), None)
    if wanted is None or not version.isdecimal() or (wanted and owner is None):
        raise Http404
    try:
        row.give_to(owner, by=request.post, at=timezone.now(), version=int(version[:9]))
    except StaleWrite:
        messages.error(request, _("Somebody has written here in the meantime; look at the newest entry first."))
        return redirect(row)
    messages.success(
        request, _("%(name)s now answers for this duty.") % {"name": owner.person} if owner else _("Nobody is named for this duty now.")
    )
    return redirect(row)


def evidence(request, pk):
    """A file of evidence, as a download, for who may read its entry now."""
    row = get_object_or_404(Evidence, pk=pk, progress__in=Progress.objects.visible_to(request.post))
    try:
        file = row.file.open()
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, as_attachment=True, filename=row.name, content_type=row.media_type)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
