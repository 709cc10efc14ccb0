"""What awaits an answer goes into the month's part on difficulties: with whom it lies, since when, by when; nothing else changes."""

from datetime import date, timedelta

import pytest

from orgunits.models import Level
from plans import period
from reports import drafting
from reports.models import MonthlyReport
from tasks import difficulties

pytestmark = pytest.mark.django_db
RAISED, DRAFTED = date(2026, 6, 1), date(2026, 6, 20)


def at(day, hour=9):
    return period.moment(day) + timedelta(hours=hour)


def troubles(world, *, on=DRAFTED):
    drafting.open_reports(on=date(2026, 6, 24))
    report = MonthlyReport.objects.get(unit=world.ba_ngoi, month=date(2026, 6, 1))
    return drafting.Draft(report, at=at(on, 12)).words()[3]


def raised(world, **more):
    return difficulties.raise_(
        world.duty(joined_on=RAISED), **{"by": world.an, "at": at(RAISED), "words": "Thiếu kinh phí.", "level": Level.PROVINCE, **more}
    )


def test_an_open_one_is_told_with_its_level_and_day(world):
    raised(world)
    assert troubles(world, on=date(2026, 6, 8)) == (
        "1 (UBND phường Ba Ngòi): Thiếu kinh phí (nêu ngày 01/06/2026; tỉnh Khánh Hòa xem xét từ ngày 01/06/2026, hạn trả lời 08/06/2026)."
    )


def test_a_late_one_says_so(world):
    raised(world, level=Level.CENTRAL)
    assert troubles(world).endswith("Trung ương xem xét từ ngày 01/06/2026, hạn trả lời 08/06/2026, quá hạn 12 ngày).")


def test_answered_taken_back_later_and_others_are_not(world):
    world.duty(joined_on=RAISED)
    quiet = troubles(world)
    difficulties.answer(raised(world), by=world.dung, at=at(RAISED), words="Đã bố trí")
    difficulties.withdraw(raised(world), by=world.an, at=at(RAISED))
    raised(world, at=at(DRAFTED, 13))
    difficulties.raise_(world.duty(lead=world.ubnd_cam_linh), by=world.chi, at=at(RAISED), words="Khác", level=Level.PROVINCE)
    assert troubles(world) == quiet == drafting.NOTHING[3]
