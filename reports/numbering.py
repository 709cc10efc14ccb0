"""The numbers of a unit's reports («Số 08-BC/BCĐ»): one series a year for the monthly ones and those out of turn, without gaps."""

from django.db.models import Max
from django.utils import timezone

from orgunits.models import OrgUnit
from reports.models import CallFiling, MonthlyReport


def next_number(unit, *, at):
    """One more than the last of the unit's reports filed in the year of `at`. Waits for another filing of the unit.

    Call it inside the transaction that files.
    """
    OrgUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    year = timezone.localdate(at).year
    monthly = MonthlyReport.objects.filter(unit=unit, filed_at__year=year)
    out_of_turn = CallFiling.objects.filter(answer__unit=unit, at__year=year)
    return max(rows.order_by().aggregate(last=Max("number"))["last"] or 0 for rows in (monthly, out_of_turn)) + 1
