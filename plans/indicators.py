"""What an indicator comes to at a unit: what it stated itself, and what follows from those below it, level by level.

A value holds for its month, and a trend shows gaps. Where figures are put together, each unit's latest word up to that month counts,
if it is not older than twelve months: many targets are counted once or twice a year. How many words are of the month itself is said.
Where a unit stated a figure of its own, that one goes up; what its parts come to is shown beside it.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property

from orgunits.models import STEP, Level, OrgUnit, below
from plans import period
from plans.models import IndicatorValue, Rollup, Standing
from plans.models.indicator import exact, reads_below, rounded, sees_figures_of

HOLDS = 12  # months for which a value still counts above
PLAIN = ("indicator", "unit__path", "month", "numerator", "denominator", "value", "unit__valid_to")


@dataclass(frozen=True)
class Amount:
    """What was counted: a part and its whole, or one value. `newest` and `oldest` months of the `n` statements in it."""

    numerator: object
    denominator: object
    value: object
    newest: date
    oldest: date
    n: int = 1

    @cached_property
    def exact(self):
        return exact(self.numerator, self.denominator, self.value)

    @property
    def shown(self):
        """Cut to two places; None where there was nothing to count."""
        return rounded(self.exact, 2)


@dataclass
class Figure:
    """A unit in a month: `stated` by itself, `computed` from its parts, in which `covered` of its `total` lowest areas are held."""

    stated: Amount | None = None
    computed: Amount | None = None
    covered: int = 0
    total: int = 0
    parts: dict = field(default_factory=dict)  # path of a unit directly below: its Figure

    @property
    def amount(self):
        """What goes up from here."""
        return self.stated or self.computed

    @property
    def held(self):
        """How many of the lowest areas the amount speaks for: what a unit states itself speaks for all of it."""
        return self.total if self.stated else self.covered

    @property
    def is_whole(self):
        """Whether nothing is missing. What bodies of one commune state never tells whether others should have."""
        return self.stated is not None or (self.total > 1 and self.covered >= self.total)

    def standing(self, indicator):
        """The Standing to the target. What is missing may still spoil a share or a lowest value, never a sum that is reached."""
        if self.amount is None:
            return Standing.NO_DATA
        if self.amount.exact is None:
            return Standing.NOTHING
        if not indicator.is_met_by(self.amount.exact):
            return Standing.NOT_YET
        is_safe = self.is_whole or (indicator.rollup == Rollup.SUM and indicator.operator in {">=", ">"})
        return Standing.MET if is_safe else Standing.PARTLY


def put_together(rollup, amounts):
    """The Amount that several make, or None. Sums of parts over sums of wholes: never an average of percentages."""
    if rollup == Rollup.NONE or not amounts:
        return None
    if rollup == Rollup.RATIO:
        amounts = [one for one in amounts if one.denominator is not None]
        if not amounts:
            return None
        return _made(amounts, numerator=sum(one.numerator for one in amounts), denominator=sum(one.denominator for one in amounts))
    counted = [one.value if one.denominator is None else one.exact for one in amounts]
    counted = [one for one in counted if one is not None]
    if not counted:
        return _made(amounts)
    return _made(amounts, value={Rollup.SUM: sum, Rollup.MIN: min, Rollup.MAX: max}[rollup](counted))


def _made(amounts, *, numerator=None, denominator=None, value=None):
    newest, oldest = max(one.newest for one in amounts), min(one.oldest for one in amounts)
    return Amount(numerator, denominator, value, newest, oldest, sum(one.n for one in amounts))


def climb(rollup, stated, *, root, whole):
    """The Figure of the unit at path `root`, its parts within it. `stated`: {path: Amount}; `whole`: the Areas under it."""
    figures = {path: Figure(stated=amount) for path, amount in stated.items()}
    for path in stated:
        for end in range(len(root), len(path), STEP):
            figures.setdefault(path[:end], Figure())
    for path in sorted(figures, key=len, reverse=True):
        figure = figures[path]
        figure.computed = put_together(rollup, [part.amount for part in figure.parts.values() if part.amount])
        figure.total = whole[path]
        below_it = sum(part.held for part in figure.parts.values())
        figure.covered = int(figure.computed is not None) if path in whole.lowest else below_it
        if path != root:
            figures[path[:-STEP]].parts[path] = figure
    return figures[root] if root in figures else Figure(total=whole[root])


class Areas(dict):
    """{path: how many of the lowest areas lie at or under it}, made from the paths of those."""

    def __init__(self, areas=()):
        super().__init__()
        self.lowest = set(areas)
        for path in self.lowest:
            for end in range(STEP, len(path) + 1, STEP):
                self[path[:end]] = self.get(path[:end], 0) + 1

    def __missing__(self, path):
        return 0


def lowest_areas(unit, *, on):
    """The Areas of the communes at and under `unit` in force on the day `on`; one query."""
    rows = OrgUnit.objects.areas().in_force(on=on).filter(level=Level.WARD, **below(unit.path))
    return Areas(rows.values_list("path", flat=True))


def figures(indicators, unit, *, month):
    """{indicator id: Figure} of `unit` for the period named by `month`; two queries, however many indicators and units."""
    if not indicators:
        return {}
    amounts = _amounts(_latest(indicators, unit, month=month), month)
    whole = lowest_areas(unit, on=period.of_month(month).closes)
    return {one.pk: climb(one.rollup, amounts[one.pk], root=unit.path, whole=whole) for one in indicators}


def place_of(post, plan):
    """The unit whose figure a post sees first: its own area where the plan binds it, else the plan's."""
    area = post.scope().area
    return area if area.path.startswith(plan.unit.path) else plan.unit


def figures_for(post, indicators, unit, *, month):
    """The figures of `unit` as far as `post` may read them: nothing, what it stated, or also what its parts come to."""
    if unit is None or not indicators or not sees_figures_of(post, unit):
        return {one.pk: Figure() for one in indicators}
    found = figures(indicators, unit, month=month)
    return found if reads_below(post, unit) else {pk: Figure(stated=figure.stated) for pk, figure in found.items()}


def of_plan(plan, post, *, on):
    """[(indicator, Figure, Standing)] of a plan on the day `on`, for the unit that `post` sees first."""
    rows = list(plan.indicators.all())
    found = figures_for(post, rows, place_of(post, plan), month=period.holding(on).month)
    return [(row, found[row.pk], found[row.pk].standing(row)) for row in rows]


def trend(indicator, unit, *, until, months=12):
    """[(month, stated in that very month or None, computed from below or None)], the oldest first; one query."""
    first = period.add_months(until, 1 - months)
    rows = _standing([indicator], unit, since=period.add_months(first, 1 - HOLDS), until=until)
    rows = deque(rows.order_by("month").values_list(*PLAIN))
    line, held, whole = [], {}, Areas()
    for month in (period.add_months(first, n) for n in range(months)):
        while rows and rows[0][2] <= month:
            row = rows.popleft()
            held[row[1]] = row
        amounts = _amounts(held.values(), month)[indicator.pk]
        own = amounts.pop(unit.path, None)
        computed = climb(indicator.rollup, amounts, root=unit.path, whole=whole).computed
        line.append((month, own if own and own.newest == month else None, computed))
    return line


def _standing(indicators, unit, *, since, until):
    """What stands at and under a unit. The country is not asked for its units: every one lies under it."""
    rows = IndicatorValue.objects.current().filter(indicator__in=[one.pk for one in indicators], month__gte=since, month__lte=until)
    return rows if len(unit.path) == STEP else rows.filter(unit__in=OrgUnit.objects.within(unit).order_by().values("pk"))


def _latest(indicators, unit, *, month):
    """The latest word of each unit up to `month` that still holds, as plain columns: whole rows of a country would take seconds."""
    rows = _standing(indicators, unit, since=period.add_months(month, 1 - HOLDS), until=month)
    later = IndicatorValue.objects.filter(
        indicator=OuterRef("indicator"), unit=OuterRef("unit"), month__gt=OuterRef("month"), month__lte=month
    )
    return rows.filter(~Exists(later)).order_by().values_list(*PLAIN)


def _amounts(rows, month):
    """{indicator id: {path: Amount}} of the rows whose month still holds and whose unit is in force at the close of `month`."""
    first, closes = period.add_months(month, 1 - HOLDS), period.of_month(month).closes
    amounts = defaultdict(dict)
    for indicator, path, said, numerator, denominator, value, ended in rows:
        if said >= first and (ended is None or ended >= closes):
            amounts[indicator][path] = Amount(numerator, denominator, value, said, said)
    return amounts
