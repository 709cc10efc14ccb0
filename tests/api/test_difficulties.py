"""Difficulties through the API: as the pages show them, and no further."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from journal.models import Entry
from orgunits.models import Level, Role
from tasks import difficulties
from tasks.models import Difficulty
from tests.api.conftest import post


@pytest.fixture
def trouble(world):
    row = difficulties.raise_(world.assignment, by=world.an, at=timezone.now(), words="Thiếu kinh phí", level=Level.WARD)
    return difficulties.send_up(row, by=world.binh, at=timezone.now(), words="Vượt thẩm quyền")


def test_it_is_told_with_its_steps(world, call, trouble):
    row = call(world.an).get(f"/difficulties/{trouble.pk}/").json()
    assert (row["words"], row["level"], row["state"], row["version"]) == ("Thiếu kinh phí", "ward", "open", 2)
    assert (row["unit"]["code"], row["lies_with"]["code"], row["reply_by"]) == ("22423.UBND", "56", trouble.reply_by.isoformat())
    assert [(step["act"], step["now_with"]["code"], step["late_days"]) for step in row["steps"]] == [
        ("raised", "22423", 0),
        ("sent_up", "56", 0),
    ]


def test_lists_are_exactly_what_the_model_lets_each_post_see(world, call, trouble):
    for acting in world.everyone:
        assert set(call(acting).ids("/difficulties/")) == set(Difficulty.objects.visible_to(acting).values_list("pk", flat=True)), acting
    chi = call(world.chi)
    there, nowhere = chi.get(f"/difficulties/{trouble.pk}/"), chi.get("/difficulties/999999/")
    assert (there.status_code, there.content) == (404, nowhere.content)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"lies_with": "56"}, True),
        ({"lies_with": "22423"}, False),
        ({"level": "province", "state": "open"}, True),
        ({"overdue": "true"}, False),
        ({"overdue": "false"}, True),
        ({"unit": "22423.CA"}, False),
        ({"updated_since": "2026-01-01T00:00:00Z"}, True),
        ({"updated_since": "2199-01-01T00:00:00Z"}, False),
    ],
)
def test_filters(world, call, trouble, query, found):
    assert call(world.an).ids("/difficulties/", **query) == ([trouble.pk] if found else [])
    assert call(world.chi).ids("/difficulties/", **query) == []


@pytest.mark.parametrize("n", [1, 3])
def test_three_ask_as_much_as_one(world, call, n, django_assert_num_queries):
    for _ in range(n):
        difficulties.raise_(world.assignment, by=world.an, at=timezone.now(), words="Thiếu", level=Level.WARD)
    caller = call(world.an)
    caller.get("/difficulties/")
    with django_assert_num_queries(6):
        caller.get("/difficulties/")


# Writing


def raising(world):
    return f"/assignments/{world.assignment.pk}/difficulties/"


def said(**more):
    return {"words": "Thiếu người", "proposal": "Xin thêm hai biên chế", "level": "ward", **more}


RAISES = {"an": 201, "dung": 201, "binh": 403, "chi": 404, "giang": 403, "admin": 404, "auditor": 403}


@pytest.mark.parametrize(("name", "code"), RAISES.items())
def test_who_may_raise(world, call, name, code):
    assert call(getattr(world, name)).post(raising(world), said()).status_code == code
    assert Difficulty.objects.count() == (code == 201)


def test_what_is_raised_is_what_the_page_would_raise(world, call):
    day = timezone.localdate() + timedelta(days=3)
    row = call(world.an).post(raising(world), said(level="province", reply_by=day.isoformat(), progress=world.progress.pk)).json()
    made = Difficulty.objects.get(pk=row["id"])
    assert (made.by, made.words, made.proposal, made.lies_with, made.reply_by, made.progress) == (
        *(world.an, "Thiếu người", "Xin thêm hai biên chế", world.khanh_hoa, day, world.progress),
    )
    assert (row["state"], row["version"], [step["act"] for step in row["steps"]]) == ("open", 1, ["raised"])
    assert call(world.an).ids(raising(world)) == [made.pk]
    assert call(world.an).ids(f"/assignments/{world.ongoing_assignment.pk}/difficulties/") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("words", ""),
        ("words", "x" * 2001),
        ("proposal", "x" * 2001),
        ("level", "village"),
        ("level", ""),
        ("reply_by", "mai"),
        ("reply_by", "2020-01-01"),
        ("reply_by", "2999-01-01"),
        ("progress", "x"),
        ("progress", 10**30),
        ("progress", -1),
        ("progress", 0),
    ],
)
def test_bad_input_is_one_sentence_beside_its_field(world, call, field, value):
    answer = call(world.an).post(raising(world), said(**{field: value}))
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Difficulty.objects.exists()


def test_the_same_key_is_the_same_difficulty_and_an_old_key_loses_no_new_words(world, call):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [call(world.an).post(raising(world), said(), **key) for _again in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    for more in (
        {"words": "Việc khác"},
        {"level": "province"},
        {"progress": world.progress.pk},
        {"reply_by": timezone.localdate().isoformat()},
    ):
        assert call(world.an).post(raising(world), said(**more), **key).status_code == 409, more
    assert call(world.dung).post(raising(world), said(), **key).status_code == 409
    assert call(world.an).post(f"/assignments/{world.ongoing_assignment.pk}/difficulties/", said(), **key).status_code == 409
    assert Difficulty.objects.count() == 1


@pytest.fixture
def raised(world):
    return difficulties.raise_(world.assignment, by=world.an, at=timezone.now(), words="Thiếu kinh phí", level=Level.WARD)


ACTS = {
    "answer": {"binh": 200, "an": 403, "dung": 403, "chi": 404, "giang": 404, "admin": 404, "auditor": 403},
    "send_up": {"binh": 200, "an": 403, "dung": 403, "chi": 404, "giang": 404, "admin": 404, "auditor": 403},
    "withdraw": {"an": 200, "dung": 200, "binh": 403, "chi": 404, "giang": 404, "admin": 404, "auditor": 403},
    "close": {"an": 200, "dung": 200, "binh": 403, "chi": 404, "giang": 404, "admin": 404, "auditor": 403},
    "reopen": {"an": 200, "dung": 200, "binh": 403, "chi": 404, "giang": 404, "admin": 404, "auditor": 403},
}


@pytest.mark.parametrize(("act", "name"), [(act, name) for act, names in ACTS.items() for name in names])
def test_each_act_is_for_who_may_do_it_on_the_page(world, call, raised, act, name):
    if act in {"close", "reopen"}:
        raised = difficulties.answer(raised, by=world.binh, at=timezone.now(), words="Đã cấp")
    answer = call(getattr(world, name)).post(f"/difficulties/{raised.pk}/{act}/", {"words": "Lời mới", "version": raised.version})
    assert answer.status_code == ACTS[act][name]
    assert raised.steps.count() == raised.version + (answer.status_code == 200)
    if answer.status_code == 200:
        assert (answer.json()["version"], answer.json()["steps"][-1]["words"]) == (raised.version + 1, "Lời mới")


def test_an_act_sent_again_changes_nothing_and_one_on_an_old_version_is_told_the_new_one(world, call, raised):
    path, words = f"/difficulties/{raised.pk}/answer/", {"words": "Đã cấp", "version": 1}
    assert [call(world.binh).post(path, words).status_code for _again in range(2)] == [200, 200]
    stale = call(world.binh).post(path, {**words, "words": "Chưa cấp"})
    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    assert Entry.objects.filter(verb="difficulty.answered").count() == 1


@pytest.mark.parametrize(
    ("act", "data", "field"),
    [
        ("answer", {"version": 1}, "words"),
        ("answer", {"words": "Đã cấp"}, "version"),
        ("answer", {"words": "Đã cấp", "version": 0}, "version"),
        ("send_up", {"version": 1, "words": " "}, "words"),
        ("send_up", {"version": 1, "words": "x" * 2001}, "words"),
    ],
)
def test_an_act_without_its_words_or_version_is_refused(world, call, raised, act, data, field):
    answer = call(world.binh).post(f"/difficulties/{raised.pk}/{act}/", data)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert raised.steps.count() == 1


def test_asked_again_one_level_up_until_there_is_none(world, call, raised):
    head = post("hoa", "Hòa", world.centre, Role.STEERING)
    Difficulty.objects.filter(pk=raised.pk).update(lies_with=world.khanh_hoa, state="answered")
    path = f"/difficulties/{raised.pk}/reopen/"
    row = call(world.an).post(path, {"words": "Chưa rõ", "version": 1, "up": True}).json()
    assert (row["lies_with"]["code"], row["state"]) == ("TW", "open")
    assert call(head).post(f"/difficulties/{raised.pk}/send_up/", {"words": "x", "version": 2}).status_code == 403
    assert call(head).post(f"/difficulties/{raised.pk}/answer/", {"words": "Đã cấp", "version": 2}).status_code == 200
    refused = call(world.an).post(path, {"words": "Chưa rõ", "version": 3, "up": True})
    assert (refused.status_code, list(refused.json())) == (400, ["up"])
    assert call(world.an).post(path, {"words": "Chưa rõ", "version": 3}).json()["version"] == 4


def test_a_key_that_may_only_read_writes_nothing(world, call, raised):
    assert call(world.an, may_write=False).post(raising(world), said()).status_code == 403
    assert call(world.binh, may_write=False).post(f"/difficulties/{raised.pk}/answer/", {"words": "x", "version": 1}).status_code == 403
    assert raised.steps.count() == 1
