"""A duty put off: paused for a time, or not to be done («tạm dừng», «không thực hiện»)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgunits.models import Post
from tasks.models.assignment import Assignment
from tasks.models.states import State


class HaltQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(accepted=None, withdrawn_at=None)

    def holding(self):
        """Those that stop a clock now."""
        return self.filter(accepted=True, resumed_at=None)

    def of_running(self):
        """Those of duties that have not ended, in plans in force."""
        return self.filter(assignment__ended_on=None, assignment__plan__withdrawn_on=None, assignment__plan__closed_on=None)

    def standing(self):
        """Waiting, or stopping a clock."""
        return self.filter(STANDING)

    def visible_to(self, post):
        return self.filter(assignment__in=Assignment.objects.visible_to(post))

    def to_be_judged_by(self, post):
        """Requests that wait for this steering post; never what the same person asked for."""
        rows = Assignment.objects.confirmed_by(post).leads().filter(plan__issued_on__isnull=False)
        return self.waiting().filter(assignment__in=rows).of_other_hands(post)

    def of_other_hands(self, post):
        """Those `post` shares no hand with (Post.shares_a_hand_with)."""
        return self.exclude(Q(by__person__in=post.hands) | Q(by__deputises__person__in=post.hands))

    def with_duties(self):
        """Oldest first, with what a list shows."""
        names = ("by__person", "by__unit", "assignment__task", "assignment__unit", "assignment__plan__document")
        return self.select_related(*names).order_by("at", "pk")

    def with_names(self):
        return self.select_related(
            "by__person", "by__unit", "judged_by__person", "judged_by__unit", "resumed_by__person", "resumed_by__unit"
        )


STANDING = Q(withdrawn_at=None, resumed_at=None) & (Q(accepted=None) | Q(accepted=True))


class Halt(models.Model):
    """A unit asks to pause or drop a duty, or the confirming side orders it. Only accepted does it stop the clock (model.md §2).

    `until` is the last day of a pause; without one it lasts until somebody resumes it. What is ordered is accepted by who orders it.
    """

    class Kind(models.TextChoices):
        PAUSE = "pause", _("pause")
        DROP = "drop", _("not to be done")

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="halts")
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.TextField(_("reason"))
    document = models.CharField(_("by the document"), max_length=200, blank=True)
    until = models.DateField(_("until the day"), null=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    token = models.UUIDField(unique=True)
    accepted = models.BooleanField(null=True)  # None: waits for the superior's word
    verdict = models.TextField(_("reason"), blank=True)
    judged_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    resumed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")  # None: its last day passed
    resumed_at = models.DateTimeField(null=True)
    resumed_why = models.TextField(_("reason"), blank=True)

    objects = HaltQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["assignment"], name="halt_once", condition=STANDING)]
        indexes = [
            models.Index(fields=["at"], name="halt_waiting", condition=Q(accepted=None, withdrawn_at=None)),
            models.Index(fields=["until"], name="halt_until", condition=Q(accepted=True, resumed_at=None)),
        ]

    def __str__(self):
        return f"{self.assignment_id} {self.kind}"

    @property
    def state(self):
        """The state it gives the duty while it holds."""
        return State.PAUSED if self.kind == self.Kind.PAUSE else State.DROPPED

    @property
    def is_waiting(self):
        return self.accepted is None and self.withdrawn_at is None

    @property
    def holds(self):
        return self.accepted is True and self.resumed_at is None

    @property
    def was_ordered(self):
        return self.judged_by_id == self.by_id and self.judged_at == self.at

    @property
    def word(self):
        """What became of it, in words."""
        if self.withdrawn_at:
            return _("withdrawn") if self.withdrawn_by_id else _("closed, the unit changed")
        if self.resumed_at:
            return _("resumed")
        if self.was_ordered:
            return _("ordered from above")
        return {None: _("awaits a word"), True: _("accepted"), False: _("not accepted")}[self.accepted]

    def may_be_judged_by(self, post):
        """The confirming side; nobody judges what they asked for."""
        return self.is_waiting and not self.by.shares_a_hand_with(post) and self.assignment.may_be_judged_by(post)

    def may_be_withdrawn_by(self, post):
        """Who asked, and whoever else logs for the unit."""
        return self.is_waiting and self.assignment.is_answered_by(post)
