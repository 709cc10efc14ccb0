"""What hangs is reminded every week: results without a word, returned ones nobody answers, difficulties past their day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from journal.models import Notice
from orgunits.models import Level, Role
from tasks import difficulties, ladder, reminders
from tasks.models.progress import log_progress
from tests.world import plan_of

pytestmark = pytest.mark.django_db
SAID = date(2026, 6, 10)


def at(day, hour=16):
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def after(days):
    return SAID + timedelta(days=days)


def say(world, duty, **more):
    return log_progress(duty, **{"by": world.an, "at": at(SAID), "says": "done", "words": "Xong", **more})


def dated(world, **more):
    return world.duty(due_on=date(2026, 12, 31), **more)


def told(post, start):
    keys = Notice.objects.filter(person=post.person, key__startswith=start).order_by("pk").values_list("key", flat=True)
    return [key.rpartition("/")[2] for key in keys]


def test_day_by_day_a_hanging_result_is_told_weekly_and_above_from_the_second_week(world):
    entry, seen = say(world, dated(world)), {}
    for days in range(30):
        before = set(Notice.objects.values_list("pk", flat=True))
        reminders.send(after(days))
        new = Notice.objects.exclude(pk__in=before).filter(key__startswith="unjudged/")
        for notice in new:
            assert notice.key.startswith(f"unjudged/{entry.pk}/")
            seen.setdefault(notice.person.username, []).append((days, notice.key.rpartition("/")[2]))
    assert seen == {"binh": [(7, "w1"), (14, "w2"), (21, "w3"), (28, "w4")], "dung": [(14, "w2"), (21, "w3"), (28, "w4")]}


def test_ten_runs_tell_once_and_a_machine_that_was_off_the_latest_week_only(world):
    say(world, dated(world))
    assert [reminders.remind_of_unjudged(after(25), at=at(after(25))) for _ in range(10)] == [2] + [0] * 9
    assert (told(world.binh, "unjudged/"), told(world.dung, "unjudged/")) == (["w3"], ["w3"])


def test_a_word_ends_it_and_a_new_result_hangs_anew(world):
    entry = say(world, dated(world))
    reminders.send(after(7))
    entry.judge(by=world.binh, at=at(after(8)), ok=False, reason="Thiếu")
    again = say(world, entry.assignment, at=at(after(9)))
    reminders.send(after(15))
    assert told(world.binh, "unjudged/") == ["w1"]
    reminders.send(after(16))
    keys = set(Notice.objects.filter(person=world.binh.person, key__startswith="unjudged/").values_list("key", flat=True))
    assert keys == {f"unjudged/{entry.pk}/w1", f"unjudged/{again.pk}/w1"}


def test_nobody_is_reminded_of_what_they_filed_and_the_centre_has_nobody_above(world):
    plan = plan_of(world.centre, "04-KH/BCĐTW")
    say(world, dated(world, plan=plan, lead=world.khanh_hoa), by=world.hire("hoa2", world.khanh_hoa, person=world.hoa.person))
    other = world.hire("lan", world.centre, Role.STEERING)
    reminders.send(after(14))
    assert (told(world.hoa, "unjudged/"), told(other, "unjudged/")) == ([], ["w2"])


def test_what_the_unit_leads_itself_hangs_one_level_up(world):
    say(world, world.duty(lead=world.ba_ngoi, due_on=date(2026, 12, 31)))
    reminders.send(after(14))
    assert [told(post, "unjudged/") for post in (world.binh, world.dung, world.hoa)] == [[], ["w2"], ["w2"]]


def test_many_are_one_notice_for_the_week(world):
    for _ in range(ladder.FEW + 1):
        say(world, dated(world))
    for days in (7, 8, 13):
        reminders.send(after(days))
    notice = Notice.objects.get(person=world.binh.person, key__startswith="unjudged/")
    assert (notice.key, notice.link) == (f"unjudged/all/{after(7)}", "/confirm/?days=7&others=1")
    reminders.send(after(14))
    assert Notice.objects.get(person=world.dung.person, key__startswith="unjudged/").link == "/duties/?told=hanging"


@pytest.mark.parametrize("field", ["closed_on", "withdrawn_on"])
def test_plans_that_are_over_hang_no_more(world, field):
    entry = say(world, dated(world))
    back = say(world, dated(world))
    back.judge(by=world.binh, at=at(SAID), ok=False, reason="Thiếu")
    setattr(entry.assignment.plan, field, after(1))
    entry.assignment.plan.save()
    reminders.send(after(14))
    assert not Notice.objects.filter(key__regex=r"^(unjudged|returned)/").exists()


def test_a_returned_result_is_told_weekly_to_those_who_answer_until_they_do(world):
    entry = say(world, dated(world))
    verdict = entry.judge(by=world.binh, at=at(SAID), ok=False, reason="Thiếu minh chứng")
    for days in range(22):
        reminders.send(after(days))
    assert told(world.an, "returned/") == ["w1", "w2", "w3"]
    assert set(Notice.objects.filter(key__startswith=f"returned/{verdict.pk}/").values_list("person", flat=True)) == {world.an.person_id}
    say(world, entry.assignment, says="nothing", at=at(after(22)))
    reminders.send(after(28))
    assert told(world.an, "returned/") == ["w1", "w2", "w3", "w4"]  # «không phát sinh» is no answer to it
    say(world, entry.assignment, says="doing", at=at(after(29)))
    reminders.send(after(40))
    assert told(world.an, "returned/")[4:] == []


def test_the_hanging_reminders_stand_on_the_page_of_the_duty(world, as_post):
    entry = say(world, dated(world))
    reminders.send(after(7))
    page = as_post(world.binh).get(entry.assignment.get_absolute_url())
    assert [notice.key for notice in page.context["told"]] == [f"unjudged/{entry.pk}/w1"]


def test_a_difficulty_is_told_before_its_day_and_at_the_centre_weekly_after_it(world):
    clerk = world.hire("tuyet", world.centre, Role.CLERK)
    row = difficulties.raise_(world.duty(), by=world.an, at=at(SAID), words="Thiếu", level=Level.CENTRAL, reply_by=after(10))
    start, seen = f"difficulty/{row.pk}/1/", {}
    for days in range(1, 26):
        before = len(told(world.hoa, start))
        reminders.send(after(days))
        for step in told(world.hoa, start)[before:]:
            seen[days] = step
    assert seen == {7: "d3", 9: "d1", 10: "d0", 17: "w1", 24: "w2"}
    assert told(clerk, start) == told(world.hoa, start)
    assert (told(world.an, start), told(world.dung, start)) == ([], [])
    difficulties.answer(row, by=world.hoa, at=at(after(26)), words="Đã")
    reminders.send(after(40))
    assert len(told(world.hoa, start)) == 5


def test_moved_up_it_is_armed_again_for_the_next_level(world):
    row = difficulties.raise_(world.duty(), by=world.an, at=at(SAID), words="Thiếu", level=Level.WARD)
    for days in range(1, 13):
        difficulties.climb(after(days), at=at(after(days), 0))
        reminders.send(after(days))
    keys = Notice.objects.filter(person=world.dung.person).order_by("pk").values_list("key", flat=True)
    assert list(keys) == [f"difficulty/{row.pk}/2", f"difficulty/{row.pk}/2/d3"]


@pytest.mark.parametrize("n", [1, 3])
def test_reminding_asks_as_much_for_three_as_for_one(world, django_assert_num_queries, n):
    for _ in range(n):
        say(world, dated(world))
        say(world, dated(world)).judge(by=world.binh, at=at(SAID), ok=False, reason="Thiếu")
        difficulties.raise_(world.duty(), by=world.an, at=at(SAID), words="Thiếu", level=Level.CENTRAL)
    on = after(14)
    for remind, questions in [(reminders.remind_of_unjudged, 12), (reminders.remind_of_returned, 8), (reminders.remind_of_difficulties, 7)]:
        with django_assert_num_queries(questions):
            assert remind(on, at=at(on)) >= n
