"""Tables as files: CSV streamed row by row, XLSX written in constant memory. Cells are text, never formulas."""

import csv
import functools
import tempfile
from itertools import chain, islice

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from orgunits.models import OrgUnit
from tasks.models import State, Timeliness

CHUNK = 2000
MOST_ROWS = 1_048_575  # below the head of one sheet; Excel opens no more and the writer leaves the rest out without a word
WIDTHS = [26, 11, 60, 36, 24, 22, 30, 12, 40, 12]  # of the columns, in characters
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


COLUMNS = [
    *("plan__document__symbol", "plan__unit__kind", "plan__unit__name", "task__ref", "task__title", "unit__kind", "unit__name"),
    *("owner__person__full_name", "state", "timeliness", "due_on", "task__deadline_words", "last_entry_at"),
]


def rows(assignments):
    """One list of cells for each assignment (from .timed(on=)); dates stay dates. Read as plain columns: a country of whole rows,
    each with eight others beside it, takes half a minute."""
    states, cells = ({value: str(words) for value, words in choices} for choices in (State.choices, Timeliness.choices))
    named = functools.cache(lambda kind, name: OrgUnit(kind=kind, name=name).full_name)
    for symbol, owner_kind, owner, ref, title, kind, name, person, state, cell, due_on, words, last in assignments.values_list(
        *COLUMNS
    ).iterator(chunk_size=CHUNK):
        yield [
            f"{symbol} ({named(owner_kind, owner)})",
            ref,
            title,
            named(kind, name),
            person or "",
            states[state],
            cells[cell],
            due_on,
            words,
            last and timezone.localdate(last),
        ]


class _Line:
    """A file that hands back what csv writes to it."""

    def write(self, text):
        return text


def answer(heads, rows, *, title, widths, form, name):
    """The response that hands a table out as `form`, "csv" or "xlsx". `rows`: lists of text, numbers, dates or None, made as they leave."""
    if form == "xlsx":
        return FileResponse(xlsx_of(title, heads, rows, widths=widths), as_attachment=True, filename=f"{name}.xlsx")
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(csv_of(heads, rows), content_type="text/csv; charset=utf-8", headers=headers)


def of_duties(assignments, *, form, name):
    """The list of duties as a file."""
    return answer(heads(), rows(assignments), title=_("Duties"), widths=WIDTHS, form=form, name=name)


def csv_of(heads, rows):
    """Lines of UTF-8 CSV with a byte order mark, for spreadsheets; a cell that could be a formula gets an apostrophe."""
    return _lines(heads, rows, get_language())


def _lines(heads, rows, language):
    # The lines are made after the page's language has been put away, so they take it along.
    writer = csv.writer(_Line())
    with override(language):
        yield "\ufeff" + writer.writerow([_plain(cell) for cell in heads])
        for cells in rows:
            yield writer.writerow([_plain(cell) for cell in cells])


def _plain(cell):
    if cell is None:
        return ""
    if hasattr(cell, "strftime"):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, int):
        return cell
    return f"'{cell}" if cell.startswith(RISKY) else cell


def xlsx_of(title, heads, rows, *, widths):
    """An open temporary file that holds the workbook: typed dates, a frozen head, a filter. The caller closes it.

    What a sheet cannot hold goes on in further ones: «Nhiệm vụ», «Nhiệm vụ (2)» …
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response that streams it closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    looks = _Looks(book)
    for n, part in enumerate(_parts(iter(rows)), 1):
        sheet = book.add_worksheet(_name(title, n))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        last = _fill(sheet, heads, part, looks)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(heads) - 1)
    book.close()
    file.seek(0)
    return file


class _Looks:
    def __init__(self, book):
        self.day, self.bold = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}), book.add_format({"bold": True, "bottom": 1})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})


def _parts(rows):
    """The rows in parts that fit a sheet, each read as it is written; one empty part where there is no row."""
    yield islice(rows, MOST_ROWS)
    for row in rows:
        yield chain([row], islice(rows, MOST_ROWS - 1))


def _name(title, n):
    """The name of the n-th sheet; Excel takes 31 characters."""
    tail = f" ({n})" if n > 1 else ""
    return title[: 31 - len(tail)] + tail


def _fill(sheet, heads, rows, looks):
    """Write heads and rows. Returns the number of the last line."""
    last = 0
    for column, words in enumerate(heads):
        sheet.write_string(0, column, words, looks.bold)
    for last, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            if hasattr(cell, "strftime"):
                sheet.write_datetime(last, column, cell, looks.day)
            elif isinstance(cell, int):
                sheet.write_number(last, column, cell)
            else:
                sheet.write_string(last, column, cell or "", looks.wrapped)
    return last
