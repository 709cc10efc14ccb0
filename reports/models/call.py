"""A report asked for out of turn («báo cáo đột xuất»): what a unit asks of those directly below, and what each of them answers.

Drafted, signed by the head, filed by the clerk, accepted or returned above, as the monthly report is; judged against its own moment.
"""

import uuid

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from journal.models import AppendOnly
from orgunits.models import OrgUnit, Post, Role, below
from orgunits.words import fold
from reports.models.timing import Timing

ASKING = {Role.CLERK, Role.STEERING}
READING = {*ASKING, Role.AUDITOR}


class Step(models.TextChoices):
    """What a list of reports out of turn is narrowed to."""

    OPEN = "open", _("not due yet")
    LATE = "late", _("late")
    RETURNED = "returned", _("returned")
    ANSWERED = "answered", _("answered")
    WITHDRAWN = "withdrawn", _("withdrawn")


class CallQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Those of the own area for its clerks, heads and inspectors; those of the branch for who reads it."""
        if post.role not in READING:
            return self.none()
        scope = post.scope()
        reach = Q(unit__in=scope.own)
        if scope.branch:
            reach |= Q(**{f"unit__{name}": value for name, value in below(scope.branch).items()})
        return self.filter(reach)

    def titled(self, words):
        """Those whose title holds every word, accents or not."""
        rows = self
        for word in fold(words).split()[:8]:
            rows = rows.filter(folded__contains=word)
        return rows

    def at_step(self, step, *, at):
        """Those at one Step: with an answer that is late, with one returned, open with one still to come, all filed; "" for all."""
        if step == Step.WITHDRAWN:
            return self.exclude(withdrawn_at=None)
        answers = CallAnswer.objects.filter(call=OuterRef("pk"))
        late, unfiled, to_come = (Exists(rows) for rows in (answers.late(at=at), answers.filter(filed_at=None), answers.never_filed()))
        held = {
            Step.OPEN: ~late & to_come,
            Step.LATE: late,
            Step.RETURNED: Exists(answers.returned()),
            Step.ANSWERED: ~unfiled,
        }.get(step)
        return self if held is None else self.filter(held, withdrawn_at=None)

    def counted(self):
        """With `asked` and `filed`: of how many units, how many have filed."""
        return self.annotate(asked=Count("answers"), filed=Count("answers", Q(answers__filed_at__isnull=False)))


class Call(models.Model):
    """The area `unit` asks for a report on `title` by `due_at`, the last moment in time; what it was before stands in its CallChanges."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="calls")
    title = models.CharField(_("title"), max_length=200)
    words = models.TextField(_("what to report"))
    due_at = models.DateTimeField()
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    folded = models.CharField(max_length=400, default="", editable=False)
    revision = models.PositiveIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)  # when `due_at` was last moved
    withdrawn_at = models.DateTimeField(null=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-id"]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.folded = fold(self.title)[:400]  # some signs grow when folded
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("call", args=[self.pk])

    @property
    def due_on(self):
        return timezone.localdate(self.due_at)

    @property
    def stem_of_reminders(self):
        """What follows «call/answer» in the keys of its reminders: a due moment that was moved has steps of its own."""
        return f"/{timezone.localtime(self.due_at):%Y-%m-%dT%H:%M}" if self.moved_at else ""

    @staticmethod
    def may_be_made_by(post):
        """Clerks and steering posts of an area; below a ward there is nobody to ask."""
        return post.role in ASKING and post.unit.is_area

    def may_be_changed_by(self, post):
        """Whoever may ask in the name of the unit that asked. Also once it is withdrawn: a second click changes nothing."""
        return self.may_be_made_by(post) and self.unit_id in post.scope().own


class CallChange(AppendOnly):
    """Who asked moved the due moment to `due_at`, or took the call back (None); for a reason."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="changes")
    was_due_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    reason = models.TextField()
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    token = models.UUIDField(default=uuid.uuid4, unique=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.call_id} {self.due_at or 'withdrawn'}"


class CallAnswerQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Own ones; filed ones for who asked and for who reads the branch (as MonthlyReport.visible_to)."""
        return self._read_by(post, Q(filed_at__isnull=False))

    def once_filed_to(self, post):
        """Those of which the post may read what was filed: as `visible_to`, also while a returned one is written anew."""
        return self._read_by(post, Q(first_filed_at__isnull=False)).exclude(first_filed_at=None)

    def _read_by(self, post, filed):
        if post.role == Role.ADMIN:
            return self.none()
        scope = post.scope()
        reach = Q(unit__in=[]) if post.role == Role.AUDITOR else Q(unit__in=scope.own)
        if post.role in READING:
            reach |= filed & Q(call__unit__in=scope.own)
        if scope.branch:
            reach |= filed & Q(**{f"unit__{name}": value for name, value in below(scope.branch).items()})
        return self.filter(reach)

    def running(self):
        """Those still asked for."""
        return self.filter(call__withdrawn_at=None)

    def late(self, *, at):
        """Filed late, or not filed by now."""
        return self.filter(Q(first_filed_at__gt=F("first_due_at")) | Q(first_filed_at=None, call__due_at__lt=at))

    def never_filed(self):
        return self.filter(first_filed_at=None)

    def returned(self):
        """Those to be filed again."""
        return self.filter(filed_at=None).exclude(first_filed_at=None)

    def at_step(self, step, *, at):
        """Those at one Step; "" for all."""
        if step == Step.WITHDRAWN:
            return self.exclude(call__withdrawn_at=None)
        if step == Step.LATE:
            return self.running().late(at=at)
        if step == Step.ANSWERED:
            return self.running().exclude(filed_at=None)
        if step == Step.RETURNED:
            return self.running().returned()
        if step == Step.OPEN:
            return self.running().never_filed().filter(call__due_at__gte=at)
        return self

    def waiting_for(self, post):
        """Those whose next step is this post's: the clerk's to write or file, the head's to sign, the asking head's to judge."""
        if post.role == Role.CLERK:
            return self.running().filter(unit__in=post.scope().areas, filed_at=None)
        if post.role == Role.STEERING:
            return self.running().filter(
                Q(unit__in=post.scope().areas, signed_at=None) | Q(call__unit=post.scope().area, filed_at__isnull=False, accepted_at=None)
            )
        return self.none()

    def with_names(self):
        return self.select_related("unit", "call__unit", "signed_by__person", "filed_by__person")


class CallAnswer(models.Model):
    """What one unit answers. A returned one is a draft again, the next version; what had been filed stays in its CallFilings."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="answers")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)
    signed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    filed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(null=True)
    first_filed_at = models.DateTimeField(null=True)  # returning it does not make it late
    first_due_at = models.DateTimeField(null=True)  # the due moment that held then
    accepted_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(null=True)  # of the filing that stands

    objects = CallAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["call", "unit__name_key", "id"]
        constraints = [models.UniqueConstraint(fields=["call", "unit"], name="call_answer_once")]

    def __str__(self):
        return f"{self.call} · {self.unit}"

    def get_absolute_url(self):
        return reverse("call_answer", args=[self.pk])

    @property
    def status(self):
        """The step it stands on: draft, signed, filed, accepted. A returned one is a draft that was filed before."""
        if self.accepted_at:
            return "accepted"
        if self.filed_at:
            return "filed"
        if self.signed_at:
            return "signed"
        return "returned" if self.first_filed_at else "draft"

    @property
    def receipt_to_be(self):
        """«22423-DX-000123-v1»: unit, the answer's own number, never given twice, and its version."""
        return f"{self.unit.code}-DX-{self.pk:06d}-v{self.version}"

    @property
    def is_running(self):
        return self.call.withdrawn_at is None

    def timing(self, *, at):
        """On time, late, missing or open at the moment `at`, against the moment that holds then; not owed any more once withdrawn.

        What was filed is judged by the moment that held when it was: moved afterwards, it makes nobody on time or late.
        """
        if self.first_filed_at:
            return Timing.ON_TIME if self.first_filed_at <= self.first_due_at else Timing.LATE
        if not self.is_running:
            return Timing.NOT_OWED
        return Timing.OPEN if at <= self.call.due_at else Timing.MISSING

    def may_be_edited_by(self, post):
        return post.role == Role.CLERK and self._is_own(post) and not self.signed_at and self.is_running

    def may_be_signed_by(self, post):
        return post.role == Role.STEERING and self._is_own(post) and not self.signed_at and bool(self.words) and self.is_running

    def may_be_unsigned_by(self, post):
        return post.role == Role.STEERING and self._is_own(post) and bool(self.signed_at) and not self.filed_at and self.is_running

    def may_be_filed_by(self, post):
        """Also once it is filed: a second click changes nothing."""
        return post.role == Role.CLERK and self._is_own(post) and bool(self.signed_at) and (self.is_running or bool(self.filed_at))

    def may_be_judged_by(self, post):
        """The steering committee that asked; nobody judges what they signed or filed themselves."""
        if post.role != Role.STEERING or self.status != "filed" or not self.is_running or self.call.unit_id not in post.scope().own:
            return False
        return not (post.shares_a_hand_with(self.signed_by) or post.shares_a_hand_with(self.filed_by))

    def may_be_printed_by(self, post):
        """Officials read; clerks, steering and inspection posts take the paper with them."""
        return post.role in {Role.CLERK, Role.STEERING, Role.AUDITOR}

    def may_be_ordered_by(self, post):
        """Once filed whoever may print it; before that its own unit, as soon as there are words."""
        is_own = post.role != Role.AUDITOR and self._is_own(post)
        return self.may_be_printed_by(post) and (bool(self.number) if self.filed_at else is_own and bool(self.words))

    def _is_own(self, post):
        return self.unit_id in post.scope().own

    @property
    def due_on(self):
        return self.call.due_on


class CallFiling(AppendOnly):
    """One filing of an answer: its number in the series of the unit's reports, its receipt, and what its paper prints."""

    answer = models.ForeignKey(CallAnswer, models.CASCADE, related_name="filings")
    version = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    symbol = models.CharField(max_length=40)
    receipt = models.CharField(max_length=60)
    facts = models.JSONField()
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["answer", "version"], name="call_filing_once")]

    def __str__(self):
        return self.receipt


class CallVerdict(AppendOnly):
    """Who asked accepted the answer, or returned it with a reason; `words` are those judged."""

    answer = models.ForeignKey(CallAnswer, models.CASCADE, related_name="verdicts")
    filing = models.OneToOneField(CallFiling, models.PROTECT, null=True, related_name="verdict")
    ok = models.BooleanField()
    reason = models.TextField(blank=True)
    words = models.TextField()
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.answer_id} {self.ok}"
