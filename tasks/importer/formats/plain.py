"""Text as an OCR or a converter leaves it: .txt, .md, .tsv, .csv; markdown's marks and simple HTML tags read for what they mean.

A file is lines; runs of lines with tabs, bars or HTML cells are tables, the rest are paragraphs. Everything is one pass, linear in the
length of the text whatever stands in it.
"""

import html
import re
from itertools import pairwise

from tasks.importer.formats import encodings
from tasks.importer.formats.grids import Grid, bars, csv_rows, html_tables
from tasks.importer.formats.marks import plain_lines
from tasks.importer.formats.tidy import CELL_LIMIT, TOO_LONG, clean, table
from tasks.importer.shapes import Merge, Paragraph, Refused, Source, Table

LINES_LIMIT = 400_000
PAGE = 500  # letters: numbers closer to each other count rows, not pages
FIRST_PAGE = 60  # lines, where no page break says where the first page ends

looks_like_text = encodings.looks_like_text


def read(content, work, ending=""):
    text, encoding, problems = encodings.decode(content)
    blocks = _csv(text, work) if ending == "csv" else None
    blocks = blocks if blocks is not None else _blocks(text, work)
    pages = text.count("\f") + 1 if "\f" in text else None
    return Source(tuple(blocks), format=ending or "txt", encoding=encoding, pages=pages, problems=problems)


def first_page(content, work):
    text, _, _ = encodings.decode(content)
    lines = []
    for line in text.lstrip("\f\n ")[:60_000].split("\n"):
        if len(lines) >= FIRST_PAGE:
            break
        work.spend()
        lines += [html.unescape(_TAG.sub(" ", part)) for part in _BREAK.split(line.partition("\f")[0]) if part.strip()]
        if "\f" in line and lines:
            break
    return lines


_BREAK = re.compile(r"<(?:br|/?p|/?div|/?td|/?th|/?tr|/?center)\b[^<>]{0,200}>", re.I)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")


def _csv(text, work):
    """Blocks of comma or semicolon separated values: rows of one cell before the table are its heading."""
    rows = csv_rows(text)
    if rows is None:
        return None
    heads = []
    while rows and sum(1 for cell in rows[0] if cell.strip()) < 2:
        heads += [Paragraph(line) for line in filter(None, map(clean, rows.pop(0)))]
    found = table([[clean(cell.replace("\n", " ")) for cell in row] for row in rows], work)
    work.tell(len(text), len(text))
    return [*heads, *([found] if found else [])]


def _blocks(text, work):
    lines = text.split("\n")
    if len(lines) > LINES_LIMIT:
        raise Refused("too_long", TOO_LONG)
    blocks = list(_Reader(lines, work).blocks())
    return _without_page_numbers(blocks)


class _Reader:
    """Lines to blocks. `at` is the line at hand, `page` counts form feeds."""

    def __init__(self, lines, work):
        self.lines, self.work = lines, work
        self.at, self.page, self.gap = 0, 1 if any("\f" in line for line in lines) else None, True

    def blocks(self):
        held = []
        while self.at < len(self.lines):
            self.work.spend()
            if self.at % 2000 == 0:
                self.work.tell(self.at, len(self.lines))
            line = self.lines[self.at]
            if "\f" in line:
                self.lines[self.at] = line = self._turn(line)
            page = self.page
            found = self._table(line)
            if found is not None:
                yield from self._paragraphs(held, page)
                yield from found
                continue
            if not line.strip():
                yield from self._paragraphs(held, page)
            else:
                held.append(line)
            self.at += 1
        yield from self._paragraphs(held, self.page)
        self.work.tell(len(self.lines), len(self.lines))

    def _turn(self, line):
        self.page += line.count("\f")
        return line.replace("\f", " ") if line.strip("\f \t") else ""

    def _paragraphs(self, held, page):
        """The lines of a run without blank lines between them; the marks may span several."""
        for text, level, bold, centred, gap in plain_lines(held):
            if text:
                self.work.spend()
                yield Paragraph(text[:CELL_LIMIT], level=level, bold=bold, centred=centred, gap=gap, page=page)
        held.clear()

    def _table(self, line):
        """Blocks of the table that begins at this line, `at` moved behind it; None where none begins."""
        if "<table" in line.lower():
            return self._html()
        for grid in (Grid(self.lines, self.at), bars(self.lines, self.at)):
            if grid and grid.rows:
                self.at = grid.end
                page = self.page
                if self.page:
                    self.page += grid.turned
                found = table([[_cell(cell) for cell in row] for row in grid.rows], self.work, page=page)
                return [found] if found else []
        return None

    def _html(self):
        """A run of lines from «<table» to its end, nested ones included."""
        start, depth = self.at, 0
        while self.at < len(self.lines):
            lowered = self.lines[self.at].lower()
            depth += lowered.count("<table") - lowered.count("</table")
            self.at += 1
            if depth <= 0:
                break
        blocks = []
        for part in html_tables("\n".join(self.lines[start : self.at]), self.work):
            if isinstance(part, str):
                blocks += self._paragraphs(part.split("\n"), self.page)
            else:
                found = table([[_cell(cell) for cell in row] for row in part], self.work, page=self.page)
                blocks += [found] if found else []
        return blocks


def _cell(cell):
    if isinstance(cell, Merge):
        return cell
    return "\n".join(text for text, *_ in plain_lines(cell.split("\n")) if text)[:CELL_LIMIT]


_NUMBER = re.compile(r"[-–—\[(]?\s*(\d{1,3})\s*[-–—\])]?")
_TOLD = re.compile(r"(?:trang|page)\s+\d{1,3}(?:\s*(?:/|trên|of)\s*\d{1,3})?|\d{1,3}\s*/\s*\d{1,3}", re.I)


def _without_page_numbers(blocks):
    """Without lines that are only a page's number: those that say so, and lone numbers that count upwards through the file."""
    alone = [at for at, block in enumerate(blocks) if isinstance(block, Paragraph) and _stands_alone(blocks, at)]
    told = {at for at in alone if _TOLD.fullmatch(blocks[at].text)}
    numbers = [(at, int(found[1])) for at in alone if (found := _NUMBER.fullmatch(blocks[at].text))]
    pairs = list(pairwise(numbers))
    climbing = bool(pairs) and all(a[1] < b[1] <= a[1] + 3 and _length(blocks[a[0] + 1 : b[0]]) > PAGE for a, b in pairs)
    told |= {at for at, number in numbers if climbing or f"-{number}-" == blocks[at].text.replace(" ", "").replace("–", "-")}
    return [block for at, block in enumerate(blocks) if at not in told]


def _length(blocks):
    """Letters in some blocks."""
    texts = (str(block.text) if isinstance(block, Paragraph) else "".join(map(str, block.rows)) for block in blocks)
    return sum(map(len, texts))


def _stands_alone(blocks, at):
    """Whether a line has a gap, a table or the file's end on both sides."""
    after = blocks[at + 1] if at + 1 < len(blocks) else None
    return blocks[at].gap and (after is None or isinstance(after, Table) or after.gap)
