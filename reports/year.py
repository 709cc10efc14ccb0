"""What is due when in a unit's year: dates of its duties, the closes of its reports, replies it owes, the plans it waits for.

Every row starts from the post that asks. What one stage asks of many units on one day is one line with its count, so that the
Centre's year is as long as its plan and not as the country.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Count, F, Min, Q, TextChoices, Value, When
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans import period
from reports import figures
from reports.models import Call, CallAnswer, MonthlyReport, Timing
from reports.models.cutoff import last_days
from reports.reach import reads_filing_of
from tasks import recurring
from tasks.deadlines import Clock
from tasks.models import Answer, Assignment, Difficulty, Stage, Task, Timeliness
from tasks.models.states import FINISHED, OFF, SOON_DAYS

WAITING_SHOWN = 20
LATE = {Timeliness.OVERDUE, Timing.MISSING}
LOOKS = {
    Timeliness.OVERDUE: "late",
    Timeliness.DONE_LATE: "done",
    Timeliness.DONE_IN_TIME: "done",
    Timeliness.SOON: "soon",
    Timeliness.OFF: "wait ring",
    Timing.MISSING: "late",
    Timing.LATE: "soon",
    Timing.EMPTY: "soon",
    Timing.ON_TIME: "done",
}


class What(TextChoices):
    DUTY = "duty", gettext_lazy("due dates of duties")
    COMING = "coming", gettext_lazy("what comes again")
    REPORT = "report", gettext_lazy("closes of monthly reports")
    CALL = "call", gettext_lazy("reports out of turn")
    REPLY = "reply", gettext_lazy("replies owed")


@dataclass(frozen=True)
class Item:
    """One line of the year. `counts`: {Timeliness or Timing: how many}, empty where nothing may be said of it; `key` names it for ever."""

    day: date
    what: What
    key: str
    words: str
    place: str
    url: str
    counts: dict
    note: str = ""

    @property
    def is_late(self):
        return any(cell in LATE for cell in self.counts)

    @property
    def look(self):
        if self.what == What.COMING:
            return "wait ring"
        return next((LOOKS[cell] for cell in LOOKS if cell in self.counts), "todo")

    @property
    def status(self):
        """In words: «overdue», of several «2 overdue, 1 done in time»."""
        if self.what == What.COMING:
            return _("not begun yet, by the rule")
        if sum(self.counts.values()) == 1:
            return str(next(iter(self.counts)).label)
        return ", ".join(f"{n} {cell.label}" for cell, n in self.counts.items())


@dataclass(frozen=True)
class Month:
    """`passed` and `ahead`: Items before today and from today on; `holds_today` where the line between them stands."""

    first: date
    passed: list
    ahead: list
    holds_today: bool

    @property
    def n(self):
        return len(self.passed) + len(self.ahead)


class Year:
    """The year `year` of `unit` as the post may read it, on the day `on` at the moment `at`; `what`: the kinds wanted, all where empty."""

    def __init__(self, unit, year, *, post, on, at, what=()):
        self.unit, self.year, self.post, self.on, self.at = unit, year, post, on, at
        self.what = set(what) or set(What)
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)

    @cached_property
    def duties(self):
        """Lead assignments that the unit's report speaks of; of a body those it leads itself."""
        if self.unit.is_area:
            rows = figures.duties_of(self.unit)
        else:
            rows = Assignment.objects.live().leads().filter(unit=self.unit).exclude(plan__issued_on=None)
        return rows.filter(pk__in=Assignment.objects.visible_to(self.post).order_by().values("pk")).order_by()

    @cached_property
    def items(self):
        made = {
            What.DUTY: self._due,
            What.COMING: self._coming,
            What.REPORT: self._closes,
            What.CALL: self._calls,
            What.REPLY: self._replies,
        }
        found = [item for what, make in made.items() if what in self.what for item in make()]
        return sorted(found, key=lambda item: (item.day, list(What).index(item.what), item.words, item.key))

    def months(self):
        """The twelve Months, empty ones too."""
        return [self._month(n) for n in range(1, 13)]

    def _month(self, n):
        items = [item for item in self.items if item.day.month == n]
        passed = [item for item in items if item.day < self.on]
        holds = (self.on.year, self.on.month) == (self.year, n)
        return Month(date(self.year, n, 1), passed, items[len(passed) :], holds)

    @property
    def late(self):
        return sum(item.is_late for item in self.items)

    def waiting(self):
        """(the first duties that wait for a superior's plan, how many do): they have no day yet."""
        rows = self.duties.filter(clock=Clock.WAITING).exclude(state__in=[*FINISHED, *OFF]).filter(plan__closed_on=None)
        return list(rows.with_names().order_by("path", "task__position", "pk")[:WAITING_SHOWN]), rows.count()

    # Due dates

    def _due(self):
        groups = defaultdict(list)
        for row in self._answers():
            groups[row["stage"], row["due_on"], row["occurs_on"]].append(row)
        named = _Named(self.post, (row["first"] for rows in groups.values() for row in rows))
        for (stage, day, occurs), rows in groups.items():
            counts = Counter()
            for row in rows:
                counts[Timeliness(row["cell"])] += row["n"]
            first = min(row["first"] for row in rows)
            moved = sorted({row["due_originally_on"] for row in rows} - {None, day})
            note = _("extended from %(day)s") % {"day": ", ".join(date_format(was) for was in moved)} if moved else ""
            yield named.item(first, stage, sum(counts.values()), day=day, what=What.DUTY, occurs=occurs, counts=_ordered(counts), note=note)

    def _answers(self):
        """Counts of the year's dated answers, for each stage, day, first day and timeliness."""
        stopped = Q(assignment__state__in=OFF) | Q(assignment__plan__closed_on__lte=F("due_on"))
        cell = Case(
            When(Q(state__in=FINISHED, said_at__date__gt=F("due_on")), then=Value(Timeliness.DONE_LATE.value)),
            When(state__in=FINISHED, then=Value(Timeliness.DONE_IN_TIME.value)),
            When(stopped, then=Value(Timeliness.OFF.value)),
            When(due_on__lt=self.on, then=Value(Timeliness.OVERDUE.value)),
            When(due_on__lte=self.on + timedelta(days=SOON_DAYS), then=Value(Timeliness.SOON.value)),
            default=Value(Timeliness.NOT_DUE.value),
            output_field=CharField(max_length=14),
        )
        dated = Answer.objects.filter(clock=Clock.DATED, assignment__in=self.duties, due_on__range=(self.first, self.last))
        rows = dated.order_by().annotate(cell=cell)
        return rows.values("stage", "due_on", "due_originally_on", "occurs_on", "cell").annotate(n=Count("pk"), first=Min("assignment"))

    def _coming(self):
        """Occurrences not begun yet, for what is left of the year: nothing is said to have been due that never began."""
        since = max(self.first, self.on)
        found = recurring.to_come(self.duties, since=since, until=self.last) if since <= self.last else []
        named = _Named(self.post, (min(ids) for _stage, _day, ids in found))
        for stage, day, ids in found:
            yield named.item(min(ids), stage.pk, len(ids), day=day, what=What.COMING, occurs=day, counts={})

    # Reports

    def _closes(self):
        area = self.unit if self.unit.is_area else self.unit.area
        first, _last = figures.days_of_duties([area]).get(area.pk, (date.max, None))
        months = [period.of_month(date(self.year, n, 1)) for n in range(1, 13)]
        owed = figures.months_owed(area, [one for one in months if first <= one.closes], on=self.on)
        days = last_days([area], owed)
        held = self._held(area, owed, days)
        for one in owed:
            report, timing, day = held.get(one.month, (None, None, days[area.pk, one.month]))
            yield Item(
                day=day,
                what=What.REPORT,
                key=f"report-{area.pk}-{one.slug}",
                words=_("Close of the monthly report %(month)s") % {"month": one.label},
                place=area.full_name,
                url=report.get_absolute_url() if report else f"{reverse('reports')}?month={one.slug}",
                counts={timing: 1} if timing else {},
            )

    def _held(self, area, months, days):
        """{month: (the report the post may open or None, its Timing, its last day on time)}; {} where the post may not know whether the
        area filed. Of a filed report the day counts that held then."""
        if not months or not reads_filing_of(area, self.post):
            return {}
        rows = MonthlyReport.objects.current().light().filter(unit=area, month__in=[one.month for one in months]).select_related("unit")
        reports = {report.month: report for report in rows}
        open_to = set(MonthlyReport.objects.visible_to(self.post).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        found = {}
        for one in months:
            report = reports.get(one.month)
            if report is None:
                found[one.month] = (None, Timing.unfiled(days[area.pk, one.month], at=self.at), days[area.pk, one.month])
                continue
            found[one.month] = (report if report.pk in open_to else None, report.timing(at=self.at), report.last_day)
        return found

    def _calls(self):
        """Reports asked of the area out of turn and not taken back: for who may open the answer, or the call itself."""
        area = self.unit if self.unit.is_area else self.unit.area
        span = (period.moment(self.first), period.moment(self.last + timedelta(days=1)))
        open_to = CallAnswer.objects.visible_to(self.post).filter(unit=area).order_by()
        asked = Call.objects.visible_to(self.post).order_by().values("pk")
        rows = CallAnswer.objects.running().filter(unit=area, call__due_at__gte=span[0], call__due_at__lt=span[1])
        opened = set(open_to.values_list("pk", flat=True))
        for row in rows.filter(Q(pk__in=opened) | Q(call__in=asked)).select_related("call__unit"):
            url = row.get_absolute_url() if row.pk in opened else row.call.get_absolute_url()
            place, counts = row.call.unit.full_name, {row.timing(at=self.at): 1}
            yield Item(row.due_on, What.CALL, f"call-{row.pk}", row.call.title, place, url, counts)

    # Replies

    def _replies(self):
        """The difficulties that lie with the unit, one line for each day on which answers are owed."""
        rows = Difficulty.objects.visible_to(self.post).running().filter(lies_with=self.unit, reply_by__range=(self.first, self.last))
        for row in rows.order_by().values("reply_by").annotate(n=Count("pk"), first=Min("pk")):
            day, n = row["reply_by"], row["n"]
            url = reverse("difficulty", args=[row["first"]]) if n == 1 else f"{reverse('difficulties')}?state=open&sort=due"
            cell = Timeliness.OVERDUE if day < self.on else Timeliness.NOT_DUE
            words = ngettext("%(n)s difficulty to answer", "%(n)s difficulties to answer", n) % {"n": n}
            yield Item(day, What.REPLY, f"reply-{self.unit.pk}-{day}", words, self.unit.full_name, url, {cell: n})


def _ordered(counts):
    """The same counts, what is overdue first."""
    return {cell: counts[cell] for cell in Timeliness if counts[cell]}


class _Named:
    """Words and addresses of lines that stand for one assignment or many, read in three questions."""

    def __init__(self, post, ids):
        rows = Assignment.objects.select_related("task", "unit", "plan__document", "plan__unit")
        self.rows = rows.in_bulk(set(ids))
        tasks = {row.task_id for row in self.rows.values()}
        self.open_to = set(Task.objects.visible_to(post).filter(pk__in=tasks).values_list("pk", flat=True))
        self.labels = dict(Stage.objects.filter(task__in=tasks).values_list("pk", "label"))

    def item(self, pk, stage, n, *, day, occurs, **more):
        """The line of `n` assignments, of which `pk` is one, for the stage (id): several open the duty, one its own page."""
        row = self.rows[pk]
        words = " · ".join(filter(None, [f"{row.task.ref} {row.task.title}", self.labels[stage]]))
        units = row.unit.full_name if n == 1 else ngettext("%(n)s unit", "%(n)s units", n) % {"n": n}
        place = f"{row.plan.document.symbol or row.plan.title} · {units}"
        url = row.task.get_absolute_url() if n > 1 and row.task_id in self.open_to else row.get_absolute_url()
        return Item(day=day, key=f"duty-{stage}-{occurs or 'once'}-{day}", words=words, place=place, url=url, **more)


def years_around(on):
    """The years a person turns to: five back, the plan years ahead."""
    return range(on.year - 5, on.year + 6)
