"""Who speaks on the paper of a report, and as what its signer signs."""

from datetime import date

import pytest

from orgunits.models import Kind, Level, Role
from plans.models import Document, Plan
from reports import drafting, letterhead
from tests.reports.test_month import at, filed, june
from tests.world import area, body, plan_of


@pytest.mark.parametrize(
    ("title", "signs"), [("Trưởng Ban Chỉ đạo", "KT. TRƯỞNG BAN"), ("Phó Trưởng Ban Chỉ đạo", "KT. PHÓ TRƯỞNG BAN"), ("", "KT. TRƯỞNG BAN")]
)
def test_who_stands_in_for_the_head_signs_in_place_of_the_head(world, title, signs):
    world.duty()
    deputy = world.hire("quyen", world.ba_ngoi, Role.STEERING, deputises=world.binh, title=title)
    report = filed(june(world), world, day=date(2026, 6, 23))
    report.signed_by = deputy
    signature = letterhead.dated(report.facts, report=report, illustrative=False, draft=False)["signature"]
    assert (signature["post"], signature["name"]) == (signs, "Quyen")
    again = letterhead.dated({**report.facts, "signature": signature}, report=report, illustrative=False, draft=False)
    assert again["signature"] == signature
    report.signed_by = world.binh
    assert letterhead.dated(report.facts, report=report, illustrative=False, draft=False)["signature"]["post"] == "TRƯỞNG BAN"


def test_at_the_centre_the_committee_speaks_whoever_issued_the_plan(world):
    government = body("00019001", world.centre, Kind.GOVERNMENT, "Chính phủ")
    told = letterhead.of(world.centre, government)
    assert (told["profile"], told["symbol_tail"], told["place"]) == ("party", "BC/BCĐTW", "Hà Nội")


def test_the_newest_of_the_units_own_plans_says_who_speaks_and_no_plan_of_another(world):
    newer = plan_of(world.khanh_hoa, "07-KH/BCĐ", issued_on=date(2026, 6, 1))
    Document.objects.filter(pk=newer.document_id).update(issuer=world.ubnd)  # a province's plan, named after a committee it is not
    world.duty()
    world.duty(plan=newer)
    draft = drafting.Draft(june(world), at=at(date(2026, 6, 20)))
    assert draft.facts()["profile"] == "party"
    Document.objects.filter(pk=world.plan.document_id).update(issuer=world.ubnd)
    assert drafting.Draft(june(world), at=at(date(2026, 6, 20))).facts()["profile"] == "state"
    document = Document.objects.create(issuer=world.committee, type="KH", type_name="Kế hoạch", symbol="09-KH/BCĐ", key="kh-09")
    last = Plan.objects.create(document=document, unit=world.ba_ngoi, level=Level.WARD, title="Kế hoạch", issued_on=date(2026, 6, 2))
    world.duty(plan=last)
    assert drafting.Draft(june(world), at=at(date(2026, 6, 20))).facts()["profile"] == "party"


def test_a_city_has_a_city_committee_and_a_province_a_provincial_one(world):
    ha_noi = area("00010002", world.centre, Kind.CITY, Level.PROVINCE, "Hà Nội")
    assert [letterhead.of(unit, None)["issuer"]["superior"] for unit in (ha_noi, world.khanh_hoa, world.ba_ngoi)] == [
        "THÀNH ỦY HÀ NỘI",
        "TỈNH ỦY KHÁNH HÒA",
        "ĐẢNG ỦY PHƯỜNG BA NGÒI",
    ]
