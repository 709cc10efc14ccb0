"""Incidents in the month's report: each in the first report after it moved, frozen with it; months without any say nothing."""

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgunits.models import OrgUnit
from plans import period
from reports import drafting, filing
from reports.models import MonthlyReport
from tasks import incidents
from tests.tasks.incidents import HOUR, noted, sent
from tests.world import plan_of

JUNE, JULY = period.of_month(date(2026, 6, 1)), period.of_month(date(2026, 7, 1))


def at(day, hour=9):
    return period.moment(day) + timedelta(hours=hour)


def report(unit, month=JUNE):
    return MonthlyReport.objects.get_or_create(unit=unit, month=month.month, version=1, defaults={"opened_at": month.opens_at})[0]


def troubles(unit, month=JUNE, *, on=date(2026, 6, 20)):
    return drafting.Draft(report(unit, month), at=at(on)).words()[3].splitlines()


def close(row, moment):
    row.refresh_from_db()
    return incidents.close(row, by=row.by, at=moment, text="Đã vá", version=row.version, token=None)


def test_a_month_without_incidents_says_nothing_of_them(world):
    world.duty()
    assert troubles(world.ba_ngoi) == [drafting.NOTHING[3]]


def test_a_ward_names_its_own_and_how_each_stands(world):
    noted(world, at=at(date(2026, 6, 3), 8))
    row = sent(noted(world, unit=world.committee, what="Hộp thư bị\nlộ mật khẩu.", at=at(date(2026, 6, 1), 8)), at=at(date(2026, 6, 2), 11))
    close(row, at(date(2026, 6, 5)))
    assert troubles(world.ba_ngoi) == [
        "Trong kỳ ghi nhận 2 sự cố an ninh mạng.",
        "08:00, 01/06/2026, Ban Chỉ đạo phường Ba Ngòi, Trang tin phường: Hộp thư bị lộ mật khẩu; "
        "báo cáo lần đầu lúc 11:00, 02/06/2026, muộn 3 giờ; đã xử lý xong lúc 09:00, 05/06/2026.",
        "08:00, 03/06/2026, UBND phường Ba Ngòi: Trang tin bị tấn công; chưa gửi báo cáo lần đầu; đang xử lý.",
    ]


def test_what_was_no_incident_and_what_the_neighbour_had_is_left_out(world):
    row = noted(world, at=at(date(2026, 6, 3)))
    incidents.drop(row, by=world.an, at=at(date(2026, 6, 3)), text="Diễn tập", version=0, token=None)
    noted(world, unit=world.ubnd_cam_linh, by=world.chi, at=at(date(2026, 6, 3)))
    assert troubles(world.ba_ngoi) == [drafting.NOTHING[3]]


def test_a_draft_says_what_was_so_at_its_moment(world):
    row = sent(noted(world, at=at(date(2026, 6, 21))), at=at(date(2026, 6, 21), 11))
    assert troubles(world.ba_ngoi, on=date(2026, 6, 20)) == [drafting.NOTHING[3]]
    close(row, at(date(2026, 6, 23)))
    assert "đang xử lý" in troubles(world.ba_ngoi, on=date(2026, 6, 22))[1]


def test_what_is_signed_stands_still_and_the_next_month_tells_only_what_moved_since(world):
    world.duty()
    moving = sent(noted(world, at=at(date(2026, 6, 3))), at=at(date(2026, 6, 3), 10))
    done = sent(noted(world, what="Đã xong", at=at(date(2026, 6, 4))), at=at(date(2026, 6, 4), 10))
    close(done, at(date(2026, 6, 5)))
    signed = filing.sign(report(world.ba_ngoi), by=world.binh, at=at(date(2026, 6, 20)))
    filing.file(signed, by=world.mai, at=at(date(2026, 6, 20), 10))
    frozen = list(signed.facts["sections"][2]["paragraphs"])
    assert len(frozen) == 3
    close(moving, at(date(2026, 6, 22)))
    late_note = at(date(2026, 6, 21))
    noted(world, what="Phát hiện trước, ghi sau", discovered_at=at(date(2026, 6, 19)), at=late_note)
    signed.refresh_from_db()
    assert signed.facts["sections"][2]["paragraphs"] == frozen
    words = troubles(world.ba_ngoi, JULY, on=date(2026, 7, 10))
    assert [words[0], "Đã xong" in str(words), "Phát hiện trước" in words[2], "đã xử lý xong" in words[1]] == [
        "Trong kỳ ghi nhận 2 sự cố an ninh mạng.",
        False,
        True,
        True,
    ]


def test_a_returned_report_tells_them_again(world):
    world.duty()
    sent(noted(world, at=at(date(2026, 6, 3))), at=at(date(2026, 6, 3), 10))
    first = filing.file(filing.sign(report(world.ba_ngoi), by=world.binh, at=at(date(2026, 6, 20))), by=world.mai, at=at(date(2026, 6, 20)))
    first.judge(by=world.dung, at=at(date(2026, 6, 21)), ok=False, reason="Thiếu")
    again = MonthlyReport.objects.get(unit=world.ba_ngoi, version=2)
    assert drafting.Draft(again, at=at(date(2026, 6, 22))).words()[3].startswith("Trong kỳ ghi nhận 1 sự cố")


def test_a_province_counts_those_below_and_names_its_own(world):
    plan_of(world.khanh_hoa, "07-KH/BCĐ")
    body = OrgUnit.objects.create(
        path="000100010009", parent=world.khanh_hoa, area=world.khanh_hoa, kind="department", level="province", name="Sở KHCN", code="so"
    )
    assert troubles(world.khanh_hoa) == [drafting.NOTHING[3]]
    noted(world, at=at(date(2026, 6, 2)))  # not reported: no number above
    close(sent(noted(world, at=at(date(2026, 6, 3))), at=at(date(2026, 6, 3), 10)), at(date(2026, 6, 4)))
    sent(noted(world, unit=world.ubnd_cam_linh, by=world.chi, at=at(date(2026, 6, 3))), at=at(date(2026, 6, 9)))
    assert troubles(world.khanh_hoa) == ["Các đơn vị cấp dưới báo cáo 2 sự cố an ninh mạng, 1 đã xử lý xong, 1 báo cáo lần đầu quá 24 giờ."]
    noted(world, unit=body, by=world.hire("son", body), at=at(date(2026, 6, 5)), what="Máy chủ sở")
    words = troubles(world.khanh_hoa)
    assert (len(words), "Máy chủ sở" in words[1], "Trang tin" in str(words)) == (3, True, False)


def test_the_draft_costs_the_same_with_one_incident_and_with_three(world, django_assert_num_queries):
    noted(world, at=at(date(2026, 6, 3)))
    draft = report(world.ba_ngoi)
    with CaptureQueriesContext(connection) as asked:
        drafting.Draft(draft, at=at(date(2026, 6, 20))).words()
    for hours in (1, 2):
        noted(world, unit=world.committee, at=at(date(2026, 6, 3)) + hours * HOUR)
    with django_assert_num_queries(len(asked)):
        drafting.Draft(draft, at=at(date(2026, 6, 20))).words()
