"""The skeleton of a text: printed lines joined into paragraphs, the mark each begins with, and what stands under what. Pure."""

import re
from dataclasses import dataclass, field

from orgunits.words import fold
from tasks.importer.shapes import Paragraph, Table

# The Vietnamese order of lettered points; officials leave letters out (no f, j, w, z) and printers lose some.
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
ROMAN = re.compile(r"(?=[IVXL])(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")

# Outermost first. A mark of an outer kind closes every inner one.
PART, CAPITAL, ROMAN_KIND, ARTICLE, NUMBER, LETTER, BRACKET, DASH, PLUS = range(9)
ITEMS = {DASH, PLUS}
DEEPEST = 12  # levels: no paper has more, and a hostile one must not nest for ever

_PART = re.compile(r"(?P<name>phần|chương|mục|điều)\s+(thứ\s+)?(?P<n>\w{1,6})\s*(?P<end>[.:\-–)]|$|\s(?=[^\W\d_]))", re.IGNORECASE)
_ROMAN = re.compile(r"(?P<n>[IVXL]{1,6})\s*(?:[.)\-–/:]+\s*|\s+(?=[^\W\d_]))(?=\S)")
_CAPITAL = re.compile(r"(?P<n>[A-HĐ])\s*[.)\-–]\s+(?=\S)")
_NUMBER = re.compile(
    r"(?P<n>\d{1,3}(?:\.\d{1,2}(?!\d)){0,4})"
    r"(?:\s*[.)]+\s*(?=[^\W\d_(\"“«'*])|\s*[/\-–]\s+(?=[^\W\d_(\"“«])|\s*[.)]\s*$|\s+(?=[^\W\d_]))"
)
_LETTER = re.compile(r"(?P<n>[a-zđăâêôơư])\s*(?:[)]|[.\-–/](?=\s))\s*(?=\S)")
_BRACKET = re.compile(r"\((?P<n>[ivx]{1,5}|\d{1,2}|[a-zđ])\)\s*(?=\S)")
_DASH = re.compile(r"(?:[-–—•●▪■○*·]|\uf0b7|\uf02d|\uf0a7|→|➢|✓|❖)\s*(?=[^\s\d\-–—*])|(?:[-–—•●])\s+(?=\S)")
_PLUS = re.compile(r"[+]\s*(?=\S)")
_WORD_NUMBERS = {"nhat": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8}


@dataclass(frozen=True)
class Mark:
    """The number, letter or sign a paragraph begins with. `value` orders siblings; `path` holds the parts of «2.1.3»."""

    kind: int
    printed: str
    value: int = 0
    path: tuple[int, ...] = ()


@dataclass
class Node:
    """A paragraph with what stands under it. `first`, `last` are the places of its blocks in the Source."""

    text: str
    mark: Mark | None
    first: int
    last: int
    bold: bool = False
    centred: bool = False
    level: int | None = None
    children: list = field(default_factory=list)
    table: Table | None = None
    parent: "Node | None" = field(default=None, repr=False)

    @property
    def is_capitals(self):
        letters = [char for char in self.text if char.isalpha()]
        return len(letters) > 3 and sum(char.isupper() for char in letters) > 0.9 * len(letters)

    def walk(self):
        """This node and all under it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def roman_value(text):
    """XIV → 14; 0 where it is no Roman number."""
    if not text or not ROMAN.fullmatch(text):
        return 0
    values = [{"I": 1, "V": 5, "X": 10, "L": 50}[char] for char in text.replace("C", "")]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def mark_of(text, label=""):
    """(Mark or None, the text behind it). `label` is a number the format held apart."""
    text = text.strip()
    if label and (found := _marked(f"{label} x")):
        return found[0], text
    return _marked(text) or (None, text)


def _marked(text):
    for read in (_part, _roman, _capital, _number, _letter, _bracket, _sign):
        if found := read(text):
            return found
    return None


def _part(text):
    match = _PART.match(text)
    if not match:
        return None
    word = match["n"]
    value = int(word) if word.isdecimal() else roman_value(word) or _WORD_NUMBERS.get(fold(word), 0)
    if not value:
        return None
    name = fold(match["name"])
    printed = word if roman_value(word) else str(value)
    kind = ARTICLE if name in {"dieu", "muc"} else PART
    return Mark(kind, f"Đ{printed}" if name == "dieu" else printed, value), text[match.end() :].lstrip(" .:-–").rstrip()


def _roman(text):
    match = _ROMAN.match(text)
    if not match or not (value := roman_value(match["n"])):
        return None
    # «I love» and «V nam» are no headings: without a stop the rest must be in capitals.
    bare = text[match.end("n") : match.end()].isspace()
    if bare and not text[match.end() :][:12].isupper():
        return None
    return Mark(ROMAN_KIND, match["n"], value), text[match.end() :].strip()


def _capital(text):
    match = _CAPITAL.match(text)
    if not match:
        return None
    return Mark(CAPITAL, match["n"], "ABCDĐEFGH".index(match["n"]) + 1), text[match.end() :].strip()


def _number(text):
    match = _NUMBER.match(text)
    if not match:
        return None
    path = tuple(int(part) for part in match["n"].split("."))
    bare = text[match.end("n") : match.end()].isspace()
    if bare and len(path) < 2:
        return None  # «10 ngày sau khi…» is a sentence
    if len(path) == 1 and path[0] > 99:
        return None
    return Mark(NUMBER, ".".join(map(str, path)), path[-1], path), text[match.end() :].strip()


def _letter(text):
    match = _LETTER.match(text)
    if not match or match["n"] not in LETTERS:
        return None
    return Mark(LETTER, match["n"], LETTERS.index(match["n"]) + 1), text[match.end() :].strip()


def _bracket(text):
    match = _BRACKET.match(text)
    return (Mark(BRACKET, f"({match['n']})"), text[match.end() :].strip()) if match else None


def _sign(text):
    if match := _PLUS.match(text):
        return Mark(PLUS, "+"), text[match.end() :].strip()
    if match := _DASH.match(text):
        return Mark(DASH, "-"), text[match.end() :].strip()
    return None


# ── lines into paragraphs ────────────────────────────────────────────────────────────────────────────────────────────
_ENDS = (".", ";", ":", "!", "?", "…", "./.", ".”", '."', ".)", ";”")


def paragraphs(blocks):
    """Nodes in reading order, wrapped lines and paragraphs cut by a page put together again. Tables stand as nodes of their own."""
    nodes = []
    for place, block in enumerate(blocks):
        if isinstance(block, Table):
            nodes.append(Node("", None, place, place, table=block))
            continue
        mark, text = mark_of(block.text, block.label)
        if not text and not mark:
            continue
        if _continues(nodes, block, mark, text):
            nodes[-1].text = f"{nodes[-1].text} {text}"
            nodes[-1].last = place
            nodes[-1].bold = nodes[-1].bold and block.bold
            continue
        nodes.append(Node(text, mark, place, place, bold=block.bold, centred=block.centred, level=block.level))
    return nodes


def _continues(nodes, block, mark, text):
    before = nodes[-1] if nodes else None
    if before is None or before.table or mark or not before.text:
        return False
    if block.bold != before.bold and block.gap and before.text.endswith(_ENDS):
        return False
    starts_small = text[0].islower() or text[0] in ",;)”"
    if starts_small and not before.text.endswith((".", "!", "?", "…")) and not block.centred:
        return not (before.is_capitals and block.gap)
    if block.gap or before.is_capitals or block.centred:
        return False
    if _OPEN_END.search(fold(before.text)):
        return True
    # A wrapped line beginning with a capital («… của Bộ / Công an»): the line before was no finished sentence.
    return not before.text.endswith(_ENDS) and _is_long(before, block)


_OPEN_END = re.compile(r"(,|\b(so|cua|va|theo|ve|tai|cho|cac|voi|ngay|thang|nam|la|tren|trong|den|tu|hoac|do|quy|dieu|khoan))$")


def _is_long(before, block):
    """A line filled to its end goes on in the next; a short one without a stop is a heading."""
    return isinstance(block, Paragraph) and len(before.text) >= 60


# ── what stands under what ───────────────────────────────────────────────────────────────────────────────────────────
def outline(nodes):
    """The tree: a root Node whose children nest by their marks; unmarked paragraphs stand under the last open heading."""
    root = Node("", None, 0, 0)
    open_nodes = [root]
    for node in nodes:
        if node.mark is None:
            _close_items(open_nodes, node)
        else:
            _close(open_nodes, node.mark)
        node.parent = open_nodes[-1]
        open_nodes[-1].children.append(node)
        if node.mark is not None or starts_annex(node):
            open_nodes.append(node)
    return root


def starts_annex(node):
    return node.mark is None and node.table is None and bool(ANNEX.match(fold(node.text)))


ANNEX = re.compile(
    r"(phu luc|bieu|phu bieu)\b(?! (kem theo|dinh kem|nay|so \d+ kem)).{0,12}(?:$|[:.\-–(])|(phu luc|bieu)( so)? ?[0-9ivx]{0,4}\b.{0,90}$"
)


def _close_items(open_nodes, node):
    """An unmarked paragraph ends dashes and plus marks; an annex ends everything."""
    if starts_annex(node):
        del open_nodes[1:]
        return
    while len(open_nodes) > 1 and open_nodes[-1].mark and open_nodes[-1].mark.kind in ITEMS | {BRACKET} and not node.table:
        open_nodes.pop()


def _close(open_nodes, mark):
    """Pop until `mark` may stand under the last open node."""
    del open_nodes[DEEPEST:]
    depth = _sibling(open_nodes, mark)
    if depth is not None:
        del open_nodes[depth:]
        return
    while len(open_nodes) > 1 and open_nodes[-1].mark and not _holds(open_nodes[-1].mark, mark):
        if open_nodes[-1].mark.kind == ARTICLE and mark.kind == ROMAN_KIND and open_nodes[-1].text.endswith(":"):
            break  # «Điều 1. Phê duyệt Kế hoạch với các nội dung như sau:» and then I, II, III
        open_nodes.pop()


def _sibling(open_nodes, mark):
    """The place of the open node whose next brother `mark` is, or None. «1.» under «a)» opens a list of its own."""
    for depth in range(len(open_nodes) - 1, 0, -1):
        other = open_nodes[depth].mark
        if other is None:
            return None
        if other.kind != mark.kind:
            continue
        if mark.kind == NUMBER:
            if len(other.path) == len(mark.path) and other.path[:-1] == mark.path[:-1] and mark.value > other.value:
                return depth
            continue
        if mark.kind in ITEMS | {BRACKET} or mark.value > other.value:
            return depth
        if mark.value <= other.value and mark.kind in {ROMAN_KIND, PART, CAPITAL, ARTICLE}:
            return depth
    return None


def _holds(outer, inner):
    if outer.kind == NUMBER and inner.kind == NUMBER:
        if len(inner.path) > len(outer.path):
            return inner.path[: len(outer.path)] == outer.path or (len(outer.path) == 1 and len(inner.path) == 2)
        return False
    if outer.kind == LETTER and inner.kind == NUMBER:
        return inner.path == (1,) or (len(inner.path) > 1 and inner.value == 1)
    if outer.kind in ITEMS and inner.kind in {LETTER, NUMBER, BRACKET}:
        return inner.kind == BRACKET
    if outer.kind == LETTER and inner.kind == LETTER:
        return False
    return outer.kind < inner.kind
