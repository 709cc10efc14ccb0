"""How plans say when: words and the plan's date → a Deadline, or «unread». Pure: no clock, no database.

    words.py      text → tokens        points.py    a day, month, quarter, year      phrases.py   «trước …», «từ … đến …», «hằng …»
    objects.py    times that belong to a report or a plan, not to when
    meaning.py    phrases → dates      grouping.py  phrases that belong together     reading.py   a cell, a paragraph, a heading
    days.py       months' ends, working days   kinds.py    the kinds, Clock, Deadline

The rules, the flags and what is refused: docs/deadlines.md.
"""

from .days import is_working_day, working_days_after
from .kinds import CLOCK_ORDER, FLAGS, Clock, Deadline, Kind, clock_of
from .meaning import next_occurrence
from .reading import STRICT_BEFORE, Found, Refusal, Span, combine, find, is_same_as_above, label_of, period_of, read

__all__ = [
    "CLOCK_ORDER",
    "FLAGS",
    "STRICT_BEFORE",
    "Clock",
    "Deadline",
    "Found",
    "Kind",
    "Refusal",
    "Span",
    "clock_of",
    "combine",
    "find",
    "is_same_as_above",
    "is_working_day",
    "label_of",
    "next_occurrence",
    "period_of",
    "read",
    "working_days_after",
]
