"""Marks, wrapped lines, and what stands under what."""

import pytest

from tasks.importer import outline
from tasks.importer.outline import BRACKET, CAPITAL, DASH, LETTER, NUMBER, PART, PLUS, ROMAN_KIND, mark_of, paragraphs
from tasks.importer.shapes import Paragraph

MARKS = {
    "I. MỤC ĐÍCH": (ROMAN_KIND, "I", "MỤC ĐÍCH"),
    "IV- NHIỆM VỤ": (ROMAN_KIND, "IV", "NHIỆM VỤ"),
    "XIV/ PHỤ TRÁCH": (ROMAN_KIND, "XIV", "PHỤ TRÁCH"),
    "1. Sở Tài chính": (NUMBER, "1", "Sở Tài chính"),
    "2.1.3. Về hạ tầng": (NUMBER, "2.1.3", "Về hạ tầng"),
    "2.1 Về hạ tầng": (NUMBER, "2.1", "Về hạ tầng"),
    "3) Công an xã": (NUMBER, "3", "Công an xã"),
    "a) Rà soát": (LETTER, "a", "Rà soát"),
    "đ. Rà soát": (LETTER, "đ", "Rà soát"),
    "A. PHẦN CHUNG": (CAPITAL, "A", "PHẦN CHUNG"),
    "- Xây dựng": (DASH, "-", "Xây dựng"),
    "– Xây dựng": (DASH, "-", "Xây dựng"),
    "•Xây dựng": (DASH, "-", "Xây dựng"),
    "+ Xây dựng": (PLUS, "+", "Xây dựng"),
    "(ii) Xây dựng": (BRACKET, "(ii)", "Xây dựng"),
    "Phần thứ hai. NHIỆM VỤ": (PART, "2", "NHIỆM VỤ"),
    "Điều 2. Trách nhiệm": (outline.ARTICLE, "Đ2", "Trách nhiệm"),
}
NO_MARKS = [
    "10 ngày sau khi có hướng dẫn",
    "100% cán bộ được tập huấn",
    "2026 là năm đầu",
    "a dua theo số đông",
    "Điều kiện bảo đảm",
    "Mục tiêu chung",
    "Phần mềm dùng chung",
    "25/12/2026 tổng kết",
    "15.000 lượt người",
    "I am no heading",
    "",
]


@pytest.mark.parametrize("text", MARKS)
def test_the_mark_a_paragraph_begins_with(text):
    mark, rest = mark_of(text)
    assert (mark.kind, mark.printed, rest) == MARKS[text]


@pytest.mark.parametrize("text", NO_MARKS)
def test_a_number_inside_a_sentence_is_no_mark(text):
    assert mark_of(text) == (None, text)


def test_a_number_the_format_keeps_apart_counts_as_printed():
    mark, rest = mark_of("Rà soát hệ thống", label="b)")
    assert (mark.kind, mark.printed, rest) == (LETTER, "b", "Rà soát hệ thống")


def tree(*lines):
    root = outline.outline(paragraphs([Paragraph(line) for line in lines]))
    return shape(root)


def shape(node):
    return [(child.mark.printed if child.mark else "", shape(child)) for child in node.children]


def test_dashes_and_pluses_stand_under_the_letter_above():
    assert tree("I. A", "1. B", "a) C", "- D", "+ E", "+ F", "- G", "b) H", "2. K", "II. L") == [
        ("I", [("1", [("a", [("-", [("+", []), ("+", [])]), ("-", [])]), ("b", [])]), ("2", [])]),
        ("II", []),
    ]


def test_missing_letters_and_numbers_change_nothing():
    assert tree("I. A", "1. B", "a) C", "d) D", "k) E", "4. F") == [("I", [("1", [("a", []), ("d", []), ("k", [])]), ("4", [])])]


def test_numbers_under_a_letter_are_a_list_of_their_own():
    assert tree("I. A", "1. B", "a) C:", "1. D", "2. E", "b) F") == [("I", [("1", [("a", [("1", []), ("2", [])]), ("b", [])])])]


def test_dotted_numbers_stand_under_their_beginning():
    assert tree("I. A", "1. B", "1.1. C", "1.2. D", "2. E", "2.1. F") == [("I", [("1", [("1.1", []), ("1.2", [])]), ("2", [("2.1", [])])])]


def test_an_annex_begins_anew():
    assert tree("II. A", "1. B", "PHỤ LỤC", "1. C") == [("II", [("1", [])]), ("", [("1", [])])]


def lines(*rows):
    return [node.text for node in paragraphs([Paragraph(text, gap=gap) for gap, text in rows])]


def test_wrapped_lines_are_one_paragraph():
    first = "- Rà soát toàn bộ hệ thống thông tin đang vận hành tại các cơ quan của"
    assert lines((True, first), (False, "Bộ Công an và báo cáo kết quả.")) == [first[2:] + " Bộ Công an và báo cáo kết quả."]


def test_a_paragraph_cut_by_a_page_goes_on_in_small_letters():
    assert lines((True, "Rà soát, đánh giá và"), (True, "phê duyệt cấp độ.")) == ["Rà soát, đánh giá và phê duyệt cấp độ."]


def test_a_short_line_without_a_stop_is_a_heading_of_its_own():
    assert lines((True, "Sở Tài chính"), (False, "Bố trí kinh phí.")) == ["Sở Tài chính", "Bố trí kinh phí."]
