import hashlib

import pytest
from django.core.management import call_command

from orgunits.loading import FIXTURES, load_units
from orgunits.models import AddresseeGroup, Kind, Level, OrgUnit

pytestmark = pytest.mark.django_db

# Facts of the units in force since 1 July 2025; a changed file is a changed country and wants a second look.
CHECKSUM = "15689c0bd08789874123b22ad9d12bbb90e13483eaa2c4685dc644892103788f"


def test_the_units_file_is_the_one_that_was_checked():
    assert hashlib.sha256((FIXTURES / "vn-units.csv").read_bytes()).hexdigest() == CHECKSUM


def test_the_country(country):
    areas = OrgUnit.objects.areas()
    assert areas.filter(level=Level.PROVINCE).count() == 34
    assert {kind: areas.filter(kind=kind).count() for kind in (Kind.COMMUNE, Kind.URBAN_WARD, Kind.SPECIAL_ZONE)} == {
        "xa": 2621,
        "phuong": 687,
        "dac_khu": 13,
    }
    ba_ngoi = OrgUnit.objects.get(code="22423")
    assert str(ba_ngoi) == "phường Ba Ngòi"
    assert [unit.name for unit in ba_ngoi.chain] == ["Khánh Hòa", "Trung ương"]


def test_a_path_is_under_its_parents(country):
    for unit in OrgUnit.objects.exclude(parent=None).select_related("parent").order_by("?")[:200]:
        assert unit.path.startswith(unit.parent.path)
        assert unit.level == (unit.level if unit.is_area else unit.area.level)


def test_territories_answer_through_a_body_and_firms_are_kept(country):
    assert OrgUnit.objects.get(code="22423").answers_through.code == "22423.UBND"
    assert OrgUnit.objects.get(code="22423.DN").kept_by.code == "22423.UBND"


def test_names_are_found_without_accents_and_by_alias(country):
    assert "22423" in OrgUnit.objects.named("phuong ba ngoi").values_list("code", flat=True)
    assert OrgUnit.objects.named("UBMTTQ").exists()
    assert OrgUnit.objects.named("22423").get().name == "Ba Ngòi"


def test_collective_addressees_are_resolved(country):
    assert AddresseeGroup.objects.get(code="TW.BCQDP").units.filter(level=Level.PROVINCE).count() == 34
    ward = AddresseeGroup.objects.get(code="22423.CQDV")
    assert not ward.units.filter(kind__in=[Kind.STEERING, Kind.STANDING, Kind.FIRM]).exists()
    assert ward.units.filter(area__code="22423").count() == ward.units.count() == 9


def test_loading_twice_adds_nothing(country):
    before = OrgUnit.objects.count()
    assert load_units() == 0
    call_command("load_units", verbosity=0)
    assert OrgUnit.objects.count() == before
