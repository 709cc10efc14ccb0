"""A merge in the middle of a period: what was frozen stays byte for byte, who owes which report, whose entries go where."""

import json
import uuid
from datetime import date, timedelta

import pytest
import time_machine

from journal.models import Notice
from orgunits.models import Post, Role
from plans import period
from reports import drafting, figures, filing, reminders, reopening
from reports.models import MonthlyReport, Timing
from tasks import succession
from tasks.models.progress import log_progress
from tests.tasks.test_succession import DUE, MERGED, at, by, merge
from tests.world import plan_of

JUNE, JULY = (period.of_month(date(2026, month, 1)) for month in (6, 7))


@pytest.fixture
def world(world):
    """Both wards have duties of the province's plan; the successor has a clerk too."""
    world.above = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    world.lan = world.hire("lan", world.cam_linh, Role.CLERK)
    world.ours = world.duty(due_on=DUE, plan=world.above)
    world.theirs = world.duty(due_on=DUE, plan=world.above, lead=world.ubnd_cam_linh)
    return world


def log(duty, by, day, words):
    return log_progress(duty, by=by, at=at(day), says="doing", words=words)


def report_of(unit, month):
    drafting.open_reports(on=month.closes)
    return MonthlyReport.objects.get(unit=unit, month=month.month)


def opened_again(report, world):
    """The province opens a locked report of the old ward again; whoever speaks for it now is told."""
    terms = {"reason": "Nhập đơn vị", "expires_on": date(2026, 7, 31), "token": uuid.uuid4()}
    reopening.reopen(report, by=Post.objects.get(pk=world.dung.pk), at=at(date(2026, 7, 11)), **terms)
    return MonthlyReport.objects.get(pk=report.pk)


def frozen(report):
    facts = MonthlyReport.objects.get(pk=report.pk).facts
    return json.dumps(facts, sort_keys=True, ensure_ascii=False), sorted(report.entries.values_list("progress", flat=True))


def test_what_was_filed_before_stays_byte_for_byte_and_the_period_of_the_merge_is_the_successors(world):
    first = log(world.ours, world.an, date(2026, 6, 10), "Tháng sáu")
    june = report_of(world.ba_ngoi, JUNE)
    filing.sign(june, by=world.binh, at=at(date(2026, 6, 22)))
    filing.file(june, by=world.mai, at=at(date(2026, 6, 23)))
    before = frozen(june)
    ours = log(world.ours, world.an, date(2026, 7, 2), "Trước ngày nhập")
    merge(world)
    chi = Post.objects.get(pk=world.chi.pk)
    after = log(world.ours.moved_to.get(), chi, date(2026, 7, 12), "Sau ngày nhập")
    july = report_of(world.cam_linh, JULY)
    filing.sign(july, by=world.giang, at=at(date(2026, 7, 22)))
    assert frozen(june) == before
    assert frozen(july)[1] == [ours.pk, after.pk]
    assert first.pk not in frozen(july)[1]
    assert "UBND phường Ba Ngòi: Trước ngày nhập. UBND phường Cam Linh: Sau ngày nhập." in frozen(july)[0]


def test_the_old_ward_owes_what_closed_before_and_nothing_after(world):
    drafting.open_reports(on=date(2026, 6, 30))  # June and July stand open for both
    merge(world)
    assert [unit.name for unit in figures.units_reporting_to(world.khanh_hoa, on=JUNE.closes)] == ["Ba Ngòi", "Cam Linh"]
    assert [unit.name for unit in figures.units_reporting_to(world.khanh_hoa, on=JULY.closes)] == ["Cam Linh"]
    late = {row.month.month: row.timing(at=at(date(2026, 7, 30))) for row in MonthlyReport.objects.filter(unit=world.ba_ngoi)}
    assert late == {6: Timing.MISSING, 7: Timing.NOT_OWED}
    assert drafting.open_reports(on=date(2026, 8, 1)) == 2  # August of the successor and of the province's own plan
    assert not MonthlyReport.objects.filter(unit=world.ba_ngoi, month__gt=JULY.month).exists()


def test_a_machine_that_was_off_still_opens_what_the_old_ward_owed(world):
    merge(world)
    drafting.open_reports(on=date(2026, 8, 1))
    assert list(MonthlyReport.objects.filter(unit=world.ba_ngoi).values_list("month", flat=True)) == [JUNE.month]


def test_the_successor_files_what_the_old_ward_still_owed_in_its_name(world):
    entry = log(world.ours, world.an, date(2026, 6, 10), "Tháng sáu")
    june = report_of(world.ba_ngoi, JUNE)
    merge(world)
    lan, giang = (Post.objects.get(pk=post.pk) for post in (world.lan, world.giang))
    june = opened_again(june, world)
    assert set(Notice.objects.filter(key__contains="/reopened/").values_list("person", flat=True)) >= {lan.person_id, giang.person_id}
    assert (june.may_be_edited_by(lan), june.may_be_signed_by(giang)) == (True, True)
    draft = drafting.Draft(june, at=at(date(2026, 7, 12)))
    assert draft.tally.total == 1  # as it stood on the last day of its period
    filing.sign(june, by=giang, at=at(date(2026, 7, 12)))
    assert frozen(june)[1] == [entry.pk]
    drafting.open_reports(on=JULY.closes)
    july_of_old = MonthlyReport.objects.filter(unit=world.ba_ngoi, month=JULY.month).first()
    assert july_of_old is None or not july_of_old.may_be_signed_by(giang)


def test_an_entry_stands_in_one_report_whoever_signs_first(world):
    entry = log(world.ours, world.an, date(2026, 7, 2), "Trước ngày nhập")
    june, _july = report_of(world.ba_ngoi, JUNE), merge(world)
    filing.sign(report_of(world.cam_linh, JULY), by=world.giang, at=at(date(2026, 7, 20)))
    filing.sign(opened_again(june, world), by=Post.objects.get(pk=world.giang.pk), at=at(date(2026, 7, 21)))
    assert list(entry.reported_in.values_list("report__unit__name", flat=True)) == ["Cam Linh"]


def test_a_report_of_a_period_that_closed_before_the_merge_knows_nothing_of_it(world):
    june = report_of(world.cam_linh, JUNE)
    log(world.ours, world.an, date(2026, 6, 10), "Của phường cũ")
    merge(world)
    draft = drafting.Draft(june, at=at(date(2026, 7, 12)))
    assert (draft.tally.total, draft.entries) == (1, [])


def test_denominators_change_from_the_day_on_only(world):
    alone = world.duty(due_on=DUE, plan=world.above)
    merge(world)
    province = world.khanh_hoa
    dung = Post.objects.get(pk=world.dung.pk)

    def lines(day):
        rows = figures.whole_branch(province, post=dung, on=day)
        return {line.unit.name: line.tally.total for line in figures.by_unit_below(rows, province, on=day)}

    assert lines(MERGED - timedelta(days=1)) == {"Ba Ngòi": 2, "Cam Linh": 1}
    assert lines(MERGED) == {"Cam Linh": 3}
    assert alone.moved_to.count() == 1


def test_late_reports_of_the_old_ward_are_told_to_the_successors_people(world):
    drafting.open_reports(on=date(2026, 6, 30))
    merge(world)
    reminders.send(on=date(2026, 7, 11))
    told = Notice.objects.filter(kind=Notice.Kind.REPORT, key__contains=f"report/{world.ba_ngoi.pk}/2026-06")
    assert {world.lan.person_id, world.giang.person_id, world.dung.person_id} <= set(told.values_list("person", flat=True))
    assert not Notice.objects.filter(key__contains=f"report/{world.ba_ngoi.pk}/2026-07").exists()


def test_a_restored_ward_owes_from_the_first_period_that_closes_in_its_new_term(world):
    drafting.open_reports(on=date(2026, 6, 30))
    succession.restore(merge(world), **by(world, on=date(2026, 8, 1)))
    drafting.open_reports(on=date(2026, 8, 24))
    rows = {row.month.month: row.is_owed for row in MonthlyReport.objects.filter(unit=world.ba_ngoi).select_related("unit")}
    assert rows == {6: True, 7: False, 8: True}
    assert [unit.name for unit in figures.units_reporting_to(world.khanh_hoa, on=JULY.closes)] == ["Cam Linh"]


def test_the_dashboard_keeps_the_old_ward_in_the_months_it_owed(world, as_post):
    drafting.open_reports(on=date(2026, 6, 30))
    merge(world)
    with time_machine.travel(at(date(2026, 7, 12)), tick=False):
        months = as_post(world.dung).get("/dashboard/").context["months"]
    cells = {row.unit.name: [cell.timing for cell in row.cells][-2:] for row in months.rows}
    assert cells == {"Ba Ngòi": [Timing.MISSING, Timing.NOT_OWED], "Cam Linh": [Timing.MISSING, Timing.OPEN]}
