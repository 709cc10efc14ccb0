"""Words about a duty that nobody has sent yet: kept on the server, so that they survive a killed browser and move from phone to desk.

Drafts are not journaled: the journal holds what was said, and these words are not said until they are sent. They are one post's own.
"""

import uuid
from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from orgunits.models import Post
from tasks.models.assignment import Assignment
from tasks.models.states import StaleWrite, State

OVER = [State.DONE, State.DROPPED, State.NOT_APPLICABLE]  # a pause ends again
STAYS = timedelta(days=7)  # how long words about a duty that takes no more entries can still be read
KEPT = timedelta(days=90)  # three reports: words untouched for so long describe no period any more
CHOSEN = {"answer", "says", "percent", "spoken_for"}  # fields that hold no sentences
LONGEST = 40_000  # characters of all fields of one draft together; the form's own limits add up to a quarter


class TooLong(ValueError):
    """The words are longer than a draft may be; nothing was kept."""


class ProgressDraftQuerySet(models.QuerySet):
    def visible_to(self, post):
        return self.filter(post=post)

    @transaction.atomic
    def keep(self, assignment, *, by, at, fields, page, step=None, stamp="", seen=0):
        """Keep what stands in a form: `fields` {name: text} of the page `page` (its token). Returns the draft, None where nothing is left.

        `step` counts up within one page, so that a save overtaken by a later one changes nothing (None: always the latest). `stamp`
        is the draft the page began with, `seen` the newest act it showed. Raises StaleWrite where another window has kept words
        this one never saw, and TooLong.
        """
        fields = {name: _storable(value) for name, value in fields.items()}
        if sum(len(name) + len(str(value)) for name, value in fields.items()) > LONGEST:
            raise TooLong
        # The lock orders a late save behind the entry made of the same words: it must not bring them back.
        assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
        draft = self.filter(post=by, assignment=assignment).first()
        if assignment.progress.filter(token=page).exists():
            return draft
        if draft and not draft.gives_way_to(page, stamp):
            raise StaleWrite
        if draft and draft.page == page and step is not None and step <= draft.step:
            return draft
        if not fields:
            self.filter(post=by, assignment=assignment).delete()
            return None
        step = int(at.timestamp() * 1000) if step is None else step
        kept, _new = self.update_or_create(
            post=by, assignment=assignment, defaults={"fields": fields, "page": page, "step": step, "seen": seen, "saved_at": at}
        )
        return kept

    def end(self, *, by, assignment, page=None, stamp=""):
        """Let go of the draft whose words were sent or thrown away: that of the page `page`, or `stamp`. Returns how many went.

        A draft kept meanwhile in another window stays: nobody has sent its words.
        """
        return self.filter(post=by, assignment=assignment).filter(Q(page=page) | Q(**_parts(stamp))).delete()[0]

    @transaction.atomic
    def hand_over(self, old, new):
        """Give the drafts of one post to another. Where both wrote about a duty the words of the old holder stand below the new one's."""
        own = {draft.assignment_id: draft for draft in self.filter(post=new).select_for_update()}
        for draft in self.filter(post=old).select_for_update():
            kept = own.get(draft.assignment_id)
            if kept is None:
                self.filter(pk=draft.pk).update(post=new)
            else:
                self.filter(pk=kept.pk).update(fields=_together(kept.fields, draft.fields), page=uuid.uuid4())
                draft.delete()

    def outlived(self, *, at):
        """Drafts that can no longer become an entry: of duties ended, confirmed or taken off, or untouched for KEPT."""
        ended = Q(assignment__ended_on__isnull=False) | Q(assignment__state__in=OVER)
        closed = Q(assignment__plan__closed_on__isnull=False) | Q(assignment__plan__withdrawn_on__isnull=False)
        return self.filter((ended | closed) & Q(saved_at__lt=at - STAYS) | Q(saved_at__lt=at - KEPT))

    def clear(self, *, at):
        """Remove what is outlived. Returns how many."""
        return self.filter(pk__in=list(self.outlived(at=at).values_list("pk", flat=True))).delete()[0]


class ProgressDraft(models.Model):
    """What one post has typed about one duty and not sent: {field: text}, and which page kept it last."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="progress_drafts")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="progress_drafts")
    fields = models.JSONField(default=dict)
    page = models.UUIDField(default=uuid.uuid4)
    step = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)  # the newest act in the journal its page showed
    saved_at = models.DateTimeField(default=timezone.now)

    objects = ProgressDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["post", "assignment"], name="progress_draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="progress_draft_saved")]

    def __str__(self):
        return f"{self.post_id} {self.assignment_id}"

    @property
    def stamp(self):
        """Names this very state of the draft; a page that shows it carries it along."""
        return f"{self.page}:{self.step}"

    @property
    def texts(self):
        """What is written in it, without what was merely chosen."""
        return [value for name, value in self.fields.items() if value and name not in CHOSEN]

    def gives_way_to(self, page, stamp):
        """Whether a page may keep its own words in this one's place: it kept these itself, or it began with them."""
        return self.page == page or stamp == self.stamp


def _storable(value):
    """PostgreSQL's JSON holds no NUL."""
    return value.replace("\0", "") if isinstance(value, str) else value


def _parts(stamp):
    """{page, step} of a stamp; of one that makes no sense a pair no draft has."""
    page, _colon, step = stamp.partition(":")
    try:
        return {"page": uuid.UUID(page), "step": int(step[:18])}
    except ValueError:
        return {"page": None, "step": None}


def _together(fields, others):
    """Two drafts as one: of each field the words of both, the first where they agree."""
    pairs = {name: [text for text in (fields.get(name), others.get(name)) if text] for name in [*fields, *others]}
    return {name: texts[0] if name in CHOSEN or len(set(texts)) < 2 else "\n".join(texts) for name, texts in pairs.items() if texts}
