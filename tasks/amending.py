"""Amending an issued plan by one later document: add or end duties, reword them, change who leads or how often they report, move dates.

Everything one document changes is one act under one Amendment; what was and what is stays readable for ever (TaskChange, DueChange).
"""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.models import Entry, Notice
from plans.models import Amendment, Plan
from tasks import cascade, deadlines, extending
from tasks.deadlines import Kind
from tasks.extending import REASONS, Refused, recorded
from tasks.importer import reviewing
from tasks.models import Assignment, DueChange, ParentLink, Part, Stage, StaleWrite, Task, TaskChange
from tasks.models.cadence import CADENCES, cadence_of
from tasks.moving import Cause, Move, hold_plans
from tasks.readers import Readers

SHOWN = 50  # amendments on one page

WORDED = ("title", "words", "product")


@dataclass
class NewDuty:
    """A duty to add. `leads` are units; `deadline` its words as the document prints them, read like any plan's."""

    ref: str
    title: str
    words: str = ""
    product: str = ""
    deadline: str = ""
    leads: list = field(default_factory=list)


@dataclass
class Change:
    """What happens to one duty: it ends, or it gets other words, other leads, other dates ({stage: date}), another cadence."""

    task: Task
    ends: bool = False
    worded: dict = field(default_factory=dict)
    joining: list = field(default_factory=list)
    leaving: list = field(default_factory=list)
    dates: dict = field(default_factory=dict)
    cadence: str = ""  # empty: as it was

    @property
    def says_something(self):
        return self.ends or self.rewrites

    @property
    def rewrites(self):
        return self.worded or self.joining or self.leaving or self.dates or self.cadence


@transaction.atomic
def amend(plan, *, paper, changes=(), added=(), by, at, version=None, token=""):
    """Carry out what the document `paper` says of an issued plan, from the local day of `at` on. Returns the Amendment.

    A second call with the same `token` returns the first one's. Raises StaleWrite where the plan changed since `version`, Refused
    with one sentence where something cannot be; then nothing is changed.
    """
    hold_plans(Plan.objects.filter(pk=plan.pk))
    plan = Plan.objects.select_related("document__issuer", "unit").get(pk=plan.pk)
    if done := recorded(plan, token):
        return done
    if version is not None and version != plan.version:
        raise StaleWrite
    moves = _checked(plan, changes, added)
    amendment = Amendment.objects.under(plan, paper, by=by, at=at)
    act = _Act(amendment, plan, by=by, at=at)
    for change in changes:
        act.take(change)
    tasks = [act.add(duty) for duty in added]
    extending.carry_out(amendment, moves, by=by, at=at, ended=act.ended, settle=act.settle)
    act.close_links()
    extending.bump(plan, [change.task.pk for change in changes])
    Entry.objects.record(
        by=by, verb="plan.amended", target=plan, at=at, amendment=amendment.pk, added=[t.pk for t in tasks], token=str(token)
    )
    act.tell()
    return amendment


def _checked(plan, changes, added):
    """The moves the changes ask for. Raises Refused before anything is written."""
    if not added and not any(change.says_something for change in changes):
        raise Refused(_("Nothing is changed: write what the document amends."))
    refs = set(plan.tasks.values_list("ref", flat=True))
    for duty in added:
        if duty.ref in refs:
            raise Refused(_("The plan already has a duty %(ref)s: give the new one another number.") % {"ref": duty.ref})
        refs.add(duty.ref)
    return [move for change in changes for move in _check(change)]


def _check(change):
    if change.task.ended_on:
        raise Refused(_("Duty %(ref)s has already been taken out of the plan.") % {"ref": change.task.ref})
    if change.ends and change.rewrites:
        raise Refused(_("Duty %(ref)s is taken out: leave its other fields as they are.") % {"ref": change.task.ref})
    left = change.task.assignments.live().leads().exclude(pk__in=[row.pk for row in change.leaving])
    if change.leaving and not change.joining and not left.exists():
        raise Refused(_("Duty %(ref)s would have no lead left: name another one, or take the duty out.") % {"ref": change.task.ref})
    for stage, due_on in change.dates.items():
        stage.task = change.task
        if reason := extending.why_not(stage, due_on):
            raise Refused(f"{change.task.ref}: {REASONS[reason]}")
        yield Move(stage, due_on, Cause.EXTENDED)


class _Act:
    """One amendment being carried out. Rows that join or end are settled by the caller, links closed after that."""

    def __init__(self, amendment, plan, *, by, at):
        self.amendment, self.plan, self.by, self.at = amendment, plan, by, at
        self.on = timezone.localdate(at)
        self.ended, self.settle, self.left, self.told = [], [], [], []

    def take(self, change):
        if change.ends:
            self._end(change.task)
        if change.worded:
            self._reword(change.task, change.worded)
        if change.cadence:
            self._set_cadence(change.task, change.cadence)
        if change.joining or change.leaving:
            self._change_leads(change)

    def add(self, duty):
        """A new duty at the end of the plan."""
        last = self.plan.tasks.order_by("-position").first()
        task = Task.objects.create(
            plan=self.plan,
            ref=duty.ref,
            position=last.position + 1 if last else 1,
            title=duty.title,
            words=duty.words,
            product=duty.product,
            deadline_words=duty.deadline,
            section_title=str(self.amendment.document),
            source=self.amendment.document.citation[:120],
            lead_words="; ".join(unit.full_name for unit in duty.leads)[:500],
            added_by=self.amendment,
        )
        Stage.objects.bulk_create(_stages(task, duty.deadline, self.amendment.document.signed_on))
        rows = cascade.address(task, leads=duty.leads, on=self.on)
        self._note(task, TaskChange.Kind.ADDED, {}, {"title": task.title, "leads": [unit.full_name for unit in duty.leads]})
        self.told += [(row, gettext_lazy("Added to the plan")) for row in rows]
        return task

    def close_links(self):
        """Links of duties taken out, and links through leads that left, hold no longer."""
        links = ParentLink.objects.filter(until=None).select_related("child")
        for task in self.ended:
            for link in [*links.filter(child=task), *links.filter(parent=task)]:
                link.close(on=self.on)
        for link in links.filter(via__in=self.left).order_by("pk"):
            link.close(on=self.on)

    def tell(self):
        """The answering people of duties added, taken out, reworded or handed on, once each."""
        rows = {row.pk: words for row, words in self.told}
        wanted = Assignment.objects.filter(pk__in=rows).select_related("task", "unit", "owner__person", "plan__document", "plan__unit")
        wanted = list(wanted.order_by("pk"))
        readers = Readers(wanted, on=self.on)
        Notice.objects.tell_all([self._notice(row, rows[row.pk], person) for row in wanted for person in readers.answering(row)])

    def _end(self, task):
        rows = list(task.assignments.live())
        Task.objects.filter(pk=task.pk).update(ended_on=self.on)
        task.ended_on = self.on
        self._leave(rows)
        self.ended.append(task)
        self._note(task, TaskChange.Kind.ENDED, {"title": task.title}, {"ended_on": self.on.isoformat()})
        self.told += [(row, gettext_lazy("Taken out of the plan")) for row in rows if row.is_lead]

    def _leave(self, rows):
        Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(ended_on=self.on)
        self.settle += [row.pk for row in rows]
        self.left += [row.pk for row in rows]

    def _reword(self, task, worded):
        was = {name: getattr(task, name) for name in worded}
        for name, words in worded.items():
            setattr(task, name, words)
        task.save(update_fields=[*worded, "folded"])
        self._note(task, TaskChange.Kind.REWORDED, was, worded)
        self.told += [(row, gettext_lazy("Reworded")) for row in task.assignments.live().leads()]

    def _set_cadence(self, task, cadence):
        """The units report in this rhythm from now on; «im lặng» is counted by it at once."""
        was = cadence_of(task.stages.all())
        task.stages.update(cadence=cadence)
        rows = task.assignments.live()
        rows.update(cadence=cadence)
        self._note(task, TaskChange.Kind.CADENCE, {"cadence": was}, {"cadence": cadence})
        self.told += [(row, gettext_lazy("Another rhythm of reporting")) for row in rows.leads()]

    def _change_leads(self, change):
        was = [str(row.unit) for row in change.leaving]
        self._leave(change.leaving)
        coordinating = change.task.assignments.live().filter(unit__in=change.joining, part=Part.COORDINATOR)
        self._leave(list(coordinating))  # who coordinated and now leads begins anew
        rows = cascade.address(change.task, leads=change.joining, on=self.on)
        self._note(change.task, TaskChange.Kind.LEADS, {"leads": was}, {"leads": [str(row.unit) for row in rows]})
        self.told += [(row, gettext_lazy("No longer yours")) for row in change.leaving]
        self.told += [(row, gettext_lazy("Given to you")) for row in rows]

    def _note(self, task, kind, was, now):
        TaskChange.objects.create(amendment=self.amendment, task=task, kind=kind, was=was, now=now)

    def _notice(self, row, words, person):
        with translation.override("vi"):
            title = _("%(what)s by %(document)s") % {"what": words, "document": self.amendment.document}
        return Notice(
            person_id=person,
            key=f"amended/{self.amendment.pk}/{row.pk}",
            kind=Notice.Kind.DEADLINE,
            title=Truncator(f"{title}: {row.task.title}").chars(300),
            body=" · ".join([self.plan.document.symbol, row.task.ref, row.unit.full_name]),
            link=row.get_absolute_url(),
            at=self.at,
        )


def _stages(task, words, day):
    """The unsaved stages of a new duty, read from its deadline's words; a plan awaited is the nearest superior's."""
    reading = deadlines.read(words, plan_date=day or task.plan.issued_on)
    stages = reviewing.stages_of(reading.as_json())
    above = task.plan.superiors.exclude(unit=task.plan.unit).select_related("unit")
    awaited = max(above, key=lambda plan: len(plan.unit.path), default=None)
    for n, stage in enumerate(stages, 1):
        stage.task, stage.position = task, n
        if stage.kind == Kind.RELATIVE_TO_SUPERIOR_PLAN:
            stage.waits_for_plan = awaited
    return stages


# The history


@dataclass
class Line:
    """One thing an amendment changed: of which duty, what kind (a label), the words before and after."""

    task: Task
    kind: str
    was: str
    now: str


def history(plan, post, *, task=None):
    """[(Amendment, [Line])], newest first, as far as `post` may read: what holds for all, and dates of single units it sees."""
    changes = TaskChange.objects.filter(amendment__plan=plan).select_related("task")
    seen = Assignment.objects.visible_to(post).filter(plan=plan)
    alone = DueChange.objects.filter(amendment__plan=plan, cause=Cause.EXTENDED, answer__assignment__in=seen)
    for_all = TaskChange.objects.filter(
        amendment=OuterRef("amendment"), task=OuterRef("answer__assignment__task"), kind=TaskChange.Kind.DATES
    )
    alone = alone.exclude(Exists(for_all))
    alone = alone.select_related("answer__assignment__task", "answer__assignment__unit", "answer__stage").order_by("pk")
    if task:
        changes, alone = changes.filter(task=task), alone.filter(answer__assignment__task=task)
    lines = {}
    for change in changes.order_by("pk"):
        lines.setdefault(change.amendment_id, []).append(_line(change))
    for change in alone[:200]:
        lines.setdefault(change.amendment_id, []).append(_line_of_one(change))
    rows = Amendment.objects.filter(pk__in=lines).select_related("document", "by__person", "by__unit").order_by("-pk")[:SHOWN]
    return [(row, lines[row.pk]) for row in rows]


def _line(change):
    kind, was, now = change.kind, change.was, change.now
    if kind == TaskChange.Kind.DATES:
        place = f"{was['label']}: " if was.get("label") else ""
        was, now = f"{place}{_day(was['due_on'])}", _day(now["due_on"])
    elif kind == TaskChange.Kind.REWORDED:
        was, now = " · ".join(was[name] or "–" for name in was), " · ".join(now[name] or "–" for name in was)
    elif kind == TaskChange.Kind.CADENCE:
        was, now = (str(dict(CADENCES)[side["cadence"]]) for side in (was, now))
    elif kind == TaskChange.Kind.ENDED:
        was, now = was["title"], _("taken out from %(day)s on") % {"day": _day(now["ended_on"])}
    else:
        was, now = "; ".join(was.get("leads", [])), "; ".join([*filter(None, [now.get("title")]), *now.get("leads", [])])
    return Line(change.task, change.get_kind_display(), was or "–", now or "–")


def _line_of_one(change):
    assignment = change.answer.assignment
    words = _("another date for %(unit)s alone") % {"unit": assignment.unit.full_name}
    return Line(assignment.task, words, _day(change.was and change.was.isoformat()), _day(change.now.isoformat()))


def _day(iso):
    return f"{date.fromisoformat(iso):%d/%m/%Y}" if iso else "–"
