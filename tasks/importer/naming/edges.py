"""Where a name may begin and end."""

from .phrases import ALL, AND, GENERICS, HEADS, LEVELS, LINKS, NO_HEADS, ROLES, SPLIT, VERBS
from .words import is_syllable, plain, unbracketed


class Edges:
    """What stands at a word of a text. A cell is nothing but names; in a sentence a list of names ends where the verb begins."""

    def __init__(self, namer, words, *, cell=True):
        self.namer, self.words, self.cell = namer, words, cell
        self.n = len(words)

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

    def _begins(self, i):
        """Whether a new name begins at `i`."""
        return bool(self._is_head(i) or ALL.at(self.words, i) or ROLES.at(self.words, i) or self.namer.find(self.words, i))

    def _stops(self, i):
        """Whether a verb or a linking word stands at `i`."""
        return bool((VERBS.at(self.words, i) or LINKS.at(self.words, i)) and not self.words.stands_out(i))

    def _split(self, i):
        return i >= self.n or self.words.gap[i] in SPLIT

    def _is_head(self, i):
        """How many words at `i` are a head («Sở», «Văn phòng») and no verb or noun that begins alike; 0 where none is."""
        n = HEADS.at(self.words, i)
        return 0 if NO_HEADS.at(self.words, i) else n

    def _head(self, i):
        """The folded head at `i`, or ""."""
        n = HEADS.at(self.words, i)
        return self.words.key(i, i + n) if n else ""

    def _names_itself(self, i):
        """Whether a name of its own begins at `i`: a generic noun followed by a capital («Bộ Công an»), or a unit."""
        words = self.words
        n = GENERICS.at(words, i) or 1
        if i + n < self.n and words.gap[i + n] == "" and words.stands_out(i + n):
            return True
        match = self.namer.find(words, i)
        return bool(match and match[1] == "unit" and match[0] > n)

    def _with_place(self, i):
        """The word behind «tỉnh Lâm Đồng», «phường», «Việt Nam» that follow a body's name."""
        words = self.words
        if i < self.n and words.gap[i] in {"", "-"} and (n := LEVELS.at(words, i)):
            if words.fold[i] == "xa" and words.fold[i + 1 : i + 2] == ["hoi"]:
                return i
            i += n
        while i < self.n and words.gap[i] == "" and (words.stands_out(i) or words.fold[i].isdigit()):
            i += 1
        return i

    def _capital_soon(self, i):
        return i < self.n and self.words.gap[i] in {"", "-"} and (self.words.capital[i] or bool(LEVELS.at(self.words, i)))

    def _is_acronym(self, i):
        """A firm by its letters: VNPT, FPT."""
        word = self.words.text[self.words.start[i] : self.words.end[i]]
        return len(word) > 2 and word.isupper() and not self.words.even and not is_syllable(plain(word))

    def printed(self, first, last):
        """Words `first` up to `last` as printed, without brackets, on one line."""
        text = self.words.text[self.words.start[first] : self.words.end[last - 1]]
        return " ".join(unbracketed(text).split()).strip(" ,;.:-–")
