"""Who has not filed the month: told 9, 4, 2 and 1 days before the close and on its day (by default the 15th, 20th, 22nd,
23rd and 24th), and with the unit above once it is late (product.md §5). Whose report is open again, returned or reopened: 3 and 1 days
before its lock and on the last day, and with the unit above once that is over. Whose word a filed report waits for: every week.
The steps: tasks/ladder.py."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import Notice
from orgunits.models import Role
from plans import period
from reports import figures, reopening
from reports.models import MonthlyReport, Reopening, ReportVerdict
from tasks import ladder
from tasks.bundle import Bundle, chunks
from tasks.models.difficulty import HOLDING
from tasks.readers import people_of

CHUNK = 1000  # filed reports read at once


def send(*, on, at=None, ledger=Notice.objects):
    """Tell whoever has not filed the period that holds `on`, and the one before where it is late; whose report is open again; and whose
    word is waited for. Returns new notices.

    `ledger` is what they are written into: Notice.objects, or a Rehearsal that only looks (reports/rehearsing.py).
    """
    at, this = at or timezone.now(), period.holding(on)
    with translation.override("vi"):
        owed = [due for one in (this, this.earlier()) for due in _unfiled(one)]
        new = remind_to_file([*owed, *_opened_again(on)], on, at=at, ledger=ledger)
        return new + remind_of_unjudged(on, at=at, ledger=ledger)


@dataclass
class Due:
    """A report somebody still has to file: by `day`, the last one on time, or where it is open `again` the last one before its lock."""

    report: MonthlyReport
    day: date
    again: bool

    def steps(self, on):
        """The steps that have passed by `on`."""
        return [ladder.LATE] if on > self.day else (ladder.AGAIN if self.again else ladder.REPORT).passed((self.day - on).days)

    @cached_property
    def group(self):
        """What is told of together where many are late."""
        return self.report.period, self.day, self.again

    def title(self, *, late):
        titles = {
            (False, False): _("The report for %(month)s of %(unit)s is due by %(day)s"),
            (False, True): _("The report for %(month)s of %(unit)s is late"),
            (True, False): _("The report for %(month)s of %(unit)s is open again and may be filed until %(day)s"),
            (True, True): _("The report for %(month)s of %(unit)s was open again until %(day)s and was not filed"),
        }
        facts = {"month": self.report.period.label, "unit": self.report.unit.full_name, "day": f"{self.day:%d/%m/%Y}"}
        return titles[self.again, late] % facts

    def notice(self, person, *, on, at, link=""):
        """An unsaved notice of the latest step. A day until which it is open again has keys of its own: it may be moved."""
        report, steps = self.report, self.steps(on)
        return Notice.at_step(
            f"report/{report.unit_id}/{report.period.slug}/v{report.version}{f'/{self.day}' if self.again else ''}",
            steps,
            person_id=person,
            kind=Notice.Kind.REPORT,
            title=self.title(late=steps[-1] == ladder.LATE)[:300],
            link=link or report.get_absolute_url(),
            at=at,
        )


def _unfiled(of_period):
    """Due reports of units that owe the period: never filed, or returned empty before the last day, which is as good as never filed."""
    drafts = MonthlyReport.objects.current().light().filter(month=of_period.month, filed_at=None)
    owing = figures.unit_owes_report(of_period.closes)
    rows = drafts.filter(unit__in=owing.values("pk")).select_related("unit__parent")
    return [Due(report, report.last_day, again=False) for report in rows if not reopening.is_open_again(report)]


def _opened_again(on):
    """Due reports that were returned or reopened, and whose time for it is not long over on the day `on`."""
    rows = MonthlyReport.objects.standing().light().unlocked(at=period.moment(on - timedelta(days=ladder.LOOKED_BACK)))
    rows = rows.filter(filed_at=None, open_until__isnull=False, opened_at__lt=period.moment(on + timedelta(days=1)))
    # A supplement may be begun by the clerk's own hand, who owes it to nobody; what opens one again has one moment with its draft.
    same = {"report__unit": OuterRef("unit"), "report__month": OuterRef("month"), "at": OuterRef("opened_at")}
    opened = Exists(ReportVerdict.objects.filter(ok=False, **same)) | Exists(Reopening.objects.filter(**same))
    rows = rows.filter(Q(supplements=None) | opened).select_related("unit__parent")
    again = [report for report in rows if report.is_owed and reopening.is_open_again(report)]
    return [Due(report, reopening.last_open_day(report), again=True) for report in again]


def remind_to_file(dues, on, *, at, ledger):
    """Tell clerks and heads of the units that owe the reports their latest step, of what is late those of the unit above too. Returns how
    many were new."""
    dues = [due for due in dues if due.steps(on)]
    late = [due for due in dues if on > due.day and due.report.supplements_id is None]
    places = {due.report.unit_id for due in dues} | {due.report.unit.parent_id for due in late} - {None}
    people = people_of(places, roles=HOLDING, on=on)
    own = [due.notice(person, on=on, at=at) for due in dues for person in people[due.report.unit_id]]
    return ledger.tell_all(own) + _tell_above(late, people, on, at=at, ledger=ledger)


def _tell_above(late, people, on, *, at, ledger):
    """Clerks and heads of the units above: of each late report while there are few, else how many, with the list of those units."""
    groups, new = defaultdict(list), 0
    for due in late:
        groups[due.group].append(due)
    for (of_period, day, again), dues in groups.items():
        key = f"report/all/{of_period.slug}/{day}{'/again' if again else ''}"
        link = f"{reverse('compliance')}?year={of_period.month.year}&month={of_period.slug}{f'&until={day}' if again else ''}"
        bundle = Bundle(ledger, [key], words=_in_all(of_period, day, again=again), kind=Notice.Kind.REPORT, link=link, at=at)
        rows = [(due, f"{link}#u{due.report.unit.code}") for due in dues]
        bundle.add(
            [due.notice(person, on=on, at=at, link=row) for due, row in rows for person in people.get(due.report.unit.parent_id, ())]
        )
        new += bundle.tell()
    return new


def _in_all(of_period, day, *, again):
    facts = {"month": of_period.label, "day": f"{day:%d/%m/%Y}"}

    def words(n):
        if again:
            told = ngettext(
                "%(n)s report for %(month)s was open again until %(day)s and was not filed",
                "%(n)s reports for %(month)s were open again until %(day)s and were not filed",
                n,
            )
        else:
            told = ngettext("%(n)s report for %(month)s from below is late", "%(n)s reports for %(month)s from below are late", n)
        return told % {**facts, "n": n}

    return words


def unjudged(on):
    """Filed reports that by the day `on` have waited a week or longer, and no longer than a year, for the word of the committee one level
    up."""
    since, before = (period.moment(on - timedelta(days=days)) for days in (ladder.UNJUDGED_FOR, ladder.WEEK - 1))
    rows = MonthlyReport.objects.standing().light().filter(filed_at__gte=since, filed_at__lt=before)
    return rows.filter(verdict=None).exclude(unit__parent=None)


def unjudged_by(post, on):
    """Of those the ones that wait for this post, as its reminders count them."""
    if post.role != Role.STEERING:
        return MonthlyReport.objects.none()
    own_hand = Q(signed_by__person=post.person_id) | Q(filed_by__person=post.person_id)
    return unjudged(on).filter(unit__parent__in=post.scope().own).exclude(own_hand)


def remind_of_unjudged(on, *, at, ledger):
    """Tell the committee one level up every week a filed report waits for its word, never who signed or filed it. Returns how many were
    new."""
    week = [f"filed/all/{on - timedelta(days=days)}" for days in range(ladder.WEEK)]
    link = f"{reverse('reports')}?status=hanging"
    bundle = Bundle(ledger, week, words=_unjudged_in_all, kind=Notice.Kind.REPORT, link=link, at=at)
    for reports in chunks(unjudged(on).select_related("unit", "signed_by", "filed_by"), CHUNK):
        people = people_of({report.unit.parent_id for report in reports}, roles=[Role.STEERING], on=on)
        told = [(report, person) for report in reports for person in people[report.unit.parent_id] - _hands(report)]
        bundle.add([_of_unjudged(report, person, on, at) for report, person in told])
    return bundle.tell()


def _hands(report):
    return {post.person_id for post in (report.signed_by, report.filed_by) if post}


def _of_unjudged(report, person, on, at):
    """An unsaved notice: filed so many days ago and neither accepted nor returned."""
    days = (on - timezone.localdate(report.filed_at)).days
    words = ngettext(
        "The report for %(month)s of %(unit)s has waited %(n)s day for a word",
        "The report for %(month)s of %(unit)s has waited %(n)s days for a word",
        days,
    )
    return Notice.at_step(
        f"filed/{report.pk}",
        ladder.UNJUDGED.passed(-days),
        person_id=person,
        kind=Notice.Kind.REPORT,
        title=(words % {"month": report.period.label, "unit": report.unit.full_name, "n": days})[:300],
        link=report.get_absolute_url(),
        at=at,
    )


def _unjudged_in_all(n):
    return ngettext(
        "%(n)s filed report has waited a week or longer for a word", "%(n)s filed reports have waited a week or longer for a word", n
    ) % {"n": n}
