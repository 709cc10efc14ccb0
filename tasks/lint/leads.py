"""Who leads, and what is to come of it."""

from tasks.lint.finding import Finding, Severity, day, quoted
from tasks.lint.finding import Kind as Fault


def no_lead(rows, plan):
    """A duty nobody leads, in the part of the plan that assigns duties.

    Plans name their duties twice: once as aims for everybody, once with who does them («phân công»). A part in which no duty
    has a lead says so on purpose, as long as another part has leads; a plan in which nobody leads anything has no such excuse.
    """
    duties = rows.duties[plan.pk]
    assigning = {duty.part for duty in duties if duty.has_lead}
    for duty in duties:
        if not duty.has_lead and (duty.part in assigning or not assigning):
            yield _leaderless(plan, duty)


def _leaderless(plan, duty):
    if duty.lead_words:
        says = f"{duty.name} ghi «{duty.lead_words}» nhưng không khớp với đơn vị nào nên chưa có ai chủ trì."
        return Finding(Fault.NO_LEAD, plan, duty, duty.lead_words, says)
    return Finding(Fault.NO_LEAD, plan, duty, duty.title, f"{duty.name} không có đơn vị chủ trì.")


def lead_gone(rows, plan):
    """A lead that is not in force on the day: closed, merged, or not yet there."""
    for duty in rows.duties[plan.pk]:
        gone = rows.gone.get(duty.pk, ())
        if gone:
            names = ", ".join(_gone(unit) for unit in gone[:3]) + (f" và {len(gone) - 3} đơn vị khác" if len(gone) > 3 else "")
            says = f"{duty.name} giao cho {names}, không có hiệu lực vào ngày {day(rows.on)}."
            yield Finding(Fault.LEAD_GONE, plan, duty, duty.lead_words or gone[0].full_name, says)


def _gone(unit):
    return f"{unit.full_name} (đến hết {day(unit.valid_to)})" if unit.valid_to else unit.full_name


def no_product(rows, plan):
    """A duty without a product in a plan that names products: at least every second duty with a lead has one.

    In running text few duties name a product, and a doubt at each of the others would say nothing (decision 9).
    """
    given = [duty for duty in rows.duties[plan.pk] if duty.has_lead]
    named = [duty for duty in given if duty.product]
    if not named or 2 * len(named) < len(given):
        return
    for duty in given:
        if not duty.product:
            says = f"{duty.name} không nêu sản phẩm, trong khi {len(named)}/{len(given)} nhiệm vụ được giao của kế hoạch có nêu."
            yield Finding(Fault.NO_PRODUCT, plan, duty, quoted(duty), says, severity=Severity.DOUBT)
