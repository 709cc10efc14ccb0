"""Pages of what changes after a plan was issued: extensions, amendments, and the links of stages that wait."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import Role
from plans.models import Plan
from tasks import amending, extending, waiting, waiting_clock
from tasks.amending_forms import MOST_NEW, AmendForm, ExtendForm, chosen_tasks
from tasks.dates import later_than_parents
from tasks.extending import Refused
from tasks.models import Answer, Assignment, DueChange, Stage, StaleWrite, Task
from tasks.models.answer import relevant

STALE = gettext_lazy("Somebody else has changed this in the meantime. Your words are kept: look at what is new, then send again.")
WAITING_ORDER = {"plan": ("task__plan", "task__position", "position", "pk"), "since": ("task__plan__issued_on", "pk")}
UNLINKABLE = {
    "not_waiting": gettext_lazy("This deadline does not wait for a superior's plan."),
    "ended": gettext_lazy("One of the two duties has been taken out of its plan."),
    "own_plan": gettext_lazy("A duty cannot wait for another one of its own plan."),
    "circle": gettext_lazy("The two duties would wait for each other."),
}


# What the pages of a plan, a duty and a unit's answer show of it


def of_plan(post, plan):
    return {"amendments": amending.history(plan, post), "may_amend": plan.may_be_amended_by(post)}


def of_task(post, task, links):
    """`links`: the parent links the page shows; the parents due earlier than this duty are marked."""
    stages = list(task.stages.select_related("waits_for_plan__document", "waits_for__plan__document"))
    linkable = []
    for stage in stages:
        stage.task = task
        stage.extendable = task.plan.may_be_amended_by(post) and extending.may_be_extended(stage) is None
        linkable += [stage] if waiting.may_be_linked_by(stage, post) else []
    offered = waiting.candidates(linkable, post) if linkable else {}
    for stage in linkable:
        stage.candidates = offered[stage.pk]
    sources = [stage.waits_for_id for stage in stages if stage.waits_for_id]
    return {
        "stages": stages,
        "linkable": linkable,
        "sources_read": set(Task.objects.visible_to(post).filter(pk__in=sources).values_list("pk", flat=True)) if sources else set(),
        "parents": _marked(task, links),
        "amendments": amending.history(task.plan, post, task=task),
        "may_amend": task.plan.may_be_amended_by(post) and task.ended_on is None,
    }


def _marked(task, links):
    links = list(links)
    later = {parent.task_id: (child, parent) for child, parent in later_than_parents([task])} if links else {}
    for link in links:
        link.later = later.get(link.parent_id)
    return links


def of_assignment(post, assignment):
    answers = list(assignment.answers.select_related("stage__waits_for_plan__document", "stage__waits_for__plan__document", "change"))
    may_amend = assignment.plan.may_be_amended_by(post)
    for answer in answers:
        answer.assignment, answer.stage.task = assignment, assignment.task
        answer.extendable = may_amend and extending.may_be_extended(answer.stage, answer) is None
    changes = DueChange.objects.filter(answer__assignment=assignment).select_related(
        "answer__stage", "amendment__document", "source__plan__document", "by__person"
    )
    changes = list(changes.order_by("-pk")[:20])
    shown = relevant(answers)
    sources = {change.source_id for change in changes if change.source_id} | {answer.stage.waits_for_id for answer in answers} - {None}
    return {
        "answers": shown,
        "past": [answer for answer in reversed(answers) if answer not in shown],
        "changes": changes,
        "sources_read": set(Task.objects.visible_to(post).filter(pk__in=sources).values_list("pk", flat=True)) if sources else set(),
    }


# Extending


def extend_stage(request, pk):
    """A new date for one stage, for everybody."""
    stage = get_object_or_404(_stages(request.post), pk=pk)
    return _extend(request, stage, None)


def extend_answer(request, pk):
    """A new date for one unit alone."""
    seen = Assignment.objects.visible_to(request.post)
    answer = get_object_or_404(Answer.objects.select_related("assignment__unit").filter(assignment__in=seen), pk=pk)
    return _extend(request, get_object_or_404(_stages(request.post), pk=answer.stage_id), answer)


def _stages(post):
    rows = Stage.objects.select_related("task__plan__unit", "task__plan__document__issuer", "waits_for_plan__document")
    return rows.filter(task__in=Task.objects.visible_to(post))


def _extend(request, stage, answer):
    if not stage.task.plan.may_be_amended_by(request.post):
        raise PermissionDenied
    form = ExtendForm(request.POST or None, stage=stage, answer=answer)
    if request.method != "POST":
        return _extend_page(request, form)
    target = answer.assignment if answer else stage.task
    if extending.recorded(stage.task.plan, request.POST.get("token")):
        return redirect(target)  # the second click of a double one
    if not form.is_valid():
        return _extend_page(request, form, status=422)
    data = form.cleaned_data
    facts = {"paper": form.paper, "by": request.post, "at": timezone.now(), "version": data["version"], "token": data["token"]}
    try:
        extending.extend(stage, data["due_on"], answer=answer, **facts)
    except StaleWrite:
        stage = get_object_or_404(_stages(request.post), pk=stage.pk)
        return _extend_page(request, _again(ExtendForm, request, stage.task.version, STALE, stage=stage, answer=answer), status=409)
    except Refused as refused:
        form.add_error("due_on", refused.why)
        return _extend_page(request, form, status=422)
    messages.success(request, _("The new date is recorded; whom it concerns has been told."))
    return redirect(target)


def _extend_page(request, form, *, status=200):
    reason = extending.may_be_extended(form.stage, form.answer)
    context = {"form": form, "stage": form.stage, "answer": form.answer, "task": form.stage.task, "plan": form.stage.task.plan}
    return render(request, "tasks/extend.html", context | {"reason": extending.REASONS.get(reason)}, status=status)


def _again(form, request, version, words, **kwargs):
    """The form with everything typed, knowing the newest version, and one sentence on what happened."""
    data = request.POST.copy()
    data["version"], data["token"] = version, uuid.uuid4()
    form = form(data, **kwargs)
    form.is_valid()
    form.add_error(None, words)
    return form


# Amending


def amend_plan(request, pk):
    """First the duties the document speaks of are chosen, then what it says of them is written; all is one act."""
    plan = get_object_or_404(Plan.objects.visible_to(request.post).select_related("unit", "document__issuer"), pk=pk)
    if not plan.may_be_amended_by(request.post):
        raise PermissionDenied
    tasks, new = chosen_tasks(plan, request.GET.getlist("duty")), request.GET.get("new", "")
    new = min(int(new), MOST_NEW) if new.isdecimal() and len(new) < 3 else 0
    if not tasks and not new:
        duties = lists.paged(request, plan.tasks.filter(ended_on=None).order_by("position", "pk"), per=200)
        return render(request, "tasks/amend_choose.html", {"plan": plan, "page": duties, "numbers": range(MOST_NEW + 1)})
    form = AmendForm(request.POST or None, plan=plan, tasks=tasks, new=new)
    return _amend(request, form) if request.method == "POST" else _amend_page(request, form)


def _amend(request, form):
    if extending.recorded(form.plan, request.POST.get("token")):
        return redirect(form.plan)
    if not form.is_valid():
        return _amend_page(request, form, status=422)
    facts = {name: form.cleaned_data[name] for name in ("version", "token")}
    try:
        amending.amend(form.plan, paper=form.paper, changes=form.changes, added=form.added, by=request.post, at=timezone.now(), **facts)
    except StaleWrite:
        plan = Plan.objects.select_related("unit", "document__issuer").get(pk=form.plan.pk)
        again = {"plan": plan, "tasks": chosen_tasks(plan, request.GET.getlist("duty")), "new": len(form.new)}
        return _amend_page(request, _again(AmendForm, request, plan.version, STALE, **again), status=409)
    except Refused as refused:
        form.add_error(None, refused.why)
        return _amend_page(request, form, status=422)
    messages.success(request, _("The amendment is recorded; whom it concerns has been told."))
    return redirect(form.plan)


def _amend_page(request, form, *, status=200):
    return render(request, "tasks/amend.html", {"form": form, "plan": form.plan}, status=status)


# Waiting


def waiting_stages(request):
    """«Chờ kế hoạch cấp trên»: own stages without a date, each with the duties it may be waiting for; several linked at once.

    `told`: those alone that a reminder counts.
    """
    if request.post.role not in {Role.CLERK, Role.STEERING}:
        raise PermissionDenied
    found = waiting.own_waiting(request.post)
    if request.GET.get("told"):
        found = found.filter(pk__in=waiting_clock.waiting(timezone.localdate()).values("pk"))
    rows, sort = lists.ordered(found, WAITING_ORDER, request.GET.get("sort"), "plan")
    page = lists.paged(request, rows, per=25)
    offered = waiting.candidates(page, request.post)
    for stage in page:
        stage.candidates = offered[stage.pk]
    return render(request, "tasks/waiting.html", {"page": page, "sort": sort, "today": timezone.localdate()})


@act_of("waiting_stages", keep=False)
def link_stages(request):
    """Link every stage of the list for which a duty was chosen."""
    if request.post.role not in {Role.CLERK, Role.STEERING}:
        raise PermissionDenied
    linked = dated = 0
    for stage in waiting.own_waiting(request.post).filter(pk__in=_chosen(request.POST)).order_by("pk"):
        wanted = request.POST[f"source-{stage.pk}"]
        changes = _link(request, stage, wanted, request.POST.get(f"version-{stage.pk}", ""))
        linked, dated = linked + (changes is not None), dated + bool(changes)
    if linked:
        words = ngettext("%(n)s deadline is linked; dated by it: %(dated)s.", "%(n)s deadlines are linked; dated by it: %(dated)s.", linked)
        messages.success(request, words % {"n": linked, "dated": dated})
    return redirect("waiting_stages")


def _chosen(data):
    """Ids of the stages a duty was chosen for."""
    names = [name.removeprefix("source-") for name, value in data.items() if name.startswith("source-") and value]
    return [int(pk) for pk in names if pk.isdecimal() and len(pk) < 10][:100]


@act_of("waiting_stages", keep=False)
def link_stage(request, pk):
    """Link one stage, or with an empty choice take its link away; from the duty's own page."""
    stage = _linkable(request, pk)
    wanted, version = request.POST.get("source"), request.POST.get("version", "")
    if wanted is None:
        raise Http404
    if wanted:
        changes = _link(request, stage, wanted, version)
        done = changes is not None and _("The deadline is linked.")
    else:
        changes = _guarded(request, lambda number: waiting.unlink(stage, by=request.post, at=timezone.now(), version=number), version)
        done = changes is not None and _("The link is taken away; the deadline waits again.")
    if done:
        messages.success(request, done)
    return redirect(stage.task)


def _linkable(request, pk):
    stage = get_object_or_404(waiting.stages_that_wait().filter(task__in=Task.objects.visible_to(request.post)), pk=pk)
    if not waiting.may_be_linked_by(stage, request.post):
        raise PermissionDenied
    return stage


def _link(request, stage, wanted, version):
    """Link `stage` to the duty `wanted` (an id as sent) among its candidates. Returns the DueChanges; None where it was refused."""
    offered = {str(row.task.pk): row.task for row in waiting.candidates([stage], request.post)[stage.pk]}
    if wanted not in offered:
        raise Http404
    if reason := waiting.why_not(stage, offered[wanted]):
        messages.error(request, UNLINKABLE[reason])
        return None
    return _guarded(
        request, lambda number: waiting.link(stage, offered[wanted], by=request.post, at=timezone.now(), version=number), version
    )


def _guarded(request, act, version):
    """What `act` returns for the version the page saw; None, and a sentence, where somebody was quicker."""
    if not version.isdecimal() or len(version) > 9:
        raise Http404
    try:
        return act(int(version))
    except StaleWrite:
        messages.error(request, _("Somebody has written here in the meantime; look at the newest entry first."))
        return None
