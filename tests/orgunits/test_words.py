import unicodedata

import pytest

from orgunits.words import fold, sort_key


@pytest.mark.parametrize(
    ("words", "folded"),
    [
        ("An ninh mạng", "an ninh mang"),
        ("Đảng ủy  Công an", "dang uy cong an"),
        ("ĐẢNG UỶ", "dang uy"),
        (unicodedata.normalize("NFD", "Hoàn thành"), "hoan thanh"),
        (" \tThường\nxuyên ", "thuong xuyen"),
        ("", ""),
    ],
)
def test_fold_drops_marks_case_and_spaces(words, folded):
    assert fold(words) == folded


def test_names_sort_as_vietnamese_readers_do():
    right = [
        "An Giang",
        "Ăn",
        "Ân",
        "Bắc Ninh",
        "Cà Mau",
        "Cần Thơ",
        "Dương",
        "Đà Nẵng",
        "Đắk Lắk",
        "Đồng Nai",
        "Hà",
        "Hả",
        "Hạ",
        "Hà Nội",
        "Hải Phòng",
        "Ô",
        "Ơ",
    ]
    mixed = right[::-1]
    mixed.sort(key=sort_key)
    assert mixed == right


def test_the_key_is_digits_so_that_every_database_sorts_it_alike():
    assert sort_key("Thừa Thiên – Huế 2").isdigit()
