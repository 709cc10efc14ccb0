"""The Word file of a report, read back as Word's own library reads it."""

import io
import zipfile

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm

from reports import paper
from reports.profiles import PARTY, STATE
from reports.typesetting import BLANK, JOINER
from tests.reports.test_paper import COLUMNS, HEADINGS, HOSTILE, duties, everywhere, facts


@pytest.fixture(scope="module")
def signed():
    return opened(facts())


@pytest.fixture(scope="module")
def draft():
    return opened(facts(draft=True, illustrative=True, number=None, dated_on=None))


def opened(facts, profile=PARTY):
    return Document(io.BytesIO(paper.build_word(facts, profile)))


def words(part):
    return [printed(paragraph.text) for paragraph in part.paragraphs if paragraph.text]


def printed(words):
    """The words without the marks that hold a line together; Word's own hyphen that does not break reads as «-»."""
    return words.replace(BLANK, " ").replace(JOINER, "")


def flags(row):
    return {element.tag for element in row._tr.trPr} if row._tr.trPr is not None else set()


def test_titles_and_headings_have_the_styles_of_an_outline(signed):
    outline = [(paragraph.style.name, printed(paragraph.text)) for paragraph in signed.paragraphs if "Heading" in paragraph.style.name]
    assert [paragraph.text for paragraph in signed.paragraphs if paragraph.style.name == "Title"] == ["BÁO CÁO"]
    annexes = [("Heading 2", "Phụ lục 1. Tiến độ"), ("Heading 2", "Phụ lục 2. Chỉ tiêu")]
    assert outline == [*(("Heading 1", heading) for heading in HEADINGS), *annexes]


def test_head_and_foot_are_those_of_a_party_paper(signed):
    head, *_, foot = [table for table in signed.tables if table.style.name == "Normal Table"]
    assert [words(cell) for row in head.rows for cell in row.cells] == [
        ["ĐẢNG ỦY PHƯỜNG BA NGÒI", "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ PHƯỜNG", "*"],
        ["ĐẢNG CỘNG SẢN VIỆT NAM"],
        ["Số 07-BC/BCĐ"],
        ["Ba Ngòi, ngày 24 tháng 11 năm 2026"],
    ]
    assert [words(cell) for cell in foot.rows[0].cells] == [
        ["Nơi nhận:", "- Ban Thường vụ Đảng ủy (để báo cáo),", "- Lưu Văn phòng Đảng ủy."],
        ["T/M BAN CHỈ ĐẠO", "TRƯỞNG BAN", "Nguyễn Thị Ánh"],
    ]


def test_who_signs_in_place_of_the_head_stands_in_lines_of_their_own():
    signature = {"authority": STATE.by_deputy, "post": "PHÓ CHỦ TỊCH", "name": "Nguyễn Thị Ánh"}
    foot = [table for table in opened(facts(signature=signature), STATE).tables if table.style.name == "Normal Table"][-1]
    cell = foot.rows[0].cells[1]
    assert words(cell) == ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Thị Ánh"]
    assert [paragraph.style.name for paragraph in cell.paragraphs] == ["Thẩm quyền ký", "Thẩm quyền ký", "Chức vụ", "Người ký"]


def test_the_parts_of_a_tables_properties_stand_in_the_order_of_the_format(signed):
    order = [f"w:{name}" for name in ("tblStyle", "tblW", "tblLayout", "tblCellMar", "tblLook")]
    for table in signed.tables:
        found = [element.tag for element in table._tbl.tblPr if element.tag in map(qn, order)]
        assert found == [qn(name) for name in order if qn(name) in found]
        assert qn("w:tblCellMar") in found or table.style.name == "Table Grid"


def test_columns_and_cells_beside_each_other_have_the_widths_of_the_profile(signed):
    head = signed.tables[0]
    assert [round(column.width / Mm(1)) for column in head.columns] == [round(165 * 0.49), round(165 * 0.51)]
    assert [cell.width for cell in head.rows[0].cells] == [column.width for column in head.columns]


def test_a_state_paper_has_its_own_words():
    document = opened(facts(symbol_tail="BC-UBND", number=15), STATE)
    head = [words(cell) for row in document.tables[0].rows for cell in row.cells]
    assert head[1:3] == [["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"], ["Số: 15/BC-UBND"]]
    assert [line for line in words(document) if line.endswith("./.")] == [facts()["sections"][-1]["paragraphs"][-1].rstrip(".") + "./."]


def test_rows_stay_whole_and_the_head_of_a_table_is_repeated(signed):
    annex = next(table for table in signed.tables if table.style.name == "Table Grid")
    assert [flags(row) for row in annex.rows[:1]] == [{qn("w:cantSplit"), qn("w:tblHeader")}]
    assert [flags(row) for row in annex.rows[1:]] == [{qn("w:cantSplit")}] * 22
    assert [cell.text for cell in annex.rows[0].cells] == [column["label"] for column in COLUMNS]
    assert [cell.text for cell in annex.rows[-1].cells][::2] == ["21.", "30/11/2026"]


def test_the_ref_of_a_duty_is_the_words_that_were_given():
    document = opened(facts(sections=[{"heading": "I", "paragraphs": ["Chưa có: V.1.đ/8/(iii), V.1.g/2"], "table": None}]), PARTY)
    assert "Chưa có: V.1.đ/8/(iii), V.1.g/2" in [paragraph.text for paragraph in document.paragraphs]


def test_no_line_breaks_inside_a_symbol(signed):
    base = next(paragraph for paragraph in signed.paragraphs if paragraph.style.name == "Căn cứ")
    assert base._p.xml.count("<w:noBreakHyphen/>") == 1
    assert JOINER not in signed.element.xml  # Word breaks no line at «/» or «.»
    assert f"Kế{BLANK}hoạch{BLANK}số{BLANK}02-KH/BCĐ" in base.text


def test_only_a_row_that_fills_a_page_may_break():
    rows = [{"cells": ["1", "từ " * 3000, "", ""]}, *duties(1)]
    document = opened(facts(annexes=[{"title": "Phụ lục 1", "columns": COLUMNS, "rows": rows, "empty": ""}]))
    assert [bool(flags(row)) for row in document.tables[2].rows] == [True, False, True, True]


def test_annexes_lie_across_in_a_section_of_their_own(signed):
    upright, across = signed.sections
    assert (upright.orientation, across.orientation) == (WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE)
    assert [upright.page_width, across.page_width] == [pytest.approx(Mm(210), abs=400), pytest.approx(Mm(297), abs=400)]
    assert [section.left_margin for section in (upright, across)] == [pytest.approx(Mm(30), abs=400)] * 2


def test_pages_are_numbered_from_the_second(signed):
    upright, across = signed.sections
    assert (upright.different_first_page_header_footer, across.different_first_page_header_footer) == (True, False)
    assert "PAGE" in upright.header._element.xml
    assert "PAGE" not in upright.first_page_header._element.xml
    assert across.header.is_linked_to_previous


def test_a_draft_is_marked_on_every_page_until_it_is_filed(draft, signed):
    for section in (draft.sections[0].header, draft.sections[0].first_page_header):
        assert 'string="DỰ THẢO"' in section._element.xml
    assert [words(foot) for foot in (draft.sections[0].footer, draft.sections[0].first_page_footer)] == [["dữ liệu minh họa"]] * 2
    assert "DỰ THẢO" not in signed.sections[0].header._element.xml
    assert words(signed.sections[0].footer) == []


def test_the_typeface_and_the_language_are_vietnamese_papers(signed):
    styles = signed.styles.element.xml
    assert 'w:lang w:val="vi-VN"' in styles
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Body Text", "Căn cứ", "Người ký"):
        assert signed.styles[name].font.name == "Times New Roman"
        assert signed.styles[name].element.find(qn("w:link")) is None
    assert (signed.styles["Title"].font.size.pt, signed.styles["Ô bảng"].font.size.pt) == (16, 11)


def test_the_same_facts_are_the_same_file():
    first = paper.build_word(facts(), PARTY)
    assert first == paper.build_word(facts(), PARTY)
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("thumbnail" in name for name in parts.namelist())


def test_lines_of_a_cell_stay_lines():
    rows = [{"cells": ["1", "một\nhai", "", ""]}]
    document = opened(facts(annexes=[{"title": "Phụ lục 1", "columns": COLUMNS, "rows": rows, "empty": ""}]))
    assert document.tables[2].rows[1].cells[1].text == "một\nhai"


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_words_are_only_words(said):
    said = said.format(address="http://127.0.0.1")
    data = paper.build_word(everywhere(facts(), said), PARTY)
    kept = paper.UNPRINTABLE.sub("", said)
    document = Document(io.BytesIO(data))
    assert document.tables[2].rows[1].cells[1].text.endswith(kept)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not any(b'TargetMode="External"' in parts.read(name) for name in parts.namelist())
