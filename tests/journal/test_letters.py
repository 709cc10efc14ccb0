"""Letters that can never leave: who sees them, and that they are tried again under their old name."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from journal import digests, letters
from journal.models import Digest, Entry, Notice
from orgunits.models import Role
from tests.journal import mailboxes
from tests.journal.conftest import AT, MINUTE, ON, person, tell


def planned(someone, n=1):
    tell(someone, n)
    digests.plan(ON, at=AT)
    return Digest.objects.get(person=someone)


def passes(settings, mailbox, *, minutes=(0,)):
    settings.EMAIL_BACKEND = f"tests.journal.mailboxes.{mailbox}"
    return [digests.send_unsent(AT + n * MINUTE) for n in minutes]


def command(*options):
    out = StringIO()
    call_command("letters", *options, stdout=out)
    return out.getvalue()


def test_a_recipient_refused_for_good_is_dead_and_asked_for_no_more(an, binh, settings):
    letter = planned(an)
    planned(binh)
    assert passes(settings, "RefusesAn", minutes=range(0, 120, 20)) == [2, 0, 0, 0, 0, 0]
    letter.refresh_from_db()
    assert (letter.is_dead, letter.tries) == (True, 1)
    assert letter.problem == "SMTPRecipientsRefused: {'an@example.vn': (550, b'5.1.1 no\\r\\nsuch user')}"
    assert list(Digest.objects.dead()) == [letter]
    assert [message.to for message in mail.outbox] == [["binh@example.vn"]]


@pytest.mark.parametrize("mailbox", ["Down", "PutsAnOff", "RelaysNothing", "HangsUp"])
def test_a_relay_that_is_down_full_or_wrongly_set_never_makes_a_letter_dead(an, settings, mailbox):
    planned(an)
    passes(settings, mailbox, minutes=range(0, 24 * 60, 16))
    assert (Digest.objects.dead().count(), Digest.objects.waiting().count()) == (0, 1)


def test_days_without_an_address_come_back_as_one_letter(db):
    lan = person("lan", email="")
    for n in range(3):
        tell(lan, 2)
        digests.plan(ON + timedelta(days=n), at=AT)
        digests.send_unsent(AT)
    type(lan).objects.filter(pk=lan.pk).update(email="lan@example.vn")
    assert (letters.retry(Digest.objects.all(), by=None, at=AT), digests.send_unsent(AT + MINUTE)) == (3, 1)
    (message,) = mail.outbox
    assert (Digest.objects.dead().count(), Notice.objects.filter(digest__on=ON + timedelta(days=2)).count()) == (0, 6)
    assert "6" in message.subject


def test_dead_ones_are_tried_again_under_their_name_and_journaled(db, settings):
    lan = person("lan", email="")
    letter = planned(lan)
    digests.send_unsent(AT)
    name = letter.message_id
    assert letters.retry(Digest.objects.all(), by=None, at=AT) == 1
    digests.send_unsent(AT + MINUTE)
    assert Digest.objects.dead().count() == 1  # nothing was mended
    type(lan).objects.filter(pk=lan.pk).update(email="lan@example.vn")
    assert letters.retry(Digest.objects.all(), by=None, at=AT) == 1
    assert letters.retry(Digest.objects.all(), by=None, at=AT) == 0
    assert [digests.send_unsent(AT + n * MINUTE) for n in (2, 3)] == [1, 0]
    assert [message.message()["Message-ID"] for message in mail.outbox] == [name]
    assert list(Entry.objects.about(lan).values_list("verb", "facts")) == [("person.letter_retried", {"digest": letter.pk})] * 2


def test_what_was_sent_what_waits_and_what_is_empty_is_not_dead(an, binh, settings):
    empty = planned(an)
    Notice.objects.filter(person=an).delete()
    planned(binh)
    digests.send_unsent(AT)
    empty.refresh_from_db()
    assert (empty.is_dead, empty.sent_at) == (False, AT)
    planned(person("chi"))
    assert letters.retry(Digest.objects.all(), by=None, at=AT) == 0


# By hand


def test_the_command_lists_both_kinds_and_no_content(an, binh, settings):
    tell(an, title="Lộ mật khẩu", kind="incident", urgent=True)
    digests.plan_urgent(at=AT)
    passes(settings, "RefusesAn")
    waits = planned(binh)
    mailboxes.Down.tries = 0
    passes(settings, "Down")
    dead = Digest.objects.dead().get()
    everything = command()
    assert "Lộ" not in everything
    waiting_lines, dead_lines = command("--waiting").splitlines(), command("--dead").splitlines()
    assert everything.splitlines() == [*waiting_lines, *dead_lines]
    assert dead_lines[-1] == "1 dead."
    assert dead_lines[0].split()[:6] == [str(dead.pk), "dead", "urgent", "2026-06-30", "an", "<an@example.vn>"]
    assert waiting_lines[0].split()[:6] == [str(waits.pk), "waiting", "daily", "2026-06-30", "binh", "<binh@example.vn>"]
    assert "550" in dead_lines[0]


def test_the_command_tries_one_or_all_again(db):
    first, second = planned(person("lan", email="")), planned(person("mai", is_active=False))
    digests.send_unsent(AT)
    assert "no address" in command("--dead")
    assert "locked account" in command("--dead")
    assert command("--retry", str(first.pk)).startswith("1 letters are back in line")
    assert list(Digest.objects.dead()) == [second]
    assert command("--retry", "all").startswith("1 letters")
    assert command("--retry", "all").startswith("0 letters")


@pytest.mark.parametrize(
    ("wanted", "says"),
    [("x", "neither the number of a letter nor «all»"), ("9" * 5000, "neither the number"), ("77", "There is no letter 77.")],
)
def test_a_wrong_number_is_one_sentence(db, wanted, says):
    with pytest.raises(CommandError, match=says):
        command("--retry", wanted)


def test_a_letter_that_waits_is_not_taken_out_of_its_senders_hands(an):
    letter = planned(an)
    Digest.objects.claim(letter.pk, at=AT)
    with pytest.raises(CommandError, match="is not dead"):
        command("--retry", str(letter.pk))
    assert Digest.objects.get().claimed_at == AT


# The page


@pytest.fixture
def admin(world):
    return world.hire("quantri", world.khanh_hoa, Role.ADMIN)


@pytest.fixture
def dead(world):
    """A dead letter to An of Ba Ngòi, and one to Hòa at the Centre."""
    for post in (world.an, world.hoa):
        type(post.person).objects.filter(pk=post.person_id).update(email="")
        tell(post.person, title="Lộ mật khẩu")
    digests.plan(ON, at=AT)
    digests.send_unsent(AT)
    return Digest.objects.get(person=world.an.person)


def test_an_administrator_sees_the_dead_letters_of_the_branch_and_tries_them_again(world, admin, dead, as_post):
    client = as_post(admin)
    page = client.get("/letters/")
    assert [row.pk for row in page.context["page"]] == [dead.pk]
    assert "Lộ mật khẩu" not in page.content.decode()
    assert client.post("/letters/retry/", {"letter": dead.pk}).headers["Location"] == "/letters/"
    assert Digest.objects.dead().get().person == world.hoa.person
    assert [row.pk for row in client.get("/letters/?state=waiting").context["page"]] == [dead.pk]
    assert Entry.objects.about(world.an.person).get(verb="person.letter_retried").post == admin


def test_all_are_those_of_the_branch_and_a_wrong_number_does_nothing(world, admin, dead, as_post):
    client = as_post(admin)
    above = Digest.objects.dead().exclude(pk=dead.pk).get()
    for wanted in (above.pk, "x", "9" * 40, "-1"):
        client.post("/letters/retry/", {"letter": wanted})
    assert Digest.objects.dead().count() == 2
    client.post("/letters/retry/")
    assert list(Digest.objects.dead()) == [above]


@pytest.mark.parametrize("who", ["an", "binh", "mai"])
def test_nobody_else_sees_or_tries(world, dead, as_post, who):
    client = as_post(getattr(world, who))
    assert [client.get("/letters/").status_code, client.post("/letters/retry/").status_code] == [403, 403]
    assert Digest.objects.dead().count() == 2


def test_the_page_asks_as_much_for_many_as_for_one(world, admin, dead, as_post, django_assert_max_num_queries):
    client = as_post(admin)
    client.get("/letters/")
    for n in range(20):
        post = world.hire(f"p{n}", world.ubnd)
        type(post.person).objects.filter(pk=post.person_id).update(email="")
        tell(post.person)
    digests.plan(ON + timedelta(days=1), at=AT)
    digests.send_unsent(AT)
    with django_assert_max_num_queries(16):
        assert len(client.get("/letters/").context["page"].object_list) == 21
