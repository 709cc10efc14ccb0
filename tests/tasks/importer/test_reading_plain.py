"""Text as an OCR or a converter leaves it."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.importer.reading import read
from tasks.importer.shapes import Merge, Paragraph, Refused, Source, Table

P = Paragraph
SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"


def blocks(text, name="a.txt"):
    return read(text.encode(), name).blocks


def test_lines_are_paragraphs_and_a_blank_line_is_a_gap():
    text = "\ufeff\r\nBan Chỉ đạo ban hành Kế hoạch\r\ncụ thể như sau:\r\n\r\n  1.  Rà soát\u00a0quy chế\r\n"
    expected = (P("Ban Chỉ đạo ban hành Kế hoạch"), P("cụ thể như sau:", gap=False), P("1. Rà soát quy chế"))
    assert read(text.encode(), "a.txt") == Source(expected, format="txt", encoding="UTF-8")


def test_markdowns_marks_become_what_they_mean():
    text = (
        "## **I. MỤC TIÊU** ##\n**Một hàng\nhai hàng đậm**\n\n- **Về thể chế:** hoàn thiện *trong năm* \\*\n\n"
        "> trích dẫn\n> 90% hộ dân\n\n[Nghị quyết 57](http://a.b/c) và `mã`\n\n---\n\n\\*\n\n5 * 3 = 15, a_b_c, **hở\n\n~~bỏ~~"
    )
    assert blocks(text) == (
        P("I. MỤC TIÊU", level=1, bold=True),
        P("Một hàng", bold=True),
        P("hai hàng đậm", bold=True, gap=False),
        P("- Về thể chế: hoàn thiện trong năm *"),
        P("trích dẫn"),
        P("> 90% hộ dân", gap=False),
        P("Nghị quyết 57 và mã"),
        P("*"),
        P("5 * 3 = 15, a_b_c, **hở"),
        P("bỏ"),
    )


def test_simple_tags_become_what_they_mean():
    text = "<p align='center'><b>KẾ HOẠCH</b></p>\n<p>Một&nbsp;&amp; hai<br>ba <!-- ghi chú --><sup>1</sup></p>\n\nx < 3 và y > 5 &lt;"
    assert blocks(text) == (P("KẾ HOẠCH", bold=True, centred=True), P("Một & hai"), P("ba 1", gap=False), P("x < 3 và y > 5 <"))


def test_lines_with_tabs_are_a_table_also_over_blank_lines_and_page_breaks():
    text = "PHỤ LỤC\nSTT\tNhiệm vụ\tHạn\n1\tHọp giao ban\tThường xuyên\n\n\f\n\tbáo cáo\t\n2\tKiểm tra\t\n----\t---\t---\n\nKết thúc"
    rows = (("STT", "Nhiệm vụ", "Hạn"), ("1", "Họp giao ban", "Thường xuyên"), ("", "báo cáo", ""), ("2", "Kiểm tra", ""))
    assert blocks(text) == (P("PHỤ LỤC", page=1), Table(rows, page=1), P("Kết thúc", page=2))


def test_a_table_of_another_width_after_a_blank_line_is_another_table():
    assert blocks("a\tb\n1\t2\n\nc\td\te\n3\t4\t5") == (Table((("a", "b"), ("1", "2"))), Table((("c", "d", "e"), ("3", "4", "5"))))


def test_a_line_that_wandered_out_of_its_cell_goes_back():
    text = "TT\tViệc\tHạn\n1\tHọp\tTheo Kế hoạch\ncủa Tỉnh\n2\tBáo cáo\tTháng 6\nHết bảng rồi"
    rows = (("TT", "Việc", "Hạn"), ("1", "Họp", "Theo Kế hoạch\ncủa Tỉnh"), ("2", "Báo cáo", "Tháng 6"))
    assert blocks(text) == (Table(rows), P("Hết bảng rồi"))


def test_trailing_empty_cells_may_be_missing():
    assert blocks("TT\tViệc\tHạn\n1\tHọp\n\n\tvà ghi\n2\tXong\tnay") == (
        Table((("TT", "Việc", "Hạn"), ("1", "Họp", ""), ("", "và ghi", ""), ("2", "Xong", "nay"))),
    )


def test_quoted_cells_hold_lines_and_quotes():
    text = 'TT\tViệc\tHạn\n1\t"Họp\nvà ""ghi"""\tnay\n2\tTập huấn "Kỹ năng số"\tmai'
    rows = (("TT", "Việc", "Hạn"), ("1", 'Họp\nvà "ghi"', "nay"), ("2", 'Tập huấn "Kỹ năng số"', "mai"))
    assert blocks(text, "a.tsv") == (Table(rows),)


def test_a_list_set_off_by_tabs_is_no_table():
    assert blocks("1.\tRà soát\n2.\tBáo cáo") == (P("1. Rà soát"), P("2. Báo cáo", gap=False))
    assert blocks("\tThụt đầu dòng") == (P("Thụt đầu dòng"),)


def test_tables_between_bars():
    text = "Bảng:\n\n| TT | **Việc** |\n|----|:---|\n| 1 | Họp<br>giao ban |\n\n| 2 | a \\| b |\n\nXong"
    assert blocks(text, "a.md") == (P("Bảng:"), Table((("TT", "Việc"), ("1", "Họp\ngiao ban"), ("2", "a | b"))), P("Xong"))
    assert blocks("TT | Việc\n---|---\n1 | Họp\n") == (Table((("TT", "Việc"), ("1", "Họp"))),)


def test_tables_in_html():
    text = (
        "Trước <table border=1>\n<tr><th>TT</th><th>Việc</th><th>Hạn</th></tr>\n<tr><td colspan=3><b>I. Nhóm</b></td></tr>"
        "<tr><td>1</td><td>Họp<br/>giao ban</td><td rowspan='2'>Tháng 6</td></tr><tr><td>2<td>Báo cáo &amp; gửi</tr></table> Sau"
    )
    rows = (
        ("TT", "Việc", "Hạn"),
        ("I. Nhóm", Merge.LEFT, Merge.LEFT),
        ("1", "Họp\ngiao ban", "Tháng 6"),
        ("2", "Báo cáo & gửi", Merge.ABOVE),
    )
    assert blocks(text) == (P("Trước"), Table(rows), P("Sau"))


def test_page_numbers_go_and_numbers_of_rows_stay():
    page = "Nội dung của một trang dài. " * 25
    assert blocks(f"{page}\n\n2\n\n{page}\n\n3\n\n{page}\n\nTrang 4/9\n\n- 5 -\n\nhết") == (*[P(page.strip())] * 3, P("hết"))
    assert [block.text for block in blocks("1\n\nHọp\n\n2\n\nBáo cáo")] == ["1", "Họp", "2", "Báo cáo"]


def test_comma_separated_values():
    text = 'KẾ HOẠCH,,\nTT,Việc,Hạn\n1,"Họp, giao ban",30/6/2026\n,,\n2,"Báo ""nhanh""\ncáo",nay\n'
    rows = (("TT", "Việc", "Hạn"), ("1", "Họp, giao ban", "30/6/2026"), ("2", 'Báo "nhanh" cáo', "nay"))
    assert read(text.encode(), "a.csv") == Source((P("KẾ HOẠCH"), Table(rows)), format="csv", encoding="UTF-8")
    assert blocks("TT;Việc\n1;a, b\n2;c", "a.csv") == (Table((("TT", "Việc"), ("1", "a, b"), ("2", "c"))),)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the two real plans are not beside the repository")
@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_the_real_plans_lose_no_word_but_their_marks(path):
    source = read(path.read_bytes(), path.name)
    read_words = " ".join(
        block.text if isinstance(block, P) else " ".join(cell for row in block.rows for cell in row) for block in source.blocks
    ).split()
    words = re.sub(r"\\?\*|</?p>", "", path.read_text()).split()
    kept = [word for word in words if word == "-" or (word.strip("#") and set(word) != {"-"})]
    assert [word for word in read_words if word != "*"] == kept
    assert {type(block).__name__ for block in source.blocks} <= {"Paragraph", "Table"}


HOSTILE = ["*" * 100_000, "**a " * 30_000, "[" * 50_000, "[a](" * 20_000, "<" * 100_000, "<b " * 30_000, "# " * 50_000, "\t" * 400 + "x"]
HOSTILE += [
    "<table>" * 20_000,
    "&" * 100_000,
    "|" * 400 + "\n" + "|" * 400,
    '"\t' * 200 + "\n",
    "\f" * 100_000,
    "_a" * 50_000,
    "<!--" * 20_000,
]
HOSTILE += ["#" * 100_000, " " * 100_000 + "x", "- " * 50_000, "`" * 100_001, "\\" * 100_001, "<td" * 30_000, 'a\t"b\n' * 20_000]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_read_or_refused(text):
    with suppress(Refused):
        read(text.encode(), "a.md")


@given(st.text(alphabet=st.sampled_from('a|\t\n"*_#<>/-` \\[]()&;đ1.tablerd\f'), max_size=300))
def test_no_text_raises(text):
    try:
        source = read(text.encode(), "a.md")
    except Refused:
        return
    for block in source.blocks:
        if isinstance(block, Table):
            assert len(set(map(len, block.rows))) == 1
        else:
            assert block.text == " ".join(block.text.split()) != ""
