"""Part IV: what is due by the close of the next period, and nothing that nobody has to do any more."""

from datetime import date

import pytest

from reports import drafting, lint
from tasks import halting, issuing
from tests.reports.test_month import at, june
from tests.world import plan_of

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
