"""Lint of a draft: what the head is shown before signing, asked once, frozen and journaled."""

from datetime import date

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse

from journal.models import Entry
from reports import drafting, filing, lint
from reports.models import MonthlyReport
from tests.reports.test_month import JULY, at, filed, june, logged

TODAY = date(2026, 6, 20)
PDF = b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def proof():
    return ContentFile(PDF, name="bien-ban.pdf")


def found(report, *, day=TODAY):
    """[(kind, part)] in a draft as it stands on `day`."""
    draft = drafting.Draft(MonthlyReport.objects.get(pk=report.pk), at=at(day))
    return [(finding.kind, finding.part) for finding in lint.findings(draft)]


def says(report, kind):
    draft = drafting.Draft(MonthlyReport.objects.get(pk=report.pk), at=at(TODAY))
    return next(finding.says for finding in lint.findings(draft) if finding.kind == kind)


@pytest.fixture
def clean(world):
    """A draft in which nothing is to be found, and its duty."""
    duty = world.duty()
    logged(duty, world.an, files=[proof()])
    return june(world), duty


def write(world, report, words):
    report.edit(words, by=world.mai, at=at(TODAY), revision=None)


def test_a_draft_as_it_should_be_has_no_findings(clean):
    assert found(clean[0]) == []


def test_a_month_without_an_entry_is_empty_and_words_of_dots_too(world):
    world.duty()
    report = june(world)
    assert found(report) == [("empty", 2)]
    write(world, report, {2: "Đã làm nhiều việc", 5: "…"})
    assert found(report) == [("blank", 5)]


def test_the_words_of_last_month_again(world, clean):
    report, duty = clean
    write(world, report, {3: "Còn thiếu người.", 5: "Không có đề xuất, kiến nghị."})
    filed(report, world, day=date(2026, 6, 22))
    logged(duty, world.an, words="Rà soát thêm", day=date(2026, 7, 2), files=[proof()])
    july = june(world, JULY)
    july.edit({3: "còn thiếu  NGƯỜI.", 4: "Khác"}, by=world.mai, at=at(date(2026, 7, 3)), revision=None)
    assert found(july, day=date(2026, 7, 20)) == [("same", 3)]


def test_everything_wholly_done(world, clean):
    report, _ = clean
    for _n in range(2):
        duty = world.duty(due_on=date(2026, 9, 1))
        logged(duty, world.an, percent=100, files=[proof()])
    assert found(report) == []
    filed(report, world, day=date(2026, 6, 21))
    for duty in world.duties(2, due_on=date(2026, 9, 30)):
        logged(duty, world.an, percent=100, files=[proof()], day=date(2026, 7, 2))
    assert found(june(world, JULY), day=date(2026, 7, 20)) == [("all_done", 2)]


def test_results_without_any_evidence_are_named(world, clean):
    report, duty = clean
    logged(duty, world.an, words="Thêm", day=date(2026, 6, 16))
    assert found(report) == []  # one file proves the duty's results of the period
    logged(world.duty(), world.an)
    assert found(report) == [("unproven", 2)]
    assert says(report, "unproven").endswith(": 2.")


def test_numbers_that_contradict_the_rows(world, clean):
    report, _ = clean
    world.duties(2, due_on=date(2026, 6, 1))
    write(world, report, {1: "Có ba nhiệm vụ quá hạn, 1 nhiệm vụ thường xuyên. Tiếp tục."})
    assert found(report) == [("number", 1)]
    sentence = says(report, "number")
    assert ("3 «quá hạn»" in sentence, "2" in sentence, "Có ba nhiệm vụ quá hạn" in sentence) == (True, True, True)


def test_drafted_numbers_are_never_held_against_the_rows(world, clean):
    world.duties(2, due_on=date(2026, 6, 1))
    assert found(clean[0]) == []


def test_a_difficulty_the_clerk_left_out(world, clean):
    report, duty = clean
    logged(duty, world.an, difficulties="Thiếu kinh phí thay máy chủ cũ", files=[proof()])
    assert found(report) == []  # the drafted words name it
    write(world, report, {3: "Không có vướng mắc."})
    assert found(report) == [("difficulty", 3)]
    assert "kinh phí" not in says(report, "difficulty")
    for words in ("Chưa có kinh phí để thay máy chủ.", "1: đang xử lý", "Vướng mắc ở nhiệm vụ 1."):
        write(world, report, {3: words})
        assert found(report) == [], words


def test_a_duty_due_next_period_that_part_iv_leaves_out(world, clean):
    report, _ = clean
    world.duty(due_on=date(2026, 7, 20), title="Diễn tập ứng cứu sự cố")
    world.duty(due_on=date(2026, 9, 20), title="Tổng kết năm")
    assert found(report) == []
    write(world, report, {4: "Tiếp tục nhiệm vụ thường xuyên"})
    assert found(report) == [("coming", 4)]
    assert says(report, "coming").endswith(": 2.")
    write(world, report, {4: "Tổ chức diễn tập ứng cứu"})
    assert found(report) == []


def test_figures_that_changed_since_she_wrote(world, clean, page):
    _, duty = clean
    page()
    page(part2="Câu của văn thư")
    assert found(page.report) == []
    logged(duty, world.an, words="Thêm", day=date(2026, 6, 19))
    assert found(page.report) == [("changed", 2)]


# Signing


@pytest.fixture
def doubtful(world):
    """A report with one finding."""
    logged(world.duty(), world.an)
    return june(world)


def sign(client, report, **more):
    with time_machine.travel(at(TODAY), tick=False):
        return client.post(reverse("sign_report", args=[report.pk]), {"revision": 0, **more})


def read(client, report):
    with time_machine.travel(at(TODAY), tick=False):
        return client.get(report.get_absolute_url())


def test_signing_asks_once_and_freezes_what_stood_open(world, doubtful, as_post):
    client = as_post(world.binh)
    shown = read(client, doubtful)
    assert 'id="notes"' in shown.content.decode()
    asked = sign(client, doubtful)
    doubtful.refresh_from_db()
    assert (asked.status_code, doubtful.signed_at, 'id="unnoted"' in asked.content.decode()) == (422, None, True)
    assert sign(client, doubtful, noted=asked.context["noted"]).status_code == 302
    doubtful.refresh_from_db()
    assert doubtful.facts["notes"] == [["unproven", 2, {"refs": "1"}]]
    assert Entry.objects.get(verb="report.signed").facts == {"entries": 1, "findings": 1}
    assert shown.context["noted"] == asked.context["noted"]


def test_a_finding_that_came_meanwhile_is_asked_again(world, doubtful, as_post):
    client = as_post(world.binh)
    noted = read(client, doubtful).context["noted"]
    logged(world.duty(), world.an)
    assert sign(client, doubtful, noted=noted).status_code == 422


def test_without_findings_nothing_is_asked(world, clean, as_post):
    report, _ = clean
    client = as_post(world.binh)
    assert 'name="noted"' not in read(client, report).content.decode()
    assert sign(client, report).status_code == 302
    assert Entry.objects.get(verb="report.signed").facts == {"entries": 1, "findings": 0}


def test_findings_frozen_are_not_looked_for_again(world, doubtful, as_post):
    report = filing.sign(doubtful, by=world.binh, at=at(TODAY))
    logged(world.duty(), world.an)
    for post in (world.mai, world.binh):
        notes = read(as_post(post), report).context["notes"]
        assert [finding.as_json() for finding in notes] == report.facts["notes"]
    report = filing.file(report, by=world.mai, at=at(TODAY))
    page = read(as_post(world.dung), report).content.decode()
    assert "minh chứng: 1" in page or "evidence: 1" in page


def test_a_draft_tells_its_findings_to_its_clerk_and_head_alone(world, doubtful, as_post):
    assert [bool(read(as_post(post), doubtful).context["notes"]) for post in (world.mai, world.binh, world.an)] == [True, True, False]


def test_a_report_signed_before_findings_were_kept_shows_none(world, doubtful, as_post):
    report = filing.sign(doubtful, by=world.binh, at=at(TODAY))
    facts = {name: value for name, value in report.facts.items() if name != "notes"}
    MonthlyReport.objects.filter(pk=report.pk).update(facts=facts)
    assert read(as_post(world.mai), report).context["notes"] == []


@pytest.mark.parametrize("n", [1, 12])
def test_the_queries_do_not_grow_with_the_duties(world, django_assert_num_queries, n):
    for duty in world.duties(n, due_on=date(2026, 7, 20)):
        logged(duty, world.an, difficulties="Thiếu người")
    draft = drafting.Draft(june(world), at=at(TODAY))
    draft.words()
    with django_assert_num_queries(1):
        lint.findings(draft)


def test_a_ward_with_21_duties_files_in_three_requests_with_nothing_typed(world, as_post):
    """Open, sign, file: the head from the page, the clerk from «Việc của tôi»; the browser counts the clicks too."""
    for n, duty in enumerate(world.duties(21)):
        logged(duty, world.an, words=f"Kết quả {n}", files=[proof()])
    report = june(world)
    head = as_post(world.binh)
    assert read(head, report).context["notes"] == []
    assert sign(head, report).status_code == 302
    clerk, address = as_post(world.mai), reverse("file_report", args=[report.pk])
    with time_machine.travel(at(TODAY), tick=False):
        assert address in clerk.get("/").content.decode()
        assert clerk.post(address, {"revision": 1}).status_code == 302
        assert address not in clerk.get("/").content.decode()
    report.refresh_from_db()
    assert (report.status, report.entries.count()) == ("filed", 21)


def test_only_a_signed_report_can_be_filed_from_my_work_and_only_by_its_clerk(world, doubtful, as_post):
    def offered(post):
        with time_machine.travel(at(TODAY), tick=False):
            return reverse("file_report", args=[doubtful.pk]) in as_post(post).get("/").content.decode()

    assert not offered(world.mai)
    filing.sign(doubtful, by=world.binh, at=at(TODAY))
    assert [offered(post) for post in (world.mai, world.binh, world.dung, world.an)] == [True, False, False, False]


# What is no doubt, and what no longer hides one


def test_a_single_result_that_is_wholly_done_is_believed(world):
    logged(world.duty(due_on=date(2026, 9, 30)), world.an, percent=100, files=[proof()])
    assert found(june(world)) == []


@pytest.mark.parametrize("words", ["Thiếu người trực.", "17: đang xử lý", "Vướng mắc ở nhiệm vụ 12.", "Nhiệm vụ 1/2026: đang xử lý"])
def test_a_word_in_common_and_the_number_of_another_duty_name_nothing(world, clean, words):
    report, duty = clean
    logged(duty, world.an, difficulties="Thiếu kinh phí thay máy chủ cũ", files=[proof()])
    write(world, report, {3: words})
    assert found(report) == [("difficulty", 3)]
