"""How plans say when. For now the kinds and what each means for the clock; the grammar that reads words comes here too.

Pure: no clock, no database.
"""

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
    Kind.RECURRING_WEEKLY,
    Kind.RECURRING_MONTHLY,
    Kind.WITHIN_HOURS_OF_EVENT,
    Kind.DAYS_AFTER_EVENT,
    Kind.IMMEDIATELY_AFTER_EVENT,
}


def clock_of(kind, *, due_on):
    """The Clock of a stage of `kind`; a date, once there is one, always counts."""
    if kind in _WATCHED:
        return Clock.ONGOING
    if due_on is not None:
        return Clock.DATED
    return Clock.WAITING if kind == Kind.RELATIVE_TO_SUPERIOR_PLAN else Clock.UNDATED
