"""How a plan answers its superiors: too late for their dates, or not at all."""

import re

from tasks.deadlines import Kind
from tasks.lint.finding import Finding, Severity, day, quoted, titled
from tasks.lint.finding import Kind as Fault
from tasks.lint.rows import line

# «Nơi có trung tâm dữ liệu riêng»: a duty only for whom it concerns.
_CONDITIONAL = re.compile(r"\b(noi co|neu co|(?:dia phuong|don vi|co quan|tinh|xa) co) (?!lien quan|tham quyen|trach nhiem)")


def binding_duties(rows, plan):
    """The superiors' duties that bind the plan's unit, in reading order.

    A duty binds a unit that it names or to one of whose bodies it is given, and a unit that stands under an area which a
    collective addressee of the duty holds: «các bộ, cơ quan, địa phương» holds Khánh Hòa, and Ba Ngòi with it. A duty given
    to one province by name, to a ministry, or to nobody binds no ward.
    """
    above = {superior.pk for superior in rows.superiors[plan.pk]}
    bound = {pk for area in line(plan.area) for pk in _binding_at(rows, area, plan)}
    duties = (rows.by_pk[pk] for pk in bound)
    return sorted((duty for duty in duties if duty.plan.pk in above), key=lambda duty: (duty.plan.order, duty.position))


def _binding_at(rows, area, plan):
    """Ids of duties addressed at `area` that bind the plan's unit; what a superior gives itself binds nobody below."""
    for pk, group, itself in rows.named.get(area, ()):
        duty = rows.by_pk.get(pk)
        if duty and duty.plan.area != area and (area == plan.area or (group and itself)):
            yield pk


def answered(rows, plan):
    """Ids of the superiors' duties that some duty of the unit continues: by a link of its own, or through one that is continued."""
    own = {pk for duty in rows.duties[plan.pk] for pk, _carries in rows.parents.get(duty.pk, ())}
    return _upwards(rows, own | rows.answered.get(plan.area, set()))


def _upwards(rows, edge):
    """These ids and those of every duty they continue, at every level."""
    found = set()
    while edge - found:
        found |= edge
        edge = {pk for low in edge for pk, _carries in rows.parents.get(low, ())}
    return found


def uncovered(rows, plan):
    """A superior's duty that binds the unit and that none of its duties continues.

    Not told of a plan known only by citation: its duties may answer everything. A declaration «không áp dụng» that was
    accepted ends the matter, one that waits makes it a doubt; so does a condition in the superior's words.
    """
    if not rows.told[plan.pk] or (plan.issued_on and not rows.duties[plan.pk] and not plan.text_received):
        return
    taken, binding = answered(rows, plan), binding_duties(rows, plan)
    # What the province made of a duty of the Centre's is told instead of it: one gap, one finding.
    farther = _upwards(rows, {pk for duty in binding for pk, _carries in rows.parents.get(duty.pk, ())})
    for duty in (duty for duty in binding if duty.pk not in farther):
        if duty.pk not in taken and not _is_excused(rows, plan, duty):
            yield _uncovered(plan, duty, is_declared=rows.declared.get((plan.area, duty.pk), False) is None)


def _is_excused(rows, plan, duty):
    """Accepted as not applicable, for the unit or for an area above it."""
    return any(rows.declared.get((path, duty.pk)) for path in line(plan.area))


def _uncovered(plan, duty, *, is_declared):
    says = f"{duty.name} {titled(duty)} có hiệu lực với {plan.unit_name} nhưng {plan.name} không có nhiệm vụ nào tiếp nối"
    if is_declared:
        says += "; đơn vị đã khai không áp dụng và đang chờ cấp trên chấp nhận"
    elif _CONDITIONAL.search(duty.folded):
        says += "; nhiệm vụ có điều kiện, nếu không thuộc diện thì khai không áp dụng"
    is_doubt = is_declared or bool(_CONDITIONAL.search(duty.folded)) or _is_open(duty)
    return Finding(Fault.UNCOVERED, plan, duty, quoted(duty), f"{says}.", (), Severity.DOUBT if is_doubt else Severity.FAULT)


def _is_open(duty):
    """Nothing is written of when: nobody can be late with it."""
    return all(stage.kind == Kind.NONE for stage in duty.stages)


def issued_after_parent_deadline(rows, plan):
    """A superior's deadline that binds the unit and was over on the day its own plan was signed."""
    if not rows.told[plan.pk]:
        return
    signed = plan.dated(on=rows.on)
    for duty in binding_duties(rows, plan):
        over = [stage for stage in duty.stages if stage.is_dated and stage.due_on < signed]
        if over and not _is_excused(rows, plan, duty):
            days = ", ".join(day(stage.due_on) for stage in over)
            when = "ký" if plan.signed_on or plan.issued_on else "còn là dự thảo"
            says = f"{plan.name} {when} ngày {day(signed)}, sau hạn {days} của {duty.name} {titled(duty)}."
            words = " … ".join(stage.words for stage in over if stage.words) or quoted(duty)
            yield Finding(Fault.ISSUED_AFTER_PARENT_DEADLINE, plan, duty, words, says)
