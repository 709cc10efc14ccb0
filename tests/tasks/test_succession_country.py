"""The same on the real country: 3,356 units and both real plans."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgunits.changes import NewUnit
from orgunits.loading import load_units
from orgunits.models import Kind, Level, OrgUnit, Person, Role
from plans import period
from tasks import rollup, succession
from tasks.importer import reviewing
from tasks.importer.naming import Directory, former_names
from tasks.models import Assignment, Draft, Intake
from tests.tasks.test_succession import DECISION

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
ON = date(2026, 8, 1)


@pytest.fixture
def head():
    person = Person.objects.create(username="head", full_name="Head")
    return person.posts.create(unit=OrgUnit.objects.get(code="TW"), role=Role.STEERING, since=date(2026, 1, 5))


def terms(head, on=ON):
    return {"on": on, "decision": DECISION, "by": head, "at": period.moment(on) + timedelta(hours=9)}


def unit(code):
    return OrgUnit.objects.get(code=code)


def test_a_ward_with_a_whole_plan_merges_in_bounded_queries_and_every_number_stays_true(head):
    before = Assignment.objects.live().filter(unit__area__code="22423").count()
    with CaptureQueriesContext(connection) as asked:
        change = succession.merge([unit("22423")], unit("22432"), **terms(head))
    assert (change.facts["ended"], before > 60) == (before, True)
    assert len(asked) <= 90
    assert not Assignment.objects.live().filter(unit__area__code="22423").exists()
    assert Assignment.objects.live().filter(unit__area__code="22432", moved_from__isnull=False).count() == change.facts["begun"]
    assert list(rollup.faults()) == []


def test_names_of_the_old_ward_lead_the_importer_to_the_successor_and_the_reader_is_told(head):
    succession.merge([unit("22423")], unit("22432"), **terms(head))
    directory = Directory.read()
    for seen_from in ("56.UBND", "TW.BCDTW", "22432.UBND"):
        namer = directory.seen_from(seen_from)
        assert [namer.name(words).units for words in ("UBND phường Ba Ngòi", "phường Ba Ngòi")] == [("22432.UBND",), ("22432",)]
    assert "22423" not in directory.units
    row = Draft(title="Rà soát", lead_words="UBND phường Ba Ngòi", leads={"names": ["UBND phường Ba Ngòi"], "units": ["22432.UBND"]})
    other = Draft(title="Rà soát", lead_words="UBND phường Cam Linh", leads={"names": ["UBND phường Cam Linh"], "units": ["22432.UBND"]})
    reviewing.weigh([row, other], Intake())
    assert ("former_unit" in row.doubts, "former_unit" in other.doubts) == (True, False)


def test_a_ward_without_bodies_leads_there_too(head):
    old, new = OrgUnit.objects.filter(parent__code="56", kind=Kind.COMMUNE).order_by("path")[:2]
    succession.merge([old], new, **terms(head))
    namer = Directory.read().seen_from("56.UBND")
    assert [namer.name(words).units for words in (f"UBND xã {old.name}", f"xã {old.name}")] == [(new.code,), (new.code,)]
    assert len(former_names()) == 3


def test_a_renamed_commune_is_read_under_both_names_and_loaded_once(head):
    old = OrgUnit.objects.filter(parent__code="56", kind=Kind.COMMUNE).order_by("path")[3]
    was, code = old.name, old.code
    succession.rename(old, name="Tân Lập Mới", code="99999", **terms(head))
    namer = Directory.read().seen_from("56.UBND")
    assert [namer.name(f"xã {name}").units for name in (was, "Tân Lập Mới")] == [("99999",), ("99999",)]
    assert load_units() == 0
    assert [row.code for row in OrgUnit.objects.current(code)] == ["99999"]


def test_many_wards_of_a_province_become_one_in_one_act(head):
    wards = list(OrgUnit.objects.filter(parent__code="38", level=Level.WARD, kind=Kind.COMMUNE).order_by("path")[:30])
    with CaptureQueriesContext(connection) as asked:
        change = succession.merge(wards, NewUnit("99998", Kind.COMMUNE, "Hợp Nhất"), **terms(head))
    assert change.successions.count() == 30
    assert len(asked) <= 60 + 4 * 30  # each old unit's own line in the journal and its check
    assert OrgUnit.objects.current(wards[7].code) == [unit("99998")]
    assert unit("99998") in OrgUnit.objects.in_force(on=ON)
    assert unit("99998") not in OrgUnit.objects.in_force(on=ON - timedelta(days=1))
