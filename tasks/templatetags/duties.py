"""How a duty's state and timeliness look: one colour for each meaning, always with a word."""

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tasks.models import State, Timeliness
from tasks.models.states import HANGING_DAYS

register = template.Library()

STATE_LOOK = {
    State.TODO: "todo",
    State.DOING: "doing",
    State.SAID: "said",
    State.DONE: "done",
    State.RETURNED: "soon",
    State.PAUSED: "wait",
    State.DROPPED: "wait",
    State.NOT_APPLICABLE: "wait",
}
TIMELINESS_LOOK = {
    Timeliness.OVERDUE: "late",
    Timeliness.SOON: "soon",
    Timeliness.NOT_DUE: "todo",
    Timeliness.DONE_IN_TIME: "done",
    Timeliness.DONE_LATE: "done",
    Timeliness.WITH_RESULT: "doing",
    Timeliness.WITHOUT_RESULT: "todo ring",
    Timeliness.WAITING: "wait",
    Timeliness.UNDATED: "wait",
    Timeliness.OFF: "todo",
}


@register.inclusion_tag("tasks/_tag.html")
def state_tag(state):
    return {"look": STATE_LOOK[state], "words": State(state).label}


@register.inclusion_tag("tasks/_tag.html")
def timeliness_tag(assignment, on):
    """The word for an assignment that carries `timeliness` (from .timed(on=)); overdue and waiting say for how many days."""
    kind = Timeliness(assignment.timeliness)
    if kind == Timeliness.OVERDUE:
        days = (on - assignment.due_on).days
        return {"look": "late", "words": ngettext("Overdue by %(n)s day", "Overdue by %(n)s days", days) % {"n": days}}
    if kind == Timeliness.WAITING:
        days = waited(assignment, on)
        words = ngettext("Waits for the superior's plan, %(n)s day", "Waits for the superior's plan, %(n)s days", days)
        return {"look": "wait", "words": words % {"n": days}}
    return {"look": TIMELINESS_LOOK[kind], "words": kind.label}


@register.filter
def look(cell):
    """The colour class of a State or Timeliness."""
    return STATE_LOOK.get(cell) or TIMELINESS_LOOK.get(cell, "todo")


@register.filter
def label(cell):
    return cell.label


@register.filter
def waited(assignment, on):
    """Whole days an assignment has waited by the day `on`: since it joined, or since it lost its date again (.with_waiting())."""
    fell_back_at = getattr(assignment, "fell_back_at", None)
    return (on - (timezone.localdate(fell_back_at) if fell_back_at else assignment.joined_on)).days


@register.filter
def stage_waited(stage, on):
    """The same for a stage of waiting.own_waiting: since its plan was issued, or since it lost its date again."""
    since = timezone.localdate(stage.fell_back_at) if stage.fell_back_at else stage.task.plan.issued_on
    return max((on - since).days, 0)


@register.filter
def hung(since, on):
    """Whole days a result has waited for the superior's word by the day `on`, from HANGING_DAYS on; 0 before."""
    days = (on - timezone.localdate(since)).days
    return days if days >= HANGING_DAYS else 0


@register.filter
def share(value):
    """A share 0–1 as «41 %», rounded, but 100 % only when all is done and 0 % only when nothing is; nothing to divide by is a dash.

    Below one percent two places more: a single ward still moves the nation's number.
    """
    if value is None:
        return "–"
    if 0 < value < 0.01:
        return f"{number_format(round(max(value * 100, 0.01), 2), 2)} %"
    percent = int(value * 100 + 0.5)
    return f"{min(percent, 99) if value < 1 else percent} %"


@register.filter
def size(count):
    """Bytes as «1,2 MB»."""
    if count < 1024**2:
        return f"{max(1, round(count / 1024))} kB"
    return f"{number_format(round(count / 1024**2, 1), 1)} MB"


@register.filter
def grouped(count):
    """A count as «1.120»."""
    return number_format(count, force_grouping=True)


@register.filter
def says(progress):
    """«nhắc», «đang thực hiện»… with the percent where one was given."""
    words = progress.get_says_display()
    return _("%(words)s, %(n)s %%") % {"words": words, "n": progress.percent} if progress.percent is not None else words
