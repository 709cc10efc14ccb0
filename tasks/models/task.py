"""One duty in one plan, and its stages."""

import re

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits.models import AddresseeGroup, OrgUnit, Role
from orgunits.words import fold
from plans.models import Amendment, Plan
from tasks.deadlines import Clock, Kind, clock_of, next_occurrence
from tasks.models.cadence import CADENCES


class TaskQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Duties of plans the post may read, and duties in which one of its own units has a part, wherever they stand."""
        if post.role == Role.ADMIN:
            return self.none()
        if post.scope().is_whole_country:
            return self.filter(plan__in=Plan.objects.visible_to(post))
        plans = list(Plan.objects.visible_to(post).values_list("pk", flat=True))
        # The ids first, then two indexable terms (model.md, «Rights»): a subquery beside an OR costs PostgreSQL minutes.
        parts = self.model.assignments.rel.related_model.objects.live().filter(unit__in=post.scope().own).exclude(plan__issued_on=None)
        return self.filter(Q(plan__in=plans) | Q(pk__in=set(parts.order_by().values_list("task", flat=True))))


class Task(models.Model):
    """One duty. Its words are our own, its deadline words are the document's; `source` says where it stands there."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks")
    ref = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    source = models.CharField(max_length=120, blank=True)
    section = models.CharField(max_length=40, blank=True)
    section_title = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=300)
    words = models.TextField(blank=True)
    product = models.TextField(blank=True)
    deadline_words = models.CharField(max_length=500, blank=True)
    inherited = models.BooleanField(default=False)
    directing = models.ManyToManyField(OrgUnit, related_name="directed_tasks", blank=True)
    group = models.ForeignKey(AddresseeGroup, models.PROTECT, null=True, related_name="tasks")
    lead_words = models.CharField(max_length=500, blank=True)
    lead_role = models.CharField(max_length=200, blank=True)
    coordinator_words = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)
    added_by = models.ForeignKey(Amendment, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)  # taken out of the plan by an amendment
    version = models.PositiveIntegerField(default=0)
    # Roll-up (tasks/rollup.py): how many leads count, and the sums of their shares in parts per 10⁹.
    leads_n = models.PositiveIntegerField(default=0, editable=False)
    leads_said = models.BigIntegerField(default=0, editable=False)
    leads_done = models.BigIntegerField(default=0, editable=False)
    folded = models.TextField(editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "ref"], name="task_ref_once")]

    def __str__(self):
        return f"{self.ref} · {self.title}"

    def save(self, *args, **kwargs):
        self.folded = fold(f"{self.ref} {self.title} {self.words}")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("task", args=[self.pk])

    def may_be_summed_by(self, post):
        """Its numbers sum up every lead: for who reads them all, the plan's own clerks and committee and who reads its branch."""
        scope = post.scope()
        own = post.role in {Role.CLERK, Role.STEERING} and self.plan.unit_id in scope.own
        return own or (scope.branch is not None and self.plan.unit.path.startswith(scope.branch))

    def may_be_chased_by(self, post):
        """Clerks and steering posts of the plan's unit remind those who have not answered, while the plan is in force."""
        is_running = self.plan.is_in_force and self.ended_on is None
        return is_running and post.role in {Role.CLERK, Role.STEERING} and self.plan.unit_id in post.scope().own

    @property
    def share(self):
        """(said, done) in parts per 10⁹: the average of the leads that count; (0, 0) where none does (model.md §2)."""
        return (self.leads_said // self.leads_n, self.leads_done // self.leads_n) if self.leads_n else (0, 0)


class Stage(models.Model):
    """A milestone of a duty with its own deadline; every duty has at least one. Stages and occurrences are one thing."""

    KINDS = [
        (Kind.BY_DATE, gettext_lazy("by a date")),
        (Kind.BEFORE_DATE, gettext_lazy("before a date")),
        (Kind.BY_END_OF_MONTH, gettext_lazy("within a month")),
        (Kind.BEFORE_MONTH, gettext_lazy("before a month")),
        (Kind.BY_END_OF_QUARTER, gettext_lazy("within a quarter")),
        (Kind.HALF_YEAR, gettext_lazy("within a half year")),
        (Kind.IN_YEAR, gettext_lazy("within a year")),
        (Kind.BEFORE_YEAR, gettext_lazy("before a year")),
        (Kind.RANGE, gettext_lazy("over a time")),
        (Kind.ONGOING, gettext_lazy("ongoing")),
        (Kind.RECURRING_WEEKLY, gettext_lazy("every week")),
        (Kind.RECURRING_MONTHLY, gettext_lazy("every month")),
        (Kind.RECURRING_QUARTERLY, gettext_lazy("every quarter")),
        (Kind.RECURRING_HALF_YEARLY, gettext_lazy("every half year")),
        (Kind.RECURRING_YEARLY, gettext_lazy("every year")),
        (Kind.WITHIN_HOURS_OF_EVENT, gettext_lazy("within hours of an event")),
        (Kind.DAYS_AFTER_EVENT, gettext_lazy("days after an event")),
        (Kind.IMMEDIATELY_AFTER_EVENT, gettext_lazy("at once after an event")),
        (Kind.RELATIVE_TO_SUPERIOR_PLAN, gettext_lazy("by the superior's plan")),
        (Kind.ON_REQUEST, gettext_lazy("on request")),
        (Kind.NONE, gettext_lazy("none written")),
        (Kind.UNREAD, gettext_lazy("not yet interpreted")),
    ]
    FLAGS = {
        "past_at_signing": gettext_lazy("overdue on the day of issue"),
        "inherited": gettext_lazy("inherited from the heading"),
        "year_assumed": gettext_lazy("year taken from the plan"),
        "approximate": gettext_lazy("approximate"),
        "trigger_inside": gettext_lazy("a trigger inside the words"),
        "strict_before": gettext_lazy("«before» read strictly"),
    }

    task = models.ForeignKey(Task, models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=28, choices=KINDS)
    starts_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    due_originally_on = models.DateField(null=True)  # set by the first extension
    hours = models.PositiveSmallIntegerField(null=True)
    days = models.PositiveSmallIntegerField(null=True)
    working_days = models.PositiveSmallIntegerField(null=True)
    due_at = models.TimeField(null=True)
    rrules = models.JSONField(default=list, blank=True)
    cadence = models.CharField(max_length=12, choices=CADENCES, blank=True)  # chosen by a person; empty: what the words say
    flags = models.JSONField(default=list, blank=True)
    waits_for_plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="awaited_by")
    waits_for = models.ForeignKey(Task, models.PROTECT, null=True, related_name="awaited_by")

    class Meta:
        ordering = ["task", "position"]
        constraints = [models.UniqueConstraint(fields=["task", "position"], name="stage_once")]

    def __str__(self):
        return self.label or self.words or self.kind

    @property
    def recurs(self):
        """Whether its date is one of many, each with an occurrence of its own."""
        dated = clock_of(self.kind, due_on=self.due_on) == Clock.DATED
        return dated and self.kind.startswith("recurring") and bool(self.rrules)

    def next_day(self, *, after):
        """The first day after `after` on which it comes back, turns counted from its first day; None where its rule has ended."""
        return next_occurrence(self.rrules, after=after, since=self.due_on)

    @property
    def first_due_on(self):
        """The date before any extension."""
        return self.due_originally_on or self.due_on

    @property
    def reading(self):
        """Our reading of the deadline's words, in one phrase."""
        if self.kind == Kind.RECURRING_YEARLY and self.due_on:
            return _("every year, by %(day)s") % {"day": f"{self.due_on.day}/{self.due_on.month}"}
        if self.kind == Kind.RECURRING_MONTHLY:
            return self._monthly()
        if self.recurs:
            return self._recurring()
        if self.due_on:
            day = {"day": f"{self.due_on.day}/{self.due_on.month}/{self.due_on.year}"}
            return _("by %(hour)s on %(day)s") % {"hour": f"{self.due_at:%H:%M}", **day} if self.due_at else _("by %(day)s") % day
        if self.hours:
            return _("within %(hours)s hours of the event") % {"hours": self.hours}
        if self.working_days:
            return _("within %(days)s working days of the event") % {"days": self.working_days}
        if self.days:
            return _("within %(days)s days of the event") % {"days": self.days}
        if self.kind == Kind.RELATIVE_TO_SUPERIOR_PLAN and self.waits_for_plan:
            return _("waits for %(plan)s") % {"plan": self.waits_for_plan}
        return self.get_kind_display()

    def _recurring(self):
        """The weekday of each week; of longer turns, and where one word would not do, the first day."""
        if self.kind == Kind.RECURRING_WEEKLY and len(self.rrules) == 1 and "INTERVAL" not in self.rrules[0]:
            return _("every week, by %(weekday)s") % {"weekday": date_format(self.due_on, "l")}
        day = f"{self.due_on.day}/{self.due_on.month}/{self.due_on.year}"
        return _("%(turn)s, first by %(day)s") % {"turn": self.get_kind_display(), "day": day}

    def _monthly(self):
        """The day of each month; the 24th is the last day «trước ngày 25», the close of the period."""
        days = re.findall(r"BYMONTHDAY=(\d+)", " ".join(self.rrules))
        if not days or days == ["24"]:
            return _("every month, by the close of the period") if days or not self.rrules else _("every month, by its last day")
        return _("every month, by day %(days)s") % {"days": ", ".join(days)}

    @property
    def warnings(self):
        return [str(self.FLAGS[flag]) for flag in self.flags if flag in self.FLAGS and flag != "strict_before"]
