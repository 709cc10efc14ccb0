"""The calendar goes on while the portal works, or while it is off; a date moves while its letters leave."""

from datetime import date, timedelta

import pytest

from journal.models import Notice
from plans.models import AmendingPaper
from reports.models import MonthlyReport
from tasks import carrying, cascade, extending
from tasks.models import Answer, Stage, Task
from tests.faults import clock
from tests.faults.stage import moment

CROWD = 29
BOUNDARIES = {  # last day before the boundary: its name, when the duties were given, who is told of a report by the 24th and after it
    date(2026, 11, 24): ("5a midnight of the 24th", date(2026, 11, 2), True),
    date(2026, 11, 30): ("5b end of a month", date(2026, 11, 26), False),
    date(2026, 12, 31): ("5c end of a year", date(2026, 12, 28), False),
}


@pytest.mark.parametrize("last", BOUNDARIES, ids=str)
def test_letters_over_midnight(stage, record, last):
    name, joined_on, report_is_due = BOUNDARIES[last]
    first = last + timedelta(days=1)
    stage = stage(moment(last, 23, 55))  # the machine was off all day
    world, officials = stage.world, stage.crowd(CROWD)
    today, tomorrow = (world.duty(due_on=day, joined_on=joined_on) for day in (last, first))
    monthly = None if report_is_due else monthly_duty(world, joined_on)
    stage.sink.rule(hold="rcpt", after=5)
    stage.open()
    stage.sink.held()
    clock.put_at(moment(first, 0, 0, 1))
    stage.sink.rule()
    stage.letters_left()
    clock.put_at(moment(first, 6, 55))
    stage.swept()
    evening = [(who, key_of(duty, step)) for who in officials for duty, step in [(today, "d0"), (tomorrow, "d1")]]
    evening += [(who, key_of(monthly, "d0")) for who in officials if monthly]
    evening += [(who, f"report/{world.ba_ngoi.pk}/2026-11/v1/d0") for who in heads(world) if report_is_due]
    assert told() == sorted(evening)
    clock.put_at(moment(first, 7, 31))
    stage.told("deadline/", len([key for _, key in evening if key.startswith("deadline")]) + len(officials))
    stage.swept()
    morning = [(who, key_of(tomorrow, "d0")) for who in officials]
    morning += [(who, f"report/{world.ba_ngoi.pk}/2026-11/v1/late") for who in [*heads(world), "dung@example.vn"] if report_is_due]
    stage.letters_left()
    assert told() == sorted(evening + morning)
    if monthly:
        occurrences = Answer.objects.filter(assignment=monthly).order_by("occurs_on").values_list("occurs_on", flat=True)
        assert list(occurrences) == [last, end_of_next_month(last)]
    counted = stage.figures({(who, last) for who, _ in evening} | {(who, first) for who, _ in morning})
    assert counted.doubled == 0
    record(name, counted, 0, f"{len(evening + morning)} notices in-app, each once, on their day")


def monthly_duty(world, joined_on):
    task = Task.objects.create(plan=world.plan, ref="K", position=99, title="Báo cáo định kỳ")
    for position, stage in enumerate(carrying.read_stages("Hằng tháng", date(2026, 1, 5)), 1):
        stage.task, stage.position = task, position
        stage.save()
    return cascade.address(task, leads=[world.ubnd], on=joined_on)[0]


def end_of_next_month(day):
    return (day + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def key_of(duty, step):
    """The key under which the first date of a duty is told at that step."""
    answer = Answer.objects.filter(assignment=duty).order_by("pk").first()
    return f"deadline/{answer.pk}/{answer.due_originally_on}/{step}"


def heads(world):
    """Who signs and who files the report of Ba Ngòi."""
    return [world.binh.person.email, world.mai.person.email]


def told():
    """Every notice there is: [(address, key)]."""
    return sorted(Notice.objects.values_list("person__email", "key"))


def test_three_days_off_over_the_24th(stage, record):
    before, after = date(2026, 11, 23), date(2026, 11, 26)
    stage = stage(moment(before, 9))
    world, officials = stage.world, stage.crowd(CROWD)
    duties = [world.duty(due_on=before + timedelta(days=n), joined_on=date(2026, 11, 2)) for n in (1, 2, 3)]
    stage.open()
    stage.told("deadline/", len(officials) * 3)
    stage.swept()
    stage.letters_left()
    steps = zip(duties, ["d1", "d3", "d3"], strict=True)
    early = [(who, key_of(duty, step)) for duty, step in steps for who in officials]
    early += [(who, f"report/{world.ba_ngoi.pk}/2026-11/v1/d1") for who in heads(world)]
    assert told() == sorted(early)
    stage.portal.stop()
    clock.put_at(moment(after, 18))
    stage.portal.start()
    stage.told("deadline/", len(officials) * 6)
    stage.swept()
    stage.letters_left()
    late = [(who, key_of(duty, "d0")) for duty in duties for who in officials]
    late += [(who, f"report/{world.ba_ngoi.pk}/2026-11/v1/late") for who in [*heads(world), "dung@example.vn"]]
    assert told() == sorted(early + late)
    assert MonthlyReport.objects.get(unit=world.ba_ngoi, month=date(2026, 11, 1)).timing(at=clock.now()) == "missing"
    assert MonthlyReport.objects.filter(unit=world.ba_ngoi, month=date(2026, 12, 1)).count() == 1
    counted = stage.figures({(who, before) for who, _ in early} | {(who, after) for who, _ in late})
    assert counted.doubled == 0
    record("6 three days off", counted, 0, f"{len(late)} notices told on coming back, each once; one letter a person")


PAPER = AmendingPaper("15-QĐ/BCĐ", "QĐ", "Quyết định", date(2026, 11, 26), "Nguyễn Văn Bình", "Chờ hướng dẫn của Bộ Công an")


def test_deadline_moved_while_its_letters_leave(stage, record):
    """Due on 30 November, moved on the 26th to 5 December; beside it a duty that keeps its date."""
    start, due_on, later = date(2026, 11, 26), date(2026, 11, 30), date(2026, 12, 5)
    stage = stage(moment(start))
    officials = stage.crowd(CROWD)
    moved, kept = stage.world.duties(2, due_on=due_on, joined_on=date(2026, 11, 25))
    stage.sink.rule(hold="rcpt", after=5)
    stage.open()
    stage.sink.held()
    stage_of_moved = Stage.objects.select_related("task__plan").get(task=moved.task)
    extending.extend(stage_of_moved, later, paper=PAPER, by=stage.world.binh, at=clock.now())
    stage.sink.rule()
    stage.letters_left()
    days = [start, *(date(2026, 11, day) for day in (27, 28, 29, 30)), *(date(2026, 12, day) for day in (2, 4, 5))]
    for day in days[1:]:
        clock.put_at(moment(day))
        stage.swept()
        stage.letters_left()
    change = Answer.objects.get(assignment=moved).change_id
    expected = {f"d7 {due_on}", *(f"{step} {later}/{change}" for step in ("d30", "d7", "d3", "d1", "d0"))}
    assert {step_of(key) for _, key in of(moved)} == expected
    assert {step_of(key) for _, key in of(kept)} == {f"{step} {due_on}" for step in ("d7", "d3", "d1", "d0")}
    assert len(of(moved) + of(kept)) == len(officials) * 10
    counted = stage.figures({(who, day) for who in officials for day in days})
    assert counted.doubled == 0
    record("8 deadline moved", counted, 0, "no later step of the old date, every step of the new one, each once")


def of(duty):
    answer = Answer.objects.get(assignment=duty)
    return [pair for pair in told() if pair[1].startswith(f"deadline/{answer.pk}/")]


def step_of(key):
    """«d7 2026-11-30» of a key."""
    armed, step = key.split("/", 2)[2].rsplit("/", 1)
    return f"{step} {armed}"
