"""A list of units as a sheet, CSV or XLSX: at most a few thousand rows. Cells are text, never formulas."""

import csv
import io

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

from tasks.sheets import RISKY

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def heads():
    return [_("No."), _("Code"), _("Name"), _("Under"), _("Joined later, on")]


def rows(units, late):
    """One list of cells for each unit (a queryset); `late`: {unit id: day}."""
    for n, unit in enumerate(units.select_related("parent").iterator(chunk_size=2000), 1):
        day = late.get(unit.pk)
        yield [str(n), unit.code, unit.full_name, unit.parent.full_name if unit.parent else "", f"{day:%d/%m/%Y}" if day else ""]


def answer(units, late, *, form, name):
    """The response that hands the list out as `form`, "csv" or "xlsx"."""
    body = as_csv(units, late) if form == "csv" else as_xlsx(units, late)
    return HttpResponse(body, content_type=TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'})


def as_csv(units, late):
    """UTF-8 with a byte order mark, for spreadsheets; a cell that could be a formula gets an apostrophe."""
    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(heads())
    writer.writerows([f"'{cell}" if cell.startswith(RISKY) else cell for cell in cells] for cells in rows(units, late))
    return text.getvalue().encode()


def as_xlsx(units, late):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("Units")[:31])
    for column, width in enumerate([7, 14, 44, 34, 16]):
        sheet.set_column(column, column, width)
    sheet.write_row(0, 0, heads(), book.add_format({"bold": True, "bottom": 1}))
    last = 0
    for last, cells in enumerate(rows(units, late), 1):
        for column, cell in enumerate(cells):
            sheet.write_string(last, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(heads()) - 1)
    book.close()
    return file.getvalue()
