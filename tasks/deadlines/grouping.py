"""Marks that belong together: «ngày 20» + «hằng tháng», «Tháng 6/2026» + «(trước ngày 15)», «thường xuyên» + «từ năm 2026».

grouped(scan, marks, context) → [Group, …] in reading order
"""

from dataclasses import dataclass, replace

from .kinds import Deadline, Kind
from .meaning import UNREAD, Context, dated, mean, recurring
from .phrases import Bad, Every, Mark, Standing, When

_FILLERS = {",", "(", ")", "-", ":", "vao", "cua", "cac", "va", "trong", "moi", "dot", "la", "cu", "the", "nhat", "lien"}
_SENTENCE_ENDS = {";", "\n"}
_MOST = 12  # times inside one turn
_REACH = 60  # tokens between a recurrence and the days that belong to it


@dataclass(frozen=True)
class Group:
    """Tokens `start` to `end` that say one deadline; `mark` is the first of the marks it rests on, `whens` its inner times."""

    start: int
    end: int
    mark: Mark
    deadline: Deadline
    whens: tuple[When, ...] = ()


def grouped(scan, marks, context):
    return _resolved(scan, _merged(scan, marks), context)


@dataclass
class _Draft:
    """A group still open: a main mark, times that place it in its turn, and bounds of a recurrence or of something ongoing."""

    start: int
    end: int
    mark: Mark
    whens: list
    bound: When | None = None


def _merged(scan, marks):
    drafts = []
    for mark in marks:
        mark = _shared_relation(scan, drafts, mark)
        if isinstance(mark, When) and any(point.of_quarter for point in mark.points):
            mark, drafts = _quarterly(scan, mark, drafts), drafts
            if mark is None:
                continue
        if drafts and _spoils(scan, drafts[-1], mark):
            drafts[-1] = _Draft(drafts[-1].start, mark.end, Bad(drafts[-1].start, mark.end), [])
        elif not (drafts and _joins(scan, drafts, mark)):
            drafts.append(_Draft(mark.start, mark.end, mark, []))
            if isinstance(mark, Every):
                _take_earlier(scan, drafts)
    return drafts


def _spoils(scan, last, mark):
    """«ngày 30/2 hằng năm», «hàng ngày trước 16h00»: a turn whose day can't be read is no turn that may be guessed."""
    one, two = (last.mark, mark) if isinstance(last.mark, Bad) else (mark, last.mark)
    is_turn = isinstance(two, Every) or (isinstance(two, Standing) and scan.at(two.start, "hang ngay", "moi ngay"))
    return isinstance(one, Bad) and bool(is_turn) and set(_between(scan, last.end, mark.start)) <= _FILLERS - {"va", ","}


def _shared_relation(scan, drafts, mark):
    """«trước ngày 15/6 và ngày 15/12»: both are «trước»."""
    last = drafts[-1] if drafts else None
    before = last and (last.whens[-1] if last.whens else last.mark)
    if not (isinstance(before, When) and isinstance(mark, When) and before.is_plain and mark.is_plain) or mark.relation.is_said:
        return mark
    if before.points[-1].unit != mark.points[0].unit or set(_between(scan, last.end, mark.start)) - {",", "va"}:
        return mark
    return replace(mark, relation=before.relation)


def _quarterly(scan, when, drafts):
    """«ngày 15 tháng cuối quý» recurs by itself; after «hằng quý» it only says the day."""
    last = drafts[-1] if drafts else None
    if last and isinstance(last.mark, Every) and _takes(last.mark, when) and _same_sentence(scan, last.end, when.start):
        last.whens.append(when)
        last.end = when.end
        return None
    every = Every(when.start, when.end, (("quarter", 1),))
    drafts.append(_Draft(when.start, when.end, every, [when]))
    return None


def _joins(scan, drafts, mark):
    """True where `mark` was taken into the last draft."""
    last = drafts[-1]
    if isinstance(last.mark, Every):
        return _joins_every(scan, last, mark)
    if isinstance(last.mark, Standing) and last.mark.what == "ongoing":
        return _joins_ongoing(scan, last, mark)
    if isinstance(last.mark, When) and isinstance(mark, When):
        return _refines(scan, last, mark)
    return False


def _joins_every(scan, last, mark):
    near = _is_joined(scan, last.end, mark.start)
    if near and isinstance(mark, Every) and set(mark.cadences) <= set(last.mark.cadences):
        last.end = mark.end
        return True
    if not isinstance(mark, When):
        return False
    if near and _bounds(scan, last.end, mark):
        last.bound, last.end = mark, mark.end
        return True
    if _takes(last.mark, mark) and len(last.whens) < _MOST and _same_sentence(scan, last.end, mark.start):
        last.whens.append(mark)
        last.end = mark.end
        return True
    return False


def _bounds(scan, end, when):
    """A year that limits what recurs or lasts: «đến 2030», «từ năm 2027», «giai đoạn 2026-2030»; not «và năm 2026»."""
    if scan.key(when.start - 1) == "va" or scan.key(end) == "va":
        return False
    if when.until is not None or when.is_open or when.relation.since:
        return True
    return len(when.points) == 1 and isinstance(when.points[0].year, int) and (when.relation.by or when.points[0].unit == "year")


def _takes(every, when):
    """True where `when` says the day or month of a turn of `every`."""
    units = {unit for unit, _ in every.cadences}
    points = [*when.points, *([when.until] if when.until else [])]
    is_window = when.until is not None and when.points  # «từ ngày 20 đến ngày 25 hằng tháng»
    if when.is_open or not points or (not is_window and (when.relation.since or when.relation.after or when.until)):
        return False
    return all(_takes_point(units, point) for point in points)


def _takes_point(units, point):
    if point.year is not None:
        return False
    if point.unit == "weekday":
        return "week" in units
    if point.is_bare_day:
        return "quarter" in units if point.of_quarter else bool(units & {"month", "quarter"})
    if point.unit == "day":
        return bool(units & {"year", "half", "quarter"})
    return (point.unit in ("month", "quarter", "half") and bool(units & {"year", "half", "quarter"})) or (
        point.unit == "year" and "year" in units
    )


def _take_earlier(scan, drafts):
    """Times just before a recurrence: «15/6 và 15/12 hằng năm», «giai đoạn 2026-2030, hằng năm»."""
    every = drafts[-1]
    while len(drafts) > 1 and isinstance(drafts[-2].mark, When) and not drafts[-2].whens:
        earlier = drafts[-2]
        if not _is_joined(scan, earlier.end, every.start):
            return
        if _takes(every.mark, earlier.mark) and "va" not in _between(scan, earlier.end, every.start)[: not every.whens]:
            every.whens.insert(0, earlier.mark)
        elif every.bound is None and not every.whens and _bounds(scan, earlier.end, earlier.mark) and _is_span(earlier.mark):
            every.bound = earlier.mark
        else:
            return
        every.start = earlier.start
        del drafts[-2]


def _is_span(when):
    return when.until is not None or when.is_open or when.relation.since


def _joins_ongoing(scan, last, mark):
    between = _between(scan, last.end, mark.start)
    if isinstance(mark, Standing) and mark.what == "ongoing" and set(between) <= _FILLERS:
        last.end = mark.end
        return True
    if isinstance(mark, Every) and not between:
        last.mark, last.end = mark, mark.end
        return True
    if isinstance(mark, When) and set(between) <= _FILLERS - {"va"} and _bounds(scan, last.end, mark) and _is_of_years(mark):
        last.bound, last.end = mark, mark.end
        return True
    return False


def _is_of_years(when):
    return _is_span(when) or all(point.unit == "year" for point in when.points)


def _refines(scan, last, mark):
    """A bare day after its month, «Tháng 6/2026 (trước ngày 15)», or before it, «ngày 15, tháng 6, năm 2026»."""
    if not (last.mark.is_plain and mark.is_plain and len(last.mark.points) == len(mark.points) == 1):
        return False
    one, two = last.mark.points[0], mark.points[0]
    if set(_between(scan, last.end, mark.start)) - {",", "("}:
        return False
    if one.unit == "weekday" and two.unit == "day" and not mark.relation.is_said:  # «thứ Sáu, ngày 15/5/2026»
        last.mark = replace(last.mark, points=(replace(two, at=two.at or one.at),), end=mark.end)
        last.end = mark.end
        return True
    if two.is_bare_day and one.unit == "month" and not one.part:
        day, said = replace(two, number=one.number, year=one.year), mark.relation
    elif one.is_bare_day and two.unit == "month" and not two.part and not mark.relation.is_said:
        day, said = replace(one, number=two.number, year=two.year), last.mark.relation
    else:
        return False
    last.mark = replace(last.mark, points=(day,), relation=said, end=mark.end)
    last.end = mark.end
    return True


# Years lent by neighbours, and the deadlines


def _resolved(scan, drafts, context):
    groups = []
    for i, draft in enumerate(drafts):
        after = drafts[i + 1] if i + 1 < len(drafts) else None
        group = Group(draft.start, draft.end, draft.mark, _meaning(scan, draft, groups, after, context), tuple(draft.whens))
        if groups and _is_same_in_brackets(scan, groups[-1], group, context):
            group = _finer(groups.pop(), group, context)
        groups.append(group)
    return groups


def _meaning(scan, draft, groups, after, context: Context):
    try:
        if isinstance(draft.mark, Every):
            since, until = _limits(draft.bound, context)
            return recurring(draft.mark, draft.whens, context, since=since, until=until)
        if draft.bound is not None:
            return Deadline("", Kind.ONGOING, _limits(draft.bound, context)[0])
    except (ValueError, OverflowError):
        return UNREAD
    if isinstance(draft.mark, When) and draft.mark.points and draft.mark.points[-1].year is None and draft.mark.until is None:
        return _yearless(scan, draft, groups, after, context)
    return mean(draft.mark, context)


def _limits(when, context):
    """(since, until) of a bound."""
    if when is None:
        return None, None
    if when.from_now:
        return context.plan_date, when.until and dated(when.until, context, None)[0].last()
    last = when.until and dated(when.until, context, None)[0]
    first = dated(when.points[0], context, last.year if last else None)[0]
    if last is None and when.relation.by:
        return None, first.last()
    if last is None and not _is_span(when):
        return None, first.last()
    if last is not None and first.first() > last.last():
        raise ValueError("the range ends before it begins")
    return first.first(), last and last.last()


def _yearless(scan, draft, groups, after, context):
    """Takes the year of a neighbour it is joined to, else the plan's; unread where that would contradict the neighbour."""
    before = groups[-1] if groups and isinstance(groups[-1].mark, When) else None
    lent = _year_said(before.mark) if before and _is_joined(scan, before.end, draft.start) else None
    if lent is None and after and isinstance(after.mark, When) and _is_joined(scan, draft.end, after.start):
        lent = _year_said(after.mark)
        told = mean(draft.mark, context, year=lent)
        other = mean(after.mark, context)
        return told if not (told.due_on and other.due_on and told.due_on > other.due_on) else UNREAD
    told = mean(draft.mark, context, year=lent)
    if before and before.deadline.due_on and told.due_on and told.due_on < before.deadline.due_on:
        is_inside = lent is not None and _lies_in(told.due_on, before, context)
        if not is_inside and (lent is not None or _year_said(before.mark) not in (None, context.plan_date.year)):
            return UNREAD
    return told


def _year_said(when):
    points = [*when.points, *([when.until] if when.until else [])]
    return next((point.year for point in reversed(points) if isinstance(point.year, int)), None)


def _is_same_in_brackets(scan, one, two, context):
    """«Quý II/2026 (trước ngày 15/6/2026)»: one time said twice, the second in brackets right after the first."""
    if not (isinstance(one.mark, When) and isinstance(two.mark, When)) or scan.key(two.start - 1) != "(" or one.end != two.start - 1:
        return False
    a, b = one.deadline, two.deadline
    return a.due_on is not None and b.due_on is not None and (_lies_in(b.due_on, one, context) or _lies_in(a.due_on, two, context))


def _lies_in(day, group, context):
    points = group.mark.points
    if not points or points[0].is_bare_day:
        return False
    try:
        first = dated(points[0], context, group.deadline.due_on.year)[0].first()
    except ValueError:
        return False
    return first <= day <= group.deadline.due_on


def _finer(one, two, context):
    kept = two if two.deadline.due_on <= one.deadline.due_on else one
    return replace(kept, start=one.start, end=two.end)


# What stands between


def _between(scan, end, start):
    return [scan.key(k) for k in range(end, min(start, end + 8))] if start - end <= 7 else ["…"]


def _is_joined(scan, end, start):
    """True where only commas, brackets, «và» and the like part two marks."""
    return set(_between(scan, end, start)) <= _FILLERS


def _same_sentence(scan, end, start):
    if start - end > _REACH:
        return False
    return not any(scan.key(k) in _SENTENCE_ENDS or scan.is_full_stop(k) for k in range(end, start))
