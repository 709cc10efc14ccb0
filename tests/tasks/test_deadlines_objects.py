"""Times that belong to what is reported, celebrated or held, and days no calendar has: never the date of the duty."""

from datetime import date

import pytest

from tasks.deadlines import combine, find, read

SIGNED = date(2026, 2, 10)

CELLS = {
    # a period of the object is no stage
    "Báo cáo quý II gửi trước 20/6": ("before_date", "2026-06-19"),
    "Báo cáo số liệu quý I trước ngày 10/4/2026": ("before_date", "2026-04-09"),
    "Số liệu đến 31/12/2025, báo cáo trước 15/3/2026": ("before_date", "2026-03-14"),
    "Quyết toán năm 2025 xong trước 30/6/2026": ("before_date", "2026-06-29"),
    "Đánh giá kết quả năm 2025 trong quý I/2026": ("by_end_of_quarter", "2026-03-31"),
    "Kế hoạch đầu tư công năm 2027 trước 31/10/2026": ("before_date", "2026-10-30"),
    "Báo cáo tháng 6 trước 25/6/2026": ("before_date", "2026-06-24"),
    "Báo cáo quý II/2026, gửi trước 20/7/2026": ("before_date", "2026-07-19"),
    "Sơ kết quý II/2026, tổng kết trước 15/12/2026": ("staged", None),
    "Khảo sát, đánh giá quý II/2026, hoàn thành trước 31/12/2026": ("staged", None),
    "Tổng kết 5 năm 2021-2025 trước 30/6/2026": ("before_date", "2026-06-29"),
    "Tháng 3/2026 (báo cáo quý I)": ("by_end_of_month", "2026-03-31"),
    "Báo cáo quý II: tháng 7/2026": ("by_end_of_month", "2026-07-31"),
    "Sơ kết 6 tháng đầu năm 2026 trước ngày 30/6/2026": ("before_date", "2026-06-29"),
    "Lập dự toán năm 2027 trong tháng 7/2026": ("by_end_of_month", "2026-07-31"),
    "Báo cáo tháng 6/2026 trước ngày 25": ("before_date", "2026-06-24"),
    "Báo cáo quý II/2026 trước ngày 25": ("unread", None),
    "Báo cáo quý IV gửi trước 20/1": ("unread", None),
    "Số liệu tính đến 31/5/2026": ("unread", None),
    "Xây dựng kế hoạch quý I/2026, hoàn thành trước 30/6/2026": ("staged", None),
    "Dự án khởi công quý II/2026, hoàn thành trước 31/12/2026": ("staged", None),
    # sessions, seasons, congresses and celebrations have no day of their own
    "Trình HĐND tỉnh tại kỳ họp cuối năm 2026": ("unread", None),
    "Trình HĐND tỉnh tại kỳ họp thường lệ cuối năm 2026": ("unread", None),
    "Thông qua tại kỳ họp HĐND trước 31/12/2026": ("before_date", "2026-12-30"),
    "Vụ Hè Thu năm 2026": ("unread", None),
    "vụ hè thu 2026": ("unread", None),
    "Mùa khô năm 2026": ("unread", None),
    "Vụ Đông Xuân 2026 - 2027": ("unread", None),
    "Trước Đại hội Đảng bộ (tháng 9/2026)": ("unread", None),
    "Chào mừng kỷ niệm 2/9": ("unread", None),
    "Dịp 30/4 và 01/5": ("unread", None),
    "Kỷ niệm Quốc khánh 2/9/2026, hoàn thành trước 30/8/2026": ("before_date", "2026-08-29"),
    "Dịp 10/10 hằng năm": ("recurring_yearly", "2026-10-10"),
    # midnight, and turns whose day can't be read
    "trước 0 giờ ngày 01/7/2026": ("before_date", "2026-06-30"),
    "trước 0 giờ ngày 25 hằng tháng": ("recurring_monthly", "2026-02-24"),
    "Ngày 30/2 hằng năm": ("unread", None),
    "Tuần đầu hằng tháng": ("unread", None),
    "Hàng ngày trước 16h00": ("unread", None),
    "3O/6/2026": ("unread", None),
    "30/06/2O26": ("unread", None),
    "l5/6/2026": ("unread", None),
    # parts that were lost
    "Theo Công văn số 120/BNV ngày 15/01/2026": ("unread", None),
    "Theo Công văn số 120/BNV-TCBC của Bộ Nội vụ": ("relative_to_superior_plan", None),
    "Khi xảy ra cháy phải báo ngay trong vòng 30 phút": ("unread", None),
    "Khi xảy ra sự cố, báo cáo trong vòng 24 giờ": ("within_hours_of_event", None),
    "Trước quý II/2026": ("by_end_of_quarter", "2026-03-31"),
    "Trong vòng 3 tháng kể từ ngày 01/3/2026": ("unread", None),
    "Trong vòng 3 tháng kể từ ngày ký": ("unread", None),
    # shapes everyone knows
    "Ngày mùng 5/4/2026": ("by_date", "2026-04-05"),
    "Ngày mùng 5/4/2026 âm lịch": ("unread", None),
    "6.2026": ("by_end_of_month", "2026-06-30"),
    "13.2026": ("unread", None),
    "QuýIII/2026": ("by_end_of_quarter", "2026-09-30"),
}


@pytest.mark.parametrize("words", CELLS)
def test_a_cell(words):
    said = read(words, plan_date=SIGNED).as_json()
    assert (said["kind"], said["due_on"]) == CELLS[words]


@pytest.mark.parametrize(
    ("words", "starts_on", "due_on"),
    [
        ("Từ ngày ký đến 31/12/2026", "2026-02-10", "2026-12-31"),
        ("từ ngày ban hành đến hết năm 2026", "2026-02-10", "2026-12-31"),
        ("10-20/4", "2026-04-10", "2026-04-20"),
        ("Ngày 14 và 15/3/2026", "2026-03-14", "2026-03-15"),
        ("ngày 13, 14 và 15/3/2026", "2026-03-13", "2026-03-15"),
        ("Các năm 2026, 2027, 2028", "2026-01-01", "2028-12-31"),
    ],
)
def test_a_range(words, starts_on, due_on):
    said = read(words, plan_date=SIGNED).as_json()
    assert (said["kind"], said["starts_on"], said["due_on"]) == ("range", starts_on, due_on)


@pytest.mark.parametrize(
    ("words", "stages"),
    [
        (
            "Năm 2026 hoàn thành 70%, năm 2027 hoàn thành 100%",
            [("hoàn thành 70%", "in_year", "2026-12-31"), ("hoàn thành 100%", "in_year", "2027-12-31")],
        ),
        (
            "Tháng 12/2026 và tháng 12 các năm tiếp theo",
            [(None, "by_end_of_month", "2026-12-31"), (None, "recurring_yearly", "2026-12-31")],
        ),
        ("ngày 10 và 25/3/2026", [(None, "by_date", "2026-03-10"), (None, "by_date", "2026-03-25")]),
        (
            "Báo cáo 6 tháng đầu năm trước ngày 15/6, báo cáo năm 2026 trước ngày 15/12",
            [("Báo cáo 6 tháng đầu năm", "before_date", "2026-06-14"), ("báo cáo năm 2026", "before_date", "2026-12-14")],
        ),
    ],
)
def test_stages(words, stages):
    said = read(words, plan_date=SIGNED).as_json()
    assert [(stage["label"], stage["kind"], stage["due_on"]) for stage in said["stages"]] == stages


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("tổng hợp số liệu đến 31/5/2026, báo cáo UBND tỉnh trước 15/6/2026", [("before_date", date(2026, 6, 14))]),
        ("Báo cáo Sở trước ngày 15/6/2026, số liệu chốt đến 31/5/2026.", [("before_date", date(2026, 6, 14))]),
        ("quyết toán các công trình hoàn thành năm 2025 trước ngày 30/6/2026", [("before_date", date(2026, 6, 29))]),
        ("xây dựng dự toán năm 2027 trình kỳ họp cuối năm 2026", []),
        ("sơ kết công tác 6 tháng đầu năm, triển khai nhiệm vụ 6 tháng cuối năm 2026", []),
        ("triển khai vụ Hè Thu 2026", []),
        ("tổ chức vào dịp 30/4 và 01/5", []),
        ("Thi đua chào mừng kỷ niệm 2/9, tổng kết trước 30/9/2026.", [("before_date", date(2026, 9, 29))]),
        ("Hoàn thành trước Đại hội Đảng bộ (tháng 9/2026).", [("unread", None)]),
        ("hoàn thành trước 32/5/2026", [("unread", None)]),
        ("rà soát danh mục (trước 30/2/2026)", [("unread", None)]),
        ("Khi xảy ra cháy phải báo ngay trong vòng 30 phút.", [("unread", None)]),
    ],
)
def test_running_text(text, kinds):
    assert [(span.deadline.kind, span.deadline.due_on) for span in find(text, plan_date=SIGNED).deadlines] == kinds


def test_an_event_counted_in_minutes_is_not_on_request():
    assert combine(find("Khi xảy ra cháy phải báo ngay trong vòng 30 phút.", plan_date=SIGNED)).kind == "unread"
