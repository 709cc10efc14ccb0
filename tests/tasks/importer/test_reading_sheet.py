"""Excel files: what the sheet shows, and nothing it only declares."""

import datetime
import io

import xlsxwriter
from openpyxl import Workbook

from tasks.importer.reading import read
from tasks.importer.shapes import Merge, Paragraph, Source, Table
from tests.tasks.importer.files import rezipped

P = Paragraph


def book(*sheets):
    """An .xlsx of (title, rows, what else is done to the sheet)."""
    made, out = Workbook(), io.BytesIO()
    made.remove(made.active)
    for title, rows, more in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        more(sheet)
    made.save(out)
    return out.getvalue()


def nothing(sheet):
    pass


def test_one_sheet_is_its_heading_and_its_table():
    rows = [
        [None, "KẾ HOẠCH"],
        [],
        [None, "Ba Ngòi, ngày 5"],
        ["TT", "Việc", None, "Hạn"],
        [1, "Họp", None, datetime.date(2026, 6, 30)],
        [2, "Gửi", None, 0.5],
    ]
    table = Table((("TT", "Việc", "Hạn"), ("1", "Họp", "30/06/2026"), ("2", "Gửi", "0,5")))
    expected = (P("KẾ HOẠCH"), P("Ba Ngòi, ngày 5"), table)
    assert read(book(("Trang tính 1", rows, nothing)), "a.xlsx") == Source(expected, format="xlsx", encoding="UTF-8")


def test_several_sheets_have_their_titles_and_hidden_ones_are_left_out():
    def hide(sheet):
        sheet.sheet_state = "hidden"

    table = Table((("a", "b"), ("1", "2")))
    content = book(
        ("Một", [["a", "b"], [1, 2]], nothing), ("Ẩn", [["x", "y"]], hide), ("Trống", [], nothing), ("Hai", [["a", "b"], [1, 2]], nothing)
    )
    assert read(content, "a.xlsx").blocks == (P("Một", level=0), table, P("Hai", level=0), table)


def test_merged_cells_belong_to_their_first():
    rows = [
        ["TT", "Việc", "Thời gian", None],
        [None, None, "Từ", "Đến"],
        ["I", "Nhóm việc", None, None],
        [1, "Họp", "T3", "T6"],
        [2, "Gửi", None, "T6"],
    ]

    def merge(sheet):
        for area in ("A1:A2", "B1:B2", "C1:D1", "B3:D3", "C4:C5"):
            sheet.merge_cells(area)

    assert read(book(("s", rows, merge)), "a.xlsx").blocks == (
        Table(
            (
                ("TT", "Việc", "Thời gian", Merge.LEFT),
                (Merge.ABOVE, Merge.ABOVE, "Từ", "Đến"),
                ("I", "Nhóm việc", Merge.LEFT, Merge.LEFT),
                ("1", "Họp", "T3", "T6"),
                ("2", "Gửi", Merge.ABOVE, "T6"),
            )
        ),
    )


def test_cells_show_what_excel_shows():
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = made.add_worksheet()
    day = datetime.datetime(2026, 6, 5)
    sheet.write_row(0, 0, ["a", "b", "c", "d", "e", "f", "g"])
    sheet.write_formula(1, 0, "=1+1", value=2)
    sheet.write_string(1, 1, "=HYPERLINK(1)")
    sheet.write_datetime(1, 2, day, made.add_format({"num_format": "mm/yyyy"}))
    sheet.write_datetime(1, 3, day, made.add_format({"num_format": "d/m/yyyy hh:mm"}))
    sheet.write_number(1, 4, 0.855, made.add_format({"num_format": "0.0%"}))
    sheet.write_boolean(1, 5, True)
    sheet.write_formula(1, 6, "=1/0", value="#DIV/0!")
    sheet.write_rich_string(2, 0, "Dòng 1\n", made.add_format({"bold": True}), "dòng 2")
    made.close()
    rows = (
        ("a", "b", "c", "d", "e", "f", "g"),
        ("2", "=HYPERLINK(1)", "06/2026", "05/06/2026", "85,5%", "x", ""),
        ("Dòng 1\ndòng 2", *[""] * 6),
    )
    assert read(out.getvalue(), "a.xlsx").blocks == (Table(rows),)


def test_far_away_cells_and_declared_sizes_cost_nothing():
    def far(sheet):
        sheet["XFD1048576"] = "xa"

    def declare(name, inside):
        merged = b'</sheetData><mergeCells><mergeCell ref="A5:XFC1048575"/><mergeCell ref="A1:A1048575"/></mergeCells>'
        return name, inside.replace(b"</sheetData>", merged)

    blocks = read(rezipped(book(("s", [["TT", "Việc"], [1, "Họp"]], far)), declare), "a.xlsx").blocks
    assert blocks == (Table((("TT", "Việc", ""), (Merge.ABOVE, "Họp", ""), ("", "", "xa"))),)


def test_legacy_letters_in_cells_are_converted():
    rows = [["TT", "NhiÖm vô", "§¬n vÞ"], [1, "B¸o c¸o kÕt qu¶", "Phßng V¨n ho¸"], [2, "Hoµn thµnh hå s¬", "C«ng an x·"]]
    source = read(book(("s", rows, nothing)), "a.xlsx")
    table = Table((("TT", "Nhiệm vụ", "Đơn vị"), ("1", "Báo cáo kết quả", "Phòng Văn hoá"), ("2", "Hoàn thành hồ sơ", "Công an xã")))
    assert (source.blocks, source.encoding) == ((table,), "TCVN3")


def test_a_sheet_of_lines_without_a_table_is_paragraphs():
    assert read(book(("s", [["Một"], ["Hai\nba"]], nothing)), "a.xlsx").blocks == (P("Một"), P("Hai"), P("ba", gap=False))


def test_cells_without_places_and_bad_numbers_are_taken_as_they_come():
    def change(name, inside):
        if name == "xl/worksheets/sheet1.xml":
            cells = (
                '<row><c t="inlineStr"><is><t>a</t></is></c><c><v>abc</v></c></row><row><c t="s"><v>999</v></c><c s="99"><v>7</v></c></row>'
            )
            inside = inside.replace(inside[inside.index(b"<sheetData") : inside.index(b"</sheetData>")], b"<sheetData>" + cells.encode())
        return name, inside

    content = rezipped(book(("s", [["x", "y"]], nothing)), change)
    assert read(content, "a.xlsx").blocks == (Table((("a", "abc"), ("", "7"))),)


def test_a_letterhead_of_two_cells_is_no_table():
    rows = [
        ["UBND XÃ", None, "CỘNG HÒA", None],
        ["KẾ HOẠCH"],
        ["TT", "Việc", "Chủ trì", "Hạn"],
        [1, "Họp", "Văn phòng", "Quý I"],
        ["Nơi nhận:"],
    ]
    table = Table((("TT", "Việc", "Chủ trì", "Hạn"), ("1", "Họp", "Văn phòng", "Quý I"), ("Nơi nhận:", "", "", "")))
    heads = (P("UBND XÃ"), P("CỘNG HÒA", gap=False), P("KẾ HOẠCH"))
    assert read(book(("s", rows, nothing)), "a.xlsx").blocks == (*heads, table)
