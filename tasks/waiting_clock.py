"""Deadlines that wait for a superior's plan («theo Kế hoạch của Tỉnh»): every thirty days the waiting side and the awaited one hear of it.

A wait begins when the first unit got the duty, or when the date it had been given fell away; with the date it is over, and what begins
anew is told anew.
"""

from collections import defaultdict
from datetime import timedelta

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import ngettext

from journal.models import Notice
from plans import period
from tasks import ladder
from tasks.bundle import Bundle, chunks, event
from tasks.deadlines import Clock, Kind
from tasks.models import Answer, DueChange, Part, Stage
from tasks.models.difficulty import HOLDING
from tasks.models.states import FINISHED, OFF
from tasks.readers import people_of

CHUNK = 1000  # deadlines read at once
NAMED = 20  # waiting duties named to the awaited unit


def remind(on, *, at, ledger=Notice.objects):
    """Tell clerks and heads of the plans that wait, and of the units whose plans are awaited. Returns how many notices were new."""
    keys = [f"waiting/all/{on - timedelta(days=days)}" for days in range(ladder.THIRTY)]
    link = f"{reverse('waiting_stages')}?told=1"
    many = Bundle(ledger, keys, kind=Notice.Kind.DEADLINE, words=_waiting_in_all, of=event, link=link, at=at)
    awaited = defaultdict(list)
    for stages in chunks(waiting(on), CHUNK):
        people = people_of({stage.task.plan.unit_id for stage in stages}, roles=HOLDING, on=on)
        many.add([_of_waiting(stage, person, on, at) for stage in stages for person in people[stage.task.plan.unit_id]])
        for stage in stages:
            for unit in _awaited_units(stage):
                awaited[unit].append(stage)
    return many.tell() + _tell_awaited(awaited, on, at=at, ledger=ledger)


def waiting(on):
    """Stages of plans in force that have waited for thirty days or longer by the day `on`, each with `began_on` and `lost` (the DueChange
    that took its date, or None)."""
    edge = on - timedelta(days=ladder.THIRTY)
    begun = _answers_that_wait().order_by("assignment__joined_on").values("assignment__joined_on")[:1]
    lost = DueChange.objects.filter(answer__stage=OuterRef("pk"), cause=DueChange.Cause.UNDATED).order_by("-pk")
    rows = Stage.objects.filter(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN, due_on=None, task__ended_on=None)
    rows = rows.filter(task__plan__issued_on__isnull=False, task__plan__withdrawn_on=None, task__plan__closed_on=None)
    rows = rows.annotate(began_on=Subquery(begun), lost=Subquery(lost.values("pk")[:1]), lost_at=Subquery(lost.values("at")[:1]))
    rows = rows.filter(Q(lost=None, began_on__lte=edge) | Q(began_on__isnull=False, lost_at__lt=period.moment(edge + timedelta(days=1))))
    names = ["task__plan__document", "task__plan__unit", "waits_for__plan", "waits_for_plan"]
    return rows.select_related(*names).prefetch_related("task__plan__superiors")


def _answers_that_wait():
    """The answers of leads that keep a stage waiting."""
    rows = Answer.objects.filter(stage=OuterRef("pk"), clock=Clock.WAITING, assignment__ended_on=None)
    rows = rows.filter(assignment__part__in=[Part.LEAD, Part.CO_LEAD])
    return rows.exclude(state__in=[*FINISHED, *OFF]).exclude(assignment__state__in=OFF)


def _plan_named(stage):
    """The plan of the duty linked, else the plan the words name, or None."""
    return stage.waits_for.plan if stage.waits_for else stage.waits_for_plan


def _awaited_units(stage):
    """The units (ids) whose plans are awaited: of the plan named, else of all superior plans, else the level above."""
    plan, named = stage.task.plan, _plan_named(stage)
    plans = [named] if named else plan.superiors.all()
    return {row.unit_id for row in plans} or {plan.unit.parent_id} - {None}


def _days(stage, on):
    return (on - (timezone.localdate(stage.lost_at) if stage.lost else stage.began_on)).days


def _of_waiting(stage, person, on, at):
    """An unsaved notice: the deadline has waited so many days."""
    task, days = stage.task, _days(stage, on)
    words = ngettext("Has waited %(n)s day for the superior's plan", "Has waited %(n)s days for the superior's plan", days) % {"n": days}
    return Notice.at_step(
        f"waiting/{stage.pk}/{stage.lost or stage.began_on}",
        ladder.WAITING.passed(-days),
        person_id=person,
        kind=Notice.Kind.DEADLINE,
        title=Truncator(f"{words}: {task.title}").chars(300),
        body=" · ".join(filter(None, [task.plan.document.symbol, task.ref, task.plan.unit.full_name, stage.label])),
        link=task.get_absolute_url(),
        at=at,
    )


def _tell_awaited(awaited, on, *, at, ledger):
    """One notice for each awaited unit and thirty days, however much waits for it. `awaited`: {unit id: stages}."""
    people, days = people_of(set(awaited), roles=HOLDING, on=on), [on - timedelta(days=days) for days in range(ladder.THIRTY)]
    told = ledger.holders(set().union(*people.values()), [f"awaited/{unit}/{day}" for unit in awaited for day in days])
    held = {(person, key.rpartition("/")[0]) for person, key in told}
    wanted = [(f"awaited/{unit}", stages, person) for unit, stages in awaited.items() for person in people[unit]]
    return ledger.tell_all(
        [_of_awaited(f"{stem}/{on}", stages, person, at) for stem, stages, person in wanted if (person, stem) not in held]
    )


def _of_awaited(key, stages, person, at):
    n = len(stages)
    words = ngettext(
        "%(n)s deadline below has waited for a date in your plan for 30 days or longer",
        "%(n)s deadlines below have waited for a date in your plan for 30 days or longer",
        n,
    )
    return Notice(
        person_id=person,
        key=key,
        kind=Notice.Kind.DEADLINE,
        title=words % {"n": n},
        body="; ".join(_name(stage) for stage in stages[:NAMED]) + ("; …" if n > NAMED else ""),
        link=_plan_awaited(stages),
        at=at,
    )


def _name(stage):
    plan = stage.task.plan
    return f"{plan.document.symbol} ({plan.unit.full_name}), {stage.task.ref}"


def _plan_awaited(stages):
    """The page of the one plan all of them await, else the list of plans."""
    named = {_plan_named(stage) for stage in stages}
    plan = named.pop() if len(named) == 1 else None
    return plan.get_absolute_url() if plan else reverse("plans")


def _waiting_in_all(n):
    return ngettext(
        "%(n)s deadline has waited for the superior's plan for 30 days or longer",
        "%(n)s deadlines have waited for the superior's plan for 30 days or longer",
        n,
    ) % {"n": n}
