"""Points in time as plans write them: a day, a month, a quarter, a half year, a year, with as much of the year as is written.

    point(scan, i, led=…) → (Point, next token) | (BAD, next token) | None

BAD looks like a time and can't be one, or can't be known: 31/4/2026, tháng 13, «năm sau», «l5/6/2026».
"""

from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache

from .days import lunar_new_year, month_end
from .words import tokens_of

BAD = object()

NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "tư": 4, "nam": 5, "lam": 5, "sau": 6, "sáu": 6, "bay": 7, "tam": 8, "chin": 9}
QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "mot": 1, "nhat": 1, "hai": 2, "ba": 3, "tu": 4, "tư": 4, "bon": 4}
QUARTERS |= {"l": 1, "ll": 2, "il": 2, "li": 2, "lll": 3, "ill": 3, "iil": 3, "lv": 4}  # after «quý» an l can only be a misread I
WEEKDAYS = {2: "MO", 3: "TU", 4: "WE", 5: "TH", 6: "FR", 7: "SA"}
OTHER_YEARS = {"sau", "toi", "truoc", "qua", "ngoai", "kia", "ke", "lien"}  # «năm sau», «quý tới»: a year nobody wrote
PARTS = {("dau",): "first", ("giua",): "middle", ("cuoi",): "last", ("trung", "tuan"): "middle", ("ha", "tuan"): "last"}
PARTS |= {("thuong", "tuan"): "first", ("nhung", "ngay", "dau"): "first", ("nhung", "ngay", "cuoi"): "last", ("trong", "dau"): "first"}


@dataclass(frozen=True)
class Point:
    """`unit` is day, month, quarter, half, year, tet or weekday. `number` counts months, quarters or halves; `weekday` is MO … SU.

    `part` is first, middle or last third of the unit, or week-1 … week-5 of a month. `of_quarter` (1–3) and `next_month` place a
    day without a month («ngày 15 tháng cuối quý», «ngày 05 tháng sau»).
    """

    unit: str
    year: int | None = None
    number: int | None = None
    day: int | None = None
    at: time | None = None
    part: str | None = None
    weekday: str | None = None
    of_quarter: int | None = None
    next_month: bool = False

    @property
    def is_bare_day(self):
        return self.unit == "day" and self.number is None

    def first(self):
        """The first day of the point. Raises ValueError where the calendar has no such day."""
        start = self._start()
        if self.unit == "month" and self.part:
            return start.replace(day={"first": 1, "middle": 11, "last": 21}.get(self.part) or self._week()[0])
        if self.unit == "quarter" and self.part in ("middle", "last"):
            return start.replace(month=start.month + (1 if self.part == "middle" else 2))
        if self.unit == "year" and self.part == "last":
            return start.replace(month=10)
        return start

    def last(self):
        """The last day of the point. Raises ValueError where the calendar has no such day."""
        start = self._start()
        if self.unit == "month" and self.part in ("first", "middle"):
            return start.replace(day=10 if self.part == "first" else 20)
        if self.unit == "month" and self.part and self.part.startswith("week"):
            return start.replace(day=self._week()[1])
        months = {"day": None, "tet": None, "month": 1, "quarter": 3, "half": 6, "year": 12}[self.unit]
        if months is None:
            return start
        if self.part in ("first", "middle") and self.unit == "quarter":
            months = 1 if self.part == "first" else 2
        elif self.part == "first" and self.unit == "year":
            months = 3
        return month_end(start.year, start.month + months - 1)

    def _start(self):
        if self.unit == "weekday" or self.year is None:
            raise ValueError("a day of no date")
        if self.unit == "tet":
            day = lunar_new_year(self.year)
            if day is None:
                raise ValueError("no lunar calendar for this year")
            return day
        month = {"day": 1, "month": 1, "quarter": 3, "half": 6, "year": 12}[self.unit] * ((self.number or 1) - 1) + 1
        return date(self.year, month, self.day or 1)

    def _week(self):
        if self.part == "week-last":
            last = month_end(self.year, self.number)
            return last.day - 6, last.day
        week = int(self.part[-1])
        return 7 * week - 6, min(7 * week, month_end(self.year, self.number).day)


def phrases(text):
    """The phrases of a text that parts them by commas, longest first."""
    found = (" ".join(phrase.split()) for phrase in text.split(","))
    return tuple(sorted(found, key=lambda phrase: -len(phrase.split())))


@lru_cache(maxsize=1024)
def _by_first_word(phrases):
    table = {}
    for phrase in phrases:
        words = tuple(phrase.split())
        table.setdefault(words[0], []).append(words)
    return table


_BEYOND = ("",) * 100  # further than any rule looks past either end


class Scan:
    """A text's tokens, and how often they were looked at: `steps` grows linearly with the text."""

    def __init__(self, text):
        self.text = text
        self.tokens = tokens_of(text)
        self._keys = (*(token.key for token in self.tokens), *_BEYOND)
        self._last = {}
        self.steps = 0

    def key(self, i):
        """The key of token `i`; "" beyond either end."""
        self.steps += 1
        return self._keys[i]

    def keys(self, i, n):
        self.steps += n
        return self._keys[i : i + n]

    def at(self, i, *phrases):
        """The token after the first of `phrases` (folded words, parted by spaces) that stands at `i`, or None."""
        for words in _by_first_word(phrases).get(self.key(i), ()):
            if len(words) == 1 or self.keys(i, len(words)) == words:
                return i + len(words)
        return None

    def last(self, i, phrases):
        """Where the last of `phrases` before token `i` begins in the same sentence, or None. Counted once for the whole text."""
        if phrases not in self._last:
            self._last[phrases] = self._all_last(phrases)
        return self._last[phrases][i]

    def _all_last(self, phrases):
        places, last = [], None
        for k, key in enumerate(self._keys[: len(self.tokens)]):
            places.append(last)
            if key in (";", "\n") or (key == "." and self.is_full_stop(k)):
                last = None
            elif key in _by_first_word(phrases) and self.at(k, *phrases):
                last = k
        return [*places, last]

    def is_full_stop(self, k):
        """A point that ends a sentence, unlike those in «15.6.2026» and «T.6»."""
        return self.key(k) == "." and not (self.is_glued(k + 1) and (self.key(k + 1).isalnum() or self.key(k + 1) == "#"))

    def skip(self, i, *phrases):
        """`i`, or the token after the phrase that stands there."""
        return self.at(i, *phrases) or i

    def number(self, i, *, width=2):
        """The value of a clean number of at most `width` digits at `i`, or None; «l5», «2O26» and «5G» are not clean."""
        if self.key(i) != "#" or self.is_spoiled(i):
            return None
        token = self.tokens[i]
        return token.value if token.width <= width else None

    def is_spoiled(self, i):
        """A number with a letter stuck to it, unless the letter belongs to a way of writing times: «T6», «20h», «tháng4»."""
        before = self.key(i - 1) if self.tokens[i].glued else ""
        after = self.key(i + 1) if i + 1 < len(self.tokens) and self.tokens[i + 1].glued else ""
        return (before[:1].isalpha() and before not in _MAY_PRECEDE) or (after[:1].isalpha() and after not in _MAY_FOLLOW)

    def is_glued(self, i):
        return i < len(self.tokens) and self.tokens[i].glued

    def is_edge(self, i):
        """True where a clause may end before token `i`."""
        return self.key(i) in ("", ".", ";", ",", ")", "\n", "(", ":")


_MAY_PRECEDE = {"t", "th", "q", "quy", "thang", "ngay", "nam", "h", "g", "gio", "truoc", "trong", "den", "tu", "va", "n"}
_MAY_FOLLOW = {"h", "g", "gio", "phut", "p", "thang", "nam", "va", "den", "hang", "ngay"}


def count(scan, i):
    """A number in figures or words («05», «năm», «mười lăm», «ba mươi») → (value, next), or None."""
    if scan.key(i) == "#":
        value = scan.number(i, width=4)
        return (value, i + 1) if value is not None else None
    first = scan.key(i)
    if first == "muoi":
        unit = NUMBERS.get(scan.key(i + 1))
        counted = unit and unit != 4 and not (scan.key(i + 1) == "nam" and scan.key(i + 2) == "#")
        return (10 + unit, i + 2) if counted else (10, i + 1)
    if first not in NUMBERS:
        return None
    if scan.key(i + 1) == "muoi":
        unit = NUMBERS.get(scan.key(i + 2))
        return (10 * NUMBERS[first] + unit, i + 3) if unit else (10 * NUMBERS[first], i + 2)
    return NUMBERS[first], i + 1


def year(scan, i, *, short=False):
    """A year of four digits (or two, where `short`) → (year, next), BAD or None."""
    if scan.key(i) != "#":
        return None
    token = scan.tokens[i]
    if scan.is_spoiled(i) or token.width not in ((2, 4) if short else (4,)):
        return BAD, i + 1
    if scan.key(i + 1) in ("/", "%") and scan.is_glued(i + 1):
        return BAD, i + 1
    return (token.value + 2000 if token.width == 2 else token.value), i + 1


def point(scan, i, *, led=False):
    """The Point written at token `i`. `led` says that a word of time («trước», «đến») stands before it."""
    timed = hour(scan, i)
    if timed:
        at, j = timed
        j = scan.skip(scan.skip(j, ",", "cua", "trong"), "ngay thu", "ngay chu")
        j = j - 1 if scan.key(j - 1) in ("thu", "chu") else j
        found = point_without_hour(scan, j, led=True, ngay=True)
        if not found:
            return (BAD, j) if at is BAD else None
        return (BAD if BAD in (at, found[0]) else replace(found[0], at=at)), found[1]
    found = point_without_hour(scan, i, led=led)
    if found and found[0] is not BAD and found[0].unit == "day":
        return _hour_after(scan, *found)
    return found


def hour(scan, i):
    """«20h00», «17 giờ 30 phút», «14:30» → (time, next): midnight as 24 hours is 23:59."""
    if scan.key(i) != "#" or scan.key(i + 1) not in ("h", "g", "gio", ":"):
        return None
    hour, j = scan.number(i), i + 2
    minute, exact = scan.number(j), scan.key(i + 1) == ":"
    if minute is not None and (exact or scan.key(i + 1) == "gio" or scan.is_glued(j)) and not scan.at(j, "# thang", "# /"):
        j = scan.skip(j + 1, "phut", "p", "'")
    elif exact:
        return None
    else:
        minute = 0
    j = scan.skip(j, "sang", "chieu", "trua")
    after = j
    for _ in range(2):
        after = scan.skip(after, ",", "cua", "vao", "trong", "-")
    if not (
        scan.at(after, "ngay #", "ngay thu", "ngay chu", "thu #", "chu nhat")
        or scan.key(after) in ("#", "thu")
        or scan.at(after, "hang ngay")
    ):
        return None
    if hour is None or hour > 24 or minute > 59 or (hour == 24 and minute):
        return BAD, after
    return (time(23, 59) if hour == 24 else time(hour, minute)), after


def _hour_after(scan, day, j):
    """«ngày 15/6/2026 (trước 17h00)», «ngày 15/6/2026, 14:30»."""
    k = j
    for _ in range(3):
        k = scan.skip(k, ",", "(", "truoc", "luc", "vao", "vao luc", "-")
    hour = scan.number(k)
    if day.at or hour is None or scan.key(k + 1) not in ("h", "g", "gio", ":"):
        return day, j
    minute = scan.number(k + 2)
    joined = minute is not None and (scan.is_glued(k + 2) or scan.key(k + 1) == "gio")
    end = k + 3 if joined else k + 2
    if hour > 23 or (joined and minute > 59) or not (scan.is_edge(end) or scan.key(end) in ("hang", "va", "phut", "cung")):
        return day, j
    return replace(day, at=time(hour, minute if joined else 0)), scan.skip(
        scan.skip(end, "phut", "cung ngay"), ")" if scan.key(j) == "(" else "phut"
    )


def point_without_hour(scan, i, *, led, ngay=False):
    first = scan.key(i)
    if first == "#":
        return _half(scan, i) or _numeric(scan, i, led=led, ngay=ngay)
    reader = _READERS.get(first)
    return reader(scan, i) if reader else None


def _part(scan, i):
    """«đầu tháng 6», «cuối quý III», «trung tuần tháng 6» → the unit with its part."""
    for words, part in PARTS.items():
        j = scan.at(i, " ".join(words))
        if j and part == "first" and scan.key(i - 1) in ("thang", "quy", "tuan", "nua"):  # «những tháng đầu năm», «nửa đầu tháng»
            found = _of_part(scan, scan.skip(j, "cua", "trong"), part)
            return BAD, found[1] if found else j
        if j:
            return _of_part(scan, scan.skip(j, "cua", "trong"), part)
    return None


def _of_part(scan, j, part):
    found = point_without_hour(scan, j, led=True) if scan.key(j) in ("thang", "t", "quy", "q", "nam") else None
    if found is None or found[0] is BAD:
        return found or ((BAD, j + 1) if scan.key(j) in ("thang", "quy") else None)
    if found[0].part or found[0].unit not in ("month", "quarter", "year"):
        return BAD, found[1]
    return replace(found[0], part=part), found[1]


def _week(scan, i):
    """«tuần thứ hai của tháng 6/2026», «tuần cuối tháng 6»."""
    j = scan.skip(i + 1, "le thu", "thu")
    week = {
        "dau": "1",
        "nhat": "1",
        "cuoi": "last",
        "mot": "1",
        "hai": "2",
        "ba": "3",
        "tu": "4",
        "tư": "4",
        "#": str(scan.number(j) if scan.key(j) == "#" else ""),
    }
    which = week.get(scan.key(j))
    if which not in ("1", "2", "3", "4", "5", "last"):
        return (BAD, i + 2) if is_other_time(scan, i + 1) else None
    j = scan.skip(scan.skip(j + 1, "tien", "cung"), "cua", "trong")
    found = _month(scan, j) if scan.key(j) in ("thang", "t") else None
    if found is None or found[0] is BAD:
        return found
    return replace(found[0], part=f"week-{which}"), found[1]


def _day(scan, i):
    """«ngày 15/6/2026», «ngày 15 tháng 6 năm 2026», «ngày 15» (a bare day)."""
    j = i + 1
    if scan.at(j, "cuoi cung cua", "cuoi cung", "cuoi"):
        j = scan.skip(scan.at(j, "cuoi cung cua", "cuoi cung", "cuoi"), "cua")
        found = _month(scan, j) if scan.key(j) == "thang" else None
        return (replace(found[0], part=None), found[1]) if found and found[0] is not BAD else None
    if scan.at(j, "mung #", "mong #", "~mong #") and scan.keys(j + 1, 5) == ("#", "/", "#", "/", "#"):
        j += 1  # with its year in figures it is a day of the common calendar, unless «âm lịch» follows
    if scan.key(j) != "#":
        return None
    if scan.key(j + 1) in ("/", ".", "-") and scan.key(j + 2) == "#" and not (scan.key(j + 1) == "." and not scan.is_glued(j + 2)):
        found = _numeric(scan, j, led=True, ngay=True)
        if found:
            return found
    if scan.at(j + 1, "thang"):
        return _day_of_month(scan, j)
    day = scan.number(j)
    if day is None or not 1 <= day <= 31:
        return BAD, j + 1
    return _placed(scan, Point("day", day=day), j + 1)


def _day_of_month(scan, j):
    """`j` stands on the day, «tháng» follows: «15 tháng 6 năm 2026», «15 tháng cuối quý», «05 tháng sau»."""
    day = scan.number(j)
    if day is None or not 1 <= day <= 31:
        return BAD, j + 1
    placed = _placed(scan, Point("day", day=day), j + 1)
    if placed[1] > j + 1:
        return placed
    month = month_number(scan, j + 2)
    if month is None:
        return placed if scan.key(j + 2) in ("thi", "cua") else (BAD, j + 2)
    if month[0] is BAD:
        return month
    y, k = year_of(scan, month[1])
    if y is BAD:
        return BAD, k
    return _checked(Point("day", year=y, number=month[0], day=day), k)


def _placed(scan, day, j):
    """What places a bare day: the month of a quarter, or the next month."""
    k = scan.skip(j, "cua")
    position = quarter_month(scan, k)
    if position:
        return replace(day, of_quarter=position[0], next_month=position[2]), position[1]
    k = scan.at(k, "thang")
    for phrase in ("ke tiep", "tiep theo", "sau lien ke", "lien ke", "lien sau", "ke sau", "sau"):
        if k and scan.at(k, phrase):
            return replace(day, next_month=True), scan.skip(scan.at(k, phrase), "lien ke")
    return day, j


def is_other_time(scan, j):
    """«sau», «tới», «trước» after «năm», «quý», «tháng»: one counted from a day nobody wrote; not «báo cáo quý trước ngày 20»."""
    key, after = scan.key(j), scan.key(j + 1)
    return key in OTHER_YEARS and not (
        key in ("truoc", "sau") and after in ("ngay", "#", "thang", "khi", "het", "luc", "quy", "do", "thoi")
    )


def quarter_month(scan, i):
    """«tháng cuối (của/mỗi) quý (sau)», «tháng đầu quý» → (1–3, next, of the next quarter?), or None."""
    if scan.key(i) != "thang":
        return None
    j = scan.at(i + 1, "cuoi cung", "cuoi", "dau tien", "dau", "thu nhat", "thu hai", "thu ba", "giua")
    if not j:
        return None
    position = {"dau": 1, "nhat": 1, "giua": 2, "hai": 2}.get(scan.key(i + 2) if scan.key(i + 1) == "thu" else scan.key(i + 1), 3)
    for _ in range(3):
        j = scan.skip(j, "cua", "moi", "hang", "tung", "trong", "cac")
    if scan.key(j) != "quy" or scan.key(j + 1) in QUARTERS or scan.key(j + 1) == "#":
        return None
    after = scan.at(j + 1, "sau", "tiep theo", "ke tiep", "lien ke", "lien sau")
    return position, after or j + 1, after is not None


def month_number(scan, i):
    """A month's number, in figures or words → (1–12, next), BAD or None."""
    if scan.key(i) == "#":
        month = scan.number(i)
        return (month, i + 1) if month and month <= 12 else (BAD, i + 1)
    if scan.key(i) == "nam" and scan.key(i + 1) not in ("nam", "/"):
        return None
    if scan.key(i) in ("gieng", "chap"):
        return BAD, i + 1
    if scan.key(i) == "sau" and scan.at(i + 1, "nam", "/"):
        return 6, i + 1
    if scan.key(i) in OTHER_YEARS:
        return (BAD, i + 1) if is_other_time(scan, i) else None
    counted = count(scan, i)
    return (counted if counted[0] <= 12 else (BAD, counted[1])) if counted else None


def year_of(scan, j, *, separators="/-.", short=True):
    """The year after a day or month: «/2026», « năm 2026», «, năm 2026» → (year or None or BAD, next)."""
    k = scan.at(j, "cua nam", ", nam", "( nam", "nam")
    if k:
        if scan.key(k) == "#":
            closing = scan.key(j) == "("
            y, after = year(scan, k, short=short)
            return y, scan.skip(after, ")") if closing else after
        if is_other_time(scan, k) and scan.key(j) == "nam":
            return BAD, k + 1
        if scan.key(k) == "nay":
            return "this", k + 1
        return None, j
    sign = scan.key(j)
    if sign and sign in separators and scan.key(j + 1) == "#" and (sign == "/" or scan.is_glued(j + 1) or sign == "-"):
        wide = scan.tokens[j + 1].width == 4
        if wide or (sign == "/" and short):
            return year(scan, j + 1, short=short)
        return (BAD, j + 2) if sign == "/" else (None, j)
    if sign == "#" and scan.tokens[j].width == 4 and not scan.is_glued(j):
        y, after = year(scan, j)
        return (y, after) if y is not BAD and 1900 < y < 2200 and scan.is_edge(after) else (None, j)
    return None, j


def _month(scan, i):
    """«tháng 4/2026», «T4/2026», «tháng tư năm 2026», «tháng 6-2026»."""
    if scan.key(i) in ("t", "th"):
        j = scan.skip(i + 1, ".")
        if not scan.is_glued(j):
            return None
    else:
        j = i + 1
    if scan.key(i - 1) in ("mung", "ram"):
        return BAD, j
    month = month_number(scan, j)
    if month is None or month[0] is BAD:
        return month
    y, k = year_of(scan, month[1])
    if y is BAD:
        return BAD, k
    if scan.key(k) == "/" and scan.is_glued(k) and scan.key(k + 1) == "#":
        return BAD, k + 2
    return Point("month", year=y, number=month[0]), k


def _quarter(scan, i):
    """«quý III/2026», «Q3/2026», «QIII-2026», «quý 1 năm 2026»."""
    key = scan.key(i)
    if key in GLUED_QUARTERS:
        number, j = GLUED_QUARTERS[key], i + 1
    else:
        if key == "q" and not scan.is_glued(scan.skip(i + 1, ".")):
            return None
        j = scan.skip(i + 1, ".", "thu") if key == "q" else scan.skip(i + 1, "thu")
        number = quarter_number(scan, j)
        if number is None:
            return _no_quarter(scan, j)
        j += 1
    y, k = year_of(scan, j)
    return (BAD, k) if y is BAD else (Point("quarter", year=y, number=number), k)


def quarter_number(scan, j):
    if scan.key(j) == "#":
        value = scan.number(j)
        return value if value in (1, 2, 3, 4) else None
    if scan.key(j) == "sau" or (
        scan.key(j) in ("tu", "mot", "hai", "ba", "bon") and scan.at(j + 1, "nam", "/") is None and not scan.is_edge(j + 1)
    ):
        return None
    return QUARTERS.get(scan.key(j))


def _no_quarter(scan, j):
    looks = scan.key(j) in ("#", "v", "vi") or is_other_time(scan, j)
    return (BAD, j + 1) if looks else None


def _half(scan, i):
    """«6 tháng đầu năm 2026», «sáu tháng cuối năm», «6 tháng đầu 2026»; «9 tháng đầu năm» ends in September, «2 quý đầu năm» in June."""
    which = {"dau": 1, "cuoi": 2}.get(scan.key(i + 2))
    amount = 6 if scan.key(i) in ("sau", "sáu") else scan.number(i)
    if not which or not amount or scan.key(i + 1) not in ("thang", "quy"):
        return None
    months = amount if scan.key(i + 1) == "thang" else 3 * amount
    found = _half_of(scan, i + 3, which) if months <= 12 else (BAD, i + 3)
    if found[0] is BAD or months == 6:
        return found
    return Point("month", year=found[0].year, number=months if which == 1 else 12), found[1]


def _half_of(scan, j, which):
    j = scan.skip(j, "cua")
    k = scan.at(j, "nam")
    if k is None and not (scan.key(j) == "#" and scan.tokens[j].width == 4):
        return Point("half", number=which), j
    k = k or j
    if k > j and is_other_time(scan, k):
        return BAD, k + 1
    if scan.at(k, "nay"):
        return Point("half", number=which, year="this"), k + 1
    found = year(scan, k)
    if found and found[0] is BAD:
        return found
    return Point("half", number=which, year=found[0] if found else None), found[1] if found else k


def _half_word(scan, i):
    """«nửa đầu năm 2026», «nửa cuối năm»."""
    which = {"dau": 1, "cuoi": 2, "sau": 2}.get(scan.key(i + 1))
    if not which or not scan.at(scan.skip(i + 2, "cua"), "nam"):
        return None
    return _half_of(scan, i + 2, which)


def _six_in_words(scan, i):
    return _half(scan, i)


def _year_point(scan, i):
    """«năm 2026», «cả năm 2026», «năm nay»; a bare «năm» is a year only after «trong», «cuối» and the like (see phrases)."""
    j = scan.skip(i + 1, "nam") if scan.key(i) == "ca" else i + 1
    is_any_year = scan.key(i - 1) in ("cac", "nhung") and not scan.at(j, "# , #", "# va #", "# - #", "# den #")
    if (scan.key(i) == "ca" and j == i + 1) or is_any_year:
        return None
    if scan.key(j) == "hoc" or is_other_time(scan, j) or scan.at(j, "tai khoa"):
        return BAD, scan.skip(j + 1, "#")
    if scan.key(j) == "nay":
        return Point("year", year="this"), j + 1
    found = year(scan, j)
    if found is None:
        return Point("year"), j
    return (BAD, found[1]) if found[0] is BAD else (Point("year", year=found[0]), found[1])


def _tet(scan, i):
    """«Tết Nguyên đán 2027», «Tết Nguyên đán Đinh Mùi năm 2027», «Tết 2027»."""
    j = scan.skip(i + 1, "nguyen dan", "am lich", "co truyen")
    for k in range(j, j + 5):
        if scan.key(k) == "#":
            found = year(scan, k)
            return (BAD, k + 1) if found[0] is BAD else (Point("tet", year=found[0]), k + 1)
        if scan.key(k) in (";", ".", "\n", ",", ""):
            break
    return BAD, j


def _weekday(scan, i):
    """«thứ Sáu», «thứ 6», «chủ nhật»."""
    if scan.at(i, "chu nhat"):
        return Point("weekday", weekday="SU"), i + 2
    names = {"hai": 2, "ba": 3, "tu": 4, "tư": 4, "nam": 5, "sau": 6, "sáu": 6, "bay": 7}
    number = scan.number(i + 1) if scan.key(i + 1) == "#" else names.get(scan.key(i + 1))
    if scan.key(i) != "thu" or number not in WEEKDAYS:
        return None
    return Point("weekday", weekday=WEEKDAYS[number]), i + 2


def _numeric(scan, i, *, led, ngay=False):
    """«15/6/2026», «15.6.2026», «15-6-26», «30/6», «12/2026», «2026»."""
    sign, second, other, third = scan.keys(i + 1, 4)
    if scan.tokens[i].width == 4 and sign in ("-", "/") and (other, third) == (sign, "#") and scan.is_glued(i + 2):
        return _iso(scan, i)
    may_join = (
        sign == "/"
        or (ngay and other == sign and third == "#")
        or (sign in (".", "-") and scan.tokens[i].width <= 2 and scan.is_glued(i + 1) and scan.is_glued(i + 2))
    )
    if may_join and second == "#":
        return _slashed(scan, i, sign, other == sign and third == "#", led=led, ngay=ngay)
    if scan.at(i + 1, "thang") and scan.number(i) and not scan.at(i + 2, "mot", "/", "dau", "cuoi"):
        return _figure_and_month(scan, i)
    token = scan.tokens[i]
    if token.width != 4 or not (scan.is_spoiled(i) or 1900 < token.value < 2200):
        return None
    y, j = year(scan, i)
    if y is BAD:
        return (BAD, j) if led else None
    return Point("year", year=y), j


def _iso(scan, i):
    """«2026-06-30»."""
    a, b, c = (scan.tokens[i + k] for k in (0, 2, 4))
    if b.width != 2 or c.width != 2 or any(scan.is_spoiled(i + k) for k in (0, 2, 4)):
        return BAD, i + 5
    return _checked(Point("day", year=a.value, number=b.value, day=c.value), i + 5)


def _figure_and_month(scan, i):
    """«15 tháng 5» without its «ngày»; «3 tháng 6, 7, 8» is a list of months, and «3 tháng» a duration."""
    month = month_number(scan, i + 2)
    if month is None:
        return None
    if month[0] is BAD or scan.at(month[1], ", #", "va #", "- #", "va thang", ", thang"):
        return BAD, month[1]
    return _day_of_month(scan, i)


def _slashed(scan, i, sign, is_triple, *, led, ngay):
    a, b = scan.tokens[i], scan.tokens[i + 2]
    if is_triple and (sign == "/" or ngay or (scan.is_glued(i + 3) and scan.is_glued(i + 4))):
        return _triple(scan, i, sign, led=led)
    if sign == "." and not (ngay or b.width == 4):
        return None
    if b.width == 4:
        return _month_and_year(scan, i, sign, led=led)
    if a.width > 2 or b.width > 2:
        return None if sign != "/" or not led else (BAD, i + 3)
    if sign == "-" and not ngay:
        return None
    if any(scan.is_spoiled(k) for k in (i, i + 2)):
        return BAD, i + 3
    if scan.key(i + 3) in ("/", ".") and scan.is_glued(i + 3) and scan.key(i + 4) == "#" and scan.is_glued(i + 4):
        return BAD, i + 5
    if b.value > 12:  # «4/26»: no such month, so a month and a short year
        return (
            (Point("month", year=2000 + b.value, number=a.value), i + 3)
            if sign == "/" and 0 < a.value <= 12 and b.width == 2 and not ngay
            else (BAD, i + 3)
        )
    y, j = year_of(scan, i + 3, separators="")
    return (BAD, j) if y is BAD else _checked(Point("day", year=y, number=b.value, day=a.value), j)


def _triple(scan, i, sign, *, led):
    a, b, c = (scan.tokens[i + k] for k in (0, 2, 4))
    if a.width > 2 or b.width > 2 or c.width not in ((2, 4) if sign != "." or led else (4,)):
        return (BAD, i + 5) if sign != "." and c.width in (2, 4) else ((BAD, i + 5) if led else None)
    if any(scan.is_spoiled(k) for k in (i, i + 2, i + 4)) or (
        scan.key(i + 5) in ("/", "-", ".")
        and scan.is_glued(i + 6)
        and scan.key(i + 6) == "#"
        and scan.key(i + 7) != "/"
        and sign == scan.key(i + 5)
    ):
        return BAD, i + 5
    return _checked(Point("day", year=c.value if c.width == 4 else 2000 + c.value, number=b.value, day=a.value), i + 5)


def _month_and_year(scan, i, sign, *, led):
    a, b = scan.tokens[i], scan.tokens[i + 2]
    stands_alone = sign == "." and scan.is_edge(i - 1) and scan.is_edge(i + 3) and 1900 < b.value < 2200
    if a.width == 4 or (sign != "/" and not led and not stands_alone):
        return None if a.width != 4 or sign == "-" else (BAD, i + 3)
    if a.width > 2 or scan.is_spoiled(i) or scan.is_spoiled(i + 2) or not 1 <= a.value <= 12:
        return BAD, i + 3
    if scan.key(i + 3) == "/" and scan.key(i + 4) == "#" and scan.is_glued(i + 4):
        return BAD, i + 5
    return Point("month", year=scan.tokens[i + 2].value, number=a.value), i + 3


def _checked(day, j):
    """BAD where no year has such a day; 29 February waits for its year."""
    try:
        date(day.year if isinstance(day.year, int) and day.year > 0 else 2024, day.number, day.day)
    except ValueError:
        return BAD, j
    return day, j


GLUED_QUARTERS = {head + roman: number for head in ("q", "quy") for roman, number in (("i", 1), ("ii", 2), ("iii", 3), ("iv", 4))}
_READERS = {
    "ngay": _day, "thang": _month, "t": _month, "th": _month, "quy": _quarter, "q": _quarter, "nam": _year_point, "ca": _year_point,
    "sau": _six_in_words, "sáu": _six_in_words, "nua": _half_word, "tet": _tet, "thu": _weekday, "chu": _weekday, "tuan": _week,
    "dau": _part, "giua": _part, "cuoi": _part, "trung": _part, "thuong": _part, "ha": _part, "nhung": _part,
}  # fmt: skip
_READERS |= dict.fromkeys(GLUED_QUARTERS, _quarter)
