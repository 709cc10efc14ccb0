"""A difficulty in a duty's way («khó khăn, vướng mắc»): where it lies, by when an answer is owed there, and every step it took.

It climbs until somebody answers, and is late where it lay when the date passed, never in the unit that raised it (product.md §2).
"""

import uuid
from copy import copy
from datetime import timedelta

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from journal.models import AppendOnly
from orgunits.models import Level, OrgUnit, Post, Role, below
from tasks import ladder
from tasks.models.assignment import Assignment
from tasks.models.progress import Progress


class DifficultyQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Those of own units; for clerks those that lie, or lay on their way up, with their area; the branch a post may read."""
        if post.role == Role.ADMIN:
            return self.none()
        scope = post.scope()
        if scope.is_whole_country:
            return self
        reach = Q(assignment__unit__in=scope.own) | Q(lies_with__in=_held_by(post))
        if post.role == Role.CLERK and _held_by(post):
            above = [scope.area.pk, *(unit.pk for unit in scope.area.chain)]
            reach |= Q(lies_with__in=above, **below(scope.area.path))
        if scope.branch:
            reach |= Q(**below(scope.branch))
        return self.filter(reach)

    def open(self):
        return self.filter(state=Difficulty.State.OPEN)

    def running(self):
        """Open ones whose clock runs: of plans in force, and of duties still to be done, by the unit itself or by one that follows it."""
        followed = Exists(Assignment.objects.filter(moved_from=OuterRef("assignment")).to_do())
        itself = Exists(Assignment.objects.filter(pk=OuterRef("assignment")).to_do())
        rows = self.open().filter(assignment__plan__withdrawn_on=None, assignment__plan__closed_on=None)
        return rows.filter(itself).filter(Q(assignment__ended_on=None) | followed)

    def overdue(self, *, on):
        """Open ones whose answer was owed before the day `on`."""
        return self.open().filter(reply_by__lt=on)

    def near(self, *, on):
        """Running ones whose answer is owed within the first step of the reminders from the day `on`, or was before."""
        return self.running().filter(reply_by__lte=on + timedelta(days=ladder.DIFFICULTY.first))

    def late_somewhere(self, *, on):
        """Overdue on the day `on`, or left late by a level below."""
        left_late = Exists(DifficultyStep.objects.filter(difficulty=OuterRef("pk"), late_days__gt=0))
        return self.filter(Q(state=Difficulty.State.OPEN, reply_by__lt=on) | left_late)

    def lying_with(self, post):
        """Open ones that the post's area owes an answer, for its steering posts and the clerks who prepare it."""
        return self.running().filter(lies_with__in=_held_by(post))

    def next_of(self, post):
        """Those whose next step is the post's unit's: an answer it owes, or an answer it got and has to accept or not."""
        return self.filter(self._next_of(post))

    def _next_of(self, post):
        mine = Q(pk__in=self.model.objects.lying_with(post).values("pk"))
        if post.role in RAISING:
            mine |= Q(state=Difficulty.State.ANSWERED, assignment__unit__in=post.scope().own)
        return mine

    def with_turn(self, post):
        """Annotate `turn`: 0 where the next step is the post's unit's, 1 open elsewhere, 2 answered, 3 over."""
        steps = {Difficulty.State.OPEN: 1, Difficulty.State.ANSWERED: 2}
        whens = [When(self._next_of(post), then=Value(0)), *(When(state=state, then=Value(n)) for state, n in steps.items())]
        return self.annotate(turn=Case(*whens, default=Value(3), output_field=models.SmallIntegerField()))

    def with_names(self):
        return self.select_related(
            *("assignment__task", "assignment__unit", "assignment__plan__document", "assignment__plan__unit"),
            *("lies_with", "by__person", "by__unit"),
        )


class Difficulty(models.Model):
    """Raised by the unit that leads; `lies_with` is the area that owes the answer now, `reply_by` its last day in time."""

    class State(models.TextChoices):
        OPEN = "open", _("awaits an answer")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("settled")
        WITHDRAWN = "withdrawn", _("taken back")

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="troubles")
    path = models.CharField(max_length=32)  # the assignment's
    progress = models.ForeignKey(Progress, models.PROTECT, null=True, related_name="troubles")  # the entry it was raised from
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(_("difficulty"))
    proposal = models.TextField(_("proposal"), blank=True)
    level = models.CharField(_("competent level"), max_length=8, choices=Level)  # as the raiser saw it
    lies_with = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    lies_since = models.DateTimeField()
    reply_by = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    version = models.PositiveIntegerField(default=1)  # the number of its newest step

    objects = DifficultyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["lies_with", "state", "reply_by"], name="difficulty_holder"),
            models.Index(fields=["path", "state"], name="difficulty_branch"),
            models.Index(fields=["reply_by", "id"], name="difficulty_due", condition=Q(state="open")),
        ]

    def __str__(self):
        return f"{self.assignment_id} {self.words[:60]}"

    def get_absolute_url(self):
        return reverse("difficulty", args=[self.pk])

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def is_answered(self):
        return self.state == self.State.ANSWERED

    def is_overdue(self, *, on):
        return self.is_open and self.reply_by < on

    def as_of(self, version):
        """Itself as it lay when `version` was its newest step, to ask who might act then; itself where there is no such step."""
        step = self.steps.filter(n=version).select_related("now_with").first()
        then = copy(self)
        then.lies_with = step.now_with if step else self.lies_with
        return then

    def may_be_answered_by(self, post):
        """The steering posts of the area it lies with; nobody answers what they raised."""
        is_head = post.role == Role.STEERING and self.lies_with_id in _held_by(post)
        return is_head and not self.by.shares_a_hand_with(post)

    def may_be_sent_up_by(self, post):
        """The same, where there is a level above."""
        return self.may_be_answered_by(post) and self.lies_with.parent_id is not None

    def may_be_settled_by(self, post):
        """Officials and clerks of the unit that raised it: they take it back, accept the answer or not."""
        return post.role in RAISING and self.assignment.unit_id in post.scope().own


HOLDING = {Role.STEERING, Role.CLERK}
RAISING = {Role.OFFICIAL, Role.CLERK}


def _held_by(post):
    """Ids of the areas whose difficulties the post deals with: steering posts and clerks of the area itself, predecessors included."""
    scope = post.scope()
    return scope.areas if post.role in HOLDING and scope.area.pk in scope.own else frozenset()


class DifficultyStep(AppendOnly):
    """One step of a difficulty. `by` None: the clock moved it up. `late_days`: how late it left the level it lay with, 0 in time."""

    class Act(models.TextChoices):
        RAISED = "raised", _("raised")
        SENT_UP = "sent_up", _("sent up: above the holder's competence")
        CLIMBED = "climbed", _("moved up: not answered in time")
        ANSWERED = "answered", _("answered")
        REOPENED = "reopened", _("not satisfied with the answer")
        CLOSED = "closed", _("answer accepted")
        WITHDRAWN = "withdrawn", _("taken back")

    difficulty = models.ForeignKey(Difficulty, models.CASCADE, related_name="steps")
    n = models.PositiveIntegerField()
    act = models.CharField(max_length=9, choices=Act)
    was_with = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    now_with = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    was_due_on = models.DateField(null=True)  # the reply-by that held until this step
    reply_by = models.DateField(null=True)  # the one that holds from it on
    late_days = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["difficulty", "n"]
        constraints = [models.UniqueConstraint(fields=["difficulty", "n"], name="difficulty_step_once")]

    def __str__(self):
        return f"{self.difficulty_id} {self.n} {self.act}"

    @property
    def has_moved(self):
        return self.was_with_id is not None and self.was_with_id != self.now_with_id
