"""«Không áp dụng»: an area declares that a superior's duty does not concern it; the superior's steering committee accepts it or not.

Until it is accepted nothing changes: the duty counts as 0 and its clock runs on (model.md §2). The declaration is a row of its own;
only acceptance changes the state of an answer the area itself owes, and a withdrawal gives it back.
"""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from journal.models import Entry, Notice
from orgunits.models import Post, Role
from tasks import rollup
from tasks.coverage import binding_duties, coverage
from tasks.models import Assignment, NotApplicable, StaleWrite, State


class NothingToDeclare(Exception):
    """The duty does not bind the area, or the area has taken it up."""


def may_declare(task, post, *, on):
    """Clerks and steering posts of an area that the duty binds, in a plan in force."""
    unit = post.unit
    if post.role not in {Role.CLERK, Role.STEERING} or not unit.is_area or not task.plan.is_in_force:
        return False
    return task in binding_duties(task.plan, on=on, unit=unit)


def may_judge(plan, post):
    """The steering posts of the superior plan's unit."""
    return post.role == Role.STEERING and post.unit_id == plan.unit_id and plan.is_in_force


@transaction.atomic
def declare(task, *, unit, reason, by, at):
    """Declare that `task` does not concern the area `unit`. Returns the NotApplicable, which waits for the superior's word.

    Raises NothingToDeclare, and StaleWrite where a declaration stands already.
    """
    on = timezone.localdate(at)
    matrix = coverage(task.plan, on=on, level=unit.level, within=unit.path)
    if unit.pk not in matrix.bound.get(task.pk, ()) or unit.pk in matrix.taken[task.pk]:
        raise NothingToDeclare
    try:
        with transaction.atomic():
            row = NotApplicable.objects.create(task=task, unit=unit, reason=reason, by=by, at=at)
    except IntegrityError:
        raise StaleWrite from None
    Entry.objects.record(by=by, verb="not_applicable.declared", target=task, at=at, declaration=row.pk, unit=unit.code, reason=reason)
    _tell_superior(task, by=by, at=at)
    return row


@transaction.atomic
def judge(rows, *, ok, by, at, reason=""):
    """Accept, or refuse with a reason, those of the declarations `rows` (ids) that wait and that `by` did not file itself.

    Returns those judged; a second identical call judges none.
    """
    waiting = NotApplicable.objects.waiting().select_for_update(of=("self",)).filter(pk__in=rows)
    judged = [
        row for row in waiting.select_related("task__plan", "unit", "by__deputises").order_by("pk") if not row.by.shares_a_hand_with(by)
    ]
    for row in judged:
        row.accepted, row.verdict, row.judged_by, row.judged_at = ok, reason, by, at
    NotApplicable.objects.bulk_update(judged, ["accepted", "verdict", "judged_by", "judged_at"], batch_size=500)
    if ok:
        _put_off(judged)
    verb = "not_applicable.accepted" if ok else "not_applicable.refused"
    for row in judged:
        Entry.objects.record(by=by, verb=verb, target=row.task, at=at, declaration=row.pk, unit=row.unit.code, reason=reason)
    _tell_units(judged, ok=ok, by=by, at=at)
    return judged


@transaction.atomic
def withdraw(declaration, *, by, at):
    """Take a declaration back; what the area owes itself runs on from where it stood. Raises StaleWrite where it stands no more."""
    row = NotApplicable.objects.standing().select_for_update(of=("self",)).filter(pk=declaration.pk).first()
    if row is None:
        raise StaleWrite
    row.withdrawn_by, row.withdrawn_at = by, at
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    if row.accepted:
        for assignment in _owed([row]):
            assignment.run_on(at=at)
    Entry.objects.record(by=by, verb="not_applicable.withdrawn", target=row.task, at=at, declaration=row.pk, unit=row.unit.code)
    return row


def _owed(rows):
    """The live answers that the declaring areas owe themselves, or through the body by which they answer; locked."""
    pairs = {(row.task_id, unit) for row in rows for unit in (row.unit_id, row.unit.answers_through_id) if unit}
    found = Assignment.objects.live().leads().filter(task__in={task for task, _unit in pairs}, unit__in={unit for _task, unit in pairs})
    held = found.select_for_update(of=("self",)).select_related("plan__unit").from_below()
    return [row for row in held if (row.task_id, row.unit_id) in pairs]


def _put_off(rows):
    """What was accepted as not applicable counts no more, here and above."""
    owed = _owed(rows)
    for assignment in owed:
        assignment.state, assignment.awaits_since = State.NOT_APPLICABLE, None
        assignment.version += 1
    Assignment.objects.bulk_update(owed, ["state", "awaits_since", "version"], batch_size=500)
    rollup.settle_all([assignment.pk for assignment in owed])


def _tell_superior(task, *, by, at):
    """The steering posts above hear of a duty once a day, however many areas declare: the list holds them all."""
    day = timezone.localdate(at)
    heads = Post.objects.live(on=day).filter(unit=task.plan.unit_id, role=Role.STEERING).exclude(person=by.person)
    with translation.override("vi"):
        Notice.objects.tell(
            heads.values_list("person", flat=True),
            key=f"declared/{task.pk}/{day}",
            kind=Notice.Kind.RESULT,
            title=str(_("Declared not applicable, awaits your word: %(title)s")) % {"title": task.title},
            link=f"{reverse('declarations', args=[task.plan_id])}?duty={task.pk}",
            at=at,
        )


def _tell_units(rows, *, ok, by, at):
    """Who declared hears the word, and with them the clerks and steering posts of the area."""
    day, people = timezone.localdate(at), {}
    offices = Post.objects.live(on=day).filter(unit__in={row.unit_id for row in rows}, role__in=[Role.CLERK, Role.STEERING])
    for unit, person in offices.values_list("unit", "person"):
        people.setdefault(unit, set()).add(person)
    with translation.override("vi"):
        words = str(_("Accepted as not applicable: %(title)s") if ok else _("Not accepted as not applicable: %(title)s"))
        notices = [
            Notice(
                person_id=person,
                key=f"declaration/{row.pk}",
                kind=Notice.Kind.RESULT,
                title=(words % {"title": row.task.title})[:300],
                body=row.verdict,
                link=f"{reverse('cell', args=[row.task_id])}?unit={row.unit.code}",
                at=at,
            )
            for row in rows
            for person in {row.by.person_id, *people.get(row.unit_id, ())} - {by.person_id}
        ]
        Notice.objects.tell_all(notices)
