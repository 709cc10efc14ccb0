"""The pages on which units change: who may, what the preview says, the second person, old codes in addresses."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from orgunits.models import Kind, OrgUnit, Post, Role, UnitChange
from tasks import succession
from tasks.models import Assignment
from tests.tasks.test_succession import DUE, MERGED, by, merge
from tests.world import area, body

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 15, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people(world):
    """An administrator above both wards, another one, one of another ward, and everybody of the world."""
    world.admin = world.hire("quan", world.centre, Role.ADMIN)
    world.second = world.hire("quy", world.khanh_hoa, Role.ADMIN)
    world.far = world.hire("xa", world.cam_linh, Role.ADMIN)
    return world


def fields(**more):
    asked = {"kind": "merge", "into": "phường Cam Linh", "on": "10/07/2026", "type": "NQ", "symbol": "15/NQ-HĐND"}
    return asked | {"signed_on": "01/07/2026", "issuer": "HĐND tỉnh Khánh Hòa", "subject": "sắp xếp"} | more


def preview(client, unit, **more):
    return client.post(f"/units/{unit.pk}/change/", fields(**more))


def act(client, unit, **more):
    seen = preview(client, unit, **more).context["preview"].seen
    return client.post(f"/units/{unit.pk}/change/", fields(seen=seen, act="1", **more))


def test_only_steering_posts_above_and_administrators_of_the_branch_come_to_the_form(people, as_post):
    codes = {name: as_post(getattr(people, name)).get(f"/units/{people.ba_ngoi.pk}/change/").status_code for name in PEOPLE}
    assert codes == dict(zip(PEOPLE, [200, 200, 200, 200, 403, 403, 403, 403, 403], strict=True))


PEOPLE = ["dung", "hoa", "admin", "second", "binh", "giang", "mai", "an", "far"]


def test_a_steering_post_changes_bodies_of_its_own_area_and_never_the_area_itself(people, as_post):
    client = as_post(people.binh)
    assert client.get(f"/units/{people.committee.pk}/change/").status_code == 200
    assert client.get(f"/units/{people.ba_ngoi.pk}/change/").status_code == 403


def test_the_preview_names_what_is_concerned_and_changes_nothing(people, as_post):
    people.duties(3, due_on=DUE)
    page = preview(as_post(people.dung), people.ba_ngoi)
    seen = page.context["preview"]
    assert (page.status_code, seen.duties, seen.posts, seen.bodies, len(seen.plans)) == (200, 3, 3, 3, 1)
    assert [(line.unit.name, line.heirs[0].name) for line in seen.lines][:2] == [
        ("Ba Ngòi", "Cam Linh"),
        ("UBND phường Ba Ngòi", "UBND phường Cam Linh"),
    ]
    assert UnitChange.objects.count() == 0
    assert OrgUnit.objects.get(pk=people.ba_ngoi.pk).valid_to is None


def test_a_steering_post_acts_at_once_and_a_double_click_is_one_change(people, as_post):
    people.duty(due_on=DUE)
    client = as_post(people.dung)
    page = act(client, people.ba_ngoi)
    change = UnitChange.objects.get()
    assert (page.status_code, page.url, change.status) == (302, change.get_absolute_url(), "applied")
    assert Assignment.objects.live().get(unit__area=people.cam_linh).joined_on == MERGED
    assert client.get(change.get_absolute_url()).status_code == 200


def test_what_changed_since_the_preview_is_shown_before_the_act(people, as_post):
    client = as_post(people.dung)
    seen = preview(client, people.ba_ngoi).context["preview"].seen
    people.duty(due_on=DUE)
    page = client.post(f"/units/{people.ba_ngoi.pk}/change/", fields(seen=seen, act="1"))
    assert (page.status_code, UnitChange.objects.count()) == (409, 0)
    assert page.context["preview"].duties == 1
    assert page.context["form"]["seen"].value() == page.context["preview"].seen
    assert "15/NQ-HĐND" in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"symbol": ""}, "symbol"),
        ({"on": "32/07/2026"}, "on"),
        ({"into": ""}, "into"),
        ({"into": "phường Không Có"}, "into"),
        ({"into": "22999; làng; Cam"}, "into"),
        ({"kind": "split", "into": "phường Cam Linh"}, None),
        ({"kind": "rename"}, None),
        ({"into": "UBND phường Cam Linh"}, None),
        ({"into": "\x00" * 3 + "phường Cam Linh", "on": "01/01/0001"}, "on"),
    ],
)
def test_a_mistake_is_one_sentence_and_keeps_what_was_typed(people, as_post, wrong, field):
    page = preview(as_post(people.dung), people.ba_ngoi, **wrong)
    assert page.status_code == 422
    assert (field or "__all__") in page.context["form"].errors
    assert "HĐND tỉnh Khánh Hòa" in page.content.decode()


def test_no_successor_outside_the_reach_of_who_decides(people, as_post):
    other = area("00010002", people.centre, Kind.PROVINCE, people.khanh_hoa.level, "Lâm Đồng")
    area("000100020001", other, Kind.URBAN_WARD, people.cam_linh.level, "Đà Lạt")
    page = preview(as_post(people.dung), people.ba_ngoi, into="phường Đà Lạt")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["__all__"])


# The second person


def test_what_an_administrator_records_waits_for_somebody_else(people, as_post):
    people.duty(due_on=DUE)
    act(as_post(people.admin), people.ba_ngoi)
    change = UnitChange.objects.get()
    assert (change.status, OrgUnit.objects.get(pk=people.ba_ngoi.pk).valid_to) == ("waiting", None)
    assert succession.carry_out_due(on=date(2026, 7, 15), at=timezone.now()) == 0
    codes = {
        name: as_post(getattr(people, name)).post(f"/units/changes/{change.pk}/approve/").status_code for name in ["admin", "giang", "far"]
    }
    assert codes == {"admin": 403, "giang": 403, "far": 403}
    assert as_post(people.an).post(f"/units/changes/{change.pk}/approve/").status_code == 404
    assert as_post(people.second).post(f"/units/changes/{change.pk}/approve/").status_code == 302
    change.refresh_from_db()
    assert (change.status, change.approved_by) == ("applied", people.second)


def test_the_same_person_in_another_post_is_no_second_person(people, as_post):
    act(as_post(people.admin), people.ba_ngoi)
    change = UnitChange.objects.get()
    twin = Post.objects.create(person=people.admin.person, unit=people.khanh_hoa, role=Role.STEERING, since=date(2026, 1, 5))
    assert not change.may_be_approved_by(twin, [people.ba_ngoi, people.cam_linh])
    assert change.may_be_approved_by(people.dung, [people.ba_ngoi, people.cam_linh])


def test_a_record_is_taken_back_before_its_day_and_never_after(people, as_post):
    change = merge(people, on=date(2026, 8, 1), at=timezone.now())
    assert as_post(people.binh).post(f"/units/changes/{change.pk}/drop/").status_code == 403
    assert as_post(people.dung).post(f"/units/changes/{change.pk}/drop/", {"reason": "nhầm"}).status_code == 302
    assert succession.carry_out_due(on=date(2026, 8, 1), at=timezone.now()) == 0
    assert UnitChange.objects.get().status == "dropped"
    done = merge(people)
    assert (done.status, as_post(people.dung).post(f"/units/changes/{done.pk}/drop/").status_code) == ("applied", 403)


def test_a_wrong_merge_is_corrected_from_its_page(people, as_post):
    people.duty(due_on=DUE)
    wrong = merge(people)
    asked = {name: value for name, value in fields(on="15/07/2026", symbol="16/NQ-HĐND").items() if name not in {"kind", "into"}}
    assert as_post(people.giang).post(f"/units/changes/{wrong.pk}/correct/", asked).status_code == 403
    assert as_post(people.dung).post(f"/units/changes/{wrong.pk}/correct/", asked | {"symbol": ""}).status_code == 422
    page = as_post(people.dung).post(f"/units/changes/{wrong.pk}/correct/", asked)
    assert (page.status_code, OrgUnit.objects.get(pk=people.ba_ngoi.pk).valid_from) == (302, date(2026, 7, 15))
    assert as_post(people.dung).get(page.url).status_code == 200
    assert as_post(people.dung).get(wrong.get_absolute_url()).context["status_words"]


# Found by old names and codes


def test_the_old_code_in_an_address_opens_the_successors_duties(people, as_post):
    people.duty(due_on=DUE)
    merge(people)
    page = as_post(people.dung).get("/duties/", {"unit": people.ba_ngoi.code})
    assert (page.context["place"], page.context["page"].paginator.count) == (people.cam_linh, 1)
    assert people.ba_ngoi.code in page.content.decode()
    assert not as_post(people.dung).get("/duties/", {"unit": people.cam_linh.code}).context["form"].has_moved


def test_the_units_page_finds_the_successor_and_says_what_became_of_the_old_unit(people, as_post):
    merge(people)
    client = as_post(people.chi)
    found = client.get("/units/", {"q": "phuong ba ngoi"})
    assert [unit.name for unit in found.context["page"]][:2] == ["Ba Ngòi", "UBND phường Ba Ngòi"]
    assert people.cam_linh in found.context["page"].object_list
    assert people.ba_ngoi not in client.get("/units/").context["page"].object_list
    page = client.get(f"/units/{people.ba_ngoi.pk}/")
    assert [line.new for line in page.context["successors"]] == [people.cam_linh]
    assert "15/NQ-HĐND" in page.content.decode()
    before = client.get(f"/units/{people.cam_linh.pk}/").context["predecessors"]
    assert [line.old for line in before] == [people.ba_ngoi, people.committee, people.firm]  # who has no counterpart here


def test_the_list_of_changes_asks_no_more_for_three_than_for_one(people, as_post, django_assert_num_queries):
    client = as_post(people.dung)
    merge(people)
    client.get("/units/changes/")
    with django_assert_num_queries(LIST):
        assert client.get("/units/changes/").context["page"].paginator.count == 1
    for n in (1, 2):
        succession.rename(people.khanh_hoa, name=f"Khánh Hòa {n}", **by(people, on=date(2026, 7, 11 + n), by=people.hoa))
    with django_assert_num_queries(LIST):
        assert client.get("/units/changes/").context["page"].paginator.count == 3
    for query, n in [("?q=15%2FNQ", 3), ("?q=ba+ngoi", 1), ("?kind=rename", 2), ("?status=waiting", 0), ("?status=applied&sort=-day", 3)]:
        assert client.get(f"/units/changes/{query}").context["page"].paginator.count == n, query


LIST = 6


def test_the_page_of_a_moved_duty_says_where_it_came_from(people, as_post):
    duty = people.duty(due_on=DUE)
    merge(people)
    new = duty.moved_to.get()
    page = as_post(people.chi).get(new.get_absolute_url())
    assert page.context["came_from"] == duty
    assert list(as_post(people.chi).get(duty.get_absolute_url()).context["went_to"]) == [new]


def test_the_preview_asks_no_more_for_30_duties_than_for_3(people, as_post, django_assert_num_queries):
    body("0001000100010009", people.ba_ngoi, Kind.FRONT, "MTTQ phường Ba Ngòi")
    people.duties(3, due_on=DUE)
    with django_assert_num_queries(PREVIEW):
        succession.preview("merge", [people.ba_ngoi], [people.cam_linh], on=MERGED)
    people.duties(27, due_on=DUE)
    with django_assert_num_queries(PREVIEW):
        assert succession.preview("merge", [people.ba_ngoi], [people.cam_linh], on=MERGED).duties == 30


PREVIEW = 7
