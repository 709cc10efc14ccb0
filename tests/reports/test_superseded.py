"""A version whose place another has taken says so: on its page, in the list, in the list of versions."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import filing
from reports.models import MonthlyReport
from tests.reports.test_periods import at, june, reopened, signed, worked

TODAY = date(2026, 7, 8)


@pytest.fixture
def first(world):
    """June as it was filed and accepted, then opened again on 6 July."""
    worked(world)
    report = filing.file(signed(june(world), world), by=world.mai, at=at(date(2026, 6, 23)))
    report.judge(by=world.dung, at=at(date(2026, 6, 25)), ok=True)
    reopened(report, world)
    return report


@pytest.fixture
def second(world, first):
    return june(world)


@pytest.fixture
def note(as_post):
    """`note(report, post)`: the words above the report's page and where its link leads; None where there is no such note."""

    def read(report, post):
        with time_machine.travel(at(TODAY), tick=False):
            shown = as_post(post).get(report.get_absolute_url())
        assert shown.status_code == 200
        found = re.search(r'<div class="note" id="superseded"><b>(.*?)</b>(?: <a href="(.*?)")?', shown.content.decode())
        return found and found.groups()

    return read


def filed_again(world, draft):
    filing.sign(draft, by=world.binh, at=at(date(2026, 7, 7)))
    return filing.file(draft, by=world.mai, at=at(date(2026, 7, 7)))


def test_while_the_next_version_is_written_the_old_one_says_so_to_who_may_read_it_and_to_who_may_not(world, first, second, note):
    told, address = note(first, world.binh)
    assert address == second.get_absolute_url()
    above, nowhere = note(first, world.dung)  # the draft is not theirs to read
    assert (nowhere, above == told) == (None, False)
    assert note(second, world.binh) is None


def test_a_replaced_version_leads_everybody_to_the_one_that_was_filed(world, first, second, note):
    being_written = note(first, world.binh)
    filed_again(world, second)
    assert note(first, world.binh) == note(first, world.dung)
    assert note(first, world.dung)[1] == second.get_absolute_url()
    assert note(first, world.binh)[0] != being_written[0]
    assert note(second, world.dung) is None


def test_the_first_of_three_versions_leads_to_the_one_that_stands(world, first, second, note):
    filed_again(world, second)
    reopened(second, world, day=TODAY, until=date(2026, 7, 20))
    third = june(world)
    assert {note(version, world.mai)[1] for version in (first, second)} == {third.get_absolute_url()}
    assert {note(version, world.dung)[1] for version in (first, second)} == {None}


def test_a_version_nobody_filed_in_time_names_the_one_that_stands_again(world, first, second, note):
    being_written = note(first, world.mai)
    MonthlyReport.objects.filter(pk=second.pk).update(superseded=True)
    MonthlyReport.objects.filter(pk=first.pk).update(superseded=False)
    told, address = note(second, world.mai)
    assert address == first.get_absolute_url()
    assert told != being_written[0]
    assert note(first, world.mai) is None


def test_supplements_take_nobodys_place_and_lose_theirs_to_the_whole_report(world, first, second, note):
    filed_again(world, second)
    terms = {"unit": second.unit, "month": second.month, "opened_at": at(TODAY)}
    given_up = MonthlyReport.objects.create(version=3, supplements=first, superseded=True, **terms)
    MonthlyReport.objects.create(version=4, supplements=second, **terms)
    assert {note(version, world.mai)[1] for version in (first, given_up)} == {second.get_absolute_url()}


def asked(client, address):
    """(the page, how many queries it took the second time)."""
    with time_machine.travel(at(date(2026, 7, 20)), tick=False):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
    return page, len(queries)


def test_the_lists_mark_what_does_not_stand_and_ask_no_more_for_it(world, first, second, as_post):
    client = as_post(world.mai)
    page, queries = asked(client, "/reports/")
    rows = [row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if "tag wait ring" in row]
    assert [re.search(r'href="(/reports/\d+/)"', row)[1] for row in rows] == [first.get_absolute_url()]
    assert asked(client, second.get_absolute_url())[0].count("tag wait ring") == 1
    MonthlyReport.objects.update(superseded=False)
    page, as_many = asked(client, "/reports/")
    assert ("tag wait ring" in page, as_many) == (False, queries)


def test_a_page_asks_the_same_with_two_versions_and_with_four(world, first, second, as_post):
    filed_again(world, second)
    client = as_post(world.mai)
    _page, queries = asked(client, first.get_absolute_url())
    for day in (9, 10):
        reopened(june(world), world, day=date(2026, 7, day), until=date(2026, 7, 25))
        filing.sign(june(world), by=world.binh, at=at(date(2026, 7, day)))
        filing.file(june(world), by=world.mai, at=at(date(2026, 7, day)))
    assert asked(client, first.get_absolute_url())[1] == queries
