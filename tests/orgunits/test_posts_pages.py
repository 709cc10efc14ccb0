"""Pages of posts: who sees whom, what a form refuses, and what the list costs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry
from orgunits import posts
from orgunits.models import Person, Post, Role
from orgunits.posts_forms import GiveForm
from tasks import handing_over

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


def listed(client, query=""):
    return [row.person.username for row in client.get(reverse("posts") + query).context["page"]]


def day(on):
    return f"{on:%d/%m/%Y}"


@pytest.mark.parametrize(("who", "seen"), [
    ("an", ["an"]),
    ("mai", ["binh", "mai", "an"]),
    ("binh", ["binh", "mai", "an"]),
    ("dung", ["dung", "binh", "mai", "an", "giang", "chi"]),
    ("giang", ["giang", "chi"]),
])  # fmt: skip
def test_the_list_holds_who_is_in_reach(world, as_post, who, seen):
    assert listed(as_post(getattr(world, who))) == seen


def test_search_by_name_or_unit_without_accents(world, as_post):
    Person.objects.bulk_create([Person(username="dd", full_name="Đỗ Đức Ấn")])
    world.hire("dd", world.ubnd, person=Person.objects.get(username="dd"))
    client = as_post(world.binh)
    assert listed(client, "?q=do duc an") == ["dd"]
    assert listed(client, "?q=ĐỖ") == ["dd"]
    assert listed(client, "?q=ubnd phuong ba ngoi") == ["an", "dd"]
    assert listed(client, "?q=%00%25_'") == []
    Person.objects.filter(username="dd").get().save()
    assert listed(client, "?q=do duc an&sort=-name") == ["dd"]


def test_each_state_lists_its_own(world, as_post, today):
    world.hire("cu", world.ubnd, until=today - DAY)
    world.hire("moi", world.ubnd)
    Post.objects.filter(person__username="moi").update(since=today + DAY)
    posts.name_deputy(world.an, person=world.mai.person, since=today, until=today, by=world.an, at=timezone.now())
    client = as_post(world.binh)
    assert listed(client) == ["binh", "mai", "an", "mai"]
    assert (listed(client, "?state=ended"), listed(client, "?state=coming"), listed(client, "?state=deputies")) == (
        ["cu"],
        ["moi"],
        ["mai"],
    )
    assert len(listed(client, "?state=all")) == 6
    assert listed(client, "?role=clerk") == ["mai"]


@pytest.mark.parametrize("n", [1, 70])
def test_the_list_asks_no_more_for_many(world, as_post, django_assert_max_num_queries, n):
    people = Person.objects.bulk_create(Person(username=f"p{k}", full_name=f"Người {k}") for k in range(n))
    Post.objects.bulk_create(Post(person=who, unit=world.ubnd, role=Role.OFFICIAL, since=world.an.since) for who in people)
    client = as_post(world.dung)
    with django_assert_max_num_queries(7):
        assert len(listed(client, "?q=nguoi")) == min(n, 50)


@pytest.mark.parametrize("n", [1, 3])
def test_a_post_asks_as_much_for_one_deputy_as_for_many(world, as_post, today, django_assert_num_queries, n):
    for k in range(n):
        posts.name_deputy(world.an, person=world.mai.person, since=today + k * DAY, until=today + k * DAY, by=world.an, at=timezone.now())
    client = as_post(world.binh)
    with django_assert_num_queries(8):
        page = client.get(reverse("post", args=[world.an.pk]))
    assert len(page.context["deputies"]) == n


@pytest.mark.parametrize(("who", "status"), [("an", 200), ("mai", 200), ("binh", 200), ("chi", 404), ("giang", 404), ("hoa", 200)])
def test_the_page_of_a_post(world, as_post, who, status):
    assert as_post(getattr(world, who)).get(reverse("post", args=[world.an.pk])).status_code == status


def test_the_history_names_every_holder(world, as_post, today):
    lan = world.hire("lan", world.committee).person
    Post.objects.filter(pk=world.an.pk).update(since=today - 9 * DAY)
    done = handing_over.hand_over(world.an, heir=lan, on=today, by=world.binh, at=timezone.now(), reason="Nghỉ hưu")
    client = as_post(world.binh)
    old, new = (client.get(reverse("post", args=[pk])) for pk in (world.an.pk, done.new_id))
    assert (list(old.context["after"]), list(new.context["before"])) == ([done], [done])
    assert (old.context["may_hand_over"], new.context["may_hand_over"]) == (False, True)
    assert all("Nghỉ hưu" in page.content.decode() for page in (old, new))


# Deputies


def ask_deputy(client, post, person, since, until):
    return client.post(reverse("name_deputy", args=[post.pk]), {"person": person, "since": day(since), "until": day(until)})


def test_the_holder_asks_somebody_to_stand_in(world, as_post, today):
    client = as_post(world.an)
    assert client.get(reverse("name_deputy", args=[world.an.pk])).status_code == 200
    assert ask_deputy(client, world.an, "mai", today, today + DAY).status_code == 302
    assert Post.objects.get(deputises=world.an).person == world.mai.person
    account = client.get(reverse("account"))
    assert [row.person for row in account.context["deputies"]] == [world.mai.person]
    assert ask_deputy(client, world.an, "binh", today, today).status_code == 422


def test_an_official_must_know_whom_they_name(world, as_post, today):
    """trust.md: «self; names on shared duties»: no list of colleagues, no guessing by parts of names."""
    Person.objects.filter(pk=world.mai.person_id).update(full_name="Trần Thị Mai", folded="tran thi mai mai")
    client = as_post(world.an)
    page = ask_deputy(client, world.an, "Thị", today, today)
    assert (page.status_code, page.context["form"].colleagues) == (422, [])
    assert "Trần Thị Mai" not in page.content.decode()
    assert ask_deputy(client, world.an, "tran thi mai", today, today).status_code == 302


@pytest.mark.parametrize("stranger", ["chi", "hoa", "giang"])
def test_whoever_works_elsewhere_does_not_exist(world, as_post, today, stranger):
    client = as_post(world.an)
    pages = [ask_deputy(client, world.an, name, today, today) for name in (stranger, "khong-ai")]
    assert [page.context["form"].errors["person"] for page in pages] == [pages[0].context["form"].errors["person"]] * 2


@pytest.mark.parametrize(("who", "status"), [("an", 200), ("mai", 403), ("binh", 200), ("chi", 404), ("giang", 404), ("hoa", 200)])
def test_who_names_a_deputy(world, as_post, who, status):
    assert as_post(getattr(world, who)).get(reverse("name_deputy", args=[world.an.pk])).status_code == status


def test_a_deputy_passes_nothing_on(world, as_post, today):
    """Not of the post stood in for, and as a steering deputy no post of anybody."""
    row = posts.name_deputy(world.binh, person=world.mai.person, since=today, until=today, by=world.binh, at=timezone.now())
    client = as_post(world.mai)
    client.post(reverse("act_as"), {"post": row.pk})
    for name, there in [
        ("name_deputy", row),
        ("name_deputy", world.an),
        ("name_deputy", world.mai),
        ("hand_over", world.an),
        ("hand_over", row),
    ]:
        assert client.get(reverse(name, args=[there.pk])).status_code == 403
    assert client.post(reverse("end_post", args=[world.an.pk]), {"last": day(today)}).status_code == 403
    assert client.get(reverse("give_post")).status_code == 403


# Giving and ending


def give(client, person="lan", place="000100010001", role="official", since=None, **more):
    data = {"person": person, "place": place, "role": role, "title": "Chuyên viên", "since": day(since or timezone.localdate()), **more}
    return client.post(reverse("give_post"), data)


def test_a_post_is_given_once(world, as_post):
    lan = world.hire("lan", world.committee).person
    client = as_post(world.binh)
    assert [give(client, role="clerk").status_code for _ in range(2)] == [302, 302]
    row = Post.objects.get(person=lan, unit=world.ba_ngoi)
    assert (row.role, row.title, row.until, Entry.objects.filter(verb="post.given").count()) == ("clerk", "Chuyên viên", None, 1)


@pytest.mark.parametrize("case", [
    {"role": "admin"}, {"role": "auditor"}, {"role": "root"}, {"person": "binh"}, {"person": "giang"}, {"place": "000100010002"},
    {"place": "khong"}, {"place": "\x00"}, {"title": "x" * 121}, {"person": ""},
])  # fmt: skip
def test_what_a_steering_post_does_not_give(world, as_post, case):
    world.hire("lan", world.committee)
    before = Post.objects.count()
    assert give(as_post(world.binh), **case).status_code == 422
    assert Post.objects.count() == before


def test_an_administrator_gives_every_role_but_not_to_themselves(world, as_post):
    admin = world.hire("quan", world.ba_ngoi, Role.ADMIN)
    world.hire("lan", world.committee)
    client = as_post(admin)
    assert [give(client, role=role).status_code for role in ("admin", "auditor", "steering")] == [302] * 3
    assert give(client, person="quan", role="steering").status_code == 422


@pytest.mark.parametrize(("who", "status"), [("an", 403), ("mai", 403), ("binh", 200), ("hoa", 200)])
def test_who_gives(world, as_post, who, status):
    assert as_post(getattr(world, who)).get(reverse("give_post")).status_code == status


def test_people_called_alike_are_told_apart_by_username(world):
    for name in ("lan1", "lan2"):
        world.hire(name, world.committee, person=Person.objects.create(username=name, full_name="Ngọc Lan"))
    data = {"person": "ngoc lan", "place": world.ubnd.code, "role": "official", "since": "01/12/2026"}
    said = GiveForm(data, by=world.binh).errors["person"][0]
    assert ("lan1" in said, "lan2" in said) == (True, True)


def test_a_locked_account_gets_nothing(world, as_post):
    lan = world.hire("lan", world.committee).person
    Person.objects.filter(pk=lan.pk).update(is_active=False)
    assert give(as_post(world.binh)).status_code == 422


def test_a_post_ends_with_its_last_day(world, as_post, today):
    client = as_post(world.binh)
    assert client.post(reverse("end_post", args=[world.an.pk]), {"last": day(today)}).status_code == 302
    world.an.refresh_from_db()
    assert (world.an.until, Entry.objects.get(verb="post.ended").facts) == (today, {"until": today.isoformat()})
    assert client.post(reverse("end_post", args=[world.an.pk]), {"last": day(today)}).status_code == 422


@pytest.mark.parametrize("last", ["", "x", "01/01/1800"])
def test_a_wrong_last_day_is_said_beside_the_field(world, as_post, last):
    page = as_post(world.binh).post(reverse("end_post", args=[world.an.pk]), {"last": last})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["last"])


def test_a_post_does_not_end_in_the_past(world, as_post, today):
    assert as_post(world.binh).post(reverse("end_post", args=[world.an.pk]), {"last": day(today - 2 * DAY)}).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("an", 403), ("mai", 403), ("chi", 404), ("binh", 302), ("dung", 302)])
def test_who_ends(world, as_post, today, who, status):
    assert as_post(getattr(world, who)).post(reverse("end_post", args=[world.an.pk]), {"last": day(today)}).status_code == status


def test_nobody_ends_their_own(world, as_post, today):
    assert as_post(world.binh).post(reverse("end_post", args=[world.binh.pk]), {"last": day(today)}).status_code == 403
