"""Stating a value of an indicator: once for each unit and month; whoever knows better corrects it with a reason."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from journal.models import Entry
from plans import period
from plans.models import IndicatorValue
from plans.models.indicator import exact, rounded

MONTHS_BACK = 12  # so many periods before the present one may still be stated or corrected


class StaleValue(Exception):
    """Somebody stated this month meanwhile; `current` is their row, and nothing was written."""

    def __init__(self, current):
        super().__init__(str(current))
        self.current = current


class AnothersToken(ValueError):
    """The token made a row of another post or another indicator: no form of ours holds it."""


class NotItsMonth(ValueError):
    """The month lies ahead, before the plan, or too far back."""


def open_months(indicator, *, on):
    """The months that may be stated on the day `on`, the present period first; none from before the plan was issued."""
    now = period.holding(on)
    first = period.holding(indicator.plan.issued_on).month
    months = [now.earlier(n).month for n in range(MONTHS_BACK + 1)]
    return [month for month in months if month >= first]


@transaction.atomic
def record_value(
    indicator, *, unit, month, source, by, at, token, seen=0, numerator=None, denominator=None, value=None, note="", reason=""
):
    """State what `indicator` came to at `unit` in the period named by `month`, from parts or as one value. Returns the IndicatorValue.

    `seen` is the id of the newest row the writer knew (0: none): a newer one of this month raises StaleValue. A row that stands
    already is corrected by this one, which then carries the `reason`. The same token again returns the row it made.
    Raises NotItsMonth, AnothersToken.
    """
    if month not in open_months(indicator, on=timezone.localdate(at)):
        raise NotItsMonth(month)
    earlier = _made_with(token, indicator, by=by)
    if earlier:
        return earlier
    standing = indicator.values.current().filter(unit=unit, month=month)
    current = standing.select_for_update(of=("self",)).first()
    if current and current.pk > seen:
        raise StaleValue(current)
    if denominator is not None:
        value = rounded(exact(numerator, denominator, None))
    facts = {"numerator": numerator, "denominator": denominator, "value": value, "source": source, "note": note}
    row = IndicatorValue(indicator=indicator, unit=unit, month=month, corrects=current, reason=reason, by=by, at=at, token=token, **facts)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # another request was quicker: this one sent twice, or somebody else's
        made, current = _made_with(token, indicator, by=by), standing.first()
        if made:
            return made
        if current is None:
            raise
        raise StaleValue(current) from None
    said = {"taken_from" if name == "source" else name: str(fact) for name, fact in facts.items() if fact not in (None, "")}
    more = {"corrects": current.pk, "reason": reason} if current else {}
    Entry.objects.record(by=by, verb="indicator.valued", target=indicator, at=at, unit=unit.code, month=f"{month:%Y-%m}", **said, **more)
    return row


def _made_with(token, indicator, *, by):
    """The row this token made, or None. Raises AnothersToken."""
    row = IndicatorValue.objects.filter(token=token).first()
    if row and (row.by_id, row.indicator_id) != (by.pk, indicator.pk):
        raise AnothersToken(token)
    return row
