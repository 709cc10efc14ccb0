"""Duties in a text: what each section is about, what stands under it, which paragraphs are duties and which are not. Pure.

Nothing is decided here about units or dates beyond where words of a deadline stand: `meaning` does that.
Refs follow fixtures/README.md: `V.1.d/4/(i)`, `III/2`, `PL/19`.
"""

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from orgunits.words import fold
from tasks.importer import tables
from tasks.importer.facts import read_facts
from tasks.importer.labels import split_labels
from tasks.importer.outline import ARTICLE, BRACKET, DASH, ITEMS, LETTER, NUMBER, PLUS, ROMAN_KIND, outline, paragraphs, starts_annex
from tasks.importer.shapes import Table

DUTIES, AIMS, OTHER = "duties", "aims", "other"
AHEAD = 60  # brothers looked at to tell whether a paragraph stands alone or last: more would make long texts quadratic


@dataclass
class Duty:
    """A duty as the text has it. `chain` holds the headings and introductions above it, outermost first; `cells` a table row's words."""

    ref: str
    section: str
    section_title: str
    text: str
    chain: tuple[str, ...] = ()
    period: tuple[str, ...] = ()  # headings that may carry a period, innermost last
    cells: dict[str, str] | None = None
    first: int = 0
    last: int = 0


@dataclass
class Found:
    """What a Source holds: facts of the document, duties, aims (objectives) and what was left out with the reason."""

    facts: dict
    duties: list[Duty] = field(default_factory=list)
    aims: list[tuple[str, str, str, int, int]] = field(default_factory=list)  # (ref, headings, text, first, last)
    left_out: list[dict] = field(default_factory=list)


# ── what a heading is about ──────────────────────────────────────────────────────────────────────────────────────────
_OTHER = re.compile(
    r"(can cu|co so (phap ly|chinh tri|xay dung)|su can thiet|boi canh|muc dich|y nghia|yeu cau\b(?! (cac|cap|ban|so"
    r"|uy|ubnd|nguoi|thu truong|don vi|chi bo|dang uy))|quan diem|nguyen tac\b"
    r"|phuong cham|tinh hinh|thuc trang|danh gia (chung|tinh hinh|ket qua|thuc trang)|ket qua|uu diem|han che|ton tai"
    r"|nguyen nhan|bai hoc|pham vi|doi tuong|thoi gian (va|,|thuc hien|to chuc|dia diem)"
    r"|dia diem|thanh phan|du bao|kinh phi|nguon kinh phi|du toan|nguon von|nguon luc( thuc hien| tai chinh)?$"
    r"|dieu khoan|hieu luc|khen thuong|ky luat|tong ket.{0,20}khen thuong|giai thich tu ngu|noi nhan)"
)
_AIMS = re.compile(r"(.{0,14}\b)?(muc tieu|chi tieu|tam nhin|cac chi tieu)")
_DUTY = re.compile(
    r"(.{0,30}\b)?(nhiem vu|giai phap|noi dung|phan cong|to chuc thuc hien|trach nhiem|che do (thong tin|bao cao)"
    r"|thong tin,? bao cao|chuong trinh cong tac|cac hoat dong|bien phap)"
)
_BOTH = re.compile(r".*\b(nhiem vu|giai phap|noi dung)\b")


def about(text, held, *, heading):
    """DUTIES, AIMS or OTHER: what a heading opens, given what the section above is about."""
    plain = fold(text).strip(" .:;-–*").removeprefix("ve ")
    if not heading or len(plain) > 160:
        return held
    if _OTHER.match(plain) and not (held == DUTIES and re.match(r"(ket qua|pham vi|doi tuong|danh gia|thuc trang)", plain)):
        return DUTIES if _BOTH.match(plain) and not re.match(r"(muc dich|yeu cau|kinh phi|nguon|can cu)", plain) else OTHER
    if (held != DUTIES and _AIMS.match(plain)) or re.match(r"(muc tieu|chi tieu|tam nhin)\b", plain):
        return DUTIES if re.search(r"\b(va|,) ?(cac )?(nhiem vu|giai phap)", plain) and held != AIMS else AIMS
    if _DUTY.match(plain):
        return DUTIES
    return held


def is_heading(node):
    """A marked line that only names what follows: no full sentence, or an introduction that ends with a colon."""
    text = node.text.strip()
    if not text:
        return True
    if text.endswith(":"):
        return True
    if node.children and node.children[0].table is None:
        return (len(text) < 220 and not text.endswith((".", ";"))) or (len(text) < 70 and not _has_verb_end(text))
    return bool(node.children) and len(text) < 220


def _has_verb_end(text):
    return text.endswith((".", ";")) and len(text) > 40


_PAPER = r"(ke hoach|chuong trinh( hanh dong)?|chi thi|quyet dinh|cong van|thong bao|nghi quyet|huong dan|noi dung)"
_CLOSING = re.compile(
    r"tren day la|trong qua trinh (to chuc )?(trien khai|thuc hien)|(nhan duoc )?" + _PAPER + r" nay\b"
    r"|can cu (noi dung )?" + _PAPER + r" nay\b"
    r"|((de nghi|yeu cau|giao) )?(cac|thu truong|giam doc|nguoi dung dau|dang uy|cap uy).{0,160}(nghiem tuc|day du).{0,40}"
    + _PAPER
    + r" (nay|tren)"
    r"|(yeu cau|de nghi) .{0,90}\bthuc hien\W*$|.{0,160}\bthong bao (de|den|toi) .{0,90}\b(biet|thuc hien)\W*$"
    r"|.{0,160}\btrien khai thuc hien nghiem tuc " + _PAPER + r"|.{0,400}chiu trach nhiem thi hanh|noi nhan"
)
_REFERS = re.compile(r".{0,120}\b(tai|theo|xem|trong) (cac )?(phu luc|bieu|danh muc)\b.{0,70}")
_SIGNATURE = re.compile(
    r"(t/m|tm|tl|kt|tuq|q)\b[./ ]|(bi thu|pho bi thu|chu tich|pho chu tich|truong ban|pho truong ban|giam doc|kiem"
    r"|tong bi thu|truong phong|chanh van phong|thu truong|hieu truong|bo truong)\b.{0,50}$|(da ky|ky ten|dong dau)"
)


# ── walking the text ─────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Place:
    """Where the walk stands: section path, its titles, what it is about, and the introductions in force."""

    path: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    about: str = ""
    chain: tuple[str, ...] = ()
    annex: str = ""

    @property
    def section(self):
        if self.annex:
            return ".".join([self.annex, *self.path])
        return ".".join(self.path)


class Finder:
    """Walks the outline once. `deadline_spans(text)` gives [(start, end)] of deadlines in running text."""

    def __init__(self, source, *, deadline_spans, names_only, begins_with_actor):
        wrapped = source.format == "pdf"
        self.blocks = tuple(tables.unwrapped(block) if wrapped and isinstance(block, Table) else block for block in source.blocks)
        self.deadline_spans = deadline_spans
        self.names_only = names_only
        self.begins_with_actor = begins_with_actor
        self.facts, self.places = read_facts(source.blocks)
        self.found = Found(self.facts)
        self.counts = {}
        self.refs = set()
        self.annexes = 0
        self.tables = []
        self.taken = Counter()  # rows of tables in each section, which number those without a number

    def find(self):
        nodes = []
        for node in paragraphs(self.blocks):
            if why := self._no_duty(node):
                self._leave(node, why)
            else:
                nodes.append(node)
        root = outline(nodes)
        self.root = root
        self.many_annexes = sum(starts_annex(node) and len(node.text) < 40 for node in root.walk()) > 1
        self._walk(root.children, Place())
        self._close_tables()
        self.found.aims = [(self._alone(ref), *rest) for ref, *rest in self.found.aims]
        self.found.duties.sort(key=lambda duty: duty.first)
        return self.found

    def _alone(self, ref):
        """The single point of a section bears the section's ref."""
        section, _, number = ref.rpartition("/")
        return section if number == "1" and self.counts.get(section) == 1 else ref

    def _leave(self, node, why, text=None, last=None):
        text = (text or node.text).strip()
        if text:
            self.found.left_out.append({"text": text, "why": why, "blocks": [node.first, last or node.last]})

    def _walk(self, nodes, place):
        """Brothers in reading order; an introduction among them holds for those after it."""
        for n, node in enumerate(nodes):
            if node.table:
                self._table(node, place)
            elif starts_annex(node):
                place = self._annex(node, place)
                self._walk(node.children, place)
            elif node.mark is None:
                place = self._plain(node, place, nodes[n + 1 : n + 1 + AHEAD])
            else:
                self._marked(node, place)

    def _no_duty(self, node):
        for kind, why in (("heading", "document_heading"), ("bases", "basis"), ("recipients", "recipient")):
            if node.first in self.places[kind]:
                return why
        return ""

    # ── annexes and tables ──
    def _annex(self, node, place):
        self._close_tables()
        self.annexes += 1
        number = re.match(r"(?:phu luc|bieu|phu bieu)(?: so)? ?([0-9]{1,2}|[ivx]{1,4})\b", fold(node.text))
        label = "PL"
        if self.many_annexes:
            label = f"PL{(number[1].upper() if number else '') or self.annexes}"
        self._leave(node, "annex_heading")
        return Place(annex=label, about=DUTIES)

    def _table(self, node, place):
        """Tables in a row are read together: the second may continue the first without a head."""
        head = tables.head_of(node.table)
        if not head and not (self.tables and len(self.tables[-1][0].table.rows[0]) == len(node.table.rows[0])):
            self._close_tables()
            if place.about or len(node.table.rows) > 3:
                self._leave(node, "table_without_duties", _table_words(node.table))
            return
        if self.tables and (self.tables[-1][1].section != place.section or (head and self.tables[0][0].table is node.table)):
            self._close_tables()
        self.tables.append((node, place))

    def _close_tables(self):
        if not self.tables:
            return
        group, self.tables = self.tables, []
        place = group[0][1]
        if place.about in {AIMS, OTHER} and not place.annex:
            for node, _ in group:
                self._leave(node, "other_section", _table_words(node.table))
            return
        rows, left = tables.read_rows(
            [(n, node.table) for n, (node, _) in enumerate(group)], names_only=self.names_only, deadline_spans=self.deadline_spans
        )
        for index, text, why in left:
            self._leave(group[index][0], why, text)
        if not rows and not left:
            self._leave(group[0][0], "table_without_duties", _table_words(group[0][0].table))
        numbers = [row.number for _, row in rows]
        repeated = len(set(filter(None, numbers))) < len(list(filter(None, numbers)))
        section = place.section or ("PL" if not self.annexes else "")
        for count, (index, row) in enumerate(rows, self.taken[section] + 1):
            node = group[index][0]
            groups = [number for number, _ in row.group if number and not row.number.startswith(f"{number}.")]
            base = ".".join([section, *groups]) if repeated and groups else section
            self.taken[base] += 1
            ref = self._ref(f"{base}/{row.number or count}")
            groups = [title for _, title in row.group]
            titles, chain = (*place.titles, *groups), (*place.chain, *map(tables.without_count, groups))
            self.found.duties.append(
                Duty(ref, base, titles[-1] if titles else "", row.text, chain, titles, row.cells, node.first, node.last)
            )

    # ── paragraphs ──
    def _plain(self, node, place, after):
        """An unmarked paragraph: an introduction, a duty, a closing, or the end of the duty before it."""
        text = node.text.strip()
        plain = fold(text)
        if not place.path and not place.annex and not place.about and not self._gives_orders(plain):
            self._leave(node, "before_first_section")
            opens = self._opens_list(plain, after)
            return replace(place, about=DUTIES) if opens else place
        if self._is_signature(text, plain) or (
            len(text) < 60 and not text.endswith((".", ";", ":")) and not after and not self.names_only(text)
        ):
            self._leave(node, "form")
            return place
        if place.annex and not place.path and not self._has_begun(place) and not text.endswith((".", ";", ":")):
            self._leave(node, "annex_heading")
            return place if plain.startswith("(") else replace(place, titles=(*place.titles, text))
        if place.about in {AIMS, OTHER}:
            self._aim_or_leave(node, place, [text])
            return place
        if self.found.duties and (self._only_deadline(text) or self._is_label(text)):
            self._prolong(node, text)
            return place
        if _closes(plain, last=not any(n.table is None and n.mark for n in after)):
            self._leave(node, "closing")
            return place
        if _FUNDING.match(plain):
            self._leave(node, "other_section")
            return place
        if _REFERS.fullmatch(plain) and len(plain) < 260:
            self._leave(node, "refers_to_annex")
            return place
        if (text.endswith(":") or self.names_only(text.strip(" :."))) and (place.path or place.about):
            self._leave(node, "introduction")
            return replace(place, chain=(*self._chain_without(place), _Intro(text)))
        if place.about != DUTIES:
            self._leave(node, "before_first_section" if not place.path else "no_duty")
            return place
        if len(text) < 25 and not text.endswith((".", ";")):
            self._leave(node, "form")
            return place
        alone = self.counts.get(place.section, 0) == 0 and not any(_may_be_duty(n) for n in after)
        self._duty(node, text, place, alone=alone)
        return place

    def _has_begun(self, place):
        """Whether the annex has had a duty: before that, unmarked lines are its title."""
        return any(duty.section.split(".")[0] == place.annex for duty in self.found.duties)

    def _chain_without(self, place):
        """A second introduction among brothers takes the place of the first."""
        return tuple(words for words in place.chain if not isinstance(words, _Intro))

    def _gives_orders(self, plain):
        return (
            bool(re.search(r"\b(yeu cau|giao|de nghi)\b.{0,200}\b(thuc hien|trien khai|chu tri)\b", plain))
            and plain.endswith((".", ";"))
            and bool(self.deadline_spans(plain))
        )

    def _opens_list(self, plain, after):
        """A letter without sections: «… yêu cầu các đơn vị thực hiện các nội dung sau:» followed by points."""
        if not plain.endswith(":") or not after:
            return False
        first = next((n for n in after if n.table is None), None)
        return bool(first and first.mark and first.mark.kind >= NUMBER and _OPENS.search(plain))

    def _only_deadline(self, text):
        spans = self.deadline_spans(text)
        return bool(spans) and len(text) < 160 and sum(end - start for start, end in spans) + 14 >= len(text.strip(" .;"))

    def _is_signature(self, text, plain):
        if len(text) >= 90 or text.endswith((".", ";")) or self.deadline_spans(text):
            return False
        return bool(_SIGNATURE.match(plain)) or text.lower().startswith("kiêm")

    def _is_label(self, text):
        """«Đơn vị chủ trì: …»: a line that tells of the duty above it."""
        words, cells = split_labels(text)
        return bool(cells) and not words

    def _prolong(self, node, text):
        """A line that belongs to the duty before it: its deadline, or what stands behind labels."""
        duty = self.found.duties[-1]
        _, cells = split_labels(text)
        duty.text = f"{duty.text} {text}"
        duty.last = max(duty.last, node.last)
        if cells:
            duty.cells = {**cells, **(duty.cells or {})}

    def _marked(self, node, place):
        self._close_tables()
        heading = is_heading(node)
        held = about(node.text, place.about, heading=heading or (len(node.text) < 90 and not node.text.endswith(".")))
        prefix = node.text.split(":")[0]
        if held == place.about and not node.children and len(prefix) < min(60, len(node.text) - 1) and not self.names_only(prefix):
            held = about(prefix, held, heading=True)  # «1. Mục đích: Nâng cao …»
        if held == place.about == "" and not place.path and node.mark.kind in {ROMAN_KIND, NUMBER}:
            held = DUTIES
        if place.about in {AIMS, OTHER} and held == DUTIES and node.mark.kind >= LETTER:
            held = place.about
        inner = self._inside(node, place, held)
        if held in {AIMS, OTHER}:
            self._aims(node, inner)
        elif held == DUTIES or self._looks_like_duty(node):
            self._in_duties(node, replace(inner, about=DUTIES), place, heading)
        else:
            self._leave(node, "no_duty")
            self._walk(node.children, inner)

    def _looks_like_duty(self, node):
        if node.children or node.mark.kind < ARTICLE:
            return False
        return self.begins_with_actor(node.text) if node.mark.kind == ARTICLE else bool(self.deadline_spans(node.text))

    def _inside(self, node, place, held):
        """The Place under a marked node: sections lengthen the path, dashes do not."""
        mark = node.mark
        if mark.kind in ITEMS | {BRACKET}:
            return replace(place, about=held, chain=(*place.chain, node.text) if is_heading(node) else place.chain)
        # «Điều 1» of a decision that holds the plan adds nothing to its sections' names.
        path = () if mark.kind == ROMAN_KIND and place.section.startswith("Đ") else place.path
        path = (*path, _beyond(path, mark.printed) if mark.kind == NUMBER else mark.printed)
        chain = (*place.chain, node.text) if mark.kind >= NUMBER or self.names_only(node.text.split(":")[0].strip(" .")) else place.chain
        return replace(place, path=path, titles=(*place.titles, node.text), about=held, chain=chain)

    def _in_duties(self, node, inner, outer, heading):
        text = node.text.strip()
        children = node.children
        if not children:
            self._leaf(node, text, inner, outer)
        elif any(child.table is None and self._is_label(child.text) for child in children):
            self._labelled(node, text, inner, outer)
        elif heading and not _lists_contents(text, children, self):
            if ":" in text and not text.endswith(":") and self.names_only(text.split(":")[0]):
                self._leaf(node, text, inner, outer)
            elif node.mark.kind == DASH or node.mark.kind == PLUS:
                self._leave(node, "introduction")
            else:
                self._leave(node, "heading")
            self._walk(children, inner)
        else:
            self._with_children(node, text, inner, outer)

    def _with_children(self, node, text, inner, outer):
        """A duty whose text goes on in points, or a duty followed by further duties."""
        parts, rest = [], list(node.children)
        if all(child.mark and child.mark.kind == BRACKET for child in rest) or _lists_contents(text, rest, self):
            for child in rest:
                parts += [_printed(one) for one in child.walk()]
            self._leaf(node, " ".join([text, *parts]), inner, outer, last=_last(node))
            return
        last = node.last
        while rest and rest[0].mark is None and rest[0].table is None and self._goes_on(rest[0]):
            last = rest[0].last
            parts.append(rest.pop(0).text)
        self._leaf(node, " ".join([text, *parts]), inner, outer, last=last)
        self._walk(rest, inner)

    def _labelled(self, node, text, inner, outer):
        """A duty with «Đơn vị chủ trì: …», «Sản phẩm: …» below it; its other points are what it consists of."""
        told = [child for child in node.children if child.table is None and self._is_label(child.text)]
        points = [_printed(one) for child in node.children if child not in told for one in child.walk() if one.text]
        before = len(self.found.duties)
        self._leaf(node, " ".join([text.rstrip(":"), *points]), inner, outer, last=_last(node))
        if len(self.found.duties) == before:
            self._walk(node.children, inner)
            return
        for child in told:
            self._prolong(child, " ".join(one.text for one in child.walk()))

    def _goes_on(self, node):
        return self._only_deadline(node.text) or node.text[:1].islower()

    def _leaf(self, node, text, inner, outer, last=None):
        plain = fold(text)
        if not text:
            return
        if _REFERS.fullmatch(plain) and len(plain) < 260:
            return self._leave(node, "refers_to_annex")
        if _closes(plain, last=False):
            return self._leave(node, "closing")
        if _FUNDING.match(plain):
            return self._leave(node, "other_section")
        mark = node.mark
        if mark.kind in ITEMS and self.found.duties and self._is_label(text) and self.found.duties[-1].section == outer.section:
            return self._prolong(node, text)
        if self.names_only(text.strip(" .:;")):
            return self._leave(node, "name_only")
        if len(text) < 20 and not text.endswith((".", ";")) and not self.deadline_spans(text):
            return self._leave(node, "no_duty")
        if mark.kind in ITEMS | {BRACKET}:
            self._duty(node, text, outer, alone=False, last=last)
        elif _names_first(text) and self.names_only(text.split(":")[0]):
            self._duty(node, text, inner, alone=True, last=last)
        elif mark.kind == NUMBER and len(mark.path) == 1 and len(outer.path) <= 1 and (not outer.path or not outer.path[-1].isdigit()):
            self._duty(node, text, outer, number=mark.printed, last=last)
        else:
            self._duty(node, text, inner, alone=True, last=last)

    def _duty(self, node, text, place, *, alone=False, number=None, last=None):
        """Add a duty, or several where one paragraph holds several."""
        section = place.section
        if number is None and not alone:
            self.counts[section] = self.counts.get(section, 0) + 1
            number = str(self.counts[section])
        base = "/".join(filter(None, (section, number))) or "0"
        title = next((t for t in reversed(place.titles) if t.strip() != text), "")
        chain = tuple(words for words in place.chain if words != text)
        _, cells = split_labels(text)
        for part, words in [("", text)] if cells else self._parts(text):
            self.found.duties.append(
                Duty(
                    self._ref(f"{base}/{part}" if part else base),
                    section,
                    title[:300],
                    words,
                    chain,
                    place.titles,
                    cells or None,
                    node.first,
                    last or node.last,
                )
            )

    def _ref(self, ref):
        """A ref once: a number printed twice gets a letter of its own."""
        made, n = ref, 1
        while made in self.refs:
            n += 1
            made = f"{ref}~{n}"
        self.refs.add(made)
        return made

    # ── one paragraph, several duties ──
    def _parts(self, text):
        """[(label, words)]: (i)(ii)(iii) that carry deadlines of their own; sentences with deadlines or actors of their own."""
        return self._bracketed(text) or self._sentences(text) or [("", text)]

    def _bracketed(self, text):
        marks = list(re.finditer(r"(?:(?<=[\s:;.,])|^)\((?P<n>[ivx]{1,5}|\d{1,2}|[a-hđ])\)\s*", text))
        labels = {m["n"] for m in marks}
        marks = [m for m in marks if _first_of(m["n"]) in labels]
        if len(marks) < 2:
            return []
        bounds = [*(m.start() for m in marks), len(text)]
        parts = [text[start:end].strip() for start, end in itertools.pairwise(bounds)]
        if not any(self.deadline_spans(part) for part in parts[:-1]):
            return []
        head = text[: bounds[0]].strip()
        return [(f"({m['n']})", f"{head} {part}".strip()) for m, part in zip(marks, parts, strict=True)]

    def _sentences(self, text):
        sentences = split_sentences(text)
        if len(sentences) < 2:
            return []
        groups, current, closed = [], [], False
        timed = [n for n, sentence in enumerate(sentences) if self.deadline_spans(sentence)]
        for n, sentence in enumerate(sentences):
            spans = self.deadline_spans(sentence)
            bare = self._only_deadline(sentence)
            actor = self.begins_with_actor(sentence)
            if (
                current
                and not bare
                and ((actor and not self._same_actor(current[0], sentence)) or (closed and len(sentence) > 30 and timed and timed[-1] >= n))
            ):
                groups.append(" ".join(current))
                current, closed = [], False
            current.append(sentence)
            closed = closed or bool(spans)
        groups.append(" ".join(current))
        return [(str(n), words) for n, words in enumerate(groups, 1)] if len(groups) > 1 else []

    def _same_actor(self, first, sentence):
        return fold(first)[:24] == fold(sentence)[:24]

    # ── aims ──
    def _aims(self, node, place):
        if is_heading(node) and node.children:
            self._leave(node, "heading")
            self._walk(node.children, place)
        else:
            self._aim_or_leave(node, place, [one.text for one in node.walk() if one.text])

    def _aim_or_leave(self, node, place, texts):
        text = " ".join(texts).strip()
        if place.about == AIMS and len(text) > 20:
            section = place.section
            ref = section
            if node.mark is None or node.mark.kind in ITEMS:
                self.counts[section] = self.counts.get(section, 0) + 1
                ref = f"{section}/{self.counts[section]}"
            self.found.aims.append((ref, " › ".join(place.titles), text, node.first, _last(node)))
        else:
            self._leave(node, "other_section", text, last=_last(node))


_OPENS = re.compile(r"\b(yeu cau|de nghi|giao|chi dao|chi thi|quyet dinh|phan cong|nhiem vu|noi dung|trien khai|nhu sau|sau day)\b")


class _Intro(str):
    """An unmarked introduction in a chain."""


def _beyond(path, printed):
    """What «2.1.3» adds to a path that ends in 2, 1: «3»."""
    numbers = []
    for part in reversed(path):
        if not re.fullmatch(r"\d+(\.\d+)*", part):
            break
        numbers.insert(0, part)
    for start in range(len(numbers)):
        outer = ".".join(numbers[start:]) + "."
        if printed.startswith(outer):
            return printed[len(outer) :]
    return printed


def _names_first(text):
    """«Văn phòng Đảng ủy: Theo dõi …», a heading and its only paragraph in one; «A có trách nhiệm: (i) …» is a sentence."""
    return ":" in text and "trách nhiệm" not in text.split(":")[0]


_FUNDING = re.compile(
    r"(nguon )?kinh phi (de )?(thuc hien|bao dam|dam bao|to chuc|trien khai|hoat dong|phuc vu|cho)\b.{0,120}\b(ngan sach|du toan|nguon)\b"
)


def _may_be_duty(node):
    return node.table is None and (node.mark is not None or len(node.text) > 25) and not _closes(fold(node.text), last=True)


def _closes(plain, *, last):
    return bool(_CLOSING.match(plain)) and (last or len(plain) < 400)


def _table_words(table: Table):
    return " | ".join(cell.replace("\n", " ") for row in table.rows for cell in row if isinstance(cell, str) and cell.strip())


def _printed(node):
    return f"{node.mark.printed} {node.text}" if node.mark else node.text


def _last(node):
    return max(one.last for one in node.walk())


def _lists_contents(text, children, finder):
    """«… gồm: - A; - B»: the points are what the duty consists of, unless they have units or deadlines of their own."""
    plain = fold(text).rstrip(" :")
    if not re.search(
        r"\b(gom|bao gom|gom co|trong do|tieu chi|noi dung chinh|theo cac noi dung|yeu cau sau|dieu kien sau)( sau| nhu sau| chu yeu)?$",
        plain,
    ):
        return False
    return not any(finder.deadline_spans(one.text) or finder.begins_with_actor(one.text) for child in children for one in child.walk())


def _first_of(label):
    """The bracket that begins the run `label` belongs to: (i) for (iii), (1) for (4), (a) for (c)."""
    if label.isdecimal():
        return "1"
    return "i" if re.fullmatch(r"[ivx]+", label) else "a"


_SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s+(?=[A-ZĐÀ-Ỹ(\"“])|(?<=\d[.!?])\s+(?=[A-ZĐÀ-Ỹ])|(?<=[)”\"*][.!?])\s+(?=[A-ZĐÀ-Ỹ])")
_SHORT = re.compile(r"(?:^|[\s(])(?:TP|Tp|P|Q|TX|TT|ThS|TS|PGS|GS|St|Mr|TCVN|đ/c)\.$")


def split_sentences(text):
    """Sentences of a paragraph; «TP. Hồ Chí Minh» is not cut."""
    sentences, start = [], 0
    for match in _SENTENCE.finditer(text):
        if _SHORT.search(text[max(0, match.start() - 10) : match.start()]):
            continue
        sentences.append(text[start : match.start()].strip())
        start = match.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]
