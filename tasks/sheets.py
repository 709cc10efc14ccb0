"""The list of duties as a sheet: CSV streamed row by row, XLSX written in constant memory. Cells are text, never formulas."""

import csv
import tempfile

import xlsxwriter
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from tasks.models import State, Timeliness

CHUNK = 2000
RISKY = ("=", "+", "-", "@", "\t", "\r")


def heads():
    return [
        _("Plan"),
        _("Ref"),
        _("Duty"),
        _("Unit"),
        _("Responsible"),
        _("State"),
        _("Timeliness"),
        _("Present due date"),
        _("Deadline in the plan"),
        _("Last entry"),
    ]


def rows(assignments):
    """One list of cells for each assignment (from .timed(on=).with_names()); dates stay dates."""
    states, cells = dict(State.choices), dict(Timeliness.choices)
    for row in assignments.iterator(chunk_size=CHUNK):
        yield [
            f"{row.plan.document.symbol} ({row.plan.unit.full_name})",
            row.task.ref,
            row.task.title,
            row.unit.full_name,
            row.owner.person.full_name if row.owner else "",
            str(states[row.state]),
            str(cells[row.timeliness]),
            row.due_on,
            row.task.deadline_words,
            row.last_entry_at and timezone.localdate(row.last_entry_at),
        ]


class _Line:
    """A file that hands back what csv writes to it."""

    def write(self, text):
        return text


def as_csv(assignments):
    """Lines of UTF-8 CSV with a byte order mark, for spreadsheets; a cell that could be a formula gets an apostrophe."""
    return csv_of(heads, rows(assignments))


def csv_of(heads, rows):
    """The same for any table: `heads` gives its first line, `rows` are lists of text, numbers, dates or None."""
    return _lines(heads, rows, get_language())


def _lines(heads, rows, language):
    # The lines are made after the page's language has been put away, so they take it along.
    writer = csv.writer(_Line())
    with override(language):
        yield "\ufeff" + writer.writerow(heads())
        for cells in rows:
            yield writer.writerow([_plain(cell) for cell in cells])


def lint_as_csv(found):
    """Lines of UTF-8 CSV, one finding (tasks/lint) each."""
    return _lint_lines(found, get_language())


def _lint_lines(found, language):
    writer = csv.writer(_Line())
    with override(language):
        yield "\ufeff" + writer.writerow(
            [_("Plan"), _("Unit"), _("Kind"), _("Weight"), _("Ref"), _("Words"), _("Finding"), _("Other side")]
        )
        for row in found:
            others = ", ".join(duty.ref for duty in row.related)
            cells = [row.plan.symbol, row.plan.unit_name, row.kind.label, row.severity.label, row.ref, row.words, row.says, others]
            yield writer.writerow([_plain(str(cell)) for cell in cells])


def _plain(cell):
    if cell is None:
        return ""
    if hasattr(cell, "strftime"):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, int):
        return cell
    return f"'{cell}" if cell.startswith(RISKY) else cell


def as_xlsx(assignments):
    """The list of duties as a workbook."""
    return xlsx_of(_("Duties"), heads, rows(assignments), widths=[26, 11, 60, 36, 24, 22, 30, 12, 40, 12])


def xlsx_of(title, heads, rows, *, widths):
    """An open temporary file that holds the workbook of any table: typed dates, a frozen head, a filter. The caller closes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response that streams it closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31])
    day, bold = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}), book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_row(0, 0, heads(), bold)
    last = 0
    for last, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            if hasattr(cell, "strftime"):
                sheet.write_datetime(last, column, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(last, column, cell)
            else:
                sheet.write_string(last, column, cell or "", wrapped)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(heads()) - 1)
    book.close()
    file.seek(0)
    return file
