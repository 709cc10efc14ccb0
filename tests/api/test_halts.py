"""Pausing, dropping and resuming through the API: the rules of the pages, once for each key, told where it stands otherwise."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from journal.models import Entry
from orgunits.models import Role
from tasks import halting
from tasks.models import Halt, State
from tests.api.conftest import post


def said(**more):
    return {"kind": "pause", "reason": "Chờ kinh phí", **more}


@pytest.fixture
def duty(world):
    """A duty Bình confirms: Công an leads it."""
    world.hoa = post("hoa", "Hòa", world.khanh_hoa, Role.STEERING)
    return world.assignment


def asking(duty):
    return f"/assignments/{duty.pk}/halts/"


@pytest.fixture
def halt(world, duty):
    return halting.ask(duty, kind="pause", reason="Chờ kinh phí", by=world.an, at=timezone.now())


def judge(world):
    """The post that confirms what the duty's unit says."""
    return next(one for one in (world.binh, world.hoa) if world.assignment.may_be_judged_by(one))


ASKS = {"an": 201, "dung": 201, "chi": 404, "admin": 404, "auditor": 403}


@pytest.mark.parametrize(("name", "code"), ASKS.items())
def test_who_may_ask(world, call, duty, name, code):
    assert call(getattr(world, name)).post(asking(duty), said()).status_code == code
    assert Halt.objects.count() == (code == 201)


def test_what_is_asked_waits_and_the_clock_runs_on(world, call, duty):
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    row = call(world.an).post(asking(duty), said(until=until, version=duty.version)).json()
    assert (row["kind"], row["until"], row["accepted"], row["stands"], row["by"]["name"]) == ("pause", until, None, True, "Nguyễn Văn An")
    duty.refresh_from_db()
    assert duty.state == State.DOING
    assert Entry.objects.filter(verb="assignment.pause_asked").count() == 1


def test_who_confirms_orders_by_a_document(world, call, duty):
    caller = call(judge(world))
    refused = caller.post(asking(duty), said())
    assert (refused.status_code, list(refused.json())) == (400, ["document"])
    row = caller.post(asking(duty), said(kind="drop", document="99-CV/BCĐ")).json()
    duty.refresh_from_db()
    assert (row["accepted"], duty.state) == (True, State.DROPPED)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "halt"),
        ("reason", ""),
        ("reason", "x" * 2001),
        ("document", "x" * 201),
        ("until", "mai"),
        ("until", "2020-01-01"),
        ("version", "x"),
        ("version", 2**31),
    ],
)
def test_bad_input_is_one_sentence_beside_its_field(world, call, duty, field, value):
    answer = call(world.an).post(asking(duty), said(**{field: value}))
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Halt.objects.exists()


def test_a_stale_version_and_a_request_that_stands_are_409(world, call, duty):
    stale = call(world.an).post(asking(duty), said(version=duty.version + 7))
    assert (stale.status_code, stale.json()["version"]) == (409, duty.version)
    assert call(world.an).post(asking(duty), said()).status_code == 201
    assert call(world.dung).post(asking(duty), said()).status_code == 409
    assert Halt.objects.count() == 1


def test_the_same_key_is_the_same_request_and_an_old_key_loses_no_new_words(world, call, duty):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [call(world.an).post(asking(duty), said(), **key) for _again in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert call(world.an).post(asking(duty), said(reason="Việc khác"), **key).status_code == 409
    assert call(world.dung).post(asking(duty), said(), **key).status_code == 409
    assert call(world.an).post(asking(world.ongoing_assignment), said(), **key).status_code == 409
    assert call(world.an).post(asking(duty), said(), **{"Idempotency-Key": "x"}).status_code == 400
    assert Halt.objects.count() == 1


def test_the_word_on_it(world, call, halt):
    path = f"/halts/{halt.pk}/judge/"
    for name, code in {"an": 403, "dung": 403, "chi": 404, "admin": 404, "auditor": 403}.items():
        assert call(getattr(world, name)).post(path, {"ok": True}).status_code == code, name
    caller = call(judge(world))
    assert list(caller.post(path, {"ok": False}).json()) == ["reason"]
    answers = [caller.post(path, {"ok": True}) for _again in range(2)]
    assert [(one.status_code, one.json()["accepted"]) for one in answers] == [(200, True)] * 2
    assert caller.post(path, {"ok": False, "reason": "Không đủ căn cứ"}).status_code == 409
    world.assignment.refresh_from_db()
    assert world.assignment.state == State.PAUSED
    assert Entry.objects.filter(verb="assignment.paused").count() == 1


def test_it_is_refused_with_the_reason(world, call, halt):
    row = call(judge(world)).post(f"/halts/{halt.pk}/judge/", {"ok": False, "reason": "Không đủ căn cứ"}).json()
    assert (row["accepted"], row["verdict"], row["stands"]) == (False, "Không đủ căn cứ", False)


def test_nobody_judges_what_they_asked_for(world, call, duty):
    head = judge(world)
    own = halting.ask(duty, kind="pause", reason="Chờ", by=world.an, at=timezone.now())
    Halt.objects.filter(pk=own.pk).update(by=head)
    assert call(head).post(f"/halts/{own.pk}/judge/", {"ok": True}).status_code == 403


def test_it_is_taken_back_once(world, call, halt):
    path = f"/halts/{halt.pk}/withdraw/"
    assert call(judge(world)).post(path, {}).status_code == 403
    assert [call(world.an).post(path, {}).status_code for _again in range(2)] == [200, 200]
    assert call(world.dung).post(path, {}).status_code == 409
    assert Entry.objects.filter(verb="assignment.pause_withdrawn").count() == 1


def test_it_runs_on(world, call, duty, halt):
    halting.judge(halt, ok=True, by=judge(world), at=timezone.now())
    duty.refresh_from_db()
    path, words = f"/assignments/{duty.pk}/resume/", {"reason": "Đã có kinh phí", "version": duty.version}
    assert call(world.auditor).post(path, words).status_code == 403
    assert call(world.chi).post(path, words).status_code == 404
    assert list(call(world.an).post(path, {"version": duty.version}).json()) == ["reason"]
    assert list(call(world.an).post(path, {"reason": "x"}).json()) == ["version"]
    assert call(world.an).post(path, {**words, "version": duty.version + 7}).status_code == 409
    answers = [call(world.an).post(path, words) for _again in range(2)]
    assert [(one.status_code, one.json()["resumed_why"]) for one in answers] == [(200, "Đã có kinh phí")] * 2
    assert call(world.dung).post(path, words).status_code == 409
    duty.refresh_from_db()
    assert duty.state == State.DOING
    assert Entry.objects.filter(verb="assignment.resumed").count() == 1


def test_a_key_that_may_only_read_writes_nothing(world, call, duty, halt):
    caller = call(world.an, may_write=False)
    for path in (asking(duty), f"/halts/{halt.pk}/judge/", f"/halts/{halt.pk}/withdraw/", f"/assignments/{duty.pk}/resume/"):
        assert caller.post(path, said()).status_code == 403
    assert caller.get(f"/halts/{halt.pk}/").json()["reason"] == "Chờ kinh phí"


def test_lists_are_exactly_what_the_model_lets_each_post_see(world, call, duty, halt):
    for acting in world.everyone:
        seen = set(Halt.objects.visible_to(acting).values_list("pk", flat=True))
        assert set(call(acting).ids("/halts/")) == seen, acting
        assert call(acting).get(asking(duty)).status_code == (200 if seen else 404), acting
    there, nowhere = call(world.chi).get(f"/halts/{halt.pk}/"), call(world.chi).get("/halts/999999/")
    assert (there.status_code, there.content) == (404, nowhere.content)
    assert call(world.an).ids(asking(world.ongoing_assignment)) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"waiting": "true", "holding": "false"}, True),
        ({"holding": "true"}, False),
        ({"kind": "drop"}, False),
        ({"unit": "22423.UBND", "kind": ["pause", "drop"]}, True),
        ({"unit": "22423.CA"}, False),
        ({"asked_since": "2199-01-01T00:00:00Z"}, False),
        ({"ordering": "-until"}, True),
    ],
)
def test_filters(world, call, halt, query, found):
    assert call(world.an).ids("/halts/", **query) == ([halt.pk] if found else [])


@pytest.mark.parametrize("n", [1, 3])
def test_three_ask_as_much_as_one(world, call, duty, n, django_assert_num_queries):
    for _each in range(n):
        row = halting.ask(duty, kind="pause", reason="Chờ", by=world.an, at=timezone.now())
        halting.withdraw(row, by=world.an, at=timezone.now())
    caller = call(world.an)
    caller.get("/halts/")
    with django_assert_num_queries(6):
        assert caller.get("/halts/").json()["count"] == n
