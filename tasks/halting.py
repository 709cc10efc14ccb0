"""«Tạm dừng», «không thực hiện», «tiếp tục»: a leading unit asks, the confirming side accepts; or the confirming side orders it.

Until it is accepted nothing changes and the clock runs on. While it holds the duty counts as 0 above and its clock stands still; resumed,
it runs on with the dates it had: a date moves only by an extension (model.md §2). Its silence and what hangs are counted anew.
"""

import uuid
from collections import defaultdict

from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from journal.models import Entry, Notice
from tasks.models import Assignment, Halt, StaleWrite
from tasks.models.states import HALTABLE
from tasks.readers import Readers


class PauseOver(StaleWrite):
    """The last day of the pause that is asked for has passed while it waited for a word."""


STOPPED = {Halt.Kind.PAUSE: "assignment.paused", Halt.Kind.DROP: "assignment.dropped"}

VERBS = [
    *STOPPED.values(),
    *(f"assignment.{kind}_{act}" for kind in Halt.Kind for act in ("asked", "refused", "withdrawn")),
    "assignment.resumed",
    "assignment.request_closed",
]


@transaction.atomic
def ask(assignment, *, kind, reason, document="", until=None, by, at, token=None, version=None):
    """Ask to pause or drop a duty, or order it where `by` confirms it. Returns the Halt; the same `token` again returns the same one.

    `until`: the last day of a pause, or None. Raises StaleWrite where the duty moved on meanwhile or another request stands.
    """
    row = _held(assignment)
    again = token and Halt.objects.filter(token=token).first()
    if again and again.assignment_id == row.pk:
        return again
    if again or _is_stale(row, version) or row.state not in HALTABLE or row.halts.standing().exists():
        raise StaleWrite
    until = until if kind == Halt.Kind.PAUSE else None
    fields = {"kind": kind, "reason": reason, "document": document, "until": until, "by": by, "at": at, "token": token or uuid.uuid4()}
    if row.may_be_judged_by(by):
        halt = row.halts.create(accepted=True, judged_by=by, judged_at=at, **fields)
        _stop(row, halt)
        _record(halt, STOPPED[kind], by=by, at=at, reason=reason, ordered=True)
        _tell(
            row, halt, _("Ordered to pause: %(title)s") if _pauses(halt) else _("Ordered not to be done: %(title)s"), reason, by=by, at=at
        )
        return halt
    halt = row.halts.create(**fields)
    _record(halt, f"assignment.{kind}_asked", by=by, at=at, reason=reason)
    words = _("Asks to pause, awaits your word: %(title)s") if _pauses(halt) else _("Asks not to do, awaits your word: %(title)s")
    _tell(row, halt, words, reason, by=by, at=at, above=True)
    return halt


@transaction.atomic
def judge(halt, *, ok, by, at, reason=""):
    """Accept a request, or refuse it with a reason. Returns the Halt; a second identical word changes nothing.

    Raises StaleWrite where it was judged otherwise or withdrawn, or the unit has said meanwhile that the duty is done; PauseOver where
    the pause asked for would end before it begins.
    """
    row = _held(halt.assignment)
    halt = row.halts.select_for_update(of=("self",)).get(pk=halt.pk)
    if halt.accepted is ok and not halt.withdrawn_at:
        return halt
    if not halt.is_waiting or not row.is_running or (ok and row.state not in HALTABLE):
        raise StaleWrite
    if ok and halt.until and halt.until < timezone.localdate(at):
        raise PauseOver
    halt.accepted, halt.verdict, halt.judged_by, halt.judged_at = ok, reason, by, at
    halt.save(update_fields=["accepted", "verdict", "judged_by", "judged_at"])
    if ok:
        _stop(row, halt)
    _record(halt, STOPPED[halt.kind] if ok else f"assignment.{halt.kind}_refused", by=by, at=at, reason=reason)
    _tell(row, halt, _("Accepted: %(title)s") if ok else _("Not accepted, the duty runs on: %(title)s"), reason, by=by, at=at)
    return halt


@transaction.atomic
def withdraw(halt, *, by, at):
    """Take a waiting request back. Raises StaleWrite where it waits no more."""
    row = _held(halt.assignment)
    halt = row.halts.waiting().select_for_update(of=("self",)).filter(pk=halt.pk).first()
    if halt is None:
        raise StaleWrite
    halt.withdrawn_by, halt.withdrawn_at = by, at
    halt.save(update_fields=["withdrawn_by", "withdrawn_at"])
    _record(halt, f"assignment.{halt.kind}_withdrawn", by=by, at=at)
    return halt


@transaction.atomic
def resume(assignment, *, by, at, reason="", version=None):
    """Let the clock of a paused or dropped duty run on, with the date it had. `by` None: the last day of the pause has passed.

    Returns the Halt. Raises StaleWrite where nothing holds the duty, or it has ended.
    """
    row = _held(assignment)
    halt = row.halts.holding().select_for_update(of=("self",)).first()
    if halt is None or not row.is_running or _is_stale(row, version):
        raise StaleWrite
    halt.resumed_by, halt.resumed_at, halt.resumed_why = by, at, reason
    halt.save(update_fields=["resumed_by", "resumed_at", "resumed_why"])
    row.run_on(at=at)
    _record(halt, "assignment.resumed", by=by, at=at, reason=reason)
    _tell(row, halt, _("Runs on: %(title)s"), reason, by=by, at=at, above=True, both=True)
    return halt


def resume_due(*, on, at):
    """Resume what was paused until a day before `on`, of duties that run. Returns how many; a second run resumes none."""
    due = Halt.objects.holding().of_running().filter(kind=Halt.Kind.PAUSE, until__lt=on).select_related("assignment").order_by("pk")
    return sum(_resumed(halt.assignment, at=at) for halt in due)


def _resumed(assignment, *, at):
    try:
        resume(assignment, by=None, at=at)
    except StaleWrite:  # somebody resumed it a moment ago
        return False
    return True


def hand_on(pairs):
    """What was paused stays paused with the successor of a merged unit. `pairs`: [(assignment that ends, saved successor)]."""
    heirs = {old.pk: new for old, new in pairs}
    names = ("kind", "reason", "document", "until", "by_id", "at", "accepted", "verdict", "judged_by_id", "judged_at")
    halts = Halt.objects.holding().filter(assignment__in=heirs).order_by("pk")
    Halt.objects.bulk_create(
        [Halt(assignment=heirs[halt.assignment_id], token=uuid.uuid4(), **{name: getattr(halt, name) for name in names}) for halt in halts],
        batch_size=1000,
    )


def follow(ended, begun, *, by, at):
    """Requests that wait for a word when their unit ends: each closes, and goes on where the duty does. All are told.

    `ended`: the assignments that end; `begun`: the saved successors.
    """
    heirs = defaultdict(list)
    for row in begun:
        heirs[row.moved_from_id].append(row)
    for halt in Halt.objects.waiting().filter(assignment__in=[row.pk for row in ended]).order_by("pk"):
        halt.withdrawn_at = at
        halt.save(update_fields=["withdrawn_at"])
        _record(halt, "assignment.request_closed", by=by, at=at)
        new = [_anew(halt, heir) for heir in heirs[halt.assignment_id]]
        words = _("The unit changed, the request goes on: %(title)s")
        if not new:
            words = _("The unit changed and this duty ended there, the request is closed: %(title)s")
        for one in new or [halt]:
            _tell(one.assignment, one, words, one.reason, by=by, at=at, above=True, both=True)


def _anew(halt, heir):
    """The same request, waiting at the successor; asked when and by whom it was."""
    fields = {name: getattr(halt, name) for name in ("kind", "reason", "document", "until", "by", "at")}
    return heir.halts.create(token=uuid.uuid4(), **fields)


def _held(assignment):
    # The row is locked alone: joined with an owner another act is changing, PostgreSQL gives the people of before.
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    rows = Assignment.objects.select_related("task", "unit", "owner__person", "plan__document", "plan__unit__parent")
    return rows.get(pk=assignment.pk)


def _is_stale(row, version):
    return version is not None and version != row.version


def _stop(row, halt):
    row.state = halt.state
    row.take_state()


def _pauses(halt):
    return halt.kind == Halt.Kind.PAUSE


def _record(halt, verb, *, by, at, **facts):
    facts |= {"until": halt.until.isoformat()} if halt.until else {}
    Entry.objects.record(by=by, verb=verb, target=halt.assignment, at=at, halt=halt.pk, **facts)


def _tell(row, halt, words, body, *, by, at, above=False, both=False):
    """Who answers for the duty hears what was said above, and who confirms it what was asked below."""
    readers = Readers([row], on=timezone.localdate(at), authors=[halt.by])
    people = readers.confirming(row) if above else set()
    people |= readers.answering(row, author=halt.by) if both or not above else set()
    with translation.override("vi"):
        Notice.objects.tell(
            people - {by and by.person_id},
            key=f"halt/{halt.pk}/{at:%Y%m%d%H%M%S}",
            kind=Notice.Kind.RESULT,
            title=Truncator(str(words) % {"title": row.task.title}).chars(300),
            body=" · ".join(part for part in (row.plan.document.symbol, row.task.ref, row.unit.full_name, body) if part),
            link=row.get_absolute_url(),
            at=at,
        )
