"""`manage.py build_report`: one report's PDF from the command line."""

import io
from datetime import date

import pypdf
import pytest
import time_machine
from django.core.management import CommandError, call_command

from reports import drafting, paper, printing
from reports.models import MonthlyReport, Paper
from tests.reports.test_month import at, filed, june, logged


@pytest.fixture
def pressed(monkeypatch):
    """The facts that went to the press, which is not run."""
    seen = []
    monkeypatch.setattr(paper, "build", lambda facts, profile: seen.append(facts) or b"%PDF-1.7")
    return seen


def build(tmp_path, unit, month="2026-06", *more, day=date(2026, 6, 20)):
    said, output = io.StringIO(), tmp_path / "bao-cao.pdf"
    with time_machine.travel(at(day), tick=False):
        call_command("build_report", "--unit", unit, "--period", month, "--output", str(output), *more, stdout=said)
    assert output.read_bytes().startswith(b"%PDF-")
    return said.getvalue()


def test_what_was_filed_comes_from_its_frozen_facts(world, tmp_path, pressed):
    duty = world.duty()
    report = filed(june(world), world, day=date(2026, 6, 18))
    logged(duty, world.an, words="sau khi nộp", day=date(2026, 6, 19))
    said = build(tmp_path, world.ba_ngoi.code)
    assert pressed == [report.facts] == [Paper.objects.get().facts]
    assert "filed as 01-BC/BCĐ" in said


def test_a_draft_is_the_rows_of_now_and_marked(world, tmp_path, pressed):
    logged(world.duty(), world.an)
    june(world)
    said = build(tmp_path, world.ba_ngoi.code)
    assert (pressed[0]["draft"], "Đã rà soát 6 hệ thống" in str(pressed[0]["sections"])) == (True, True)
    assert ", draft, " in said


def test_a_draft_is_asked_for_beside_what_was_filed(world, tmp_path, pressed):
    duty = world.duty()
    filed(june(world), world, day=date(2026, 6, 18))
    logged(duty, world.an, words="sau khi nộp", day=date(2026, 6, 19))
    build(tmp_path, world.ba_ngoi.code, "2026-06", "--draft")
    assert (pressed[0]["draft"], "sau khi nộp" in str(pressed[0]["sections"])) == (True, True)


def test_a_report_owed_and_not_opened_yet_is_printed_and_nothing_written(world, tmp_path, pressed):
    logged(world.duty(), world.an)
    build(tmp_path, world.ba_ngoi.code)
    assert "Đã rà soát 6 hệ thống" in str(pressed[0]["sections"])
    assert (MonthlyReport.objects.count(), Paper.objects.count()) == (0, 0)


def test_both_ways_know_the_same_periods(world):
    world.duty(joined_on=date(2026, 6, 1))
    drafting.open_reports(on=date(2026, 8, 1))
    opened = {report.month.month for report in MonthlyReport.objects.filter(unit=world.ba_ngoi)}
    months = [report.period.earlier(n) for report in MonthlyReport.objects.filter(month__month=8) for n in range(-2, 5)]
    assert {month.month.month for month in months if drafting.unopened(world.ba_ngoi, month, on=date(2026, 8, 1))} == opened


@pytest.mark.parametrize(
    ("unit", "month", "says"),
    [
        ("999", "2026-06", "There is no unit with the code «999»."),
        ("000100010001", "2026-05", "000100010001 (phường Ba Ngòi) owes no report for 05/2026."),
        ("000100010001", "2026-09", "000100010001 (phường Ba Ngòi) owes no report for 09/2026."),
        ("000100010002", "2026-06", "000100010002 (phường Cam Linh) owes no report for 06/2026."),
        ("000100010001", "6/2026", "--period '6/2026' is not a month; write it as 2026-05."),
    ],
)
def test_one_sentence_for_what_cannot_be(world, tmp_path, unit, month, says):
    world.duty()
    with pytest.raises(CommandError) as refused:
        build(tmp_path, unit, month)
    assert str(refused.value) == says


def test_a_missing_folder_is_named_before_anything_is_read(db, tmp_path):
    with pytest.raises(CommandError) as refused:
        build(tmp_path / "khong-co", "999")
    assert str(refused.value) == f"There is no folder {tmp_path / 'khong-co'}; make it first."


def test_a_press_that_fails_and_a_place_that_cannot_be_written_say_so_in_english(world, tmp_path, monkeypatch):
    def refuse(*args):
        raise paper.PaperError(paper.FONT_MISSING)

    world.duty()
    monkeypatch.setattr(paper, "build", refuse)
    with pytest.raises(CommandError, match=r"^The PDF was not made: this machine lacks the font Liberation Serif\.$"):
        build(tmp_path, world.ba_ngoi.code)
    monkeypatch.setattr(paper, "build", lambda *args: b"%PDF-1.7")
    (tmp_path / "bao-cao.pdf").mkdir()
    with pytest.raises(CommandError, match=r"bao-cao\.pdf cannot be written: Is a directory\.$"):
        build(tmp_path, world.ba_ngoi.code)


@pytest.mark.skipif(paper.problem() is not None, reason=f"no PDF here: {paper.problem()}")
def test_the_real_press_makes_a_file_to_read(world, tmp_path):
    logged(world.duty(), world.an)
    build(tmp_path, world.ba_ngoi.code)
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "bao-cao.pdf").pages)
    assert "Đã rà soát 6 hệ thống" in " ".join(text.split())
    assert printing.build_waiting(at=at(date(2026, 6, 20))) == 0
