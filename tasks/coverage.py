"""Coverage: which duties of a plan the areas below have taken up, and which not. Every pair of duty and area is one of four kinds.

    taken up   a duty of one of the area's issued plans continues it: directly, or through a duty of a plan between the two
    declared   the area says that it does not concern it («không áp dụng»): the superior's word is awaited, or it was accepted
    missing    the area has issued a plan under this one, and no duty of it continues this one
    no plan    the area has issued no plan under this one

A duty *binds* an area that leads it, itself or through the body by which it answers, and an area whose province leads it as a member
of a group («các bộ, ngành, địa phương» holds Khánh Hòa, and Ba Ngòi with it); given to one province by name it binds no ward. What
does not bind an area is no cell. Everything is answered for a day: links, plans, units and declarations as they stood at its end. Ids are
loaded in a few flat queries and joined in sets: a country is 43,000 cells.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from orgunits.models import AREAS, PREFIX, STEP, Level, OrgUnit, below
from plans import period
from plans.models import Plan
from tasks.models import Assignment, NotApplicable, ParentLink, Task

LEVELS = list(Level)


class Cell(models.TextChoices):
    TAKEN = "taken", _("taken up")
    DECLARED = "declared", _("declared not applicable")
    MISSING = "missing", _("plan issued without counterpart")
    NO_PLAN = "no_plan", _("no plan yet")


class Area(NamedTuple):
    """A unit as a row of the matrix."""

    pk: int
    path: str
    level: str
    kind: str
    code: str
    name: str

    @property
    def full_name(self):
        prefix = PREFIX.get(self.kind)
        return f"{prefix} {self.name}" if prefix else self.name


# What binds, and what continues


def binding_duties(plan, level=None, *, on, unit=None):
    """The duties of `plan` that on the day `on` bind areas of `level`, or the one area `unit`; a list of Task in the plan's order."""
    bound = _addresses(plan, on=on, within=unit.path if unit else plan.unit.path)
    if unit:
        bound = {pk: places for pk, places in bound.items() if any(_holds(place, unit.path) for place in places)}
    if level:
        depth = _depth(level)
        bound = {
            pk: places for pk, places in bound.items() if any(len(path) == depth or (whole and len(path) < depth) for path, whole in places)
        }
    return list(Task.objects.filter(pk__in=list(bound)).order_by("position", "pk"))


def _line(path):
    """The paths of the areas above, nearest last, without `path` itself."""
    return [path[:end] for end in range(STEP, len(path), STEP)]


def _depth(level):
    return STEP * (1 + LEVELS.index(Level(level)))


def _within(name, path):
    return Q(**{f"{name}__{key}": value for key, value in below(path).items()})


def _on_line(name, path):
    """The condition that the unit behind `name` lies above `path`, at it or under it."""
    return _within(name, path) | Q(**{f"{name}__path__in": _line(path)})


def _addresses(plan, *, on, within):
    """{duty: places below the plan's own unit it is addressed to}, on the line of `within`; a draft's groups as they stand.

    A place is (path of an area, whether everything under it is meant): a member of a group stands for its branch, a name for itself.
    """
    found, own = defaultdict(set), plan.unit.path
    leads = Assignment.objects.live_on(on).leads().filter(plan=plan).order_by()
    leads = leads.filter(Q(task__ended_on=None) | Q(task__ended_on__gt=on))
    rows = leads.filter(_on_line("unit", within), unit__kind__in=AREAS).values_list("task", "unit__path", "via_group")
    through = leads.filter(_on_line("unit__answers_for", within), unit__answers_for__kind__in=AREAS)
    for task, path, group in [*rows, *through.values_list("task", "unit__answers_for__path", "via_group"), *_of_draft(plan, within)]:
        if path.startswith(own) and len(path) > len(own):
            found[task].add((path, group is not None))
    return found


def _of_draft(plan, within):
    if plan.issued_on is not None:
        return []
    members = plan.tasks.filter(_on_line("group__units", within), group__units__kind__in=AREAS)
    return members.order_by().values_list("pk", "group__units__path", "group")


def _holds(place, path):
    """Whether a place of `_addresses` means the area at `path`."""
    return path == place[0] or (place[1] and path.startswith(place[0]))


def _links(on):
    """Links as they stood on a day, between duties not taken out of their plans."""
    rows = ParentLink.objects.filter(since__lte=on).filter(Q(until=None) | Q(until__gt=on))
    return rows.filter(Q(child__ended_on=None) | Q(child__ended_on__gt=on))


def _in_force(name, on):
    """The condition that the plan behind `name` was issued by the day and not yet withdrawn."""
    issued, withdrawn = Q(**{f"{name}issued_on__lte": on}), f"{name}withdrawn_on"
    return issued & (Q(**{withdrawn: None}) | Q(**{f"{withdrawn}__gt": on}))


class Continuing(NamedTuple):
    """A duty that continues a superior's: its id, and its share said and done in parts per 10⁹ where it carries and counts."""

    task: int
    said: int | None
    done: int | None


def continued(duties, areas, above, *, on, plan, within, between=None):
    """{duty id: {area id: [Continuing]}}: how `areas` continue the duties (ids) of `plan`, directly or through a plan between.

    `above` are the areas between the two levels, `within` is the path that holds all `areas`; above it only the plans `between`
    (ids, None: every one) are looked through.
    """
    found = {duty: defaultdict(list) for duty in duties}
    if not areas:
        return found
    paths = {area.pk: area.path for area in areas}
    depth = min(map(len, paths.values()))
    lower = _links(on).filter(_lower_plans(plan, depth, on=on, within=within, between=between)).order_by()
    higher = {area.pk: area.path for area in above}
    edge = {duty: ({duty}, "") for duty in duties}
    while edge:
        edge = _downward(lower, edge, paths, higher, found)
    return found


def _lower_plans(plan, depth, *, on, within, between):
    """The condition on a link that its child stands in a plan in force below `plan`, not deeper than the areas.

    For a part of the country the plans' ids come first, so that one ward's question never reads the country's links.
    """
    levels = LEVELS[LEVELS.index(Level(plan.unit.level)) + 1 : depth // STEP]
    if len(within) == STEP:  # the whole country: every plan of these levels lies in it
        return _in_force("child__plan__", on) & Q(child__plan__level__in=levels)
    above = Q(unit__path__in=_line(within)) & (Q() if between is None else Q(pk__in=between))
    nearer = Plan.objects.filter(_in_force("", on), above | _within("unit", within), unit__level__in=levels)
    return Q(child__plan__in=list(nearer.order_by().values_list("pk", flat=True)))


FIELDS = ("parent", "child", "child__plan__unit", "via", "child__leads_n", "child__leads_said", "child__leads_done")


def _downward(lower, edge, paths, higher, found):
    """One step down from `edge` ({duty: (the duties above it continues, the path it must lie under)}); returns the next edge."""
    step, lines = defaultdict(set), {}
    for parent, child, unit, via, n, said, done in lower.filter(parent__in=list(edge)).values_list(*FIELDS):
        tops, line = edge[parent]
        path = paths.get(unit)
        if path is None and unit in higher:
            step[child] |= tops
            lines[child] = higher[unit]
        elif path is not None and path.startswith(line):
            row = (child, said // n, done // n) if via and n else (child, None, None)
            for top in tops:
                held = found[top][unit]
                if all(other[0] != child for other in held):
                    held.append(Continuing._make(row))
    return {child: (tops, lines[child]) for child, tops in step.items()}


# The matrix


@dataclass
class Matrix:
    """duties × areas of one level on one day. `areas` stand in the order of their paths; sets hold area ids."""

    plan: Plan
    on: object
    level: str
    areas: list = field(default_factory=list)
    above: list = field(default_factory=list)  # the areas between the plan's unit and these
    duties: list = field(default_factory=list)
    bound: dict = field(default_factory=dict)  # duty id: area ids
    taken: dict = field(default_factory=dict)  # duty id: {area id: [Continuing]}
    waiting: dict = field(default_factory=dict)  # duty id: area ids whose declaration waits
    accepted: dict = field(default_factory=dict)
    planned: frozenset = frozenset()

    def cell(self, duty, area):
        """The Cell of two ids, or None where the duty does not bind the area."""
        if area not in self.bound.get(duty, ()):
            return None
        if area in self.taken[duty]:
            return Cell.TAKEN
        if area in self.accepted[duty] or area in self.waiting[duty]:
            return Cell.DECLARED
        return Cell.MISSING if area in self.planned else Cell.NO_PLAN

    def is_waiting(self, duty, area):
        return area in self.waiting[duty] and area not in self.accepted[duty]

    def held(self, duty, kind):
        """The ids of the areas whose cell under `duty` is `kind`."""
        return self._kinds[duty][kind]

    @cached_property
    def _kinds(self):
        return {duty.pk: self._split(duty.pk) for duty in self.duties}

    def _split(self, duty):
        left = self.bound[duty]
        taken = left & self.taken[duty].keys()
        left = left - taken
        declared = left & (self.accepted[duty] | self.waiting[duty])
        left = left - declared
        missing = left & self.planned
        return {Cell.TAKEN: taken, Cell.DECLARED: declared, Cell.MISSING: missing, Cell.NO_PLAN: left - missing}

    def counts(self, areas=None):
        """{duty id: {Cell: n}} over `areas` (ids; None: all)."""
        if areas is None:
            return {duty: {kind: len(ids) for kind, ids in kinds.items()} for duty, kinds in self._kinds.items()}
        return {duty: {kind: len(ids & areas) for kind, ids in kinds.items()} for duty, kinds in self._kinds.items()}

    def totals(self):
        """{Cell: n} over all cells."""
        counts = self.counts().values()
        return {kind: sum(count[kind] for count in counts) for kind in Cell}

    def waits(self):
        """How many declarations await the superior's word."""
        return sum(len(kinds[Cell.DECLARED] - self.accepted[duty]) for duty, kinds in self._kinds.items())

    def groups(self):
        """[(the area one level below the plan's unit, ids of the areas under it)], in the order of paths."""
        width = len(self.plan.unit.path) + STEP
        found = {}
        for area in self.areas:
            found.setdefault(area.path[:width], set()).add(area.pk)
        names = {area.path: area for area in [*self.above, *self.areas]}
        return [(names[path], ids) for path, ids in found.items() if path in names]

    def cells(self, *, duty=None, kind=None, areas=None):
        """[(duty, area, Cell)] of one duty (id), of one kind, of some areas (ids), in the order of areas, then duties."""
        duties = [row for row in self.duties if duty is None or row.pk == duty]
        rows = [area for area in self.areas if areas is None or area.pk in areas]
        found = ((one, area, self.cell(one.pk, area.pk)) for area in rows for one in duties)
        return [row for row in found if row[2] is not None and kind in {None, row[2]}]

    def shares(self, duty):
        """(said, done) as fractions of the duties that carry `duty` and count, each weighing 1; None where there is none."""
        rows = [row for held in self.taken[duty].values() for row in held if row.said is not None]
        return (sum(row.said for row in rows) / len(rows) / 10**9, sum(row.done for row in rows) / len(rows) / 10**9) if rows else None


def coverage(plan, *, on, level=None, within=None, between=None):
    """The Matrix of `plan` against the areas of `level` (default: the lowest) in force on the day `on`, below its unit.

    `within` narrows it to one branch (a path), `between` the plans looked through above that branch. Ten queries at most,
    whatever the size. A plan not issued by that day has an empty one.
    """
    level, within = level or Level.WARD, within or plan.unit.path
    matrix = Matrix(plan=plan, on=on, level=level)
    if plan.issued_on is None or plan.issued_on > on:
        return matrix
    matrix.above, matrix.areas = _areas(plan, on=on, level=level, within=within)
    areas = matrix.areas
    addresses = _addresses(plan, on=on, within=within) if areas else {}
    matrix.bound = _bound(areas, addresses)
    matrix.duties = list(Task.objects.filter(pk__in=list(matrix.bound)).defer("words", "folded", "note").order_by("position", "pk"))
    ids = list(matrix.bound)
    matrix.taken = continued(ids, areas, matrix.above, on=on, plan=plan, within=within, between=between) if ids else {}
    matrix.accepted, matrix.waiting = _declarations(ids, areas, on=on, within=within)
    takers = {pk for held in matrix.taken.values() for pk in held}
    matrix.planned = frozenset(takers | _planned(plan, areas, on=on, within=within, between=between))
    return matrix


def _areas(plan, *, on, level, within):
    """(areas between, areas of `level`) in force on the day, on the line of `within`, below the plan's unit."""
    if not within.startswith(plan.unit.path):
        return [], []
    levels = LEVELS[LEVELS.index(Level(plan.unit.level)) + 1 : LEVELS.index(Level(level)) + 1]
    rows = OrgUnit.objects.areas().in_force(on=on).filter(Q(**below(within)) | Q(path__in=_line(within)), level__in=levels)
    found = [Area(*row) for row in rows.order_by("path").values_list(*Area._fields) if row[1].startswith(plan.unit.path)]
    return [area for area in found if area.level != level], [area for area in found if area.level == level]


def _bound(areas, addresses):
    """{duty: ids of the areas its places mean}; duties that bind none of them are left out."""
    paths, known, found = [area.path for area in areas], {}, {}
    for duty, wanted in addresses.items():
        wanted = frozenset(wanted)
        if wanted not in known:
            known[wanted] = frozenset(area.pk for place in wanted for area in _under(areas, paths, place))
        if known[wanted]:
            found[duty] = known[wanted]
    return found


def _under(areas, paths, place):
    path, whole = place
    return areas[bisect_left(paths, path) : bisect_left(paths, path + (":" if whole else "0"))]


def _planned(plan, areas, *, on, within, between):
    """Ids of the areas with an issued plan whose superior is `plan`, or a plan between that has it as its own."""
    ids = {area.pk for area in areas}
    chain = Plan.superiors.through.objects.filter(_in_force("from_plan__", on)).order_by()
    first = list(chain.filter(_on_line("from_plan__unit", within), to_plan=plan).values_list("from_plan", "from_plan__unit"))
    found = {unit for _pk, unit in first if unit in ids}
    higher = [pk for pk, unit in first if unit not in ids and (between is None or pk in between)]
    if higher:
        lines = chain.filter(_within("from_plan__unit", within), to_plan__in=higher)
        rows = lines.values_list("from_plan__unit", "from_plan__unit__path", "to_plan__unit__path")
        found |= {unit for unit, path, above in rows if unit in ids and path.startswith(above)}
    return found


def _declarations(duties, areas, *, on, within):
    """({duty: accepted area ids}, {duty: waiting}); what was accepted for an area holds for those under it."""
    accepted, waiting = {duty: set() for duty in duties}, {duty: set() for duty in duties}
    paths = [area.path for area in areas]
    for duty, unit, path, is_accepted in _declared(duties, on=on, within=within):
        if is_accepted:
            accepted[duty].update(area.pk for area in _under(areas, paths, (path, True)))
        else:
            waiting[duty].add(unit)
    return accepted, waiting


def _declared(duties, *, on, within):
    """(duty, area, its path, whether accepted) of what stood declared at the end of a day, on the line of `within`."""
    end = period.moment(on + timedelta(days=1))
    rows = NotApplicable.objects.filter(_on_line("unit", within), task__in=duties, at__lt=end).order_by()
    rows = rows.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gte=end))
    for duty, unit, path, accepted, judged_at in rows.values_list("task", "unit", "unit__path", "accepted", "judged_at"):
        is_judged = judged_at is not None and judged_at < end
        if accepted or not is_judged:
            yield duty, unit, path, bool(accepted) and is_judged


# What a post sees of it


@dataclass(frozen=True)
class Sight:
    """What a post may see of a plan's coverage: the branch `within`, looking through the plans `between` (ids, None: all) above it.

    Steering and inspection posts see the areas of their branch, above the wards also who answers for the area; everybody the own
    area. Nothing outside changes a number: the areas are the reach, and their plans are read by whoever reads the branch.
    """

    within: str
    levels: tuple
    between: frozenset | None = None

    @classmethod
    def of(cls, post, plan, *, place=None):
        """None where the post sees nothing of `place` (an area, default: all it may see)."""
        lower, area = post.lower_path(), post.scope().area
        reach = lower or area.path
        within = place.path if place else max(reach, plan.unit.path, key=len)
        if not within.startswith(reach) or not within.startswith(plan.unit.path):
            return None
        under = LEVELS[LEVELS.index(Level(plan.unit.level)) + 1 :]
        levels = [level for level in under if level == area.level or (lower and LEVELS.index(level) >= LEVELS.index(Level(area.level)))]
        above = [path for path in _line(within) if len(path) > len(plan.unit.path)]
        between = Plan.objects.visible_to(post).filter(unit__path__in=above).values_list("pk", flat=True) if above else None
        return cls(within, tuple(levels), None if between is None else frozenset(between))

    def coverage(self, plan, *, on, level, within=None):
        """The Matrix within this sight; of a level it does not reach, an empty one."""
        if level not in self.levels:
            return Matrix(plan=plan, on=on, level=level)
        return coverage(plan, on=on, level=level, within=within or self.within, between=self.between)
