"""One issuer's eyes: the names it means by a text."""

import re
import unicodedata
from itertools import zip_longest

from orgunits.models import STEP

from .guesses import Guesses
from .lists import Reader
from .phrases import AREA_BODIES, CLAUSE_ENDS
from .roles import split_roles
from .sentences import Sentence
from .shapes import Named, Parts
from .words import Words, key_of, plain, toned

# «1.», «a)», «-» before the words
_MARK = re.compile(r"\s*(?:(?:[-–+•*]|\d+(?:\.\d+)*[.)/]|\d+\.\d+|[a-zđ][.)]|[IVX]+[.)\-–])\s*){1,2}(?=\S)")
_ALSO = re.compile(r"cũng dùng cho «([^»]+)»")


class Table(dict):
    """Keys of names → [(what, code, toned words)]."""

    def __init__(self):
        super().__init__()
        self._sizes = {}  # the first two words of a name → how many words it may have

    def put(self, key, what, code, tones):
        if not key:
            return
        for form in {key, key.replace(",", "")}:
            row = self.setdefault(form, [])
            if not any(entry[1] == code for entry in row):
                row.append((what, code, tones))
            words = form.split(" ")
            self._sizes.setdefault(_opening(words), set()).add(len(words))

    def sizes(self, words):
        """How many words the names have that may begin with the folded `words`."""
        return self._sizes.get(_opening(words[:1]), set()) | self._sizes.get(_opening(words), set())


def _opening(words):
    return " ".join(words[:2]).replace(",", "")


class Namer:
    """Reads names as one issuer means them: its own area's bodies first, then those of the areas above, then everybody's."""

    def __init__(self, directory, issuer):
        self.directory = directory
        self.chain = directory.chain(issuer)
        self.province = self.chain[-2] if len(self.chain) > 1 else ""  # its path
        self.own = Table()
        self.bare, self.openings = {}, set()
        for rank, path in enumerate(self.chain):
            for key, code, tones in directory.loose.get(path, ()):
                if (rank == 0 or _climbs(tones)) and key not in self.own:
                    self.own.put(key, "unit", code, tones)
        self._gather_groups()
        self._gather_neighbours()
        self.guesses = Guesses(self)

    def _gather_groups(self):
        own = self.chain[0] if self.chain else None
        for code, words, rule, path in self.directory.groups:
            area = self.directory.at_path.get(path)
            if area and own and own == area.seat:
                for form in [words, *_ALSO.findall(unicodedata.normalize("NFC", rule))]:
                    key, tones = key_of(form)
                    self.own.put(key, "group", code, tones)

    def _gather_neighbours(self):
        """Names of areas without their level, as lists write them: provinces, and the wards of the issuer's province."""
        for key, rows in self.directory.bare.items():
            near = [(unit.code, tones) for unit, tones in rows if self._is_neighbour(unit)]
            if near:
                self.bare[key] = near
                self.openings.add(near[0][1][0])

    def _is_neighbour(self, unit):
        depth = len(unit.path) // STEP
        return depth == 2 or (depth == 3 and self.is_near(unit.code))

    def find(self, words, i, head=""):
        """The longest known name at word `i`, with `head` («so») read before it: (words taken, what, code), or None."""
        if i >= len(words):
            return None
        heading = head.split()
        before, opening = len(heading), heading + words.fold[i : i + 2]
        sizes = self.own.sizes(opening) | self.directory.fixed.sizes(opening)
        for size in sorted(sizes, reverse=True):
            n = size - before
            if n < 1 or i + n > len(words) or (i + n < len(words) and words.inside[i + n]):
                continue
            if any(words.gap[k] in CLAUSE_ENDS for k in range(i + 1, i + n)):
                continue
            key = f"{head} {words.key(i, i + n)}".strip()
            if found := self._known(key, tuple(words.tone[i : i + n]), words.bare):
                return n, *found
        return None

    def _known(self, key, tones, bare):
        for table in (self.own, self.directory.fixed):
            strictly = key.startswith(AREA_BODIES)  # «UBND phường chủ trì» is not that of phường Chũ
            fitting = [row for row in table.get(key, ()) if _fits(tones, row[2], bare, strictly)]
            exact = [row for row in fitting if row[2][-len(tones) :] == tones] or fitting
            units = [row for row in exact if row[0] != "name"] or exact
            near = [row for row in units if self.is_near(row[1])] if len(units) > 1 else units
            if len(near) == 1:
                return near[0][:2]
        return None

    def is_near(self, code):
        """Whether a unit is of the issuer's province."""
        unit = self.directory.units.get(code)
        return bool(unit and self.province and unit.path.startswith(self.province))

    def neighbour(self, words, i, n):
        """The code of the province or fellow ward whose bare name these words are, or ""."""
        printed, rows = tuple(words.tone[i : i + n]), self.bare.get(words.key(i, i + n), ())
        codes = [code for code, tones in rows if words.bare or printed == tones]
        return codes[0] if len(codes) == 1 else ""

    def name(self, words):
        """The Named of a cell of leads or coordinators: «UBND, UBMTTQ Việt Nam phường, các tổ chức chính trị - xã hội phường»."""
        items, _ = Reader(self, Words(words)).items(0)
        return self.meaning(items)

    def cell(self, words):
        """The Parts of a unit cell that may tell leads from coordinators: «Chủ trì: A⏎Phối hợp: B», «CT: A; PH: B», «A (chủ trì); B».

        Where it does not, everybody in it leads. Only lead, coordinators and their words are filled.
        """
        lead, met = split_roles(unicodedata.normalize("NFC", words))
        return Parts(lead=self.name(lead), coordinators=self.name(met), lead_words=lead, coordinator_words=met)

    def sentence(self, words):
        """The Parts of a duty's sentence or of a heading."""
        text = unicodedata.normalize("NFC", words)
        mark = _MARK.match(text)
        return Sentence(self, Words(text[mark.end() :] if mark else text)).parts()

    def meaning(self, items):
        """The Named of a list of Items."""
        kept = {"unit": {}, "group": {}, "name": {}, "collective": {}, "open": {}}  # dicts keep the printed order, each entry once
        names, proposals = {}, {}
        for item in items:
            what, code = item.what, item.code
            names[item.role or item.printed] = True
            if what == "name":
                code, proposal = self.guesses.of(item.printed)
                what = "unit" if code else "name"
                proposals |= {proposal: True} if proposal else {}
            kept[what][code or item.printed] = True
        return Named(
            units=tuple(kept["unit"]),
            names=tuple(names),
            groups=tuple(kept["group"]),
            role=next((item.role for item in items if item.role), ""),
            unknown=tuple(kept["name"]),
            collective=tuple(kept["collective"]),
            open=tuple(kept["open"]),
            proposals=tuple(proposals),
        )


_LEVEL_TONES = {toned(word) for word in ("tỉnh", "phường", "xã", "đặc", "phố")}
_DEPARTMENT, _CITY_PARTY, _SOCIETY = (toned("sở"),), (toned("thành"), toned("ủy")), toned("hội")


def _climbs(tones):
    """Whether a relative name may mean a level above the issuer's own: it says its level («UBND tỉnh») or has it in its name («Sở …»)."""
    says_level = any(tone in _LEVEL_TONES and follows != _SOCIETY for tone, follows in zip_longest(tones, tones[1:]))
    return says_level or tones[:1] == _DEPARTMENT or tones[:2] == _CITY_PARTY


def _fits(printed, meant, bare, strictly):
    """Whether printed words are the meant ones but for lost accents, and at most one wrong accent in four words, none if `strictly`."""
    meant = meant[-len(printed) :]
    wrong = sum(a not in _spellings(b) for a, b in zip(printed, meant, strict=False))
    return bare or wrong <= (0 if strictly else len(printed) // 4)


def _spellings(tone):
    """A toned word, and as it reads where the tone or every accent was lost."""
    letters = tone.rstrip("12345")
    return {tone, letters, plain(letters)}
