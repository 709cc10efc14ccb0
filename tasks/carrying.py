"""Carry down: from a superior's plan a unit drafts its own. It picks duties, rewrites them, sets leads; local duties have no parent.

A draft is an ordinary plan without `issued_on`: its unit alone reads it and it counts nowhere. Its duties name leads and coordinators
by assignments without answers; these begin when the plan is issued (tasks/issuing.py).
"""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max, Prefetch, Q
from django.utils import timezone

from journal.models import Entry
from orgunits.models import AREAS, AddresseeGroup, OrgUnit
from orgunits.words import fold
from plans.models import Document, Plan
from tasks import cascade, deadlines
from tasks.deadlines import Clock, Kind, clock_of
from tasks.importer import parents, reviewing
from tasks.models import Assignment, ParentLink, Part, Stage, StaleWrite, Task

PLAN_NAME = "Kế hoạch"  # a paper's words are Vietnamese whatever the language of the page
OFFERED = 40  # own bodies shown to be ticked; others are found by name
COPIED = ["label", "words", "kind", "starts_on", "due_on", "hours", "days", "working_days", "due_at", "rrules", "cadence"]
NOT_YET = date(1900, 1, 1)  # a draft's assignments have no first day before the plan is issued
KEEP, WAIT, OWN = "keep", "wait", "own"  # the superior's date · by the superior's plan · own words, read by the grammar


# The draft itself


@transaction.atomic
def start(superior=None, *, by, at):
    """The draft of the post's own area that continues `superior` (or an empty one). Returns (plan, is new): one draft for a superior."""
    area = by.scope().area
    OrgUnit.objects.select_for_update(no_key=True).get(pk=area.pk)  # of two clicks at once the second finds the first one's draft
    if superior and (found := Plan.objects.filter(unit=area, issued_on=None, superiors=superior).order_by("pk").first()):
        return found, False
    title = f"Triển khai thực hiện {superior.document.citation}"[:300] if superior else ""
    document = Document.objects.create(
        issuer=area, type="KH", type_name=PLAN_NAME, symbol_printed="", subject=title, key=f"du-thao-{uuid.uuid4().hex}", text_received=True
    )
    programme = superior.programme if superior else ""
    plan = Plan.objects.create(document=document, unit=area, level=area.level, programme=programme, title=title)
    if superior:
        plan.superiors.add(superior)
    Entry.objects.record(by=by, verb="plan.drafted", target=plan, at=at, superior=superior and superior.pk)
    return plan, True


def _locked(plan):
    """The draft under its lock. Raises StaleWrite where it was issued meanwhile."""
    row = Plan.objects.select_for_update(of=("self",)).select_related("document", "unit").get(pk=plan.pk)
    if row.is_issued:
        raise StaleWrite
    return row


@transaction.atomic
def rename(plan, *, title, programme, version, by, at):
    """Title and programme of a draft. Raises StaleWrite."""
    row = _locked(plan)
    if row.version != version:
        raise StaleWrite
    row.title, row.programme, row.version = title, programme, row.version + 1
    row.save(update_fields=["title", "programme", "version"])
    row.document.subject = title
    row.document.save(update_fields=["subject", "folded"])
    Entry.objects.record(by=by, verb="plan.renamed", target=row, at=at, title=title)


@transaction.atomic
def rest_on(plan, superior, *, by, at):
    """One more superior; naming it twice changes nothing."""
    row = _locked(plan)
    if not row.superiors.filter(pk=superior.pk).exists():
        row.superiors.add(superior)
        Entry.objects.record(by=by, verb="plan.rests_on", target=row, at=at, superior=superior.pk)


def possible_superiors(plan, post):
    """Issued plans in force of units above (or of the own area) that the post reads and the draft does not name yet."""
    line = [plan.unit_id, *(unit.pk for unit in plan.unit.chain)]
    seen = Plan.objects.visible_to(post).issued().filter(unit__in=line, withdrawn_on=None, closed_on=None)
    named = plan.superiors.values("pk")
    return seen.exclude(pk__in=named).exclude(pk=plan.pk).select_related("document", "unit").order_by("unit__path", "issued_on", "pk")


@transaction.atomic
def drop(plan, *, by, at):
    """Throw a draft away; the journal keeps that there was one."""
    row = _locked(plan)
    Entry.objects.record(by=by, verb="plan.dropped", target=row, at=at, title=row.title, duties=row.tasks.count())
    document = row.document
    row.delete()
    document.delete()


# Picking


@dataclass
class Choice:
    """A superior's duty as the list to pick from shows it."""

    task: Task
    is_ours: bool  # addressed to our own line
    picked: list  # duties of the draft that continue it
    alike: list  # [(duty of the draft, why)]: perhaps it is there already


def choices(plan, superior, post):
    """The duties of a superior in the order of their plan, each a Choice. Six questions however many they are."""
    tasks = list(Task.objects.visible_to(post).filter(plan=superior, ended_on=None).prefetch_related("stages"))
    for task in tasks:
        task.plan = superior
    ours = cascade.carriers([task.pk for task in tasks], plan.unit)
    own = list(plan.tasks.prefetch_related(_links()))
    picked, free = {}, []
    for task in own:
        for link in task.live_links:
            picked.setdefault(link.parent_id, []).append(task)
        if not task.live_links:
            free.append(task)
    alike = _alike(free, tasks)
    return [Choice(task, task.pk in ours, picked.get(task.pk, []), alike.get(task.pk, [])) for task in tasks]


def _links():
    return Prefetch("parent_links", ParentLink.objects.filter(until=None).select_related("parent__plan__document"), "live_links")


def _alike(free, tasks):
    """{superior's duty id: [(duty, why)]} for duties of the draft that continue nothing yet."""
    found, by_key = {}, {str(task.pk): task for task in free}
    told = [parents.Duty(str(task.pk), task.title, task.words) for task in free]
    theirs = [parents.Duty(str(task.pk), task.title, task.words, (task.lead_words,), "", task.deadline_words) for task in tasks]
    for line in parents.suggest(told, theirs):
        found.setdefault(int(line.parent_ref), []).append((by_key[line.child_ref], line.why))
    return found


@dataclass(frozen=True)
class Pick:
    """One superior's duty to take up: `how` its deadline comes down, `words` where they are our own."""

    parent: Task
    how: str = KEEP
    words: str = ""


@transaction.atomic
def pick(plan, picks, *, by, at):
    """Take up duties of superiors as duties of the draft, each in its own row to be rewritten. Returns the new Tasks.

    Each continues its parent: it carries where the parent is addressed to the own line and stands above, otherwise it relates.
    A duty taken up already is not taken up twice by the same click: what an earlier click picked is left out.
    """
    plan = _locked(plan)
    taken = set(ParentLink.objects.filter(child__plan=plan, until=None).values_list("parent", flat=True))
    wanted = [line for line in picks if line.parent.pk not in taken]
    ours = cascade.carriers([line.parent.pk for line in wanted], plan.unit)
    start = _next(plan)
    made = [_taken_up(plan, line, start + n, day=_day(plan, at)) for n, line in enumerate(wanted)]
    for line, task in zip(wanted, made, strict=True):
        ParentLink.objects.tie(task, line.parent, via=ours.get(line.parent.pk))
        plan.superiors.add(line.parent.plan_id)
    if made:
        Entry.objects.record(by=by, verb="plan.picked", target=plan, at=at, duties=[line.parent.pk for line in wanted])
    return made


def _day(plan, at):
    """The day by which words are read while the plan has no date of its own."""
    return plan.document.signed_on or timezone.localdate(at)


def _next(plan):
    return (plan.tasks.aggregate(last=Max("position"))["last"] or 0) + 1


def _taken_up(plan, line, position, *, day):
    parent = line.parent
    task = Task.objects.create(
        plan=plan,
        ref=str(position),
        position=position,
        source=f"{parent.plan.document.symbol}, {parent.ref}"[:120],
        title=parent.title,
        words=parent.words,
        product=parent.product,
        deadline_words=_deadline_words(line),
    )
    _set_stages(task, _stages(line, day))
    return task


def _deadline_words(line):
    if line.how == WAIT:
        return f"Theo {line.parent.plan.document.citation}"[:500]
    return line.words[:500] if line.how == OWN else line.parent.deadline_words


def _stages(line, day):
    """The unsaved stages of a duty by the way its deadline comes down."""
    if line.how == WAIT:
        return [_waiting(line.parent, _deadline_words(line))]
    if line.how == OWN:
        return read_stages(line.words, day)
    return [_copied(stage, line.parent) for stage in line.parent.stages.all()]


def _copied(stage, parent):
    """The superior's stage with its present date; where that waits itself, ours waits for it."""
    if clock_of(stage.kind, due_on=stage.due_on) == Clock.WAITING:
        return _waiting(parent, stage.words)
    flags = [flag for flag in stage.flags if flag not in {"past_at_signing", "inherited"}]  # of that plan's day and heading
    copy = Stage(flags=flags, **{name: getattr(stage, name) for name in COPIED})
    if copy.kind == Kind.RELATIVE_TO_SUPERIOR_PLAN:  # dated meanwhile by a plan still higher up: here it is a date like any other
        copy.kind = Kind.BY_DATE
    return copy


def _waiting(parent, words):
    """«Theo Kế hoạch của cấp trên»: a pending link to the superior's duty."""
    return Stage(words=words, kind=Kind.RELATIVE_TO_SUPERIOR_PLAN, waits_for=parent, waits_for_plan=parent.plan)


def read_stages(words, day):
    """The unsaved stages that the deadline grammar reads in `words` of a plan of the day `day`; what it can't read stays as words."""
    return reviewing.stages_of(deadlines.read(words, plan_date=day).as_json())


def _set_stages(task, stages):
    task.stages.all().delete()
    for n, stage in enumerate(stages, 1):
        stage.task, stage.position = task, n
    Stage.objects.bulk_create(stages)


@transaction.atomic
def continue_duty(task, parent, *, by, at):
    """Link a duty of the draft to a superior's duty. Raises ValueError where that would close a circle, StaleWrite once issued."""
    plan = _locked(task.plan)
    held = cascade.carriers([parent.pk], plan.unit).get(parent.pk)
    ParentLink.objects.tie(task, parent, via=held)
    if parent.plan_id != plan.pk:
        plan.superiors.add(parent.plan_id)
    Entry.objects.record(by=by, verb="duty.linked", target=task, at=at, parent=parent.pk, carries=bool(held))


@transaction.atomic
def let_go(link, *, by, at):
    """Take a parent link of a draft's duty away: nothing was counted through it yet, so nothing is kept of it."""
    _locked(link.child.plan)
    Entry.objects.record(by=by, verb="duty.unlinked", target=link.child, at=at, parent=link.parent_id)
    link.delete()


# Editing one duty


@transaction.atomic
def add_duty(plan, title, *, by, at):
    """A local duty without parent, at the end. Returns it."""
    plan = _locked(plan)
    n = _next(plan)
    task = Task.objects.create(plan=plan, ref=str(n), position=n, title=title)
    _set_stages(task, read_stages("", _day(plan, at)))
    Entry.objects.record(by=by, verb="duty.added", target=task, at=at, plan=plan.pk)
    return task


WRITTEN = ["title", "words", "product", "section_title", "deadline_words", "lead_role", "group"]


@transaction.atomic
def edit(task, *, fields, leads, coordinators, how, parent=None, cadence=None, version, by, at):
    """Rewrite a duty of a draft. `fields` by the names in WRITTEN; `leads`, `coordinators` units; `how` None leaves the stages alone.

    `cadence`: how often the units report («» what the words say, None as it was before).

    Raises StaleWrite where somebody wrote in between or the plan was issued meanwhile.
    """
    plan = _locked(task.plan)
    row = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if row.version != version:
        raise StaleWrite
    for name in WRITTEN:
        setattr(row, name, fields[name])
    if how:
        line = Pick(parent, how, row.deadline_words)
        row.deadline_words = _deadline_words(line)
        _set_stages(row, _stages(line, _day(plan, at)))
    if cadence is not None:
        row.stages.update(cadence=cadence)
    _name(row, plan, leads, coordinators)
    row.version += 1
    row.save()
    Entry.objects.record(by=by, verb="duty.edited", target=row, at=at, deadline=how or "", leads=[unit.pk for unit in leads])
    return row


def _name(task, plan, leads, coordinators):
    """Leads and coordinators of a draft's duty: assignments that begin when it is issued. Who is named twice leads."""
    wanted = {unit.pk: (unit, Part.COORDINATOR) for unit in coordinators} | {unit.pk: (unit, Part.LEAD) for unit in leads}
    task.assignments.all().delete()
    Assignment.objects.bulk_create(
        Assignment(task=task, plan=plan, unit=unit, path=unit.path, part=part, joined_on=NOT_YET) for unit, part in wanted.values()
    )
    group = [task.group.words] if task.group else []
    task.lead_words = ", ".join([unit.full_name for unit in leads] + group)[:500]
    task.coordinator_words = ", ".join(unit.full_name for unit, part in wanted.values() if part == Part.COORDINATOR)[:500]


def possible_units(area, *, on):
    """Whom a plan of `area` may name: the area, its bodies, and the areas directly below it, in force on the day `on`."""
    return OrgUnit.objects.in_force(on=on).filter(Q(pk=area.pk) | Q(area=area) | Q(parent=area, kind__in=AREAS))


def named(area, words, *, on):
    """The units that `words` may mean, the exact name alone where there is one: «cong an» finds «Công an phường»."""
    units = possible_units(area, on=on).named(words).order_by("path")[:OFFERED]
    wanted = fold(words)
    exact = [unit for unit in units if wanted in {unit.name_folded, fold(unit.name)} or unit.code.casefold() == words.strip().casefold()]
    return exact or list(units)


def possible_groups(area, *, present=None):
    """Groups of the own area, of each the newest (a frozen one is made anew when the plan is issued); and the one `present` (an id)."""
    own = Q(owner__in=OrgUnit.objects.filter(area=area), renewed_as=None)
    return AddresseeGroup.objects.filter(own | Q(pk=present)).distinct().order_by("words", "pk")


@transaction.atomic
def move(task, up, *, by, at):
    """One place up or down among the duties of the draft."""
    plan = _locked(task.plan)
    rows = list(plan.tasks.order_by("position", "pk"))
    place = next(n for n, row in enumerate(rows) if row.pk == task.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        _number(rows)
        Entry.objects.record(by=by, verb="duty.moved", target=task, at=at, up=up)


@transaction.atomic
def remove(task, *, version, by, at):
    """Take a duty out of the draft; the rest close up. Raises StaleWrite where somebody rewrote it meanwhile."""
    plan = _locked(task.plan)
    row = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if row.version != version:
        raise StaleWrite
    Entry.objects.record(by=by, verb="plan.removed_duty", target=plan, at=at, title=row.title, words=row.words)
    row.delete()
    _number(list(plan.tasks.order_by("position", "pk")))


def _number(rows):
    """Positions and refs 1, 2, 3 … in this order. Twice: a ref must be free before another duty takes it."""
    for prefix in ("~", ""):
        for n, row in enumerate(rows, 1):
            row.position, row.ref = n, f"{prefix}{n}"
            row.folded = fold(f"{row.ref} {row.title} {row.words}")
        Task.objects.bulk_update(rows, ["position", "ref", "folded"], batch_size=200)


# Looking


def duties(plan):
    """The duties of a draft with what its page shows, in a bounded number of questions: `live_links`, `doubts`, `named`."""
    links = ParentLink.objects.filter(until=None).select_related("parent__plan__document", "parent__plan__unit", "via")
    rows = list(
        plan.tasks.select_related("group").prefetch_related(
            "stages__waits_for_plan__document",
            Prefetch("parent_links", links.prefetch_related("parent__stages").order_by("pk"), "live_links"),
            Prefetch("assignments", Assignment.objects.filter(ended_on=None).select_related("unit").order_by("path", "pk"), "named"),
        )
    )
    for row in rows:
        row.doubts = list(doubts(row))
        row.is_copied = any((link.parent.title, link.parent.words) == (row.title, row.words) for link in row.live_links)
    return rows


def doubts(task):
    """What speaks against a duty as it stands, as (kind, facts). Needs what duties() reads."""
    if not task.group_id and not any(row.is_lead for row in task.named):
        yield "no_lead", {}
    stages = task.stages.all()
    if any(stage.kind == Kind.UNREAD for stage in stages):
        yield "unread", {}
    last = _last(stages)
    for link in task.live_links:
        theirs = _last(link.parent.stages.all())
        if last and theirs and last > theirs:
            yield "later", {"ref": link.parent.ref, "symbol": link.parent.plan.document.symbol, "day": theirs}


def _last(stages):
    """The latest date of dated stages; a repeated date is only the next of many."""
    return max((stage.due_on for stage in stages if stage.due_on and not stage.kind.startswith(reviewing.RECURRING)), default=None)


def suggested_parents(task, superiors, post):
    """[(superior's duty, why)] that a duty of the draft might continue."""
    theirs = list(Task.objects.visible_to(post).filter(plan__in=superiors, ended_on=None).select_related("plan__document"))
    told = [parents.Duty(str(row.pk), row.title, row.words, (row.lead_words,), "", row.deadline_words) for row in theirs]
    linked = set(task.parent_links.filter(until=None).values_list("parent", flat=True))
    by_key = {str(row.pk): row for row in theirs}
    found = parents.suggest([parents.Duty("", task.title, task.words, (task.lead_words,), "", task.deadline_words)], told)
    return [(by_key[line.parent_ref], line.why) for line in found if int(line.parent_ref) not in linked]
