"""«Theo Kế hoạch của Tỉnh»: linked, dated, moved, withdrawn, dated again; told once each time."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal.models import Entry, Notice
from orgunits.models import Level, OrgUnit, Person, Post, Role
from plans import period
from plans.models import Document, Plan
from tasks import cascade, reminders, rollup, waiting
from tasks.deadlines import Clock, Kind
from tasks.models import Answer, Assignment, DueChange, Stage, StaleWrite, Task
from tasks.models.progress import log_progress
from tests.world import plan_of

TODAY = date(2026, 7, 10)
AT = period.moment(TODAY) + timedelta(hours=9)
DUE = date(2026, 8, 5)


@pytest.fixture
def province(world):
    """The plan of Khánh Hòa for which Ba Ngòi's waits, with one duty for the ward, due on 5 August."""
    plan = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    world.plan.superiors.add(plan)
    return plan


@pytest.fixture
def source(world, province):
    return world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE, title="Đào tạo kỹ năng an toàn thông tin").task


@pytest.fixture
def waits(world, province):
    """A waiting duty of Ba Ngòi, its only stage."""
    duty = world.duty(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN, title="Đào tạo, bồi dưỡng kỹ năng an toàn thông tin")
    Stage.objects.filter(task=duty.task).update(waits_for_plan=province)
    return waiting.stages_that_wait().get(task=duty.task)


def duty_of(stage):
    return Assignment.objects.get(task=stage.task)


def answer_of(stage):
    return Answer.objects.get(stage=stage)


def keys(post, start="deadline/"):
    return [row.key for row in Notice.objects.filter(person=post.person, key__startswith=start).order_by("pk")]


def link(stage, source, world, **more):
    return waiting.link(stage, source, by=world.mai, at=AT, **more)


def move(source, due_on):
    """Give a source another date, as an extension for all does."""
    source.stages.update(due_on=due_on)
    Answer.objects.filter(stage__task=source).update(due_on=due_on)


def withdraw(plan, on=TODAY):
    Plan.objects.filter(pk=plan.pk).update(withdrawn_on=on)


def put_in_force(plan):
    Plan.objects.filter(pk=plan.pk).update(withdrawn_on=None)


# Dated


def test_linking_dates_the_stage_its_answers_and_the_duty(world, source, waits):
    (change,) = link(waits, source, world)
    answer, duty = answer_of(waits), duty_of(waits)
    assert (change.was, change.now, change.cause, change.source, change.by) == (None, DUE, "dated", source, world.mai)
    assert (answer.due_on, answer.due_originally_on, answer.clock, answer.change) == (DUE, DUE, Clock.DATED, change)
    assert (duty.due_on, duty.clock) == (DUE, Clock.DATED)
    assert Stage.objects.get(pk=waits.pk).due_on == DUE
    assert list(Entry.objects.about(waits.task).values_list("verb", flat=True)) == ["stage.linked", "stage.dated"]
    assert list(rollup.faults()) == []


def test_the_answering_people_are_told_once_and_reminders_are_armed_once(world, source, waits):
    (change,) = link(waits, source, world)
    link(waits, source, world)
    assert keys(world.an, "due/") == [f"due/{waits.pk}/{change.pk}"]
    assert "05/08/2026" in Notice.objects.get(person=world.an.person).title
    before = keys(world.chi)
    assert [reminders.send(TODAY), reminders.send(TODAY)] == [2, 0]  # the ward's duty, and the province's that gives the date
    assert keys(world.an)[-1] == f"deadline/{answer_of(waits).pk}/{DUE}/{change.pk}/d30"
    assert keys(world.chi) == before


def test_a_source_without_a_date_leaves_it_waiting(world, province, waits):
    for kind in (Kind.ONGOING, Kind.NONE):
        source = world.duty(plan=province, lead=world.ba_ngoi, kind=kind).task
        assert link(waits, source, world) == []
        assert duty_of(waits).clock == Clock.WAITING


def test_the_last_dated_stage_gives_the_date(world, source, waits):
    Stage.objects.create(task=source, position=2, kind=Kind.BY_DATE, due_on=DUE + timedelta(days=9))
    Stage.objects.create(task=source, position=3, kind=Kind.ONGOING)
    link(waits, source, world)
    assert answer_of(waits).due_on == DUE + timedelta(days=9)


def test_a_date_of_ones_own_line_goes_before_the_common_one(world, province, source, waits):
    elsewhere = cascade.address(source, leads=[world.cam_linh], on=TODAY)[0]
    Answer.objects.filter(assignment=elsewhere).update(due_on=DUE + timedelta(days=90))
    Answer.objects.filter(assignment__task=source, assignment__unit=world.ba_ngoi).update(due_on=DUE + timedelta(days=3))
    link(waits, source, world)
    assert answer_of(waits).due_on == DUE + timedelta(days=3)


def test_a_draft_gives_no_date_until_it_is_issued(world, province, source, waits):
    Plan.objects.filter(pk=province.pk).update(issued_on=None)
    assert link(waits, source, world) == []
    Plan.objects.filter(pk=province.pk).update(issued_on=TODAY)
    assert len(waiting.resolve_for(province, by=world.dung, at=AT)) == 1
    assert waiting.resolve_for(province, by=world.dung, at=AT) == []
    assert answer_of(waits).due_on == DUE


def test_a_plan_issued_later_takes_the_dates_already_given(world, source, waits):
    Stage.objects.filter(pk=waits.pk).update(waits_for=source)
    assert [change.now for change in waiting.resolve_for(world.plan, by=world.binh, at=AT)] == [DUE]


# Moved, withdrawn, dated again


def test_followers_move_with_the_source_and_keep_their_first_date(world, source, waits):
    link(waits, source, world)
    move(source, DUE + timedelta(days=30))
    (change,) = waiting.follow(source, by=world.dung, at=AT)
    answer = answer_of(waits)
    assert (change.was, change.now, change.cause) == (DUE, DUE + timedelta(days=30), "followed")
    assert (answer.due_on, answer.due_originally_on) == (DUE + timedelta(days=30), DUE)
    assert Stage.objects.get(pk=waits.pk).first_due_on == DUE


def test_a_finished_answer_is_not_moved_but_takes_the_date_when_it_is_returned(world, source, waits):
    link(waits, source, world)
    entry = log_progress(duty_of(waits), by=world.an, at=AT, says="done", words="Xong")
    move(source, DUE + timedelta(days=30))
    assert waiting.follow(source, by=world.dung, at=AT) == []
    assert answer_of(waits).due_on == DUE
    entry.judge(by=world.binh, at=AT, ok=False, reason="Thiếu")
    assert (answer_of(waits).due_on, duty_of(waits).due_on) == (DUE + timedelta(days=30), DUE + timedelta(days=30))


def test_linked_withdrawn_and_dated_again_to_the_same_day_tells_again_once_each(world, province, source, waits):
    (first,) = link(waits, source, world)
    reminders.send(TODAY)
    withdraw(province)
    (lost,) = waiting.fall_back(province, by=world.dung, at=AT)
    assert (lost.cause, lost.was, lost.now, duty_of(waits).clock, duty_of(waits).due_on) == ("undated", DUE, None, Clock.WAITING, None)
    assert [reminders.send(TODAY), reminders.send(TODAY)] == [0, 0]
    put_in_force(province)
    (again,) = waiting.resolve_for(province, by=world.dung, at=AT)
    for _ in range(2):
        reminders.send(TODAY)
    answer = answer_of(waits)
    assert [key for key in keys(world.an) if f"/{answer.pk}/" in key] == [
        f"deadline/{answer.pk}/{DUE}/{change.pk}/d30" for change in (first, again)
    ]
    assert len(keys(world.an, f"due/{waits.pk}/")) == 3
    assert [change.cause for change in DueChange.objects.order_by("pk")] == ["dated", "undated", "dated"]
    assert answer.due_originally_on == DUE
    assert list(rollup.faults()) == []


def test_a_source_taken_out_returns_its_followers_to_waiting(world, source, waits):
    link(waits, source, world)
    Task.objects.filter(pk=source.pk).update(ended_on=TODAY)
    waiting.fall_back(source, by=world.dung, at=AT)
    assert duty_of(waits).clock == Clock.WAITING


def test_unlinking_takes_the_date_away(world, source, waits):
    link(waits, source, world)
    (change,) = waiting.unlink(waits, by=world.mai, at=AT)
    assert (change.cause, change.source, duty_of(waits).clock) == ("undated", source, Clock.WAITING)
    assert waiting.unlink(waits, by=world.mai, at=AT) == []


def test_a_source_that_waits_itself_passes_the_date_on_when_it_gets_one(world, province, waits):
    central = plan_of(world.centre, "04-KH/BCĐTW")
    top = world.duty(plan=central, lead=world.khanh_hoa, due_on=DUE).task
    middle = world.duty(plan=province, lead=world.ba_ngoi, kind=Kind.RELATIVE_TO_SUPERIOR_PLAN)
    assert link(waits, middle.task, world) == []
    assert duty_of(waits).clock == Clock.WAITING
    changes = waiting.link(middle.task.stages.get(), top, by=world.dung, at=AT)
    assert [change.answer.assignment.task for change in changes] == [middle.task, waits.task]
    assert (duty_of(waits).due_on, duty_of(middle.task.stages.get()).due_on) == (DUE, DUE)
    withdraw(central)
    waiting.fall_back(central, by=world.hoa, at=AT)
    assert (duty_of(waits).clock, Assignment.objects.get(pk=middle.pk).clock) == (Clock.WAITING, Clock.WAITING)


# Refused


def test_what_cannot_be_linked(world, province, source, waits):
    dated = world.duty(due_on=DUE).task
    middle = world.duty(plan=province, kind=Kind.RELATIVE_TO_SUPERIOR_PLAN).task
    Stage.objects.filter(task=middle).update(waits_for=waits.task)
    ended = world.duty(plan=province, due_on=DUE).task
    Task.objects.filter(pk=ended.pk).update(ended_on=TODAY)
    ended.refresh_from_db()
    assert waiting.why_not(dated.stages.get(), source) == "not_waiting"
    assert waiting.why_not(waits, dated) == "own_plan"
    assert waiting.why_not(waits, middle) == "circle"
    assert waiting.why_not(waits, ended) == "ended"
    with pytest.raises(ValueError, match="circle"):
        link(waits, middle, world)
    assert not DueChange.objects.exists()


def test_a_stale_page_changes_nothing(world, source, waits):
    link(waits, source, world, version=0)
    with pytest.raises(StaleWrite):
        waiting.unlink(waits, by=world.mai, at=AT, version=0)
    assert answer_of(waits).due_on == DUE


# How long


def test_how_long_it_has_waited(world, province, source, waits):
    duty = duty_of(waits)
    assert duty.joined_on == date(2026, 6, 1)
    rows = Assignment.objects.all()
    assert [rows.waiting_for(days, on=TODAY).count() for days in (39, 40)] == [1, 0]
    link(waits, source, world)
    assert rows.waiting_for(0, on=TODAY).count() == 0
    withdraw(province)
    waiting.fall_back(province, by=world.dung, at=AT)
    later = TODAY + timedelta(days=4)
    assert [rows.waiting_for(days, on=later).count() for days in (4, 5)] == [1, 0]


# The two real plans


@pytest.mark.django_db
@pytest.mark.usefixtures("country")
def test_four_rows_of_the_ward_wait_for_a_plan_that_has_no_duties_yet():
    ward = OrgUnit.objects.get(code="22423")
    person = Person.objects.create(username="van.thu", full_name="Văn Thư")
    clerk = Post.objects.create(person=person, unit=ward, role=Role.CLERK, since=TODAY)
    stages = list(waiting.own_waiting(clerk).order_by("task__position"))
    assert [(stage.task.ref, stage.waits_for_plan.document.symbol) for stage in stages] == [
        (f"PL/{n}", "07-KH/BCĐ") for n in (8, 11, 12, 13)
    ]
    assert waiting.candidates(stages, clerk) == {stage.pk: [] for stage in stages}
    province = world_duty(stages[0].waits_for_plan, ward)
    offered = waiting.candidates(stages, clerk)
    assert {row.task for rows in offered.values() for row in rows} == {province.task}
    (change,) = waiting.link(stages[0], province.task, by=clerk, at=AT)
    assert (change.answer.assignment.task.ref, change.now) == ("PL/8", DUE)


def world_duty(plan, unit):
    """A dated duty of the plan for the unit."""
    task = _source(plan)
    return cascade.address(task, leads=[unit], on=TODAY)[0]


# Size


@pytest.mark.django_db
@pytest.mark.usefixtures("country")
def test_a_date_reaches_3321_wards_in_bounded_queries():
    centre = OrgUnit.objects.get(code="TW")
    source = _source(plan_of(centre, "99-KH/BCĐTW"))
    wards = list(OrgUnit.objects.areas().filter(level=Level.WARD).order_by("path"))
    few, many = _ask(source, wards[:3]), _ask(source, wards[3:])
    assert len(wards) == 3321
    assert Assignment.objects.filter(plan__document__symbol="CHỜ", due_on=DUE, clock=Clock.DATED).count() == 3321
    assert DueChange.objects.filter(source=source).count() == 3321
    assert many <= few + 4 * 20  # each question is asked for a thousand at a time


def _source(plan):
    task = Task.objects.create(plan=plan, ref="1", position=1, title="Ban hành hướng dẫn")
    Stage.objects.create(task=task, position=1, kind=Kind.BY_DATE, due_on=DUE)
    return task


def _ask(source, wards):
    """How many queries (inserts apart) dating the followers in these wards takes."""
    _follow(source, wards)
    with CaptureQueriesContext(connection) as asked:
        assert len(waiting.follow(source, by=None, at=AT)) == len(wards)
    return sum(not query["sql"].startswith("INSERT") for query in asked)


def _follow(source, wards):
    """Each ward gets a plan with one duty that waits for the source; its lead is the ward itself."""
    documents = [Document(symbol="CHỜ", issuer=ward, type="KH", type_name="Kế hoạch", key=f"cho-{ward.code}") for ward in wards]
    Document.objects.bulk_create(documents, batch_size=500)
    plans = Plan.objects.bulk_create(
        [Plan(document=d, unit=d.issuer, level="ward", title="Kế hoạch", issued_on=TODAY) for d in documents], batch_size=500
    )
    tasks = Task.objects.bulk_create([Task(plan=plan, ref="1", position=1, title="Chờ", leads_n=1) for plan in plans], batch_size=500)
    Stage.objects.bulk_create(
        [Stage(task=task, position=1, kind=Kind.RELATIVE_TO_SUPERIOR_PLAN, waits_for=source) for task in tasks], batch_size=500
    )
    rows = [
        Assignment(
            task=t, plan=t.plan, unit=t.plan.unit, path=t.plan.unit.path, part="lead", joined_on=TODAY, clock=Clock.WAITING, counts=True
        )
        for t in tasks
    ]
    Assignment.objects.bulk_create(rows, batch_size=500)
    stages = {stage.task_id: stage for stage in Stage.objects.filter(task__in=[task.pk for task in tasks])}
    Answer.objects.bulk_create([Answer.first(row, stages[row.task_id]) for row in rows], batch_size=500)


def _lead(task, ward):
    return Assignment(task=task, plan=task.plan, unit=ward, path=ward.path, part="lead", joined_on=TODAY, clock=Clock.WAITING, counts=True)
