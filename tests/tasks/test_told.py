"""Beside each duty: who was reminded when, and by which channel."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from journal import digests
from journal.models import Digest, Notice
from plans import period
from tasks import reminders
from tasks.deadlines import Kind
from tests.world import ASSIGNED

DUE = date(2026, 6, 30)
AT = period.moment(DUE) + timedelta(hours=7)


@pytest.fixture
def page(world, as_post):
    """The words of the page of a duty as Bình reads them in English."""

    def read(duty):
        with translation.override("en"):
            client = as_post(world.binh)
            client.cookies["django_language"] = "en"
            return " ".join(client.get(duty.get_absolute_url()).content.decode().split())

    return read


def test_each_reminder_shows_what_became_of_its_letter(world, page):
    duty = world.duty(due_on=DUE)
    reminders.send(DUE, at=AT)
    assert "An · on the portal; e-mail with the next letter" in page(duty)
    digests.plan(DUE, at=AT)
    assert "An · on the portal; e-mail waits to be sent" in page(duty)
    digests.send_unsent(AT + timedelta(minutes=30))
    assert " · An · on the portal; e-mail at " in page(duty)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Digest.NO_ADDRESS, "no address"),
        (Digest.BAD_ADDRESS, "not an address"),
        (Digest.NO_ACCOUNT, "account locked"),
        ("SMTPRecipientsRefused: {'an@example.vn': (550, b'no')}", "the mail server refuses the recipient"),
    ],
)
def test_what_could_not_be_delivered_says_why_without_the_relays_words(world, page, problem, said):
    duty = world.duty(due_on=DUE)
    reminders.send(DUE, at=AT)
    digests.plan(DUE, at=AT)
    Digest.objects.update(sent_at=AT, problem=problem)
    assert f"e-mail could not be delivered: {said}" in page(duty)
    assert "an@example.vn" not in page(duty)


def test_a_notice_opened_in_the_other_post_says_to_change_it_and_not_whether_there_is_anything(world, as_post):
    duty = world.duty(due_on=DUE)
    other = world.hire("an2", world.ubnd_cam_linh, person=world.an.person)
    reminders.send(DUE, at=AT)
    client, notice = as_post(other), Notice.objects.get(person=world.an.person)
    client.post(reverse("act_as"), {"post": other.pk, "next": "/"})
    opened = client.post(reverse("open_notice", args=[notice.pk]), follow=True)
    nothing = client.get("/assignments/999999/")
    assert [answer.status_code for answer in (opened, nothing)] == [404, 404]
    assert opened.request["PATH_INFO"] == duty.get_absolute_url()
    said = "You hold several posts"
    for answer, spoken in [(opened, True), (nothing, True), (as_post(world.chi).get(duty.get_absolute_url()), False)]:
        with translation.override("en"):
            assert (said in render_to_string("errors/404.html", request=answer.wsgi_request)) is spoken


def test_the_wait_for_a_plan_is_told_beside_the_duty_too(world, page):
    duty = world.duty(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN)
    reminders.send(ASSIGNED + timedelta(days=30), at=AT)
    assert "Mai · on the portal" in page(duty)
    assert Notice.objects.filter(key__startswith="waiting/").count() == 2


def test_six_reminders_ask_as_much_as_one(world, as_post):
    duty = world.duty(due_on=DUE)
    reminders.send(DUE, at=AT)
    digests.plan(DUE, at=AT)
    client = as_post(world.binh)
    client.get(duty.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(duty.get_absolute_url())
    for n in range(5):
        world.hire(f"p{n}", world.ubnd)
    reminders.send(DUE, at=AT)
    digests.plan(DUE, at=AT)
    with CaptureQueriesContext(connection) as many:
        client.get(duty.get_absolute_url())
    assert len(many) == len(few)
