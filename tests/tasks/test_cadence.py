"""How often a unit is expected to say something, and from which day on its silence is seen."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from journal.models import Notice
from plans import period
from plans.period import Cadence
from tasks import carrying, reminders, rollup
from tasks.cascade import address
from tasks.deadlines import Kind
from tasks.duties import found
from tasks.models import Assignment, ParentLink, Stage, Task, Timeliness
from tasks.models.cadence import cadence_of
from tasks.models.progress import log_progress
from tests.world import plan_of

MIGRATION = import_module("tasks.migrations.0012_written_cadences")


def at_noon(day):
    return period.moment(day) + timedelta(hours=12)


def says(duty, world, day, words="doing"):
    return log_progress(duty, by=world.an, at=at_noon(day), says=words, words="đã làm")


def duty_of(world, *kinds, joined_on=date(2026, 3, 3), **fields):
    """The lead of a duty with a stage of each kind."""
    n = Task.objects.count() + 1
    task = Task.objects.create(plan=world.plan, ref=str(n), position=n, title="Báo cáo")
    for position, kind in enumerate(kinds, 1):
        Stage.objects.create(task=task, position=position, kind=kind, **fields)
    return address(task, leads=[world.ubnd], on=joined_on)[0]


def is_silent(duty, on):
    return Assignment.objects.timed(on=on).get(pk=duty.pk).silent


@pytest.mark.parametrize(
    ("written", "cadence"),
    [
        ("Thường xuyên", "monthly"),
        ("Thường xuyên, báo cáo hằng quý", "quarterly"),
        ("Thường xuyên; báo cáo hằng tháng (trước ngày 25)", "monthly"),
        ("Thường xuyên, định kỳ 6 tháng", "half_yearly"),
        ("Hằng tuần", "weekly"),
        ("2 tuần một lần", "monthly"),
        ("2 tháng một lần", "quarterly"),
        ("Hằng quý", "quarterly"),
        ("Hằng năm", "yearly"),
        ("Trước ngày 30/9/2026", "monthly"),
        ("", "monthly"),
    ],
)
def test_the_words_say_how_often(written, cadence):
    assert cadence_of(carrying.read_stages(written, date(2026, 3, 1))) == cadence


def test_a_person_says_it_before_the_words_do():
    assert cadence_of([Stage(kind=Kind.ONGOING, cadence="weekly"), Stage(kind=Kind.RECURRING_YEARLY)]) == "weekly"


# The last entry, then the first day of silence: two full turns closed without one.
FIRST_DAYS = [
    (Kind.RECURRING_WEEKLY, date(2026, 7, 6), date(2026, 7, 27)),  # Monday to Sunday
    (Kind.RECURRING_WEEKLY, date(2026, 7, 12), date(2026, 7, 27)),
    (Kind.RECURRING_WEEKLY, date(2026, 7, 13), date(2026, 8, 3)),
    (Kind.ONGOING, date(2026, 5, 24), date(2026, 7, 25)),
    (Kind.ONGOING, date(2026, 5, 25), date(2026, 8, 25)),
    (Kind.RECURRING_MONTHLY, date(2026, 6, 1), date(2026, 8, 25)),
    (Kind.RECURRING_QUARTERLY, date(2026, 3, 24), date(2026, 9, 25)),
    (Kind.RECURRING_QUARTERLY, date(2026, 3, 25), date(2026, 12, 25)),
    (Kind.RECURRING_HALF_YEARLY, date(2026, 6, 24), date(2027, 6, 25)),
    (Kind.RECURRING_YEARLY, date(2026, 12, 24), date(2028, 12, 25)),
    (Kind.RECURRING_YEARLY, date(2026, 12, 25), date(2029, 12, 25)),
]


@pytest.mark.parametrize(("kind", "last", "first"), FIRST_DAYS)
def test_silent_from_the_day_after_the_second_full_turn(world, kind, last, first):
    duty = duty_of(world, kind)
    says(duty, world, last)
    assert [is_silent(duty, first - timedelta(days=1)), is_silent(duty, first)] == [False, True]


@pytest.mark.parametrize(("kind", "joined_on", "first"), FIRST_DAYS)
def test_without_any_entry_the_day_it_was_assigned_counts(world, kind, joined_on, first):
    duty = duty_of(world, kind, joined_on=joined_on)
    assert [is_silent(duty, first - timedelta(days=1)), is_silent(duty, first)] == [False, True]


def test_a_turn_is_made_of_whole_periods():
    opens = {cadence: period.turn_opens(date(2026, 7, 10), cadence) for cadence in Cadence}
    assert opens == {
        "weekly": date(2026, 7, 6),
        "monthly": date(2026, 6, 25),
        "quarterly": date(2026, 6, 25),
        "half_yearly": date(2026, 6, 25),
        "yearly": date(2025, 12, 25),
    }
    assert period.turn_opens(date(2026, 12, 25), Cadence.YEARLY) == date(2026, 12, 25)
    assert period.turn_opens(date(2026, 1, 3), Cadence.QUARTERLY, back=1) == date(2025, 9, 25)


def test_silence_and_overdue_are_counted_apart(world):
    quiet_and_late = world.duty(due_on=date(2026, 7, 1))
    world.duty(due_on=date(2026, 12, 1))
    spoken = world.duty(due_on=date(2026, 7, 1))
    says(spoken, world, date(2026, 8, 20))
    tally = Assignment.objects.tally(on=date(2026, 8, 25))
    assert (tally.silent, tally.by_timeliness()[Timeliness.OVERDUE]) == (2, 2)
    listed = found(world.binh, {"silent": True, "timeliness": [Timeliness.OVERDUE]}, None, on=date(2026, 8, 25))
    assert list(listed) == [quiet_and_late]


@pytest.mark.parametrize(
    ("kind", "on", "cell"),
    [
        (Kind.ONGOING, date(2026, 7, 24), "with_result"),
        (Kind.ONGOING, date(2026, 7, 25), "without_result"),
        (Kind.RECURRING_WEEKLY, date(2026, 7, 24), "with_result"),
        (Kind.RECURRING_WEEKLY, date(2026, 7, 25), "without_result"),
    ],
)
def test_a_result_counts_for_its_month(world, kind, on, cell):
    duty = duty_of(world, kind)
    says(duty, world, date(2026, 7, 1))
    assert Assignment.objects.timed(on=on).get(pk=duty.pk).timeliness == cell


def quarterly(world, plan=None):
    """An ongoing duty that a person lets report every quarter."""
    task = Task.objects.create(plan=plan or world.plan, ref="q", position=90, title="Báo cáo quý")
    Stage.objects.create(task=task, position=1, kind=Kind.ONGOING, cadence="quarterly")
    return address(task, leads=[world.ubnd], on=date(2026, 3, 3))[0]


def test_a_result_of_a_quarter_counts_for_the_quarter(world):
    duty = quarterly(world)
    says(duty, world, date(2026, 7, 1))
    cells = [Assignment.objects.timed(on=on).get(pk=duty.pk).timeliness for on in (date(2026, 9, 24), date(2026, 9, 25))]
    assert cells == ["with_result", "without_result"]
    upper = world.duty(plan=plan_of(world.centre, "04"), lead=world.khanh_hoa, due_on=date(2026, 12, 1))
    ParentLink.objects.tie(duty.task, upper.task, via=upper)
    assert [rollup.of_ongoing(upper, on=on) for on in (date(2026, 9, 24), date(2026, 9, 25))] == [(1, 1), (0, 1)]


def test_the_reminder_follows_the_cadence(world):
    duty = duty_of(world, Kind.RECURRING_WEEKLY)
    says(duty, world, date(2026, 7, 12))
    for n in range(25):
        reminders.send(date(2026, 7, 20) + timedelta(days=n))
    keys = list(Notice.objects.filter(person=world.an.person, kind="silence").order_by("pk").values_list("key", flat=True))
    assert keys == [f"silence/{duty.pk}/2026-{day}" for day in ("07-27", "08-03", "08-10")]


def test_rows_that_stood_before_take_what_their_words_say(world):
    weekly, dated = duty_of(world, Kind.ONGOING, Kind.RECURRING_QUARTERLY), world.duty(due_on=date(2026, 7, 1))
    Assignment.objects.update(cadence="monthly")
    MIGRATION.read(apps, None)
    MIGRATION.read(apps, None)
    assert [Assignment.objects.get(pk=row.pk).cadence for row in (weekly, dated)] == ["quarterly", "monthly"]
