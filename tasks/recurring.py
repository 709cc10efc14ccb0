"""What comes back every week, month, quarter, half year or year: each occurrence is an answer with its own date, state and proof.

The current one and those still open exist, never the whole future; nothing begins while the duty is paused. The day after its date an
occurrence is past and the next begins; unfinished it stays overdue beside it. The duty's state is that of the current occurrence and of
those left open (model.md §2). What came back every week or month was once watched without a date: such an answer becomes its duty's
first occurrence.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from journal.models import Entry
from tasks import rollup
from tasks.deadlines import Clock, Kind
from tasks.models import OFF, Answer, Assignment, Halt, Part, Stage, State
from tasks.models.assignment import DERIVED

BATCH = 500
# Without a day though its rule names one, and nothing said of it waits for the superior's word.
OFTEN = [Kind.RECURRING_WEEKLY, Kind.RECURRING_MONTHLY]
UNDATED = Q(clock=Clock.ONGOING, stage__kind__in=OFTEN, stage__due_on__isnull=False, assignment__awaits_since=None) & ~Q(stage__rrules=[])
VERB = "assignment.turned"


def turn_over(*, on, at):
    """Begin what is due to begin by the day `on`, missed ones included. Returns how many occurrences; a second run begins none."""
    return sum(_turned(ids, on=on, at=at) for ids in _batches(on))


def so_far(assignment, stage, *, on):
    """The unsaved answers with which an assignment stands on the day `on`: of what comes back every occurrence begun by then."""
    first = Answer.first(assignment, stage)
    answers = [first, *(_following(first, on) if first.occurs_on else [])]
    for answer in answers[:-1]:
        answer.is_past = True
    return answers


def to_come(assignments, *, since, until):
    """What has not begun yet, by each stage's rule: [(stage, day, ids of the assignments)] from the day `since` to `until`, nothing saved.

    What stands still begins no more: dropped, not applicable, of plans closed or withdrawn. Two questions.
    """
    going = Answer.objects.filter(assignment__in=assignments, occurs_on__isnull=False, is_past=False, stage__task__ended_on=None)
    going = going.filter(assignment__plan__withdrawn_on=None, assignment__plan__closed_on=None)
    going = going.exclude(assignment__state__in=[State.DROPPED, State.NOT_APPLICABLE])
    present = defaultdict(list)
    for stage, day, assignment in going.order_by("stage", "assignment").values_list("stage", "occurs_on", "assignment"):
        present[stage, day].append(assignment)
    stages = Stage.objects.in_bulk({stage for stage, _day in present})
    found = defaultdict(list)
    for (pk, day), ids in present.items():
        for later in _days(stages[pk], after=max(day, since - timedelta(days=1)), until=until):
            found[pk, later] += ids
    return [(stages[pk], day, ids) for (pk, day), ids in found.items()]


def _days(stage, *, after, until):
    while (after := stage.next_day(after=after)) and after <= until:
        yield after


def _batches(on):
    """The ids of assignments with an occurrence whose day has passed, in lists of BATCH, each read when it is its turn."""
    over = Answer.objects.filter(Q(occurs_on__lt=on, is_past=False) | UNDATED, assignment__ended_on=None, stage__task__ended_on=None)
    over = over.filter(assignment__part__in=[Part.LEAD, Part.CO_LEAD], assignment__plan__issued_on__isnull=False)
    over = over.filter(assignment__plan__withdrawn_on=None, assignment__plan__closed_on=None)
    over = over.exclude(assignment__state__in=OFF)
    last = 0
    while ids := list(over.filter(assignment__gt=last).order_by("assignment").values_list("assignment", flat=True).distinct()[:BATCH]):
        yield ids
        last = ids[-1]


@transaction.atomic
def _turned(ids, *, on, at):
    rows = Assignment.objects.select_for_update(of=("self",)).filter(pk__in=ids, ended_on=None)
    held = list(rows.from_below())
    dated, past, begun, acts, stood = [], [], [], [], _stood(held)
    for answer in [answer for answers in _answers(held).values() for answer in answers]:
        first = [answer] if _was_watched(answer) and answer.begin_on(answer.stage.next_day(after=on - timedelta(days=1))) else []
        fresh = _running(_following(answer, on), stood[answer.assignment_id]) if _is_over(answer, on) else []
        dated += first
        past += [answer, *fresh][: len(fresh)]
        begun += fresh
        days = [one.occurs_on.isoformat() for one in first + fresh]
        acts += [(VERB, answer.assignment, {"stage": answer.stage_id, "days": days})] if days else []
    _write(dated, past, begun)
    _derive({row.pk: row for _verb, row, _facts in acts})
    Entry.objects.record_all(acts, by=None, at=at)
    return len(dated) + len(begun)


def _stood(rows):
    """{assignment id: [(first day, last day)] on which its clock stood still, accepted and resumed since}, in one question."""
    found = defaultdict(list)
    halts = Halt.objects.filter(assignment__in=rows, accepted=True, resumed_at__isnull=False)
    for pk, judged_at, resumed_at in halts.values_list("assignment", "judged_at", "resumed_at"):
        found[pk].append((timezone.localdate(judged_at), timezone.localdate(resumed_at)))
    return found


def _running(fresh, stood):
    """Without what would have come and gone while the clock stood still; the newest begins in any case."""
    return [one for one in fresh if one is fresh[-1] or not any(first <= one.occurs_on < last for first, last in stood)]


def _answers(rows):
    """{assignment id: its answers}, in one question."""
    found, by_id = defaultdict(list), {row.pk: row for row in rows}
    for answer in Answer.objects.filter(assignment__in=rows).select_related("stage").order_by("pk"):
        answer.assignment = by_id[answer.assignment_id]
        found[answer.assignment_id].append(answer)
    return found


def _was_watched(answer):
    waits = answer.assignment.awaits_since is not None
    return answer.clock == Clock.ONGOING and answer.stage.recurs and not waits


def _is_over(answer, on):
    return answer.occurs_on is not None and answer.occurs_on < on and not answer.is_past


def _write(dated, past, begun):
    """Date what was watched, close what is past; what was missed begins closed."""
    Answer.objects.bulk_update(dated, ["clock", "occurs_on", "due_on", "due_originally_on"], batch_size=BATCH)
    for answer in past:
        answer.is_past = True
    Answer.objects.bulk_update([answer for answer in past if answer.pk], ["is_past"], batch_size=BATCH)
    Answer.objects.bulk_create(begun, batch_size=BATCH)


def _derive(rows):
    """Write what follows for the assignments {id: row} and carry it up."""
    for pk, answers in _answers(rows.values()).items():
        rows[pk].derive(answers)
    Assignment.objects.bulk_update(rows.values(), DERIVED, batch_size=BATCH)
    rollup.settle_all(rows)


def _following(answer, on):
    """The unsaved occurrences after `answer`, up to the first whose day has not passed by `on`; none where the rule has ended."""
    found = []
    while answer.occurs_on < on and (answer := answer.next_one()):
        found.append(answer)
    return found
