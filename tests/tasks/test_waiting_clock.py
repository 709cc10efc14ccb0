"""What waits for a superior's plan is told every thirty days, to those who wait and to those who are awaited."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal.models import Notice
from orgunits.models import Kind as UnitKind
from orgunits.models import Level, Role
from plans import period
from tasks import ladder, reminders, waiting
from tasks.deadlines import Kind
from tasks.models import Answer, Assignment, Stage, State
from tests.world import ASSIGNED, area, plan_of

DUE = date(2026, 12, 5)


@pytest.fixture
def province(world):
    plan = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    world.plan.superiors.add(plan)
    return plan


@pytest.fixture
def wait(world, province):
    """Make `n` duties of Ba Ngòi that wait for the province's plan. Returns their stages."""

    def make(n=1, **fields):
        duties = world.duties(n, kind=Kind.RELATIVE_TO_SUPERIOR_PLAN, **fields)
        stages = Stage.objects.filter(task__in=[duty.task for duty in duties])
        stages.update(waits_for_plan=province)
        return list(waiting.stages_that_wait().filter(pk__in=stages.values("pk")))

    return make


def after(days):
    return ASSIGNED + timedelta(days=days)


def at(day):
    return period.moment(day) + timedelta(hours=9)


def told(post, start):
    rows = Notice.objects.filter(person=post.person, key__startswith=start).order_by("pk")
    return [row.key.removeprefix(start) for row in rows]


def day_by_day(last, *posts, start):
    """{username: [(days since the duty was given, step)]} over so many days."""
    seen = {post.person.username: [] for post in posts}
    for days in range(last):
        before = {post: len(told(post, start)) for post in posts}
        reminders.send(after(days))
        for post in posts:
            seen[post.person.username] += [(days, key.rpartition("/")[2]) for key in told(post, start)[before[post] :]]
    return seen


def test_day_by_day_the_clerks_and_heads_of_the_waiting_plan_hear_every_thirty_days(world, wait):
    (stage,) = wait()
    seen = day_by_day(95, world.mai, world.binh, world.an, world.giang, start="waiting/")
    steps = [(30, "m1"), (60, "m2"), (90, "m3")]
    assert seen == {"mai": steps, "binh": steps, "an": [], "giang": []}
    notice = Notice.objects.filter(key__endswith="/m2").first()
    assert (notice.link, "60" in notice.title) == (stage.task.get_absolute_url(), True)
    assert notice.body.startswith("02-KH/BCĐ · 1 · ")


def test_the_awaited_unit_hears_once_in_thirty_days_of_all_that_waits(world, province, wait):
    clerk = world.hire("nga", world.khanh_hoa, Role.CLERK)
    wait(2)
    wait(1, joined_on=after(10))
    seen = day_by_day(95, world.dung, clerk, world.hoa, start="awaited/")
    days = [(days, f"{after(days)}") for days in (30, 60, 90)]
    assert seen == {"dung": days, "nga": days, "hoa": []}
    first, second, _third = Notice.objects.filter(person=world.dung.person, key__startswith="awaited/").order_by("pk")
    assert (first.title[0], second.title[0]) == ("2", "3")
    assert first.link == province.get_absolute_url()
    assert first.body.count("02-KH/BCĐ") == 2


def test_a_machine_off_tells_the_latest_step_once(world, wait):
    wait()
    assert [reminders.send(after(75)) for _ in range(5)] == [3, 0, 0, 0, 0]
    assert [key.rpartition("/")[2] for key in told(world.mai, "waiting/")] == ["m2"]


def test_with_the_date_it_is_silent_and_what_begins_anew_is_told_anew(world, province, wait):
    (stage,) = wait()
    source = world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE).task
    reminders.send(after(30))
    waiting.link(stage, source, by=world.mai, at=at(after(31)))
    reminders.send(after(60))
    assert told(world.mai, "waiting/") == [f"{stage.pk}/{ASSIGNED}/m1"]
    assert len(told(world.dung, "awaited/")) == 1
    type(province).objects.filter(pk=province.pk).update(withdrawn_on=after(61))
    waiting.fall_back(province, by=world.dung, at=at(after(61)))
    for days in (61, 90, 91, 92):
        reminders.send(after(days))
    change = Answer.objects.get(stage=stage).change
    assert told(world.mai, "waiting/")[1:] == [f"{stage.pk}/{change.pk}/m1"]
    assert len(told(world.dung, "awaited/")) == 2


def test_many_are_one_notice_for_thirty_days(world, wait):
    wait(ladder.FEW + 1)
    for days in (30, 31, 59, 60):
        reminders.send(after(days))
    assert told(world.mai, "waiting/") == [f"all/{after(30)}", f"all/{after(60)}"]
    assert Notice.objects.filter(person=world.mai.person, key__startswith="waiting/").first().link == "/waiting/?told=1"


def test_the_number_of_many_opens_just_these(world, wait, as_post):
    wait(ladder.FEW + 1)
    wait(2, joined_on=after(10))
    reminders.send(after(30))
    notice = Notice.objects.get(person=world.mai.person, key__startswith="waiting/all/")
    with time_machine.travel(at(after(30)), tick=False):
        assert (notice.title.split()[0], as_post(world.mai).get(notice.link).context["page"].paginator.count) == ("6", 6)
        assert as_post(world.mai).get("/waiting/").context["page"].paginator.count == 8


def test_as_many_questions_for_one_awaited_unit_as_for_five(world):
    def questions(units):
        for n in units:
            above = plan_of(area(f"0001{n:04d}", world.centre, UnitKind.PROVINCE, Level.PROVINCE, f"Tỉnh {n}"), f"K{n}")
            ward = area(f"0001{n:04d}0001", above.unit, UnitKind.COMMUNE, Level.WARD, f"Xã {n}")
            world.hire(f"h{n}", above.unit, Role.STEERING)
            world.duty(plan=plan_of(ward, f"W{n}"), lead=ward, kind=Kind.RELATIVE_TO_SUPERIOR_PLAN)
        Notice.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            assert reminders.waiting_clock.remind(after(30), at=at(after(30)))
        return len(asked)

    assert questions([51]) == questions(range(61, 65))


@pytest.mark.parametrize("field", ["issued_on", "withdrawn_on", "closed_on"])
def test_plans_that_are_not_in_force_wait_for_nothing(world, wait, field):
    wait()
    setattr(world.plan, field, None if field == "issued_on" else after(1))
    world.plan.save()
    assert reminders.send(after(40)) == 0


@pytest.mark.parametrize("state", [State.SAID, State.PAUSED])
def test_what_is_said_to_be_done_or_put_off_is_not_waited_for(world, wait, state):
    (stage,) = wait()
    Answer.objects.filter(stage=stage).update(state=state)
    assert reminders.send(after(40)) == 0
    Answer.objects.filter(stage=stage).update(state=State.TODO)
    Assignment.objects.filter(task=stage.task).update(state=State.PAUSED)
    assert reminders.send(after(40)) == 0


def test_where_no_plan_is_named_the_superior_plans_are_awaited_else_the_level_above(world, province, wait):
    wait()
    Stage.objects.update(waits_for_plan=None)
    reminders.send(after(30))
    assert len(told(world.dung, "awaited/")) == 1
    world.plan.superiors.clear()
    reminders.send(after(60))
    assert len(told(world.dung, "awaited/")) == 2
    assert Notice.objects.filter(person=world.dung.person).latest("pk").link == "/plans/"


@pytest.mark.parametrize("n", [1, 4])
def test_one_and_four_ask_as_many_questions(world, wait, django_assert_num_queries, n):
    wait(n)
    with django_assert_num_queries(13):
        reminders.waiting_clock.remind(after(30), at=at(after(30)))
