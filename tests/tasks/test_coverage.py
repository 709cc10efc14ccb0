"""Which duties of a plan the areas below have taken up: four kinds of cell, each day its own."""

from datetime import date, timedelta

import pytest

from orgunits.models import AddresseeGroup, FormerTerm, Kind, Level, OrgUnit
from plans import period
from plans.models import Document, Plan
from tasks import lint
from tasks.coverage import Cell, Sight, binding_duties, coverage
from tasks.models import Assignment, NotApplicable, ParentLink, Task
from tests.tasks.coverings import BELOW, DAY, Covering
from tests.world import ISSUED, body, plan_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def covering(world):
    return Covering(world)


def row(covering, unit, *, on=DAY, level=Level.WARD, **more):
    """The kinds of cell of one unit under the three duties."""
    matrix = coverage(covering.central, on=on, level=level, **more)
    return [matrix.cell(duty.pk, unit.pk) for duty in covering.duties]


def holes(covering):
    """What the lint of the ward's plan calls uncovered: the same as the matrix, on the page of the plan itself."""
    found = lint.findings(covering.world.plan, on=DAY)
    return [Task.objects.get(pk=finding.duty.pk) for finding in found if finding.kind == lint.Kind.UNCOVERED]


def test_a_ward_without_a_plan_and_one_whose_plan_continues_nothing(covering):
    assert row(covering, covering.world.cam_linh) == [Cell.NO_PLAN] * 3
    assert row(covering, covering.world.ba_ngoi) == [Cell.MISSING] * 3


def test_a_ward_that_continues_everything_has_only_taken_up(covering):
    for duty in covering.duties:
        covering.continue_in(covering.world.plan, duty)
    assert row(covering, covering.world.ba_ngoi) == [Cell.TAKEN] * 3
    assert holes(covering) == []


@pytest.mark.parametrize("hole", [0, 1, 2])
def test_each_hole_put_in_alone_is_found_alone(covering, hole):
    for n, duty in enumerate(covering.duties):
        if n != hole:
            covering.continue_in(covering.world.plan, duty)
    assert row(covering, covering.world.ba_ngoi) == [Cell.MISSING if n == hole else Cell.TAKEN for n in range(3)]
    assert holes(covering) == [covering.duties[hole]]


def test_through_the_provinces_duty(covering):
    middle = covering.continue_in(covering.provincial, covering.one)
    child = covering.continue_in(covering.world.plan, middle)
    matrix = coverage(covering.central, on=DAY)
    assert row(covering, covering.world.ba_ngoi) == [Cell.TAKEN, Cell.MISSING, Cell.MISSING]
    assert [line.task for line in matrix.taken[covering.one.pk][covering.world.ba_ngoi.pk]] == [child.pk]


def test_a_duty_linked_both_ways_is_shown_once(covering):
    middle = covering.continue_in(covering.provincial, covering.one)
    child = covering.continue_in(covering.world.plan, middle)
    ParentLink.objects.tie(child, covering.one, on=BELOW)
    held = coverage(covering.central, on=DAY).taken[covering.one.pk][covering.world.ba_ngoi.pk]
    assert [line.task for line in held] == [child.pk]


@pytest.mark.parametrize("change", [{"issued_on": None}, {"issued_on": DAY + timedelta(1)}, {"withdrawn_on": DAY}])
def test_not_through_a_plan_that_is_not_in_force(covering, change):
    middle = covering.continue_in(covering.provincial, covering.one)
    covering.continue_in(covering.world.plan, middle)
    Plan.objects.filter(pk=covering.provincial.pk).update(**change)
    assert row(covering, covering.world.ba_ngoi)[0] == Cell.MISSING


def test_not_through_another_provinces_duty(covering):
    world = covering.world
    other = OrgUnit.objects.create(
        path="00010002", parent=world.centre, kind=Kind.PROVINCE, level=Level.PROVINCE, name="Thanh Hóa", code="38"
    )
    OrgUnit.objects.filter(pk=other.pk).update(area=other)
    foreign = plan_of(other, "08-KH/BCĐ", issued_on=BELOW)
    middle = covering.continue_in(foreign, covering.one)
    covering.continue_in(world.plan, middle)
    assert row(covering, world.ba_ngoi)[0] == Cell.MISSING


def test_a_plan_whose_only_superior_is_the_provinces_counts_as_issued_under_the_centres(covering):
    covering.world.plan.superiors.remove(covering.central)
    assert row(covering, covering.world.ba_ngoi) == [Cell.MISSING] * 3
    covering.world.plan.superiors.remove(covering.provincial)
    assert row(covering, covering.world.ba_ngoi) == [Cell.NO_PLAN] * 3


def test_another_provinces_plan_is_no_bridge_to_the_centres(covering):
    world = covering.world
    other = OrgUnit.objects.create(path="00010002", parent=world.centre, kind=Kind.PROVINCE, level=Level.PROVINCE, name="Huế", code="46")
    foreign = plan_of(other, "08-KH/BCĐ", issued_on=BELOW)
    foreign.superiors.add(covering.central)
    world.plan.superiors.set([foreign])
    assert row(covering, world.ba_ngoi) == [Cell.NO_PLAN] * 3


def test_a_draft_is_no_plan_yet_but_its_holes_can_be_asked_for(covering):
    covering.continue_in(covering.world.plan, covering.one)
    Plan.objects.filter(pk=covering.world.plan.pk).update(issued_on=None)
    assert row(covering, covering.world.ba_ngoi) == [Cell.NO_PLAN] * 3
    assert holes(covering) == [covering.two, covering.three]


def test_links_count_from_their_first_day_until_the_day_they_hold_no_more(covering):
    child = covering.continue_in(covering.world.plan, covering.one, on=BELOW)
    ParentLink.objects.get(child=child).close(on=DAY)
    seen = {on: row(covering, covering.world.ba_ngoi, on=on)[0] for on in (BELOW - timedelta(1), BELOW, DAY - timedelta(1), DAY)}
    assert list(seen.values()) == [Cell.MISSING, Cell.TAKEN, Cell.TAKEN, Cell.MISSING]


def test_duties_taken_out_of_their_plans_count_no_more_from_that_day(covering):
    child = covering.continue_in(covering.world.plan, covering.one)
    Task.objects.filter(pk=child.pk).update(ended_on=DAY)
    assert row(covering, covering.world.ba_ngoi, on=DAY - timedelta(1))[0] == Cell.TAKEN
    assert row(covering, covering.world.ba_ngoi)[0] == Cell.MISSING
    Task.objects.filter(pk=covering.two.pk).update(ended_on=DAY)
    assert binding_duties(covering.central, on=DAY) == [covering.one, covering.three]
    assert row(covering, covering.world.ba_ngoi)[1] is None


def test_a_merge_changes_the_denominator_from_its_day_only(covering):
    OrgUnit.objects.filter(pk=covering.world.cam_linh.pk).update(valid_to=DAY)
    sizes = {on: len(coverage(covering.central, on=on).areas) for on in (DAY, DAY + timedelta(1))}
    assert sizes == {DAY: 2, DAY + timedelta(1): 1}
    assert coverage(covering.central, on=DAY + timedelta(1)).totals() == {Cell.TAKEN: 0, Cell.DECLARED: 0, Cell.MISSING: 3, Cell.NO_PLAN: 0}


def test_a_unit_that_came_back_was_there_in_its_earlier_term(covering):
    OrgUnit.objects.filter(pk=covering.world.cam_linh.pk).update(valid_from=DAY)
    FormerTerm.objects.create(unit=covering.world.cam_linh, until=BELOW)
    sizes = [len(coverage(covering.central, on=on).areas) for on in (BELOW, BELOW + timedelta(1), DAY)]
    assert sizes == [2, 1, 2]


def test_a_plan_not_issued_by_the_day_has_no_cells(covering):
    assert coverage(covering.central, on=ISSUED - timedelta(1)).areas == []


# What binds


def test_a_duty_for_a_ward_by_name_binds_it_alone(covering):
    duty = covering.duty(covering.central, covering.world.cam_linh)
    matrix = coverage(covering.central, on=DAY)
    assert matrix.cell(duty.pk, covering.world.cam_linh.pk) == Cell.NO_PLAN
    assert matrix.cell(duty.pk, covering.world.ba_ngoi.pk) is None
    assert binding_duties(covering.central, on=DAY, unit=covering.world.ba_ngoi) == covering.duties
    assert binding_duties(covering.central, Level.PROVINCE, on=DAY) == covering.duties


def test_a_duty_for_the_body_an_area_answers_through_binds_the_area(covering):
    world = covering.world
    through = covering.duty(covering.central, world.ubnd)
    police = covering.duty(covering.central, body("0001000100010009", world.ba_ngoi, Kind.POLICE, "Công an phường"))
    assert through in binding_duties(covering.central, on=DAY, unit=world.ba_ngoi)
    assert police not in binding_duties(covering.central, on=DAY, unit=world.ba_ngoi)


def test_what_the_plans_own_unit_and_its_ministries_lead_binds_nobody_below(covering):
    ministry = body("00010009", covering.world.centre, Kind.MINISTRY, "Bộ Công an")
    covering.duty(covering.central, ministry, covering.world.centre)
    assert binding_duties(covering.central, on=DAY) == covering.duties


def test_a_coordinator_is_not_bound_and_an_ended_lead_no_more(covering):
    Assignment.objects.filter(task=covering.one).update(part="coordinator")
    Assignment.objects.filter(task=covering.two).update(ended_on=DAY)
    assert binding_duties(covering.central, on=DAY) == [covering.three]
    assert binding_duties(covering.central, on=DAY - timedelta(1)) == [covering.two, covering.three]


def test_a_drafts_group_binds_its_members_as_they_stand(covering):
    group = AddresseeGroup.objects.create(code="g", owner=covering.world.centre, words="Các địa phương", rule="")
    group.units.add(covering.world.khanh_hoa)
    draft = covering.central
    draft.issued_on = None
    draft.save()
    duty = Task.objects.create(plan=draft, ref="X", position=9, title="Việc", group=group)
    assert binding_duties(draft, on=DAY, unit=covering.world.ba_ngoi) == [*covering.duties, duty]


# Declared not applicable


def declared(covering, unit, duty, at, **more):
    return NotApplicable.objects.create(task=duty, unit=unit, reason="Không có", by=covering.tam, at=at, **more)


@pytest.fixture
def moments():
    return {n: period.moment(DAY + timedelta(n)) for n in range(-5, 5)}


def test_declared_waits_then_is_accepted_each_from_its_day(covering, moments):
    ward, judge = covering.world.ba_ngoi, covering.world.hoa
    declared(covering, ward, covering.one, moments[-3], accepted=True, judged_by=judge, judged_at=moments[-1])
    facts = []
    for n in (-4, -3, -2, -1):
        matrix = coverage(covering.central, on=DAY + timedelta(n))
        facts.append((matrix.cell(covering.one.pk, ward.pk), matrix.is_waiting(covering.one.pk, ward.pk)))
    assert facts == [(Cell.MISSING, False), (Cell.DECLARED, True), (Cell.DECLARED, True), (Cell.DECLARED, False)]
    assert coverage(covering.central, on=DAY - timedelta(2)).waits() == 1
    assert coverage(covering.central, on=DAY).waits() == 0


def test_refused_or_withdrawn_is_as_before_from_that_day(covering, moments):
    ward, judge = covering.world.ba_ngoi, covering.world.hoa
    declared(covering, ward, covering.one, moments[-3], accepted=False, judged_by=judge, judged_at=moments[-1])
    declared(covering, ward, covering.two, moments[-3], withdrawn_by=covering.tam, withdrawn_at=moments[-1])
    assert row(covering, ward, on=DAY - timedelta(2)) == [Cell.DECLARED, Cell.DECLARED, Cell.MISSING]
    assert row(covering, ward, on=DAY - timedelta(1)) == [Cell.MISSING] * 3


def test_what_was_accepted_for_the_province_holds_for_its_wards_what_waits_does_not(covering, moments):
    province, judge = covering.world.khanh_hoa, covering.world.hoa
    declared(covering, province, covering.one, moments[-3], accepted=True, judged_by=judge, judged_at=moments[-2])
    declared(covering, province, covering.two, moments[-3])
    assert row(covering, covering.world.cam_linh) == [Cell.DECLARED, Cell.NO_PLAN, Cell.NO_PLAN]
    assert row(covering, province, level=Level.PROVINCE) == [Cell.DECLARED, Cell.DECLARED, Cell.MISSING]
    Document.objects.filter(plan=covering.world.plan).update(text_received=True)  # a plan known by citation alone is not judged
    assert holes(covering) == [covering.two, covering.three]


def test_taken_up_is_stronger_than_declared(covering, moments):
    declared(covering, covering.world.ba_ngoi, covering.one, moments[-3])
    covering.continue_in(covering.world.plan, covering.one)
    assert row(covering, covering.world.ba_ngoi)[0] == Cell.TAKEN


# Counts


def test_counts_add_up_and_shares_weigh_each_carrying_duty_once(covering):
    world = covering.world
    via = Assignment.objects.get(task=covering.one, unit=world.khanh_hoa)
    child = covering.continue_in(world.plan, covering.one, leads=[world.ubnd, world.committee], due_on=date(2026, 12, 31), via=via)
    covering.continue_in(world.plan, covering.one)
    Task.objects.filter(pk=child.pk).update(leads_n=2, leads_said=10**9, leads_done=0)
    matrix = coverage(covering.central, on=DAY)
    assert matrix.counts()[covering.one.pk] == {Cell.TAKEN: 1, Cell.DECLARED: 0, Cell.MISSING: 0, Cell.NO_PLAN: 1}
    assert matrix.counts({world.cam_linh.pk})[covering.one.pk] == {Cell.TAKEN: 0, Cell.DECLARED: 0, Cell.MISSING: 0, Cell.NO_PLAN: 1}
    assert matrix.totals() == {Cell.TAKEN: 1, Cell.DECLARED: 0, Cell.MISSING: 2, Cell.NO_PLAN: 3}
    assert matrix.shares(covering.one.pk) == (0.5, 0.0)
    assert matrix.shares(covering.two.pk) is None
    assert [(duty.ref, area.pk, kind) for duty, area, kind in matrix.cells(kind=Cell.TAKEN)] == [("C1", world.ba_ngoi.pk, Cell.TAKEN)]
    assert [(area.pk, ids) for area, ids in matrix.groups()] == [(world.khanh_hoa.pk, {world.ba_ngoi.pk, world.cam_linh.pk})]


# Within a post's reach


def seen(post, plan, **more):
    sight = Sight.of(post, plan, **more)
    return sight and {level: [area.pk for area in sight.coverage(plan, on=DAY, level=level).areas] for level in sight.levels}


def test_who_sees_what(covering):
    world, plan = covering.world, covering.central
    wards = [world.ba_ngoi.pk, world.cam_linh.pk]
    assert seen(world.hoa, plan) == {Level.PROVINCE: [world.khanh_hoa.pk], Level.WARD: wards}
    assert seen(world.dung, plan) == {Level.PROVINCE: [world.khanh_hoa.pk], Level.WARD: wards}
    assert seen(world.binh, plan) == seen(world.an, plan) == seen(world.mai, plan) == {Level.WARD: [world.ba_ngoi.pk]}
    assert seen(world.chi, plan) == {Level.WARD: [world.cam_linh.pk]}
    ministry = world.hire("son", body("00010009", world.centre, Kind.MINISTRY, "Bộ Công an"))
    assert seen(ministry, plan) == {}
    assert seen(world.binh, plan, place=world.cam_linh) is None
    assert seen(world.dung, covering.provincial) == {Level.WARD: wards}


def test_a_neighbours_answers_change_nothing_that_a_ward_sees(covering):
    sight = Sight.of(covering.world.binh, covering.central)
    before = sight.coverage(covering.central, on=DAY, level=Level.WARD).totals()
    neighbour = plan_of(covering.world.cam_linh, "03-KH/BCĐ", issued_on=BELOW)
    neighbour.superiors.add(covering.central)
    covering.continue_in(neighbour, covering.one)
    assert sight.coverage(covering.central, on=DAY, level=Level.WARD).totals() == before
    assert row(covering, covering.world.cam_linh) == [Cell.TAKEN, Cell.MISSING, Cell.MISSING]


def test_a_ward_looks_only_through_plans_it_may_read(covering):
    """A province's plan it never received and does not continue is no bridge for it."""
    world = covering.world
    middle = covering.continue_in(covering.provincial, covering.one)
    covering.continue_in(world.plan, middle)
    world.plan.superiors.set([covering.central])
    sight = Sight.of(world.binh, covering.central)
    assert sight.coverage(covering.central, on=DAY, level=Level.WARD).cell(covering.one.pk, world.ba_ngoi.pk) == Cell.MISSING
    world.plan.superiors.add(covering.provincial)
    sight = Sight.of(world.binh, covering.central)
    assert sight.coverage(covering.central, on=DAY, level=Level.WARD).cell(covering.one.pk, world.ba_ngoi.pk) == Cell.TAKEN


def test_a_clerk_of_a_province_sees_its_wards_and_an_official_of_a_body_only_the_area(covering):
    world = covering.world
    wards = {Level.WARD: [world.ba_ngoi.pk, world.cam_linh.pk]}
    assert seen(covering.tam, covering.central) == {Level.PROVINCE: [world.khanh_hoa.pk], **wards}
    official = world.hire("yen", body("000100010009", world.khanh_hoa, Kind.POLICE, "Công an tỉnh"))
    assert seen(official, covering.central) == {Level.PROVINCE: [world.khanh_hoa.pk]}
