"""Word's automatic numbers as they are printed: «1.», «a)», «II.», «1.2.», «-». Structure: ECMA-376 part 1, 17.9."""

import re
from dataclasses import dataclass

from tasks.importer.formats.package import attribute, local
from tasks.importer.formats.styles import child, is_on, value
from tasks.importer.formats.tidy import bullet, clean

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"))
_ROMAN += ((4, "iv"), (1, "i"))
_DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


@dataclass(frozen=True)
class Level:
    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    legal: bool = False  # every number in it Arabic
    restart: int | None = None
    style: str = ""  # the paragraph style that stands for this level


class Numbering:
    """Counts as Word does: lists of one abstract definition go on from each other unless a list restarts itself."""

    def __init__(self, root):
        self.abstract, self.lists, self.counts, self.begun = {}, {}, {}, set()
        nodes, links = [] if root is None else list(root), {}
        for node in nodes:
            if local(node) == "abstractNum":
                name = attribute(node, "abstractNumId", "")
                self.abstract[name] = _levels(node)
                links[value(child(node, "styleLink"))] = self.abstract[name]
        for node in nodes:  # a definition that only names a list style holds the levels of that style's own
            if local(node) == "abstractNum" and child(node, "numStyleLink") is not None:
                self.abstract[attribute(node, "abstractNumId", "")] = links.get(value(child(node, "numStyleLink")), {})
        for node in nodes:
            if local(node) == "num":
                self.lists[attribute(node, "numId", "")] = (value(child(node, "abstractNumId")), _overrides(node))

    def label(self, number, style=""):
        """(label, level) of the next paragraph of list `number` = (list id, level or None for its `style`'s); ("", None) for none."""
        if number is None or number[0] not in self.lists:
            return "", None
        name, level = number
        abstract, (starts, changed) = self.lists[name]
        levels = self.abstract.get(abstract, {}) | changed
        if level is None:
            level = next((at for at, each in levels.items() if style and each.style == style), 0)
        counts = self.counts.setdefault(abstract, {})
        if (name, level) not in self.begun and level in starts:
            counts[level] = starts[level] - 1
        self.begun.add((name, level))
        here = levels.get(level, Level())
        counts[level] = counts.get(level, here.start - 1) + 1
        for deeper in [deeper for deeper in counts if deeper > level and _restarts(levels.get(deeper, Level()), deeper, level)]:
            del counts[deeper]
        return _written(levels, counts, level), level


def _restarts(deeper, at, level):
    """Whether a number at `level` starts the `deeper` one anew: the default, unless told 0 or a higher level only."""
    return deeper.restart is None or (deeper.restart != 0 and level < deeper.restart and level < at)


def _levels(node):
    return {_whole(attribute(each, "ilvl")): _level(each) for each in node if local(each) == "lvl"}


def _level(node):
    form = child(node, "numFmt")
    if form is None:  # Word wraps formats newer than 2007 into a choice
        form = next((found for found in node.iter("{*}numFmt")), None)
    restart = child(node, "lvlRestart")
    return Level(
        start=_whole(value(child(node, "start"), "1"), 1),
        form=value(form, "decimal"),
        pattern=value(child(node, "lvlText"), ""),
        legal=is_on(child(node, "isLgl")),
        restart=None if restart is None else _whole(value(restart, "0")),
        style=value(child(node, "pStyle"), ""),
    )


def _overrides(node):
    """({level: number a list starts at}, {level: Level it redefines})."""
    starts, changed = {}, {}
    for each in node:
        if local(each) == "lvlOverride":
            level = _whole(attribute(each, "ilvl"))
            if child(each, "startOverride") is not None:
                starts[level] = _whole(value(child(each, "startOverride"), "1"), 1)
            if child(each, "lvl") is not None:
                changed[level] = _level(child(each, "lvl"))
    return starts, changed


def _whole(text, default=0):
    return int(text) if re.fullmatch(r"\d{1,6}", text or "") else default


def _written(levels, counts, level):
    here = levels.get(level, Level())
    if here.form == "none":
        return clean(re.sub(r"%\d", "", here.pattern))
    if here.form == "bullet":
        return bullet(here.pattern) if here.pattern.strip() else ""

    def number(found):
        at = int(found[1]) - 1
        form = levels.get(at, Level()).form
        return spell(counts.get(at, levels.get(at, Level()).start), "decimal" if here.legal else form)

    return clean(re.sub(r"%([1-9])", number, here.pattern))


def spell(number, form):
    """`number` the way `form` (a numFmt) writes it."""
    if form in ("lowerLetter", "upperLetter"):
        letters = LETTERS[(number - 1) % 26] * min((number - 1) // 26 + 1, 9)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman"):
        return _roman(number).upper() if form == "upperRoman" else _roman(number)
    if form == "decimalZero":
        return f"{number:02}"
    if form in ("none", "bullet"):
        return ""
    if form in ("vietnameseCounting", "cardinalText", "ordinalText") and 0 <= number < 10:
        return _DIGITS[number]
    return str(number)


def _roman(number):
    found = ""
    for size, sign in _ROMAN:
        while 0 < size <= number <= 9999:
            found, number = found + sign, number - size
    return found
