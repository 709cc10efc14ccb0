"""One word on many results: each for itself, told by name; twice is once; nobody judges what they filed."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from orgunits.models import Role
from tasks import judging
from tasks.judging import Outcome
from tasks.models import Assignment, Progress, Verdict
from tasks.models.progress import log_progress

pytestmark = pytest.mark.django_db


def say(world, duty, *, by=None, days=0, says="done", **more):
    return log_progress(duty, by=by or world.an, at=timezone.now() - timedelta(days=days), says=says, words="Đã xong", **more)


@pytest.fixture
def results(world):
    """Three results of dated duties, the oldest last."""
    return [say(world, world.duty(due_on=date(2099, 1, 1), title=f"Việc {days}"), days=days) for days in (0, 8, 20)]


def judge(client, *entries, ok="1", query="", **more):
    return client.post(f"{reverse('confirm_many')}{query}", {"ids": [entry.pk for entry in entries], "ok": ok, **more})


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


# What waits


def test_the_oldest_first_with_words_and_days(world, results, as_post):
    page = as_post(world.binh).get("/confirm/").context["page"]
    assert [(entry.pk, entry.days) for entry in page] == [(results[2].pk, 20), (results[1].pk, 8), (results[0].pk, 0)]


def test_only_the_newest_word_of_a_stage_waits(world):
    ongoing = world.duty()
    say(world, ongoing, says="doing", days=3)
    newest = say(world, ongoing, says="doing", days=2)
    say(world, ongoing, says="nothing", days=1)
    back = world.duty(due_on=date(2099, 1, 1))
    say(world, back, days=3)
    say(world, back, says="doing", days=2)
    assert list(judging.waiting(world.binh)) == [newest]
    newest.judge(by=world.binh, at=timezone.now(), ok=True)
    assert not judging.waiting(world.binh).exists()


def test_a_word_added_to_a_result_does_not_shorten_its_waiting(world):
    duty = world.duty(due_on=date(2099, 1, 1))
    first, second = say(world, duty, days=9), say(world, duty, days=1)
    assert [(entry, entry.since) for entry in judging.waiting(world.binh)] == [(second, first.at)]


def test_what_waits_is_what_the_assignments_say(world, results):
    waiting = Assignment.objects.to_be_confirmed_by(world.binh)
    assert set(judging.waiting(world.binh).values_list("assignment", flat=True)) == set(waiting.values_list("pk", flat=True))
    assert [judging.waiting(post).count() for post in (world.an, world.mai, world.dung, world.giang)] == [0] * 4


def test_filters(world, results, as_post):
    client, other = as_post(world.binh), world.duty(lead=world.firm, due_on=date(2099, 1, 1))
    salt = say(world, other)

    def found(query):
        return {entry.pk for entry in client.get(f"/confirm/?{query}").context["page"]}

    everything = {entry.pk for entry in (*results, salt)}
    assert (found("days=8"), found("days=9")) == ({results[1].pk, results[2].pk}, {results[2].pk})
    assert (found("unit=cong ty muoi"), found("unit=ubnd")) == ({salt.pk}, everything - {salt.pk})
    assert (found(f"plan={world.plan.pk}"), found("plan=999999&days=x&page=zz&unit=%00")) == (everything, everything)


def test_who_gets_the_page(world, results, as_post):
    posts = (world.binh, world.dung, world.an, world.mai)
    assert [as_post(post).get("/confirm/").status_code for post in posts] == [200, 200, 403, 403]
    assert [judge(as_post(post), results[0]).status_code for post in (world.an, world.mai)] == [403, 403]
    assert not Verdict.objects.exists()


# One word on many


def test_many_are_confirmed_and_named(world, results, as_post):
    answer = judge(as_post(world.binh), results[0], results[2], query="?days=0&page=1")
    assert (answer.status_code, answer.url) == (302, "/confirm/?days=0&page=1")
    assert set(Verdict.objects.values_list("progress", "ok")) == {(results[0].pk, True), (results[2].pk, True)}
    (words,) = said(answer)
    assert "1 · UBND phường Ba Ngòi; " not in words  # oldest first
    assert words.endswith("3 · UBND phường Ba Ngòi; 1 · UBND phường Ba Ngòi")


def test_many_are_returned_with_one_reason_and_never_without(world, results, as_post):
    client = as_post(world.binh)
    page = judge(client, *results[:2], ok="0", reason=" ")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["reason"])
    assert page.content.decode().count(" checked") == 2
    assert judge(client, *results[:2], ok="0", reason="Thiếu minh chứng").status_code == 302
    assert set(Verdict.objects.values_list("ok", "reason")) == {(False, "Thiếu minh chứng")}
    assert Verdict.objects.count() == 2


def test_one_stale_and_one_own_among_them(world, results, as_post):
    own = say(world, world.duty(due_on=date(2099, 1, 1)), by=world.hire("binh2", world.ubnd, person=world.binh.person))
    taken_back = results[1]
    say(world, taken_back.assignment, says="doing")
    answer = judge(as_post(world.binh), *results, own)
    assert set(Verdict.objects.values_list("progress", flat=True)) == {results[0].pk, results[2].pk}
    done, stale, mine = said(answer)
    assert "3 · UBND" in done
    assert ("2 · UBND phường Ba Ngòi" in stale, "4 · UBND phường Ba Ngòi" in mine) == (True, True)
    assert (str(Outcome.MEANWHILE.label) in stale, str(Outcome.OWN.label) in mine) == (True, True)


def test_a_second_submit_changes_nothing_and_another_head_is_told(world, results, as_post):
    first, again = (judge(as_post(world.binh), *results) for _ in range(2))
    assert (said(first)[-1:], Verdict.objects.count()) == (said(again)[-1:], 3)
    other = world.hire("lan", world.ba_ngoi, Role.STEERING)
    outcomes = judging.judge_many(results, ok=True, by=other, at=timezone.now())
    assert {outcome for _entry, outcome in outcomes} == {Outcome.MEANWHILE}
    outcomes = judging.judge_many(results, ok=False, reason="x", by=world.binh, at=timezone.now())
    assert {outcome for _entry, outcome in outcomes} == {Outcome.MEANWHILE}
    assert set(Verdict.objects.values_list("ok", "by")) == {(True, world.binh.pk)}


def test_what_is_anothers_is_left_and_what_is_unseen_does_not_exist(world, results, as_post):
    (words,) = said(judge(as_post(world.dung), results[0]))
    assert "1 · UBND phường Ba Ngòi" in words
    unseen, nowhere = (said(judge(as_post(world.giang), *ids))[-1] for ids in (results, [Progress(pk=10**6)]))
    assert unseen == nowhere
    assert "UBND" not in unseen
    assert not Verdict.objects.exists()


def test_a_self_led_result_is_confirmed_one_level_up(world, as_post):
    entry = say(world, world.duty(lead=world.ba_ngoi, due_on=date(2099, 1, 1)))
    assert [judging.waiting(post).count() for post in (world.binh, world.dung)] == [0, 1]
    judge(as_post(world.binh), entry)
    assert not Verdict.objects.exists()
    judge(as_post(world.dung), entry)
    assert Verdict.objects.get().progress == entry


@pytest.mark.parametrize("ids", [[], ["x"], ["9" * 30]])
def test_nothing_chosen_is_said(world, results, as_post, ids):
    page = as_post(world.binh).post(reverse("confirm_many"), {"ids": ids, "ok": "1"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["ids"])


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_asks_as_much_for_three_as_for_one(world, as_post, n, django_assert_num_queries):
    for _ in range(n):
        say(world, world.duty(due_on=date(2099, 1, 1)))
    client = as_post(world.binh)
    client.get("/confirm/")
    with django_assert_num_queries(10):
        client.get("/confirm/")


def test_hanging_is_shown_and_its_number_opens_its_list(world, results, as_post):
    client = as_post(world.binh)
    page = client.get("/dashboard/")
    assert page.context["tally"].hanging == 2
    listed = client.get(f"/duties/?unit={world.ba_ngoi.code}&hanging=1").context["page"]
    assert {row.pk for row in listed} == {entry.assignment_id for entry in results[1:]}
    assert Progress.objects.awaiting().count() == 3
