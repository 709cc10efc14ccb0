"""Names nobody knows that may be units badly printed."""

import re
from functools import cached_property

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from orgunits.models import STEP
from orgunits.words import fold

from .phrases import AREA_BODIES, LEVELS
from .words import FACTS, Words, is_syllable, key_of

NEAR = 0.84  # likeness from which an unknown name is proposed for a unit
GUESSES = 100  # unknown names of one text that are compared with the units; the rest are just unknown


class Guesses:
    """What one Namer makes of the names it does not know."""

    def __init__(self, namer):
        self.namer, self.directory = namer, namer.directory
        self._guessed = {}

    def of(self, name):
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
        sure = sure or {code for form, code in self._candidates if self._slipped(key, form)}
        if len(sure) == 1:
            return sure.pop(), None
        return "", self._proposal(name, key)

    def _proposal(self, name, key):
        """(name, code, likeness) of the area a body belongs to, else of the nearest unit of the same sort at the same level, or None."""
        words = Words(name)
        for i in range(1, len(words)):
            match = self.namer.find(words, i) if LEVELS.at(words, i) else None
            if match and match[0] > 1 and i + match[0] == len(words) and self._is_area(match):
                return name, match[2], round(fuzz.ratio(key, words.key(i, len(words))) / 100, 2)
        found = process.extract(key, self._forms, scorer=fuzz.ratio, score_cutoff=100 * NEAR, limit=5)
        near = ((likeness, at) for form, likeness, at in found if _sort(form) == _sort(key))
        return next(((name, self._candidates[at][1], round(likeness / 100, 2)) for likeness, at in near), None)

    def _is_area(self, match):
        _, what, code = match
        return what == "unit" and self.directory.units[code].is_area

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
        return 0 < len(wrong) <= max(1, len(meant) // 4) and all(self._is_slip(a, b) for a, b in wrong)

    def _is_slip(self, printed, meant):
        is_a_word = is_syllable(printed) or printed in self.directory.syllables
        return not is_a_word and len(meant) > 1 and Levenshtein.distance(printed, meant) == 1

    @cached_property
    def _candidates(self):
        """[(folded name, code)] near enough to be meant: own relative names, every body's full name, areas of the issuer's province."""
        own, fixed = self.namer.own, self.directory.fixed
        near = {(key, row[0][1]) for key, row in own.items() if row[0][0] == "unit" and " " in key}
        near |= {(key, code) for key, rows in fixed.items() for what, code, _ in rows if what == "unit" and self._may_be_meant(key, code)}
        return sorted((key, code) for key, code in near if "," not in key)

    @cached_property
    def _forms(self):
        return [key for key, _ in self._candidates]

    def _may_be_meant(self, key, code):
        unit = self.directory.units[code]
        if unit.is_area and key.startswith(AREA_BODIES):
            return False  # «UBND tỉnh» of nobody in particular is as near to every province
        return not unit.is_area or len(unit.path) <= 2 * STEP or self.namer.is_near(code)


_HEADS_PLAIN = {fold(head) for head in FACTS["heads"]}
_LEVELS_PLAIN = re.compile(r"\b(tinh|thanh pho|phuong|xa(?! hoi)|dac khu|trung uong)\b")


def _sort(key):
    """What two names must share to be mistaken for each other: the head («so», «bo») and the level."""
    first = key.split(" ")[0]
    return first if first in _HEADS_PLAIN else "", frozenset(_LEVELS_PLAIN.findall(key))
