"""One letter a person and day: planned once, claimed by one, sent, tried again, never lost."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from journal import digests
from journal.models import LEASE, Digest, Notice
from orgunits.models import Person
from tests.journal import mailboxes
from tests.journal.conftest import AT, MINUTE, ON, person, tell

TOMORROW = ON + timedelta(days=1)


@pytest.fixture
def mailbox(settings):
    """Choose a mail backend of tests/journal/mailboxes.py by name."""

    def choose(name):
        settings.EMAIL_BACKEND = f"tests.journal.mailboxes.{name}"

    return choose


def html(letter):
    return letter.alternatives[0].content


# Planning


def test_each_person_gets_one_digest_with_all_of_theirs(an, binh):
    tell(an, 3)
    tell(binh)
    assert [digests.plan(ON) for _ in range(10)] == [4] + [0] * 9
    assert sorted(Digest.objects.values_list("person__username", "on")) == [("an", ON), ("binh", ON)]
    assert Digest.objects.get(person=an).notices.count() == 3
    assert Digest.objects.get(person=binh).notices.get().person == binh


def test_what_comes_later_in_the_day_waits_for_the_next(an):
    tell(an)
    digests.plan(ON)
    tell(an)
    assert digests.plan(ON) == 0
    assert digests.plan(TOMORROW) == 1
    assert [digest.notices.count() for digest in Digest.objects.order_by("on")] == [1, 1]


def test_a_notice_already_read_is_in_the_letter_too(an):
    tell(an, read_at=AT)
    assert digests.plan(ON) == 1


def test_days_without_a_machine_are_one_letter(an):
    for days in range(3):
        tell(an, at=AT - timedelta(days=days))
    digests.plan(ON)
    digests.send_unsent(AT)
    assert len(mail.outbox) == 1


def test_a_digest_somebody_is_sending_takes_nothing_more(an, monkeypatch):
    """Two planners at once: the second read its people before the first made their digests."""
    tell(an)
    digests.plan(ON)
    Digest.objects.update(claimed_at=AT)
    tell(an)
    assert digests._gather([an.pk], ON, AT) == 0
    Digest.objects.update(claimed_at=None, sent_at=AT)
    assert digests._gather([an.pk], ON, AT) == 0
    assert Notice.objects.untold().count() == 1


def test_planning_asks_as_many_queries_for_three_people_as_for_three_hundred(db):
    def asked(first, last):
        for n in range(first, last):
            tell(person(f"p{n}"), 2)
        with CaptureQueriesContext(connection) as queries:
            digests.plan(ON + timedelta(days=first))
        return sum(not query["sql"].startswith("INSERT") for query in queries)

    assert asked(0, 3) == asked(3, 303)
    assert Digest.objects.count() == 303


def test_people_are_gathered_in_parts(db, monkeypatch):
    monkeypatch.setattr(digests, "PEOPLE", 4)
    for n in range(10):
        tell(person(f"p{n}"))
    assert digests.plan(ON) == 10


@pytest.mark.django_db(transaction=True)
def test_two_planners_and_two_senders_at_once_make_one_letter_each():
    people = [person(f"p{n}") for n in range(30)]
    for someone in people:
        tell(someone, 2)
    errors = at_once(4, lambda: (digests.plan(ON), digests.send_unsent(AT)))
    digests.plan(ON)
    digests.send_unsent(AT)
    assert errors == []
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(someone.email for someone in people)
    assert Notice.objects.untold().count() == 0
    assert {digest.notices.count() for digest in Digest.objects.all()} == {2}


def at_once(n, act):
    """Do `act` in `n` threads that start together. Returns the exceptions."""
    gate, errors = threading.Barrier(n), []

    def run():
        gate.wait()
        try:
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


# Sending


def test_ten_passes_send_one_letter(an):
    tell(an, 2)
    digests.plan(ON)
    assert [digests.send_unsent(AT + n * MINUTE) for n in range(10)] == [1] + [0] * 9
    letter = mail.outbox[0]
    assert letter.to == ["an@example.vn"]
    assert letter.message()["Message-ID"] == f"<digest-20260630-{an.pk}@thongsuot>"
    assert letter.message()["Auto-Submitted"] == "auto-generated"
    digest = Digest.objects.get()
    assert (digest.sent_at, digest.tries, digest.problem) == (AT, 1, "")


def test_a_claimed_digest_is_not_sent_by_another(an):
    tell(an)
    digests.plan(ON)
    assert Digest.objects.claim(Digest.objects.get().pk, at=AT)
    assert not Digest.objects.claim(Digest.objects.get().pk, at=AT)
    assert digests.send_unsent(AT + LEASE) == 0
    assert mail.outbox == []


def test_a_second_worker_finds_nothing_while_the_first_one_sends(an, mailbox):
    mailbox("Crowded")
    tell(an)
    digests.plan(ON)
    assert digests.send_unsent(AT) == 1
    assert len(mail.outbox) == 1


def test_a_claim_whose_worker_died_runs_out_and_the_letter_keeps_its_name(an):
    tell(an)
    digests.plan(ON)
    digest = Digest.objects.get()
    Digest.objects.claim(digest.pk, at=AT)
    before = digests.compose(digest).message()["Message-ID"]
    assert digests.send_unsent(AT + LEASE + MINUTE) == 1
    assert mail.outbox[0].message()["Message-ID"] == before
    assert Digest.objects.get().tries == 2


def test_a_relay_that_refuses_delays_and_never_drops(an, mailbox):
    tell(an)
    digests.plan(ON)
    mailbox("Down")
    assert digests.send_unsent(AT) == 0
    digest = Digest.objects.get()
    assert (digest.sent_at, digest.tries) == (None, 1)
    assert digest.problem == "ConnectionRefusedError: 111 từ chối kết nối"
    mailbox("Works")
    assert digests.send_unsent(AT + MINUTE) == 0  # not before its time
    assert digests.send_unsent(AT + MINUTE + timedelta(seconds=1)) == 1
    assert Digest.objects.get().problem == ""


def test_it_is_tried_again_after_1_2_4_8_and_then_every_15_minutes(an, mailbox):
    tell(an)
    digests.plan(ON)
    mailbox("Down")
    tried, tries = [], 0
    for minute in range(80):
        digests.send_unsent(AT + minute * MINUTE + timedelta(seconds=minute))
        if Digest.objects.get().tries > tries:
            tries = Digest.objects.get().tries
            tried.append(minute)
    assert tried == [0, 1, 3, 7, 15, 30, 45, 60, 75]


def test_a_day_without_a_relay_loses_nothing(mailbox, db):
    for n in range(8):
        tell(person(f"p{n}"))
    digests.plan(ON)
    mailbox("Down")
    for minute in range(0, 24 * 60, 5):
        digests.send_unsent(AT + minute * MINUTE)
    mailbox("Works")
    back = AT + timedelta(days=1)
    for minute in range(16):
        digests.send_unsent(back + minute * MINUTE)
    assert sorted(letter.to[0] for letter in mail.outbox) == [f"p{n}@example.vn" for n in range(8)]


def test_a_dead_relay_is_not_asked_for_every_letter(mailbox, db):
    for n in range(20):
        tell(person(f"p{n}"))
    digests.plan(ON)
    mailbox("Down")
    mailboxes.Down.tries = 0
    digests.send_unsent(AT)
    assert mailboxes.Down.tries == digests.PATIENCE


def test_one_refused_address_does_not_hold_up_the_others(an, binh, mailbox):
    tell(an)
    tell(binh)
    digests.plan(ON)
    mailbox("PutsAnOff")
    assert digests.send_unsent(AT) == 1
    assert [letter.to for letter in mail.outbox] == [["binh@example.vn"]]
    assert "no" in Digest.objects.get(person=an).problem


def test_refusals_between_letters_that_leave_do_not_end_the_pass(mailbox, db):
    for name in ("an1", "an2", "binh1", "an3", "an4", "binh2"):
        tell(person(name))
    digests.plan(ON)
    mailbox("PutsAnOff")
    assert digests.send_unsent(AT) == 2
    assert Digest.objects.filter(sent_at=None, tries=1).count() == 4


def test_a_letter_that_left_before_the_crash_comes_again_under_the_same_name(an, mailbox):
    tell(an)
    digests.plan(ON)
    mailbox("HangsUp")
    assert digests.send_unsent(AT) == 0
    mailbox("Works")
    digests.send_unsent(AT + 2 * MINUTE)
    assert len({letter.message()["Message-ID"] for letter in mail.outbox}) == 1
    assert len(mail.outbox) == 2


def test_a_pass_ends_and_the_next_goes_on(db, monkeypatch):
    for n in range(6):
        tell(person(f"p{n}"))
    digests.plan(ON)
    seconds = iter(range(0, 10_000, 50))
    monkeypatch.setattr(digests, "monotonic", lambda: next(seconds))
    assert digests.send_unsent(AT) == 2
    assert list(Digest.objects.exclude(sent_at=None).values_list("sent_at", flat=True)) == [AT + timedelta(seconds=s) for s in (50, 100)]
    assert digests.send_unsent(AT + 2 * MINUTE) == 2


def test_a_new_letter_goes_before_those_refused(an, binh, mailbox):
    tell(an)
    digests.plan(ON)
    Digest.objects.update(tries=9)
    tell(binh)
    digests.plan(TOMORROW)
    digests.send_unsent(AT)
    assert [letter.to for letter in mail.outbox] == [["binh@example.vn"], ["an@example.vn"]]


@pytest.mark.parametrize(
    ("more", "problem"),
    [({"email": ""}, "không có địa chỉ thư"), ({"is_active": False}, "tài khoản đã khóa")],
)
def test_who_cannot_get_a_letter_is_settled_once(db, more, problem):
    someone = person("lan", **more)
    tell(someone)
    digests.plan(ON)
    assert [digests.send_unsent(AT + n * MINUTE) for n in range(3)] == [1, 0, 0]
    assert (Digest.objects.get().problem, Digest.objects.get().sent_at) == (problem, AT)
    assert mail.outbox == []
    assert Notice.objects.unread().count() == 1


def test_a_digest_whose_notices_are_gone_sends_nothing(an):
    tell(an)
    digests.plan(ON)
    Notice.objects.all().delete()
    digests.send_unsent(AT)
    assert mail.outbox == []


# What does not wait


def test_an_urgent_notice_leaves_at_once_in_a_letter_of_its_own(an):
    tell(an, 2)
    tell(an, kind="incident", urgent=True, title="Lộ mật khẩu")
    urgent = Notice.objects.get(urgent=True)
    assert [digests.plan_urgent(at=AT) for _ in range(3)] == [1, 0, 0]
    assert digests.send_unsent(AT) == 1
    letter = mail.outbox[0].message()
    assert letter["Message-ID"] == f"<notice-{urgent.pk}@thongsuot>"
    assert mail.outbox[0].body.count("/assignments/17/") == 1
    assert "30/06/2026" in mail.outbox[0].subject
    assert "Lộ" not in mail.outbox[0].subject


def test_the_days_letter_never_holds_what_left_or_leaves_by_itself(an):
    tell(an, kind="incident", urgent=True)
    digests.plan(ON, at=AT)
    assert Digest.objects.count() == 0
    tell(an)
    digests.plan_urgent(at=AT)
    digests.plan(ON, at=AT)
    digests.plan(TOMORROW, at=AT + timedelta(days=1))
    assert sorted((digest.is_urgent, digest.notices.count()) for digest in Digest.objects.all()) == [(False, 1), (True, 1)]
    digests.send_unsent(AT)
    assert len({letter.message()["Message-ID"] for letter in mail.outbox}) == len(mail.outbox) == 2


def test_an_urgent_letter_keeps_its_name_over_midnight_and_a_dead_worker(an):
    tell(an, kind="incident", urgent=True)
    digests.plan_urgent(at=AT)
    before = digests.compose(Digest.objects.get()).message()["Message-ID"]
    Digest.objects.claim(Digest.objects.get().pk, at=AT)
    digests.plan_urgent(at=AT + timedelta(hours=17))
    digests.send_unsent(AT + timedelta(hours=17))
    assert [letter.message()["Message-ID"] for letter in mail.outbox] == [before]
    assert Digest.objects.get().on == ON


def test_what_is_no_news_any_more_goes_with_the_days_letter(an):
    tell(an, kind="incident", urgent=True, at=AT - timedelta(days=1, seconds=1))
    tell(an)
    assert digests.plan_urgent(at=AT) == 0
    digests.plan(ON, at=AT)
    assert Digest.objects.get().notices.count() == 2


def test_urgent_letters_go_before_the_others_but_not_before_those_never_tried(an, binh, mailbox):
    tell(an)
    digests.plan(ON, at=AT)
    tell(binh, urgent=True)
    digests.plan_urgent(at=AT)
    digests.send_unsent(AT)
    assert [letter.to for letter in mail.outbox] == [["binh@example.vn"], ["an@example.vn"]]


def test_urgent_notices_are_given_their_letters_in_parts(db, monkeypatch):
    monkeypatch.setattr(digests, "PEOPLE", 4)
    for n in range(10):
        tell(person(f"p{n}"), urgent=True)
    assert digests.plan_urgent(at=AT) == 10
    assert Digest.objects.filter(slot__gt=0).count() == 10


@pytest.mark.django_db(transaction=True)
def test_planners_of_both_kinds_at_once_make_one_letter_for_each():
    people = [person(f"p{n}") for n in range(10)]
    for someone in people:
        tell(someone, 2)
        tell(someone, 2, urgent=True)
    errors = at_once(4, lambda: (digests.plan_urgent(at=AT), digests.plan(ON, at=AT), digests.send_unsent(AT)))
    digests.plan(TOMORROW, at=AT)
    digests.send_unsent(AT)
    assert errors == []
    assert len(mail.outbox) == 30
    assert len({letter.message()["Message-ID"] for letter in mail.outbox}) == 30
    assert Notice.objects.untold().count() == 0


# The letter


def test_the_letter_names_each_matter_with_an_absolute_address(an):
    tell(an, title="Rà soát <b>17</b> & báo cáo")
    digests.plan(ON)
    letter = digests.compose(Digest.objects.get())
    assert "- Rà soát <b>17</b> & báo cáo\n  02-KH/BCĐ · 17\n  https://thongsuot.example/assignments/17/\n" in letter.body
    assert "https://thongsuot.example/notices/" in letter.body
    assert 'href="https://thongsuot.example/assignments/17/"' in html(letter)
    assert "Rà soát &lt;b&gt;17&lt;/b&gt; &amp; báo cáo" in html(letter)
    assert "30/06/2026" in letter.subject


def test_kinds_stand_in_groups_the_most_pressing_first(an):
    for kind in ("silence", "report", "overdue", "difficulty", "deadline", "overdue", "result"):
        tell(an, kind=kind, title=f"[{kind}]")
    digests.plan(ON)
    body = digests.compose(Digest.objects.get()).body
    titles = [line[2:] for line in body.splitlines() if line.startswith("- ")]
    assert titles == ["[overdue]", "[overdue]", "[deadline]", "[difficulty]", "[result]", "[report]", "[silence]"]


def test_at_most_fifty_are_named_and_the_rest_counted(an):
    tell(an, 63)
    digests.plan(ON)
    letter = digests.compose(Digest.objects.get())
    assert letter.body.count("/assignments/17/") == html(letter).count("/assignments/17/") == 50
    assert "63" in letter.subject
    assert "13" in letter.body.partition("/notices/")[0].rpartition("/assignments/17/")[2]


def test_the_demo_marks_its_letters(an, settings):
    tell(an)
    digests.plan(ON)
    plain = digests.compose(Digest.objects.get())
    settings.DEMO = True
    marked = digests.compose(Digest.objects.get())
    assert len(marked.body) > len(plain.body)
    assert marked.body.startswith("[")
    assert len(html(marked)) > len(html(plain))


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_letter_points_nowhere_but_to_the_portal(an, address):
    tell(an, link=address)
    digests.plan(ON)
    letter = digests.compose(Digest.objects.get())
    assert address not in letter.body + html(letter)


def test_no_word_of_a_notice_makes_a_header_or_a_line_of_its_own(an):
    tell(an, title="Rà soát\r\nBcc: evil@example.vn", kind="result")
    digests.plan(ON)
    digests.send_unsent(AT)
    letter = mail.outbox[0].message()
    assert letter["Bcc"] is None
    assert "Bcc" not in letter["Subject"]
    assert "- Rà soát Bcc: evil@example.vn" in mail.outbox[0].body


def test_an_address_with_a_line_break_is_refused_and_kept(db):
    tell(person("lan", email="lan@example.vn\r\nBcc: evil@example.vn"))
    digests.plan(ON)
    digests.send_unsent(AT)
    assert (Digest.objects.get().problem, mail.outbox) == (Digest.BAD_ADDRESS, [])


def test_the_letter_is_one_line_of_subject_whatever_the_words(an, monkeypatch):
    tell(an)
    digests.plan(ON)
    monkeypatch.setattr(digests, "ngettext", lambda *forms: "Thông Suốt\r\nBcc: %(n)s %(day)s")
    assert digests.compose(Digest.objects.get()).subject == "Thông Suốt Bcc: 1 30/06/2026"


@pytest.mark.parametrize("words", ["không có", "0905123456", "an@", "@", "an@x.vn, b@x.vn", "a b@x.vn", "an@x vn"])
def test_an_address_no_letter_can_go_to_is_said_once_and_holds_up_nobody(an, binh, words):
    Person.objects.filter(pk=an.pk).update(email=words)
    tell(an)
    tell(binh)
    digests.plan(ON)
    assert digests.send_unsent(AT) == 2
    digest = Digest.objects.get(person=an)
    assert (digest.problem, digest.is_dead, digest.tries) == (Digest.BAD_ADDRESS, True, 1)
    assert [letter.to for letter in mail.outbox] == [["binh@example.vn"]]


@pytest.mark.parametrize("words", ["an@x.vn", "an.nguyen+1@khanh-hoa.gov.vn", "an@mayquan"])
def test_an_address_a_letter_can_go_to(an, words):
    Person.objects.filter(pk=an.pk).update(email=words)
    tell(an)
    digests.plan(ON)
    digests.send_unsent(AT)
    assert [letter.to for letter in mail.outbox] == [[words]]
