"""Extending or adjusting a deadline by a document: of one stage for everybody, or of one unit's answer alone.

The first date is never overwritten, and in time is counted against both. Finished answers are not moved; what waits for the duty
follows; reminders are armed anew. Then the duties continued above and below are checked again, and each unit whose duty is now
later than its superior's is told once for the whole amendment.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from journal.models import Entry, Notice
from orgunits.models import Post, Role
from plans.models import Amendment, Plan
from tasks import waiting
from tasks.dates import RECURRING, batches, later_than_parents
from tasks.deadlines import Clock, clock_of
from tasks.models import ParentLink, StaleWrite, Task, TaskChange
from tasks.models.states import FINISHED
from tasks.moving import Cause, Move, Wave, hold_plans

REASONS = {
    "ended": _("This duty has been taken out of the plan: its date can no longer be moved."),
    "follows": _("This date comes from the superior's plan: it moves with the duty there, or is unlinked first."),
    "recurs": _("This duty comes again and again and has no last date to move: reword it instead."),
    "finished": _("This unit has already said the stage done: its date can no longer be moved."),
    "same": _("The new date is the present one: nothing would change."),
    "before_plan": _("The new date lies before the day the plan was issued."),
}


class Refused(ValueError):
    """Something cannot be amended; `why` is one sentence for a person."""

    def __init__(self, why):
        super().__init__(str(why))
        self.why = why


def may_be_extended(stage, answer=None):
    """Whether a document can move this date at all; a key of REASONS says why not, or None."""
    if stage.task.ended_on or (answer and answer.assignment.ended_on):
        return "ended"
    if stage.kind == "relative_to_superior_plan":
        return "follows"
    if stage.kind in RECURRING or clock_of(stage.kind, due_on=stage.due_on) == Clock.ONGOING:
        return "recurs"
    return "finished" if answer and answer.state in FINISHED else None


def why_not(stage, due_on, *, answer=None):
    """A key of REASONS, or None where the date may be moved to `due_on`."""
    if reason := may_be_extended(stage, answer):
        return reason
    if due_on == (answer or stage).due_on:
        return "same"
    return "before_plan" if due_on < stage.task.plan.issued_on else None


@transaction.atomic
def extend(stage, due_on, *, paper, by, at, answer=None, version=None, token=""):
    """Move a stage for everybody, or with `answer` for this one unit alone, by the document `paper`. Returns the Amendment.

    A second call with the same `token` returns the first one's. Raises StaleWrite where the duty changed since `version`, and
    Refused with one sentence where the date cannot be moved.
    """
    hold_plans(Plan.objects.filter(pk=stage.task.plan_id))
    task = Task.objects.select_related("plan__document__issuer", "plan__unit").get(pk=stage.task_id)
    if done := recorded(task.plan, token):
        return done
    if version is not None and version != task.version:
        raise StaleWrite
    stage = task.stages.get(pk=stage.pk)
    stage.task = task
    answer = answer and stage.answers.select_related("assignment").get(pk=answer.pk)
    if reason := why_not(stage, due_on, answer=answer):
        raise Refused(REASONS[reason])
    amendment = Amendment.objects.under(task.plan, paper, by=by, at=at)
    carry_out(amendment, [Move(stage, due_on, Cause.EXTENDED, answer=answer)], by=by, at=at)
    bump(task.plan, [task.pk])
    Entry.objects.record(by=by, verb="plan.extended", target=task.plan, at=at, amendment=amendment.pk, stage=stage.pk, token=str(token))
    return amendment


def recorded(plan, token):
    """The Amendment that this very form has already made, or None."""
    entry = token and Entry.objects.about(plan).filter(verb__in=["plan.extended", "plan.amended"], facts__token=str(token)).first()
    return Amendment.objects.get(pk=entry.facts["amendment"]) if entry else None


def carry_out(amendment, moves, *, by, at, ended=(), settle=()):
    """Move the dates, what waits for these duties or for the `ended` ones, and check the duties above and below again.

    `ended`: duties just taken out; `settle`: ids of assignments that joined or ended. The caller holds the plan.
    """
    moved, gone = {move.stage.task_id for move in moves}, {task.pk for task in ended}
    levels = waiting.levels_below(moved | gone)
    wave = Wave(by=by, at=at, amendment=amendment)
    wave.hold(moved | gone | {stage.task_id for level in levels for stage in level})
    _note(amendment, moves)
    wave.move(moves)
    waiting.pass_down(wave, levels)
    wave.finish(settle=settle)
    check_again(amendment, {move.stage.task_id for move in wave.moves}, at=at)


def _note(amendment, moves):
    """The plan's own record of a date moved for all; of one unit's alone its DueChange tells."""
    TaskChange.objects.bulk_create(
        TaskChange(
            amendment=amendment,
            task=move.stage.task,
            kind=TaskChange.Kind.DATES,
            was={"stage": move.stage.pk, "label": move.stage.label, "due_on": move.was and move.was.isoformat()},
            now={"due_on": move.now.isoformat()},
        )
        for move in moves
        if move.answer is None
    )


def bump(plan, tasks):
    """Who has the plan or one of these duties open is told that it changed. Last of all: progress climbs through these rows."""
    Plan.objects.filter(pk=plan.pk).update(version=F("version") + 1)
    Task.objects.filter(pk__in=tasks).update(version=F("version") + 1)


# The duties above and below


def check_again(amendment, tasks, *, at):
    """Tell each unit once that duties of its plan are now due later than the superior's they continue. Returns the pairs found.

    Looked at are the moved duties `tasks` (ids) themselves and those that continue them, in plans in force.
    """
    pairs = later_than_parents(_concerned(tasks))
    by_plan = defaultdict(dict)
    for child, _parent in pairs:
        by_plan[child.task.plan][child.task_id] = child.task
    people = _heads([plan.unit_id for plan in by_plan], on=timezone.localdate(at))
    with translation.override("vi"):
        rows = [
            _warning(amendment, plan, list(found.values()), person, at)
            for plan, found in by_plan.items()
            for person in people[plan.unit_id]
        ]
    Notice.objects.tell_all(rows)
    return pairs


def _concerned(tasks):
    """The duties themselves and their children, as far as their plans are in force."""
    found = {}
    for ids in batches(tasks):
        below = ParentLink.objects.filter(parent__in=ids, until=None).values("child")
        rows = Task.objects.filter(Q(pk__in=ids) | Q(pk__in=below), ended_on=None)
        rows = rows.filter(plan__issued_on__isnull=False, plan__withdrawn_on=None, plan__closed_on=None)
        found |= {row.pk: row for row in rows}
    return found.values()


def _heads(units, *, on):
    """{unit id: ids of the people in clerk and steering posts there, on the area or a body of it that acts for it}."""
    people = defaultdict(set)
    for ids in batches(units):
        posts = Post.objects.live(on=on).filter(role__in=[Role.CLERK, Role.STEERING])
        for unit, area, person in posts.filter(Q(unit__in=ids) | Q(unit__area__in=ids)).values_list("unit", "unit__area", "person"):
            for pk in {unit, area} & set(ids):
                people[pk].add(person)
    return people


def _warning(amendment, plan, tasks, person, at):
    words = ngettext(
        "%(n)s duty of your plan is now due later than the superior's: %(refs)s",
        "%(n)s duties of your plan are now due later than the superior's: %(refs)s",
        len(tasks),
    )
    return Notice(
        person_id=person,
        key=f"later/{amendment.pk}/{plan.unit_id}",
        kind=Notice.Kind.DEADLINE,
        title=(words % {"n": len(tasks), "refs": ", ".join(task.ref for task in tasks[:12])})[:300],
        body=f"{plan.document.symbol} · {amendment.document.citation}",
        link=tasks[0].get_absolute_url() if len(tasks) == 1 else plan.get_absolute_url(),
        at=at,
    )
