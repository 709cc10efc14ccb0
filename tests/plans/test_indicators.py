"""Values of indicators: who states what, how they add up level by level, and what is said about what is missing."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from journal.models import Entry
from orgunits.models import Kind, Level, OrgUnit, Role
from plans import indicators, measuring
from plans.models import Indicator, IndicatorValue, Plan, Receipt, Rollup, Standing
from plans.models.indicator import reads_below, rounded, sees_figures_of
from tests.world import area, body, plan_of

pytestmark = pytest.mark.django_db
AT = datetime(2026, 8, 10, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (6, 7, 8))


def indicator(plan, *, rollup=Rollup.RATIO, operator="=", value=100, measure="%", **more):
    parts = {"numerator": "Số đã rà soát", "denominator": "Tổng số"} if rollup == Rollup.RATIO else {}
    fields = {"ref": "I.1#1", "year": 2026, "name": "Tỷ lệ hệ thống được rà soát", "position": plan.indicators.count() + 1, **parts, **more}
    return Indicator.objects.create(plan=plan, rollup=rollup, operator=operator, value=value, measure=measure, **fields)


class Measuring:
    """The Centre's plan, received by Khánh Hòa and both its communes, and who states for them."""

    def __init__(self, world):
        self.world = world
        self.plan = plan_of(world.centre, "04-KH/BCĐTW")
        for unit in (world.khanh_hoa, world.ba_ngoi, world.cam_linh):
            Receipt.objects.create(plan=self.plan, unit=unit)
        OrgUnit.objects.filter(pk=world.cam_linh.pk).update(answers_through=world.ubnd_cam_linh)
        self.viet = world.hire("viet", world.khanh_hoa, Role.CLERK)
        self.lan = world.hire("lan", world.centre, Role.CLERK)
        self.row = indicator(self.plan)

    def state(self, row=None, *, unit=None, month=AUGUST, by=None, at=AT, seen=0, token=None, parts=None, value=None, **more):
        row = row or self.row
        numbers = {"numerator": parts[0], "denominator": parts[1]} if parts else {"value": value}
        fields = {"source": "Sổ theo dõi", "token": token or uuid.uuid4(), **numbers, **more}
        return measuring.record_value(
            row, unit=unit or self.world.ba_ngoi, month=month, by=by or self.world.mai, at=at, seen=seen, **fields
        )

    def figure(self, unit, *, row=None, month=AUGUST):
        row = row or self.row
        return indicators.figures([row], unit, month=month)[row.pk]


@pytest.fixture
def measuring_(world):
    return Measuring(world)


def amounts(figure):
    return [one and rounded(one.exact, 2) for one in (figure.stated, figure.computed)]


# What adds up

PARTS = [  # what the two communes state, what the province comes to, and the average of percentages it is not
    ([(10, 10), (0, 90)], "10", "50"),
    ([(1, 2), (199, 200)], "99.00", "74.75"),
    ([(3, 3), (0, 0)], "100", None),
    ([(15, 100), (30, 100)], "22.50", "22.50"),
    ([(1, 3), (1, 3)], "33.33", "33.33"),
]


@pytest.mark.parametrize(("parts", "wanted", "average"), PARTS)
def test_a_ratio_is_sums_of_parts_over_sums_of_wholes(measuring_, parts, wanted, average):
    world = measuring_.world
    measuring_.state(unit=world.ba_ngoi, parts=parts[0])
    measuring_.state(unit=world.cam_linh, parts=parts[1], by=world.chi)
    figure = measuring_.figure(world.khanh_hoa)
    assert amounts(figure) == [None, Decimal(wanted)]
    assert (figure.covered, figure.total, figure.computed.n) == (2, 2, 2)
    if average:
        shares = [Fraction(100 * part, whole) for part, whole in parts]
        assert rounded(sum(shares) / 2, 2) == Decimal(average)


HOWS = {
    Rollup.SUM: ("người", [7, 5], "12"),
    Rollup.MIN: ("người", [3, 0], "0"),
    Rollup.MAX: ("ngày", [3, 9], "9"),
    Rollup.NONE: ("hạng", [25, 18], None),
}


@pytest.mark.parametrize("how", HOWS)
def test_each_way_to_put_together(measuring_, how):
    measure, values, wanted = HOWS[how]
    row, world = indicator(measuring_.plan, rollup=how, operator=">=", value=1, measure=measure), measuring_.world
    measuring_.state(row, unit=world.ba_ngoi, value=values[0])
    measuring_.state(row, unit=world.cam_linh, value=values[1], by=world.chi)
    assert amounts(measuring_.figure(world.khanh_hoa, row=row)) == [None, wanted and Decimal(wanted)]
    assert amounts(measuring_.figure(world.centre, row=row)) == [None, wanted and Decimal(wanted)]


def test_what_is_missing_is_said_and_never_called_met(measuring_):
    world, row = measuring_.world, measuring_.row
    assert measuring_.figure(world.khanh_hoa).standing(row) == Standing.NO_DATA
    measuring_.state(parts=(5, 5))
    figure = measuring_.figure(world.khanh_hoa)
    assert (figure.covered, figure.total, figure.standing(row)) == (1, 2, Standing.PARTLY)
    measuring_.state(unit=world.cam_linh, parts=(4, 4), by=world.chi)
    assert measuring_.figure(world.khanh_hoa).standing(row) == Standing.MET
    least = indicator(measuring_.plan, rollup=Rollup.MIN, operator=">=", value=1, measure="người")
    measuring_.state(least, value=2)
    assert measuring_.figure(world.khanh_hoa, row=least).standing(least) == Standing.PARTLY
    measuring_.state(least, unit=world.cam_linh, value=0, by=world.chi)
    assert measuring_.figure(world.khanh_hoa, row=least).standing(least) == Standing.NOT_YET


def test_a_sum_that_is_reached_stays_reached_whoever_is_missing(measuring_):
    row = indicator(measuring_.plan, rollup=Rollup.SUM, operator=">=", value=10, measure="người")
    measuring_.state(row, value=11)
    assert measuring_.figure(measuring_.world.khanh_hoa, row=row).standing(row) == Standing.MET


def test_the_units_own_figure_goes_up_and_what_its_parts_come_to_is_shown_beside(measuring_):
    world = measuring_.world
    measuring_.state(parts=(1, 10))
    measuring_.state(unit=world.khanh_hoa, parts=(90, 100), by=measuring_.viet)
    figure = measuring_.figure(world.khanh_hoa)
    assert amounts(figure) == [Decimal(90), Decimal(10)]
    above = measuring_.figure(world.centre)
    assert (amounts(above), above.covered, above.total) == ([None, Decimal(90)], 2, 2)


def test_bodies_make_the_communes_figure_but_never_a_whole_one(measuring_):
    world = measuring_.world
    row = indicator(world.plan)
    measuring_.state(row, unit=world.ubnd, parts=(6, 6), by=world.an)
    measuring_.state(row, unit=world.firm, parts=(2, 2), by=world.an)
    figure = measuring_.figure(world.ba_ngoi, row=row)
    assert (amounts(figure), figure.computed.denominator, figure.standing(row)) == ([None, Decimal(100)], 8, Standing.PARTLY)
    measuring_.state(row, parts=(8, 8))
    assert measuring_.figure(world.ba_ngoi, row=row).standing(row) == Standing.MET


def test_nearly_all_is_not_all(measuring_):
    measuring_.state(parts=(199_999, 200_000))
    figure = measuring_.figure(measuring_.world.ba_ngoi)
    assert (figure.stated.shown, figure.standing(measuring_.row)) == (Decimal("99.99"), Standing.NOT_YET)


def test_nothing_to_count_is_an_answer(measuring_):
    made = measuring_.state(parts=(0, 0))
    assert (made.value, made.exact) == (None, None)
    assert measuring_.figure(measuring_.world.ba_ngoi).standing(measuring_.row) == Standing.NOTHING


TARGETS = [
    (">=", 15, "15", True),
    (">=", 15, "14.99", False),
    (">", 50, "50", False),
    (">", 50, "50.01", True),
    ("<=", 20, "20", True),
    ("<=", 20, "21", False),
    ("=", 100, "100", True),
    ("=", 100, "99.99", False),
]


@pytest.mark.parametrize(("operator", "target", "amount", "met"), TARGETS)
def test_operators(operator, target, amount, met):
    assert Indicator(operator=operator, value=target).is_met_by(Decimal(amount)) == met


# Months


def test_a_value_holds_twelve_months_above_and_its_own_month_in_the_trend(measuring_):
    world = measuring_.world
    measuring_.state(month=JUNE, parts=(1, 2))
    figure = measuring_.figure(world.khanh_hoa)
    assert (amounts(figure), figure.computed.newest) == ([None, Decimal(50)], JUNE)
    assert measuring_.figure(world.khanh_hoa, month=date(2026, 5, 1)).amount is None
    assert measuring_.figure(world.khanh_hoa, month=date(2027, 5, 1)).amount is not None
    assert measuring_.figure(world.khanh_hoa, month=date(2027, 6, 1)).amount is None
    own = indicators.trend(measuring_.row, world.ba_ngoi, until=AUGUST, months=3)
    assert [(month, stated is not None) for month, stated, _computed in own] == [(JUNE, True), (JULY, False), (AUGUST, False)]
    above = indicators.trend(measuring_.row, world.khanh_hoa, until=AUGUST, months=3)
    assert [computed and computed.shown for _month, _stated, computed in above] == [50, 50, 50]
    later = indicators.trend(measuring_.row, world.khanh_hoa, until=date(2027, 6, 1), months=2)
    assert [computed and computed.shown for _month, _stated, computed in later] == [50, None]


def test_of_each_unit_the_latest_word_counts(measuring_):
    world = measuring_.world
    measuring_.state(month=JUNE, parts=(1, 10))
    measuring_.state(month=AUGUST, parts=(9, 10))
    measuring_.state(unit=world.cam_linh, month=JULY, parts=(10, 10), by=world.chi)
    figure = measuring_.figure(world.khanh_hoa)
    assert (amounts(figure), figure.computed.oldest, figure.computed.newest) == ([None, Decimal(95)], JULY, AUGUST)
    assert amounts(measuring_.figure(world.khanh_hoa, month=JULY)) == [None, Decimal(55)]


def test_months_that_may_be_stated(measuring_):
    months = measuring.open_months(measuring_.row, on=AT.date())
    assert (months[0], months[-1], len(months)) == (AUGUST, date(2026, 1, 1), 8)
    assert len(measuring.open_months(measuring_.row, on=date(2028, 1, 1))) == 13
    for month in (date(2026, 9, 1), date(2025, 12, 1)):
        with pytest.raises(measuring.NotItsMonth):
            measuring_.state(month=month, parts=(1, 1))


def test_a_unit_that_ended_counts_until_its_last_close(measuring_):
    world = measuring_.world
    measuring_.state(month=JUNE, parts=(1, 2))
    OrgUnit.objects.filter(pk=world.ba_ngoi.pk).update(valid_to=date(2026, 7, 1))
    assert measuring_.figure(world.khanh_hoa, month=JUNE).covered == 1
    gone = measuring_.figure(world.khanh_hoa, month=JULY)
    assert (gone.amount, gone.covered, gone.total) == (None, 0, 1)


# Stating


def test_a_correction_is_a_new_row_and_the_old_one_stays(measuring_):
    first = measuring_.state(parts=(1, 10))
    second = measuring_.state(parts=(9, 10), seen=first.pk, reason="Đếm sót")
    assert (second.corrects, second.reason, IndicatorValue.objects.count()) == (first, "Đếm sót", 2)
    assert list(IndicatorValue.objects.current()) == [second]
    assert amounts(measuring_.figure(measuring_.world.khanh_hoa)) == [None, Decimal(90)]
    entries = Entry.objects.about(measuring_.row).order_by("pk")
    assert [(entry.verb, entry.facts.get("corrects")) for entry in entries] == [("indicator.valued", None), ("indicator.valued", first.pk)]
    with pytest.raises(TypeError):
        first.delete()


def test_of_two_people_the_second_is_told_and_nothing_is_lost(measuring_):
    first = measuring_.state(parts=(1, 10))
    with pytest.raises(measuring.StaleValue) as told:
        measuring_.state(parts=(2, 10), by=measuring_.world.an)
    assert (told.value.current, IndicatorValue.objects.count()) == (first, 1)
    second = measuring_.state(parts=(2, 10), seen=first.pk, reason="Sửa")
    with pytest.raises(measuring.StaleValue) as told:
        measuring_.state(parts=(3, 10), seen=first.pk, reason="Sửa", by=measuring_.world.an)
    assert told.value.current == second


def test_the_same_submit_twice_makes_one(measuring_):
    token = uuid.uuid4()
    assert measuring_.state(parts=(1, 10), token=token) == measuring_.state(parts=(1, 10), token=token)
    assert (IndicatorValue.objects.count(), Entry.objects.about(measuring_.row).count()) == (1, 1)


def test_a_token_of_another_post_or_another_indicator_makes_nothing(measuring_):
    token, world = uuid.uuid4(), measuring_.world
    measuring_.state(parts=(1, 10), token=token)
    with pytest.raises(measuring.AnothersToken):
        measuring_.state(unit=world.cam_linh, parts=(2, 10), by=world.chi, token=token)
    with pytest.raises(measuring.AnothersToken):
        measuring_.state(indicator(measuring_.plan), parts=(2, 10), token=token)
    assert IndicatorValue.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers at the same time need PostgreSQL; SQLite lets one write at a time")
def test_many_at_the_same_moment_make_one_first_row(measuring_):
    told, gate = [], Barrier(8)

    def write(n):
        gate.wait()
        try:
            told.append(measuring_.state(parts=(n, 10)).pk)
        except measuring.StaleValue as stale:
            told.append(-stale.current.pk)
        finally:
            connection.close()

    threads = [Thread(target=write, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    only = IndicatorValue.objects.get()
    assert sorted(told) == [-only.pk] * 7 + [only.pk]


# Who


def may(row, *posts):
    return {post.person.username: [unit.code for unit in row.units_valued_by(post)] for post in posts if row.may_be_valued_by(post)}


def test_who_may_state(measuring_):
    world, row = measuring_.world, measuring_.row
    police = world.hire("giao", body("0001000100010009", world.ba_ngoi, Kind.POLICE, "Công an"))
    admin, auditor = world.hire("quan", world.ba_ngoi, Role.ADMIN), world.hire("kiem", world.ba_ngoi, Role.AUDITOR)
    everybody = [world.an, world.mai, world.binh, police, admin, auditor, world.chi]
    units = {name: codes[:1] for name, codes in may(row, *everybody).items()}
    mine, theirs = [world.ba_ngoi.code], [world.cam_linh.code]
    assert units == {"an": mine, "mai": mine, "giao": ["0001000100010009"], "chi": theirs}
    assert may(indicator(world.plan), world.chi, world.an, measuring_.viet).keys() == {"an"}


def test_only_who_received_the_plan_states(measuring_):
    world, row = measuring_.world, measuring_.row
    Receipt.objects.filter(unit=world.cam_linh).delete()
    assert not row.may_be_valued_by(world.chi)
    Plan.objects.filter(pk=measuring_.plan.pk).update(closed_on=AT.date())
    assert not Indicator.objects.get(pk=row.pk).may_be_valued_by(world.mai)


def test_what_is_measured_for_the_whole_is_stated_by_the_plans_own_area(measuring_):
    rank = indicator(measuring_.plan, rollup=Rollup.NONE, operator="<=", value=20, measure="hạng")
    assert may(rank, measuring_.world.mai, measuring_.viet, measuring_.lan) == {"lan": [measuring_.world.centre.code]}


def test_who_reads(measuring_):
    world = measuring_.world
    row = measuring_.state(parts=(1, 2))
    office = body("0001000100000009"[:12], world.khanh_hoa, Kind.DEPARTMENT, "Sở")
    department = world.hire("so", office)
    auditor, admin = world.hire("kiem", world.khanh_hoa, Role.AUDITOR), world.hire("quan", world.centre, Role.ADMIN)
    readers = [world.an, world.mai, world.binh, world.dung, world.hoa, measuring_.viet, auditor]
    others = [world.chi, world.giang, department, admin]
    assert [post for post in [*readers, *others] if row in IndicatorValue.objects.visible_to(post)] == readers
    assert [post for post in [*readers, *others] if sees_figures_of(post, world.ba_ngoi)] == readers
    assert [post for post in [*readers, *others] if reads_below(post, world.khanh_hoa)] == [world.dung, world.hoa, measuring_.viet, auditor]
    seen = indicators.figures_for(department, [measuring_.row], world.khanh_hoa, month=AUGUST)[measuring_.row.pk]
    assert (seen.amount, seen.covered, seen.parts) == (None, 0, {})


# Sizes


@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow(measuring_, django_assert_num_queries, n):
    world = measuring_.world
    rows = [measuring_.row, *(indicator(measuring_.plan) for _ in range(n - 1))]
    for k in range(n):
        unit = area(f"00010001001{k}", world.khanh_hoa, Kind.COMMUNE, Level.WARD, f"Xã {k}")
        for row in rows:
            measuring_.state(row, unit=unit, parts=(1, 2))
    with django_assert_num_queries(2):
        indicators.figures(rows, world.centre, month=AUGUST)
    with django_assert_num_queries(1):
        indicators.trend(rows[0], world.centre, until=AUGUST)


RULES = [
    ({"measure": "%", "denominator": "Tổng số"}, Rollup.RATIO),
    ({"measure": "%"}, Rollup.NONE),
    ({"measure": "hạng", "operator": "<="}, Rollup.NONE),
    ({"measure": "người"}, Rollup.SUM),
    ({"measure": "người/hộ"}, Rollup.MIN),
    ({"measure": "người", "each": True}, Rollup.MIN),
    ({"measure": "ngày", "operator": "<="}, Rollup.NONE),
]


@pytest.mark.parametrize(("facts", "how"), RULES)
def test_the_rule_behind_a_rollup(facts, how):
    assert Indicator.rollup_for(**facts) == how
