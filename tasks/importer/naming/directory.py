"""The units in force under all their names; who speaks in the heading of a paper."""

import re
import unicodedata
from dataclasses import dataclass

from orgunits.models import AREAS, PREFIX, STEP, AddresseeGroup, Alias, Kind, OrgUnit

from .lists import Reader
from .namer import Namer, Table
from .phrases import AREA_BODIES
from .words import FACTS, Words, key_of


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

    @property
    def seat(self):
        """The path of the area it is or stands in, "" for none."""
        return self.path if self.is_area else self.area


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
        for unit in units:
            if unit.kind in PREFIX:
                self._let_answer(unit)
        for name in FACTS["names"]:
            key, tones = key_of(name)
            self.fixed.put(key, "name", "", tones)
        self.syllables = {word for key in self.fixed for word in key.replace(",", "").split()}

    @classmethod
    def read(cls):
        """The Directory of the database as it is now."""
        rows = OrgUnit.objects.filter(valid_to=None).order_by("path").values_list("code", "kind", "name", "path", "area__path")
        units = [Unit(code, kind, name, path, area or "") for code, kind, name, path, area in rows]
        aliases = {}
        for code, name in Alias.objects.filter(unit__valid_to=None).order_by("id").values_list("unit__code", "name"):
            aliases.setdefault(code, []).append(name)
        groups = list(AddresseeGroup.objects.filter(made_from=None).order_by("id").values_list("code", "words", "rule", "owner__path"))
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
        area_name, area_tones = key_of(area.name) if area else ("", ())
        prefix = PREFIX.get(area.kind, "") if area else ""
        level, level_tones = key_of(prefix) if prefix else ("", ())
        full, tones = key_of(unit.name)
        self.fixed.put(full, "unit", unit.code, tones)
        base = _without(_without(full, area_name), level)
        for form, form_tones in _variants(base, tones[: len(base.split())], unit.kind):
            if level and form != full:
                self.fixed.put(f"{form} {level} {area_name}", "unit", unit.code, form_tones + level_tones + area_tones)
                self.fixed.put(f"{form} {area_name}", "unit", unit.code, form_tones + area_tones)
                self._loosen(unit.area, form, unit.code, form_tones)
                self._loosen(unit.area, f"{form} {level}", unit.code, form_tones + level_tones)
        for alias in self.aliases.get(unit.code, ()):
            key, tones = key_of(alias)
            self._put(key, tones, unit, absolute=area_name in key if level else not _cut_short(key, full))

    def _let_answer(self, area):
        """Where an area has no people's committee or no Party committee of its own here, the area answers to that name."""
        level, level_tones = key_of(PREFIX[area.kind])
        name, name_tones = key_of(area.name)
        known = {key for key, *_ in self.loose.get(area.path, ())}
        for body, tones in (_GOVERNMENT, _PARTY.get(area.kind, _WARD_PARTY)):
            if body in known:
                continue
            self._loosen(area.path, body, area.code, tones)
            if body.split()[0] != level:
                self._loosen(area.path, f"{body} {level}", area.code, tones + level_tones)
            self.fixed.put(f"{body} {level} {name}", "unit", area.code, tones + level_tones + name_tones)
            if area.kind in _PARTY:
                self.fixed.put(f"{body} {name}", "unit", area.code, tones + name_tones)

    def _put(self, key, tones, unit, *, absolute):
        if absolute:
            self.fixed.put(key, "unit", unit.code, tones)
        else:
            self._loosen(unit.seat, key, unit.code, tones)

    def _loosen(self, path, key, code, tones):
        self.loose.setdefault(path, []).append((key, code, tones))

    def chain(self, code):
        """Paths of the areas over a unit, its own area first, the Centre last."""
        unit = self.units.get(code)
        path = unit.seat if unit else ""
        return [path[:end] for end in range(len(path), 0, -STEP)]

    def seen_from(self, issuer):
        """The Namer that reads relative names as `issuer` means them; None knows only names that mean the same everywhere."""
        if issuer not in self._seen:
            self._seen[issuer] = Namer(self, issuer if issuer in self.units else None)
        return self._seen[issuer]

    def area(self, words, *, place=""):
        """The code of the area that speaks in the heading of a paper: the smallest one named there, else the place of signing."""
        seats = [self.units[code].seat for code in self._mentioned(words) if self.units[code].seat]
        if seats:
            return self.at_path[max(seats, key=len)].code
        head = re.split(r",|\bngày\b", unicodedata.normalize("NFC", place), maxsplit=1)[0]
        key = key_of(head)[0]
        named = [unit.code for unit, _ in self.bare.get(key, ())] or [row[1] for row in self.fixed.get(key, ()) if row[0] == "unit"]
        return named[0] if len(named) == 1 and self.units[named[0]].is_area else None

    def _mentioned(self, words):
        reader = Reader(self.seen_from(None), Words(words))
        return [code for _, _, what, code in reader.known_all() if what == "unit"]

    def issuer(self, words, *, place=""):
        """The code of the body that issues a paper with this heading («BAN CHỈ ĐẠO … PHƯỜNG BA NGÒI») signed at `place`, or None.

        «ỦY BAN NHÂN DÂN TỈNH …» of an area that has no such body here is the area's own code, where one area alone is meant.
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
        first, last, what, code = found[-1]
        if what != "unit" or last < len(reader.words):
            return None
        return code if not self.units[code].is_area or reader.words.key(first, last).startswith(AREA_BODIES) else None


_GOVERNMENT, _WARD_PARTY = key_of("ủy ban nhân dân"), key_of("đảng ủy")
_PARTY = {Kind.PROVINCE: key_of("tỉnh ủy"), Kind.CITY: key_of("thành ủy")}
_MOTTO = re.compile(
    r"đảng\s+cộng\s+sản\s+việt\s+nam|cộng\s+h(òa|oà)\s+xã\s+hội\s+chủ\s+nghĩa\s+việt\s+nam"
    r"|độc\s+lập\s*[-–]\s*tự\s+do\s*[-–]\s*hạnh\s+phúc|\*+|_{2,}|-{3,}",
    re.IGNORECASE,
)


def _without(key, tail):
    """`key` less `tail` at its end."""
    return key[: -len(tail) - 1] if tail and key.endswith(f" {tail}") else key


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
