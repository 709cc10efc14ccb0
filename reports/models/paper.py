"""A file of a report: ordered with frozen facts, claimed by a job, built once. What it prints: reports/paper.py."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from journal.models import LEASE
from orgunits.models import Post, Role
from reports.models.call import CallAnswer, CallFiling
from reports.models.report import MonthlyReport


class PaperQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Papers of the reports a post may print; drafts are for the unit's own people."""
        final, own = Q(is_draft=False), post.scope().own
        if post.role == Role.AUDITOR:
            return self.filter(final, self._readable(post))
        return self.filter(final | Q(report__unit__in=own) | Q(answer__unit__in=own), self._readable(post))

    def _readable(self, post):
        """What was filed of an answer stays on paper, also while the answer is written anew."""
        answers = Q(is_draft=True, answer__in=CallAnswer.objects.visible_to(post))
        return Q(report__in=MonthlyReport.objects.visible_to(post)) | answers | Q(answer__in=CallAnswer.objects.once_filed_to(post))

    def wanted(self, *, at):
        """Papers not built yet; a draft is wanted for a day, and not again once it failed: who wants it orders it anew."""
        return self._unmade(at).filter(Q(is_draft=False) | Q(problem=""))

    def failed(self, *, at):
        """Papers that could not be built: filed ones, which are tried again, and drafts of the last day."""
        return self._unmade(at).exclude(problem="")

    def _unmade(self, at):
        return self.filter(Q(is_draft=False) | Q(ordered_at__gt=at - timedelta(days=1)), built_at=None)

    def unbuilt(self, *, at):
        """Wanted papers in nobody's hands. One whose worker died, and a filed one that failed, comes again when its lease has run out."""
        return self.wanted(at=at).filter(Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE))

    def in_turn(self):
        """What was claimed before waits behind what never was: a paper that takes a worker's whole time holds up no other. Then drafts
        first: on the 24th a head waits for one before signing, and thousands of filed papers wait for nobody."""
        return self.order_by(F("claimed_at").asc(nulls_first=True), "-is_draft", "pk")

    def draft_to_come(self, *, at, **of):
        """The draft ordered last `of` a report or answer in this form and revision and not built yet, or None."""
        return self.wanted(at=at).filter(is_draft=True, **of).order_by("pk").last()

    def claim(self, pk, *, at):
        return self.unbuilt(at=at).filter(pk=pk).update(claimed_at=at) == 1


class Paper(models.Model):
    """One file of a monthly report or of an answer out of turn, built by a job from facts frozen when it was ordered.

    Its bytes never change. A filed answer's is that of one `filing`, which it keeps when the answer is returned.
    """

    class Form(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"
        XLSX = "xlsx", "Excel"

    report = models.ForeignKey(MonthlyReport, models.CASCADE, null=True, related_name="papers")
    answer = models.ForeignKey(CallAnswer, models.CASCADE, null=True, related_name="papers")
    filing = models.ForeignKey(CallFiling, models.CASCADE, null=True, related_name="papers")
    form = models.CharField(max_length=4, choices=Form.choices, default=Form.PDF)
    is_draft = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(null=True)  # of what a draft prints
    facts = models.JSONField()
    ordered_by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    built_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    file = models.FileField(max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "form"], name="paper_final_once", condition=Q(is_draft=False)),
            models.UniqueConstraint(fields=["filing", "form"], name="paper_of_filing_once"),
            models.CheckConstraint(
                name="paper_of_one_report",
                condition=Q(report__isnull=False, answer=None, filing=None)
                | Q(report=None, answer__isnull=False, is_draft=True, filing=None)
                | Q(report=None, answer__isnull=False, is_draft=False, filing__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.of} {'draft' if self.is_draft else 'filed'}"

    @property
    def of(self):
        """The MonthlyReport or the CallAnswer that it prints."""
        return self.report or self.answer

    @property
    def folder(self):
        """The folder of its file: the report's month, or the one in which it was ordered."""
        return f"papers/{self.report.period.slug if self.report else f'{timezone.localdate(self.ordered_at):%Y-%m}'}"

    @property
    def file_name(self):
        draft = "-du-thao" if self.is_draft else ""
        if self.report:
            return f"bao-cao-{self.report.unit.code}-{self.report.period.slug}-v{self.report.version}{draft}.{self.form}"
        version = self.filing.version if self.filing else self.answer.version
        return f"bao-cao-dot-xuat-{self.answer.unit.code}-{self.answer_id:06d}-v{version}{draft}.{self.form}"
