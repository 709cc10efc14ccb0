"""The numbers of a unit's reports («Số 08-BC/BCĐ»), without gaps: a series for each issuer, type of paper and term, in which the monthly
reports and those out of turn follow each other (docs/decisions/0021)."""

from datetime import date

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from orgunits.models import OrgUnit
from plans import period
from reports import letterhead, profiles
from reports.models import CallFiling, MonthlyReport


def next_number(unit, *, at, head=None):
    """One more than the last number of the series in which a paper filed at `at` stands. Waits for another filing of the unit.

    `head`: the paper's own letterhead (letterhead.of), which names series and profile; None: as the unit's papers are headed at present.
    Call it inside the transaction that files.
    """
    OrgUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    day = timezone.localdate(at)
    head = head or letterhead.at_present(unit, on=day)
    first, after = term(unit, head["profile"], on=day)
    return max(_last(rows, moment, head["symbol_tail"], first, after) for rows, moment in _filed(unit)) + 1


def term(unit, profile, *, on):
    """(first day, first day of the next one) of the term of the day `on` in which a series runs; None where no end is known.

    The calendar year on State paper; on Party paper the term of the Party committee of the unit's level (settings.PARTY_TERMS).
    """
    if not profiles.BY_NAME[profile].numbered_by_term:
        return date(on.year, 1, 1), date(on.year + 1, 1, 1)
    days = settings.PARTY_TERMS[unit.level]
    return max((day for day in days if day <= on), default=None), min((day for day in days if day > on), default=None)


def _filed(unit):
    """(what the unit filed, the name of the moment of filing), monthly and out of turn."""
    yield MonthlyReport.objects.filter(unit=unit, number__isnull=False), "filed_at"
    yield CallFiling.objects.filter(answer__unit=unit), "at"


def _last(rows, moment, tail, first, after):
    """The last number given under the symbol's `tail`, which names type and issuer; 0 where none was."""
    if first:
        rows = rows.filter(**{f"{moment}__gte": period.moment(first)})
    if after:
        rows = rows.filter(**{f"{moment}__lt": period.moment(after)})
    return rows.filter(facts__symbol_tail=tail).order_by().aggregate(last=Max("number"))["last"] or 0
