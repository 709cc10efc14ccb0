"""What a plan wants to reach: objectives in words, indicators in numbers."""

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


class Indicator(models.Model):
    """A measurable target: operator, value, unit of measure, year, firm or aspirational («phấn đấu»)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="indicators")
    ref = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=400)
    operator = models.CharField(max_length=2, choices=[(">=", "≥"), ("<=", "≤"), ("=", "="), (">", ">")])
    value = models.DecimalField(max_digits=14, decimal_places=2)
    measure = models.CharField(max_length=40, blank=True)
    is_firm = models.BooleanField(default=True)
    numerator = models.CharField(max_length=300, blank=True)
    denominator = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["plan", "position"]

    def __str__(self):
        return self.name

    @property
    def target(self):
        """«15 %», «10.000 người»."""
        whole = self.value == self.value.to_integral_value()
        number = f"{self.value:,.0f}".replace(",", ".") if whole else str(self.value.normalize()).replace(".", ",")
        return f"{number} {self.measure}".strip()
