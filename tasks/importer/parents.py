"""Which duty of the superior's plan does a duty continue? Suggestions for a person, with the reason in words. Pure.

Likeness is the share of rare word pairs and triples two duties have in common (TF-IDF over folded syllables, so accents and tone
position do not matter). Rarity is counted over both plans together: what every second duty says («an ninh mạng, bảo mật thông tin»)
weighs next to nothing. Where both are given to the same sort of body, or the superior speaks to localities, likeness grows a little;
an addressee alone makes no parent. Nothing is suggested below SHOWN, and at most one parent of a duty is claimed with confidence.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from itertools import pairwise
from math import log, sqrt
from typing import NamedTuple

from orgunits.words import fold

# Measured on duties of wards against duties of the Centre: duties taken over reach 0.33 and more; chance finds (two duties that name
# the same law) stay under 0.17. Between the two a suggestion is shown and left open.
SHOWN = 0.175
SURE = 0.28
AHEAD = 1.1  # a sure parent is at least so many times as like as the next one …
STANDS_OUT = 2.5  # … and as the duties behind the first few
MOST = 3  # suggestions for one duty
BESIDE = 0.4  # a second suggestion is at least this share of the first
WEIGHTS = {1: 0.35, 2: 1.0, 3: 0.7}  # of single syllables, pairs, triples: a Vietnamese word is mostly two syllables
BOTH = 0.3  # how much a shared addressee adds at most
SHORT = 40.0  # weight below which a duty says too little to be wholly contained in another
TRIED = 40  # parents compared in full for one duty


class Duty(NamedTuple):
    """One side of a comparison. `leads` are names as printed, `plan` the key of the plan it stands in, `deadline` its words."""

    ref: str
    title: str
    text: str
    leads: tuple[str, ...] = ()
    plan: str = ""
    deadline: str = ""


class Suggestion(NamedTuple):
    """`likeness` 0..about 1.3; `confident` where it is clear of every other; `why` is one or more Vietnamese sentences."""

    child_ref: str
    parent_ref: str
    plan_key: str
    likeness: float
    confident: bool
    why: str


def suggest(duties, superiors, *, exclude=(), shown=SHOWN):
    """Suggestions for each of `duties` among `superiors` (both iterables of Duty or tuples like it), best first within a duty.

    `exclude` holds pairs (child ref, parent ref) a person has linked or declined. A duty nothing fits gets none.
    """
    children, parents = [Duty(*duty) for duty in duties], [Duty(*duty) for duty in superiors]
    if not children or not parents:
        return []
    plans, excluded = _Plans(children, parents), set(exclude)
    found = []
    for n, child in enumerate(children):
        ranked = [row for row in plans.ranked(n) if (child.ref, row[1].ref) not in excluded]
        found += _chosen(child, ranked, plans, n, shown)
    return found


def _chosen(child, ranked, plans, n, shown):
    """The Suggestions of one duty out of its [(likeness, parent, place)], best first."""
    if not ranked or ranked[0][0] < shown:
        return []
    best = ranked[0][0]
    second = ranked[1][0] if len(ranked) > 1 else 0
    behind = [row[0] for row in ranked[MOST : MOST + 9]]
    background = sum(behind) / len(behind) if behind else 0
    sure = best >= SURE and best >= AHEAD * second and best >= STANDS_OUT * background
    rows = [row for row in ranked[:MOST] if row[0] >= max(shown, BESIDE * best)]
    return [
        Suggestion(child.ref, parent.ref, parent.plan, round(likeness, 3), sure and at == 0, plans.why(n, place, sure and at == 0))
        for at, (likeness, parent, place) in enumerate(rows)
    ]


class _Side(NamedTuple):
    """A duty ready to be compared: its grams with their weights, the length of that vector, the sum, the runs of its words."""

    duty: Duty
    weights: dict
    length: float
    total: float
    runs: list


class _Plans:
    """Both plans weighed together, with an index from rare grams to the superior's duties."""

    def __init__(self, children, parents):
        runs = [_runs(f"{duty.title}. {duty.text}") for duty in children + parents]
        grams = [_grams(row) for row in runs]
        spread = Counter(gram for row in grams for gram in row)
        self.rarity = {gram: _rarity(gram, count, len(grams)) for gram, count in spread.items()}
        sides = [self._side(duty, row, run) for duty, row, run in zip(children + parents, grams, runs, strict=True)]
        self.children, self.parents = sides[: len(children)], sides[len(children) :]
        self.index = defaultdict(list)
        for place, side in enumerate(self.parents):
            for gram in side.weights:
                if spread[gram] <= max(20, len(sides) // 10):
                    self.index[gram].append(place)

    def _side(self, duty, grams, runs):
        weights = {gram: self.rarity[gram] for gram in grams}
        return _Side(duty, weights, sqrt(sum(w * w for w in weights.values())) or 1.0, sum(weights.values()), runs)

    def ranked(self, n):
        """[(likeness, parent, its place)] of the parents that share anything rare with child `n`, best first, then in reading order."""
        child, reach = self.children[n], Counter()
        for gram, weight in child.weights.items():
            for place in self.index.get(gram, ()):
                reach[place] += weight * weight / self.parents[place].length
        rows = [(self._likeness(child, self.parents[place]), self.parents[place].duty, place) for place, _ in reach.most_common(TRIED)]
        return sorted(rows, key=lambda row: (-row[0], row[2]))

    def _likeness(self, child, parent):
        """Half the cosine, half the share of the shorter one that stands in the other; more where the addressee fits."""
        shared = [weight for gram, weight in child.weights.items() if gram in parent.weights]
        cosine = sum(weight * weight for weight in shared) / (child.length * parent.length)
        contained = sum(shared) / max(SHORT, min(child.total, parent.total))
        return (cosine + contained) / 2 * (1 + BOTH * _same_addressee(child.duty.leads, parent.duty.leads))

    def why(self, n, place, sure):
        """Vietnamese sentences: the words both say, the addressee and the deadline both have."""
        child, parent = self.children[n], self.parents[place]
        phrases = self._shared_phrases(child, parent)
        told = [f"Cùng nói về {' và '.join(f'«{phrase}»' for phrase in phrases)}." if phrases else "Nội dung gần nhau."]
        told += [f"Cùng giao cho «{child.duty.leads[0]}»."] if _same_words(child.duty.leads, parent.duty.leads) > 0.5 else []
        same_time = child.duty.deadline and fold(child.duty.deadline).strip(" .") == fold(parent.duty.deadline).strip(" .")
        told += [f"Cùng thời hạn «{child.duty.deadline.strip(' .')}»."] if same_time else []
        return " ".join(told if sure else [*told, "Chỉ giống một phần, cần đọc lại."])

    def _shared_phrases(self, child, parent, most=2):
        """The weightiest runs of words, as the child prints them, that the parent has too: at most twenty words each."""
        scored = {}
        for run in child.runs:
            start = 0
            for at in range(len(run)):
                on = at + 1 < len(run) and at - start < 19 and f"{run[at][0]} {run[at + 1][0]}" in parent.weights
                if not on:
                    if at > start:
                        words = _trimmed([word for _, word in run[start : at + 1]])
                        scored[words] = sum(self.rarity[f"{run[k][0]} {run[k + 1][0]}"] for k in range(start, at))
                    start = at + 1
        scored.pop("", None)
        best = sorted(scored, key=lambda words: -scored[words])[:most]
        return [words for words in best if scored[words] >= scored[best[0]] / 3]


_EDGES = {fold(word) for word in ("và", "của", "cho", "các", "những", "về", "theo", "trong", "tại", "với", "để", "từ", "do", "là", "có")}


def _trimmed(words):
    """The words as one phrase without the small ones at its ends."""
    while words and fold(words[0]) in _EDGES:
        words = words[1:]
    while words and fold(words[-1]) in _EDGES:
        words = words[:-1]
    return " ".join(words)


def _runs(text):
    """[[(folded syllable, as printed)]]: the words of a text between marks that end a phrase."""
    parts = re.split(r"[.;:,()\n«»“”\"]+", unicodedata.normalize("NFC", text))
    return [[(fold(word), word) for word in re.findall(r"[^\W_]+", part)] for part in parts]


def _grams(runs):
    """The singles, pairs and triples of syllables, each once."""
    return {" ".join(word for word, _ in run[at : at + size]) for run in runs for size in WEIGHTS for at in range(len(run) - size + 1)}


def _rarity(gram, count, duties):
    return WEIGHTS[gram.count(" ") + 1] * max(0.0, log((duties + 1) / (count + 0.5)))


_LEVEL = {"phuong", "xa", "tinh", "trung", "uong", "cac", "va"}
_LOCAL = re.compile(r"\b(dia phuong|cac tinh|cac xa|cap xa|cac phuong)\b")


def _same_addressee(ours, theirs):
    """0..1: how well a superior's addressee fits ours; 0.3 where neither or nothing tells."""
    if not ours or not theirs:
        return 0.0 if ours or theirs else 0.3
    local = 0.45 if _LOCAL.search(fold(" ".join(theirs))) else 0.3
    return max(local, 0.3 + 0.7 * _same_words(ours, theirs))


def _same_words(ours, theirs):
    """The share of word pairs two addressees have in common, whatever level they are of."""
    ours, theirs = _pairs(ours), _pairs(theirs)
    return len(ours & theirs) / min(len(ours), len(theirs)) if ours and theirs else 0.0


def _pairs(names):
    words = [word for word in re.findall(r"[^\W_]+", fold(" ".join(names))) if word not in _LEVEL]
    return {" ".join(pair) for pair in pairwise(words)} or set(words)
