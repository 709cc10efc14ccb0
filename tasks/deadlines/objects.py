"""Times that belong to what is made, not to when: «báo cáo quý II gửi trước 20/6» is due on the 19th of June, and only then.

without_objects(scan, marks, context) → (marks, refused): the marks that may say when, and those that don't, as Refused.
"""

from .meaning import Context, dated, mean
from .phrases import Bad, Event, Refused, Standing, When
from .points import phrases

WHY = "the period of what is reported or made, not its deadline"

# What looks back on its period, what looks ahead, and what only names it. A report stays one where a comma leads to its sending.
_REPORTS = phrases("bao cao, ket qua, so lieu, quyet toan")
_LOOKS_BACK = phrases("bao cao, ket qua, so lieu, quyet toan, so ket, ~so ket, tong ket, danh gia, xep loai, thong ke")
_LOOKS_AHEAD = phrases("du toan, ke hoach, chi tieu, chuong trinh, ngan sach")
_NAMES = phrases("cong tac, nhiem vu")
_WORKS = phrases("cong trinh, du an, hang muc, tieu du an, goi thau")
_NOUNS = (*_LOOKS_BACK, *_LOOKS_AHEAD, *_NAMES, *_WORKS)
_PERIODS = {"month", "quarter", "half", "year"}
_VERBS = phrases("hoan thanh, xong, hoan tat, trien khai, thuc hien xong, khoi dong, ban hanh, trinh, gui, nop, phe duyet")
_SENDING = {"gui", "nop", "trinh", "xong", "hoan", "bao", "chuyen", "cong"}  # the first word of what is done with a report
_BACK, _AHEAD = 8, 14  # tokens from the noun to its period, from the period to the deadline
_MOST = 8  # marks looked at after one
_OF_FIGURES = {"tinh", "~tinh", "chot", "thong", "ke", "cap", "nhat", "tong", "hop"}
HAPPENINGS = ("khi xay ra", "khi co su co", "khi co tinh huong", "khi phat sinh", "khi co phat sinh", "khi co su kien")
MEASURE = "a measure that is neither hours nor days"


def without_objects(scan, marks, context):
    kept, refused = [], []
    marks = list(marks)
    for n, mark in enumerate(marks):
        m = n + 1
        while m < len(marks) and isinstance(marks[m], Refused) and m - n < _MOST:
            m += 1
        after = marks[m] if m < len(marks) else None
        if _is_occasion(scan, mark, marks[n + 1 : n + _MOST]):
            refused.append(Refused(mark.start, mark.end, "what happens, not when the duty is due"))
        elif not isinstance(mark, When):
            kept.append(mark)
        elif _is_in_figures(scan, mark):
            is_answered = _is_deadline(after) and _same_sentence(scan, mark.end, after.start)
            is_answered = is_answered or (bool(kept) and _is_deadline(kept[-1]) and _same_sentence(scan, kept[-1].end, mark.start))
            (refused if is_answered else kept).append((Refused if is_answered else Bad)(mark.start, mark.end, WHY))
        elif kept and _explains(scan, kept[-1], mark):
            refused.append(Refused(mark.start, mark.end, WHY))
        elif _is_object(scan, mark, after):
            refused.append(Refused(mark.start, mark.end, WHY))
            marks[m] = _after_its_period(scan, mark, after, context)
        else:
            kept.append(mark)
    return kept, refused


def _is_occasion(scan, mark, later):
    """«Khi xảy ra … báo trong vòng 30 phút»: the count says when, the event only what it counts from."""
    if not (isinstance(mark, Standing) and mark.what == "request" and scan.at(mark.start, *HAPPENINGS)):
        return False
    counts = (one for one in later if (isinstance(one, Event) and one.amount is not None) or (isinstance(one, Bad) and one.why == MEASURE))
    return any(_same_sentence(scan, mark.end, one.start) for one in counts)


def _is_in_figures(scan, mark):
    """«số liệu (tính) đến 31/5/2026»: the day to which the figures reach."""
    if not (mark.relation.by and mark.until is None and not mark.is_open):
        return False
    head = scan.last(mark.start, ("so lieu",))
    return head is not None and mark.start - head <= 5 and {scan.key(k) for k in range(head + 2, mark.start)} <= _OF_FIGURES


def _is_object(scan, mark, after):
    """True for a bare period of a noun, where a deadline with a word of its own follows in the clause."""
    if mark.relation.is_said or mark.is_open or mark.from_now or not mark.points or not all(p.unit in _PERIODS for p in mark.points):
        return False
    noun = _noun_of(scan, mark)
    if noun is None or not _is_deadline(after):
        return False
    between = [scan.key(k) for k in range(mark.end, after.start)]
    if len(between) > _AHEAD or not _same_sentence(scan, mark.end, after.start):
        return False
    if between[:1] == [":"] and len(between) == 1:
        return True
    if ":" in between or not after.relation.is_said or after.relation.after:
        return False
    if mark.points[0].unit == "month" and after.points[0].is_bare_day:  # «báo cáo tháng 6/2026 trước ngày 25»: the day of that month
        return False
    if not {",", "va", "(", "-"} & set(between):
        return True
    rest = [scan.key(k) for k in range(mark.end, after.start) if scan.key(k) not in (",", "va", "(", "-")]
    return scan.at(noun, *_REPORTS) is not None and (not rest or rest[0] in _SENDING)


def _explains(scan, before, mark):
    """«Tháng 3/2026 (báo cáo quý I)»: the brackets say what is due at the time before them."""
    if not _is_deadline(before) or scan.key(before.end) != "(" or scan.key(mark.end) != ")" or mark.relation.is_said:
        return False
    return bool(mark.points) and mark.points[0].unit in _PERIODS and scan.at(before.end + 1, *_NOUNS) is not None


def _noun_of(scan, mark):
    """Where the noun begins that the period belongs to, or None."""
    noun = scan.last(mark.start, _NOUNS)
    if noun is None or mark.start - noun > _BACK:
        return None
    first = scan.at(noun, *_NOUNS)
    end = mark.start - 1 if scan.key(mark.start - 1) == "#" and first < mark.start else mark.start  # «kế hoạch 5 năm 2026-2030»
    between = {scan.key(k) for k in range(first, end)}
    if between & {",", ":", "(", ")", "#", "-", "+"}:
        return None
    verb = scan.last(mark.start, _VERBS)
    if verb is None or verb < first:
        return noun
    is_finished_work = scan.at(noun, *_WORKS) and scan.at(verb, "hoan thanh") == mark.start
    return noun if is_finished_work else None


def _is_deadline(after):
    return isinstance(after, When) and not after.is_open and bool(after.points)


def _same_sentence(scan, end, start):
    return not any(scan.key(k) in (";", "\n") or scan.is_full_stop(k) for k in range(end, start))


def _after_its_period(scan, mark, after, context: Context):
    """A deadline without a year must not come before the period it reports on: «báo cáo quý IV/2026 gửi trước 20/1»."""
    if isinstance(after.points[0].year, int) or after.until is not None or scan.at(_noun_of(scan, mark), *_LOOKS_AHEAD):
        return after
    try:
        begins = dated(mark.points[0], context, None)[0].first()
    except ValueError:
        return after
    due = mean(after, context).due_on
    return Bad(after.start, after.end) if due is not None and due < begins else after
