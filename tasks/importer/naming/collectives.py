"""Addressees of many: «các cơ quan, đơn vị», «UBND các xã, phường», «Bộ, ngành, địa phương liên quan»."""

from .edges import Edges
from .phrases import (
    ALL,
    AND,
    AUXILIARY,
    CLAUSE_ENDS,
    COLLECTIVE_ENDS,
    GENERICS,
    HAS_WORD,
    LEADS,
    LEVELS,
    LONGEST,
    NO_HEADS,
    RANK_WORD,
    VERBS,
)
from .shapes import Item


class Collectives(Edges):
    """Reads addressees that are many, or that the lead picks."""

    def collective(self, i):
        """«các cơ quan, đơn vị», «Bộ, ngành, địa phương liên quan»: an Item collective or open, or None."""
        words, every = self.words, ALL.at(self.words, i)
        j = i + every
        n = GENERICS.at(words, j)
        if NO_HEADS.at(words, j) > n or VERBS.at(words, j) > n:
            return None  # «Cấp phép …», «Ban hành …»
        if not n or (not every and (self._names_itself(j) or self._is_head(j) > n)):
            return None
        last = self._collective_end(i, j + n)
        left_open = "lien quan" in words.key(i, last).replace(",", "")
        if not every and not left_open and self._is_single(i, last):
            return None
        return Item(i, last, "open" if left_open else "collective", "", self.printed(i, last))

    def _collective_end(self, i, j):
        """The word behind the collective that begins at `i` and is read up to `j`."""
        words, limit = self.words, min(self.n, i + LONGEST)
        while j < limit:
            if words.gap[j] in {",", "/", "\n", "-"} or AND.at(words, j):
                k = j + AND.at(words, j)
                n = GENERICS.at(words, k)
                if self._names_itself(k) or (not n and not self._runs_on(k)):
                    break  # «và các …» begins another addressee
                j = k + (n or 1)
            elif words.gap[j] in CLAUSE_ENDS or words.fold[j - 2 : j] == ["lien", "quan"] or self._verb_follows(j):
                break
            else:
                j += 1
        return j

    def _runs_on(self, k):
        """In a cell: whether small words behind a comma still describe the collective."""
        words = self.words
        return self.cell and k < self.n and not words.capital[k] and not words.even and not self._begins(k) and not self._stops(k)

    def _is_single(self, i, j):
        """Whether words without «các» are too few to be a collective: «ban», «tổ chức …» as a verb."""
        separate = any(self.words.gap[k] in {",", "/"} or AND.at(self.words, k) for k in range(i + 1, j))
        return not separate and bool(not self.cell or NO_HEADS.at(self.words, i))

    def _verb_follows(self, j):
        """Whether the collective ends at `j`, where a verb begins."""
        words = self.words
        if words.tone[j] == HAS_WORD and (words.fold[j + 1 : j + 2] in (["lien"], ["tham"], ["chuc"]) or self._only_described(j)):
            return False
        if words.stands_out(j):
            return False
        if self.cell:
            return bool(COLLECTIVE_ENDS.at(words, j))
        return bool(VERBS.at(words, j) or COLLECTIVE_ENDS.at(words, j)) or words.tone[j] in AUXILIARY

    def _only_described(self, j):
        """Whether «có hồ chứa» at `j` ends the list: no verb before the next mark."""
        words = self.words
        for k in range(j + 1, min(self.n, j + 6) + 1):
            if k >= self.n or words.gap[k]:
                return k >= self.n or words.gap[k] in {".", ";"}
            if VERBS.at(words, k) or LEADS.at(words, k):
                return False
        return False

    def _goes_on(self, last):
        """Whether a collective names more behind a comma: «các cơ quan, đơn vị» + «, địa phương»."""
        if last >= self.n or not (self.words.gap[last] == "," or AND.at(self.words, last)):
            return False
        j = last + AND.at(self.words, last)
        return bool(GENERICS.at(self.words, j)) and not self._names_itself(j)

    def _of_all(self, i, last):
        """«UBND các xã, phường»: the Item of one body of many areas, or None."""
        every = ALL.at(self.words, last)
        if not every or self._split(last) or not GENERICS.at(self.words, last + every):
            return None
        whole = self.collective(last)
        return Item(i, whole.last, whole.what, "", self.printed(i, whole.last))

    def _of_level(self, i, last):
        """«UBND cấp xã»: the Item of one body of many areas, or None."""
        words = self.words
        if last + 1 < self.n and words.tone[last] == RANK_WORD and not words.gap[last] and (n := LEVELS.at(words, last + 1)):
            return Item(i, last + 1 + n, "collective", "", self.printed(i, last + 1 + n))
        return None
