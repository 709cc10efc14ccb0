"""Who is told of a deadline that nears or has passed, of «im lặng», of what hangs and of difficulties nobody answers (product.md §6).

A reminder is due when its step is *at or past* and not yet told, so a machine that was off catches up; of several passed
steps only the latest is told, so that switching the portal on in November does not flood.
"""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import Notice
from plans import period
from tasks.deadlines import Clock, Kind
from tasks.models import Answer, Assignment, Difficulty, Part, Progress, State, Verdict
from tasks.models.assignment import hanging
from tasks.models.difficulty import HOLDING
from tasks.models.states import FINISHED, OFF
from tasks.readers import Readers, people_of

DAYS_BEFORE = (30, 7, 3, 1, 0)  # steps d30 … d0, in days before the due date
OFTEN = {Kind.RECURRING_WEEKLY: (1, 0), Kind.RECURRING_MONTHLY: (7, 3, 1, 0)}  # steps that fit into the turn of what comes back
WEEK = 7  # steps w1, w2 …: every so many days while overdue, told to the confirming side as well
FEW = 5  # events a person is told of one by one on a day; above that one notice counts them
ANSWER_DAYS_BEFORE = 3  # of DAYS_BEFORE those not longer: an answer is asked for within a working week
CHUNK = 1000  # rows read at once


def send(on, *, at=None):
    """Write the notices due by the day `on`. Returns how many were new; a second run on the day writes none."""
    at = at or timezone.now()
    with translation.override("vi"):
        told = remind_of_deadlines(on, at=at) + remind_of_silence(on, at=at)
        return told + remind_of_unjudged(on, at=at) + remind_of_returned(on, at=at) + remind_of_difficulties(on, at=at)


def step(due_on, on, *, days_before=DAYS_BEFORE):
    """The latest step passed by the day `on`: "d30" … "d0", "w1" …, or None before the first."""
    left = (due_on - on).days
    if left <= -WEEK:
        return f"w{-left // WEEK}"
    return next((f"d{days}" for days in sorted(days_before) if left <= days), None)


def _begun(on):
    """The condition for an answer whose date is at or past its first step."""
    begun = ~Q(stage__kind__in=list(OFTEN))
    for kind, days in OFTEN.items():
        begun |= Q(stage__kind=kind, due_on__lte=on + timedelta(days=max(days)))
    return begun


def dated(on):
    """Answers of leads whose date is at or past the first step and which nobody has said to be done.

    Of occurrences left open one after the other the oldest speaks for all that are past.
    """
    older = Answer.objects.filter(assignment=OuterRef("assignment"), stage=OuterRef("stage"), occurs_on__lt=OuterRef("occurs_on"))
    return (
        Answer.objects.filter(clock=Clock.DATED, due_on__lte=on + timedelta(days=max(DAYS_BEFORE)))
        .filter(_begun(on))
        .exclude(Exists(older.exclude(state__in=FINISHED)), is_past=True)
        .filter(assignment__part__in=[Part.LEAD, Part.CO_LEAD], assignment__ended_on=None)
        .filter(assignment__plan__issued_on__isnull=False, assignment__plan__withdrawn_on=None, assignment__plan__closed_on=None)
        .exclude(state__in=[*FINISHED, *OFF])
        .exclude(assignment__state__in=OFF)
        .select_related("stage", "assignment__task", "assignment__unit", "assignment__owner__person")
        .select_related("assignment__plan__document", "assignment__plan__unit")
    )


def silent(on):
    """Leads of issued plans that report themselves and are «im lặng» on the day `on`: those the dashboards count as silent."""
    leads = Assignment.objects.live().reporting().filter(plan__issued_on__isnull=False, plan__closed_on=None)
    return leads.filter(leads.silence(on=on)).select_related("task", "unit", "owner__person", "plan__document", "plan__unit")


def remind_of_deadlines(on, *, at):
    """Tell those who answer, and from the first week overdue the confirming side. Returns how many notices were new."""
    week = [f"overdue/all/{on - timedelta(days=days)}" for days in range(WEEK)]
    escalated = Bundle(week, kind=Notice.Kind.OVERDUE, words=_overdue_in_all, link=_list("timeliness=overdue"), at=at)
    new = 0
    for answers in _chunks(dated(on)):
        readers = Readers([answer.assignment for answer in answers], on=on)
        new += Notice.objects.tell_all(
            [_of_deadline(answer, person, on=on, at=at) for answer in answers for person in readers.answering(answer.assignment)]
        )
        late = [answer for answer in answers if step(answer.due_on, on).startswith("w")]
        escalated.add([_of_deadline(answer, person, on=on, at=at) for answer in late for person in readers.confirming(answer.assignment)])
    return new + escalated.tell()


def remind_of_silence(on, *, at):
    """Tell those who answer, once in each turn of its cadence the duty stays silent. Returns how many notices were new."""
    slug = period.holding(on).slug
    bundle = Bundle([f"silence/all/{slug}"], kind=Notice.Kind.SILENCE, words=_silent_in_all, link=_list("silent=1"), at=at)
    for assignments in _chunks(silent(on)):
        readers = Readers(assignments, on=on)
        bundle.add([_of_silence(row, person, on=on, at=at) for row in assignments for person in readers.answering(row)])
    return bundle.tell()


def unjudged(on):
    """Entries that have hung for a week or longer by the day `on`, of plans in force."""
    waiting = Assignment.objects.live().leads().filter(hanging(on=on), plan__issued_on__isnull=False, plan__closed_on=None)
    rows = Progress.objects.awaiting().filter(assignment__in=waiting, since__lt=_week_before(on))
    return rows.select_related("by", *(f"assignment__{name}" for name in BESIDE), "assignment__plan__unit__parent")


def returned(on):
    """Verdicts by which a result was returned a week ago or longer and that nobody has answered since, of plans in force."""
    later = Progress.objects.filter(answer=OuterRef("progress__answer"), pk__gt=OuterRef("progress")).exclude(says=Progress.Says.NOTHING)
    live = Assignment.objects.live().leads().filter(plan__issued_on__isnull=False, plan__closed_on=None).exclude(state__in=OFF)
    rows = Verdict.objects.filter(~Exists(later), ok=False, at__lt=_week_before(on), progress__answer__state=State.RETURNED)
    return rows.filter(progress__assignment__in=live).select_related(*(f"progress__assignment__{name}" for name in BESIDE))


BESIDE = ["task", "unit", "owner__person", "plan__document", "plan__unit"]


def _week_before(on):
    return period.moment(on - timedelta(days=WEEK - 1))


def _weeks(since, on):
    """The whole weeks from the moment `since` to the day `on`."""
    return (on - timezone.localdate(since)).days // WEEK


def remind_of_unjudged(on, *, at):
    """Tell the confirming side every week a result hangs, from the second week the level above too. Returns how many were new."""
    heads = _weekly("unjudged/all", on, kind=Notice.Kind.RESULT, words=_unjudged_in_all, link=f"{reverse('to_confirm')}?days={WEEK}", at=at)
    higher = _weekly("unjudged/above", on, kind=Notice.Kind.RESULT, words=_unjudged_in_all, link=_list("hanging=1"), at=at)
    for entries in _chunks(unjudged(on)):
        readers = Readers([entry.assignment for entry in entries], on=on, escalate=True)
        for bundle, people, weeks in [(heads, readers.confirming, 1), (higher, readers.above, 2)]:
            hung = [entry for entry in entries if _weeks(entry.since, on) >= weeks]
            told = [(entry, person) for entry in hung for person in people(entry.assignment) - {entry.by.person_id}]
            bundle.add([_of_unjudged(entry, person, on=on, at=at) for entry, person in told])
    return heads.tell() + higher.tell()


def remind_of_returned(on, *, at):
    """Tell those who answer every week a returned result stays as it is. Returns how many were new."""
    bundle = _weekly("returned/all", on, kind=Notice.Kind.RESULT, words=_returned_in_all, link=_list("state=returned"), at=at)
    for verdicts in _chunks(returned(on)):
        readers = Readers([verdict.progress.assignment for verdict in verdicts], on=on)
        told = [(verdict, person) for verdict in verdicts for person in readers.answering(verdict.progress.assignment)]
        bundle.add([_of_returned(verdict, person, on=on, at=at) for verdict, person in told])
    return bundle.tell()


def remind_of_difficulties(on, *, at):
    """Tell the heads and clerks of the level a difficulty lies with: 3 and 1 days before its reply-by, the day, then weekly (the clock
    has moved it up by then, but from the Centre). Returns how many were new."""
    link = f"{reverse('difficulties')}?turn=1"
    bundle = _weekly("difficulty/all", on, kind=Notice.Kind.DIFFICULTY, words=_difficulties_in_all, link=link, at=at)
    near = Difficulty.objects.running().filter(reply_by__lte=on + timedelta(days=ANSWER_DAYS_BEFORE)).with_names()
    for rows in _chunks(near):
        people = people_of({row.lies_with_id for row in rows}, roles=HOLDING, on=on)
        bundle.add([_of_difficulty(row, person, on=on, at=at) for row in rows for person in people[row.lies_with_id]])
    return bundle.tell()


def _weekly(name, on, **fields):
    """A Bundle whose one notice for many speaks for a week."""
    return Bundle([f"{name}/{on - timedelta(days=days)}" for days in range(WEEK)], **fields)


def _chunks(rows):
    """The rows in lists of CHUNK by key, each read when it is its turn."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk
        if len(chunk) < CHUNK:
            return


class Bundle:
    """Events told one by one while a person has at most FEW of them on a day; above that one notice counts them.

    `keys`: the key of that notice, then older ones under which it still speaks; who holds one is told nothing more.
    `words`: from a count to the notice's title.
    """

    def __init__(self, keys, *, words, **fields):
        self.keys, self.words, self.fields = keys, words, fields
        self.duties, self.kept = defaultdict(set), defaultdict(list)

    def add(self, rows):
        """Take unsaved notices in; no more than FEW of a person's are held in memory."""
        people = {row.person_id for row in rows}
        held = set(Notice.objects.filter(person__in=people, key__in=self.keys).values_list("person", flat=True))
        for row in Notice.objects.not_told([row for row in rows if row.person_id not in held]):
            self.duties[row.person_id].add(row.link)  # stages of one duty are one duty, as in the list the notice opens
            if len(self.duties[row.person_id]) <= FEW:
                self.kept[row.person_id].append(row)

    def tell(self):
        """Write them. Returns how many notices were new."""
        return Notice.objects.tell_all([row for person, duties in self.duties.items() for row in self._rows(person, len(duties))])

    def _rows(self, person, n):
        return self.kept[person] if n <= FEW else [Notice(person_id=person, key=self.keys[0], title=self.words(n), **self.fields)]


def _of_deadline(answer, person, *, on, at):
    """An unsaved notice: `person` is told the latest passed step of the answer's date."""
    assignment = answer.assignment
    kind = Notice.Kind.OVERDUE if answer.due_on < on else Notice.Kind.DEADLINE
    reached = step(answer.due_on, on, days_before=OFTEN.get(answer.stage.kind, DAYS_BEFORE))
    key = f"deadline/{answer.pk}/{_armed(answer)}/{reached}"
    return _notice(assignment, person, key=key, kind=kind, words=_when(answer.due_on, on), place=answer.place, at=at)


def _armed(answer):
    """What arms an answer's reminders: its date; once moved, the move, so that a date that comes back is told again."""
    return f"{answer.due_on}/{answer.change_id}" if answer.change_id else f"{answer.due_on}"


def _of_silence(assignment, person, *, on, at):
    """An unsaved notice: `person` is told that the duty is silent in the turn of its cadence that holds `on`."""
    slug = period.turn_slug(on, assignment.cadence)
    if assignment.last_entry_at:
        words = _("No entry since %(day)s") % {"day": f"{timezone.localtime(assignment.last_entry_at):%d/%m/%Y}"}
    else:
        words = _("No entry since it was assigned on %(day)s") % {"day": f"{assignment.joined_on:%d/%m/%Y}"}
    return _notice(assignment, person, key=f"silence/{assignment.pk}/{slug}", kind=Notice.Kind.SILENCE, words=words, at=at)


def _of_unjudged(entry, person, *, on, at):
    """An unsaved notice: the result hangs for so many days."""
    days, key = (on - timezone.localdate(entry.since)).days, f"unjudged/{entry.pk}/w{_weeks(entry.since, on)}"
    words = ngettext("A result has waited %(n)s day for a word", "A result has waited %(n)s days for a word", days) % {"n": days}
    return _notice(entry.assignment, person, key=key, kind=Notice.Kind.RESULT, words=words, at=at)


def _of_returned(verdict, person, *, on, at):
    """An unsaved notice: returned so many days ago and not answered."""
    days, key = (on - timezone.localdate(verdict.at)).days, f"returned/{verdict.pk}/w{_weeks(verdict.at, on)}"
    words = ngettext("Returned %(n)s day ago and not answered yet", "Returned %(n)s days ago and not answered yet", days) % {"n": days}
    return _notice(verdict.progress.assignment, person, key=key, kind=Notice.Kind.RESULT, words=words, at=at)


def _of_difficulty(row, person, *, on, at):
    """An unsaved notice: an answer is due, or overdue; its key names the step by which the difficulty came to lie there."""
    return Notice(
        person_id=person,
        key=f"difficulty/{row.pk}/{row.version}/{step(row.reply_by, on)}",
        kind=Notice.Kind.DIFFICULTY,
        title=Truncator(_("Answer to a difficulty. %(when)s: %(words)s") % {"when": _when(row.reply_by, on), "words": row.words}).chars(
            300
        ),
        body=" · ".join([row.assignment.plan.document.symbol, row.assignment.task.ref, row.assignment.unit.full_name]),
        link=row.get_absolute_url(),
        at=at,
    )


def _notice(assignment, person, *, key, kind, words, at, place=""):
    """Title: what is the matter, then the duty. Body: where it stands («02-KH/BCĐ · 17 · UBND phường Ba Ngòi»)."""
    task = assignment.task
    body = [assignment.plan.document.symbol, task.ref, assignment.unit.full_name, place]
    return Notice(
        person_id=person,
        key=key,
        kind=kind,
        title=Truncator(f"{words}: {task.title}").chars(300),
        body=" · ".join(part for part in body if part),
        link=assignment.get_absolute_url(),
        at=at,
    )


def _when(due_on, on):
    """«Còn 7 ngày, hạn 30/11/2026»: counted for the day it is told, whatever the step."""
    left = (due_on - on).days
    facts = {"n": abs(left), "day": f"{due_on:%d/%m/%Y}"}
    if left == 0:
        return _("Due today, %(day)s") % facts
    if left > 0:
        return ngettext("%(n)s day left, due on %(day)s", "%(n)s days left, due on %(day)s", left) % facts
    return ngettext("%(n)s day overdue, was due on %(day)s", "%(n)s days overdue, was due on %(day)s", -left) % facts


def _list(wanted):
    return f"{reverse('duties')}?{wanted}"


def _overdue_in_all(n):
    return ngettext("%(n)s duty is overdue by a week or more", "%(n)s duties are overdue by a week or more", n) % {"n": n}


def _silent_in_all(n):
    return ngettext("%(n)s duty had no entry for two periods", "%(n)s duties had no entry for two periods", n) % {"n": n}


def _unjudged_in_all(n):
    return ngettext("%(n)s result has waited a week or longer for a word", "%(n)s results have waited a week or longer for a word", n) % {
        "n": n
    }


def _returned_in_all(n):
    return ngettext("%(n)s returned result was not answered for a week", "%(n)s returned results were not answered for a week", n) % {
        "n": n
    }


def _difficulties_in_all(n):
    return ngettext("%(n)s difficulty awaits your answer, due or overdue", "%(n)s difficulties await your answer, due or overdue", n) % {
        "n": n
    }
