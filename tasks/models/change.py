"""What changed after a plan was issued: dates, duties, and who declared that a duty does not concern it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from journal.models import AppendOnly
from orgunits.models import OrgUnit, Post, Role, below
from plans.models import Amendment
from tasks.models.answer import Answer
from tasks.models.task import Task


class DueChange(AppendOnly):
    """One answer's date moved. The first date stays in `Answer.due_originally_on`; the newest row's id arms the reminders."""

    class Cause(models.TextChoices):
        EXTENDED = "extended", _("extended by a document")
        DATED = "dated", _("dated by the superior's plan")
        FOLLOWED = "followed", _("the superior's date moved")
        UNDATED = "undated", _("the superior's date fell away")

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="changes")
    was = models.DateField(null=True)
    now = models.DateField(null=True)
    cause = models.CharField(max_length=10, choices=Cause)
    source = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+")  # the superior's duty that gave or took the date
    amendment = models.ForeignKey(Amendment, models.PROTECT, null=True, related_name="due_changes")
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["answer", "id"]

    def __str__(self):
        return f"{self.was} → {self.now}"


class TaskChange(AppendOnly):
    """One duty added, ended, reworded, given another date or rhythm for all by an amendment. `was` and `now`: JSON of the fields."""

    class Kind(models.TextChoices):
        ADDED = "added", _("added")
        ENDED = "ended", _("taken out")
        REWORDED = "reworded", _("reworded")
        LEADS = "leads", _("other leads")
        DATES = "dates", _("another date")
        CADENCE = "cadence", _("another rhythm of reporting")

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="task_changes")
    task = models.ForeignKey(Task, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind)
    was = models.JSONField(default=dict)
    now = models.JSONField(default=dict)

    class Meta:
        ordering = ["amendment", "id"]

    def __str__(self):
        return f"{self.task_id} {self.kind}"


class NotApplicableQuerySet(models.QuerySet):
    def standing(self):
        """Waiting or accepted: neither refused nor withdrawn."""
        return self.filter(models.Q(accepted=None) | models.Q(accepted=True), withdrawn_at=None)

    def waiting(self):
        return self.filter(accepted=None, withdrawn_at=None)

    def visible_to(self, post):
        """Those of the own area, and of the areas below for who reads below (as issued plans are)."""
        if post.role == Role.ADMIN:
            return self.none()
        reach, lower = models.Q(unit=post.scope().area), post.lower_path()
        if lower:
            reach |= models.Q(**{f"unit__{name}": value for name, value in below(lower).items()})
        return self.filter(reach)


class NotApplicable(models.Model):
    """An area declares that a superior's duty does not concern it («không áp dụng»); the superior accepts it or not."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="not_applicable")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="not_applicable")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    accepted = models.BooleanField(null=True)  # None: waits for the superior's word
    verdict = models.TextField(_("reason"), blank=True)
    judged_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = NotApplicableQuerySet.as_manager()

    class Meta:
        ordering = ["task", "unit__path", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "unit"],
                name="not_applicable_once",
                condition=models.Q(withdrawn_at=None) & (models.Q(accepted=None) | models.Q(accepted=True)),
            )
        ]

    def __str__(self):
        return f"{self.task_id} {self.unit_id}"

    @property
    def is_waiting(self):
        return self.accepted is None and self.withdrawn_at is None

    @property
    def stands(self):
        return self.withdrawn_at is None and self.accepted is not False

    @property
    def word(self):
        """What became of it, in words."""
        if self.withdrawn_at:
            return _("withdrawn")
        return {None: _("awaits a word"), True: _("accepted"), False: _("not accepted")}[self.accepted]

    def may_be_withdrawn_by(self, post):
        """Clerks and steering posts of the area that declared."""
        return self.stands and post.role in {Role.CLERK, Role.STEERING} and post.unit_id == self.unit_id
