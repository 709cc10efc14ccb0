"""Pages of the month's clocks: opening a report again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from reports import reopening
from reports.forms import ReopenForm
from reports.models import MonthlyReport, Reopening
from tasks.models import StaleWrite


def reopen_report(request, pk):
    """Opening one report again, for the committee one level up. The page says nothing of a draft but that it is one."""
    row = get_object_or_404(MonthlyReport.objects.reopenable_by(request.post).with_names(), pk=pk)
    if request.method != "POST":
        return _page(request, row)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    try:
        reopening.reopen(row, by=request.post, at=request.began_at, **form.cleaned_data)
    except StaleWrite:
        messages.error(request, _("This report can still be filed, or somebody else has opened it again already."))
        return redirect("reopen_report", row.pk)
    messages.success(request, _("The report is open again; the unit is told."))
    return redirect(row) if row.filed_at else redirect("reopen_report", row.pk)


def _page(request, row, *, form=None, status=200):
    is_reopenable = row.is_reopenable(at=request.began_at)
    context = {
        "report": row,
        "timing": row.timing(at=request.began_at),
        "locked": row.is_locked(at=request.began_at),
        "form": form or (ReopenForm() if is_reopenable else None),
        "reopenings": Reopening.objects.of_month(row),
    }
    return render(request, "reports/reopen.html", context, status=status)
