"""Which keys open, for how long, and in whose post."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from config.api import urlpatterns
from orgunits.models import ApiToken, Post, Role
from orgunits.tokens import make_token
from tests.api.conftest import Caller, post

PATHS = [
    *("/", "/schema/", "/units/", "/documents/", "/plans/", "/indicator-values/", "/tasks/", "/assignments/"),
    *("/progress/", "/incidents/", "/difficulties/", "/halts/", "/reports/", "/calls/", "/call-answers/"),
]


def token_for(acting, *, days=1):
    return make_token(acting, name="thử", expires_on=timezone.localdate() + timedelta(days=days))


@pytest.mark.parametrize("path", PATHS)
def test_nobody_enters_without_a_key(world, path):
    answer = Client().get(f"/api/v1{path}")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_a_key_opens_until_its_last_day(world):
    assert Caller(token_for(world.an, days=0)[1]).get("/plans/").status_code == 200
    assert Caller(token_for(world.an, days=-1)[1]).get("/plans/").status_code == 401


def test_only_the_hash_of_a_key_is_kept(world):
    token, key = token_for(world.an)
    assert key not in str(ApiToken.objects.filter(pk=token.pk).values().get())


def test_a_revoked_key_opens_nothing(world):
    token, key = token_for(world.an)
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
    assert Caller(key).get("/plans/").status_code == 401


def test_a_key_ends_with_its_post(world):
    key = token_for(world.an)[1]
    Post.objects.filter(pk=world.an.pk).update(until=timezone.localdate())
    assert Caller(key).get("/plans/").status_code == 200
    Post.objects.filter(pk=world.an.pk).update(until=timezone.localdate() - timedelta(days=1))
    assert Caller(key).get("/plans/").status_code == 401


def test_a_key_ends_with_its_person(world):
    key = token_for(world.an)[1]
    world.an.person.is_active = False
    world.an.person.save()
    assert Caller(key).get("/plans/").status_code == 401


def test_a_key_acts_in_its_own_post_whoever_is_signed_in(world):
    browser = Client(headers={"Authorization": f"Bearer {token_for(world.chi)[1]}"})
    browser.force_login(world.an.person, backend="django.contrib.auth.backends.ModelBackend")
    assert [row["id"] for row in browser.get("/api/v1/assignments/").json()["results"]] == [world.neighbour_assignment.pk]


def test_a_false_key_does_not_fall_back_on_the_session(world):
    browser = Client(headers={"Authorization": "Bearer sai"})
    browser.force_login(world.an.person, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/api/v1/plans/").status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer ", "bearer \xff", "Basic YW46YW4=", "Token x"])
def test_a_malformed_header_opens_nothing(world, header):
    assert Client().get("/api/v1/plans/", headers={"Authorization": header}).status_code == 401


def test_somebody_signed_in_acts_in_the_chosen_post(world):
    browser = Client()
    browser.force_login(world.chi.person, backend="django.contrib.auth.backends.ModelBackend")
    assert [row["id"] for row in browser.get("/api/v1/assignments/").json()["results"]] == [world.neighbour_assignment.pk]


def test_whoever_holds_no_post_is_told_so_in_json(world):
    leaver = post("cu", "Người Cũ", world.ubnd, Role.OFFICIAL)
    Post.objects.filter(pk=leaver.pk).update(until=timezone.localdate() - timedelta(days=1))
    browser = Client()
    browser.force_login(leaver.person, backend="django.contrib.auth.backends.ModelBackend")
    for path in PATHS:
        answer = browser.get(f"/api/v1{path}")
        assert (answer.status_code, "html" in answer["Content-Type"]) == (403, False)


def test_every_address_of_the_api_is_asked_here():
    lists = {f"/{pattern.pattern}".replace("^", "").replace("$", "") for pattern in urlpatterns if "<" not in str(pattern.pattern)}
    assert lists == set(PATHS)
