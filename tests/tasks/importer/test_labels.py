"""A duty's facts behind labels."""

import pytest

from tasks.importer.labels import split_labels
from tests.tasks.importer.test_finding import find, refs

TOLD = {
    "Đơn vị chủ trì: Vụ Pháp chế.": ("", {"lead": "Vụ Pháp chế"}),
    "- Thời gian thực hiện: Quý II/2026.": ("", {"deadline": "Quý II/2026"}),
    "Cơ quan chủ trì: Sở A. Cơ quan phối hợp: Sở B. Sản phẩm: Đề án. Thời hạn: 2026 - 2027.": (
        "",
        {"lead": "Sở A", "coordinators": "Sở B", "product": "Đề án", "deadline": "2026 - 2027"},
    ),
    "Trồng rừng ven biển (chủ trì: Sở A; phối hợp: các xã; thời gian: quý III/2026).": (
        "Trồng rừng ven biển",
        {"lead": "Sở A", "coordinators": "các xã", "deadline": "quý III/2026"},
    ),
    "Sửa đường. Đơn vị thực hiện: Sở A. Kinh phí: 2 tỷ đồng.": ("Sửa đường", {"lead": "Sở A"}),
    "Sở A chủ trì, phối hợp với Sở B rà soát.": ("Sở A chủ trì, phối hợp với Sở B rà soát.", {}),
    "Rà soát các nội dung sau: kho, bãi.": ("Rà soát các nội dung sau: kho, bãi.", {}),
    "": ("", {}),
}


@pytest.mark.parametrize("text", TOLD)
def test_labels_tell_who_what_and_when(text):
    assert split_labels(text) == TOLD[text]


CELLS = {"lead": "Vụ Pháp chế", "product": "Thông tư", "deadline": "Quý II/2026"}


@pytest.mark.parametrize("sign", ["- ", "+ ", ""])
def test_lines_below_a_duty_belong_to_it(sign):
    below = ["Đơn vị chủ trì: Vụ Pháp chế.", "Sản phẩm: Thông tư.", "Thời gian: Quý II/2026."]
    found = find(
        "II. NHIỆM VỤ",
        "1. Thể chế",
        "1.1. Xây dựng Thông tư về hồ sơ",
        *(sign + line for line in below),
        "1.2. Tập huấn cho cán bộ tuyến xã.",
    )
    assert [(duty.ref, duty.cells) for duty in found.duties] == [("II.1.1", CELLS), ("II.1.2", None)]


def test_labels_inside_a_paragraph():
    text = "1. Xây dựng Thông tư. Đơn vị chủ trì: Vụ Pháp chế. Sản phẩm: Thông tư. Thời gian: Quý II/2026."
    assert [(duty.ref, duty.cells) for duty in find("II. NHIỆM VỤ", text).duties] == [("II/1", CELLS)]


def test_a_short_duty_is_a_duty():
    assert refs("II. NHIỆM VỤ", "1. Sở Nội vụ", "- Tập huấn.", "- Xét xử nghiêm.") == ["II.1/1", "II.1/2"]
