"""What is done with an incident: each act once, by who may, on what stands there now; and who reads of it."""

import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections

from journal.models import Entry, Notice
from orgunits.models import Post, Role
from tasks import incident_clock, incidents
from tasks.models import Incident, IncidentWord, StaleWrite
from tests.tasks.incidents import AT, HOUR, WORDS, noted, sent
from tests.world import World

pytestmark = pytest.mark.django_db


def verbs(row):
    return list(Entry.objects.about(row).order_by("pk").values_list("verb", flat=True))


def kinds(row):
    return list(row.words.values_list("kind", flat=True))


def heard(key):
    return set(Notice.objects.filter(key__endswith=key).values_list("person__username", flat=True))


def test_noting_keeps_the_clock_running_and_tells_who_answers(world):
    row = noted(world)
    assert (row.status, row.reported_at, row.path, kinds(row)) == ("noted", None, world.ubnd.path, [])
    assert verbs(row) == ["incident.noted"]
    assert heard(f"incident/{row.pk}/noted") == {"mai"}


def test_noting_and_sending_is_one_act(world):
    row = noted(world, send=True, **WORDS)
    assert (row.status, row.reported_at, kinds(row)) == ("reported", AT, ["first"])
    assert verbs(row) == ["incident.noted", "incident.reported"]
    assert heard(f"incident/{row.pk}/reported") == {"mai", "binh", "dung", "hoa"}


def test_no_notice_holds_a_word_of_the_incident(world):
    row = sent(noted(world, what="Máy chủ bị cài mã độc"), at=AT + HOUR)
    incidents.follow_up(row, by=world.an, at=AT + HOUR, text="Đã cách ly", token=None)
    letters = " ".join(f"{title} {body}" for title, body in Notice.objects.values_list("title", "body"))
    assert Notice.objects.count() > 4
    assert not any(word in letters for word in ("mã độc", "cách ly", *WORDS.values()))


def test_the_words_of_a_note_are_completed_and_sent(world):
    row = noted(world)
    row = incidents.complete(row, by=world.mai, at=AT + HOUR, send=False, version=0, token=None, what="Trang tin bị chiếm", **WORDS)
    assert (row.what, row.status, row.version) == ("Trang tin bị chiếm", "noted", 1)
    row = sent(row, at=AT + 2 * HOUR)
    assert (row.status, row.reported_at) == ("reported", AT + 2 * HOUR)
    assert verbs(row) == ["incident.noted", "incident.edited", "incident.reported"]
    assert Entry.objects.filter(verb="incident.edited").get().facts == {"fields": ["what", "system", "effect", "measures"]}


def test_the_first_report_is_never_changed(world):
    row = sent(noted(world))
    for send in (True, False):
        with pytest.raises(StaleWrite):
            incidents.complete(row, by=world.an, at=AT, send=send, version=row.version, token=uuid.uuid4(), what="Khác", **WORDS)
    with pytest.raises(StaleWrite):
        incidents.correct(row, by=world.an, at=AT, discovered_at=AT - HOUR, reason="x", version=row.version, token=None)
    row.refresh_from_db()
    assert (row.what, row.discovered_at) == ("Trang tin bị tấn công", AT)


def test_a_correction_keeps_both_moments_and_the_reason(world):
    row = noted(world)
    word = incidents.correct(row, by=world.an, at=AT + HOUR, discovered_at=AT - HOUR, reason="Bảo vệ thấy trước", version=0, token=None)
    row.refresh_from_db()
    assert (row.discovered_at, word.was, word.now, word.text) == (AT - HOUR, AT, AT - HOUR, "Bảo vệ thấy trước")
    facts = Entry.objects.get(verb="incident.corrected").facts
    assert (datetime.fromisoformat(facts["was"]), facts["reason"]) == (AT, "Bảo vệ thấy trước")


def test_nothing_is_discovered_after_it_was_noted(world):
    row = noted(world)
    with pytest.raises(ValueError, match="before it is noted"):
        correct(world, row, AT + HOUR / 60, at=AT + HOUR)
    row.refresh_from_db()
    assert (row.discovered_at, row.corrections, kinds(row)) == (AT, 0, [])


def correct(world, row, moment, *, at):
    row.refresh_from_db()
    return incidents.correct(row, by=world.an, at=at, discovered_at=moment, reason="Bí mật", version=row.version, token=None)


def test_who_was_told_of_it_hears_every_correction_with_both_moments(world):
    row = noted(world, discovered_at=AT - 25 * HOUR)
    heard_of = [heard(f"word/{correct(world, row, AT - 24 * HOUR, at=AT).pk}")]
    incident_clock.alert(at=AT)
    heard_of += [heard(f"word/{correct(world, row, AT - n * HOUR, at=AT).pk}") for n in (2, 1)]
    assert heard_of == [{"mai"}, {"mai", "binh", "dung"}, {"mai", "binh", "dung"}]  # the last two armed the alerts anew, and below +12
    body, title = Notice.objects.filter(person=world.dung.person).order_by("pk").values_list("body", "title").last()
    assert (body, "Bí mật" in title) == ("21:10, 14/07/2026 → 22:10, 14/07/2026", False)


def test_who_left_hears_of_no_correction_and_who_came_does(world):
    row = noted(world, discovered_at=AT - 24 * HOUR)
    incident_clock.alert(at=AT)
    Post.objects.filter(pk=world.binh.pk).update(until=AT.date() - timedelta(days=1))
    world.hire("bac", world.ba_ngoi, Role.STEERING)
    assert heard(f"word/{correct(world, row, AT - 2 * HOUR, at=AT).pk}") == {"mai", "bac", "dung"}


def test_the_whole_story(world):
    row = sent(noted(world), at=AT + HOUR)
    incidents.acknowledge(row, by=world.binh, at=AT + 2 * HOUR, token=None, text="Cử tổ ứng cứu")
    incidents.follow_up(row, by=world.an, at=AT + 3 * HOUR, token=None, text="Đã khôi phục")
    incidents.acknowledge(row, by=world.dung, at=AT + 4 * HOUR, token=None)
    row.refresh_from_db()
    incidents.close(row, by=world.mai, at=AT + 30 * HOUR, token=None, text="Lỗ hổng đã vá", version=row.version, spoken_for="An")
    row.refresh_from_db()
    assert kinds(row) == ["first", "acknowledged", "follow_up", "acknowledged", "closed"]
    assert (row.status, row.closed_at) == ("closed", AT + 30 * HOUR)
    assert row.timeline[-1].spoken_for == "An"


def test_nothing_follows_what_is_closed_but_an_acknowledgement(world):
    row = sent(noted(world))
    incidents.close(row, by=world.an, at=AT + HOUR, token=None, text="Xong", version=row.version)
    with pytest.raises(StaleWrite):
        incidents.follow_up(row, by=world.an, at=AT + HOUR, token=None, text="Nữa")
    with pytest.raises(StaleWrite):
        incidents.close(row, by=world.mai, at=AT + HOUR, token=None, text="Xong", version=None)
    incidents.acknowledge(row, by=world.dung, at=AT + HOUR, token=None)
    assert kinds(row) == ["first", "closed", "acknowledged"]


def test_what_is_only_noted_is_neither_closed_nor_acknowledged_and_what_is_reported_is_not_dropped(world):
    row = noted(world)
    with pytest.raises(StaleWrite):
        incidents.close(row, by=world.an, at=AT, token=None, text="x", version=0)
    with pytest.raises(StaleWrite):
        incidents.acknowledge(row, by=world.binh, at=AT, token=None)
    row = sent(row)
    with pytest.raises(StaleWrite):
        incidents.drop(row, by=world.an, at=AT, token=None, text="x", version=row.version)


def test_a_dropped_note_is_told_and_stays_readable(world):
    row = noted(world)
    word = incidents.drop(row, by=world.an, at=AT + HOUR, token=None, text="Diễn tập", version=0)
    row.refresh_from_db()
    assert (row.status, kinds(row)) == ("dropped", ["dropped"])
    assert heard(f"word/{word.pk}") == {"mai", "binh", "dung", "hoa"}


@pytest.mark.parametrize("act", ["complete", "close", "correct", "drop"])
def test_a_stale_version_changes_nothing(world, act):
    row = sent(noted(world)) if act == "close" else noted(world)
    facts = {
        "complete": {"send": True, "what": "Khác", **WORDS},
        "close": {"text": "x"},
        "drop": {"text": "x"},
        "correct": {"discovered_at": AT - HOUR, "reason": "x"},
    }
    with pytest.raises(StaleWrite):
        getattr(incidents, act)(row, by=world.an, at=AT, version=row.version + 1, token=uuid.uuid4(), **facts[act])
    before = row.status, row.discovered_at
    row.refresh_from_db()
    assert (row.status, row.discovered_at) == before


# The same submit twice


def test_the_same_submit_twice_is_one_incident(world):
    token = uuid.uuid4()
    first, again = noted(world, token=token, send=True, **WORDS), noted(world, token=token, send=True, **WORDS)
    assert (again, Incident.objects.count(), kinds(first)) == (first, 1, ["first"])
    with pytest.raises(StaleWrite):
        noted(world, token=token, by=world.chi, unit=world.ubnd_cam_linh)


def test_the_same_word_twice_is_one_word(world):
    row, token = sent(noted(world)), uuid.uuid4()
    words = [incidents.follow_up(row, by=world.an, at=AT, text="Thêm", token=token) for _ in range(2)]
    row.refresh_from_db()
    end = uuid.uuid4()
    closings = [incidents.close(row, by=world.an, at=AT, text="Xong", version=row.version, token=end) for _ in range(2)]
    heads = [incidents.acknowledge(row, by=world.binh, at=AT, token=uuid.uuid4()) for _ in range(2)]
    assert [len(set(rows)) for rows in (words, closings, heads)] == [1, 1, 1]
    assert kinds(row) == ["first", "follow_up", "closed", "acknowledged"]


def test_the_same_first_report_twice_is_sent_once(world):
    row, token = noted(world), uuid.uuid4()
    for _ in range(2):
        incidents.complete(row, by=world.an, at=AT, send=True, version=0, token=token, what=row.what, **WORDS)
    assert verbs(row) == ["incident.noted", "incident.edited", "incident.reported"]


def test_two_officials_of_one_committee_acknowledge_once_and_each_committee_for_itself(world):
    row, other = sent(noted(world)), world.hire("bac", world.ba_ngoi, Role.STEERING)
    incidents.acknowledge(row, by=world.binh, at=AT, token=None)
    incidents.acknowledge(row, by=other, at=AT, token=None)
    incidents.acknowledge(row, by=world.dung, at=AT, token=None)
    assert list(row.words.filter(kind="acknowledged").values_list("by", flat=True)) == [world.binh.pk, world.dung.pk]


def test_a_word_is_never_changed(world):
    word = sent(noted(world)).words.get()
    word.text = "khác"
    with pytest.raises(TypeError):
        word.save()
    with pytest.raises(TypeError):
        word.delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two at the same time need PostgreSQL; SQLite lets one write at a time")
def test_two_clicks_at_once_make_one_incident_and_one_report():
    world, token = World(), uuid.uuid4()
    together, made = threading.Barrier(8), []

    def click():
        together.wait()
        try:
            made.append(noted(world, token=token, send=True, **WORDS).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (len(made), len(set(made)), IncidentWord.objects.count()) == (8, 1, 1)


# Who may, who reads


def test_who_reads(world):
    row = noted(world)
    posts = [world.an, world.mai, world.binh, world.dung, world.hoa, world.chi, world.giang]
    posts += [world.hire("kiem", world.khanh_hoa, Role.AUDITOR), world.hire("quan", world.khanh_hoa, Role.ADMIN)]
    posts += [world.hire("vanthu", world.khanh_hoa, Role.CLERK), world.hire("bandang", world.committee)]
    readers = [post.person.username for post in posts if Incident.objects.visible_to(post).filter(pk=row.pk).exists()]
    assert readers == ["an", "mai", "binh", "dung", "hoa", "kiem"]


def test_who_may_write(world):
    row = noted(world)
    posts = [world.an, world.mai, world.binh, world.dung, world.hoa, world.chi, world.hire("kiem", world.ba_ngoi, Role.AUDITOR)]
    assert [post.person.username for post in posts if Incident.may_be_noted_by(post)] == ["an", "mai", "chi"]
    assert [post.person.username for post in posts if row.may_be_reported_by(post)] == ["an", "mai"]
    assert [post.person.username for post in posts if row.may_be_followed_by(post)] == []
    row = sent(row)
    assert [post.person.username for post in posts if row.may_be_reported_by(post)] == []
    assert [post.person.username for post in posts if row.may_be_followed_by(post)] == ["an", "mai"]


def test_who_may_acknowledge(world):
    row = noted(world)
    posts = [world.binh, world.dung, world.hoa, world.giang, world.an, world.mai]
    assert not any(row.may_be_acknowledged_by(post) for post in posts)
    row = Incident.objects.get(pk=sent(row).pk)
    assert [post.person.username for post in posts if row.may_be_acknowledged_by(post)] == ["binh", "dung", "hoa"]
    incidents.acknowledge(row, by=world.binh, at=AT, token=None)
    row = Incident.objects.get(pk=row.pk)
    assert [post.person.username for post in posts if row.may_be_acknowledged_by(post)] == ["dung", "hoa"]


def test_nobody_acknowledges_what_they_reported_nor_the_unit_its_own(world):
    clerk = world.hire("mai2", world.ba_ngoi, Role.CLERK, person=world.dung.person)
    row = Incident.objects.get(pk=sent(noted(world, unit=world.ba_ngoi, by=clerk)).pk)
    assert [row.may_be_acknowledged_by(post) for post in (world.binh, world.dung, world.hoa)] == [False, False, True]
