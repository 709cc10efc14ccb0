"""Who filed which month: the units that report to a unit × months, for who reads or collects their reports: the year, the dashboard."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import cached_property

from orgunits.models import OrgUnit, Role
from plans import period
from reports import figures
from reports.models import MonthlyReport, Timing
from reports.models.cutoff import last_days
from reports.reach import reads_filing_of
from reports.reopening import is_open_again, last_open_day
from reports.wording import TIMING_WORDS

COUNTED = (Timing.ON_TIME, Timing.LATE, Timing.EMPTY, Timing.MISSING)
READING = {Role.CLERK, Role.STEERING, Role.AUDITOR}


def may_be_read_by(post, unit):
    """Whether the post reads the table of the area `unit`: clerks of the area itself, steering and inspection posts of the branch."""
    return post.role in READING and unit.is_area and reads_filing_of(unit, post)


@dataclass(frozen=True)
class Cell:
    """`report`: the id of the report where the post may open it, else None."""

    timing: Timing
    report: int | None = None


@dataclass(frozen=True)
class Row:
    unit: OrgUnit
    cells: list

    @cached_property
    def counts(self):
        """{Timing: months}."""
        return Counter(cell.timing for cell in self.cells)


class Board:
    """The table of `unit` for some months (Periods, in their order) at the moment `at`, as `post` may open its reports.

    Rows: the areas directly below that owed a report of one of the months; of a ward the ward itself. Of a month its last day decides
    who owes it, of one still running today does. As many questions for one unit as for a country of them.
    """

    def __init__(self, unit, months, *, post, at):
        self.unit, self.months, self.post, self.at = unit, months, post, at

    @classmethod
    def of_year(cls, unit, year, *, post, at):
        return cls(unit, [period.of_month(date(year, n, 1)) for n in range(1, 13)], post=post, at=at)

    @property
    def year(self):
        return self.months[0].month.year

    @cached_property
    def owing(self):
        """{month: ids of the units that owe its report}."""
        today = timezone.localdate(self.at)
        days = {one.month: min(one.closes, today) for one in self.months}
        asked = {day: self._owing_on(day) for day in sorted(set(days.values()))}
        return {month: asked[day] for month, day in days.items()}

    def _owing_on(self, day):
        rows = figures.unit_owes_report(day)
        rows = rows.filter(parent=self.unit) if figures.is_above_wards(self.unit) else rows.filter(pk=self.unit.pk)
        return set(rows.order_by().values_list("pk", flat=True))

    @cached_property
    def rows(self):
        """Rows by the names of the units."""
        return [Row(unit, [self._cell(unit.pk, one) for one in self.months]) for unit in self._units]

    @cached_property
    def _units(self):
        return list(OrgUnit.objects.filter(pk__in=set().union(*self.owing.values())).order_by("name_key", "pk"))

    @cached_property
    def _days(self):
        """{(unit id, month): the last day on time}: a superior may have set an earlier one."""
        return last_days(self._units, self.months)

    def sorted_by(self, name):
        """`name`: "unit", or "missing" for most missing first, then most late; with «-» the other way round."""
        if name.removeprefix("-") == "missing":
            sign = 1 if name.startswith("-") else -1
            return sorted(self.rows, key=lambda row: (sign * row.counts[Timing.MISSING], sign * row.counts[Timing.LATE]))
        return self.rows[::-1] if name.startswith("-") else self.rows

    def unfiled(self, month, *, until=None):
        """Ids of the units that miss the month (a Period); with `until` of those whose report was open again until that day, and was not
        filed. The lists that reminders open."""
        if until is None:
            n = self.months.index(month)
            return {row.unit.pk for row in self.rows if row.cells[n].timing == Timing.MISSING}
        drafts = [row for row in self._reports.values() if row.month == month.month and not row.filed_at]
        return {row.unit_id for row in drafts if is_open_again(row) and last_open_day(row) == until}

    def sums(self):
        """[(Timing, how many units in each month, all together)] of those that occur."""
        lines = [(timing, self.count(timing)) for timing in Timing]
        return [(timing, line, sum(line)) for timing, line in lines if any(line)]

    def count(self, timing):
        """[how many units in each month]."""
        return [column[timing] for column in self._columns]

    @cached_property
    def _columns(self):
        return [Counter(row.cells[n].timing for row in self.rows) for n in range(len(self.months))]

    @property
    def counts(self):
        """[(Timing, how many units in each month)] of the four kinds that are counted, noughts too."""
        return [(timing, self.count(timing)) for timing in COUNTED]

    @property
    def closes(self):
        """The last day on time in the last month, the earliest one where a superior has set several."""
        newest = self.months[-1]
        return min((self._days[unit.pk, newest.month] for unit in self._units), default=newest.closes)

    @cached_property
    def _reports(self):
        rows = MonthlyReport.objects.current().light().order_by()
        rows = rows.filter(unit__in=set().union(*self.owing.values()), month__in=[one.month for one in self.months])
        return {(row.unit_id, row.month): row for row in rows.select_related("unit")}

    @cached_property
    def _days_of_duties(self):
        return figures.days_of_duties(set().union(*self.owing.values()))

    def _is_owed(self, pk, month):
        """No report is owed before the first duty or after the last plan's closing (drafting.open_reports)."""
        first, last = self._days_of_duties.get(pk, (date.min, date.max))
        return pk in self.owing[month.month] and first <= month.closes and month.opens <= last

    @cached_property
    def _open_to_post(self):
        rows = MonthlyReport.objects.visible_to(self.post).filter(pk__in=[row.pk for row in self._reports.values()])
        return set(rows.order_by().values_list("pk", flat=True))

    def _cell(self, pk, month):
        report = self._reports.get((pk, month.month))
        link = report.pk if report and report.pk in self._open_to_post else None
        if report and (report.filed_at or report.first_filed_at):
            return Cell(report.timing(at=self.at), link)
        if not self._is_owed(pk, month):
            return Cell(Timing.NOT_OWED)
        return Cell(Timing.unfiled(report.last_day if report else self._days[pk, month.month], at=self.at), link)


def of_period(unit, month, *, at):
    """[(unit below, its report or None, Timing)] for the areas that report to `unit`, in Vietnamese order; three queries."""
    units = list(figures.units_reporting_to(unit, on=month.closes))
    reports = MonthlyReport.objects.current().filter(unit__in=units, month=month.month).select_related("unit").light()
    held = {report.unit_id: report for report in reports}
    days = last_days(units, [month])

    def timing(below):
        """A report not opened yet is missing as soon as its last day is over."""
        if below.pk in held:
            return held[below.pk].timing(at=at)
        return Timing.unfiled(days[below.pk, month.month], at=at)

    return [(below, held.get(below.pk), timing(below)) for below in units]


def given_back(lines):
    """{unit id: the version filed last} of what of_period gives, where that was returned or opened again and the next is not filed yet.

    One query where there are any.
    """
    again = [report for _unit, report, _timing in lines if report and report.version > 1 and not report.filed_at]
    if not again:
        return {}
    before = MonthlyReport.objects.filter(unit__in=[row.unit_id for row in again], month=again[0].month, supplements=None)
    before = before.filter(filed_at__isnull=False).light().select_related("verdict").order_by("version")
    return {row.unit_id: row for row in before}


def counted(lines):
    """[(Timing, n)] of what compliance gives: each of the four kinds, and those not due yet where there are any."""
    found = Counter(timing for _unit, _report, timing in lines)
    return [(timing, found[timing]) for timing in TIMING_WORDS if timing in COUNTED or found[timing]]
