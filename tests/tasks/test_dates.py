"""Which date of a superior's duty holds on a line, and who is later than it."""

from datetime import date

import pytest

from tasks import cascade
from tasks.dates import LastDates, later_than_parents
from tasks.deadlines import Kind
from tasks.models import Answer, Assignment, ParentLink, Stage, State, Task
from tests.world import plan_of

APRIL, MAY, JUNE = date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)


def found(*tasks):
    return [(child.task, child.position, child.holds_on, parent.task, parent.holds_on) for child, parent in later_than_parents(tasks)]


@pytest.fixture
def parent(world):
    return world.duty(plan=plan_of(world.khanh_hoa, "07-KH/BCĐ"), lead=world.ba_ngoi, due_on=APRIL).task


def child_of(world, parent, due_on, **more):
    child = world.duty(due_on=due_on, **more).task
    ParentLink.objects.tie(child, parent)
    return child


def test_a_child_due_later_is_found_and_one_due_on_the_day_is_not(world, parent):
    late, same = child_of(world, parent, JUNE), child_of(world, parent, APRIL)
    assert found(late, same) == [(late, 1, JUNE, parent, APRIL)]


def test_each_stage_is_compared_with_the_parents_last(world, parent):
    Stage.objects.create(task=parent, position=2, kind=Kind.BY_DATE, due_on=MAY)
    child = child_of(world, parent, MAY)
    Stage.objects.create(task=child, position=2, kind=Kind.BY_DATE, due_on=JUNE)
    assert found(child) == [(child, 2, JUNE, parent, MAY)]


def test_an_extension_for_ones_own_line_holds_there_only(world, parent):
    Answer.objects.filter(assignment__task=parent).update(due_on=JUNE)
    cascade.address(parent, leads=[world.cam_linh], on=APRIL)
    ours = child_of(world, parent, JUNE)
    theirs = child_of(world, parent, JUNE, plan=plan_of(world.cam_linh, "03-KH/BCĐ"), lead=world.ubnd_cam_linh)
    assert found(ours, theirs) == [(theirs, 1, JUNE, parent, APRIL)]


@pytest.mark.parametrize("state", [State.SAID, State.DONE])
def test_a_finished_lead_that_was_not_moved_has_no_date_of_its_own(world, parent, state):
    Answer.objects.filter(assignment__task=parent).update(state=state)
    Stage.objects.filter(task=parent).update(due_on=JUNE)
    assert LastDates([parent.pk]).on_line(parent.pk, world.ba_ngoi).holds_on == JUNE


def test_a_body_of_the_area_and_the_area_above_stand_on_the_line(world, parent):
    Assignment.objects.filter(task=parent).delete()
    body = cascade.address(parent, leads=[world.ubnd], on=APRIL)[0]
    Answer.objects.filter(assignment=body).update(due_on=MAY)
    above = cascade.address(parent, leads=[world.khanh_hoa], on=APRIL)[0]
    Answer.objects.filter(assignment=above).update(due_on=JUNE)
    dates = LastDates([parent.pk])
    assert dates.on_line(parent.pk, world.ba_ngoi).holds_on == MAY
    assert dates.on_line(parent.pk, world.cam_linh).holds_on == JUNE


def test_one_units_longer_time_makes_the_child_late(world, parent):
    child = child_of(world, parent, APRIL)
    Answer.objects.filter(assignment__task=child).update(due_on=JUNE)
    assert found(child) == [(child, 1, JUNE, parent, APRIL)]


def test_not_compared(world, parent):
    yearly = child_of(world, parent, JUNE, kind=Kind.RECURRING_YEARLY)
    ended, closed = child_of(world, parent, JUNE), child_of(world, parent, JUNE)
    Task.objects.filter(pk=ended.pk).update(ended_on=JUNE)
    closed.parent_links.get().close(on=JUNE)
    assert found(yearly, ended, closed) == []
    late = child_of(world, parent, JUNE)
    type(parent.plan).objects.filter(pk=parent.plan_id).update(withdrawn_on=JUNE)
    assert found(late) == []


def test_one_and_three_duties_ask_as_many_queries(world, parent, django_assert_num_queries):
    tasks = [child_of(world, parent, JUNE) for _ in range(3)]
    for some in (tasks[:1], tasks):
        with django_assert_num_queries(5):
            assert len(later_than_parents(some)) == len(some)


@pytest.mark.django_db
@pytest.mark.usefixtures("country")
def test_of_the_two_plans_row_19_alone_is_later_than_its_parent():
    assert [(child.task.ref, child.position, child.holds_on, parent.task.ref, parent.holds_on) for child, parent in _all()] == [
        ("PL/19", 2, JUNE, "V.1.m/6", APRIL)
    ]


def _all():
    return later_than_parents(Task.objects.all())
