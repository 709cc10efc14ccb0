"""A text as words: folded, toned, with the marks between them; the keys by which names are known."""

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from orgunits.words import TONES, fold

FACTS = json.loads((Path(__file__).parent / "known_names.json").read_text(encoding="utf-8"))


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


def unbracketed(text):
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
        self._read(unbracketed(self.text))
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

    def stands_out(self, i):
        """Whether word `i` has a capital, in a text where that tells something."""
        return self.capital[i] and not self.even

    def key(self, first, last):
        """The key of the words `first` up to `last`: folded, with the commas between them."""
        parts = [self.fold[first]] if first < last else []
        for n in range(first + 1, last):
            parts.append(", " if self.gap[n] == "," else " ")
            parts.append(self.fold[n])
        return "".join(parts)


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


SHORT = {form: long for short, long in FACTS["abbreviations"].items() for form in (short, fold(short))}


def key_of(phrase):
    """(folded key, toned words) of a name: «Sở Văn hóa, Thể thao» → («so van hoa, the thao», …)."""
    words = Words(phrase)
    return words.key(0, len(words)), tuple(words.tone)


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
