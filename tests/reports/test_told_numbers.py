"""Numbers in the clerk's words against the counts of the rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.told_numbers import NOUNS, contradictions, counts_of, number
from tasks.models.tally import Tally

ROWS = {noun.key: {21} for noun in NOUNS}

CONTRADICTING = {
    "22 nhiệm vụ hoàn thành": [(22, "hoàn thành")],
    "Có 22 nhiệm vụ đã hoàn thành, 13 nhiệm vụ đang thực hiện và 2 nhiệm vụ quá hạn.": [
        (22, "hoàn thành"),
        (13, "đang thực hiện"),
        (2, "quá hạn"),
    ],
    "22 nhiem vu hoan thanh": [(22, "hoàn thành")],
    "Hai mươi hai phần việc hoàn thành": [(22, "hoàn thành")],
    "hai muoi hai nhiem vu hoan thanh": [(22, "hoàn thành")],
    "Ba nhiệm vụ chưa đến hạn; mười lăm nhiệm vụ thường xuyên": [(3, "chưa đến hạn"), (15, "thường xuyên")],
    "Không có nhiệm vụ nào quá hạn.": [(0, "quá hạn")],
    "1.120 phần việc hoàn thành đúng hạn": [(1120, "hoàn thành đúng hạn")],
    "2 hoàn thành quá hạn": [(2, "hoàn thành quá hạn")],
    "mười nhiệm vụ chờ kế hoạch của Tỉnh": [(10, "chờ kế hoạch cấp trên")],
    "5 nhiệm vụ được giao đang triển khai": [(5, "đang thực hiện")],
    "4 đầu việc chưa thực hiện": [(4, "chưa thực hiện")],
}
SILENT = [
    "21 nhiệm vụ hoàn thành",
    "hai mươi mốt nhiệm vụ hoàn thành",
    "Trong năm 2026 hoàn thành việc rà soát",
    "năm hoàn thành",
    "Tháng 6 hoàn thành 5 hệ thống",
    "Nhiệm vụ 5 đã hoàn thành, nhiệm vụ số 6 hoàn thành",
    "Phụ lục PL/17 hoàn thành",
    "3 nhiệm vụ hoàn thành trong tháng",
    "Sau nhiệm vụ hoàn thành sẽ tổng kết",
    "14 máy chủ hoàn thành cập nhật",
    "Đạt 21,5 hoàn thành",
    "9" * 5000 + " nhiệm vụ hoàn thành",
    "",
]


@pytest.mark.parametrize("text", CONTRADICTING)
def test_a_number_the_rows_do_not_bear_out_is_found(text):
    assert [(told.said, told.noun) for told in contradictions(text, ROWS)] == CONTRADICTING[text]


@pytest.mark.parametrize("text", SILENT)
def test_what_is_no_count_or_is_right_is_left_alone(text):
    assert contradictions(text, ROWS) == []


def test_the_sentence_and_what_the_rows_say_come_with_it():
    [told] = contradictions("Tốt. Có 3 nhiệm vụ hoàn thành; còn lại tiếp tục", {**ROWS, "done": {1, 2}})
    assert (told.rows, told.sentence) == ([1, 2], "Có 3 nhiệm vụ hoàn thành")


def test_a_clerk_may_mean_said_or_confirmed():
    rows = [
        {"state": state, "timeliness": "done_in_time", "silent": False, "clock": "dated", "n": n} for state, n in (("said", 2), ("done", 1))
    ]
    counts = counts_of(Tally(rows))
    assert (counts["done"], counts["confirmed"], counts["countable"], counts["overdue"]) == ({1, 3}, {1}, {3}, {0})
    assert {noun.key for noun in NOUNS} == set(counts)


@pytest.mark.parametrize(
    ("words", "n"),
    [("muoi", 10), ("muoi lam", 15), ("hai muoi", 20), ("hai muoi mot", 21), ("chin muoi tu", 94), ("khong co", 0), ("1.120", 1120)],
)
def test_spelled_out(words, n):
    assert number(words) == n


@given(st.text(alphabet="0123456789.,;/ \nnămNămmộtmườihoànthànhquáhạnnhiệmvụđã%", max_size=400))
def test_any_text_is_read(text):
    assert all(told.sentence for told in contradictions(text, ROWS))
