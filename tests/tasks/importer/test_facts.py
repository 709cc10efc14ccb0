"""What a paper says of itself, in the Party's and the State's form."""

from tasks.importer.facts import citations, read_facts
from tasks.importer.shapes import Paragraph, Table

PARTY = [
    "ĐẢNG ỦY PHƯỜNG HOA LAN",
    "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
    "*",
    "Số 07-KH/BCĐ",
    "ĐẢNG CỘNG SẢN VIỆT NAM",
    "Hoa Lan, ngày 05 tháng 02 năm 2026",
    "KẾ HOẠCH",
    "Phổ cập kỹ năng số",
    "trên địa bàn phường",
    "-----",
    "Căn cứ Nghị quyết số 57-NQ/TW, ngày 22/12/2024 của Bộ Chính trị về đột phá phát triển khoa học;",
    "Căn cứ Kế hoạch số 12-KH/ TU ngày 3-1-2026 của Tỉnh ủy thực hiện Kết luận số 9-KL/TW, ngày 1/12/2025,",
    "Ban Chỉ đạo ban hành Kế hoạch như sau:",
    "I. NHIỆM VỤ",
    "1. Mở lớp.",
    "Nơi nhận:",
    "- Thường trực Đảng ủy (để báo cáo),",
    "- Các chi bộ (để thực hiện),",
    "- Lưu Văn phòng.",
    "BÍ THƯ",
]


def read(lines):
    return read_facts([Paragraph(line) for line in lines])


def test_the_partys_heading():
    facts, _ = read(PARTY)
    assert {key: facts[key] for key in ("symbol", "type", "date", "place", "issuer", "subject")} == {
        "symbol": "07-KH/BCĐ",
        "type": "KH",
        "date": "2026-02-05",
        "place": "Hoa Lan",
        "issuer": "ĐẢNG ỦY PHƯỜNG HOA LAN BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
        "subject": "Phổ cập kỹ năng số trên địa bàn phường",
    }


def test_bases_are_one_document_each_with_its_own_date():
    facts, places = read(PARTY)
    assert [(row["symbol"], row["type"], row["date"], row["issuer"], row["subject"]) for row in facts["bases"]] == [
        ("57-NQ/TW", "NQ", "2024-12-22", "Bộ Chính trị", "đột phá phát triển khoa học"),
        ("12-KH/TU", "KH", "2026-01-03", "Tỉnh ủy", "thực hiện Kết luận số 9-KL/TW, ngày 1/12/2025"),
    ]
    assert places["bases"] == {10, 11}


def test_recipients_end_with_the_file_copy():
    facts, places = read(PARTY)
    assert facts["recipients"] == [
        {"who": "Thường trực Đảng ủy", "purpose": "để báo cáo"},
        {"who": "Các chi bộ", "purpose": "để thực hiện"},
        {"who": "Lưu Văn phòng", "purpose": ""},
    ]
    assert places["recipients"] == {15, 16, 17, 18}


def test_the_states_heading_in_a_layout_table():
    cells = (
        "ỦY BAN NHÂN DÂN\nTỈNH THỬ NGHIỆM\n_______\nSố: 200/KH-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nThử Nghiệm, ngày 9 tháng 10 năm 2026",
    )
    facts, places = read_facts(
        [
            Table((cells,)),
            Paragraph("KẾ HOẠCH"),
            Paragraph("Triển khai dịch vụ công"),
            Paragraph("Thực hiện Nghị định số 45/2020/NĐ-CP, Ủy ban…"),
        ]
    )
    assert {key: facts[key] for key in ("symbol", "type", "date", "place", "issuer", "subject")} == {
        "symbol": "200/KH-UBND",
        "type": "KH",
        "date": "2026-10-09",
        "place": "Thử Nghiệm",
        "issuer": "ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM",
        "subject": "Triển khai dịch vụ công",
    }
    assert {0, 1, 2} <= places["heading"]


def test_a_letter_has_its_subject_after_vv():
    facts, _ = read(
        ["SỞ XÂY DỰNG", "Số: 31/SXD-VP", "V/v rà soát hồ sơ quý III", "Hải Phòng, ngày 2 tháng 7 năm 2026", "Kính gửi: Các phòng"]
    )
    assert (facts["symbol"], facts["type"], facts["subject"], facts["date"]) == ("31/SXD-VP", "CV", "rà soát hồ sơ quý III", "2026-07-02")


def test_a_law_without_a_number_is_cited_by_name():
    assert [
        (row["type"], row["subject"], row["issuer"]) for row in citations("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16/6/2025;")
    ] == [("Luật", "Tổ chức chính quyền địa phương", "Quốc hội")]


def test_a_day_that_does_not_exist_is_no_date():
    facts, _ = read(["UBND XÃ A", "Số: 1/KH-UBND", "Xã A, ngày 31 tháng 4 năm 2026", "KẾ HOẠCH", "Thử"])
    assert facts["date"] is None


def test_nothing_written_gives_nothing():
    facts, _ = read([])
    assert (facts["symbol"], facts["date"], facts["subject"], facts["bases"]) == ("", None, "", [])
