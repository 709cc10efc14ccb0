"""The cascade clock of one plan: per receiving unit when it was sent, received, opened, and when its own plan was issued."""

from dataclasses import dataclass
from statistics import median

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits.models import STEP, OrgUnit, below
from orgunits.words import fold
from plans.models import Plan, Receipt

ORDER = {
    "unit": ("unit__path", "pk"),
    "name": ("unit__name_key", "pk"),
    "sent": ("sent_on", "unit__path", "pk"),
    "received": ("received_on", "unit__path", "pk"),
    "opened": ("opened_at", "unit__path", "pk"),
    "issued": ("own_issued_on", "unit__path", "pk"),
}
# What is asked of a receipt; each number on the page opens the list of one of these.
SHOWN = {
    "received": Q(received_on__isnull=False),
    "not_received": Q(received_on=None),
    "opened": Q(opened_at__isnull=False),
    "not_opened": Q(opened_at=None),
    "own_plan": Q(own_issued_on__isnull=False),
    "no_plan": Q(own_issued_on=None),
}
LABELS = {
    "": gettext_lazy("all receiving units"),
    "received": gettext_lazy("received"),
    "not_received": gettext_lazy("not acknowledged yet"),
    "opened": gettext_lazy("opened"),
    "not_opened": gettext_lazy("not opened yet"),
    "own_plan": gettext_lazy("own plan issued"),
    "no_plan": gettext_lazy("no own plan yet"),
}


def receipts(plan, post):
    """The receipts of a plan within the post's reach, with `own_plan` (id) and `own_issued_on`: the unit's first plan under this one."""
    own = Plan.objects.filter(superiors=OuterRef("plan"), unit=OuterRef("unit"), issued_on__isnull=False, withdrawn_on=None)
    first = own.order_by("issued_on", "pk")
    rows = Receipt.objects.visible_to(post).filter(plan=plan).exclude(unit=plan.unit_id)
    return rows.annotate(own_plan=Subquery(first.values("pk")[:1]), own_issued_on=Subquery(first.values("issued_on")[:1]))


def found(rows, *, show="", province=None, words=""):
    """Those of `rows` (of receipts()) that a filter names: a key of SHOWN, the branch of a province (unit), words of the unit's name."""
    if show in SHOWN:
        rows = rows.filter(SHOWN[show])
    if province:
        rows = rows.filter(**{f"unit__{name}": value for name, value in below(province.path).items()})
    for word in fold(words.replace("\x00", "")).split():
        rows = rows.filter(unit__name_folded__contains=word)
    return rows


@dataclass(frozen=True)
class Clock:
    """How far a plan has come down: `n` receipts, how many of them got each mark, the median days from one mark to the next."""

    n: int
    received: int
    opened: int
    own_plan: int
    to_receive: float | None
    to_open: float | None
    to_issue: float | None

    @property
    def not_received(self):
        return self.n - self.received

    @property
    def not_opened(self):
        return self.n - self.opened

    @property
    def no_plan(self):
        return self.n - self.own_plan


def clock(rows):
    """The Clock of `rows` (of receipts()), in one question: three days and a moment for each receipt."""
    days = [
        (sent, received, opened and timezone.localdate(opened), issued)
        for sent, received, opened, issued in rows.order_by().values_list("sent_on", "received_on", "opened_at", "own_issued_on")
    ]
    return Clock(
        n=len(days),
        received=sum(received is not None for _sent, received, _opened, _issued in days),
        opened=sum(opened is not None for _sent, _received, opened, _issued in days),
        own_plan=sum(issued is not None for _sent, _received, _opened, issued in days),
        to_receive=_median((sent, received) for sent, received, _opened, _issued in days),
        to_open=_median((received or sent, opened) for sent, received, opened, _issued in days),
        to_issue=_median((sent or received, issued) for sent, received, _opened, issued in days),
    )


def _median(pairs):
    days = [(later - earlier).days for earlier, later in pairs if earlier and later]
    return median(days) if days else None


def steps(row):
    """Days from sending to receiving, from receiving to opening, from sending to the own plan; None where one end is missing."""
    opened = row.opened_at and timezone.localdate(row.opened_at)
    pairs = [(row.sent_on, row.received_on), (row.received_on or row.sent_on, opened), (row.sent_on or row.received_on, row.own_issued_on)]
    return [(later - earlier).days if earlier and later else None for earlier, later in pairs]


def with_names(rows):
    return rows.select_related("unit__parent", "received_by__person", "forwarded_by")


def add_plans(rows, post):
    """Give each of a page of receipts its `steps` and its `plan_below` (the unit's own plan, where the post reads it). One question."""
    rows = list(rows)
    wanted = {row.own_plan for row in rows if row.own_plan}
    plans = Plan.objects.visible_to(post).select_related("document").in_bulk(wanted) if wanted else {}
    for row in rows:
        row.steps, row.plan_below = steps(row), plans.get(row.own_plan)
    return rows


def provinces(plan, post):
    """The provinces to choose among: those whose branches hold receipts within reach. Empty where there is but one."""
    paths = Receipt.objects.visible_to(post).filter(plan=plan).values_list("unit__path", flat=True)
    wanted = {path[: 2 * STEP] for path in paths}
    return list(OrgUnit.objects.areas().filter(path__in=wanted).order_by("name_key", "pk")) if len(wanted) > 1 else []


WIDTHS = [32, 12, 26, 12, 12, 10, 12, 10, 14, 10, 18]  # of its columns in a sheet, in characters


def heads():
    return [
        _("Unit"),
        _("Code"),
        _("Under"),
        _("Sent"),
        _("Received"),
        _("Days to receive"),
        _("Opened"),
        _("Days to open"),
        _("Own plan issued"),
        _("Days to the own plan"),
        _("Forwarded by"),
    ]


def cells(rows):
    """One list of cells for each receipt; days stay days, numbers numbers."""
    for row in rows.iterator(chunk_size=2000):
        to_receive, to_open, to_issue = steps(row)
        above = row.unit.parent.full_name if row.unit.parent else ""
        opened = row.opened_at and timezone.localdate(row.opened_at)
        yield [
            row.unit.full_name,
            row.unit.code,
            above,
            row.sent_on,
            row.received_on,
            to_receive,
            opened,
            to_open,
            row.own_issued_on,
            to_issue,
            row.forwarded_by.symbol if row.forwarded_by else "",
        ]
