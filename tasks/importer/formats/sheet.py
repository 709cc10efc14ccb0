"""Excel files: each sheet's filled cells as one table, what stands above the table as paragraphs.

Read from the parts themselves: what a cell shows (a formula's last value, a date as dd/mm/yyyy, text beginning with «=» as text) and
nothing that a file merely declares, such as a million empty rows.
"""

import datetime
import re
from functools import lru_cache

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from tasks.importer import legacy
from tasks.importer.formats.package import BROKEN, Package, attribute, forget, is_element, local
from tasks.importer.formats.tidy import CELL_LIMIT, COLUMNS_LIMIT, TOO_LONG, clean, clean_lines, table
from tasks.importer.shapes import Merge, Paragraph, Refused, Source

ROWS_LIMIT = 50_000
SHEETS_LIMIT = 100
FIRST_PAGE = 60  # rows


def read(content, work, ending=""):
    book = _Book(Package(content), work)
    blocks, sheets = [], [(title, path) for title, path in book.sheets]
    filled = []
    for done, (title, path) in enumerate(sheets):
        work.tell(done, len(sheets))
        cells, merged = book.cells(path)
        if cells:
            filled.append((title, _rows(cells, merged)))
    encoding = legacy.recognise("\n".join(cell for _, rows in filled for row in rows for cell in row if isinstance(cell, str))[:40_000])
    for title, rows in filled:
        if len(filled) > 1:
            blocks.append(Paragraph(clean(title), level=0))
        blocks += _blocks([[_converted(cell, encoding) for cell in row] for row in rows], work)
    work.tell(len(sheets), len(sheets))
    return Source(tuple(blocks), format="xlsx", encoding=encoding or "UTF-8")


def first_page(content, work):
    """Heads and feet of every sheet, then the first rows of the first."""
    book = _Book(Package(content), work)
    lines = []
    for at, (_, path) in enumerate(book.sheets):
        lines += book.heads(path)
        if at == 0:
            cells, _ = book.cells(path, rows=FIRST_PAGE)
            lines += [line for _, text in sorted(cells.items()) for line in text.split("\n")]
    encoding = legacy.recognise("\n".join(lines))
    return [_converted(line, encoding) for line in lines]


def _converted(cell, encoding):
    if isinstance(cell, Merge):
        return cell
    return clean_lines(legacy.convert_all(cell, encoding) if encoding else cell)[:CELL_LIMIT]


class _Book:
    """A workbook: `sheets` are the (title, path) of those that are not hidden, in order."""

    def __init__(self, package, work):
        self.package, self.work = package, work
        root = package.root(package.main)
        if root is None:
            raise Refused("unreadable", BROKEN)
        links = package.links(package.main)
        kinds = dict(links.values())
        nodes = list(root.iter("{*}sheet"))
        self.sheets = [
            (attribute(node, "name", ""), links.get(_link(node), ("", ""))[1])
            for node in nodes
            if node.get("state", "visible") == "visible"
        ]
        self.sheets = [(title, path) for title, path in self.sheets if package.has(path)][:SHEETS_LIMIT]
        mac = any(node.get("date1904") in ("1", "true") for node in root.iter("{*}workbookPr"))
        self.epoch = CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900
        self.formats = _formats(package.root(kinds["styles"])) if package.has(kinds.get("styles", "")) else []
        self.strings = self._strings(kinds.get("sharedStrings", ""))

    def _strings(self, path):
        found = []
        if self.package.has(path):
            for event, node in self.package.walk(path, ["si"]):
                if event == "end":
                    self.work.spend()
                    found.append(_text(node))
                    forget(node)
        return found

    def cells(self, path, rows=ROWS_LIMIT):
        """({(row, column): text}, [(first row, first column, last row, last column)]) of the filled cells, counted from 0."""
        found, merged, row, count = {}, [], -1, 0
        for event, node in self.package.walk(path, ["row", "mergeCell"]):
            if event == "start":
                continue
            if local(node) == "mergeCell":
                merged += _area(node.get("ref"))
            else:
                row = _whole(node.get("r"), row + 2) - 1
                if count == rows < ROWS_LIMIT:
                    break
                if count == ROWS_LIMIT:
                    raise Refused("too_long", TOO_LONG)
                before = len(found)
                for column, text in self._row(node):
                    self.work.spend()
                    found[row, column] = text
                count += len(found) > before
            forget(node)
        return found, merged

    def _row(self, node):
        column = -1
        for cell in filter(is_element, node):
            place = _place(cell.get("r"))
            column = place[1] if place else column + 1
            text = self._shown(cell)
            if text.strip() and column < 16_384:
                yield column, text

    def _shown(self, cell):
        """What the cell shows; an error value shows nothing worth reading."""
        kind, value = cell.get("t", "n"), next((node.text or "" for node in cell if local(node) == "v"), "")
        if kind == "inlineStr":
            return "".join(_text(node) for node in cell if local(node) == "is")
        if kind == "s":
            return self.strings[int(value)] if value.isdecimal() and int(value) < len(self.strings) else ""
        if kind == "b":
            return "x" if value == "1" else ""
        if kind == "e":
            return ""
        if kind == "d":
            return _iso_date(value)
        return value if kind == "str" else self._number(value, cell.get("s"))

    def _number(self, value, style):
        """A number as people write it; a date where the cell's format says so."""
        pattern = self.formats[int(style)] if style and style.isdecimal() and int(style) < len(self.formats) else "General"
        try:
            number = float(value)
        except ValueError:
            return value
        if _is_date(pattern):
            return _date(number, self.epoch, pattern) or value
        if "%" in pattern:
            return f"{round(number * 100, 2):g}%".replace(".", ",")
        return value if "e" in value.lower() else f"{number:.10g}".replace(".", ",")

    def heads(self, path):
        """Lines of a sheet's running head and foot; «&L», «&C», «&R» part their columns."""
        lines = []
        for event, node in self.package.walk(
            path, ["oddHeader", "oddFooter", "firstHeader", "firstFooter", "evenHeader", "evenFooter", "row"]
        ):
            if event == "end" and local(node) != "row":
                text = re.sub(r'&"[^"]{0,100}"|&\d{1,3}|&[^LCRlcr]', "", node.text or "")
                lines += [line for part in re.split(r"&[LCRlcr]", text) for line in part.split("\n")]
            if event == "end":
                forget(node)
        return lines


def _link(node):
    return next((text for key, text in node.items() if key.endswith("}id")), "")


def _text(node):
    """The letters of a string, its phonetic hints left out."""
    texts = (part.text or "" for part in node.iter("{*}t") if local(part.getparent()) != "rPh")
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), "".join(texts)).replace("\r", "")


@lru_cache(maxsize=500)
def _is_date(pattern):
    return is_date_format(pattern)


def _formats(root):
    """The number format of each cell style, by its place."""
    own = {node.get("numFmtId"): node.get("formatCode") or "" for node in root.iter("{*}numFmt")}
    styles = next(root.iter("{*}cellXfs"), ())
    return [
        own.get(name) or BUILTIN_FORMATS.get(_whole(name), "General")
        for name in (node.get("numFmtId", "0") for node in filter(is_element, styles))
    ]


def _date(number, epoch, pattern):
    """dd/mm/yyyy; mm/yyyy where the format has no day; hours only where there is no date. None for what is no day."""
    try:
        moment = from_excel(number, epoch)
    except (ValueError, OverflowError, TypeError):
        return None
    if isinstance(moment, datetime.time):
        return f"{moment:%H:%M}"
    if not isinstance(moment, datetime.datetime):
        return None
    letters = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", pattern.lower())
    if "d" not in letters and "y" in letters and "m" in letters:
        return f"{moment.month:02}/{moment.year}"
    return f"{moment.day:02}/{moment.month:02}/{moment.year}"


def _iso_date(text):
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", text)
    return f"{found[3]}/{found[2]}/{found[1]}" if found else text


_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


def _place(name):
    """(row, column) from 0 of «B3»."""
    found = _CELL.fullmatch(name or "")
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _area(name):
    parts = [_place(part) for part in (name or "").split(":")]
    return [(*parts[0], *parts[1])] if len(parts) == 2 and None not in parts else []


def _whole(text, default=0):
    return int(text) if re.fullmatch(r"\d{1,7}", text or "") else default


def _rows(cells, merged):
    """Rows and columns that have anything in them; a merged area shows its first cell's text, its other cells belong to that one."""
    covered = {}
    rows, columns = sorted({row for row, _ in cells}), sorted({column for _, column in cells})
    if len(columns) > COLUMNS_LIMIT * 2:
        raise Refused("too_long", TOO_LONG)
    known = set(rows)
    for top, left, bottom, right in merged[:20_000]:
        if (top, left) in cells:
            inside = rows if bottom - top > len(rows) else [row for row in range(top, bottom + 1) if row in known]
            for row in inside:
                for column in columns:
                    if top <= row <= bottom and left <= column <= right and (row, column) != (top, left):
                        covered[row, column] = Merge.LEFT if column > left else Merge.ABOVE
    return [[covered.get((row, column)) or cells.get((row, column), "") for column in columns] for row in rows]


def _blocks(rows, work):
    """Paragraphs for the rows above the table (letterhead, title, date: hardly a cell filled), then the table."""
    blocks, start, head = [], 0, _head_row(rows)
    while start < len(rows) and (start < head or _filled(rows[start]) < 2):
        lines = [line for cell in rows[start] if isinstance(cell, str) for line in cell.split("\n") if line]
        blocks += [Paragraph(line, gap=at == 0) for at, line in enumerate(lines)]
        start += 1
    if start == len(rows) and max(map(len, rows), default=0) > 1:
        return blocks
    found = table(rows[start:], work)
    return [*blocks, *([found] if found else [])]


def _filled(row):
    return sum(1 for cell in row if isinstance(cell, str) and cell)


def _head_row(rows):
    """The row where the columns' heads stand: the first with most of its cells filled, if all above have one or two; else the first."""
    wide = max(map(len, rows), default=0)
    for at, row in enumerate(rows[:20]):
        if wide < 4 or _filled(row) >= 0.6 * wide:
            return at if wide >= 4 else 0
        if _filled(row) > 2:
            return 0
    return 0
