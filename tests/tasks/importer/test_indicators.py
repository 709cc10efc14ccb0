"""Of what a percentage is one: the whole named in the words, from which its roll-up follows."""

import pytest

from tasks.importer.indicators import find_indicators

WHOLES = {
    "100% hệ thống thông tin của phường được rà soát": "Tổng số hệ thống thông tin của phường",
    "kinh phí đạt tối thiểu 15% tổng mức đầu tư của các đề án": "Tổng mức đầu tư của các đề án",
    "tăng ít nhất 10% số vụ được xử lý": "",
    "chiếm trên 50% thị trường trong nước": "",
    "mỗi hộ gia đình có ít nhất một người biết": "",
}


@pytest.mark.parametrize(("words", "whole"), WHOLES.items())
def test_the_whole_of_a_percentage(words, whole):
    assert [row["denominator"] for row in find_indicators("I.1", "", words, year=2026)] == [whole]
