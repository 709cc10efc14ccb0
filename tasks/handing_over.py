"""«Bàn giao»: a post goes to another person, and with it in one act what its holder answers for (product.md, «posts»).

The old post ends the day before, the heir's begins; open duties, drafts, unread notices of those duties and keys follow in the same
transaction. What was written in the old post keeps the old holder's name: no entry, verdict or report is touched.
Where a post ends without an heir its open duties name nobody from the day after.
"""

import logging
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from journal.models import Entry, Notice
from orgunits import posts
from orgunits.models import ApiToken, Handover
from tasks.models import Assignment, ProgressDraft, State
from tasks.models.assignment import comes_again

log = logging.getLogger(__name__)
CHUNK = 500  # ids named in one question


@dataclass(frozen=True)
class Foreseen:
    """What would move, counted; an administrator sees no more of it than this."""

    duties: int
    drafts: int
    tokens: int

    @property
    def seen(self):
        """What the reader saw, for the act to compare: "duties/drafts/tokens"."""
        return f"{self.duties}/{self.drafts}/{self.tokens}"


def foreseen(post):
    """What a handover of `post` would move today."""
    keys = ApiToken.objects.filter(post=post, revoked_at=None)
    return Foreseen(open_duties(post).count(), count_drafts(post), keys.count())


def open_duties(post):
    """What the post still answers for: not ended, confirmed or closed. What is finished keeps the name under which it was done."""
    return Assignment.objects.live().filter(owner=post, plan__closed_on=None).exclude(~comes_again(), state=State.DONE)


def count_drafts(post):
    """How many duties the post has unsent words about."""
    return ProgressDraft.objects.visible_to(post).count()


def move_drafts(old, new):
    """Give the drafts of the post `old` to `new`. Returns how many. Call inside the handover's transaction."""
    n = count_drafts(old)
    ProgressDraft.objects.hand_over(old, new)
    return n


@transaction.atomic
def hand_over(post, *, heir, on, by, at, reason="", symbol=""):
    """Hand `post` over to the person `heir` from the day `on`: today at once, a day to come by the daily job.

    Returns the Handover, the same one when asked again. Raises posts.HandedOver where another one stands, posts.CannotGive.
    """
    handover = posts.record_handover(post, heir=heir, on=on, by=by, at=at, reason=reason, symbol=symbol)
    if on <= timezone.localdate(at):
        return carry_out(handover, at=at)
    _tell(handover, key=f"handover/{handover.pk}/coming", links={}, at=at)
    return handover


def carry_out_due(*, on, at):
    """Carry out every handover at or past its day. Returns how many; one that breaks is logged and holds up no other."""
    return sum(_try(handover, at=at) for handover in Handover.objects.due(on=on).with_names())


@transaction.atomic
def release(*, on, at):
    """Open duties named after a post that ended before the day `on` name nobody any more. Returns how many.

    A post whose handover still waits keeps its duties for the heir. The journal's acts are the portal's own.
    """
    waiting = Handover.objects.pending().values("old")
    named = Assignment.objects.live().filter(owner__until__lt=on, plan__closed_on=None).exclude(owner__in=waiting)
    named = named.exclude(~comes_again(), state=State.DONE)
    rows = list(named.select_for_update(of=("self",)).from_below())
    for chunk in _chunks([row.pk for row in rows]):
        Assignment.objects.filter(pk__in=chunk).update(owner=None, version=F("version") + 1)
    Entry.objects.record_all([("assignment.owned", row, {"was": row.owner_id, "now": None}) for row in rows], by=None, at=at)
    return len(rows)


def _try(handover, *, at):
    try:
        return bool(carry_out(handover, at=at).new_id)
    except Exception:
        log.exception("A handover cannot be carried out; the next run tries it again.")
        return False


@transaction.atomic
def carry_out(handover, *, at):
    """Carry the handover out, once. Returns it as it is afterwards; void where the post had ended by its day."""
    if not posts.claim(handover, at=at):
        return Handover.objects.with_names().get(pk=handover.pk)
    handover = Handover.objects.with_names().get(pk=handover.pk)
    handover.new, tokens = posts.succeed(handover, at=at)
    if handover.new is None:
        return _void(handover, at=at)
    duties = _move_duties(handover, at=at)
    drafts = move_drafts(handover.old, handover.new)
    notices = _move_notices(handover, duties, at=at)
    handover.facts = {"duties": len(duties), "drafts": drafts, "tokens": tokens, "notices": notices}
    handover.save(update_fields=["new", "facts"])
    people = {"handover": handover.pk, "was": handover.old.person_id, "now": handover.heir_id, "new": handover.new_id}
    Entry.objects.record(by=handover.by, verb="post.handed_over", target=handover.old, at=at, **people, **handover.facts)
    links = {handover.old.person_id: handover.old_id, handover.heir_id: handover.new_id}
    _tell(handover, key=f"handover/{handover.pk}", links=links, at=at)
    return handover


def _void(handover, *, at):
    Handover.objects.filter(pk=handover.pk).update(done_at=None, dropped_at=at)
    Entry.objects.record(by=handover.by, verb="post.handover_dropped", target=handover.old, at=at, handover=handover.pk, ended=True)
    handover.refresh_from_db()
    return handover


def _move_duties(handover, *, at):
    """Open duties name the heir's post from now on. Returns them; each one's journal says who was named before."""
    rows = list(open_duties(handover.old).select_for_update(of=("self",)).from_below())
    for chunk in _chunks([row.pk for row in rows]):
        Assignment.objects.filter(pk__in=chunk).update(owner=handover.new, version=F("version") + 1)
    facts = {"was": handover.old_id, "now": handover.new_id, "handover": handover.pk}
    Entry.objects.record_all([("assignment.owned", row, facts) for row in rows], by=handover.by, at=at)
    return rows


def _move_notices(handover, duties, *, at):
    """What the old holder had not read about these duties the heir is told under the same keys, so never twice. Returns how many."""
    unread = Notice.objects.filter(person=handover.old.person).unread().order_by("pk")
    new = 0
    for links in _chunks([row.get_absolute_url() for row in duties]):
        rows = unread.filter(link__in=links)
        new += Notice.objects.tell_all([_again(notice, handover.heir_id, at=at) for notice in rows])
    return new


def _again(notice, person, *, at):
    told = {name: getattr(notice, name) for name in ("key", "kind", "title", "body", "link")}
    return Notice(person_id=person, at=at, **told)


def _tell(handover, *, key, links, at):
    """Both persons hear of it once. `links`: {person id: the post whose page the notice opens}."""
    with translation.override("vi"):
        facts = {"place": handover.old.place, "day": f"{handover.on:%d/%m/%Y}"}
        title = _("%(place)s changes hands on %(day)s") % facts
        body = _("%(old)s hands over to %(heir)s.") % {"old": handover.old.person, "heir": handover.heir}
        if handover.facts:
            body += " " + _("Open duties: %(duties)s; drafts: %(drafts)s; keys ended: %(tokens)s.") % handover.facts
    notices = [
        Notice(
            person_id=person,
            key=key,
            kind=Notice.Kind.POST,
            title=title[:300],
            body=body,
            link=reverse("post", args=[links[person]]) if person in links else reverse("account"),
            at=at,
        )
        for person in (handover.old.person_id, handover.heir_id)
    ]
    Notice.objects.tell_all(notices)


def _chunks(items):
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
