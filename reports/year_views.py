"""Pages of a unit's year: what is due when, and the same as a table or a calendar file."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from orgunits.models import Role
from reports import year_sheets
from reports.reach import unit_within
from reports.year import What, Year, years_around
from reports.year_forms import YearFilter

FORMS = ("csv", "xlsx", "ics")


def year(request, pk=None):
    """The year of a unit, month by month; the post's own where none is named."""
    if pk is None and request.post.role == Role.ADMIN:
        raise PermissionDenied
    unit = unit_within(request.post, pk)
    form, shown = _asked(request, unit)
    waiting, waiting_n = shown.waiting()
    context = {
        "unit": unit,
        "form": form,
        "shown": shown,
        "months": shown.months(),
        "waiting": waiting,
        "waiting_n": waiting_n,
        "years": years_around(shown.on),
        "kinds": What.choices,
        "today": shown.on,
    }
    return render(request, "reports/year.html", context)


def _asked(request, unit):
    on = timezone.localdate()
    form = YearFilter(request.GET, on=on)
    return form, Year(unit, form.year, post=request.post, on=on, at=timezone.now(), what=form.kinds)


def export_year(request, pk):
    """The same lines as `?form=` csv, xlsx or ics."""
    unit, form = unit_within(request.post, pk), request.GET.get("form", "xlsx")
    if form not in FORMS:
        raise Http404
    shown = _asked(request, unit)[1]
    name = f"{_('year')}-{unit.code}-{shown.year}"
    if form == "ics":
        return year_sheets.calendar(shown, name=name, base=request.build_absolute_uri("/"))
    return year_sheets.table(shown, form=form, name=name)
