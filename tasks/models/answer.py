"""One unit's answer to one stage, and what its answers together say of a duty."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plans import period
from tasks.deadlines import CLOCK_ORDER, Clock, clock_of
from tasks.models.states import FINISHED, State
from tasks.models.task import Stage


class Answer(models.Model):
    """One unit's answer to one stage: the only address of its due date, its state and whether it was in time."""

    NEVER = date.max

    assignment = models.ForeignKey("tasks.Assignment", models.CASCADE, related_name="answers")
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="answers")
    clock = models.CharField(max_length=8, choices=[(clock.value, clock.value) for clock in Clock])
    occurs_on = models.DateField(null=True)  # of what comes again: the day of this occurrence, by the stage's rule
    is_past = models.BooleanField(default=False)  # the next occurrence has begun
    due_on = models.DateField(null=True)
    due_originally_on = models.DateField(null=True)
    state = models.CharField(max_length=14, choices=State, default=State.TODO)
    said_at = models.DateTimeField(null=True)
    is_proven = models.BooleanField(default=False)  # a file of an entry that stands proves it
    change = models.ForeignKey("DueChange", models.SET_NULL, null=True, related_name="+")  # the newest; it arms the reminders

    class Meta:
        ordering = ["assignment", "stage__position", "occurs_on"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "stage"], name="answer_once", condition=Q(occurs_on=None)),
            models.UniqueConstraint(
                fields=["assignment", "stage", "occurs_on"], name="answer_occurs_once", condition=Q(occurs_on__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["occurs_on"], name="answer_occurs", condition=Q(occurs_on__isnull=False, is_past=False)),
            models.Index(fields=["due_on", "id"], name="answer_due", condition=Q(due_on__isnull=False) & ~Q(state__in=["said", "done"])),
        ]

    def __str__(self):
        return f"{self.stage} · {self.occurs_on:%d/%m/%Y}" if self.occurs_on else str(self.stage)

    @property
    def place(self):
        """Which part of its duty it is: its stage's label and, of what comes back, the day; "" for the one date of a duty."""
        day = self.occurs_on and _("the occurrence of %(day)s") % {"day": date_format(self.occurs_on)}
        return " · ".join(filter(None, [self.stage.label, day]))

    @classmethod
    def first(cls, assignment, stage):
        """The unsaved answer with which an assignment starts a stage; of what comes again, the first occurrence it lives to see."""
        day, recurs = stage.due_on, stage.recurs
        if recurs and day < assignment.joined_on:
            day = stage.next_day(after=assignment.joined_on - timedelta(days=1)) or day
        clock, occurs_on = clock_of(stage.kind, due_on=day), day if recurs else None
        return cls(assignment=assignment, stage=stage, clock=clock, occurs_on=occurs_on, due_on=day, due_originally_on=day)

    def next_one(self):
        """The unsaved occurrence after this one, or None where its rule has ended."""
        day = self.stage.next_day(after=self.occurs_on)
        facts = {"assignment": self.assignment, "stage": self.stage, "clock": self.clock}
        return Answer(occurs_on=day, due_on=day, due_originally_on=day, **facts) if day else None

    def begin_on(self, day):
        """Become, unsaved, the occurrence of `day`; False where its rule names none any more."""
        if day:
            self.occurs_on = self.due_on = self.due_originally_on = day
            self.clock = clock_of(self.stage.kind, due_on=day)
        return bool(day)

    def take(self, progress):
        """Said done, said done once more (the first moment stands), or taken back into work."""
        if progress.says != progress.Says.DONE:
            was_finished = self.state in FINISHED
            self.state, self.said_at = State.DOING, None
            if was_finished:
                self.catch_up(by=progress.by, at=progress.at)
        elif self.state != State.SAID:
            self.state, self.said_at = State.SAID, progress.at
        self.save(update_fields=["state", "said_at", "is_proven"])

    @property
    def is_unproven(self):
        """Said to be done, without a file of an entry that no verdict returned."""
        return self.state in FINISHED and not self.is_proven

    def has_standing_evidence(self):
        return self.progress.standing().filter(evidence__isnull=False).exists()

    def catch_up(self, *, by, at):
        """A finished answer is not moved when its stage is; open again, it takes the date that holds by now. Call under the row's lock."""
        if self.occurs_on:  # its rule gave it its day
            return
        stage, changes = self.stage, self.changes.model
        follows = stage.waits_for_plan_id or stage.waits_for_id
        if self.due_on == stage.due_on or not (follows or self._lags_behind(stage)):
            return
        amended = stage.task.changes.filter(kind="dates").order_by("-pk").first()
        self.change = self.changes.create(
            was=self.due_on,
            now=stage.due_on,
            cause=(changes.Cause.FOLLOWED if stage.due_on else changes.Cause.UNDATED) if follows else changes.Cause.EXTENDED,
            source=stage.waits_for,
            amendment=amended and amended.amendment,
            by=by,
            at=at,
        )
        self.due_originally_on = self.due_originally_on or self.due_on or stage.due_on
        self.due_on, self.clock = stage.due_on, clock_of(stage.kind, due_on=stage.due_on)
        self.save(update_fields=["due_on", "due_originally_on", "clock", "change"])

    def _lags_behind(self, stage):
        """An extension for all passed it by; a date of its own, later or brought forward by its own document, stays."""
        own = self.change and self.change.was and self.change.now and self.change.now < self.change.was
        return bool(stage.due_on and not own and (self.due_on is None or self.due_on < stage.due_on))

    @property
    def is_late(self):
        """Said after its last day that is still on time."""
        return self._is_after(self.due_on)

    @property
    def is_late_originally(self):
        """The same against the date before any extension."""
        return self._is_after(self.due_originally_on or self.due_on)

    def _is_after(self, day):
        return bool(day and self.said_at and self.said_at >= period.moment(day + timedelta(days=1)))


def current_of(answers):
    """The earliest unfinished dated stage, else a waiting one, else undated, else ongoing; None when all are finished."""
    unfinished = [answer for answer in answers if answer.state not in FINISHED]
    return min(unfinished, key=lambda a: (CLOCK_ORDER.index(a.clock), a.due_on or a.NEVER, a.pk or 0), default=None)


def relevant(answers):
    """Without the occurrences that are over: finished, and followed by the next one."""
    return [answer for answer in answers if not (answer.is_past and answer.state in FINISHED)]


def state_of(answers):
    states = {answer.state for answer in relevant(answers)}
    if states == {State.DONE}:
        return State.DONE
    if states <= {State.SAID, State.DONE}:
        return State.SAID
    if State.RETURNED in states:
        return State.RETURNED
    return State.TODO if states == {State.TODO} else State.DOING
