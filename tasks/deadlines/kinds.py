"""The kinds of deadline, what each means for the clock, and the Deadline a reading gives."""

from dataclasses import asdict, dataclass, replace
from datetime import date, time
from enum import StrEnum


class Kind(StrEnum):
    BY_DATE = "by_date"
    BEFORE_DATE = "before_date"
    BY_END_OF_MONTH = "by_end_of_month"
    BEFORE_MONTH = "before_month"
    BY_END_OF_QUARTER = "by_end_of_quarter"
    HALF_YEAR = "half_year"
    IN_YEAR = "in_year"
    BEFORE_YEAR = "before_year"
    RANGE = "range"
    STAGED = "staged"
    ONGOING = "ongoing"
    RECURRING_WEEKLY = "recurring_weekly"
    RECURRING_MONTHLY = "recurring_monthly"
    RECURRING_QUARTERLY = "recurring_quarterly"
    RECURRING_HALF_YEARLY = "recurring_half_yearly"
    RECURRING_YEARLY = "recurring_yearly"
    WITHIN_HOURS_OF_EVENT = "within_hours_of_event"
    DAYS_AFTER_EVENT = "days_after_event"
    IMMEDIATELY_AFTER_EVENT = "immediately_after_event"
    RELATIVE_TO_SUPERIOR_PLAN = "relative_to_superior_plan"
    ON_REQUEST = "on_request"
    NONE = "none"
    UNREAD = "unread"


class Clock(StrEnum):
    """What time does to a stage: a date passes, a superior is awaited, nothing is known, or its freshness is watched."""

    DATED = "dated"
    WAITING = "waiting"
    UNDATED = "undated"
    ONGOING = "ongoing"


# The order in which a duty's unfinished stages decide what is current (model.md, «Timeliness of one day»).
CLOCK_ORDER = [Clock.DATED, Clock.WAITING, Clock.UNDATED, Clock.ONGOING]

_WATCHED = {
    Kind.ONGOING,
    Kind.WITHIN_HOURS_OF_EVENT,
    Kind.DAYS_AFTER_EVENT,
    Kind.IMMEDIATELY_AFTER_EVENT,
}

_OFTEN = {Kind.RECURRING_WEEKLY, Kind.RECURRING_MONTHLY}  # without a day of their own they are watched like what never ends

# Every flag a reading may carry, in the order in which they are printed; docs/deadlines.md says what each means.
FLAGS = ("inherited", "year_assumed", "past_at_signing", "approximate", "strict_before", "trigger_inside")


def clock_of(kind, *, due_on):
    """The Clock of a stage of `kind`; a date, once there is one, always counts."""
    if kind in _WATCHED or (kind in _OFTEN and due_on is None):
        return Clock.ONGOING
    if due_on is not None:
        return Clock.DATED
    return Clock.WAITING if kind == Kind.RELATIVE_TO_SUPERIOR_PLAN else Clock.UNDATED


@dataclass(frozen=True)
class Deadline:
    """One reading. `words` as written; `due_on` is the last day that is still on time, `due_at` only where an hour is written.

    `rrules` are RFC 5545 lines; `hours`, `days` and `working_days` count from an event; `stages` only for STAGED, and only
    a stage has a `label`: what is to be reached by then, as written, or None.
    """

    words: str
    kind: Kind
    starts_on: date | None = None
    due_on: date | None = None
    due_at: time | None = None
    rrules: tuple[str, ...] = ()
    hours: int | None = None
    days: int | None = None
    working_days: int | None = None
    stages: tuple["Deadline", ...] = ()
    label: str | None = None
    flags: tuple[str, ...] = ()

    def flagged(self, *flags):
        """The same deadline with these flags too, in the order of FLAGS."""
        return replace(self, flags=tuple(flag for flag in FLAGS if flag in {*self.flags, *flags}))

    def as_json(self):
        """A dict that json can write: the eleven keys of `read_deadline`, in their order; a stage has `label` as twelfth."""
        told = self._own_json()
        told["stages"] = [{**stage._own_json(), "label": stage.label} for stage in self.stages]
        return told

    def _own_json(self):
        told = asdict(replace(self, stages=()))
        del told["label"]
        return told | {
            "kind": str(self.kind),
            "starts_on": self.starts_on and self.starts_on.isoformat(),
            "due_on": self.due_on and self.due_on.isoformat(),
            "due_at": f"{self.due_at:%H:%M}" if self.due_at is not None else None,
            "rrules": list(self.rrules),
            "stages": [],
            "flags": list(self.flags),
        }
