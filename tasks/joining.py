"""Late joiners: units that are given the duties of an issued plan after its groups were frozen, each added by name."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from journal.models import Entry, Notice
from orgunits import groups
from orgunits.models import AddresseeGroup, OrgUnit, Post, Role
from plans.models import Plan, Receipt
from tasks import cascade
from tasks.models import Assignment, Part, Task


def groups_visible_to(post):
    """The groups a post may read: its own area's for clerks and steering posts, and those of the plans it may read."""
    if post.role == Role.ADMIN:
        return AddresseeGroup.objects.none()
    plans = list(Plan.objects.visible_to(post).values_list("pk", flat=True))
    named = set(Task.objects.filter(plan__in=plans).exclude(group=None).order_by().values_list("group", flat=True))
    own = post.scope().own if post.role in {Role.CLERK, Role.STEERING} else ()
    return AddresseeGroup.objects.filter(pk__in={*named, *AddresseeGroup.objects.filter(owner__in=own).values_list("pk", flat=True)})


def running(group):
    """The duties addressed through a group that still run: of issued plans in force."""
    return Task.objects.filter(
        group=group, ended_on=None, plan__issued_on__isnull=False, plan__withdrawn_on=None, plan__closed_on=None
    ).order_by("plan", "position", "pk")


def joinable(group, post):
    """The duties to which a post may add units through a group.

    All of them for clerks and steering posts of the group's owner. «…liên quan»: to the duties that its units lead by name, a
    clerk or steering post of the lead may add helpers to an open group.
    """
    if group.frozen_on is None or post.role not in {Role.CLERK, Role.STEERING}:
        return Task.objects.none()
    if group.is_kept_by(post):
        return running(group)
    if not group.is_open:
        return Task.objects.none()
    led = Assignment.objects.live().leads().filter(task__group=group, via_group=None, unit__in=post.scope().own)
    return running(group).filter(pk__in=set(led.order_by().values_list("task", flat=True)))


def may_be_joined_by(group, post):
    return group.frozen_on is not None and (group.is_kept_by(post) or joinable(group, post).exists())


@transaction.atomic
def add_late(group_or_task, units, *, on, by, at):
    """Give late joiners, by name, the duties of a frozen group or one duty, from the day `on` on. Returns the new assignments.

    They lead like the rest of the group; whom the lead of a duty picks into an open group helps it (coordinates). A unit that
    already answers for a duty is not added to it twice. They receive the plans, their areas' clerks are told.
    Raises ValidationError where the list is a draft's, the plan is not in force, or a unit is no longer.
    """
    units = _in_force(units, on)
    if isinstance(group_or_task, Task):
        return _add_to_task(group_or_task, units, on=on, by=by, at=at)
    group = AddresseeGroup.objects.select_for_update().get(pk=group_or_task.pk)
    tasks = list(joinable(group, by).select_related("plan__document", "plan__unit"))
    groups.join(group, units, on=on, by=by, at=at)
    part = Part.LEAD if group.is_kept_by(by) else Part.COORDINATOR
    rows = [row for task in tasks for row in _add(task, units, part=part, on=on)]
    if part == Part.LEAD:
        Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(via_group=group)
    _deliver(rows, tasks, on=on, at=at)
    return rows


def _add_to_task(task, units, *, on, by, at):
    task = Task.objects.select_for_update(of=("self",)).select_related("plan__document", "plan__unit").get(pk=task.pk)
    if not task.plan.is_in_force or task.ended_on:
        raise ValidationError(_("This duty does not run: nobody can be added to it."))
    rows = _add(task, units, part=Part.LEAD, on=on)
    if rows:
        Entry.objects.record(by=by, verb="task.joined", target=task, at=at, on=on.isoformat(), units=[row.unit_id for row in rows])
    _deliver(rows, [task], on=on, at=at)
    return rows


def _in_force(units, on):
    """The units read anew, each once; those of another day are asked back."""
    wanted = {unit.pk: unit for unit in units}
    found = list(OrgUnit.objects.in_force(on=on).filter(pk__in=wanted).select_related("area").order_by("path", "pk"))
    if gone := set(wanted) - {unit.pk for unit in found}:
        names = ", ".join(sorted(wanted[pk].full_name for pk in gone)[:8])
        raise ValidationError(_("Not in force on %(day)s: %(names)s.") % {"day": f"{on:%d/%m/%Y}", "names": names})
    return found


def _add(task, units, *, part, on):
    """Bounded queries for each duty, however many units join."""
    if part == Part.LEAD:
        return cascade.address(task, leads=units, as_role=task.lead_role, on=on)
    return cascade.address(task, coordinators=units, on=on)


def _deliver(rows, tasks, *, on, at):
    """Receipts of the plans for the areas that have none, and a notice to each area's clerks."""
    plans = {task.plan_id: task.plan for task in tasks}
    areas = {(row.plan_id, row.unit.area_id or row.unit_id) for row in rows}
    elsewhere = [(plan, area) for plan, area in sorted(areas) if area != plans[plan].unit_id]
    Receipt.objects.bulk_create(
        [Receipt(plan_id=plan, unit_id=area, sent_on=on) for plan, area in elsewhere], batch_size=1000, ignore_conflicts=True
    )
    _tell(rows, plans, on=on, at=at)


def _tell(rows, plans, *, on, at):
    duties = {}
    for row in rows:
        duties.setdefault((row.plan_id, row.unit.area_id or row.unit_id), []).append(row)
    clerks = Post.objects.live(on=on).filter(role=Role.CLERK, unit__in={area for _plan, area in duties})
    people = {}
    for area, person in clerks.order_by("pk").values_list("unit", "person"):
        people.setdefault(area, set()).add(person)
    with translation.override("vi"):
        notices = [
            _notice(plans[plan], found, person, on=on, at=at) for (plan, area), found in duties.items() for person in people.get(area, ())
        ]
    Notice.objects.tell_all(notices)


def _notice(plan, rows, person, *, on, at):
    names = sorted({row.unit.full_name for row in rows})
    units = ", ".join(names[:3]) + ("…" if len(names) > 3 else "")
    return Notice(
        person_id=person,
        key=f"joined/{plan.pk}/{on}/{min(row.pk for row in rows)}",
        kind=Notice.Kind.DEADLINE,
        title=(_("New duties by %(plan)s: %(units)s") % {"plan": plan.document, "units": units})[:300],
        body=f"{plan.document.symbol} · {plan.unit.full_name}",
        link=rows[0].get_absolute_url() if len(rows) == 1 else plan.get_absolute_url(),
        at=at,
    )
