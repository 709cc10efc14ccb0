"""The whole matrix as a sheet, one province after the other: lines leave as they are made."""

from django.utils.translation import gettext as _

from tasks.coverage import Cell
from tasks.models import Task


class Table:
    """One row for each area, one column for each duty that binds one of them. Cells say how, and by which duty (its ref)."""

    widths = (10, 26, 26, *[18] * 40)

    def __init__(self, matrix):
        self.matrix = matrix

    def heads(self):
        return [_("Code"), _("Unit"), _("Belongs to"), *(f"{duty.ref} {duty.title}" for duty in self.matrix.duties)]

    def rows(self):
        areas = {area.pk: area for area in self.matrix.areas}
        for group, ids in self.matrix.groups():
            refs = refs_of(self.matrix, ids)
            for area in sorted((areas[pk] for pk in ids), key=lambda area: area.path):
                yield from self._of(area, group.full_name, refs)

    def _of(self, area, name, refs):
        yield [area.code, area.full_name, name, *(words(self.matrix, duty.pk, area.pk, refs) for duty in self.matrix.duties)]


class Cells(Table):
    """One row for each cell, of one duty (id) or one kind where they are chosen: the list on the screen."""

    widths = (10, 60, 10, 26, 26, 40)

    def __init__(self, matrix, *, duty=None, kind=None):
        super().__init__(matrix)
        self.duty, self.kind = duty, kind

    def heads(self):
        return [_("Ref"), _("Duty"), _("Code"), _("Unit"), _("Belongs to"), _("Coverage")]

    def _of(self, area, name, refs):
        for duty in self.matrix.duties:
            cell = self.matrix.cell(duty.pk, area.pk)
            if cell and self.duty in {None, duty.pk} and self.kind in {None, cell}:
                yield [duty.ref, duty.title, area.code, area.full_name, name, words(self.matrix, duty.pk, area.pk, refs)]


def refs_of(matrix, areas):
    """{duty id: its ref in its plan} of all that continue something in some areas (ids) of `matrix`."""
    ids = {row.task for held in matrix.taken.values() for area in areas for row in held.get(area, ())}
    return dict(Task.objects.filter(pk__in=ids).order_by().values_list("pk", "ref"))


def words(matrix, duty, area, refs):
    """«taken up: PL/17»; "" where the duty does not bind the area."""
    cell = matrix.cell(duty, area)
    if cell is None:
        return ""
    if cell == Cell.TAKEN:
        return f"{cell.label}: {', '.join(refs[row.task] for row in matrix.taken[duty][area])}"
    if cell == Cell.DECLARED:
        return f"{cell.label}, {_('awaits a word') if matrix.is_waiting(duty, area) else _('accepted')}"
    return str(cell.label)
