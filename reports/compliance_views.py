"""The table of who filed which month, and the same as a file."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orgunits import lists
from orgunits.models import OrgUnit
from reports.compliance import Board, may_be_read_by
from reports.models import Timing
from reports.year_forms import FilingFilter
from tasks import sheets

ROWS = 100  # units on one page
MARKS = {
    Timing.ON_TIME: ("✓", "good"),
    Timing.LATE: ("◐", "fair"),
    Timing.EMPTY: ("∅", "fair"),
    Timing.MISSING: ("✕", "bad"),
    Timing.OPEN: ("○", ""),
}
SORTS = {"unit", "-unit", "missing", "-missing"}


def compliance(request):
    board, sort, rows = _asked(request)
    page = lists.paged(request, rows, per=ROWS)
    context = {
        "board": board,
        "page": page,
        "sort": sort,
        "lines": [(row, [_shown(cell) for cell in row.cells]) for row in page],
        "narrowed": len(rows) < len(board.rows),
        "sums": [(timing.label, _look(timing), line, total) for timing, line, total in board.sums()],
        "reads_below": request.post.reads_branch,
    }
    return render(request, "reports/compliance.html", context)


def _asked(request):
    """(the Board the address asks for, the name of its order, its rows); the post's own area without asking."""
    code, home = request.GET.get("unit", "").replace("\x00", "")[:24], request.post.scope().area
    unit = get_object_or_404(OrgUnit, code=code) if code else home
    if not may_be_read_by(request.post, unit):
        if unit == home or not may_be_read_by(request.post, home):
            raise PermissionDenied
        raise Http404
    form = FilingFilter(request.GET, on=timezone.localdate())
    sort = request.GET.get("sort")
    sort, board = sort if sort in SORTS else "unit", Board.of_year(unit, form.year, post=request.post, at=timezone.now())
    return board, sort, _narrowed(board, board.sorted_by(sort), form.cleaned_data)


def _narrowed(board, rows, chosen):
    month = next((one for one in board.months if one.slug == chosen.get("month")), None)
    if month is None:
        return rows
    wanted = board.unfiled(month, until=chosen.get("until"))
    return [row for row in rows if row.unit.pk in wanted]


def _shown(cell):
    return cell, cell.timing.label, _look(cell.timing)


def _look(timing):
    """(a mark, a class): told apart without colours too."""
    return MARKS.get(timing, ("–", ""))


def export_compliance(request, form):
    """Every row, in the order and of the year on the screen."""
    board, _sort, listed = _asked(request)
    heads = [_("Code"), _("Unit"), *(one.label for one in board.months), *(str(timing.label) for timing in Timing)]
    rows = (
        [row.unit.code, row.unit.full_name, *(str(cell.timing.label) for cell in row.cells), *(row.counts[timing] for timing in Timing)]
        for row in listed
    )
    name = f"{_('reports')}-{board.unit.code}-{board.year}"
    return sheets.answer(heads, rows, title=_("Reports filed"), widths=[10, 30, *[12] * 18], form=form, name=name)
