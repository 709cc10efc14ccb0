"""How the dates of duties stand to each other: which date of a superior's duty holds for a unit's own line, who is later than it.

A superior's duty speaks to a lower plan with its *last dated stage*. It speaks through the lead on the lower plan's own line (the
plan's own area, else a body of it, else the nearest area above); where that lead got a date of its own, this one holds there.
"""

from collections import defaultdict
from copy import copy

from django.db.models import F, Q

from tasks.deadlines import Clock, Kind, clock_of
from tasks.models import Answer, ParentLink, Stage
from tasks.models.states import FINISHED

BATCH = 1000  # ids in one question

RECURRING = {kind for kind in Kind if kind.startswith("recurring_")}  # a date that comes again is never the last one


def batches(ids):
    ids = sorted(set(ids))
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def is_dated(stage):
    return stage.due_on is not None and stage.kind not in RECURRING and clock_of(stage.kind, due_on=stage.due_on) == Clock.DATED


class LastDates:
    """The last dated stages of duties (`tasks`: ids), read in two questions for each thousand of them."""

    def __init__(self, tasks):
        self.stages, self.own = defaultdict(list), defaultdict(list)
        for ids in batches(tasks):
            for stage in Stage.objects.filter(task__in=ids, due_on__isnull=False).order_by("task", "position"):
                if is_dated(stage):
                    self.stages[stage.task_id].append(stage)
            for answer in _own_dates(ids):
                self.own[answer.assignment.task_id, answer.stage_id].append(answer)

    def on_line(self, task, unit):
        """The last dated stage of the duty `task` (id) as it holds for plans of `unit`, a copy with the date as `holds_on`; or None."""
        dated = [self._as_it_holds(stage, self._on_line_of(unit, task, stage)) for stage in self.stages[task]]
        return max(dated, key=lambda stage: (stage.holds_on, stage.position), default=None)

    def latest(self, task):
        """All dated stages of the duty, copies with the latest date any unit has for them as `holds_on`, in their order."""
        return [self._as_it_holds(stage, self._latest_of(task, stage)) for stage in self.stages[task]]

    def _on_line_of(self, unit, task, stage):
        near = [(_distance(answer.assignment, unit), answer) for answer in self.own[task, stage.pk]]
        near = [(far, -answer.due_on.toordinal(), answer) for far, answer in near if far is not None]
        return min(near, key=lambda row: row[:2])[2].due_on if near else None

    def _latest_of(self, task, stage):
        return max([stage.due_on, *(answer.due_on for answer in self.own[task, stage.pk])])

    @staticmethod
    def _as_it_holds(stage, own):
        stage = copy(stage)
        stage.holds_on = own or stage.due_on
        return stage


def _own_dates(tasks):
    """Answers of live leads that carry another date than their stage; a finished one that was merely not moved along is none."""
    moved = Answer.objects.filter(assignment__task__in=tasks, assignment__ended_on=None, clock=Clock.DATED, due_on__isnull=False)
    moved = moved.filter(occurs_on=None).exclude(due_on=F("stage__due_on")).exclude(Q(state__in=FINISHED), due_on__lt=F("stage__due_on"))
    return moved.select_related("assignment__unit").order_by("pk")


def _distance(assignment, unit):
    """How near a lead stands on the line of `unit`: 0 itself, 1 a body of its area, more for areas above; None beside the line."""
    if assignment.path == unit.path:
        return 0
    if assignment.unit.area_id == unit.pk:
        return 1
    return 1 + len(unit.path) - len(assignment.path) if unit.path.startswith(assignment.path) else None


def later_than_parents(tasks):
    """Stages of `tasks` due after the superior's duty they continue: [(child_stage, parent_stage)], in the order of plan and duty.

    `parent_stage` is the parent's last dated stage. Both are copies that carry the dates compared as `holds_on`: of the child the
    latest any of its units has, of the parent the one on the child plan's own line (an extension for one unit alone holds there only).
    Not compared: what comes again (every year, every quarter), ended duties, parents in drafts or plans withdrawn. Bounded queries.
    """
    links = [link for ids in batches(task.pk for task in tasks) for link in _links(ids)]
    children, parents = LastDates(link.child_id for link in links), LastDates(link.parent_id for link in links)
    found = []
    for link in sorted(links, key=lambda link: (link.child.plan_id, link.child.position, link.pk)):
        parent = parents.on_line(link.parent_id, link.child.plan.unit)
        if parent is None or parent.kind in RECURRING:
            continue
        parent.task = link.parent
        for child in children.latest(link.child_id):
            if child.kind not in RECURRING and child.holds_on > parent.holds_on:
                child.task = link.child
                found.append((child, parent))
    return found


def later_than_parent(task):
    """The pairs of `later_than_parents` for one duty."""
    return later_than_parents([task])


def _links(tasks):
    links = ParentLink.objects.filter(child__in=tasks, until=None, child__ended_on=None, parent__ended_on=None)
    links = links.filter(parent__plan__issued_on__isnull=False, parent__plan__withdrawn_on=None)
    return links.select_related("child__plan__unit", "child__plan__document", "parent__plan__unit", "parent__plan__document")
