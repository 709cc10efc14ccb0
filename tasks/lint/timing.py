"""Dates against the day of signing, against each other, and against the superior's."""

from itertools import pairwise

from tasks.deadlines import Clock, Kind
from tasks.lint.finding import Finding, Severity, day, quoted
from tasks.lint.finding import Kind as Fault


def past_at_signing(rows, plan):
    """A stage that was over on the day the plan was signed; what an amendment brought is measured by the amendment's day."""
    for duty in rows.duties[plan.pk]:
        signed = duty.added_on or plan.dated(on=rows.on)
        for stage in duty.stages:
            if stage.is_dated and stage.due_on < signed:
                what = f" («{stage.label}»)" if stage.label else ""
                when = "ngày ký" if plan.signed_on or plan.issued_on or duty.added_on else "ngày xem dự thảo"
                says = f"{duty.name} có hạn {day(stage.due_on)}{what}, đã qua vào {when} {day(signed)}."
                yield Finding(Fault.PAST_AT_SIGNING, plan, duty, stage.words or quoted(duty), says)


def stages_out_of_order(rows, plan):
    """A later stage that is due before an earlier one, or a stage that ends before it begins."""
    for duty in rows.duties[plan.pk]:
        dated = [stage for stage in duty.stages if stage.is_dated]
        for first, second in pairwise(dated):
            if second.due_on < first.due_on:
                said = f"chặng «{second.label or second.words}» đến hạn {day(second.due_on)}, trước chặng đứng trên nó"
                says = f"{duty.name}: {said} «{first.label or first.words}» ({day(first.due_on)})."
                yield Finding(Fault.STAGES_OUT_OF_ORDER, plan, duty, second.words or quoted(duty), says)
        for stage in dated:
            if stage.starts_on and stage.starts_on > stage.due_on:
                says = f"{duty.name} bắt đầu {day(stage.starts_on)}, sau khi đã hết hạn {day(stage.due_on)}."
                yield Finding(Fault.STAGES_OUT_OF_ORDER, plan, duty, stage.words or quoted(duty), says)


def against_parents(rows, plan):
    """Stages later than the superior's last day, and duties without a day where the superior's has one.

    Where the superior's duty has none itself (it waits, it goes on), the next one above counts. A link that only relates
    touches the superior's duty without answering for it, so a later day is a doubt there and an ongoing one says nothing.
    """
    for duty in rows.duties[plan.pk]:
        for parent, carries in _dated_above(rows, duty):
            yield from _later(plan, duty, parent, carries)
            if carries and all(stage.clock == Clock.ONGOING and stage.kind == Kind.ONGOING for stage in duty.stages) and duty.stages:
                says = f"{duty.name} ghi «{quoted(duty)}» trong khi {parent.name} mà nó tiếp nối có hạn {day(max(_last_days(parent)))}."
                yield Finding(Fault.ONGOING_UNDER_DATE, plan, duty, quoted(duty), says, (parent,), Severity.DOUBT)


def _later(plan, duty, parent, carries):
    for stage in duty.stages:
        bound = _bound(stage, parent)
        if stage.is_dated and bound and stage.due_on > bound:
            what = f" («{stage.label}»)" if stage.label else ""
            tail = "mà nó tiếp nối." if carries else "mà nó liên quan; cần xem lại có phải cùng một việc không."
            says = f"{duty.name} có hạn {day(stage.due_on)}{what}, muộn hơn hạn {day(bound)} của {parent.name} {tail}"
            severity = Severity.FAULT if carries else Severity.DOUBT
            yield Finding(Fault.CHILD_LATER_THAN_PARENT, plan, duty, stage.words or quoted(duty), says, (parent,), severity)


def _bound(stage, parent):
    """The day that binds a stage: that of the superior's stage with the same name, else the superior's last day."""
    same = [other.due_on for other in parent.stages if other.is_dated and stage.label and other.label == stage.label]
    return max(same or _last_days(parent))


def _last_days(duty):
    """The days of a duty all of whose stages have one; a duty that goes on beside its dates binds nobody to them."""
    return [stage.due_on for stage in duty.stages] if duty.stages and all(stage.is_dated for stage in duty.stages) else []


def _dated_above(rows, duty):
    """[(superior's duty, carries)] with days: the nearest on each way up. A way carries only where each of its links does."""
    found, edge, seen = {}, rows.continued_by(duty), {duty.pk}
    while edge:
        higher = []
        for parent, carries in edge:
            if _last_days(parent):
                found[parent.pk] = (parent, carries or found.get(parent.pk, (None, False))[1])
            elif parent.pk not in seen:
                seen.add(parent.pk)
                higher += [(above, carries and more) for above, more in rows.continued_by(parent)]
        edge = higher
    return list(found.values())


def waiting_unlinked(rows, plan):
    """A deadline «theo Kế hoạch của Tỉnh» that names no plan and no duty: no date will ever come to it."""
    for duty in rows.duties[plan.pk]:
        for stage in duty.stages:
            if stage.clock == Clock.WAITING and not stage.waits:
                says = f"{duty.name} chờ kế hoạch cấp trên nhưng chưa nối với kế hoạch hay nhiệm vụ nào nên không thể có ngày."
                yield Finding(Fault.WAITING_UNLINKED, plan, duty, stage.words or quoted(duty), says)


def unread_deadline(rows, plan):
    """Words of a deadline that nobody has interpreted yet."""
    for duty in rows.duties[plan.pk]:
        for stage in duty.stages:
            if stage.kind == Kind.UNREAD:
                says = f"{duty.name} có thời hạn «{stage.words or quoted(duty)}» chưa ai đọc thành ngày hay thành thường xuyên."
                yield Finding(Fault.UNREAD_DEADLINE, plan, duty, stage.words or quoted(duty), says, severity=Severity.DOUBT)
