"""A deadline cell, a paragraph, a heading → Deadlines. See docs/deadlines.md for the rules and what is refused."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from .grouping import grouped
from .kinds import FLAGS, Deadline, Kind
from .meaning import Context, mean
from .objects import HAPPENINGS, MEASURE, without_objects
from .phrases import Bad, Event, Every, Refused, Standing, When, marks, names_a_document, relation
from .points import Scan, phrases
from .words import tokens_of

STRICT_BEFORE = True  # «trước ngày 25» is the 24th; settings.DEADLINE_BEFORE_IS_STRICT says otherwise where it is set
LONGEST_CELL = 10_000  # characters
MOST_IN_A_CELL = 60  # times; more than that is no deadline but a text
_SAME_AS_ABOVE = {
    ("nt",),
    ("n", "t"),
    ("nhu", "tren"),
    ("nhu", "nt"),
    ("nt", "nhu", "tren"),
    ("nhu", "muc", "tren"),
    ("nhu", "dong", "tren"),
}
_DONE = phrases("""
    hoan thanh, xong, trinh, bao cao, gui, nop, ban hanh, trien khai, to chuc, dua vao, van hanh, khai truong, cong bo, thuc hien, ket
    thuc, khoi dong, phe duyet, nghiem thu, ban giao, hoan tat, dam bao, bao dam, phan dau, tham muu, khac phuc, dat
""")
_CADENCE_WORDS = ("hang", "moi", "lan", "ky", "quy")
_LAWS = ("luat", "bo luat", "cong uoc", "hien phap", "phap lenh", "nghi dinh", "thong tu")
_FINISHED = ("hoan thanh", "xong", "hoan tat", "ket thuc")


_AT_THE_LATEST = ("truoc ngay", "cham nhat", "muon nhat", "khong qua ngay")


class Span(NamedTuple):
    """A Deadline in running text, from character `start` up to `end`."""

    start: int
    end: int
    deadline: Deadline


class Refusal(NamedTuple):
    """Words that look like a deadline and are none, and `why` in English for the operator."""

    start: int
    end: int
    why: str


@dataclass(frozen=True)
class Found:
    """What find() saw: deadlines, triggers inside the words («ngay sau khi …», «định kỳ hằng năm»), and what it refused to take."""

    deadlines: tuple[Span, ...] = ()
    triggers: tuple[Span, ...] = ()
    refused: tuple[Refusal, ...] = ()
    steps: int = 0


def is_same_as_above(words):
    """True for a cell that repeats the one above: «nt», «-nt-», «như trên», ditto marks."""
    keys = [token.key for token in tokens_of(words)]
    spoken = tuple(key for key in keys if key.isalnum() or key == "#")
    return spoken in _SAME_AS_ABOVE or (bool(keys) and not spoken and set(keys) <= {'"', "”", "“", "〃", "'", "″"})


def read(words, *, plan_date, period=None, superior=None, strict=None):
    """One deadline as written → Deadline. Never raises for any string.

    `plan_date` is the day the plan was signed; `period` a heading's year or Deadline, inherited where `words` are empty;
    `superior` the name or symbol of the superior plan, where known; `strict` overrules STRICT_BEFORE.
    """
    if len(words) > LONGEST_CELL:
        return Deadline(words, Kind.UNREAD)
    scan = Scan(words)
    if not any(token.key.isalnum() or token.key == "#" for token in scan.tokens):
        return _inherited(words, period, plan_date)
    context = Context(plan_date, STRICT_BEFORE if strict is None else strict)
    said = _of_cell(scan, without_objects(scan, marks(scan), context)[0])
    if len(said) > MOST_IN_A_CELL:
        return Deadline(words, Kind.UNREAD)
    groups = _without_filler(grouped(scan, said, context))
    if not groups and superior and _names(scan, superior):
        return Deadline(words, Kind.RELATIVE_TO_SUPERIOR_PLAN)
    if all(group.deadline.kind == Kind.UNREAD for group in groups) or _is_either_or(scan, groups) or _is_nth_weekday(groups):
        return Deadline(words, Kind.UNREAD)
    if len(groups) == 1 and groups[0].deadline.kind != Kind.STAGED:
        return replace(groups[0].deadline, words=words)
    return _staged(words, _stages(scan, groups))


def _inherited(words, period, plan_date):
    if period is None:
        return Deadline(words, Kind.NONE)
    if isinstance(period, int):
        period = read(f"năm {period}", plan_date=plan_date)
    return period.flagged("inherited")


def _names(scan, superior):
    """True where the words hold the superior plan's name or symbol, letter for letter after folding."""
    name = [token.key if token.key != "#" else str(token.value) for token in tokens_of(superior)]
    keys = [token.key if token.key != "#" else str(token.value) for token in scan.tokens]
    return bool(name) and any(keys[i : i + len(name)] == name for i in range(min(len(keys), 200)))


# A cell


def _of_cell(scan, found):
    """The marks of a cell that say when: without what is refused, cited or only looks like a date."""
    recurs = any(isinstance(mark, Every) for mark in found)
    said = [mark for mark in found if not isinstance(mark, Refused) and not _is_vague(mark, recurs) and not _is_aside(scan, mark)]
    return [Bad(mark.start, mark.end, "an event without a day") if _follows_an_event(scan, mark) else mark for mark in said]


def _is_vague(mark, recurs):
    """«Theo lộ trình» says nothing beside a date; «định kỳ» says nothing beside the recurrence it announces."""
    return isinstance(mark, Standing) and (mark.what == "vague" or (mark.what == "periodic" and recurs))


def _is_aside(scan, mark):
    if not isinstance(mark, When) or mark.relation.is_said or mark.until is not None or mark.is_open:
        return False
    point = mark.points[0]
    return _is_fraction(scan, mark, point) or _is_of_a_name(scan, mark, point) or _is_lone_year(scan, mark, point)


def _follows_an_event(scan, mark):
    """«trước mùa mưa bão năm 2026», «sau khi kết thúc năm 2026»: the time belongs to something else, which has no day."""
    if not isinstance(mark, When) or mark.relation.is_said or not mark.points:
        return False
    last = scan.last(mark.start, _EVENT_WORDS)
    between = set() if last is None else {scan.key(k) for k in range(last, mark.start)}
    if scan.key(mark.start - 1) == "(":  # «trước Đại hội (tháng 9/2026)»: the brackets date the event
        between.discard("(")
    return last is not None and mark.start - last <= 8 and not between & {",", "(", ")", ":", "#", "va", "hoan"}


_EVENT_WORDS = ("truoc", "sau khi", "ngay! sau", "ngay sau")
_YEARLY_PAPERS = ("bao cao", "ke hoach", "chuong trinh", "du toan", "ngan sach")


def _is_fraction(scan, mark, point):
    """«đạt 2/3 chỉ tiêu»: a bare d/m is a day only at the end of a clause or before «hằng năm»."""
    if point.unit != "day" or point.year is not None or scan.key(mark.start) != "#":
        return False
    return not (scan.is_edge(mark.end) or scan.key(mark.end) in ("hang", "moi", "va", "den", "-", "(", "hoac"))


def _is_of_a_name(scan, mark, point):
    """«theo Kế hoạch năm 2026», «Nghị quyết Đại hội ngày 15/6/2026 của …»: the time names a document."""
    last = scan.last(mark.start, ("theo", "can cu"))
    if last is not None and mark.start - last <= 12:
        between = [scan.key(k) for k in range(last, mark.start)]
        if "(" not in between and ("," not in between or point.unit == "day"):
            return True
    is_after_name = names_a_document(scan, mark.start, back=12) and scan.key(mark.end) == "cua" and point.unit == "day"
    is_paper = point.unit == "year" and scan.at(mark.start - 2, *_YEARLY_PAPERS) == mark.start
    return is_after_name or is_paper or (point.unit == "year" and _law_before(scan, mark.start))


def _law_before(scan, start):
    return _clause_has(scan, start, _LAWS, back=10)


def _is_lone_year(scan, mark, point):
    """A year in figures alone is a deadline where it is the clause: «2026», «hoàn thành 2026»; not «Olympic 2026 tại …»."""
    if point.unit != "year" or scan.key(mark.start) != "#":
        return False
    before, after = scan.key(mark.start - 1), scan.key(mark.end)
    led = (before != "," and scan.is_edge(mark.start - 1)) or before in ("(", "-", "thanh", "khai", "hien", "xong", "va", "+")
    return not (led and (scan.is_edge(mark.end) or after in ("va", "-", "(", "hoan", "trien")))


def _without_filler(groups):
    """Nobody needs «thường xuyên» beside a count from an event: the event governs (rule 9). The same said twice is said once."""
    governed = any(isinstance(group.mark, Event) and group.mark.amount is not None for group in groups)
    kept, seen = [], set()
    for group in groups:
        key = group.deadline
        if (governed and group.deadline.kind == Kind.ONGOING) or (key in seen and key.kind != Kind.UNREAD):
            continue
        seen.add(key)
        kept.append(group)
    return kept


def _is_either_or(scan, groups):
    """«tháng 6 hoặc tháng 7/2026»: nobody can say which."""
    return any(scan.key(two.start - 1) in ("hoac", "hay") for one, two in pairwise(groups) if two.start - one.end <= 3)


def _is_nth_weekday(groups):
    """«thứ Hai tuần đầu tiên hằng tháng»: a recurrence on a weekday that no rule here can say."""
    weekday = any(isinstance(group.mark, When) and group.mark.points and group.mark.points[0].unit == "weekday" for group in groups)
    return weekday and any(isinstance(group.mark, Every) for group in groups)


def _staged(words, stages):
    flags = {flag for stage in stages for flag in stage.flags}
    return Deadline(words, Kind.STAGED, stages=tuple(stages), flags=tuple(flag for flag in FLAGS if flag in flags))


def _stages(scan, groups):
    """Every group with the words around it, and the words without the time as its label."""
    cuts = [0]
    for one, two in pairwise(groups):
        cuts.append(_cut(scan, one.end, two.start, leads=_trimmed(scan, cuts[-1], max(one.start, cuts[-1])) == ""))
    cuts.append(len(scan.tokens))
    stages = []
    for group, first, last in zip(groups, cuts, cuts[1:], strict=False):
        words, label = _words(scan, first, last), _label(scan, first, last, group)
        inner = group.deadline.stages or (group.deadline,)
        stages += [replace(one, words=words, label=label) for one in inner]
    return stages


def _cut(scan, end, start, *, leads):
    """The token at which a new stage begins: after a semicolon, line or sentence end, else where the time before it ends.

    Where the time `leads` its clause («năm 2026 đạt 70%, năm 2027 …»), at the comma or «và» right before the next time.
    """
    for k in range(end, start):
        if scan.key(k) in (";", "\n") or scan.is_full_stop(k):
            return k + 1
    if leads and start - end > 1 and scan.key(start - 1) in (",", "va"):
        return start
    if scan.key(end) == "(":
        closing = next((k for k in range(end, start) if scan.key(k) == ")"), None)
        end = end if closing is None else closing + 1
    return end


_EDGES = {",", ";", ".", ":", "-", "(", ")", "+", "\n", "va"}


def _words(scan, first, last):
    while first < last and scan.key(first) in _EDGES - {"("}:
        first += 1
    while last > first and scan.key(last - 1) in (",", ";", "\n", "va", "-", "+"):
        last -= 1
    return _text(scan, first, last)


def _text(scan, first, last):
    return " ".join(scan.text[scan.tokens[first].start : scan.tokens[last - 1].end].split()) if first < last else ""


def _label(scan, first, last, group):
    """What is due: the stage's words without its time, or None."""
    head = _trimmed(scan, first, max(group.start, first))
    tail = _trimmed(scan, min(group.end, last), last)
    return " ".join(part for part in (head, tail) if part) or None


def _trimmed(scan, first, last):
    opened = sum((key == "(") - (key == ")") for key in (scan.key(k) for k in range(first, last)))
    while first < last and scan.key(first) in _EDGES and not (scan.key(first) == "(" and opened == 0):
        first += 1
    while last > first and scan.key(last - 1) in _EDGES and not (scan.key(last - 1) == ")" and opened == 0):
        last -= 1
    return _text(scan, first, last)


# Running text


def find(text, *, plan_date, strict=None):
    """Deadlines inside running text → Found, whose spans count characters of `text`. Never raises for any string."""
    scan = Scan(text)
    context = Context(plan_date, STRICT_BEFORE if strict is None else strict)
    said, objects = without_objects(scan, marks(scan), context)
    kept, refused = [], [(mark.start, mark.end, mark.why) for mark in objects]
    for mark in said:
        if _is_dated_event(scan, mark):
            mark = Bad(mark.start, mark.end, "the time of an event, not of the duty")
        why = _refusal(scan, mark, context)
        if why is None:
            kept.append(mark)
        else:
            refused.append((mark.start, mark.end, why))
    deadlines, triggers = [], []
    for group in grouped(scan, kept, context):
        why = _late_refusal(scan, group, context)
        if why:
            refused.append((group.start, group.end, why))
        elif _is_trigger(scan, group):
            triggers.append(_span(scan, group, group.start))
        else:
            deadlines += _spans(scan, group)
    refused = [Refusal(*_place(scan, start, end), why) for start, end, why in sorted(refused)]
    return Found(tuple(deadlines), tuple(triggers), tuple(refused), scan.steps)


def _place(scan, start, end):
    return scan.tokens[start].start, scan.tokens[end - 1].end


def _spans(scan, group):
    start = _verb_before(scan, group.start)
    if group.deadline.kind == Kind.STAGED:
        whole = _span(scan, group, start)
        return [Span(whole.start, whole.end, replace(stage, words=whole.deadline.words)) for stage in group.deadline.stages]
    return [_span(scan, group, start)]


def _span(scan, group, first):
    is_open = sum((key == "(") - (key == ")") for key in (scan.key(k) for k in range(first, group.end))) > 0
    start, end = _place(scan, first, group.end + 1 if is_open and scan.key(group.end) == ")" else group.end)
    return Span(start, end, replace(group.deadline, words=scan.text[start:end]))


def _verb_before(scan, start):
    """The token of «hoàn thành» that leads to the time in the same clause, or `start`."""
    for k in range(start - 1, max(start - 9, -1), -1):
        if scan.key(k) in (",", ";", ":", ")", "\n") or scan.is_full_stop(k):
            break
        if scan.at(k, *_FINISHED, "trien khai", "khoi dong"):
            return k
    return start


def _clause_has(scan, start, phrases, *, back):
    last = scan.last(start, phrases)
    return last is not None and start - last <= back


def _refusal(scan, mark, context):
    """Why a mark of running text is no deadline, or None."""
    if isinstance(mark, Refused):
        return mark.why
    if isinstance(mark, Bad):
        due = _clause_has(scan, mark.start, _FINISHED, back=10) or _clause_has(scan, mark.start, _AT_THE_LATEST, back=4)
        due = due or (mark.why == MEASURE and _clause_has(scan, mark.start, HAPPENINGS, back=40))
        return None if due or scan.at(mark.start, *_AT_THE_LATEST) or _is_impossible_day(scan, mark) else mark.why
    if isinstance(mark, Standing):
        return _standing_refusal(scan, mark)
    if isinstance(mark, When):
        return _when_refusal(scan, mark, context)
    return None


def _is_dated_event(scan, mark):
    """«trước Đại hội (tháng 9/2026)» inside a sentence."""
    return scan.key(mark.start - 1) == "(" and _follows_an_event(scan, mark)


def _is_impossible_day(scan, mark):
    """«(trước 30/2/2026)»: written as a day to meet, and no calendar has it."""
    said, j = relation(scan, mark.start)
    j = scan.skip(j, "ngay")
    return (said.before or said.by) and scan.keys(j, 5) == ("#", "/", "#", "/", "#") and mark.end >= j + 5


def _standing_refusal(scan, mark):
    if mark.what in ("vague", "periodic"):
        return "says by what, not when"
    return None if mark.what == "request" or _fills_a_clause(scan, mark) else "an adverb inside a sentence"


_LEAD_INS = set(
    phrases("""
    nhiem, vu, thuc, hien, trien, khai, thoi, gian, han, hoan, thanh, la, viec, tien, hanh, duy, tri, bao, cao, cong, tac
""")
)


def _fills_a_clause(scan, mark):
    """«Nhiệm vụ thường xuyên.» is a sentence of its own; «thường xuyên rà soát …» is not."""
    after = scan.key(mark.end)
    if scan.at(mark.end, "trong mua", "trong suot", "trong thoi gian", "trong qua trinh", "trong dip"):
        after = ""
    if not (after in ("", ";", "\n", ")") or scan.is_full_stop(mark.end) or after in (",", "va", "-")):
        return False
    for k in range(mark.start - 1, max(mark.start - 8, -2), -1):
        if scan.key(k) in ("", ";", "\n", "(", ":") or scan.is_full_stop(k):
            return after not in (",", "va", "-") or scan.at(mark.end + 1, "lien tuc", "hang", "dot xuat") is not None
        if scan.key(k) not in _LEAD_INS:
            return False
    return False


def _when_refusal(scan, mark, context):
    said = mark.relation
    if mark.points and not said.is_said and mark.until is None and scan.at(mark.start - 2, "cong tac", "nhiem vu") == mark.start:
        return "the period of what is reported or made, not its deadline"
    has_verb = _clause_has(scan, mark.start, _DONE, back=12)
    if (mark.points and mark.points[0].is_bare_day) or (mark.points and mark.points[0].unit == "weekday"):
        of_quarter = any(scan.key(k) == "quy" for k in range(mark.start, mark.end))
        return None if of_quarter or _near_cadence(scan, mark) else "a day of no month"
    if (said.since or said.after) and mark.until is None:
        closes = scan.key(mark.end) in ("", ";", "\n") or scan.is_full_stop(mark.end)
        return None if said.since and closes and mark.points else "a beginning without an end"
    unit = mark.points[0].unit if mark.points else "day"
    if unit == "year" and not said.before and not mark.from_now and _names_a_programme(scan, mark, has_verb):
        return "the name of a programme, or its period"
    if not said.is_said and not _near_cadence(scan, mark):
        if _is_of_a_name(scan, mark, mark.points[0] if mark.points else mark.until) or names_a_document(scan, mark.start, back=10):
            return "the date of a cited document"
        if not _clause_has(scan, mark.start, _DONE, back=6) and mark.until is None:
            return "nothing says that anything is due then"
    return None


def _names_a_programme(scan, mark, has_verb):
    """«Chương trình … đến năm 2030», «giai đoạn 2026-2030»; a period with «trong năm», «hết năm» after a verb is a deadline."""
    if scan.at(mark.start, "giai doan") or scan.at(mark.start - 2, "giai doan"):
        return True
    starts_sentence = scan.key(mark.start - 1) in ("", ";", "\n", "(", ":") or scan.is_full_stop(mark.start - 1)
    if starts_sentence and mark.relation.is_said:
        return False
    if scan.at(mark.start, "trong", "het", "cham nhat", "muon nhat", "den het", "cuoi"):
        return not has_verb
    return names_a_document(scan, mark.start) or not has_verb


def _near_cadence(scan, mark):
    return _clause_has(scan, mark.start, _CADENCE_WORDS, back=40) or any(
        scan.key(k) in _CADENCE_WORDS for k in range(mark.end, mark.end + 6)
    )


def _late_refusal(scan, group, context):
    """Refusals that need the reading: a day already past without «hoàn thành», a repetition that only describes."""
    told = group.deadline
    is_finished = _clause_has(scan, group.start, _FINISHED, back=30)
    if told.kind == Kind.UNREAD:
        unclear = isinstance(group.mark, Bad) or is_finished or (isinstance(group.mark, When) and group.mark.relation.is_said)
        return None if unclear else "no such day, or a year nobody wrote"
    if "past_at_signing" in told.flags and not is_finished and isinstance(group.mark, When):
        return "a day already past"
    if isinstance(group.mark, Every) and not group.whens and not _is_said_of_the_duty(scan, group):
        return "says how often a thing exists"
    return None


def _is_said_of_the_duty(scan, group):
    start = scan.key(group.start)
    if start in ("dinh", "thuong") or group.deadline.kind == Kind.ONGOING:
        return True
    # «… phát sóng hằng tuần.» closes the sentence; «xếp loại hằng năm.» names what happens every year.
    if group.deadline.kind != Kind.RECURRING_YEARLY and (scan.key(group.end) in ("", ";", "\n", ")") or scan.is_full_stop(group.end)):
        return start in ("hang", "moi")
    fills = scan.key(group.start - 1) in ("", ";", "\n", "(", ":") or scan.is_full_stop(group.start - 1)
    return fills or _clause_has(scan, group.start, ("bao cao", "dinh ky", "giao ban", "cap nhat", "so ket"), back=8)


def _is_trigger(scan, group):
    """What starts a piece of the duty without being its deadline."""
    if isinstance(group.mark, Event):
        return group.mark.amount is None
    if isinstance(group.mark, Standing) and group.mark.what == "request":
        return not _fills_a_clause(scan, group.mark)
    return isinstance(group.mark, Every) and not group.whens and not _clause_has(scan, group.start, ("bao cao",), back=10)


# Together


def combine(found, *, words=None):
    """What several deadlines of one duty mean together → one Deadline.

    `found` is a Found or an iterable of Deadlines. Several are stages (rule 9); a count from an event governs «thường xuyên»;
    a trigger is the deadline where nothing else is, else the flag `trigger_inside`. Nothing at all is NONE.
    """
    deadlines = [span.deadline for span in found.deadlines] if isinstance(found, Found) else list(found)
    triggers = [span.deadline for span in found.triggers] if isinstance(found, Found) else []
    deadlines = _governing(deadlines)
    inside = ["trigger_inside"] if triggers and deadlines else []
    deadlines = deadlines or _governing(triggers)[:1]
    if not deadlines:
        return Deadline(words or "", Kind.NONE)
    if len(deadlines) == 1 and deadlines[0].kind != Kind.STAGED:
        return replace(deadlines[0], words=words or deadlines[0].words, label=None).flagged(*inside)
    stages = [stage if stage.label else replace(stage, label=label_of(stage.words)) for one in deadlines for stage in one.stages or (one,)]
    return _staged(words or " … ".join(dict.fromkeys(one.words for one in deadlines)), stages).flagged(*inside)


def _governing(deadlines):
    counted = any(one.hours or one.days or one.working_days for one in deadlines)
    kept = {replace(one, words="", label=None): one for one in reversed(deadlines) if not (counted and one.kind == Kind.ONGOING)}
    return [one for one in deadlines if any(one is each for each in kept.values())]


def label_of(words):
    """The words of a stage without those that say when, or None: «hoàn thành trong tháng 3/2027» → «hoàn thành»."""
    scan = Scan(words)
    times = [mark for mark in marks(scan) if not isinstance(mark, Refused)]
    if not times:
        return None
    head, tail = _trimmed(scan, 0, times[0].start), _trimmed(scan, times[-1].end, len(scan.tokens))
    return " ".join(part for part in (head, tail) if part) or None


# Headings


def period_of(heading, *, plan_date):
    """The period a heading sets for the duties below it («Nhiệm vụ trọng tâm năm 2026», «Giai đoạn 2026 - 2030»), or None.

    Its `words` are those of the time alone. A period that ended before the plan's day is a look back and sets nothing.
    """
    scan = Scan(heading)
    context = Context(plan_date, STRICT_BEFORE)
    for mark in marks(scan):
        when = _vision_of(scan, mark)
        if not isinstance(when, When) or (not when.is_plain and when.until is None):
            continue
        if when.points and (when.points[0].unit not in ("year", "half", "quarter", "month") or _law_before(scan, when.start)):
            continue
        told = mean(when, context)
        if told.due_on is not None and told.due_on >= plan_date:
            start, end = _place(scan, when.start, when.end)
            return replace(told, words=heading[start:end])
    return None


def _vision_of(scan, mark):
    """«Tầm nhìn đến năm 2045» as a heading is a period like any other."""
    if not isinstance(mark, Refused) or not mark.why.startswith("a vision"):
        return mark
    inner = Scan(_text(scan, mark.start + 2, mark.end))
    found = [one for one in marks(inner) if isinstance(one, When)]
    return replace(found[0], start=mark.end - (found[0].end - found[0].start), end=mark.end) if found else mark
