"""A report asked for out of turn («báo cáo đột xuất»): what a unit asks of those directly below, and what each of them answers.

Drafted, signed by the head, filed by the clerk, accepted or returned above, as the monthly report is; judged against its own moment.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from journal.models import AppendOnly
from orgunits.models import OrgUnit, Post, Role, below
from reports.models.report import Timing

ASKING = {Role.CLERK, Role.STEERING}
READING = {*ASKING, Role.AUDITOR}


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


class Call(models.Model):
    """The area `unit` asks for a report on `title` by `due_at`, the last moment in time."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="calls")
    title = models.CharField(_("title"), max_length=200)
    words = models.TextField(_("what to report"))
    due_at = models.DateTimeField()
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    token = models.UUIDField(default=uuid.uuid4, unique=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-id"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("call", args=[self.pk])

    @staticmethod
    def may_be_made_by(post):
        """Clerks and steering posts of an area; below a ward there is nobody to ask."""
        return post.role in ASKING and post.unit.is_area


class CallAnswerQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Own ones; filed ones for who asked and for who reads the branch (as MonthlyReport.visible_to)."""
        if post.role == Role.ADMIN:
            return self.none()
        scope = post.scope()
        reach = Q(unit__in=[]) if post.role == Role.AUDITOR else Q(unit__in=scope.own)
        if post.role in READING:
            reach |= Q(filed_at__isnull=False, call__unit__in=scope.own)
        if scope.branch:
            reach |= Q(filed_at__isnull=False, **{f"unit__{name}": value for name, value in below(scope.branch).items()})
        return self.filter(reach)

    def waiting_for(self, post):
        """Those whose next step is this post's: the clerk's to write or file, the head's to sign, the asking head's to judge."""
        if post.role == Role.CLERK:
            return self.filter(unit__in=post.scope().areas, filed_at=None)
        if post.role == Role.STEERING:
            return self.filter(
                Q(unit__in=post.scope().areas, signed_at=None) | Q(call__unit=post.scope().area, filed_at__isnull=False, accepted_at=None)
            )
        return self.none()

    def with_names(self):
        return self.select_related("unit", "call__unit", "signed_by__person", "filed_by__person")


class CallAnswer(models.Model):
    """What one unit answers. A returned one is a draft again; what had been filed stays in its CallVerdict."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="answers")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    signed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    filed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(null=True)
    first_filed_at = models.DateTimeField(null=True)  # returning it does not make it late
    accepted_at = models.DateTimeField(null=True)

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

    def timing(self, *, at):
        """On time, late, missing or open at the moment `at`, against the call's own moment."""
        if self.first_filed_at:
            return Timing.ON_TIME if self.first_filed_at <= self.call.due_at else Timing.LATE
        return Timing.OPEN if at <= self.call.due_at else Timing.MISSING

    def may_be_edited_by(self, post):
        return post.role == Role.CLERK and self._is_own(post) and not self.signed_at

    def may_be_signed_by(self, post):
        return post.role == Role.STEERING and self._is_own(post) and not self.signed_at and bool(self.words)

    def may_be_unsigned_by(self, post):
        return post.role == Role.STEERING and self._is_own(post) and bool(self.signed_at) and not self.filed_at

    def may_be_filed_by(self, post):
        """Also once it is filed: a second click changes nothing."""
        return post.role == Role.CLERK and self._is_own(post) and bool(self.signed_at)

    def may_be_judged_by(self, post):
        """The steering committee that asked; nobody judges what they signed or filed themselves."""
        if post.role != Role.STEERING or self.status != "filed" or self.call.unit_id not in post.scope().own:
            return False
        return not (post.shares_a_hand_with(self.signed_by) or post.shares_a_hand_with(self.filed_by))

    def _is_own(self, post):
        return self.unit_id in post.scope().own

    @property
    def due_on(self):
        return timezone.localdate(self.call.due_at)


class CallVerdict(AppendOnly):
    """Who asked accepted the answer, or returned it with a reason; `words` are those judged."""

    answer = models.ForeignKey(CallAnswer, models.CASCADE, related_name="verdicts")
    ok = models.BooleanField()
    reason = models.TextField(blank=True)
    words = models.TextField()
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.answer_id} {self.ok}"
