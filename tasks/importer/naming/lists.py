"""Lists of names: a cell of leads or coordinators, or the names in a sentence."""

from orgunits.words import fold

from .phrases import (
    ALL,
    AND,
    AREA_LEVELS,
    BODIES,
    GENERICS,
    HEADS,
    LEVEL_WORDS,
    LISTED,
    LONGEST,
    NO_HEADS,
    NOISE,
    PLACE_END,
    ROLES,
    SHARED,
    TITLES,
    as_head,
)
from .shapes import Item
from .unknown import Unknowns
from .words import FACTS

AREAS_HEAD = "=areas"  # what stands over the names of «UBND các xã: …»


class Reader(Unknowns):
    """Reads a list of names. A cell is nothing but names; in a sentence the list ends where the verb begins."""

    over = None  # what each name under «UBND các xã: …» stands under

    def known_all(self):
        """[(first, last, what, code)] of the known names in the text, longest first at each place, none overlapping."""
        found, i = [], 0
        while i < self.n:
            match = self.namer.find(self.words, i)
            if match:
                found.append((i, i + match[0], match[1], match[2]))
            i += match[0] if match else 1
        return found

    def items(self, i, marks=frozenset({",", "/"})):
        """([Item] of the list at word `i`, the word behind the last). `marks` stand between the names of a list in a sentence."""
        found, head, end = [], "", i
        i = self._open_list(i)
        while i < self.n:
            head, i = self._shared_head(i, head)
            if item := self.item(i, head):
                found.append(item)
                end, head = item.last, item.head or head
                i = self._next(end, marks)
            elif self.cell:
                i = self._behind(i + 1)
            else:
                break
        return self._share_level(found), end

    def _open_list(self, i):
        """Past «giao», «phối hợp với» and the like before the names of a cell."""
        while self.cell and (n := NOISE.at(self.words, i)):
            i += n
        return i

    def _next(self, i, marks):
        """Where the next name of the list begins, after word `i`; the end where none follows."""
        if i >= self.n:
            return i
        if self.cell:
            return self._open_list(self._behind(i))
        joined = AND.at(self.words, i)
        return i + joined if joined or self.words.gap[i] in marks else self.n

    def _behind(self, i):
        """The first word from `i` on that begins a new piece of a cell."""
        while not (self._split(i) or self.words.gap[i] == "-" or AND.at(self.words, i)):
            i += 1
        return i

    def _of_named_areas(self, i):
        """«UBND các xã: Ea Kly, …», «các phường Ba Đình, …»: the word of the first area, or 0. Keeps what each name stands under.

        The areas may be of several levels; what follows must be the name of an area, so «UBND các phường: Tổ chức …» is left alone.
        """
        words, j = self.words, i
        while n := ROLES.at(words, j):
            j += n
        every = j + HEADS.at(words, j)
        n = ALL.at(words, every)
        if not n or words.gap[every]:
            return 0
        levels, k = [], every + n
        while (n := AREA_LEVELS.at(words, k)) and (not levels or words.gap[k] in {",", "/"} or AND.at(words, k - 1)):
            levels.append(words.key(k, k + n))
            k += n
            k += AND.at(words, k) if AREA_LEVELS.at(words, k + AND.at(words, k)) else 0
        if (
            not levels
            or k >= self.n
            or words.gap[k] not in {":", "", "-"}
            or not (words.capital[k] or words.even)
            or not self._area_name(k)
        ):
            return 0
        before = words.key(j, every)
        self.over = {
            "heads": [f"{before} {level}".strip() for level in levels],
            "body": before,
            "role": self.printed(i, j) if j > i else "",
        }
        self.over["printed"] = " ".join(filter(None, [self.printed(i, every) if every > i else "", LISTED[levels[0]] * (len(levels) == 1)]))
        return k

    def _area_name(self, i):
        """How many words at `i` are the name of some area, up to where a name may end; 0 where none are."""
        for n in (5, 4, 3, 2, 1):
            rows = self.namer.directory.bare.get(self.words.key(i, i + n), ()) if i + n <= self.n else ()
            tones = tuple(self.words.tone[i : i + n])
            if any(self.words.bare or tones == row[1] for row in rows) and self._ends(i + n):
                return n
        return 0

    def _among_areas(self, i):
        """The Item of a further name under «UBND các xã: …», or None: an area's, or one nobody knows that is written like one."""
        words, over = self.words, self.over
        for head in over["heads"]:
            match = self.namer.find(words, i, head)
            if match and self._ends(i + match[0]):
                return self._area_item(i, i + match[0], match[1], match[2])
        if not (words.capital[i] or words.even) or self._is_head(i) or ALL.at(words, i) or GENERICS.at(words, i):
            return None
        j = i + (self._area_name(i) or 1)
        while j < self.n and j - i < 5 and not self._split(j) and not AND.at(words, j) and not self._stops(j) and words.capital[j]:
            j += 1
        return self._area_item(i, j, "name", "") if self._ends(j) else None

    def _area_item(self, i, j, what, code):
        printed = f"{self.over['printed']} {self.printed(i, j)}"
        return Item(i, j, what, code, printed, printed if self.over["role"] else "", AREAS_HEAD)

    def _shared_head(self, i, head):
        """(the head that the names of «các Sở: Nội vụ, Tài chính» share, with "=" before it, the word behind it); else what is given."""
        if first := self._of_named_areas(i):
            return AREAS_HEAD, first
        words = self.words
        begins = i
        while n := ROLES.at(words, i):  # «Giám đốc các sở: …»
            i += n
        n = ALL.at(words, i)
        size = n and HEADS.at(words, i + n)
        j = i + n + size
        if not size or j >= self.n or not (words.gap[j] == ":" or (words.stands_out(j) and words.gap[j] in {"", "-"})):
            return head, begins
        shared = words.key(i + n, j)
        announced = shared in LISTED or (words.gap[j] == ":" and shared.split() in BODIES)
        return (f"={shared}", j) if self.namer.find(words, j, shared) or (self.cell and announced) else (head, begins)

    def item(self, i, head=""):
        """The Item at word `i`, or None."""
        if i >= self.n:
            return None
        if head == AREAS_HEAD and (item := self._among_areas(i)):
            return item
        head = "" if head == AREAS_HEAD else head
        if head.startswith("=") and (item := self._under(i, head[1:])):
            return item
        if n := TITLES.at(self.words, i):
            return self._person(i + n)
        return self._known(i) or self._role(i) or self._named(i, head)

    def _named(self, i, head=""):
        """The Item at `i` that is neither a known unit nor an office."""
        return (
            self.collective(i)
            or (head and not head.startswith("=") and self._under(i, head))
            or self._bare_area(i)
            or self._unknown(i, head)
        )

    def _known(self, i):
        """The Item of a name in the tables at `i` that ends where its words end, or None."""
        match = self.namer.find(self.words, i)
        if not match or NO_HEADS.at(self.words, i) > match[0]:
            return None
        n, what, code = match
        last = self._with_place(self._more_fields(i, i + n) or i + n) if what == "name" else i + n
        general = bool(ALL.at(self.words, i))
        if (what == "group" or general) and (whole := self.collective(i)) and whole.last > last and not self._ends(last, strictly=True):
            return None
        if what == "group" and self._goes_on(last):
            return None
        if of_many := self._of_level(i, last) or self._of_all(i, last):
            return of_many
        if not self._ends(last, strictly=general):
            return None
        if general and self.cell and last < self.n and self._stops(last) and (whole := self.collective(i)):
            last = max(last, whole.last)
        return Item(i, last, what, code, self.printed(i, last), head=self._head(i))

    def _under(self, i, head):
        """The Item at `i` that leaves out the head of the one before: «Sở Nội vụ, Tài chính»."""
        match = self.namer.find(self.words, i, head)
        if not match:
            return None
        n, what, code = match
        last = self._with_place(i + n) if what == "name" else i + n
        return Item(i, last, what, code, f"{as_head(head)} {self.printed(i, last)}", head=head) if self._ends(last) else None

    def _role(self, i):
        """«Chủ tịch UBND phường», «Người đứng đầu các cơ quan»: the Item of whoever holds the office."""
        j, holder = i, ""
        while j < min(self.n, i + LONGEST) and (j == i or not self.words.gap[j]) and (n := ROLES.at(self.words, j)):
            holder = FACTS["role_objects"].get(self.printed(j, j + n).lower(), "")
            j += n
        if j == i:
            return None
        of = self._held(j, holder, fold(self.printed(i, j)).endswith(fold(holder)))
        office = self.printed(i, of.last if of else j)
        if not of:
            return Item(i, j, "collective", "", office, office) if self.cell and self._ends(j) else None
        if of.what in {"collective", "group", "open"}:
            return Item(i, of.last, "group" if of.what == "group" else "collective", of.code, office, office)
        return Item(i, of.last, of.what, of.code, of.printed, office, of.head)

    def _held(self, j, holder, said):
        """The Item of what an office is held in: where the office says the body's head, that body («Chánh Văn phòng Ban Chỉ đạo»)."""
        if j >= self.n or self.words.gap[j] not in {"", "-"}:
            return None
        if holder and (of := self._under(j, fold(holder))):
            return of
        of = self._known(j) or self._named(j)
        if of and holder and said and of.what in {"unit", "name"}:
            return Item(of.first, of.last, "name", "", f"{as_head(fold(holder))} {of.printed}")
        return of

    def _person(self, i):
        """«đồng chí Nguyễn Văn An, Chủ tịch UBND phường»: the name of a person is passed over."""
        j = i
        while j < i + LONGEST and not self._split(j) and self.words.gap[j] != "-" and not ROLES.at(self.words, j):
            j += 1
        return (self._role(j) or self._known(j)) if j < self.n else None

    def _bare_area(self, i):
        """A province or fellow ward named without its level, standing alone: «Khánh Hòa, Lâm Đồng»."""
        if self.words.tone[i] not in self.namer.openings and not self.words.bare:
            return None
        for n in (4, 3, 2, 1):
            alone = i + n <= self.n and (self.words.capital[i] or self.words.even) and self._ends(i + n)
            if alone and (code := self.namer.neighbour(self.words, i, n)):
                return Item(i, i + n, "unit", code, self.printed(i, i + n))
        return None

    def _share_level(self, items):
        """«HĐND, UBND tỉnh»: bodies named without a level take that of the body they stand with."""
        level, shared = "", []
        for item in reversed(items):
            key = self.words.key(item.first, item.last) if item.what in {"unit", "name"} else ""
            placed = PLACE_END.match(key)
            if placed and placed[1] in SHARED:
                level = placed[2]
            elif level and key in SHARED and not item.role:
                item = self._at_level(item, key, level)
            else:
                level = ""
            shared.append(item)
        return shared[::-1]

    def _at_level(self, item, key, level):
        """`item`, named by `key` alone, as the body at `level` that the issuer means."""
        rows = self.namer.own.get(f"{key} {level}")
        code = rows[0][1] if rows else ""
        if code and code == item.code:
            return item
        return Item(item.first, item.last, "unit" if code else "name", code, f"{item.printed} {LEVEL_WORDS[level]}", "", item.head)
