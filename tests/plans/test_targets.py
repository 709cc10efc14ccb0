"""Every measurable target of the two real plans: a target is a written number; «toàn bộ», «mọi» without one stay duties."""

import pytest

from plans.models import Indicator, Plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]

CENTRAL, WARD = "04-kh-bcdtw", "02-kh-bcd-ba-ngoi"
TARGETS = [  # plan, ref, operator, value, measure, year, firm, parts asked, roll-up
    (CENTRAL, "II.2.a/3#1", "=", "100 %", 2026, True, True, "ratio"),
    (CENTRAL, "II.2.b/1#1", "<=", "20 hạng", 2030, True, False, "none"),
    (CENTRAL, "II.2.b/4#1", ">=", "10.000 người", 2030, True, False, "sum"),
    (CENTRAL, "II.2.b/6#1", ">", "50 %", 2030, True, True, "none"),
    (CENTRAL, "IV.5#1", ">=", "15 %", 2030, True, True, "ratio"),
    (WARD, "I.2.1.3#1", "=", "100 %", 2026, True, True, "ratio"),
    (WARD, "I.2.1.3#2", "=", "100 %", 2026, True, True, "ratio"),
    (WARD, "I.2.1.4#1", "=", "100 %", 2026, True, True, "ratio"),
    (WARD, "I.2.1.4#2", ">=", "1 người/hộ", 2026, False, False, "min"),
    (WARD, "I.2.1.4#3", ">=", "1 người", 2026, True, False, "min"),
    (WARD, "III.3.1#1", "=", "100 %", 2030, True, True, "ratio"),
    (WARD, "III.5.1#1", ">=", "15 %", 2030, True, True, "ratio"),
]
# The same numbers said again inside a duty: no second target.
SAID_AGAIN = [
    (CENTRAL, "V.1.d/9", "15%", "IV.5#1"),
    (CENTRAL, "V.1.d/10", "15%", "IV.5#1"),
    (CENTRAL, "V.1.đ/8/(ii)", "100%", "II.2.a/3#1"),
]


def test_the_targets_of_both_plans():
    rows = Indicator.objects.select_related("plan__document").order_by("plan__issued_on", "position")
    found = [(row.plan.document.key, row.ref, row.operator, row.target, row.year, row.is_firm, row.asks_parts, row.rollup) for row in rows]
    assert found == TARGETS


def test_each_part_has_a_name_and_a_whole():
    for row in Indicator.objects.all():
        assert (bool(row.denominator), bool(row.denominator and row.numerator)) == (row.asks_parts, row.asks_parts)


def test_a_target_lies_where_its_objective_or_duty_lies():
    for key, ref, *_facts in TARGETS:
        plan, place = Plan.objects.get(document__key=key), ref.partition("#")[0]
        assert plan.objectives.filter(ref=place).exists() or plan.tasks.filter(ref=place).exists(), ref


@pytest.mark.parametrize(("key", "ref", "number", "target"), SAID_AGAIN)
def test_numbers_said_again_in_duties_are_the_same_target(key, ref, number, target):
    plan = Plan.objects.get(document__key=key)
    duty = plan.tasks.get(ref=ref)
    assert number in f"{duty.title} {duty.words}".replace(" %", "%")
    assert plan.indicators.get(ref=target).target.replace(" ", "") == number
