"""The report that writes itself: opening a unit's reports, and the facts of one report for a moment.

The paper speaks Vietnamese whatever the interface speaks, so its words stand here and in reports.wording as they are printed.
"""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property

from orgunits.models import below
from plans import period
from plans.models import Plan
from plans.quantities import written
from reports import comparing, compliance, figures, letterhead
from reports.annex_tables import Annexes, columns_of
from reports.models import MonthlyReport, ReportEntry, Timing
from reports.models.cutoff import last_days
from reports.wording import COUNT_WORDS, NOTHING, PARTS, TOTAL, capitalised, drafted_digest, said_by
from tasks.deadlines import Clock
from tasks.models import Difficulty, Incident, Progress, State, Timeliness
from tasks.models.incident import FIRST_REPORT

NAMED = 20  # units named in one sentence; the annex names all


def open_reports(*, on):
    """Open every report not yet opened up to the period that holds `on`. Returns how many were new.

    Chosen by "every period not yet opened", never by "is today the first day": a machine that was off skips nobody. As many questions for
    a country as for one ward.
    """
    first_days, this = figures.first_days(), period.holding(on).month
    owing = [(unit, this) for unit in figures.unit_owes_report(on).prefetch_related("former_terms")]
    for unit in figures.ended_units_owing(on).prefetch_related("former_terms"):
        owing.append((unit, period.holding(unit.valid_to + timedelta(days=1)).earlier().month))  # the last period that closed in its time
    fresh = _not_opened([(unit, last) for unit, last in owing if unit.pk in first_days], first_days)
    days = last_days({unit for unit, _one in fresh}, sorted({one for _unit, one in fresh}))
    rows = [_opened(unit, one, first_days[unit.pk], days[unit.pk, one.month]) for unit, one in fresh]
    MonthlyReport.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)  # another run opens the same ones
    return len(rows)


def _not_opened(owing, first_days):
    """[(unit, Period)] from each unit's first duty up to the last month of `owing` that has no report and was owed; one query."""
    present, found = set(MonthlyReport.objects.filter(version=1).order_by().values_list("unit", "month")), []
    for unit, last in owing:
        month = period.holding(first_days[unit.pk]).month
        while month <= last:
            if (unit.pk, month) not in present and unit.was_in_force(on=period.of_month(month).closes):
                found.append((unit, period.of_month(month)))
            month = period.add_months(month, 1)
    return found


def _opened(unit, of_period, first_day, day):
    """The first report of a unit opens with the duty that makes it owe one, the others on the first day of their period. Not saved."""
    opened_at = period.moment(max(first_day, of_period.opens))
    return MonthlyReport(unit=unit, month=of_period.month, opened_at=opened_at, due_on=day if day < of_period.closes else None)


def unopened(unit, of_period, *, on):
    """The report, not saved, that `unit` owes for a period begun by the day `on` and nobody has opened yet; None where it owes none."""
    first = figures.first_days([unit]).get(unit.pk)
    owes = first and first <= min(on, of_period.closes) and figures.unit_owes_report(min(on, of_period.closes)).filter(pk=unit.pk).exists()
    if not owes or of_period.opens > on or not unit.was_in_force(on=of_period.closes):
        return None
    return MonthlyReport(unit=unit, month=of_period.month, opened_at=period.moment(max(first, of_period.opens)))


def untaken(report, *, at):
    """Entries of the unit's own bodies recorded up to `at` that no report has taken and nobody has returned.

    Whoever follows another area takes what that one's reports left, from the period in which it follows (figures.own_entries_of).
    """
    areas = figures.own_entries_of(report.unit, on=report.period.closes)
    entries = Progress.objects.standing().filter(assignment__unit__area__in=areas, at__lte=at)
    taken = ReportEntry.objects.filter(progress=OuterRef("pk"))
    taken = taken.exclude(report__unit=report.unit, report__month=report.month)  # a returned version gives them back
    return entries.filter(~Exists(taken)).select_related(
        "assignment__task__plan__document", "assignment__unit", "answer__stage", "by__person"
    )


class Draft:
    """The facts of one report as of the moment `at`. Reads rows once; every number comes from them."""

    def __init__(self, report, *, at):
        self.report, self.unit, self.at = report, report.unit, at
        self.on = timezone.localdate(at)
        self.period = report.period
        # Who came or went after the period's close, or after the unit's own last day, is no matter of this report.
        self.duties = figures.duties_of(self.unit, on=min(filter(None, (self.on, self.period.closes, self.unit.valid_to))))
        self.tally = self.duties.tally(on=self.on, of_period=self.period)
        self.taken = untaken(report, at=at)
        self.entries = sorted(self.taken, key=lambda entry: (entry.assignment.task.plan_id, entry.assignment.task.position, entry.pk))
        self.plans = list(Plan.objects.filter(pk__in=self.duties.order_by().values("plan")).select_related("document__issuer", "unit"))
        self.kept = {part.part: part for part in report.parts.all()} if report.pk else {}

    @cached_property
    def changes(self):
        """What changed since the last filed report of an earlier month."""
        rows = self.duties.timed(on=self.on, of_period=self.period).order_by("task__plan", "task__position", "path", "pk")
        return comparing.Changes(list(rows.values_list(*comparing.COLUMNS)), comparing.last_filed(self.report))

    @cached_property
    def incidents(self):
        """Incidents of the unit's own bodies noted, reported or closed since its last signed report, in the order of discovery."""
        areas = figures.own_entries_of(self.unit, on=self.period.closes)
        rows = Incident.objects.filter(unit__area__in=areas).exclude(reported_at=None, closed_at__isnull=False)
        return list(rows.moved(since=self.since, at=self.at).select_related("unit").order_by("discovered_at", "pk"))

    @cached_property
    def lower(self):
        """The units directly below with their reports, as compliance gives them."""
        return compliance.of_period(self.unit, self.period, at=self.at) if figures.is_above_wards(self.unit) else []

    @cached_property
    def heard(self):
        """Ids of the filed reports of those units that this one names; what is not among them arrived later (reports/supplements.py)."""
        named = [report.pk for _unit, report, _timing in self.lower if report and report.filed_at]
        units = [unit.pk for unit, _report, _timing in self.lower]
        added = MonthlyReport.objects.standing().filter(unit__in=units, month=self.report.month, filed_at__lte=self.at)
        return named + list(added.exclude(supplements=None).values_list("pk", flat=True))

    @property
    def is_empty(self):
        """No entry of the period, and not a word of the clerk's."""
        return not self.entries and not self.kept

    @cached_property
    def since(self):
        """The moment up to which the reports of earlier months speak of incidents, or None."""
        earlier = MonthlyReport.objects.current().filter(unit=self.unit, month__lt=self.report.month, signed_at__isnull=False)
        return earlier.aggregate(last=Max("signed_at"))["last"]

    def words(self):
        """{part: text}: the clerk's words where there are any, else the drafted ones. One paragraph a line."""
        return {part: self.kept[part].words if part in self.kept else drafted for part, drafted in self.drafted.items()}

    @cached_property
    def drafted(self):
        """{part: text} as the rows have it, whatever the clerk wrote."""
        writers = {1: self._leading, 2: self._results, 3: self._troubles, 4: self._coming, 5: self._proposals}
        return {part: "\n".join(writers[part]()) or NOTHING[part] for part in PARTS}

    @property
    def outdated(self):
        """The parts whose drafted words have changed since the clerk wrote hers."""
        seen = {part: kept.seen for part, kept in self.kept.items() if kept.seen}
        return [part for part, digest in seen.items() if digest != drafted_digest(self.drafted[part])]

    def _leading(self):
        named = "; ".join(f"{plan.document.citation} của {plan.unit.full_name}" for plan in self.plans)
        tally, total = self.tally.by_timeliness(), self.tally.total
        change = f" ({words} so với báo cáo tháng {self.changes.label})" if (words := self.changes.of_count(TOTAL, total)) else ""
        yield (
            f"Kỳ báo cáo từ {self.period.opens:%d/%m/%Y} đến {self.period.closes:%d/%m/%Y}, {self.unit.full_name} theo dõi "
            f"{total} phần việc được giao{change} thuộc {len(self.plans)} kế hoạch ({named})."
        )
        yield from self._summary(tally)
        yield from self._below()

    def _below(self):
        """Who has reported from below and who is missing: the report goes up without them."""
        due = [(unit, report) for unit, report, timing in self.lower if timing != Timing.NOT_OWED]
        missing = [unit.full_name for unit, report in due if not (report and report.filed_at)]  # a returned one is not there either
        if due:
            names = ", ".join(missing[:NAMED])
            more = f" và {len(missing) - NAMED} đơn vị khác (Phụ lục 4)" if len(missing) > NAMED else ""
            told = f"; chưa nhận của {names}{more}" if missing else ""
            yield f"Đã nhận báo cáo của {len(due) - len(missing)} trên {len(due)} đơn vị cấp dưới{told}."

    def _summary(self, tally):
        """The counts in words, those that are nought left out."""
        watched = tally[Timeliness.WITH_RESULT] + tally[Timeliness.WITHOUT_RESULT]
        clauses = [
            (
                self.tally.countable,
                f"trong {self.tally.countable} phần việc phải hoàn thành, các đơn vị đã báo hoàn thành {self.tally.said}, "
                f"trong đó {self.tally.done} đã được xác nhận",
            ),
            (tally[Timeliness.OVERDUE], f"{tally[Timeliness.OVERDUE]} phần việc quá hạn"),
            (watched, f"{tally[Timeliness.WITH_RESULT]} trên {watched} phần việc thường xuyên có kết quả trong kỳ"),
            (tally[Timeliness.WAITING], f"{tally[Timeliness.WAITING]} phần việc chờ kế hoạch cấp trên"),
            (self.tally.silent, f"{self.tally.silent} phần việc hai kỳ liền chưa cập nhật"),
        ]
        told = "; ".join(words for n, words in clauses if n)
        if told:
            yield f"{capitalised(told)}."

    def _results(self):
        """One paragraph a duty: each unit with what it said in the period, and what changed since the last report.

        Duties that changed without a word follow, one line for each kind of change.
        """
        said = defaultdict(lambda: defaultdict(list))
        for entry in self.entries:
            if entry.has_result and entry.words:
                said[entry.assignment.task][entry.assignment.unit].append(entry.words.strip().rstrip("."))
        for task, units in said.items():
            yield f"{task.ref}. {task.title}. {self._told(units)}{self.changes.of_duty(task.pk)}"
        silently = list(self.changes.without(task.pk for task in said))
        yield from [NOTHING[2], *silently] if silently and not said else silently

    def _told(self, units):
        """What the units said of one duty; where the report's own unit alone speaks it needs no name."""
        told = [(unit.full_name, "; ".join(dict.fromkeys(words))) for unit, words in units.items()]
        return capitalised(f"{told[0][1]}.") if list(units) == [self.unit] else " ".join(said_by(told))

    def _troubles(self):
        yield from self._incidents()
        yield from self._said("difficulties")
        for trouble in self.open_troubles:
            late = f", quá hạn {(self.on - trouble.reply_by).days} ngày" if trouble.is_overdue(on=self.on) else ""
            yield (
                f"{trouble.assignment.task.ref} ({trouble.assignment.unit.full_name}): {trouble.words.strip().rstrip('.')} "
                f"(nêu ngày {timezone.localdate(trouble.at):%d/%m/%Y}; {trouble.lies_with.full_name} xem xét từ ngày "
                f"{timezone.localdate(trouble.lies_since):%d/%m/%Y}, hạn trả lời {trouble.reply_by:%d/%m/%Y}{late})."
            )

    def _incidents(self):
        """Own incidents one by one, of those reported from below the number; a month without any says nothing of them."""
        if self.incidents:
            yield f"Trong kỳ ghi nhận {len(self.incidents)} sự cố an ninh mạng."
        for row in self.incidents:
            yield _incident(row, at=self.at)
        lower = self._incidents_below() if figures.is_above_wards(self.unit) else None
        if lower and lower["n"]:
            late = f", {lower['late']} báo cáo lần đầu quá 24 giờ" if lower["late"] else ""
            yield f"Các đơn vị cấp dưới báo cáo {lower['n']} sự cố an ninh mạng, {lower['closed']} đã xử lý xong{late}."

    def _incidents_below(self):
        """Counts of the incidents that areas below reported, by the same moments: n, closed, late. One query."""
        lower = Incident.objects.filter(**below(self.unit.path)).exclude(
            unit__area__in=figures.own_entries_of(self.unit, on=self.period.closes)
        )
        late = Q(reported_at__gt=F("discovered_at") + FIRST_REPORT)
        counts = {"n": Count("pk"), "closed": Count("pk", Q(closed_at__lte=self.at)), "late": Count("pk", late)}
        return lower.filter(reported_at__lte=self.at).moved(since=self.since, at=self.at).aggregate(**counts)

    @cached_property
    def open_troubles(self):
        """Difficulties of the unit's own bodies that await an answer by now, the oldest first."""
        areas = figures.own_entries_of(self.unit, on=self.period.closes)
        rows = Difficulty.objects.running().filter(assignment__unit__area__in=areas, at__lte=self.at)
        return list(rows.with_names().order_by("pk"))

    def _proposals(self):
        return self._said("proposals")

    def _said(self, field):
        for entry in self.entries:
            text = getattr(entry, field).strip()
            if text:
                yield f"{entry.assignment.task.ref} ({entry.assignment.unit.full_name}): {text.rstrip('.')}."

    def _coming(self):
        for task, due_on in self.coming.items():
            late = "đã quá hạn, " if due_on < self.on else ""
            yield f"{task.ref}: {task.title} ({late}hạn {due_on:%d/%m/%Y})."

    @cached_property
    def coming(self):
        """{task: its first date} of the duties not finished that are due by the close of the next period."""
        until = self.period.later().closes
        due = self.duties.filter(clock=Clock.DATED, due_on__lte=until).exclude(state__in=[State.SAID, State.DONE])
        tasks = {}
        for assignment in due.select_related("task").order_by("due_on", "task__plan", "task__position", "pk"):
            tasks.setdefault(assignment.task, assignment.due_on)
        return tasks

    def counts(self):
        """Rows [label, n] of the counts printed in part I; the total always first, what is nought now and was last month left out."""
        cells, then = self.tally.by_timeliness(), self.changes.counts
        return [
            [TOTAL, self.tally.total],
            *([label, cells[cell]] for cell, label in COUNT_WORDS.items() if cells[cell] or then.get(label)),
        ]

    def count_rows(self):
        """Rows [label, n] of the same counts, or where there is an earlier report [label, n, «tăng 2»]."""
        if not self.changes.counts:
            return self.counts()
        same = dict.fromkeys(self.changes.counts, "không đổi")
        return [[label, n, self.changes.of_count(label, n) or same.get(label, "")] for label, n in self.counts()]

    def facts(self):
        """Everything the paper prints, as JSON (the shape is reports.paper's)."""
        words = self.words()
        sections = [
            {"heading": heading, "paragraphs": words[part].splitlines(), "table": self._counts_table() if part == 1 else None}
            for part, heading in PARTS.items()
        ]
        return {
            **letterhead.of(self.unit, letterhead.speaker(self.unit, self.plans), on=self.period.closes),
            "number": self.report.number,
            "dated_on": None,
            "subject": self.subject(),
            "period": {"opens": self.period.opens.isoformat(), "closes": self.period.closes.isoformat()},
            "bases": [f"{plan.document.citation} của {plan.document.issuer_words or plan.unit.full_name}" for plan in self.plans],
            "sections": sections,
            "annexes": self.annexes(),
            "heard": self.heard,
            "standing": self.changes.standing(),
        }

    def subject(self):
        return f"Kết quả thực hiện nhiệm vụ kế hoạch tháng {self.period.month.month} năm {self.period.month.year}"

    def annexes(self):
        return Annexes(self).all()

    def _counts_table(self):
        labels = [("Phân loại", 75), ("Số phần việc", 25, "right")]
        if self.changes.counts:
            labels = [("Phân loại", 55), ("Số phần việc", 18, "right"), (f"So với tháng {self.changes.label}", 27, "right")]
        return {"columns": columns_of(*labels), "rows": [[label, written(n), *change] for label, n, *change in self.count_rows()]}


def _incident(row, *, at):
    """«23:10, 14/07/2026, UBND phường Ba Ngòi, trang tin: bị tấn công; báo cáo lần đầu lúc …, đúng hạn; đã xử lý xong …»."""
    place = ", ".join(filter(None, [_moment(row.discovered_at), row.unit.full_name, row.system]))
    if row.reported_at and row.reported_at <= at:
        late = row.hours_late(at=at)
        first = f"báo cáo lần đầu lúc {_moment(row.reported_at)}, {f'muộn {late} giờ' if late else 'đúng hạn'}"
    else:
        first = "chưa gửi báo cáo lần đầu"
    end = f"đã xử lý xong lúc {_moment(row.closed_at)}" if row.closed_at and row.closed_at <= at else "đang xử lý"
    return f"{place}: {' '.join(row.what.split()).rstrip('.')}; {first}; {end}."


def _moment(at):
    return f"{timezone.localtime(at):%H:%M, %d/%m/%Y}"
