"""A unit whose plans are all closed owes the report of the period in which the last one closed, and none after it."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal.models import Notice
from plans.models import Plan
from reports import compliance, drafting, figures, reminders
from reports.compliance import Board
from reports.models import MonthlyReport, Timing
from reports.year import What
from tasks import issuing
from tasks.models import Assignment, Part
from tests.reports.test_month import JULY, JUNE, at, filed, june, logged
from tests.reports.test_year import year_of
from tests.world import plan_of

pytestmark = pytest.mark.django_db
CLOSED, LATER = date(2026, 6, 5), date(2026, 12, 20)


def close(plan, on=CLOSED):
    plan = Plan.objects.get(pk=plan.pk)
    issuing.close(plan, on=on, document="12-QĐ", reason="Xong", version=plan.version, by=plan.unit.posts.first(), at=at(on))


def opened(unit):
    return [month.month for month in MonthlyReport.objects.filter(unit=unit).order_by("month").values_list("month", flat=True)]


def owes(unit, on):
    return figures.unit_owes_report(on).filter(pk=unit.pk).exists()


def test_nothing_is_owed_and_nobody_reminded_after_the_closing(world):
    world.duty()
    drafting.open_reports(on=CLOSED)
    close(world.plan)
    Notice.objects.all().delete()
    days = [JUNE.closes, JULY.opens, LATER]
    for day in days:
        drafting.open_reports(on=day)
        reminders.send(on=day, at=at(day))
    assert ([owes(world.ba_ngoi, day) for day in days], opened(world.ba_ngoi)) == ([True, False, False], [6])
    titles = Notice.objects.values_list("title", flat=True)
    assert titles
    assert all("06/2026" in title for title in titles)


@pytest.mark.parametrize(("closed", "months"), [(JUNE.opens, [6]), (JUNE.closes, [6]), (JULY.opens, [6, 7])])
def test_the_period_of_the_closing_is_owed_from_its_first_to_its_last_day(world, closed, months):
    """Also where the machine was off all the time."""
    world.duty(joined_on=JUNE.opens)
    close(world.plan, closed)
    drafting.open_reports(on=LATER)
    assert opened(world.ba_ngoi) == months
    known = [one for n in range(9) if drafting.unopened(world.ba_ngoi, one := JUNE.later(n - 1), on=LATER)]
    assert [one.month.month for one in known] == months


def test_a_plan_issued_later_is_reported_of_from_its_own_period_on(world):
    world.duty()
    close(world.plan)
    world.duty(plan=plan_of(world.khanh_hoa, "07-KH/BCĐ", issued_on=date(2026, 10, 1)), joined_on=date(2026, 10, 1))
    drafting.open_reports(on=LATER)
    assert opened(world.ba_ngoi) == [6, 10, 11, 12]
    assert drafting.open_reports(on=LATER) == 0


def test_a_plan_without_a_lead_in_it_ends_the_report_too(world):
    world.duty(lead=world.ubnd_cam_linh)  # Ba Ngòi's own plan, led elsewhere
    assert owes(world.ba_ngoi, LATER)
    close(world.plan)
    assert [owes(unit, JULY.closes) for unit in (world.ba_ngoi, world.cam_linh)] == [False, False]
    assert [owes(unit, JUNE.closes) for unit in (world.ba_ngoi, world.cam_linh)] == [True, True]


def test_one_of_two_plans_closed_changes_nothing(world):
    world.duty()
    world.duty(plan=plan_of(world.khanh_hoa, "07-KH/BCĐ"))
    close(world.plan)
    drafting.open_reports(on=LATER)
    assert opened(world.ba_ngoi) == [6, 7, 8, 9, 10, 11, 12]


def test_the_year_and_the_table_of_months_know_no_report_after_it(world):
    world.duty()
    close(world.plan)
    with time_machine.travel(at(CLOSED), tick=False):
        drafting.open_reports(on=CLOSED)
        (row,) = [row for row in Board.of_year(world.khanh_hoa, 2026, post=world.dung, at=at(CLOSED)).rows if row.unit == world.ba_ngoi]
        assert [n for n, cell in enumerate(row.cells, 1) if cell.timing != Timing.NOT_OWED] == [6]
        items = year_of(world.ba_ngoi, world.binh, what=[What.REPORT], on=CLOSED).items
        assert [item.day for item in items] == [JUNE.closes]


@pytest.mark.parametrize("n", [1, 3])
def test_a_gap_asks_once_for_each_month_however_many_units_have_it(world, django_assert_num_queries, n):
    leads = [world.ubnd, world.ubnd_cam_linh, world.khanh_hoa][:n]
    later = plan_of(world.centre, "04-KH/BCĐTW", issued_on=date(2026, 10, 1))
    for lead in leads:
        world.duty(lead=lead)
    close(world.plan)
    for lead in leads:
        world.duty(lead=lead, plan=later, joined_on=date(2026, 10, 1))
    drafting.open_reports(on=LATER)
    with django_assert_num_queries(9):
        assert drafting.open_reports(on=LATER) == 0


def told(world, on):
    """({month: Timing} of the table of months, [months of the year page]) for Ba Ngòi as of the day `on`."""
    (row,) = [row for row in Board.of_year(world.khanh_hoa, 2026, post=world.dung, at=at(on)).rows if row.unit == world.ba_ngoi]
    cells = {n: cell.timing for n, cell in enumerate(row.cells, 1) if cell.timing != Timing.NOT_OWED}
    return cells, [item.day.month for item in year_of(world.ba_ngoi, world.binh, what=[What.REPORT], on=on).items]


def test_withdrawing_a_plan_changes_no_month_before(world):
    logged(world.duty(), world.an)
    filed(june(world), world, day=date(2026, 6, 23))
    Plan.objects.filter(pk=world.plan.pk).update(withdrawn_on=date(2026, 7, 10))
    assert told(world, date(2026, 7, 11)) == ({6: Timing.ON_TIME}, [6])
    assert drafting.open_reports(on=date(2026, 9, 1)) == 0


def test_nights_long_after_a_withdrawal_ask_no_more_than_the_first_one(world):
    world.duty()
    june(world)
    Plan.objects.filter(pk=world.plan.pk).update(withdrawn_on=date(2026, 6, 25))
    asked = []
    for on in (date(2026, 7, 1), date(2027, 7, 1)):
        with CaptureQueriesContext(connection) as found:
            assert drafting.open_reports(on=on) == 0
        asked.append(len(found))
    assert asked[0] == asked[1]


def test_a_duty_that_ended_owes_no_later_month_anywhere(world):
    duty = world.duty(plan=plan_of(world.khanh_hoa, "07-KH/BCĐ"), lead=world.ubnd)
    duty.ended_on = date(2026, 7, 10)
    duty.save(update_fields=["ended_on"])
    assert told(world, date(2026, 10, 6)) == ({6: Timing.MISSING}, [6])


def test_a_plan_nobody_leads_a_duty_of_asks_for_no_report(world):
    world.duty()
    helped = world.duty(plan=plan_of(world.cam_linh, "05-KH/BCĐ"))
    Assignment.objects.filter(pk=helped.pk).update(part=Part.COORDINATOR)
    lines = compliance.of_period(world.khanh_hoa, JUNE, at=JUNE.late_from)
    assert [unit for unit, _report, _timing in lines] == [world.ba_ngoi]
    assert drafting.open_reports(on=JUNE.closes) == MonthlyReport.objects.filter(unit=world.ba_ngoi).count()
