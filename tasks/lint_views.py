"""Lint on screen: what in a plan, or in a plan and those below it, a person should look at."""

from itertools import groupby

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orgunits import lists
from plans.models import Plan
from tasks import lint, sheets

AT_ONCE = 50  # plans looked at for one page of a cascade


def plan_lint(request, pk):
    """One plan's findings by kind; with «below» those of the plans below it too, fifty plans to a page."""
    row, below, plans = _chosen(request, pk)
    page = lists.paged(request, plans, per=AT_ONCE) if below else None
    ids = [plan.pk for plan in page] if below else [row.pk]
    found = lint.findings_of(ids, on=timezone.localdate(), post=request.post)
    kind = _kind(request)
    counts = [(each, sum(finding.kind == each for finding in found)) for each in lint.Kind]
    shown = [finding for finding in found if not kind or finding.kind == kind]
    context = {
        "plan": row,
        "below": below,
        "has_below": lint.below(row, post=request.post).exists(),
        "page": page,
        "kind": kind,
        "total": len(found),
        "counts": [(each, n) for each, n in counts if n],
        "groups": _groups(shown),
    }
    return render(request, "tasks/plan_lint.html", context)


def export_lint(request, pk):
    """The same findings as CSV, the whole cascade at once with «below»."""
    row, below, plans = _chosen(request, pk)
    ids = list(plans.values_list("pk", flat=True)) if below else [row.pk]
    found = lint.findings_of(ids, on=timezone.localdate(), post=request.post)
    kind = _kind(request)
    rows = (_cells(finding) for finding in found if not kind or finding.kind == kind)
    name = f"soat-loi-{row.pk}-{timezone.localdate():%Y-%m-%d}"
    return sheets.answer(_heads(), rows, title=_("Lint"), widths=[], form="csv", name=name)


def _heads():
    return [_("Plan"), _("Unit"), _("Kind"), _("Weight"), _("Ref"), _("Words"), _("Finding"), _("Other side")]


def _cells(row):
    others = ", ".join(duty.ref for duty in row.related)
    cells = [row.plan.symbol, row.plan.unit_name, row.kind.label, row.severity.label, row.ref, row.words, row.says, others]
    return [str(cell) for cell in cells]


def _chosen(request, pk):
    """(plan, whether those below are wanted, all of them from the top down)."""
    row = get_object_or_404(Plan.objects.visible_to(request.post).select_related("document", "unit"), pk=pk)
    below = request.GET.get("below") == "1"
    ids = [row.pk, *lint.below(row, post=request.post).values_list("pk", flat=True)] if below else [row.pk]
    return row, below, Plan.objects.filter(pk__in=ids).order_by("unit__path", "issued_on", "pk")


def _kind(request):
    wanted = request.GET.get("kind", "")
    return lint.Kind(wanted) if wanted in lint.Kind.values else ""


def _groups(found):
    """[(Kind, [Finding])] in the order of kinds."""
    rows = sorted(found, key=lambda finding: lint.KINDS.index(finding.kind))
    return [(kind, list(of_kind)) for kind, of_kind in groupby(rows, key=lambda finding: finding.kind)]
