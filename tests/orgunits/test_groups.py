"""A collective addressee: what its rule names, how it is checked and said, and that a frozen list never changes by itself."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from journal.models import Entry
from orgunits import groups
from orgunits.models import AddresseeGroup, Kind, Level, OrgUnit, Trait
from tests.world import area

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 10)
AT = datetime(2026, 7, 10, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def named(criteria, on=TODAY):
    return list(groups.members(criteria, on=on))


def draft(world, criteria, owner=None, units=()):
    return groups.make(owner or world.centre, words="Các phường", criteria=criteria, units=units, by=world.hoa, at=AT)


def freeze(group, world, on=TODAY):
    return groups.freeze(group, on=on, by=world.hoa, at=AT)


# What a rule names


def test_conditions_narrow_and_values_widen(world):
    assert named({"levels": ["ward"], "areas_only": True}) == [world.ba_ngoi, world.cam_linh]
    assert named({"levels": ["province", "ward"], "areas_only": True}) == [world.khanh_hoa, world.ba_ngoi, world.cam_linh]
    assert named({"kinds": ["government", "firm"], "branch": world.ba_ngoi.code}) == [world.ubnd, world.firm]
    assert named({"branch": world.cam_linh.code}) == [world.cam_linh, world.ubnd_cam_linh]


def test_a_property_chooses(world):
    for unit in (world.ubnd, world.cam_linh):
        Trait.objects.create(unit=unit, code="border")
    Trait.objects.create(unit=world.ubnd, code="own_data_centre")
    assert named({"traits": ["border", "own_data_centre"]}) == [world.ubnd, world.cam_linh]
    assert named({"traits": ["border"], "areas_only": True}) == [world.cam_linh]


def test_named_often_answers_once(world):
    codes = [world.ubnd.code, world.ba_ngoi.code, world.ba_ngoi.code]
    assert named({"levels": ["ward"], "areas_only": True, "listed": codes}) == [world.ba_ngoi, world.ubnd, world.cam_linh]


def test_left_out_takes_what_lies_below_and_a_branch_its_own_unit_alone(world):
    assert named({"levels": ["ward"], "without": [world.ba_ngoi.code]}) == [world.cam_linh, world.ubnd_cam_linh]
    assert named({"branch": world.cam_linh.code, "without": [world.cam_linh.code]}) == [world.ubnd_cam_linh]


def test_a_unit_named_stays_though_its_area_is_left_out(world):
    criteria = {"levels": ["ward"], "without": [world.khanh_hoa.code], "listed": [world.ba_ngoi.code]}
    assert named(criteria) == [world.ba_ngoi]


def test_only_those_in_force_that_day(world):
    OrgUnit.objects.filter(pk=world.cam_linh.pk).update(valid_to=date(2026, 7, 9))
    rule = {"levels": ["ward"], "areas_only": True}
    assert named(rule) == [world.ba_ngoi]
    assert named(rule, on=date(2026, 7, 9)) == [world.ba_ngoi, world.cam_linh]


def test_a_rule_that_says_nothing_names_nobody(world):
    assert named({}) == named({"levels": [], "areas_only": False}) == named({"branch": "nowhere"}) == []
    assert list(groups.members(None, on=TODAY)) == []


# How it is checked and said


@pytest.mark.parametrize(
    ("criteria", "says"),
    [
        ({}, "The rule is empty"),
        ({"without": ["0001"]}, "The rule is empty"),
        ({"listed": ["nobody"]}, "No unit has this code: nobody."),
        ({"levels": ["ward"], "branch": "nobody"}, "No unit has this code: nobody."),
        ({"levels": ["village"]}, "The portal does not know this level, kind or property: village."),
        ({"traits": ["border"]}, "Nobody meets this rule on 10/07/2026."),
        ({"listed": ["000100010001"], "without": ["000100010001"]}, "Named both to be in and to be left out: phường Ba Ngòi."),
        ({"everything": True}, "This is no rule the portal knows."),
        ("all", "This is no rule the portal knows."),
    ],
)
def test_one_sentence_for_each_fault(world, criteria, says):
    with translation.override("en"):
        (fault,) = groups.faults(criteria, on=TODAY)
    assert fault.startswith(says)


def test_a_group_names_nobody_outside_its_owners_branch(world):
    rule = {"levels": ["ward"], "areas_only": True}
    with translation.override("en"):
        assert groups.faults(rule, on=TODAY, owner=world.khanh_hoa) == []
        (fault,) = groups.faults(rule, on=TODAY, owner=world.ba_ngoi)
    assert fault == "A group of phường Ba Ngòi names only units of its own branch; outside it: phường Cam Linh."


def test_a_unit_closed_before_that_day_is_asked_back(world):
    OrgUnit.objects.filter(pk=world.cam_linh.pk).update(valid_to=date(2026, 7, 9))
    with translation.override("en"):
        assert groups.faults({"listed": [world.cam_linh.code, world.ba_ngoi.code]}, on=TODAY) == [
            "Not in force on 10/07/2026: phường Cam Linh."
        ]


def test_the_rule_in_words(world):
    criteria = {
        "levels": ["province", "ward"],
        "areas_only": True,
        "branch": world.khanh_hoa.code,
        "without": [world.cam_linh.code],
        "listed": [world.ubnd.code],
    }
    with translation.override("en"):
        assert groups.words_of(criteria) == (
            "Level: Province or Ward; territories only, without their bodies; in the branch of tỉnh Khánh Hòa; "
            "without: phường Cam Linh; by name: UBND phường Ba Ngòi."
        )


def test_names_are_read_as_people_write_them(world):
    text = f"phuong ba ngoi; {world.ubnd.code} · UBND phường Ba Ngòi\nPHƯỜNG CAM LINH\nphường Ba Ngòi"
    assert groups.read_names(text, within=world.khanh_hoa, on=TODAY) == ([world.ba_ngoi, world.ubnd, world.cam_linh], [])
    units, faults = groups.read_names("phường Cam Linh\nphường Nào Đó", within=world.ba_ngoi, on=TODAY)
    assert (units, len(faults)) == ([], 2)


def test_a_name_several_units_share_is_asked_back_with_their_codes(world):
    other = area("00010002", world.centre, Kind.PROVINCE, Level.PROVINCE, "Thanh Hóa")
    area("000100020001", other, Kind.URBAN_WARD, Level.WARD, "Ba Ngòi")
    with translation.override("en"):
        units, faults = groups.read_names("phường Ba Ngòi", within=world.centre, on=TODAY)
    assert units == []
    assert faults == [
        "«phường Ba Ngòi» is the name of 2 units; write the code: 000100010001 (tỉnh Khánh Hòa), 000100020001 (tỉnh Thanh Hóa)."
    ]


# The frozen list


def test_a_frozen_list_does_not_follow_the_tree_and_a_new_plan_resolves_anew(world):
    group = freeze(draft(world, {"levels": ["ward"], "areas_only": True}), world)
    assert (group.frozen_on, list(group.units.all())) == (TODAY, [world.ba_ngoi, world.cam_linh])
    OrgUnit.objects.filter(pk=world.cam_linh.pk).update(valid_to=date(2026, 7, 31))
    new = area("000100010003", world.khanh_hoa, Kind.URBAN_WARD, Level.WARD, "Cam Nghĩa")
    assert list(groups.roster(group, on=date(2026, 8, 1))) == [world.ba_ngoi, world.cam_linh]
    again = freeze(group, world, on=date(2026, 8, 1))
    assert (again.made_from, again.words, again.criteria, again.rule) == (group, group.words, group.criteria, group.rule)
    assert list(again.units.all()) == [world.ba_ngoi, new]
    assert list(group.units.all()) == [world.ba_ngoi, world.cam_linh]
    assert len({group.code, again.code, freeze(again, world).code, freeze(group, world).code}) == 4


def test_freezing_is_journaled(world):
    group = freeze(draft(world, {"listed": [world.ubnd.code]}), world)
    entry = Entry.objects.about(group).get(verb="group.frozen")
    assert (entry.post, entry.at, entry.facts) == (world.hoa, AT, {"on": "2026-07-10", "units": 1, "made_from": None})


def test_nothing_is_frozen_where_nobody_meets_the_rule(world):
    group = draft(world, {"listed": [world.ubnd.code]})
    OrgUnit.objects.filter(pk=world.ubnd.pk).update(valid_to=date(2026, 7, 9))
    with pytest.raises(ValidationError):
        freeze(group, world)
    group.refresh_from_db()
    assert group.frozen_on is None


def test_an_open_group_freezes_with_the_names_it_has_and_gives_them_on_without_late_ones(world):
    empty = freeze(draft(world, None), world)
    assert (empty.is_open, empty.frozen_on, empty.units.count()) == (True, TODAY, 0)
    some = freeze(draft(world, None, units=[world.ubnd]), world)
    groups.join(some, [world.firm], on=TODAY, by=world.hoa, at=AT)
    assert list(some.units.all()) == [world.ubnd, world.firm]
    assert groups.joined_late(some) == {world.firm.pk: TODAY}
    assert list(freeze(some, world).units.all()) == [world.ubnd]


def test_late_joiners_of_one_plan_are_not_those_of_the_next(world):
    group = freeze(draft(world, {"listed": [world.ubnd.code]}), world)
    assert groups.join(group, [world.ubnd, world.firm], on=TODAY, by=world.hoa, at=AT) == [world.firm]
    assert groups.join(group, [world.firm], on=TODAY, by=world.hoa, at=AT) == []
    assert list(freeze(group, world).units.all()) == [world.ubnd]


def test_a_frozen_group_is_neither_changed_nor_deleted(world):
    group = freeze(draft(world, {"listed": [world.ubnd.code]}), world)
    with pytest.raises(groups.Stale):
        groups.change(group, words="Khác", criteria={"listed": [world.firm.code]}, by=world.hoa, at=AT)
    with pytest.raises(groups.Stale):
        groups.discard(group, by=world.hoa, at=AT)
    assert AddresseeGroup.objects.get().words == "Các phường"


def test_two_people_changing_one_draft_the_second_is_told(world):
    group = draft(world, {"listed": [world.ubnd.code]})
    mark = groups.mark_of(group)
    groups.change(group, words="Một", criteria=group.criteria, by=world.hoa, at=AT, mark=mark)
    with pytest.raises(groups.Stale):
        groups.change(group, words="Hai", criteria=group.criteria, by=world.hoa, at=AT, mark=mark)
    group.refresh_from_db()
    assert group.words == "Một"


def test_counts_by_province(world):
    body = OrgUnit.objects.create(
        path="00010009", parent=world.centre, area=world.centre, kind=Kind.MINISTRY, level=Level.CENTRAL, name="Bộ", code="b"
    )
    units = OrgUnit.objects.filter(pk__in=[body.pk, world.centre.pk, world.khanh_hoa.pk, world.ubnd.pk])
    assert groups.by_province(units) == [(world.centre, 2), (world.khanh_hoa, 2)]


# The country


def test_the_groups_of_the_two_plans_are_frozen_on_their_day_and_their_rules_name_the_same(country):
    frozen = dict(AddresseeGroup.objects.values_list("code", "frozen_on"))
    assert frozen == {
        "TW.BCQDP": date(2026, 1, 5),
        "TW.NDD": date(2026, 1, 5),
        "22423.CQDV": date(2026, 5, 5),
        "22423.NDD": date(2026, 5, 5),
    }
    for group in AddresseeGroup.objects.all():
        assert set(named(group.criteria, on=group.frozen_on)) == set(group.units.all()), group.code


def test_every_ward_of_the_country(country, django_assert_num_queries):
    rule = {"levels": ["ward"], "areas_only": True}
    with django_assert_num_queries(1):
        assert groups.members(rule, on=TODAY).count() == 3321
    with django_assert_num_queries(2):
        provinces = groups.by_province(groups.members(rule, on=TODAY))
    assert (len(provinces), sum(n for _area, n in provinces)) == (34, 3321)
    of_khanh_hoa = groups.members({**rule, "branch": "56"}, on=TODAY).count()
    assert {unit.code: n for unit, n in provinces}["56"] == of_khanh_hoa
    assert groups.members({**rule, "without": ["56"]}, on=TODAY).count() == 3321 - of_khanh_hoa
