"""Difficulties climb until somebody answers, and are late where they lay when the day passed."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, connections, transaction

from journal.models import Entry, Heartbeat, Notice
from orgunits.models import Level, OrgUnit, Post, Role, Succession, UnitChange
from tasks import difficulties, jobs, reminders
from tasks.models import Assignment, Difficulty, DifficultyStep, Part, StaleWrite, State
from tasks.models.difficulty import HOLDING
from tasks.readers import people_of
from tests.world import World, plan_of

pytestmark = pytest.mark.django_db
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2026, 7, 6, 9, tzinfo=HANOI)  # a Monday
WARD_DAY, PROVINCE_DAY, CENTRE_DAY = date(2026, 7, 13), date(2026, 7, 21), date(2026, 7, 29)
Act, Kept = DifficultyStep.Act, Difficulty.State


def at(day, hour=9, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HANOI)


@pytest.fixture
def duty(world):
    return world.duty(title="Lập hồ sơ cấp độ")


def trouble(world, duty, *, level=Level.WARD, **more):
    return difficulties.raise_(duty, **{"by": world.an, "at": AT, "words": "Thiếu kinh phí thuê tư vấn", "level": level, **more})


def steps(row):
    return [(step.act, step.now_with.name, step.reply_by, step.late_days) for step in row.steps.select_related("now_with")]


def told(post):
    return list(Notice.objects.filter(person=post.person).order_by("pk").values_list("key", flat=True))


# Raised


def test_raised_it_lies_with_the_chosen_level_of_the_own_line(world, duty):
    holders = [trouble(world, duty, level=level).lies_with for level in (Level.WARD, Level.PROVINCE, Level.CENTRAL)]
    assert holders == [world.ba_ngoi, world.khanh_hoa, world.centre]
    row = Difficulty.objects.order_by("pk").first()
    assert (row.reply_by, row.state, row.path, row.version) == (WARD_DAY, Kept.OPEN, duty.path, 1)
    assert steps(row) == [(Act.RAISED, "Ba Ngòi", WARD_DAY, 0)]
    assert Entry.objects.about(row).get().verb == "difficulty.raised"


def test_a_chosen_day_is_kept_and_a_used_token_gives_the_same_row(world, duty):
    token, day = uuid.uuid4(), date(2026, 7, 31)
    first = trouble(world, duty, token=token, reply_by=day)
    assert trouble(world, duty, token=token, words="khác") == first
    assert (Difficulty.objects.get().reply_by, Difficulty.objects.get().words) == (day, "Thiếu kinh phí thuê tư vấn")
    with pytest.raises(StaleWrite):
        trouble(world, world.duty(), token=token)
    assert (DifficultyStep.objects.count(), Notice.objects.filter(key=f"difficulty/{first.pk}/1").count()) == (1, 2)


def test_the_heads_and_clerks_of_the_level_are_told(world, duty):
    tam = world.hire("tam", world.khanh_hoa, Role.CLERK)
    row = trouble(world, duty, level=Level.PROVINCE)
    assert [bool(told(post)) for post in (world.dung, tam, world.binh, world.mai, world.an, world.hoa, world.giang)] == [True] * 2 + [
        False
    ] * 5
    assert told(tam) == [f"difficulty/{row.pk}/1"]
    assert Notice.objects.filter(kind=Notice.Kind.DIFFICULTY).count() == 2


def test_who_may_raise(world, duty):
    posts = (world.an, world.mai, world.binh, world.chi, world.dung, world.giang, world.hoa)
    assert [post for post in posts if difficulties.may_raise(duty, post)] == [world.an, world.mai]
    for state, may in [
        (State.PAUSED, True),
        (State.RETURNED, True),
        (State.DONE, False),
        (State.DROPPED, False),
        (State.NOT_APPLICABLE, False),
    ]:
        duty.state = state
        assert difficulties.may_raise(duty, world.an) is may
    duty.state, duty.part = State.DOING, Part.COORDINATOR
    assert not difficulties.may_raise(duty, world.an)
    duty.part, duty.plan.closed_on = Part.LEAD, AT.date()
    assert not difficulties.may_raise(duty, world.an)


# The climb


def test_it_climbs_through_three_levels_and_stays_overdue_at_the_centre(world, duty):
    row = trouble(world, duty)
    assert difficulties.climb(WARD_DAY) == 0  # its last day is still in time
    days = [WARD_DAY + timedelta(days=1), PROVINCE_DAY + timedelta(days=1), CENTRE_DAY + timedelta(days=1), date(2026, 9, 1)]
    assert [difficulties.climb(day, at=at(day, 0, 15)) for day in days] == [1, 1, 0, 0]
    assert steps(row) == [
        (Act.RAISED, "Ba Ngòi", WARD_DAY, 0),
        (Act.CLIMBED, "Khánh Hòa", PROVINCE_DAY, 1),
        (Act.CLIMBED, "Trung ương", CENTRE_DAY, 1),
    ]
    row.refresh_from_db()
    assert (row.lies_with, row.reply_by, row.is_overdue(on=CENTRE_DAY), row.is_overdue(on=days[2])) == (
        world.centre,
        CENTRE_DAY,
        False,
        True,
    )
    assert row.lies_since == at(days[1], 0, 15)
    assert list(row.steps.values_list("by", flat=True)) == [world.an.pk, None, None]
    assert list(Entry.objects.about(row).values_list("verb", "person")) == [
        ("difficulty.raised", world.an.person_id),
        ("difficulty.climbed", None),
        ("difficulty.climbed", None),
    ]


def test_run_ten_times_it_moves_one_level(world, duty):
    row = trouble(world, duty)
    day = WARD_DAY + timedelta(days=1)
    assert [difficulties.climb(day, at=at(day)) for _ in range(10)] == [1] + [0] * 9
    row.refresh_from_db()
    assert (row.lies_with, row.version, Notice.objects.filter(key=f"difficulty/{row.pk}/2").count()) == (world.khanh_hoa, 2, 4)


def test_after_weeks_without_a_run_the_next_level_still_has_its_own_time(world, duty):
    row = trouble(world, duty)
    day = date(2026, 8, 14)
    assert difficulties.climb(day, at=at(day)) == 1
    assert steps(row)[-1] == (Act.CLIMBED, "Khánh Hòa", date(2026, 8, 21), (day - WARD_DAY).days)


def test_answered_at_the_last_moment_it_is_in_time_and_climbs_no_more(world, duty):
    row = trouble(world, duty)
    difficulties.answer(row, by=world.binh, at=at(WARD_DAY, 23, 59), words="Đã bố trí 80 triệu đồng")
    day = WARD_DAY + timedelta(days=1)
    assert difficulties.climb(day, at=at(day, 0, 15)) == 0
    assert steps(row)[-1] == (Act.ANSWERED, "Ba Ngòi", None, 0)
    assert not Difficulty.objects.late_somewhere(on=day).exists()


def test_answered_a_minute_later_it_is_late_there(world, duty):
    row = trouble(world, duty)
    difficulties.answer(row, by=world.binh, at=at(WARD_DAY + timedelta(days=1), 0, 1), words="Đã bố trí")
    assert steps(row)[-1] == (Act.ANSWERED, "Ba Ngòi", None, 1)
    assert row.steps.last().was_due_on == WARD_DAY


def test_late_at_the_province_and_not_in_the_ward(world, duty):
    row = trouble(world, duty)
    difficulties.send_up(row, by=world.binh, at=at(WARD_DAY), words="Vượt thẩm quyền: kinh phí cấp tỉnh")
    day = date(2026, 7, 23)
    difficulties.climb(day, at=at(day, 0, 15))
    late = [(step.was_with.name, step.late_days) for step in row.steps.filter(late_days__gt=0)]
    assert late == [("Khánh Hòa", 3)]  # five working days from Monday 13 July are Monday 20 July
    assert Difficulty.objects.late_somewhere(on=day).get() == row
    duty.refresh_from_db()
    assert (duty.was_late, duty.state) == (False, State.TODO)


def test_whom_the_clock_tells(world, duty):
    row = trouble(world, duty)
    day = WARD_DAY + timedelta(days=1)
    difficulties.climb(day, at=at(day, 0, 15))
    people = set(Notice.objects.filter(key=f"difficulty/{row.pk}/2").values_list("person__username", flat=True))
    assert people == {"dung", "an", "binh", "mai"}  # where it lies, who raised it, where it was left late


def heard(row):
    return set(Notice.objects.filter(key=f"difficulty/{row.pk}/{row.version}").values_list("person__username", flat=True))


def test_who_raised_it_and_left_is_not_told_and_the_unit_is(world, duty):
    row = trouble(world, duty)
    Post.objects.filter(pk=world.an.pk).update(until=AT.date())
    world.hire("nga", world.ubnd)
    row = difficulties.answer(row, by=world.binh, at=AT + timedelta(days=1), words="Đã bố trí")
    assert heard(row) == {"nga"}


def test_the_owner_and_who_stands_in_are_told_beside_who_raised_it(world, duty):
    world.hire("nga", world.ubnd)
    duty.give_to(world.hire("lan", world.ubnd), by=world.mai, at=AT)
    world.hire("thay", world.ubnd, deputises=Post.objects.get(person__username="lan"))
    row = difficulties.answer(trouble(world, duty, by=world.mai), by=world.binh, at=AT, words="Đã bố trí")
    assert heard(row) == {"lan", "thay", "mai"}


def test_the_head_of_the_body_an_area_answers_through_is_told_what_it_may_answer(world, duty):
    heads = [world.hire("thu", world.ubnd, Role.STEERING), world.hire("ky", world.committee, Role.STEERING)]
    row = trouble(world, duty)
    assert [row.may_be_answered_by(post) for post in heads] == [True, False]
    assert heard(row) == {"binh", "mai", "thu"}


def test_what_a_merged_unit_raised_is_answered_to_those_who_follow_it(world, duty):
    row = trouble(world, duty)
    change = UnitChange.objects.create(
        kind="merge", on=AT.date(), document=world.plan.document, by=world.dung, at=AT, approved_at=AT, applied_at=AT
    )
    Succession.objects.create(change=change, old=world.ubnd, new=world.ubnd_cam_linh)
    OrgUnit.objects.filter(pk=world.ubnd.pk).update(valid_to=AT.date())
    Post.objects.filter(pk=world.an.pk).update(until=AT.date())
    row = difficulties.answer(row, by=world.binh, at=AT + timedelta(days=1), words="Đã bố trí")
    assert (row.may_be_settled_by(world.chi), heard(row)) == (True, {"chi"})


@pytest.mark.parametrize("field", ["closed_on", "withdrawn_on"])
def test_a_plan_that_is_over_moves_nothing(world, duty, field):
    trouble(world, duty)
    setattr(duty.plan, field, WARD_DAY)
    duty.plan.save()
    assert difficulties.climb(date(2026, 8, 1)) == 0
    assert not Difficulty.objects.lying_with(world.binh).exists()


def test_a_duty_that_ended_is_moved_only_where_somebody_follows(world, duty):
    trouble(world, duty)
    Assignment.objects.filter(pk=duty.pk).update(ended_on=WARD_DAY)
    assert difficulties.climb(date(2026, 8, 1)) == 0
    world.duty(lead=world.committee)
    Assignment.objects.filter(unit=world.committee).update(moved_from=duty)
    assert difficulties.climb(date(2026, 8, 1)) == 1


@pytest.mark.parametrize("state", [State.DONE, State.DROPPED, State.NOT_APPLICABLE])
def test_of_a_duty_that_is_over_nothing_climbs_or_is_reminded_of(world, duty, state):
    trouble(world, duty)
    Assignment.objects.filter(pk=duty.pk).update(state=state)
    assert (difficulties.climb(date(2026, 8, 1)), reminders.remind_of_difficulties(WARD_DAY, at=AT)) == (0, 0)
    assert not Difficulty.objects.lying_with(world.binh).exists()
    Assignment.objects.filter(pk=duty.pk).update(state=State.SAID)
    assert (reminders.remind_of_difficulties(WARD_DAY, at=AT), difficulties.climb(date(2026, 8, 1))) == (2, 1)


def test_what_the_successor_has_done_climbs_no_more(world, duty):
    trouble(world, duty)
    Assignment.objects.filter(pk=duty.pk).update(ended_on=WARD_DAY)
    Assignment.objects.filter(pk=world.duty(lead=world.committee).pk).update(moved_from=duty, state=State.DONE)
    assert difficulties.climb(date(2026, 8, 1)) == 0


def test_the_daily_job(world, duty):
    trouble(world, duty, at=AT - timedelta(days=60))
    jobs.climb_difficulties()
    assert Difficulty.objects.get().lies_with == world.khanh_hoa
    assert Heartbeat.objects.filter(name="climb_difficulties").exists()


# Answering


def test_answered_accepted_and_over(world, duty):
    row = trouble(world, duty)
    row = difficulties.answer(row, by=world.binh, at=AT, words="Đã bố trí", version=1)
    assert (row.state, row.version) == (Kept.ANSWERED, 2)
    assert told(world.an) == [f"difficulty/{row.pk}/2"]
    row = difficulties.close(row, by=world.an, at=AT, version=2)
    assert (row.state, [act for act, *_ in steps(row)]) == (Kept.CLOSED, [Act.RAISED, Act.ANSWERED, Act.CLOSED])
    for act in (difficulties.answer, difficulties.send_up, difficulties.withdraw, difficulties.reopen, difficulties.close):
        with pytest.raises(StaleWrite):
            act(row, by=world.binh, at=AT, words="nữa")


def test_not_satisfied_it_is_asked_again_here_or_one_level_up(world, duty):
    row = trouble(world, duty)
    for up, holder in [(False, "Ba Ngòi"), (True, "Khánh Hòa"), (True, "Trung ương")]:
        difficulties.answer(row, by=world.binh, at=AT, words="Chờ")
        row = difficulties.reopen(row, by=world.an, at=AT + timedelta(days=1), words="Chưa có tiền", up=up)
        assert (row.state, row.lies_with.name, row.reply_by) == (Kept.OPEN, holder, date(2026, 7, 14))
        assert row.lies_since == AT + timedelta(days=1)
    difficulties.answer(row, by=world.hoa, at=AT, words="Chờ")
    with pytest.raises(difficulties.NothingAbove):
        difficulties.reopen(row, by=world.an, at=AT, words="Chưa", up=True)
    row.refresh_from_db()
    assert (row.state, row.version) == (Kept.ANSWERED, 8)


def test_the_centre_sends_nothing_up(world, duty):
    row = trouble(world, duty, level=Level.CENTRAL)
    with pytest.raises(difficulties.NothingAbove):
        difficulties.send_up(row, by=world.hoa, at=AT, words="Lên nữa")
    assert row.steps.count() == 1


def test_the_same_act_twice_is_one_step_and_a_stale_one_is_told(world, duty):
    row = trouble(world, duty)
    for _ in range(3):
        difficulties.answer(row, by=world.binh, at=AT, words="Đã bố trí", version=1)
    assert row.steps.count() == 2
    with pytest.raises(StaleWrite):
        difficulties.answer(row, by=world.binh, at=AT, words="Lời khác", version=1)
    with pytest.raises(StaleWrite):
        difficulties.withdraw(row, by=world.an, at=AT, version=1)
    assert row.steps.count() == 2


def test_a_step_number_stands_once_and_is_never_rewritten(world, duty):
    row = trouble(world, duty)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.steps.create(n=1, act=Act.ANSWERED, now_with=world.ba_ngoi, at=AT)
    step = row.steps.get()
    step.words = "x"
    with pytest.raises(TypeError):
        step.save()


def test_who_may_answer_and_who_settles(world, duty):
    everybody = (world.an, world.mai, world.binh, world.chi, world.giang, world.dung, world.hoa)
    row = trouble(world, duty)
    assert [post for post in everybody if row.may_be_answered_by(post)] == [world.binh]
    assert [post for post in everybody if row.may_be_settled_by(post)] == [world.an, world.mai]
    row = trouble(world, duty, level=Level.PROVINCE)
    assert [post for post in everybody if row.may_be_answered_by(post)] == [world.dung]
    also = world.hire("an2", world.khanh_hoa, Role.STEERING, person=world.an.person)
    assert not row.may_be_answered_by(also)  # nobody answers what they raised


# Reading


def readers(world, row):
    tam = world.hire("tam", world.khanh_hoa, Role.CLERK)
    more = [tam, world.hire("khoa", world.khanh_hoa, Role.AUDITOR), world.hire("nga", world.khanh_hoa), world.chi]
    more += [world.hire("quan", world.centre, Role.ADMIN), world.hire("viet", world.cam_linh, Role.CLERK), world.giang]
    posts = [world.an, world.mai, world.binh, world.dung, world.hoa, *more]
    return {post.person.username for post in posts if Difficulty.objects.visible_to(post).filter(pk=row.pk).exists()}


def test_who_reads_it_while_it_lies_in_the_ward(world, duty):
    assert readers(world, trouble(world, duty)) == {"an", "mai", "binh", "dung", "hoa", "khoa"}


@pytest.mark.parametrize("level", [Level.PROVINCE, Level.CENTRAL])
def test_the_clerk_on_the_line_reads_it_once_it_has_come_so_far(world, duty, level):
    assert readers(world, trouble(world, duty, level=level)) == {"an", "mai", "binh", "dung", "hoa", "khoa", "tam"}


def test_a_head_of_a_body_deals_with_nothing_of_its_area(world, duty):
    row, head = trouble(world, duty), world.hire("ky", world.firm, Role.STEERING)
    assert not row.may_be_answered_by(head)
    assert not Difficulty.objects.visible_to(head).exists()
    assert not Difficulty.objects.lying_with(head).exists()


def test_a_provinces_own_is_not_read_in_its_wards(world):
    plan = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    lead = world.duty(plan=plan, lead=world.khanh_hoa)
    row = trouble(world, lead, level=Level.PROVINCE)
    assert readers(world, row) == {"dung", "hoa", "khoa", "tam", "nga"}  # Nga is an official of the province's own unit


def test_whose_turn_it_is(world, duty):
    row = trouble(world, duty)
    posts = (world.binh, world.mai, world.an, world.dung)

    def turns():
        return [Difficulty.objects.with_turn(post).get().turn for post in posts]

    assert turns() == [0, 0, 1, 1]
    difficulties.answer(row, by=world.binh, at=AT, words="Đã bố trí")
    assert turns() == [2, 0, 0, 2]
    difficulties.close(row, by=world.an, at=AT)
    assert turns() == [3, 3, 3, 3]


# Merged areas


def test_what_lay_with_a_merged_area_is_answered_by_the_one_that_follows(world, duty):
    row = trouble(world, duty)
    document = world.plan.document
    change = UnitChange.objects.create(kind="merge", on=AT.date(), document=document, by=world.dung, at=AT, approved_at=AT, applied_at=AT)
    Succession.objects.create(change=change, old=world.ba_ngoi, new=world.cam_linh)
    OrgUnit.objects.filter(pk=world.ba_ngoi.pk).update(valid_to=AT.date())
    row = Difficulty.objects.with_names().get(pk=row.pk)
    assert row.may_be_answered_by(world.giang)
    assert Difficulty.objects.visible_to(world.giang).get() == row
    assert people_of([world.ba_ngoi.pk], roles=HOLDING, on=AT.date()) == {world.ba_ngoi.pk: {world.giang.person_id}}
    day = WARD_DAY + timedelta(days=1)
    assert difficulties.climb(day, at=at(day)) == 1
    row.refresh_from_db()
    assert row.lies_with == world.khanh_hoa


@pytest.mark.parametrize("n", [1, 3])
def test_climbing_asks_a_bounded_number_of_questions_for_each(world, duty, n, django_assert_max_num_queries):
    for _ in range(n):
        trouble(world, duty)
    day = WARD_DAY + timedelta(days=1)
    with django_assert_max_num_queries(1 + 25 * n):
        assert difficulties.climb(day, at=at(day)) == n


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers at the same time need PostgreSQL; SQLite lets one write at a time")
def test_the_clock_and_two_heads_at_the_same_moment_make_one_step():
    world = World()
    duty, token, day = world.duty(), uuid.uuid4(), WARD_DAY + timedelta(days=1)
    other = world.hire("lan", world.ba_ngoi, Role.STEERING)
    together = Barrier(6)

    def at_once(act):
        together.wait()
        try:
            return act()
        except StaleWrite:
            return None
        finally:
            connections.close_all()

    def run(acts):
        with ThreadPoolExecutor(6) as pool:
            return [call.result() for call in [pool.submit(at_once, act) for act in acts]]

    rows = run([lambda: trouble(world, duty, token=token)] * 6)
    assert len(set(rows)) == Difficulty.objects.count() == 1

    def climb():
        return difficulties.climb(day, at=at(day, 0, 15))

    def answers(post):
        return lambda: difficulties.answer(rows[0], by=post, at=at(day, 0, 15), words="Đã bố trí", version=1)

    run([climb, climb, climb, answers(world.binh), answers(world.binh), answers(other)])
    row = Difficulty.objects.get()
    assert (row.version, row.steps.count(), Entry.objects.about(row).count()) == (2, 2, 2)
