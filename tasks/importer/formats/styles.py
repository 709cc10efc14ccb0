"""What a Word paragraph or run looks like: its own properties, else those of its styles, else the document's."""

from dataclasses import dataclass
from functools import lru_cache

from tasks.importer import legacy
from tasks.importer.formats.package import attribute, local

RUNS_KEPT = 2_000  # different looks remembered
DEPTH = 12  # styles based on styles; Word itself stops at 10


@dataclass(frozen=True)
class Look:
    """A paragraph: `number` is (list id, level or None where its style says) or None, `heading` its outline level.

    `ends_page` is True where a section, and with it a page, ends behind it.
    """

    style: str = ""
    number: tuple[str, int | None] | None = None
    heading: int | None = None
    centred: bool = False
    mark_deleted: bool = False
    ends_page: bool = False


@dataclass(frozen=True)
class Run:
    """A run: `font` is (legacy encoding or None, letters of a capital font, small letters printed as capitals)."""

    bold: bool
    hidden: bool
    font: tuple


class Styles:
    def __init__(self, root):
        self.by_id, self.default, self.fallback, self.runs = {}, "", None, {}
        for style in () if root is None else root:
            if local(style) == "style":
                self.by_id[attribute(style, "styleId", "")] = style
                if attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on"):
                    self.default = attribute(style, "styleId", "")
            elif local(style) == "docDefaults":
                self.fallback = child(child(style, "rPrDefault"), "rPr")
        self.chain = lru_cache(maxsize=None)(self._chain)

    def _chain(self, name):
        """The styles `name` rests on, nearest first."""
        found = []
        while name in self.by_id and self.by_id[name] not in found and len(found) < DEPTH:
            found.append(self.by_id[name])
            name = value(child(found[-1], "basedOn"), "")
        return tuple(found)

    def paragraph(self, node):
        own = child(node, "pPr")
        style = value(child(own, "pStyle"), "") or self.default
        sources = [own, *(child(each, "pPr") for each in self.chain(style))]
        mark, section = child(own, "rPr"), child(own, "sectPr")
        return Look(
            style=style,
            number=_number(sources),
            heading=self._heading(sources, style),
            centred=next((value(each) for each in _named(sources, "jc")), "") in ("center", "centre"),
            mark_deleted=child(mark, "del") is not None or child(mark, "moveFrom") is not None,
            ends_page=section is not None and value(child(section, "type"), "nextPage") != "continuous",
        )

    def _heading(self, sources, style):
        """0 for the highest; by the outline level, else by a style called «heading 1»."""
        for level in _named(sources, "outlineLvl"):
            depth = value(level, "9")
            return int(depth) if depth.isdecimal() and int(depth) < 9 else None
        for each in self.chain(style):
            name = value(child(each, "name"), "").lower()
            if name.startswith("heading ") and name[8:].isdecimal():
                return max(0, int(name[8:]) - 1)
        return None

    def run(self, node, look):
        """The Run of w:r `node` in a paragraph of this `look`; most runs of a document look like a few others."""
        own = child(node, "rPr")
        key = look.style, () if own is None else tuple((each.tag, *each.items()) for each in own)
        if key not in self.runs:
            if len(self.runs) > RUNS_KEPT:
                self.runs.clear()
            self.runs[key] = self._run(own, look)
        return self.runs[key]

    def _run(self, own, look):
        named = value(child(own, "rStyle"), "")
        sources = [own, *(child(each, "rPr") for each in self.chain(named)), *(child(each, "rPr") for each in self.chain(look.style))]
        sources.append(self.fallback)
        font = next(filter(None, (attribute(fonts, kind) for fonts in _named(sources, "rFonts") for kind in ("ascii", "hAnsi"))), "")
        encoding, capitals = legacy.encoding_of_font(font), legacy.is_capital_font(font)
        return Run(
            bold=_first_is_on(sources, "b"),
            hidden=_first_is_on(sources, "vanish"),
            font=(encoding, capitals, _first_is_on(sources, "caps")),
        )


def child(node, name):
    return None if node is None else next((each for each in node if local(each) == name), None)


def value(node, default=""):
    return default if node is None else attribute(node, "val", default)


def is_on(node):
    """A switch: there and not said to be off."""
    return node is not None and value(node, "1").lower() not in ("0", "false", "off")


def _named(sources, name):
    return [found for found in (child(source, name) for source in sources) if found is not None]


def _first_is_on(sources, name):
    return is_on(next(iter(_named(sources, name)), None))


def _number(sources):
    """(list id, level): each may stand in another place, «0» takes the paragraph out of its style's list."""
    number = level = None
    for properties in _named(sources, "numPr"):
        number = number if number is not None else value(child(properties, "numId"), None)
        level = level if level is not None else value(child(properties, "ilvl"), None)
    if number in (None, "", "0"):
        return None
    return number, min(int(level), 8) if level and level.isdecimal() else None
