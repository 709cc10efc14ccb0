"""«Việc của tôi»: one page per post, in the order of need: what hurts, what is due, what waits for others, what is done."""

import uuid
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from orgunits.models import Role
from plans import period
from plans.models import Plan, Receipt
from tasks.models import FINISHED, OFF, Assignment, Incident, ProgressDraft, State, Timeliness

SHOWN = 300
UNFOLDED = 20


@dataclass(frozen=True)
class Heap:
    """A heading, the assignments under it, and how many there are in truth; `query` is the list of duties nearest to it."""

    name: str
    heading: str
    rows: list
    n: int
    query: str

    @property
    def is_open(self):
        """What asks for an act stands open unless it would bury the rest."""
        return self.name in {"returned", "late", "silent", "soon"} or (self.name in {"quiet", "waiting"} and self.n <= UNFOLDED)

    @property
    def may_say_nothing(self):
        """Whether «không phát sinh» is one click here: where a word is owed and none was given."""
        return self.name in {"silent", "quiet"}

    @property
    def more(self):
        return self.n - len(self.rows)


# In the order of need; beside each heading the list of duties that shows the same or a little more.
HEADINGS = {
    "returned": (_("Returned by the superior"), "state=returned"),
    "late": (_("Overdue"), "timeliness=overdue&sort=due"),
    "silent": (_("Silent for two periods"), "silent=1"),
    "soon": (_("Due within 30 days"), "timeliness=soon&sort=due"),
    "quiet": (_("No entry in this period yet"), "timeliness=without_result"),
    "waiting": (_("Waiting for the superior's plan"), "timeliness=waiting"),
    "later": (_("Under way, due later or without a date"), "timeliness=not_due&timeliness=undated"),
    "said": (_("Reported in this period"), "timeliness=with_result"),
    "done": (_("Finished"), "state=said&state=done"),
    "off": (_("Paused, dropped or not applicable"), "state=paused&state=dropped&state=not_applicable"),
}


def _heap(since):
    """The place of a row's heap in HEADINGS, for rows with .timed(on=)."""
    ongoing = Q(timeliness__in=[Timeliness.WITH_RESULT, Timeliness.WITHOUT_RESULT])
    conditions = {
        "off": Q(state__in=OFF),
        "returned": Q(state=State.RETURNED),
        "done": Q(state__in=FINISHED),
        "late": Q(timeliness=Timeliness.OVERDUE),
        "silent": Q(silent=True),
        "waiting": Q(timeliness=Timeliness.WAITING),
        "soon": Q(timeliness=Timeliness.SOON),
        "said": ongoing & Q(last_entry_at__gte=since),
        "quiet": ongoing,
    }
    places = list(HEADINGS)
    whens = [When(condition, then=Value(places.index(name))) for name, condition in conditions.items()]
    return Case(*whens, default=Value(places.index("later")))


def _rows(post, on):
    return Assignment.objects.answered_by(post).timed(on=on).annotate(heap=_heap(period.holding(on).opens_at))


def heaps(post, *, on):
    """What the post's units must answer for, sorted into heaps; empty heaps are left out. Three queries, however many rows.

    At most SHOWN rows, those that need it most; each heap knows how many it really has. A row with a draft carries it as `draft`.
    """
    rows = (
        _rows(post, on).with_names().order_by("heap", F("due_on").asc(nulls_last=True), "plan__issued_on", "task__position", "path", "pk")
    )
    drafts = {draft.assignment_id: draft for draft in ProgressDraft.objects.visible_to(post).defer("fields")}
    shown = {name: [] for name in HEADINGS}
    for row in rows[:SHOWN]:
        row.nothing_token, row.draft = uuid.uuid4(), drafts.get(row.pk)
        shown[list(HEADINGS)[row.heap]].append(row)
    counted = {list(HEADINGS)[line["heap"]]: line["n"] for line in _rows(post, on).order_by().values("heap").annotate(n=Count("pk"))}
    return [Heap(name, HEADINGS[name][0], shown[name], counted[name], HEADINGS[name][1]) for name in HEADINGS if name in counted]


def regular(post, *, on):
    """The ongoing duties of the post's units that stand open: {all, with a result, with an entry} in the period that holds `on`."""
    since = period.holding(on).opens_at
    rows = Assignment.objects.answered_by(post).timed(on=on).filter(timeliness__in=[Timeliness.WITH_RESULT, Timeliness.WITHOUT_RESULT])
    return rows.order_by().aggregate(
        all=Count("pk"), result=Count("pk", Q(last_result_at__gte=since)), entry=Count("pk", Q(last_entry_at__gte=since))
    )


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
