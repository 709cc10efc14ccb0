"""What awaits an answer goes into the month's part on difficulties: with whom it lies, since when, by when; nothing else changes."""

import uuid
from datetime import date, timedelta

import pytest

from orgunits.models import Level
from plans import period
from reports import drafting
from reports.models import MonthlyReport
from tasks import difficulties
from tasks.models.progress import log_progress

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


# Raised from an entry of the period


def entry_of(world, words="Thiếu kinh phí."):
    return log_progress(world.duty(joined_on=RAISED), by=world.an, at=at(RAISED), says="doing", words="Đã rà soát", difficulties=words)


def raised_from(entry, world, words="Thiếu kinh phí."):
    return difficulties.raise_(
        entry.assignment, by=world.an, at=at(RAISED), words=words, level=Level.PROVINCE, progress=entry, token=uuid.uuid4()
    )


OPEN = "(nêu ngày 01/06/2026; tỉnh Khánh Hòa xem xét từ ngày 01/06/2026, hạn trả lời 08/06/2026)."


@pytest.mark.parametrize("words", ["Thiếu kinh phí.", "THIẾU  KINH PHÍ", "Thiếu kinh phí thay máy chủ, cần 50 triệu đồng"])
def test_one_raised_from_an_entry_stands_once_with_its_dates(world, words):
    raised_from(entry_of(world), world, words)
    assert troubles(world, on=date(2026, 6, 8)) == f"1 (UBND phường Ba Ngòi): {words.rstrip('.')} {OPEN}"


def test_two_raised_from_one_entry_stand_for_its_words_together(world):
    entry = entry_of(world, "Thiếu kinh phí; thiếu người trực đêm")
    for words in ("Thiếu kinh phí", "Thiếu người trực đêm"):
        raised_from(entry, world, words)
    assert troubles(world, on=date(2026, 6, 8)).splitlines() == [
        f"1 (UBND phường Ba Ngòi): {words} {OPEN}" for words in ("Thiếu kinh phí", "Thiếu người trực đêm")
    ]


def test_what_was_raised_in_part_leaves_the_entry_its_words(world):
    raised_from(entry_of(world, "Thiếu kinh phí; thiếu người trực đêm"), world)
    assert troubles(world, on=date(2026, 6, 8)).splitlines() == [
        "1 (UBND phường Ba Ngòi): Thiếu kinh phí; thiếu người trực đêm.",
        f"1 (UBND phường Ba Ngòi): Thiếu kinh phí {OPEN}",
    ]


def test_answered_by_now_the_entry_still_says_what_stood_in_the_way(world):
    difficulties.answer(raised_from(entry_of(world), world), by=world.dung, at=at(RAISED, 10), words="Đã bố trí")
    assert troubles(world) == "1 (UBND phường Ba Ngòi): Thiếu kinh phí."


def test_the_same_words_of_another_entry_stay(world):
    first, second = entry_of(world), entry_of(world)
    raised_from(first, world)
    assert troubles(world, on=date(2026, 6, 8)).splitlines() == [
        f"{second.assignment.task.ref} (UBND phường Ba Ngòi): Thiếu kinh phí.",
        f"1 (UBND phường Ba Ngòi): Thiếu kinh phí {OPEN}",
    ]
