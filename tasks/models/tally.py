"""Counts over the two axes."""

from tasks.deadlines import Clock
from tasks.models.states import FINISHED, OFF, State, Timeliness


class Tally:
    """Counts of a list of assignments over the two axes. Built from rows (state, timeliness, silent, clock, n, waiting)."""

    def __init__(self, rows):
        self.rows = rows

    def _sum(self, **wanted):
        return sum(row["n"] for row in self.rows if all(row[name] in values for name, values in wanted.items()))

    @property
    def total(self):
        return self._sum()

    @property
    def countable(self):
        """Those that can be completed: ongoing ones never are, those put off are not asked."""
        return self._sum(clock=[Clock.DATED, Clock.WAITING, Clock.UNDATED]) - self._sum(
            clock=[Clock.DATED, Clock.WAITING, Clock.UNDATED], state=OFF
        )

    @property
    def said(self):
        return self._sum(state=FINISHED)

    @property
    def done(self):
        return self._sum(state=[State.DONE])

    @property
    def silent(self):
        return self._sum(silent=[True])

    @property
    def awaiting(self):
        return sum(row["waiting"] for row in self.rows)

    @property
    def hanging(self):
        """Those of them that have waited a week or longer."""
        return sum(row.get("hanging", 0) for row in self.rows)

    @property
    def done_in_time_originally(self):
        """Finished in time even by the dates before any extension («đúng hạn gốc»)."""
        return self.said - sum(row.get("late_originally", 0) for row in self.rows)

    @property
    def said_share(self):
        return self.said / self.countable if self.countable else None

    @property
    def done_share(self):
        return self.done / self.countable if self.countable else None

    def by_state(self):
        return {state: self._sum(state=[state]) for state in State}

    def by_timeliness(self):
        return {cell: self._sum(timeliness=[cell]) for cell in Timeliness}
