"""A series of numbers for each issuer and term; two filings at the same moment do not take the same number."""

import uuid
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from orgunits.models import Level, Role
from plans import period
from plans.models import Document
from reports import calling, filing, numbering
from reports.models import CallFiling, MonthlyReport
from tests.reports.test_month import at, filed, june
from tests.world import World


@pytest.fixture
def speaks(world):
    """`speaks(body)`: from now on the unit's plan is that body's."""
    world.duty(joined_on=date(2026, 5, 1))
    return lambda body: Document.objects.filter(pk=world.plan.document_id).update(issuer=body)


def month_of(world, month, *, day=None):
    of_month = period.of_month(month)
    return filed(june(world, of_month), world, day=day or of_month.closes)


def asked(world, day):
    """An answer out of turn, filed on `day`."""
    nga, now = world.hire(f"nga{day}", world.khanh_hoa, Role.CLERK), at(day)
    terms = {"title": "Việc", "words": "Nêu", "due_at": now + timedelta(days=9), "token": uuid.uuid4()}
    row = calling.ask(world.khanh_hoa, units=[world.ba_ngoi], by=nga, at=now, **terms).answers.get()
    row = calling.sign(calling.edit(row, "Có", by=world.mai, at=now, revision=0), by=world.binh, at=now)
    return calling.file(row, by=world.mai, at=now).filings.get()


def test_each_issuer_has_a_series_of_its_own_for_monthly_reports_and_those_out_of_turn(world, speaks):
    symbols = []
    for month, body in ((6, world.committee), (7, world.ubnd), (8, world.committee)):
        speaks(body)
        symbols += [month_of(world, date(2026, month, 1)).symbol, asked(world, date(2026, month, 26)).symbol]
    assert symbols == ["01-BC/BCĐ", "02-BC/BCĐ", "01/BC-UBND", "02/BC-UBND", "03-BC/BCĐ", "04-BC/BCĐ"]


def test_numbers_given_before_stay_and_the_series_goes_on_after_them(world, speaks):
    june, july = month_of(world, date(2026, 6, 1)), asked(world, date(2026, 6, 26))
    MonthlyReport.objects.filter(pk=june.pk).update(number=5)
    speaks(world.ubnd)
    MonthlyReport.objects.filter(pk=month_of(world, date(2026, 7, 1)).pk).update(number=7)  # one series was shared once
    assert month_of(world, date(2026, 8, 1)).symbol == "08/BC-UBND"
    speaks(world.committee)
    assert month_of(world, date(2026, 9, 1)).symbol == "06-BC/BCĐ"
    june.refresh_from_db()
    assert (june.symbol, july.symbol) == ("05-BC/BCĐ", "02-BC/BCĐ")


@pytest.mark.parametrize(("body", "numbers"), [("ubnd", [1, 1, 2]), ("committee", [1, 2, 3])])
def test_the_state_begins_anew_each_year_and_the_party_goes_on_through_its_term(world, speaks, body, numbers):
    speaks(getattr(world, body))
    given = [month_of(world, date(2026, 12, 1), day=date(2026, 12, 29)), month_of(world, date(2027, 1, 1), day=date(2027, 1, 1))]
    assert [*(report.number for report in given), month_of(world, date(2027, 2, 1)).number] == numbers


def test_a_new_term_of_the_units_level_begins_with_one(world, speaks, settings):
    speaks(world.committee)
    settings.PARTY_TERMS = {Level.WARD: [date(2026, 6, 23), date(2026, 8, 24)], Level.PROVINCE: [date(2026, 7, 1)], Level.CENTRAL: []}
    days = [date(2026, 6, 22), date(2026, 7, 23), date(2026, 8, 23), date(2026, 9, 24)]
    given = [month_of(world, date(2026, 6 + n, 1), day=day).number for n, day in enumerate(days)]
    assert given == [1, 1, 2, 1]  # what was filed before the first known day is a term of its own
    assert numbering.next_number(world.ba_ngoi, at=at(date(2026, 6, 22))) == 2


def test_the_term_of_a_day(world):
    first = date(2026, 1, 23)  # the first meeting of the Central Committee, on the last day of the 14th congress
    assert numbering.term(world.centre, "party", on=first) == (first, None)
    assert numbering.term(world.centre, "party", on=date(2026, 1, 22)) == (None, first)
    in_january = [numbering.term(unit, "party", on=date(2026, 1, 5)) for unit in (world.khanh_hoa, world.ba_ngoi)]
    assert in_january == [(date(2025, 11, 1), None), (date(2025, 9, 1), None)]
    assert numbering.term(world.ba_ngoi, "state", on=date(2026, 12, 31)) == (date(2026, 1, 1), date(2027, 1, 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers at the same time need PostgreSQL; SQLite lets one write at a time")
def test_filings_at_the_same_moment_take_numbers_without_gap_or_double():
    world, now = World(), timezone.now()
    nga, gate, failed = world.hire("nga", world.khanh_hoa, Role.CLERK), Barrier(8), []
    world.duty()
    monthly = filing.sign(june(world), by=world.binh, at=at(date(2026, 6, 23)))

    def answer(n):
        terms = {"title": f"Việc {n}", "words": "Nêu", "due_at": now + timedelta(days=9), "token": uuid.uuid4()}
        row = calling.ask(world.khanh_hoa, units=[world.ba_ngoi], by=nga, at=now, **terms).answers.get()
        return calling.sign(calling.edit(row, "Có", by=world.mai, at=now, revision=0), by=world.binh, at=now)

    def file(act, row, moment):
        gate.wait()
        try:
            act(row, by=world.mai, at=moment)
        except Exception as error:  # a thread's own error would be lost
            failed.append(error)
        finally:
            connection.close()

    acts = [(filing.file, monthly, at(date(2026, 6, 23))), *((calling.file, answer(n), now) for n in range(3))]
    threads = [Thread(target=file, args=act) for act in acts for _click in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    monthly.refresh_from_db()
    assert sorted([monthly.number, *CallFiling.objects.values_list("number", flat=True)]) == [1, 2, 3, 4]
