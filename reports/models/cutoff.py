"""An earlier last day below: so that a superior's own report can hold what the units directly below it report (product.md §5)."""

from datetime import timedelta

from django.db import models

from journal.models import AppendOnly, AppendOnlyQuerySet
from orgunits.models import Level, OrgUnit, Post, Role

MOST_EARLIER = 10  # days before the general close: less would leave a unit no period to report on


class CutoffQuerySet(AppendOnlyQuerySet):
    def days(self, superiors, periods):
        """{(unit id, month): the last day on time for the units directly below}, where it is earlier than the close; one query.

        A word for one period goes before a standing one, of two alike the newer holds.
        """
        months = [one.month for one in periods]
        rows = list(self.filter(unit__in=superiors, first__lte=max(months)).order_by("-is_standing", "pk")) if months else []
        found = {}
        for row in rows:
            found.update({(row.unit_id, one.month): row.last_day(one) for one in periods if row.holds_in(one)})
        return {key: day for key, day in found.items() if day}


class Cutoff(AppendOnly):
    """From the period `first` on, or in it alone, the units directly below `unit` file by `day`; None: by the general close again."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="cutoffs")
    first = models.DateField()  # the month that names the period
    is_standing = models.BooleanField()
    day = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    token = models.UUIDField(unique=True)

    objects = CutoffQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.unit_id} {self.first:%Y-%m} {self.day}"

    def holds_in(self, of_period):
        return self.first == of_period.month or (self.is_standing and self.first < of_period.month)

    def last_day(self, of_period):
        """Its day in the period, or None where that is the close or later."""
        day = self.day and of_period.month.replace(day=self.day)
        return day if day and day < of_period.closes else None

    @staticmethod
    def may_be_set_by(post):
        """The steering committee of the Centre or of a province, for the areas directly below."""
        return post.role == Role.STEERING and post.unit.is_area and post.unit.level != Level.WARD


def last_days(units, periods):
    """{(unit id, month): the last day on time}, for every one of `units` in every one of `periods`: the one place that knows it.

    Of a filed report the day that held when it was filed counts (MonthlyReport.last_day). One query.
    """
    earlier = Cutoff.objects.days({unit.parent_id for unit in units}, periods)
    return {(unit.pk, one.month): earlier.get((unit.parent_id, one.month), one.closes) for unit in units for one in periods}


def last_day(unit, of_period):
    return last_days([unit], [of_period])[unit.pk, of_period.month]


def choices(of_period):
    """The days a superior may choose in a period, the earliest first."""
    return [of_period.closes - timedelta(days=back) for back in range(min(MOST_EARLIER, of_period.closes.day - 1), 0, -1)]
