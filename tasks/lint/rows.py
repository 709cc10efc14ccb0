"""The plain rows lint looks at, read in a number of queries that does not grow with the plans."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import F, Q

from orgunits.models import PREFIX, STEP, Level, OrgUnit
from orgunits.words import fold
from plans.models import Plan
from tasks.deadlines import Clock, Kind, clock_of
from tasks.models import Assignment, NotApplicable, ParentLink, Part, Stage, Task

ABOVE = len(Level) - 1  # levels a plan can have above it
LEADS = [Part.LEAD, Part.CO_LEAD]
RECURRING = {
    Kind.RECURRING_WEEKLY,
    Kind.RECURRING_MONTHLY,
    Kind.RECURRING_QUARTERLY,
    Kind.RECURRING_HALF_YEARLY,
    Kind.RECURRING_YEARLY,
}


@dataclass(frozen=True)
class PlanRow:
    """A plan with what its document and unit say. `area` is the path of its unit, `declared` {duty id: accepted or None}."""

    pk: int
    symbol: str
    type_name: str
    unit_name: str
    area: str
    level: str
    issued_on: date | None
    signed_on: date | None
    text_received: bool
    is_over: bool
    order: tuple = field(compare=False)

    @property
    def name(self):
        """«Kế hoạch 02-KH/BCĐ»; a draft has no number yet."""
        return f"{self.type_name} {self.symbol}" if self.symbol else f"dự thảo {self.type_name.lower()} của {self.unit_name}"

    def dated(self, *, on):
        """The day it was signed; for a draft the day on which it is looked at."""
        return self.signed_on or self.issued_on or on


@dataclass(frozen=True)
class StageRow:
    label: str
    words: str
    kind: str
    starts_on: date | None
    due_on: date | None
    inherited: bool
    waits: bool  # for a plan or a duty it names

    @property
    def clock(self):
        return clock_of(self.kind, due_on=self.due_on)

    @property
    def is_dated(self):
        """One calendar day ends it; what comes back every month has none."""
        return self.clock == Clock.DATED and self.kind not in RECURRING


@dataclass(frozen=True)
class Duty:
    """One duty in its plan. `leads` are the ids of units named alone, `added_on` the day of the amendment that brought it."""

    pk: int
    plan: PlanRow = field(repr=False)
    ref: str
    position: int
    section: str
    title: str
    text: str
    product: str
    deadline_words: str
    lead_words: str
    group: int | None
    added_on: date | None
    leads: frozenset
    stages: tuple[StageRow, ...]
    folded: str = field(repr=False)  # title and words without accents

    @property
    def name(self):
        """«V.1.m/6 (Kế hoạch 04-KH/BCĐTW)»."""
        return f"{self.ref} ({self.plan.name})"

    @property
    def words(self):
        return f"{self.title}. {self.text}"

    @property
    def part(self):
        """The part of the plan it stands in: «V» for V.1.m/6, «PL» for a row of the annex."""
        return (self.section or self.ref).split("/")[0].split(".")[0]

    @property
    def has_lead(self):
        return bool(self.leads or self.group)

    @property
    def dates(self):
        """Its own calendar days. A period inherited from the heading only bounds it and is none of its own."""
        return [stage.due_on for stage in self.stages if stage.is_dated and not stage.inherited]

    def shares_addressee(self, other):
        """Given to the same unit or group; where nobody is named, standing under the same heading."""
        if not self.has_lead and not other.has_lead:
            return self.section == other.section
        return bool(self.leads & other.leads) or (self.group is not None and self.group == other.group)


@dataclass(frozen=True)
class Rows:
    """Everything needed to look at `plans`, each read once."""

    on: date
    plans: list  # of PlanRow, those to look at
    duties: dict  # plan id → its live duties, superiors included
    parents: dict  # duty id → [(parent duty id, carries)]
    superiors: dict  # plan id → its superior plans, at every level
    named: dict  # path of an area → [(duty id, through a group, is the area itself)]: superiors' leads there
    answered: dict  # unit's path → ids of superior duties some issued plan of that unit continues
    declared: dict  # (unit's path, duty id) → accepted, or None while it waits
    gone: dict  # duty id → leads that are not in force on the day
    told: dict  # plan id → may the reader know how it answers its superiors

    @cached_property
    def by_pk(self):
        """{duty id: Duty}; a duty the reader may not know, or that was taken out, is not there."""
        return {duty.pk: duty for duties in self.duties.values() for duty in duties}

    def continued_by(self, duty):
        """[(the superior's Duty, carries)]: what `duty` continues directly."""
        rows = self.parents.get(duty.pk, ())
        return [(self.by_pk[parent], carries) for parent, carries in rows if parent in self.by_pk]


def read(ids, *, on, post=None):
    """Rows of the plans with these ids. With `post` nothing it may not read is looked at: superiors and links outside are not there."""
    ids = set(ids)
    seen = None if post is None else set(Plan.objects.visible_to(post).values_list("pk", flat=True))
    chain, links = _climb(ids, seen)
    everything = ids.union(*chain.values()) if chain else ids
    plans = _plans(everything)
    superiors = {pk: _all_above(pk, chain, plans) for pk in ids}
    duties = _duties(plans, ids, on=on)
    paths = {pk: plans[pk].area for pk in ids}
    over = set().union(*superiors.values()) if superiors else set()
    return Rows(
        on=on,
        plans=sorted((plans[pk] for pk in ids), key=lambda plan: plan.order),
        duties=duties,
        parents=links,
        superiors={pk: [plans[other] for other in above] for pk, above in superiors.items()},
        named=_named(over),
        answered=_answered(set(paths.values()), over, seen),
        declared=_declared({path for area in paths.values() for path in line(area)}, over),
        gone=_gone(ids, on=on),
        told={pk: post is None or paths[pk].startswith(post.scope().area.path) for pk in ids},
    )


def _climb(ids, seen):
    """({plan id: ids of plans directly above}, {duty id: [(parent id, carries)]}), upwards level by level."""
    chain, links, edge, known = defaultdict(set), defaultdict(list), ids, set(ids)
    for _level in range(ABOVE + 1):
        if not edge:
            break
        for low, high in Plan.superiors.through.objects.filter(from_plan__in=edge).values_list("from_plan", "to_plan"):
            chain[low].add(high)
        rows = ParentLink.objects.filter(until=None, child__plan__in=edge).order_by("pk")
        for child, parent, via, low, high in rows.values_list("child", "parent", "via", "child__plan", "parent__plan"):
            if seen is None or high in seen:
                links[child].append((parent, via is not None))
                chain[low].add(high)
        if seen is not None:
            chain = defaultdict(set, {low: high & seen for low, high in chain.items()})
        edge = set().union(*chain.values()) - known if chain else set()
        known |= edge
    return chain, dict(links)


def _all_above(pk, chain, plans):
    """Ids of the plans above `pk` at every level that are issued and stand higher in the tree of areas."""
    found, edge = set(), {pk}
    while edge:
        edge = set().union(*(chain.get(low, set()) for low in edge)) - found - {pk}
        found |= edge
    mine = plans[pk].area
    return {high for high in found if plans[high].issued_on and not plans[high].is_over and plans[high].area != mine}


def _plans(ids):
    columns = ("document__symbol", "document__type_name", "document__signed_on", "document__text_received")
    unit = ("unit__kind", "unit__name", "unit__path")
    rows = Plan.objects.filter(pk__in=ids).values_list("pk", "level", "issued_on", "withdrawn_on", "closed_on", *columns, *unit)
    return {row[0]: _plan(*row) for row in rows}


def _plan(pk, level, issued_on, withdrawn_on, closed_on, symbol, type_name, signed_on, text_received, kind, name, path):
    prefix = PREFIX.get(kind)
    return PlanRow(
        pk=pk,
        symbol=symbol,
        type_name=type_name or "Kế hoạch",
        unit_name=f"{prefix} {name}" if prefix else name,
        area=path,
        level=level,
        issued_on=issued_on,
        signed_on=signed_on,
        text_received=text_received,
        is_over=withdrawn_on is not None,
        order=(list(Level).index(level), issued_on or date.max, path, pk),
    )


def _duties(plans, ids, *, on):
    """{plan id: [Duty]} in reading order, without those an amendment has taken out by the day."""
    stages, leads = _stages(plans), _leads(ids)
    columns = ("ref", "position", "section", "title", "words", "product", "deadline_words", "lead_words", "group", "folded")
    rows = Task.objects.filter(plan__in=plans).filter(Q(ended_on=None) | Q(ended_on__gt=on)).order_by("plan", "position", "pk")
    found, bare = defaultdict(list), {}
    for pk, plan, added_on, *rest in rows.annotate(added_on=F("added_by__document__signed_on")).values_list(
        "pk", "plan", "added_on", *columns
    ):
        ref, position, section, title, text, product, deadline_words, lead_words, group, folded = rest
        found[plan].append(
            Duty(
                pk=pk,
                plan=plans[plan],
                ref=ref,
                position=position,
                section=section,
                title=title,
                text=text,
                product=product.strip(),
                deadline_words=deadline_words,
                lead_words=lead_words,
                group=group,
                added_on=added_on,
                leads=frozenset(leads.get(pk, ())),
                stages=tuple(stages.get(pk, ())),
                folded=folded.removeprefix(bare.get(ref) or bare.setdefault(ref, fold(ref))).strip(),
            )
        )
    return found


def _stages(plans):
    columns = ("label", "words", "kind", "starts_on", "due_on", "flags", "waits_for_plan", "waits_for", "task__inherited")
    found = defaultdict(list)
    for task, label, words, kind, starts_on, due_on, flags, plan, duty, inherited in (
        Stage.objects.filter(task__plan__in=plans).order_by("task", "position", "pk").values_list("task", *columns)
    ):
        waits = plan is not None or duty is not None
        found[task].append(StageRow(label, words, kind, starts_on, due_on, inherited or "inherited" in flags, waits))
    return found


def _leads(ids):
    """{duty id: ids of the units that lead it by name}; a group's members are known by their group."""
    rows = Assignment.objects.filter(plan__in=ids, part__in=LEADS, ended_on=None, via_group=None).order_by()
    found = defaultdict(set)
    for task, unit in rows.values_list("task", "unit"):
        found[task].add(unit)
    return found


def _named(superiors):
    """Where the superiors' duties are addressed: {path of the area: [(duty id, through a group, to the area itself)]}."""
    if not superiors:
        return {}
    rows = Assignment.objects.live().filter(plan__in=superiors, part__in=LEADS).order_by("task", "pk")
    found = defaultdict(list)
    for task, group, path, area in rows.values_list("task", "via_group", "unit__path", "unit__area__path"):
        found[area].append((task, group is not None, path == area))
    return found


def _answered(areas, superiors, seen):
    """{path of a unit: ids of duties that a live duty of one of its issued plans continues}: a second plan may take it up."""
    if not superiors:
        return {}
    rows = ParentLink.objects.filter(until=None, child__ended_on=None, child__plan__issued_on__isnull=False, child__plan__withdrawn_on=None)
    rows = rows.filter(child__plan__unit__in=OrgUnit.objects.filter(path__in=areas).values("pk")).order_by()
    found = defaultdict(set)
    for path, parent, plan in rows.values_list("child__plan__unit__path", "parent", "child__plan"):
        if seen is None or plan in seen:
            found[path].add(parent)
    return found


def line(path):
    """Paths of the areas from the top down to the one at `path`."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def _declared(areas, superiors):
    """{(path of the unit, duty id): accepted}: «không áp dụng» that stands or waits for the superior's word."""
    if not superiors:
        return {}
    rows = NotApplicable.objects.filter(task__plan__in=superiors, unit__path__in=areas, withdrawn_at=None).exclude(accepted=False)
    return {(path, task): accepted for path, task, accepted in rows.order_by("pk").values_list("unit__path", "task", "accepted")}


def _gone(ids, *, on):
    """{duty id: [OrgUnit]}: live leads of open plans that are not in force on the day."""
    ends = Q(unit__valid_from__gt=on) | Q(unit__valid_to__lt=on)  # said first: it spares asking of every lead of the country
    rows = Assignment.objects.live().filter(ends, plan__in=ids, plan__closed_on=None, part__in=LEADS)
    rows = rows.exclude(unit__in=OrgUnit.objects.in_force(on=on).values("pk"))
    found = defaultdict(list)
    for row in rows.select_related("unit").order_by("task", "path", "pk"):
        found[row.task_id].append(row.unit)
    return found
