"""The pages of collective addressees."""

import io
import zipfile
from datetime import date

import pytest

from orgunits import groups
from orgunits.models import AddresseeGroup, Role
from tasks.models import Assignment, Task
from tests.tasks.test_joining import AT, duty_for, frozen
from tests.world import plan_of

pytestmark = pytest.mark.django_db
RULE = {"levels": ["ward"], "areas_only": True}
TYPED = {"words": "Các phường", "how": "rule", "levels": ["ward"], "areas_only": "on"}


@pytest.fixture
def dung(world, as_post):
    return as_post(world.dung)


@pytest.fixture
def draft(world):
    return groups.make(world.khanh_hoa, words="Các phường", criteria=RULE, by=world.dung, at=AT)


def names(page):
    return [unit.full_name for unit in page.context["page"]]


def test_the_preview_shows_exactly_whom_the_rule_names_and_saves_nothing(world, dung):
    page = dung.post("/groups/new/", {**TYPED, "show": "1"})
    assert (names(page), page.context["total"]) == (["phường Ba Ngòi", "phường Cam Linh"], 2)
    assert names(dung.post("/groups/new/", {**TYPED, "show": "1", "find": "cam linh"})) == ["phường Cam Linh"]
    assert names(dung.post("/groups/new/", {**TYPED, "show": "1", "without": "phường Ba Ngòi"})) == ["phường Cam Linh"]
    assert not AddresseeGroup.objects.exists()


def test_saving_keeps_the_rule_within_the_owners_branch(world, dung):
    page = dung.post("/groups/new/", {**TYPED, "listed": "UBND phường Ba Ngòi"}, follow=True)
    group = AddresseeGroup.objects.get()
    assert group.criteria == {**RULE, "branch": world.khanh_hoa.code, "listed": [world.ubnd.code]}
    assert (group.owner, group.frozen_on, page.redirect_chain[0][0]) == (world.khanh_hoa, None, f"/groups/{group.pk}/")
    assert names(page) == ["phường Ba Ngòi", "UBND phường Ba Ngòi", "phường Cam Linh"]
    assert "UBND phường Ba Ngòi" in group.rule


@pytest.mark.parametrize(
    "typed",
    [
        {**TYPED, "words": ""},
        {"words": "Không ai", "how": "rule", "areas_only": "on"},
        {**TYPED, "listed": "phường Không Có"},
        {**TYPED, "branch": "Thanh Hóa"},
        {**TYPED, "levels": ["village"]},
        {**TYPED, "levels": ["central"]},
        {"words": "x\x00", "how": "rule"},
        {"words": "x", "how": "?"},
    ],
)
def test_a_wrong_rule_comes_back_with_everything_typed(dung, typed):
    page = dung.post("/groups/new/", typed)
    assert page.status_code == 422
    assert page.context["form"]["words"].value() == typed["words"]
    assert not AddresseeGroup.objects.exists()


def test_an_open_group_holds_the_names_given_so_far(world, dung):
    dung.post("/groups/new/", {"words": "Các đơn vị liên quan", "how": "open", "listed": ""})
    group = AddresseeGroup.objects.get()
    assert (group.criteria, group.units.count()) == (None, 0)
    dung.post(f"/groups/{group.pk}/change/", {"words": group.words, "how": "open", "listed": world.ubnd.code, "mark": "0"})
    assert list(group.units.all()) == [world.ubnd]


def test_changing_starts_from_the_rule_as_typed(world, dung, draft):
    page = dung.get(f"/groups/{draft.pk}/change/")
    assert (page.context["total"], names(page)) == (2, ["phường Ba Ngòi", "phường Cam Linh"])
    typed = {name: page.context["form"][name].value() for name in ("words", "how", "levels", "areas_only", "mark", "listed")}
    dung.post(f"/groups/{draft.pk}/change/", typed | {"words": "Mọi phường"})
    draft.refresh_from_db()
    assert (draft.words, draft.criteria) == ("Mọi phường", {**RULE, "branch": world.khanh_hoa.code})


def test_somebody_else_changed_it_meanwhile(world, dung, draft):
    groups.change(draft, words="Khác", criteria=RULE, by=world.dung, at=AT)
    page = dung.post(f"/groups/{draft.pk}/change/", {**TYPED, "words": "Của tôi", "mark": "0"})
    draft.refresh_from_db()
    assert (page.status_code, draft.words, page.context["form"]["words"].value()) == (409, "Khác", "Của tôi")
    assert dung.post(f"/groups/{draft.pk}/change/", {**TYPED, "words": "Của tôi", "mark": "1"}).status_code == 302


def test_a_frozen_group_is_shown_with_its_day_its_plan_and_its_late_joiners(world, dung):
    group = frozen(world.khanh_hoa, {"listed": [world.ba_ngoi.code]}, world.dung)
    plan = plan_of(world.khanh_hoa, "07")
    duty_for(plan, group)
    data = {"names": "phường Cam Linh", "on": "2026-07-10"}
    page = dung.post(f"/groups/{group.pk}/join/", data, follow=True)
    assert page.context["late"] == [(world.cam_linh, date(2026, 7, 10))]
    assert list(page.context["plans"]) == [plan]
    assert Assignment.objects.get(unit=world.cam_linh).via_group == group
    for address in ("change", "discard"):
        assert dung.post(f"/groups/{group.pk}/{address}/", TYPED).status_code == 403


@pytest.mark.parametrize(
    "data",
    [
        {"names": "", "on": "2026-07-10"},
        {"names": "phường Không Có", "on": "2026-07-10"},
        {"names": "phường Cam Linh", "on": "2026-05-31"},
        {"names": "phường Cam Linh", "on": "2999-01-01"},
        {"names": "phường Cam Linh", "on": "hôm nay"},
    ],
)
def test_a_wrong_late_joiner_comes_back_as_typed(world, dung, data):
    group = frozen(world.khanh_hoa, {"listed": [world.ba_ngoi.code]}, world.dung)
    page = dung.post(f"/groups/{group.pk}/join/", data)
    assert (page.status_code, page.context["form"]["names"].value()) == (422, data["names"])
    assert group.units.count() == 1


def test_a_draft_is_deleted_unless_a_plan_uses_it(world, dung, draft):
    task = Task.objects.create(plan=world.plan, ref="9", position=9, title="Việc", group=draft)
    dung.post(f"/groups/{draft.pk}/discard/")
    assert AddresseeGroup.objects.filter(pk=draft.pk).exists()
    task.delete()
    assert dung.post(f"/groups/{draft.pk}/discard/").headers["Location"] == "/groups/"
    assert not AddresseeGroup.objects.exists()


def test_the_list_goes_out_as_shown(world, dung, draft):
    csv = dung.get(f"/groups/{draft.pk}/list.csv?q=cam").getvalue().decode()
    assert [line.split(",")[2] for line in csv.splitlines()[1:]] == ["phường Cam Linh"]
    assert csv.startswith("\ufeff")
    book = zipfile.ZipFile(io.BytesIO(dung.get(f"/groups/{draft.pk}/list.xlsx").getvalue()))
    assert "phường Ba Ngòi" in book.read("xl/worksheets/sheet1.xml").decode()
    assert "phường Cam Linh" in dung.post("/groups/new/", {**TYPED, "take": "csv"}).getvalue().decode()


def test_who_may_read_and_make(world, as_post, draft):
    """A draft is its owner's clerks' and heads'; a frozen list is for whoever may read its plan."""
    group = frozen(world.ba_ngoi, {"listed": [world.ubnd.code]}, world.binh)
    duty_for(world.plan, group)
    auditor = world.hire("auditor", world.ba_ngoi, Role.AUDITOR)
    admin = world.hire("admin", world.ba_ngoi, Role.ADMIN)
    posts = [world.dung, world.binh, world.mai, world.an, auditor, world.chi, admin]
    seen = {post.person.username: [as_post(post).get(f"/groups/{row.pk}/").status_code for row in (draft, group)] for post in posts}
    assert seen == {
        "dung": [200, 200],
        "binh": [404, 200],
        "mai": [404, 200],
        "an": [404, 200],
        "auditor": [404, 200],
        "chi": [404, 404],
        "admin": [404, 404],
    }
    assert [as_post(post).get("/groups/new/").status_code for post in posts] == [200, 200, 200, 403, 403, 403, 403]
    assert as_post(world.an).post(f"/groups/{group.pk}/join/", {"names": "x"}).status_code == 403


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(world, as_post, django_assert_num_queries, n):
    for _ in range(n):
        frozen(world.khanh_hoa, {"listed": [world.ba_ngoi.code]}, world.dung)
    client = as_post(world.dung)
    client.get("/units/")
    with django_assert_num_queries(12):
        assert len(client.get("/groups/").context["page"]) == n


@pytest.mark.parametrize("n", [1, 3])
def test_one_group_asks_as_much_for_three_units_as_for_one(world, as_post, django_assert_num_queries, n):
    codes = [unit.code for unit in (world.ba_ngoi, world.ubnd, world.cam_linh)][:n]
    group = frozen(world.khanh_hoa, {"listed": codes}, world.dung)
    client = as_post(world.dung)
    client.get("/units/")
    with django_assert_num_queries(17):
        assert len(client.get(f"/groups/{group.pk}/").context["page"]) == n
