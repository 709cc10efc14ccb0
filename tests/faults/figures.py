"""What a fault cost: letters expected, lost, doubled. Collected in one table at the end of the run."""

import re
from collections import Counter
from typing import NamedTuple

COLUMNS = ("fault", "expected", "lost", "doubled", "same Message-ID", "kills", "and")


class Figures(NamedTuple):
    """`expected` letters and notices; `lost`: of them, how many never came; `doubled`: letters that came again, `same_id`: of these,
    how many under the Message-ID of the first; `unasked`: (address, day) or notices nobody expected."""

    expected: int
    lost: int
    doubled: int
    same_id: int
    unasked: list
    again: set

    def line(self, name, kills, words):
        return (name, self.expected, self.lost, self.doubled, self.same_id, kills, words)


def of_letters(letters, expected):
    """Compare the letters taken with the `expected` {(address, day as «24/11/2026»)}."""
    came = [(letter["to"], day_of(letter)) for letter in letters]
    first = {}
    for pair, letter in zip(came, letters, strict=True):
        first.setdefault(pair, letter["id"])
    counts = Counter(came)
    same = Counter((pair, letter["id"]) for pair, letter in zip(came, letters, strict=True) if letter["id"] == first[pair])
    return Figures(
        expected=len(expected),
        lost=len(expected - set(counts)),
        doubled=sum(n - 1 for n in counts.values()),
        same_id=sum(n - 1 for n in same.values()),
        unasked=sorted(set(counts) - expected),
        again={address for (address, _), n in counts.items() if n > 1},
    )


def day_of(letter):
    """The day a letter speaks for, as its subject says it; its Message-ID is not asked, being what is examined."""
    return re.search(r"\d\d/\d\d/\d{4}", letter["subject"]).group()


def table(lines):
    rows = [COLUMNS, *[tuple(map(str, line)) for line in lines]]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    return [" | ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows]
