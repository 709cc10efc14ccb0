"""The paper of a report out of turn: number, receipt, frozen facts, its file built by the job; and a returned one's paper stays."""

import hashlib
import io
import uuid
from datetime import date, timedelta

import pypdf
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from journal.models import Entry
from orgunits.models import Role
from plans.models import Plan
from reports import call_paper, calling, drafting, numbering, paper, printing
from reports.models import CallAnswer, CallFiling, MonthlyReport, Paper
from tests.reports import test_calling
from tests.reports.test_calling import DUE, TODAY, file
from tests.reports.test_month import at, filed, june
from tests.world import plan_of

pytestmark = pytest.mark.django_db
nga, call, answer = test_calling.nga, test_calling.call, test_calling.answer
WORDS = "Có 12 camera.\n\nTrong đó 3 chiếc chưa rõ xuất xứ."
needs_pdf = pytest.mark.skipif(paper.problem() is not None, reason=f"no PDF here: {paper.problem()}")


@pytest.fixture(autouse=True)
def _the_day_is_1_july():
    with time_machine.travel(at(TODAY), tick=False):
        yield


def returned(answer, world, *, moment):
    calling.judge(answer, by=world.dung, at=moment, ok=False, reason="Thiếu xuất xứ")
    return CallAnswer.objects.get(pk=answer.pk)


def test_a_filed_answer_has_number_receipt_and_frozen_facts(world, answer):
    row = file(answer, world, moment=at(TODAY), words=WORDS)
    filing = row.filings.get()
    facts = filing.facts
    assert (filing.number, filing.symbol, filing.version) == (1, "01-BC/BCĐ", 1)
    assert filing.receipt == facts["receipt"] == f"{answer.unit.code}-DX-{answer.pk:06d}-v1"
    assert facts["sections"] == [
        {"heading": "", "paragraphs": ["Có 12 camera.", "Trong đó 3 chiếc chưa rõ xuất xứ."], "table": None},
    ]
    assert facts["bases"] == ["yêu cầu báo cáo của Ban Chỉ đạo tỉnh Khánh Hòa ngày 01/07/2026"]
    assert facts["recipients"] == ["Ban Chỉ đạo tỉnh Khánh Hòa (để báo cáo)", "Lưu Ban Chỉ đạo"]
    assert (facts["subject"], facts["number"], facts["dated_on"], facts["draft"]) == ("Rà soát camera", 1, "2026-07-01", False)
    assert facts["signature"]["name"] == world.binh.person.full_name
    ordered = Paper.objects.get()
    assert (ordered.filing, ordered.is_draft, ordered.facts) == (filing, False, facts)
    assert Entry.objects.about(answer).get(verb="call.filed").facts["number"] == 1


def test_monthly_reports_and_answers_take_turns_in_one_series(world, nga, call, answer):
    world.duty()
    filed(june(world), world, day=date(2026, 6, 23))
    assert file(answer, world, moment=at(TODAY)).number == 2
    assert numbering.next_number(world.ba_ngoi, at=at(TODAY)) == 3
    assert file(call.answers.get(unit=world.cam_linh), world, moment=at(TODAY)).number == 1  # each issuer's own
    drafting.open_reports(on=date(2026, 7, 24))
    july = filed(MonthlyReport.objects.get(unit=world.ba_ngoi, month=date(2026, 7, 1)), world, day=date(2026, 7, 20))
    assert july.number == 3
    assert numbering.next_number(world.ba_ngoi, at=at(date(2027, 1, 2))) == 4  # the term runs on


def test_a_returned_answer_is_filed_again_with_a_new_number_and_paper_and_the_old_ones_stay(world, answer):
    row = file(answer, world, moment=at(TODAY))
    again = file(returned(row, world, moment=at(TODAY, 10)), world, moment=at(TODAY, 11), words=WORDS)
    first, second = again.filings.order_by("version")
    assert [(one.version, one.number) for one in (first, second)] == [(1, 1), (2, 2)]
    assert (again.number, again.version) == (2, 2)
    verdict = again.verdicts.get()
    assert (verdict.filing, verdict.words) == (first, "Có 12 camera")
    assert {one.filing: one.facts["sections"][0]["paragraphs"][0] for one in Paper.objects.all()} == {
        first: "Có 12 camera",
        second: "Có 12 camera.",
    }


def test_filing_twice_takes_one_number(world, answer):
    row = file(answer, world, moment=at(TODAY))
    assert calling.file(row, by=world.mai, at=at(TODAY, 12)).number == 1
    assert (CallFiling.objects.count(), Paper.objects.count()) == (1, 1)


def test_a_state_paper_where_the_committee_issued_the_units_plan(world, answer):
    world.duty()
    world.plan.document.issuer = world.ubnd
    world.plan.document.save()
    facts = call_paper.facts_of(answer, draft=True)
    assert (facts["profile"], facts["recipients"][-1], facts["opening"]) == ("state", "Lưu: VT", "Ủy ban nhân dân báo cáo như sau:")
    Plan.objects.update(withdrawn_on=date(2026, 6, 1))
    assert call_paper.facts_of(answer, draft=True)["profile"] == "party"
    plan_of(world.cam_linh, "9-KH/BCĐ")  # a neighbour's plan says nothing here
    assert call_paper.facts_of(answer, draft=True)["profile"] == "party"


@needs_pdf
def test_the_job_builds_it_and_the_bytes_are_what_the_row_says(world, answer):
    file(answer, world, moment=at(TODAY), words=WORDS)
    assert [printing.build_waiting(at=at(TODAY)) for _ in range(2)] == [1, 0]
    built = Paper.objects.get()
    data = built.file.open().read()
    assert (built.size, built.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert built.file.name == f"papers/2026-07/{built.sha256}.pdf"
    assert built.file_name == f"bao-cao-dot-xuat-{answer.unit.code}-{answer.pk:06d}-v1.pdf"
    said = " ".join(pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().split())
    for words in ("Rà soát camera", "Trong đó 3 chiếc", "Lưu Ban Chỉ đạo", "Ban Chỉ đạo báo cáo như sau:", "Binh"):
        assert words in said
    assert "trong kỳ" not in said
    assert data == printing.bytes_of(built)


def test_a_draft_ordered_again_while_it_is_still_to_be_built_is_that_one(world, answer, as_post):
    row, address = calling.edit(answer, WORDS, by=world.mai, at=at(TODAY), revision=0), reverse("print_call_answer", args=[answer.pk])
    for _ in range(40):
        assert as_post(world.mai).post(address).status_code == 302
    assert (Paper.objects.count(), Entry.objects.filter(verb="call.printed").count()) == (1, 1)
    calling.edit(row, "Lời về sau", by=world.mai, at=at(TODAY), revision=1)
    as_post(world.mai).post(address)
    Paper.objects.update(problem=paper.TOO_SLOW)
    as_post(world.mai).post(address)
    assert Paper.objects.count() == 3


@needs_pdf
def test_a_draft_is_marked_until_it_is_filed(world, answer):
    row = calling.edit(answer, WORDS, by=world.mai, at=at(TODAY), revision=0)
    ordered = call_paper.order(row, by=world.mai, at=at(TODAY))
    calling.edit(row, "Lời về sau", by=world.mai, at=at(TODAY), revision=1)
    assert (ordered.is_draft, ordered.facts["draft"], ordered.facts["number"]) == (True, True, None)
    assert printing.build_waiting(at=at(TODAY)) == 1
    built = Paper.objects.get()
    page = pypdf.PdfReader(built.file.open()).pages[0].extract_text()
    assert ("DỰ THẢO" in page, "Có 12 camera" in page, built.file_name.endswith("-du-thao.pdf")) == (True, True, True)
    assert Entry.objects.about(answer).get(verb="call.printed").facts["paper"] == ordered.pk


def test_a_word_file_of_what_was_filed_is_made_once(world, answer, as_post):
    file(answer, world, moment=at(TODAY), words=WORDS)
    address = reverse("print_call_answer", args=[answer.pk])
    for post, form, status in [(world.mai, "docx", 302), (world.dung, "docx", 302), (world.dung, "xlsx", 302), (world.giang, "docx", 404)]:
        assert as_post(post).post(address, {"form": form}).status_code == status
    ordered = Paper.objects.get(form="docx")
    assert (ordered.is_draft, ordered.ordered_by, Paper.objects.count()) == (False, world.mai, 2)
    assert printing.bytes_of(ordered)[:2] == b"PK"


def test_nobody_orders_a_draft_without_words_and_no_stranger_any(world, nga, answer, as_post):
    address = reverse("print_call_answer", args=[answer.pk])
    assert [as_post(post).post(address).status_code for post in (world.mai, world.dung, nga)] == [403, 404, 404]
    calling.edit(answer, WORDS, by=world.mai, at=at(TODAY), revision=0)
    assert [as_post(post).post(address).status_code for post in (world.binh, world.dung, nga)] == [302, 404, 404]


def built(row):
    """The Paper with a file, without a press."""
    row.file.save("x.pdf", io.BytesIO(b"%PDF-1.4"), save=False)
    row.built_at = at(TODAY)
    row.save()
    return row


def who_fetches(row, posts, as_post):
    return [as_post(post).get(reverse("download_paper", args=[row.pk])).status_code for post in posts]


def test_a_paper_is_fetched_by_who_may_read_what_it_prints(world, nga, answer, as_post):
    kim, official = world.hire("kim", world.khanh_hoa, Role.AUDITOR), world.hire("tam", world.khanh_hoa)
    posts = [world.mai, world.binh, nga, world.dung, kim, world.hoa, world.giang, official, world.an]
    row = calling.edit(answer, WORDS, by=world.mai, at=at(TODAY), revision=0)
    draft = built(call_paper.order(row, by=world.mai, at=at(TODAY)))
    assert who_fetches(draft, posts, as_post) == [200, 200, *[404] * 7]
    row = file(answer, world, moment=at(TODAY))
    final = built(row.papers.get(is_draft=False))
    assert who_fetches(final, posts, as_post) == [200] * 6 + [404] * 3
    assert who_fetches(draft, posts, as_post) == [200, 200, *[404] * 7]
    returned(row, world, moment=at(TODAY, 10))  # what was judged stays with who judged it
    assert who_fetches(final, posts, as_post) == [200] * 6 + [404] * 3
    page = as_post(world.dung).get(answer.call.get_absolute_url()).content.decode()
    assert reverse("download_paper", args=[final.pk]) in page


def test_the_page_of_an_answer_shows_number_receipt_and_papers(world, answer, as_post):
    file(answer, world, moment=at(TODAY))
    final = built(Paper.objects.get())
    page = as_post(world.dung).get(answer.get_absolute_url())
    filing = page.context["filing"]
    for words in (filing.symbol, filing.receipt, reverse("download_paper", args=[final.pk])):
        assert words in page.content.decode()
    assert page.context["building"] is False
    said = as_post(world.mai).post(reverse("file_call_answer", args=[answer.pk]), follow=True)
    assert filing.receipt in "".join(str(message) for message in said.context["messages"])
    lists = [
        as_post(post).get(reverse("call_papers", args=[answer.pk])).status_code for post in (world.mai, world.dung, world.an, world.giang)
    ]
    assert lists == [200, 200, 403, 404]  # an official reads it and takes no paper along


def test_a_paper_belongs_to_one_report_alone(world, answer):
    row = file(answer, world, moment=at(TODAY))
    world.duty()
    terms = {"facts": {}, "ordered_by": world.mai, "ordered_at": at(TODAY)}
    wrong = [{}, {"report": june(world), "answer": row}, {"answer": row, "is_draft": False}, {"answer": row, "filing": row.filings.get()}]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Paper.objects.create(**fields, **terms)
    assert Paper.objects.count() == 1


def test_a_filing_after_the_day_is_dated_as_it_was_filed(world, answer):
    row = file(answer, world, moment=DUE + timedelta(days=1))
    assert (row.filings.get().facts["dated_on"], row.filings.get().at) == ("2026-07-16", DUE + timedelta(days=1))


def test_each_call_has_receipts_of_its_own(world, nga, answer):
    terms = {"title": "Việc khác", "words": "Nêu", "due_at": DUE, "token": uuid.uuid4()}
    other = calling.ask(world.khanh_hoa, units=[world.ba_ngoi], by=nga, at=at(TODAY), **terms).answers.get()
    one, two = (file(row, world, moment=at(TODAY)).filings.get() for row in (answer, other))
    assert (one.number, two.number, one.receipt == two.receipt) == (1, 2, False)
