import csv
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tasks import sheets
from tasks.models.progress import log_progress


@pytest.fixture
def listed(world):
    world.duty(title='=HYPERLINK("http://evil")', due_on=timezone.localdate() - timedelta(days=2))
    done = world.duty(title="Rà soát, báo cáo", due_on=date(2099, 1, 2))
    log_progress(done, by=world.an, at=timezone.now(), says="done", words="x")
    world.duty(title="Không của ai", lead=world.committee)
    return world


def read_csv(answer):
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_the_sheet_holds_the_rows_of_the_list_and_no_more(listed, as_post):
    lines = read_csv(as_post(listed.an).get("/duties/export.csv"))
    assert [line[2] for line in lines[1:]] == ['\'=HYPERLINK("http://evil")', "Rà soát, báo cáo"]
    assert lines[1][7] == f"{timezone.localdate() - timedelta(days=2):%d/%m/%Y}"
    assert len(read_csv(as_post(listed.binh).get("/duties/export.csv?state=todo"))) == 3
    assert len(read_csv(as_post(listed.chi).get("/duties/export.csv"))) == 1


def test_the_workbook_has_typed_dates_and_no_formula(listed, as_post):
    answer = as_post(listed.an).get("/duties/export.xlsx?sort=-due")
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "HYPERLINK" in sheet
    assert re.search(r'<c r="H2" s="\d+"><v>\d{5}</v></c>', sheet)
    assert 'state="frozen"' in sheet


def sheets_of(n, title="Nhiệm vụ"):
    """[(name, the first cell of each line)] of a workbook with `n` rows."""
    book = zipfile.ZipFile(sheets.xlsx_of(title, ["Số"], ([k] for k in range(n)), widths=[10]))
    names = re.findall(r'<sheet name="([^"]*)"', book.read("xl/workbook.xml").decode())
    pages = [book.read(f"xl/worksheets/sheet{k}.xml").decode() for k in range(1, len(names) + 1)]
    assert all('state="frozen"' in page and "<autoFilter" in page for page in pages)
    return [
        (name, [int(value) for value in re.findall(r'<c r="A\d+"(?: s="\d+")?><v>(\d+)</v>', page)])
        for name, page in zip(names, pages, strict=True)
    ]


@pytest.mark.parametrize(
    ("n", "wanted"), [(0, [[]]), (1, [[0]]), (2, [[0, 1]]), (3, [[0, 1], [2]]), (4, [[0, 1], [2, 3]]), (5, [[0, 1], [2, 3], [4]])]
)
def test_what_one_sheet_cannot_hold_goes_on_in_the_next(monkeypatch, n, wanted):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    assert [values for _name, values in sheets_of(n)] == wanted


def test_further_sheets_are_numbered_within_the_31_characters_of_a_name(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 1)
    assert [name for name, _values in sheets_of(2)] == ["Nhiệm vụ", "Nhiệm vụ (2)"]
    assert [name for name, _values in sheets_of(2, title="x" * 40)] == ["x" * 31, "x" * 27 + " (2)"]


def test_a_sheet_holds_what_excel_opens():
    assert sheets.MOST_ROWS + 1 == 2**20


def test_a_row_is_as_tall_as_its_longest_cell_and_no_taller_than_a_spreadsheet_takes():
    rows = [["ngắn", 7], ["x" * 25, None], ["một\nhai\n\nbốn", None], ["x" * 9000, None]]
    book = zipfile.ZipFile(sheets.xlsx_of("Nhiệm vụ", ["Lời", "Số"], rows, widths=[10, 10]))
    page = book.read("xl/worksheets/sheet1.xml").decode()
    tall = {int(row): float(height) for row, height in re.findall(r'<row r="(\d+)"[^>]*? ht="([\d.]+)"', page)}
    assert tall == {3: 45, 4: 60, 5: 408.75}  # Excel counts in pixels
    assert 'gridLines="1"' in page
