"""Calls and answers out of turn through the API: what a row says, its filters, its reach, what a list costs."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from orgunits.models import Role
from reports import calling
from reports.call_api import STATUSES
from reports.models import CallAnswer
from tests.api.conftest import post


@pytest.fixture
def above(world):
    return post("thinh", "Nguyễn Thịnh", world.khanh_hoa, Role.STEERING)


@pytest.fixture
def asked(world, above):
    return made(world, above, "Rà soát camera")


def made(world, by, title="Việc khác"):
    terms = {"title": title, "words": "Số lượng", "due_at": timezone.now() + timedelta(days=9), "token": uuid.uuid4()}
    return calling.ask(world.khanh_hoa, units=[world.ba_ngoi], by=by, at=timezone.now(), **terms)


def answered(world, asked, until="filed"):
    now, row = timezone.now(), asked.answers.select_related("unit").get()
    if until == "draft":
        return row
    row = calling.sign(calling.edit(row, "Có 12 camera", by=world.dung, at=now, revision=None), by=world.binh, at=now)
    return row if until == "signed" else calling.file(row, by=world.dung, at=now)


def test_a_call_and_what_was_changed_since(world, above, asked, call):
    was = asked.due_at
    calling.move(asked, was + timedelta(days=2), by=above, at=timezone.now(), reason="Thêm thời gian", token=uuid.uuid4())
    row = call(above).get(f"/calls/{asked.pk}/").json()
    assert (row["title"], row["unit"]["code"], row["asked"], row["filed"]) == ("Rà soát camera", "56", 1, 0)
    assert [(one["reason"], one["by"]["name"]) for one in row["changes"]] == [("Thêm thời gian", "Nguyễn Thịnh")]
    assert row["changes"][0]["due_at"] == row["due_at"] != row["changes"][0]["was_due_at"]


def test_an_answer_with_its_number_and_verdict(world, above, asked, call):
    filing = answered(world, asked).filings.get()
    calling.judge(asked.answers.get(), by=above, at=timezone.now(), ok=False, reason="Thiếu xuất xứ")
    row = call(world.dung).get(f"/call-answers/{asked.answers.get().pk}/").json()
    assert (row["status"], row["timing"], row["version"], row["number"]) == ("returned", "on_time", 2, None)
    assert [(one["symbol"], one["receipt"]) for one in row["filings"]] == [(filing.symbol, filing.receipt)]
    assert [(one["ok"], one["reason"], one["words"]) for one in row["verdicts"]] == [(False, "Thiếu xuất xứ", "Có 12 camera")]
    assert row["call"]["title"] == "Rà soát camera"


def test_the_reach_is_that_of_the_pages(world, above, asked, call):
    row = answered(world, asked, until="signed")
    seen = {name: call(who).ids("/call-answers/") for name, who in {"clerk": world.dung, "above": above, "admin": world.admin}.items()}
    assert seen == {"clerk": [row.pk], "above": [], "admin": []}
    calling.file(row, by=world.dung, at=timezone.now())
    assert (call(above).ids("/call-answers/"), call(world.chi).ids("/call-answers/")) == ([row.pk], [])
    assert (call(above).ids("/calls/"), call(world.dung).ids("/calls/")) == ([asked.pk], [])
    assert call(world.chi).get(f"/call-answers/{row.pk}/").status_code == 404


@pytest.mark.parametrize("status", STATUSES)
def test_the_status_filter_means_what_the_answer_says(world, above, call, status):
    for step in ("draft", "signed", "filed", "accepted", "returned"):
        row = answered(world, made(world, above, step), until=step if step in {"draft", "signed"} else "filed")
        if step in {"accepted", "returned"}:
            calling.judge(row, by=above, at=timezone.now(), ok=step == "accepted", reason="Vì")
    rows = call(world.dung).get("/call-answers/", status=status).json()["results"]
    assert [(row["call"]["title"], row["status"]) for row in rows] == [(status, status)]


def test_calls_and_answers_are_found_by_step_unit_and_change(world, above, asked, call):
    other, soon = made(world, above), (timezone.now() - timedelta(minutes=1)).isoformat()
    answered(world, asked)
    calling.withdraw(other, by=above, at=timezone.now(), reason="Thôi", token=uuid.uuid4())
    there, here = call(above), call(world.dung)
    assert [there.ids("/calls/", step=step) for step in ("answered", "open", "withdrawn")] == [[asked.pk], [], [other.pk]]
    assert (there.ids("/calls/", unit="22423"), there.get("/calls/", step="x").status_code) == ([], 400)
    assert sorted(there.ids("/calls/", updated_since=soon)) == sorted([asked.pk, other.pk])
    assert here.ids("/call-answers/", withdrawn="true") == list(CallAnswer.objects.filter(call=other).values_list("pk", flat=True))
    assert here.ids("/call-answers/", call=asked.pk, withdrawn="false", unit="22423") == [asked.answers.get().pk]
    assert len(here.ids("/call-answers/", updated_since=soon)) == 2
    assert here.ids("/call-answers/", updated_since=(timezone.now() + timedelta(days=1)).isoformat()) == []


@pytest.mark.parametrize("path", ["/calls/", "/call-answers/"])
def test_a_list_costs_the_same_for_one_row_and_for_three(world, above, asked, call, path, django_assert_max_num_queries):
    def busy(row):
        calling.judge(answered(world, row), by=above, at=timezone.now(), ok=True)
        calling.move(row, row.due_at + timedelta(days=1), by=above, at=timezone.now(), reason="Vì", token=uuid.uuid4())

    busy(asked)
    caller = call(above)
    caller.get(path)
    with django_assert_max_num_queries(20) as first:
        assert len(caller.ids(path)) == 1
    for _ in range(2):
        busy(made(world, above))
    with django_assert_max_num_queries(20) as second:
        assert len(caller.ids(path)) == 3
    assert len(first) == len(second)
