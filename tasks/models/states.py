"""The two axes of an assignment, never one list: the state that people set, the timeliness that a day computes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

SOON_DAYS = 30  # «sắp đến hạn» begins with the first reminder
HANGING_DAYS = 7  # «treo»: a result that has waited a week for a word, and a returned one nobody has answered for a week


class StaleWrite(Exception):
    """Somebody else wrote in between; nothing was saved."""


class Part(models.TextChoices):
    LEAD = "lead", _("lead")
    CO_LEAD = "co_lead", _("co-lead")
    COORDINATOR = "coordinator", _("coordinator")


class State(models.TextChoices):
    """Set by people (product.md §3)."""

    TODO = "todo", _("not begun")
    DOING = "doing", _("in progress")
    SAID = "said", _("unit says done")
    DONE = "done", _("confirmed done")
    RETURNED = "returned", _("returned")
    PAUSED = "paused", _("paused")
    DROPPED = "dropped", _("will not be done")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class Timeliness(models.TextChoices):
    """Computed for a day (product.md §3); silence is a separate yes/no."""

    OVERDUE = "overdue", _("overdue")
    SOON = "soon", _("due soon")
    NOT_DUE = "not_due", _("not due yet")
    DONE_IN_TIME = "done_in_time", _("done in time")
    DONE_LATE = "done_late", _("done late")
    WITH_RESULT = "with_result", _("ongoing, with a result this period")
    WITHOUT_RESULT = "without_result", _("ongoing, no result this period yet")
    WAITING = "waiting", _("waits for the superior's plan")
    UNDATED = "undated", _("no date")
    OFF = "off", _("not counted")


FINISHED = [State.SAID, State.DONE]
HALTABLE = [State.TODO, State.DOING, State.RETURNED]  # what may be paused or dropped: work still to be done
OFF = [State.PAUSED, State.DROPPED, State.NOT_APPLICABLE]
