"""From a plan to those who must act: addressing duties, carrying them down."""

from collections import defaultdict

from django.db import transaction

from orgunits.models import AddresseeGroup, Kind, OrgUnit
from tasks.models import Answer, Assignment, Part, Task
from tasks.models.climb import TASK, Climb
from tasks.models.link import is_above


@transaction.atomic(savepoint=False)
def address(task, *, leads=(), coordinators=(), group=None, as_role="", on):
    """Assign `task` to units as of the day `on`; a unit named twice answers once. Returns the new assignments.

    `leads` and `coordinators` are units; the members of `group` lead through it. A duty is never copied.
    """
    wanted = {}
    for unit in leads:
        wanted.setdefault(unit.pk, (unit, Part.LEAD, None))
    for unit in standing(group.units.all()) if group else ():
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


def standing(units):
    """Members of a group as they stand: one that ended is followed by those in force in its place, each named once."""
    ended = [unit for unit in units if unit.valid_to]
    heirs = OrgUnit.objects.heirs(ended) if ended else {}
    return list(dict.fromkeys(heir for unit in units for heir in heirs.get(unit.pk, [unit]) if heir.valid_to is None))


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


def address_plan(plan, *, on):
    """Address every duty of a plan as of the day `on`, in a bounded number of questions however many units that are.

    A draft names its leads and coordinators by assignments without answers: they begin now, and the members of each duty's group join
    them. Call while the plan is still a draft, under its lock: the sums of its duties are written, and nothing above knows of them
    yet; rollup.settle_plan() carries them up once it is issued. Returns the assignments, new ones included.
    """
    Answer.objects.filter(assignment__plan=plan).delete()
    tasks = list(plan.tasks.filter(ended_on=None).select_related("group").prefetch_related("stages"))
    named = defaultdict(list)
    for row in Assignment.objects.filter(plan=plan, ended_on=None).select_related("unit"):
        named[row.task_id].append(row)
    members = _members({task.group_id for task in tasks if task.group_id})
    begun, joined, answers = [], [], []
    for task in tasks:
        task.plan = plan
        present = {row.unit_id for row in named[task.pk]}
        late = [unit for unit in members[task.group_id] if unit.pk not in present]
        new = [_assignment(task, unit, Part.LEAD, task.group, as_role=task.lead_role, on=on) for unit in late] if late else []
        for row in named[task.pk]:
            row.joined_on, row.path, row.self_led = on, row.unit.path, is_self_led(row.unit, plan.unit)
            row.as_role = task.lead_role if row.part == Part.LEAD else ""
        answers += [answer for row in [*named[task.pk], *new] if row.is_lead for answer in _begin(row, task)]
        task.leads_n, task.leads_said, task.leads_done = sum(row.counts for row in [*named[task.pk], *new]), 0, 0
        begun += named[task.pk]
        joined += new
    Assignment.objects.bulk_update(begun, BEGUN, batch_size=500)
    Assignment.objects.bulk_create(joined, batch_size=1000)
    Answer.objects.bulk_create(answers, batch_size=1000)
    Task.objects.bulk_update(tasks, ["leads_n", "leads_said", "leads_done"], batch_size=500)
    return [*begun, *joined]


BEGUN = ["joined_on", "path", "self_led", "as_role", "clock", "due_on", "cadence", "counts", "own_said", "own_done"]


def _begin(assignment, task):
    """The unsaved first answers of an assignment, which takes clock and date from them."""
    answers = [Answer.first(assignment, stage) for stage in task.stages.all()]
    assignment.start_from(answers)
    assignment.take_own_share(answers)
    return answers


def _members(groups):
    """{group id: units}, in one question; two more for a group one of whose members has ended."""
    found = defaultdict(list)
    for row in AddresseeGroup.units.through.objects.filter(addresseegroup__in=groups).select_related("orgunit").order_by("pk"):
        found[row.addresseegroup_id].append(row.orgunit)
    return defaultdict(list, {group: standing(units) for group, units in found.items()})


def carrier(task, area):
    """The live lead of a superior's duty through which `area` carries it on: its own, or the nearest area's above it; else None."""
    return carriers([task], area).get(task)


def carriers(tasks, area):
    """{duty id: the assignment through which `area` carries it on} for those of `tasks` (ids) addressed to its own line by a plan above."""
    line = [area.pk, *(unit.pk for unit in area.chain)]
    held = Assignment.objects.live().leads().filter(task__in=tasks, unit__in=line).select_related("plan__unit")
    nearest_last = sorted(held, key=lambda row: -line.index(row.unit_id))
    return {row.task_id: row for row in nearest_last if is_above(row.plan.unit, area)}
