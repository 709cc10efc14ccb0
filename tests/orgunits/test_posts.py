from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from orgunits.models import Person, Post, Role

TODAY = date(2026, 7, 10)


@pytest.mark.parametrize(("since", "until", "live"), [(0, None, True), (0, 0, True), (-9, -1, False), (1, None, False)])
def test_a_post_lives_from_its_first_day_to_its_last(world, since, until, live):
    day = {"since": TODAY + timedelta(days=since), "until": until if until is None else TODAY + timedelta(days=until)}
    post = Post.objects.create(person=world.an.person, unit=world.committee, role=Role.OFFICIAL, **day)
    assert (post in Post.objects.live(on=TODAY)) == live == post.is_live(on=TODAY)


def test_a_locked_person_holds_no_live_post(world):
    Person.objects.filter(pk=world.an.person_id).update(is_active=False)
    assert world.an not in Post.objects.live(on=TODAY)


def test_what_counts_as_own(world):
    assert world.an.scope().own == {world.ubnd.pk, world.ba_ngoi.pk, world.firm.pk}
    assert {world.ubnd.pk, world.committee.pk, world.firm.pk, world.ba_ngoi.pk} == world.mai.scope().own
    assert (world.binh.scope().branch, world.mai.scope().branch) == (world.ba_ngoi.path, None)


def test_a_person_acts_in_one_post_at_a_time(world, as_post):
    neighbour = Post.objects.create(person=world.an.person, unit=world.ubnd_cam_linh, role=Role.OFFICIAL, since=date(2026, 2, 1))
    duty = world.duty()
    client = as_post(world.an)
    assert client.get(duty.get_absolute_url()).status_code == 200
    assert client.post(reverse("act_as"), {"post": neighbour.pk, "next": "/"}).status_code == 302
    assert client.get(duty.get_absolute_url()).status_code == 404


def test_nobody_takes_a_post_that_is_not_theirs(world, as_post):
    assert as_post(world.chi).post(reverse("act_as"), {"post": world.binh.pk}).status_code == 404


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_changing_post_leads_nowhere_else(world, as_post, where):
    assert as_post(world.an).post(reverse("act_as"), {"post": world.an.pk, "next": where}).headers["Location"] == "/"


def test_who_holds_no_post_meets_one_page_and_may_leave(db, client):
    client.force_login(Person.objects.create_user("moi", "x", full_name="Mới"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/duties/").status_code == 403
    assert client.post(reverse("sign_out")).status_code == 302


def test_a_wrong_password_says_one_thing_whoever_it_was(world, client):
    answers = [client.post(reverse("sign_in"), {"username": name, "password": "sai"}).content for name in ("an", "khong-co-ai")]
    assert answers[0].count(b'class="err"') == 1
    assert [answer.count(b'class="err"') for answer in answers] == [1, 1]


def test_the_pair_is_throttled_not_the_account(world, client):
    world.an.person.set_password("mat-khau-dung-1")
    world.an.person.save()
    for _ in range(8):
        client.post(reverse("sign_in"), {"username": "an", "password": "sai"})
    right = {"username": "an", "password": "mat-khau-dung-1"}
    assert client.post(reverse("sign_in"), right).status_code == 429
    assert client.post(reverse("sign_in"), right, REMOTE_ADDR="10.1.2.3").status_code == 302


def test_a_key_is_shown_once_and_can_be_revoked(world, as_post):
    client = as_post(world.an)
    until = timezone.localdate() + timedelta(days=30)
    page = client.post(reverse("account"), {"name": "Phần mềm một cửa", "expires_on": until.isoformat()})
    key = page.context["key"]
    assert key in page.content.decode()
    assert key not in client.get(reverse("account")).content.decode()
    token = page.context["tokens"].get()
    assert client.get("/api/v1/plans/", headers={"authorization": f"Bearer {key}"}).status_code == 200
    assert as_post(world.chi).post(reverse("revoke_token", args=[token.pk])).status_code == 404
    assert as_post(world.an).post(reverse("revoke_token", args=[token.pk])).status_code == 302
    client.logout()
    assert client.get("/api/v1/plans/", headers={"authorization": f"Bearer {key}"}).status_code == 401
