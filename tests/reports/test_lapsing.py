"""A version opened again that nobody files in time gives way to the report filed before."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry, Notice
from orgunits.models import Role
from reports import compliance, drafting, filing, jobs, reminders, reopening, supplements
from reports.annex_tables import Annexes
from reports.models import MonthlyReport, Timing
from tasks.models import StaleWrite
from tests.reports.test_month import JULY, JUNE, at, filed, june, logged
from tests.reports.test_periods import june as june_of
from tests.reports.test_periods import reopened

OVER = date(2026, 7, 11)  # the day after the last one on which reopened() lets it be filed


def lapse(moment):
    return reopening.lapse(on=timezone.localdate(moment), at=moment)


@pytest.fixture
def accepted(world):
    logged(world.duty(), world.an)
    report = filed(june(world), world, day=date(2026, 6, 23))
    report.judge(by=world.dung, at=at(date(2026, 6, 25)), ok=True)
    return report


def versions():
    return list(MonthlyReport.objects.filter(month=JUNE.month).order_by("version").values_list("version", "superseded"))


def test_the_report_filed_before_stands_again_once_and_says_so(world, accepted):
    reopened(accepted, world)
    assert (lapse(at(date(2026, 7, 10), 23)), versions()) == (0, [(1, True), (2, False)])
    assert [lapse(at(OVER)) for _ in range(2)] == [1, 0]
    assert versions() == [(1, False), (2, True)]
    told = Notice.objects.filter(key__contains="/lapsed/")
    assert set(told.values_list("person", flat=True)) == {post.person_id for post in (world.mai, world.binh, world.dung)}
    assert reminders.send(on=OVER + timedelta(days=1), at=at(OVER + timedelta(days=1))) == 0  # nothing is late: one stands
    assert {notice.link for notice in told} == {accepted.get_absolute_url()}
    assert Entry.objects.about(accepted).filter(verb="report.lapsed", post=None).count() == 1


def test_the_superior_has_it_again_in_table_and_words(world, accepted):
    reopened(accepted, world)
    drafting.open_reports(on=JULY.closes)
    superior = MonthlyReport(unit=world.khanh_hoa, month=JUNE.month, opened_at=JUNE.opens_at)
    while_open, after = at(date(2026, 7, 8)), at(OVER)
    draft = drafting.Draft(superior, at=while_open)
    assert "Đã nhận báo cáo của 1 trên 1 đơn vị" in draft.words()[1]  # opened again to be corrected it was received
    group, row = Annexes(draft).all()[3]["rows"]
    assert (group["group"].endswith("; đang mở lại để chỉnh sửa 1."), row["cells"][3]) == (True, "đúng hạn, đang mở lại để chỉnh sửa")
    lapse(after)
    assert "Đã nhận báo cáo của 1 trên 1 đơn vị" in drafting.Draft(superior, at=after).words()[1]
    ((_unit, report, timing),) = compliance.of_period(world.khanh_hoa, JUNE, at=after)
    assert (report, timing) == (accepted, Timing.ON_TIME)


def test_text_and_annex_of_the_superior_say_the_same_of_a_returned_report(world):
    logged(world.duty(), world.an)
    filed(june(world), world, day=date(2026, 6, 23)).judge(by=world.dung, at=at(date(2026, 6, 24)), ok=False, reason="thiếu")
    draft = drafting.Draft(MonthlyReport(unit=world.khanh_hoa, month=JUNE.month, opened_at=JUNE.opens_at), at=at(date(2026, 6, 24), 15))
    assert "Đã nhận báo cáo của 0 trên 1 đơn vị cấp dưới; chưa nhận của phường Ba Ngòi." in draft.words()[1]
    group, row = Annexes(draft).all()[3]["rows"]
    assert (group["group"].endswith("; trả lại, chưa nộp lại 1."), row["cells"][3]) == (True, "đúng hạn, trả lại, chưa nộp lại")


def test_its_entries_stay_told_once(world, accepted):
    reopened(accepted, world)
    filing.sign(june_now(world), by=world.binh, at=at(date(2026, 7, 8)))
    lapse(at(OVER))
    assert drafting.Draft(june(world, JULY), at=at(date(2026, 7, 20))).entries == []


def june_now(world):
    return MonthlyReport.objects.current().get(unit=world.ba_ngoi, month=JUNE.month)


def test_what_was_filed_again_or_opened_for_longer_does_not_lapse(world, accepted):
    reopened(accepted, world)
    filed(june_now(world), world, day=date(2026, 7, 9))
    assert (lapse(at(OVER)), versions()) == (0, [(1, True), (2, False)])
    reopened(june_now(world), world, day=OVER, until=date(2026, 7, 20))
    assert lapse(at(date(2026, 7, 15))) == 0


def test_a_returned_report_does_not_stand_again(world):
    logged(world.duty(), world.an)
    filed(june(world), world, day=date(2026, 6, 23)).judge(by=world.dung, at=at(date(2026, 6, 25)), ok=False, reason="thiếu")
    assert (lapse(at(OVER)), versions()) == (0, [(1, True), (2, False)])


def test_a_version_opened_before_the_lock_waits_for_the_lock(world):
    logged(world.duty(), world.an)
    reopened(filed(june(world), world, day=date(2026, 6, 10)), world, day=date(2026, 6, 11), until=date(2026, 6, 12))
    assert [lapse(moment) for moment in (at(date(2026, 6, 13)), JUNE.locked_from)] == [0, 1]


def test_the_superior_goes_by_what_was_filed_last(world):
    logged(world.duty(), world.an)
    filed(june(world), world, day=date(2026, 6, 10)).judge(by=world.dung, at=at(date(2026, 6, 11)), ok=False, reason="thiếu")
    second = filed(june_now(world), world, day=date(2026, 6, 12))
    reopened(second, world, day=date(2026, 6, 13))
    lines = compliance.of_period(world.khanh_hoa, JUNE, at=at(date(2026, 6, 20)))
    assert compliance.given_back(lines) == {world.ba_ngoi.pk: second}


def test_opening_again_takes_no_day_away_that_a_return_gave(world):
    logged(world.duty(), world.an)
    report = filed(june(world), world, day=date(2026, 6, 23))
    report.judge(by=world.dung, at=at(date(2026, 6, 29)), ok=False, reason="thiếu")
    row = reopened(june_now(world), world, day=date(2026, 7, 1), until=date(2026, 7, 2))
    assert (row.expires_on, june_now(world).open_until) == (date(2026, 7, 4), date(2026, 7, 4))


def test_opened_once_more_it_has_the_words_last_written(world, accepted):
    reopened(accepted, world)
    second = june_now(world)
    second.edit({2: "Số liệu đã đính chính"}, by=world.mai, at=at(date(2026, 7, 8)), revision=second.revision)
    lapse(at(OVER))
    accepted.refresh_from_db()
    reopened(accepted, world, day=date(2026, 7, 12), until=date(2026, 7, 20))
    third = june_now(world)
    assert (third.version, [part.words for part in third.parts.all()]) == (3, ["Số liệu đã đính chính"])


def test_the_night_lets_it_lapse_and_the_page_says_what_stands(world, accepted, as_post):
    reopened(accepted, world)
    with time_machine.travel(at(OVER, 0), tick=False):
        jobs.open_reports()
        lapsed = MonthlyReport.objects.get(month=JUNE.month, version=2)
        page = as_post(world.mai).get(lapsed.get_absolute_url()).content.decode()
    assert accepted.get_absolute_url() in page
    assert reverse("edit_report", args=[lapsed.pk]) not in page


def test_a_night_without_anything_to_lapse_costs_one_question(world, django_assert_num_queries):
    logged(world.duty(), world.an)
    for month in (JUNE, JULY):
        report = filed(june(world, month), world, day=month.closes)
        report.judge(by=world.dung, at=at(month.closes, 15), ok=False, reason="thiếu")
    with django_assert_num_queries(1):
        assert lapse(at(date(2026, 9, 1))) == 0


def test_what_the_superior_counted_while_it_was_open_is_no_news_when_it_stands_again(world, accepted):
    nga = world.hire("nga", world.khanh_hoa, Role.CLERK)
    world.duty(lead=world.khanh_hoa)
    above = june_of(world, world.khanh_hoa)
    reopened(accepted, world, day=date(2026, 6, 26), until=date(2026, 7, 10))
    filing.file(filing.sign(above, by=world.dung, at=at(date(2026, 6, 27))), by=nga, at=at(date(2026, 6, 27), 10))
    lapse(at(OVER))
    assert list(supplements.arrived(MonthlyReport.objects.get(pk=above.pk))) == []


def test_a_supplement_opened_again_lapses_too_and_one_whose_days_are_over_makes_room(world):
    nga = world.hire("nga", world.khanh_hoa, Role.CLERK)
    world.duty(lead=world.khanh_hoa)
    logged(world.duty(), world.an)
    above = june_of(world, world.khanh_hoa)
    above = filing.file(filing.sign(above, by=world.dung, at=at(date(2026, 6, 22))), by=nga, at=at(date(2026, 6, 22), 10))
    filed(june(world), world, day=date(2026, 6, 23))
    first, added = (supplements.begin(above, by=nga, at=at(day)) for day in (date(2026, 6, 25), date(2026, 7, 2)))
    assert list(MonthlyReport.objects.standing().filter(supplements=above)) == [added] != [first]  # its days were over on 30 June
    added = filing.file(filing.sign(added, by=world.dung, at=at(date(2026, 7, 3))), by=nga, at=at(date(2026, 7, 3), 10))
    reopening.reopen(added, by=world.hoa, at=at(date(2026, 7, 6)), reason="x", expires_on=date(2026, 7, 10), token=uuid.uuid4())
    assert lapse(at(OVER)) == 1
    assert list(MonthlyReport.objects.standing().filter(supplements=above)) == [added]


def test_nobody_takes_a_signature_back_from_what_was_laid_aside(world, accepted):
    reopened(accepted, world)
    second = filing.sign(june_now(world), by=world.binh, at=at(date(2026, 7, 8)))
    lapse(at(OVER))
    second.refresh_from_db()
    assert not second.may_be_unsigned_by(world.binh)
    with pytest.raises(StaleWrite):
        filing.unsign(second, by=world.binh, at=at(OVER))


def test_my_work_says_until_when_it_is_open_again(world, accepted, as_post):
    reopened(accepted, world)
    with time_machine.travel(at(date(2026, 7, 7)), tick=False):
        page = as_post(world.mai).get("/").content.decode()
        none = as_post(world.mai).get("/reports/?status=returned").content.decode()
    assert ("10/07/2026" in page, "24/06/2026" in page) == (True, False)
    assert "Bỏ bớt điều kiện" in none
