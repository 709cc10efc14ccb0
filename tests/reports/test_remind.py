"""`manage.py remind`: one day's whole ladder by hand."""

import json
import uuid
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from journal.models import Entry, Notice
from orgunits.models import Role
from plans import period
from reports import calling
from reports.models import MonthlyReport
from tasks import difficulties, incident_clock, reminders
from tasks.deadlines import Kind
from tasks.models import Answer
from tasks.models.progress import log_progress
from tests.tasks.incidents import AT, HOUR, noted
from tests.world import ASSIGNED

DUE = date(2026, 6, 30)


def remind(on, *options):
    out = StringIO()
    call_command("remind", "--on", str(on), *options, stdout=out)
    return out.getvalue()


def rows(on, *options):
    return json.loads(remind(on, "--json", *options))


def told(found, status="told"):
    return sorted((row["person"], row["subject"], row["step"]) for row in found if row["status"] == status)


def test_without_send_it_says_who_would_be_told_what_and_writes_nothing(world):
    duty = world.duty(due_on=DUE, title="Rà soát 17 hệ thống")
    before = Entry.objects.count()
    (row, *skipped) = sorted(rows(DUE - timedelta(days=3)), key=lambda row: row["status"] != "told")[:2]
    assert row == {
        "on": "2026-06-27",
        "person": "an",
        "unit": "UBND phường Ba Ngòi",
        "subject": "deadline",
        "step": "d3",
        "title": "Còn 3 ngày, hạn 30/06/2026: Rà soát 17 hệ thống",
        "link": duty.get_absolute_url(),
        "status": "told",
    }
    assert skipped
    assert (Notice.objects.count(), MonthlyReport.objects.count(), Entry.objects.count()) == (0, 0, before)


def test_reports_asked_for_out_of_turn_are_among_them(world):
    nga = world.hire("nga", world.khanh_hoa, Role.CLERK)
    terms = {"title": "Gấp", "words": "Nêu", "due_at": period.moment(DUE) + timedelta(hours=17), "token": uuid.uuid4()}
    calling.ask(world.khanh_hoa, units=[world.ba_ngoi], by=nga, at=period.moment(DUE - timedelta(days=20)), **terms)
    people = {person for person, subject, _step in told(rows(DUE - timedelta(days=3))) if subject == "call"}
    assert people == {"binh", "mai"}
    assert {step for _person, subject, step in told(rows(DUE + timedelta(days=1))) if subject == "call"} == {"late"}


def test_the_hours_of_an_incident_are_among_them_up_to_the_days_last_minute(world):
    """Discovered at 23:10 on the 14th: the 12th, 20th and 24th hour lie on the 15th, the last one at 23:10."""
    noted(world)
    found = {day: told(rows(date(2026, 7, day))) for day in (14, 15)}
    alerts = {day: {(person, step) for person, subject, step in lines if subject == "incident"} for day, lines in found.items()}
    assert alerts == {14: set(), 15: {(person, "h24") for person in ("an", "mai", "binh", "dung")}}


def test_an_hour_told_by_hand_is_not_told_again_by_the_clock(world):
    noted(world)
    with time_machine.travel(AT + 13 * HOUR, tick=False):
        assert ("an", "incident", "h12") in told(rows(date(2026, 7, 15), "--send"))
        assert incident_clock.alert(at=AT + 13 * HOUR) == 0


def test_with_send_it_writes_and_a_second_run_writes_none(world):
    world.duty(due_on=DUE)
    first = rows(DUE, "--send")
    assert ("an", "deadline", "d0") in told(first)
    assert Notice.objects.count() == len(told(first))
    second = rows(DUE, "--send")
    assert told(second) == []
    assert set(told(first)) <= set(told(second, "already"))
    assert Notice.objects.count() == len(told(first))
    assert told(rows(DUE)) == []


def test_steps_that_a_later_one_has_overtaken_are_named_and_those_told_before_too(world):
    world.duty(due_on=DUE)
    reminders.send(DUE - timedelta(days=7))
    found = [row for row in rows(DUE + timedelta(days=7)) if row["person"] == "an" and row["subject"] == "deadline"]
    assert told(found) == [("an", "deadline", "w1")]
    assert told(found, "already") == [("an", "deadline", "d7")]
    assert told(found, "skipped") == [("an", "deadline", step) for step in ("d0", "d1", "d3", "d30")]


def test_of_a_day_gone_by_nobody_is_told_a_step_that_a_later_one_has_overtaken(world):
    world.duty(due_on=DUE)
    lan = world.hire("lan", world.ubnd)
    with time_machine.travel(period.moment(DUE) - timedelta(hours=17), tick=False):
        reminders.send(DUE - timedelta(days=1))
        Notice.objects.filter(person=lan.person).delete()
        for options in ((), ("--send",)):
            found = [row for row in rows(DUE - timedelta(days=7), *options) if row["subject"] == "deadline"]
            assert told(found) == [("lan", "deadline", "d7")]
            assert ("an", "deadline", "d7") in told(found, "skipped")
    assert set(Notice.objects.filter(person=world.an.person).values_list("key", flat=True)) == {
        f"deadline/{Answer.objects.get().pk}/{DUE}/d1",
    }


def test_of_a_day_gone_by_the_sum_of_a_week_is_not_told_after_a_later_ones(world):
    world.duties(6, due_on=DUE)
    later, earlier = DUE + timedelta(days=21), DUE + timedelta(days=10)
    with time_machine.travel(period.moment(later) + timedelta(hours=7), tick=False):
        reminders.send(later)
        assert [row for row in rows(earlier, "--send") if row["status"] == "told" and row["subject"] in {"overdue", "deadline"}] == []


def test_acts_of_the_same_subject_are_no_later_steps(world):
    nga = world.hire("nga", world.khanh_hoa, Role.CLERK)
    day = DUE - timedelta(days=3)
    with time_machine.travel(period.moment(DUE) + timedelta(hours=9), tick=False):
        terms = {"title": "Gấp", "words": "Nêu", "due_at": period.moment(DUE) + timedelta(hours=17), "token": uuid.uuid4()}
        call = calling.ask(world.khanh_hoa, units=[world.ba_ngoi], by=nga, at=period.moment(DUE - timedelta(days=20)), **terms)
        Notice.objects.filter(key__startswith="call/").update(at=period.moment(DUE))  # «made», as if told after the day
        assert call.answers.exists()
        assert {person for person, subject, _step in told(rows(day, "--send")) if subject == "call"} == {"binh", "mai"}


def test_it_tells_just_what_the_jobs_tell(world):
    """The same rows, whoever runs them: nothing is told by hand alone, nothing is left out."""
    world.duties(7, due_on=DUE, joined_on=date(2026, 1, 10))
    world.duties(2, joined_on=date(2026, 1, 10))
    for on in (DUE, DUE + timedelta(days=8)):
        foreseen = {(row["person"], row["title"]) for row in rows(on) if row["status"] == "told" and row["subject"] != "report"}
        before = set(Notice.objects.values_list("pk", flat=True))
        reminders.send(on)
        assert foreseen == set(Notice.objects.exclude(pk__in=before).values_list("person__username", "title"))


def test_every_subject_has_its_rows(world):
    on = date(2026, 9, 24)
    world.duty(due_on=on)
    world.duty(joined_on=date(2026, 5, 5))
    world.duty(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN)
    weekly = world.duty(kind=Kind.RECURRING_MONTHLY, due_on=date(2026, 6, 24))
    Answer.objects.filter(assignment=weekly).update(state="done")
    weekly.task.stages.update(rrules=["RRULE:FREQ=MONTHLY;BYMONTHDAY=24"])
    at = period.moment(on - timedelta(days=8))
    log_progress(world.duty(due_on=date(2026, 12, 31)), by=world.an, at=at, says="done", words="Xong")
    back = log_progress(world.duty(due_on=date(2026, 12, 31)), by=world.an, at=at, says="done", words="Xong")
    back.judge(by=world.binh, at=at, ok=False, reason="Thiếu")
    difficulties.raise_(world.duty(), by=world.an, at=at, words="Thiếu", level="ward", reply_by=on + timedelta(days=1))
    subjects = {(row["person"], row["subject"], row["step"]) for row in rows(on) if row["status"] == "told"}
    assert subjects == {
        *(("an", "deadline", "d0"), ("an", "silence", "2026-09"), ("binh", "unjudged", "w1"), ("an", "returned", "w1")),
        *(
            (name, subject, step)
            for name in ("binh", "mai")
            for subject, step in [("waiting", "m3"), ("difficulty", "d1"), ("report", "d0")]
        ),
        *(("dung", "awaited", "all"), *((name, "report", "late") for name in ("binh", "mai", "dung"))),
    }


def test_a_day_to_come_is_foreseen_with_what_its_night_begins(world):
    with time_machine.travel(period.moment(ASSIGNED) + timedelta(hours=9), tick=False):
        duty = world.duty(kind=Kind.RECURRING_MONTHLY, due_on=date(2026, 6, 24))
        duty.task.stages.update(rrules=["RRULE:FREQ=MONTHLY;BYMONTHDAY=24"])
        found = [row for row in rows(date(2026, 7, 21)) if row["person"] in {"an", "mai"} and row["status"] == "told"]
        assert {(row["subject"], row["step"]) for row in found} == {("deadline", "w3"), ("report", "d4"), ("report", "late")}
        assert Answer.objects.filter(assignment=duty).count() == 1
        rows(date(2026, 7, 21), "--send")
        assert Answer.objects.filter(assignment=duty).count() == 1  # what is to come does not begin by hand


def test_for_people_it_is_a_list_and_a_sum(world):
    duty = world.duty(due_on=DUE, title="Rà soát")
    lines = remind(DUE - timedelta(days=7)).splitlines()
    assert f"  told     deadline d7: Còn 7 ngày, hạn 30/06/2026: Rà soát {duty.get_absolute_url()}" in lines
    assert "an · UBND phường Ba Ngòi" in lines
    assert lines[-1] == "2026-06-23: 3 notices would be told, 0 were told before, 7 steps skipped because a later one has passed."
    assert remind(DUE - timedelta(days=7), "--send").splitlines()[-1].startswith("2026-06-23: 3 notices told")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("23/11/2026", "--on '23/11/2026' is not a day; write it as 2026-11-23."),
        ("2026-02-30", "--on '2026-02-30' is not a day; write it as 2026-11-23."),
        ("20261123", "--on '20261123' is not a day; write it as 2026-11-23."),
        ("", "--on '' is not a day; write it as 2026-11-23."),
        ("9999-12-31", "--on 9999-12-31 lies outside the years 2000 to 2100."),
    ],
)
def test_a_bad_day_is_one_sentence(db, written, says):
    with pytest.raises(CommandError, match="^" + says.replace("(", r"\(") + "$"):
        remind(written)


def test_it_asks_as_much_for_many_as_for_few(world, django_assert_max_num_queries):
    world.duties(40, due_on=DUE, joined_on=date(2026, 1, 10))
    with django_assert_max_num_queries(110):
        remind(DUE)
