"""A duty's sentence: who directs, who leads, with whom, what is to be done."""

import re

from .lists import Reader
from .phrases import (
    ABOUT,
    ALL,
    AND,
    ANSWERS,
    ASSIGNS,
    CLAUSE_ENDS,
    DIRECTS,
    GUIDES,
    HAS_WORD,
    LEADS,
    LED_BY,
    LINKS,
    LONGEST,
    ROLES,
    VERBS,
    WORKS,
    Phrases,
)
from .shapes import Item, Parts
from .words import Words, toned

OPENINGS = Phrases(
    "giao cho | giao | đề nghị | yêu cầu | phân công | trách nhiệm của | cơ quan chủ trì | đơn vị chủ trì | "
    "đơn vị thực hiện | cơ quan thực hiện"
)
WITH = Phrases("chặt chẽ với | chặt chẽ cùng | chặt chẽ | với | cùng với | cùng")
DUTIES = Phrases(
    "thực hiện các nhiệm vụ sau đây | thực hiện các nhiệm vụ sau | thực hiện một số nhiệm vụ sau | "
    "thực hiện nhiệm vụ sau | thực hiện các nhiệm vụ"
)
_NOUN_TONES = {toned(word) for word in ("sự", "chế", "tác", "tính", "việc", "định", "ước")}
_ADVERBS = {toned(word) for word in ("theo", "trong", "căn", "trên")}
# a bracket that closes a clause, and whether it tells who leads
_BRACKET = re.compile(r"\(([^()]{6,400})\)(?=\s*(?:[.;]|$))")
_LEADS_IN_BRACKET = re.compile(r"\bchủ trì\b|\b(?:đơn vị|cơ quan) (?:thực hiện|đầu mối)\s*:", re.IGNORECASE)
_BY = re.compile(r"^\s*(?:do|giao)\s+", re.IGNORECASE)
# «căn cứ chức năng, nhiệm vụ được giao» and nothing to do: a heading
_ROLE_ONLY = re.compile(
    r"^(?:căn cứ|theo|trên cơ sở)\s+(?:vào\s+)?(?:(?:chức năng|nhiệm vụ|quyền hạn|thẩm quyền|trách nhiệm|lĩnh vực|phạm vi|được giao|"
    r"được phân công|phụ trách|quản lý|của mình|của đơn vị|của địa phương|của ngành|cụ thể|và|trong|,)\s*)+[.:;]?$",
    re.IGNORECASE,
)
FAR = 60  # words between a subject and the verb that makes it one


class Sentence:
    """Takes a duty's sentence apart: who directs, who leads, with whom, and what is to be done."""

    def __init__(self, namer, words):
        self.namer, self.words = namer, words
        self.reader = Reader(namer, words, cell=False)
        self.directing, self.lead, self.coordinators = [], [], []
        self.lead_span, self.met, self.directs = None, [], False
        self.lead_words, self.coordinator_words, self.cuts = "", "", []

    def parts(self):
        """The Parts of the whole text."""
        i = self._rest(self._subject())
        self._later(i)
        words = self.words
        start = self._start(i) if i < len(words) else len(words.text)
        behind = not self.lead and (self._bracketed() or self._said_behind(i))
        rest = _ROLE_ONLY.sub("", self._without_cuts(start).strip())
        return Parts(
            self.namer.meaning(self.lead),
            self.namer.meaning(self.coordinators),
            self.namer.meaning(self.directing),
            self.words_of_lead(),
            self.words_of_coordinators(),
            rest.strip(" ,;:-–\n"),
            self.directs,
            behind,
        )

    def _without_cuts(self, start):
        """The text from `start` on without what was taken from behind the work."""
        kept, text = [], self.words.text
        for first, last in sorted(self.cuts):
            kept.append(text[start : max(start, first)])
            start = max(start, last)
        kept = "".join([*kept, text[start:]])
        return re.sub(r" +(?=[ .;]|$)", "", kept) if self.cuts else kept

    def _bracketed(self):
        """Reads «(Sở X chủ trì, …)», «(chủ trì: Sở A; phối hợp: …)» where a bracket closes a clause; whether a lead stood there."""
        for match in _BRACKET.finditer(self.words.text):
            if not _LEADS_IN_BRACKET.search(match[1]):
                continue
            inner = Sentence(self.namer, Words(_BY.sub("", match[1])))
            inner.parts()
            if inner.lead:
                self.lead, self.coordinators = inner.lead, self.coordinators + inner.coordinators
                self.lead_words = inner.words_of_lead()
                self.coordinator_words = inner.words_of_coordinators()
                self.cuts.append(match.span())
                return True
        return False

    def _said_behind(self, i):
        """Reads «. Chủ trì: Sở X», «; Sở X chủ trì, phối hợp với Y» from word `i` on; whether a lead stood there."""
        words = self.words
        for k in range(i, len(words)):
            if k and words.gap[k] not in CLAUSE_ENDS | {"\n"}:
                continue
            if self._behind_label(k) or (k and self._behind_clause(k)):
                return True
        return False

    def _behind_label(self, k):
        """«Đơn vị chủ trì: Sở X» at word `k`."""
        n = LED_BY.at(self.words, k)
        if not n or k + n >= len(self.words) or self.words.gap[k + n] != ":":
            return False
        items, end = self.reader.items(k + n)
        if not items:
            return False
        self.lead, self.lead_span = items, (items[0].first, end)
        text, last = self.words.text, self.words.end[end - 1]
        last += text[last : last + 1] in {".", ";"}
        self.cuts.append((self.words.start[k], last))
        return True

    def _behind_clause(self, k):
        """«Sở X chủ trì(, phối hợp với Y)» at word `k`: only particular bodies, for «công an tỉnh chủ trì» may speak of another duty."""
        words = self.words
        k += OPENINGS.at(words, k)
        if not (k < len(words) and words.stands_out(k)):
            return False
        items, end = self.reader.items(k)
        if not items or any(item.what not in {"unit", "name"} for item in items) or not LEADS.at(words, end):
            return False
        self.lead, self.lead_span = items, (items[0].first, end)
        at = end + LEADS.at(words, end)
        if self._joint(at):
            self._met_at(at + AND.at(words, at))
        return True

    def words_of_lead(self):
        return self.reader.printed(*self.lead_span) if self.lead_span else self.lead_words

    def words_of_coordinators(self):
        return "; ".join(filter(None, [*(self.reader.printed(*span) for span in self.met), self.coordinator_words]))

    def _start(self, i):
        """Where the rest begins in the text; a bracketed mark before it («(i)») belongs to it."""
        before = self.words.end[i - 1] if i else 0
        between = self.words.text[before : self.words.start[i]]
        bracket = between.find("(")
        return before + bracket if bracket >= 0 and i and self.words.gap[i] in {":", "."} else self.words.start[i]

    def _subject(self):
        """Reads whoever the sentence begins with; returns the word behind."""
        i = about = ABOUT.at(self.words, 0)
        while n := OPENINGS.at(self.words, i):
            i += n
        items, end = self.reader.items(i, marks={",", "/", ";"})
        if about and not (items and (end >= len(self.words) or self.words.gap[end] in {":", "\n"})):
            return 0  # «Đối với các công trình đã xong, …» is no address
        if items and (acts := self._acts(end)) is not None:
            far = self._far(end) if acts else 0
            if far:
                items[-1] = self._stretched(items[-1], far)
                end = far
            self.lead, self.lead_span = items, (items[0].first, end)
            return end
        far = self._far(i) if self._may_be_subject(i) else 0
        if far:
            self.lead, self.lead_span = [Item(i, far, "collective", "", self.reader.printed(i, far))], (i, far)
            return far
        return i

    def _may_be_subject(self, i):
        return bool(ALL.at(self.words, i) or ROLES.at(self.words, i)) and not VERBS.at(self.words, i)

    def _acts(self, i):
        """Whether what stands behind a list of names makes it the subject: nothing, a colon, a verb. None where it does not."""
        words = self.words
        if i >= len(words) or words.gap[i] in {":", ".", ";", "\n"} or WORKS.at(words, i) or LEADS.at(words, i) or DIRECTS.at(words, i):
            return False
        if self._far(i) or VERBS.at(words, i) or LINKS.at(words, i) or self._marker(i):
            return True
        # A verb nobody listed: a body's name and small words behind it begin a sentence in no other way.
        return True if not (words.gap[i] or words.capital[i] or words.even or AND.at(words, i)) else None

    def _far(self, i):
        """The place of «có trách nhiệm» in the same sentence, near enough to belong to the names before `i`; 0 where there is none."""
        words = self.words
        for j in range(i, min(len(words), i + FAR)):
            if j > i and words.gap[j] in CLAUSE_ENDS:
                return 0
            if ANSWERS.at(words, j):
                return j
            if LEADS.at(words, j) and self._joint(j + 2):
                return 0
        return 0

    def _stretched(self, item, last):
        """An addressee without a unit of its own is printed up to its verb."""
        printed = self.reader.printed(item.first, last)
        if item.what in {"collective", "open"}:
            return Item(item.first, last, "collective", "", printed, item.role and printed)
        if ALL.at(self.words, item.first):
            return Item(item.first, last, item.what, item.code, printed)
        return item

    def _marker(self, i):
        """The place of «chủ trì», «phối hợp», «chỉ đạo» behind «theo chức năng, nhiệm vụ được giao», or None."""
        words = self.words
        for j in range(i, min(len(words), i + LONGEST)):
            if j > i and words.gap[j] in CLAUSE_ENDS:
                return None
            if LEADS.at(words, j) or DIRECTS.at(words, j) or (WORKS.at(words, j) and self._with_whom(j) is not None):
                return j
        return None

    def _rest(self, i):
        """Reads «chỉ đạo X», «chủ trì», «phối hợp với Y» from word `i` on; returns where the duty itself begins."""
        words = self.words
        for _ in range(8):
            at = self._adverbial(i)
            if n := self._orders(at):
                behind = self._directed(at + n, many=bool(self.lead and ASSIGNS.at(words, at)))
                if behind is None:
                    return at
                i = behind
            elif self.reader.is_label(at) and LED_BY.at(words, at):
                return at
            elif n := LEADS.at(words, at):
                i = at + n
                if not self._joint(i):
                    return i
            elif WORKS.at(words, at) and (behind := self._met_at(at)) is not None:
                return behind
            elif ((n := ANSWERS.at(words, at)) and words.tone[at] == HAS_WORD) or (n := DUTIES.at(words, at)):
                i = at + n
            else:
                return i
        return i

    def _joint(self, i):
        """Whether «chủ trì» is followed by «, phối hợp» (or «và phối hợp»)."""
        words = self.words
        return bool(WORKS.at(words, i) or (AND.at(words, i) and WORKS.at(words, i + AND.at(words, i))))

    def _adverbial(self, i):
        """Past «theo chức năng, nhiệm vụ được giao,» and the like, where a marker follows; else `i`."""
        words = self.words
        if i < len(words) and AND.at(words, i) and WORKS.at(words, i + AND.at(words, i)):
            return i + AND.at(words, i)
        if self.lead and i < len(words) and words.tone[i] in _ADVERBS:
            return self._marker(i) or i
        return i

    def _orders(self, i):
        """How many words at `i` pass the duty on to somebody: «chỉ đạo», and behind a subject «lãnh đạo, chỉ đạo», «giao»; 0 where none."""
        words, n = self.words, DIRECTS.at(self.words, i)
        if n or not self.lead:
            return n
        if n := GUIDES.at(words, i):
            behind = i + n + AND.at(words, i + n)
            return behind + DIRECTS.at(words, behind) - i if DIRECTS.at(words, behind) else n
        return ASSIGNS.at(words, i)

    def _directed(self, i, *, many):
        """Reads «chỉ đạo Bộ Công an»: returns the word behind, None where nobody in particular is told. «giao» may tell `many`."""
        items, end = self.reader.items(i)
        if not items or (many and self._acts(end) is None):
            return None
        if not many and any(item.what in {"collective", "open", "group"} for item in items):
            return None
        self.directing = self.directing + self.lead
        self.lead, self.lead_span, self.directs = items, (items[0].first, end), True
        return end

    def _with_whom(self, i):
        """The word where the names behind «phối hợp (chặt chẽ) (với)» at `i` begin; None where it is no such phrase."""
        words = self.words
        if i and words.tone[i - 1] in _NOUN_TONES and words.gap[i] == "":
            return None
        j = i + WORKS.at(words, i)
        n = WITH.at(words, j)
        return j + n if n or self.reader.item(j) else None

    def _met_at(self, i):
        """Reads «phối hợp với X, Y»; returns the word behind, None where nobody is named."""
        at = self._with_whom(i)
        items, end = self.reader.items(at) if at is not None else ([], 0)
        if not items:
            return None
        self.coordinators = self.coordinators + items
        self.met.append((items[0].first, end))
        return end

    def _later(self, i):
        """Further «…; phối hợp với Z» of the same duty. «Công an tỉnh chủ trì, phối hợp với …» inside speaks of somebody else's."""
        words = self.words
        while i < len(words):
            n = LEADS.at(words, i)
            if n and i > 0 and words.gap[i] == "" and self._joint(i + n):
                i += n + AND.at(words, i + n)
                i += WORKS.at(words, i)
            elif WORKS.at(words, i) and not self._is_vague(i) and (behind := self._met_at(i)) is not None:
                i = max(behind, i + 1)
            else:
                i += 1

    def _is_vague(self, i):
        """«phối hợp các lực lượng» in the middle of a duty names nobody to work with; «phối hợp với các lực lượng» does."""
        at = i + WORKS.at(self.words, i)
        if WITH.at(self.words, at) or (at < len(self.words) and self.words.gap[at] == ":"):
            return False
        item = self.reader.item(at)
        return item is None or item.what == "collective"
