"""The workbook of a report's annexes, read back."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest

from reports import annexes
from reports.profiles import PARTY
from tests.reports.test_paper import COLUMNS, HOSTILE, duties, everywhere, facts


def opened(**changed):
    return openpyxl.load_workbook(io.BytesIO(annexes.workbook(facts(**changed), PARTY)))


def annex(*rows, labels=("TT", "Đơn vị", "Nộp", "Số"), title="Phụ lục 4. Nộp báo cáo"):
    return {
        "title": title,
        "columns": [{"label": label, "width": 25, "align": "left"} for label in labels],
        "rows": rows,
        "empty": "Không.",
    }


def typed(*rows):
    return [list(row) for row in opened(annexes=[annex(*({"cells": row} for row in rows))]).active.iter_rows(min_row=2, values_only=True)]


def test_each_annex_is_a_sheet_with_a_frozen_head_a_filter_and_widths():
    first, second = opened().worksheets
    assert (first.title, second.title) == ("Phụ lục 1", "Phụ lục 2")
    assert (first.freeze_panes, first.auto_filter.ref) == ("A2", "A1:E22")
    assert [round(first.column_dimensions[letter].width) for letter in "ABCDE"] == [31, 10, 67, 31, 46]
    assert first.print_title_rows == "$1:$1"
    assert first.page_setup.orientation == "landscape"


def test_the_group_over_some_rows_becomes_their_column():
    rows = list(opened().worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("Kế hoạch", *(column["label"] for column in COLUMNS))
    assert {row[0] for row in rows[1:]} == {duties(1)[0]["group"]}
    assert len(rows) == 22


def test_an_annex_without_rows_says_so():
    assert [row[0] for row in opened().worksheets[1].iter_rows(min_row=2, values_only=True)] == ["Không có chỉ tiêu nào trong kỳ."]


def test_days_moments_and_numbers_are_typed():
    assert typed(["1", "Ba Ngòi", "14:30, 24/05/2026", "1.234"], ["2", "30/11/2026", "", "0,5"]) == [
        [1, "Ba Ngòi", datetime(2026, 5, 24, 14, 30), 1234],
        [2, datetime(2026, 11, 30), "", 0.5],
    ]


def test_what_only_looks_like_a_number_or_a_day_stays_text():
    rows = [["1", "08", "31/02/2026", "12"], ["V.1.m", "1.23", "30/11/2026; 31/12/2026", "≥ 15 %"]]
    assert typed(*rows) == rows


@pytest.mark.parametrize("said", [*HOSTILE, "=1+1", "+84", "@SUM(A1)", "{=1}", "http://127.0.0.1/a", "&C&A"])
def test_no_words_become_a_formula_or_a_link(said):
    hostile = everywhere(facts(), "")
    hostile["annexes"] = [annex({"cells": [said, said, said, said]}, title=said), annex(title=said), annex(title="[/]:*?")]
    book = openpyxl.load_workbook(io.BytesIO(annexes.workbook(hostile, PARTY)))
    cells = list(book.worksheets[0][2])
    assert [cell.data_type for cell in cells] == ["s"] * 4
    assert all(cell.hyperlink is None for cell in cells)
    assert len({sheet.title.lower() for sheet in book.worksheets}) == 3


def test_a_draft_says_so_over_every_page():
    drafted, filed = (opened(draft=draft, illustrative=draft).active.oddHeader.center.text for draft in (True, False))
    assert drafted.endswith("· DỰ THẢO · dữ liệu minh họa")
    assert filed == "Phụ lục 1. Tiến độ · BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ PHƯỜNG, Số 07-BC/BCĐ"


def test_the_same_facts_are_the_same_file():
    assert annexes.workbook(facts(), PARTY) == annexes.workbook(facts(), PARTY)


def test_a_zero_in_front_is_kept_however_many_numbers_stand_beside_it():
    rows = [["1", "08", "", "007"], ["2", "12", "", "15"]]
    assert [[row[1], row[3]] for row in typed(*rows)] == [["08", "007"], ["12", "15"]]


def test_an_ampersand_over_the_page_is_no_code():
    file = io.BytesIO(annexes.workbook(facts(annexes=[annex(title="Phụ lục 1. R&D")]), PARTY))
    page = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
    assert "Phụ lục 1. R&amp;&amp;D" in page.partition("<oddHeader>")[2]
