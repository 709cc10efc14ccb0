"""Pages of the month's clocks: opening a report again, the receipt, and an earlier last day for the units below."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orgunits.acts import act_of
from orgunits.models import Role
from reports import cutting_off, figures, reopening
from reports.forms import CutoffForm, ReopenForm
from reports.models import Cutoff, MonthlyReport, Reopening
from reports.models.cutoff import last_days
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
    return redirect("reopen_report", row.pk)


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


def receipt(request, pk):
    """One small page for the phone and the printer: what was filed, when, by whom. Of a draft it says that there is none yet."""
    row = get_object_or_404(MonthlyReport.objects.visible_to(request.post).with_names(), pk=pk)
    return render(request, "reports/receipt.html", {"report": row, "timing": row.timing(at=request.began_at)})


SHOWN = 20


def cutoffs(request):
    """Until which day the own unit and those directly below file, period by period; and setting an earlier one below."""
    if request.post.role == Role.ADMIN:
        raise PermissionDenied
    return _cutoffs_page(request)


def _cutoffs_page(request, *, form=None, status=200):
    area, periods = request.post.scope().area, cutting_off.coming(timezone.localdate(request.began_at))
    own, below = last_days([area], periods), Cutoff.objects.days([area], periods)
    said = Cutoff.objects.filter(unit__in=[area.pk, area.parent_id]).select_related("unit", "by__person")
    may = Cutoff.may_be_set_by(request.post)
    context = {
        "area": area,
        "is_above": figures.is_above_wards(area),
        "days": [(one, own[area.pk, one.month], below.get((area.pk, one.month), one.closes)) for one in periods],
        "form": form or (CutoffForm(periods=periods) if may else None),
        "said": said[:SHOWN],
        "close_day": periods[0].closes.day,
        "notice_days": cutting_off.NOTICE_DAYS,
    }
    return render(request, "reports/cutoffs.html", context, status=status)


@act_of("cutoffs", keep=False)
def set_cutoff(request):
    if not Cutoff.may_be_set_by(request.post):
        raise PermissionDenied
    form = CutoffForm(request.POST, periods=cutting_off.coming(timezone.localdate(request.began_at)))
    if not form.is_valid():
        return _cutoffs_page(request, form=form, status=422)
    try:
        cutting_off.set_day(request.post.unit, by=request.post, at=request.began_at, **form.cleaned_data)
    except cutting_off.TooLate:
        words = _("Choose a period not yet begun, or give the units at least %(n)s days before the day that holds now and the new one.")
        form.add_error("month", words % {"n": cutting_off.NOTICE_DAYS})
        return _cutoffs_page(request, form=form, status=422)
    messages.success(request, _("The day is set; every unit directly below is told."))
    return redirect("cutoffs")
