"""Duties in tables: heads by any name, merged cells, groups, rows broken over a page."""

import pytest

from tasks.importer.shapes import Merge, Table
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
