"""What many reports cost: frozen facts are not read where nobody looks at them, and no morning reads every month that ever was."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgunits.models import Role
from plans import period
from reports import drafting, filing, reminders, supplements
from reports.models import MonthlyReport
from tasks.models.progress import log_progress
from tests.conftest import know_the_rows
from tests.reports.test_month import at
from tests.world import plan_of

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 1)
OF_JSON = re.compile(r"""JSON_(TYPE|EXTRACT)\([^)]*\)|\("?\w+"?\."facts" ->> [^)]*\)""")  # one word of it
PAGES = ["/", "/dashboard/", "/reports/", "/reports/compliance/", "/year/", "/journal/", "/api/v1/reports/"]


def read(asked):
    """The statements that fetch a report's facts whole."""
    wanted = [query["sql"] for query in asked.captured_queries if query["sql"].startswith("SELECT")]
    return [sql for sql in wanted if re.search(r'"reports_monthlyreport"\."facts"|T\d+\."facts"', OF_JSON.sub("", sql))]


@pytest.fixture
def filed(world):
    """June filed by Ba Ngòi and by Khánh Hòa, which then began a supplement; Nga is the province's clerk."""
    nga = world.hire("nga", world.khanh_hoa, Role.CLERK)
    duties = [(world.duty(), world.an), (world.duty(plan=plan_of(world.khanh_hoa, "07-KH/BCĐ"), lead=world.khanh_hoa), nga)]
    for duty, by in duties:
        more = {"spoken_for": "Tổ"} if by == nga else {}
        log_progress(duty, by=by, at=at(date(2026, 6, 2)), says="doing", words="Đã rà soát", **more)
    drafting.open_reports(on=date(2026, 6, 24))
    found = []
    for unit, head, clerk in [(world.khanh_hoa, world.dung, nga), (world.ba_ngoi, world.binh, world.mai)]:
        report = MonthlyReport.objects.get(unit=unit, month=JUNE)
        found.append(filing.file(filing.sign(report, by=head, at=at(date(2026, 6, 22))), by=clerk, at=at(date(2026, 6, 23))))
    supplements.begin(found[0], by=nga, at=at(date(2026, 6, 24)))
    return found


@pytest.mark.parametrize("address", PAGES)
def test_lists_do_not_read_the_frozen_facts(world, filed, as_post, address):
    with time_machine.travel(at(date(2026, 6, 24)), tick=False):
        for post in (world.dung, world.hoa, world.binh):
            client = as_post(post)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            assert read(asked) == []


def test_neither_do_the_morning_and_the_draft_above(world, filed):
    above = MonthlyReport.objects.exclude(supplements=None).get()
    with CaptureQueriesContext(connection) as asked:
        reminders.send(on=date(2026, 6, 25))
        drafting.open_reports(on=date(2026, 6, 25))
        assert [row.symbol for row in supplements.arrived(MonthlyReport.objects.defer("facts").get(pk=above.supplements_id))]
    assert len(read(asked)) == 2  # what the filed report itself and its supplements named, however many came in


def test_a_report_in_a_list_has_the_number_and_receipt_it_has_alone(world, filed):
    rows = {row.pk: (row.symbol, row.receipt) for row in MonthlyReport.objects.numbered()}
    assert {row.pk: (row.symbol, row.receipt) for row in MonthlyReport.objects.all()} == rows
    assert all(rows[row.pk] == (row.symbol, row.receipt) and row.symbol for row in filed)


@pytest.mark.parametrize(
    ("look", "index"),
    [
        (lambda: reminders._unfiled(period.of_month(JUNE)), "report_unfiled|supplement_once"),  # both hold what nobody has filed
        (lambda: reminders._opened_again(date(2026, 7, 6)), "report_unfiled|supplement_once"),
        (lambda: list(reminders.unjudged(date(2026, 7, 6))), "report_filed"),
    ],
)
def test_a_morning_finds_what_it_tells_of_by_index(world, filed, look, index):
    old = {"unit": world.ba_ngoi, "month": JUNE, "superseded": True, "opened_at": at(JUNE)}
    MonthlyReport.objects.bulk_create(MonthlyReport(**old, version=n) for n in range(10, 1010))  # of a few rows any index is as good
    know_the_rows()
    with CaptureQueriesContext(connection) as asked:
        look()
    sql = next(query["sql"] for query in asked if 'FROM "reports_monthlyreport"' in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{sql}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert re.search(index, plan), plan
    assert not re.search(r"SCAN reports_monthlyreport(?! USING INDEX report_unfiled)|Seq Scan on reports_monthlyreport", plan), plan
