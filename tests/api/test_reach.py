"""Who sees what: every endpoint starts from the acting post, and what lies outside does not exist."""

import pytest
from django.utils import timezone

from plans.models import Document, IndicatorValue, Plan
from reports.models import MonthlyReport
from tasks.models import Assignment, Progress, Task
from tests.api.conftest import document, plan

CONTENT = ["/documents/", "/plans/", "/indicator-values/", "/tasks/", "/assignments/", "/progress/", "/reports/"]
ROWS = {
    "/documents/": lambda w: w.paper,
    "/plans/": lambda w: w.plan,
    "/indicator-values/": lambda w: w.value,
    "/tasks/": lambda w: w.task,
    "/assignments/": lambda w: w.assignment,
    "/progress/": lambda w: w.progress,
    "/reports/": lambda w: w.report,
}
MODELS = {
    "/documents/": Document,
    "/plans/": Plan,
    "/indicator-values/": IndicatorValue,
    "/tasks/": Task,
    "/assignments/": Assignment,
    "/progress/": Progress,
    "/reports/": MonthlyReport,
}


@pytest.mark.parametrize("path", CONTENT)
def test_an_sees_the_own_wards_rows(world, call, path):
    row = ROWS[path](world)
    assert row.pk in call(world.an).ids(path)
    assert call(world.an).get(f"{path}{row.pk}/").json()["id"] == row.pk


@pytest.mark.parametrize("path", CONTENT)
def test_chi_gets_nothing_of_ba_ngoi(world, call, path):
    row, chi = ROWS[path](world), call(world.chi)
    assert row.pk not in chi.ids(path)
    there, nowhere = chi.get(f"{path}{row.pk}/"), chi.get(f"{path}999999/")
    assert (there.status_code, there.content) == (404, nowhere.content)


@pytest.mark.parametrize("path", CONTENT)
def test_an_administrator_sees_no_content(world, call, path):
    admin = call(world.admin)
    assert admin.get(path).json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert admin.get(f"{path}{ROWS[path](world).pk}/").status_code == 404


@pytest.mark.parametrize("path", CONTENT)
def test_lists_are_exactly_what_the_model_lets_each_post_see(world, call, path):
    for acting in world.everyone:
        wanted = set(MODELS[path].objects.visible_to(acting).values_list("pk", flat=True))
        assert set(call(acting).ids(path)) == wanted, acting


def test_the_auditor_reads_the_branch(world, call):
    auditor = call(world.auditor)
    assert {world.plan.pk, world.neighbour_plan.pk} <= set(auditor.ids("/plans/"))
    assert auditor.ids("/reports/") == []  # a draft below is nobody else's yet


def test_unit_names_are_public(world, call):
    assert [row["code"] for row in call(world.chi).get("/units/", parent="22423").json()["results"]] == ["22423.UBND", "22423.CA"]
    assert call(world.admin).get(f"/units/{world.ba_ngoi.pk}/").json()["name"] == "phường Ba Ngòi"


def test_filters_tell_nothing_of_what_lies_outside(world, call):
    chi = call(world.chi)
    for query in [{"plan": world.plan.pk}, {"plan": 999999}, {"unit": "22423.UBND"}, {"task": world.task.pk}]:
        assert chi.get("/assignments/", **query).json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert chi.ids("/tasks/", unit="22423.UBND") == []
    assert chi.ids("/progress/", assignment=world.assignment.pk) == []
    assert chi.ids("/plans/", superior=world.superior.pk) == []


def test_who_else_answers_for_a_readable_duty_is_not_told(world, call):
    world.superior.receipts.create(unit=world.cam_linh)
    chi = call(world.chi)
    assert world.above.pk in chi.ids("/tasks/")
    assert chi.ids("/assignments/", task=world.above.pk) == []
    assert chi.ids("/tasks/", unit="56") == []


def test_the_history_of_an_assignment_is_as_far_away_as_the_assignment(world, call):
    path = f"/assignments/{world.assignment.pk}/progress/"
    assert call(world.an).ids(path) == [world.progress.pk]
    assert call(world.chi).get(path).status_code == 404
    assert call(world.admin).get(path).status_code == 404
    assert call(world.chi).ids(f"/assignments/{world.neighbour_assignment.pk}/progress/") == []


def test_nested_rows_obey_the_reach_as_well(world, call):
    draft = plan(document("du-thao", "09-KH/BCĐ", world.khanh_hoa), world.khanh_hoa, title="Dự thảo", issued_on=None)
    world.plan.superiors.add(draft)
    nested = call(world.an).get(f"/plans/{world.plan.pk}/").json()["superiors"]
    assert [row["id"] for row in nested] == [world.superior.pk]
    assert call(world.an).ids("/plans/", superior=draft.pk) == []
    links = call(world.an).get(f"/tasks/{world.task.pk}/").json()["continues"]
    assert links == [{"task": {"id": world.above.pk, "ref": "NV1", "title": world.above.title}, "carries": False}]
    world.task.parent_links.update(until=timezone.localdate())
    assert call(world.an).get(f"/tasks/{world.task.pk}/").json()["continues"] == []
    world.task.parent_links.update(until=None)
    world.plan.superiors.clear()
    assert call(world.an).get(f"/tasks/{world.task.pk}/").json()["continues"] == []


def test_a_base_of_a_base_is_not_reached(world, call):
    deeper = Document.objects.create(key="sau", symbol="9", type="CT", type_name="Chỉ thị", symbol_printed="9", subject="Sâu")
    world.secret_base.rests_on.create(base=deeper, position=1)
    world.secret_base.mentions.create(cited=deeper)
    world.secret_base.copy_of = deeper
    world.secret_base.save()
    shown = call(world.an).get(f"/documents/{world.secret_base.pk}/").json()
    assert (shown["bases"], shown["mentions"], shown["copy_of"]) == ([], [], None)
    top = call(world.an).get(f"/documents/{world.paper.pk}/").json()
    assert [base["symbol"] for base in top["bases"]] == ["01-CT/BN"]
    assert [row["symbol"] for row in top["mentions"]] == ["03-TB/BN"]


def test_what_lies_outside_changes_no_byte(world, call):
    chi = call(world.chi)
    before = {path: chi.get(path).content for path in CONTENT}
    Plan.objects.filter(pk=world.plan.pk).update(title="Khác", withdrawn_on="2026-02-01")
    Assignment.objects.filter(pk=world.assignment.pk).update(state="done", version=9)
    world.progress.verdict = world.progress.judge(by=world.binh, at=world.progress.at, ok=True)
    assert {path: chi.get(path).content for path in CONTENT} == before
