"""Who filed which month: each cell of the table, its sums, its order, its readers and what it costs."""

import uuid
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from orgunits.models import Kind, Level, OrgUnit, Role
from reports import cutting_off, drafting, filing
from reports.compliance import Board
from reports.models import MonthlyReport, Timing
from tests.reports.test_month import at
from tests.world import area

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)
PAGE = 19  # questions of the page


@pytest.fixture(autouse=True)
def _the_day_is_15_july():
    with time_machine.travel(at(TODAY), tick=False):
        yield


def board(unit, post, year=2026):
    return Board.of_year(unit, year, post=post, at=at(TODAY))


def file(world, month, *, day):
    report = MonthlyReport.objects.current().get(unit=world.ba_ngoi, month=month)
    report.parts.create(part=2, words="Đã rà soát.", by=world.mai, at=at(day))  # without a word it would be an empty one
    filing.sign(report, by=world.binh, at=at(day))
    return filing.file(report, by=world.mai, at=at(day, 10))


@pytest.fixture
def filed(world):
    """Ba Ngòi owes from May on: on time, late, open in July; Cam Linh owes from June on and files nothing."""
    world.duty(joined_on=date(2026, 4, 28))
    world.duty(lead=world.ubnd_cam_linh, joined_on=date(2026, 6, 2))
    drafting.open_reports(on=TODAY)
    return [file(world, date(2026, 5, 1), day=date(2026, 5, 20)), file(world, date(2026, 6, 1), day=date(2026, 6, 25))]


def words(row):
    return [cell.timing.value for cell in row.cells]


def test_each_cell_says_one_of_five_things(world, filed):
    rows = {row.unit: row for row in board(world.khanh_hoa, world.dung).rows}
    assert words(rows[world.ba_ngoi]) == [*["not_owed"] * 4, "on_time", "late", *["open"] * 6]
    assert words(rows[world.cam_linh]) == [*["not_owed"] * 5, "missing", *["open"] * 6]
    assert [cell.report for cell in rows[world.ba_ngoi].cells][4:7] == [filed[0].pk, filed[1].pk, None]  # the draft is not the province's


def test_a_returned_report_keeps_the_moment_of_its_first_filing(world, filed):
    filed[0].judge(by=world.dung, at=at(date(2026, 5, 27)), ok=False, reason="Thiếu")
    row = next(row for row in board(world.khanh_hoa, world.dung).rows if row.unit == world.ba_ngoi)
    assert (row.cells[4].timing, row.cells[4].report) == (Timing.ON_TIME, None)


def test_sums_count_every_unit_of_each_month_and_each_row(world, filed):
    shown = board(world.khanh_hoa, world.dung)
    sums = {timing: (line, total) for timing, line, total in shown.sums()}
    assert sums[Timing.MISSING] == ([0] * 5 + [1] + [0] * 6, 1)
    assert sums[Timing.OPEN] == ([0] * 6 + [2] * 6, 12)
    assert all(sum(line[n] for line, _total in sums.values()) == 2 for n in range(12))
    assert [row.counts[Timing.MISSING] for row in shown.sorted_by("missing")] == [1, 0]
    assert [row.unit.name for row in shown.sorted_by("-unit")] == ["Cam Linh", "Ba Ngòi"]


def test_who_missed_most_stands_first(world, filed):
    assert [row.unit.name for row in board(world.khanh_hoa, world.dung).sorted_by("missing")] == ["Cam Linh", "Ba Ngòi"]
    assert [row.unit.name for row in board(world.khanh_hoa, world.dung).sorted_by("-missing")] == ["Ba Ngòi", "Cam Linh"]


def test_a_month_is_owed_by_who_was_in_force_on_its_last_day(world, filed):
    OrgUnit.objects.filter(pk=world.cam_linh.pk).update(valid_to=date(2026, 6, 30))
    row = next(row for row in board(world.khanh_hoa, world.dung).rows if row.unit == world.cam_linh)
    assert words(row)[5:7] == ["missing", "not_owed"]


def test_a_ward_reads_its_own_line(world, filed):
    assert [row.unit for row in board(world.ba_ngoi, world.mai).rows] == [world.ba_ngoi]
    assert board(world.ba_ngoi, world.mai).rows[0].cells[6].report  # its own draft


def test_a_year_nobody_owed_anything_is_empty(world, filed, as_post):
    page = as_post(world.dung).get("/reports/compliance/?year=2024")
    assert (page.status_code, page.context["lines"], page.context["sums"]) == (200, [], [])


def test_words_and_marks_stand_in_every_cell(world, filed, as_post):
    text = as_post(world.dung).get("/reports/compliance/").content.decode()
    assert text.count("✕ thiếu") == 2  # the cell and the head of its sum
    assert f'href="{reverse("report", args=[filed[1].pk])}">◐ muộn' in text


def test_officials_and_neighbours_do_not_read_who_filed(world, filed, as_post):
    for post, statuses in [
        (world.an, (403, 403)),
        (world.giang, (200, 404)),
        (world.hire("kim", world.centre, Role.ADMIN), (403, 403)),
        (world.hire("nga", world.khanh_hoa, Role.CLERK), (200, 404)),
        (world.hoa, (200, 200)),
    ]:
        client = as_post(post)
        asked = ["/reports/compliance/", f"/reports/compliance/?unit={world.ba_ngoi.code}"]
        assert tuple(client.get(address).status_code for address in asked) == statuses, post
    assert as_post(world.hoa).get("/reports/compliance/?unit=khong-co").status_code == 404


def test_the_file_holds_every_row_with_its_sums(world, filed, as_post):
    answer = as_post(world.dung).get("/reports/compliance/export.csv?year=2026&sort=missing")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["phường Cam Linh", "phường Ba Ngòi"]
    assert as_post(world.dung).get("/reports/compliance/export.xlsx").status_code == 200


@pytest.mark.parametrize("n", [1, 120])
def test_the_page_asks_the_same_questions_however_many_units_report(world, filed, as_post, django_assert_max_num_queries, n):
    for k in range(n):
        ward = area(f"0001000110{k:02d}" if k < 100 else f"0001000120{k - 100:02d}", world.khanh_hoa, Kind.COMMUNE, Level.WARD, f"Xã {k}")
        world.duty(lead=ward, plan=world.plan)
    drafting.open_reports(on=TODAY)
    client = as_post(world.dung)
    client.get("/reports/compliance/")
    with django_assert_max_num_queries(PAGE) as seen:
        page = client.get("/reports/compliance/")
    assert (len(seen), len(page.context["lines"])) == (PAGE, min(n + 2, 100))


def test_an_earlier_last_day_below_makes_missing_what_else_were_open(world, filed):
    cutting_off.set_day(world.khanh_hoa, day=14, by=world.dung, at=at(date(2026, 6, 26)), token=uuid.uuid4())
    rows = {row.unit: row for row in board(world.khanh_hoa, world.dung).rows}
    assert [cell.timing for cell in rows[world.cam_linh].cells[6:8]] == [Timing.MISSING, Timing.OPEN]
    assert board(world.centre, world.hoa).rows == []  # the province owes no report itself
