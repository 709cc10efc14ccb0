"""The list of reports out of turn: narrowed by step and words, kept in the address, taken along as a file."""

import io
import uuid
from datetime import date, datetime

import openpyxl
import pytest
import time_machine
from django.utils import timezone

from orgunits.models import Role
from reports import calling
from tests.reports import test_calling
from tests.reports.test_calling import TODAY, file
from tests.reports.test_month import at

pytestmark = pytest.mark.django_db
nga = test_calling.nga


@pytest.fixture(autouse=True)
def _the_day_is_14_july():
    with time_machine.travel(at(date(2026, 7, 14)), tick=False):
        yield


@pytest.fixture
def calls(world, nga):
    """One of each kind: still open, late, filed late, answered in time, taken back, returned."""
    made = {}
    for title, day in [("Mở", 20), ("Trễ", 10), ("Nộp trễ", 10), ("Đã trả lời", 10), ("Thôi", 20), ("Trả lại", 10)]:
        terms = {"title": title, "words": "Nêu", "due_at": at(date(2026, 7, day), 17), "token": uuid.uuid4()}
        made[title] = calling.ask(world.khanh_hoa, units=[world.ba_ngoi], by=nga, at=at(TODAY), **terms)
    file(made["Nộp trễ"].answers.get(), world, moment=at(date(2026, 7, 11)))
    for title in ("Đã trả lời", "Trả lại"):
        file(made[title].answers.get(), world, moment=at(date(2026, 7, 9)))
    calling.judge(made["Trả lại"].answers.get(), by=world.dung, at=at(date(2026, 7, 12)), ok=False, reason="Thiếu")
    calling.withdraw(made["Thôi"], by=nga, at=at(TODAY), reason="Đủ rồi", token=uuid.uuid4())
    return made


def titles(page, name="page"):
    return {getattr(row, "call", row).title for row in page.context[name]}


OWN = {
    "": {"Mở", "Trễ", "Nộp trễ", "Đã trả lời", "Thôi", "Trả lại"},
    "open": {"Mở"},
    "late": {"Trễ", "Nộp trễ"},
    "returned": {"Trả lại"},
    "answered": {"Nộp trễ", "Đã trả lời"},
    "withdrawn": {"Thôi"},
}


@pytest.mark.parametrize("state", OWN)
def test_each_step_holds_what_it_says_for_who_is_asked_and_who_asks(world, nga, calls, as_post, state):
    own = as_post(world.mai).get("/calls/", {"state": state})
    asked = as_post(nga).get("/calls/", {"state": state})
    assert titles(own) == OWN[state]
    assert titles(asked, "below") == OWN[state]
    assert f'value="{state}" selected' in own.content.decode()
    lines = b"".join(as_post(world.mai).get("/calls/export.csv", {"state": state}).streaming_content).decode().splitlines()
    assert len(lines) == len(OWN[state]) + 1


def test_words_are_found_without_accents_and_nonsense_narrows_nothing(world, nga, calls, as_post):
    client = as_post(world.mai)
    assert titles(client.get("/calls/?q=tra LOI")) == {"Đã trả lời"}
    assert titles(client.get("/calls/?q=tra&state=answered")) == {"Đã trả lời"}
    assert titles(client.get("/calls/?q=%00&state=x")) == OWN[""]
    assert titles(client.get("/calls/?q=khong co")) == set()
    assert titles(as_post(nga).get("/calls/?q=nop"), "below") == {"Nộp trễ"}


def test_who_asks_reads_how_many_have_filed(nga, calls, as_post):
    counted = {row.title: (row.filed, row.asked) for row in as_post(nga).get("/calls/").context["below"]}
    assert (counted["Mở"], counted["Đã trả lời"], counted["Trả lại"]) == ((0, 1), (1, 1), (0, 1))


def test_the_list_as_a_file_says_no_step_of_a_draft_and_nothing_of_others(world, nga, calls, as_post):
    row = calling.edit(calls["Mở"].answers.get(), "nháp", by=world.mai, at=at(TODAY), revision=0)
    calling.sign(row, by=world.binh, at=at(TODAY))
    sheet = b"".join(as_post(nga).get("/calls/export.csv").streaming_content).decode()
    by_title = {line.split(",")[0].strip('"'): line for line in sheet.splitlines()}
    assert "nháp" not in sheet
    assert by_title["Mở"].rpartition(",")[2] == by_title["Trễ"].rpartition(",")[2]  # signed or not begun: not filed
    assert "BC/BCĐ" in by_title["Đã trả lời"]
    assert "BC/BCĐ" not in by_title["Trả lại"]
    assert by_title["Trả lại"].rpartition(",")[2] == "bị trả lại"
    assert len(b"".join(as_post(world.giang).get("/calls/export.csv").streaming_content).decode().splitlines()) == 1
    assert as_post(nga).get("/calls/export.xlsx").status_code == 200
    kim = world.hire("kim", world.khanh_hoa, Role.ADMIN)
    assert as_post(kim).get("/calls/export.csv").status_code == 403


@pytest.mark.filterwarnings("error")  # a head without words is none: readers of XLSX stumble over it
def test_moments_in_the_files_are_moments_with_their_hour(world, calls, as_post):
    client = as_post(world.mai)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get("/calls/export.xlsx").streaming_content)))
    cells = {row[0].value: (row[3], row[5]) for row in book.active.iter_rows(min_row=2)}
    due, filed = cells["Nộp trễ"]
    assert (due.value, filed.value) == (datetime(2026, 7, 10, 17), timezone.make_naive(at(date(2026, 7, 11))))
    assert (due.number_format, cells["Mở"][1].value) == ("hh:mm, dd/mm/yyyy", "")
    sheet = b"".join(client.get("/calls/export.csv").streaming_content).decode()
    assert "10/07/2026 17:00" in sheet


def test_the_filter_stays_in_the_address_of_the_files(world, calls, as_post):
    page = as_post(world.mai).get("/calls/?q=tre&state=late&page=1").content.decode()
    assert "/calls/export.csv?q=tre&amp;state=late" in page
