"""Where a name may begin and end."""

from .phrases import ALL, AND, AREA_LEVELS, FIELDS, GENERICS, HEADS, LED_BY, LEVELS, LINKS, MET_BY, NO_HEADS, ROLES, SPLIT, VERBS
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
        if i and words.gap[i] == "" and words.fold[i] in {"uy", "doan"} and words.fold[i - 1] in {"tinh", "thanh"}:
            return False  # «Tỉnh ủy» is not «Tỉnh»
        if words.gap[i] in {",", ";", ".", ":", "/"} or AND.at(words, i) or self._stops(i):
            return True
        if words.gap[i] in {"\n", "-"} and self._begins(i):
            return True
        if words.gap[i] == "" and AREA_LEVELS.at(words, i) and words.fold[i : i + 2] != ["xa", "hoi"]:
            return False  # the province's «UBND» is not «UBND xã»
        return not self.cell and not strictly and not words.capital[i]

    def _begins(self, i):
        """Whether a new name begins at `i`."""
        return bool(
            self._is_head(i) or self.is_label(i) or ALL.at(self.words, i) or ROLES.at(self.words, i) or self.namer.find(self.words, i)
        )

    def is_label(self, i):
        """Whether «Chủ trì:», «Cơ quan phối hợp:» stands at `i`."""
        n = LED_BY.at(self.words, i) or MET_BY.at(self.words, i)
        return bool(n and i + n < self.n and self.words.gap[i + n] == ":")

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
        if words.fold[i : i + 2] == ["chi", "nhanh"] and self._capital_soon(i + 2):
            i += 2
        if i < self.n and words.gap[i] in {"", "-"} and not self._stops(i) and (n := LEVELS.at(words, i)):
            if words.fold[i] == "xa" and words.fold[i + 1 : i + 2] == ["hoi"]:
                return i
            i += n
        while i < self.n and words.gap[i] == "" and (words.stands_out(i) or words.fold[i].isdigit()):
            i += 1
        return i

    def _fields_end(self, j):
        """The word behind the fields of work at `j` that close a name («… đầu tư xây dựng các công trình giao thông»), or 0.

        They are words of a name, not its verb, where a verb, a mark, a level or nothing follows them.
        """
        words, k = self.words, j
        while k < self.n and (k == j or words.gap[k] in {"", "-"}):
            n = FIELDS.at(words, k) or (AND.at(words, k) and FIELDS.at(words, k + AND.at(words, k)) and AND.at(words, k))
            if not n:
                break
            k += n
        closed = k >= self.n or words.gap[k] not in {"", "-"} or self._stops(k) or LEVELS.at(words, k) or AND.at(words, k)
        return k if k > j and closed else 0

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
