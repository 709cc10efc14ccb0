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
    "3 phần việc hai kỳ liền chưa cập nhật": [(3, "hai kỳ liền chưa cập nhật")],
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
    "5 phần việc thường xuyên có kết quả, 3 phần việc thường xuyên chưa có kết quả",
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


# The portal's own words, figure by figure

DRAFTED = """Kỳ báo cáo từ 25/05/2026 đến 24/06/2026, phường Ba Ngòi theo dõi 1120 phần việc được giao thuộc 2 kế hoạch (Kế hoạch số \
02-KH/BCĐ, ngày 05/01/2026 của phường Ba Ngòi; Kế hoạch số 7, ngày 06/01/2026 của Tổ 3, phường Ba Ngòi).
Trong 30 phần việc phải hoàn thành, các đơn vị đã báo hoàn thành 9; 2 trên 8 phần việc thường xuyên có kết quả trong kỳ.
Đã nhận báo cáo của 1 trên 5 đơn vị cấp dưới; chưa nhận của phường 1, phường 2 và 2 đơn vị khác (Phụ lục 4)."""
ALTERED = {
    "phường Ba Ngòi theo dõi 97 phần việc được giao thuộc 2 kế hoạch.": [(97, "phần việc được giao thuộc", [1120])],
    "Năm nay, phường Ba Ngòi theo dõi 1.120 phần việc được giao thuộc 97 kế hoạch (như tháng trước)": [(97, "kế hoạch", [2])],
    "Các đơn vị đã báo hoàn thành 97, còn lại tiếp tục.": [(97, "báo hoàn thành", [9])],
    "CAC DON VI  DA BAO HOAN THANH 97": [(97, "báo hoàn thành", [9])],
    "Tốt; 97 trên 8 phần việc thường xuyên có kết quả trong kỳ": [(97, "phần việc thường xuyên có kết quả trong kỳ", [2])],
    "Đã nhận báo cáo của 1 trên 6 đơn vị cấp dưới": [(6, "đơn vị cấp dưới", [5])],
    "Kỳ báo cáo từ 25/5/2026 đến 25/6/2026": [("25/06/2026", "từ 25/05/2026 đến", ["24/06/2026"])],
}
UNALTERED = [
    DRAFTED,
    DRAFTED.upper(),
    DRAFTED.replace("1120", "1.120").replace("\n", " "),
    "Kỳ báo cáo từ 25/5/2026 đến 24/6/2026",
    "UBND phường đã báo hoàn thành 5 hệ thống, ban hành 3 kế hoạch, tăng 4 so với năm 2025",
    "Thực hiện Công văn số 12, ngày 10/06/2026 của phường Ba Ngòi; Kế hoạch số 9, ngày 11/06/2026 của Tổ 5, phường Ba Ngòi",
    "Kế hoạch số 05-KH/BCĐ, ngày 07/01/2026 của phường Ba Ngòi",
    "Đã làm việc với phường 7, phường 8 và Tổ 9",
    "Các đơn vị đã báo hoàn thành #",
    "Các đơn vị đã báo hoàn thành nhiều việc",
    "Các đơn vị đã báo hoàn thành 9,5",
    "Các đơn vị đã báo hoàn thành " + "9" * 5000,
]


@pytest.mark.parametrize("text", ALTERED)
def test_a_clause_of_the_portals_with_another_figure_is_found(text):
    assert [(told.said, told.noun, told.rows) for told in contradictions(text, ROWS, DRAFTED)] == ALTERED[text]
    assert contradictions(text, ROWS) == []


@pytest.mark.parametrize("text", UNALTERED, ids=range(len(UNALTERED)))
def test_the_portals_figures_and_those_of_other_clauses_are_left_alone(text):
    assert contradictions(text, ROWS, DRAFTED) == []


def test_a_clause_the_portal_wrote_twice_may_have_either_figure():
    twice = "phường Đông đã nhận 3 báo cáo; phường Đông đã nhận 4 báo cáo"
    assert contradictions("phường Đông đã nhận 4 báo cáo", ROWS, twice) == []
    assert [told.rows for told in contradictions("phường Đông đã nhận 5 báo cáo", ROWS, twice)] == [[3, 4]]


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


ANY = st.text(alphabet="0123456789.,;/ \n()#nămNămmộtmườihoànthànhquáhạnnhiệmvụđã%", max_size=400)


@given(ANY, ANY)
def test_any_text_is_read(text, drafted):
    assert all(told.sentence for told in contradictions(text, ROWS, drafted))
    assert [told for told in contradictions(text, ROWS, text) if told not in contradictions(text, ROWS)] == []
