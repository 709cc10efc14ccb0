"""The numbers: one function for one unit and day, called by dashboard, report, PDF and API alike."""

from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Max, Min, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Substr

from orgunits.models import STEP, Level, OrgUnit, Succession
from plans import period
from plans.models import Plan
from tasks.models import Assignment, Part
from tasks.models.assignment import LATE_ORIGINALLY, hanging
from tasks.models.tally import Tally

DUE_NEXT = 8


def duties_of(unit, *, on=None):
    """Lead assignments live now (or on the day `on`) that a unit's report speaks of: those of its own plans, and those its bodies lead."""
    rows = Assignment.objects.live() if on is None else Assignment.objects.live_on(on)
    every = Assignment.objects.order_by().values("pk")
    # Either way has an index; «or» over two joined tables has none and reads the assignments of the whole country for each ward's report.
    own = every.filter(plan__unit=unit).union(every.filter(unit__area=unit))
    return rows.leads().filter(pk__in=own).exclude(plan__issued_on=None)


def whole_branch(unit, *, post, on=None):
    """Lead assignments at and under `unit` within the post's reach, live now (or on the day `on`): what a dashboard counts."""
    rows = Assignment.objects.visible_to(post)
    rows = rows.live() if on is None else rows.live_on(on)
    return rows.reporting().within(unit).exclude(plan__issued_on=None)


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
        n=Count("pk"), waiting=Count("awaits_since"), late_originally=Count("pk", LATE_ORIGINALLY), hanging=Count("pk", hanging(on=on))
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
    """Areas in force on the day `on` that owe a report: those with a plan in force or a lead assignment of theirs or their bodies then.

    Of a period its last day decides: a unit that ended before owes that report no more, whoever follows it reports everything after.
    Of a plan closed in the period the report is still owed, and no later one.
    """
    return OrgUnit.objects.areas().in_force(on=on).filter(_owes(on, since=period.holding(on).opens))


def months_owed(unit, months, *, on):
    """Those of `months` (Periods) whose report the area owes, as unit_owes_report() has it; of months to come as of today, the day `on`.
    One query."""
    if not months:
        return []
    owes = [_owes(min(one.closes, on), since=one.opens) for one in months]
    asked = {f"owed_{n}": ExpressionWrapper(condition, BooleanField()) for n, condition in enumerate(owes)}
    found = OrgUnit.objects.filter(pk=unit.pk).annotate(**asked).values_list(*asked).get()
    return [one for one, is_owed in zip(months, found, strict=True) if is_owed and unit.was_in_force(on=one.closes)]


def ever_owing(on):
    """The same, with those whose plans were all closed: they owed reports once."""
    return OrgUnit.objects.areas().in_force(on=on).filter(_owes(on))


def ended_units_owing(on):
    """Areas that ended before the day `on` and owed reports on their own last day (unit_owes_report); one query."""
    return OrgUnit.objects.areas().filter(_owes(OuterRef("valid_to")), valid_to__lt=on)


def _owes(on, *, since=date.min):
    """The condition of all, without plans closed before the day `since`; a plan nobody leads a duty of asks for no report. Asked of each
    area by index: for the areas below one unit it reads their rows and no others."""
    led = Assignment.objects.live_on(on).leads().exclude(plan__issued_on=None).exclude(plan__closed_on__lt=since)
    in_force = Q(withdrawn_on=None) | Q(withdrawn_on__gt=on)
    given = {"assignments__part__in": [Part.LEAD, Part.CO_LEAD], "assignments__joined_on__lte": on}
    planned = Plan.objects.filter(in_force, unit=OuterRef("pk"), issued_on__lte=on, **given).exclude(closed_on__lt=since)
    return Exists(led.filter(unit__area=OuterRef("pk"))) | Exists(planned)


def units_reporting_to(unit, *, on):
    """The areas directly below `unit` that owe a report."""
    return unit_owes_report(on).filter(parent=unit).order_by("name_key", "pk")


def is_above_wards(unit):
    return unit.level in {Level.CENTRAL, Level.PROVINCE}


def days_of_duties(units=None):
    """{unit id: (first day of a duty its report speaks of, ended since or not; the day the last of their plans was closed or withdrawn, or
    date.max)}, for `units` (None: every area); two queries."""
    leads = Assignment.objects.leads().exclude(plan__issued_on=None).order_by()
    found = {}
    for owner in ("unit__area", "plan__unit"):
        asked = leads if units is None else leads.filter(**{f"{owner}__in": units})
        spans = asked.values_list(owner).annotate(
            first=Min("joined_on"), last=Max(Coalesce("plan__closed_on", "plan__withdrawn_on", Value(date.max)))
        )
        for pk, first, last in spans:
            known = found.get(pk, (first, last))
            found[pk] = min(first, known[0]), max(last, known[1])
    return found


def own_entries_of(unit, *, on):
    """Ids of the areas whose entries a unit's report takes: its own, and those of areas it follows as main successor since the day `on`
    or earlier (model.md «Merge»)."""
    links = Succession.objects.in_effect().filter(position=0, change__on__lte=on)
    found, edge = {unit.pk}, {unit.pk}
    while edge:
        edge = set(links.filter(new__in=edge).values_list("old", flat=True)) - found
        found |= edge
    return found
