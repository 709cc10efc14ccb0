"""A post goes from one person to another on a day. Rights follow the post, never the person; the old holder's name stays in history."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgunits.models.people import Person, Post


class HandoverQuerySet(models.QuerySet):
    def standing(self):
        """Handovers nobody has taken back."""
        return self.filter(dropped_at=None)

    def pending(self):
        """Recorded, neither carried out nor taken back."""
        return self.standing().filter(done_at=None)

    def due(self, *, on):
        """At or past their day and not carried out; oldest first. One to an account that was locked meanwhile waits."""
        return self.pending().filter(on__lte=on, heir__is_active=True).order_by("on", "id")

    def claim(self, pk, *, at):
        """True for exactly one caller: a handover is carried out once. Call inside the transaction that carries it out."""
        return self.pending().filter(pk=pk).update(done_at=at) == 1

    def with_names(self):
        return self.select_related("old__person", "old__unit", "new__person", "new__unit", "heir", "by__person", "by__unit")


class Handover(models.Model):
    """The post `old` goes to the person `heir` from the day `on`; carried out, `new` is the heir's post."""

    old = models.ForeignKey(Post, models.PROTECT, related_name="handovers")
    heir = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()  # the heir's first day
    reason = models.TextField(_("reason"), blank=True)
    symbol = models.CharField(_("number of the document"), max_length=60, blank=True)
    new = models.ForeignKey(Post, models.PROTECT, null=True, related_name="taken_over")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)  # what moved, counted

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [models.UniqueConstraint(fields=["old"], name="handover_once", condition=Q(dropped_at=None))]
        indexes = [models.Index(fields=["on"], name="handover_pending", condition=Q(done_at=None, dropped_at=None))]

    def __str__(self):
        return f"{self.old_id} → {self.heir}"

    @property
    def is_pending(self):
        return self.done_at is None and self.dropped_at is None
