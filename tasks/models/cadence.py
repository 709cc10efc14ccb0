"""How often a unit is expected to say something of a duty: what the plan's words say, else every month (product.md §3)."""

from django.utils.translation import gettext_lazy as _

from plans.period import Cadence
from tasks.deadlines import Kind

CADENCES = [
    (Cadence.WEEKLY.value, _("every week")),
    (Cadence.MONTHLY.value, _("every month")),
    (Cadence.QUARTERLY.value, _("every quarter")),
    (Cadence.HALF_YEARLY.value, _("every half year")),
    (Cadence.YEARLY.value, _("every year")),
]
_WRITTEN = {
    Kind.RECURRING_WEEKLY: Cadence.WEEKLY,
    Kind.RECURRING_MONTHLY: Cadence.MONTHLY,
    Kind.RECURRING_QUARTERLY: Cadence.QUARTERLY,
    Kind.RECURRING_HALF_YEARLY: Cadence.HALF_YEARLY,
    Kind.RECURRING_YEARLY: Cadence.YEARLY,
}


def cadence_of(stages):
    """The Cadence of a duty: the shortest that its stages name, else monthly.

    «Thường xuyên» beside «báo cáo hằng quý» names none and is reported every quarter; a stage with a date is watched every month.
    """
    named = [cadence for stage in stages if (cadence := _named(stage))]
    return min(named, key=list(Cadence).index, default=Cadence.MONTHLY)


def _named(stage):
    """What a person chose for a stage, else what its words say; None where it goes on and nothing is said."""
    if stage.cadence:
        return Cadence(stage.cadence)
    if stage.kind == Kind.ONGOING:
        return None
    written = _WRITTEN.get(stage.kind, Cadence.MONTHLY)
    return _longer(written) if written in _SPACED and any(_is_spaced(rule) for rule in stage.rrules) else written


_SPACED = {Cadence.WEEKLY, Cadence.MONTHLY}  # «hai tuần một lần», «hai tháng một lần»: the next longer turn, never a shorter one


def _is_spaced(rule):
    parts = dict(part.split("=") for part in rule.split(";"))
    months = parts.get("BYMONTH", "").split(",")
    return int(parts.get("INTERVAL", 1)) > 1 or ("BYMONTH" in parts and len(months) < 12)


def _longer(cadence):
    turns = list(Cadence)
    return turns[turns.index(cadence) + 1]
