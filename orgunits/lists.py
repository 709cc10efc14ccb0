"""What every list page does the same way: sort by a named choice, show one page, keep the filter in the address."""

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import F, QuerySet


def ordered(rows, choices, wanted, default):
    """`rows` in the order named by `wanted` («-due»), one of the keys of `choices` ({"due": ("due_on", "pk")}). Returns (rows, name)."""
    name = wanted if (wanted or "").removeprefix("-") in choices else default
    turned = name.startswith("-")
    return rows.order_by(*(_term(rows.model, field, turned) for field in choices[name.removeprefix("-")])), name


def _term(model, field, turned):
    """One term of the order. Empty cells come last either way: the databases differ in what they think of them."""
    down, bare = field.startswith("-") != turned, field.removeprefix("-")
    if not _may_be_empty(model, bare):
        return f"-{bare}" if down else bare
    return F(bare).desc(nulls_last=True) if down else F(bare).asc(nulls_last=True)


def _may_be_empty(model, field):
    try:
        return model._meta.get_field(field).null
    except FieldDoesNotExist:  # across a relation, or pk
        return False


def paged(request, rows, *, per=50, name="page"):
    """The Page that the address asks for under `name`; a number that makes no sense gives the nearest page that exists."""
    page = ByKey(rows, per).get_page(request.GET.get(name, "")[:12])
    page.name = name
    return page


class ByKey(Paginator):
    """Finds the keys of a page first and reads whole rows for those alone: sorting a country of wide rows takes seconds."""

    def page(self, number):
        page = super().page(number)
        if isinstance(self.object_list, QuerySet) and page.has_other_pages():
            keys = list(page.object_list.values_list("pk", flat=True))
            page.object_list = self.object_list.filter(pk__in=keys)
        return page
