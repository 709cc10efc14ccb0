"""The whole matrix as a sheet, one province after the other, so that a country never stands in memory."""

from django.utils.translation import gettext as _

from orgunits.models import STEP, OrgUnit, below
from tasks import sheets
from tasks.coverage import Cell, binding_duties
from tasks.models import Task


def as_csv(table):
    return sheets.lines(table.heads, table.rows)


def as_xlsx(table):
    return sheets.workbook(_("Coverage"), table.heads(), table.rows(), table.widths)


class Table:
    """One row for each area, one column for each duty that binds one of them. Cells say how, and by which duty (its ref)."""

    widths = [10, 26, 26, *[18] * 40]

    def __init__(self, plan, sight, on, level):
        self.plan, self.sight, self.on, self.level = plan, sight, on, level
        self.duties = binding_duties(plan, on=on, level=level, within=sight.within) if level in sight.levels else []

    def heads(self):
        return [_("Code"), _("Unit"), _("Belongs to"), *(f"{duty.ref} {duty.title}" for duty in self.duties)]

    def rows(self):
        for path, name in self._branches():
            matrix = self.sight.coverage(self.plan, on=self.on, level=self.level, within=path)
            refs = refs_of(matrix)
            for area in matrix.areas:
                yield from self._of(matrix, area, name, refs)

    def _of(self, matrix, area, name, refs):
        yield [area.code, area.full_name, name, *(words(matrix, duty.pk, area.pk, refs) for duty in self.duties)]

    def _branches(self):
        """(path, name) of the areas one level below the plan's unit that hold the rows."""
        width = len(self.plan.unit.path) + STEP
        top = OrgUnit.objects.areas().filter(**below(self.sight.within[:width]), level=_level_below(self.plan)).order_by("path")
        for unit in top:
            yield max(unit.path, self.sight.within, key=len), unit.full_name


class Cells(Table):
    """One row for each cell, of one duty (id) or one kind where they are chosen: the list on the screen."""

    widths = [10, 60, 10, 26, 26, 40]

    def __init__(self, *question, duty=None, kind=None):
        super().__init__(*question)
        self.duty, self.kind = duty, kind

    def heads(self):
        return [_("Ref"), _("Duty"), _("Code"), _("Unit"), _("Belongs to"), _("Coverage")]

    def _of(self, matrix, area, name, refs):
        for duty in self.duties:
            cell = matrix.cell(duty.pk, area.pk)
            if cell and self.duty in {None, duty.pk} and self.kind in {None, cell}:
                yield [duty.ref, duty.title, area.code, area.full_name, name, words(matrix, duty.pk, area.pk, refs)]


def _level_below(plan):
    return {"central": "province", "province": "ward"}.get(plan.unit.level, "")


def refs_of(matrix, areas=None):
    """{duty id: its ref in its plan} of all that continue something in `matrix`, or in some areas (ids) of it."""
    ids = {row.task for held in matrix.taken.values() for area, rows in held.items() if areas is None or area in areas for row in rows}
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
