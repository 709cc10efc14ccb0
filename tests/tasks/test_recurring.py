"""What comes back every week, month, quarter, half year or year: one occurrence each, with its own date, state and proof."""

from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry, Notice
from plans import period
from tasks import carrying, dates, difficulties, halting, handing_over, jobs, recurring, reminders, rollup, succession
from tasks.cascade import address
from tasks.deadlines import Kind
from tasks.forms import ProgressForm
from tasks.models import Answer, Assignment, Progress, Stage, State, Task
from tasks.models.climb import WHOLE
from tasks.models.progress import log_progress

MARCH, JUNE, SEPTEMBER, DECEMBER = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MIGRATION = import_module("tasks.migrations.0017_days_of_occurrences")


def at(day):
    return period.moment(day) + timedelta(hours=9)


def duty_of(world, words, *, joined_on=date(2026, 1, 5), more=()):
    """The lead of a duty whose deadline is written so, in a plan of 5 January 2026."""
    n = world.plan.tasks.count() + 1
    task = Task.objects.create(plan=world.plan, ref=f"K{n}", position=n, title="Báo cáo định kỳ")
    for position, stage in enumerate([*carrying.read_stages(words, date(2026, 1, 5)), *more], 1):
        stage.task, stage.position = task, position
        stage.save()
    return address(task, leads=[world.ubnd], on=joined_on)[0]


@pytest.fixture
def duty(world):
    return duty_of(world, "Hằng quý")


def days(duty, **wanted):
    return list(duty.answers.filter(**wanted).order_by("occurs_on").values_list("occurs_on", flat=True))


def turn(on):
    return recurring.turn_over(on=on, at=at(on))


def stands(duty, on):
    row = Assignment.objects.timed(on=on).get(pk=duty.pk)
    return row.state, row.timeliness, row.due_on


def says(duty, world, day, words="done", **more):
    return log_progress(duty, by=world.an, at=at(day), says=words, words="đã báo cáo", **more)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Hằng quý", [MARCH, JUNE, SEPTEMBER, DECEMBER, date(2027, 3, 31)]),
        ("Định kỳ 6 tháng", [JUNE, DECEMBER, date(2027, 6, 30)]),
        ("Hằng năm", [DECEMBER, date(2027, 12, 31)]),
        ("trước ngày 25 hằng tháng", [date(2026, month, 24) for month in range(1, 13)] + [date(2027, 1, 24)]),
        ("Hằng tuần", [date(2026, 1, 11) + timedelta(days=7 * n) for n in range(53)]),
        (
            "báo cáo trước ngày 15 hằng quý",
            [date(2026, 3, 14), date(2026, 6, 14), date(2026, 9, 14), date(2026, 12, 14), date(2027, 3, 14)],
        ),
    ],
)
def test_each_occurrence_begins_on_the_day_after_the_one_before(world, words, expected):
    duty, seen = duty_of(world, words), []
    for n in range(0, 366):
        turn(date(2026, 1, 6) + timedelta(days=n))
        newest = days(duty)[-1]
        assert newest >= date(2026, 1, 6) + timedelta(days=n)
        seen += [newest] if newest not in seen else []
    assert seen == expected[: len(seen)] == expected
    assert days(duty, is_past=False) == expected[-1:]


def test_the_turn_is_the_day_after_and_ten_runs_are_one(duty):
    assert [turn(MARCH), *(turn(MARCH + timedelta(days=1)) for _ in range(10))] == [0, 1, *[0] * 9]
    assert (days(duty), days(duty, is_past=True)) == ([MARCH, JUNE], [MARCH])
    assert [entry.facts["days"] for entry in Entry.objects.about(duty)] == [["2026-06-30"]]
    assert rollup.faults() == []


def test_a_machine_that_was_off_begins_what_it_missed(duty):
    assert turn(date(2026, 11, 20)) == 3
    assert (days(duty), days(duty, is_past=False)) == ([MARCH, JUNE, SEPTEMBER, DECEMBER], [DECEMBER])
    assert stands(duty, date(2026, 11, 20)) == (State.TODO, "overdue", MARCH)


def test_finished_it_is_finished_until_the_next_one_begins(world, duty):
    says(duty, world, date(2026, 3, 20)).judge(by=world.binh, at=at(date(2026, 3, 21)), ok=True)
    assert stands(duty, MARCH)[:2] == (State.DONE, "done_in_time")
    turn(date(2026, 4, 1))
    assert stands(duty, date(2026, 4, 1)) == (State.TODO, "not_due", JUNE)
    assert (Task.objects.get(pk=duty.task_id).share, rollup.faults()) == ((0, 0), [])


def test_each_has_its_own_proof_and_its_own_lateness(world, duty):
    says(duty, world, date(2026, 4, 3), files=[SimpleUploadedFile("quý 1.pdf", PDF)])
    assert (stands(duty, date(2026, 4, 3))[1], Assignment.objects.get(pk=duty.pk).unproven) == ("done_late", False)
    turn(date(2026, 4, 4))
    says(duty, world, date(2026, 5, 4))
    row = Assignment.objects.get(pk=duty.pk)
    assert (row.was_late, row.unproven, stands(duty, date(2026, 5, 5))[1]) == (False, True, "done_in_time")
    assert list(Progress.objects.order_by("pk").values_list("answer__occurs_on", flat=True)) == [MARCH, JUNE]


def test_one_left_open_stays_overdue_beside_the_current_one(world, duty):
    turn(date(2026, 4, 1))
    march, june = duty.answers.order_by("occurs_on")
    says(duty, world, date(2026, 4, 2), answer=june)
    assert stands(duty, date(2026, 4, 2)) == (State.DOING, "overdue", MARCH)
    assert Task.objects.get(pk=duty.task_id).share == (WHOLE, 0)
    says(duty, world, date(2026, 4, 3), answer=march)
    assert stands(duty, date(2026, 4, 3))[:2] == (State.SAID, "done_in_time")
    assert (Assignment.objects.get(pk=duty.pk).awaits_since, rollup.faults()) == (at(date(2026, 4, 2)), [])


def test_one_said_before_the_turn_still_waits_for_its_word_and_may_be_returned(world, duty):
    entry = says(duty, world, MARCH)
    turn(date(2026, 4, 1))
    row = Assignment.objects.get(pk=duty.pk)
    assert (row.state, row.awaits_since) == (State.TODO, at(MARCH))
    entry.judge(by=world.binh, at=at(date(2026, 4, 2)), ok=False, reason="thiếu số liệu")
    assert stands(duty, date(2026, 4, 2)) == (State.RETURNED, "overdue", MARCH)
    assert duty.answers.get(occurs_on=MARCH).due_on == MARCH


def test_nobody_names_a_stage_the_oldest_open_one_is_meant_and_the_form_offers_each(world, duty):
    turn(date(2026, 4, 1))
    assert says(duty, world, date(2026, 4, 2), "doing").answer.occurs_on == MARCH
    form = ProgressForm(assignment=Assignment.objects.get(pk=duty.pk), post=world.an)
    assert [label[-10:] for _value, label in form.fields["answer"].choices] == ["31/03/2026", "30/06/2026"]


def test_who_joins_later_begins_with_the_next_one(world):
    late = duty_of(world, "Hằng quý", joined_on=date(2026, 8, 1))
    assert (days(late), stands(late, date(2026, 8, 1))) == ([SEPTEMBER], (State.TODO, "not_due", SEPTEMBER))
    assert days(duty_of(world, "Hằng quý", joined_on=JUNE)) == [JUNE]


def test_a_rule_that_ends_begins_no_more(world):
    stage = Stage(kind=Kind.RECURRING_QUARTERLY, due_on=MARCH, rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1;UNTIL=20260731"])
    duty = duty_of(world, "Trước ngày 31/3/2026", more=[stage])
    turn(date(2027, 1, 1))
    turn(date(2027, 1, 1))
    assert days(duty, occurs_on__isnull=False) == [MARCH, JUNE]


def test_what_comes_back_without_a_day_of_its_own_is_watched(world):
    stage = Stage(kind=Kind.RECURRING_MONTHLY, words="hằng tháng")
    task = Task.objects.create(plan=world.plan, ref="K9", position=99, title="Báo cáo")
    stage.task, stage.position = task, 1
    stage.save()
    for row in (address(task, leads=[world.ubnd], on=date(2026, 1, 5))[0], duty_of(world, "Thường xuyên")):
        assert (row.is_ongoing, days(row)) == (True, [None])
    assert turn(date(2027, 1, 1)) == 0


def test_two_weeks_are_counted_from_the_first_day_whoever_joins_when(world):
    stage = {"kind": Kind.RECURRING_WEEKLY, "due_on": date(2026, 7, 29), "rrules": ["FREQ=WEEKLY;INTERVAL=2"]}
    task = Task.objects.create(plan=world.plan, ref="K9", position=99, title="Báo cáo")
    Stage.objects.create(task=task, position=1, **stage)
    late = address(task, leads=[world.ubnd], on=date(2026, 8, 4))[0]
    turn(date(2026, 9, 10))
    assert days(late) == [date(2026, 8, 12), date(2026, 8, 26), date(2026, 9, 9), date(2026, 9, 23)]


@pytest.mark.parametrize(("words", "day"), [("trước ngày 25 hằng tháng", date(2026, 2, 24)), ("Hằng tuần", date(2026, 2, 15))])
def test_what_was_watched_becomes_the_current_occurrence_once_nothing_of_it_waits(world, words, day):
    """Answers given before every week and month had occurrences: clock «ongoing», no day, results that waited for a word."""
    duty = duty_of(world, words)
    duty.answers.update(clock="ongoing", occurs_on=None, due_on=None, due_originally_on=None)
    Assignment.objects.get(pk=duty.pk).take_state()
    entry = says(duty, world, date(2026, 2, 10), "doing")
    assert (entry.needs_verdict, turn(date(2026, 2, 11))) == (True, 0)
    entry.judge(by=world.binh, at=at(date(2026, 2, 11)), ok=True)
    assert [turn(date(2026, 2, 12)) for _again in range(3)] == [1, 0, 0]
    assert (days(duty), stands(duty, date(2026, 2, 12))) == ([day], (State.DOING, "soon", day))
    assert (Assignment.objects.get(pk=duty.pk).counts, rollup.faults()) == (True, [])
    turns = [entry.facts["days"] for entry in Entry.objects.about(duty).filter(verb=recurring.VERB)]
    assert turns == [[f"{day}"]]


def test_the_steps_of_reminders_fit_into_the_turn(world):
    week, month = duty_of(world, "Hằng tuần"), duty_of(world, "trước ngày 25 hằng tháng")
    for n in range(20):
        reminders.send(date(2026, 1, 6) + timedelta(days=n))
        turn(date(2026, 1, 7) + timedelta(days=n))
    told = Notice.objects.filter(person=world.an.person, key__startswith="deadline/").order_by("pk").values_list("key", flat=True)
    steps = {duty.pk: [key.split("/", 2)[2] for key in told if duty.answers.filter(pk=key.split("/")[1])] for duty in (week, month)}
    assert steps[week.pk] == [f"2026-01-11/{step}" for step in ("d1", "d0", "w1", "w2")]
    assert steps[month.pk] == [f"2026-01-24/{step}" for step in ("d7", "d3", "d1", "d0")]


def test_only_what_runs_is_turned(world):
    rows = [duty_of(world, "Hằng quý") for _ in range(4)]
    halting.ask(rows[0], kind="drop", reason="Chờ", by=world.binh, at=at(MARCH))
    Assignment.objects.filter(pk=rows[1].pk).update(ended_on=MARCH)
    Task.objects.filter(pk=rows[2].task_id).update(ended_on=MARCH)
    assert (turn(date(2026, 4, 1)), len(days(rows[3]))) == (1, 2)
    halting.resume(rows[0], by=world.binh, at=at(date(2026, 5, 1)))
    assert turn(date(2026, 5, 2)) == 1
    type(world.plan).objects.filter(pk=world.plan.pk).update(closed_on=date(2026, 5, 3))
    assert turn(date(2026, 12, 1)) == 0


def test_nothing_begins_while_it_is_paused_and_what_came_and_went_meanwhile_is_not_owed(world):
    duty = duty_of(world, "trước ngày 25 hằng tháng")
    turn(date(2026, 5, 30))
    halting.ask(duty, kind="pause", reason="Chờ", by=world.binh, at=at(date(2026, 6, 11)))
    assert (turn(date(2026, 9, 26)), stands(duty, date(2026, 9, 26))[:2]) == (0, (State.PAUSED, "off"))
    halting.resume(duty, by=world.binh, at=at(date(2026, 9, 27)))
    turn(date(2026, 9, 28))
    assert days(duty)[-3:] == [date(2026, 5, 24), date(2026, 6, 24), date(2026, 10, 24)]
    assert (days(duty, is_past=False), rollup.faults()) == ([date(2026, 10, 24)], [])


def confirmed(world, words="trước ngày 25 hằng tháng"):
    duty = duty_of(world, words)
    turn(date(2026, 6, 1))
    for answer in duty.answers.order_by("occurs_on"):
        says(duty, world, date(2026, 6, 20), answer=answer).judge(by=world.binh, at=at(date(2026, 6, 21)), ok=True)
    duty.refresh_from_db()
    assert duty.state == State.DONE
    return duty


def test_confirmed_for_the_month_it_is_not_over(world):
    """A handover takes it along, difficulties still climb; a duty confirmed for good is over."""
    monthly, once = confirmed(world), world.duty(due_on=JUNE)
    says(once, world, date(2026, 6, 20)).judge(by=world.binh, at=at(date(2026, 6, 21)), ok=True)
    Assignment.objects.filter(pk__in=[monthly.pk, once.pk]).update(owner=world.an)
    assert list(handing_over.open_duties(world.an)) == [monthly]
    assert [difficulties.is_over(Assignment.objects.get(pk=row.pk)) for row in (monthly, once)] == [False, True]
    assert set(Assignment.objects.filter(pk__in=[monthly.pk, once.pk]).to_do()) == {monthly}


def test_confirmed_for_the_month_it_goes_on_at_the_unit_that_follows(world):
    duty = confirmed(world)
    assert [row.pk for row in succession._still_open(Assignment.objects.filter(pk=duty.pk).select_related("plan"))] == [duty.pk]
    assert [row.pk for row in succession._still_open([confirmed(world, "Trước ngày 30/6/2026")])] == []


def test_a_stage_that_waits_for_a_monthly_duty_is_given_no_date_of_it(world):
    stage = duty_of(world, "trước ngày 25 hằng tháng").answers.get().stage
    assert (dates.is_dated(stage), dates.is_dated(Stage(kind=Kind.BY_DATE, due_on=JUNE))) == (False, True)


def told(person):
    return set(Notice.objects.filter(person=person.person, key__regex="^(deadline|silence)/").values_list("key", flat=True))


def test_of_several_open_occurrences_the_oldest_alone_is_told_and_silence_not_beside_it(world, duty):
    turn(date(2026, 4, 1))
    Assignment.objects.filter(pk=duty.pk).update(cadence="monthly")
    assert Assignment.objects.silence(on=JUNE)
    reminders.send(JUNE)
    march, june = duty.answers.order_by("occurs_on")
    assert told(world.an) == {f"deadline/{march.pk}/{MARCH}/w13"}
    says(duty, world, JUNE, "done", answer=march)
    reminders.send(JUNE)
    assert told(world.an) == {f"deadline/{march.pk}/{MARCH}/w13", f"deadline/{june.pk}/{JUNE}/d0"}


def test_one_put_off_keeps_no_later_one_from_being_told(world, duty):
    turn(date(2026, 4, 1))
    march, june = duty.answers.order_by("occurs_on")
    Answer.objects.filter(pk=march.pk).update(state=State.DROPPED)
    reminders.send(JUNE)
    assert told(world.an) == {f"deadline/{june.pk}/{JUNE}/d0"}


def test_one_occurrence_of_a_day_at_most(duty):
    first = duty.answers.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(assignment=duty, stage=first.stage, clock="dated", occurs_on=MARCH, due_on=MARCH)


def test_the_job_and_its_heart(world):
    duty = duty_of(world, "Hằng năm", joined_on=date(2026, 1, 5))
    Answer.objects.filter(assignment=duty).update(occurs_on=date(2020, 12, 31), due_on=date(2020, 12, 31))
    for _again in range(2):
        jobs.turn_over()
    assert len(set(days(duty))) == len(days(duty)) > 1


@pytest.mark.parametrize("n", [1, 3])
def test_a_turn_asks_as_often_for_one_as_for_three(world, django_assert_num_queries, n):
    for _ in range(n):
        duty_of(world, "Hằng quý")
    turn(date(2026, 1, 6))
    with django_assert_num_queries(16):
        assert turn(date(2026, 4, 1)) == n


def test_answers_that_stood_before_become_occurrences_and_back(world, duty):
    dated, monthly = world.duty(due_on=JUNE), duty_of(world, "hằng tháng")
    Answer.objects.update(occurs_on=None)
    for _again in range(2):
        MIGRATION.occur(apps, None)
    assert [days(row) for row in (duty, dated, monthly)] == [[MARCH], [None], [None]]
    turn(date(2026, 10, 1))
    entry = says(duty, world, date(2026, 10, 2), answer=duty.answers.get(occurs_on=DECEMBER))
    connection.check_constraints()
    MIGRATION.undo(apps, SimpleNamespace(connection=connection))
    answer = duty.answers.get()
    assert (answer.occurs_on, answer.is_past, answer.due_on, Progress.objects.get(pk=entry.pk).answer) == (None, False, MARCH, answer)


def test_the_page_shows_each_with_its_state_those_finished_and_past_folded_away(world, duty, as_post):
    says(duty, world, date(2026, 3, 20))
    turn(date(2026, 7, 1))
    context = (page := as_post(world.an).get(duty.get_absolute_url())).context
    assert [[answer.occurs_on for answer in context[name]] for name in ("answers", "past")] == [[JUNE, SEPTEMBER], [MARCH]]
    assert context["history"][0].answer.place == "kỳ hạn 31/03/2026"
    assert "<summary>" in page.content.decode()


def test_several_open_ones_are_told_apart_on_the_screen_for_many(world, as_post):
    duty = duty_of(world, "trước ngày 25 hằng tháng", joined_on=timezone.localdate() - timedelta(days=70))
    recurring.turn_over(on=timezone.localdate(), at=timezone.now())
    oldest = duty.answers.order_by("occurs_on").first()
    assert f"{oldest}" in as_post(world.an).get(reverse("log_many")).content.decode()
