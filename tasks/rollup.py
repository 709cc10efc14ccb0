"""Roll-up: every duty's share is computed from its direct children, each weighing 1, one level at a time (model.md §2).

    duty        the average of its leads that count
    assignment  the average of the duties carried under it as soon as one of them counts, otherwise its own stages
    counts      a live lead with a stage that can be completed and no accepted «không áp dụng»; of plans in force; never an ongoing one

The fraction adds up, the declaration never does: «báo hoàn thành» is said by the unit, «hoàn thành» by its superior. The sums are
kept on the rows (`Task.leads_*`, `Assignment.carried_*`) and moved by tasks/models/climb.py in the act's own transaction;
`manage.py check_rollups` proves them against the rows.
"""

from collections import defaultdict

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Length

from tasks.deadlines import Clock
from tasks.models import Answer, Assignment, ParentLink, Part, State, Task
from tasks.models.assignment import in_its_turn
from tasks.models.climb import ASSIGNMENT, TASK, WHOLE, Climb, Sum
from tasks.models.states import FINISHED, OFF

BATCH = 1000


def settle(assignment):
    """Recount one lead whose answers, state or end changed; the caller holds its row. See Assignment.settle."""
    assignment.settle()


@transaction.atomic
def settle_all(ids):
    """The same for many assignments that joined, ended, moved or were dated. `ids`: their keys."""
    climb = Climb()
    for batch in batches_from_below(ids):
        for row, change in _recounted(batch):
            climb.add(TASK, row.task_id, change, depth=len(row.plan.unit.path))
    climb.go()


def batches_from_below(ids):
    """Keys of assignments in lists of BATCH, in the order in which their rows are locked (AssignmentQuerySet.from_below)."""
    ids = sorted(ids)
    if len(ids) > BATCH:  # one question locks fewer in that order itself
        found = []
        for batch in _batches(ids):
            found += Assignment.objects.filter(pk__in=batch).values_list(Length("plan__unit__path"), "pk")
        ids = [pk for depth, pk in sorted(found, key=lambda row: (-row[0], row[1]))]
    return _batches(ids)


def _batches(ids):
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _recounted(ids):
    """(assignment, how its part of its duty changes), the rows locked, their own shares written."""
    locked = Assignment.objects.select_for_update(of=("self",)).filter(pk__in=ids).select_related("plan__unit").from_below()
    answers, changed = defaultdict(list), []
    rows = list(locked)
    for answer in Answer.objects.filter(assignment__in=ids).order_by("pk"):
        answers[answer.assignment_id].append(answer)
    for row in rows:
        was, stored = row.as_child, (row.counts, row.own_said, row.own_done)
        row.take_own_share(answers[row.pk])
        if (row.counts, row.own_said, row.own_done) != stored:
            changed.append((row, row.as_child.minus(was)))
    Assignment.objects.bulk_update([row for row, _change in changed], ["counts", "own_said", "own_done"], batch_size=BATCH)
    return changed


@transaction.atomic
def settle_plan(plan):
    """Begin or stop counting a plan's duties above, after `issued_on` or `withdrawn_on` changed. A second call changes nothing."""
    # Who climbs through one of these duties now has read the plan as it was: hold them first, then recount what they are carried under.
    list(Task.objects.select_for_update().filter(plan=plan).order_by("pk").values_list("pk", flat=True))
    carriers = ParentLink.objects.live().filter(child__plan=plan, via__isnull=False).values("via")
    held = Assignment.objects.select_for_update(of=("self",)).filter(pk__in=carriers).select_related("plan__unit").from_below()
    climb, rows = Climb(), list(held)
    wanted = carried_under([row.pk for row in rows])
    for row in rows:
        climb.add(ASSIGNMENT, row.pk, wanted.get(row.pk, Sum()).minus(row.carried), depth=len(row.plan.unit.path))
    climb.go()


def carried_under(ids):
    """{assignment: Sum} counted from the live links and the duties they carry; in batches, as a database takes only so many values."""
    found = {}
    for start in range(0, len(ids), BATCH):
        wanted = ids[start : start + BATCH]
        holes = ", ".join(["%s"] * len(wanted))
        with connection.cursor() as cursor:
            cursor.execute(f"{CARRIED} WHERE link.via_id IN ({holes}) AND {COUNTING} GROUP BY link.via_id", wanted)
            found.update({pk: Sum(*map(int, sums)) for pk, *sums in cursor.fetchall()})
    return found


def of_ongoing(assignment, *, on):
    """(k, m): of the m ongoing duties carried under an assignment, k have a result in the turn that holds `on`.

    They never add up; a duty has a result where at least one of its leads logged one.
    """
    with_result = Assignment.objects.live().leads().filter(in_its_turn("last_result_at", on=on), task=OuterRef("child"))
    links = ParentLink.objects.live().filter(via=assignment, child__leads_n=0, child__plan__issued_on__isnull=False)
    links = links.filter(child__plan__withdrawn_on=None, child__ended_on=None).annotate(has_result=Exists(with_result))
    said = list(links.order_by().values_list("has_result", flat=True))
    return sum(said), len(said)


# Proof: every sum against its direct children


CARRIED = """
    SELECT link.via_id, COUNT(*), SUM(child.leads_said / child.leads_n), SUM(child.leads_done / child.leads_n)
    FROM tasks_parentlink link JOIN tasks_task child ON child.id = link.child_id JOIN plans_plan lower ON lower.id = child.plan_id"""

COUNTING = "link.until IS NULL AND child.leads_n > 0 AND lower.issued_on IS NOT NULL AND lower.withdrawn_on IS NULL"

LED = """
    SELECT task_id, COUNT(*), SUM(CASE WHEN carried_n > 0 THEN carried_said / carried_n ELSE own_said END),
           SUM(CASE WHEN carried_n > 0 THEN carried_done / carried_n ELSE own_done END)
    FROM tasks_assignment WHERE counts GROUP BY task_id"""

OWN = """
    SELECT assignment_id, COUNT(*),
           SUM(CASE WHEN state IN ({finished}) THEN 1 ELSE 0 END), SUM(CASE WHEN state = '{done}' THEN 1 ELSE 0 END)
    FROM tasks_answer WHERE clock <> '{ongoing}' AND NOT is_past GROUP BY assignment_id""".format(  # noqa: S608 - constants of our own
    finished=", ".join(f"'{state}'" for state in FINISHED), done=State.DONE, ongoing=Clock.ONGOING
)


def faults():
    """Every counter that differs from its rows: (kind, id, stored, wanted), kinds "own", "carried" and "led". Three grouped queries."""
    return [*_own_faults(), *_carried_faults(), *_led_faults()]


def _rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {pk: tuple(map(int, numbers)) for pk, *numbers in cursor.fetchall()}


def _own_faults():
    stages = _rows(OWN)
    fields = ("pk", "part", "ended_on", "state", "counts", "own_said", "own_done")
    for pk, part, ended_on, state, *stored in Assignment.objects.order_by("pk").values_list(*fields).iterator(BATCH):
        n, said, done = stages.get(pk, (0, 0, 0))
        counts = bool(n) and part in {Part.LEAD, Part.CO_LEAD} and ended_on is None and state != State.NOT_APPLICABLE
        rests = not n or state in OFF
        wanted = [counts, 0 if rests else WHOLE * said // n, 0 if rests else WHOLE * done // n]
        if stored != wanted:
            yield "own", pk, tuple(stored), tuple(wanted)


def _carried_faults():
    wanted = _rows(f"{CARRIED} WHERE link.via_id IS NOT NULL AND {COUNTING} GROUP BY link.via_id")
    stored = Assignment.objects.order_by().values_list("pk", "carried_n", "carried_said", "carried_done", "adds_up")
    for pk, *sums, adds_up in stored.iterator(BATCH):
        right = wanted.get(pk, (0, 0, 0))
        if tuple(sums) != right or adds_up != (right[0] > 0):
            yield "carried", pk, (*sums, adds_up), (*right, right[0] > 0)


def _led_faults():
    wanted = _rows(LED)
    for pk, *sums in Task.objects.order_by().values_list("pk", "leads_n", "leads_said", "leads_done").iterator(BATCH):
        right = wanted.get(pk, (0, 0, 0))
        if tuple(sums) != right:
            yield "led", pk, tuple(sums), right


FIELDS = {
    "own": (Assignment, ("counts", "own_said", "own_done")),
    "carried": (Assignment, ("carried_n", "carried_said", "carried_done", "adds_up")),
    "led": (Task, ("leads_n", "leads_said", "leads_done")),
}


@transaction.atomic
def fix():
    """Write what the rows say, from the bottom up, until nothing differs. Returns how many counters were wrong.

    Writers wait meanwhile: the tables are held.
    """
    _hold_tables()
    count = 0
    while wrong := list(_own_faults()) or list(_led_faults()) or list(_carried_faults()):
        count += len(wrong)
        _write(wrong)
    return count


def _hold_tables():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE tasks_assignment, tasks_task, tasks_answer, tasks_parentlink IN EXCLUSIVE MODE")


def _write(wrong):
    model, fields = FIELDS[wrong[0][0]]
    rows = [model(pk=pk, **dict(zip(fields, wanted, strict=True))) for _kind, pk, _stored, wanted in wrong]
    model.objects.bulk_update(rows, fields, batch_size=BATCH)
