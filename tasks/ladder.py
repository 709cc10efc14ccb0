"""The ladder: at which steps the portal reminds of what, one line for each subject (product.md §6). docs/reminders.md says who is told.

A step is due when it is *at or past* and not yet told; of several passed ones only the latest is told. A step's name stands at the end of
the key under which it is told once: `d7` seven days before the day, `d0` on it, `w2` two weeks after it, `m1` thirty days after it,
`h12` twelve hours after it.
"""

from dataclasses import dataclass

from tasks.deadlines import Kind

WEEK, THIRTY = 7, 30  # days


@dataclass(frozen=True)
class Ladder:
    """`before`: days before the day, the longest first. `every`: so many days after it, again and again (0: never)."""

    before: tuple = ()
    every: int = 0

    def passed(self, left):
        """The names of the steps at or past when `left` days are left (negative: so many days after the day), oldest first."""
        after = max(0, -left) // self.every if self.every else 0
        return [*(name for days, name in self.steps_before() if left <= days), *(f"{self._mark}{n}" for n in range(1, after + 1))]

    def steps_before(self):
        """[(days before the day, the step's name)]."""
        return [(days, f"d{days}") for days in self.before]

    def step(self, left):
        """The latest of them, or None before the first."""
        return next(reversed(self.passed(left)), None)

    @property
    def first(self):
        """How many days before the day it begins."""
        return max(self.before)

    @property
    def _mark(self):
        return "m" if self.every == THIRTY else "w"


DEADLINE = Ladder(before=(30, 7, 3, 1, 0), every=WEEK)  # from w1 on the confirming side hears of it as well
OFTEN = {  # an occurrence: what fits into its turn
    Kind.RECURRING_WEEKLY: Ladder(before=(1, 0), every=WEEK),
    Kind.RECURRING_MONTHLY: Ladder(before=(7, 3, 1, 0), every=WEEK),
}
WAITING = Ladder(every=THIRTY)  # «theo Kế hoạch của Tỉnh», counted from the day the wait began
UNJUDGED = Ladder(every=WEEK)  # counted from the entry (or the filing); of an entry the level above hears too from the second week on
ABOVE_FROM = 2  # that week
UNJUDGED_FOR = 365  # days since the filing of a report: one nobody gave a word for longer is not told any more
RETURNED = Ladder(every=WEEK)  # counted from the verdict on a result
DIFFICULTY = Ladder(before=(3, 1, 0), every=WEEK)  # an answer is asked for within a working week
REPORT = Ladder(before=(9, 4, 2, 1, 0))  # before the close: by default the 15th, 20th, 22nd, 23rd and 24th
AGAIN = Ladder(before=(3, 1, 0))  # before the lock of a report that was returned or opened again
CALL = Ladder(before=(7, 3, 1, 0))  # a report asked for out of turn, before its own day; those passed when it was asked are not told
LATE = "late"  # from the day after the close, or the lock of what was open again, once, with the unit above
INCIDENT_HOURS = (12, 20, 24)  # after discovery: who answers, the area's committee too, the superior area's too
SILENCE = "once in each turn of the duty's cadence"  # its step is the turn («2026-08»)

LOOKED_BACK = 60  # days: who was late with a report before that, monthly or out of turn, has been told
FEW = 5  # events a person is told of one by one on a day; above that one notice counts them


def is_step(name):
    """Whether the last word of a key is a step of the ladder; keys of acts («made», «noted») end otherwise."""
    return name == LATE or (name[:1] in {"d", "w", "m", "h"} and name[1:].isdecimal())


def of_kind(kind):
    """The Ladder of a date whose stage is of this kind."""
    return OFTEN.get(kind, DEADLINE)
