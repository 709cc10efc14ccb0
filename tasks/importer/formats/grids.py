"""Tables inside text: lines parted by tabs or bars, HTML tables, comma separated values."""

import csv
import io
import re
from html.parser import HTMLParser

from tasks.importer.formats.tidy import COLUMNS_LIMIT, TOO_LONG
from tasks.importer.shapes import Merge, Refused

GAP = 6  # blank lines a page break leaves inside a table
WRAPPED = 3  # lines of one cell that wandered onto lines of their own
QUOTED = 60  # lines a quoted cell may span
_MARKER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[ivxIVX]{1,5}|[a-zđA-ZĐ])[.)]|[-+•*–]")
_RULE_CELL = re.compile(r"\s*:?-{2,}:?\s*")


class Grid:
    """The table of tab separated lines that begins at line `start`: `rows`, `end` (the line behind it), `turned` (pages passed).

    `rows` is empty where there is none: fewer than two rows, or a list whose marks are set off by tabs.
    """

    def __init__(self, lines, start):
        self.lines, self.at, self.turned = lines, start, 0
        self.rows, self.wide = [], 0
        if "\t" in lines[start].strip(" "):
            self._read()
        self.end = self.at
        if len(self.rows) < 2 or self._is_list():
            self.rows = []
        self.rows = [row for row in self.rows if not _is_rule(row)]

    def _read(self):
        while self.at < len(self.lines):
            row = self._row(self.at)
            if row is None:
                return
            cells, used = row
            self.rows.append(cells)
            self.wide = max(self.wide, len(cells))
            self.at += used
            if not self._goes_on():
                return

    def _row(self, at):
        """(cells, lines used) of the line at `at`; a quote left open takes the following lines in. None for a line without tabs."""
        line = self.lines[at]
        if "\t" not in line:
            return None
        used = 1
        if _opens_quote(line):
            for more in range(1, min(QUOTED, len(self.lines) - at)):
                if self.lines[at + more].count('"') % 2:
                    line, used = "\n".join(self.lines[at : at + more + 1]), more + 1
                    break
        cells = [_unquoted(cell) for cell in line.replace("\f", " ").split("\t")]
        if len(cells) > COLUMNS_LIMIT * 5:
            raise Refused("too_long", TOO_LONG)
        return cells, used

    def _goes_on(self):
        """Whether the next lines belong to the table; moves over blank ones, and puts stray ones into the cell they wrapped out of."""
        blanks = self._run(lambda line: not line.strip(" \f\t"), GAP)
        following = self._line(self.at + blanks)
        if following is None:
            return False
        if "\t" in following:
            ends = blanks and not self._fits(following)
            if not ends:
                self._pass(blanks)
            return not ends
        stray = self._run(lambda line: line.strip() and "\t" not in line, WRAPPED)
        behind = self._line(self.at + stray)
        if blanks or not stray or behind is None or "\t" not in behind or self.wide < 3 or behind.count("\t") + 1 != self.wide:
            return False
        for _ in range(stray):
            _append(self.rows[-1], self.lines[self.at])
            self._pass(1)
        return True

    def _pass(self, count):
        self.turned += sum(self.lines[self.at + more].count("\f") for more in range(count))
        self.at += count

    def _run(self, wanted, limit):
        count = 0
        while count < limit and self._line(self.at + count) is not None and wanted(self.lines[self.at + count]):
            count += 1
        return count

    def _line(self, at):
        return self.lines[at] if at < len(self.lines) else None

    def _fits(self, line):
        """After a blank line only a row as wide as the table goes on, or the rest of a broken one: its first cell is empty."""
        cells = line.count("\t") + 1
        return cells == self.wide or (not line.split("\t")[0].strip() and cells <= self.wide)

    def _is_list(self):
        return self.wide == 2 and all(_MARKER.fullmatch(row[0].strip()) for row in self.rows if row[0].strip())


def _opens_quote(line):
    return line.count('"') % 2 == 1 and any(cell.lstrip().startswith('"') and cell.count('"') % 2 for cell in line.split("\t"))


def _unquoted(cell):
    cell = cell.strip(" ")
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and cell[1:-1].replace('""', "").count('"') == 0:
        return cell[1:-1].replace('""', '"')
    return cell


def _append(row, line):
    at = max((at for at, cell in enumerate(row) if cell.strip()), default=0)
    row[at] = f"{row[at]}\n{line.strip()}"


def _is_rule(row):
    """A line drawn under the heads, or a row of nothing: «---- | ---»."""
    return all(_RULE_CELL.fullmatch(cell) or not cell.strip() for cell in row)


class _Bars:
    """What bars() gives: as Grid."""

    def __init__(self, rows, end):
        self.rows, self.end, self.turned = rows, end, 0


def bars(lines, start):
    """The markdown table at line `start`: every row between bars, or a rule («---|---») under the first. None where there is none."""
    first = lines[start]
    if "|" not in first:
        return None
    ruled = start + 1 < len(lines) and _is_bar_rule(lines[start + 1])
    if not ruled and not _between_bars(first):
        return None
    rows, at = [], start
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            following = next((more for more in range(at, min(at + GAP, len(lines))) if lines[more].strip()), None)
            if following is None or not _between_bars(lines[following]) or _cells(lines[following], only_count=True) != len(rows[0]):
                break
            at = following
            continue
        if not (_between_bars(line) or (ruled and "|" in line)):
            break
        if not _is_bar_rule(line):
            rows.append(_cells(line))
        at += 1
    return _Bars([row for row in rows if not _is_rule(row)], at) if len(rows) > 1 else None


def _between_bars(line):
    line = line.strip()
    return len(line) > 2 and line[0] == line[-1] == "|" and line.count("|") > 1


def _is_bar_rule(line):
    line = line.strip()
    return "|" in line and "--" in line and all(sign in "|-:+= \t" for sign in line)


def _cells(line, *, only_count=False):
    line = line.strip().replace("\\|", "\x03")
    line = line[1:] if line.startswith("|") else line
    line = line[:-1] if line.endswith("|") else line
    cells = [cell.replace("\x03", "|").strip() for cell in line.split("|")]
    if len(cells) > COLUMNS_LIMIT * 5:
        raise Refused("too_long", TOO_LONG)
    return len(cells) if only_count else cells


def csv_rows(text):
    """Rows of a .csv by the separator that parts most of its lines evenly; None where none does."""
    sample = [line for line in text.split("\n")[:50] if line.strip()]
    separator = max(",;\t", key=lambda sign: sum(sign in line for line in sample), default=",")
    if not any(separator in line for line in sample):
        return None
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\f", "\n").replace("\x00", "")), delimiter=separator))
    except csv.Error:
        return None
    return [row for row in rows if any(cell.strip() for cell in row)]


def html_tables(text, work):
    """Parts of `text`: rows (lists of str or Merge) of each outermost table, strings for what stands around them."""
    parser = _Tables(work)
    parser.feed(text)
    parser.close()
    return parser.parts()


class _Tables(HTMLParser):
    def __init__(self, work):
        super().__init__(convert_charrefs=True)
        self.work, self.found, self.outside = work, [], []
        self.depth, self.rows, self.cell = 0, [], None

    def parts(self):
        self._end_table()
        return [part for part in [*self.found, "".join(self.outside)] if part]

    def handle_starttag(self, tag, attributes):
        self.work.spend()
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.found.append("".join(self.outside))
                self.outside, self.rows = [], []
        elif not self.depth:
            self.outside.append(self.get_starttag_text() or "")
        elif self.depth == 1 and tag == "tr":
            self.cell = None
            self.rows.append([])
        elif self.depth == 1 and tag in ("td", "th"):
            spans = dict(attributes)
            self.rows = self.rows or [[]]
            self.cell = ([], _span(spans.get("colspan")), _span(spans.get("rowspan")))
            self.rows[-1].append(self.cell)
        elif self.cell is not None and tag in ("br", "p", "div", "li", "tr"):
            self.cell[0].append("\n")
        elif self.cell is not None and tag in ("b", "strong"):
            pass

    def handle_endtag(self, tag):
        if tag == "table" and self.depth:
            self.depth -= 1
            if not self.depth:
                self._end_table()
        elif not self.depth:
            self.outside.append(f"</{tag}>")
        elif self.depth == 1 and tag in ("td", "th"):
            self.cell = None
        elif self.cell is not None and tag in ("p", "div", "td", "th"):
            self.cell[0].append("\n" if tag in ("p", "div") else " ")

    def handle_data(self, data):
        if self.cell is not None:
            self.cell[0].append(data)
        elif not self.depth:
            self.outside.append(data)

    def _end_table(self):
        if self.rows:
            self.found.append(_laid_out(self.rows, self.work))
        self.rows, self.cell, self.depth = [], None, 0


def _span(text):
    return min(int(text), COLUMNS_LIMIT) if text and re.fullmatch(r"\d{1,4}", text) and int(text) else 1


def _laid_out(rows, work):
    """Cells with spans to even rows: what a wide or tall cell covers is marked as belonging to it."""
    below, out = {}, []
    for cells in rows:
        row, waiting = [], list(reversed(cells))
        while waiting or below.get(len(row), 0):
            work.spend()
            at = len(row)
            if below.get(at, 0):
                below[at] -= 1
                row.append(Merge.ABOVE)
                continue
            pieces, wide, tall = waiting.pop()
            row.append("".join(pieces))
            row += [Merge.LEFT] * (wide - 1)
            below.update({at + more: tall - 1 for more in range(wide)})
            if len(row) > COLUMNS_LIMIT * 5:
                raise Refused("too_long", TOO_LONG)
        out.append(row)
    return out
