"""The monthly reports: filed in time, late, not at all, or returned and filed again."""

from datetime import timedelta

from django.db.models import Q

from config.demo.central import chosen
from config.demo.story import after_workdays, chance, office_hour, workday
from orgunits.models import OrgUnit
from plans import period
from reports import drafting, filing
from reports.models import MonthlyReport, Paper

IN_TIME, LATE, MISSING = "in time", "late", "missing"

# By the number of the unit's period, counted from 0.
RETURNED = {("22423", 1), ("56", 2), ("38", 4), ("01", 3), ("48", 6)}
SPECIAL = {("22423", 3): LATE, ("56", 5): LATE, ("38", 1): LATE, ("04", 2): MISSING, ("01", 6): MISSING, ("01", 1): LATE}
STEADY = {"TW", "56", "22423", "38"}
WITH_PAPERS = {"22423": None, "56": 2, "TW": 2}  # how many of the newest reports keep their paper; None: all


def tell(story, cast, sentences, *, provinces):
    drafting.open_reports(on=story.today)
    codes = ["TW", *chosen(provinces), "22423"]
    for unit in OrgUnit.objects.filter(code__in=codes).select_related("parent"):
        months = MonthlyReport.objects.filter(unit=unit, month__lt=period.holding(story.today).month).order_by("month")
        for n, month in enumerate(months.values_list("month", flat=True)):
            Month(story, cast, sentences, unit, period.of_month(month), n).tell()


class Month:
    """One unit's report for one period."""

    def __init__(self, story, cast, sentences, unit, of_period, n):
        self.story, self.cast, self.sentences, self.unit, self.period, self.n = story, cast, sentences, unit, of_period, n
        self.rng = chance("month", unit.code, of_period.slug)

    def tell(self):
        kind = self._kind()
        if kind != MISSING:
            self.story.plan(self._moment(kind), self._file)

    def _kind(self):
        steady, dice = self.unit.code in STEADY, self.rng.random()
        drawn = IN_TIME if steady or dice > 0.11 else LATE if dice > 0.03 else MISSING
        return SPECIAL.get((self.unit.code, self.n), drawn)

    def _moment(self, kind):
        """In the last days of the period; a superior's follows those below it."""
        closes = self.period.closes
        if kind == LATE:
            day = workday(closes + timedelta(days=self.rng.randint(1, 4)))
            return office_hour(day if day <= self.period.locks else workday(self.period.locks, step=-1), self.rng, first=10)
        ahead, first = {"TW": (0, 15), "56": (0, 10), "22423": (1, 10)}.get(self.unit.code, (self.rng.randint(0, 4), 8))
        last = 16 if self.unit.code == "TW" else 14 if ahead == 0 else 16
        return office_hour(workday(closes - timedelta(days=ahead), step=-1), self.rng, first=first, last=last)

    def _file(self, at):
        report = MonthlyReport.objects.current().get(unit=self.unit, month=self.period.month)
        clerk, head = self.cast.clerk(self.unit), self.cast.head(self.unit)
        if report.version > 1 or (self.unit.code in STEADY and self.n % 2):
            words = {4: self.sentences["next"][self.n % len(self.sentences["next"])]}
            report.edit(words, by=clerk, at=at - timedelta(hours=2), revision=None)
        filing.sign(report, by=head, at=at - timedelta(minutes=self.rng.randint(12, 50)))
        filed = filing.file(report, by=clerk, at=at)
        if self.unit.parent and (self.unit.code in {*STEADY, *dict(RETURNED)} or self.rng.random() < 0.92):
            self._judge(filed)

    def _judge(self, report):
        """The superior accepts it some days later, or returns it once, before the lock."""
        days, last = self.rng.randint(1, 4), max(report.filed_at.date(), self.period.closes)
        ok = report.version > 1 or (self.unit.code, self.n) not in RETURNED or after_workdays(last, 1) > self.period.locks
        reason = "" if ok else self.rng.choice(self.sentences["returned"]["report"])
        day = after_workdays(last, days if ok else 1)

        def act(at):
            report.judge(by=self.cast.head(self.unit.parent), at=at, ok=ok, reason=reason)
            if not ok:
                self.story.plan(office_hour(after_workdays(day, 1), self.rng, first=10), self._file)

        self.story.plan(office_hour(day, self.rng, first=9), act)


def leave_few_papers():
    """Take back the order of papers nobody will open first: the sweeper would build hundreds of them."""
    kept = Q(pk__in=[])
    for code, count in WITH_PAPERS.items():
        filed = MonthlyReport.objects.current().filter(unit__code=code, filed_at__isnull=False).order_by("-month")
        kept |= Q(report__in=list(filed.values_list("pk", flat=True)[:count]))
    Paper.objects.filter(built_at=None).exclude(kept).delete()
