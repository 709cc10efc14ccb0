"""«Theo Kế hoạch của Tỉnh»: a stage that waits for a superior's plan points to the duty there, and takes its date from it.

The date taken is that of the source's last dated stage, on one's own line (tasks/dates.py). A source that waits itself keeps its
followers waiting and passes the date on when it gets one; one that moves moves them; one that is withdrawn returns them to waiting.
Nothing is ever linked by itself: candidates are offered, a person links.
"""

from typing import NamedTuple

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from journal.models import Entry
from plans.models import Plan
from tasks.dates import LastDates, batches
from tasks.deadlines import Kind
from tasks.importer import parents
from tasks.models import DueChange, ParentLink, Stage, StaleWrite, Task
from tasks.moving import Cause, Move, Wave, hold_plans

DEPTH = 8  # levels a date is passed down at most; a country has three
OFFERED = 300  # duties of the awaited plans in one choice


@transaction.atomic
def link(stage, source, *, by, at, version=None):
    """Let `stage` wait for the superior's duty `source`; dated at once where the source is. Returns the DueChanges.

    Raises StaleWrite where the duty changed since `version`, ValueError where the two cannot be linked (`why_not`).
    """
    stage = _held(stage, source, version)
    if reason := why_not(stage, source):
        raise ValueError(reason)
    if stage.waits_for_id == source.pk:
        return []
    was = stage.waits_for_id
    stage.waits_for = source
    _save_link(stage)
    Entry.objects.record(by=by, verb="stage.linked", target=stage.task, at=at, stage=stage.pk, was=was, now=source.pk)
    return _settle([stage], by=by, at=at)


@transaction.atomic
def unlink(stage, *, by, at, version=None):
    """Take the link away; a date that came through it falls away, and the stage waits again. Returns the DueChanges."""
    stage = _held(stage, None, version)
    was = stage.waits_for
    if was is None:
        return []
    stage.waits_for = None
    _save_link(stage)
    Entry.objects.record(by=by, verb="stage.unlinked", target=stage.task, at=at, stage=stage.pk, was=was.pk)
    return _settle([stage], by=by, at=at, given=was)


@transaction.atomic
def resolve_for(plan, *, by, at, amendment=None):
    """After `plan` was issued or amended: date what waits for its duties, and its own stages that wait for dated ones.

    A second call changes nothing. Returns the DueChanges.
    """
    awaiting = stages_that_wait().filter(waits_for__plan=plan)
    own = stages_that_wait().filter(task__plan=plan, task__ended_on=None).exclude(waits_for=None)
    return _settle([*own, *awaiting], by=by, at=at, amendment=amendment)


@transaction.atomic
def follow(source, *, by, at, amendment=None):
    """The date of the duty `source` moved: its followers move, and theirs, down the levels. Returns the DueChanges."""
    return _settle(stages_that_wait().filter(waits_for=source), by=by, at=at, amendment=amendment)


@transaction.atomic
def fall_back(gone, *, by, at, amendment=None):
    """A duty was taken out, or a plan withdrawn (`gone` is either): what was dated by it waits again. Returns the DueChanges."""
    wanted = {"waits_for__plan": gone} if isinstance(gone, Plan) else {"waits_for": gone}
    stages = list(stages_that_wait().filter(**wanted))
    return _settle(stages, by=by, at=at, amendment=amendment, gone={stage.waits_for_id for stage in stages})


def why_not(stage, source):
    """Why `stage` cannot wait for `source`: a key of REASONS, or None."""
    if stage.kind != Kind.RELATIVE_TO_SUPERIOR_PLAN:
        return "not_waiting"
    if stage.task.ended_on or source.ended_on:
        return "ended"
    if source.plan_id == stage.task.plan_id:
        return "own_plan"
    return "circle" if _waits_for(source, stage.task_id) else None


def _waits_for(source, task):
    """Whether `source` waits, over whatever links, for the duty `task` (id)."""
    seen, edge = set(), {source.pk}
    while edge:
        if task in edge:
            return True
        seen |= edge
        edge = set(Stage.objects.filter(task__in=edge).exclude(waits_for=None).values_list("waits_for", flat=True)) - seen
    return False


def stages_that_wait():
    """Stages whose words name a superior's plan, whether dated by now or not."""
    return Stage.objects.filter(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN).select_related("task__plan__unit", "waits_for", "waits_for_plan")


def _held(stage, source, version):
    """The stage as it is now, its plan and the source's held. Raises StaleWrite."""
    hold_plans(Plan.objects.filter(pk__in=[row.plan_id for row in (stage.task, source) if row]))
    stage = stages_that_wait().get(pk=stage.pk)
    if version is not None and version != stage.task.version:
        raise StaleWrite
    return stage


def _save_link(stage):
    Stage.objects.filter(pk=stage.pk).update(waits_for=stage.waits_for)
    Task.objects.filter(pk=stage.task_id).update(version=F("version") + 1)


def _settle(stages, *, by, at, amendment=None, gone=(), given=None):
    """Give `stages`, and what follows them down the levels, the dates they ought to have. Returns the DueChanges."""
    levels = _levels(list(stages))
    wave = Wave(by=by, at=at, amendment=amendment)
    wave.hold({stage.task_id for level in levels for stage in level})
    pass_down(wave, levels, gone=gone, given=given)
    return wave.finish()


def levels_below(tasks):
    """Lists of stages that wait for the duties `tasks` (ids), then for theirs, level by level."""
    return _levels([row for ids in batches(tasks) for row in stages_that_wait().filter(waits_for__in=ids)])


def pass_down(wave, levels, *, gone=(), given=None):
    """Move each level as what it waits for stands by now. The wave holds the duties of all levels."""
    for level in levels:
        wave.move(_moves(_again(level), gone=gone, given=given))


def _again(stages):
    """The stages as they stand now that their plans are held."""
    return [row for ids in batches(stage.pk for stage in stages) for row in stages_that_wait().filter(pk__in=ids).order_by("pk")]


def _levels(stages):
    """The stages, then those that wait for their duties, and so on; each stage once."""
    levels, seen = [], set()
    while stages and len(levels) < DEPTH:
        levels.append(stages)
        seen |= {stage.pk for stage in stages}
        below = [row for ids in batches(stage.task_id for stage in stages) for row in stages_that_wait().filter(waits_for__in=ids)]
        stages = [stage for stage in below if stage.pk not in seen]
    return levels


def _moves(stages, *, gone, given):
    """What the stages of one level ought to be given: the moves of those that differ."""
    sources = {stage.waits_for_id for stage in stages if stage.waits_for_id} - set(gone)
    standing = {
        pk
        for ids in batches(sources)
        for pk in Task.objects.filter(pk__in=ids, ended_on=None, plan__issued_on__isnull=False, plan__withdrawn_on=None).values_list(
            "pk", flat=True
        )
    }
    dates = LastDates(standing)
    for stage in stages:
        last = dates.on_line(stage.waits_for_id, stage.task.plan.unit) if stage.waits_for_id in standing else None
        now = last and last.holds_on
        if now != stage.due_on:
            yield Move(stage, now, _cause(stage.due_on, now), stage.waits_for or given)


def _cause(was, now):
    if now is None:
        return Cause.UNDATED
    return Cause.DATED if was is None else Cause.FOLLOWED


# What a person is offered


class Candidate(NamedTuple):
    """A duty a stage may wait for. `why`: "parent", a Vietnamese sentence on its likeness, or "" for the rest of the plan."""

    task: Task
    why: str


def may_be_linked_by(stage, post):
    """Clerk and steering posts of the plan's own unit, in drafts too (trust.md §2: clerks «edit own plan»)."""
    plan = stage.task.plan
    is_open = plan.withdrawn_on is None and plan.closed_on is None and stage.task.ended_on is None
    return is_open and stage.kind == Kind.RELATIVE_TO_SUPERIOR_PLAN and works_on(post, plan)


def works_on(post, plan):
    return post.role in {"clerk", "steering"} and plan.unit_id in post.scope().own


def own_waiting(post):
    """Stages without a date, in the post's own plans, that a person there may link; with `waiting_since` for the day each began."""
    if post.role not in {"clerk", "steering"}:
        return Stage.objects.none()
    stages = stages_that_wait().filter(due_on=None, task__plan__unit__in=post.scope().own, task__ended_on=None)
    stages = stages.filter(task__plan__withdrawn_on=None, task__plan__closed_on=None)
    fell_back = DueChange.objects.filter(answer__stage=OuterRef("pk"), cause=Cause.UNDATED).order_by("-pk").values("at")[:1]
    return stages.select_related("task__plan__document", "waits_for_plan__document", "waits_for_plan__unit").annotate(
        fell_back_at=Subquery(fell_back)
    )


def candidates(stages, post):
    """{stage id: [Candidate]} among the awaited plans `post` may read: parents first, then the likest, then the plan's order."""
    stages = list(stages)
    plans = _awaited(stages, post)
    offered = list(_offered({pk for found in plans.values() for pk in found}))
    tied = set(ParentLink.objects.filter(child__in=[s.task_id for s in stages], until=None).values_list("child", "parent"))
    like = _likeness(stages, offered)
    return {stage.pk: _ranked(stage, [task for task in offered if task.plan_id in plans[stage.pk]], tied, like) for stage in stages}


def _offered(plans):
    tasks = Task.objects.filter(plan__in=plans, ended_on=None).select_related("plan__document", "plan__unit")
    return tasks.order_by("plan__unit__path", "plan", "position", "pk")[:OFFERED]


def _awaited(stages, post):
    """{stage id: plan ids}, as far as the post reads them: the awaited plan and others of its unit; with none named, all superiors."""
    own = {stage.task.plan_id for stage in stages}
    above = Plan.superiors.through.objects.filter(from_plan__in=own).values_list("from_plan", "to_plan")
    above = [*above, *((stage.task.plan_id, stage.waits_for_plan_id) for stage in stages)]
    seen = Plan.objects.visible_to(post).issued().filter(pk__in={plan for _own, plan in above if plan}, withdrawn_on=None)
    units = dict(seen.values_list("pk", "unit"))
    return {stage.pk: {plan for own, plan in above if own == stage.task.plan_id and _fits(stage, plan, units)} for stage in stages}


def _fits(stage, plan, units):
    awaited = stage.waits_for_plan
    return plan in units and (awaited is None or plan == awaited.pk or units[plan] == awaited.unit_id)


def _likeness(stages, offered):
    """{(stage's task id, task id): why} of the suggestions (tasks/importer/parents.py)."""
    ours = [parents.Duty(str(stage.task_id), stage.task.title, stage.task.words, (stage.task.lead_words,)) for stage in stages]
    theirs = [parents.Duty(str(task.pk), task.title, task.words, (task.lead_words,)) for task in offered]
    return {(int(row.child_ref), int(row.parent_ref)): (-row.likeness, row.why) for row in parents.suggest(ours, theirs)}


def _ranked(stage, offered, tied, like):
    def rank(task):
        pair = (stage.task_id, task.pk)
        return (pair not in tied, like.get(pair, (1, ""))[0])

    def why(task):
        return "parent" if (stage.task_id, task.pk) in tied else like.get((stage.task_id, task.pk), (0, ""))[1]

    return [Candidate(task, why(task)) for task in sorted(offered, key=rank)]
