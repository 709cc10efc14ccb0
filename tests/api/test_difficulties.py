"""Difficulties through the API: as the pages show them, and no further."""

import pytest
from django.utils import timezone

from orgunits.models import Level
from tasks import difficulties
from tasks.models import Difficulty


@pytest.fixture
def trouble(world):
    row = difficulties.raise_(world.assignment, by=world.an, at=timezone.now(), words="Thiếu kinh phí", level=Level.WARD)
    return difficulties.send_up(row, by=world.binh, at=timezone.now(), words="Vượt thẩm quyền")


def test_it_is_told_with_its_steps(world, call, trouble):
    row = call(world.an).get(f"/difficulties/{trouble.pk}/").json()
    assert (row["words"], row["level"], row["state"], row["version"]) == ("Thiếu kinh phí", "ward", "open", 2)
    assert (row["unit"]["code"], row["lies_with"]["code"], row["reply_by"]) == ("22423.UBND", "56", trouble.reply_by.isoformat())
    assert [(step["act"], step["now_with"]["code"], step["late_days"]) for step in row["steps"]] == [
        ("raised", "22423", 0),
        ("sent_up", "56", 0),
    ]


def test_lists_are_exactly_what_the_model_lets_each_post_see(world, call, trouble):
    for acting in world.everyone:
        assert set(call(acting).ids("/difficulties/")) == set(Difficulty.objects.visible_to(acting).values_list("pk", flat=True)), acting
    chi = call(world.chi)
    there, nowhere = chi.get(f"/difficulties/{trouble.pk}/"), chi.get("/difficulties/999999/")
    assert (there.status_code, there.content) == (404, nowhere.content)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"lies_with": "56"}, True),
        ({"lies_with": "22423"}, False),
        ({"level": "province", "state": "open"}, True),
        ({"overdue": "true"}, False),
        ({"overdue": "false"}, True),
        ({"unit": "22423.CA"}, False),
        ({"updated_since": "2026-01-01T00:00:00Z"}, True),
        ({"updated_since": "2199-01-01T00:00:00Z"}, False),
    ],
)
def test_filters(world, call, trouble, query, found):
    assert call(world.an).ids("/difficulties/", **query) == ([trouble.pk] if found else [])
    assert call(world.chi).ids("/difficulties/", **query) == []


@pytest.mark.parametrize("n", [1, 3])
def test_three_ask_as_much_as_one(world, call, n, django_assert_num_queries):
    for _ in range(n):
        difficulties.raise_(world.assignment, by=world.an, at=timezone.now(), words="Thiếu", level=Level.WARD)
    caller = call(world.an)
    caller.get("/difficulties/")
    with django_assert_num_queries(6):
        caller.get("/difficulties/")
