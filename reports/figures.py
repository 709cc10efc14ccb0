"""The numbers: one function for one unit and day, called by dashboard, report, PDF and API alike."""

from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.db.models.functions import Substr

from orgunits.models import STEP, Level, OrgUnit
from tasks.models import Assignment
from tasks.models.assignment import LATE_ORIGINALLY
from tasks.models.tally import Tally

DUE_NEXT = 8


def duties_of(unit):
    """Live lead assignments a unit's report speaks of: duties of its own plans, and duties its own bodies lead."""
    return Assignment.objects.live().leads().filter(Q(plan__unit=unit) | Q(unit__area=unit)).exclude(plan__issued_on=None)


def whole_branch(unit, *, post):
    """Live lead assignments at and under `unit` within the post's reach: what a dashboard counts."""
    return Assignment.objects.visible_to(post).live().reporting().within(unit).exclude(plan__issued_on=None)


@dataclass(frozen=True)
class Line:
    """One unit below and its Tally."""

    unit: OrgUnit
    tally: Tally


def by_unit_below(assignments, unit, *, on):
    """Lines for the units directly under `unit` that have duties, and for the unit itself; in two queries.

    Each line counts everything under its unit. Sorted by share confirmed, lowest first.
    """
    depth = len(unit.path) + STEP
    rows = assignments.order_by().timed(on=on).annotate(below=Substr("path", 1, depth))
    counts = rows.values("below", "state", "timeliness", "silent", "clock").annotate(
        n=Count("pk"), waiting=Count("awaits_since"), late_originally=Count("pk", LATE_ORIGINALLY)
    )
    grouped = {}
    for row in counts:
        grouped.setdefault(row.pop("below"), []).append(row)
    units = OrgUnit.objects.select_related("area").in_bulk(list(grouped), field_name="path")
    lines = [Line(units[path], Tally(rows)) for path, rows in grouped.items()]
    return sorted(lines, key=lambda line: (line.tally.done_share is None, line.tally.done_share or 0, line.unit.name_key))


def total(lines):
    """One Tally of everything that the lines count; asking the rows again would read the whole country twice."""
    return Tally([row for line in lines for row in line.tally.rows])


def unit_owes_report(on):
    """Areas that owe a report: those with a plan in force or a live lead assignment of theirs or their bodies by `on`."""
    led = Assignment.objects.live().leads().filter(joined_on__lte=on).exclude(plan__issued_on=None).values("unit__area")
    return (
        OrgUnit.objects.areas()
        .filter(Q(pk__in=led) | Q(plans__issued_on__lte=on, plans__withdrawn_on=None, plans__tasks__isnull=False))
        .distinct()
    )


def units_reporting_to(unit, *, on):
    """The areas directly below `unit` that owe a report."""
    return unit_owes_report(on).filter(parent=unit).order_by("name_key", "pk")


def is_above_wards(unit):
    return unit.level in {Level.CENTRAL, Level.PROVINCE}


def first_days(units=None):
    """{unit id: the day of the first duty its report speaks of}, for `units` (None: every area of the country); two queries."""
    leads = Assignment.objects.live().leads().exclude(plan__issued_on=None).order_by()
    found = {}
    for owner in ("unit__area", "plan__unit"):
        asked = leads if units is None else leads.filter(**{f"{owner}__in": units})
        for pk, day in asked.values_list(owner).annotate(first=Min("joined_on")):
            found[pk] = min(day, found.get(pk, day))
    return found
