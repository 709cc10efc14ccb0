"""Moving the dates of an issued plan: rows first, then what follows from them, then who is told. Used by waiting and extending.

One act moves any number of stages. Their answers get a DueChange each; finished ones keep their date, and so does an answer whose
own document gave it a later one. The first date is never lost: it stays in `due_originally_on` of stage and answer.
"""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Case, DateTimeField, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Length
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from journal.models import Entry, Notice
from plans.models import Plan
from tasks import rollup
from tasks.dates import batches
from tasks.deadlines import Clock, clock_of
from tasks.models import Answer, Assignment, DueChange, Stage
from tasks.models.states import FINISHED
from tasks.readers import Readers

CHUNK = 1000
Cause = DueChange.Cause


class Move(NamedTuple):
    """One stage gets another date (None: none any more). `source`: the superior's duty the date comes from, or None.

    `answer` names the one answer that moves alone; the stage then keeps its date.
    """

    stage: Stage
    now: object
    cause: str
    source: object = None
    answer: Answer = None

    @property
    def was(self):
        return self.answer.due_on if self.answer else self.stage.due_on


class Wave:
    """Everything one act moves, under at most one amendment. Call `hold` first, `move` as often as needed, `finish` last."""

    def __init__(self, *, by, at, amendment=None):
        self.by, self.at, self.amendment = by, at, amendment
        self.moves, self.changes = [], []

    def hold(self, tasks):
        """Hold the plans, from the top down, then the answering units, from the bottom up, until the transaction ends.

        Plans keep two acts on one chain apart; who logs progress holds its own unit first and climbs, so the units are taken that way.
        """
        for ids in batches(tasks):
            hold_plans(Plan.objects.filter(tasks__in=ids))
        rows = Assignment.objects.filter(ended_on=None)
        held = [pk for ids in batches(tasks) for pk in rows.filter(task__in=ids).values_list("pk", flat=True)]
        for ids in rollup.batches_from_below(held):
            list(rows.select_for_update(of=("self",)).filter(pk__in=ids).from_below().values_list("pk", flat=True))

    def move(self, moves):
        """Write the moves. Each is taken as it is: the caller has found that the date differs."""
        moves = list(moves)
        changes = [change for group in _grouped(moves) for change in self._changes(group)]
        DueChange.objects.bulk_create(changes, batch_size=CHUNK)
        self._take(changes, {move.stage.pk: move.stage for move in moves})
        for now, group in _by_date(moves).items():
            _move_stages([move.stage for move in group if move.answer is None], now)
        self.moves += moves
        self.changes += changes

    def finish(self, *, settle=()):
        """Derive again what hangs on the dates, write the journal, tell the answering people once. Returns the DueChanges.

        `settle`: ids of more assignments whose counting changed in the same act.
        """
        moved = sorted({change.answer.assignment_id for change in self.changes})
        for ids in batches(moved):
            _derive(ids, at=self.at)
        rollup.settle_all({*moved, *settle})
        Entry.objects.record_all([self._entry(move) for move in self.moves], by=self.by, at=self.at)
        self._tell()
        return self.changes

    def _changes(self, moves):
        """Unsaved DueChanges of the answers a group of moves concerns."""
        by_stage = {move.stage.pk: move for move in moves}
        answers = Answer.objects.filter(stage__in=list(by_stage), assignment__ended_on=None).exclude(state__in=FINISHED)
        if moves[0].answer:
            answers = answers.filter(pk__in=[move.answer.pk for move in moves])
        for answer in answers.order_by("pk"):
            move = by_stage[answer.stage_id]
            if answer.due_on != move.now and not _has_its_own(answer, move):
                yield self._change(answer, move)

    def _change(self, answer, move):
        return DueChange(
            answer=answer,
            was=answer.due_on,
            now=move.now,
            cause=move.cause,
            source=move.source,
            amendment=self.amendment,
            by=self.by,
            at=self.at,
        )

    @staticmethod
    def _take(changes, stages):
        """The answers take date, clock and newest change."""
        wanted = defaultdict(list)
        for change in changes:
            stage = stages[change.answer.stage_id]
            wanted[change.now, clock_of(stage.kind, due_on=change.now)].append(change.answer_id)
        newest = DueChange.objects.filter(answer=OuterRef("pk")).order_by("-pk").values("pk")[:1]
        for (now, clock), answers in wanted.items():
            for ids in batches(answers):
                Answer.objects.filter(pk__in=ids).update(
                    due_originally_on=Coalesce("due_originally_on", "due_on", now) if now else Coalesce("due_originally_on", "due_on"),
                    due_on=now,
                    clock=clock,
                    change=Subquery(newest),
                )

    def _entry(self, move):
        facts = {"stage": move.stage.pk, "was": _iso(move.was), "now": _iso(move.now)}
        facts |= {"source": move.source.pk} if move.source else {}
        facts |= {"amendment": self.amendment.pk} if self.amendment else {}
        return f"stage.{move.cause}", move.answer.assignment if move.answer else move.stage.task, facts

    def _tell(self):
        """One notice for each person and stage."""
        stages, first = {move.stage.pk: move.stage for move in self.moves}, {}
        for change in self.changes:
            first.setdefault(change.answer.stage_id, change.pk)
        with translation.override("vi"):
            for ids in batches(change.answer.assignment_id for change in self.changes):
                rows = _told_rows(ids)
                readers = Readers(rows.values(), on=timezone.localdate(self.at))
                Notice.objects.tell_all(
                    [
                        self._notice(change, stages[change.answer.stage_id], row, person, first[change.answer.stage_id])
                        for change in self.changes
                        if (row := rows.get(change.answer.assignment_id))
                        for person in readers.answering(row)
                    ]
                )

    def _notice(self, change, stage, row, person, first):
        body = [row.plan.document.symbol, row.task.ref, row.unit.full_name, stage.label]
        return Notice(
            person_id=person,
            key=f"due/{stage.pk}/{first}",
            kind=Notice.Kind.DEADLINE,
            title=Truncator(f"{self._words(change)}: {row.task.title}").chars(300),
            body=" · ".join(part for part in body if part),
            link=row.get_absolute_url(),
            at=self.at,
        )

    def _words(self, change):
        facts = {
            "was": f"{change.was:%d/%m/%Y}" if change.was else "–",
            "now": f"{change.now:%d/%m/%Y}" if change.now else "–",
            "document": self.amendment.document if self.amendment else "",
        }
        if change.cause == Cause.DATED:
            return _("The superior's plan gives the date %(now)s") % facts
        if change.cause == Cause.UNDATED:
            return _("The superior's date %(was)s fell away, the duty waits again") % facts
        if change.cause == Cause.FOLLOWED:
            return _("The superior's date moved: due %(now)s instead of %(was)s") % facts
        return _("Due %(now)s instead of %(was)s, by %(document)s") % facts


def hold_plans(plans):
    """Hold plans until the transaction ends, the highest first: acts on one chain of plans wait for each other there."""
    held = Plan.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=plans.values("pk"))
    return list(held.order_by(Length("unit__path"), "pk"))


def _has_its_own(answer, move):
    """Whether a document for this unit alone gave it a later date than the one that now holds for all."""
    if move.answer or move.now is None or answer.due_on is None or answer.due_on == move.stage.due_on:
        return False
    return answer.due_on > move.now


def _grouped(moves):
    """The moves in lists that one question reads; those of single answers apart."""
    for alone in (False, True):
        rows = [move for move in moves if (move.answer is not None) == alone]
        for start in range(0, len(rows), CHUNK):
            yield rows[start : start + CHUNK]


def _by_date(moves):
    found = defaultdict(list)
    for move in moves:
        found[move.now].append(move)
    return found


def _move_stages(stages, now):
    for ids in batches(stage.pk for stage in stages):
        Stage.objects.filter(pk__in=ids).update(due_originally_on=Coalesce("due_originally_on", "due_on"), due_on=now)
    for stage in stages:
        stage.due_on = now


def _derive(ids, *, at):
    """Clock, date and lateness of assignments from their answers, as take_state does for one; rows alike are written together.

    What waited until now is quiet from the moment `at` on.
    """
    answers = defaultdict(list)
    for answer in Answer.objects.filter(assignment__in=ids).order_by("pk"):
        answers[answer.assignment_id].append(answer)
    alike = defaultdict(list)
    for pk, rows in answers.items():
        alike[tuple(Assignment.dates_of(rows).items())].append(pk)
    ran_on = Case(When(clock=Clock.WAITING, then=Value(at)), default=F("dated_at"), output_field=DateTimeField())
    for fields, rows in alike.items():
        facts = dict(fields)
        facts |= {} if facts["clock"] == Clock.WAITING else {"dated_at": ran_on}
        Assignment.objects.filter(pk__in=rows).update(version=F("version") + 1, **facts)


def _told_rows(ids):
    """{id: Assignment} of those whose people are told: leads of plans in force."""
    rows = Assignment.objects.live().filter(pk__in=ids, plan__issued_on__isnull=False, plan__closed_on=None)
    return {row.pk: row for row in rows.select_related("task", "unit", "owner__person", "plan__document", "plan__unit")}


def _iso(day):
    return day and day.isoformat()
