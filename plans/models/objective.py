"""What a plan wants to reach, in words; in numbers: plans.models.indicator."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.plan import Plan


class Objective(models.Model):
    """What a plan wants to reach, by horizon."""

    class Horizon(models.TextChoices):
        GENERAL = "general", _("general")
        Y2026 = "2026", "2026"
        Y2030 = "2030", "2030"
        Y2045 = "2045", "2045"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="objectives")
    ref = models.CharField(max_length=40)
    horizon = models.CharField(max_length=8, choices=Horizon)
    heading = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="objective_once")]

    def __str__(self):
        return f"{self.ref} {self.text[:60]}"
