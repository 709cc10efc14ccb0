"""The annexes of a report as tables: duties with and without a date, indicators, who filed below, how far the units below are.

Their words stand here as the paper prints them; as a workbook: reports/annexes.py.
"""

from collections import defaultdict

from django.db.models import F, Max
from django.utils import timezone
from django.utils.functional import cached_property

from plans import indicators, period
from plans.models import Indicator
from plans.quantities import written
from reports import charts, compliance, figures
from reports.wording import AGAIN, PART_WORDS, STATE_WORDS, TIMING_WORDS, capitalised, said_by
from tasks.models import Answer, Progress, State, Timeliness

FEW = 3  # units named, and dates of single units told, in one cell


class Annexes:
    """The annexes of one Draft; its duties are read once for both lists of them."""

    def __init__(self, draft):
        self.draft = draft

    def all(self):
        """The annexes in their order, numbered as they are printed, as JSON (reports.paper). The text names the fourth (drafting)."""
        latest = self.latest_words()
        annexes = [
            self._annex_dated(latest),
            self._annex_ongoing(latest),
            self._annex_indicators(),
            *self._annex_below(),
            *self._annex_progress(),
        ]
        return [{**annex, "title": f"Phụ lục {n}. {annex['title']}"} for n, annex in enumerate(annexes, 1)]

    @cached_property
    def rows(self):
        """The duties in the order of the plans, each with its timeliness of the day; read once for both annexes."""
        rows = self.draft.timed().select_related("task", "unit", "plan__document", "plan__unit").prefetch_related("task__stages")
        return list(rows.order_by("plan__issued_on", "plan_id", "task__position", "path", "pk"))

    def task_rows(self, *, ongoing):
        """[(plan, [(task, [assignments])])]: duties watched by freshness, or all others, in the order of the plans."""
        plans = defaultdict(lambda: defaultdict(list))
        for assignment in self.rows:
            if assignment.is_ongoing == ongoing:
                plans[assignment.plan][assignment.task].append(assignment)
        return [(plan, list(tasks.items())) for plan, tasks in plans.items()]

    def latest_words(self):
        """{assignment id: words of its newest standing entry}, for every duty of the report."""
        rows = Progress.objects.standing().filter(assignment__in=self.draft.duties.values("pk"), at__lte=self.draft.at).exclude(words="")
        newest = rows.order_by().values("assignment").annotate(newest=Max("pk")).values("newest")
        return dict(Progress.objects.filter(pk__in=newest).values_list("assignment", "words"))

    @cached_property
    def own_dates(self):
        """{stage id: {day: {assignment ids}}} of the units that are counted by another date than their stage's; one query."""
        answers = Answer.objects.filter(assignment__in=self.draft.duties.values("pk"), due_on__isnull=False, occurs_on=None)
        found = defaultdict(lambda: defaultdict(set))
        for stage, day, pk in answers.exclude(due_on=F("stage__due_on")).order_by().values_list("stage", "due_on", "assignment"):
            found[stage][day].add(pk)
        return found

    def _annex_dated(self, latest):
        columns = columns_of(
            ("TT", 8, "center"),
            ("Nhiệm vụ", 22),
            ("Sản phẩm, kết quả yêu cầu", 13),
            ("Thời hạn", 13),
            ("Đơn vị chủ trì", 13),
            ("Tiến độ", 12),
            ("Kết quả hiện nay", 19),
        )
        rows = []
        for plan, tasks in self.task_rows(ongoing=False):
            rows.append({"group": f"{plan.document.citation} ({plan.unit.full_name})"})
            for task, assignments in tasks:
                rows.append(
                    {
                        "cells": [
                            task.ref,
                            task.title,
                            task.product,
                            _when(task, assignments, self.own_dates),
                            _leads(task, assignments),
                            _progress(assignments),
                            _latest(assignments, latest),
                        ]
                    }
                )
        return {
            "title": "Nhiệm vụ có thời hạn, chờ kế hoạch cấp trên hoặc không ghi thời hạn",
            "columns": columns,
            "rows": rows,
            "empty": "Không có nhiệm vụ.",
        }

    def _annex_ongoing(self, latest):
        columns = columns_of(
            ("TT", 8, "center"), ("Nhiệm vụ", 32), ("Đơn vị chủ trì", 17), ("Kết quả trong kỳ", 15), ("Kết quả hiện nay", 28)
        )
        rows = []
        for plan, tasks in self.task_rows(ongoing=True):
            rows.append({"group": f"{plan.document.citation} ({plan.unit.full_name})"})
            for task, assignments in tasks:
                with_result = sum(a.timeliness == Timeliness.WITH_RESULT for a in assignments)
                pair = ("có" if with_result else "chưa có") if len(assignments) == 1 else f"{with_result} trên {len(assignments)} đơn vị"
                rows.append({"cells": [task.ref, task.title, _leads(task, assignments), pair, _latest(assignments, latest)]})
        return {"title": "Nhiệm vụ thường xuyên", "columns": columns, "rows": rows, "empty": "Không có nhiệm vụ thường xuyên."}

    def _annex_indicators(self):
        columns = columns_of(("TT", 5, "center"), ("Chỉ tiêu", 41), ("Mức", 13), ("Năm", 7, "center"), ("Tính chất", 11), ("Thực hiện", 23))
        rows = [
            {
                "cells": [
                    str(n),
                    row.name,
                    f"{row.get_operator_display()} {row.target}",
                    str(row.year),
                    "bắt buộc" if row.is_firm else "phấn đấu",
                    words,
                ]
            }
            for n, (row, words) in enumerate(self._indicators(), 1)
        ]
        return {"title": "Chỉ tiêu", "columns": columns, "rows": rows, "empty": "Đơn vị chưa ban hành kế hoạch có chỉ tiêu."}

    def _indicators(self):
        """[(indicator, words)]: those of the unit's own plans, and of superiors' plans those for which it has figures."""
        bound = Indicator.objects.binding(self.draft.unit).filter(plan__issued_on__isnull=False, plan__withdrawn_on=None)
        rows = list(bound.select_related("plan").order_by("-plan__unit__path", "plan", "position"))
        month = self.draft.period.month
        now, before = (indicators.figures(rows, self.draft.unit, month=one) for one in (month, period.add_months(month, -1)))
        shown = [row for row in rows if row.plan.unit_id == self.draft.unit.pk or now[row.pk].amount]
        return [(row, _figure_words(row, now[row.pk], before[row.pk])) for row in shown]

    def _annex_below(self):
        lines = self.draft.lower
        if not lines:
            return
        columns = columns_of(("TT", 8, "center"), ("Đơn vị", 42), ("Thời điểm nộp", 30), ("Tình trạng", 20))
        rows = []
        for n, (unit, report, timing) in enumerate(lines, 1):
            filed = f"{timezone.localtime(report.filed_at):%H:%M, %d/%m/%Y}" if report and report.filed_at else ""
            before = self.draft.given_back.get(unit.pk)
            words = [TIMING_WORDS[timing], *([AGAIN[before.status == "returned"]] if before else [])]
            rows.append({"cells": [str(n), unit.full_name, filed, ", ".join(words)]})
        rows.insert(0, {"group": f"{capitalised('; '.join(self._counts_below(lines)))}."})
        yield {"title": "Nộp báo cáo của đơn vị cấp dưới", "columns": columns, "rows": rows, "empty": ""}

    def _counts_below(self, lines):
        """How timely, then how many of those are not there again."""
        yield from (f"{TIMING_WORDS[timing]} {n}" for timing, n in compliance.counted(lines))
        again = [before.status == "returned" for before in self.draft.given_back.values()]
        yield from (f"{words} {again.count(is_returned)}" for is_returned, words in AGAIN.items() if is_returned in again)

    def _annex_progress(self):
        """How far each unit below is, in numbers and as a bar; of the same duties as the report's own counts."""
        if not figures.is_above_wards(self.draft.unit):
            return
        lines = sorted(
            figures.by_unit_below(self.draft.duties, self.draft.unit, on=self.draft.on),
            key=lambda line: (line.unit.level, line.unit.name_key),
        )
        if all(line.unit == self.draft.unit for line in lines):
            return
        rows = [_line_of_parts("Tất cả", figures.total(lines)), *(_line_of_parts(line.unit.full_name, line.tally) for line in lines)]
        chart = {"label": "Biểu đồ", "width": 30, "words": {part: words for part, (words, _) in PART_WORDS.items()}}
        columns = columns_of(("Đơn vị", 22), ("Cộng", 6, "right"), *((words, width, "right") for words, width in PART_WORDS.values()))
        title = "Tiến độ của đơn vị cấp dưới (không kể nhiệm vụ tạm dừng, không thực hiện, không áp dụng)"
        yield {"title": title, "columns": columns, "rows": rows, "empty": "", "chart": chart}


def _line_of_parts(name, tally):
    counts = charts.parts(tally)
    return {"cells": [name, *(_grouped(n) for n in (sum(counts.values()), *(counts[part] for part in PART_WORDS)))], "counts": counts}


def _grouped(n):
    return f"{n:,}".replace(",", ".")


def _figure_words(indicator, figure, before):
    """«96,5 % (kỳ 06/2026), tăng 4,2; 12 trên 65 xã, phường có số liệu»."""
    amount = figure.amount
    if amount is None:
        return "chưa có số liệu"
    if amount.exact is None:
        return f"không có đối tượng (kỳ {amount.newest:%m/%Y})"
    words = f"{indicator.as_words(amount.shown)} (kỳ {amount.newest:%m/%Y})"
    if before.amount and before.amount.exact is not None and before.amount.exact != amount.exact:
        step = amount.shown - before.amount.shown
        words += f", {'tăng' if step > 0 else 'giảm'} {written(abs(step))} so với tháng trước" if step else ""
    if not figure.stated and figure.total > 1:
        words += f"; {written(figure.covered)} trên {written(figure.total)} xã, phường có số liệu"
    return words


def columns_of(*columns):
    """Columns (label, width in percent[, align]) as reports.paper takes them."""
    return [{"label": label, "width": width, "align": align[0] if align else "left"} for label, width, *align in columns]


def _when(task, assignments, own_dates):
    """The dates of the stages, each with those by which single units are counted; the document's words where it gave no date itself."""
    stages = [stage for stage in task.stages.all() if not stage.recurs]
    own = {stage.pk: _own(stage, own_dates.get(stage.pk, {}), assignments) for stage in stages}
    read = [_labelled(stage, ", ".join([f"{stage.due_on:%d/%m/%Y}", *own[stage.pk]])) for stage in stages if stage.due_on]
    if read and not (task.inherited and task.deadline_words):
        return "; ".join(read)
    return ", ".join(filter(None, [task.deadline_words, *(words for found in own.values() for words in found)]))


def _labelled(stage, words):
    return f"{stage.label}: {words}" if stage.label else words


def _own(stage, days, assignments):
    """«gia hạn đến 30/08/2026 (UBND phường Ba Ngòi)» for each date by which single units are counted; unnamed where it holds for all."""
    told, left = [], 0
    for day, ids in sorted(days.items()):
        names = [assignment.unit.full_name for assignment in assignments if assignment.pk in ids]
        later = stage.due_on and stage.due_on < day
        whose = "; ".join(names) if len(names) <= FEW else f"{len(names)} đơn vị"
        only = f" ({whose})" if len(names) < len(assignments) else ""
        if names and len(told) < FEW:
            told.append(f"{'gia hạn đến' if later else 'tính theo hạn'} {day:%d/%m/%Y}{only}")
        else:
            left += len(names)
    return [*told, *([f"thời hạn khác ({left} đơn vị)"] if left else [])]


def _leads(task, assignments):
    if len(assignments) <= FEW:
        return "; ".join(assignment.unit.full_name for assignment in assignments)
    return f"{task.lead_words or 'Nhiều đơn vị'} ({len(assignments)} đơn vị)"


def _progress(assignments):
    if len(assignments) == 1:
        only = assignments[0]
        state, timeliness = STATE_WORDS[State(only.state)], only.timeliness
        late = ", quá hạn" if timeliness in {Timeliness.OVERDUE, Timeliness.DONE_LATE} else ""
        return "chờ kế hoạch cấp trên" if timeliness == Timeliness.WAITING else state + late
    said = sum(a.state in {State.SAID, State.DONE} for a in assignments)
    done = sum(a.state == State.DONE for a in assignments)
    overdue = sum(a.timeliness == Timeliness.OVERDUE for a in assignments)
    return f"{said} trên {len(assignments)} báo xong; {done} xác nhận; {overdue} quá hạn"


def _latest(assignments, latest):
    """The newest words; behind a collective addressee three wordings, each with three names, the rest counted."""
    told = [(a.unit.full_name, latest[a.pk]) for a in assignments if a.pk in latest]
    if len(assignments) == 1:
        return told[0][1] if told else ""
    return " ".join(said_by(told, most=FEW, names=FEW))
