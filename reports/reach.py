"""Which unit's picture a post may open: the dashboard, the year, the table of who filed."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from orgunits.models import OrgUnit, Role


def unit_within(post, pk):
    """The unit asked for, if the post may read its picture; the post's own without asking. Raises Http404."""
    if post.role == Role.ADMIN:
        raise Http404
    scope = post.scope()
    if pk is None:
        return post.unit
    unit = get_object_or_404(OrgUnit.objects.select_related("area", "parent"), pk=pk)
    inside = unit.pk in scope.own or unit == scope.area or (scope.branch and unit.path.startswith(scope.branch))
    if not inside:
        raise Http404
    return unit


def reads_filing_of(area, post):
    """Whether the post reads if and when the area filed: its own, or in the branch it reads (as the reports themselves, trust.md §2)."""
    scope = post.scope()
    return area.pk in scope.own or bool(scope.branch and area.path.startswith(scope.branch))
