"""The description of the API: complete, valid, and for those who hold a post."""

import json

import pytest
import yaml
from django.core.management import call_command

LISTS = {
    *("units", "documents", "plans", "indicator-values", "tasks", "assignments", "progress", "incidents", "difficulties", "halts"),
    *("reports", "calls", "call-answers"),
}
PROGRESS = "/api/v1/assignments/{assignment}/progress/"
WRITES = {
    PROGRESS,
    "/api/v1/incidents/",
    *(f"/api/v1/assignments/{{assignment}}/{name}/" for name in ("difficulties", "halts", "resume")),
    *(f"/api/v1/difficulties/{{id}}/{act}/" for act in ("answer", "send_up", "withdraw", "close", "reopen")),
    *(f"/api/v1/halts/{{id}}/{act}/" for act in ("judge", "withdraw")),
}


def test_the_schema_is_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))
    assert yaml.safe_load((tmp_path / "schema.yaml").read_text(encoding="utf-8"))["info"]["title"] == "Thông Suốt"


@pytest.fixture
def schema(world, call):
    answer = call(world.chi).client.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    return json.loads(answer.content)


def test_it_is_served_as_yaml_too(world, call, schema):
    answer = call(world.chi).get("/schema/")
    assert yaml.safe_load(answer.content) == schema


def test_it_names_every_list_and_every_way_to_write(schema):
    lists = {path for path in schema["paths"] if "{" not in path}
    assert lists == {f"/api/v1/{name}/" for name in LISTS}
    written = [(path, verb) for path, verbs in schema["paths"].items() for verb in verbs if verb != "get"]
    assert written == [(path, "post") for path in sorted(WRITES)]


def test_it_says_how_to_write(schema):
    write = schema["paths"][PROGRESS]["post"]
    assert "Idempotency-Key" in [parameter["name"] for parameter in write["parameters"]]
    assert set(write["responses"]) >= {"200", "201", "400", "403", "404", "409"}
    body = schema["components"]["schemas"]["ProgressWriteRequest"]
    assert body["required"] == ["says"]
    assert (body["properties"]["percent"]["minimum"], body["properties"]["percent"]["maximum"]) == (0, 100)


def test_filters_are_described_with_their_types(schema):
    parameters = {row["name"]: row["schema"] for row in schema["paths"]["/api/v1/assignments/"]["get"]["parameters"]}
    assert parameters["plan"]["type"] == "integer"
    assert parameters["silent"]["type"] == "boolean"
    assert parameters["updated_since"] == {"type": "string", "format": "date-time"}
    assert "overdue" in parameters["timeliness"]["items"]["enum"]


def test_the_root_lists_the_lists(world, call):
    root = call(world.an).get("/").json()
    assert set(root) == LISTS
    assert root["plans"].endswith("/api/v1/plans/")
