"""Blanks and hyphens at which no line breaks; here «~» is an unbreakable blank and «+» a joiner."""

import pytest

from reports.typesetting import BLANK, JOINER, bound

WHOLE = {
    "theo Nghị quyết số 57-NQ/TW của Bộ Chính trị": "theo Nghị~quyết~số~57-+NQ/+TW của Bộ Chính trị",
    "Nghị định số 30/2020/NĐ-CP": "Nghị~định~số~30/+2020/+NĐ-+CP",
    "Kế hoạch số 02-KH/BCĐ, ngày 05/5/2026": "Kế~hoạch~số~02-+KH/+BCĐ, ngày~05/5/2026",
    "theo điểm a khoản 2 Điều 15 Luật này": "theo điểm~a~khoản~2~Điều~15 Luật này",
    "điểm 1 mục IV": "điểm~1 mục~IV",
    "đạt 96,5 % (kỳ 06/2026)": "đạt 96,5~% (kỳ~06/2026)",
    "bổ sung 50 triệu đồng trong 24 giờ": "bổ sung 50~triệu~đồng trong 24~giờ",
    "ngày 24 tháng 11 năm 2026": "ngày~24 tháng~11 năm~2026",
    "PL/15. Tuyên truyền": "PL/+15. Tuyên truyền",
    "chưa có: V.1.đ/8/(iii), V.1.g/2.": "chưa có: V.+1.+đ/+8/+(iii), V.+1.+g/+2.",
    "II.2.a/3#1 (I.1); III/2; 1.đ/8; 4/(ii)": "II.+2.+a/+3#1 (I.+1); III/+2; 1.+đ/+8; 4/+(ii)",
    "V. Đề xuất; 2.1.3, 1.500, 30/11, v.v., 9/10": "V. Đề xuất; 2.1.3, 1.500, 30/11, v.v., 9/10",
    "01/BC-UBND, 12.a/KH-BCĐ": "01/+BC-+UBND, 12.a/+KH-+BCĐ",
    "giai đoạn 2026-2030, 30/11/2026": "giai đoạn 2026-2030, 30/11/2026",
    "UBND/HĐND; số liệu, điểm cầu, năm nay": "UBND/HĐND; số liệu, điểm cầu, năm nay",
    "100 đồng chí": "100~đồng chí",
    "https://example.vn/Tai-lieu/2026/A-1": "https://example.vn/Tai-lieu/2026/A-1",
}
NARROW = {
    "Nghị quyết số 57-NQ/TW": "Nghị quyết số~57-+NQ/+TW",
    "điểm a khoản 2 Điều 15": "điểm~a khoản~2 Điều~15",
    "V.1.đ/8/(i)": "V.+1.+đ/+8/+(i)",
    "V.1.đ/8/(iii)": "V.1.đ/8/(iii)",
}


def shown(words):
    return words.replace(BLANK, "~").replace(JOINER, "+")


@pytest.mark.parametrize(("words", "said"), WHOLE.items())
def test_no_line_breaks_inside_a_citation_or_a_quantity(words, said):
    assert shown(bound(words)) == said
    assert bound(bound(words)) == bound(words)


@pytest.mark.parametrize(("words", "said"), NARROW.items())
def test_a_narrow_column_binds_pairs_alone(words, said):
    assert shown(bound(words, narrow=True)) == said


def test_long_words_of_a_stranger_take_no_time():
    for words in ("A1-" * 100_000 + " số " * 10_000, "V.1/" * 100_000, "1." * 100_000, "V." * 100_000):
        assert bound(words).replace(JOINER, "") == words
