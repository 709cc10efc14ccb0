"""Who speaks on the paper of a report, and as what its signer signs."""

from datetime import date, timedelta

import pytest

from orgunits.models import Kind, Level, OrgUnit, Role
from plans.models import Document, Plan
from reports import drafting, letterhead
from tests.reports.test_month import at, filed, june
from tests.world import area, body, plan_of

CHAIR, VICE = "TM. ỦY BAN NHÂN DÂN", "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH"
SIGNED = {  # Hướng dẫn 36-HD/VPTW, II.1.7.1; Nghị định 30/2020/NĐ-CP, phụ lục I, II.7
    ("party", ""): ("T/M BAN CHỈ ĐẠO", "TRƯỞNG BAN"),
    ("party", "Trưởng Ban Chỉ đạo"): ("T/M BAN CHỈ ĐẠO", "TRƯỞNG BAN"),
    ("party", "Bí thư Đảng ủy, Trưởng Ban Chỉ đạo phường"): ("T/M BAN CHỈ ĐẠO", "BÍ THƯ ĐẢNG ỦY, TRƯỞNG BAN"),
    ("party", "Phó Bí thư Đảng ủy, Trưởng BCĐ"): ("T/M BAN CHỈ ĐẠO", "PHÓ BÍ THƯ ĐẢNG ỦY, TRƯỞNG BAN"),
    ("party", "Phó Trưởng Ban Chỉ đạo"): ("K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"),
    ("party", "Phó trưởng ban chỉ đạo"): ("K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"),
    ("party", "Phó Trưởng Ban Thường trực Ban Chỉ đạo"): ("K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN THƯỜNG TRỰC"),
    ("party", "Thường trực Ban Chỉ đạo Trung ương"): ("T/M BAN CHỈ ĐẠO", "THƯỜNG TRỰC"),
    ("state", ""): (CHAIR, "CHỦ TỊCH"),
    ("state", "Chủ tịch UBND phường"): (CHAIR, "CHỦ TỊCH"),
    ("state", "Quyền Chủ tịch Ủy ban nhân dân phường"): (CHAIR, "Q. CHỦ TỊCH"),
    ("state", "Chủ tịch UBND phường, Phó Trưởng Ban Chỉ đạo"): (CHAIR, "CHỦ TỊCH"),
    ("state", "Phó Chủ tịch UBND phường"): (VICE, "PHÓ CHỦ TỊCH"),
    ("state", "Phó Chủ tịch Thường trực UBND phường"): (VICE, "PHÓ CHỦ TỊCH"),
    ("state", "Phó Trưởng Ban Chỉ đạo"): (CHAIR, ""),
    ("state", "Chủ tịch HĐND phường"): (CHAIR, ""),
}


def signature_of(report, signer):
    report.signed_by = signer
    facts = {**report.facts, "dated_on": None}
    return letterhead.dated(facts, report=report, illustrative=False, draft=False)["signature"]


@pytest.fixture
def report(world):
    world.duty()
    return filed(june(world), world, day=date(2026, 6, 23))


def on_paper_of(profile, report):
    report.facts |= {"profile": profile}
    return report


@pytest.mark.parametrize(("profile", "title"), SIGNED)
def test_a_post_signs_as_what_it_is_and_a_deputy_head_in_place_of_the_head(world, report, profile, title):
    signature = signature_of(on_paper_of(profile, report), world.hire("quyen", world.ba_ngoi, Role.STEERING, title=title))
    assert (signature["authority"], signature["post"], signature["name"]) == (*SIGNED[profile, title], "Quyen")


@pytest.mark.parametrize("title", ["Trưởng Ban Chỉ đạo", "Phó Trưởng Ban Chỉ đạo", ""])
def test_who_stands_in_for_somebody_signs_in_place_of_the_head_by_a_post_of_their_own(world, report, title):
    deputy = world.hire("quyen", world.ba_ngoi, Role.STEERING, deputises=world.binh, title=title)
    assert signature_of(report, deputy) == {"authority": "K/T TRƯỞNG BAN", "post": "", "name": "Quyen"}  # the post is filled in by hand
    world.hire("", world.cam_linh, Role.STEERING, person=deputy.person, title="Phó Trưởng Ban Chỉ đạo")  # elsewhere
    world.hire("", world.ubnd, person=deputy.person, title="Phó Chủ tịch UBND phường")
    world.hire("", world.ba_ngoi, Role.STEERING, person=deputy.person, title="Phó Trưởng Ban Chỉ đạo", until=date(2026, 6, 22))
    assert signature_of(report, deputy)["post"] == ""
    world.hire("", world.ba_ngoi, Role.STEERING, person=deputy.person, title="Phó Trưởng Ban Thường trực Ban Chỉ đạo")
    assert signature_of(report, deputy)["post"] == "PHÓ TRƯỞNG BAN THƯỜNG TRỰC"
    state = on_paper_of("state", report)
    assert signature_of(state, deputy) == {"authority": VICE, "post": "PHÓ CHỦ TỊCH", "name": "Quyen"}


def test_what_was_filed_keeps_the_signature_it_was_filed_with(world, report):
    old = {"authority": "T/M BAN CHỈ ĐẠO", "post": "KT. TRƯỞNG BAN", "name": "Quyen"}
    assert letterhead.dated(report.facts | {"signature": old}, report=report, illustrative=False, draft=False)["signature"] == old


def test_the_committee_that_issued_the_plan_heads_the_paper_while_it_is_in_force(world):
    second = body("0001000100010009", world.ba_ngoi, Kind.STEERING, "Ban Chỉ đạo về an ninh mạng phường Ba Ngòi")
    Document.objects.filter(pk=world.plan.document_id).update(issuer=second)
    world.duty()
    report = june(world)
    assert headed(report) == "BAN CHỈ ĐẠO VỀ AN NINH MẠNG PHƯỜNG BA NGÒI"
    OrgUnit.objects.filter(pk=second.pk).update(valid_to=report.period.closes)
    assert headed(report) == "BAN CHỈ ĐẠO VỀ AN NINH MẠNG PHƯỜNG BA NGÒI"
    OrgUnit.objects.filter(pk=second.pk).update(valid_to=report.period.closes - timedelta(days=1))
    assert headed(report) == "BAN CHỈ ĐẠO PHƯỜNG BA NGÒI"


def test_a_committee_that_has_ended_or_not_begun_heads_no_paper(world):
    OrgUnit.objects.filter(pk=world.committee.pk).update(valid_to=date(2026, 5, 31))
    body("0001000100010008", world.ba_ngoi, Kind.STEERING, "Ban Chỉ đạo mai sau", valid_from=date(2026, 6, 25))
    world.duty()
    assert headed(june(world)) == "BAN CHỈ ĐẠO PHƯỜNG BA NGÒI"  # named after its area: none is in force
    body("0001000100010009", world.ba_ngoi, Kind.STEERING, "Ban Chỉ đạo mới phường Ba Ngòi", valid_from=date(2026, 6, 1))
    assert headed(june(world)) == "BAN CHỈ ĐẠO MỚI PHƯỜNG BA NGÒI"


def headed(report):
    return drafting.Draft(report, at=at(date(2026, 6, 20))).facts()["issuer"]["name"]


def test_at_the_centre_the_committee_speaks_whoever_issued_the_plan(world):
    government = body("00019001", world.centre, Kind.GOVERNMENT, "Chính phủ")
    told = letterhead.of(world.centre, government, on=date(2026, 6, 24))
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
    assert [letterhead.of(unit, None, on=date(2026, 6, 24))["issuer"]["superior"] for unit in (ha_noi, world.khanh_hoa, world.ba_ngoi)] == [
        "THÀNH ỦY HÀ NỘI",
        "TỈNH ỦY KHÁNH HÒA",
        "ĐẢNG ỦY PHƯỜNG BA NGÒI",
    ]
