"""A list of units as a sheet, CSV or XLSX: at most a few thousand rows. Cells are text, never formulas."""

from django.utils.translation import gettext as _

from tasks import sheets

FORMS = ("csv", "xlsx")


def heads():
    return [_("No."), _("Code"), _("Name"), _("Under"), _("Joined later, on")]


def rows(units, late):
    """One list of cells for each unit (a queryset); `late`: {unit id: day}."""
    for n, unit in enumerate(units.select_related("parent").iterator(chunk_size=2000), 1):
        day = late.get(unit.pk)
        yield [n, unit.code, unit.full_name, unit.parent.full_name if unit.parent else "", day]


def answer(units, late, *, form, name):
    """The response that hands the list out as `form`, "csv" or "xlsx"."""
    return sheets.answer(heads(), rows(units, late), title=_("Units"), widths=[7, 14, 44, 34, 16], form=form, name=name)
