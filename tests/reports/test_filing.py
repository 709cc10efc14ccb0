"""Signing and filing: what stands still from then on, and against which day it is judged."""

import uuid
from datetime import date

import pytest

from journal.models import Notice
from reports import cutting_off, filing
from reports.models import MonthlyReport, Timing
from tasks.models import StaleWrite
from tests.reports.test_month import at, filed, june, logged
from tests.world import plan_of


def told(report, step):
    keys = Notice.objects.filter(key__startswith=f"report/{report.pk}/{step}")
    return sorted(keys.values_list("person__username", flat=True))


def test_the_signature_of_a_filed_report_is_not_taken_back(world):
    logged(world.duty(), world.an)
    report = filed(june(world), world, day=date(2026, 6, 23))
    with pytest.raises(StaleWrite):
        filing.unsign(report, by=world.binh, at=at(date(2026, 6, 23)))
    report.refresh_from_db()
    assert (report.status, report.signed_by, report.entries.count()) == ("filed", world.binh, 1)


def test_what_was_signed_anew_meanwhile_is_not_filed_from_an_old_page(world):
    world.duty()
    seen = filing.sign(june(world), by=world.binh, at=at(date(2026, 6, 22))).revision
    filing.unsign(june(world), by=world.binh, at=at(date(2026, 6, 22)))
    report = filing.sign(june(world), by=world.binh, at=at(date(2026, 6, 23)))
    with pytest.raises(StaleWrite):
        filing.file(report, by=world.mai, at=at(date(2026, 6, 23)), revision=seen)
    assert filing.file(report, by=world.mai, at=at(date(2026, 6, 23)), revision=report.revision).number == 1


def test_each_step_is_told_to_whose_turn_it_is(world):
    world.duty()
    report = filing.sign(june(world), by=world.binh, at=at(date(2026, 6, 22)))
    assert told(report, "signed/") == ["mai"]
    filing.file(report, by=world.mai, at=at(date(2026, 6, 23)))
    assert told(report, "filed") == ["dung"]


def test_the_next_version_of_a_late_report_is_held_against_the_same_earlier_day(world):
    logged(world.duty(), world.an)
    token = uuid.uuid4()
    cutting_off.set_day(world.khanh_hoa, day=22, by=world.dung, at=at(date(2026, 6, 1)), token=token)
    report = filed(june(world), world, day=date(2026, 6, 23))
    report.judge(by=world.dung, at=at(date(2026, 6, 24)), ok=False, reason="thiếu phụ lục")
    second = MonthlyReport.objects.current().get(unit=world.ba_ngoi, month=report.month)
    assert (second.last_day, second.timing(at=at(date(2026, 6, 24)))) == (date(2026, 6, 22), Timing.LATE)
    assert filed(second, world, day=date(2026, 6, 25)).timing(at=at(date(2026, 6, 26))) == Timing.LATE


def test_each_issuer_counts_its_own_numbers(world):
    world.duty()
    world.duty(plan=plan_of(world.cam_linh, "03-KH/BCĐ"), lead=world.ubnd_cam_linh)
    assert filed(june(world), world, day=date(2026, 6, 22)).number == 1
    other = MonthlyReport.objects.get(unit=world.cam_linh, month=date(2026, 6, 1))
    assert filed(other, world, day=date(2026, 6, 23)).number == 1
