"""Whether a report that is due came in time."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Timing(models.TextChoices):
    """Four different things of a report that is due, and a fifth: not due yet."""

    ON_TIME = "on_time", _("on time")
    LATE = "late", _("late")
    EMPTY = "empty", _("empty report")  # filed, in time or late, without any entry of the period and without a word of the clerk's
    MISSING = "missing", _("missing")
    OPEN = "open", _("open")
    NOT_OWED = "not_owed", _("not owed")  # the unit ended before the period closed: whoever follows it reports; or it was called off

    @classmethod
    def unfiled(cls, last_day, *, at):
        """Of a report nobody has filed: open through its last day, missing from the next one on."""
        return cls.OPEN if timezone.localdate(at) <= last_day else cls.MISSING
