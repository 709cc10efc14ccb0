"""What changed since the last filed report. Of the past only the facts that report froze speak: rows of today never do.

A report freezes how each unit stood in each duty, in a compact form: ``[[state, timeliness, silent, [assignment ids]], …]``.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

from plans.quantities import written
from reports.models import MonthlyReport
from reports.wording import COUNT_WORDS, STATE_WORDS, TOTAL
from tasks.models import FINISHED, State, Timeliness

COLUMNS = ("pk", "moved_from", "task", "task__ref", "state", "timeliness", "silent")
NAMED = 30  # duties named in one line; the rest are counted
OPEN_DATES = {Timeliness.SOON, Timeliness.NOT_DUE}


class Row(NamedTuple):
    """One unit in one duty, now."""

    pk: int
    moved_from: int | None
    task: int
    ref: str
    state: str
    timeliness: str
    silent: bool

    @property
    def stands(self):
        return Stands(self.state, self.timeliness, bool(self.silent))


class Stands(NamedTuple):
    """How a unit stands in a duty on one day."""

    state: str
    timeliness: str
    silent: bool


def last_filed(report):
    """The unit's last filed report of an earlier month that was not returned, or None."""
    earlier = MonthlyReport.objects.filter(unit=report.unit, month__lt=report.month, filed_at__isnull=False, supplements=None)
    return earlier.exclude(verdict__ok=False).order_by("-month", "-version").only("month", "facts", "signed_at").first()


class Changes:
    """Rows of now (values of COLUMNS, in the order of the paper) beside what the report `before` froze (None: there is none)."""

    def __init__(self, rows, before):
        self.rows = [Row(*values) for values in rows]
        self.before = before
        self.label = before.period.label if before else ""
        self.counts = _counts(before.facts) if before else {}
        self.leads = Counter(row.task for row in self.rows)
        self.refs = {row.task: row.ref for row in self.rows}
        self.found = _phrases(self.rows, _then(before.facts) if before else None)

    def standing(self):
        """What this report freezes for the next one."""
        held = defaultdict(list)
        for row in self.rows:
            held[row.stands].append(row.pk)
        return [[*stands, ids] for stands, ids in held.items()]

    def of_count(self, label, n):
        """«tăng 2», «giảm 1», or "" where nothing changed or nothing is known."""
        step = n - self.counts.get(label, n)
        return f"{'tăng' if step > 0 else 'giảm'} {written(abs(step))}" if step else ""

    def of_duty(self, task):
        """« So với tháng 05/2026: mới quá hạn.» of a duty, a space before it; "" where nothing changed."""
        found = self.found.get(task)
        if not found:
            return ""
        only = self.leads[task] == 1
        told = "; ".join(phrase if only else f"{written(n)} đơn vị {phrase}" for phrase, n in found.items())
        return f" So với tháng {self.label}: {told}."

    def without(self, told):
        """Lines of the other duties than those in `told` (ids): one for each kind of change, naming its duties."""
        told, lines = set(told), defaultdict(list)
        for task, found in self.found.items():
            for phrase, n in found.items() if task not in told else ():
                many = f" ({written(n)} đơn vị)" if self.leads[task] > 1 else ""
                lines[phrase].append(f"{self.refs[task]}{many}")
        for phrase, refs in lines.items():
            yield f"So với tháng {self.label}, {phrase}: {named(refs)}."


def _phrases(rows, then):
    """{task: {phrase: how many units}}, duties and phrases in the order of the rows; empty where nothing was frozen."""
    found = defaultdict(Counter)
    for row in rows if then is not None else ():
        was = then.get(row.pk) or then.get(row.moved_from)
        for phrase in phrases(was, row.stands) if was != row.stands else ():
            found[row.task][phrase] += 1
    return found


def phrases(was, now):
    """What changed for one unit, as the paper says it. `was` None: the duty came after the last report."""
    if was is None:
        return ["mới được giao", *(["quá hạn"] if now.timeliness == Timeliness.OVERDUE else [])]
    told = [_of_state(was, now), _of_time(was, now), _of_silence(was, now)]
    return [phrase for phrase in told if phrase]


def _of_state(was, now):
    if was.state == now.state:
        return ""
    if was.state in FINISHED and now.state == State.TODO:
        return "sang lượt thực hiện mới"  # what comes back every month or quarter
    new = {State.SAID: "mới báo hoàn thành", State.DONE: "mới được xác nhận hoàn thành", State.RETURNED: "mới bị trả lại"}
    return new.get(now.state) or f"chuyển từ {STATE_WORDS[was.state]} sang {STATE_WORDS[now.state]}"


def _of_time(was, now):
    before, after = was.timeliness, now.timeliness
    if before == after:
        return ""
    pairs = {
        (Timeliness.WITHOUT_RESULT, Timeliness.WITH_RESULT): "kỳ trước chưa có kết quả",
        (Timeliness.WITH_RESULT, Timeliness.WITHOUT_RESULT): "kỳ trước có kết quả, kỳ này chưa có",
        **{(Timeliness.OVERDUE, date): "không còn quá hạn" for date in OPEN_DATES},
        **{(Timeliness.WAITING, date): "đã có thời hạn theo kế hoạch cấp trên" for date in OPEN_DATES},
    }
    new = {
        Timeliness.OVERDUE: "mới quá hạn",
        Timeliness.DONE_LATE: "hoàn thành quá hạn",
        Timeliness.WAITING: "chờ kế hoạch cấp trên",
    }
    return pairs.get((before, after)) or new.get(after, "")


def _of_silence(was, now):
    if was.silent == now.silent:
        return ""
    return "đã hai kỳ liền chưa cập nhật" if now.silent else "trước đó hai kỳ liền chưa cập nhật"


def named(refs):
    """«3, 5, 7», the first thirty of them and how many more."""
    more = f" và {written(len(refs) - NAMED)} nhiệm vụ khác" if len(refs) > NAMED else ""
    return f"{', '.join(refs[:NAMED])}{more}"


def _counts(facts):
    """{label: n} of the table the paper printed. It left out what was nought; a label it never knew stays unknown."""
    told = {row[0]: int(row[1].replace(".", "")) for row in facts["sections"][0]["table"]["rows"]}
    known = [TOTAL, *COUNT_WORDS.values()]
    return dict.fromkeys(known, 0) | told if set(told) <= set(known) else told


def _then(facts):
    """{assignment id: Stands}, or None for a report filed before such things were frozen."""
    if "standing" not in facts:
        return None
    return {pk: Stands(*stands) for *stands, ids in facts["standing"] for pk in ids}
