"""Unsent words: kept for one post, never over words another window kept, gone with the entry they became."""

import uuid
from datetime import date, timedelta

import pytest

from journal.models import Entry
from orgunits.models import Post
from plans import period
from tasks.models import Assignment, ProgressDraft, StaleWrite, State
from tasks.models.progress import log_progress
from tasks.models.progress_draft import LONGEST, TooLong

AT = period.moment(date(2026, 7, 10)) + timedelta(hours=9)
WORDS = {"says": "doing", "words": "Đã rà soát 6 hệ thống"}


@pytest.fixture
def duty(world):
    return world.duty()


@pytest.fixture
def page():
    return uuid.uuid4()


def keep(duty, by, page, *, fields=None, at=AT, **more):
    return ProgressDraft.objects.keep(duty, by=by, at=at, fields=WORDS if fields is None else fields, page=page, **more)


def kept():
    return [draft.fields.get("words") for draft in ProgressDraft.objects.order_by("pk")]


def test_one_page_keeps_one_draft_and_the_journal_hears_nothing(world, duty, page):
    for n, words in enumerate(["Đã", "Đã rà", "Đã rà soát"]):
        keep(duty, world.an, page, fields={"words": words}, step=n)
    assert (kept(), Entry.objects.count()) == (["Đã rà soát"], 0)


def test_a_save_that_was_overtaken_changes_nothing(world, duty, page):
    keep(duty, world.an, page, fields={"words": "sau"}, step=2)
    keep(duty, world.an, page, fields={"words": "trước"}, step=1)
    assert kept() == ["sau"]


def test_words_of_another_window_are_not_overwritten_until_they_were_seen(world, duty, page):
    theirs = keep(duty, world.an, page, fields={"words": "ở điện thoại"})
    with pytest.raises(StaleWrite):
        keep(duty, world.an, uuid.uuid4(), fields={"words": "ở máy bàn"})
    assert kept() == ["ở điện thoại"]
    keep(duty, world.an, uuid.uuid4(), fields={"words": "cả hai"}, stamp=theirs.stamp)
    assert kept() == ["cả hai"]


def test_every_post_has_its_own(world, duty, page):
    keep(duty, world.an, page)
    keep(duty, world.mai, uuid.uuid4(), fields={"words": "của văn thư"})
    assert [draft.fields["words"] for draft in ProgressDraft.objects.visible_to(world.mai)] == ["của văn thư"]
    assert [draft.post for draft in ProgressDraft.objects.visible_to(world.an)] == [world.an]


def test_an_emptied_form_leaves_no_draft(world, duty, page):
    keep(duty, world.an, page, step=1)
    assert keep(duty, world.an, page, fields={}, step=2) is None
    assert kept() == []


@pytest.mark.parametrize("fields", [{"words": "x" * LONGEST}, {"words": "x" * (LONGEST // 2), "proposals": "y" * (LONGEST // 2)}])
def test_a_draft_is_bounded(world, duty, page, fields):
    with pytest.raises(TooLong):
        keep(duty, world.an, page, fields=fields)
    assert kept() == []


def test_a_nul_is_left_out_because_postgresql_cannot_hold_it(world, duty, page):
    keep(duty, world.an, page, fields={"words": "a\0b"})
    assert kept() == ["ab"]


# Gone with the entry


def log(duty, by, **more):
    return log_progress(duty, by=by, at=AT, says="doing", words="Đã rà soát", **more)


def test_the_entry_takes_its_draft_with_it(world, duty, page):
    keep(duty, world.an, page)
    log(duty, world.an, token=page)
    assert kept() == []


def test_the_entry_takes_the_draft_its_page_began_with(world, duty, page):
    draft = keep(duty, world.an, page)
    log(duty, world.an, token=uuid.uuid4(), draft=draft.stamp)
    assert kept() == []


def test_a_late_save_does_not_bring_sent_words_back(world, duty, page):
    keep(duty, world.an, page, step=1)
    log(duty, world.an, token=page)
    keep(duty, world.an, page, step=2)
    assert kept() == []


@pytest.mark.parametrize("stamp", ["", "x", ":", "1:2", f"{uuid.UUID(int=1)}:", f"{uuid.UUID(int=1)}:{'9' * 40}", "\0"])
def test_an_entry_from_elsewhere_leaves_the_draft_alone(world, duty, page, stamp):
    keep(duty, world.an, page)
    log(duty, world.an, token=uuid.uuid4(), draft=stamp)
    assert kept() == [WORDS["words"]]


def test_a_refused_entry_keeps_the_draft(world, duty, page):
    keep(duty, world.an, page)
    log(duty, world.mai)
    with pytest.raises(StaleWrite):
        log(duty, world.an, token=page, version=0)
    assert kept() == [WORDS["words"]]


# Handed over, and cleared away


def test_drafts_go_to_the_successor_and_two_of_one_duty_become_one(world):
    first, second, third = world.duties(3)
    heir = world.hire("kha", world.ubnd)
    for duty in (first, second):
        keep(duty, world.an, uuid.uuid4(), fields={"says": "doing", "words": "của An", "difficulties": "thiếu máy"})
    keep(third, world.mai, uuid.uuid4())
    keep(second, heir, uuid.uuid4(), fields={"says": "nothing", "words": "của Kha"})
    for _again in range(2):
        ProgressDraft.objects.hand_over(world.an, heir)
    rows = {draft.assignment_id: draft.fields for draft in ProgressDraft.objects.visible_to(heir)}
    assert rows == {
        first.pk: {"says": "doing", "words": "của An", "difficulties": "thiếu máy"},
        second.pk: {"says": "nothing", "words": "của Kha\ncủa An", "difficulties": "thiếu máy"},
    }
    assert ProgressDraft.objects.visible_to(world.an).count() == 0
    assert ProgressDraft.objects.visible_to(world.mai).count() == 1


@pytest.mark.parametrize(
    ("fields", "days", "stays"),
    [
        ({}, 89, True),
        ({}, 91, False),
        ({"state": State.PAUSED}, 89, True),
        ({"state": State.DONE}, 6, True),
        ({"state": State.DONE}, 8, False),
        ({"state": State.NOT_APPLICABLE}, 8, False),
        ({"ended_on": AT.date()}, 8, False),
    ],
)
def test_drafts_are_cleared_with_their_duty_and_with_time(world, duty, page, fields, days, stays):
    keep(duty, world.an, page)
    Assignment.objects.filter(pk=duty.pk).update(**fields)
    for _again in range(2):
        ProgressDraft.objects.clear(at=AT + timedelta(days=days))
    assert bool(kept()) == stays


def test_drafts_of_a_closed_plan_are_cleared(world, duty, page):
    keep(duty, world.an, page)
    type(world.plan).objects.update(closed_on=AT.date())
    assert ProgressDraft.objects.clear(at=AT + timedelta(days=8)) == 1
    assert Post.objects.filter(pk=world.an.pk).exists()
