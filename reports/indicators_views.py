"""Pages of indicators: the list of those that bind a post's area, one with its trend and the units below, and stating a value."""

import re
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import AREAS, Level, OrgUnit
from plans import indicators, measuring, period
from plans.models import Indicator, IndicatorValue, Plan, Standing
from plans.models.indicator import reads_below, sees_figures_of
from reports import charts
from reports.indicators_forms import IndicatorFilter, ValueForm
from tasks import sheets

WIDTHS = (26, 14, 60, 14, 8, 14, 16, 10, 30, 26)


class Line:
    """One row of the list: an indicator, its Figure at the list's unit and whether the post still owes this period's value."""

    def __init__(self, indicator, figure, *, is_due):
        self.indicator, self.figure, self.is_due = indicator, figure, is_due
        self.standing = figure.standing(indicator)
        self.amount = figure.amount


class Listing:
    """The list a request asks for. `unit` is the one whose figures it shows; None where none is in the post's reach."""

    def __init__(self, request):
        self.post, self.form = request.post, IndicatorFilter(request.GET)
        self.now = period.holding(timezone.localdate())
        self.area = self.post.scope().area
        rows = Indicator.objects.visible_to(self.post).in_force().select_related("plan__document", "plan__unit")
        self.plan = Plan.objects.visible_to(self.post).filter(pk=self.form.chosen.get("plan") or 0).select_related("unit").first()
        self.unit = indicators.place_of(self.post, self.plan) if self.plan else self.area
        self.bound = rows.binding(self.area)
        self.rows = rows.filter(plan=self.plan) if self.plan else self.bound
        if not sees_figures_of(self.post, self.unit):
            self.unit = None

    @cached_property
    def found(self):
        """The indicators that the filter lets through, those still owed first. Only the question for a standing needs all their figures."""
        chosen = self.form.chosen
        rows = list(self.rows.filter(year=chosen["year"]) if chosen.get("year") else self.rows)
        self.due = self._due(rows)
        if chosen.get("due"):
            rows = [row for row in rows if row.pk in self.due]
        if chosen.get("standing"):
            rows = [line.indicator for line in self.lines(rows) if line.standing == chosen["standing"]]
        return sorted(rows, key=lambda row: (row.pk not in self.due, row.plan_id, row.position))

    def lines(self, rows):
        """Lines for some of the indicators `found`."""
        figures = indicators.figures_for(self.post, rows, self.unit, month=self.now.month)
        return [Line(row, figures[row.pk], is_due=row.pk in self.due) for row in rows]

    def _due(self, rows):
        """Ids of indicators that the post states for its area and that have no value in this period yet."""
        asked = {row.pk for row in rows if any(unit.pk == self.area.pk for unit in row.units_valued_by(self.post))}
        held = IndicatorValue.objects.filter(indicator__in=asked, unit=self.area, month=self.now.month)
        return asked - set(held.values_list("indicator", flat=True)) if asked else set()

    def plans(self):
        """Plans to choose from: those that bind the area, and the chosen one."""
        ids = set(self.bound.order_by().values_list("plan", flat=True).distinct()) | ({self.plan.pk} if self.plan else set())
        return Plan.objects.filter(pk__in=ids).select_related("document", "unit").order_by("unit__path", "pk")


def indicator_list(request):
    """What binds the post's area, with the latest figure; first what it still has to state this period."""
    asked = Listing(request)
    page = lists.paged(request, asked.found)
    page.object_list = asked.lines(page.object_list)
    context = {
        "page": page,
        "asked": asked,
        "chosen": asked.form.chosen,
        "due": sum(row.pk in asked.due for row in asked.found),
        "plans": asked.plans(),
        "years": asked.bound.order_by("year").values_list("year", flat=True).distinct(),
        "standings": Standing,
        "period": asked.now,
    }
    return render(request, "reports/indicators.html", context)


def export_indicators(request, form):
    """The same list and filter as a CSV or XLSX file."""
    heads = [
        _("Plan"),
        _("Ref"),
        _("Indicator"),
        _("Target"),
        _("Year"),
        _("Nature"),
        _("Figure"),
        _("Period"),
        _("Standing"),
        _("Coverage"),
    ]
    name = f"chi-tieu-{timezone.localdate():%Y-%m-%d}"
    asked = Listing(request)
    return sheets.answer(heads, map(_cells, asked.lines(asked.found)), title=_("Indicators"), widths=WIDTHS, form=form, name=name)


def _cells(line):
    row, amount = line.indicator, line.amount
    return [
        f"{row.plan.document.symbol} ({row.plan.unit.full_name})",
        row.ref,
        row.name,
        f"{row.get_operator_display()} {row.target}",
        row.year,
        _("firm") if row.is_firm else _("aspirational"),
        row.as_words(amount.shown) if amount else "",
        f"{amount.newest:%m/%Y}" if amount else "",
        str(line.standing.label),
        f"{line.figure.covered}/{line.figure.total}" if line.figure.total > 1 and line.figure.computed else "",
    ]


# One indicator


def _find(request, pk):
    rows = Indicator.objects.visible_to(request.post).select_related("plan__document", "plan__unit")
    return get_object_or_404(rows, pk=pk)


def _asked_unit(request, row):
    """The unit of `?unit=CODE`, which the plan must bind and the post may read; without one the first it sees, or None."""
    code = request.GET.get("unit", "").replace("\x00", "")[:24]
    unit = OrgUnit.objects.select_related("area").filter(code=code).first() if code else indicators.place_of(request.post, row.plan)
    is_seen = unit and unit.path.startswith(row.plan.unit.path) and sees_figures_of(request.post, unit)
    if code and not is_seen:
        raise Http404
    return unit if is_seen else None


def _asked_month(request):
    """The month of `?month=2026-07`, never a coming one."""
    now = period.holding(timezone.localdate()).month
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", request.GET.get("month", ""))
    return min(date(int(found[1]), int(found[2]), 1), now) if found else now


def indicator(request, pk):
    """One indicator at one unit: target and trend, the units below, what was stated and by whom, and the form to state more."""
    row = _find(request, pk)
    unit, month = _asked_unit(request, row), _asked_month(request)
    return _page(request, row, unit, month, _form(request, row, unit, month))


def _form(request, row, unit, month):
    if not row.may_be_valued_by(request.post):
        return None
    units = row.units_valued_by(request.post)
    return ValueForm(indicator=row, units=units, month=month, unit=unit if unit in units else None)


def _page(request, row, unit, month, form, *, newer=None, status=200):
    context = {"indicator": row, "plan": row.plan, "unit": unit, "period": period.of_month(month), "form": form, "newer": newer}
    if unit:
        context |= _at_unit(request, row, unit, month)
    return render(request, "reports/indicator.html", context, status=status)


def _at_unit(request, row, unit, month):
    post, is_open = request.post, reads_below(request.post, unit)
    figure = indicators.figures_for(post, [row], unit, month=month)[row.pk]
    line = indicators.trend(row, unit, until=month)
    if not is_open:
        line = [(when, own, None) for when, own, _computed in line]
    points = [(f"{when:%m/%y}", own and own.exact, computed and computed.exact) for when, own, computed in line]
    values = IndicatorValue.objects.visible_to(post).filter(indicator=row, unit=unit).with_names()
    context = {
        "figure": figure,
        "standing": figure.standing(row),
        "chart": charts.trend(points, row.value),
        "line": [(period.of_month(when), own, computed) for when, own, computed in line],
        "has_line": any(own or computed for _when, own, computed in line),
        "has_computed": any(computed for _when, _own, computed in line),
        "history": values[:24],
        "areas": _areas(figure, unit),
        "months": [period.holding(timezone.localdate()).earlier(n) for n in range(13)],
    }
    return context | (_below(request, row, unit, figure) if is_open else {"below": None})


def _areas(figure, unit):
    """(areas directly below with a figure, all of them), where they are not the communes counted anyway."""
    if unit.level != Level.CENTRAL or not unit.is_area:
        return None
    areas = set(OrgUnit.objects.areas().filter(parent=unit, valid_to=None).values_list("path", flat=True))
    return sum(1 for path, part in figure.parts.items() if path in areas and part.amount), len(areas)


def _below(request, row, unit, figure):
    """A page of the units directly below: every area in force, and each body that stated something."""
    children = OrgUnit.objects.filter(parent=unit)
    areas = children.filter(kind__in=AREAS, valid_to=None)
    rows = (areas | children.filter(path__in=[path for path, part in figure.parts.items() if part.amount])).order_by("name_key", "pk")
    page = lists.paged(request, rows)
    parts = [(below, figure.parts.get(below.path) or indicators.Figure()) for below in page.object_list]
    page.object_list = [{"unit": below, "figure": part, "standing": part.standing(row)} for below, part in parts]
    return {"below": page}


@act_of("indicator")
def value_indicator(request, pk):
    """State a value, or correct one: find, may, check, one verb, back to the page of that unit and month."""
    row = _find(request, pk)
    if not row.may_be_valued_by(request.post):
        raise PermissionDenied
    form = ValueForm(request.POST, indicator=row, units=row.units_valued_by(request.post))
    if not form.is_valid():
        return _again(request, row, form, status=422)
    said = dict(form.cleaned_data)
    try:
        made = measuring.record_value(row, by=request.post, at=timezone.now(), **said)
    except measuring.AnothersToken:
        raise Http404 from None  # nobody was given such a form
    except measuring.StaleValue as stale:
        form.add_error(None, _("Somebody stated this period meanwhile; nothing was saved. Look at their figure above, then decide."))
        form.data = form.data.copy()
        form.data["seen"] = stale.current.pk  # sent again, it is a correction of what is shown now
        return _again(request, row, form, newer=stale.current, status=409)
    figure = row.as_words(made.value) if made.value is not None else _("nothing to count")
    words = _("Recorded for %(unit)s, period %(month)s: %(figure)s.")
    messages.success(request, words % {"unit": made.unit.full_name, "month": period.of_month(made.month).label, "figure": figure})
    return redirect(f"{reverse('indicator', args=[row.pk])}?unit={made.unit.code}&month={made.month:%Y-%m}")


def _again(request, row, form, **more):
    """The page with what was typed, at the unit and month it was typed for."""
    chosen = form.cleaned_data
    unit = chosen.get("unit") or indicators.place_of(request.post, row.plan)
    month = chosen.get("month") or period.holding(timezone.localdate()).month
    return _page(request, row, unit if sees_figures_of(request.post, unit) else None, month, form, **more)
