"""Who is told what when: at or past a step, the latest only, once."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journal import digests
from journal.jobs import send_digests
from journal.models import Digest, Heartbeat, Notice
from orgunits.models import Kind as UnitKind
from orgunits.models import OrgUnit, Role
from plans import period
from tasks import difficulties, jobs, ladder, reminders
from tasks.deadlines import Kind
from tasks.models import Answer, Assignment, Part, Progress, State
from tasks.models.progress import log_progress
from tests.world import ASSIGNED, body, move, plan_of

DUE = date(2026, 6, 30)
WEEK = timedelta(days=7)


def told(post):
    """The keys under which a post's person was reminded, oldest first."""
    return list(Notice.objects.filter(person=post.person).exclude(kind=Notice.Kind.RESULT).order_by("pk").values_list("key", flat=True))


def key(assignment, due_on, step):
    return f"deadline/{assignment.answers.get().pk}/{due_on}/{step}"


def all_keys():
    return set(Notice.objects.values_list("person__username", "key"))


def at_noon(day):
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


# The steps

STEPS = {-40: None, -31: None, -30: "d30", -29: "d30", -8: "d30", -7: "d7", -4: "d7", -3: "d3", -2: "d3", -1: "d1", 0: "d0"}
STEPS |= {1: "d0", 6: "d0", 7: "w1", 8: "w1", 13: "w1", 14: "w2", 20: "w2", 21: "w3", 27: "w3", 28: "w4", 30: "w4", 350: "w50"}


@pytest.mark.parametrize(("days", "step"), STEPS.items())
def test_the_latest_step_at_or_past_the_day(days, step):
    assert ladder.DEADLINE.step(-days) == step


def test_day_by_day_each_step_is_told_once_on_its_day(world):
    duty, seen = world.duty(due_on=DUE, joined_on=date(2026, 5, 28)), {}
    for days in range(-40, 31):
        before = set(told(world.an))
        reminders.send(DUE + timedelta(days=days))
        for new in set(told(world.an)) - before:
            seen[days] = new.rpartition("/")[2]
    assert seen == {-30: "d30", -7: "d7", -3: "d3", -1: "d1", 0: "d0", 7: "w1", 14: "w2", 21: "w3", 28: "w4"}
    assert told(world.an)[0] == key(duty, DUE, "d30")


def test_ten_runs_tell_once(world):
    world.duty(due_on=DUE)
    on = DUE - timedelta(days=7)
    assert [reminders.send(on) for _ in range(10)] == [1] + [0] * 9


def test_a_machine_off_for_three_days_tells_the_latest_step_only(world):
    duty = world.duty(due_on=DUE)
    reminders.send(DUE - timedelta(days=8))
    reminders.send(DUE - timedelta(days=1))
    assert told(world.an) == [key(duty, DUE, "d30"), key(duty, DUE, "d1")]


def test_switching_on_in_november_tells_one_step_of_each_old_duty(world):
    world.duties(20, due_on=date(2026, 1, 31))
    reminders.send(date(2026, 11, 21))
    assert sum(name.startswith("deadline/") for name in told(world.an)) == 20
    assert {name.rpartition("/")[2] for name in told(world.an) if name.startswith("deadline/")} == {"w42"}


def test_a_step_told_late_speaks_of_the_day_it_is_told(world):
    world.duty(due_on=DUE, title="Rà soát 17 hệ thống")
    reminders.send(DUE + timedelta(days=3))
    notice = Notice.objects.get(person=world.an.person)
    assert notice.key.endswith("/d0")
    assert notice.kind == Notice.Kind.OVERDUE
    assert "3" in notice.title.partition(":")[0]
    assert "30/06/2026" in notice.title
    assert notice.title.endswith(": Rà soát 17 hệ thống")
    assert notice.body == "02-KH/BCĐ · 1 · UBND phường Ba Ngòi"


def test_on_the_due_day_it_is_not_overdue_yet(world):
    duty = world.duty(due_on=DUE)
    reminders.send(DUE)
    notice = Notice.objects.get(person=world.an.person)
    assert (notice.kind, notice.link) == (Notice.Kind.DEADLINE, f"/assignments/{duty.pk}/")


def test_a_title_too_long_for_its_column_is_cut(world):
    world.duty(due_on=DUE, title="x" * 300)
    reminders.send(DUE)
    assert len(Notice.objects.get(person=world.an.person).title) == 300


def test_a_moved_date_arms_again(world):
    duty = world.duty(due_on=DUE)
    reminders.send(DUE)
    move(duty, DUE + timedelta(days=20))
    reminders.send(DUE + timedelta(days=1))
    assert told(world.an) == [
        key(duty, DUE, "d0").replace(str(DUE + timedelta(days=20)), str(DUE)),
        key(duty, DUE + timedelta(days=20), "d30"),
    ]


# Which duties


def test_a_finished_duty_is_not_told_and_a_returned_one_is_told_again(world):
    duty = world.duty(due_on=DUE)
    reminders.send(DUE - timedelta(days=7))
    entry = log_progress(duty, by=world.an, at=at_noon(DUE - timedelta(days=6)), says=Progress.Says.DONE, words="Xong")
    reminders.send(DUE - timedelta(days=3))
    assert told(world.an) == [key(duty, DUE, "d7")]
    entry.judge(by=world.binh, at=at_noon(DUE - timedelta(days=2)), ok=False, reason="Thiếu minh chứng")
    reminders.send(DUE - timedelta(days=2))
    assert told(world.an) == [key(duty, DUE, "d7"), key(duty, DUE, "d3")]


@pytest.mark.parametrize("state", [State.PAUSED, State.DROPPED, State.NOT_APPLICABLE])
def test_a_duty_put_off_is_not_told(world, state):
    duty = world.duty(due_on=DUE)
    Assignment.objects.filter(pk=duty.pk).update(state=state)
    assert reminders.send(DUE + WEEK) == 0


@pytest.mark.parametrize("state", [State.SAID, State.DONE, State.NOT_APPLICABLE])
def test_a_finished_stage_of_an_open_duty_is_not_told(world, state):
    Answer.objects.filter(assignment=world.duty(due_on=DUE)).update(state=state)
    assert reminders.send(DUE) == 0


def test_an_ended_duty_a_withdrawn_plan_and_a_draft_are_not_told(world):
    ended, draft, withdrawn = world.duty(due_on=DUE), plan_of(world.cam_linh, "9", issued_on=None), plan_of(world.khanh_hoa, "8")
    Assignment.objects.filter(pk=ended.pk).update(ended_on=DUE)
    world.duty(plan=draft, due_on=DUE)
    world.duty(plan=withdrawn, due_on=DUE)
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(withdrawn_on=DUE)
    assert reminders.send(DUE + WEEK) == 0


def test_waiting_undated_and_ongoing_duties_have_no_step(world):
    for kind in (Kind.RELATIVE_TO_SUPERIOR_PLAN, Kind.NONE, Kind.ONGOING):
        world.duty(kind=kind)
    world.duty(kind=Kind.RECURRING_WEEKLY)
    assert reminders.remind_of_deadlines(DUE, at=at_noon(DUE)) == 0


def test_a_unit_that_only_coordinates_is_not_told(world):
    Assignment.objects.filter(pk=world.duty(due_on=DUE).pk).update(part=Part.COORDINATOR)
    assert reminders.send(DUE + WEEK) == 0


def test_nobody_is_told_of_a_duty_before_it_was_given(world):
    """As `manage.py remind` may be asked: in May, of a duty given on 1 June."""
    duty = world.duty(due_on=DUE)
    assert reminders.send(duty.joined_on - timedelta(days=1)) == 0
    assert reminders.send(duty.joined_on) == 1


# Who


def test_the_owner_alone_is_told_where_there_is_one(world):
    owner = world.hire("lan", world.ubnd)
    duty = world.duty(due_on=DUE)
    duty.give_to(owner, by=world.mai, at=at_noon(DUE))
    reminders.send(DUE)
    assert all_keys() == {("lan", key(duty, DUE, "d0"))}


def test_without_a_living_owner_every_official_of_the_unit_is_told(world):
    gone = world.hire("lan", world.ubnd, until=DUE - timedelta(days=1))
    duty = world.duty(due_on=DUE)
    duty.give_to(gone, by=world.mai, at=at_noon(DUE))
    reminders.send(DUE)
    assert all_keys() == {("an", key(duty, DUE, "d0"))}


def test_a_new_owner_is_told_the_step_the_old_one_was_told(world):
    duty = world.duty(due_on=DUE)
    reminders.send(DUE)
    duty.give_to(world.hire("lan", world.ubnd), by=world.mai, at=at_noon(DUE))
    reminders.send(DUE)
    assert all_keys() == {("an", key(duty, DUE, "d0")), ("lan", key(duty, DUE, "d0"))}


def test_where_a_body_has_no_official_the_clerks_of_the_area_are_told(world):
    police = body("0001000100010009", world.ba_ngoi, UnitKind.GOVERNMENT, "Công an phường Ba Ngòi")
    duty = world.duty(due_on=DUE, lead=police)
    assert duty.may_be_progressed_by(world.mai)
    reminders.send(DUE)
    assert all_keys() == {("mai", key(duty, DUE, "d0"))}
    world.hire("kim", police)
    reminders.send(DUE + WEEK)
    assert all_keys() == {("mai", key(duty, DUE, "d0")), ("kim", key(duty, DUE, "w1")), ("binh", key(duty, DUE, "w1"))}


def test_a_clerk_on_the_body_itself_is_told_too_and_the_neighbours_clerk_is_not(world):
    police = body("0001000100010009", world.ba_ngoi, UnitKind.GOVERNMENT, "Công an phường Ba Ngòi")
    world.hire("lan", police, Role.CLERK)
    world.hire("nga", world.cam_linh, Role.CLERK)
    duty = world.duty(due_on=DUE, lead=police)
    reminders.send(DUE)
    assert all_keys() == {("mai", key(duty, DUE, "d0")), ("lan", key(duty, DUE, "d0"))}


@pytest.mark.parametrize("unit", ["ba_ngoi", "firm"])
def test_who_answers_for_a_territory_or_keeps_a_firm_is_told(world, unit):
    duty = world.duty(due_on=DUE, lead=OrgUnit.objects.get(pk=getattr(world, unit).pk))
    reminders.send(DUE)
    assert all_keys() == {("an", key(duty, DUE, "d0"))}


def test_somebody_who_cannot_sign_in_is_not_told(world):
    world.duty(due_on=DUE)
    lan = world.hire("lan", world.ubnd)
    type(world.an.person).objects.filter(pk=world.an.person_id).update(is_active=False)
    reminders.send(DUE)
    assert {name for name, _key in all_keys()} == {lan.person.username}


def test_from_the_first_week_the_confirming_side_is_told_too(world):
    duty = world.duty(due_on=DUE)
    reminders.send(DUE + timedelta(days=6))
    assert all_keys() == {("an", key(duty, DUE, "d0"))}
    reminders.send(DUE + WEEK)
    assert all_keys() == {("an", key(duty, DUE, "d0")), ("an", key(duty, DUE, "w1")), ("binh", key(duty, DUE, "w1"))}


def test_what_the_committee_leads_itself_escalates_one_level_up(world):
    duty = world.duty(due_on=DUE, lead=world.committee)
    assert duty.self_led
    reminders.send(DUE + WEEK)
    assert all_keys() == {("dung", key(duty, DUE, "w1")), ("mai", key(duty, DUE, "w1"))}  # Mai logs for a body without officials


def test_at_the_top_the_committee_itself_is_told(world):
    duty = world.duty(due_on=DUE, plan=plan_of(world.centre, "04-KH/BCĐTW"), lead=world.centre)
    reminders.send(DUE + WEEK)
    assert all_keys() == {("hoa", key(duty, DUE, "w1"))}


def test_a_steering_post_on_a_body_hears_where_it_may_confirm(world):
    duty = world.duty(due_on=DUE)
    heads = [world.hire("thu", world.ubnd, Role.STEERING), world.hire("ky", world.committee, Role.STEERING)]
    reminders.send(DUE + WEEK)
    assert [duty.may_be_judged_by(post) for post in heads] == [True, False]
    assert all_keys() == {(name, key(duty, DUE, "w1")) for name in ("an", "binh", "thu")}  # the area answers through Thu's body


def test_a_committee_with_many_late_duties_hears_once_a_week_how_many(world):
    world.duties(ladder.FEW + 1, due_on=DUE)
    for days in range(7, 22):
        reminders.send(DUE + timedelta(days=days))
    assert told(world.binh) == [f"overdue/all/{DUE + n * WEEK}" for n in (1, 2, 3)]
    notice = Notice.objects.filter(person=world.binh.person).latest("pk")
    assert "6" in notice.title
    assert notice.link == "/duties/?told=overdue"


def listed(post, notice, as_post, on):
    """(the number that the notice says, the lines of the list it opens) on the day."""
    with time_machine.travel(at_noon(on), tick=False):
        return int(notice.title.split()[0]), as_post(post).get(notice.link).context["page"].paginator.count


def test_the_number_of_overdue_duties_opens_just_these(world, as_post):
    """Beside six: two overdue by two days, one of the neighbour, one that the level above confirms, one that adds up."""
    rows = world.duties(ladder.FEW + 1, due_on=DUE - WEEK)
    Assignment.objects.filter(pk=rows[0].pk).update(adds_up=True)
    world.duties(2, due_on=DUE - timedelta(days=2))
    world.duty(due_on=DUE - WEEK, lead=world.committee)
    world.duty(due_on=DUE - WEEK, plan=plan_of(world.cam_linh, "9"), lead=world.ubnd_cam_linh)
    reminders.send(DUE)
    assert listed(world.binh, Notice.objects.get(person=world.binh.person, key__startswith="overdue/all"), as_post, DUE) == (6, 6)


def test_those_told_one_by_one_before_are_counted_with_the_others(world, as_post):
    world.duties(2, due_on=DUE - WEEK)
    reminders.send(DUE)
    world.duties(ladder.FEW + 1, due_on=DUE - WEEK + timedelta(days=1))
    reminders.send(DUE + timedelta(days=1))
    notice = Notice.objects.get(person=world.binh.person, key__startswith="overdue/all")
    assert listed(world.binh, notice, as_post, DUE + timedelta(days=1)) == (8, 8)


def test_the_number_of_silent_duties_opens_just_these(world, as_post):
    """Beside six: two that are told to be overdue, and one that somebody else is named for."""
    world.duties(ladder.FEW + 1, joined_on=date(2026, 1, 10))
    world.duties(2, joined_on=date(2026, 1, 10), due_on=date(2026, 5, 1))
    world.duty(joined_on=date(2026, 1, 10)).give_to(world.hire("lan", world.ubnd), by=world.mai, at=at_noon(DUE))
    reminders.send(DUE)
    assert listed(world.an, Notice.objects.get(person=world.an.person, key__startswith="silence/all"), as_post, DUE) == (6, 6)


def test_the_number_of_returned_results_opens_just_these(world, as_post):
    """Beside six: one returned the day before, and one that somebody else is named for."""
    rows = world.duties(ladder.FEW + 3)
    rows[0].give_to(world.hire("lan", world.ubnd), by=world.mai, at=at_noon(ASSIGNED))
    for row, day in zip(rows, [DUE - WEEK] * (ladder.FEW + 2) + [DUE - timedelta(days=1)], strict=True):
        entry = log_progress(row, by=world.an, at=at_noon(day), says=Progress.Says.DONE, words="Xong")
        entry.judge(by=world.binh, at=at_noon(day), ok=False, reason="Thiếu")
    reminders.send(DUE)
    assert listed(world.an, Notice.objects.get(person=world.an.person, key__startswith="returned/all"), as_post, DUE) == (6, 6)


def test_the_numbers_of_results_without_a_word_open_just_these(world, as_post):
    """Six hang for two weeks, one for one, and one that Bình wrote in another post is for somebody else to judge."""
    own = world.hire("binh2", world.ubnd, person=world.binh.person)
    for n, row in enumerate(world.duties(ladder.FEW + 3)):
        day, by = DUE - (1 if n == 0 else 2) * WEEK, own if n == 1 else world.an
        log_progress(row, by=by, at=at_noon(day), says=Progress.Says.DONE, words="Xong")
    reminders.send(DUE)
    heads, above = (Notice.objects.get(person=post.person, key__startswith="unjudged/") for post in (world.binh, world.dung))
    assert listed(world.binh, heads, as_post, DUE) == (7, 7)
    assert listed(world.dung, above, as_post, DUE) == (7, 7)


def test_who_is_above_what_hangs_is_asked_of_the_database_and_no_duty_is_read(world, as_post):
    """Told above: Dũng of the ward's duty, Hòa of what the ward leads itself; nobody of another branch, nor the ward."""
    own, led = world.duty(), world.duty(lead=world.committee)
    for row in (own, led):
        log_progress(row, by=world.an, at=at_noon(DUE - 2 * WEEK), says=Progress.Says.DONE, words="Xong")
    reminders.remind_of_unjudged(DUE, at=at_noon(DUE))
    lan = world.hire("lan", world.khanh_hoa)  # an official is not told
    for post, wanted in [(world.dung, [own]), (world.hoa, [led]), (world.binh, []), (world.giang, []), (lan, [])]:
        with CaptureQueriesContext(connection) as asked:
            rows = reminders.counted("hanging", post, DUE)
        assert not [query["sql"] for query in asked if 'FROM "tasks_assignment"' in query["sql"]]
        assert list(Assignment.objects.filter(pk__in=rows)) == wanted
        with time_machine.travel(at_noon(DUE), tick=False):
            assert as_post(post).get("/duties/?told=hanging").context["page"].paginator.count == len(wanted)
    titles = Notice.objects.filter(key__endswith="/w2").values_list("person__username", "link")
    assert {(name, link) for name, link in titles if name in {"dung", "hoa"}} == {
        ("dung", own.get_absolute_url()),
        ("dung", led.get_absolute_url()),  # who confirms what the ward leads itself
        ("hoa", led.get_absolute_url()),
    }


def test_the_number_of_difficulties_opens_just_these(world, as_post):
    for n in range(ladder.FEW + 2):
        reply_by = DUE + timedelta(days=2 if n else 4)
        difficulties.raise_(world.duty(), by=world.an, at=at_noon(DUE - WEEK), words="Thiếu", level="ward", reply_by=reply_by)
    reminders.send(DUE)
    assert listed(world.binh, Notice.objects.get(person=world.binh.person, key__startswith="difficulty/all"), as_post, DUE) == (6, 6)


def test_a_committee_with_few_late_duties_hears_of_each(world):
    rows = world.duties(ladder.FEW, due_on=DUE)
    reminders.send(DUE + WEEK)
    assert set(told(world.binh)) == {key(row, DUE, "w1") for row in rows}


def test_those_left_of_many_are_told_one_by_one_the_week_after(world):
    rows = world.duties(ladder.FEW + 1, due_on=DUE)
    reminders.send(DUE + WEEK)
    Answer.objects.exclude(assignment__in=rows[:2]).update(state=State.SAID)
    reminders.send(DUE + WEEK + timedelta(days=6))
    reminders.send(DUE + 2 * WEEK)
    assert set(told(world.binh)) == {f"overdue/all/{DUE + WEEK}", key(rows[0], DUE, "w2"), key(rows[1], DUE, "w2")}


def test_the_neighbours_hear_nothing(world):
    world.duties(3, due_on=DUE)
    world.duties(8, due_on=DUE, kind=Kind.BEFORE_DATE)
    world.duty()
    for days in range(-40, 120, 5):
        reminders.send(DUE + timedelta(days=days))
    assert {name for name, _ in all_keys()} == {"an", "binh"}


# Silence


def silent_from(day):
    """The first day on which a duty whose last entry was on `day` is silent."""
    return next(on for on in (day + timedelta(days=n) for n in range(120)) if at_noon(day) < period.silent_before(on))


def test_silence_is_told_once_in_each_period(world):
    duty = world.duty(joined_on=date(2026, 5, 5))
    begins = silent_from(date(2026, 5, 5))
    assert reminders.send(begins - timedelta(days=1)) == 0
    for days in range(35):
        reminders.send(begins + timedelta(days=days))
    assert begins == date(2026, 7, 25)
    assert told(world.an) == [f"silence/{duty.pk}/2026-08", f"silence/{duty.pk}/2026-09"]


def test_an_entry_ends_the_silence(world):
    duty = world.duty(joined_on=date(2026, 1, 10))
    log_progress(duty, by=world.an, at=at_noon(date(2026, 6, 1)), says=Progress.Says.NOTHING)
    assert reminders.send(date(2026, 6, 20)) == 0
    reminders.send(date(2026, 8, 25))
    assert "01/06/2026" in Notice.objects.get().title


def test_silence_is_not_told_of_a_duty_that_is_told_to_be_overdue(world):
    row = world.duty(due_on=date(2026, 7, 20), joined_on=date(2026, 1, 10))
    on = date(2026, 8, 1)
    assert Assignment.objects.filter(Assignment.objects.silence(on=on), pk=row.pk).exists()
    assert reminders.remind_of_silence(on, at=at_noon(on)) == 0
    Answer.objects.filter(assignment=row).update(due_on=date(2026, 12, 31))
    assert reminders.remind_of_silence(on, at=at_noon(on)) == 1


def test_many_silent_duties_are_told_as_one_and_not_again_in_the_period(world):
    world.duties(6, joined_on=date(2026, 1, 10))
    assert [reminders.send(date(2026, 8, 1) + timedelta(days=n)) for n in range(20)] == [1] + [0] * 19
    notice = Notice.objects.get()
    assert (notice.key, notice.link) == ("silence/all/2026-08", "/duties/?told=silent")
    assert "6" in notice.title


def test_five_silent_duties_are_told_one_by_one(world):
    rows = world.duties(5, joined_on=date(2026, 1, 10))
    reminders.send(date(2026, 8, 1))
    assert set(told(world.an)) == {f"silence/{row.pk}/2026-08" for row in rows}


def test_a_duty_that_adds_up_waits_or_was_put_off_is_not_silent(world):
    summed, paused = world.duties(2, joined_on=date(2026, 1, 10))
    world.duty(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN, joined_on=date(2026, 1, 10))
    Assignment.objects.filter(pk=summed.pk).update(adds_up=True)
    Assignment.objects.filter(pk=paused.pk).update(state=State.PAUSED)
    assert reminders.remind_of_silence(date(2026, 8, 1), at=at_noon(date(2026, 8, 1))) == 0


# Size


def questions(on):
    """How many queries one run asks, without the inserts that SQLite cuts into parts of 999 values."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        reminders.send(on)
    return sum(not query["sql"].startswith("INSERT") for query in asked)


@pytest.mark.parametrize("days", [0, 14])
def test_three_rows_and_three_hundred_ask_as_many_queries(world, days):
    world.duties(3, due_on=DUE, joined_on=date(2026, 1, 10))
    few = questions(DUE + timedelta(days=days))
    world.duties(297, due_on=DUE, joined_on=date(2026, 1, 10))
    assert questions(DUE + timedelta(days=days)) == few
    assert len(told(world.an)) >= 300


def test_queries_grow_with_chunks_and_nobody_is_lost_between_them(world, monkeypatch):
    world.duties(20, due_on=DUE)
    monkeypatch.setattr(reminders, "CHUNK", 5)
    asked = questions(DUE)
    assert len(told(world.an)) == 20
    assert asked <= 6 * 5 + 6


def test_many_in_several_chunks_are_still_one_notice(world, monkeypatch):
    world.duties(20, joined_on=date(2026, 1, 10))
    monkeypatch.setattr(reminders, "CHUNK", 3)
    reminders.send(date(2026, 8, 1))
    assert told(world.an) == ["silence/all/2026-08"]
    assert "20" in Notice.objects.get().title


# Notice.tell_all


def test_tell_all_writes_each_pair_once(world):
    rows = [("an", "a"), ("an", "a"), ("an", "b"), ("binh", "a")]
    notices = [Notice(person=getattr(world, name).person, key=word, kind="result", title="x", at=at_noon(DUE)) for name, word in rows]
    Notice.objects.tell([world.an.person_id], key="b", kind="result", title="x", at=at_noon(DUE))
    assert Notice.objects.tell_all(notices) == 2
    assert all_keys() == {("an", "a"), ("an", "b"), ("binh", "a")}
    assert Notice.objects.tell_all([]) == 0


# From the reminder to the letter


def test_ten_mornings_in_one_day_are_one_notice_and_one_letter_each(world):
    duties = world.duties(2, due_on=DUE)
    for _ in range(10):
        reminders.send(DUE + WEEK)
        digests.plan(DUE + WEEK)
        digests.send_unsent(at_noon(DUE + WEEK))
    assert all_keys() == {(name, key(duty, DUE, "w1")) for name in ("an", "binh") for duty in duties}
    assert sorted(letter.to for letter in mail.outbox) == [["an@example.vn"], ["binh@example.vn"]]


def test_the_jobs_read_the_clock_and_leave_their_heartbeats(world):
    today = timezone.localdate()
    duty = world.duty(due_on=today, joined_on=today)
    Heartbeat.objects.beat("remind_of_reports")
    for _ in range(3):
        jobs.remind()
        send_digests()
    assert all_keys() == {("an", key(duty, today, "d0"))}
    assert [letter.to for letter in mail.outbox] == [["an@example.vn"]]
    assert Digest.objects.get().on == today
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"remind", "remind_of_reports", "send_digests"}


def test_the_jobs_have_the_names_the_schedule_calls():
    assert (jobs.remind.name, send_digests.name) == ("tasks.jobs.remind", "journal.jobs.send_digests")


def test_of_a_plan_that_is_closed_nobody_is_reminded(world):
    world.duty(due_on=DUE)
    type(world.plan).objects.filter(pk=world.plan.pk).update(closed_on=DUE - timedelta(days=10))
    assert [reminders.send(DUE + timedelta(days=after)) for after in (-7, 0, 7)] == [0, 0, 0]
    type(world.plan).objects.filter(pk=world.plan.pk).update(closed_on=None)
    assert reminders.send(DUE) == 1
