"""«Không áp dụng»: filed by the area, judged above, taken back; only acceptance changes what the area owes."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from journal.models import Entry, Notice
from orgunits.models import Role
from tasks import declarations, rollup
from tasks.coverage import Cell, coverage
from tasks.models import Assignment, NotApplicable, StaleWrite, State, Task
from tests.tasks.coverings import BELOW, Covering
from tests.world import ISSUED

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 30, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LATER = AT + timedelta(hours=1)


@pytest.fixture
def covering(world):
    return Covering(world)


@pytest.fixture
def named(covering):
    """A dated duty of the Centre that Ba Ngòi owes itself, with an answer of its own."""
    return covering.duty(covering.central, covering.world.ba_ngoi, covering.world.cam_linh, due_on=date(2026, 9, 30))


def declare(covering, task, *, by=None, unit=None):
    return declarations.declare(task, unit=unit or covering.world.ba_ngoi, reason="Không có hệ thống", by=by or covering.world.mai, at=AT)


def cell(covering, task, unit):
    return coverage(covering.central, on=AT.date(), level=unit.level).cell(task.pk, unit.pk)


def owed(task, unit):
    return Assignment.objects.get(task=task, unit=unit)


def verbs(task):
    return list(Entry.objects.about(task).order_by("pk").values_list("verb", flat=True))


def test_a_declaration_changes_nothing_but_says_so_above(covering, named):
    world = covering.world
    row = declare(covering, named)
    assert (row.is_waiting, cell(covering, named, world.ba_ngoi)) == (True, Cell.DECLARED)
    assert (owed(named, world.ba_ngoi).state, owed(named, world.ba_ngoi).counts) == (State.TODO, True)
    timed = Assignment.objects.timed(on=date(2026, 10, 1)).get(task=named, unit=world.ba_ngoi)
    assert timed.timeliness == "overdue"
    assert verbs(named) == ["not_applicable.declared"]
    assert list(Notice.objects.values_list("person__username", flat=True)) == ["hoa"]


def test_many_declarations_of_one_duty_tell_the_superior_once_a_day(covering, named):
    declare(covering, named)
    declare(covering, named, by=covering.viet, unit=covering.world.cam_linh)
    assert Notice.objects.filter(person=covering.world.hoa.person).count() == 1


def test_accepted_counts_no_more_here_and_above(covering, named):
    world, row = covering.world, declare(covering, named)
    assert Task.objects.get(pk=named.pk).leads_n == 2
    assert declarations.judge([row.pk], ok=True, by=world.hoa, at=LATER) == [row]
    assert (owed(named, world.ba_ngoi).state, owed(named, world.ba_ngoi).counts) == (State.NOT_APPLICABLE, False)
    assert Task.objects.get(pk=named.pk).leads_n == 1
    assert Assignment.objects.timed(on=date(2026, 10, 1)).get(task=named, unit=world.ba_ngoi).timeliness == "off"
    assert rollup.faults() == []
    assert verbs(named)[-1] == "not_applicable.accepted"
    assert set(Notice.objects.filter(key=f"declaration/{row.pk}").values_list("person__username", flat=True)) == {"mai", "binh"}


def test_a_moved_date_does_not_bring_an_accepted_one_back(covering, named):
    world, row = covering.world, declare(covering, named)
    declarations.judge([row.pk], ok=True, by=world.hoa, at=LATER)
    owed(named, world.ba_ngoi).take_state()
    assert owed(named, world.ba_ngoi).state == State.NOT_APPLICABLE


def test_withdrawn_it_runs_on_from_where_it_stood(covering, named):
    world, row = covering.world, declare(covering, named)
    declarations.judge([row.pk], ok=True, by=world.hoa, at=LATER)
    row.refresh_from_db()
    declarations.withdraw(row, by=world.binh, at=LATER)
    assert (owed(named, world.ba_ngoi).state, owed(named, world.ba_ngoi).counts) == (State.TODO, True)
    assert Task.objects.get(pk=named.pk).leads_n == 2
    assert (cell(covering, named, world.ba_ngoi), rollup.faults()) == (Cell.MISSING, [])
    with pytest.raises(StaleWrite):
        declarations.withdraw(row, by=world.binh, at=LATER)
    assert declare(covering, named).is_waiting


def test_the_body_an_area_answers_through_is_put_off_with_it(covering):
    world = covering.world
    task = covering.duty(covering.central, world.ubnd, due_on=date(2026, 9, 30))
    row = declare(covering, task)
    declarations.judge([row.pk], ok=True, by=world.hoa, at=LATER)
    assert owed(task, world.ubnd).state == State.NOT_APPLICABLE
    owed(task, world.ubnd).take_state()
    assert owed(task, world.ubnd).state == State.NOT_APPLICABLE


def test_refused_with_a_reason_and_may_be_declared_anew(covering, named):
    world, row = covering.world, declare(covering, named)
    declarations.judge([row.pk], ok=False, reason="Phường có hệ thống một cửa", by=world.hoa, at=LATER)
    row.refresh_from_db()
    assert (row.stands, row.verdict, cell(covering, named, world.ba_ngoi)) == (False, "Phường có hệ thống một cửa", Cell.MISSING)
    assert owed(named, world.ba_ngoi).state == State.TODO
    assert Notice.objects.get(person=world.mai.person, key=f"declaration/{row.pk}").body == "Phường có hệ thống một cửa"
    assert declare(covering, named).is_waiting


def test_one_declaration_stands_at_a_time(covering, named):
    declare(covering, named)
    with pytest.raises(StaleWrite):
        declare(covering, named, by=covering.world.binh)
    assert NotApplicable.objects.count() == 1


def test_nobody_judges_what_they_filed_and_nothing_is_judged_twice(covering, named):
    world = covering.world
    clerk = world.hire("mai2", world.ba_ngoi, Role.CLERK, person=world.hoa.person)
    row = declare(covering, named, by=clerk)
    assert declarations.judge([row.pk], ok=True, by=world.hoa, at=LATER) == []
    other = world.hire("lan", world.centre, Role.STEERING)
    assert declarations.judge([row.pk], ok=True, by=other, at=LATER) == [row]
    assert declarations.judge([row.pk], ok=False, reason="x", by=other, at=LATER) == []
    row.refresh_from_db()
    assert row.accepted is True


def test_many_at_once(covering, named):
    world = covering.world
    rows = [declare(covering, named), declare(covering, named, by=covering.viet, unit=world.cam_linh), declare(covering, covering.one)]
    assert len(declarations.judge([row.pk for row in rows], ok=True, by=world.hoa, at=LATER)) == 3
    assert Task.objects.get(pk=named.pk).leads_n == 0
    assert rollup.faults() == []


def test_a_province_declares_for_itself_and_its_wards(covering):
    row = declare(covering, covering.one, by=covering.tam, unit=covering.world.khanh_hoa)
    declarations.judge([row.pk], ok=True, by=covering.world.hoa, at=LATER)
    assert owed(covering.one, covering.world.khanh_hoa).state == State.NOT_APPLICABLE
    assert cell(covering, covering.one, covering.world.cam_linh) == Cell.DECLARED


def test_what_is_taken_up_or_does_not_bind_is_not_declared(covering, named):
    world = covering.world
    covering.continue_in(world.plan, covering.one, on=BELOW)
    elsewhere = covering.duty(covering.central, world.cam_linh)
    for task in (covering.one, elsewhere):
        with pytest.raises(declarations.NothingToDeclare):
            declare(covering, task)
    assert not NotApplicable.objects.exists()


def test_who_may(covering, named):
    world, on = covering.world, AT.date()
    may = {
        post: declarations.may_declare(named, post, on=on)
        for post in (world.mai, world.binh, world.an, world.dung, world.hoa, covering.tam)
    }
    assert [post.person.username for post, yes in may.items() if yes] == ["mai", "binh"]
    assert [post.person.username for post in may if declarations.may_judge(covering.central, post)] == ["hoa"]
    assert declarations.may_declare(covering.one, covering.tam, on=on)
    row = declare(covering, named)
    assert [post.person.username for post in may if row.may_be_withdrawn_by(post)] == ["mai", "binh"]
    named.plan.withdrawn_on = ISSUED
    assert not declarations.may_declare(named, world.mai, on=on)


def test_who_reads_a_declaration(covering, named):
    world, row = covering.world, declare(covering, named)
    readers = [post for post in (world.an, world.mai, world.dung, world.hoa, covering.tam) if row in NotApplicable.objects.visible_to(post)]
    assert readers == [world.an, world.mai, world.dung, world.hoa, covering.tam]
    assert not NotApplicable.objects.visible_to(world.chi).exists()
    assert not NotApplicable.objects.visible_to(world.hire("quan", world.centre, Role.ADMIN)).exists()
