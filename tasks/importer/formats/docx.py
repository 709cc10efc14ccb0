"""Word files: paragraphs and tables in the order of the body, read as a stream so that 300 pages cost little memory.

What a reader of the paper sees is kept: automatic numbers, inserted text, text boxes, merged cells. What he does not see is not:
deleted text, hidden text, notes, running heads. Structure: ECMA-376 part 1, transitional and strict.
"""

import re
from itertools import groupby
from operator import itemgetter

from tasks.importer import legacy
from tasks.importer.formats.numbering import Numbering
from tasks.importer.formats.package import Package, attribute, forget, is_element, local
from tasks.importer.formats.styles import Styles
from tasks.importer.formats.tidy import CELL_LIMIT, COLUMNS_LIMIT, clean, table
from tasks.importer.shapes import Merge, Paragraph, Source

FIRST_PAGE = 60  # lines, where the file does not say where its first page ends

_SKIPPED = frozenset(
    re.findall(
        r"\w+",
        "pPr rPr tblPr trPr tcPr sectPr del moveFrom delText instrText delInstrText footnoteReference endnoteReference annotationRef "
        "footnoteRef endnoteRef Fallback rt softHyphen sdtPr sdtEndPr txbxContent fldData pgNum",
    )
)


def read(content, work, ending=""):
    body = _Body(Package(content), work)
    blocks = tuple(body.blocks())
    return Source(blocks, format="docx", encoding=body.encoding or "UTF-8")


def first_page(content, work):
    """Lines of every running head and foot, then of the body up to its first page break."""
    package = Package(content)
    lines = [line for name in _heads(package) for line in _loose_lines(package, name, work)]
    body, count = _Body(package, work), 0
    for block in body.blocks():
        if count and body.behind:
            break
        found = [block.text] if isinstance(block, Paragraph) else [cell for row in block.rows for cell in row if isinstance(cell, str)]
        for line in "\n".join(found).split("\n"):
            lines.append(line)
            count += bool(line)
        if count >= FIRST_PAGE:
            break
    return lines


def _heads(package):
    return [name for kind, name in package.links(package.main).values() if kind in ("header", "footer")][:50]


def _loose_lines(package, name, work):
    """The lines of a running head, text boxes and watermarks included."""
    if not package.has(name):
        return []
    reader = _Body(package, work)
    lines = []
    for node in filter(is_element, package.root(name).iter()):
        work.spend()
        if local(node) == "p":
            lines += [clean(line) for line in reader.text(node)[0].split("\n")]
        elif local(node) == "textpath":
            lines.append(clean(node.get("string") or ""))
    return lines


class _Body:
    """The main part as a stream of blocks; `encoding` names a legacy one if met.

    `turned` is True once a page break was passed, `behind` if it was passed before the block at hand began.
    """

    def __init__(self, package, work):
        self.package, self.work = package, work
        links = dict(package.links(package.main).values())
        self.styles = Styles(package.root(links["styles"]) if package.has(links.get("styles", "")) else None)
        numbering = package.root(links["numbering"]) if package.has(links.get("numbering", "")) else None
        self.numbering = Numbering(numbering)
        self.encoding, self.turned, self.behind, self.carried = "", False, False, ""
        self.assumed = legacy.recognise(self._sample())

    def _sample(self):
        """The first pages' text as it stands, to judge a file whose fonts say nothing."""
        found, length = [], 0
        for event, paragraph in self.package.walk(self.package.main, ["p"]):
            if event == "end":
                found.append(" ".join(node.text or "" for node in paragraph.iter("{*}t")))
                length += len(found[-1])
                forget(paragraph)
            if length > 20_000:
                break
        return "\n".join(found)

    def blocks(self):
        """Walks the body; only the paragraph or the table row at hand is in memory."""
        rows, tables, paragraphs, seen = [], 0, 0, 0
        for event, node in self.package.walk(self.package.main, ["p", "tbl", "tr"]):
            name = local(node)
            if event == "start":
                tables += name == "tbl"
                paragraphs += name == "p"
                continue
            if name == "p":
                paragraphs -= 1
                if not tables and not paragraphs:
                    yield from self.paragraph(node)
                    forget(node)
            elif name == "tr" and tables == 1 and not paragraphs:
                yield from self.row(node, rows)
                forget(node)
            elif name == "tbl":
                tables -= 1
                if not tables and not paragraphs:
                    yield from self.close(rows)
                    forget(node)
            seen += 1
            if seen % 500 == 0:
                self._tell()
        self._tell(end=True)

    def _tell(self, *, end=False):
        total = self.package.entries[self.package.main.lower()].file_size
        self.work.tell(total if end else min(self.package.reached(), total), total)

    def paragraph(self, node):
        """The printed lines of a paragraph, those of its text boxes first."""
        self.work.spend()
        self.behind = self.turned
        for box in _boxes(node):
            yield from self.content(box)
        kind = self.styles.paragraph(node)
        label, level = self.numbering.label(kind.number, kind.style)
        if kind.heading is not None:
            level = kind.heading
        text, bold = self.text(node, kind)
        text, self.carried = self.carried + text, ""
        if kind.mark_deleted:
            self.carried = text
            return
        gap = True
        for line in filter(None, map(clean, text[:CELL_LIMIT].split("\n"))):
            self.work.spend()
            yield Paragraph(line, label=label, level=level, bold=bold, centred=kind.centred, gap=gap)
            label, gap = "", False

    def content(self, parent):
        """Blocks of a box, or of a cell that is only layout."""
        for child in _blocks_of(parent):
            if local(child) == "p":
                yield from self.paragraph(child)
            else:
                rows = []
                for row in _rows_of(child):
                    yield from self.row(row, rows)
                yield from self.close(rows)

    def close(self, rows):
        found = table(rows, self.work)
        rows.clear()
        if found:
            yield found

    def row(self, node, rows):
        """Adds a row to `rows`; a row of one cell that holds tables is only layout, its content is given as blocks of their own."""
        self.behind = self.behind if rows else self.turned
        properties = _child(node, "trPr")
        if properties is not None and _child(properties, "del") is not None:
            return
        cells = _cells_of(node)
        if len(cells) == 1 and any(local(child) == "tbl" for child in _blocks_of(cells[0])):
            yield from self.close(rows)
            yield from self.content(cells[0])
            return
        row = [""] * _number(properties, "gridBefore")
        for cell in cells:
            self._add_cell(cell, row, rows)
        rows.append(row)

    def _add_cell(self, cell, row, rows):
        properties = _child(cell, "tcPr")
        span = max(1, _number(properties, "gridSpan"))
        down = _child(properties, "vMerge") if properties is not None else None
        beside = _child(properties, "hMerge") if properties is not None else None
        goes_on = down is not None and attribute(down, "val", "continue") == "continue" and bool(rows) and len(row) < len(rows[-1])
        text = self.cell(cell)
        if goes_on:
            row.append(Merge.ABOVE)
        elif beside is not None and attribute(beside, "val", "continue") == "continue" and row:
            row.append(Merge.LEFT)
        else:
            row.append(text)
        row.extend([Merge.LEFT] * (span - 1))
        self.work.spend(span)

    def cell(self, node):
        """A cell's lines; a table inside it gives one line a row, its cells side by side."""
        lines, self.carried = [], ""
        for child in _blocks_of(node):
            if local(child) == "p":
                lines.extend(self.paragraph_lines(child))
            else:
                lines += [
                    " ".join(filter(None, (self.cell(cell).replace("\n", " ") for cell in _cells_of(row)))) for row in _rows_of(child)
                ]
        return "\n".join(filter(None, lines))[:CELL_LIMIT]

    def paragraph_lines(self, node):
        """A paragraph in a cell: its number in front, even where it has nothing else (a numbered column)."""
        self.work.spend()
        for box in _boxes(node):
            yield self.cell(box)
        kind = self.styles.paragraph(node)
        label, _ = self.numbering.label(kind.number, kind.style)
        text = self.carried + self.text(node, kind)[0]
        self.carried = text if kind.mark_deleted else ""
        if not kind.mark_deleted:
            for line in f"{label} {text}".split("\n"):
                yield clean(line)

    def text(self, node, kind=None):
        """(letters as printed, lines parted by line feeds, legacy fonts converted; whether all of them are bold)."""
        pieces = []
        self._gather(node, kind or self.styles.paragraph(node), pieces)
        self.work.spend(len(pieces) / 10)
        words = [bold for letters, _, bold in pieces if letters.strip()]
        joined = [("".join(letters for letters, *_ in same), font) for font, same in groupby(pieces, key=itemgetter(1))]
        return "".join(self._decoded(letters, *font) for letters, font in joined), bool(words) and all(words)

    def _decoded(self, text, encoding, capitals, upper):
        encoding = encoding or self.assumed
        if encoding and not text.isascii():
            self.encoding = self.encoding or encoding
            text = legacy.convert_all(text, encoding)
        return text.upper() if capitals or upper else text

    def _gather(self, parent, kind, pieces, font=(None, False, False), bold=False):
        """Adds (letters, font, bold) of every run below `parent` that is printed."""
        for node in parent:
            name = local(node)
            if not name or name in _SKIPPED:
                continue
            if name == "r":
                run = self.styles.run(node, kind)
                if not run.hidden:
                    self._gather(node, kind, pieces, run.font, run.bold)
            elif name == "t":
                pieces.append((node.text or "", font, bold))
            elif name in ("br", "cr"):
                self.turned = self.turned or attribute(node, "type") == "page"
                pieces.append(("\n", font, bold))
            elif name in ("tab", "ptab", "noBreakHyphen"):
                pieces.append(("-" if name == "noBreakHyphen" else "\t", font, bold))
            elif name == "lastRenderedPageBreak":
                self.turned = True
            else:
                self._gather(node, kind, pieces, font, bold)
        self.turned = self.turned or (local(parent) == "p" and kind.ends_page)


def _child(node, name):
    return next((child for child in node if local(child) == name), None)


def _number(properties, name):
    """A whole number among a row's or cell's properties, no greater than a table is wide."""
    found = _child(properties, name) if properties is not None else None
    value = attribute(found, "val", "0") if found is not None else "0"
    return min(int(value), COLUMNS_LIMIT) if re.fullmatch(r"\d{1,9}", value) else 0


def _inside(parent, wanted, through):
    """Children of `parent` called `wanted`, also those inside wrappers: content controls, kept insertions, custom XML."""
    for child in parent:
        name = local(child)
        if name in wanted:
            yield child
        elif name in through:
            yield from _inside(child, wanted, through)


_WRAPPERS = frozenset(["sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"])


def _blocks_of(parent):
    return list(_inside(parent, ("p", "tbl"), _WRAPPERS))


def _rows_of(parent):
    return list(_inside(parent, ("tr",), _WRAPPERS))


def _cells_of(parent):
    return list(_inside(parent, ("tc",), _WRAPPERS))


def _boxes(paragraph):
    """Text boxes anchored in a paragraph, each once: old programs' copy of a drawing («Fallback») is passed over."""
    found, waiting = [], list(reversed(paragraph))
    while waiting:
        node = waiting.pop()
        name = local(node)
        if name == "txbxContent":
            found.append(node)
        elif name and name not in ("Fallback", "del", "moveFrom", "pPr", "rPr"):
            waiting.extend(reversed(node))
    return found
