"""Whom a text means: strings of names → units, groups, roles, and what is left open. Reads the database once, then pure.

A text is cut into words; each word is known by its folded letters («bo», «cong», «an»), so accents, case, tone position and spacing
make no difference. At each place the longest known name wins; a name goes on where its words go on («Công an phường Cam Lộc» is never
«Công an phường»); a name nobody knows is still cut out whole, kept in `unknown`, and never becomes a unit by itself.
Sources: issue 3 point 4; «Splitting leads and coordinators» of the deadline rules; fixtures/README.md on «Phối hợp».
"""

import json
import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from orgunits.models import AREAS, PREFIX, STEP, AddresseeGroup, Alias, Kind, OrgUnit
from orgunits.words import TONES, fold

FACTS = json.loads((Path(__file__).parent / "known_names.json").read_text(encoding="utf-8"))

LONGEST = 40  # words in one name
_MARK = re.compile(
    r"\s*(?:(?:[-–+•*]|\d+(?:\.\d+)*[.)/]|\d+\.\d+|[a-zđ][.)]|[IVX]+[.)\-–])\s*){1,2}(?=\S)"
)  # «1.», «a)», «-» before the words
NEAR = 0.84  # likeness from which an unknown name is proposed for a unit
GUESSES = 100  # unknown names of one text that are compared with the units; the rest are just unknown


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1 << 14)
def toned(word):
    """A word's letters with the tone behind them, wherever it was written: «uỷ» and «ủy» → «uy2»."""
    letters, tone = [], ""
    for mark in unicodedata.normalize("NFD", word.lower()):
        if mark in TONES:
            tone = str(TONES[mark])
        else:
            letters.append(mark)
    return unicodedata.normalize("NFC", "".join(letters)) + tone


@lru_cache(maxsize=1 << 14)
def plain(word):
    return fold(word)


_GAPS = [(";", ";•●▪|"), (".", ".!?…"), (":", ":"), ("\n", "\n"), (",", ","), ("/", "/+"), ("-", "-–—")]


@lru_cache(maxsize=1 << 10)
def _gap(between):
    """The strongest mark between two words."""
    return next((name for name, marks in _GAPS if any(mark in between for mark in marks)), "")


def _unbracketed(text):
    """`text` with whatever stands in round brackets blanked, at the same length. An open bracket that nothing closes is left."""
    chars, opened = list(text), []
    for at, char in enumerate(text):
        if char == "(":
            opened.append(at)
        elif char == ")" and opened:
            start = opened.pop()
            if not opened:
                chars[start : at + 1] = " " * (at + 1 - start)
    return "".join(chars)


_WORD = re.compile(r"[^\W_]+")
_DOTTED = {"tp": "thành phố", "p": "phường", "x": "xã", "đk": "đặc khu", "đc": "đồng chí"}


class Words:
    """The words of a text: folded, toned, where they stand, the mark before each (`gap`), whether written with a capital.

    Abbreviations are written out; the words of one share its place, and `inside` is true for all but the first.
    `even` tells a text in one case only, `bare` one without any accent.
    """

    def __init__(self, text):
        self.text = re.sub(r"[^\S\n]+", " ", unicodedata.normalize("NFC", text).replace("\r", "\n")).strip()
        self.fold, self.tone, self.start, self.end = [], [], [], []
        self.gap, self.capital, self.inside = [], [], []
        self._read(_unbracketed(self.text))
        letters = [char for char in self.text if char.isalpha()]
        self.even = not any(char.islower() for char in letters) or not any(char.isupper() for char in letters)
        self.bare = self.text.isascii()

    def __len__(self):
        return len(self.fold)

    def _read(self, text):
        found = [match.span() for match in _WORD.finditer(text)]
        at, before = 0, 0
        while at < len(found):
            count, long, dot = self._written_out(text, found, at)
            start, end = found[at][0], found[at + count - 1][1]
            gap = _gap(text[before:start])
            if long:
                for n, (word, comma) in enumerate(_spelt(long)):
                    self._add(word, start, end, gap if n == 0 else comma, n == 0, n > 0)
            else:
                word = text[start:end]
                self._add(word, start, end, gap, word[0].isupper(), False)
            before = end + dot
            at += count

    def _add(self, word, start, end, gap, capital, inside):
        self.fold.append(plain(word))
        self.tone.append(toned(word))
        self.start.append(start)
        self.end.append(end)
        self.gap.append(gap)
        self.capital.append(capital)
        self.inside.append(inside)

    def _written_out(self, text, found, at):
        """(how many words one abbreviation takes, what it stands for or "", 1 where its own full stop follows)."""
        start, end = found[at]
        if end - start > 12:
            return 1, "", 0
        for count in (4, 3, 2):
            if at + count <= len(found) and all(_joined(text, found, n) for n in range(at, at + count - 1)):
                key = text[start : found[at + count - 1][1]].lower().replace(" ", "")
                if key in SHORT:
                    return count, SHORT[key], 0
        word = text[start:end]
        low = word.lower()
        if low in SHORT and (low != "kt" or word.isupper()):
            return 1, SHORT[low], 0
        after = text[end : end + 2]
        if low in _DOTTED and (after[:1] == "." or low == "tp"):
            return 1, _DOTTED[low], int(after[:1] == ".")
        if low == "đ" and after.lower() == "/c":
            return 2, "đồng chí", int(text[end + 2 : end + 3] == ".")
        follows = plain(text[slice(*found[at + 1])]) if at + 1 < len(found) else ""
        return 1, _by_neighbour(word, follows), 0


def _joined(text, found, n):
    between = text[found[n][1] : found[n + 1][0]]
    return len(between) <= 3 and between.strip() in {"&", "-"}


def _by_neighbour(word, follows):
    """Abbreviations whose meaning hangs on the next word or on being written in capitals."""
    low = word.lower()
    if low == "ca" and (word.isupper() or follows in {"phuong", "tinh"}) and follows not in {"", "nuoc"}:
        return "công an"
    if low == "bch":
        return "ban chỉ huy" if follows in {"quan", "qs", "phong", "bo"} else "ban chấp hành"
    if low == "tt" and word.isupper():
        return "thường trực" if follows in {"bcd", "dang", "hdnd", "ubnd", "tinh", "to", "ban"} else "trung tâm"
    return "đảng ủy" if word == "ĐU" else ""


@lru_cache(maxsize=512)
def _spelt(long):
    """[(word, "," where one stands before it)] of an abbreviation written out."""
    return [(part.strip(","), "," if n and long.split()[n - 1].endswith(",") else "") for n, part in enumerate(long.split()) if part != "-"]


SHORT = {}
for _short, _long in FACTS["abbreviations"].items():
    SHORT[_short] = SHORT[fold(_short)] = _long


_AND, _HAS, _SECTOR, _RANK = toned("và"), toned("có"), toned("ngành"), toned("cấp")
_AUXILIARY = {toned(word) for word in ("có", "sẽ", "đã", "được", "là", "phải")}


def key_of(phrase):
    """(folded key, toned words) of a name: «Sở Văn hóa, Thể thao» → («so van hoa, the thao», …)."""
    words = Words(phrase)
    return _key(words, 0, len(words)), tuple(words.tone)


def _key(words, first, last):
    parts = [words.fold[first]] if first < last else []
    for n in range(first + 1, last):
        parts.append(", " if words.gap[n] == "," else " ")
        parts.append(words.fold[n])
    return "".join(parts)


_PARTS = {".", ";", ":", ","}


class Phrases:
    """A set of phrases looked up at a place of a text, the longest first. Accents count unless the text has none."""

    def __init__(self, phrases):
        self.toned, self.plain = {}, {}
        for phrase in phrases.split(" | ") if isinstance(phrases, str) else phrases:
            words = [word for word in re.split(r"[\s\-]+", phrase) if word]
            for table, form in ((self.toned, toned), (self.plain, plain)):
                parts = tuple(form(word) for word in words)
                table.setdefault(parts[0], set()).add(parts)
        self.toned = {first: sorted(all_, key=len, reverse=True) for first, all_ in self.toned.items()}
        self.plain = {first: sorted(all_, key=len, reverse=True) for first, all_ in self.plain.items()}

    def at(self, words, i):
        """How many words of `words` at `i` are one of the phrases; 0 where none is."""
        table, row = (self.plain, words.fold) if words.bare else (self.toned, words.tone)
        for parts in table.get(row[i], ()) if i < len(row) else ():
            n = len(parts)
            if n == 1 or (tuple(row[i : i + n]) == parts and not _PARTS & {*words.gap[i + 1 : i + n]}):
                return n
        return 0


HEADS, NO_HEADS, ROLES = Phrases(FACTS["heads"]), Phrases(FACTS["no_heads"]), Phrases(FACTS["roles"])
GENERICS, VERBS, LINKS = Phrases(FACTS["generics"]), Phrases(FACTS["verbs"]), Phrases(FACTS["links"])
ALL = Phrases("các | tất cả các | tất cả | toàn thể | toàn thể các | mọi | những | một số | từng | hệ thống các")
AND = Phrases("và | cùng với | cùng | với | hoặc")
LEVELS = Phrases("tỉnh | thành phố | phường | xã | đặc khu | thị trấn | huyện | quận | khu vực | cấp")
COLLECTIVE_ENDS = Phrases(
    "chủ trì | phối hợp | tham mưu | có trách nhiệm | chịu trách nhiệm | thực hiện | báo cáo | theo | để | nhằm | phải | "
    "cần | trong việc | trong quá trình"
)
NOISE = Phrases(
    "cơ quan chủ trì | đơn vị chủ trì | cơ quan thực hiện | đơn vị thực hiện | cơ quan phối hợp | đơn vị phối hợp | "
    "cơ quan tham mưu | chủ trì | phối hợp chặt chẽ với | phối hợp với | phối hợp cùng | phối hợp | giao cho | giao | "
    "đề nghị | yêu cầu | phân công | trách nhiệm của | và | cùng với | cùng | với"
)
TITLES = Phrases("đồng chí | các đồng chí | ông | bà")
WHOLE = frozenset(  # heads that are a name by themselves
    [
        "cong an",
        "quan su",
        "dang uy",
        "tinh uy",
        "thanh uy",
        "uy ban nhan dan",
        "hoi dong nhan dan",
        "mat tran",
        "mat tran to quoc",
        "uy ban mat tran to quoc",
        "ban chi dao",
        "thuong truc",
        "van phong",
        "cong doan",
        "doan thanh nien",
        "buu dien",
        "toa an",
    ]
)
SPLIT = {",", ";", "\n", "/", "."}
BODIES = ("bo", "so", "phong", "ban", "uy ban", "cuc", "vu", "trung tam", "van phong", "chi cuc", "vien")
SHARED = frozenset(  # bodies every level has, named together: «HĐND, UBND tỉnh»
    [
        "uy ban nhan dan",
        "hoi dong nhan dan",
        "mat tran to quoc",
        "uy ban mat tran to quoc",
        "uy ban mat tran to quoc viet nam",
        "dang uy",
        "cong an",
    ]
)
_PLACE_END = re.compile(r"^(.*?) (tinh|thanh pho|phuong|xa|dac khu|trung uong)$")


# ── what a string means ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Named:
    """What a string of names means. All tuples in printed order, each entry once.

    `units` and `groups` are codes; `names` everything named, as printed, known or not, with its office; `role` the words of the first
    office («Chủ tịch UBND phường»), whose unit stands in `units`; `unknown` names are no unit yet; `collective` addressees have no known
    group; `open` is what the lead picks («…liên quan»); `proposals` are (unknown name, code of the nearest unit, likeness 0..1).
    """

    units: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    role: str = ""
    unknown: tuple[str, ...] = ()
    collective: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    proposals: tuple[tuple[str, str, float], ...] = ()

    def __bool__(self):
        return bool(self.names)


@dataclass(frozen=True)
class Parts:
    """A duty's sentence or a heading taken apart. `rest` is what is left to do; empty for a heading of names alone.

    `directs` is true where the text says «… chỉ đạo X»: X is the lead, and whoever the text is addressed to directs, whether named
    here (`directing`) or in a heading above (`directing` empty).
    """

    lead: Named = field(default_factory=Named)
    coordinators: Named = field(default_factory=Named)
    directing: Named = field(default_factory=Named)
    lead_words: str = ""
    coordinator_words: str = ""
    rest: str = ""
    directs: bool = False


@dataclass(frozen=True)
class Item:
    """One name in a list: words `first` up to `last`, what it is (unit, group, name, collective, open), its code, its printed form."""

    first: int
    last: int
    what: str
    code: str = ""
    printed: str = ""
    role: str = ""
    head: str = ""


# ── the units ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Unit:
    code: str
    kind: str
    name: str
    path: str
    area: str  # the path of its area, "" for none

    @property
    def is_area(self):
        return self.kind in AREAS


class Table(dict):
    """Keys of names → [(what, code, toned words)], and how long the names are that begin with given two words."""

    def __init__(self):
        super().__init__()
        self.lengths = {}

    def put(self, key, what, code, tones):
        if not key:
            return
        for form in {key, key.replace(",", "")}:
            row = self.setdefault(form, [])
            if not any(entry[1] == code for entry in row):
                row.append((what, code, tones))
            words = form.split(" ")
            sizes = self.lengths.setdefault(_opening(words), [])
            at = bisect_left(sizes, len(words))
            if at == len(sizes) or sizes[at] != len(words):
                sizes.insert(at, len(words))


def _opening(words):
    return " ".join(words[:2]).replace(",", "")


class Directory:
    """All units in force with their names, aliases and groups, read in three queries."""

    def __init__(self, units, aliases, groups):
        self.units = {unit.code: unit for unit in units}
        self.at_path = {unit.path: unit for unit in units}
        self.aliases, self.groups = aliases, groups
        self.fixed = Table()  # names that mean the same wherever they are read
        self.loose = {}  # area path → [(key, unit code, toned words)]: «UBND», «Công an phường», «Tỉnh»
        self.bare = {}  # name of an area without its level → [(Unit, toned words)]
        self._seen = {}
        for unit in units:
            self._index_area(unit) if unit.is_area else self._index_body(unit)
        for name in FACTS["names"]:
            self.fixed.put(key_of(name)[0], "name", "", key_of(name)[1])
        self.syllables = {word for key in self.fixed for word in key.replace(",", "").split()}

    @classmethod
    def read(cls):
        rows = OrgUnit.objects.filter(valid_to=None).order_by("path").values_list("code", "kind", "name", "path", "area__path")
        units = [Unit(code, kind, name, path, area or "") for code, kind, name, path, area in rows]
        aliases = {}
        for code, name in Alias.objects.filter(unit__valid_to=None).order_by("id").values_list("unit__code", "name"):
            aliases.setdefault(code, []).append(name)
        groups = list(AddresseeGroup.objects.order_by("id").values_list("code", "words", "rule", "owner__path"))
        return cls(units, aliases, groups)

    def _index_area(self, unit):
        prefix = PREFIX.get(unit.kind)
        name, tones = key_of(unit.name)
        self.bare.setdefault(name, []).append((unit, tones))
        if prefix:
            level, level_tones = key_of(prefix)
            self.fixed.put(f"{level} {name}", "unit", unit.code, level_tones + tones)
            self._loosen(unit.path, level, unit.code, level_tones)
        else:
            self.fixed.put(name, "unit", unit.code, tones)
        for alias in self.aliases.get(unit.code, ()):
            key, tones = key_of(alias)
            self._put(key, tones, unit, absolute=not prefix or name in key)

    def _index_body(self, unit):
        area = self.at_path.get(unit.area)
        area_name = key_of(area.name)[0] if area else ""
        prefix = PREFIX.get(area.kind, "") if area else ""
        level, level_tones = key_of(prefix) if prefix else ("", ())
        full, tones = key_of(unit.name)
        self.fixed.put(full, "unit", unit.code, tones)
        base = _without(_without(full, area_name), level)
        for form, form_tones in _variants(base, tones[: _count(base)], unit.kind):
            if level and form != full:
                self.fixed.put(f"{form} {level} {area_name}", "unit", unit.code, form_tones + level_tones + key_of(area.name)[1])
                self.fixed.put(f"{form} {area_name}", "unit", unit.code, form_tones + key_of(area.name)[1])
                self._loosen(unit.area, form, unit.code, form_tones)
                self._loosen(unit.area, f"{form} {level}", unit.code, form_tones + level_tones)
        for alias in self.aliases.get(unit.code, ()):
            key, tones = key_of(alias)
            self._put(key, tones, unit, absolute=area_name in key if level else not _cut_short(key, full))

    def _put(self, key, tones, unit, *, absolute):
        if absolute:
            self.fixed.put(key, "unit", unit.code, tones)
        else:
            self._loosen(unit.path if unit.is_area else unit.area, key, unit.code, tones)

    def _loosen(self, path, key, code, tones):
        self.loose.setdefault(path, []).append((key, code, tones))

    def chain(self, code):
        """Paths of the areas over a unit, its own area first, the Centre last."""
        unit = self.units.get(code)
        path = (unit.path if unit.is_area else unit.area) if unit else ""
        return [path[:end] for end in range(len(path), 0, -STEP)]

    def seen_from(self, issuer):
        """The Namer that reads relative names as `issuer` means them; None knows only names that mean the same everywhere."""
        if issuer not in self._seen:
            self._seen[issuer] = Namer(self, issuer if issuer in self.units else None)
        return self._seen[issuer]

    def area(self, words, *, place=""):
        """The code of the area that speaks in the heading of a paper: the smallest one named there, else the place of signing."""
        found = [unit for unit in map(self.units.get, self._mentioned(words)) if unit.is_area or unit.area]
        areas = [self.at_path[unit.path if unit.is_area else unit.area] for unit in found]
        if areas:
            deepest = max(areas, key=lambda area: len(area.path))
            return deepest.code
        head = re.split(r",|\bngày\b", unicodedata.normalize("NFC", place), maxsplit=1)[0]
        key = key_of(head)[0]
        named = [unit.code for unit, _ in self.bare.get(key, ())] or [row[1] for row in self.fixed.get(key, ()) if row[0] == "unit"]
        return named[0] if len(named) == 1 and self.units[named[0]].is_area else None

    def _mentioned(self, words):
        reader = Reader(self.seen_from(None), Words(words))
        return [code for _, _, what, code in reader.known_all() if what == "unit"]

    def issuer(self, words, *, place=""):
        """The code of the body that issues a paper with this heading («BAN CHỈ ĐẠO … PHƯỜNG BA NGÒI») signed at `place`, or None.

        The last body named is the one that issues; where words follow it that belong to no known name, nobody is sure.
        """
        text = _MOTTO.sub(" ", unicodedata.normalize("NFC", words))
        text = re.sub(r"\s*\n\s*", " ", text)
        if not text.strip():
            return None
        reader = Reader(self.seen_from(self.area(text, place=place)), Words(text))
        found = [match for match in reader.known_all() if match[2] in {"unit", "name"}]
        if not found:
            return None
        _, last, what, code = found[-1]
        rest = len(reader.words) - last
        return code if what == "unit" and rest == 0 and not self.units[code].is_area else None


_MOTTO = re.compile(
    r"đảng\s+cộng\s+sản\s+việt\s+nam|cộng\s+h(òa|oà)\s+xã\s+hội\s+chủ\s+nghĩa\s+việt\s+nam"
    r"|độc\s+lập\s*[-–]\s*tự\s+do\s*[-–]\s*hạnh\s+phúc|\*+|_{2,}|-{3,}",
    re.IGNORECASE,
)


def _without(key, tail):
    """`key` less `tail` at its end."""
    return key[: -len(tail) - 1] if tail and key.endswith(f" {tail}") else key


def _count(key):
    return len(key.split()) if key else 0


def _cut_short(key, full):
    """Whether a Centre's alias is its name up to before «Trung ương»: read elsewhere it means somebody nearer."""
    return full.startswith(f"{key} ") and "trung uong" in full[len(key) :]


_FRONTS = ["ủy ban mặt trận tổ quốc việt nam", "ủy ban mặt trận tổ quốc", "mặt trận tổ quốc việt nam", "mặt trận tổ quốc"]


def _variants(base, tones, kind):
    """[(key, toned words)] of the ways a body of this kind is written."""
    forms = [(base, tones)]
    if kind == Kind.FRONT and "mat tran" in base:
        forms += [key_of(form) for form in _FRONTS]
    if kind == Kind.MILITARY and base in {"quan su", "ban chi huy quan su"}:
        forms += [key_of("quân sự"), key_of("ban chỉ huy quân sự")]
    return dict(forms).items()


# ── one issuer's eyes ────────────────────────────────────────────────────────────────────────────────────────────────────


class Namer:
    """Reads names as one issuer means them: its own area's bodies first, then those of the areas above, then everybody's."""

    def __init__(self, directory, issuer):
        self.directory = directory
        self.chain = directory.chain(issuer)
        self.own = Table()
        self.bare, self.openings = {}, set()
        for rank, path in enumerate(self.chain):
            for key, code, tones in directory.loose.get(path, ()):
                if (rank == 0 or _climbs(tones)) and key not in self.own:
                    self.own.put(key, "unit", code, tones)
        self._gather_groups()
        self._gather_neighbours()
        self._guessed = {}

    def _gather_groups(self):
        own = self.chain[0] if self.chain else None
        for code, words, rule, path in self.directory.groups:
            area = self.directory.at_path.get(path)
            if area and own and own == (area.path if area.is_area else area.area):
                for form in [words, *_ALSO.findall(unicodedata.normalize("NFC", rule))]:
                    self.own.put(key_of(form)[0], "group", code, key_of(form)[1])

    def _gather_neighbours(self):
        """Names of areas without their level, as lists write them: provinces, and the wards of the issuer's province."""
        province = self.chain[-2] if len(self.chain) > 1 else None
        for key, rows in self.directory.bare.items():
            near = [(unit.code, tones) for unit, tones in rows if self._is_neighbour(unit, province)]
            if near:
                self.bare[key] = near
                self.openings.add(near[0][1][0])

    def _is_neighbour(self, unit, province):
        depth = len(unit.path) // STEP
        return depth == 2 or bool(province and depth == 3 and unit.path.startswith(province))

    def find(self, words, i, head=""):
        """The longest known name at word `i`, with `head` («so») read before it: (words taken, what, code), or None."""
        if i >= len(words):
            return None
        opening = _opening((head.split() if head else []) + words.fold[i : i + 2])
        before = _count(head)
        sizes = {*self.own.lengths.get(opening, ()), *self.directory.fixed.lengths.get(opening, ())}
        sizes |= (
            {1} & {*self.own.lengths.get(words.fold[i], ()), *self.directory.fixed.lengths.get(words.fold[i], ())} if not head else set()
        )
        for size in sorted(sizes, reverse=True):
            n = size - before
            if n < 1 or i + n > len(words) or (i + n < len(words) and words.inside[i + n]):
                continue
            if any(words.gap[k] in {";", ".", ":"} for k in range(i + 1, i + n)):
                continue
            key = f"{head} {_key(words, i, i + n)}".strip()
            if found := self._known(key, words.tone[i : i + n], words.bare):
                return n, *found
        return None

    def _known(self, key, tones, bare):
        for table in (self.own, self.directory.fixed):
            fitting = [row for row in table.get(key, ()) if _fits(tones, row[2], bare)]
            exact = [row for row in fitting if tuple(row[2][-len(tones) :]) == tuple(tones)] or fitting
            units = [row for row in exact if row[0] != "name"] or exact
            near = [row for row in units if self._is_near(row[1])] if len(units) > 1 else units
            if len(near) == 1:
                return near[0][:2]
        return None

    def _is_near(self, code):
        unit = self.directory.units.get(code)
        province = self.chain[-2] if len(self.chain) > 1 else ""
        return bool(unit and province and unit.path.startswith(province))

    def neighbour(self, words, i, n):
        """The code of the province or fellow ward whose bare name these words are, or ""."""
        rows = [
            code for code, tones in self.bare.get(_key(words, i, i + n), ()) if words.bare or tuple(words.tone[i : i + n]) == tuple(tones)
        ]
        return rows[0] if len(rows) == 1 else ""

    # ── reading ──

    def name(self, words):
        """The Named of a cell of leads or coordinators: «UBND, UBMTTQ Việt Nam phường, các tổ chức chính trị - xã hội phường»."""
        reader = Reader(self, Words(words))
        items, _ = reader.items(0)
        return self.meaning(items)

    def sentence(self, words):
        """The Parts of a duty's sentence or of a heading."""
        text = unicodedata.normalize("NFC", words)
        mark = _MARK.match(text)
        return Sentence(self, Words(text[mark.end() :] if mark else text)).parts()

    def meaning(self, items):
        """The Named of a list of Items."""
        units, names, groups, unknown, collective, left_open, proposals, role = {}, {}, {}, {}, {}, {}, [], ""
        for item in items:
            role = role or item.role
            code = item.code
            names[item.role or item.printed] = True
            if item.what == "open":
                left_open[item.printed] = True
                continue
            if item.what == "name":
                code, guess = self.guess(item.printed)
                proposals += [guess] if guess and guess not in proposals else []
            if item.what == "group":
                groups[code] = True
            elif item.what == "collective":
                collective[item.printed] = True
            elif code:
                units[code] = True
            else:
                unknown[item.printed] = True
        return Named(tuple(units), tuple(names), tuple(groups), role, tuple(unknown), tuple(collective), tuple(left_open), tuple(proposals))

    def guess(self, name):
        """(code, None) where `name` is surely a unit badly printed, else ("", a proposal or None). Bounded: GUESSES names a Namer."""
        if name not in self._guessed:
            if len(self._guessed) >= GUESSES or len(name) > 200:
                return "", None
            self._guessed[name] = self._guess(name)
        return self._guessed[name]

    def _guess(self, name):
        key = key_of(name)[0].replace(",", "")
        squeezed = key.replace(" ", "")
        sure = {code for form, code in self._candidates if form.replace(" ", "") == squeezed}
        if not sure:
            sure = {code for form, code in self._candidates if self._slipped(key, form)}
        if len(sure) == 1:
            return sure.pop(), None
        return "", self._proposal(name, key)

    def _proposal(self, name, key):
        """(name, code, likeness) of the area a body belongs to, else of the nearest unit of the same sort at the same level, or None."""
        words = Words(name)
        for i in range(1, len(words)):
            match = self.find(words, i) if LEVELS.at(words, i) else None
            if match and match[1] == "unit" and match[0] > 1 and i + match[0] == len(words) and self.directory.units[match[2]].is_area:
                return name, match[2], round(fuzz.ratio(key, _key(words, i, len(words))) / 100, 2)
        found = process.extract(key, self._forms, scorer=fuzz.ratio, score_cutoff=100 * NEAR, limit=5)
        near = ((likeness, at) for form, likeness, at in found if _sort(form) == _sort(key))
        return next(((name, self._candidates[at][1], round(likeness / 100, 2)) for likeness, at in near), None)

    def _slipped(self, key, form):
        """Whether `key` is `form` with at most one slip of the printer in four words.

        A slip leaves something that is no Vietnamese syllable («Cônq»); another syllable is another name («Cam Lộc»).
        """
        if abs(len(key) - len(form)) > 3:
            return False
        printed, meant = key.split(), form.split()
        if len(printed) != len(meant):
            return False
        wrong = [(a, b) for a, b in zip(printed, meant, strict=True) if a != b]
        return 0 < len(wrong) <= max(1, len(meant) // 4) and all(
            not is_syllable(a) and a not in self.directory.syllables and Levenshtein.distance(a, b) == 1 and len(b) > 1 for a, b in wrong
        )

    @property
    def _candidates(self):
        """[(folded name, code)] near enough to be meant: own relative names, every body's full name, areas of the issuer's province."""
        if not hasattr(self, "_near"):
            near = {(key, row[0][1]) for key, row in self.own.items() if row[0][0] == "unit" and _count(key) > 1}
            for key, rows in self.directory.fixed.items():
                near |= {(key, code) for what, code, _ in rows if what == "unit" and self._may_be_meant(code)}
            self._near = sorted((key, code) for key, code in near if "," not in key)
            self._forms = [key for key, _ in self._near]
        return self._near

    def _may_be_meant(self, code):
        unit = self.directory.units[code]
        return not unit.is_area or len(unit.path) <= 2 * STEP or self._is_near(code)


_HEADS_PLAIN = {fold(head) for head in FACTS["heads"]}
_LEVELS_PLAIN = re.compile(r"\b(tinh|thanh pho|phuong|xa(?! hoi)|dac khu|trung uong)\b")


def _sort(key):
    """What two names must share to be mistaken for each other: the head («so», «bo») and the level."""
    first = key.split(" ")[0]
    return first if first in _HEADS_PLAIN else "", frozenset(_LEVELS_PLAIN.findall(key))


_ALSO = re.compile(r"cũng dùng cho «([^»]+)»")


def _climbs(tones):
    """Whether a relative name may mean a level above the issuer's own: it says its level («UBND tỉnh») or has it in its name («Sở …»)."""
    return (
        tones[:1] == (toned("sở"),)
        or any(tone in _LEVEL_TONES and (tones[n + 1 : n + 2] or ("",))[0] != toned("hội") for n, tone in enumerate(tones))
        or tones[:2] == (toned("thành"), toned("ủy"))
    )


_LEVEL_TONES = {toned(word) for word in ("tỉnh", "phường", "xã", "đặc", "phố")}


def _fits(printed, meant, bare):
    """Whether printed words are the meant ones but for lost accents, and at most one wrong accent in four words."""
    meant = meant[-len(printed) :]
    wrong = sum(1 for a, b in zip(printed, meant, strict=False) if a not in {b, b.rstrip("12345"), plain(b.rstrip("12345"))})
    return bare or wrong <= len(printed) // 4


_ONSET = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx]"
_RHYME = "|".join(
    [
        "a(?:ch|ng|nh|[cimnoptuy])?",
        "e(?:ch|ng|nh|[cmnoptu])?",
        "i(?:a|ch|nh|eng|e[cmnptu]|[mnptu])?",
        "o(?:a(?:ch|ng|nh|[cimnoty])?|e[nto]?|ong|oc|ng|[cimnpt])?",
        "u(?:a(?:ng|[nty])?|e(?:ch|nh|n)?|o(?:ng|[cimnptu])?|y(?:a|e[nt]|nh|ch|[tun])?|ng|[cimnptu])?",
        "y(?:eng|e[mntu]|nh|ch|[nt])?",
    ]
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_RHYME})")


def is_syllable(word):
    """Whether folded letters could be a Vietnamese syllable."""
    return bool(_SYLLABLE.fullmatch(word))


# ── lists of names ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Reader:
    """Reads a list of names. A cell is nothing but names; in a sentence the list ends where the verb begins."""

    def __init__(self, namer, words, *, cell=True):
        self.namer, self.words, self.cell = namer, words, cell
        self.n = len(words)
        self.marks = {",", "/"}  # between the names of a list in a sentence

    def known_all(self):
        """[(first, last, what, code)] of the known names in the text, longest first at each place, none overlapping."""
        found, i = [], 0
        while i < self.n:
            match = self.namer.find(self.words, i)
            if match:
                found.append((i, i + match[0], match[1], match[2]))
            i += match[0] if match else 1
        return found

    def items(self, i):
        """([Item] of the list at word `i`, the word behind the last)."""
        found, head, end = [], "", i
        i = self._open_list(i)
        while i < self.n:
            head, i = self._shared_head(i, head)
            item = self.item(i, head)
            if item is None and not self.cell:
                break
            if item is None:
                i = self._behind(i + 1)
                continue
            found.append(item)
            end, head = item.last, item.head or head
            i = self._next(end)
        return self._share_level(found), end

    def _open_list(self, i):
        while n := NOISE.at(self.words, i) if self.cell else 0:
            i += n
        return i

    def _next(self, i):
        """Where the next name of the list begins, after word `i`; the end where none follows."""
        if i >= self.n:
            return i
        if self.cell:
            i = self._behind(i)
            return self._open_list(i)
        if self.words.gap[i] in self.marks or AND.at(self.words, i):
            return i + AND.at(self.words, i)
        return self.n

    def _behind(self, i):
        """The first word from `i` on that begins a new piece of a cell."""
        while i < self.n and not (self.words.gap[i] in SPLIT | {":", "-"} or AND.at(self.words, i)):
            i += 1
        return i

    def _shared_head(self, i, head):
        """(the head that the names of «các Sở: Nội vụ, Tài chính» share, the word behind it)."""
        words, n = self.words, ALL.at(self.words, i)
        size = n and HEADS.at(words, i + n)
        j = i + n + size
        if not size or j >= self.n or not (words.gap[j] == ":" or (words.capital[j] and not words.even and words.gap[j] in {"", "-"})):
            return head, i
        shared = _key(words, i + n, j)
        listed = self.namer.find(words, j, shared) or (self.cell and (shared in _LISTED or (words.gap[j] == ":" and shared in BODIES)))
        return (f"={shared}", j) if listed else (head, i)

    def item(self, i, head=""):
        """The Item at word `i`, or None."""
        words = self.words
        shared = head.startswith("=")
        if shared and (item := self._under(i, head[1:])):
            return item
        if n := TITLES.at(words, i):
            return self._person(i + n)
        return self._known(i) or self._role(i) or self._named(i, head)

    def _named(self, i, head=""):
        """The Item at `i` that is neither a known unit nor an office."""
        return (
            self.collective(i)
            or (head and not head.startswith("=") and self._under(i, head))
            or self._bare_area(i)
            or self._unknown(i, head)
        )

    def _known(self, i):
        match = self.namer.find(self.words, i)
        if not match:
            return None
        n, what, code = match
        last = i + n
        if what == "name":
            last = self._with_place(last)
        general = ALL.at(self.words, i)
        if (what == "group" or general) and (whole := self.collective(i)) and whole.last > last and not self._ends(last, strictly=True):
            return None
        if what == "group" and self._goes_on(last):
            return None
        if of_level := self._of_level(i, last):
            return of_level
        if ALL.at(self.words, last) and GENERICS.at(self.words, last + ALL.at(self.words, last)) and not self._split(last):
            return self._of_all(i, last)
        if not self._ends(last, strictly=bool(general)):
            return None
        if general and self.cell and last < self.n and self._stops(last) and (whole := self.collective(i)):
            last = max(last, whole.last)
        return Item(i, last, what, code, self.printed(i, last), head=self._head(i))

    def _goes_on(self, last):
        """Whether a collective names more behind a comma: «các cơ quan, đơn vị» + «, địa phương»."""
        if last >= self.n or not (self.words.gap[last] == "," or AND.at(self.words, last)):
            return False
        j = last + AND.at(self.words, last)
        return bool(GENERICS.at(self.words, j)) and not self._names_itself(j)

    def _split(self, i):
        return i >= self.n or self.words.gap[i] in SPLIT | {":"}

    def _of_all(self, i, last):
        """«UBND các xã, phường»: one body of many areas."""
        whole = self.collective(last)
        return whole and Item(i, whole.last, whole.what, "", self.printed(i, whole.last))

    def _of_level(self, i, last):
        """«UBND cấp xã»: the Item of one body of many areas, or None."""
        words = self.words
        if last + 1 < self.n and words.tone[last] == _RANK and not words.gap[last] and (n := LEVELS.at(words, last + 1)):
            return Item(i, last + 1 + n, "collective", "", self.printed(i, last + 1 + n))
        return None

    def _with_place(self, i):
        """The word behind «tỉnh Lâm Đồng», «phường», «Việt Nam» that follow a body's name."""
        words = self.words
        if i < self.n and words.gap[i] in {"", "-"} and (n := LEVELS.at(words, i)):
            if words.fold[i] == "xa" and words.fold[i + 1 : i + 2] == ["hoi"]:
                return i
            i += n
        while i < self.n and words.gap[i] == "" and ((words.capital[i] and not words.even) or words.fold[i].isdigit()):
            i += 1
        return i

    def _head(self, i):
        n = HEADS.at(self.words, i)
        return _key(self.words, i, i + n) if n else ""

    def _under(self, i, head):
        """The Item at `i` that leaves out the head of the one before: «Sở Nội vụ, Tài chính»."""
        match = self.namer.find(self.words, i, head)
        last = i + match[0] if match else i
        if match and match[1] == "name":
            last = self._with_place(last)
        if match and self._ends(last):
            return Item(i, last, match[1], match[2], f"{_as_head(head)} {self.printed(i, last)}", head=head)
        return None

    def _role(self, i):
        """«Chủ tịch UBND phường», «Người đứng đầu các cơ quan»: the Item of whoever holds the office."""
        j, holder = i, ""
        while j < min(self.n, i + LONGEST) and (j == i or not self.words.gap[j]) and (n := ROLES.at(self.words, j)):
            holder = FACTS["role_objects"].get(self.printed(j, j + n).lower(), "")
            j += n
        if j == i:
            return None
        of = self._held(j, holder, fold(self.printed(i, j)).endswith(fold(holder)))
        if of and of.what in {"collective", "group", "open"}:
            printed = self.printed(i, of.last)
            return Item(i, of.last, "collective" if of.what == "open" else of.what, of.code, printed, printed)
        if of:
            return Item(i, of.last, of.what, of.code, of.printed, self.printed(i, of.last), of.head)
        return Item(i, j, "collective", "", self.printed(i, j), self.printed(i, j)) if self.cell and self._ends(j) else None

    def _held(self, j, holder, said):
        """The Item of what an office is held in: where the office says the body's head, that body («Chánh Văn phòng Ban Chỉ đạo»)."""
        if j >= self.n or self.words.gap[j] not in {"", "-"}:
            return None
        if holder and (of := self._under(j, fold(holder))):
            return of
        of = self._known(j) or self._named(j)
        if of and holder and said and of.what in {"unit", "name"}:
            return Item(of.first, of.last, "name", "", f"{_as_head(fold(holder))} {of.printed}")
        return of

    def _person(self, i):
        """«đồng chí Nguyễn Văn An, Chủ tịch UBND phường»: the name of a person is passed over."""
        j = i
        while j < min(self.n, i + LONGEST) and self.words.gap[j] not in SPLIT | {"-", ":"} and not ROLES.at(self.words, j):
            j += 1
        return (self._role(j) or self._known(j)) if j < self.n else None

    def _bare_area(self, i):
        """A province or fellow ward named without its level, standing alone: «Khánh Hòa, Lâm Đồng»."""
        for n in (4, 3, 2, 1) if self.words.tone[i] in self.namer.openings or self.words.bare else ():
            alone = i + n <= self.n and (self.words.capital[i] or self.words.even) and self._ends(i + n)
            if alone and (code := self.namer.neighbour(self.words, i, n)):
                return Item(i, i + n, "unit", code, self.printed(i, i + n))
        return None

    def collective(self, i):
        """«các cơ quan, đơn vị», «Bộ, ngành, địa phương liên quan»: an Item collective or open, or None."""
        words = self.words
        every = ALL.at(words, i)
        j = i + every
        n = GENERICS.at(words, j)
        if not n or (not every and (self._names_itself(j) or self._is_head(j) > n)):
            return None
        j += n
        limit = min(self.n, i + LONGEST)
        while j < limit:
            if words.gap[j] in {",", "/", "\n", "-"} or AND.at(words, j):
                k = j + AND.at(words, j)
                n = GENERICS.at(words, k)
                if self._names_itself(k) or (not n and not self._runs_on(k)):
                    break  # «và các …» begins another addressee
                n = n or 1
                j = k + n
            elif words.gap[j] in {";", ".", ":"} or words.fold[j - 2 : j] == ["lien", "quan"] or self._verb_follows(j):
                break
            else:
                j += 1
        left_open = "lien quan" in _key(words, i, j).replace(",", "")
        if not every and not left_open and self._is_single(i, j):
            return None
        return Item(i, j, "open" if left_open else "collective", "", self.printed(i, j))

    def _runs_on(self, k):
        """In a cell: whether small words behind a comma still describe the collective."""
        words = self.words
        return self.cell and k < self.n and not words.capital[k] and not words.even and not self._begins(k) and not self._stops(k)

    def _is_single(self, i, j):
        """Whether words without «các» are too few to be a collective: «ban», «tổ chức …» as a verb."""
        separate = any(self.words.gap[k] in {",", "/"} or AND.at(self.words, k) for k in range(i + 1, j))
        return not separate and not (self.cell and not NO_HEADS.at(self.words, i))

    def _verb_follows(self, j):
        words = self.words
        if words.tone[j] == _HAS and (words.fold[j + 1 : j + 2] in (["lien"], ["tham"], ["chuc"]) or self._only_described(j)):
            return False
        if words.capital[j] and not words.even:
            return False
        if self.cell:
            return bool(COLLECTIVE_ENDS.at(words, j))
        return bool(VERBS.at(words, j) or COLLECTIVE_ENDS.at(words, j)) or words.tone[j] in _AUXILIARY

    def _only_described(self, j):
        """Whether «có hồ chứa» at `j` ends the list: no verb before the next mark."""
        words = self.words
        for k in range(j + 1, min(self.n, j + 6) + 1):
            if k >= self.n or words.gap[k]:
                return k >= self.n or words.gap[k] in {".", ";"}
            if VERBS.at(words, k) or LEADS.at(words, k):
                return False
        return False

    def _names_itself(self, i):
        """Whether a name of its own begins at `i`: a generic noun followed by a capital («Bộ Công an»), or a unit."""
        words = self.words
        n = GENERICS.at(words, i) or 1
        follows = i + n < self.n and words.gap[i + n] == "" and words.capital[i + n] and not words.even
        return bool(follows) or bool((match := self.namer.find(words, i)) and match[1] == "unit" and match[0] > n)

    def _ends(self, i, strictly=False):
        """Whether a name may end before word `i`."""
        words = self.words
        if i >= self.n:
            return True
        if words.inside[i] or (words.fold[i] == "vien" and words.gap[i] == ""):
            return False  # «Đảng ủy viên» is a person
        if words.gap[i] in {",", ";", ".", ":", "/"} or AND.at(words, i) or self._stops(i):
            return True
        if words.gap[i] in {"\n", "-"} and self._begins(i):
            return True
        return not self.cell and not strictly and not words.capital[i]

    def _stops(self, i):
        """Whether a verb or a linking word stands at `i`."""
        return bool((VERBS.at(self.words, i) or LINKS.at(self.words, i)) and (not self.words.capital[i] or self.words.even))

    def _begins(self, i):
        """Whether a new name begins at `i`."""
        return bool(self._is_head(i) or ALL.at(self.words, i) or ROLES.at(self.words, i) or self.namer.find(self.words, i))

    def _is_head(self, i):
        n = HEADS.at(self.words, i)
        return 0 if NO_HEADS.at(self.words, i) else n

    def _unknown(self, i, head=""):
        """The Item of a name nobody knows, cut out by its grammar, or None."""
        words = self.words
        size = self._is_head(i)
        if not self.cell and not size and not self._is_acronym(i):
            return None
        if size and i + size < self.n and words.gap[i + size] == "," and _key(words, i, i + size) not in WHOLE:
            return None  # «Phòng, chống», «Thanh tra, kiểm tra»
        every = ALL.at(words, i + size) if size else 0
        if every and GENERICS.at(words, i + size + every) and not self._split(i + size):
            return self._of_all(i, i + size)
        named = words.capital[i] or self._capital_soon(i + size) or words.tone[i] == _SECTOR
        if not self.cell and not words.even and not named:
            return None
        if NO_HEADS.at(words, i) or (not size and self._stops(i)):
            return None
        j = self._unknown_end(i, size)
        if j == i + size and not self.cell and _key(words, i, j) not in WHOLE:
            return None
        if of_level := self._of_level(i, i + size):
            return of_level
        if not self.cell and not words.even and not self._is_proper(i, j, size):
            return None
        if not size and not self._is_acronym(i) and (self._stops(j) if j < self.n else False):
            return None
        printed = self.printed(i, j)
        if not any(char.isalpha() for char in printed) or j - i > LONGEST:
            return None
        if head.startswith("=") and not size:
            printed = f"{_as_head(head[1:])} {printed}"
        return Item(i, j, "name", "", printed, head=self._head(i) or head)

    def _is_proper(self, i, j, size):
        """Whether a name in a sentence has something of a proper name («Trung tâm Y tế»), not only a noun («Trung tâm dữ liệu»)."""
        words = self.words
        if words.tone[i] == _SECTOR or (size != 1 and _key(words, i, i + size) not in {"trung tam", "doanh nghiep", "cong ty"}):
            return True
        if any(words.capital[k] or words.fold[k].isdigit() or LEVELS.at(words, k) for k in range(i + max(size, 1), j)):
            return True
        return j >= self.n or bool(LEADS.at(words, j) or WORKS.at(words, j) or ANSWERS.at(words, j)) or words.gap[j] == ":" or not size

    def _capital_soon(self, i):
        return i < self.n and self.words.gap[i] in {"", "-"} and (self.words.capital[i] or bool(LEVELS.at(self.words, i)))

    def _is_acronym(self, i):
        """A firm by its letters: VNPT, FPT."""
        word = self.words.text[self.words.start[i] : self.words.end[i]]
        return len(word) > 2 and word.isupper() and not self.words.even and not is_syllable(plain(word))

    def _unknown_end(self, i, size):
        words, j = self.words, i + max(size, 1)
        while j < self.n and j - i <= LONGEST:
            if words.inside[j]:
                j += 1
            elif words.gap[j] in {";", ".", ":", "/"} or (words.gap[j] in {"\n"} and self._begins(j)):
                break
            elif words.gap[j] == "," or words.tone[j] == _AND or AND.at(words, j):
                on = self._goes_on_behind(i, j)
                if not on:
                    break
                j = on + (1 if self.cell and on < self.n and not words.gap[on] and not AND.at(words, on) else 0)
            elif (words.gap[j] == "-" and self.cell and self._is_head(j) and words.capital[j]) or (
                self._stops(j) and not (words.capital[j] and not words.even)
            ):
                break
            elif self.cell or words.capital[j] or words.fold[j].isdigit():
                j += 1
            elif (nested := self._nested(i + max(size, 1), j)) > j:
                j = nested  # «Văn phòng Ban Chỉ đạo …»
            elif j - 2 >= i + size and words.capital[j - 2] and words.capital[j - 1] and not LEVELS.at(words, j):
                return j  # behind «Bắc Sơn», a whole place name, comes the verb
            elif behind := self._small_words_end(j):
                j = behind
            else:
                return j + 1 if words.capital[j - 1] and j > i + size else j
        return j

    def _nested(self, first, j):
        """The end of a head of a name that began inside this one just before `j`, or 0."""
        return max((k + self._is_head(k) for k in (j - 2, j - 1) if k >= first), default=0)

    def _small_words_end(self, j):
        """In a sentence: the word behind the few without capitals at `j` that still belong to a name («Khu kinh tế Vân Phong»), or 0."""
        words, limit = self.words, min(self.n, j + 5)
        for k in range(j, limit + 1):
            if k < self.n and words.fold[k].isdigit() and not LEVELS.at(words, k - 1):
                return 0
            if k >= self.n or (k > j and words.gap[k]) or words.capital[k] or AND.at(words, k) or self._stops(k):
                return k if k > j else 0
        return 0

    def _goes_on_behind(self, i, j):
        """Behind a comma or «và»: where the name goes on («… và Môi trường», «Kinh tế, Hạ tầng và Đô thị»), or 0."""
        words = self.words
        is_and = words.tone[j] == _AND
        k = j + 1 if is_and else j
        if k >= self.n or words.even or not any(_key(words, i, min(self.n, i + _count(body))) == body for body in BODIES):
            return 0
        if self._is_head(k) or self._is_acronym(k) or self.namer.find(words, k, words.fold[i]) or self.namer.find(words, k):
            return 0
        if not words.capital[k]:
            return 0 if is_and or self._begins_general(k) else self._small_words_end(k)
        if ROLES.at(words, k):
            return 0
        if is_and:
            return k + 1
        for n in range(k + 1, min(self.n, k + 8)):
            if words.gap[n] in SPLIT | {":"}:
                return 0
            if words.tone[n] == _AND:
                return k + 1 if n + 1 < self.n and words.capital[n + 1] and not self._is_head(n + 1) else 0
        return 0

    def _begins_general(self, k):
        """Whether words without a capital speak of many («đơn vị liên quan») or act, rather than end a name («Phòng Tổ chức, biên chế»)."""
        generic = GENERICS.at(self.words, k)
        people = generic and _key(self.words, k, k + generic) in {"can bo", "cong chuc", "vien chuc"}
        return bool(ALL.at(self.words, k) or (generic and not people) or self._stops(k))

    def _share_level(self, items):
        """«HĐND, UBND tỉnh»: bodies named without a level take that of the body they stand with."""
        level = ""
        shared = []
        for item in reversed(items):
            key = _key(self.words, item.first, item.last) if item.what in {"unit", "name"} else ""
            placed = _PLACE_END.match(key)
            if placed and placed[1] in SHARED:
                level = placed[2]
            elif level and key in SHARED and not item.role:
                item = self._at_level(item, key, level)
            else:
                level = ""
            shared.append(item)
        return shared[::-1]

    def _at_level(self, item, key, level):
        own = self.namer.own.get(f"{key} {level}") or []
        code = own[0][1] if own else ""
        if code and code == item.code:
            return item
        return Item(item.first, item.last, "unit" if code else "name", code, f"{item.printed} {_LEVEL_WORDS[level]}", "", item.head)

    def printed(self, first, last):
        """Words `first` up to `last` as printed, without brackets, on one line."""
        text = self.words.text[self.words.start[first] : self.words.end[last - 1]]
        return " ".join(_unbracketed(text).split()).strip(" ,;.:-–")


_LISTED = {"phuong", "xa", "tinh", "dac khu", "thanh pho"}
_LEVEL_WORDS = {"tinh": "tỉnh", "thanh pho": "thành phố", "phuong": "phường", "xa": "xã", "dac khu": "đặc khu", "trung uong": "Trung ương"}
_HEAD_WORDS = {fold(word): word for word in FACTS["heads"]}


def _as_head(head):
    word = _HEAD_WORDS.get(head, head)
    return word if head in _LISTED else word[:1].upper() + word[1:]


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────────────

OPENINGS = Phrases(
    "giao cho | giao | đề nghị | yêu cầu | phân công | trách nhiệm của | cơ quan chủ trì | đơn vị chủ trì | "
    "đơn vị thực hiện | cơ quan thực hiện"
)
LEADS, DIRECTS, WORKS = Phrases("chủ trì"), Phrases("chỉ đạo"), Phrases("phối hợp")
WITH = Phrases("chặt chẽ với | chặt chẽ cùng | chặt chẽ | với | cùng với | cùng")
ANSWERS = Phrases("có trách nhiệm | chịu trách nhiệm | có nhiệm vụ")
DUTIES = Phrases(
    "thực hiện các nhiệm vụ sau đây | thực hiện các nhiệm vụ sau | thực hiện một số nhiệm vụ sau | "
    "thực hiện nhiệm vụ sau | thực hiện các nhiệm vụ"
)
_NOUN_TONES = {toned(word) for word in ("sự", "chế", "tác", "tính", "việc", "định", "ước")}
FAR = 60  # words between a subject and the verb that makes it one


class Sentence:
    """Takes a duty's sentence apart: who directs, who leads, with whom, and what is to be done."""

    def __init__(self, namer, words):
        self.namer, self.words = namer, words
        self.reader = Reader(namer, words, cell=False)
        self.directing, self.lead, self.coordinators = [], [], []
        self.lead_span, self.met, self.directs = None, [], False

    def parts(self):
        """The Parts of the whole text."""
        i = self._rest(self._subject())
        self._later(i)
        words = self.words
        rest = words.text[self._start(i) :] if i < len(words) else ""
        return Parts(
            self.namer.meaning(self.lead),
            self.namer.meaning(self.coordinators),
            self.namer.meaning(self.directing),
            self.reader.printed(*self.lead_span) if self.lead_span else "",
            "; ".join(self.reader.printed(*span) for span in self.met),
            rest.strip(" ,;:-–\n"),
            self.directs,
        )

    def _start(self, i):
        """Where the rest begins in the text; a bracketed mark before it («(i)») belongs to it."""
        before = self.words.end[i - 1] if i else 0
        between = self.words.text[before : self.words.start[i]]
        bracket = between.find("(")
        return before + bracket if bracket >= 0 and i and self.words.gap[i] in {":", "."} else self.words.start[i]

    def _subject(self):
        """Reads whoever the sentence begins with; returns the word behind."""
        i = 0
        while n := OPENINGS.at(self.words, i):
            i += n
        self.reader.marks.add(";")
        items, end = self.reader.items(i)
        self.reader.marks.discard(";")
        if items and (acts := self._acts(end)) is not None:
            far = self._far(end) if acts else 0
            if far:
                items[-1] = self._stretched(items[-1], far)
                end = far
            self.lead, self.lead_span = items, (items[0].first, end)
            return end
        far = self._far(i) if self._may_be_subject(i) else 0
        if far:
            self.lead, self.lead_span = [Item(i, far, "collective", "", self.reader.printed(i, far))], (i, far)
            return far
        return i

    def _may_be_subject(self, i):
        return bool(ALL.at(self.words, i) or ROLES.at(self.words, i)) and not VERBS.at(self.words, i)

    def _acts(self, i):
        """Whether what stands behind a list of names makes it the subject: nothing, a colon, a verb. None where it does not."""
        words = self.words
        if i >= len(words) or words.gap[i] in {":", ".", ";", "\n"} or WORKS.at(words, i) or LEADS.at(words, i) or DIRECTS.at(words, i):
            return False
        if self._far(i) or VERBS.at(words, i) or LINKS.at(words, i) or self._marker(i):
            return True
        # A verb nobody listed: a body's name and small words behind it begin a sentence in no other way.
        return True if not (words.gap[i] or words.capital[i] or words.even or AND.at(words, i)) else None

    def _far(self, i):
        """The place of «có trách nhiệm» in the same sentence, near enough to belong to the names before `i`; 0 where there is none."""
        words = self.words
        for j in range(i, min(len(words), i + FAR)):
            if j > i and words.gap[j] in {".", ";", ":"}:
                return 0
            if n := ANSWERS.at(words, j):
                return j if n else 0
            if LEADS.at(words, j) and self._joint(j + 2):
                return 0
        return 0

    def _stretched(self, item, last):
        """An addressee without a unit of its own is printed up to its verb."""
        printed = self.reader.printed(item.first, last)
        if item.what in {"collective", "open"}:
            return Item(item.first, last, "collective", "", printed, item.role and printed)
        if ALL.at(self.words, item.first):
            return Item(item.first, last, item.what, item.code, printed)
        return item

    def _marker(self, i):
        """The place of «chủ trì», «phối hợp», «chỉ đạo» behind «theo chức năng, nhiệm vụ được giao», or None."""
        words = self.words
        for j in range(i, min(len(words), i + LONGEST)):
            if j > i and words.gap[j] in {".", ";", ":"}:
                return None
            if LEADS.at(words, j) or DIRECTS.at(words, j) or (WORKS.at(words, j) and self._with_whom(j) is not None):
                return j
        return None

    def _rest(self, i):
        """Reads «chỉ đạo X», «chủ trì», «phối hợp với Y» from word `i` on; returns where the duty itself begins."""
        words = self.words
        for _ in range(8):
            at = self._adverbial(i)
            if n := DIRECTS.at(words, at):
                behind = self._directed(at + n)
                if behind is None:
                    return at
                i = behind
            elif n := LEADS.at(words, at):
                i = at + n
                if not self._joint(i):
                    return i
            elif WORKS.at(words, at) and (behind := self._met_at(at)) is not None:
                return behind
            elif ((n := ANSWERS.at(words, at)) and words.tone[at] == _HAS) or (n := DUTIES.at(words, at)):
                i = at + n
            else:
                return i
        return i

    def _joint(self, i):
        """Whether «chủ trì» is followed by «, phối hợp» (or «và phối hợp»)."""
        words = self.words
        return bool(WORKS.at(words, i) or (AND.at(words, i) and WORKS.at(words, i + AND.at(words, i))))

    def _adverbial(self, i):
        """Past «theo chức năng, nhiệm vụ được giao,» and the like, where a marker follows; else `i`."""
        words = self.words
        if i < len(words) and AND.at(words, i) and WORKS.at(words, i + AND.at(words, i)):
            return i + AND.at(words, i)
        if self.lead and i < len(words) and words.tone[i] in {toned(word) for word in ("theo", "trong", "căn", "trên")}:
            return self._marker(i) or i
        return i

    def _directed(self, i):
        """Reads «chỉ đạo Bộ Công an»: returns the word behind, None where nobody in particular is told."""
        items, end = self.reader.items(i)
        if not items or any(item.what in {"collective", "open", "group"} for item in items):
            return None
        self.directing = self.directing + self.lead
        self.lead, self.lead_span, self.directs = items, (items[0].first, end), True
        return end

    def _with_whom(self, i):
        """The word where the names behind «phối hợp (chặt chẽ) (với)» at `i` begin; None where it is no such phrase."""
        words = self.words
        if i and words.tone[i - 1] in _NOUN_TONES and words.gap[i] == "":
            return None
        j = i + WORKS.at(words, i)
        n = WITH.at(words, j)
        return j + n if n or self.reader.item(j) else None

    def _met_at(self, i):
        """Reads «phối hợp với X, Y»; returns the word behind, None where nobody is named."""
        at = self._with_whom(i)
        items, end = self.reader.items(at) if at is not None else ([], 0)
        if not items:
            return None
        self.coordinators = self.coordinators + items
        self.met.append((items[0].first, end))
        return end

    def _later(self, i):
        """Further «…; phối hợp với Z» of the same duty. «Công an tỉnh chủ trì, phối hợp với …» inside speaks of somebody else's."""
        words = self.words
        while i < len(words):
            foreign = LEADS.at(words, i) and self._joint(i + 1 + 1) and i > 0 and words.gap[i] == ""
            if foreign:
                i += 2 + (1 if AND.at(words, i + 2) else 0) + 2
            elif WORKS.at(words, i) and not self._is_vague(i) and (behind := self._met_at(i)) is not None:
                i = max(behind, i + 1)
            else:
                i += 1

    def _is_vague(self, i):
        """«phối hợp các lực lượng» in the middle of a duty names nobody to work with; «phối hợp với các lực lượng» does."""
        at = i + WORKS.at(self.words, i)
        if WITH.at(self.words, at):
            return False
        item = self.reader.item(at)
        return item is None or item.what == "collective"
