"""Ordering the files of a report, building them and fetching them."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from journal.models import Entry
from reports import paper, printing
from reports.models import MonthlyReport, Paper
from reports.models.paper import LEASE
from tasks.models.progress import log_progress
from tests.reports.test_month import at, filed, june

FORMS = [Paper.Form.DOCX, Paper.Form.XLSX]
DAY = date(2026, 6, 23)


@pytest.fixture
def report(world):
    world.duty(title="Rà soát hệ thống")
    return june(world)


@pytest.fixture(autouse=True)
def no_library(monkeypatch):
    monkeypatch.setattr(paper, "problem", lambda: paper.LIBRARY_MISSING)


def order(client, report, form):
    return client.post(reverse("print_report", args=[report.pk]), {"form": form})


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_built_from_the_facts_frozen_when_it_was_ordered(world, report, form):
    ordered = printing.order_draft(report, by=world.mai, at=at(date(2026, 6, 20)), form=form)
    world.duty(title="Việc đến sau khi đặt")
    assert printing.build_waiting(at=at(date(2026, 6, 20))) == 1
    built = Paper.objects.get(pk=ordered.pk)
    with built.file.open() as file:
        data = file.read()
    assert (built.size, built.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert data[:2] == b"PK"
    assert built.file_name == f"bao-cao-{report.unit.code}-2026-06-v1-du-thao.{form}"
    assert data == printing.bytes_of(ordered)


@pytest.mark.parametrize("form", FORMS)
def test_a_filed_report_has_one_file_of_each_form_from_the_facts_that_were_filed(world, report, form):
    report = filed(report, world, day=DAY)
    first, again = (printing.order_filed(report, by=by, at=at(DAY, 11), form=form) for by in (world.mai, world.dung))
    assert first == again
    assert (first.facts, first.is_draft) == (report.facts, False)
    assert Entry.objects.about(report).filter(verb="report.printed").count() == 1
    assert set(Paper.objects.visible_to(world.dung).values_list("form", flat=True)) == {"pdf", form}


@pytest.mark.parametrize("form", FORMS)
def test_a_clerk_orders_and_fetches_a_form_and_a_neighbour_does_not(client, world, report, form):
    client.force_login(world.mai.person)
    assert f'name="form" value="{form}"' in client.get(report.get_absolute_url()).content.decode()
    assert order(client, report, form).status_code == 302
    ordered = Paper.objects.get()
    printing.build_waiting(at=ordered.ordered_at)
    address = reverse("download_paper", args=[ordered.pk])
    answer = client.get(address)
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == Paper.objects.get().sha256
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{ordered.file_name}"'
    client.force_login(world.giang.person)
    assert client.get(address).status_code == 404
    assert order(client, report, form).status_code == 404


def test_a_machine_without_the_library_of_pdfs_offers_the_other_forms(client, world, report):
    client.force_login(world.mai.person)
    page = client.get(report.get_absolute_url()).content.decode()
    assert paper.LIBRARY_MISSING in page
    assert 'value="pdf"' not in page
    assert all(f'value="{form}"' in page for form in FORMS)


def test_a_form_already_made_of_a_filed_report_is_not_offered_again(client, world, report):
    report = filed(report, world, day=DAY)
    client.force_login(world.mai.person)
    for form in FORMS:
        order(client, report, form)
    assert 'name="form"' not in client.get(report.get_absolute_url()).content.decode()
    before = Paper.objects.count()
    assert (order(client, report, "pdf").status_code, Paper.objects.count()) == (302, before)  # the one it was filed with


def test_an_unknown_form_is_told_in_a_sentence(client, world, report):
    client.force_login(world.mai.person)
    answer = client.post(reverse("print_report", args=[report.pk]), {"form": "exe"}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Không có dạng tệp này; hãy chọn một trong các dạng đang có."]
    assert not Paper.objects.exists()


def test_who_may_print_a_filed_report_may_order_its_other_forms_and_an_official_may_not(client, world, report):
    report = filed(report, world, day=DAY)
    answers = {}
    for post in (world.mai, world.dung, world.an, world.giang):
        client.force_login(post.person)
        answers[post.person.username] = order(client, report, "docx").status_code
    assert answers == {"mai": 302, "dung": 302, "an": 403, "giang": 404}
    assert Paper.objects.filter(report=report, form="docx").count() == 1


# What holds up the press


def test_a_draft_ordered_again_while_it_is_still_to_be_built_is_that_one(world, report, as_post):
    client = as_post(world.mai)
    for _ in range(40):
        assert order(client, report, "docx").status_code == 302
    first = Paper.objects.get()
    assert Entry.objects.about(report).filter(verb="report.printed").count() == 1
    order(client, report, "xlsx")
    assert Paper.objects.count() == 2
    report.edit({3: "Không có."}, by=world.mai, at=first.ordered_at, revision=None)
    order(client, report, "docx")  # the report has changed: another draft
    assert Paper.objects.count() == 3
    printing.build_waiting(at=first.ordered_at)
    order(client, report, "docx")
    assert Paper.objects.count() == 4


def test_a_draft_ordered_after_something_was_logged_holds_it(world, report):
    duty = world.duty()
    first = printing.order_draft(report, by=world.mai, at=at(DAY))
    log_progress(duty, by=world.an, at=at(DAY, 10), says="doing", words="Mới ghi sau khi đặt in")
    second, third = (printing.order_draft(report, by=world.mai, at=at(DAY, hour)) for hour in (11, 12))
    assert (first != second, second == third, "Mới ghi sau khi đặt in" in str(second.facts)) == (True, True, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers at the same time need PostgreSQL; SQLite lets one write at a time")
def test_clicks_at_once_give_one_draft(world, report):
    ready = Barrier(8)

    def click(_n):
        ready.wait()
        try:
            return printing.order_draft(report, by=world.mai, at=at(DAY)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(click, range(8)))) == Paper.objects.count() == 1


def test_a_draft_nobody_built_for_a_day_or_that_failed_is_ordered_anew(world, report):
    first = printing.order_draft(report, by=world.mai, at=at(DAY))
    second = printing.order_draft(report, by=world.binh, at=at(DAY) + timedelta(days=1))
    Paper.objects.filter(pk=second.pk).update(problem=paper.TOO_SLOW, claimed_at=at(DAY))
    third = printing.order_draft(report, by=world.binh, at=at(DAY) + timedelta(days=1))
    assert len({first.pk, second.pk, third.pk}) == 3


def test_drafts_that_take_the_whole_time_hold_up_no_filed_paper(world, report, monkeypatch):
    """Four of them, each in a round of its own: the lease of the first has run out when the last one ends."""
    passed, tried = [0], []

    def slow(ordered, *, press=None):
        tried.append(ordered.pk)
        passed[0] += paper.SECONDS if ordered.is_draft else 1
        if ordered.is_draft:
            raise paper.PaperError(paper.TOO_SLOW)
        return b"PK"

    monkeypatch.setattr(printing, "bytes_of", slow)
    monkeypatch.setattr(printing, "monotonic", lambda: passed[0])
    drafts = []
    for n in range(4):
        MonthlyReport.objects.filter(pk=report.pk).update(revision=n)
        drafts.append(printing.order_draft(report, by=world.mai, at=at(DAY)).pk)
    filed(report, world, day=DAY)
    final = Paper.objects.get(is_draft=False).pk
    built = [printing.build_waiting(at=at(DAY) + timedelta(seconds=passed[0])) for _ in range(6)]
    assert (built, tried) == ([0, 0, 0, 0, 1, 0], [*drafts, final])
    assert set(Paper.objects.filter(pk__in=drafts).values_list("problem", flat=True)) == {paper.TOO_SLOW}


def test_what_was_claimed_before_waits_behind_what_never_was(world, report):
    died = printing.order_draft(report, by=world.mai, at=at(DAY), form="xlsx")
    died_first = printing.order_draft(report, by=world.mai, at=at(DAY), form="docx")
    for n, row in enumerate((died_first, died)):
        Paper.objects.filter(pk=row.pk).update(claimed_at=at(DAY) + timedelta(seconds=n))  # their workers were killed
    report = filed(report, world, day=DAY)
    other = printing.order_filed(report, by=world.mai, at=at(DAY), form="docx")
    MonthlyReport.objects.filter(pk=report.pk).update(revision=9)
    draft = printing.order_draft(report, by=world.mai, at=at(DAY), form="docx")
    waiting = Paper.objects.unbuilt(at=at(DAY) + LEASE + timedelta(minutes=1)).in_turn()
    final = Paper.objects.get(is_draft=False, form="pdf")
    assert list(waiting) == [draft, final, other, died_first, died]


def test_the_page_says_which_papers_are_tried_again(world, report, as_post):
    printing.order_draft(report, by=world.mai, at=at(DAY), form="docx")
    report = filed(report, world, day=DAY)
    Paper.objects.update(problem=paper.TOO_SLOW)
    page = as_post(world.mai).get(report.get_absolute_url()).content.decode()
    assert (page.count(paper.TOO_SLOW), page.count("Hệ thống tự lập lại")) == (2, 1)


def test_the_whole_hash_of_a_file_stands_beside_it(world, report, as_post):
    ordered = printing.order_draft(report, by=world.mai, at=at(DAY), form="docx")
    printing.build_waiting(at=at(DAY))
    page = as_post(world.mai).get(reverse("papers", args=[report.pk])).content.decode()
    assert page.count(Paper.objects.get(pk=ordered.pk).sha256) == 1
