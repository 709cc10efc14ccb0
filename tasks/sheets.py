"""Tables as files: CSV streamed row by row, XLSX written in constant memory. Cells are text, never formulas."""

import csv
import functools
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from math import ceil

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from orgunits.models import OrgUnit
from tasks.models import State, Timeliness

CHUNK = 2000
MOST_ROWS = 1_048_575  # below the head of one sheet; Excel opens no more and the writer leaves the rest out without a word
LINE, TALLEST = 15, 409  # points of one line, of the tallest row a spreadsheet takes
A4 = 9  # as spreadsheets count sizes of paper
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
    """The response that hands a table out as `form`, "csv" or "xlsx". `rows`: lists of text, numbers, days, moments (without a
    zone) or None, made as they leave."""
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
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y %H:%M}" if isinstance(cell, datetime) else f"{cell:%d/%m/%Y}"
    if isinstance(cell, int):
        return cell
    return f"'{cell}" if cell.startswith(RISKY) else cell


def xlsx_of(title, heads, rows, *, widths):
    """An open temporary file that holds a workbook of one table; see book_of."""
    return book_of([Sheet(title, heads, rows, widths)])


def book_of(sheets, *, properties=None):
    """An open temporary file that holds the workbook: a sheet for each Sheet with typed cells, a frozen head, a filter; made to be
    printed across with its head on every page. What a sheet cannot hold goes on in further ones: «Nhiệm vụ», «Nhiệm vụ (2)» …
    `properties` are the document's. The caller closes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response that streams it closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(properties or {})
    forms = Forms(book)
    for sheet in sheets:
        for n, rows in enumerate(_parts(iter(sheet.rows)), 1):
            _write(book.add_worksheet(_name(sheet.title, n)), sheet, rows, forms)
    book.close()
    file.seek(0)
    return file


@dataclass(frozen=True)
class Sheet:
    """One table. `rows`: lists of text, numbers, days, moments (without a zone) or None; `widths` in characters; `banner` stands over
    each printed page."""

    title: str
    heads: list
    rows: Iterable
    widths: list
    banner: str = ""


class Forms:
    """How the cells of a workbook look."""

    def __init__(self, book):
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.number = book.add_format({"valign": "top"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
        self.moment = book.add_format({"num_format": "hh:mm, dd/mm/yyyy", "valign": "top", "align": "left"})


def _parts(rows):
    """The rows in parts that fit a sheet, each read as it is written; one empty part where there is no row."""
    yield islice(rows, MOST_ROWS)
    for row in rows:
        yield chain([row], islice(rows, MOST_ROWS - 1))


def _name(title, n):
    """The name of the n-th sheet; Excel takes 31 characters."""
    tail = f" ({n})" if n > 1 else ""
    return title[: 31 - len(tail)] + tail


def _write(page, sheet, rows, forms):
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    _set_height(page, 0, sheet.heads, sheet.widths)
    for column, words in enumerate(sheet.heads):
        page.write_string(0, column, words, forms.head)
    last = 0
    for last, cells in enumerate(rows, 1):
        _set_height(page, last, cells, sheet.widths)
        for column, cell in enumerate(cells):
            _write_cell(page, last, column, cell, forms)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(sheet.heads) - 1)
    page.hide_gridlines(0)  # on paper too they part the rows
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    if sheet.banner:
        page.set_header(f"&C{sheet.banner.replace('&', '&&')[:200]}")
    page.set_footer("&C&P / &N")


def _set_height(page, row, cells, widths):
    """Room for the words of the row's longest cell: a spreadsheet that does not measure rows itself prints them over one another."""
    lines = max((_lines_of(cell, width) for cell, width in zip(cells, widths, strict=False) if isinstance(cell, str)), default=1)
    if lines > 1:
        page.set_row(row, min(lines * LINE, TALLEST))


def _lines_of(words, width):
    """How many lines the words take; a line loses what is left of a word that no longer fits."""
    if len(words) < width and "\n" not in words:
        return 1
    return sum(ceil(len(part) / width) or 1 for part in words.split("\n"))


def _write_cell(page, row, column, cell, forms):
    if isinstance(cell, datetime):
        page.write_datetime(row, column, cell, forms.moment)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, forms.day)
    elif isinstance(cell, int | Decimal):
        page.write_number(row, column, cell, forms.number)
    else:
        page.write_string(row, column, cell or "", forms.text)
