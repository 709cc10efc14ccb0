"""The report that writes itself: opening a unit's reports, and the facts of one report for a moment.

The paper speaks Vietnamese whatever the interface speaks, so its words stand here and in reports.wording as they are printed.
"""

import re
from collections import defaultdict
from datetime import timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property

from orgunits.models import below
from orgunits.words import fold
from plans import period
from plans.models import Plan
from plans.quantities import written
from reports import comparing, compliance, figures, letterhead
from reports.annex_tables import Annexes, columns_of
from reports.models import MonthlyReport, ReportEntry, Timing
from reports.models.cutoff import last_days
from reports.wording import COUNT_WORDS, NOTHING, PARTS, TOTAL, capitalised, drafted_digest, said_by
from tasks import recurring
from tasks.deadlines import Clock
from tasks.models import FINISHED, OFF, Difficulty, Incident, Progress, Task, Timeliness
from tasks.models.incident import FIRST_REPORT

NAMED = 20  # units named in one sentence; the annex names all


def open_reports(*, on):
    """Open every report not yet opened up to the period that holds `on`. Returns how many were new.

    Chosen by "every period not yet opened", never by "is today the first day": a machine that was off skips nobody. As many questions for
    a country as for one ward.
    """
    days_of_duties, this = figures.days_of_duties(), period.holding(on).month
    owing = [(unit, this) for unit in figures.ever_owing(on).prefetch_related("former_terms")]
    for unit in figures.ended_units_owing(on).prefetch_related("former_terms"):
        owing.append((unit, period.holding(unit.valid_to + timedelta(days=1)).earlier().month))  # the last period that closed in its time
    fresh = _owed(_not_opened([(unit, last) for unit, last in owing if unit.pk in days_of_duties], days_of_duties), on=on)
    days = last_days({unit for unit, _one in fresh}, sorted({one for _unit, one in fresh}))
    rows = [_opened(unit, one, days_of_duties[unit.pk][0], days[unit.pk, one.month]) for unit, one in fresh]
    MonthlyReport.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)  # another run opens the same ones
    return len(rows)


def _not_opened(owing, days_of_duties):
    """[(unit, Period)] from each unit's first duty up to the last month of `owing`, or its last plan's closing, that has no report; one
    query."""
    present, found = set(MonthlyReport.objects.filter(version=1).order_by().values_list("unit", "month")), []
    for unit, last in owing:
        first_day, last_day = days_of_duties[unit.pk]
        one = period.holding(first_day)
        while one.month <= last and one.opens <= last_day:
            if (unit.pk, one.month) not in present and unit.was_in_force(on=one.closes):
                found.append((unit, one))
            one = one.later()
    return found


def _owed(missing, *, on):
    """Those of [(unit, Period)] that were owed: not of months between a plan closed and the next one. One query for each month."""
    by_period, found = defaultdict(list), []
    for unit, one in missing:
        by_period[one].append(unit)
    for one, units in by_period.items():
        owing = figures.unit_owes_report(min(on, one.closes)).filter(pk__in=[unit.pk for unit in units])
        owed = set(owing.order_by().values_list("pk", flat=True))
        found += [(unit, one) for unit in units if unit.pk in owed]
    return found


def _opened(unit, of_period, first_day, day):
    """The first report of a unit opens with the duty that makes it owe one, the others on the first day of their period. Not saved."""
    opened_at = period.moment(max(first_day, of_period.opens))
    return MonthlyReport(unit=unit, month=of_period.month, opened_at=opened_at, due_on=day if day < of_period.closes else None)


def unopened(unit, of_period, *, on):
    """The report, not saved, that `unit` owes for a period begun by the day `on` and nobody has opened yet; None where it owes none."""
    first, _last = figures.days_of_duties([unit]).get(unit.pk, (None, None))
    owes = first and first <= min(on, of_period.closes) and figures.unit_owes_report(min(on, of_period.closes)).filter(pk=unit.pk).exists()
    if not owes or of_period.opens > on or not unit.was_in_force(on=of_period.closes):
        return None
    return MonthlyReport(unit=unit, month=of_period.month, opened_at=period.moment(max(first, of_period.opens)))


def untaken(report, *, at):
    """Entries of the unit's own bodies recorded up to `at`, and to the period's close, that no report keeps and nobody has returned.

    Whoever follows another area takes what that one's reports left, from the period in which it follows (figures.own_entries_of).
    """
    areas = figures.own_entries_of(report.unit, on=report.period.closes)
    entries = Progress.objects.standing().filter(assignment__unit__area__in=areas, at__lte=at, at__lt=report.period.late_from)
    taken = ReportEntry.objects.kept(at=at).filter(progress=OuterRef("pk"))
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
        self.tally = self.duties.tally(**self._as_of)
        self.taken = untaken(report, at=at)
        self.entries = sorted(self.taken, key=lambda entry: (entry.assignment.task.plan_id, entry.assignment.task.position, entry.pk))
        self.plans = list(Plan.objects.filter(pk__in=self.duties.order_by().values("plan")).select_related("document__issuer", "unit"))
        self.kept = {part.part: part for part in report.parts.all()} if report.pk else {}

    @cached_property
    def changes(self):
        """What changed since the last filed report of an earlier month."""
        rows = self.timed().order_by("task__plan", "task__position", "path", "pk")
        return comparing.Changes(list(rows.values_list(*comparing.COLUMNS)), self.last_filed)

    def timed(self):
        """The duties as they stand in this report: .timed() as of its day."""
        return self.duties.timed(**self._as_of)

    @cached_property
    def last_filed(self):
        return comparing.last_filed(self.report)

    @property
    def _as_of(self):
        """Results count from where the last report ended to where this one does, as entries do: no other report speaks of them."""
        return {"on": self.on, "of_period": self.period, "since": self.since, "until": self.until if self.until < self.at else None}

    @cached_property
    def incidents(self):
        """Incidents of the unit's own bodies noted, reported or closed since its last filed report, in the order of discovery."""
        areas = figures.own_entries_of(self.unit, on=self.period.closes)
        rows = Incident.objects.filter(unit__area__in=areas).exclude(reported_at=None, closed_at__isnull=False)
        return list(rows.moved(since=self.since, at=self.until).select_related("unit").order_by("discovered_at", "pk"))

    @cached_property
    def lower(self):
        """The units directly below with their reports, as compliance gives them."""
        return compliance.of_period(self.unit, self.period, at=self.at) if figures.is_above_wards(self.unit) else []

    @cached_property
    def given_back(self):
        """{unit id: the version filed before} of those reports that are filed no more (compliance.given_back)."""
        return compliance.given_back(self.lower)

    @property
    def corrected(self):
        """Of those the ones opened again and not returned: they stand until the next version is filed."""
        return {pk: before for pk, before in self.given_back.items() if before.status != "returned"}

    @cached_property
    def heard(self):
        """Ids of the filed reports of those units that this one names; what is not among them arrived later (reports/supplements.py)."""
        named = [report.pk for _unit, report, _timing in self.lower if report and report.filed_at]
        named += [before.pk for before in self.corrected.values()]
        units = [unit.pk for unit, _report, _timing in self.lower]
        added = MonthlyReport.objects.standing().filter(unit__in=units, month=self.report.month, filed_at__lte=self.at)
        return named + list(added.exclude(supplements=None).values_list("pk", flat=True))

    @property
    def is_empty(self):
        """No entry of the period, and not a word of the clerk's."""
        return not self.entries and not self.kept

    @cached_property
    def since(self):
        """The moment up to which the last filed report speaks of what happened, or None."""
        return self.last_filed and min(self.last_filed.signed_at, self.last_filed.period.late_from)

    @property
    def until(self):
        """The moment up to which this one does: what happens after the period's close is the next one's."""
        return min(self.at, self.period.late_from)

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
        """Who has reported from below and who is missing: the report goes up without them.

        A returned report is not there; one opened again to be corrected was received, and stands until the next version is filed.
        """
        due = [(unit, report) for unit, report, timing in self.lower if timing != Timing.NOT_OWED]
        there = {unit.pk for unit, report in due if report and report.filed_at}
        there |= set(self.corrected)
        missing = [unit.full_name for unit, _report in due if unit.pk not in there]
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
        yield from self._said("difficulties", without=self._raised())
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
        counts = {"n": Count("pk"), "closed": Count("pk", Q(closed_at__lte=self.until)), "late": Count("pk", late)}
        return lower.filter(reported_at__lte=self.until).moved(since=self.since, at=self.until).aggregate(**counts)

    @cached_property
    def open_troubles(self):
        """Difficulties of the unit's own bodies that await an answer by now, the oldest first."""
        areas = figures.own_entries_of(self.unit, on=self.period.closes)
        rows = Difficulty.objects.running().filter(assignment__unit__area__in=areas, at__lte=self.at)
        return list(rows.with_names().order_by("pk"))

    def _raised(self):
        """Ids of the entries all of whose words an open difficulty raised from them says, with its dates."""
        raised = defaultdict(set)
        for trouble in self.open_troubles:
            raised[trouble.progress_id].update(_bare_words(trouble.words))
        return {entry.pk for entry in self.entries if entry.pk in raised and raised[entry.pk].issuperset(_bare_words(entry.difficulties))}

    def _proposals(self):
        return self._said("proposals")

    def _said(self, field, *, without=()):
        for entry in self.entries:
            text = getattr(entry, field).strip()
            if text and entry.pk not in without:
                yield f"{entry.assignment.task.ref} ({entry.assignment.unit.full_name}): {text.rstrip('.')}."

    def _coming(self):
        for task, due_on in self.coming.items():
            late = "đã quá hạn, " if due_on < self.on else ""
            yield f"{task.ref}: {task.title} ({late}hạn {due_on:%d/%m/%Y})."

    @cached_property
    def coming(self):
        """{task: its first date} of the duties not finished that are due by the close of the next period, and of what comes back by then.

        One said done for this turn is to do again in the next. Nothing stands here that nobody has to do any more.
        """
        until = self.period.later().closes
        going = self.duties.exclude(state__in=OFF).filter(plan__withdrawn_on=None, plan__closed_on=None, task__ended_on=None).order_by()
        due = going.filter(clock=Clock.DATED, due_on__lte=until).exclude(state__in=FINISHED)
        days = dict(due.values_list("task").annotate(first=Min("due_on")))
        for stage, day, _ids in recurring.to_come(going, since=self.period.closes + timedelta(days=1), until=until):
            days[stage.task_id] = min(day, days.get(stage.task_id, day))
        tasks = Task.objects.filter(pk__in=days).order_by("plan", "position")
        return dict(sorted(((task, days[task.pk]) for task in tasks), key=lambda row: row[1]))

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


def _bare_words(text):
    return re.findall(r"\w+", fold(text))


def _moment(at):
    return f"{timezone.localtime(at):%H:%M, %d/%m/%Y}"
