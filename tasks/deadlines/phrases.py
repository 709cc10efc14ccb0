"""What a text says of time, phrase by phrase: marks(scan) gives them in reading order, without overlap.

A recursive descent over tokens; every rule looks a bounded number of tokens ahead, so the whole is linear.
"""

from dataclasses import dataclass, field

from .points import (
    BAD,
    GLUED_QUARTERS,
    Point,
    count,
    hour,
    is_other_time,
    month_number,
    phrases,
    point,
    quarter_month,
    quarter_number,
    year_of,
)


@dataclass(frozen=True)
class Relation:
    """The words before a time: «trước» before, «đến/chậm nhất» by, «trong» inside, «từ» since, «sau» after, «khoảng» about."""

    before: bool = False
    by: bool = False
    inside: bool = False
    since: bool = False
    after: bool = False
    about: bool = False

    @property
    def is_said(self):
        return self.before or self.by or self.inside or self.since or self.after


@dataclass(frozen=True)
class Mark:
    """A phrase of time from token `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class When(Mark):
    """Points in time. `until` ends a range whose beginning is points[0]; `is_open` ranges have no end; `from_now` begins at the plan."""

    relation: Relation
    points: tuple[Point, ...]
    until: Point | None = None
    until_before: bool = False
    is_open: bool = False
    from_now: bool = False

    @property
    def is_plain(self):
        return self.until is None and not self.is_open and not self.from_now and not self.relation.since and not self.relation.after


@dataclass(frozen=True)
class Every(Mark):
    """A recurrence: `cadences` are pairs (unit, interval): («month», 6); `of_quarter` where only «tháng cuối quý» is said."""

    cadences: tuple[tuple[str, int], ...]
    of_quarter: int | None = None
    per: int = 1
    at_end: bool = False


@dataclass(frozen=True)
class Event(Mark):
    """`amount` of hours, days or working_days after something happens; unit «at once» without amount. `on` is the event's own day."""

    unit: str
    amount: int | None = None
    on: Point | None = None


@dataclass(frozen=True)
class Standing(Mark):
    """Words that stand for a kind of their own: ongoing, superior, request, vague («theo lộ trình»), periodic («định kỳ»)."""

    what: str


@dataclass(frozen=True)
class Bad(Mark):
    """Looks like a time and can't be read as one."""

    why: str = "no such day, or a year nobody wrote"


@dataclass(frozen=True)
class Refused(Mark):
    """Not a time of the duty, and why."""

    why: str = field(default="")


def marks(scan):
    """The Marks of the whole text."""
    found, i = [], 0
    while i < len(scan.tokens):
        mark = _mark(scan, i)
        if mark is None:
            i += 1
            continue
        i = max(mark.end, i + 1)
        if isinstance(mark, Bad) and mark.why == LUNAR and found and mark.start - found[-1].end <= 1:
            mark = Bad(found.pop().start, mark.end, LUNAR)
        found.append(mark)
    return found


def _mark(scan, i):
    key = scan.key(i)
    if key == "#":
        key = "# word" if scan.key(i + 1)[:1].isalpha() else "# sign"
    for rule in _STARTERS.get(key, ()):
        mark = rule(scan, i)
        if mark is not None:
            return mark
    return None


LUNAR = "a lunar date"

# Relations and spans

_RELATIONS = {
    ("by",): phrases("""
        truoc hoac trong, truoc hoac vao, truoc va trong, cham nhat la, cham nhat den, cham nhat vao, cham nhat trong, cham nhat, muon
        nhat la, muon nhat, khong qua, khong muon hon, khong cham hon, khong sau, khong tre hon, han cuoi la, han cuoi, han chot la,
        han chot, han nop, thoi han, cho den, tinh den, den thoi diem, den, toi, het
    """),
    ("before",): phrases("""
        trong va truoc, truoc thoi diem, truoc, som hon
    """),
    ("inside",): phrases("""
        trong vong, trong khoang thoi gian, ngay trong, ngay! trong, trong, vao thoi diem, vao luc, vao dip, vao, luc, giai doan,
        trong ca, dip
    """),
    ("about", "inside"): phrases("""
        trong khoang, vao khoang
    """),
    ("since",): phrases("""
        bat dau tu, ke tu, ngay tu, ngay! tu, tu
    """),
    ("after",): phrases("""
        sau
    """),
    ("about",): phrases("""
        khoang, du kien, uoc
    """),
    (): phrases("""
        thoi gian, thoi diem, nam ngan sach
    """),
}
_BY_FIRST = {}
for _meaning, _all in _RELATIONS.items():
    for _words in map(str.split, _all):
        _BY_FIRST.setdefault(_words[0], []).append((tuple(_words), _meaning))
for _pairs in _BY_FIRST.values():
    _pairs.sort(key=lambda pair: -len(pair[0]))
_JOINERS = ("den", "toi", "cho den", "-", "cho toi", "- den")


def relation(scan, i):
    """All words of time at `i` → (Relation, next)."""
    said, j = set(), i
    for _ in range(5):
        known = _BY_FIRST.get(scan.key(j), ())
        found = next(((j + len(words), meaning) for words, meaning in known if scan.keys(j, len(words)) == words), None)
        if found is None or (scan.key(j) == "sau" and scan.key(j + 1) == "thang" and scan.key(j + 2) in ("dau", "cuoi")):
            break
        j, said = found[0], said.union(found[1])
        j = scan.skip(j, ":") if scan.key(j - 1) in ("gian", "han", "chot", "cuoi") else j
    if "before" in said:
        said -= {"by", "inside"}
    return Relation(**dict.fromkeys(said, True)), j


_SIGNING = phrases("""
    ngay ~ky ban hanh, ngay ~ky ban! hanh, ngay ky ban hanh, ngay ~ky, ngay ky, ngay ban hanh, ngay ban! hanh, khi ban hanh, khi ban! hanh,
    khi ~ky, khi ky
""")


def _when(scan, i):
    said, j = relation(scan, i)
    if said.is_said and said.since and scan.key(j) == "nay":
        return _from_now(scan, i, j + 1, said)
    signed = scan.at(j, *_SIGNING) if said.since else None
    if signed and scan.at(signed, *_JOINERS):
        return _from_now(scan, i, signed, said)
    term = _vision(scan, j) if j > i and scan.at(j, *_TERMS) else None
    if term:  # «từ năm học 2026 - 2027»
        return Bad(i, term.end, term.why)
    span = _days_with_hyphen(scan, i, j, said)
    if span is not None:
        return span
    found = point(scan, j, led=j > i)
    if found is None:
        return Bad(i, j + 1) if j > i and _is_other_time(scan, j) else None
    first, k = found
    if first is BAD:
        return Bad(i, k)
    if (scan.key(i - 1) in ("khong", "chua") and said.is_said) or (said.before and said.after):
        return Bad(i, k, "a negation")
    if first.unit == "day" and j > i and scan.key(j - 1) == "dip" and not _is_yearly(scan, i, k):
        return Refused(i, _rest_of_days(scan, k), A_HOLIDAY)
    if first.unit == "year" and first.year is None and not _is_this_year(scan, i, j, k):
        return None
    return _range(scan, i, k, said, first) or _list(scan, i, j, k, said, first) or When(i, k, said, (first,))


A_HOLIDAY = "a day that is celebrated"


def _is_yearly(scan, i, k):
    """«hằng năm vào dịp 10/10», «dịp 10/10 hằng năm»: the day of a turn."""
    return scan.last(i, ("hang nam", "moi nam")) is not None or scan.at(_rest_of_days(scan, k), "hang nam", "moi nam") is not None


def _rest_of_days(scan, k):
    """The token after «30/4 và 01/5», `k` standing after its first day."""
    for _ in range(4):
        j = scan.at(k, ", va", ",", "va", "-", "&")
        found = point(scan, j, led=True) if j else None
        if not found or found[0] is BAD or found[0].unit != "day":
            break
        k = found[1]
    return k


def _days_with_hyphen(scan, i, j, said):
    """«ngày 10-15/6/2026» is a range; «3-5/2026» may be a day or two months, and a number hanging on another is no date."""
    m = scan.skip(j, "ngay")
    hangs = m == i and scan.is_glued(i) and scan.is_glued(i - 1) and (scan.key(i - 1) == "/" or scan.keys(i - 2, 2) in _HANGING)
    if hangs:
        return Bad(i, i + 1, "a number that hangs on another") if point(scan, m, led=True) else None
    if scan.keys(m, 5) != ("#", "-", "#", "/", "#") or scan.tokens[m].width > 2 or scan.tokens[m + 2].width > 2:
        return None
    has_year = scan.keys(m + 5, 2) == ("/", "#")
    end = m + (7 if has_year else 5)
    is_clause = scan.is_edge(m - 1) and scan.is_edge(end)
    is_days = has_year or ((m > j or is_clause) and scan.tokens[m + 4].width <= 2)
    day, last = scan.number(m), point(scan, m + 2, led=True) if is_days else None
    if not day or day > 31 or last is None or last[0] is BAD:
        return Bad(i, end, "a range that can't be read")
    return When(i, last[1], said, (Point("day", day=day),), until=last[0])


_HANGING = {("#", "-"), ("#", "."), ("#", ",")}


def _is_other_time(scan, j):
    """«tháng sau», «quý tới», «tuần tới»: a time counted from a day nobody wrote."""
    return scan.key(j) in ("thang", "quy", "tuan", "nam") and (is_other_time(scan, j + 1) or scan.key(j + 1) == "nay")


def _is_this_year(scan, i, j, k):
    """A bare «năm» is a year after «trong», «hết», «cuối», «cả» and before the end of a clause."""
    said_so = scan.key(j - 1) in ("trong", "het", "den", "truoc") or scan.key(j) in ("cuoi", "dau", "ca", "nua", "giua")
    return said_so and (scan.is_edge(k) or scan.key(k) in ("va", "hoan")) and j >= i


def _from_now(scan, i, j, said):
    k = scan.at(j, *_JOINERS)
    if not k:
        return When(i, j, said, (), is_open=True, from_now=True) if scan.at(j, "tro di") else None
    _, k = relation(scan, k)
    found = point(scan, k, led=True)
    if found is None:
        return None
    return Bad(i, found[1]) if found[0] is BAD else When(i, found[1], Relation(), (), until=found[0], from_now=True)


def _range(scan, i, k, said, first):
    """«từ … đến …», «3/2026 - 6/2026», «… trở đi», «… và những năm tiếp theo»."""
    tail = _open_end(scan, k, first.unit)
    if tail and not said.before:
        return When(i, tail, said, (first,), is_open=True)
    j = scan.at(k, *_JOINERS)
    if not j or said.before or said.after or first.unit == "weekday":
        return None
    end_said, j = relation(scan, j)
    found = _second(scan, j, first)
    if found is None:
        return None
    if found[0] is BAD or not _fits(first, found[0]):
        return Bad(i, found[1], "a range that can't be read")
    return When(i, found[1], said, (first,), until=found[0], until_before=end_said.before)


def _second(scan, j, first):
    """The end of a range: a point, or the bare number of a month or quarter («tháng 3-5/2026», «quý I-II»)."""
    whole = point(scan, j, led=True)
    if first.unit in ("month", "quarter") and (whole is None or whole[0] is BAD) and scan.key(j) not in ("thang", "quy"):
        return _bare_number(scan, j, first)
    if whole and whole[0] is not BAD and first.is_bare_day and not whole[0].is_bare_day and whole[0].unit != "day":
        return BAD, whole[1]
    return whole


def _bare_number(scan, j, first):
    """The number alone, read as what the first was: put «tháng» or «quý» before it."""
    number = quarter_number(scan, j) if first.unit == "quarter" else None
    if first.unit == "month":
        read = month_number(scan, j) if scan.key(j) == "#" else None
        number = read[0] if read else None
    if number is None:
        return None
    if number is BAD:
        return BAD, j + 1
    year, k = year_of(scan, j + 1)
    return (BAD, k) if year is BAD else (Point(first.unit, year=year, number=number), k)


def _fits(first, last):
    """A range goes from a day to a day or a month, never from a month to a weekday; a year's range ends in a year."""
    if last.unit in ("weekday", "tet"):
        return False
    if first.unit == "day":
        return last.unit != "half"
    return first.unit == "tet" or last.unit != "day" or first.unit in ("month", "quarter", "year")


def _open_end(scan, k, unit):
    """The token after «trở đi», «và những năm tiếp theo», or None."""
    j = scan.at(k, "tro di", "tro ve sau", "ve sau")
    if j:
        return j
    for _ in range(2):
        k = scan.skip(k, "va", ",", "-", "cung", "ca")
    k = scan.at(k, "cac nam", "nhung nam", "cac giai doan", "nhung giai doan") if unit == "year" else None
    return (
        scan.skip(scan.at(k, "tiep theo", "sau do", "sau", "ke tiep", "tiep"), "do")
        if k and scan.at(k, "tiep theo", "sau", "ke tiep", "tiep")
        else None
    )


def _list(scan, i, j, k, said, first):
    """«tháng 3, 6, 9, 12/2026», «quý II, III năm 2026», «năm 2026, 2027», «ngày 15, 30» → a When of several points."""
    if first.unit == "day":
        months = _same_day_of_months(scan, i, k, said, first)
        if months is not None:
            return months
    items, end = [first], k
    while len(items) < 12:
        found = _item(scan, end, first)
        if found is None:
            break
        items.append(found[0])
        end = found[1]
    if first.is_bare_day:
        days = _days_up_to(scan, i, end, said, items)
        if days is not None:
            return days
    bare = len(items) > 1 and items[-1].year is None and not _ends_a_list(scan, end)
    if len(items) == 1 or bare:
        return None
    if first.is_bare_day and scan.key(end) == "thang" and not quarter_month(scan, end):
        return _days_of_one_month(scan, i, end, said, items)
    return When(i, end, said, tuple(items))


def _same_day_of_months(scan, i, k, said, first):
    """«ngày 15 các tháng 3, 6, 9, 12», «ngày 15 tháng 6, 12 hằng năm»: the day in each month."""
    if first.is_bare_day:
        j = scan.at(k, "cua cac thang", "cac thang", "cua cac")
        found = point(scan, j - 1, led=True) if j and scan.key(j - 1) == "thang" else None
        if not found or found[0] is BAD or found[0].unit != "month":
            return None
        months, end = [found[0]], found[1]
    else:
        months, end = [Point("month", year=first.year, number=first.number)], k
    while len(months) < 12 and months[-1].year is None:
        found = None if _is_a_day_of_its_own(scan, end + 1) else _item(scan, end, months[0])
        if found is None:
            break
        months.append(found[0])
        end = found[1]
    if len(months) == 1 and not first.is_bare_day:
        return None
    if months[-1].year is None and not _ends_a_list(scan, end):
        return Bad(i, end, "a list that can't be read") if first.is_bare_day else None
    days = [Point("day", year=month.year, number=month.number, day=first.day, at=first.at) for month in months]
    return When(i, end, said, tuple(days))


def _is_a_day_of_its_own(scan, j):
    """«20/12» after a comma is a day, «12/2026» the last month of the list."""
    return scan.keys(j, 3) in (("#", "/", "#"), ("#", ".", "#")) and scan.tokens[j + 2].width != 4


def _ends_a_list(scan, end):
    return scan.is_edge(end) or scan.key(end) in ("hang", "moi", "cua", "thang")


def _item(scan, end, first):
    j = scan.at(end, ", va", ",", "va", "&", "+")
    if not j:
        return None
    head = {"month": "thang", "quarter": "quy", "year": "nam", "day": "ngay"}.get(first.unit)
    if head is None or (first.unit == "day" and not first.is_bare_day):
        return None
    k = scan.skip(j, head)
    if first.is_bare_day:
        day = scan.number(k) if scan.key(k) == "#" and scan.key(k + 1) not in ("/", "-", ".") else None
        return (Point("day", day=day), k + 1) if day and 1 <= day <= 31 else None
    if first.unit == "year":
        found = point(scan, k, led=True) if scan.key(k) == "#" and scan.tokens[k].width == 4 else None
    else:
        found = _bare_number(scan, k, first)
    return found if found and found[0] is not BAD and found[0].unit == first.unit else None


def _days_up_to(scan, i, end, said, items):
    """«ngày 14 và 15/3/2026»: days in a row are a range, others each a day of that month."""
    j = scan.at(end, ", va", ",", "va", "&")
    found = point(scan, j, led=True) if j and scan.keys(j, 3) == ("#", "/", "#") else None
    if not found or found[0] is BAD or found[0].unit != "day":
        return None
    last = found[0]
    numbers = [*(item.day for item in items), last.day]
    if numbers != sorted(set(numbers)):
        return None
    if numbers[-1] - numbers[0] == len(numbers) - 1 and not (said.before or said.by):
        return When(i, found[1], said, (items[0],), until=last)
    return When(i, found[1], said, tuple(Point("day", year=last.year, number=last.number, day=day) for day in numbers))


def _days_of_one_month(scan, i, end, said, items):
    """«ngày 15 và 30 tháng 6/2026»: every day is one of that month."""
    found = point(scan, end, led=True)
    if not found or found[0] is BAD:
        return None
    month = found[0]
    days = [Point("day", year=month.year, number=month.number, day=item.day) for item in items]
    return When(i, found[1], said, tuple(days))


# Recurrences

_EACH = ("hang", "moi", "tung")
_UNITS = {"ngay": "day", "tuan": "week", "thang": "month", "quy": "quarter", "nam": "year"}
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def _every(scan, i):
    j = scan.at(i, "dinh ky", "thuong ky")
    is_periodic = j is not None
    j = j or i
    for _ in range(2 if is_periodic else 0):
        j = scan.skip(j, ",", "theo", ":", "(", "vao")
    at_end = scan.at(j, "cuoi") if scan.key(j + 1) in _EACH else None
    found = _cadence(scan, at_end or j, is_periodic) or (_times(scan, j) if not at_end else None)
    if found is None:
        return Standing(i, scan.at(i, "dinh ky", "thuong ky"), "periodic") if is_periodic else None
    cadences, per, k = [found[0]], found[1], found[2]
    while len(cadences) < 6:
        more = _more(scan, k, is_periodic or scan.key(j) in _EACH)
        if more is None:
            break
        cadences.append(more[0])
        k = more[1]
    if any(cadence is None for cadence in cadences):
        return Bad(i, k, "an interval without a known beginning")
    return Every(i, k, tuple(dict.fromkeys(cadences)), per=per, at_end=at_end is not None)


def _cadence(scan, j, is_periodic):
    """«hằng quý», «6 tháng một lần», «6 tháng/lần»; after «định kỳ» also «6 tháng», «quý» → (cadence, 1, next)."""
    k = j
    for _ in range(2):
        k = scan.skip(k, *_EACH)
    amount, n = (count(scan, k) if scan.key(k) != "nam" else None) or (1, k)
    led = is_periodic or k > j or bool(n > k and scan.at(n + 1, "va hang", ", hang", "/ hang"))
    k = n
    unit = _UNITS.get(scan.key(k))
    if unit is None or (unit in ("month", "year") and scan.key(k + 1) == "#" and k == j):
        return None
    tail = scan.at(k + 1, "/ lan", "mot lan", "/ # lan", "# lan", "/ mot lan")
    twice = scan.at(k + 1, "hai lan")
    times = scan.number(k + 1) if scan.at(k + 1, "# lan") else scan.number(k + 2) if scan.at(k + 1, "/ # lan") else 2 if twice else 1
    if times != 1:
        return (_per(unit, times), _per_rest(unit, times), tail or twice) if led and amount == 1 else None
    if unit == "month" and amount == 6 and scan.key(k + 1) in ("dau", "cuoi"):
        return None
    if not (led or tail) or (is_periodic and k == j and unit in ("year", "month", "day") and scan.key(k + 1) == "#" and not tail):
        return None
    if unit == "year" and scan.at(k + 1, "hoc", "tiep theo"):
        return None
    return _cadence_of(unit, amount), 1, tail or k + 1


def _cadence_of(unit, amount):
    """(unit, interval) in weeks, months, quarters, halves and years; None where the first time is not known."""
    if unit == "day":
        return ("day", 1) if amount == 1 else ("week", amount // 7) if amount in (7, 14) else None
    if unit == "week":
        return ("week", amount) if amount in (1, 2) else None
    if unit == "year":
        return ("year", 1) if amount == 1 else None
    months = amount * _MONTHS[unit]
    return {1: ("month", 1), 2: ("month", 2), 3: ("quarter", 1), 6: ("half", 1), 12: ("year", 1)}.get(months)


def _times(scan, j):
    """«2 lần/năm», «ít nhất một lần mỗi quý», «01 lần trong năm» → (cadence, times per unit, next)."""
    counted = count(scan, j)
    if not counted or scan.key(counted[1]) != "lan":
        return None
    k = counted[1] + 1
    sep = scan.at(k, "/", "mot", "moi", "trong", "hang")
    if not sep:
        return None
    sep = scan.skip(sep, "mot", "#", "moi")
    unit = _UNITS.get(scan.key(sep))
    if unit is None:
        return None
    return _per(unit, counted[0]), _per_rest(unit, counted[0]), sep + 1


def _per(unit, times):
    """So many times a unit, as a shorter cadence where there is one: 2 a year → half-yearly."""
    if unit in ("day", "week"):
        return (unit, 1) if times == 1 else None
    months = _MONTHS[unit]
    if (unit, times) == ("month", 2):
        return "month", 1
    return _cadence_of("month", months // times) if times and months % times == 0 else None


def _per_rest(unit, times):
    return 2 if (unit, times) == ("month", 2) else 1


def _more(scan, k, led):
    """A further cadence of a list: «hằng tháng, quý, năm», «6 tháng và hằng năm», «định kỳ hằng quý, 6 tháng, năm»."""
    j = scan.at(k, ", va", ",", "va", "/", "-", "hoac")
    if not j or not led:
        return None
    m = scan.skip(j, *_EACH)
    if m == j and scan.key(j) == "ca" and scan.key(j + 1) == "nam":
        m = j + 1
    amount, n = count(scan, m) if scan.key(m) != "nam" and count(scan, m) else (1, m)
    unit = _UNITS.get(scan.key(n))
    if unit is None or scan.key(n + 1) == "#" or scan.key(n + 1) in ("dau", "cuoi", "hoc", "lam") or (unit == "day" and m == j):
        return None
    if m == j and n == m and not (scan.is_edge(n + 1) or scan.key(n + 1) in ("va", "/", "-", "hoac", "truoc", "vao", "theo", "dot", "bao")):
        return None
    return _cadence_of(unit, amount), n + 1


def _elliptic(scan, i):
    """«hằng tháng trước ngày 20, 6 tháng trước ngày 15/6, năm trước ngày 15/12»: a cadence without its «hằng»."""
    if scan.key(i - 1) not in (",", ";", "va"):
        return None
    amount, k = (scan.number(i), i + 1) if scan.key(i) == "#" else (1, i)
    unit = _UNITS.get(scan.key(k))
    if unit not in _MONTHS or not amount or not scan.at(k + 1, "truoc ngay #", "vao ngay #", "cham nhat ngay #", "truoc #"):
        return None
    if not any(scan.at(j, "bao cao", "dinh ky", "hang") for j in range(max(0, i - 25), i)):
        return None
    cadence = _cadence_of(unit, amount)
    return Every(i, k + 1, (cadence,)) if cadence else None


def _quarter_months(scan, i):
    found = quarter_month(scan, i)
    return Every(i, found[1], (("quarter", 1),), of_quarter=found[0]) if found else None


# Events

_AFTER_LEADS = phrases("""
    trong vong, trong thoi han, trong thoi gian, trong, khong qua, cham nhat la, cham nhat, muon nhat, cham nhat sau, khong cham qua,
    toi da, sau, cham nhat trong, cham nhat trong vong, cham nhat khong qua, trong thoi han khong qua, trong vong khong qua, toi da
    khong qua, sau khong qua
""")
_BEFORE_LEADS = phrases("truoc, truoc it nhat, it nhat, toi thieu")
_LEADS = sorted([*_AFTER_LEADS, *_BEFORE_LEADS], key=lambda words: -len(words.split()))

_EVENT_UNITS = {"gio": "hours", "h": "hours", "tieng": "hours", "ngay": "days", "tuan": "weeks", "thang": "months", "phut": "minutes"}
_EVENT_TAILS = ("ke tu khi", "tinh tu khi", "tu khi", "neu", "ke tu", "tinh tu", "tu", "sau khi", "sau", "khi", "ke khi")


def _event(scan, i):
    """«trong vòng 24 giờ», «sau 10 ngày kể từ …», «05 ngày làm việc sau khi …»."""
    j = scan.at(i, *_LEADS)
    lead = j and " ".join(scan.keys(i, j - i))
    j = j or i
    counted = count(scan, j)
    unit = _EVENT_UNITS.get(scan.key(counted[1])) if counted else None
    if unit is None or (scan.key(j) == "#" and (scan.is_spoiled(j) or hour(scan, j))):
        return None
    k = counted[1] + 1
    if (unit in ("days", "months") and scan.key(k) == "#") or scan.at(k, "dau", "cuoi"):
        return None
    is_working = bool(scan.at(k, "lam viec"))
    k = scan.skip(k, "lam viec", "dong ho")
    tail = scan.at(scan.skip(k, ","), *_EVENT_TAILS)
    if unit == "hours" and scan.at(k, "ngay", "/ ngay", "moi ngay"):
        return Refused(i, k, "a duration")
    if lead is None and not tail:
        return None
    if lead in _BEFORE_LEADS or scan.at(k, "truoc") or (lead == "trong" and unit in ("months", "weeks") and not tail):
        return Bad(i, k, "a duration, or a count before an event")
    return _measured(scan, i, k, unit, counted[0], is_working, tail)


def _measured(scan, i, k, unit, amount, is_working, tail):
    if unit in ("months", "minutes") or (is_working and unit != "days"):
        counted_from = point(scan, scan.skip(tail, "khi"), led=True) if tail else None
        return Bad(i, counted_from[1] if counted_from else tail or k, "a measure that is neither hours nor days")
    if unit == "weeks":
        unit, amount = "days", 7 * amount
    end, on = tail or k, None
    if tail:
        found = point(scan, scan.skip(tail, "khi"), led=True)
        if found and found[0] is not BAD and found[0].unit == "day" and not found[0].is_bare_day:
            on, end = found[0], found[1]
        elif found and found[0] is BAD:
            return Bad(i, found[1])
    return Event(i, end, "working_days" if is_working else unit, amount, on)


def _at_once(scan, i):
    """«ngay sau khi …», «ngay khi …», «liền sau khi …»."""
    j = scan.at(i, "ngay! sau", "ngay! khi", "ngay sau", "ngay khi", "lien sau khi", "ngay lap tuc sau")
    if not j or scan.key(i - 1) in ("trong", "tu", "tinh"):
        return None
    found = point(scan, scan.skip(j, "khi"), led=True)
    return Event(i, found[1] if found else scan.skip(j, "khi"), "at once")


# Words that stand for a kind of their own

_PLANS = phrases("""
    ke hoach, kh, lo trinh, tien do, huong dan, chi dao, chuong trinh, thoi gian, thoi han, phan cong, van ban, cong van, nghi quyet,
    de an, lich, chi thi, thong bao, quyet dinh, y kien, ket luan, thoi diem, phan ky, quy trinh
""")
_SUPERIORS = {"tinh", "tw", "sở", "huyen"}
_SUPERIOR_WORDS = phrases("""
    trung uong, cap tren, thanh pho, chinh phu, thu tuong, quoc hoi, thanh uy, cap co tham quyen, cap tham quyen,
    co quan co tham quyen, co quan tham quyen, ban bi thu, bo chinh tri, cac bo
""")
_NO_MINISTRY = {"phan", "may", "chi", "tieu", "doi", "quy", "sach"}  # «bộ phận», «bộ chỉ số»
_LETTERS = phrases("cong van, thong bao, van ban, y kien")  # a letter by its number alone is no plan that sets a date
_OWN = {"phuong", "xa", "nay", "~nay", "minh"}


def _by_superior(scan, i):
    """«Theo Kế hoạch của Tỉnh», «sau khi có hướng dẫn của Trung ương»: the superior's date, when it is known."""
    j = scan.at(i, "theo dung", "theo", "khi co", "sau khi co", "cho", "sau khi nhan duoc")
    if not j:
        return None
    j = scan.skip(j, "noi dung", "cac", "su", "tinh than")
    inner = scan.at(
        j, "thoi gian trong", "thoi han trong", "tien do trong", "lo trinh trong", "tien do cua", "lo trinh cua", "thoi gian cua"
    )
    inner = inner or scan.at(j, "tien do", "lo trinh")
    plan = scan.at(inner or j, *_PLANS) or inner
    if plan is None or (scan.key(i) == "cho" and scan.key(j) == "kh"):
        return None
    return _named_superior(scan, i, plan)


def _named_superior(scan, i, j):
    is_named = False
    for k in range(j, j + 16):
        key = scan.key(k)
        if key in ("", ".", ";", "\n", ",") or scan.at(k, "thuong xuyen", "hang", "truoc", "trong thang", "trong quy", "hoan thanh"):
            break
        if key in _OWN:
            return Standing(i, k + 1, "vague") if scan.key(i) == "theo" else None
        end = k + 1 if key in _SUPERIORS else scan.at(k, *_SUPERIOR_WORDS)
        if end is None and key == "bo" and scan.key(k + 1) not in _NO_MINISTRY:  # «Bộ Nội vụ», and «Bộ» alone at the end
            end = k + 2 if scan.key(k + 1)[:1].isalpha() else k + 1
        if end:
            return Standing(i, _rest_of_name(scan, end), "superior")
        is_named = is_named or bool(symbol(scan, k))
    if is_named and scan.key(i) == "theo" and not scan.at(scan.skip(i + 1, "cac"), *_LETTERS):
        return Standing(i, k, "superior")
    return Standing(i, j, "vague") if scan.key(i) == "theo" else None


def _rest_of_name(scan, k):
    """Capitalised words right after a superior's name belong to it: «Bộ Nội vụ», «Tỉnh ủy Khánh Hòa»."""
    for j in range(k, k + 8):
        key = scan.key(j)
        if not key[:1].isalpha() or scan.at(j, *_NO_NAMES):
            return j
        if not scan.tokens[j].capital and key not in ("uy", "dang", "vu", "va"):
            return j
    return k


_NO_NAMES = ("thuong xuyen", "hang", "hoan thanh", "trong", "truoc", "quy", "thang", "nam", "khi", "dinh ky")
_REQUESTS = phrases("""
    khi co yeu cau, theo yeu cau, khi duoc yeu cau, dot xuat, khi co phat sinh, khi phat sinh, khi can thiet, khi can, neu co yeu cau,
    khi co nhu cau, theo nhu cau, khi co tinh huong, khi co su co, khi co su kien, khi xay ra, theo su vu, theo vu viec, theo de nghi,
    khi co de nghi
""")
_LASTING = ("thuong xuyen", "lien tuc", "hang ngay", "moi ngay", "quanh nam", "suot nam")


def _request(scan, i):
    end = scan.at(i, *_REQUESTS)
    return Standing(i, end, "request") if end else None


def _lasting(scan, i):
    end = scan.at(i, *_LASTING)
    if end and scan.key(i - 1) in ("khong", "chua"):
        return Bad(i, end, "a negation")
    return Standing(i, end, "ongoing") if end else None


# What is refused

_LEVELS = phrases("""
    cap do, muc do, cap, muc, lop, dieu, khoan, diem, chuong, phan, phu luc, bieu, mau, nhom, giai doan #, dot, vong, khu vuc, vung,
    hang muc, loai, buoc, bac, phien ban
""")
_STANDARDS = {"tcvn", "qcvn", "iso", "tcn", "iec", "tcxdvn", "itu", "nist", "en"}
_DOCUMENTS = phrases("""
    nghi quyet, quyet dinh, chi thi, thong tu, nghi dinh, luat, bo luat, phap lenh, quy dinh, quy che, huong dan, cong van, thong bao,
    ket luan, to trinh, bao cao, cong dien, bien ban, ke hoach, chuong trinh, de an, van ban, hien phap, cong uoc, hiep dinh,
    phien hop, cuoc hop, hoi nghi, dai hoi, chien luoc, quy hoach, du an, giay moi, phuong an, bo chi so, muc tieu quoc gia, lan thu
""")


def _level(scan, i):
    j = scan.at(i, *_LEVELS)
    if j is None:
        return None
    if scan.key(j - 1) == "#":
        j -= 1
    if scan.key(j) == "#" and scan.key(j + 1) not in ("/", "-") and scan.tokens[j].width <= 3 and not scan.at(j + 1, "thang"):
        return Refused(i, j + 1, "a level or a part of a text")
    if scan.key(j) in ("i", "ii", "iii", "iv", "v", "vi"):
        return Refused(i, j + 1, "a level or a part of a text")
    return None


def _standard(scan, i):
    j = scan.skip(i + 1, "/ iec", "-", ":")
    if scan.key(j) != "#":
        return None
    j += 1
    for _ in range(3):
        j = j + 2 if scan.key(j) in (":", "-", "/", ".") and scan.key(j + 1) == "#" else j
    return Refused(i, j, "a standard")


def _round_the_clock(scan, i):
    """«24/7», «24/24 giờ», «7/7»: never a date unless «ngày» or «trước» stands before it."""
    if scan.key(i + 1) not in ("/", "x", "h") or scan.key(i - 1) in ("/", "ngay"):
        return None
    j = i + 2 if scan.key(i + 1) != "h" else scan.at(i + 1, "h /")
    pair = (scan.tokens[i].value, scan.tokens[j].value if j and scan.key(j) == "#" else None)
    if pair not in ((24, 7), (24, 24), (7, 7)) or (scan.key(j + 1) == "/" and pair != (24, 24)) or scan.at(j + 1, "nam #"):
        return None
    return Refused(i, j + 1, "round the clock")


def symbol(scan, i):
    """The token after a document's number and symbol at `i`: «57-NQ/TW», «200/KH-UBND», «116/2025/QH15», or None."""
    if scan.key(i) != "#":
        return None
    j = i + 1
    if scan.key(j) == "/" and scan.key(j + 1) == "#" and scan.tokens[j + 1].width == 4:
        j += 2
    if scan.key(j) not in ("/", "-") or not _is_capitals(scan, j + 1):
        return None
    j += 2
    for _ in range(12):
        more = scan.key(j) in ("/", "-") and (_is_capitals(scan, j + 1) or (scan.key(j + 1) == "#" and scan.is_glued(j + 1)))
        if not more and not (scan.is_glued(j) and (scan.key(j) == "#" or scan.key(j)[:1].isalpha())):
            break
        j += 2 if more else 1
    return j


# Abbreviations of types and bodies that make a symbol even in small letters.
_SYMBOLS = set(
    phrases("nq, qd, ct, kh, tb, kl, cv, bc, hd, qc, nd, ubnd, hdnd, tw, tu, bcd, bcdtw, cp, ttg, qh, du, bca, bkhcn, vpcp, bs, ttr")
)


def _is_capitals(scan, i):
    if not scan.key(i)[:1].isalpha():
        return False
    token = scan.tokens[i]
    if token.key in _SYMBOLS:
        return True
    return scan.text[token.start : token.end].isupper() and token.key not in ("t", "th", "q", "quy", "thang", "ngay")


def _cited(scan, i):
    """A document's symbol, and the date of the document after it."""
    j = symbol(scan, i)
    if j is None:
        return None
    k = scan.skip(j, ", ngay", "ngay", "( ngay", ",")
    if scan.key(k - 1) == "ngay" or scan.at(k, "ngay"):
        found = point(scan, k if scan.at(k, "ngay") else k - 1)
        if found and found[0] is not BAD and found[0].unit == "day":
            return Refused(i, found[1], "the date of a cited document")
    return Refused(i, j, "a document's symbol")


def names_a_document(scan, i, *, back=30):
    """True where a document's or programme's name runs up to token `i` in the same sentence."""
    last = scan.last(i, _DOCUMENTS)
    return last is not None and i - last <= back


_TERMS = phrases("nhiem ky, nam hoc, nien khoa, nien do")


def _vision(scan, i):
    """«tầm nhìn (đến năm) 2045», «nhiệm kỳ 2025-2030», «năm học 2026-2027»."""
    j = scan.at(i, "~tam nhin chien luoc", "~tam nhin", "tam nhin chien luoc", "tam nhin", "dinh huong")
    if j:
        _, j = relation(scan, j)
        found = point(scan, j, led=True)
        return Refused(i, found[1], "a vision, not a deadline") if found and found[0] is not BAD and found[0].unit == "year" else None
    j = scan.at(i, *_TERMS)
    if j and scan.key(j) == "#":
        end = j + 3 if scan.key(j + 1) == "-" and scan.key(j + 2) == "#" else j + 1
        return Bad(i, end, "a term or school year, whose end is not written")
    return Bad(i, j, "a term or school year, whose end is not written") if j and scan.key(i) == "nam" else None


_SEASONS = phrases("""
    he thu, he thu!, dong xuan, xuan he, thu dong, thu! dong, he, xuan, dong, mua, chiem xuan, chiem, kho, mua bao, bao, mua lu, lu,
    lu bao, nang, nang nong, thu hoach, gieo trong, le hoi, tuyen sinh, mua mua, du lich
""")
_CROPS = ("lua", "san xuat", "san xuat lua", "mua", "ca", "tom", "rau mau")


def _season(scan, i):
    """«vụ Hè Thu năm 2026», «mùa khô 2026», «kỳ họp cuối năm 2026»: within that year, on days nobody wrote."""
    if scan.key(i) == "ky":
        k = scan.at(i, "ky hop")
        limit = 8
    else:
        k = scan.at(scan.skip(i + 1, *_CROPS), *_SEASONS) or scan.at(i + 1, *_SEASONS)
        limit = 1
    if not k:
        return None
    for j in range(k, k + limit):
        key = scan.key(j)
        if key in ("", ",", ";", ".", ":", "\n", "hoan") or (key == "#" and scan.tokens[j].width != 4):
            return None
        said = _when(scan, j)
        if isinstance(said, When) and said.points and said.points[0].unit == "year" and not said.relation.is_said:
            return Bad(i, said.end, "a season or a session, whose days are not written")
        if said is not None:
            return None
    return None


def _celebration(scan, i):
    """«kỷ niệm 2/9», «chào mừng ngày 30/4 và 1/5»: the day is the occasion."""
    k = scan.at(i, "~ky niem", "ky niem", "chao mung", "mung")
    if not k or (scan.key(i) == "mung" and scan.key(i + 1) == "#"):
        return None
    for j in range(k, k + 12):
        key = scan.key(j)
        if key in ("", ",", ";", ".", "\n", "(", "truoc", "hoan", "trong", "den", "cham", "xong"):
            return None
        found = point(scan, j, led=True) if key in ("#", "ngay") else None
        if found and found[0] is not BAD and found[0].unit == "day" and not found[0].is_bare_day:
            return None if _is_yearly(scan, i, found[1]) else Refused(i, _rest_of_days(scan, found[1]), A_HOLIDAY)
    return None


def _following_years(scan, i):
    """«tháng 12 các năm tiếp theo»: every year; the month before it carries no year of its own."""
    j = scan.at(scan.skip(i, "cua"), "cac nam", "nhung nam")
    end = j and scan.at(j, "tiep theo", "ke tiep", "sau do", "sau")
    is_dated = scan.key(i - 1) == "#" and scan.tokens[i - 1].width <= 2 and scan.key(i - 2) in ("thang", "quy", "/")
    is_quarter = scan.key(i - 1) in ("i", "ii", "iii", "iv") and scan.key(i - 2) == "quy"
    return Every(i, end, (("year", 1),)) if end and (is_dated or is_quarter) else None


def _lunar(scan, i):
    j = scan.at(i, "am lich", "( al )", "( am lich )")
    if not j:
        j = scan.at(i, *_LUNAR_DAYS)
        j = j and scan.skip(j, "nam #", "/ #", "thang gieng", "gieng")
    return Bad(i, j, LUNAR) if j else None


_LUNAR_DAYS = phrases(
    "mung # thang #, mong # thang #, mung # / #, mong # / #, mung #, mong #, ~mong # thang #, ~mong #, ram thang #, ram thang, ram"
)
_STARTERS = {}


def _starts(rule, *keys):
    for key in dict.fromkeys(keys):
        _STARTERS.setdefault(key, []).append(rule)


def _firsts(phrases):
    return {words.split()[0] for words in phrases}


_FEW = ("mot", "hai", "ba", "bon", "sau", "sáu", "bay", "tam", "chin", "muoi")

_starts(_elliptic, "# word", "nam", "quy", "thang")
_starts(_cited, "# sign")
_starts(_round_the_clock, "# sign", "# word")
_starts(_level, *_firsts(_LEVELS))
_starts(_standard, *_STANDARDS)
_starts(_vision, "~tam", "tam", "dinh", "nhiem", "nam", "nien")
_starts(_season, "vu", "mua", "ky")
_starts(_celebration, "~ky", "ky", "chao", "mung")
_starts(_following_years, "cac", "nhung", "cua")
_starts(_lunar, "am", "(", *_firsts(_LUNAR_DAYS))
_starts(_at_once, "ngay!", "ngay", "lien")
_starts(_request, *_firsts(_REQUESTS))
_starts(_by_superior, "theo", "khi", "sau", "cho")
_starts(_lasting, *_firsts(_LASTING))
_starts(_every, "dinh", "thuong", "hang", "moi", "tung", "# word", *_FEW, "cuoi")
_starts(_quarter_months, "thang")
_starts(_event, "# word", "nam", *_FEW, *_firsts(_LEADS))
_starts(
    _when, "# word", "# sign",
    "ngay", "ngay!", "thang", "t", "th", "quy", "q", *GLUED_QUARTERS, "nam", "ca",
    "sau", "sáu", "nua", "tet", "thu",
    "chu", "tuan", "dau", "giua", "cuoi", "trung", "thuong", "ha", "nhung", *_BY_FIRST,
)  # fmt: skip
