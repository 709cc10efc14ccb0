"""What a phrase of time means: marks become Deadlines, by the rules of docs/deadlines.md.

Every function takes a Context, the facts a reading rests on. A time that is no time gives a Deadline of kind UNREAD.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from dateutil.rrule import rrulestr

from .days import month_before, month_end, working_days_after
from .kinds import Deadline, Kind
from .phrases import Event, Every, Standing, When

YEARS_BACK, YEARS_AHEAD = 10, 30  # a year further from the plan's own is a misreading, not a deadline

UNREAD = Deadline("", Kind.UNREAD)
_BY_END = {
    "month": Kind.BY_END_OF_MONTH,
    "quarter": Kind.BY_END_OF_QUARTER,
    "half": Kind.HALF_YEAR,
    "year": Kind.IN_YEAR,
    "day": Kind.BY_DATE,
}
_BEFORE = _BY_END | {"month": Kind.BEFORE_MONTH, "year": Kind.BEFORE_YEAR, "day": Kind.BEFORE_DATE, "tet": Kind.BEFORE_DATE}
_STANDING = {"ongoing": Kind.ONGOING, "superior": Kind.RELATIVE_TO_SUPERIOR_PLAN, "request": Kind.ON_REQUEST}
_EVENTS = {"hours": Kind.WITHIN_HOURS_OF_EVENT, "at once": Kind.IMMEDIATELY_AFTER_EVENT}
_RECURRING = {
    "week": Kind.RECURRING_WEEKLY,
    "month": Kind.RECURRING_MONTHLY,
    "quarter": Kind.RECURRING_QUARTERLY,
    "half": Kind.RECURRING_HALF_YEARLY,
    "year": Kind.RECURRING_YEARLY,
}
WEEK = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@dataclass(frozen=True)
class Context:
    plan_date: date
    strict: bool


def mean(mark, context, *, year=None):
    """The Deadline of one Mark; `year` is the year a neighbour lends to a time that names none."""
    try:
        if isinstance(mark, When):
            return _when(mark, context, year)
        if isinstance(mark, Every):
            return recurring(mark, (), context)
        if isinstance(mark, Event):
            return _event(mark, context)
        if isinstance(mark, Standing) and mark.what in _STANDING:
            return Deadline("", _STANDING[mark.what])
    except (ValueError, OverflowError):
        return UNREAD
    return UNREAD


# One time


def dated(point, context, lent):
    """The point with its year, and whether it was assumed, not `lent` by a neighbour. Raises ValueError for an implausible year."""
    this = context.plan_date.year
    if point.year == "this":
        return replace(point, year=this), False
    if point.year is None:
        return replace(point, year=this if lent is None else lent), lent is None
    if not this - YEARS_BACK <= point.year <= this + YEARS_AHEAD:
        raise ValueError("implausible year")
    return point, False


def _when(mark, context, lent):
    if mark.until is not None or mark.is_open or mark.relation.since or mark.relation.after:
        return _range(mark, context, lent)
    if len(mark.points) > 1:
        return _several(mark, context, lent)
    point, assumed = dated(mark.points[0], context, lent)
    if point.unit == "weekday" or point.is_bare_day:
        return UNREAD
    told = _before(point, context) if mark.relation.before else _within(point, mark)
    return _judged(told, context, assumed=assumed, about=mark.relation.about)


def _within(point, mark):
    if point.unit == "tet":
        return UNREAD
    if point.part in ("first", "middle") or (point.part or "").startswith("week"):
        if point.unit == "year" and point.part == "middle":
            return UNREAD
        return Deadline("", Kind.RANGE, point.first(), point.last()).flagged("approximate")
    return Deadline("", _BY_END[point.unit], due_on=point.last(), due_at=point.at)


def _before(point, context):
    """«trước …»: the day before the point begins. A written hour keeps its day, and the inclusive setting keeps the whole point."""
    if point.part == "last":  # «trước cuối tháng 6»: the end itself is meant, not the day before it
        return Deadline("", _BY_END[point.unit], due_on=point.last()).flagged("approximate")
    if point.part or point.unit == "half":
        return UNREAD
    if point.at == time():  # «trước 0 giờ ngày 01/7»: the day before is the last whole day, whatever the setting
        return Deadline("", Kind.BEFORE_DATE, due_on=point.last() - timedelta(days=1))
    if point.at is not None:
        return Deadline("", Kind.BEFORE_DATE, due_on=point.last(), due_at=point.at)
    if not context.strict and point.unit != "tet":
        return Deadline("", _BEFORE[point.unit], due_on=point.last())
    return Deadline("", _BEFORE[point.unit], due_on=point.first() - timedelta(days=1)).flagged("strict_before")


def _judged(told, context, *, assumed, about=False):
    """Rules 4 and 10: an assumed year must not lie in the past; a written one may, and is flagged."""
    if told.kind == Kind.UNREAD:
        return told
    past = told.due_on is not None and told.due_on < context.plan_date
    if past and assumed:
        return UNREAD
    flags = [flag for flag, holds in (("year_assumed", assumed), ("past_at_signing", past), ("approximate", about)) if holds]
    return told.flagged(*flags)


# Ranges and lists


def _range(mark, context, lent):
    """From the first day of the first point to the last day of the last. Each side lends its year to the other."""
    if mark.relation.after and (mark.until or mark.is_open):
        return UNREAD
    if mark.relation.before and not mark.from_now:
        return UNREAD
    if mark.until is None:
        return _open_range(mark, context, lent)
    last, assumed = dated(mark.until, context, mark.points[0].year if mark.points and isinstance(mark.points[0].year, int) else lent)
    if last.is_bare_day or last.unit == "weekday":
        return UNREAD
    due, at = (last.first() - timedelta(days=1), None) if _ends_strictly(mark, last, context) else (last.last(), last.at)
    start, guessed = (context.plan_date, False) if mark.from_now else _start(mark.points[0], last, due, context)
    if start > due or (assumed and guessed):
        return UNREAD
    told = Deadline("", Kind.RANGE, start, due, at)
    told = told.flagged("strict_before") if _ends_strictly(mark, last, context) else told
    told = told.flagged("approximate") if last.part in ("first", "middle") else told
    return _judged(told, context, assumed=assumed or guessed, about=mark.relation.about)


def _ends_strictly(mark, last, context):
    return mark.until_before and context.strict and last.at is None


def _start(first, last, due, context):
    """The first day; a month without a year is in its end's year, or in the year before where it would come after its end."""
    if first.is_bare_day:
        first = replace(first, number=last.number)
    named, _ = dated(first, context, last.year)
    start = named.first()
    if first.year is None and start > due:
        return replace(named, year=named.year - 1).first(), True
    return start, False


def _open_range(mark, context, lent):
    if mark.from_now:
        return Deadline("", Kind.RANGE, context.plan_date)
    point, assumed = dated(mark.points[0], context, lent)
    if len(mark.points) > 1 or point.is_bare_day or point.unit in ("weekday", "tet"):
        return UNREAD
    start = point.last() + timedelta(days=1) if mark.relation.after else point.first()
    if assumed and start < context.plan_date.replace(month=1, day=1):
        return UNREAD
    flags = [flag for flag, holds in (("year_assumed", assumed), ("approximate", mark.relation.about or bool(point.part))) if holds]
    return Deadline("", Kind.RANGE, start).flagged(*flags)


def _several(mark, context, lent):
    """A list under one head: neighbours make a range («quý II, III»), others are stages («tháng 6 và tháng 12»)."""
    year = next((point.year for point in reversed(mark.points) if point.year is not None), None)
    assumed = year is None
    points = [point if point.year is not None else replace(point, year=year) for point in mark.points]
    points = [dated(point, context, lent)[0] for point in points]
    firsts = [point.first() for point in points]
    if firsts != sorted(set(firsts)):
        return UNREAD
    follow = all(before.last() + timedelta(days=1) == after.first() for before, after in pairwise(points))
    if follow and points[0].unit != "day" and not mark.relation.before and not mark.relation.by:
        told = Deadline("", Kind.RANGE, points[0].first(), points[-1].last())
        return _judged(told, context, assumed=assumed, about=mark.relation.about)
    if points[0].is_bare_day:
        return UNREAD
    single = [replace(mark, points=(replace(point, year=None) if assumed else point,)) for point in points]
    return Deadline("", Kind.STAGED, stages=tuple(_when(one, context, lent) for one in single))


# Events


def _event(mark, context):
    due = None
    if mark.on is not None and mark.amount is not None:
        day, assumed = dated(mark.on, context, None)
        if assumed and day.last() < context.plan_date:
            return UNREAD
        due = _after(day.last(), mark)
    kind = _EVENTS.get(mark.unit, Kind.DAYS_AFTER_EVENT)
    told = Deadline("", kind, due_on=due, **({mark.unit: mark.amount} if mark.amount is not None else {}))
    return _judged(told, context, assumed=False)


def _after(day, mark):
    if mark.unit == "hours":
        return None
    if mark.amount > 3660:
        raise OverflowError
    return working_days_after(day, mark.amount) if mark.unit == "working_days" else day + timedelta(days=mark.amount)


# Recurrences


def recurring(every, whens, context, *, since=None, until=None):
    """The Deadline of a recurrence: `whens` are the times inside a turn («trước ngày 25»), `since` and `until` bound it."""
    units = [unit for unit, _ in every.cadences]
    if units == ["day"]:
        return Deadline("", Kind.ONGOING, starts_on=since)
    order = ["week", "month", "quarter", "half", "year"]
    units = [unit for unit in units if unit in order]
    kind = _RECURRING[min(units, key=order.index)]
    rules, flags, at = [], set(), None
    if whens:
        for when in whens:
            rules += _rules_of(when, units, every, context, flags)
            is_midnight = when.relation.before and when.points[0].at == time()
            at = at or (None if is_midnight else when.points[0].at)
    else:
        for unit, interval in every.cadences:
            rules += _bare_rules(unit, interval, every, flags)
    if not rules:
        return UNREAD
    if until is not None:
        rules = [f"{rule};UNTIL={until:%Y%m%d}" for rule in rules]
    rules = tuple(dict.fromkeys(rules))
    due = next_occurrence(rules, after=max(context.plan_date, (since or date.min + timedelta(days=1)) - timedelta(days=1)))
    if due is None and until is not None and until >= context.plan_date:
        return UNREAD
    told = Deadline("", kind, since, due, at, rules)
    return told.flagged(*flags, *(["past_at_signing"] if due is None else []))


def next_occurrence(rules, *, after, since=None):
    """The first day after `after` on which one of the RRULE lines falls, or None; intervals are counted from `since` (None: `after`)."""
    edge, start = datetime.combine(after, time()), datetime.combine(since or after, time())
    moments = (rrulestr(rule, dtstart=start).after(edge) for rule in rules)
    return min((moment.date() for moment in moments if moment is not None), default=None)


def _bare_rules(unit, interval, every, flags):
    """A turn's last day where the words name none."""
    if unit == "week":
        if interval > 1:
            flags.add("approximate")
            return [f"FREQ=WEEKLY;INTERVAL={interval}"]
        return ["FREQ=WEEKLY;BYDAY=SU"]
    if unit == "month" and every.per == 2:
        flags.add("approximate")
        return ["FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=MONTHLY;BYMONTHDAY=-1"]
    if unit == "month":
        return ["FREQ=MONTHLY;BYMONTHDAY=-1"] if interval == 1 else ["FREQ=MONTHLY;BYMONTH=2,4,6,8,10,12;BYMONTHDAY=-1"]
    if unit == "quarter":
        months = ",".join(str(month) for month in range(every.of_quarter or 3, 13, 3))
        return [f"FREQ=MONTHLY;BYMONTH={months};BYMONTHDAY=-1"]
    return [_yearly(6, 30), _yearly(12, 31)] if unit == "half" else [_yearly(12, 31)]


def _yearly(month, day):
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}"


def _rules_of(when, units, every, context, flags):
    midnight = when.relation.before and when.points[0].at == time()
    before = midnight or (when.relation.before and context.strict and when.points[0].at is None)
    if when.until is not None:  # «từ ngày 20 đến ngày 25 hằng tháng»: the window's end
        return _rules_of(replace(when, points=(when.until,), until=None), units, every, context, flags)
    if before and not midnight:
        flags.add("strict_before")
    if when.relation.about:
        flags.add("approximate")
    rules = []
    for point in when.points:
        rules += _rules_of_point(point, before, units, every, flags)
    return rules


def _rules_of_point(point, before, units, every, flags):
    if point.unit == "weekday":
        at = WEEK.index(point.weekday) - before
        return [f"FREQ=WEEKLY;BYDAY={WEEK[at]}"] if "week" in units else []
    if point.is_bare_day:
        return _rules_of_bare_day(point, before, units, every, flags)
    if point.unit == "day":
        return [_day_of_year(point.number, point.day, before)]
    if point.part not in (None, "last"):
        return []
    last = {"month": 1, "quarter": 3, "half": 6}.get(point.unit, 0) * (point.number or 0)
    if not last:
        return [_yearly(12, 31)] if point.unit == "year" and not before else []
    if before:
        first = last - {"month": 1, "quarter": 3, "half": 6}[point.unit] + 1
        last = month_before(2000, first)[1]
    return [_yearly(last, -1 if last == 2 else month_end(2001, last).day)]


def _rules_of_bare_day(point, before, units, every, flags):
    day = point.day - before
    position = point.of_quarter or every.of_quarter
    if position or units == ["quarter"]:
        if not position:
            flags.add("approximate")
        months = range(position or 3, 13, 3) if not (point.next_month and not point.of_quarter) else range(1, 13, 3)
        if day == 0:
            months = sorted((month - 2) % 12 + 1 for month in months)
        return [f"FREQ=MONTHLY;BYMONTH={','.join(map(str, months))};{_month_day(day)}"]
    return [f"FREQ=MONTHLY;{_month_day(day)}"] if "month" in units else []


def _month_day(day):
    """A day of every month: where a month is shorter, its last day. Day 0 is the last of the month before."""
    if day in (0, 31):
        return "BYMONTHDAY=-1"
    return f"BYMONTHDAY={day}" if day < 29 else f"BYMONTHDAY={','.join(map(str, range(28, day + 1)))};BYSETPOS=-1"


def _day_of_year(month, day, before):
    if before and day == 1:
        _, month = month_before(2000, month)
        day = 31 if month != 2 else 29
        day = min(day, monthrange(2000, month)[1])
    elif before:
        day -= 1
    return _yearly(month, -1 if (month, day) == (2, 29) else day)
