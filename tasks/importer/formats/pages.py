"""Words on pages to printed lines and tables in reading order. Lengths are points (1/72 inch), measured from the top left. Pure.

A page of an official paper is one column, with three exceptions: the letterhead and the signature stand in two columns side by side,
each read by itself from top to bottom; a table is read row by row, whether its lines are drawn or only its columns are aligned.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from tasks.importer.shapes import Merge

MARGIN = 0.12  # share of a page's height at its top and bottom where running heads and page numbers stand
GUTTER = 11  # narrowest white between two columns
REPEATED = 3  # pages with the same line at the same height make it a running head; both pages, where there are only two


@dataclass(frozen=True)
class Word:
    x0: float
    x1: float
    top: float
    bottom: float
    text: str
    bold: bool = False
    size: float = 12

    @property
    def middle(self):
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Page:
    """`grids` are drawn tables, lists of cell boxes (x0, top, x1, bottom); `covered` the share of the page under its largest picture.

    `turned` counts letters that do not stand upright and were left out; `encoding` is the legacy one its fonts declare.
    """

    width: float
    height: float
    words: list
    grids: list = field(default_factory=list)
    covered: float = 0
    encoding: str = ""
    turned: int = 0


@dataclass
class Line:
    words: list

    def __post_init__(self):
        self.x0, self.x1 = min(word.x0 for word in self.words), max(word.x1 for word in self.words)
        self.top, self.bottom = min(word.top for word in self.words), max(word.bottom for word in self.words)
        self.size = median(word.size for word in self.words)

    @property
    def text(self):
        return " ".join(word.text for word in self.words)


@dataclass
class Printed:
    """A line as it will be handed on."""

    words: list
    page: int
    gap: bool = True
    centred: bool = False


@dataclass
class Grid:
    """A table: rows of cells, a cell being a list of lines (lists of words) or a Merge; `edges` the x where columns begin, and the end.

    A table that is not `drawn` has only the places of its words to tell where a column begins.
    """

    rows: list
    page: int
    edges: list
    top: float = 0
    drawn: bool = True


def items(pages):
    """Printed lines and Grids of all pages in reading order: running heads gone, tables joined over page breaks."""
    parts = [_parts(page, number) for number, page in enumerate(pages, 1)]
    running = _running([[part for part in page if isinstance(part, Line)] for page in parts], pages)
    margins = {width: _margins(parts, pages, width) for width in {round(page.width) for page in pages}}
    made = []
    for number, (page, found) in enumerate(zip(pages, parts, strict=True), 1):
        kept = [part for part in found if not isinstance(part, Line) or id(part) not in running]
        ordered = _in_order(kept, page, number, *margins[round(page.width)])
        if made and isinstance(made[-1], Grid) and not made[-1].drawn:
            ordered = _take_rest(made[-1], ordered)
        for item in ordered:
            before = made[-1] if made else None
            if isinstance(item, Grid) and isinstance(before, Grid) and before.page < number and _continues(before, item):
                continue
            made.append(item)
    return made


def lines_of(words):
    """Words to lines from top to bottom, each from left to right; words whose middles are close stand on one line."""
    rows = []
    for word in sorted(words, key=lambda word: (word.middle, word.x0)):
        if rows and abs(word.middle - rows[-1][0]) < 0.35 * max(word.size, 4):
            rows[-1][1].append(word)
        else:
            rows.append((word.middle, [word]))
    return [Line(sorted(row, key=lambda word: word.x0)) for _, row in rows]


_MARK = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[ivxIVX]{1,6}|[a-zđA-ZĐ])[.)/]|[-+–•*]|\d{1,3}")


def segments(line):
    """Parts of a line that white space of a column's width keeps apart; a list mark belongs to what follows it."""
    found = [[line.words[0]]]
    for word in line.words[1:]:
        wide = word.x0 - found[-1][-1].x1
        if wide > max(1.8 * line.size, 14) and not (len(found[-1]) == 1 and len(found) == 1 and _is_mark(found[-1][0], wide, line)):
            found.append([word])
        else:
            found[-1].append(word)
    return found


def _is_mark(word, wide, line):
    return wide < 3.2 * line.size and bool(_MARK.fullmatch(word.text))


def _parts(page, number):
    """The drawn tables of a page and the lines outside them, from top to bottom."""
    free, parts = list(page.words), []
    for cells in page.grids:
        grid = _drawn(cells, free, number)
        if grid is not None:
            box = _box(cells)
            free = [word for word in free if not _within(word, box)]
            parts.append(grid)
    parts += lines_of(free)
    return sorted(parts, key=lambda part: part.top)


def _box(cells):
    return min(c[0] for c in cells), min(c[1] for c in cells), max(c[2] for c in cells), max(c[3] for c in cells)


def _within(word, box):
    return box[0] - 1 <= (word.x0 + word.x1) / 2 <= box[2] + 1 and box[1] - 1 <= word.middle <= box[3] + 1


def _edges(numbers, near=3):
    """Sorted numbers, those nearer to each other than `near` taken as one."""
    found = []
    for number in sorted(numbers):
        if not found or number - found[-1] > near:
            found.append(number)
    return found


def _place(number, edges):
    return min(range(len(edges)), key=lambda at: abs(edges[at] - number))


def _drawn(cells, words, number):
    """A Grid of drawn cells; a cell over several columns or rows is marked so. None for a single box, which is only a frame."""
    xs, ys = _edges([x for cell in cells for x in (cell[0], cell[2])]), _edges([y for cell in cells for y in (cell[1], cell[3])])
    if len(xs) < 3 or len(xs) * len(ys) > 60_000:
        return None
    rows = [[None] * (len(xs) - 1) for _ in ys[1:]]
    inside = _by_cell(cells, words)
    for at, (x0, top, x1, bottom) in enumerate(cells):
        left, right, first, last = _place(x0, xs), _place(x1, xs), _place(top, ys), _place(bottom, ys)
        for row in range(first, last):
            for column in range(left, right):
                if rows[row][column] is None:
                    rows[row][column] = (
                        Merge.LEFT if column > left else Merge.ABOVE if row > first else [line.words for line in lines_of(inside[at])]
                    )
    rows = [[[] if cell is None else cell for cell in row] for row in rows]
    return Grid([row for row in rows if any(row)], number, xs, ys[0])


def open_ends(upright, level):
    """(x0, x1, y) where upright strokes of a table end together and no level one closes them: a row that the page's end cut.

    Strokes are (x0, top, x1, bottom).
    """
    found = []
    for end in (1, 3):
        heights = {}
        for stroke in upright:
            if stroke[3] - stroke[1] > 4:
                heights.setdefault(round(stroke[end] / 3), []).append(stroke)
        for strokes in heights.values():
            y = median(stroke[end] for stroke in strokes)
            x0, x1 = min(stroke[0] for stroke in strokes), max(stroke[2] for stroke in strokes)
            closed = any(abs(stroke[1] - y) < 4 and stroke[0] < x1 and stroke[2] > x0 for stroke in level)
            passed = any(stroke[1] < y - 4 and stroke[3] > y + 4 and x0 - 2 <= stroke[0] <= x1 + 2 for stroke in upright)
            if len(_edges([stroke[0] for stroke in strokes])) > 2 and not closed and not passed:
                found.append((x0, x1, y))
    return found


def _by_cell(cells, words):
    """The words in each cell, by their middles."""
    found = [[] for _ in cells]
    order = sorted(range(len(cells)), key=lambda at: cells[at][1])
    for word in words:
        across = (word.x0 + word.x1) / 2
        for at in order:
            x0, top, x1, bottom = cells[at]
            if top > word.middle:
                break
            if x0 <= across <= x1 and word.middle <= bottom:
                found[at].append(word)
                break
    return found


def _running(pages_lines, pages):
    """ids of lines that are running heads or page numbers: the outermost lines of a page, as long as other pages have them too."""

    def key(line):
        return re.sub(r"\d+", "#", line.text), round(line.top / 4)

    edges = []
    for lines, page in zip(pages_lines, pages, strict=True):
        edges.append([line for line in lines if line.bottom < MARGIN * page.height])
        edges.append([line for line in reversed(lines) if line.top > (1 - MARGIN) * page.height])
    places = Counter(key(line) for lines in edges for line in lines)
    often, found = min(REPEATED, max(2, len(pages))), set()
    for lines in edges:
        for at, line in enumerate(lines):
            if places[key(line)] < often and not (at == 0 and _NUMBER.fullmatch(line.text)):
                break
            found.add(id(line))
    return found


_NUMBER = re.compile(r"(?:trang\s*)?[-–—]?\s*\d{1,3}\s*(?:/\s*\d{1,3})?\s*[-–—]?", re.I)


def _in_order(parts, page, number, left, right):
    """Lines and tables of a page in reading order: regions of several columns taken apart, the rest from top to bottom."""
    lines = [part for part in parts if isinstance(part, Line)]
    step = _leading(lines)
    out, at, before, single = [], 0, None, 0
    while at < len(parts):
        part = parts[at]
        if isinstance(part, Grid):
            out.append(part)
            at, before, single = at + 1, part, 0
            continue
        end, gutters = _region(parts, at, step)
        if gutters:
            head = _head(parts[at - single : at], parts[at], gutters, step)
            out = out[: len(out) - head]
            first = number == 1 and not any(isinstance(item, Grid) for item in out)
            out += _columns(parts[at - head : end], gutters, page, number, step, first=first)
            at, before, single = end, parts[end - 1], 0
            continue
        out.append(_printed(part, before, number, step, left, right))
        at, before, single = at + 1, part, single + 1
    return out


def _head(lines, below, gutters, step):
    """How many of the single lines right above a region belong to it: heads of its columns that stand at different heights."""
    count, found = 0, 0
    for line in reversed(lines[-6:]):
        clear = len(_free(gutters, line)) == len(gutters) and not _narrows(gutters, line)
        if below.top - line.top > 1.7 * step or not clear:
            break
        count, below = count + 1, line
        if line.x0 > gutters[0][0]:
            found = count
    return found


def _narrows(gutters, line):
    return any(word.x0 < end - 2 and word.x1 > start + 2 for start, end in gutters for word in line.words)


def _margins(parts, pages, width):
    """(left, right) margins of all pages of one width, portrait or landscape; the odd line that stands further out does not count."""
    lines = [part for page, found in zip(pages, parts, strict=True) if round(page.width) == width for part in found]
    lines = [line for line in lines if isinstance(line, Line)]
    left, right = sorted(line.x0 for line in lines), sorted(line.x1 for line in lines)
    return (left[len(left) // 50], right[-1 - len(right) // 50]) if lines else (0, width)


def _leading(lines):
    """The usual distance of one line to the next: that of lines in one paragraph, so rather a small one."""
    steps = sorted(b.top - a.top for a, b in pairwise(lines) if 4 < b.top - a.top < 40)
    return steps[len(steps) // 4] if steps else 16


def _printed(line, before, number, step, left, right):
    """A line with what its place tells: set apart from the one above by space or indent; centred."""
    wide = right - left
    middle = abs((line.x0 + line.x1) / 2 - (left + right) / 2) < 0.025 * wide
    centred = middle and line.x0 - left > 0.09 * wide and right - line.x1 > 0.09 * wide
    indented = line.x0 - left > 8
    if not isinstance(before, Line):
        return Printed(line.words, number, gap=before is not None or indented, centred=centred)
    short = before.x1 < right - 0.15 * wide
    begins = indented and not centred and (line.x0 - before.x0 > 8 or short)
    return Printed(line.words, number, gap=line.top - before.top > 1.25 * step or begins, centred=centred)


def _gaps(line):
    """White spaces of a column's width inside a line, as (from, to)."""
    parts = segments(line)
    return [(a[-1].x1, b[0].x0) for a, b in pairwise(parts)]


def _free(gutters, line):
    """What is left of each gutter beside the words of a line."""
    left = []
    for start, end in gutters:
        for word in line.words:
            if word.x0 < end and word.x1 > start:
                middle = (start + end) / 2
                start, end = (max(start, word.x1), end) if (word.x0 + word.x1) / 2 < middle else (start, min(end, word.x0))
        if end - start >= GUTTER:
            left.append((start, end))
    return left


def _region(parts, at, step):
    """(end, gutters) of the run of lines from `at` that keep clear of the same white bands; gutters empty where there is none."""
    gutters, end, last, top = [], at, at, None
    while end < len(parts) and isinstance(parts[end], Line):
        line = parts[end]
        gaps = _gaps(line)
        if top is not None and line.top - top > 3.5 * step:
            break
        if not gutters and not gaps and end > at:
            break
        still = _free(gutters, line) if gutters else gaps
        if gutters and not still:
            break
        if gutters and not gaps and not _aligned(line, parts[at:end]):
            break
        if not gaps and end == at:
            return at, []
        if gaps:
            last, gutters = end, still
        elif line.top - top > 1.6 * step and not _more(parts, end, still, step):
            break
        gutters, top, end = still, line.top, end + 1
    end = _trailing(parts, last + 1, end, step)
    return (end, gutters) if gutters else (at, [])


def _aligned(line, lines):
    """Whether a line begins or has its middle where a part of an earlier one has: lines of a column do, a title below them does not."""
    middle = line.x0 + line.x1
    return any(abs(part[0].x0 - line.x0) < 3 or abs(part[0].x0 + part[-1].x1 - middle) < 6 for each in lines for part in segments(each))


def _more(parts, at, gutters, step):
    """Whether a line with the same white bands follows within a few lines."""
    for line in parts[at : at + 6]:
        if not isinstance(line, Line) or not _free(gutters, line):
            return False
        if _gaps(line):
            return True
    return False


def _trailing(parts, start, end, step):
    """The lines behind the last one with two parts that still belong to it: those without more space above than lines have."""
    while start < end and parts[start].top - parts[start - 1].top <= 1.45 * step:
        start += 1
    return start


_SIDE_BY_SIDE = re.compile(r"nơi\s+nhận|kính\s+gửi|t/m|tm\.|kt\.|đảng\s+cộng\s+sản|cộng\s+h[oòóõọ][aà]|độc\s+lập", re.I)


def _columns(lines, gutters, page, number, step, *, first):
    """A region of several columns: a table without drawn lines, or columns that are read one after another."""
    bands = [0, *[(start + end) / 2 for start, end in gutters], page.width]
    cut = [[[word for word in line.words if low <= (word.x0 + word.x1) / 2 < high] for low, high in pairwise(bands)] for line in lines]
    both = sum(1 for row in cut if all(row))
    side = len(gutters) == 1 and any(_SIDE_BY_SIDE.match(" ".join(w.text for w in words).lstrip("*( ")) for row in cut for words in row)
    if side or both < 2 or (first and lines[0].top < 0.12 * page.height and len(gutters) == 1 and not _has_head(cut)):
        return [item for column in range(len(bands) - 1) for item in _column(cut, column, number, step)]
    rows = _rows(lines, cut)
    if len(rows) < 2:
        return [item for column in range(len(bands) - 1) for item in _column(cut, column, number, step)]
    begins = [min(row[column][0].x0 for row in cut if row[column]) for column in range(len(bands) - 1)]
    return [Grid(rows, number, [*begins, page.width], lines[0].top, drawn=False)]


def _has_head(cut):
    """Whether the first row looks like the heads of a table: a few words in each column, no capitals throughout."""
    return all(words and len(words) < 10 for words in cut[0]) and not all(" ".join(w.text for w in words).isupper() for words in cut[0])


def _column(cut, column, number, step):
    before = None
    for row in cut:
        if row[column]:
            line = Line(row[column])
            yield Printed(line.words, number, gap=before is None or line.top - before.top > 1.3 * step)
            before = line


def _rows(lines, cut):
    """Lines of an undrawn table to rows: wider space above begins one; where all spaces are alike, a first cell does."""
    steps = [b.top - a.top for a, b in pairwise(lines)]
    base = _leading_of_cells(lines, cut)
    spaced = base and max(steps, default=0) > 1.25 * base
    counted = sum(1 for row in cut if row[0] and _MARK.fullmatch(row[0][0].text)) > len(cut) * 0.2
    rows = []
    for at, row in enumerate(cut):
        begins = (
            steps[at - 1] > 1.25 * base
            if spaced and at
            else bool(row[0]) and (bool(_MARK.fullmatch(row[0][0].text)) if counted else all(row))
        )
        if begins or not rows:
            rows.append([[] for _ in row])
        for cell, words in zip(rows[-1], row, strict=True):
            if words:
                cell.append(words)
    return rows


def _leading_of_cells(lines, cut):
    """The distance of lines within a cell: a small one of those between lines of one column."""
    steps = []
    for column in range(len(cut[0])):
        tops = [line.top for line, row in zip(lines, cut, strict=True) if row[column]]
        steps += [b - a for a, b in pairwise(tops)]
    steps.sort()
    return steps[len(steps) // 5] if steps else 0


def _plain(row):
    return [cell if isinstance(cell, Merge) else " ".join(word.text for line in cell for word in line) for cell in row]


def _continues(before, grid):
    """Joins `grid`, the first thing on its page, to the table that ended the page before, if its columns are the same; whether it did."""
    if not _same_columns(before, grid) and not _remapped(before, grid):
        return False
    rows = list(grid.rows)
    head = 0
    while head < min(3, len(rows) - 1) and head < len(before.rows) and _plain(rows[head]) == _plain(before.rows[head]):
        head += 1
    rows = rows[head:]
    if rows and before.rows and (_is_rest(before.rows[-1], rows[0]) or _is_unnumbered(before.rows, rows[0])):
        _join(before.rows[-1], rows.pop(0))
    before.rows += rows
    return True


def _same_columns(before, grid):
    near = 6 if before.drawn and grid.drawn else 24
    return len(before.edges) == len(grid.edges) and all(abs(a - b) < near for a, b in zip(before.edges, grid.edges, strict=True))


def _take_rest(before, found):
    """Gives the last row of a table that is not drawn the lines its first cell has on top of the next page, above the other cells."""
    count = next((at for at, item in enumerate(found) if isinstance(item, Grid)), 0)
    lines = found[:count]
    if lines and count < 15 and not found[count].drawn and _same_columns(before, found[count]):
        below = found[count].edges[1]
        if all(word.x1 < below for line in lines for word in line.words) and not isinstance(before.rows[-1][0], Merge):
            before.rows[-1][0] = [*before.rows[-1][0], *(line.words for line in lines)]
            return found[count:]
    return found


def _remapped(before, grid):
    """Brings both tables to the columns of the finer one, where the coarser one's edges are all among them."""
    fine, coarse = (before, grid) if len(before.edges) > len(grid.edges) else (grid, before)
    places = [_place(edge, fine.edges) for edge in coarse.edges]
    if len(set(places)) < len(places) or any(abs(fine.edges[at] - edge) > 4 for at, edge in zip(places, coarse.edges, strict=True)):
        return False
    if places[0] != 0 or places[-1] != len(fine.edges) - 1:
        return False
    for at, row in enumerate(coarse.rows):
        wide = []
        for cell, start, end in zip(row, places, places[1:], strict=False):
            wide += [cell, *[Merge.LEFT] * (end - start - 1)]
        coarse.rows[at] = wide
    coarse.edges = fine.edges
    return True


def _is_rest(above, row):
    """Whether a page's first row is the rest of the row the page before broke: no number, nothing new in some other column."""
    if row[0] or not above[0] or isinstance(above[0], Merge) or any(isinstance(cell, Merge) for cell in row):
        return False
    filled = [at for at, cell in enumerate(row) if cell]
    if len(filled) < len(row) - 1:
        return bool(filled)
    text = " ".join(word.text for line in above[filled[0]] for word in line) if not isinstance(above[filled[0]], Merge) else ""
    return not re.search(r"[.;:]$", text)


def _is_unnumbered(rows, row):
    """Whether a page's first row has no number where the rows of its table have one: it is the rest of the row before."""
    if not _words(row[0]) or _is_numbered(row) or any(isinstance(cell, Merge) for cell in rows[-1]):
        return False
    numbered = sum(map(_is_numbered, rows)) > 0.6 * len(rows)
    return numbered and (sum(map(bool, map(_words, row))) > 1 or _words(row[0])[0].text[:1].islower())


def _is_numbered(row):
    words = _words(row[0])
    return bool(words) and bool(_MARK.fullmatch(words[0].text))


def _words(cell):
    return [] if isinstance(cell, Merge) else [word for line in cell for word in line]


def _join(above, rest):
    for at, cell in enumerate(rest):
        if cell and not isinstance(above[at], Merge):
            above[at] = [*above[at], *cell]
