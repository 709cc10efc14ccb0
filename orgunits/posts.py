"""Who holds which post: giving, ending, handing over to another person, and a deputy while the holder is away.

A post is never rewritten: the old holder's ends, another begins. What that does to duties: tasks/handing_over.py.

Locks are taken in one order: the post, then its handover, then duties. They leave the row's key free: whoever writes an entry of any
kind holds the key of the post that writes, often with a duty's lock in hand.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.models import Entry
from orgunits.models import ApiToken, Handover, Person, Post

DAY = timedelta(days=1)


class CannotGive(ValueError):
    """The act is not possible as asked. The message is one sentence for the person who asks."""


class HandedOver(CannotGive):
    """Somebody else has handed the post over, or recorded that it will be."""


# Giving and ending


@transaction.atomic
def give(person, *, unit, role, title="", since, by, at):
    """Give `person` the post from the day `since` on. Returns the Post; the same one when they hold it already. Raises CannotGive."""
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    _refuse_person(held, by=by)
    if unit.valid_to is not None and unit.valid_to < since:
        raise CannotGive(_("%(unit)s is no longer in force on that day.") % {"unit": unit.full_name})
    post, made = Post.objects.get_or_create(
        person=held, unit=unit, role=role, until=None, deputises=None, defaults={"title": title, "since": since}
    )
    if made:
        Entry.objects.record(by=by, verb="post.given", target=post, at=at, role=role, since=since.isoformat())
    return post


@transaction.atomic
def end(post, *, last, by, at):
    """The post ends with the day `last`; its deputies and a handover for a later day than the next end with it.

    Returns the Post. Raises CannotGive.
    """
    row = _locked(post)
    if row.until is not None and row.until <= last:
        raise CannotGive(_("This post ends on %(day)s already.") % {"day": f"{row.until:%d/%m/%Y}"})
    _end_with_deputies(row, last=last, at=at)
    for handover in Handover.objects.pending().filter(old=row, on__gt=last + DAY):
        drop_handover(handover, by=by, at=at)
    Entry.objects.record(by=by, verb="post.ended", target=row, at=at, until=last.isoformat())
    return row


def _locked(post):
    return Post.objects.select_for_update(no_key=True, of=("self",)).select_related("person", "unit").get(pk=post.pk)


def _refuse_person(person, *, by):
    if not person.is_active:
        raise CannotGive(_("The account of %(name)s is locked: nobody can act in it.") % {"name": person})
    if person.pk == by.person_id:
        raise CannotGive(_("Nobody gives a post to themselves."))


def _end_with_deputies(post, *, last, at):
    """End a post and those who stand in for it. Keys that would outlive today's end are revoked. Returns how many of the post's own."""
    Post.objects.filter(deputises=post).filter(Q(until=None) | Q(until__gt=last)).update(until=last)
    post.until = last
    post.save(update_fields=["until"])
    if last >= timezone.localdate(at):
        return 0
    keys = ApiToken.objects.filter(revoked_at=None)
    keys.filter(post__deputises=post).update(revoked_at=at)
    return keys.filter(post=post).update(revoked_at=at)


# Deputies


@transaction.atomic
def name_deputy(post, *, person, since, until, by, at):
    """`person` acts in `post` from `since` to `until` beside its holder. Returns the deputy's Post; asked again the same one.

    A deputy has the rights of the post and none to pass on. Raises CannotGive.
    """
    row = _locked(post)
    again = row.deputies.filter(person=person, since=since, until=until).first()
    if again:
        return again
    refuse_deputy(row, person, since=since, until=until, by=by, on=timezone.localdate(at))
    deputy = Post.objects.create(
        person=person,
        unit=row.unit,
        role=row.role,
        title=row.title,
        since=since,
        until=until,
        deputises=row,
        instead_of=row.person.full_name,
    )
    term = {"since": since.isoformat(), "until": until.isoformat()}
    Entry.objects.record(by=by, verb="post.deputised", target=row, at=at, person=person.pk, deputy=deputy.pk, **term)
    return deputy


def refuse_deputy(post, person, *, since, until, by, on):
    """Raise CannotGive with the first reason against `person` standing in for `post`."""
    if post.deputises_id:
        raise CannotGive(_("A deputy names no deputy."))
    if person.pk == post.person_id:
        raise CannotGive(_("%(name)s holds this post: name somebody else.") % {"name": person})
    _refuse_person(person, by=by)
    if until < since or since < on:
        raise CannotGive(_("A deputy begins today or later and ends no earlier than it begins."))
    if since < post.since or (post.until is not None and until > post.until):
        raise CannotGive(_("The post itself does not last so long: name days within it."))
    other = post.deputies.filter(since__lte=until, until__gte=since).select_related("person").first()
    if other:
        days = {"name": other.person, "since": f"{other.since:%d/%m/%Y}", "until": f"{other.until:%d/%m/%Y}"}
        raise CannotGive(_("%(name)s stands in from %(since)s to %(until)s: end that first, or name other days.") % days)


# Handing over


def refuse_handover(post, heir, *, on, by, today):
    """Raise CannotGive with the first reason against `heir` holding `post` from the day `on`."""
    if post.deputises_id:
        raise CannotGive(_("A deputy hands nothing over: the post is another's."))
    if heir.pk == post.person_id:
        raise CannotGive(_("%(name)s holds this post: name somebody else.") % {"name": heir})
    _refuse_person(heir, by=by)
    if on < today:
        raise CannotGive(_("Choose today or a day to come: what was done in the post until now stays the old holder's."))
    if on <= post.since:
        raise CannotGive(_("The post begins on %(day)s: it can be handed over from the day after.") % {"day": f"{post.since:%d/%m/%Y}"})
    if post.until is not None and post.until < on - DAY:
        raise CannotGive(_("The post ends on %(day)s, before that day.") % {"day": f"{post.until:%d/%m/%Y}"})


def record_handover(post, *, heir, on, by, at, reason="", symbol=""):
    """Write the handover down. Returns it, the same one when asked again. Raises HandedOver, CannotGive. Call inside a transaction."""
    row = _locked(post)
    standing = Handover.objects.standing().with_names().filter(old=row).first()
    if standing and (standing.heir_id, standing.on) == (heir.pk, on):
        return standing
    if standing:
        facts = {"name": standing.by.person, "heir": standing.heir, "day": f"{standing.on:%d/%m/%Y}"}
        raise HandedOver(_("%(name)s has recorded meanwhile that this post goes to %(heir)s on %(day)s.") % facts)
    refuse_handover(row, heir, on=on, by=by, today=timezone.localdate(at))
    handover = Handover.objects.create(old=row, heir=heir, on=on, by=by, at=at, reason=reason, symbol=symbol)
    facts = {"handover": handover.pk, "was": row.person_id, "now": heir.pk, "on": on.isoformat()}
    Entry.objects.record(by=by, verb="post.handover_recorded", target=row, at=at, **facts)
    return handover


def claim(handover, *, at):
    """Take the handover in hand to carry it out. True for exactly one caller; the post is locked first. Call inside the transaction."""
    Post.objects.select_for_update(no_key=True, of=("self",)).filter(handovers=handover.pk).first()
    return Handover.objects.claim(handover.pk, at=at)


def succeed(handover, *, at):
    """End the old post the day before and begin the heir's. Returns (the heir's Post, how many keys ended). Call with the row read
    under the claim.

    Who holds that role at the unit already keeps that post. None for a post that had ended by that day: there is nothing to hand over.
    The heir's lasts as long as the old one would have; of one whose last day is the day before only the holder's time was over.
    """
    old, last = handover.old, handover.on - DAY
    if old.until is not None and old.until < last:
        return None, 0
    until = None if old.until == last else old.until
    term = {"person": handover.heir, "unit": old.unit, "role": old.role, "until": until, "deputises": None}
    new = Post.objects.filter(since__lte=handover.on, **term).first() or Post.objects.create(since=handover.on, title=old.title, **term)
    return new, _end_with_deputies(old, last=last, at=at)


@transaction.atomic
def drop_handover(handover, *, by, at):
    """Take a handover back before its day. Returns whether there was one to take back."""
    dropped = Handover.objects.pending().filter(pk=handover.pk).update(dropped_at=at)
    if dropped:
        Entry.objects.record(by=by, verb="post.handover_dropped", target=handover.old, at=at, handover=handover.pk)
    return bool(dropped)
