"""Difficulties: raised by the unit that leads, answered or sent up where they lie, moved up by the clock when nobody answers.

Each act is one step of history under the row's lock; the same submit twice makes one. A level that lets its day pass keeps the
lateness in the step by which the difficulty left it: the ward that raised it is never late by it (product.md §2).
"""

import uuid

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from journal.models import Entry, Notice
from orgunits.models import OrgUnit
from tasks.deadlines import working_days_after
from tasks.models import Assignment, Difficulty, DifficultyStep, StaleWrite, State
from tasks.models.assignment import comes_again
from tasks.models.difficulty import HOLDING, RAISING
from tasks.readers import Readers, people_of

# No document names the time: five working days at each level are one working week, and all three levels together (15 working days)
# lie within one monthly period, so that what a ward raises in it can have reached the Centre before the next report.
REPLY_WORKING_DAYS = 5
LONGEST_DAYS = 31  # a reply-by of one's own choosing lies within about one period

Act, Kept = DifficultyStep.Act, Difficulty.State
BEFORE = {
    **dict.fromkeys([Act.ANSWERED, Act.SENT_UP, Act.CLIMBED, Act.WITHDRAWN], Kept.OPEN),
    **dict.fromkeys([Act.CLOSED, Act.REOPENED], Kept.ANSWERED),
}
AFTER = {Act.ANSWERED: Kept.ANSWERED, Act.WITHDRAWN: Kept.WITHDRAWN, Act.CLOSED: Kept.CLOSED}  # the others leave it open


class NothingAbove(Exception):
    """The difficulty lies with the Centre: there is nobody to pass it to."""


# Who may, where to, by when


def may_raise(assignment, post):
    """Officials and clerks of the unit that leads, while the duty runs; a paused one may be paused for the very difficulty."""
    return raises(assignment, post) and not is_over(assignment)


def raises(assignment, post):
    """Whether the post raises difficulties of this duty at all, however the duty stands by now; of a plan once issued."""
    return assignment.is_lead and assignment.plan.issued_on is not None and post.role in RAISING and assignment.unit_id in post.scope().own


def is_over(assignment):
    """Whether nothing can stand in a duty's way any more: ended, of a plan not in force, or done for good."""
    if assignment.ended_on or not assignment.plan.is_in_force:
        return True
    if assignment.state == State.DONE:
        return not Assignment.objects.filter(comes_again(), pk=assignment.pk).exists()
    return assignment.state in {State.DROPPED, State.NOT_APPLICABLE}


def line(unit):
    """The areas that can be competent for what `unit` meets: its own first, then those above, nearest first."""
    return [*([unit] if unit.is_area else []), *unit.chain]


def above(area):
    """The next area up from where a difficulty lies, of units in force today. Raises NothingAbove."""
    up = line(_in_force(area))[1:]
    if not up:
        raise NothingAbove
    return _in_force(up[0])


def _in_force(area):
    """The area itself, or the main one that follows it."""
    return OrgUnit.objects.heirs([area])[area.pk][0]


def reply_day(on):
    """The last day for an answer asked for on the day `on`, where nobody chose another."""
    return working_days_after(on, REPLY_WORKING_DAYS)


# Acts


@transaction.atomic
def raise_(assignment, *, by, at, words, level, proposal="", reply_by=None, progress=None, token=None):
    """Raise a difficulty before the area of `level` on the unit's own line. Returns the Difficulty; a used `token` gives the one it made.

    Raises StaleWrite where the token made another's, or the duty is over.
    """
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    assignment = Assignment.objects.select_related("unit", "task", "plan__unit", "owner__person").get(pk=assignment.pk)
    again = token and Difficulty.objects.filter(token=token).first()
    if again and (again.assignment_id, again.by_id) != (assignment.pk, by.pk):
        raise StaleWrite
    if again:
        return again
    if is_over(assignment):
        raise StaleWrite
    holder = next(area for area in line(assignment.unit) if area.level == level)
    row = Difficulty.objects.create(
        assignment=assignment,
        path=assignment.path,
        progress=progress,
        by=by,
        at=at,
        words=words,
        proposal=proposal,
        level=level,
        lies_with=holder,
        lies_since=at,
        reply_by=reply_by or reply_day(timezone.localdate(at)),
        token=token or uuid.uuid4(),
    )
    step = row.steps.create(n=1, act=Act.RAISED, now_with=holder, reply_by=row.reply_by, by=by, at=at)
    return _known(row, step)


def answer(difficulty, *, by, at, words, version=None):
    """The level it lies with answers. All acts below return the Difficulty as it stands then and raise StaleWrite where the difficulty
    was no longer as `version` saw it; repeated by the same post with the same words, an act changes nothing."""
    return _step(difficulty, Act.ANSWERED, by=by, at=at, words=words, version=version)


def send_up(difficulty, *, by, at, words, version=None):
    """Above the holder's competence, with the reason: it lies with the next area up from now on. Raises NothingAbove."""
    return _step(difficulty, Act.SENT_UP, by=by, at=at, words=words, version=version, up=True)


def withdraw(difficulty, *, by, at, words="", version=None):
    """The unit takes it back before it is answered."""
    return _step(difficulty, Act.WITHDRAWN, by=by, at=at, words=words, version=version)


def close(difficulty, *, by, at, words="", version=None):
    """The unit that raised it accepts the answer."""
    return _step(difficulty, Act.CLOSED, by=by, at=at, words=words, version=version)


def reopen(difficulty, *, by, at, words, up=False, version=None):
    """The unit is not satisfied, with the reason: asked again at the same level, or one level `up`. Raises NothingAbove."""
    return _step(difficulty, Act.REOPENED, by=by, at=at, words=words, version=version, up=up)


def climb(on, *, at=None):
    """Move every open difficulty whose answer was owed before the day `on` to the next area up, with a new day. Returns how many.

    At the Centre it stays and is overdue. After days without a run it moves one level, not several: each is given its own time.
    """
    at, moved = at or timezone.now(), 0
    rows = Difficulty.objects.running().overdue(on=on).exclude(lies_with__parent=None).order_by("pk")
    for row in list(rows.only("pk", "version")):
        moved += _climb(row, on=on, at=at)
    return moved


def _climb(row, *, on, at):
    try:
        _step(row, Act.CLIMBED, by=None, at=at, on=on, version=row.version, up=True)
    except (StaleWrite, NothingAbove):  # answered or moved by somebody in this very moment; or its area hangs below none
        return 0
    return 1


@transaction.atomic
def _step(difficulty, act, *, by, at, words="", version=None, up=False, on=None):
    # The row is locked alone: joined with where it lies, PostgreSQL finds none once another act has moved it meanwhile.
    Difficulty.objects.select_for_update().get(pk=difficulty.pk)
    row = Difficulty.objects.with_names().select_related("assignment__owner__person").get(pk=difficulty.pk)
    if version is not None and version != row.version and _is_repeated(row, act, by=by, words=words):
        return row
    if row.state != BEFORE[act] or version not in {None, row.version}:
        raise StaleWrite
    step = _next(row, act, by=by, at=at, words=words, up=up, on=on or timezone.localdate(at))
    row.lies_since = at if step.has_moved or act == Act.REOPENED else row.lies_since
    row.version, row.state, row.lies_with = step.n, AFTER.get(act, Kept.OPEN), step.now_with
    row.reply_by = step.reply_by or row.reply_by
    row.save(update_fields=["version", "state", "lies_with", "lies_since", "reply_by"])
    return _known(row, step)


def _is_repeated(row, act, *, by, words):
    newest = row.steps.last()
    return by is not None and (newest.act, newest.by_id, newest.words) == (act, by.pk, words)


def _next(row, act, *, by, at, words, up, on):
    """The row's next step, written."""
    is_open = row.state == Kept.OPEN
    return row.steps.create(
        n=row.version + 1,
        act=act,
        was_with=row.lies_with,
        now_with=above(row.lies_with) if up else row.lies_with,
        was_due_on=row.reply_by if is_open else None,
        reply_by=None if act in AFTER else reply_day(on),
        late_days=max((on - row.reply_by).days, 0) if is_open else 0,
        by=by,
        at=at,
        words=words,
    )


def on_the_desk(post, *, on, most=8):
    """The first `most` difficulties whose next step is the post's unit's, the nearest day first; each with `days_over`. One query."""
    rows = list(Difficulty.objects.next_of(post).with_names().order_by("reply_by", "pk")[:most])
    for row in rows:
        row.days_over = max((on - row.reply_by).days, 0) if row.is_open else 0
    return rows


# Journal and notices


TITLES = {
    Act.RAISED: _("A difficulty awaits your answer by %(day)s: %(title)s"),
    Act.SENT_UP: _("A difficulty was sent up to %(unit)s, answer due by %(day)s: %(title)s"),
    Act.CLIMBED: _("A difficulty was not answered in time and lies with %(unit)s now, answer due by %(day)s: %(title)s"),
    Act.ANSWERED: _("Your difficulty was answered: %(title)s"),
    Act.REOPENED: _("Not satisfied with the answer, a new one is due by %(day)s: %(title)s"),
    Act.CLOSED: _("The answer to a difficulty was accepted: %(title)s"),
    Act.WITHDRAWN: _("A difficulty was taken back: %(title)s"),
}


def _known(row, step):
    """Write the step into the journal and tell whom it concerns. Returns the row."""
    facts = {"assignment": row.assignment_id, "word": step.n, "with": step.now_with.code, "late_days": step.late_days}
    Entry.objects.record(by=step.by, verb=f"difficulty.{step.act}", target=row, at=step.at, **facts)
    with translation.override("vi"):
        Notice.objects.tell(
            _concerned(row, step) - {step.by and step.by.person_id},
            key=f"difficulty/{row.pk}/{step.n}",
            kind=Notice.Kind.DIFFICULTY,
            title=str(TITLES[step.act])
            % {"unit": step.now_with.full_name, "day": f"{row.reply_by:%d/%m/%Y}", "title": row.assignment.task.title},
            body=step.words or row.words,
            link=row.get_absolute_url(),
            at=step.at,
        )
    return row


def _concerned(row, step):
    """Person ids: where it lies now; the unit that raised it when it moved or was answered; where it was left late."""
    on = timezone.localdate(step.at)
    raisers = Readers([row.assignment], on=on, authors=[row.by]).answering(row.assignment, author=row.by)
    if step.act == Act.ANSWERED:
        return raisers
    people = people_of({row.lies_with_id, step.was_with_id} - {None}, roles=HOLDING, on=on)
    holders = people[row.lies_with_id]
    if not step.has_moved:
        return holders
    return holders | raisers | (people[step.was_with_id] if step.act == Act.CLIMBED else set())
