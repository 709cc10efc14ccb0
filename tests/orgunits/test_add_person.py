import io

import pytest
from django.core.management import CommandError, call_command

from orgunits.models import Person, Post


def add(*words, **more):
    out = io.StringIO()
    call_command("add_person", *words, stdout=out, **more)
    return out.getvalue()


def test_a_new_person_gets_a_password_shown_once_and_a_post(world, monkeypatch, client):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    said = add("moi.bangoi", "--name", "Người Mới", "--unit", world.ubnd.code, "--role", "official")
    password = said.split("shown this once: ")[1].split()[0]
    assert Post.objects.get(person__username="moi.bangoi").unit == world.ubnd
    assert client.post("/sign-in/", {"username": "moi.bangoi", "password": password}).status_code == 302


def test_running_it_again_adds_a_post_and_no_second_person(world):
    for unit in (world.committee, world.committee, world.ba_ngoi):
        add("AN", "--unit", unit.code, "--role", "clerk")
    assert Person.objects.filter(username__iexact="an").count() == 1
    assert world.an.person.posts.filter(role="clerk").count() == 2


@pytest.mark.parametrize(("unit", "name", "says"), [("nowhere", "X", "No unit"), (None, None, "--name")])
def test_what_is_wrong_is_one_sentence(world, unit, name, says):
    with pytest.raises(CommandError, match=says):
        add("x.y", "--unit", unit or world.ubnd.code, "--role", "official", *(["--name", name] if name else []))
    assert not Person.objects.filter(username="x.y").exists()
