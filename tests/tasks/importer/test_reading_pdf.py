"""PDFs printed by WeasyPrint: letterheads, tables over pages, running heads; and pages.py by words placed by hand."""

import io
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from tasks.importer import legacy
from tasks.importer.formats import pages
from tasks.importer.formats.pages import Grid, Line, Page, Printed, Word
from tasks.importer.reading import read
from tasks.importer.shapes import Paragraph, Refused, Table
from tests.tasks.importer.files import printed

P = Paragraph
LETTERHEAD = """<table><tr><td class=c>TỈNH ỦY KHÁNH HÒA<br><b>BAN CHỈ ĐẠO</b><br>Số 12-KH/BCĐ</td>
<td class=c><b>ĐẢNG CỘNG SẢN VIỆT NAM</b><br><i>Khánh Hòa, ngày 05 tháng 5 năm 2026</i></td></tr></table>"""
RUNNING = '@page { @top-center { content: "Kế hoạch của Ban Chỉ đạo" } @bottom-center { content: counter(page) } }'
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
NAMES = ["An Hòa", "Bình Lợi", "Cam Lâm", "Diên Khánh", "Ea Súp", "Gia Ray", "Hậu Lộc", "Kim Bôi", "Long Xuyên", "Mỹ Tho"]
SENTENCE = "Rà soát, bổ sung quy chế phối hợp của các cơ quan trên địa bàn; báo cáo kết quả về Văn phòng. "


def blocks(body, style=""):
    return read(printed(body, style), "plan.pdf").blocks


def flat(cell):
    return cell.replace("\n", " ")


def test_a_letterhead_is_read_column_by_column_and_a_title_is_centred():
    source = read(printed(LETTERHEAD + "<p class=c><b>KẾ HOẠCH<br>Chuyển đổi số năm 2026</b></p>"), "a.pdf")
    assert (source.format, source.pages, source.encoding, source.problems) == ("pdf", 1, "UTF-8", ())
    assert source.blocks == (
        P("TỈNH ỦY KHÁNH HÒA", page=1),
        P("BAN CHỈ ĐẠO", bold=True, gap=False, page=1),
        P("Số 12-KH/BCĐ", gap=False, page=1),
        P("ĐẢNG CỘNG SẢN VIỆT NAM", bold=True, page=1),
        P("Khánh Hòa, ngày 05 tháng 5 năm 2026", gap=False, page=1),
        P("KẾ HOẠCH", bold=True, centred=True, page=1),
        P("Chuyển đổi số năm 2026", bold=True, centred=True, gap=False, page=1),
    )


def test_wrapped_lines_have_no_gap_and_paragraphs_do():
    found = blocks(f"<p>1. {SENTENCE * 3}</p><p>2. {SENTENCE}</p><p>Hết.</p>")
    assert [block.gap for block in found if block.text[:2] in ("1.", "2.", "Hế")] == [True, True, True]
    assert [block.gap for block in found if block.text[:2] not in ("1.", "2.", "Hế")] == [False] * (len(found) - 3)
    assert " ".join(block.text for block in found) == f"1. {SENTENCE * 3}2. {SENTENCE}Hết."


def ruled(count, kind="ruled"):
    rows = "".join(
        f"<tr><td>{at}</td><td>{SENTENCE * (1 + at % 4)}</td><td>Sở Nội vụ</td><td>Tháng {1 + at % 12}/2026</td></tr>"
        for at in range(1, count + 1)
    )
    return f"<table class={kind}><thead><tr><th>TT</th><th>Nhiệm vụ</th><th>Chủ trì</th><th>Thời hạn</th></tr></thead>{rows}</table>"


def expected(count):
    heads = ("TT", "Nhiệm vụ", "Chủ trì", "Thời hạn")
    return (heads, *((str(at), (SENTENCE * (1 + at % 4)).strip(), "Sở Nội vụ", f"Tháng {1 + at % 12}/2026") for at in range(1, count + 1)))


@pytest.mark.parametrize("count", [30, 61])
def test_a_ruled_table_over_pages_is_one_with_its_head_once_and_its_broken_rows_whole(count):
    found = blocks(f"<p>Trước bảng</p>{ruled(count)}<p>Sau bảng</p>", RUNNING)
    assert [type(block) for block in found] == [P, Table, P]
    assert tuple(tuple(map(flat, row)) for row in found[1].rows) == expected(count)
    assert (found[0].text, found[2].text) == ("Trước bảng", "Sau bảng")


def test_a_table_without_rules_over_pages_is_one():
    rows = "".join(f"<tr><td>{at}. {SENTENCE * (1 + at % 3)}</td><td>Trước ngày {1 + at % 28}/6/2026</td></tr>" for at in range(1, 36))
    body = (
        f"{LETTERHEAD}<p>Mở đầu</p><table class=plain><thead><tr><th>Nội dung</th><th>Thời gian hoàn thành</th></tr></thead>{rows}</table>"
    )
    found = blocks(body + "<p>Kết thúc.</p>", RUNNING)
    table = next(block for block in found if isinstance(block, Table))
    assert found[-1].text == "Kết thúc."
    assert [tuple(map(flat, row)) for row in table.rows] == [
        ("Nội dung", "Thời gian hoàn thành"),
        *((f"{at}. {SENTENCE * (1 + at % 3)}".strip(), f"Trước ngày {1 + at % 28}/6/2026") for at in range(1, 36)),
    ]


def test_recipients_and_signature_stand_side_by_side():
    body = f"""<p>{SENTENCE * 2}</p><table><tr><td><b><i>Nơi nhận:</i></b><br>- Ban Thường vụ;<br>- Lưu: VT.</td>
    <td class=c><b>TM. BAN CHỈ ĐẠO<br>TRƯỞNG BAN</b><br><br><br>Trần Văn Mẫu</td></tr></table>"""
    assert [block.text for block in blocks(body)][-6:] == [
        "Nơi nhận:",
        "- Ban Thường vụ;",
        "- Lưu: VT.",
        "TM. BAN CHỈ ĐẠO",
        "TRƯỞNG BAN",
        "Trần Văn Mẫu",
    ]


def test_running_heads_and_page_numbers_are_left_out():
    text = "; ".join(f"{first} {second} {third}" for first in NAMES for second in NAMES for third in NAMES)
    found = blocks(f"<p>{text}</p>", RUNNING)
    assert found[-1].page > 3
    assert " ".join(block.text for block in found) == text


def test_merged_cells_are_marked():
    body = "<table class=ruled><tr><td>TT</td><td>Việc</td><td>Hạn</td></tr><tr><td colspan=3>I. Nhóm việc</td></tr>"
    body += "<tr><td>1</td><td>Họp</td><td rowspan=2>Tháng 6</td></tr><tr><td>2</td><td>Gửi</td></tr></table>"
    left, above = (pages.Merge.LEFT, pages.Merge.ABOVE)
    assert blocks(body) == (
        Table((("TT", "Việc", "Hạn"), ("I. Nhóm việc", left, left), ("1", "Họp", "Tháng 6"), ("2", "Gửi", above)), page=1),
    )


def test_legacy_letters_are_converted():
    text = "Ban Chỉ đạo yêu cầu các cơ quan, đơn vị báo cáo kết quả trước ngày 25 hằng tháng về Văn phòng"
    coded = legacy.encode(text, legacy.TCVN3).replace("\u00ad", "-")  # as printers write the soft hyphen
    source = read(printed(f"<p>{coded}</p><p>{coded}</p>"), "a.pdf")
    assert source.encoding == "TCVN3"
    assert " ".join(block.text for block in source.blocks) == f"{text} {text}"


@pytest.mark.skipif(not DEJAVU.exists(), reason="needs the DejaVu fonts to make a font called .VnTimeH of")
def test_a_legacy_font_is_known_by_its_name(tmp_path):
    font = TTFont(DEJAVU)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            record.string = ".VnTimeH"
    path = tmp_path / "vn.ttf"
    font.save(path)
    style = f"@font-face {{ font-family: '.VnTimeH'; src: url(file://{path}) }} .old {{ font-family: '.VnTimeH' }}"
    source = read(printed("<p class=old>kÕ ho¹ch</p><p>Kế hoạch</p>", style), "a.pdf")
    assert [block.text for block in source.blocks] == ["KẾ HOẠCH", "Kế hoạch"]
    assert source.encoding == "TCVN3"


def test_a_locked_file_is_told_apart():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed("<p>Kế hoạch</p>"))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Refused) as refused:
        read(out.getvalue(), "a.pdf")
    assert refused.value.kind == "encrypted"


def test_progress_counts_pages():
    told = []
    read(printed(f"<p>{SENTENCE * 120}</p>"), "a.pdf", on_progress=lambda done, total: told.append((done, total)))
    assert told == [(at, len(told)) for at in range(1, len(told) + 1)]
    assert len(told) > 2


# ── pages.py by itself ───────────────────────────────────────────────────────────────────────────────────────────────────────


def words(text, x=70.0, top=100.0, size=12):
    """The words of a line from `x`, six points a letter."""
    found = []
    for part in text.split(" "):
        found.append(Word(x, x + 6 * len(part), top, top + size, part, False, size))
        x += 6 * (len(part) + 1)
    return found


def texts(items):
    return [" ".join(word.text for word in item.words) if isinstance(item, Printed) else item.rows for item in items]


def test_words_of_one_height_are_one_line_from_left_to_right():
    assert [line.text for line in pages.lines_of([*words("b c", 200, 101), *words("a", 70, 100), *words("d", 70, 120)])] == ["a b c", "d"]


def test_a_mark_belongs_to_what_follows_it_and_a_column_does_not():
    assert len(pages.segments(Line([*words("1.", 70), *words("Việc", 105)]))) == 1
    assert len(pages.segments(Line([*words("Việc", 70), *words("Hạn", 300)]))) == 2


def test_a_page_number_at_the_edge_goes_and_a_number_in_the_text_stays():
    page = Page(595, 842, [*words("2", 290, 40), *words("Dòng một", 70, 400), *words("15", 70, 420), *words("Hết", 70, 440)])
    assert texts(pages.items([page])) == ["Dòng một", "15", "Hết"]


def grid_page(rows, top=100.0):
    """A page with a drawn table: three columns, twenty points a row."""
    xs, cells, placed = (70, 100, 300, 500), [], []
    for at, row in enumerate(rows):
        y = top + 20 * at
        for x0, x1, text in zip(xs, xs[1:], row, strict=False):
            cells.append((x0, y, x1, y + 20))
            placed += words(text, x0 + 2, y + 4) if text else []
    return Page(595, 842, placed, [cells])


def rows(items):
    assert [type(item) for item in items] == [Grid]
    return [[" ".join(word.text for line in cell for word in line) for cell in row] for row in items[0].rows]


HEAD = ["TT", "Việc", "Hạn"]


def test_a_row_goes_on_where_its_first_cell_is_empty():
    first, second = grid_page([HEAD, ["1", "Rà soát các", "Tháng 6"]]), grid_page([HEAD, ["", "quy chế", ""], ["2", "Họp", "Quý"]])
    assert rows(pages.items([first, second])) == [HEAD, ["1", "Rà soát các quy chế", "Tháng 6"], ["2", "Họp", "Quý"]]


def test_a_new_row_without_a_number_is_a_row():
    first, second = grid_page([HEAD, ["1", "Rà soát xong.", "Tháng 6"]]), grid_page([["", "Họp", "Quý"]])
    assert rows(pages.items([first, second])) == [HEAD, ["1", "Rà soát xong.", "Tháng 6"], ["", "Họp", "Quý"]]


def test_a_table_of_other_columns_is_another_table():
    other = Page(595, 842, words("Khác", 72, 104), [[(70, 100, 250, 120), (250, 100, 500, 120)]])
    assert [len(item.rows) for item in pages.items([grid_page([HEAD, ["1", "a", "b"]]), other])] == [2, 1]


def test_a_table_cut_by_the_page_is_closed():
    upright = [(70, 100, 70, 160), (300, 100, 300, 160), (500, 100, 500, 160)]
    assert pages.open_ends(upright, [(70, 100, 500, 100)]) == [(70, 500, 160)]
    assert pages.open_ends(upright, [(70, 100, 500, 100), (70, 160, 500, 160)]) == []
