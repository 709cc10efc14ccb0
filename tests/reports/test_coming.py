"""Part IV: what is due or comes back by the close of the next period, and nothing that nobody has to do any more."""

from datetime import date

import pytest

from reports import drafting, lint
from tasks import cascade, halting, issuing, recurring
from tasks.models import Answer, Assignment, Task
from tasks.models.progress import log_progress
from tests.reports.test_month import at, june
from tests.tasks.test_recurring import duty_of
from tests.world import move, plan_of

DRAFTED = date(2026, 6, 20)


def draft(world, *, on=DRAFTED):
    return drafting.Draft(june(world), at=at(on))


def coming(world, *, on=DRAFTED):
    """The lines of part IV."""
    return draft(world, on=on).drafted[4].splitlines()


def stopped(world, kind, due_on):
    duty = world.duty(due_on=due_on, title="Dừng lại")
    halting.ask(duty, kind=kind, reason="Chờ hướng dẫn", document="12-QĐ", by=world.binh, at=at(date(2026, 6, 5)))


def test_what_is_overdue_and_what_falls_due_by_the_next_close(world):
    for day in (date(2026, 6, 10), date(2026, 7, 24), date(2026, 7, 25)):
        world.duty(due_on=day, title=f"Việc ngày {day.day}")
    assert coming(world) == ["1: Việc ngày 10 (đã quá hạn, hạn 10/06/2026).", "2: Việc ngày 24 (hạn 24/07/2026)."]


@pytest.mark.parametrize("kind", ["pause", "drop"])
@pytest.mark.parametrize("due_on", [date(2026, 6, 10), date(2026, 7, 10)])
def test_what_is_put_off_or_dropped_is_no_duty_of_the_next_period(world, kind, due_on):
    stopped(world, kind, due_on)
    world.duty(due_on=due_on, title="Còn phải làm")
    assert [line.split(" (")[0] for line in coming(world)] == ["2: Còn phải làm"]


@pytest.mark.parametrize("end", [issuing.close, issuing.withdraw])
@pytest.mark.parametrize("ended_on", [date(2026, 6, 15), date(2026, 6, 26)])
def test_a_plan_closed_or_withdrawn_by_now_has_no_duties_of_the_next_period(world, end, ended_on):
    """The day of the draft decides, after the close of the period too."""
    for due_on in (date(2026, 6, 10), date(2026, 7, 10)):
        world.duty(due_on=due_on)
    world.duty(due_on=date(2026, 7, 10), title="Còn phải làm", plan=plan_of(world.khanh_hoa, "03-KH/BCĐ"))
    words = {"document": "9-QĐ", "reason": "Thay bằng kế hoạch mới"}
    end(world.plan, on=ended_on, version=world.plan.version, by=world.binh, at=at(ended_on), **words)
    assert coming(world, on=date(2026, 6, 27)) == ["1: Còn phải làm (hạn 10/07/2026)."]


def test_a_clerk_who_leaves_out_what_was_dropped_is_asked_nothing(world):
    stopped(world, "drop", date(2026, 7, 10))
    world.duty(due_on=date(2026, 7, 10), title="Diễn tập ứng cứu sự cố")
    june(world).edit({4: "Tổ chức diễn tập ứng cứu."}, by=world.mai, at=at(DRAFTED), revision=None)
    assert [finding for finding in lint.findings(draft(world)) if finding.kind == "coming"] == []


# What comes back


def coming_back(world, words="Hằng tháng trước ngày 25", title="Báo cáo định kỳ"):
    """The lead of a duty whose deadline is written so."""
    duty = duty_of(world, words, joined_on=date(2026, 6, 1))
    Task.objects.filter(pk=duty.task_id).update(title=title)
    return duty


def done(world, duty, day):
    log_progress(duty, by=world.an, at=at(day), says="done", words="Đã báo cáo")


def test_a_monthly_duty_said_done_for_this_turn_comes_back_in_the_next_period(world):
    duty = coming_back(world)
    assert duty.due_on == date(2026, 6, 24)
    done(world, duty, DRAFTED)
    assert coming(world) == ["K1: Báo cáo định kỳ (hạn 24/07/2026)."]


def test_a_turn_still_open_is_named_with_its_own_day_once(world):
    coming_back(world)
    assert coming(world) == ["K1: Báo cáo định kỳ (hạn 24/06/2026)."]
    recurring.turn_over(on=date(2026, 6, 26), at=at(date(2026, 6, 26)))
    assert coming(world, on=date(2026, 6, 26)) == ["K1: Báo cáo định kỳ (đã quá hạn, hạn 24/06/2026)."]


def test_of_a_weekly_duty_the_first_day_after_the_close_is_named_and_of_a_quarterly_one_none_before_its_turn(world):
    for words in ("Hằng tuần", "Hằng quý"):
        done(world, coming_back(world, words, title=words), date(2026, 6, 2))
    assert Answer.objects.get(stage__task__title="Hằng tuần").occurs_on == date(2026, 6, 7)
    assert coming(world) == ["K1: Hằng tuần (hạn 28/06/2026)."]


def test_dates_and_turns_stand_in_the_order_of_their_days_then_of_the_plan(world):
    duty = coming_back(world)
    done(world, duty, DRAFTED)
    for day in (date(2026, 7, 24), date(2026, 7, 25), date(2026, 7, 1)):
        world.duty(due_on=day, title="Việc")
    world.duty(due_on=date(2026, 7, 24), title="Tỉnh giao trước", plan=plan_of(world.khanh_hoa, "01-KH", issued_on=date(2026, 1, 2)))
    assert [line.split(" (")[0] for line in coming(world)] == ["4: Việc", "1: Tỉnh giao trước", "K1: Báo cáo định kỳ", "2: Việc"]


def test_of_a_duty_of_several_units_the_first_day_is_named(world):
    duty = world.duty(due_on=date(2026, 7, 10), title="Rà soát")
    move(cascade.address(duty.task, leads=[world.committee], on=date(2026, 6, 1))[0], date(2026, 7, 5))
    Assignment.objects.filter(task=duty.task, unit=world.committee).update(due_on=date(2026, 7, 5))
    assert coming(world) == ["1: Rà soát (hạn 05/07/2026)."]


@pytest.mark.parametrize("kind", ["pause", "drop"])
def test_what_comes_back_but_stands_still_does_not(world, kind):
    duty = coming_back(world)
    halting.ask(duty, kind=kind, reason="Chờ", document="12-QĐ", by=world.binh, at=at(date(2026, 6, 5)))
    assert coming(world) == [drafting.NOTHING[4]]


def test_a_clerk_who_leaves_out_a_turn_to_come_is_asked(world):
    done(world, coming_back(world, title="Giao ban an ninh mạng"), DRAFTED)
    june(world).edit({4: "Tiếp tục."}, by=world.mai, at=at(DRAFTED), revision=None)
    assert [finding.facts for finding in lint.findings(draft(world)) if finding.kind == "coming"] == [{"refs": "K1"}]


@pytest.mark.parametrize("n", [1, 6])
def test_part_iv_takes_four_queries_however_many_duties(world, django_assert_num_queries, n):
    for _ in range(n):
        world.duty(due_on=date(2026, 7, 10))
        done(world, coming_back(world), DRAFTED)
    made = draft(world)
    with django_assert_num_queries(4):
        assert len(made.coming) == 2 * n
