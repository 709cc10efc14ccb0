"""Several duties from one screen: which ask for an entry this period, and one entry for each, none falling with another."""

from django.db.models import Case, F, Q, Value, When

from plans import period
from tasks.models import FINISHED, OFF, Assignment, StaleWrite, State, Timeliness
from tasks.models.progress import log_progress


def unreported(post, *, on):
    """The duties of the post's units without an entry in the period that holds `on`, annotated for that day.

    Ongoing ones first, those silent before the rest; then by need: returned, overdue, due soon, later, waiting.
    """
    since = period.holding(on).opens_at
    rows = Assignment.objects.answered_by(post).exclude(state__in=[*FINISHED, *OFF])
    rows = rows.filter(Q(last_entry_at=None) | Q(last_entry_at__lt=since)).timed(on=on)
    quiet = Q(timeliness=Timeliness.WITHOUT_RESULT) & ~Q(state=State.RETURNED)
    order = [quiet & Q(silent=True), quiet, Q(state=State.RETURNED), *(Q(timeliness=kind) for kind in NEED)]
    need = Case(*(When(condition, then=Value(rank)) for rank, condition in enumerate(order)), default=Value(len(order)))
    return rows.annotate(need=need).order_by("need", F("due_on").asc(nulls_last=True), "plan__issued_on", "task__position", "path", "pk")


NEED = [Timeliness.OVERDUE, Timeliness.SOON, Timeliness.NOT_DUE, Timeliness.UNDATED]


def log_each(lines, *, by, at):
    """Log {assignment: arguments of log_progress}, each in its own transaction. Returns (written, stale), lists of assignments."""
    written, stale = [], []
    for row, said in lines.items():
        try:
            log_progress(row, by=by, at=at, **said)
            written.append(row)
        except StaleWrite:
            stale.append(row)
    return written, stale
