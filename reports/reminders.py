"""Who has not filed the month: told 9, 4, 2 and 1 days before the close and on its day (by default the 15th, 20th, 22nd,
23rd and 24th), and with the unit above once it is late (product.md §5)."""

from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from journal.models import Notice
from orgunits.models import Post, Role
from plans import period
from reports import figures
from reports.models import MonthlyReport

STEPS = [9, 4, 2, 1, 0]  # days before the close
LATE = "late"


def send(*, on):
    """Tell whoever has not filed the period that holds `on`, and the one before where it is late. Returns new notices."""
    this = period.holding(on)
    with translation.override("vi"):
        return _tell(this, on) + _tell(this.earlier(), on)


def _step(report, on):
    """The latest step that has passed by `on`, or None: only that one is told. A superior may have set an earlier last day."""
    if on > report.last_day:
        return LATE
    passed = [days for days in STEPS if on >= report.last_day - timedelta(days=days)]
    return f"d{passed[-1]}" if passed else None


def _tell(of_period, on):
    owing = figures.unit_owes_report(of_period.closes)
    filed = MonthlyReport.objects.current().filter(month=of_period.month).exclude(filed_at=None).values("unit")
    drafts = (
        MonthlyReport.objects.current().filter(month=of_period.month, filed_at=None, unit__in=owing.values("pk")).exclude(unit__in=filed)
    )
    steps = [(report, _step(report, on)) for report in drafts.select_related("unit__parent")]
    return sum(_tell_unit(report, step, on) for report, step in steps if step)


def _tell_unit(report, step, on):
    of_period = report.period
    places = [*report.speakers, report.unit.parent] if step == LATE and report.unit.parent else report.speakers
    people = Post.objects.live(on=on).filter(unit__in=places, role__in=[Role.CLERK, Role.STEERING]).values_list("person", flat=True)
    title = (
        _("The report for %(month)s of %(unit)s is late") if step == LATE else _("The report for %(month)s of %(unit)s is due by %(day)s")
    )
    facts = {"month": of_period.label, "unit": report.unit.full_name, "day": f"{report.last_day:%d/%m/%Y}"}
    return Notice.objects.tell(
        people,
        key=f"report/{report.unit_id}/{of_period.slug}/v{report.version}/{step}",
        kind=Notice.Kind.REPORT,
        title=title % facts,
        link=report.get_absolute_url(),
    )
