"""Names nobody knows, cut out whole by their grammar."""

from .collectives import Collectives
from .phrases import (
    ALL,
    AND,
    AND_WORD,
    ANSWERS,
    AREA_LEVELS,
    BODIES,
    CLAUSE_ENDS,
    FIELDED,
    GENERICS,
    LEADS,
    LEVELS,
    LONGEST,
    NO_HEADS,
    ROLES,
    SECTOR_WORD,
    WHOLE,
    WORKS,
    as_head,
)
from .shapes import Item


class Unknowns(Collectives):
    """Reads a name that stands in no table: how far it goes, and whether it is a name at all."""

    def _unknown(self, i, head=""):
        """The Item of a name nobody knows, cut out by its grammar, or None."""
        words, size = self.words, self._is_head(i)
        if not self.cell and not size and not self._is_acronym(i):
            return None
        if size and i + size < self.n and words.gap[i + size] == "," and words.key(i, i + size) not in WHOLE:
            return None  # «Phòng, chống», «Thanh tra, kiểm tra»
        if size and (of_all := self._of_all(i, i + size)):
            return of_all
        if not self._may_be_named(i, size):
            return None
        j = self._unknown_end(i, size)
        if j == i + size and not self.cell and words.key(i, j) not in WHOLE:
            return None
        if of_level := self._of_level(i, i + size):
            return of_level
        printed = self.printed(i, j)
        if not self._is_name(i, j, size) or not any(char.isalpha() for char in printed):
            return None
        if head.startswith("=") and not size:
            printed = f"{as_head(head[1:])} {printed}"
        return Item(i, j, "name", "", printed, head=self._head(i) or head)

    def _may_be_named(self, i, size):
        """Whether a name may begin at `i`: no verb, and in a sentence something that tells it from any noun."""
        words = self.words
        if NO_HEADS.at(words, i) or (not size and self._stops(i)):
            return False
        told = words.capital[i] or self._capital_soon(i + size) or words.tone[i] == SECTOR_WORD
        return bool(self.cell or words.even or told)

    def _is_name(self, i, j, size):
        """Whether the words `i` up to `j` are a name by themselves."""
        if j - i > LONGEST or (not size and self._stops(j) and not self._is_acronym(i)):
            return False
        return self.cell or self.words.even or self._is_proper(i, j, size)

    def _is_proper(self, i, j, size):
        """Whether a name in a sentence has something of a proper name («Trung tâm Y tế»), not only a noun («Trung tâm dữ liệu»)."""
        words = self.words
        if words.tone[i] == SECTOR_WORD or (size != 1 and words.key(i, i + size) not in {"trung tam", "doanh nghiep", "cong ty"}):
            return True
        if any(words.capital[k] or words.fold[k].isdigit() or LEVELS.at(words, k) for k in range(i + max(size, 1), j)):
            return True
        return j >= self.n or bool(LEADS.at(words, j) or WORKS.at(words, j) or ANSWERS.at(words, j)) or words.gap[j] == ":" or not size

    def _unknown_end(self, i, size):
        """The word behind the name that begins at `i` with a head of `size` words."""
        words, j = self.words, i + max(size, 1)
        while j < self.n and j - i <= LONGEST:
            if words.inside[j]:
                j += 1
            elif words.gap[j] in CLAUSE_ENDS | {"/"} or (words.gap[j] == "\n" and self._begins(j)):
                break
            elif words.gap[j] == "," or words.tone[j] == AND_WORD or AND.at(words, j):
                on = self._goes_on_behind(i, j)
                if not on:
                    break
                j = on + (1 if self.cell and on < self.n and not words.gap[on] and not AND.at(words, on) else 0)
            elif fields := self._more_fields(i, j):
                j = fields
            elif closed := self._level_end(j):
                return closed
            elif self._stops(j) or self._is_another(j):
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

    def _is_another(self, j):
        """In a cell: whether behind a dash at `j` another name begins."""
        words = self.words
        return self.cell and words.gap[j] == "-" and words.capital[j] and bool(self._is_head(j) or self.is_label(j))

    def _more_fields(self, i, j):
        """The end of the fields of work at `j` in a board's or a centre's name that began at `i`, or 0."""
        words = self.words
        if j >= self.n or words.capital[j] or not words.key(i, min(i + 3, self.n)).startswith(FIELDED):
            return 0
        return self._fields_end(j)

    def _level_end(self, j):
        """In a sentence: the word behind a level at `j` that closes a name («Công an tỉnh») before small words, or 0."""
        words, n = self.words, AREA_LEVELS.at(self.words, j)
        k = j + n
        if not n or self.cell or words.even or k >= self.n or words.gap[k] or words.capital[k] or words.fold[k].isdigit():
            return 0
        return 0 if words.fold[k] in {"uy", "doan"} or words.fold[j : k + 1] == ["xa", "hoi"] or self._is_head(j) > n else k

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
        is_and = words.tone[j] == AND_WORD
        k = j + 1 if is_and else j
        if k >= self.n or words.even or not self._is_body(i):
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
            if self._split(n):
                return 0
            if words.tone[n] == AND_WORD:
                return k + 1 if n + 1 < self.n and words.capital[n + 1] and not self._is_head(n + 1) else 0
        return 0

    def _is_body(self, i):
        """Whether the name at `i` begins as an office's does, whose fields are listed with commas."""
        return any(self.words.fold[i : i + len(body)] == body for body in BODIES)

    def _begins_general(self, k):
        """Whether words without a capital speak of many («đơn vị liên quan») or act, rather than end a name («Phòng Tổ chức, biên chế»)."""
        generic = GENERICS.at(self.words, k)
        people = generic and self.words.key(k, k + generic) in {"can bo", "cong chuc", "vien chuc"}
        return bool(ALL.at(self.words, k) or (generic and not people) or self._stops(k))
