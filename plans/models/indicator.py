"""Indicators: what a plan wants to reach in numbers, how each adds up, and what units stated month by month."""

from decimal import Decimal
from fractions import Fraction

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from journal.models import AppendOnly, AppendOnlyQuerySet
from orgunits.models import Level, OrgUnit, Post, Role, below
from plans.models.plan import Plan
from plans.quantities import written

PERCENT = "%"


class Rollup(models.TextChoices):
    """How the figures below make the figure above. Percentages are never averaged: parts and wholes are added, then divided once."""

    SUM = "sum", _("adds up")
    RATIO = "ratio", _("parts and wholes add up, then are divided")
    MIN = "min", _("the lowest counts")
    MAX = "max", _("the highest counts")
    NONE = "none", _("stated once, never computed")


ROLLUP_REASONS = {
    Rollup.SUM: _("Each unit counts different things, so the counts add up."),
    Rollup.RATIO: _("A large unit weighs more than a small one: an average of percentages would be wrong."),
    Rollup.MIN: _("Every unit must reach the target by itself; the unit farthest from it decides."),
    Rollup.MAX: _("No unit may exceed the target; the unit farthest from it decides."),
    Rollup.NONE: _("It is measured for the whole at once; figures of parts say nothing about it."),
}


class Standing(models.TextChoices):
    """How a figure stands to the target. PARTLY: those who stated reach it, but figures are missing."""

    MET = "met", _("met")
    PARTLY = "partly", _("met where stated, figures missing")
    NOT_YET = "not_yet", _("not yet met")
    NOTHING = "nothing", _("nothing to count")
    NO_DATA = "no_data", _("no figures")


class IndicatorQuerySet(models.QuerySet):
    def visible_to(self, post):
        """As their plans."""
        return self.filter(plan__in=Plan.objects.visible_to(post).order_by().values("pk"))

    def in_force(self):
        return self.filter(plan__issued_on__isnull=False, plan__withdrawn_on=None, plan__closed_on=None)

    def binding(self, area):
        """Of plans of `area` and of the areas above it."""
        paths = [area.path, *(unit.path for unit in area.chain)]
        return self.filter(plan__unit__path__in=paths)


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
    rollup = models.CharField(max_length=5, choices=Rollup, default=Rollup.NONE)
    position = models.PositiveSmallIntegerField()

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "position"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("indicator", args=[self.pk])

    @property
    def target(self):
        """«15 %», «10.000 người»."""
        return self.as_words(self.value)

    def as_words(self, number):
        """A number with the unit of measure, as Vietnamese prints it; None is a dash."""
        return "–" if number is None else f"{written(number)} {self.measure}".strip()

    @property
    def rollup_reason(self):
        return ROLLUP_REASONS[self.rollup]

    @property
    def asks_parts(self):
        """Whether a part and its whole are asked for, from which the percentage follows."""
        return self.measure == PERCENT and (bool(self.denominator) or self.rollup == Rollup.RATIO)

    def is_met_by(self, amount):
        """Whether an exact amount (Fraction, Decimal, int) reaches the target: 1,999 of 2,000 are not 100 %, however they are rounded."""
        amount, target = Fraction(amount), Fraction(self.value)
        return {">=": amount >= target, "<=": amount <= target, "=": amount == target, ">": amount > target}[self.operator]

    @staticmethod
    def rollup_for(*, measure, denominator="", operator=">=", each=False):
        """The Rollup that follows from how a target is worded; `each`: «mỗi đơn vị ít nhất 1», to be reached by every unit.

        A percentage adds up only where its whole is known; ranks, scores and percentages of the country are stated once.
        """
        if each or "/" in measure:
            return Rollup.MAX if operator == "<=" else Rollup.MIN
        if measure == PERCENT:
            return Rollup.RATIO if denominator else Rollup.NONE
        if measure.lower() in {"", "hạng", "điểm", "vị trí"} or operator == "<=":
            return Rollup.NONE
        return Rollup.SUM

    def may_be_valued_by(self, post):
        """Clerks and officials who answer for some unit the plan binds: its own, or one that received it from above."""
        return bool(self.units_valued_by(post)) and Plan.objects.visible_to(post).filter(pk=self.plan_id).exists()

    def units_valued_by(self, post):
        """The units of `post` (own_units) for which it states this indicator, of a plan it reads: the area it answers for comes first.

        What is measured for the whole at once is stated by the plan's own area alone: no commune states the country's rank.
        """
        if post.role not in {Role.CLERK, Role.OFFICIAL} or not self.plan.is_in_force:
            return []
        bound = [unit for unit in own_units(post) if unit.path.startswith(self.plan.unit.path)]
        return [unit for unit in bound if self.rollup != Rollup.NONE or unit.area_id == self.plan.unit_id]


def own_units(post):
    """The units in force for which `post` acts, its area first where it answers for it; read once for each request."""
    if not hasattr(post, "_own_units"):
        rows = OrgUnit.objects.filter(pk__in=post.scope().own, valid_to=None)
        post._own_units = sorted(rows, key=lambda unit: (not unit.is_area, unit.pk != post.unit_id, unit.path))
    return post._own_units


class IndicatorValueQuerySet(AppendOnlyQuerySet):
    def visible_to(self, post):
        """Those of the own area and its bodies; below, for who reads what units below have filed. Administrators have no content.

        trust.md §2, row «monthly report»: a value is a figure of the report.
        """
        if post.role == Role.ADMIN:
            return self.none()
        scope, lower = post.scope(), post.lower_path()
        reach = Q(unit__area__in=scope.areas) | Q(unit__in=scope.own)
        if lower:
            reach |= Q(**{f"unit__{name}": value for name, value in below(lower).items()})
        return self.filter(reach)

    def current(self):
        """The latest word for each indicator, unit and month: nothing corrects it."""
        return self.filter(correction=None)

    def with_names(self):
        return self.select_related("unit", "by__person", "by__unit", "correction")


class IndicatorValue(AppendOnly):
    """What a unit stated for one month. A correction is a new row that points to the one it replaces.

    A first statement and each correction exist once (two constraints), so that of two people at the same time one is told.
    `value` follows from the parts where there are parts; 0 of 0 has none: there was nothing to count.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="indicator_values")
    month = models.DateField()  # the first day of the month that names the period
    numerator = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    source = models.CharField(_("source"), max_length=300)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="correction")
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    token = models.UUIDField(unique=True)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "unit", "month"], condition=Q(corrects=None), name="indicator_value_first"),
        ]
        indexes = [models.Index(fields=["indicator", "unit", "-month"], name="indicator_value_unit")]

    def __str__(self):
        return f"{self.indicator_id} {self.unit_id} {self.month:%m/%Y}: {self.value}"

    @property
    def exact(self):
        """The amount as a Fraction, in percent where there are parts; None where there was nothing to count."""
        return exact(self.numerator, self.denominator, self.value)

    @property
    def shown(self):
        """Cut to two places, as a roll-up's amounts are."""
        return rounded(self.exact, 2)

    @property
    def is_corrected(self):
        return hasattr(self, "correction")


def exact(numerator, denominator, value):
    """A Fraction, in percent of parts where there are any; None for 0 of 0."""
    if denominator is None:
        return None if value is None else Fraction(value)
    return Fraction(numerator) * 100 / Fraction(denominator) if denominator else None


def rounded(amount, places=4):
    """A Fraction as a Decimal cut to `places`, or None. Cut, not rounded: 99.996 must not read as 100."""
    if amount is None:
        return None
    step = 10**places
    return Decimal(amount.numerator * step // amount.denominator) / step


def reads_below(post, unit):
    """Whether the figure computed from the parts of `unit` is for `post`: its own commune, or an area whose branch it reads.

    Of an area above, an official who does not read the branch sees what it states itself, as its report.
    """
    if post.role == Role.ADMIN:
        return False
    lower = post.lower_path()
    own = unit.level == Level.WARD and unit.area_id in post.scope().areas
    return own or bool(lower and unit.path.startswith(lower))


def sees_figures_of(post, unit):
    """Whether a figure of `unit` is for `post` at all."""
    if post.role == Role.ADMIN:
        return False
    return unit.area_id in post.scope().areas or unit.pk in post.scope().own or reads_below(post, unit)
