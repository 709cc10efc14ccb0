"""A clock that stood still, for a pause or for a superior's plan, counts silence and what hangs from the moment it ran on."""

import re
from datetime import date, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps

from journal.models import Notice
from tasks import declarations, halting, reminders, waiting
from tasks.deadlines import Kind
from tasks.models import Assignment, NotApplicable, Stage
from tasks.models.progress import log_progress
from tests.tasks.test_rollup import Cascade
from tests.world import plan_of

pytestmark = pytest.mark.django_db
MIGRATION = import_module("tasks.migrations.0020_clocks_that_ran_on")
SAID, STOPPED, LAST, AGAIN = date(2026, 6, 15), date(2026, 6, 20), date(2026, 12, 31), date(2027, 1, 1)
NEW_YEAR_SILENT = date(2027, 3, 25)  # two whole periods after the one that holds 1 January
DAY = timedelta(days=1)


def at(day, hour=9):
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def say(duty, world, on=SAID, **more):
    return log_progress(duty, by=world.an, at=at(on), **{"says": "doing", "words": "Đang làm", **more})


def stop(duty, world, on=STOPPED, kind="pause", until=LAST):
    return halting.ask(duty, kind=kind, reason="Chờ kinh phí", until=until, by=world.binh, at=at(on))


def run_on(day=AGAIN):
    assert halting.resume_due(on=day, at=at(day, 0)) == 1


def is_silent(duty, on):
    return Assignment.objects.timed(on=on).get(pk=duty.pk).silent


def first_silent(duty, since, days=500):
    return next((day for n in range(days) if is_silent(duty, day := since + n * DAY)), None)


def told_of_silence(on):
    reminders.remind_of_silence(on, at=at(on, 7))
    return list(Notice.objects.filter(key__startswith="silence/").values_list("title", flat=True))


def test_a_duty_that_runs_on_in_the_morning_is_not_silent_that_morning(world):
    duty = world.duty()
    say(duty, world)
    stop(duty, world)
    run_on()
    assert (is_silent(duty, AGAIN), told_of_silence(AGAIN)) == (False, [])
    assert first_silent(duty, AGAIN) == NEW_YEAR_SILENT
    (title,) = told_of_silence(NEW_YEAR_SILENT)
    assert ("01/01/2027" in title, "15/06/2026" in title) == (True, False)


def test_an_entry_after_it_counts_again_from_the_entry(world):
    duty = world.duty()
    stop(duty, world)
    run_on()
    say(duty, world, on=date(2027, 2, 1))
    assert first_silent(duty, AGAIN) == date(2027, 4, 25)
    assert "01/02/2027" in told_of_silence(date(2027, 4, 25))[0]


def test_a_duty_never_spoken_of_counts_from_the_day_it_runs_on(world):
    duty = world.duty()
    stop(duty, world, kind="drop", until=None)
    halting.resume(Assignment.objects.get(pk=duty.pk), by=world.binh, at=at(AGAIN))
    assert first_silent(duty, AGAIN) == NEW_YEAR_SILENT


@pytest.mark.parametrize(("cadence", "day"), [("weekly", date(2027, 1, 18)), ("monthly", NEW_YEAR_SILENT), ("yearly", date(2029, 12, 25))])
def test_each_in_its_own_rhythm(world, cadence, day):
    duty = world.duty()
    Assignment.objects.update(cadence=cadence)
    stop(duty, world)
    run_on()
    assert [is_silent(duty, day - DAY), is_silent(duty, day)] == [False, True]


def test_a_request_that_was_refused_stops_nothing(world):
    duty = world.duty()
    say(duty, world)
    halt = halting.ask(duty, kind="pause", reason="Chờ", until=LAST, by=world.an, at=at(STOPPED))
    halting.judge(halt, ok=False, by=world.binh, at=at(date(2026, 8, 1)), reason="Không")
    assert first_silent(duty, SAID) == date(2026, 8, 25)


def test_a_duty_declared_not_applicable_counts_from_the_day_that_is_taken_back(world):
    duty = Cascade(world).province_plan.tasks.get().assignments.get(unit=world.ba_ngoi)
    row = NotApplicable.objects.create(task=duty.task, unit=world.ba_ngoi, reason="Không có", by=world.mai, at=at(STOPPED))
    declarations.judge([row.pk], ok=True, by=world.dung, at=at(STOPPED))
    row.refresh_from_db()
    declarations.withdraw(row, by=world.mai, at=at(AGAIN))
    assert Assignment.objects.get(pk=duty.pk).resumed_at == at(AGAIN)
    assert first_silent(duty, AGAIN) == NEW_YEAR_SILENT


@pytest.fixture
def awaited(world):
    """(a duty of Ba Ngòi that has waited since 1 June, the province's duty that has its date)."""
    plan = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    world.plan.superiors.add(plan)
    duty = world.duty(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN)
    Stage.objects.filter(task=duty.task).update(waits_for_plan=plan)
    return duty, world.duty(plan=plan, lead=world.ba_ngoi, due_on=date(2027, 12, 31))


def give_date(world, duty, source, on):
    waiting.link(waiting.stages_that_wait().get(task=duty.task), source.task, by=world.mai, at=at(on))


def test_a_duty_dated_after_waiting_is_quiet_from_then_on(world, awaited):
    duty, source = awaited
    dated = date(2026, 12, 1)
    Assignment.objects.filter(pk=source.pk).update(ended_on=dated)  # leaves the duty of the ward alone among the silent ones
    give_date(world, duty, source, dated)
    assert (is_silent(duty, dated), told_of_silence(dated)) == (False, [])
    assert first_silent(duty, dated) == date(2027, 2, 25)
    assert "01/12/2026" in told_of_silence(date(2027, 2, 25))[0]


def test_dated_when_its_result_is_returned_it_is_quiet_from_then_on(world, awaited):
    duty, source = awaited
    entry = say(duty, world, says="done")
    give_date(world, duty, source, date(2026, 7, 1))
    returned = date(2026, 12, 1)
    entry.judge(by=world.binh, at=at(returned), ok=False, reason="Thiếu")
    assert (Assignment.objects.get(pk=duty.pk).clock, first_silent(duty, returned)) == ("dated", date(2027, 2, 25))


def test_a_date_that_only_moves_leaves_silence_as_it_was(world, awaited):
    duty, source = awaited
    give_date(world, duty, source, date(2026, 6, 2))
    for rows in (Stage.objects.filter(task=source.task), source.answers):
        rows.update(due_on=date(2028, 12, 31))
    waiting.follow(source.task, by=world.dung, at=at(date(2026, 8, 20)))
    row = Assignment.objects.get(pk=duty.pk)
    assert (row.due_on, row.dated_at) == (date(2028, 12, 31), at(date(2026, 6, 2)))
    assert first_silent(duty, SAID) == date(2026, 8, 25)


def hanging(start="unjudged/"):
    return sorted(Notice.objects.filter(key__startswith=start).values_list("person__username", "title"))


def test_a_result_hangs_from_the_day_its_duty_runs_on(world):
    duty = world.duty()
    say(duty, world, on=date(2026, 6, 1))
    again = date(2026, 9, 1)
    stop(duty, world, on=date(2026, 6, 2), until=again - DAY)
    run_on(again)
    row = Assignment.objects.get(pk=duty.pk)
    reminders.send(again + 6 * DAY)
    assert (row.awaits_since, hanging(), row.progress.awaiting().get().since) == (at(again, 0), [], at(again, 0))
    assert Assignment.objects.filter(pk=duty.pk).tally(on=again + 6 * DAY).hanging == 0
    assert Assignment.objects.filter(pk=duty.pk).tally(on=again + 7 * DAY).hanging == 1
    for n in range(7, 15):
        reminders.send(again + n * DAY)
    assert [name for name, _title in hanging()] == ["binh", "binh", "dung"]  # the level above from the second week


def test_what_was_told_before_a_pause_is_told_again_after_it(world):
    duty = world.duty()
    say(duty, world, on=date(2026, 6, 1))
    reminders.send(date(2026, 6, 8))
    stop(duty, world, until=date(2026, 8, 31))
    run_on(date(2026, 9, 1))
    reminders.send(date(2026, 9, 8))
    assert [name for name, _title in hanging()] == ["binh", "binh"]


def test_a_date_given_meanwhile_leaves_a_result_hanging_as_long_as_it_does(world, awaited):
    duty, source = awaited
    Stage.objects.create(task=duty.task, position=2, kind=Kind.ONGOING)
    second = duty.answers.create(stage=duty.task.stages.get(position=2), clock="ongoing")
    entry = say(duty, world, answer=second)
    give_date(world, duty, source, date(2026, 7, 1))
    row = Assignment.objects.get(pk=duty.pk)
    assert (row.dated_at, row.awaits_since, row.progress.awaiting().get().since) == (at(date(2026, 7, 1)), entry.at, entry.at)


def test_a_returned_result_is_unanswered_from_the_day_its_duty_runs_on(world):
    duty = world.duty(due_on=date(2028, 12, 31))
    say(duty, world, on=date(2026, 6, 1), says="done").judge(by=world.binh, at=at(date(2026, 6, 1)), ok=False, reason="Thiếu")
    reminders.send(date(2026, 6, 8))
    again = date(2026, 9, 1)
    stop(duty, world, until=again - DAY)
    run_on(again)
    for n in range(7):
        reminders.send(again + n * DAY)
    assert [name for name, _title in hanging("returned/")] == ["an"]
    reminders.send(again + 7 * DAY)
    titles = Notice.objects.filter(key__startswith="returned/").order_by("pk").values_list("title", flat=True)
    assert [re.search(r"\d+", title)[0] for title in titles] == ["7", "7"]
    assert titles[1].startswith("Tiếp tục thực hiện từ 7 ngày trước, kết quả bị trả lại chưa báo cáo lại: ")


def test_what_ran_on_before_the_change_is_read_from_its_history(world, awaited):
    duty, source = awaited
    give_date(world, duty, source, date(2026, 7, 1))
    paused, declared = world.duty(), world.duty(plan=source.plan, lead=world.ba_ngoi)
    say(paused, world)
    stop(paused, world)
    run_on()
    row = NotApplicable.objects.create(task=declared.task, unit=world.ba_ngoi, reason="Không", by=world.mai, at=at(STOPPED))
    declarations.judge([row.pk], ok=True, by=world.dung, at=at(STOPPED))
    row.refresh_from_db()
    declarations.withdraw(row, by=world.mai, at=at(AGAIN))
    wanted = list(Assignment.objects.order_by("pk").values_list("pk", "resumed_at", "dated_at", "awaits_since"))
    Assignment.objects.update(resumed_at=None, dated_at=None)
    Assignment.objects.filter(pk=paused.pk).update(awaits_since=at(SAID))
    MIGRATION.read(apps, None)
    assert list(Assignment.objects.order_by("pk").values_list("pk", "resumed_at", "dated_at", "awaits_since")) == wanted
    assert [row[1:3] for row in wanted if any(row[1:3])] == [(None, at(date(2026, 7, 1))), (at(AGAIN, 0), None), (at(AGAIN), None)]
