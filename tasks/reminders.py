"""Who is told of a deadline that nears or has passed, of «im lặng», of what hangs and of difficulties nobody answers (product.md §6).

A reminder is due when its step is *at or past* and not yet told, so a machine that was off catches up; of several passed
steps only the latest is told, so that switching the portal on in November does not flood.
"""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from journal.models import Notice
from orgunits.models import Role
from plans import period
from tasks import ladder, waiting_clock
from tasks.bundle import Bundle, chunks, event
from tasks.deadlines import Clock
from tasks.ladder import WEEK
from tasks.models import Answer, Assignment, Difficulty, Part, Progress, State, Verdict
from tasks.models.assignment import hanging, hangs_from
from tasks.models.difficulty import HOLDING
from tasks.models.states import FINISHED, OFF
from tasks.readers import Readers, is_below, people_of

CHUNK = 1000  # rows read at once


def send(on, *, at=None, ledger=Notice.objects):
    """Write the notices due by the day `on`. Returns how many were new; a second run on the day writes none.

    `ledger` is what they are written into: Notice.objects, or a Rehearsal that only looks (reports/rehearsing.py).
    """
    at = at or timezone.now()
    with translation.override("vi"):
        return sum(remind(on, at=at, ledger=ledger) for remind in SUBJECTS)


def _begun(on):
    """The condition for an answer whose date is at or past its first step."""
    begun = ~Q(stage__kind__in=list(ladder.OFTEN))
    for kind, steps in ladder.OFTEN.items():
        begun |= Q(stage__kind=kind, due_on__lte=on + timedelta(days=steps.first))
    return begun


def dated(on):
    """Answers of leads whose date is at or past the first step and which nobody has said to be done, from the day the unit got the duty.

    Of occurrences left open one after the other the oldest alone speaks: while it is overdue every week, no step of a later one is told
    beside it.
    """
    older = Answer.objects.filter(assignment=OuterRef("assignment"), stage=OuterRef("stage"), occurs_on__lt=OuterRef("occurs_on"))
    return (
        Answer.objects.filter(clock=Clock.DATED, due_on__lte=on + timedelta(days=ladder.DEADLINE.first))
        .filter(_begun(on))
        .exclude(Exists(older.exclude(state__in=[*FINISHED, *OFF])))
        .filter(assignment__part__in=[Part.LEAD, Part.CO_LEAD], assignment__ended_on=None, assignment__joined_on__lte=on)
        .filter(assignment__plan__issued_on__lte=on, assignment__plan__withdrawn_on=None, assignment__plan__closed_on=None)
        .exclude(state__in=[*FINISHED, *OFF])
        .exclude(assignment__state__in=OFF)
        .select_related("stage", "assignment__task", "assignment__unit", "assignment__owner__person")
        .select_related("assignment__plan__document", "assignment__plan__unit")
    )


def silent(on):
    """Leads of issued plans that report themselves and are «im lặng» on the day `on`, but for those with a date that has passed.

    The dashboards count these as silent too; their people are told every week that they are overdue, which is the stronger word.
    """
    leads = Assignment.objects.live().reporting().filter(plan__issued_on__isnull=False, plan__closed_on=None)
    overdue = Answer.objects.filter(assignment=OuterRef("pk"), clock=Clock.DATED, due_on__lt=on).exclude(state__in=[*FINISHED, *OFF])
    return (
        leads.filter(leads.silence(on=on))
        .exclude(Exists(overdue))
        .select_related("task", "unit", "owner__person", "plan__document", "plan__unit")
    )


def remind_of_deadlines(on, *, at, ledger=Notice.objects):
    """Tell those who answer, and from the first week overdue the confirming side. Returns how many notices were new."""
    week = [f"overdue/all/{on - timedelta(days=days)}" for days in range(WEEK)]
    escalated = Bundle(ledger, week, kind=Notice.Kind.OVERDUE, words=_overdue_in_all, link=_list("told=overdue"), at=at)
    new = 0
    for answers in _chunks(dated(on)):
        readers = Readers([answer.assignment for answer in answers], on=on)
        new += ledger.tell_all(
            [_of_deadline(answer, person, on=on, at=at) for answer in answers for person in readers.answering(answer.assignment)]
        )
        late = [answer for answer in answers if answer.due_on <= _long_ago(on)]
        escalated.add([_of_deadline(answer, person, on=on, at=at) for answer in late for person in readers.confirming(answer.assignment)])
    return new + escalated.tell()


def remind_of_silence(on, *, at, ledger=Notice.objects):
    """Tell those who answer, once in each turn of its cadence the duty stays silent. Returns how many notices were new."""
    slug = period.holding(on).slug
    bundle = Bundle(ledger, [f"silence/all/{slug}"], kind=Notice.Kind.SILENCE, words=_silent_in_all, link=_list("told=silent"), at=at)
    for assignments in _chunks(silent(on)):
        readers = Readers(assignments, on=on)
        bundle.add([_of_silence(row, person, on=on, at=at) for row in assignments for person in readers.answering(row)])
    return bundle.tell()


def _long_ago(on):
    return on - timedelta(days=WEEK)


def unjudged(on):
    """Entries that have hung for a week or longer by the day `on`, of plans in force."""
    waiting = Assignment.objects.live().leads().filter(hanging(on=on), plan__issued_on__isnull=False, plan__closed_on=None)
    rows = Progress.objects.awaiting().filter(assignment__in=waiting, since__lt=_week_before(on))
    return rows.select_related("by", *(f"assignment__{name}" for name in BESIDE), "assignment__plan__unit__parent")


def returned(on):
    """Verdicts by which a result was returned a week ago or longer and that nobody has answered since, of plans in force."""
    later = Progress.objects.filter(answer=OuterRef("progress__answer"), pk__gt=OuterRef("progress")).exclude(says=Progress.Says.NOTHING)
    live = Assignment.objects.live().leads().filter(plan__issued_on__isnull=False, plan__closed_on=None).exclude(state__in=OFF)
    rows = Verdict.objects.annotate(since=hangs_from(F("at"), assignment="progress__assignment"))
    rows = rows.filter(~Exists(later), ok=False, since__lt=_week_before(on), progress__answer__state=State.RETURNED)
    return rows.filter(progress__assignment__in=live).select_related(*(f"progress__assignment__{name}" for name in BESIDE))


BESIDE = ["task", "unit", "owner__person", "plan__document", "plan__unit"]


def _week_before(on):
    return period.moment(on - timedelta(days=WEEK - 1))


def _weeks(since, on):
    """The whole weeks from the moment `since` to the day `on`."""
    return (on - timezone.localdate(since)).days // WEEK


def remind_of_unjudged(on, *, at, ledger=Notice.objects):
    """Tell the confirming side every week a result hangs, from the second week the level above too. Returns how many were new."""
    facts, link = {"kind": Notice.Kind.RESULT, "at": at}, f"{reverse('to_confirm')}?days={WEEK}&others=1"
    heads = _weekly(ledger, "unjudged/all", on, link=link, words=_unjudged_in_all, of=event, **facts)
    higher = _weekly(ledger, "unjudged/above", on, link=_list("told=hanging"), words=_unjudged_above, **facts)
    for entries in _chunks(unjudged(on)):
        readers = Readers([entry.assignment for entry in entries], on=on, escalate=True)
        for bundle, people, weeks in [(heads, readers.confirming, 1), (higher, readers.above, ladder.ABOVE_FROM)]:
            hung = [entry for entry in entries if _weeks(entry.since, on) >= weeks]
            told = [(entry, person) for entry in hung for person in people(entry.assignment) - {entry.by.person_id}]
            bundle.add([_of_unjudged(entry, person, on=on, at=at) for entry, person in told])
    return heads.tell() + higher.tell()


def remind_of_returned(on, *, at, ledger=Notice.objects):
    """Tell those who answer every week a returned result stays as it is. Returns how many were new."""
    bundle = _weekly(ledger, "returned/all", on, kind=Notice.Kind.RESULT, words=_returned_in_all, link=_list("told=returned"), at=at)
    for verdicts in _chunks(returned(on)):
        readers = Readers([verdict.progress.assignment for verdict in verdicts], on=on)
        told = [(verdict, person) for verdict in verdicts for person in readers.answering(verdict.progress.assignment)]
        bundle.add([_of_returned(verdict, person, on=on, at=at) for verdict, person in told])
    return bundle.tell()


def remind_of_difficulties(on, *, at, ledger=Notice.objects):
    """Tell the heads and clerks of the level a difficulty lies with: 3 and 1 days before its reply-by, the day, then weekly (the clock
    has moved it up by then, but from the Centre). Returns how many were new."""
    link = f"{reverse('difficulties')}?turn=1&late=near"
    bundle = _weekly(ledger, "difficulty/all", on, kind=Notice.Kind.DIFFICULTY, words=_difficulties_in_all, link=link, at=at)
    for rows in _chunks(Difficulty.objects.near(on=on).with_names()):
        people = people_of({row.lies_with_id for row in rows}, roles=HOLDING, on=on)
        bundle.add([_of_difficulty(row, person, on=on, at=at) for row in rows for person in people[row.lies_with_id]])
    return bundle.tell()


def counted(subject, post, on):
    """Ids (a list or a subquery) of the duties that a notice of many counts for the post's person on the day `on`: the list it opens
    (tasks/forms.py, TOLD).

    The rows and the rule of who is told are those of the reminder itself; asked of what the post answers for, confirms or is above.
    """
    if subject == "hanging":
        return _hanging_below(post, on)
    rows, among, told = {
        "overdue": (dated(on).filter(due_on__lte=_long_ago(on)).values("assignment"), Assignment.objects.confirmed_by, Readers.confirming),
        "silent": (silent(on).values("pk"), Assignment.objects.answered_by, Readers.answering),
        "returned": (returned(on).values("progress__assignment"), Assignment.objects.answered_by, Readers.answering),
    }[subject]
    duties = list(among(post).filter(pk__in=rows.order_by()).select_related("unit", "owner__person", "plan__unit__parent"))
    readers = Readers(duties, on=on)
    return [row.pk for row in duties if post.person_id in told(readers, row)]


def _hanging_below(post, on):
    """A subquery of duties with a result that hangs for two weeks, of which the post is one level above; it reads none of them."""
    people = people_of(post.scope().areas, roles=[Role.STEERING], on=on)
    areas = [area for area, persons in people.items() if post.person_id in persons]
    two_weeks = period.moment(on - timedelta(days=ladder.ABOVE_FROM * WEEK - 1))
    hung = unjudged(on).filter(since__lt=two_weeks).exclude(by__person=post.person_id)
    return Assignment.objects.filter(is_below(areas), pk__in=hung.order_by().values("assignment")).values("pk")


def _weekly(ledger, name, on, **fields):
    """A Bundle whose one notice for many speaks for a week."""
    return Bundle(ledger, [f"{name}/{on - timedelta(days=days)}" for days in range(WEEK)], **fields)


def _chunks(rows):
    return chunks(rows, CHUNK)


def _of_deadline(answer, person, *, on, at):
    """An unsaved notice: `person` is told the latest passed step of the answer's date."""
    assignment = answer.assignment
    kind = Notice.Kind.OVERDUE if answer.due_on < on else Notice.Kind.DEADLINE
    steps = ladder.of_kind(answer.stage.kind).passed((answer.due_on - on).days)
    stem = f"deadline/{answer.pk}/{_armed(answer)}"
    return _notice(assignment, person, stem=stem, steps=steps, kind=kind, words=_when(answer.due_on, on), place=answer.place, at=at)


def _armed(answer):
    """What arms an answer's reminders: its date; once moved, the move, so that a date that comes back is told again."""
    return f"{answer.due_on}/{answer.change_id}" if answer.change_id else f"{answer.due_on}"


QUIET = {
    "entry": gettext_noop("No entry since %(day)s"),
    "joined": gettext_noop("No entry since it was assigned on %(day)s"),
    "resumed": gettext_noop("No entry since it was resumed on %(day)s"),
    "dated": gettext_noop("No entry since the superior's plan gave it a date on %(day)s"),
}


def _of_silence(assignment, person, *, on, at):
    """An unsaved notice: `person` is told that the duty is silent in the turn of its cadence that holds `on`."""
    slug = period.turn_slug(on, assignment.cadence)
    what, since = assignment.quiet_from
    words = _(QUIET[what]) % {"day": f"{timezone.localtime(since):%d/%m/%Y}"}
    return _notice(assignment, person, stem=f"silence/{assignment.pk}", steps=[slug], kind=Notice.Kind.SILENCE, words=words, at=at)


def _of_unjudged(entry, person, *, on, at):
    """An unsaved notice: the result hangs for so many days."""
    days = (on - timezone.localdate(entry.since)).days
    words = ngettext("A result has waited %(n)s day for a word", "A result has waited %(n)s days for a word", days) % {"n": days}
    steps = ladder.UNJUDGED.passed(-days)
    return _notice(
        entry.assignment, person, stem=_hung("unjudged", entry, entry.assignment), steps=steps, kind=Notice.Kind.RESULT, words=words, at=at
    )


def _of_returned(verdict, person, *, on, at):
    """An unsaved notice: returned so many days ago and not answered."""
    days = (on - timezone.localdate(verdict.since)).days
    words = ngettext("Returned %(n)s day ago and not answered yet", "Returned %(n)s days ago and not answered yet", days) % {"n": days}
    if verdict.since > verdict.at:
        words = ngettext("Resumed %(n)s day ago, a return not answered yet", "Resumed %(n)s days ago, a return not answered yet", days)
        words %= {"n": days}
    row, steps = verdict.progress.assignment, ladder.RETURNED.passed(-days)
    return _notice(row, person, stem=_hung("returned", verdict, row), steps=steps, kind=Notice.Kind.RESULT, words=words, at=at)


def _hung(what, word, row):
    """The stem of a result or verdict that hangs; where its duty was put off since, the day on which that ran on arms it anew."""
    stem = f"{what}/{word.pk}"
    return f"{stem}/{timezone.localdate(row.resumed_at)}" if row.resumed_at and row.resumed_at > word.at else stem


def _of_difficulty(row, person, *, on, at):
    """An unsaved notice: an answer is due, or overdue; its key names the step by which the difficulty came to lie there."""
    return Notice.at_step(
        f"difficulty/{row.pk}/{row.version}",
        ladder.DIFFICULTY.passed((row.reply_by - on).days),
        person_id=person,
        kind=Notice.Kind.DIFFICULTY,
        title=Truncator(_("Answer to a difficulty. %(when)s: %(words)s") % {"when": _when(row.reply_by, on), "words": row.words}).chars(
            300
        ),
        body=" · ".join([row.assignment.plan.document.symbol, row.assignment.task.ref, row.assignment.unit.full_name]),
        link=row.get_absolute_url(),
        at=at,
    )


def _notice(assignment, person, *, stem, steps, kind, words, at, place=""):
    """Title: what is the matter, then the duty. Body: where it stands («02-KH/BCĐ · 17 · UBND phường Ba Ngòi»)."""
    task = assignment.task
    body = [assignment.plan.document.symbol, task.ref, assignment.unit.full_name, place]
    return Notice.at_step(
        stem,
        steps,
        person_id=person,
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


def _unjudged_above(n):
    return ngettext(
        "%(n)s duty has a result that has waited two weeks or longer for a word",
        "%(n)s duties have a result that has waited two weeks or longer for a word",
        n,
    ) % {"n": n}


def _unjudged_in_all(n):
    return ngettext("%(n)s result has waited a week or longer for a word", "%(n)s results have waited a week or longer for a word", n) % {
        "n": n
    }


def _returned_in_all(n):
    return ngettext(
        "%(n)s duty has a returned result that was not answered for a week",
        "%(n)s duties have a returned result that was not answered for a week",
        n,
    ) % {"n": n}


def _difficulties_in_all(n):
    return ngettext("%(n)s difficulty awaits your answer, due or overdue", "%(n)s difficulties await your answer, due or overdue", n) % {
        "n": n
    }


SUBJECTS = [
    *(remind_of_deadlines, waiting_clock.remind, remind_of_silence),
    *(remind_of_unjudged, remind_of_returned, remind_of_difficulties),
]
