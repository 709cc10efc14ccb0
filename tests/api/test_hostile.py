"""Whatever arrives: never a 5xx, always one clear sentence, and nothing written."""

import json
from urllib.parse import quote

import pytest

from tasks.models import Progress

BIG = 2**63
LISTS = ["/units/", "/documents/", "/plans/", "/tasks/", "/assignments/", "/progress/", "/reports/"]
IDS = [
    *(str(BIG), str(10**30), "9" * 400, "-1", "0", "1.0", "1e9", "NaN", "%00", "%ED%A0%80", "%E2%80%AE1", "1'--", "None", "１", "1_0"),
    *("true", "..%2f"),
]


@pytest.mark.parametrize("path", LISTS)
def test_an_id_that_makes_no_sense_is_not_found(world, call, path):
    an = call(world.an)
    for pk in IDS:
        assert an.get(f"{path}{pk}/").status_code == 404, pk


def test_neither_is_the_assignment_of_a_history(world, call):
    an = call(world.an)
    for pk in IDS:
        assert an.get(f"/assignments/{pk}/progress/").status_code == 404, pk
        assert an.post(f"/assignments/{pk}/progress/", {"says": "nothing"}).status_code == 404, pk


NUMBERS = [BIG, 10**30, "9" * 5000, -1, "1.5", "NaN", "Infinity", "1e400", "\x00", "\ud800", "abc", "1' OR 1=1", "[]"]
FILTERS = {
    ("/plans/", "superior"): NUMBERS,
    ("/tasks/", "plan"): NUMBERS,
    ("/assignments/", "plan"): NUMBERS,
    ("/assignments/", "task"): NUMBERS,
    ("/progress/", "assignment"): NUMBERS,
    ("/progress/", "plan"): NUMBERS,
    ("/assignments/", "state"): ["donee", "\x00", "todo,doing", "\ud800"],
    ("/assignments/", "timeliness"): ["late", "\x00"],
    ("/assignments/", "part"): ["x", "\x00"],
    ("/assignments/", "silent"): ["maybe", "1", "\x00"],
    ("/assignments/", "due_from"): ["30/02/2026", "0000-00-00", "2026-13-01", "\x00", "99999-01-01"],
    ("/assignments/", "updated_since"): [
        "yesterday",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "\x00",
        "1e9",
        "0001-01-01",
    ],
    ("/progress/", "updated_since"): ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"],
    ("/reports/", "updated_since"): ["0001-01-01T00:00:00+14:00"],
    ("/progress/", "judged"): ["maybe"],
    ("/reports/", "month"): ["2026", "2026-13", "02/2026", "\x00", "2026-02-01"],
    ("/reports/", "status"): ["sent", "\x00"],
    ("/assignments/", "unit"): ["\x00"],
    ("/units/", "code"): ["\x00"],
    ("/documents/", "symbol"): ["a\x00b"],
}


@pytest.mark.parametrize(("path", "name"), FILTERS)
def test_a_filter_that_makes_no_sense_is_refused_by_name(world, call, path, name):
    an = call(world.an)
    for value in FILTERS[path, name]:
        answer = an.client.get(f"/api/v1{path}?{name}={_quoted(value)}")
        assert (answer.status_code, list(answer.json())) == (400, [name]), value
        assert all(answer.json()[name])


def _quoted(value):
    return quote(str(value).encode("utf-8", "surrogatepass"))


STRANGE = ["' OR ''='", "%", "_", "\u202e22423", "<script>", "\ud800", "x" * 5000, "=cmd()", "../../etc/passwd", "{0.__class__}"]


def test_strange_words_in_a_filter_find_nothing(world, call):
    an = call(world.an)
    for path, name in [("/assignments/", "unit"), ("/tasks/", "ref"), ("/documents/", "symbol"), ("/units/", "code"), ("/plans/", "unit")]:
        for value in STRANGE:
            answer = an.client.get(f"/api/v1{path}?{name}={_quoted(value)}")
            assert (answer.status_code, answer.json().get("count")) == (200, 0), value


ORDERS = ["owner__password", "by__person__password", "-unit__area__name", "?", "pk;drop", "--id", "id,secret", "\x00", ","]


@pytest.mark.parametrize("path", LISTS)
def test_an_order_not_on_offer_is_refused(world, call, path):
    an = call(world.an)
    for order in ORDERS:
        answer = an.get(path, ordering=order)
        assert (answer.status_code, list(answer.json())) == (400, ["ordering"]), order


@pytest.mark.parametrize("path", LISTS)
def test_pages_that_make_no_sense(world, call, path):
    an = call(world.an)
    for size in ["1e9", "1000000000", "-5", "0", "NaN", "\x00", str(BIG), "9" * 5000]:
        answer = an.get(path, page_size=size)
        assert answer.status_code == 200
        assert len(answer.json()["results"]) <= 200
    for page in ["0", "-1", str(BIG), "9" * 5000, "x", "\x00", "1.5"]:
        assert an.get(path, page=page).status_code == 404


@pytest.mark.parametrize("query", ["format=api", "format=\x00", "format=xml", "lang=../..&version=%0d%0aX: 1", "lang=%00", "page=last"])
def test_words_the_framework_listens_to(world, call, query):
    for path in [*LISTS, "/schema/", "/"]:
        assert call(world.an).client.get(f"/api/v1{path}?{query}").status_code in {200, 404}


def _with(**more):
    return json.dumps({"says": "doing", "words": "x"} | more)


BODIES = {
    "empty": "",
    "no object": "[]",
    "a number": "1",
    "a text": '"x"',
    "null": "null",
    "broken": '{"says": ',
    "not UTF-8": b'{"says": "\xff"}',
    "NaN": '{"says": "doing", "words": "x", "percent": NaN}',
    "infinity by exponent": '{"says": "doing", "words": "x", "percent": 1e400}',
    "an answer beyond numbers": '{"says": "doing", "words": "x", "answer": 1e400}',
    "a huge integer": '{"says": "doing", "words": "x", "percent": ' + "9" * 5000 + "}",
    "nested too deep": "[" * 200_000,
    "objects nested too deep": '{"a":' * 200_000,
    "NUL in words": _with(words="a\x00b"),
    "lone surrogate in words": '{"says": "doing", "words": "\\ud800"}',
    "lone surrogate as state": '{"says": "\\ud800", "words": "x"}',
    "lone surrogate as name": '{"says": "doing", "words": "x", "spoken_for": "\\udfff"}',
    "lone surrogate as stage": '{"says": "doing", "words": "x", "answer": "\\ud800"}',
    "lone surrogate as number": '{"says": "doing", "words": "x", "percent": "\\ud800"}',
    "stage beyond the database": _with(answer=BIG),
    "negative stage": _with(answer=-BIG),
    "stage as object": _with(answer={"pk": 1}),
    "stage as truth": _with(answer=True),
    "percent beyond the database": _with(percent=BIG),
    "percent as text of digits": _with(percent="9" * 5000),
    "version beyond the database": _with(version=BIG),
    "negative version": _with(version=-1),
    "state as list": _with(says=["doing"]),
    "state as object": _with(says={"x": 1}),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_makes_no_sense_is_refused(world, call, body):
    answer = call(world.an).client.post(f"/api/v1/assignments/{world.assignment.pk}/progress/", body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert answer.json()
    assert Progress.objects.count() == 1


def test_a_body_too_large_is_refused(world, call, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = call(world.an).client.post(
        f"/api/v1/assignments/{world.assignment.pk}/progress/", _with(words="x" * 2000), content_type="application/json"
    )
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/html", "application/xml", ""]
)
def test_other_kinds_of_body_are_refused(world, call, kind):
    answer = call(world.an).client.post(f"/api/v1/assignments/{world.assignment.pk}/progress/", "<x/>", content_type=kind)
    assert answer.status_code == 415
    assert Progress.objects.count() == 1


def test_marks_that_mislead_are_kept_as_words_and_never_as_markup(world, call):
    said = {"says": "doing", "words": "<script>alert(1)</script> \u202egnud\u202c =1+1"}
    answer = call(world.an).post(f"/assignments/{world.assignment.pk}/progress/", said)
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (201, "application/json", "nosniff")
    assert answer.json()["words"] == said["words"]
