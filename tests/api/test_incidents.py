"""Incidents through the API: created by the rules of the page, read up the unit's own line alone."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from orgunits.models import Role
from tasks import incidents
from tasks.models import Incident
from tests.api.conftest import post

LIST = "/incidents/"
WORDS = {"system": "Cổng thông tin", "effect": "Không truy cập được", "measures": "Đã ngắt máy chủ"}


def report(**more):
    return {"what": "Trang tin bị tấn công", "discovered_at": (timezone.now() - timedelta(hours=2)).isoformat(), **WORDS, **more}


@pytest.fixture
def row(world):
    at = timezone.now() - timedelta(hours=3)
    return incidents.note(world.ubnd, by=world.an, at=at, discovered_at=at, send=True, what="Máy chủ bị mã hóa", **WORDS)


WHO_MAY = {"an": 201, "dung": 400, "binh": 403, "chi": 201, "giang": 201, "admin": 403, "auditor": 403}  # a clerk must name for whom


@pytest.mark.parametrize(("name", "code"), WHO_MAY.items())
def test_who_may_report(world, call, name, code):
    assert call(getattr(world, name)).post(LIST, report()).status_code == code
    assert Incident.objects.count() == (code == 201)


def test_what_is_reported_is_what_the_page_would_report(world, call):
    answer = call(world.an).post(LIST, report()).json()
    row = Incident.objects.get(pk=answer["id"])
    assert (row.unit, row.by, row.status, row.what, row.system) == (
        world.ubnd,
        world.an,
        "reported",
        "Trang tin bị tấn công",
        WORDS["system"],
    )
    assert (answer["step"], answer["hours_late"], [word["kind"] for word in answer["words"]]) == ("reported", 0, ["first"])
    assert row.words.get().by == world.an


def test_a_note_is_sent_later(world, call):
    answer = call(world.an).post(LIST, {"what": "Nghi có mã độc", "discovered_at": report()["discovered_at"], "send": False}).json()
    assert (answer["step"], answer["reported_at"], answer["words"]) == ("noted", None, [])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("what", ""),
        ("what", "x" * 4001),
        ("discovered_at", "hôm qua"),
        ("discovered_at", "2999-01-01T00:00:00Z"),
        ("discovered_at", "0001-01-01T00:00:00+14:00"),
        ("discovered_at", "9999-12-31T23:59:59-12:00"),
        ("system", ""),
        ("effect", " "),
        ("measures", None),
        ("unit", "22432.UBND"),
        ("unit", "khong"),
        ("spoken_for", "Ai đó"),
        ("send", "bay"),
    ],
)
def test_bad_input_is_one_sentence_beside_its_field(world, call, field, value):
    answer = call(world.an).post(LIST, report(**{field: value}))
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Incident.objects.exists()


def test_nobody_writes_what_is_not_theirs_to_write(world, call):
    forged = {"opened_at": "2020-01-01T00:00:00Z", "reported_at": None, "by": world.binh.pk, "told": 24, "path": "0001"}
    row = Incident.objects.get(pk=call(world.an).post(LIST, report(**forged)).json()["id"])
    assert (row.by, row.told, row.path, row.opened_at.year) == (world.an, 0, world.ubnd.path, timezone.now().year)


def test_a_clerk_reports_for_a_body_of_the_area_and_names_for_whom(world, call):
    answer = call(world.dung).post(LIST, report(unit="22423.CA", spoken_for="Công an phường"))
    assert (answer.status_code, answer.json()["unit"]["code"], answer.json()["spoken_for"]) == (201, "22423.CA", "Công an phường")


def test_the_same_key_is_the_same_incident_and_an_old_key_loses_no_new_words(world, call):
    key, said = {"Idempotency-Key": str(uuid.uuid4())}, report()
    answers = [call(world.an).post(LIST, said, **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert call(world.an).post(LIST, {**said, "what": "Việc khác"}, **key).status_code == 409
    assert call(world.chi).post(LIST, said, **key).status_code == 409
    assert call(world.an).post(LIST, said, **{"Idempotency-Key": "x"}).status_code == 400
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[(name, "Lời khác") for name in ("what", "system", "effect", "measures")],
        *[("unit", "22423"), ("spoken_for", "Lan"), ("send", True), ("discovered_at", "2026-01-01T00:00:00Z")],
    ],
)
def test_an_old_key_with_anything_new_is_refused_and_changes_nothing(world, call, field, value):
    key, said = {"Idempotency-Key": str(uuid.uuid4())}, report(send=False)
    row = Incident.objects.get(pk=call(world.an).post(LIST, said, **key).json()["id"])
    answer = call(world.an).post(LIST, {**said, field: value}, **key)
    assert (answer.status_code, list(answer.json())) == (409, ["detail"])
    before = (row.version, row.reported_at, row.what, row.system, row.unit, row.discovered_at)
    row = Incident.objects.get()
    assert (row.version, row.reported_at, row.what, row.system, row.unit, row.discovered_at) == before


def test_the_same_request_is_known_again_however_it_is_written_and_whatever_was_done_since(world, call):
    key, said = {"Idempotency-Key": str(uuid.uuid4())}, report(send=False)
    row = Incident.objects.get(pk=call(world.an).post(LIST, said, **key).json()["id"])
    facts = {"what": "Đã sửa", "system": "a", "effect": "b", "measures": "c"}
    incidents.complete(row, by=world.an, at=timezone.now(), send=True, version=0, token=None, **facts)
    moment = datetime.fromisoformat(said["discovered_at"]).astimezone(UTC).isoformat()
    for again in (said, {**said, "discovered_at": moment}, {**said, "unit": row.unit.code, "spoken_for": ""}):
        answer = call(world.an).post(LIST, again, **key)
        assert (answer.status_code, answer.json()["what"]) == (200, "Đã sửa")


def test_a_key_that_may_only_read_reports_nothing(world, call):
    assert call(world.an, may_write=False).post(LIST, report()).status_code == 403


def test_it_is_read_up_the_line_alone(world, call, row):
    clerk = post("nga", "Nga", world.khanh_hoa, Role.CLERK)
    centre = post("phuc", "Phúc", world.centre, Role.STEERING)
    readers = {"an": 1, "binh": 1, "dung": 1, "auditor": 1, "chi": 0, "giang": 0, "admin": 0}
    for who, sees in [*((getattr(world, name), sees) for name, sees in readers.items()), (clerk, 0), (centre, 1)]:
        caller = call(who)
        assert caller.ids(LIST) == [row.pk] * sees
        assert caller.get(f"{LIST}{row.pk}/").status_code == (200 if sees else 404)
        assert caller.get(LIST, unit="22423.UBND").json()["count"] == sees


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ({"open": "true"}, 1),
        ({"open": "false"}, 0),
        ({"reported": "true"}, 1),
        ({"reported": "false"}, 0),
        ({"unit": "22423.CA"}, 0),
        ({"discovered_since": "2099-01-01T00:00:00Z"}, 0),
        ({"ordering": "-discovered_at"}, 1),
    ],
)
def test_filters(world, call, row, query, n):
    assert len(call(world.binh).ids(LIST, **query)) == n


def test_a_list_costs_the_same_for_one_row_and_for_three(world, call, row, django_assert_num_queries):
    caller = call(world.binh)
    with django_assert_num_queries(9):
        caller.ids(LIST)
    for _ in range(2):
        again = incidents.note(world.ubnd, by=world.an, at=row.opened_at, discovered_at=row.opened_at, send=True, what="x", **WORDS)
        incidents.follow_up(again, by=world.dung, at=row.opened_at, text="x", token=None)
    with django_assert_num_queries(9):
        caller.ids(LIST)
