"""The clerk's words beside the drafted ones: nothing typed is lost, and a change of the figures is shown."""

from datetime import date

import pytest

from reports import drafting
from reports.models import MonthlyReport, PartAside
from reports.wording import drafted_digest
from tests.reports.test_month import at, filed, logged

TODAY = date(2026, 6, 20)


@pytest.fixture
def duty(world):
    return world.duty()


def parts(answer):
    return {shown.part: shown for shown in answer.context["form"].parts()}


def words(report):
    return drafting.Draft(MonthlyReport.objects.get(pk=report.pk), at=at(TODAY)).words()


def test_new_progress_after_an_edit_loses_nothing_and_is_shown_beside(world, duty, page):
    logged(duty, world.an)
    page()
    before = parts(page(part2="Đã rà soát 6 hệ thống, đạt yêu cầu."))
    assert (before[2].lines, before[2].is_own, before[3].is_own) == (None, True, False)
    logged(duty, world.an, words="Thêm 3 hệ thống", day=date(2026, 6, 19))
    answer = page()
    after = parts(answer)
    assert words(page.report)[2] == "Đã rà soát 6 hệ thống, đạt yêu cầu."
    assert after[2].field.value() == "Đã rà soát 6 hệ thống, đạt yêu cầu."
    [(line, is_new)] = after[2].lines
    assert ("Thêm 3 hệ thống" in line, is_new) == (True, True)
    assert after[1].lines is after[3].lines is None
    assert answer.content.decode().count('name="take" value="2"') == 1


def test_an_entry_that_came_while_the_page_was_open_is_shown_too(world, duty, page):
    page()
    logged(duty, world.an, words="Thêm 3 hệ thống", day=date(2026, 6, 19))
    assert "Thêm 3 hệ thống" in str(parts(page(part2="Câu của văn thư"))[2].lines)


def test_the_drafted_words_are_taken_and_hers_taken_back(world, duty, page):
    page()
    page(part2="Câu của văn thư")
    logged(duty, world.an, words="Thêm 3 hệ thống", day=date(2026, 6, 19))
    page()
    taken = parts(page(take=2))
    assert "Thêm 3 hệ thống" in words(page.report)[2]
    assert (taken[2].is_own, taken[2].aside) == (False, True)
    back = parts(page(undo=2))
    assert words(page.report)[2] == "Câu của văn thư"
    assert (back[2].is_own, back[2].aside) == (True, False)
    assert "Thêm 3 hệ thống" in str(back[2].lines)  # the contradiction is still there
    assert not PartAside.objects.exists()


def test_a_button_of_one_part_saves_what_was_typed_in_the_others_and_keeps_what_was_typed_in_its_own(duty, page):
    page()
    page(part2="Câu của văn thư")
    page(part2="Câu sửa thêm, chưa lưu", part5="Đề nghị mở lớp tập huấn", take=2)
    assert words(page.report)[5] == "Đề nghị mở lớp tập huấn"
    page(undo=2)
    assert words(page.report)[2] == "Câu sửa thêm, chưa lưu"


def test_undo_lays_aside_what_was_typed_meanwhile(duty, page):
    page()
    page(part2="Câu thứ nhất")
    page(take=2)
    page(part2="Câu thứ hai", undo=2)
    assert words(page.report)[2] == "Câu thứ nhất"
    assert PartAside.objects.get().words == "Câu thứ hai"


def test_her_words_stay_hers_when_she_says_so(world, duty, page):
    page()
    page(part2="Câu của văn thư")
    logged(duty, world.an, words="Thêm 3 hệ thống", day=date(2026, 6, 19))
    page()
    kept = parts(page(keep=2))
    assert (kept[2].lines, kept[2].field.value()) == (None, "Câu của văn thư")
    logged(duty, world.an, words="Thêm 4 hệ thống", day=date(2026, 6, 19))
    assert parts(page())[2].lines


def test_an_emptied_part_can_be_taken_back(duty, page):
    page()
    page(part4="Câu của văn thư")
    assert parts(page(part4=""))[4].aside
    page(undo=4)
    assert words(page.report)[4] == "Câu của văn thư"


def test_one_more_day_late_is_no_change_of_the_figures():
    assert drafted_digest("Thiếu máy (quá hạn 3 ngày).") == drafted_digest("Thiếu máy (quá hạn 4 ngày).")
    assert drafted_digest("3 phần việc quá hạn.") != drafted_digest("4 phần việc quá hạn.")


def test_words_written_before_it_was_known_beside_what_show_no_change(world, duty, page):
    page.report.edit({2: "Câu cũ"}, by=world.mai, at=at(TODAY), revision=0)
    logged(duty, world.an)
    assert parts(page())[2].lines is None


def test_the_next_version_of_a_returned_report_still_knows_beside_what_they_were_written(world, duty, page):
    page()
    page(part2="Câu của văn thư")
    logged(duty, world.an, words="Thêm 3 hệ thống", day=date(2026, 6, 19))
    report = filed(MonthlyReport.objects.get(pk=page.report.pk), world, day=date(2026, 6, 21))
    report.judge(by=world.dung, at=at(date(2026, 6, 22)), ok=False, reason="thiếu")
    second = MonthlyReport.objects.current().get(unit=world.ba_ngoi)
    assert drafting.Draft(second, at=at(date(2026, 6, 22))).outdated == [2]


def test_a_colleagues_words_and_a_button_at_once_are_told(world, duty, page):
    page()
    page(part2="Câu của văn thư")
    MonthlyReport.objects.get(pk=page.report.pk).edit({3: "của đồng nghiệp"}, by=world.mai, at=at(TODAY), revision=1)
    answer = page(take=2)
    assert (answer.status_code, words(page.report)[2]) == (409, "Câu của văn thư")


def test_no_button_acts_on_a_part_that_has_nothing_to_give(duty, page):
    page()
    for choice in ("take", "keep", "undo"):
        page(**{choice: 3})
    assert (MonthlyReport.objects.get(pk=page.report.pk).parts.count(), PartAside.objects.count()) == (0, 0)
    assert page(take="x").status_code == 422
