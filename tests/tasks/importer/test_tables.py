"""Duties in tables: heads by any name, merged cells, groups, rows broken over a page."""

import re

import pytest

from tasks.importer.meaning import understand
from tasks.importer.shapes import Merge, Paragraph, Source, Table
from tasks.importer.tables import head_of, read_rows

ABOVE, LEFT = Merge.ABOVE, Merge.LEFT

HEADS = {
    ("STT", "Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn hoàn thành", "Ghi chú/ cơ quan phối hợp"): "number text lead deadline coordinators",
    (
        "TT",
        "Nội dung công việc",
        "Cơ quan chủ trì",
        "Cơ quan phối hợp",
        "Thời gian hoàn thành",
        "Sản phẩm",
    ): "number text lead coordinators deadline product",
    ("TT", "Nội dung", "Đơn vị thực hiện", "Tiến độ", "Kết quả"): "number text lead deadline product",
    (
        "STT",
        "Tên nhiệm vụ",
        "Cơ quan thực hiện",
        "Thời gian thực hiện",
        "Trạng thái",
        "Tỷ lệ (%)",
    ): "number text lead deadline status status",
    ("TT", "Đầu việc", "Người phụ trách", "Lộ trình", "Kinh phí"): "number text lead deadline skip",
    ("Nội dung", "Đơn vị chủ trì", "Đơn vị thực hiện", "Thời hạn"): "text lead coordinators deadline",
}


@pytest.mark.parametrize("words", HEADS)
def test_columns_are_known_by_what_their_heads_say(words):
    head = head_of(Table((words,)))
    assert " ".join(head.roles.get(n, "note") for n in range(len(words))) == HEADS[words]


@pytest.mark.parametrize(
    "words", [("STT", "Họ và tên", "Chức vụ"), ("Nơi nhận:", "TM. ỦY BAN NHÂN DÂN"), ("Chỉ tiêu", "Đơn vị tính", "Năm 2026")]
)
def test_a_table_of_something_else_has_no_head(words):
    assert head_of(Table((words,))) is None


HEAD = ("TT", "Nhiệm vụ", "Chủ trì", "Thời hạn")


def rows(*body, head=HEAD):
    found, left = read_rows([(0, Table((head, *body)))])
    return [(row.number, row.text, row.cells.get("lead", ""), row.cells.get("deadline", "")) for _, row in found], left


def test_merged_cells_and_ditto_say_what_stands_above():
    found, _ = rows(
        ("1", "Một", "Sở A", "Quý I"),
        ("2", "Hai", ABOVE, ABOVE),
        ("3", "Ba", "nt", "-nt-"),
        ("4", "Bốn", "như trên", '"'),
        ("5", "Năm", "Sở B", ""),
    )
    assert found == [
        ("1", "Một", "Sở A", "Quý I"),
        ("2", "Hai", "Sở A", "Quý I"),
        ("3", "Ba", "Sở A", "Quý I"),
        ("4", "Bốn", "Sở A", "Quý I"),
        ("5", "Năm", "Sở B", ""),
    ]


def test_a_row_broken_over_a_page_is_one_duty():
    found, _ = rows(
        ("1", "Rà soát việc soạn thảo văn", "Sở A", "Quý I"), ("", "bản trên máy nối mạng.", "", ""), ("2", "Hai.", "Sở B", "Quý II")
    )
    assert found == [("1", "Rà soát việc soạn thảo văn bản trên máy nối mạng.", "Sở A", "Quý I"), ("2", "Hai.", "Sở B", "Quý II")]


def test_the_second_half_may_hold_the_end_of_other_cells():
    found, _ = rows(("1", "Rà soát toàn bộ", "Sở Khoa học", "Tháng"), ("", "hệ thống.", "và Công nghệ", "6/2026"))
    assert found == [("1", "Rà soát toàn bộ hệ thống.", "Sở Khoa học và Công nghệ", "Tháng\n6/2026")]


def test_group_rows_are_headings():
    found, _ = read_rows(
        [
            (
                0,
                Table(
                    (
                        HEAD,
                        ("I", "Thể chế", "", ""),
                        ("1", "Một", "Sở A", "Quý I"),
                        ("CÔNG TÁC CÁN BỘ", LEFT, LEFT, LEFT),
                        ("1", "Hai", "Sở B", "Quý II"),
                    )
                ),
            )
        ]
    )
    assert [(row.group, row.text) for _, row in found] == [
        ((("I", "Thể chế"),), "Một"),
        ((("I", "Thể chế"), ("", "CÔNG TÁC CÁN BỘ")), "Hai"),
    ]


def test_a_number_above_its_parts_is_a_heading():
    found, _ = read_rows(
        [
            (
                0,
                Table(
                    (
                        HEAD,
                        ("1", "Thể chế", "", ""),
                        ("1.1", "Một", "Sở A", "Quý I"),
                        ("1.2", "Hai", "Sở B", "Quý II"),
                        ("2", "Ba", "Sở C", ""),
                    )
                ),
            )
        ]
    )
    assert [(row.number, row.text, row.group) for _, row in found] == [
        ("1.1", "Một", (("1", "Thể chế"),)),
        ("1.2", "Hai", (("1", "Thể chế"),)),
        ("2", "Ba", ()),
    ]


def test_heads_repeated_and_rows_of_numbers_are_no_duties():
    found, left = rows(
        ("(1)", "(2)", "(3)", "(4)"), ("1", "Một", "Sở A", "Quý I"), HEAD, ("2", "Hai", "Sở B", "Quý II"), ("", "Tổng cộng", "", "")
    )
    assert [row[0] for row in found] == ["1", "2"]
    assert [why for *_, why in left] == ["total"]


def test_a_head_on_two_lines_gives_a_span():
    first, second = ("TT", "Nhiệm vụ", "Chủ trì", "Thời gian thực hiện", LEFT), (ABOVE, ABOVE, ABOVE, "Bắt đầu", "Kết thúc")
    found, _ = read_rows(
        [(0, Table((first, second, ("1", "Một", "Sở A", "01/3/2026", "30/6/2026"), ("2", "Hai", "Sở B", "", "30/9/2026"))))]
    )
    assert [row.cells["deadline"] for _, row in found] == ["từ 01/3/2026 đến 30/6/2026", "30/9/2026"]


def test_a_table_goes_on_without_its_head():
    found, _ = read_rows([(0, Table((HEAD, ("1", "Một", "Sở A", "Quý I")))), (1, Table((("2", "Hai", "Sở B", "Quý II"),)))])
    assert [(index, row.number) for index, row in found] == [(0, "1"), (1, "2")]


SPANS = re.compile(r"trước ngày \d+/\d+(/\d+)?|thường xuyên", re.IGNORECASE)


def read(*body, head=HEAD):
    """Rows and what is left out, where «Sở …» alone is a unit."""
    return read_rows(
        [(0, Table((head, *body)))],
        names_only=lambda text: re.fullmatch(r"(sở|ubnd)( \w+){1,3}", text, re.IGNORECASE) is not None,
        deadline_spans=lambda text: [match.span() for match in SPANS.finditer(text)],
    )


def said(found, role):
    return [row.cells.get(role, "") for _, row in found]


def test_every_row_is_a_duty_or_left_out_with_a_reason():
    found, left = read(
        ("I", "Thể chế", "", ""),
        ("1", "Chung", "", ""),
        ("1.1", "Một", "Sở A", "Quý I"),
        ("", "", "", ""),
        ("2", "", "Sở B", ""),
        ("", "Nâng cao nhận thức", "", ""),
    )
    assert [row.text for _, row in found] == ["Một", "Nâng cao nhận thức"]
    assert sorted((text, why) for _, text, why in left) == [
        ("1 Chung", "heading"),
        ("2 | Sở B", "row_without_words"),
        ("I Thể chế", "heading"),
    ]


def test_a_long_row_is_left_out_with_all_its_words():
    _, left = read(("", "A" * 400, LEFT, LEFT), ("1", "Một", "Sở A", ""))
    assert [text for _, text, _ in left] == ["A" * 400]


def test_without_a_column_of_numbers_words_alone_are_a_duty():
    head = ("Nhiệm vụ", "Chủ trì", "Thời hạn")
    found, _ = read(("Rà soát hồ sơ", "", ""), ("Sở Y tế", "", ""), ("Tập huấn cán bộ", "", "Quý I"), head=head)
    assert [(row.text, row.group) for _, row in found] == [("Rà soát hồ sơ", ()), ("Tập huấn cán bộ", (("", "Sở Y tế"),))]


def test_a_second_column_of_words_belongs_to_the_duty():
    head = ("TT", "Nhiệm vụ", "Nội dung công việc cụ thể", "Chủ trì", "Thời hạn")
    found, _ = read(
        ("1", "Chuyển đổi số", "Số hóa hồ sơ", "Sở A", "Quý I"),
        ("2", ABOVE, "Mở lớp", "Sở B", "Quý II"),
        (ABOVE, ABOVE, "In tài liệu", ABOVE, ABOVE),
        ("3", "", "Đánh giá", "Sở C", ""),
        head=head,
    )
    assert [row.text for _, row in found] == ["Chuyển đổi số: Số hóa hồ sơ", "Chuyển đổi số: Mở lớp; In tài liệu", "Đánh giá"]


def test_further_columns_of_a_role_are_kept():
    head = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Đầu mối tham mưu", "Sản phẩm", "Kết quả đầu ra")
    found, _ = read(("1", "Một", "Sở A", "Phòng B", "Báo cáo", "100 hồ sơ"), head=head)
    assert (said(found, "lead"), said(found, "product")) == (["Sở A\nPhòng B"], ["Báo cáo\n100 hồ sơ"])


def test_a_note_speaks_where_the_cells_are_silent():
    head = (*HEAD, "Ghi chú")
    found, _ = read(
        ("1", "Một", "Sở A", "", "Xong trước ngày 15/3/2026"),
        ("2", "Hai", "Sở A", "Quý I", "Trước ngày 15/3/2026"),
        ("3", "Ba", "Sở A", "Quý I", "Phối hợp: Sở B, Sở C"),
        ("4", "Bốn", "Sở A", "Quý I", "Phối hợp với Sở D."),
        ("5", "Năm", "Sở A", "", ""),
        ("", "", "", "", "Hoàn thành: trước ngày 1/4/2026"),
        head=head,
    )
    assert said(found, "deadline") == ["trước ngày 15/3/2026", "Quý I", "Quý I", "Quý I", "trước ngày 1/4/2026"]
    assert said(found, "coordinators") == ["", "", "Sở B, Sở C", "Sở D", ""]


def test_a_head_with_only_a_rule_under_it_holds_no_duty():
    assert read(("---", ":---", "---", "---")) == ([], [])


@pytest.mark.parametrize(
    "row",
    [
        ("Tháng 01/2026", "", "", ""),
        ("Tháng 01/2026", LEFT, LEFT, LEFT),
        ("", "Nhiệm vụ trong tháng 01/2026", "", ""),
        ("I", "THÁNG 01/2026", "", ""),
    ],
)
def test_a_time_as_a_group_row_is_the_deadline_of_rows_without_one(row):
    found, left = read(
        row,
        ("1", "Một", "Sở A", ""),
        ("2", "Hai", "Sở A", "Quý IV"),
        ("3", "Ba, xong trước ngày 5/1.", "Sở A", ""),
    )
    assert [words.lower() for words in said(found, "deadline")] == ["tháng 01/2026", "quý iv", ""]
    assert len(left) == 1


def test_times_and_units_as_group_rows_nest_either_way():
    found, _ = read(
        ("NĂM 2027", LEFT, LEFT, LEFT),
        ("QUÝ II", LEFT, LEFT, LEFT),
        ("SỞ Y TẾ (2 việc)", LEFT, LEFT, LEFT),
        ("1", "Một", "", ""),
        ("SỞ NỘI VỤ", LEFT, LEFT, LEFT),
        ("2", "Hai", "", ""),
        ("NHIỆM VỤ THƯỜNG XUYÊN", LEFT, LEFT, LEFT),
        ("3", "Ba", "Sở A", ""),
        ("CÔNG TÁC KHÁC", LEFT, LEFT, LEFT),
        ("4", "Bốn", "Sở A", ""),
    )
    assert said(found, "deadline") == ["quý II năm 2027", "quý II năm 2027", "thường xuyên", ""]
    assert [row.group[-1][1] for _, row in found] == ["SỞ Y TẾ (2 việc)", "SỞ NỘI VỤ", "NHIỆM VỤ THƯỜNG XUYÊN", "CÔNG TÁC KHÁC"]


def test_a_unit_as_a_group_row_never_ends_the_row_above():
    found, _ = read(("1", "Rà soát " * 12, "Sở A", "Quý I"), ("", "Sở Y tế", "", ""), ("2", "Hai", "", "Quý I"))
    assert [(row.text.split()[-1], row.group) for _, row in found] == [("soát", ()), ("Hai", (("", "Sở Y tế"),))]


@pytest.mark.parametrize(
    ("head", "cell", "deadline"),
    [("Tháng", "3", "Tháng 3"), ("Tháng", "Tháng 3", "Tháng 3"), ("Thời gian", "Quý I", "Quý I"), ("Quý", "II/2026", "Quý II/2026")],
)
def test_a_first_column_of_months_is_the_deadline(head, cell, deadline):
    found, _ = read((cell, "Một", "Sở A"), (ABOVE, "Hai", "Sở B"), ("", "Ba", "Sở B"), head=(head, "Nội dung", "Chủ trì"))
    assert said(found, "deadline")[:2] == [deadline, deadline]


def test_a_deadline_of_the_row_outdoes_the_month_beside_it():
    found, _ = read(
        ("3", "Một", "Sở A", "15/3/2026"), (ABOVE, "Hai", "Sở B", ""), head=("Tháng", "Nội dung", "Chủ trì", "Thời hạn hoàn thành")
    )
    assert said(found, "deadline") == ["15/3/2026", "Tháng 3"]


def test_dashes_in_a_cell_stay_one_duty():
    found, _ = read(("1", "- Xây dựng kịch bản\n- Mời khách\n- Tổ chức", "Sở A", "Quý I"))
    assert len(found) == 1


def test_headings_of_numbers_go_as_deep_as_they_are():
    found, _ = read(
        ("1", "Một", "", ""), ("1.1", "Hai", "", ""), ("1.1.1", "Ba", "Sở A", ""), ("1.2", "Bốn", "Sở A", ""), ("2", "Năm", "Sở B", "")
    )
    assert [(row.number, [number for number, _ in row.group]) for _, row in found] == [("1.1.1", ["1", "1.1"]), ("1.2", ["1"]), ("2", [])]


@pytest.mark.parametrize("title", [("Tháng 3", LEFT, LEFT), ("Tháng 3", "", "")])
def test_a_month_alone_in_the_first_column_heads_the_rows_below(title):
    found, left = read(
        ("10/2", "Một", "Sở A"), title, ("", "Hai", "Sở A"), ("10/3", "Ba", "Sở B"), head=("Thời gian", "Nội dung", "Chủ trì")
    )
    assert (said(found, "deadline"), [why for *_, why in left]) == (["10/2", "Tháng 3", "10/3"], ["heading"])


def test_a_month_printed_once_holds_for_the_rows_below_it():
    found, _ = read(("3", "Một", "Sở A"), ("", "Hai", "Sở B"), ("4", "Ba", "Sở B"), head=("Tháng", "Nội dung", "Chủ trì"))
    assert said(found, "deadline") == ["Tháng 3", "Tháng 3", "Tháng 4"]


def test_totals_and_lines_of_form_are_no_duties():
    found, left = read(("1", "Một", "Sở A", ""), ("", "Tổng cộng: 13 nhiệm vụ", "", ""), ("", "Người lập biểu", "", ""))
    assert (len(found), [why for *_, why in left]) == (1, ["total", "form"])


@pytest.fixture(scope="module")
def directory(country, django_db_blocker):
    from tasks.importer.naming import Directory  # noqa: PLC0415 - reads the database, which is ready only here

    with django_db_blocker.unblock():
        return Directory.read()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "group",
    [
        ("I", "SỞ Y TẾ", "", ""),
        ("I. Sở Y tế", LEFT, LEFT, LEFT),
        ("SỞ Y TẾ", LEFT, LEFT, LEFT),
        ("", "Sở Y tế (02 nhiệm vụ)", "", ""),
        ("Sở Y tế", "", "", ""),
    ],
)
def test_a_unit_as_a_group_row_leads_the_rows_without_a_unit(group, directory):
    rows = (HEAD, group, ("1", "Kiểm tra các trạm.", "", ""), ("2", "Báo cáo kết quả.", "Sở Nội vụ", "Quý IV/2026"))
    tasks = understand(plan(Table(rows)), directory=directory)["tasks"]
    assert [[name.casefold() for name in task["lead"]] for task in tasks] == [["sở y tế"], ["sở nội vụ"]]


@pytest.mark.django_db
def test_a_month_as_a_group_row_gives_a_day(directory):
    rows = (HEAD, ("Tháng 3/2026", "", "", ""), ("1", "Kiểm tra các trạm.", "Sở Y tế", ""), ("2", "Báo cáo.", "Sở Nội vụ", "10/3/2026"))
    tasks = understand(plan(Table(rows)), directory=directory)["tasks"]
    assert [task["deadline"]["due_on"] for task in tasks] == ["2026-03-31", "2026-03-10"]


@pytest.mark.django_db
def test_a_cell_of_units_tells_leads_from_coordinators(directory):
    rows = (HEAD, ("1", "Kiểm tra các trạm.", "Chủ trì: Sở Y tế\nPhối hợp: Sở Nội vụ, Sở Tài chính", "Quý IV/2026"))
    task = understand(plan(Table(rows)), directory=directory)["tasks"][0]
    assert (task["lead"], task["coordinators"]) == (["Sở Y tế"], ["Sở Nội vụ", "Sở Tài chính"])


def plan(table):
    head = ("ỦY BAN NHÂN DÂN TỈNH BẮC NINH", "Số: 12/KH-UBND", "Bắc Ninh, ngày 05 tháng 01 năm 2026", "KẾ HOẠCH")
    return Source((*map(Paragraph, head), Paragraph("PHỤ LỤC"), Paragraph("DANH MỤC NHIỆM VỤ"), table), "docx")


def test_the_second_half_of_a_row_that_ends_in_a_name_is_no_heading():
    """«…, Thanh tra Bộ Công an)» reads like a list of names to whoever looks only for names."""
    rest = ("", "bản trên máy nối mạng (theo đề nghị của Sở Nội vụ)", "", "")
    table = Table((HEAD, ("1", "Rà soát việc soạn thảo văn", "Sở A", "Quý I"), rest, ("2", "Hai.", "Sở B", "Quý II")))
    found, left = read_rows([(0, table)], names_only=lambda text: "Sở" in text)
    assert [row.text for _, row in found] == ["Rà soát việc soạn thảo văn bản trên máy nối mạng (theo đề nghị của Sở Nội vụ)", "Hai."]
    assert left == []
