"""From a plan to those who must act: addressing duties, carrying them down."""

from django.db import transaction

from orgunits.models import Kind, OrgUnit
from tasks.models import Answer, Assignment, Part
from tasks.models.climb import TASK, Climb


@transaction.atomic(savepoint=False)
def address(task, *, leads=(), coordinators=(), group=None, as_role="", on):
    """Assign `task` to units as of the day `on`; a unit named twice answers once. Returns the new assignments.

    `leads` and `coordinators` are units; the members of `group` lead through it. A duty is never copied.
    """
    wanted = {}
    for unit in leads:
        wanted.setdefault(unit.pk, (unit, Part.LEAD, None))
    for unit in members(group) if group else ():
        wanted.setdefault(unit.pk, (unit, Part.LEAD, group))
    for unit in coordinators:
        wanted.setdefault(unit.pk, (unit, Part.COORDINATOR, None))
    present = set(task.assignments.live().values_list("unit", flat=True))
    rows = [_assignment(task, *row, as_role=as_role, on=on) for pk, row in wanted.items() if pk not in present]
    stages = list(task.stages.all())
    answers = {id(row): [Answer.first(row, stage) for stage in stages] for row in rows if row.is_lead}
    for row in rows:
        row.start_from(answers.get(id(row), []))
        row.take_own_share(answers.get(id(row), []))
    Assignment.objects.bulk_create(rows, batch_size=1000)
    Answer.objects.bulk_create([answer for row in rows for answer in answers.get(id(row), [])], batch_size=1000)
    _count_in(task, rows)
    return rows


def members(group):
    """The units of a group as they stand: one that ended is followed by those in force in its place (orgunits/changes.py)."""
    named = list(group.units.order_by("path"))
    heirs = OrgUnit.objects.heirs([unit for unit in named if unit.valid_to]) if any(unit.valid_to for unit in named) else {}
    return [heir for unit in named for heir in heirs.get(unit.pk, [unit]) if heir.valid_to is None]


def _count_in(task, rows):
    """The new leads count in the duty's share, and above it."""
    climb = Climb()
    for row in rows:
        climb.add(TASK, task.pk, row.as_child)
    climb.go()


def _assignment(task, unit, part, group, *, as_role, on):
    return Assignment(
        task=task,
        plan=task.plan,
        unit=unit,
        path=unit.path,
        part=part,
        via_group=group,
        as_role=as_role if part == Part.LEAD else "",
        joined_on=on,
        self_led=is_self_led(unit, task.plan.unit),
    )


def is_self_led(unit, owner):
    """Whether the plan's owner leads here itself, as the area or through its own steering committee."""
    return unit == owner or (unit.area_id == owner.pk and unit.kind in {Kind.STEERING, Kind.STANDING})
