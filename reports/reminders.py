"""Who has not filed the month: told 9, 4, 2 and 1 days before the close and on its day (by default the 15th, 20th, 22nd,
23rd and 24th), and with the unit above once it is late (product.md §5). Whose report was returned: every week until it is filed again.
The steps: tasks/ladder.py."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import Notice
from orgunits.models import OrgUnit, Post, Role
from plans import period
from reports import figures
from reports.models import MonthlyReport, ReportVerdict
from tasks import ladder


def send(*, on, at=None, ledger=Notice.objects):
    """Tell whoever has not filed the period that holds `on`, and the one before where it is late. Returns new notices.

    `ledger` is what they are written into: Notice.objects, or a Rehearsal that only looks (reports/rehearsing.py).
    """
    at, this = at or timezone.now(), period.holding(on)
    with translation.override("vi"):
        owed = sum(remind_to_file(one, on, at=at, ledger=ledger) for one in (this, this.earlier()))
        return owed + remind_of_returned(on, at=at, ledger=ledger)


def remind_to_file(of_period, on, *, at, ledger):
    """Tell clerks and heads of the units that owe the report of `of_period` its latest step. Returns how many were new."""
    drafts = [(report, steps) for report in _unfiled(of_period) if (steps := _steps(report, on))]
    people = Desks([report for report, _steps_of_it in drafts], on=on)
    return ledger.tell_all(
        [_notice(report, steps, person, at) for report, steps in drafts for person in people.of(report, above=steps[-1] == ladder.LATE)]
    )


def _steps(report, on):
    """The steps that have passed by `on`. A superior may have set an earlier last day."""
    return [ladder.LATE] if on > report.last_day else ladder.REPORT.passed((report.last_day - on).days)


def _unfiled(of_period):
    """Drafts of units that owe the report and never filed it; one returned is reminded of as such."""
    drafts = MonthlyReport.objects.current().never_filed().light().filter(month=of_period.month)
    owing = figures.unit_owes_report(of_period.closes)
    return drafts.filter(unit__in=owing.values("pk")).select_related("unit__parent")


def remind_of_returned(on, *, at, ledger):
    """Tell clerks and heads every week a returned report has not been filed again. Returns how many were new."""
    again = [report for report in _returned(on) if report.is_owed]
    people = Desks(again, on=on)
    return ledger.tell_all([_of_returned(report, person, on, at) for report in again for person in people.of(report)])


def _returned(on):
    """Drafts opened by being returned a week ago or longer, that may still be filed on the day `on`."""
    before = period.moment(on - timedelta(days=ladder.WEEK - 1))
    # A return and the draft it opens have one moment: a version reopened for another reason was not returned.
    returned = ReportVerdict.objects.filter(report__unit=OuterRef("unit"), report__month=OuterRef("month"), at=OuterRef("opened_at"))
    rows = MonthlyReport.objects.standing().light().unlocked(at=period.moment(on)).filter(Exists(returned.filter(ok=False)))
    return rows.filter(filed_at=None, opened_at__lt=before).select_related("unit__parent")


class Desks:
    """Clerks and heads of the units that speak for reports, and of the units above them, in three queries. Posts are those live on `on`."""

    def __init__(self, reports, *, on):
        self.speakers = OrgUnit.objects.heirs(list({report.unit_id: report.unit for report in reports}.values()))
        places = {unit.pk for line in self.speakers.values() for unit in line} | {report.unit.parent_id for report in reports}
        self.people = defaultdict(set)
        posts = Post.objects.live(on=on).filter(unit__in=places - {None}, role__in=[Role.CLERK, Role.STEERING])
        for unit, person in posts.values_list("unit", "person"):
            self.people[unit].add(person)

    def of(self, report, *, above=False):
        """The person ids of those who speak for the report; with `above` those of the superior unit too."""
        places = [unit.pk for unit in self.speakers[report.unit_id]] + [report.unit.parent_id] * above
        return {person for place in places for person in self.people[place]}


def _notice(report, steps, person, at):
    of_period, late = report.period, steps[-1] == ladder.LATE
    title = _("The report for %(month)s of %(unit)s is late") if late else _("The report for %(month)s of %(unit)s is due by %(day)s")
    facts = {"month": of_period.label, "unit": report.unit.full_name, "day": f"{report.last_day:%d/%m/%Y}"}
    return _reminder(report, steps, person, title % facts, at)


def _of_returned(report, person, on, at):
    """An unsaved notice: returned so many days ago and not filed again."""
    days = (on - timezone.localdate(report.opened_at)).days
    words = ngettext(
        "The report for %(month)s of %(unit)s was returned %(n)s day ago and not filed again",
        "The report for %(month)s of %(unit)s was returned %(n)s days ago and not filed again",
        days,
    )
    facts = {"month": report.period.label, "unit": report.unit.full_name, "n": days}
    return _reminder(report, ladder.RETURNED.passed(-days), person, words % facts, at)


def _reminder(report, steps, person, title, at):
    return Notice.at_step(
        f"report/{report.unit_id}/{report.period.slug}/v{report.version}",
        steps,
        person_id=person,
        kind=Notice.Kind.REPORT,
        title=title[:300],
        link=report.get_absolute_url(),
        at=at,
    )
