"""One unit's duty from the file taken in to the confirmed result: what, who (person and post), when, why, in the order of the journal.

Told are the entries about the plan and the file it came from, the duty, the unit's assignment (and those it was before units merged),
and the reports that took its progress in; beside them what the portal reminded of. Others' receipts and declarations, other duties'
dates, and drafting for whoever is not of the plan's unit are left out, as everywhere.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from journal import verbs
from journal.models import Entry, Notice
from journal.verbs import Reach
from plans import period
from plans.models import Plan
from reports import journal_reading as reading
from reports import journal_telling as telling
from reports.models import MonthlyReport, ReportEntry
from tasks.models import Assignment, Intake, Progress, Task

DRAFTING = [name for name in verbs.told(Reach.OWN, Reach.DESK) if not name.startswith("report.")]
SIGNING, FILING = ["report.signed", "report.unsigned"], ["report.filed", "report.accepted", "report.returned"]
BEGINS = ["plan.issued", "plan.confirmed", "task.joined"]  # acts by which a unit got its duty
LOOKS = {"progress.logged": "doing", "progress.confirmed": "done", "progress.returned": "soon", "report.returned": "soon"}
TOLD = 200  # reminders of one duty that a page holds


@dataclass
class Event:
    """One step. `line` is the journal's sentence, `progress` the words and files it speaks of; without a line `words` say it."""

    at: datetime
    look: str = "todo"
    line: telling.Line | None = None
    progress: Progress | None = None
    words: str = ""
    day: date | None = None  # where no moment is known
    people: list = field(default_factory=list)

    @property
    def entry(self):
        return self.line and self.line.entry


def of(assignment, post):
    """The Events of an assignment the post may read, oldest first."""
    before = _predecessors(assignment)
    rows = entries(assignment, post, before=before).select_related("person", "post__unit").order_by("at", "pk")
    lines = telling.of(rows, post, subjects=[assignment, *before, assignment.task])
    progress = _progress(line.entry for line in lines)
    events = [_event(line, progress) for line in lines]
    return _with_reminders(_with_beginning(events, assignment), [assignment, *before])


def _predecessors(assignment):
    """What the assignment was before units merged or split, newest first."""
    rows = []
    while assignment.moved_from_id and assignment.moved_from_id not in {row.pk for row in rows}:
        assignment = assignment.moved_from
        rows.append(assignment)
    return rows


def entries(assignment, post, *, before=()):
    """The journal's entries that tell this duty, unordered. `before`: the assignments it was until units merged."""
    ids = [assignment.pk, *(row.pk for row in before)]
    own, others = _reports(ids, post)
    told = (
        Q(target_type=_type(Assignment), target_id__in=ids)
        | Q(_of_task(assignment, before), target_type=_type(Task), target_id=assignment.task_id)
        | Q(_of_plan(assignment, before), target_type=_type(Plan), target_id__in=_plans(assignment))
        | Q(target_type=_type(Intake), target_id__in=list(Intake.objects.filter(plan=assignment.plan_id).values_list("pk", flat=True)))
        | Q(target_type=_type(MonthlyReport), target_id__in=own, verb__in=[*SIGNING, *FILING])
        | Q(target_type=_type(MonthlyReport), target_id__in=others, verb__in=FILING)
    )
    return Entry.objects.filter(told).exclude(verb__in=[] if reading.keeps(assignment, post) else DRAFTING)


def _plans(assignment):
    """The plan, and the draft it was where that took the place of a plan known by citation."""
    issued = Entry.objects.about(assignment.plan).filter(verb="plan.issued").values_list("facts", flat=True)
    return {assignment.plan_id, *(facts["draft"] for facts in issued if "draft" in facts)}


def _type(model):
    return ContentType.objects.get_for_model(model)


def _units(assignment, before):
    """The units of this answer and their areas: what speaks of others alone is no part of its story."""
    return [unit for row in [assignment, *before] for unit in (row.unit, row.unit.area) if unit]


def _of_task(assignment, before):
    codes = [unit.code for unit in _units(assignment, before)]
    return ~Q(verb__in=reading.DECLARING) | Q(verb__in=reading.DECLARING, facts__unit__in=codes)


def _of_plan(assignment, before):
    """Of the plan's acts those for all, its receipt here, and the dates of this very duty."""
    units = [unit.pk for unit in _units(assignment, before)]
    stages = list(assignment.task.stages.values_list("pk", flat=True))
    alone = [*reading.RECEIVING, "plan.extended"]
    received = Q(verb__in=reading.RECEIVING, facts__unit__in=units)
    return ~Q(verb__in=alone) | received | Q(verb="plan.extended", facts__stage__in=stages)


def _reports(assignments, post):
    """(ids of own reports, ids of others') that the post may read and that took progress of these assignments in."""
    taken = ReportEntry.objects.filter(progress__assignment__in=assignments).values_list("report", flat=True).distinct()
    rows = MonthlyReport.objects.visible_to(post).filter(pk__in=list(taken))
    own = [row.pk for row in rows if reading.keeps(row, post)]
    return own, [row.pk for row in rows if row.pk not in own]


def _progress(rows):
    ids = {row.facts["progress"] for row in rows if row.verb.startswith("progress.") and "progress" in row.facts}
    found = Progress.objects.filter(pk__in=ids).prefetch_related("evidence").select_related("answer__stage")
    return {row.pk: row for row in found}


def _event(line, progress):
    verb, row = line.entry.verb, progress.get(line.entry.facts.get("progress"))
    look = "said" if verb == "progress.logged" and row and row.says == "done" else LOOKS.get(verb, "todo")
    return Event(line.at, look, line, row if verb == "progress.logged" else None)


def _with_beginning(events, assignment):
    """Beside the act that gave the unit its duty, the assignment itself; at the day's beginning where no such act is journaled."""
    given = [n for n, event in enumerate(events) if event.entry.verb in BEGINS]
    at = events[given[0]].at if given else period.moment(assignment.joined_on)
    words = _("assigned to %(unit)s by %(document)s") % {
        "unit": assignment.unit.full_name,
        "document": assignment.plan.document.citation,
    }
    place = given[0] + 1 if given else next((n for n, event in enumerate(events) if event.at > at), len(events))
    return [*events[:place], Event(at, "doing", words=words, day=None if given else assignment.joined_on), *events[place:]]


def _with_reminders(events, assignments):
    """What the portal told of the duty, each reminder once with whom it reached, set in where its moment is."""
    links = [row.get_absolute_url() for row in assignments]
    rows = Notice.objects.filter(link__in=links).exclude(kind=Notice.Kind.RESULT)
    rows = rows.exclude(key__startswith="due/").exclude(key__startswith="amended/").select_related("person").order_by("at", "pk")[:TOLD]
    told = {}
    for notice in rows:
        event = told.setdefault(notice.key, Event(notice.at, "soon", words=_("reminded: %(title)s") % {"title": notice.title}))
        event.people.append(notice.person.full_name)
    return sorted([*events, *told.values()], key=lambda event: event.at)  # stable: the journal's order stands
