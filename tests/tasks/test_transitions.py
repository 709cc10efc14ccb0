"""Every state × act × role against the table of docs/decisions/0015: who may move a duty, and what it becomes."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from orgunits.models import Role
from plans import period
from tasks import declarations, halting, rollup
from tasks.models import Assignment, NotApplicable, Progress, StaleWrite, State
from tasks.models.progress import log_progress
from tests.tasks.coverings import Covering

AT = period.moment(date(2026, 7, 10)) + timedelta(hours=9)
LATER = AT + timedelta(days=1)
PAGE = Path(settings.BASE_DIR) / "docs/decisions/0015-states-proof-and-silence.md"


def rows():
    lines = [line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.count(" | ") == 9]
    head, *table = lines
    assert head[2:] == list(State)
    return [(act, who.split(", "), dict(zip(head[2:], cells, strict=True))) for act, who, *cells in table]


TABLE = rows()
SIDES = {"an": "unit", "mai": "unit", "hoa": "superior"}  # «area»: Mai and Bình


class Scene:
    """A duty of the Centre's plan that Ba Ngòi's people's committee leads: An and Mai are the unit, Hoa the superior."""

    def __init__(self, world):
        covering = Covering(world)
        self.world = world
        self.duty = covering.duty(covering.central, world.ubnd, due_on=date(2026, 9, 30)).assignments.get()
        self.people = {post.person.username: post for post in (world.an, world.mai, world.binh, world.hoa, world.dung, world.chi)}
        self.people |= {"soat": world.hire("soat", world.ba_ngoi, Role.AUDITOR), "quan": world.hire("quan", world.centre, Role.ADMIN)}
        self.writer = world.hire("viet2", world.ubnd)
        self.head = world.hire("hoa2", world.centre, Role.STEERING)

    @property
    def row(self):
        return Assignment.objects.get(pk=self.duty.pk)

    def log(self, says, by=None):
        return log_progress(self.duty, by=by or self.writer, at=AT, says=says, words="đã làm")

    def reach(self, state):
        """Bring the duty into `state`, as far as others than those who are tried can."""
        if state in {State.SAID, State.DONE, State.RETURNED}:
            entry = self.log("done")
            if state != State.SAID:
                entry.judge(by=self.head, at=AT, ok=state == State.DONE, reason="thiếu")
        elif state == State.DOING:
            self.log("doing")
        elif state in {State.PAUSED, State.DROPPED}:
            halting.ask(self.duty, kind="pause" if state == State.PAUSED else "drop", reason="Chờ", by=self.head, at=AT)
        elif state == State.NOT_APPLICABLE:
            declarations.judge([self.declared().pk], ok=True, by=self.head, at=AT)
        assert self.row.state == state

    def declared(self):
        clerk = self.world.hire("kê", self.world.ba_ngoi, Role.CLERK)
        return NotApplicable.objects.create(task=self.duty.task, unit=self.world.ba_ngoi, reason="Không có", by=clerk, at=AT)

    def asked(self):
        """A request that waits; where the state allows none, one from before the unit said that the duty was done."""
        return self.row.halts.create(kind="pause", reason="Chờ", by=self.writer, at=AT, token="0" * 32)


class Impossible(Exception):
    """The act is not offered to this post, or refused by the domain."""


def allowed(may):
    if not may:
        raise Impossible


def log(says):
    def act(scene, by):
        allowed(scene.row.may_be_progressed_by(by))
        scene.log(says, by)

    return act


def judge(ok):
    def act(scene, by):
        entry = Progress.objects.filter(assignment=scene.duty).first()
        allowed(entry and not hasattr(entry, "verdict") and entry.may_be_judged_by(by))
        entry.judge(by=by, at=LATER, ok=ok, reason="thiếu")

    return act


def ask(kind, *, orders):
    def act(scene, by):
        row = scene.row
        allowed(row.may_be_halted_by(by) and row.may_be_judged_by(by) == orders)
        halting.ask(row, kind=kind, reason="Chờ", by=by, at=LATER)

    return act


def answer(ok):
    def act(scene, by):
        if scene.row.state in {State.DONE, State.PAUSED, State.DROPPED, State.NOT_APPLICABLE}:
            raise Impossible  # nothing can wait there
        halt = scene.asked()
        allowed(halt.may_be_judged_by(by))
        halting.judge(halt, ok=ok, reason="Đã cấp", by=by, at=LATER)

    return act


def withdraw(scene, by):
    if scene.row.state in {State.DONE, State.PAUSED, State.DROPPED, State.NOT_APPLICABLE}:
        raise Impossible
    halt = scene.asked()
    allowed(halt.may_be_withdrawn_by(by))
    halting.withdraw(halt, by=by, at=LATER)


def resume(scene, by):
    allowed(scene.row.may_be_resumed_by(by))
    halting.resume(scene.row, by=by, at=LATER)


def declare(scene, by):
    allowed(declarations.may_declare(scene.duty.task, by, on=AT.date()))
    declarations.declare(scene.duty.task, unit=by.unit, reason="Không có", by=by, at=LATER)


def accept_declaration(scene, by):
    if scene.row.state == State.NOT_APPLICABLE:
        raise Impossible
    allowed(declarations.may_judge(scene.duty.plan, by))
    declarations.judge([scene.declared().pk], ok=True, by=by, at=LATER)


def take_back(scene, by):
    row = NotApplicable.objects.standing().filter(task=scene.duty.task).first()
    allowed(row and row.may_be_withdrawn_by(by))
    declarations.withdraw(row, by=by, at=LATER)


ACTS = {
    "log: nothing to report": log("nothing"),
    "log: in progress": log("doing"),
    "log: done": log("done"),
    "confirm the newest entry": judge(True),
    "return the newest entry": judge(False),
    "ask for a pause": ask("pause", orders=False),
    "ask not to do it": ask("drop", orders=False),
    "withdraw the request": withdraw,
    "accept the request": answer(True),
    "refuse the request": answer(False),
    "order a pause": ask("pause", orders=True),
    "order that it is not done": ask("drop", orders=True),
    "let it run on": resume,
    "declare «không áp dụng»": declare,
    "accept the declaration": accept_declaration,
    "take the declaration back": take_back,
}


def test_the_table_names_every_act_and_every_state():
    assert [act for act, _who, _cells in TABLE] == list(ACTS)


def may_try(name, who):
    return SIDES.get(name) in who or ("area" in who and name in {"mai", "binh"})


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(("act", "who", "cells"), TABLE, ids=[act for act, _who, _cells in TABLE])
def test_who_moves_a_duty_and_what_it_becomes(world, act, who, cells, state):
    scene = Scene(world)
    scene.reach(state)
    found, wanted = {}, {}
    for name, post in scene.people.items():
        wanted[name] = cells[state] if may_try(name, who) else "–"
        found[name] = _tried(scene, ACTS[act], post)
    before = {"as before": State.TODO}
    assert found == {name: before.get(word, word) for name, word in wanted.items()}


def _tried(scene, act, post):
    """What the duty becomes, or «–»; whatever was done is taken back."""
    try:
        with transaction.atomic():
            act(scene, post)
            found = scene.row.state
            assert rollup.faults() == []
            transaction.set_rollback(True)
    except (Impossible, StaleWrite, declarations.NothingToDeclare):
        return "–"
    return str(found)
