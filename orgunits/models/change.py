"""Units over time: merged, split, renamed, closed, each by a document and from a day on; nothing before that day is rewritten."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgunits.models.people import Post
from orgunits.models.unit import OrgUnit


class UnitChange(models.Model):
    """A dated act on the tree. A wrong one is put right by a later one that `corrects` it, never by editing."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("merged")
        SPLIT = "split", _("split")
        RENAME = "rename", _("renamed")
        CLOSE = "close", _("closed")
        RESTORE = "restore", _("restored")

    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()  # the first day of the new order
    document = models.ForeignKey("plans.Document", models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    facts = models.JSONField(default=dict)  # names before and after, what was asked for
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self):
        return f"{self.kind} {self.on}"


class Succession(models.Model):
    """`new` follows `old` by a change; `new` is empty where a unit is closed without a successor."""

    change = models.ForeignKey(UnitChange, models.PROTECT, related_name="successions")
    old = models.ForeignKey(OrgUnit, models.PROTECT, related_name="followed_by")
    new = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="follows")
    position = models.PositiveSmallIntegerField(default=0)  # 0 is the main successor, who takes what names the old unit alone

    class Meta:
        ordering = ["change", "old", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["change", "old", "new"], name="succession_once")]

    def __str__(self):
        return f"{self.old_id} → {self.new_id}"


class FormerTerm(models.Model):
    """An earlier time in which a unit was in force, kept where it came back."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="former_terms")
    since = models.DateField(null=True)
    until = models.DateField()

    class Meta:
        ordering = ["unit", "until", "id"]

    def __str__(self):
        return f"{self.unit_id} {self.since}–{self.until}"
