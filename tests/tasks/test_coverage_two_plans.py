"""The two real plans: every collective duty of the Centre against phường Ba Ngòi; and a country whose communes all have plans."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgunits.models import Level, OrgUnit
from plans.models import Document, Plan
from tasks import lint
from tasks.coverage import Cell, binding_duties, coverage
from tasks.models import Assignment, ParentLink, Task
from tests.conftest import know_the_rows

pytestmark = pytest.mark.django_db
DAY = date(2099, 1, 1)  # the links of the fixture begin on the day it is loaded
BA_NGOI = {
    "V.1.m/1": (Cell.TAKEN, ["PL/16"]),
    "V.1.m/2": (Cell.MISSING, []),
    "V.1.m/3": (Cell.MISSING, []),
    "V.1.m/4": (Cell.MISSING, []),
    "V.1.m/5": (Cell.TAKEN, ["PL/17"]),
    "V.1.m/6": (Cell.TAKEN, ["PL/19"]),
    "V.1.m/7/1": (Cell.MISSING, []),
    "V.1.m/7/2": (Cell.MISSING, []),  # the report of an incident within 24 hours
    "V.1.m/8": (Cell.MISSING, []),
    "V.1.m/9": (Cell.TAKEN, ["PL/17"]),
    "V.1.m/10": (Cell.MISSING, []),  # the model of four layers
    "V.1.m/13": (Cell.MISSING, []),
    "V.1.n": (Cell.TAKEN, ["PL/18", "PL/20"]),
    "V.3": (Cell.TAKEN, ["IV.3"]),
}


@pytest.fixture(scope="module", autouse=True)
def _loaded(country):
    """Every test here reads the two plans."""


@pytest.fixture
def central():
    return Plan.objects.select_related("unit").get(document__key="04-kh-bcdtw")


def test_every_collective_duty_against_ba_ngoi(central):
    matrix, ward = coverage(central, on=DAY), OrgUnit.objects.get(code="22423")
    refs = dict(Task.objects.filter(plan__unit=ward).values_list("pk", "ref"))
    seen = {
        duty.ref: (matrix.cell(duty.pk, ward.pk), sorted(refs[row.task] for row in matrix.taken[duty.pk].get(ward.pk, ())))
        for duty in matrix.duties
    }
    assert seen == BA_NGOI
    assert len(matrix.areas) == 3321


def test_the_holes_of_the_wards_plan_are_the_cells_without_counterpart(central):
    ward = Plan.objects.get(document__key="02-kh-bcd-ba-ngoi")
    found = [finding.ref for finding in lint.findings(ward, on=DAY) if finding.kind == lint.Kind.UNCOVERED]
    assert found == [ref for ref, (cell, _by) in BA_NGOI.items() if cell == Cell.MISSING]


def test_ministries_duties_bind_no_locality(central):
    assert [duty.ref for duty in binding_duties(central, Level.WARD, on=DAY)] == list(BA_NGOI)


def test_of_the_provinces_only_khanh_hoa_has_a_plan_known_by_citation_alone(central):
    matrix = coverage(central, on=DAY, level=Level.PROVINCE)
    khanh_hoa = OrgUnit.objects.get(code="56").pk
    assert {matrix.cell(duty.pk, khanh_hoa) for duty in matrix.duties} == {Cell.MISSING}
    assert matrix.totals() == {Cell.TAKEN: 0, Cell.DECLARED: 0, Cell.MISSING: 14, Cell.NO_PLAN: 33 * 14}


def give_plans(units, superior, duties, *, via):
    """A plan for each unit, continuing the first duties of `superior` (by path); returns {path: its tasks}."""
    words = {"type": "KH", "type_name": "KH", "symbol": "9-KH", "symbol_printed": "9", "subject": "x"}
    papers = Document.objects.bulk_create([Document(issuer=unit, key=f"n-{unit.code}", **words) for unit in units], batch_size=1000)
    facts = {"programme": "", "title": "x", "issued_on": date(2026, 2, 1)}
    plans = [Plan(document=paper, unit=unit, level=unit.level, **facts) for paper, unit in zip(papers, units, strict=True)]
    Plan.objects.bulk_create(plans, batch_size=1000)
    through = Plan.superiors.through
    through.objects.bulk_create([through(from_plan=plan, to_plan=superior(plan)) for plan in plans], batch_size=1000)
    tasks = [Task(plan=plan, ref=f"P{n}", position=n, title="x", folded="") for plan in plans for n in range(len(duties(plan)))]
    Task.objects.bulk_create(tasks, batch_size=1000)
    by_plan = {}
    for task in tasks:
        by_plan.setdefault(task.plan_id, []).append(task)
    ParentLink.objects.bulk_create(
        [
            ParentLink(child=child, parent=parent, via_id=via.get((parent.pk, plan.unit_id)), since=date(2026, 2, 1))
            for plan in plans
            for child, parent in zip(by_plan[plan.pk], duties(plan), strict=True)
        ],
        batch_size=1000,
    )
    return {plan.unit.path: (plan, by_plan[plan.pk]) for plan in plans}


def asked(central):
    with CaptureQueriesContext(connection) as seen:
        matrix = coverage(central, on=DAY)
        matrix.totals()
    return len(seen), matrix


def test_the_number_of_queries_does_not_grow_with_the_plans(central):
    """34 provinces and one ward first, then every commune of the country: the same questions."""
    collective = list(Task.objects.filter(plan=central, ref__in=[ref for ref in BA_NGOI if ref != "V.3"]).order_by("position"))
    via = {(a.task_id, a.unit_id): a.pk for a in Assignment.objects.filter(task__in=collective)}
    provinces = list(OrgUnit.objects.areas().filter(level=Level.PROVINCE).exclude(code="56"))
    above = give_plans(provinces, lambda plan: central, lambda plan: collective, via=via)
    know_the_rows()
    few, matrix = asked(central)
    assert matrix.totals()[Cell.TAKEN] == 6
    communes = list(OrgUnit.objects.areas().filter(level=Level.WARD).exclude(path__startswith=OrgUnit.objects.get(code="56").path))
    give_plans(communes, lambda plan: above[plan.unit.path[:8]][0], lambda plan: above[plan.unit.path[:8]][1], via={})
    know_the_rows()
    many, matrix = asked(central)
    assert matrix.totals()[Cell.TAKEN] == 6 + 13 * len(communes)
    assert few == many <= 12
