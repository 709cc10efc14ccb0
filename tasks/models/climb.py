"""The one hot path in raw SQL: a change at the bottom climbs to every number above it, in the same transaction (model.md §2).

Each node is changed by `SET x = x + d … RETURNING`, so that writers under one parent add up instead of overwriting each other;
through the ORM the same climb reads every row first and takes three times as long. Nodes are visited in one global order
(deeper plans first, assignment before task, id), so that writers wait for each other and never in a circle. A node's links are
read only after it was changed: who links it meanwhile has locked it first. Shares are integers, parts per 10⁹ (WHOLE), so that
one ward's stage still moves the nation's number.
"""

import heapq
from typing import NamedTuple

from django.db import connection

WHOLE = 10**9


class Sum(NamedTuple):
    """How many direct children count, and the sums of their shares."""

    n: int = 0
    said: int = 0
    done: int = 0

    def plus(self, other):
        return Sum(self.n + other.n, self.said + other.said, self.done + other.done)

    def minus(self, other):
        return Sum(self.n - other.n, self.said - other.said, self.done - other.done)

    def as_one(self):
        """What the node itself adds to the one above: one child with the average share, or nothing where nothing counts."""
        return Sum(1, self.said // self.n, self.done // self.n) if self.n else NOTHING


NOTHING = Sum()
START = 32  # deeper than any plan: where a climb begins at one node, that node comes first anyway
ASSIGNMENT, TASK = 0, 1

CHANGE_TASK = """
    UPDATE tasks_task SET leads_n = leads_n + %s, leads_said = leads_said + %s, leads_done = leads_done + %s
    WHERE id = %s RETURNING leads_n, leads_said, leads_done"""

CHANGE_ASSIGNMENT = """
    UPDATE tasks_assignment
    SET carried_n = carried_n + %s, carried_said = carried_said + %s, carried_done = carried_done + %s, adds_up = (carried_n + %s > 0)
    WHERE id = %s RETURNING carried_n, carried_said, carried_done, own_said, own_done, counts, task_id"""

CARRIED_UNDER = """
    SELECT link.via_id, LENGTH(unit.path) FROM tasks_parentlink link
    JOIN tasks_task child ON child.id = link.child_id JOIN plans_plan lower ON lower.id = child.plan_id
    JOIN tasks_assignment via ON via.id = link.via_id JOIN plans_plan higher ON higher.id = via.plan_id
    JOIN orgunits_orgunit unit ON unit.id = higher.unit_id
    WHERE link.child_id = %s AND link.until IS NULL AND lower.issued_on IS NOT NULL AND lower.withdrawn_on IS NULL"""


def share(carried, own_said, own_done):
    """(said, done) of an assignment: the duties carried under it where one of them counts, otherwise its own stages."""
    return carried.as_one()[1:] if carried.n else (own_said, own_done)


class Climb:
    """Changes still to be carried up, by node: (minus the depth of its plan, ASSIGNMENT or TASK, id)."""

    def __init__(self):
        self._changes, self._order = {}, []

    def add(self, kind, pk, change, *, depth=START):
        """Note that the sums of a node change. `depth` is the length of its plan's unit path; it orders several beginnings."""
        if change == NOTHING:
            return
        node = (-depth, kind, pk)
        if node not in self._changes:
            heapq.heappush(self._order, node)
        self._changes[node] = self._changes.get(node, NOTHING).plus(change)

    def go(self):
        """Carry everything up. Call inside a transaction."""
        with connection.cursor() as cursor:
            while self._order:
                node = heapq.heappop(self._order)
                change = self._changes.pop(node)
                if change == NOTHING:  # one lead ended and its successor began: nothing moves
                    continue
                step = self._task if node[1] == TASK else self._assignment
                step(cursor, node, change)

    def _task(self, cursor, node, change):
        cursor.execute(CHANGE_TASK, [*change, node[2]])
        now = Sum(*cursor.fetchone())
        above = now.as_one().minus(now.minus(change).as_one())
        if above == NOTHING:
            return
        cursor.execute(CARRIED_UNDER, [node[2]])
        for via, depth in cursor.fetchall():
            self.add(ASSIGNMENT, via, above, depth=depth)

    def _assignment(self, cursor, node, change):
        cursor.execute(CHANGE_ASSIGNMENT, [*change, change.n, node[2]])
        *sums, own_said, own_done, counts, task = cursor.fetchone()
        if not counts:
            return
        now, was = (share(carried, own_said, own_done) for carried in (Sum(*sums), Sum(*sums).minus(change)))
        self.add(TASK, task, Sum(0, now[0] - was[0], now[1] - was[1]), depth=-node[0])
