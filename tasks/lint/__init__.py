"""Lint: what in a plan can't be right by its own words, its dates and its superiors (product.md §3).

    rows.py       the plain rows, read in a bounded number of queries      finding.py    Finding, Kind, Severity
    timing.py     dates: signing, stages, the superior's                   answering.py  what the superiors want and nobody took up
    citing.py     two dates for one thing                                  mending.py    mended before it is looked at
    leads.py      who leads, and the product

Nothing is stored: a finding lives as long as its cause.
"""

from plans.models import Plan
from tasks.lint import answering, citing, leads, mending, timing
from tasks.lint.finding import KINDS, Finding, Kind, Severity, in_order
from tasks.lint.rows import ABOVE, read

__all__ = ["KINDS", "RULES", "Finding", "Kind", "Severity", "below", "findings", "findings_of", "findings_of_cascade"]

RULES = [
    timing.past_at_signing,
    timing.stages_out_of_order,
    timing.against_parents,
    answering.issued_after_parent_deadline,
    answering.uncovered,
    citing.conflicting_dates,
    citing.duplicate_duty,
    mending.fix_before_review,
    leads.no_lead,
    leads.lead_gone,
    leads.no_product,
    timing.waiting_unlinked,
    timing.unread_deadline,
]


def findings(plan, *, on, post=None):
    """[Finding] of one plan as it stands on the day `on`, in a stable order.

    With `post`, nothing that post may not read is looked at, so nothing outside its reach can be told.
    """
    return findings_of([plan.pk], on=on, post=post)


def findings_of_cascade(plan, *, on, post=None):
    """[Finding] of a plan and of every plan below it that the post may read (None: of all)."""
    return findings_of([plan.pk, *below(plan, post=post).values_list("pk", flat=True)], on=on, post=post)


def findings_of(ids, *, on, post=None):
    """[Finding] of the plans with these ids; the number of queries does not grow with them."""
    rows = read(ids, on=on, post=post)
    return in_order(found for plan in rows.plans for rule in RULES for found in rule(rows, plan))


def below(plan, *, post=None):
    """The plans that follow `plan` at every level below, without those taken back, as a queryset ordered from the top down."""
    found, edge = set(), {plan.pk}
    for _level in range(ABOVE + 1):
        edge = set(Plan.objects.filter(superiors__in=edge).values_list("pk", flat=True)) - found - {plan.pk} if edge else edge
        found |= edge
    rows = Plan.objects.all() if post is None else Plan.objects.visible_to(post)
    return rows.filter(pk__in=found, withdrawn_on=None).order_by("unit__path", "issued_on", "pk")
