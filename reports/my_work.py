"""«Việc của tôi»: one page per post, in the order of need: what hurts, what is due, what waits for others, what is done."""

import uuid
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from orgunits.models import Role
from plans import period
from plans.models import Plan, Receipt
from tasks.models import Assignment, Incident, State, Timeliness

SHOWN = 300
UNFOLDED = 20


@dataclass(frozen=True)
class Heap:
    """A heading and the assignments under it."""

    name: str
    heading: str
    rows: list

    @property
    def is_open(self):
        """What asks for an act stands open unless it would bury the rest."""
        return self.name in {"urgent", "soon"} or (self.name in {"quiet", "waiting"} and len(self.rows) <= UNFOLDED)


HEADINGS = {
    "urgent": _("Overdue or returned"),
    "soon": _("Due within 30 days"),
    "quiet": _("No entry in this period yet"),
    "waiting": _("Waiting for the superior's plan"),
    "later": _("Under way, due later or without a date"),
    "said": _("Reported in this period"),
    "done": _("Finished"),
}


def heaps(post, *, on):
    """What the post's units must answer for, sorted into heaps; empty heaps are left out. One query for all rows."""
    since = period.holding(on).opens_at
    rows = (
        Assignment.objects.answered_by(post)
        .timed(on=on)
        .with_names()
        .order_by(F("due_on").asc(nulls_last=True), "plan__issued_on", "task__position", "path", "pk")
    )
    sorted_rows = {name: [] for name in HEADINGS}
    for row in rows[:SHOWN]:
        row.nothing_token = uuid.uuid4()
        sorted_rows[_heap(row, since)].append(row)
    return [Heap(name, HEADINGS[name], rows) for name, rows in sorted_rows.items() if rows]


def _heap(row, since):
    said = row.last_entry_at is not None and row.last_entry_at >= since
    if row.state == State.RETURNED or row.timeliness == Timeliness.OVERDUE:
        return "urgent"
    if row.state in {State.SAID, State.DONE}:
        return "done"
    if row.timeliness == Timeliness.WAITING:
        return "waiting"
    if row.timeliness == Timeliness.SOON:
        return "soon"
    if row.is_ongoing:
        return "said" if said else "quiet"
    return "later"


ARRIVALS = 20


def arrivals(post):
    """Receipts of plans in force that wait for the area's clerk or committee: not acknowledged, or not carried down into an own plan yet.

    Each with `own_draft`, the id of a draft that is under way, or None. One query.
    """
    if post.role not in {Role.CLERK, Role.STEERING}:
        return []
    own = Plan.objects.filter(unit=OuterRef("unit"), superiors=OuterRef("plan"))
    rows = Receipt.objects.filter(unit=post.scope().area, plan__withdrawn_on=None, plan__closed_on=None, plan__issued_on__isnull=False)
    rows = rows.exclude(Exists(own.filter(issued_on__isnull=False)), received_by__isnull=False)
    rows = rows.annotate(own_draft=Subquery(own.filter(issued_on=None).order_by("pk").values("pk")[:1]))
    return list(rows.select_related("plan__document", "plan__unit").order_by(F("sent_on").asc(nulls_first=True), "pk")[:ARRIVALS])


INCIDENTS = 6


def incidents(post, *, at):
    """Open incidents within the post's reach, those whose first report is owed first: {"rows", "may_note", "now"}. One query."""
    rows = Incident.objects.visible_to(post).open().with_names()
    rows = rows.order_by(F("reported_at").asc(nulls_first=True), "discovered_at", "pk")[:INCIDENTS]
    return {"rows": list(rows), "may_note": Incident.may_be_noted_by(post), "now": at}
