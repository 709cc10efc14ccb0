"""One letter a person and day: notices are gathered, then claimed, sent and marked (trust.md, promises 1 and 2). An urgent notice does
not wait for it: it has a letter of its own, and stands in no other.

The notice in the inbox is the reminder; the letter is its copy. A letter is never lost: a claim whose worker died runs
out with its lease, a refused letter is tried again. It may leave twice, then with the same Message-ID.
"""

import contextlib
import logging
import re
from datetime import timedelta
from itertools import groupby
from smtplib import SMTPRecipientsRefused
from time import monotonic

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import EmailValidator
from django.db import transaction
from django.db.models import Case, OuterRef, Subquery, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import LEASE, Digest, Heartbeat, Notice

LINES = 50  # notices named in one letter; the inbox has the rest
K = Notice.Kind
FIRST = [K.INCIDENT, K.OVERDUE, K.DEADLINE, K.DIFFICULTY, K.RESULT, K.REPORT, K.SILENCE]
PEOPLE = 1000  # gathered in one transaction
BATCH = 100  # letters looked up at once
PASS = timedelta(minutes=2)  # a pass ends then; the next sweep goes on
PATIENCE = 3  # letters refused in a row: the relay is down, the others need not wait for its silence too
LONGEST_WAIT = timedelta(minutes=15)  # trust.md, promise 2
REMINDERS = {"remind", "remind_of_reports"}  # the jobs whose notices the day's letter is for, by their heartbeats
WAITING = "wait_for_reminders"  # the heartbeat that says since when today
LONGEST_FOR_REMINDERS = timedelta(hours=1)

FOR_GOOD = range(500, 600)  # a relay's answers that no later try changes (RFC 5321, 4.2.1) …
HOST = re.compile(r"[\w-]+")
POLICY = b"5.7."  # … but for those that speak of the relay's own rules, not of the recipient (RFC 3463, X.7.XXX)

log = logging.getLogger(__name__)


def is_time_to_plan(at):
    """Whether the day's letters may be planned: today's reminders are written.

    Where one of their jobs does not end well, letters wait LONGEST_FOR_REMINDERS, counted from the first time this was asked today, and
    then leave with what there is: what is written later goes with the next day's letter.
    """
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    today = dict(Heartbeat.objects.filter(at__gte=midnight, name__in={*REMINDERS, WAITING}).values_list("name", "at"))
    if today.keys() >= REMINDERS:
        return True
    if WAITING not in today:
        Heartbeat.objects.beat(WAITING, at=at)
    return at - today.get(WAITING, at) >= LONGEST_FOR_REMINDERS


def plan(on, *, at=None):
    """Gather what no letter carries yet into one digest a person for the day `on`. Returns how many notices it took.

    Who already has a digest of that day gets the rest the next day. Two at once are harmless.
    """
    at, taken = at or timezone.now(), 0
    while people := _waiting(on, at):
        taken += _gather(people, on, at)
    return taken


def plan_urgent(*, at):
    """Give each urgent notice that no letter carries a letter of its own, of the day it was written. Returns how many.

    Two at once are harmless: the letter's slot is the notice, and a notice hangs on one letter.
    """
    taken, last = 0, 0
    while notices := list(Notice.objects.at_once(at=at).filter(pk__gt=last).order_by("pk")[:PEOPLE]):
        taken, last = taken + _give_own_letters(notices, at), notices[-1].pk
    return taken


@transaction.atomic
def _give_own_letters(notices, at):
    letters = [Digest(person_id=row.person_id, on=timezone.localdate(row.at), slot=row.pk, planned_at=at) for row in notices]
    Digest.objects.bulk_create(letters, ignore_conflicts=True)
    own = Digest.objects.filter(person=OuterRef("person"), slot=OuterRef("pk")).values("pk")
    return Notice.objects.untold().filter(pk__in=[row.pk for row in notices]).update(digest=Subquery(own))


def _waiting(on, at):
    """Up to PEOPLE ids of persons with untold notices and no digest of the day."""
    served = Digest.objects.daily().filter(on=on).values("person")
    return list(
        Notice.objects.for_the_day(at=at).exclude(person__in=served).order_by().values_list("person", flat=True).distinct()[:PEOPLE]
    )


@transaction.atomic
def _gather(people, on, at):
    """The digests stay locked until their notices hang on them, so that nobody sends one in between."""
    Digest.objects.bulk_create([Digest(person_id=person, on=on, planned_at=at) for person in people], ignore_conflicts=True)
    fresh = Digest.objects.daily().filter(on=on, person__in=people, claimed_at=None, sent_at=None)
    mine = list(fresh.select_for_update().order_by("pk").values_list("person", flat=True))
    of_person = Digest.objects.daily().filter(on=on, person=OuterRef("person")).values("pk")
    return Notice.objects.for_the_day(at=at).filter(person__in=mine).update(digest=Subquery(of_person))


def send_unsent(at):
    """Send what is planned and unsent; `at` is the moment the pass begins. Returns how many letters are dealt with."""
    settled = refused = 0
    connection = get_connection()
    for digest, now in _claims(at):
        if _settle(digest, connection, at=now):
            settled, refused = settled + 1, 0
        else:
            refused += 1
        if refused == PATIENCE:
            break
    _close(connection)
    return settled


def _claims(at):
    """Pairs (digest, moment of its claim), one at a time, letters never tried first, until none is left or PASS is over."""
    began, now = monotonic(), at
    while now - at < PASS and (pks := _unsent(now)):
        for pk in pks:
            now = at + timedelta(seconds=int(monotonic() - began))
            if now - at < PASS and Digest.objects.claim(pk, at=now):
                yield Digest.objects.select_related("person").get(pk=pk), now


def _unsent(at):
    urgent_first = Case(When(slot=Digest.DAILY, then=Value(1)), default=Value(0))
    return list(Digest.objects.unsent(at=at).order_by("tries", urgent_first, "on", "pk").values_list("pk", flat=True)[:BATCH])


def _settle(digest, connection, *, at):
    """Send one claimed digest and mark it; False where it was refused, to be tried again."""
    obstacle = _obstacle(digest)
    if obstacle:
        return _mark(digest, at=at, problem=obstacle)
    try:
        connection.open()
        compose(digest, connection).send()
    except Exception as error:
        _close(connection)
        end = _mark if _is_refused_for_good(error) else _put_off
        return end(digest, at=at, problem=_one_line(f"{type(error).__name__}: {error}"))
    return _mark(digest, at=at)


def _obstacle(digest):
    """Why no letter can ever leave for this digest, or "". Its notices stand in the inbox all the same."""
    if not digest.person.is_active:
        return Digest.NO_ACCOUNT
    if not digest.person.email:
        return Digest.NO_ADDRESS
    if not _is_address(digest.person.email):
        return Digest.BAD_ADDRESS
    return "" if digest.notices.exists() else Digest.NOTHING_IN_IT


def _is_address(words):
    """As forms take one; its domain may be one word, as in an office's own network."""
    domain = words.rpartition("@")[2]
    try:
        EmailValidator(allowlist=[domain] if HOST.fullmatch(domain) else [])(words)
    except ValidationError:
        return False
    return True


def _mark(digest, *, at, problem=""):
    """Dealt with: sent, or with a `problem` that says why no letter left and none will."""
    Digest.objects.filter(pk=digest.pk).update(sent_at=at, problem=problem)
    return True


def _put_off(digest, *, at, problem):
    """Keep the reason and let the claim run out when the next try is due: after 1, 2, 4, 8, 15, 15 … minutes."""
    wait = min(timedelta(minutes=2 ** min(digest.tries - 1, 4)), LONGEST_WAIT)
    log.warning("digest %s refused, try %s, next in %s: %s", digest.pk, digest.tries, wait, problem)
    Digest.objects.filter(pk=digest.pk, sent_at=None).update(claimed_at=at + wait - LEASE, problem=problem)
    return False


def _one_line(words):
    return " ".join(words.replace("\0", " ").split())[:300]


def _is_refused_for_good(error):
    """Whether the relay will take nothing for this recipient, ever. A relay that is down, full or at odds with us never says that."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code in FOR_GOOD and POLICY not in words for code, words in error.recipients.values())


def _close(connection):
    with contextlib.suppress(Exception):  # the relay went away first
        connection.close()


def compose(digest, connection=None):
    """The letter of a digest, text and HTML, in Vietnamese, with the Message-ID it has at every try."""
    with translation.override("vi"):
        facts = _facts(digest)
        letter = EmailMultiAlternatives(
            subject=_urgent_subject(digest, facts) if digest.is_urgent else _subject(facts),
            body=render_to_string("mail/digest.txt", facts),
            to=[digest.person.email],
            headers={"Message-ID": digest.message_id, "Auto-Submitted": "auto-generated"},
            connection=connection,
        )
        letter.attach_alternative(render_to_string("mail/digest.html", facts), "text/html")
    return letter


def _subject(facts):
    """A number and a day: nothing a person typed stands in it, and it is one line."""
    words = ngettext(
        "Thông Suốt: %(n)s matter for your attention, %(day)s", "Thông Suốt: %(n)s matters for your attention, %(day)s", facts["n"]
    )
    return " ".join((words % {"n": facts["n"], "day": f"{facts['on']:%d/%m/%Y}"}).split())


def _urgent_subject(digest, facts):
    """The kind of the matter and a day, as little of what people typed as in the other."""
    kind = facts["groups"][0][0] if facts["groups"] else ""
    return " ".join((_("Thông Suốt, urgent: %(kind)s, %(day)s") % {"kind": kind, "day": f"{facts['on']:%d/%m/%Y}"}).split())


def _facts(digest):
    """What the templates know: person, on, n (of all), groups [(kind's name, [line])], more (not named), inbox, portal, demo."""
    rank = Case(*[When(kind=kind, then=Value(place)) for place, kind in enumerate(FIRST)], default=Value(len(FIRST)))
    named = digest.notices.order_by(rank, "kind", "at", "pk")[:LINES]
    groups = [(name, [_line(row) for row in rows]) for name, rows in groupby(named, key=Notice.get_kind_display)]
    n = digest.notices.count()
    return {
        "person": digest.person,
        "on": digest.on,
        "n": n,
        "groups": groups,
        "more": max(0, n - LINES),
        "inbox": settings.BASE_URL + reverse("inbox"),
        "portal": settings.BASE_URL,
        "demo": settings.DEMO,
    }


def _line(notice):
    """One notice in a letter: title and body on one line each, and the address of what it speaks of."""
    own = notice.link.startswith("/") and not notice.link.startswith("//")
    return {
        "title": " ".join(notice.title.split()),
        "body": " ".join(notice.body.split()),
        "href": settings.BASE_URL + notice.link if own else "",
    }
