"""Deadlines as real plans write them, and what each means for a plan signed on 5 January 2026."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr

from tasks.deadlines import FLAGS, Kind, combine, find, is_same_as_above, period_of, read, working_days_after

SIGNED = date(2026, 1, 5)


def reading(kind, **facts):
    """All eleven keys but the words, as JSON gives them."""
    empty = {"starts_on": None, "due_on": None, "due_at": None, "rrules": [], "hours": None, "days": None, "working_days": None}
    return {"kind": kind, **empty, "stages": [], "flags": [], **facts}


def told(words, **around):
    said = read(words, **{"plan_date": SIGNED, **around}).as_json()
    assert said.pop("words") == words
    return said


READINGS = {
    "Hoàn thành trong tháng 02/2026.": reading("by_end_of_month", due_on="2026-02-28"),
    "Hoàn thành trước tháng 6/2026.": reading("before_month", due_on="2026-05-31", flags=["strict_before"]),
    "Hoàn thành trước tháng 12/2027.": reading("before_month", due_on="2027-11-30", flags=["strict_before"]),
    "Hoàn thành trước 12/2026.": reading("before_month", due_on="2026-11-30", flags=["strict_before"]),
    "trình Thủ tướng Chính phủ xem xét quyết định trong tháng 3/2026.": reading("by_end_of_month", due_on="2026-03-31"),
    "Hoàn thành Khung chương trình trong tháng 6/2026.": reading("by_end_of_month", due_on="2026-06-30"),
    "Nhiệm vụ thường xuyên.": reading("ongoing"),
    "trong vòng 24 giờ nếu xảy ra sự cố": reading("within_hours_of_event", hours=24),
    "trong vòng 24 giờ nếu xảy ra … Nhiệm vụ thường xuyên.": reading("within_hours_of_event", hours=24),
    "hàng tháng (trước ngày 25 hằng tháng)": reading(
        "recurring_monthly", due_on="2026-01-24", rrules=["FREQ=MONTHLY;BYMONTHDAY=24"], flags=["strict_before"]
    ),
    "Theo Kế hoạch của Tỉnh": reading("relative_to_superior_plan"),
    "Tháng 11 hàng năm": reading("recurring_yearly", due_on="2026-11-30", rrules=["FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=30"]),
    "ngay sau khi được Trung ương công bố": reading("immediately_after_event"),
    "Chậm nhất ngày 15/6/2026": reading("by_date", due_on="2026-06-15"),
    "Quý III/2026": reading("by_end_of_quarter", due_on="2026-09-30"),
    "trong quý I năm 2020": reading("by_end_of_quarter", due_on="2020-03-31", flags=["past_at_signing"]),
    "6 tháng đầu năm": reading("half_year", due_on="2026-06-30", flags=["year_assumed"]),
    "2025 - 2026": reading("range", starts_on="2025-01-01", due_on="2026-12-31"),
    "2025 và những năm tiếp theo": reading("range", starts_on="2025-01-01"),
    "Hằng năm": reading("recurring_yearly", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]),
    "trước ngày 27 tháng 02 năm 2020": reading("before_date", due_on="2020-02-26", flags=["past_at_signing", "strict_before"]),
    "trước 20h00 ngày 25 tháng 5 năm 2026": reading("before_date", due_on="2026-05-25", due_at="20:00"),
    "trước 20h00 ngày 25/5": reading("before_date", due_on="2026-05-25", due_at="20:00", flags=["year_assumed"]),
    "định kỳ 6 tháng báo cáo kết quả trước ngày 15 tháng 6 và trước ngày 01 tháng 12": reading(
        "recurring_half_yearly",
        due_on="2026-06-14",
        rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=14", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=30"],
        flags=["strict_before"],
    ),
    "định kỳ (vào ngày 22 hàng tháng)": reading("recurring_monthly", due_on="2026-01-22", rrules=["FREQ=MONTHLY;BYMONTHDAY=22"]),
    "Sau 10 ngày kể từ ngày nhận được văn bản": reading("days_after_event", days=10),
    "trong vòng 05 ngày làm việc": reading("days_after_event", working_days=5),
    "trước 2030": reading("before_year", due_on="2029-12-31", flags=["strict_before"]),
    "Theo lộ trình": reading("unread"),
    "Khi có yêu cầu": reading("on_request"),
    "từ tháng 3 đến tháng 6/2026": reading("range", starts_on="2026-03-01", due_on="2026-06-30"),
    "từ quý I đến quý III năm 2026": reading("range", starts_on="2026-01-01", due_on="2026-09-30"),
    "Tháng 3-5/2026": reading("range", starts_on="2026-03-01", due_on="2026-05-31"),
    "từ nay đến hết năm 2026": reading("range", starts_on="2026-01-05", due_on="2026-12-31"),
    "2026-2030": reading("range", starts_on="2026-01-01", due_on="2030-12-31"),
    "đầu tháng 6": reading("range", starts_on="2026-06-01", due_on="2026-06-10", flags=["year_assumed", "approximate"]),
    "giữa tháng 6/2026": reading("range", starts_on="2026-06-11", due_on="2026-06-20", flags=["approximate"]),
    "cuối quý": reading("unread"),
    "cuối quý III": reading("by_end_of_quarter", due_on="2026-09-30", flags=["year_assumed"]),
    "trong tuần thứ hai của tháng 6/2026": reading("range", starts_on="2026-06-08", due_on="2026-06-14", flags=["approximate"]),
    "khoảng tháng 6/2026": reading("by_end_of_month", due_on="2026-06-30", flags=["approximate"]),
    "trước Tết Nguyên đán 2027": reading("before_date", due_on="2027-02-05", flags=["strict_before"]),
    "trước ngày bầu cử": reading("unread"),
    "trong 6 tháng đầu năm 2026": reading("half_year", due_on="2026-06-30"),
    "6 tháng cuối năm": reading("half_year", due_on="2026-12-31", flags=["year_assumed"]),
    "Quý II, III năm 2026": reading("range", starts_on="2026-04-01", due_on="2026-09-30"),
    "trong quý III": reading("by_end_of_quarter", due_on="2026-09-30", flags=["year_assumed"]),
    "hết quý III": reading("by_end_of_quarter", due_on="2026-09-30", flags=["year_assumed"]),
    "trước quý III/2026": reading("by_end_of_quarter", due_on="2026-06-30", flags=["strict_before"]),
    "trước năm 2030": reading("before_year", due_on="2029-12-31", flags=["strict_before"]),
    "đến năm 2030": reading("in_year", due_on="2030-12-31"),
    "hết năm 2026": reading("in_year", due_on="2026-12-31"),
    "đầu năm 2027": reading("range", starts_on="2027-01-01", due_on="2027-03-31", flags=["approximate"]),
    "hằng tuần": reading("recurring_weekly", due_on="2026-01-11", rrules=["FREQ=WEEKLY;BYDAY=SU"]),
    "thứ Sáu hằng tuần": reading("recurring_weekly", due_on="2026-01-09", rrules=["FREQ=WEEKLY;BYDAY=FR"]),
    "trước 16h00 thứ Sáu hằng tuần": reading("recurring_weekly", due_on="2026-01-09", due_at="16:00", rrules=["FREQ=WEEKLY;BYDAY=FR"]),
    "ngày 20 hằng tháng": reading("recurring_monthly", due_on="2026-01-20", rrules=["FREQ=MONTHLY;BYMONTHDAY=20"]),
    "trước ngày 25 hằng tháng": reading(
        "recurring_monthly", due_on="2026-01-24", rrules=["FREQ=MONTHLY;BYMONTHDAY=24"], flags=["strict_before"]
    ),
    "hằng quý": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "hằng quý (trước ngày 15 của tháng cuối quý)": reading(
        "recurring_quarterly", due_on="2026-03-14", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=14"], flags=["strict_before"]
    ),
    "trước ngày 05 tháng đầu quý sau": reading(
        "recurring_quarterly", due_on="2026-04-04", rrules=["FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=4"], flags=["strict_before"]
    ),
    "tháng cuối quý": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "6 tháng một lần": reading(
        "recurring_half_yearly", due_on="2026-06-30", rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]
    ),
    "2 lần/năm": reading(
        "recurring_half_yearly", due_on="2026-06-30", rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]
    ),
    "định kỳ 6 tháng, năm": reading(
        "recurring_half_yearly", due_on="2026-06-30", rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]
    ),
    "trước 30/11 hằng năm": reading(
        "recurring_yearly", due_on="2026-11-29", rrules=["FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=29"], flags=["strict_before"]
    ),
    "vào ngày 15/6 và 15/12 hằng năm": reading(
        "recurring_yearly", due_on="2026-06-15", rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=15", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15"]
    ),
    "định kỳ hằng quý, 6 tháng, năm": reading(
        "recurring_quarterly",
        due_on="2026-03-31",
        rrules=[
            "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
            "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31",
        ],
    ),
    "hằng quý đến 2030": reading(
        "recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1;UNTIL=20301231"]
    ),
    "Trong vòng 24h kể từ khi phát hiện sự cố": reading("within_hours_of_event", hours=24),
    "chậm nhất 15 ngày sau khi ban hành": reading("days_after_event", days=15),
    "ngay sau khi có văn bản": reading("immediately_after_event"),
    "đột xuất": reading("on_request"),
    "theo hướng dẫn của cấp trên": reading("relative_to_superior_plan"),
    "Theo quy định": reading("unread"),
    "Theo tiến độ": reading("unread"),
    "ba ngày kể từ ngày ký": reading("days_after_event", days=3),
    "trong mười ngày kể từ khi nhận": reading("days_after_event", days=10),
    "thang 4/2026": reading("by_end_of_month", due_on="2026-04-30"),
    "Thuong xuyen": reading("ongoing"),
    "hoan thanh truoc ngay 30/6/2026": reading("before_date", due_on="2026-06-29", flags=["strict_before"]),
    "tháng 4 / 2026": reading("by_end_of_month", due_on="2026-04-30"),
    "2/ 2026": reading("by_end_of_month", due_on="2026-02-28"),
    "30/6 /2026": reading("by_date", due_on="2026-06-30"),
    "l5/6/2026": reading("unread"),
    "31/4/2026": reading("unread"),
    "tháng 13": reading("unread"),
    "tháng 13/2026": reading("unread"),
    "trước 17 giờ 00 ngày 20/11/2026": reading("before_date", due_on="2026-11-20", due_at="17:00"),
    "14h30 ngày 15/6/2026": reading("by_date", due_on="2026-06-15", due_at="14:30"),
    "trước ngày 25/5": reading("before_date", due_on="2026-05-24", flags=["year_assumed", "strict_before"]),
    "15.6.2026": reading("by_date", due_on="2026-06-15"),
    "15-6-2026": reading("by_date", due_on="2026-06-15"),
    "ngày 15 tháng 6 năm 2026": reading("by_date", due_on="2026-06-15"),
    "15/6/26": reading("by_date", due_on="2026-06-15"),
    "tháng 6/26": reading("by_end_of_month", due_on="2026-06-30"),
    "trước 17 giờ 00 phút, ngày 20 tháng 11 năm 2026": reading("before_date", due_on="2026-11-20", due_at="17:00"),
    "17:00 ngày 15/6/2026": reading("by_date", due_on="2026-06-15", due_at="17:00"),
    "ngày 15/6/2026 (trước 17h00)": reading("by_date", due_on="2026-06-15", due_at="17:00"),
    "trước 24h00 ngày 15/6/2026": reading("before_date", due_on="2026-06-15", due_at="23:59"),
    "4 lần/năm": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "01 lần/quý": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "ít nhất 2 lần/năm": reading(
        "recurring_half_yearly", due_on="2026-06-30", rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]
    ),
    "mỗi quý một lần": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "mỗi năm 2 lần": reading(
        "recurring_half_yearly", due_on="2026-06-30", rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]
    ),
    "3 tháng/lần": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "06 tháng/lần": reading(
        "recurring_half_yearly", due_on="2026-06-30", rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]
    ),
    "1 năm/lần": reading("recurring_yearly", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]),
    "2 năm một lần": reading("unread"),
    "T6/2026": reading("by_end_of_month", due_on="2026-06-30"),
    "Q3/2026": reading("by_end_of_quarter", due_on="2026-09-30"),
    "QIII/2026": reading("by_end_of_quarter", due_on="2026-09-30"),
    "Quý 3/2026": reading("by_end_of_quarter", due_on="2026-09-30"),
    "trong T11": reading("by_end_of_month", due_on="2026-11-30", flags=["year_assumed"]),
    "31/12 hàng năm": reading("recurring_yearly", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]),
    "Trước 30/6": reading("before_date", due_on="2026-06-29", flags=["year_assumed", "strict_before"]),
    "xong trước 15/7/2026": reading("before_date", due_on="2026-07-14", flags=["strict_before"]),
    "Từ 01/6 đến 30/9/2026": reading("range", starts_on="2026-06-01", due_on="2026-09-30"),
    "Quý I-II/2026": reading("range", starts_on="2026-01-01", due_on="2026-06-30"),
    "2026": reading("in_year", due_on="2026-12-31"),
    "Năm 2026": reading("in_year", due_on="2026-12-31"),
    "năm học 2026-2027": reading("unread"),
    "Hàng tháng, quý, năm": reading(
        "recurring_monthly",
        due_on="2026-01-31",
        rrules=["FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"],
    ),
    "Hằng tháng, hằng quý, hằng năm": reading(
        "recurring_monthly",
        due_on="2026-01-31",
        rrules=["FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"],
    ),
    "Sau khi có hướng dẫn của cấp trên": reading("relative_to_superior_plan"),
    "30 ngày sau khi Kế hoạch được ban hành": reading("days_after_event", days=30),
    "Tháng 6, 7/2026": reading("range", starts_on="2026-06-01", due_on="2026-07-31"),
    "từ tháng 11 đến tháng 2": reading("unread"),
    "từ tháng 11 đến tháng 2/2027": reading("range", starts_on="2026-11-01", due_on="2027-02-28", flags=["year_assumed"]),
    "từ tháng 11/2025 đến tháng 2/2026": reading("range", starts_on="2025-11-01", due_on="2026-02-28"),
    "ngày 15 và 30 hằng tháng": reading(
        "recurring_monthly", due_on="2026-01-15", rrules=["FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"]
    ),
    "ngày 30 hằng tháng": reading("recurring_monthly", due_on="2026-01-30", rrules=["FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"]),
    "ngày cuối cùng hằng tháng": reading("recurring_monthly", due_on="2026-01-31", rrules=["FREQ=MONTHLY;BYMONTHDAY=-1"]),
    "cuối hằng tháng": reading("recurring_monthly", due_on="2026-01-31", rrules=["FREQ=MONTHLY;BYMONTHDAY=-1"]),
    "cuối mỗi quý": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "trước ngày 01 hằng tháng": reading(
        "recurring_monthly", due_on="2026-01-31", rrules=["FREQ=MONTHLY;BYMONTHDAY=-1"], flags=["strict_before"]
    ),
    "trước ngày 05 tháng sau": reading("unread"),
    "Hằng tháng, trước ngày 05 của tháng kế tiếp": reading(
        "recurring_monthly", due_on="2026-02-04", rrules=["FREQ=MONTHLY;BYMONTHDAY=4"], flags=["strict_before"]
    ),
    "Báo cáo hằng quý trước ngày 20 tháng cuối quý": reading(
        "recurring_quarterly", due_on="2026-03-19", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=19"], flags=["strict_before"]
    ),
    "Trước ngày 15/6 và ngày 15/12 hằng năm": reading(
        "recurring_yearly",
        due_on="2026-06-14",
        rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=14", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=14"],
        flags=["strict_before"],
    ),
    "Thường xuyên hằng năm": reading("recurring_yearly", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]),
    "Thường xuyên trong năm 2026": reading("ongoing"),
    "Thường xuyên từ năm 2026": reading("ongoing", starts_on="2026-01-01"),
    "Thường xuyên, liên tục": reading("ongoing"),
    "Năm 2026 và các năm tiếp theo": reading("range", starts_on="2026-01-01"),
    "Từ năm 2026 trở đi": reading("range", starts_on="2026-01-01"),
    "Hằng năm, từ năm 2026 đến năm 2030": reading(
        "recurring_yearly", starts_on="2026-01-01", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31;UNTIL=20301231"]
    ),
    "Giai đoạn 2026-2030": reading("range", starts_on="2026-01-01", due_on="2030-12-31"),
    "Giai đoạn 2026 - 2030, hằng năm": reading(
        "recurring_yearly", starts_on="2026-01-01", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31;UNTIL=20301231"]
    ),
    "Quý II/2026 (trước ngày 15/6/2026)": reading("before_date", due_on="2026-06-14", flags=["strict_before"]),
    "Tháng 6/2026 (trước ngày 15)": reading("before_date", due_on="2026-06-14", flags=["strict_before"]),
    "Năm 2026 (Quý II)": reading("by_end_of_quarter", due_on="2026-06-30"),
    "tháng 6 hoặc tháng 7/2026": reading("unread"),
    "Chậm nhất trước ngày 15/6/2026": reading("before_date", due_on="2026-06-14", flags=["strict_before"]),
    "trước hoặc trong ngày 15/6/2026": reading("by_date", due_on="2026-06-15"),
    "không quá ngày 30/6/2026": reading("by_date", due_on="2026-06-30"),
    "sớm hơn ngày 15/6/2026": reading("before_date", due_on="2026-06-14", flags=["strict_before"]),
    "không sớm hơn ngày 15/6/2026": reading("unread"),
    "Sau ngày 15/6/2026": reading("range", starts_on="2026-06-16"),
    "ngay sau ngày 15/6/2026": reading("immediately_after_event"),
    "Trong vòng 03 tháng kể từ ngày ban hành": reading("unread"),
    "trong 2 tuần kể từ khi nhận": reading("days_after_event", days=14),
    "trong vòng 10 ngày kể từ ngày 15/6/2026": reading("days_after_event", due_on="2026-06-25", days=10),
    "05 ngày làm việc kể từ ngày nhận được hồ sơ": reading("days_after_event", working_days=5),
    "trước 10 ngày so với ngày họp": reading("unread"),
    "5 ngày trước khi họp": reading("unread"),
    "24/7": reading("unread"),
    "24/24": reading("unread"),
    "24/24 giờ": reading("unread"),
    "Khẩn trương": reading("unread"),
    "Sớm": reading("unread"),
    "Tháng 6 năm sau": reading("unread"),
    "quý I năm sau": reading("unread"),
    "tháng tới": reading("unread"),
    "năm nay": reading("in_year", due_on="2026-12-31"),
    "Trong năm": reading("in_year", due_on="2026-12-31", flags=["year_assumed"]),
    "Cuối năm": reading("in_year", due_on="2026-12-31", flags=["year_assumed"]),
    "Cuối năm 2026": reading("in_year", due_on="2026-12-31"),
    "Cả năm": reading("in_year", due_on="2026-12-31", flags=["year_assumed"]),
    "Cả năm 2026": reading("in_year", due_on="2026-12-31"),
    "trước cuối năm 2026": reading("in_year", due_on="2026-12-31", flags=["approximate"]),
    "theo Kế hoạch số 125/KH-UBND ngày 15/3/2026 của UBND tỉnh": reading("relative_to_superior_plan"),
    "Theo Kế hoạch năm 2026": reading("unread"),
    "Theo Luật Đất đai năm 2024": reading("unread"),
    "Theo Kế hoạch của UBND phường": reading("unread"),
    "Theo tiến độ Đề án": reading("unread"),
    "Theo hướng dẫn của Bộ Nội vụ": reading("relative_to_superior_plan"),
    "Theo lộ trình đến năm 2030": reading("in_year", due_on="2030-12-31"),
    "Theo yêu cầu của Tỉnh ủy": reading("on_request"),
    "Khi có chỉ đạo của Trung ương": reading("relative_to_superior_plan"),
    "Ngày 15": reading("unread"),
    "Thứ Sáu": reading("unread"),
    "mùng 10 tháng 3": reading("unread"),
    "rằm tháng 7": reading("unread"),
    "tháng Giêng": reading("unread"),
    "15/5/2026 âm lịch": reading("unread"),
    "15/6/2O26": reading("unread"),
    "2O26": reading("unread"),
    "15/13/2026": reading("unread"),
    "0/6/2026": reading("unread"),
    "32/1/2026": reading("unread"),
    "29/2/2026": reading("unread"),
    "29/2/2028": reading("by_date", due_on="2028-02-29"),
    "30/2": reading("unread"),
    "15/6/1926": reading("unread"),
    "15/6/2126": reading("unread"),
    "tháng tư năm 2026": reading("by_end_of_month", due_on="2026-04-30"),
    "tháng mười hai năm 2026": reading("by_end_of_month", due_on="2026-12-31"),
    "quý một năm 2026": reading("by_end_of_quarter", due_on="2026-03-31"),
    "quý tư năm 2026": reading("by_end_of_quarter", due_on="2026-12-31"),
    "Nửa đầu năm 2026": reading("half_year", due_on="2026-06-30"),
    "01-15/6/2026": reading("range", starts_on="2026-06-01", due_on="2026-06-15"),
    "30/6-15/7/2026": reading("range", starts_on="2026-06-30", due_on="2026-07-15"),
    "từ ngày 10 đến ngày 15/6/2026": reading("range", starts_on="2026-06-10", due_on="2026-06-15"),
    "từ ngày 10 đến 15 tháng 6 năm 2026": reading("range", starts_on="2026-06-10", due_on="2026-06-15"),
    "ngày 10-15/6/2026": reading("range", starts_on="2026-06-10", due_on="2026-06-15"),
    "3-5/2026": reading("unread"),
    "tháng 6-2026": reading("by_end_of_month", due_on="2026-06-30"),
    "06/2026-09/2026": reading("range", starts_on="2026-06-01", due_on="2026-09-30"),
    "từ 6/2026 đến 9/2026": reading("range", starts_on="2026-06-01", due_on="2026-09-30"),
    "Chậm nhất là ngày 30 tháng 6 năm 2026": reading("by_date", due_on="2026-06-30"),
    "Muộn nhất ngày 31/12/2026": reading("by_date", due_on="2026-12-31"),
    "đến hết ngày 15/6/2026": reading("by_date", due_on="2026-06-15"),
    "Hết tháng 9/2026": reading("by_end_of_month", due_on="2026-09-30"),
    "Cuối tháng 9/2026": reading("by_end_of_month", due_on="2026-09-30"),
    "đến tháng 9/2026": reading("by_end_of_month", due_on="2026-09-30"),
    "tháng 9 năm 2026": reading("by_end_of_month", due_on="2026-09-30"),
    "Tháng 9, năm 2026": reading("by_end_of_month", due_on="2026-09-30"),
    "TRONG THÁNG 4/2026": reading("by_end_of_month", due_on="2026-04-30"),
    "Hạn cuối: 15/6/2026": reading("by_date", due_on="2026-06-15"),
    "Thời hạn hoàn thành: Quý IV/2026": reading("by_end_of_quarter", due_on="2026-12-31"),
    "Trong tháng 12": reading("by_end_of_month", due_on="2026-12-31", flags=["year_assumed"]),
    "Quý IV": reading("by_end_of_quarter", due_on="2026-12-31", flags=["year_assumed"]),
    "Quý 4 năm 2026": reading("by_end_of_quarter", due_on="2026-12-31"),
    "Quí I/2026": reading("by_end_of_quarter", due_on="2026-03-31"),
    "Trong Quý II và Quý III năm 2026": reading("range", starts_on="2026-04-01", due_on="2026-09-30"),
    "Quý III - IV/2026": reading("range", starts_on="2026-07-01", due_on="2026-12-31"),
    "Quý II/2026 - Quý I/2027": reading("range", starts_on="2026-04-01", due_on="2027-03-31"),
    "từ Quý II/2026 đến Quý I/2027": reading("range", starts_on="2026-04-01", due_on="2027-03-31"),
    "từ tháng 3/2026": reading("range", starts_on="2026-03-01"),
    "bắt đầu từ tháng 3/2026": reading("range", starts_on="2026-03-01"),
    "từ ngày 01/3/2026": reading("range", starts_on="2026-03-01"),
    "Trước quý II năm 2027": reading("by_end_of_quarter", due_on="2027-03-31", flags=["strict_before"]),
    "trước tháng 01/2027": reading("before_month", due_on="2026-12-31", flags=["strict_before"]),
    "trước ngày 01/01/2027": reading("before_date", due_on="2026-12-31", flags=["strict_before"]),
    "trước ngày 01/3/2028": reading("before_date", due_on="2028-02-29", flags=["strict_before"]),
    "Hằng năm (trước 15/12)": reading(
        "recurring_yearly", due_on="2026-12-14", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=14"], flags=["strict_before"]
    ),
    "Hằng năm, trước ngày 15 tháng 12": reading(
        "recurring_yearly", due_on="2026-12-14", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=14"], flags=["strict_before"]
    ),
    "Trước ngày 15 tháng 12 hằng năm": reading(
        "recurring_yearly", due_on="2026-12-14", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=14"], flags=["strict_before"]
    ),
    "Quý I hằng năm": reading("recurring_yearly", due_on="2026-03-31", rrules=["FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31"]),
    "Quý IV hàng năm": reading("recurring_yearly", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]),
    "tháng 2 hằng năm": reading("recurring_yearly", due_on="2026-02-28", rrules=["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"]),
    "Trước tháng 12 hằng năm": reading(
        "recurring_yearly", due_on="2026-11-30", rrules=["FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=30"], flags=["strict_before"]
    ),
    "29/2 hằng năm": reading("recurring_yearly", due_on="2026-02-28", rrules=["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"]),
    "Định kỳ hằng tháng": reading("recurring_monthly", due_on="2026-01-31", rrules=["FREQ=MONTHLY;BYMONTHDAY=-1"]),
    "Định kỳ hàng quý": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "Định kỳ 6 tháng": reading(
        "recurring_half_yearly", due_on="2026-06-30", rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]
    ),
    "Định kỳ hằng năm": reading("recurring_yearly", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]),
    "Định kỳ 3 tháng/lần": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "Định kỳ 01 lần/tháng": reading("recurring_monthly", due_on="2026-01-31", rrules=["FREQ=MONTHLY;BYMONTHDAY=-1"]),
    "Hàng tuần": reading("recurring_weekly", due_on="2026-01-11", rrules=["FREQ=WEEKLY;BYDAY=SU"]),
    "Thứ 6 hàng tuần": reading("recurring_weekly", due_on="2026-01-09", rrules=["FREQ=WEEKLY;BYDAY=FR"]),
    "Chủ nhật hằng tuần": reading("recurring_weekly", due_on="2026-01-11", rrules=["FREQ=WEEKLY;BYDAY=SU"]),
    "trước thứ Hai hằng tuần": reading("recurring_weekly", due_on="2026-01-11", rrules=["FREQ=WEEKLY;BYDAY=SU"], flags=["strict_before"]),
    "Chiều thứ Sáu hằng tuần": reading("recurring_weekly", due_on="2026-01-09", rrules=["FREQ=WEEKLY;BYDAY=FR"]),
    "ngày 25 mỗi tháng": reading("recurring_monthly", due_on="2026-01-25", rrules=["FREQ=MONTHLY;BYMONTHDAY=25"]),
    "vào ngày 22 hàng tháng": reading("recurring_monthly", due_on="2026-01-22", rrules=["FREQ=MONTHLY;BYMONTHDAY=22"]),
    "Ngày 15, 30 hằng tháng": reading(
        "recurring_monthly", due_on="2026-01-15", rrules=["FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"]
    ),
    "từ ngày 20 đến ngày 25 hằng tháng": reading("recurring_monthly", due_on="2026-01-25", rrules=["FREQ=MONTHLY;BYMONTHDAY=25"]),
    "Hằng quý, trước ngày 05 của tháng đầu quý sau": reading(
        "recurring_quarterly", due_on="2026-04-04", rrules=["FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=4"], flags=["strict_before"]
    ),
    "Hằng quý (ngày 20 tháng cuối quý)": reading(
        "recurring_quarterly", due_on="2026-03-20", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=20"]
    ),
    "trước ngày 20 của tháng cuối mỗi quý": reading(
        "recurring_quarterly", due_on="2026-03-19", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=19"], flags=["strict_before"]
    ),
    "2 lần/tháng": reading(
        "recurring_monthly", due_on="2026-01-15", rrules=["FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=MONTHLY;BYMONTHDAY=-1"], flags=["approximate"]
    ),
    "Hằng ngày": reading("ongoing"),
    "Liên tục": reading("ongoing"),
    "Thường xuyên, hằng ngày": reading("ongoing"),
    "Công việc thường xuyên": reading("ongoing"),
    "không thường xuyên": reading("unread"),
    "Trong 24 giờ": reading("within_hours_of_event", hours=24),
    "Không quá 24 giờ kể từ khi xảy ra sự cố": reading("within_hours_of_event", hours=24),
    "48 giờ sau khi phát hiện": reading("within_hours_of_event", hours=48),
    "chậm nhất sau 05 ngày làm việc kể từ ngày nhận được báo cáo": reading("days_after_event", working_days=5),
    "Trong thời hạn 07 ngày, kể từ ngày nhận đủ hồ sơ": reading("days_after_event", days=7),
    "Chậm nhất 03 ngày làm việc": reading("days_after_event", working_days=3),
    "trong vòng mười lăm ngày": reading("days_after_event", days=15),
    "trong vòng 1 tuần": reading("days_after_event", days=7),
    "5 ngày làm việc": reading("unread"),
    "10 ngày": reading("unread"),
    "3 tháng": reading("unread"),
    "trong 3 tháng": reading("unread"),
    "2 năm": reading("unread"),
    "ngay khi có yêu cầu": reading("immediately_after_event"),
    "Ngay sau khi Nghị quyết được ban hành": reading("immediately_after_event"),
    "Ngay sau hội nghị": reading("immediately_after_event"),
    "Khi cần": reading("on_request"),
    "Khi có phát sinh": reading("on_request"),
    "Theo yêu cầu công việc": reading("on_request"),
    "Theo chỉ đạo của Ban Chỉ đạo tỉnh": reading("relative_to_superior_plan"),
    "Theo lộ trình của Trung ương": reading("relative_to_superior_plan"),
    "Theo tiến độ của Bộ Công an": reading("relative_to_superior_plan"),
    "Theo Kế hoạch của Thành phố": reading("relative_to_superior_plan"),
    "Theo KH của tỉnh": reading("relative_to_superior_plan"),
    "Theo Kế hoạch của cấp có thẩm quyền": reading("relative_to_superior_plan"),
    "Theo kế hoạch": reading("unread"),
    "Theo tình hình thực tế": reading("unread"),
    "Theo hướng dẫn": reading("unread"),
    "Không thời hạn": reading("unread"),
    "Chưa xác định": reading("unread"),
    "Đang thực hiện": reading("unread"),
    "x": reading("unread"),
    "-": reading("none"),
    "…": reading("none"),
    "Năm 2025": reading("in_year", due_on="2025-12-31", flags=["past_at_signing"]),
    "30/12/2025": reading("by_date", due_on="2025-12-30", flags=["past_at_signing"]),
    "Trước 31/12/2025": reading("before_date", due_on="2025-12-30", flags=["past_at_signing", "strict_before"]),
    "ngày 04/01": reading("unread"),
    "tháng 1": reading("by_end_of_month", due_on="2026-01-31", flags=["year_assumed"]),
    "trước tháng 1": reading("unread"),
    "trước tháng 01/2026": reading("before_month", due_on="2025-12-31", flags=["past_at_signing", "strict_before"]),
    "ngày 05/01/2026": reading("by_date", due_on="2026-01-05"),
    "Trước mắt": reading("unread"),
    "Trước hết": reading("unread"),
    "Từ nay đến 30/6/2026": reading("range", starts_on="2026-01-05", due_on="2026-06-30"),
    "Từ nay đến cuối năm": reading("range", starts_on="2026-01-05", due_on="2026-12-31", flags=["year_assumed"]),
    "Từ nay đến hết tháng 6": reading("range", starts_on="2026-01-05", due_on="2026-06-30", flags=["year_assumed"]),
    "đến cuối năm 2026": reading("in_year", due_on="2026-12-31"),
    "đến giữa năm 2026": reading("unread"),
    "giữa quý II/2026": reading("range", starts_on="2026-05-01", due_on="2026-05-31", flags=["approximate"]),
    "đầu quý II/2026": reading("range", starts_on="2026-04-01", due_on="2026-04-30", flags=["approximate"]),
    "tuần 3 tháng 6/2026": reading("range", starts_on="2026-06-15", due_on="2026-06-21", flags=["approximate"]),
    "tuần cuối tháng 6/2026": reading("range", starts_on="2026-06-24", due_on="2026-06-30", flags=["approximate"]),
    "dự kiến tháng 6/2026": reading("by_end_of_month", due_on="2026-06-30", flags=["approximate"]),
    "khoảng ngày 15/6/2026": reading("by_date", due_on="2026-06-15", flags=["approximate"]),
    "trong khoảng tháng 5/2026": reading("by_end_of_month", due_on="2026-05-31", flags=["approximate"]),
    "Phấn đấu hoàn thành trước năm 2028": reading("before_year", due_on="2027-12-31", flags=["strict_before"]),
    "2026, 2027": reading("range", starts_on="2026-01-01", due_on="2027-12-31"),
    "Năm 2026 - 2027": reading("range", starts_on="2026-01-01", due_on="2027-12-31"),
    "năm 2026 và năm 2027": reading("range", starts_on="2026-01-01", due_on="2027-12-31"),
    "từ năm 2026 đến năm 2030": reading("range", starts_on="2026-01-01", due_on="2030-12-31"),
    "từ 2026 đến 2030": reading("range", starts_on="2026-01-01", due_on="2030-12-31"),
    "Sau năm 2030": reading("range", starts_on="2031-01-01"),
    "Sau quý II/2026": reading("range", starts_on="2026-07-01"),
    "đến năm 2030, tầm nhìn 2045": reading("in_year", due_on="2030-12-31"),
    "Đến năm 2030, tầm nhìn đến năm 2045": reading("in_year", due_on="2030-12-31"),
    "Thường xuyên (24/7)": reading("ongoing"),
    "Cấp độ 3 trước 30/6/2026": reading("before_date", due_on="2026-06-29", flags=["strict_before"]),
    "Giai đoạn 1 trước 30/6/2026": reading("before_date", due_on="2026-06-29", flags=["strict_before"]),
    "Đạt 2/3 chỉ tiêu trước 30/6/2026": reading("before_date", due_on="2026-06-29", flags=["strict_before"]),
    "Hoàn thành 10.000 hồ sơ trong tháng 6/2026": reading("by_end_of_month", due_on="2026-06-30"),
    "Hoàn thành 100% trong quý II/2026": reading("by_end_of_quarter", due_on="2026-06-30"),
    "Hoàn thành việc cấp 1.000.000 tài khoản trước 30/6/2026": reading("before_date", due_on="2026-06-29", flags=["strict_before"]),
    "Kế hoạch số 57-KH/TU trước ngày 15/6/2026": reading("before_date", due_on="2026-06-14", flags=["strict_before"]),
    "thực hiện Nghị quyết 57-NQ/TW ngày 22/12/2024, hoàn thành trong tháng 6/2026": reading("by_end_of_month", due_on="2026-06-30"),
    "15/6/2026/7": reading("unread"),
    "20226": reading("unread"),
    "tháng 4/2126": reading("unread"),
    "tháng 4/3": reading("unread"),
    "tháng 40/2026": reading("unread"),
    "quý V/2026": reading("unread"),
    "quý 5": reading("unread"),
    "ngày 32": reading("unread"),
    "25h00 ngày 15/6/2026": reading("unread"),
    "20h75 ngày 15/6/2026": reading("unread"),
    "１５／６／２０２６": reading("by_date", due_on="2026-06-15"),
    "Hoan thanh trong quy III/2026": reading("by_end_of_quarter", due_on="2026-09-30"),
    "nam 2026": reading("in_year", due_on="2026-12-31"),
    "Viet Nam 2030": reading("unread"),
    "Việt Nam 2030": reading("unread"),
    "tu thang 3 den thang 6/2026": reading("range", starts_on="2026-03-01", due_on="2026-06-30"),
    "sau thang dau nam 2026": reading("half_year", due_on="2026-06-30"),
    "sáu tháng cuối năm 2026": reading("half_year", due_on="2026-12-31"),
    "hang quy": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "dinh ky hang thang truoc ngay 25": reading(
        "recurring_monthly", due_on="2026-01-24", rrules=["FREQ=MONTHLY;BYMONTHDAY=24"], flags=["strict_before"]
    ),
    "Tháng 4 - 6/2026": reading("range", starts_on="2026-04-01", due_on="2026-06-30"),
    "Tháng 4 đến 6/2026": reading("range", starts_on="2026-04-01", due_on="2026-06-30"),
    "T4-T6/2026": reading("range", starts_on="2026-04-01", due_on="2026-06-30"),
    "Q1-Q2/2026": reading("range", starts_on="2026-01-01", due_on="2026-06-30"),
    "Q1/2026-Q2/2026": reading("range", starts_on="2026-01-01", due_on="2026-06-30"),
    "Tháng 10/2026 - 3/2027": reading("range", starts_on="2026-10-01", due_on="2027-03-31"),
    "ngày 15, tháng 6, năm 2026": reading("by_date", due_on="2026-06-15"),
    "Năm 2026 hoặc năm 2027": reading("unread"),
    "Sau khi Luật có hiệu lực": reading("unread"),
    "Sau khi có Nghị quyết của Quốc hội": reading("relative_to_superior_plan"),
    "trong ngày": reading("unread"),
    "trong tuần": reading("unread"),
    "trong tháng": reading("unread"),
    "trong quý": reading("unread"),
    "Tết Nguyên đán": reading("unread"),
    "trước Tết Nguyên đán": reading("unread"),
    "sau Tết Nguyên đán 2027": reading("unread"),
    "30/6/2026 và các năm tiếp theo": reading("by_date", due_on="2026-06-30"),
    "Hoàn thành trước ngày 30 tháng 6 hằng năm, bắt đầu từ năm 2027": reading(
        "recurring_yearly",
        starts_on="2027-01-01",
        due_on="2027-06-29",
        rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=29"],
        flags=["strict_before"],
    ),
    "Định kỳ hằng năm đến năm 2030": reading(
        "recurring_yearly", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31;UNTIL=20301231"]
    ),
    "Trước 17h ngày thứ Sáu, 15/5/2026": reading("before_date", due_on="2026-05-15", due_at="17:00"),
    "Thứ Sáu, ngày 15/5/2026": reading("by_date", due_on="2026-05-15"),
    "sáng ngày 15/6/2026": reading("by_date", due_on="2026-06-15"),
    "Ngày 15/6/2026 lúc 8h00": reading("by_date", due_on="2026-06-15", due_at="08:00"),
    "Hoàn thành chậm nhất trong tháng 6/2026": reading("by_end_of_month", due_on="2026-06-30"),
    "Hoàn thành chậm nhất trong quý II năm 2026": reading("by_end_of_quarter", due_on="2026-06-30"),
    "chậm nhất cuối tháng 6/2026": reading("by_end_of_month", due_on="2026-06-30"),
    "chậm nhất đến 30/6/2026": reading("by_date", due_on="2026-06-30"),
    "Trước và sau Tết": reading("unread"),
    "Hoàn thành trước kỳ họp thứ 10": reading("unread"),
    "Trước Đại hội Đảng bộ": reading("unread"),
    "Theo thời gian quy định": reading("unread"),
    "Theo thời gian của Trung ương": reading("relative_to_superior_plan"),
    "Theo Kế hoạch của Trung ương và của Tỉnh": reading("relative_to_superior_plan"),
    "Theo tiến độ chung của tỉnh": reading("relative_to_superior_plan"),
    "Theo tiến độ của dự án": reading("unread"),
    "Theo Chương trình công tác năm 2026": reading("unread"),
    "Theo chương trình công tác năm 2026 của Tỉnh ủy": reading("relative_to_superior_plan"),
    "Theo hướng dẫn của Sở Khoa học và Công nghệ": reading("relative_to_superior_plan"),
    "Theo số liệu tháng 4/2026": reading("unread"),
    "Theo lộ trình của đề án đến năm 2030": reading("in_year", due_on="2030-12-31"),
    "Trong vòng 30 ngày sau khi có hướng dẫn của Trung ương": reading("days_after_event", days=30),
    "Quý II, quý III, quý IV/2026": reading("range", starts_on="2026-04-01", due_on="2026-12-31"),
    "Các quý trong năm 2026": reading("in_year", due_on="2026-12-31"),
    "Hằng quý trong năm 2026": reading(
        "recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1;UNTIL=20261231"]
    ),
    "Hằng tháng trong năm 2026": reading("recurring_monthly", due_on="2026-01-31", rrules=["FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20261231"]),
    "Hằng tháng, từ tháng 3/2026": reading(
        "recurring_monthly", starts_on="2026-03-01", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTHDAY=-1"]
    ),
    "Hằng tháng từ tháng 3 đến tháng 12/2026": reading(
        "recurring_monthly", starts_on="2026-03-01", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20261231"]
    ),
    "Hằng tháng, năm 2026": reading("recurring_monthly", due_on="2026-01-31", rrules=["FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20261231"]),
    "12 tháng": reading("unread"),
    "12/12": reading("by_date", due_on="2026-12-12", flags=["year_assumed"]),
    "Tháng 5, 6": reading("range", starts_on="2026-05-01", due_on="2026-06-30", flags=["year_assumed"]),
    "tháng 5+6/2026": reading("range", starts_on="2026-05-01", due_on="2026-06-30"),
    "Tháng 5 & 6/2026": reading("range", starts_on="2026-05-01", due_on="2026-06-30"),
    "Tháng 5/2026 - Tháng 6/2026": reading("range", starts_on="2026-05-01", due_on="2026-06-30"),
    "5/2026-6/2026": reading("range", starts_on="2026-05-01", due_on="2026-06-30"),
    "05/2026": reading("by_end_of_month", due_on="2026-05-31"),
    "5.2026": reading("by_end_of_month", due_on="2026-05-31"),
    "tháng 5.2026": reading("by_end_of_month", due_on="2026-05-31"),
    "tháng 05 năm 2026.": reading("by_end_of_month", due_on="2026-05-31"),
    "15/05": reading("by_date", due_on="2026-05-15", flags=["year_assumed"]),
    "15-5": reading("unread"),
    "ngày 15-5": reading("by_date", due_on="2026-05-15", flags=["year_assumed"]),
    "15 tháng 5": reading("by_date", due_on="2026-05-15", flags=["year_assumed"]),
    "15 tháng 5 năm 2026": reading("by_date", due_on="2026-05-15"),
    "Trước 15 tháng 5": reading("before_date", due_on="2026-05-14", flags=["year_assumed", "strict_before"]),
    "Ngày 15 tháng 5/2026": reading("by_date", due_on="2026-05-15"),
    "ngày 15 - 5 - 2026": reading("by_date", due_on="2026-05-15"),
    "ngày 15 / 05 / 2026": reading("by_date", due_on="2026-05-15"),
    "ngày15/5/2026": reading("by_date", due_on="2026-05-15"),
    "tháng5/2026": reading("by_end_of_month", due_on="2026-05-31"),
    "đến15/5/2026": reading("by_date", due_on="2026-05-15"),
    "Hoàn thành:15/5/2026": reading("by_date", due_on="2026-05-15"),
    "2026.": reading("in_year", due_on="2026-12-31"),
    "Năm 2026-2030": reading("range", starts_on="2026-01-01", due_on="2030-12-31"),
    "giai đoạn 2026 – 2028": reading("range", starts_on="2026-01-01", due_on="2028-12-31"),
    "2026 đến 2028": reading("range", starts_on="2026-01-01", due_on="2028-12-31"),
    "Từ 2026": reading("range", starts_on="2026-01-01"),
    "từ 2026-2028": reading("range", starts_on="2026-01-01", due_on="2028-12-31"),
    "2026 và 2027": reading("range", starts_on="2026-01-01", due_on="2027-12-31"),
    "Năm 2026 và những năm tiếp theo": reading("range", starts_on="2026-01-01"),
    "Tối thiểu 01 lần/năm": reading("recurring_yearly", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]),
    "Ít nhất 1 quý/lần": reading("recurring_quarterly", due_on="2026-03-31", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]),
    "01 tháng/01 lần": reading("recurring_monthly", due_on="2026-01-31", rrules=["FREQ=MONTHLY;BYMONTHDAY=-1"]),
    "hai lần một năm": reading(
        "recurring_half_yearly", due_on="2026-06-30", rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]
    ),
    "mỗi tháng 2 lần": reading(
        "recurring_monthly", due_on="2026-01-15", rrules=["FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=MONTHLY;BYMONTHDAY=-1"], flags=["approximate"]
    ),
    "3 lần/năm": reading("unread"),
    "Hằng năm vào dịp 10/10": reading("recurring_yearly", due_on="2026-10-10", rrules=["FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=10"]),
    "Ngày 10/10 hằng năm": reading("recurring_yearly", due_on="2026-10-10", rrules=["FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=10"]),
    "Ngày Chuyển đổi số quốc gia 10/10": reading("by_date", due_on="2026-10-10", flags=["year_assumed"]),
    "Trước ngày 10 tháng đầu tiên của quý tiếp theo": reading(
        "recurring_quarterly", due_on="2026-01-09", rrules=["FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=9"], flags=["strict_before"]
    ),
    "Trước ngày 10 hằng quý": reading(
        "recurring_quarterly",
        due_on="2026-03-09",
        rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=9"],
        flags=["approximate", "strict_before"],
    ),
    "Ngày 05 của tháng đầu quý": reading("recurring_quarterly", due_on="2026-04-05", rrules=["FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=5"]),
    "trước ngày 25 tháng cuối của quý": reading(
        "recurring_quarterly", due_on="2026-03-24", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=24"], flags=["strict_before"]
    ),
    "Trước ngày 20 của tháng báo cáo": reading("unread"),
    "Ngày 15 tháng 3, 6, 9, 12 hằng năm": reading(
        "recurring_yearly",
        due_on="2026-03-15",
        rrules=[
            "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15",
            "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=15",
            "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=15",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15",
        ],
    ),
    "Báo cáo tháng trước ngày 20": reading("unread"),
    "Hằng năm, hoàn thành trước Quý IV": reading(
        "recurring_yearly", due_on="2026-09-30", rrules=["FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=30"], flags=["strict_before"]
    ),
    "Hoàn thành trong Quý I hằng năm": reading("recurring_yearly", due_on="2026-03-31", rrules=["FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31"]),
    "Tháng 1 và tháng 7 hằng năm": reading(
        "recurring_yearly", due_on="2026-01-31", rrules=["FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31", "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=31"]
    ),
    "Tháng 6, tháng 12 hằng năm": reading(
        "recurring_yearly", due_on="2026-06-30", rrules=["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]
    ),
    "ngày làm việc cuối cùng của tháng": reading("unread"),
    "trong giờ hành chính": reading("unread"),
    "24 giờ": reading("unread"),
    "24h": reading("unread"),
    "72 giờ kể từ khi phát hiện": reading("within_hours_of_event", hours=72),
    "trong 30 phút": reading("unread"),
    "không quá 3 ngày làm việc kể từ ngày tiếp nhận": reading("days_after_event", working_days=3),
    "trong thời hạn 15 ngày làm việc, kể từ ngày 01/6/2026": reading("days_after_event", due_on="2026-06-22", working_days=15),
    "sau 45 ngày": reading("days_after_event", days=45),
    "45 ngày": reading("unread"),
    "trong 45 ngày": reading("days_after_event", days=45),
    "Trước ngày Kế hoạch được ban hành 10 ngày": reading("unread"),
    "Hoàn thành ngay trong tháng 3/2026": reading("by_end_of_month", due_on="2026-03-31"),
    "Ngay trong năm 2026": reading("in_year", due_on="2026-12-31"),
    "ngay từ đầu năm 2026": reading("range", starts_on="2026-01-01", flags=["approximate"]),
    "ngay": reading("unread"),
    "Có hiệu lực từ ngày 01/7/2026": reading("range", starts_on="2026-07-01"),
    "kể từ ngày 01/7/2026": reading("range", starts_on="2026-07-01"),
    "từ khi có hiệu lực": reading("unread"),
    "Quý III năm nay": reading("by_end_of_quarter", due_on="2026-09-30"),
    "tháng 6 năm nay": reading("by_end_of_month", due_on="2026-06-30"),
    "Cuối quý II": reading("by_end_of_quarter", due_on="2026-06-30", flags=["year_assumed"]),
    "đầu quý II đến cuối quý III/2026": reading("range", starts_on="2026-04-01", due_on="2026-09-30"),
    "Chậm nhất 6 tháng kể từ ngày Luật có hiệu lực": reading("unread"),
    "6 tháng": reading("unread"),
    "9 tháng đầu năm 2026": reading("by_end_of_month", due_on="2026-09-30"),
    "3 tháng cuối năm 2026": reading("by_end_of_month", due_on="2026-12-31"),
    "2 quý đầu năm 2026": reading("half_year", due_on="2026-06-30"),
    "Trước ngày 30 tháng 02 năm 2026": reading("unread"),
    "Ngày 30 tháng 6 năm 20266": reading("unread"),
    "30/06/2O26": reading("unread"),
    "3O/06/2026": reading("unread"),
    "30/O6/2026": reading("unread"),
    "30//6/2026": reading("unread"),
    "30/6/ 2026": reading("by_date", due_on="2026-06-30"),
    "30 /6/2026": reading("by_date", due_on="2026-06-30"),
    "30,6,2026": reading("unread"),
    "30\\6\\2026": reading("unread"),
    "2026-06-30": reading("by_date", due_on="2026-06-30"),
    "2026/06/30": reading("by_date", due_on="2026-06-30"),
    "June 30, 2026": reading("unread"),
    "30 Jun 2026": reading("unread"),
    "Q.III/2026": reading("by_end_of_quarter", due_on="2026-09-30"),
    "Q III/2026": reading("unread"),
    "QUÝ III/2026": reading("by_end_of_quarter", due_on="2026-09-30"),
    "Quý 03/2026": reading("by_end_of_quarter", due_on="2026-09-30"),
    "Quý lll/2026": reading("by_end_of_quarter", due_on="2026-09-30"),
    "Quy định tại Điều 5": reading("unread"),
    "Trọng tâm năm 2026": reading("in_year", due_on="2026-12-31"),
    "Tháng cao điểm": reading("unread"),
    "tháng hành động 5/2026": reading("by_end_of_month", due_on="2026-05-31"),
    "Tuần lễ từ 10-15/6/2026": reading("range", starts_on="2026-06-10", due_on="2026-06-15"),
    "nhiệm kỳ 2025 - 2030": reading("unread"),
    "Năm học 2026": reading("unread"),
    "Hoàn thành nhiệm kỳ": reading("unread"),
    "Vô thời hạn": reading("unread"),
    "Không quy định": reading("unread"),
    "Bất cứ lúc nào": reading("unread"),
    "Từ tháng 01 đến tháng 12 hằng năm": reading("recurring_yearly", due_on="2026-12-31", rrules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"]),
    "Từ 15/6 đến 15/9 hằng năm": reading("recurring_yearly", due_on="2026-09-15", rrules=["FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=15"]),
    "Từ Quý I/2026 đến hết năm 2026": reading("range", starts_on="2026-01-01", due_on="2026-12-31"),
    "Bắt đầu từ Quý II/2026": reading("range", starts_on="2026-04-01"),
    "Thực hiện từ ngày 01/7/2026 đến hết ngày 31/12/2026": reading("range", starts_on="2026-07-01", due_on="2026-12-31"),
    "Trong thời gian từ 01/6/2026 - 30/6/2026": reading("range", starts_on="2026-06-01", due_on="2026-06-30"),
    "Thời gian thực hiện: 2026 - 2028": reading("range", starts_on="2026-01-01", due_on="2028-12-31"),
    "Thời gian: Quý II năm 2026": reading("by_end_of_quarter", due_on="2026-06-30"),
    "Tiến độ: tháng 5/2026": reading("by_end_of_month", due_on="2026-05-31"),
    "Hoàn thành: Tháng 12 năm 2026": reading("by_end_of_month", due_on="2026-12-31"),
    "Báo cáo trước ngày 15/12/2026 để tổng hợp báo cáo năm 2026": reading("before_date", due_on="2026-12-14", flags=["strict_before"]),
    "Quý III hằng năm": reading("recurring_yearly", due_on="2026-09-30", rrules=["FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=30"]),
    "Đến hết quý I/2027": reading("by_end_of_quarter", due_on="2027-03-31"),
    "Trong hai năm 2026, 2027": reading("range", starts_on="2026-01-01", due_on="2027-12-31"),
    "02 năm (2026-2027)": reading("range", starts_on="2026-01-01", due_on="2027-12-31"),
    "Trước khi kết thúc năm 2026": reading("unread"),
    "Kết thúc năm học 2025-2026": reading("unread"),
    "Tháng 9/2026 (sau khai giảng)": reading("by_end_of_month", due_on="2026-09-30"),
    "Trước khai giảng năm học mới": reading("unread"),
    "Trước mùa mưa bão năm 2026": reading("unread"),
    "Mùa mưa bão 2026": reading("unread"),
    "Kỷ niệm 135 năm Ngày sinh (19/5/1890 - 19/5/2025)": reading("unread"),
    "Chào mừng Đại hội XIV": reading("unread"),
    "Theo Nghị quyết số 71/NQ-CP ngày 01/4/2025 của Chính phủ": reading("relative_to_superior_plan"),
    "Theo thời hạn tại Quyết định 06/QĐ-TTg": reading("relative_to_superior_plan"),
    "Khi có hướng dẫn": reading("unread"),
    "Sau khi Quốc hội thông qua Luật": reading("unread"),
    "Sau 05 ngày làm việc kể từ khi Tỉnh ban hành Kế hoạch": reading("days_after_event", working_days=5),
    "Chậm nhất 10 ngày kể từ ngày ban hành Kế hoạch này": reading("days_after_event", days=10),
    "Trước 30.6": reading("unread"),
    "trước ngày 30.6": reading("before_date", due_on="2026-06-29", flags=["year_assumed", "strict_before"]),
    "trước 30-6-2026": reading("before_date", due_on="2026-06-29", flags=["strict_before"]),
    "đến 30 tháng 6": reading("by_date", due_on="2026-06-30", flags=["year_assumed"]),
    "đến cuối tháng 6": reading("by_end_of_month", due_on="2026-06-30", flags=["year_assumed"]),
    "đến ngày cuối cùng của tháng 6/2026": reading("by_end_of_month", due_on="2026-06-30"),
    "Nửa cuối tháng 6/2026": reading("by_end_of_month", due_on="2026-06-30"),
    "nửa đầu tháng 6/2026": reading("unread"),
    "Trung tuần tháng 6/2026": reading("range", starts_on="2026-06-11", due_on="2026-06-20", flags=["approximate"]),
    "thượng tuần tháng 6": reading("range", starts_on="2026-06-01", due_on="2026-06-10", flags=["year_assumed", "approximate"]),
    "Giữa năm 2026": reading("unread"),
    "Những tháng đầu năm 2026": reading("unread"),
    "những tháng cuối năm 2026": reading("in_year", due_on="2026-12-31"),
    "Các tháng trong năm": reading("in_year", due_on="2026-12-31", flags=["year_assumed"]),
    "Tháng 6 (dự kiến)": reading("by_end_of_month", due_on="2026-06-30", flags=["year_assumed"]),
    "Dự kiến quý III/2026": reading("by_end_of_quarter", due_on="2026-09-30", flags=["approximate"]),
    "Khoảng từ tháng 6 đến tháng 8/2026": reading("range", starts_on="2026-06-01", due_on="2026-08-31", flags=["approximate"]),
    "Không muộn hơn quý II/2026": reading("by_end_of_quarter", due_on="2026-06-30"),
    "Hết 6 tháng đầu năm 2026": reading("half_year", due_on="2026-06-30"),
    "trước 6 tháng cuối năm 2026": reading("unread"),
    "Trước ngày 15 của tháng đầu quý tiếp theo": reading(
        "recurring_quarterly", due_on="2026-01-14", rrules=["FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=14"], flags=["strict_before"]
    ),
    "Chậm nhất vào ngày 25 của tháng cuối cùng trong quý": reading(
        "recurring_quarterly", due_on="2026-03-25", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=25"]
    ),
    "ngày 14 của tháng cuối quý": reading(
        "recurring_quarterly", due_on="2026-03-14", rrules=["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=14"]
    ),
    "Thứ Hai tuần đầu tiên hằng tháng": reading("unread"),
    "Trước 15h00 thứ Năm hằng tuần": reading("recurring_weekly", due_on="2026-01-08", due_at="15:00", rrules=["FREQ=WEEKLY;BYDAY=TH"]),
    "trước 15 giờ hằng ngày": reading("ongoing"),
    "Trước 9h sáng thứ Hai": reading("unread"),
    "Trước kỳ họp cuối năm 2026": reading("unread"),
    "trước ngày bầu cử năm 2026": reading("unread"),
}


@pytest.mark.parametrize("words", READINGS)
def test_a_wording_is_read(words):
    assert told(words) == READINGS[words]


STAGED = {
    "Triển khai trong năm 2026 và hoàn thành trong tháng 3/2027.": [
        ("Triển khai", "in_year", "2026-12-31"),
        ("hoàn thành", "by_end_of_month", "2027-03-31"),
    ],
    "Phê duyệt xong hệ thống quan trọng (cấp độ 3 trở lên) trong tháng 4/2026; hệ thống còn lại hoàn thành trong tháng 6/2026.": [
        ("Phê duyệt xong hệ thống quan trọng (cấp độ 3 trở lên)", "by_end_of_month", "2026-04-30"),
        ("hệ thống còn lại hoàn thành", "by_end_of_month", "2026-06-30"),
    ],
    "Báo cáo quý trước ngày 20 tháng cuối quý; báo cáo năm trước ngày 20/12": [
        ("Báo cáo quý", "recurring_quarterly", "2026-03-19"),
        ("báo cáo năm", "before_date", "2026-12-19"),
    ],
    "trước ngày 15 các tháng 3, 9": [(None, "before_date", "2026-03-14"), (None, "before_date", "2026-09-14")],
    "- Xây dựng: tháng 4/2026\n- Vận hành: tháng 9/2026": [
        ("Xây dựng", "by_end_of_month", "2026-04-30"),
        ("Vận hành", "by_end_of_month", "2026-09-30"),
    ],
    "Quý II/2026, duy trì thường xuyên các năm sau": [(None, "by_end_of_quarter", "2026-06-30"), ("duy trì các năm sau", "ongoing", None)],
    "Sau khi có hướng dẫn của Trung ương, chậm nhất 30/9/2026": [
        (None, "relative_to_superior_plan", None),
        (None, "by_date", "2026-09-30"),
    ],
    "Theo Kế hoạch của Tỉnh Thường xuyên": [(None, "relative_to_superior_plan", None), (None, "ongoing", None)],
    "Theo Kế hoạch của Tỉnh\nThường xuyên": [(None, "relative_to_superior_plan", None), (None, "ongoing", None)],
    "Khởi động quý IV/2026; hoàn thành quý II/2027; cập nhật hằng quý đến 2030": [
        ("Khởi động", "by_end_of_quarter", "2026-12-31"),
        ("hoàn thành", "by_end_of_quarter", "2027-06-30"),
        ("cập nhật", "recurring_quarterly", "2026-03-31"),
    ],
    "Tháng 6 và tháng 12": [(None, "by_end_of_month", "2026-06-30"), (None, "by_end_of_month", "2026-12-31")],
    "Tháng 3, 9/2026": [(None, "by_end_of_month", "2026-03-31"), (None, "by_end_of_month", "2026-09-30")],
    "Thường xuyên; báo cáo hằng quý": [(None, "ongoing", None), ("báo cáo", "recurring_quarterly", "2026-03-31")],
    "Thường xuyên và đột xuất": [(None, "ongoing", None), (None, "on_request", None)],
    "Trước ngày 20/6 (báo cáo 6 tháng) và trước ngày 20/12 (báo cáo năm)": [
        ("(báo cáo 6 tháng)", "before_date", "2026-06-19"),
        ("(báo cáo năm)", "before_date", "2026-12-19"),
    ],
    "15/6 và 15/12/2027": [(None, "by_date", "2027-06-15"), (None, "by_date", "2027-12-15")],
    "Khảo sát xong trước 31/4/2026; tổng kết tháng 6/2026": [
        ("Khảo sát xong", "unread", None),
        ("tổng kết", "by_end_of_month", "2026-06-30"),
    ],
    "Báo cáo hằng tháng trước ngày 20, hằng quý trước ngày 20 của tháng cuối quý, năm trước ngày 15/12": [
        ("Báo cáo", "recurring_monthly", "2026-01-19"),
        (None, "recurring_quarterly", "2026-03-19"),
        (None, "recurring_yearly", "2026-12-14"),
    ],
    "Theo Kế hoạch của Tỉnh, hoàn thành trong tháng 6/2026": [
        (None, "relative_to_superior_plan", None),
        ("hoàn thành", "by_end_of_month", "2026-06-30"),
    ],
}


@pytest.mark.parametrize("words", STAGED)
def test_several_deadlines_in_one_cell_are_stages(words):
    said = told(words)
    assert (said["kind"], said["due_on"]) == ("staged", None)
    assert [(stage["label"], stage["kind"], stage["due_on"]) for stage in said["stages"]] == STAGED[words]


@pytest.mark.parametrize(
    "words", ["Quỹ II", "Đường thẳng 12", "Ngây 15/6 thơ", "Ký 6 thẳng đầu nam", "Việt Nam 2026", "Lẫn thứ 3", "hãng tháng"]
)
def test_a_word_spelt_as_another_one_is_no_time(words):
    assert told(words) == reading("unread")


def test_the_json_has_eleven_keys_and_a_stage_twelve():
    said = read("Khởi động quý I/2026; xong quý II", plan_date=SIGNED).as_json()
    keys = ["words", "kind", "starts_on", "due_on", "due_at", "rrules", "hours", "days", "working_days", "stages", "flags"]
    assert list(said) == keys
    assert [list(stage) for stage in said["stages"]] == [[*keys, "label"]] * 2
    assert said["flags"] == ["year_assumed"]
    assert json.loads(json.dumps(said)) == said


def test_before_is_strict_unless_the_setting_says_otherwise():
    inclusive = {
        words: told(words, strict=False) for words in ("trước ngày 25/5/2026", "trước tháng 6/2026", "trước năm 2030", "trước quý III/2026")
    }
    assert [said["due_on"] for said in inclusive.values()] == ["2026-05-25", "2026-06-30", "2030-12-31", "2026-09-30"]
    assert {flag for said in inclusive.values() for flag in said["flags"]} == set()
    assert told("trước ngày 25 hằng tháng", strict=False)["rrules"] == ["FREQ=MONTHLY;BYMONTHDAY=25"]


@pytest.mark.parametrize(
    ("signed", "words", "due_on"),
    [
        (date(2026, 5, 24), "trước ngày 25/5", "2026-05-24"),
        (date(2026, 5, 25), "trước ngày 25/5", None),
        (date(2026, 6, 30), "trong tháng 6", "2026-06-30"),
        (date(2026, 7, 1), "trong tháng 6", None),
        (date(2026, 7, 1), "6 tháng đầu năm", None),
        (date(2026, 12, 31), "trong năm", "2026-12-31"),
        (date(2026, 10, 1), "từ tháng 11 đến tháng 2", None),
    ],
)
def test_a_year_is_never_guessed_into_the_next_one(signed, words, due_on):
    said = told(words, plan_date=signed)
    assert (said["due_on"], said["kind"] == "unread") == (due_on, due_on is None)


def test_a_deadline_before_the_plan_is_kept_and_flagged():
    said = told("Hoàn thành trong tháng 4/2026", plan_date=date(2026, 5, 5))
    assert (said["due_on"], said["flags"]) == ("2026-04-30", ["past_at_signing"])


@pytest.mark.parametrize(("signed", "due_on"), [(date(2026, 1, 23), "2026-01-24"), (date(2026, 1, 24), "2026-02-24")])
def test_the_next_occurrence_is_after_the_day_of_the_plan(signed, due_on):
    assert told("trước ngày 25 hằng tháng", plan_date=signed)["due_on"] == due_on


def test_a_day_a_month_lacks_is_its_last():
    (rule,) = told("ngày 30 hằng tháng")["rrules"]
    days = rrulestr(rule, dtstart=datetime(2026, 1, 1))[:3]
    assert [day.date() for day in days] == [date(2026, 1, 30), date(2026, 2, 28), date(2026, 3, 30)]


def test_an_empty_cell_inherits_the_period_of_its_heading():
    period = period_of("III. NHIỆM VỤ TRỌNG TÂM NĂM 2026", plan_date=SIGNED)
    assert read("", plan_date=SIGNED, period=period).as_json() == reading("in_year", due_on="2026-12-31", flags=["inherited"]) | {
        "words": "NĂM 2026"
    }
    assert told(" ", period=None) == reading("none")
    assert read("", plan_date=SIGNED, period=2030).due_on == date(2030, 12, 31)
    assert told("trong tháng 4/2026", period=2030) == reading("by_end_of_month", due_on="2026-04-30")


@pytest.mark.parametrize(
    ("heading", "kind", "due_on"),
    [
        ("IV- Nhiệm vụ đến năm 2030", "in_year", date(2030, 12, 31)),
        ("2.1. Mục tiêu năm 2026", "in_year", date(2026, 12, 31)),
        ("Nhiệm vụ 6 tháng cuối năm 2026", "half_year", date(2026, 12, 31)),
        ("B. Giai đoạn 2026 - 2030", "range", date(2030, 12, 31)),
        ("Nhiệm vụ quý II/2026", "by_end_of_quarter", date(2026, 6, 30)),
        ("Tầm nhìn đến năm 2045", "in_year", date(2045, 12, 31)),
        ("Mục tiêu đến năm 2030, tầm nhìn 2045", "in_year", date(2030, 12, 31)),
    ],
)
def test_a_heading_sets_a_period(heading, kind, due_on):
    period = period_of(heading, plan_date=SIGNED)
    assert (period.kind, period.due_on) == (kind, due_on)


@pytest.mark.parametrize(
    "heading",
    [
        "Tổ chức thực hiện",
        "Kết quả năm 2025",
        "Triển khai Luật Đất đai năm 2024",
        "Thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024",
        "Mục 2.1.3",
    ],
)
def test_a_heading_without_a_period(heading):
    assert period_of(heading, plan_date=SIGNED) is None


@pytest.mark.parametrize("words", ["nt", "-nt-", "NT", "như trên", "Như trên.", '"', "”", "n.t"])
def test_the_same_as_above(words):
    assert is_same_as_above(words)


@pytest.mark.parametrize("words", ["", "-", "Thường xuyên", "nt 2026", "như kế hoạch"])
def test_not_the_same_as_above(words):
    assert not is_same_as_above(words)


def test_the_superior_plan_by_its_name():
    assert told("Thực hiện Kế hoạch 07-KH/BCĐ", superior="07-KH/BCĐ") == reading("relative_to_superior_plan")
    assert told("Thực hiện Kế hoạch 08-KH/BCĐ", superior="07-KH/BCĐ") == reading("unread")


# Running text


def found(text, signed=SIGNED):
    seen = find(text, plan_date=signed)
    return [(text[span.start : span.end], span.deadline.kind, span.deadline.due_on) for span in seen.deadlines]


def test_deadlines_in_running_text_and_where_they_stand():
    text = "Rà soát hệ thống. Hoàn thành trong tháng 3/2026. Báo cáo sự cố trong vòng 24 giờ kể từ khi xảy ra. Nhiệm vụ thường xuyên."
    assert found(text) == [
        ("Hoàn thành trong tháng 3/2026", "by_end_of_month", date(2026, 3, 31)),
        ("trong vòng 24 giờ kể từ khi", "within_hours_of_event", None),
        ("thường xuyên", "ongoing", None),
    ]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("Trình Ủy ban nhân dân tỉnh đề án trong tháng 3/2026.", "trong tháng 3/2026"),
        ("Gửi báo cáo về Văn phòng trước ngày 20/6/2026 để tổng hợp.", "trước ngày 20/6/2026"),
        ("Phần mềm đưa vào vận hành chậm nhất ngày 01/9/2026.", "chậm nhất ngày 01/9/2026"),
        ("Báo cáo định kỳ trước ngày 25 hằng tháng trên hệ thống.", "trước ngày 25 hằng tháng"),
        ("Việc kết nối xong trước quý III/2026, không để gián đoạn.", "xong trước quý III/2026"),
        ("Tổ chức tập huấn từ tháng 3 đến tháng 6/2026 cho cán bộ.", "từ tháng 3 đến tháng 6/2026"),
    ],
)
def test_one_deadline_in_a_sentence(text, taken):
    assert [words for words, _, _ in found(text)] == [taken]


@pytest.mark.parametrize(
    "text",
    [
        "Thực hiện Nghị quyết số 57-NQ/TW, ngày 22/12/2024 của Bộ Chính trị.",
        "Căn cứ Công văn 261/X05-P5 ngày 27/01/2026 của Thanh tra.",
        "Căn cứ Kế hoạch số 200/KH-UBND ngày 15 tháng 3 năm 2026 của UBND tỉnh",
        "Luật An ninh mạng số 116/2025/QH15 và Luật Đất đai năm 2024.",
        "Chương trình chuyển đổi số đến năm 2030, tầm nhìn đến năm 2045 của địa phương.",
        "Thực hiện Đề án phát triển nhân lực giai đoạn 2026-2030.",
        "Giám sát hệ thống 24/7, trực ban 24/24 giờ.",
        "Hệ thống từ cấp độ 3 trở lên theo TCVN 14423: 2025.",
        "Công ước chống tội phạm mạng năm 2025.",
        "Thường xuyên rà soát, kiến nghị vướng mắc.",
        "Khẩn trương, sớm hoàn thành, kịp thời báo cáo; trước mắt tập trung nguồn lực.",
        "Đánh giá xếp loại hằng năm đối với tập thể, cá nhân.",
        "Thanh tra, kiểm tra đột xuất việc chấp hành.",
        "Các hồ sơ tiếp nhận trước ngày 01/7/2025 được giữ nguyên.",
        "Đường dài 2/3 km, 15 đơn vị, 10.000 chuyên gia, mục 2.1.3, phiên bản 4.0.",
        "Việt Nam 2030 và miền Nam 2026.",
        "Nhiệm kỳ 2025-2030, năm học 2026-2027.",
        "Thực hiện theo hướng dẫn của Bộ Công an trong quá trình triển khai.",
    ],
)
def test_what_running_text_holds_that_is_no_deadline(text):
    assert found(text) == []


def test_a_refusal_says_what_and_why():
    text = "Thực hiện Nghị quyết số 57-NQ/TW, ngày 22/12/2024 của Bộ Chính trị; giám sát 24/7."
    refused = [(text[one.start : one.end], one.why) for one in find(text, plan_date=SIGNED).refused]
    assert ("57-NQ/TW, ngày 22/12/2024", "the date of a cited document") in refused
    assert ("24/7", "round the clock") in refused


def test_an_unreadable_day_after_a_verb_is_unread_and_not_silent():
    assert found("Rà soát quy chế. Hoàn thành trước ngày 31/4/2026.") == [("Hoàn thành trước ngày 31/4/2026", "unread", None)]


def test_a_trigger_inside_is_no_deadline_of_the_duty():
    text = "Ban hành hướng dẫn ngay sau khi Trung ương công bố; định kỳ hằng năm tổ chức kiểm tra. Hoàn thành trong tháng 8/2026."
    whole = combine(find(text, plan_date=SIGNED))
    assert (whole.kind, whole.due_on, whole.flags) == (Kind.BY_END_OF_MONTH, date(2026, 8, 31), ("trigger_inside",))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Báo cáo sự cố trong vòng 24 giờ nếu xảy ra. Nhiệm vụ thường xuyên.", "within_hours_of_event"),
        ("Xây dựng kênh. Hoàn thành trong tháng 4/2026. Báo cáo trong vòng 24 giờ nếu xảy ra. Nhiệm vụ thường xuyên.", "staged"),
        ("Triển khai trong năm 2026 và hoàn thành trong tháng 3/2027.", "staged"),
        ("Công bố ngay sau khi được phê duyệt.", "immediately_after_event"),
        ("Giữ vai trò thường trực.", "none"),
    ],
)
def test_what_the_deadlines_of_a_paragraph_mean_together(text, kind):
    assert combine(find(text, plan_date=SIGNED)).kind == kind


def test_stages_of_a_paragraph_have_labels():
    whole = combine(find("Triển khai trong năm 2026 và hoàn thành trong tháng 3/2027.", plan_date=SIGNED))
    assert [(stage.label, stage.words) for stage in whole.stages] == [
        ("Triển khai", "Triển khai trong năm 2026"),
        ("hoàn thành", "hoàn thành trong tháng 3/2027"),
    ]


# Days


@pytest.mark.parametrize(
    ("day", "n", "due"),
    [
        (date(2026, 1, 5), 0, date(2026, 1, 5)),
        (date(2026, 1, 5), 5, date(2026, 1, 10)),  # Saturday 10/1 was worked in exchange for 2/1
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # the week of Tết
        (date(2026, 4, 24), 1, date(2026, 4, 28)),  # the Hùng Kings' day fell on a Sunday
        (date(2026, 8, 21), 2, date(2026, 8, 24)),  # Saturday 22/8 worked in exchange for 31/8
    ],
)
def test_working_days_by_the_vietnamese_calendar(day, n, due):
    assert working_days_after(day, n) == due


# Hostile text


HOSTILE = [
    "tháng ",
    "1/",
    "(",
    "15/6/2026 ",
    "trước tháng 6; ",
    "từ tháng 6 đến ",
    "hằng năm 15/6 ",
    "ngày 15 hằng tháng ",
    "năm ",
    "4, ",
    "trong trước đến ",
    "1-A/",
    "\ud800",
    "́",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_length_and_no_faster(piece):
    short, long = piece * 400, piece * 1600
    steps = [find(text, plan_date=SIGNED).steps for text in (short, long)]
    assert steps[1] <= 4 * steps[0] + 2000
    assert steps[1] <= 100 * len(long) + 1000


@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("words", [*READINGS, *STAGED][::5])
def test_plans_of_any_day_are_read(words, day):
    assert read(words, plan_date=day).words == words


@pytest.mark.parametrize(
    "words", ["ngày 15 tháng 6, 12/", "ngày 15 tháng 6, 12", "ngày 15 các tháng 6,", "từ tháng 3 -", "24/", "hằng 6", "trước 20h00"]
)
def test_a_phrase_cut_off_is_read_to_its_end(words):
    assert read(words, plan_date=SIGNED).words == words


def test_a_text_in_place_of_a_cell_is_unread():
    assert read("tháng 6/2026; " * 2000, plan_date=SIGNED).kind == Kind.UNREAD
    assert read("tháng 6/2026 và quý I/2027; " * 100, plan_date=SIGNED).kind == Kind.UNREAD


def test_every_kind_and_flag_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "deadlines.md").read_text(encoding="utf-8")
    assert [name for name in (*FLAGS, *Kind) if f"`{name}`" not in page] == []


def test_the_day_after_a_known_event():
    assert told("trong vòng 05 ngày làm việc kể từ ngày 13/02/2026")["due_on"] == "2026-02-27"
    assert told("trong 10 ngày kể từ ngày 15/6/2026")["due_on"] == "2026-06-25"
