"""A newer version of a plan beside the older one, row by row: added, changed, withdrawn. The comparing itself is pure."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from orgunits.words import fold

ALIKE = 72  # of 100: two wordings of one duty; measured words of different duties of one plan rarely pass 60
SAME_REF = 45  # under the same number less is enough: an amended duty keeps its place
CANDIDATES = 12  # compared in full for each row; chosen by the rare words they share


@dataclass(frozen=True)
class Line:
    """A duty as compared. `text` is its full words, or its title where nothing else is kept; `title` only helps to find the partner."""

    ref: str
    text: str
    product: str = ""
    deadline: str = ""
    lead: str = ""
    coordinators: str = ""
    title: str = ""

    @property
    def words(self):
        return self.text if self.title[:40] in self.text else f"{self.title}. {self.text}"

    NAMES = {
        "ref": _("Ref"),
        "text": _("Duty"),
        "product": _("Product"),
        "deadline": _("Deadline"),
        "lead": _("Lead"),
        "coordinators": _("Coordinators"),
    }


@dataclass(frozen=True)
class Pair:
    """One row of the difference. `old` or `new` is None where the other side has no counterpart."""

    old: Line | None
    new: Line | None
    differs: tuple = field(default=())  # (name, old words, new words)

    @property
    def kind(self):
        if self.old is None:
            return "added"
        if self.new is None:
            return "withdrawn"
        return "changed" if self.differs else "same"


def compare(old, new):
    """[Pair] in the order of `new`, withdrawn lines after the line they followed. Matched by equal words, then ref, then likeness."""
    partners = _match(old, new)
    pairs = [Pair(old[partners[n]] if n in partners else None, line) for n, line in enumerate(new)]
    pairs = [Pair(pair.old, pair.new, _differs(pair.old, pair.new)) for pair in pairs]
    return _with_withdrawn(pairs, old, {m: n for n, m in partners.items()})


def _with_withdrawn(pairs, old, place):
    """Each withdrawn line stands behind the counterpart of the line before it."""
    behind, after = defaultdict(list), -1
    for m, line in enumerate(old):
        if m in place:
            after = place[m]
        else:
            behind[after].append(Pair(line, None))
    return [*behind[-1], *(one for n, pair in enumerate(pairs) for one in (pair, *behind[n]))]


def _differs(old, new):
    if old is None or new is None:
        return ()
    return tuple(
        (label, getattr(old, name), getattr(new, name))
        for name, label in Line.NAMES.items()
        if _plain(getattr(old, name)) != _plain(getattr(new, name))
    )


def _plain(text):
    """What two prints of the same words share: letters and figures, tones kept by their letters' order."""
    return "".join(char for char in fold(text) if char.isalnum())


def _match(old, new):
    """{index in new: index in old}."""
    partners, free = {}, set(range(len(old)))

    def take(n, m):
        partners[n] = m
        free.discard(m)

    by_words, by_ref = defaultdict(list), {}
    for m, line in enumerate(old):
        by_words[_plain(line.text)].append(m)
        by_ref.setdefault(line.ref, m)
    for n, line in enumerate(new):
        same = [m for m in by_words.get(_plain(line.text), ()) if m in free]
        if same:
            take(n, next((m for m in same if old[m].ref == line.ref), same[0]))
    for n, line in enumerate(new):
        m = by_ref.get(line.ref)
        if n not in partners and m in free and likeness(old[m].words, line.words) >= SAME_REF:
            take(n, m)
    for score, n, m in sorted(_likely(old, new, partners, free), reverse=True):
        if score >= ALIKE and n not in partners and m in free:
            take(n, m)
    return partners


def _likely(old, new, partners, free):
    """(likeness, n, m) of the lines still alone, each with the few that share its rarest words."""
    holders, left = defaultdict(list), sorted(free)
    for m in left:
        for word in set(fold(old[m].words).split()):
            holders[word].append(m)
    for n, line in enumerate(new):
        if n in partners:
            continue
        shared = Counter()
        for word in set(fold(line.words).split()):
            if len(holders.get(word, ())) <= max(20, len(left) // 20):
                shared.update({m: 1 / len(holders[word]) for m in holders.get(word, ())})
        for m, _weight in shared.most_common(CANDIDATES):
            yield likeness(old[m].words, line.words), n, m


def likeness(one, other):
    """0…100, whatever the order of the words and their tones."""
    return fuzz.token_sort_ratio(fold(one), fold(other))


# From rows


def lines_of_plan(plan):
    """The duties of a plan as Lines, in its order."""
    return [_line(task, task.words) for task in plan.tasks.all()]


def lines_of_drafts(drafts):
    return [_line(row, row.text) for row in drafts]


def _line(row, text):
    return Line(
        ref=row.ref,
        text=text or row.title,
        product=row.product,
        deadline=row.deadline_words,
        lead=row.lead_words,
        coordinators=row.coordinator_words,
        title=row.title,
    )


def is_same(plan, drafts):
    """Whether a plan holds exactly these duties already."""
    return all(pair.kind == "same" for pair in compare(lines_of_plan(plan), lines_of_drafts(drafts)))
