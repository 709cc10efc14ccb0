"""The month of a unit on paper: the report, its words, what it took in, its verdict and its file."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from journal.models import LEASE, AppendOnly, Entry, Notice
from orgunits.models import Level, OrgUnit, Post, Role, below
from plans import period
from tasks.models import Progress, StaleWrite


class Timing(models.TextChoices):
    """Three different things, and a fourth: not due yet."""

    ON_TIME = "on_time", _("on time")
    LATE = "late", _("late")
    MISSING = "missing", _("missing")
    OPEN = "open", _("open")
    NOT_OWED = "not_owed", _("not owed")  # the unit ended before the period closed: whoever follows it reports


class MonthlyReportQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Own reports; filed ones below for who reads the branch, and for clerks above the wards who consolidate them.

        trust.md §2, row «monthly report»; see docs/decisions/0008.
        """
        if post.role == Role.ADMIN:
            return self.none()
        scope = post.scope()
        reach = Q(unit__in=[]) if post.role == Role.AUDITOR else Q(unit__in=scope.own)
        if scope.branch:
            reach |= Q(filed_at__isnull=False, **{f"unit__{name}": value for name, value in below(scope.branch).items()})
        elif post.role == Role.CLERK and scope.area.level != Level.WARD:
            reach |= Q(unit__parent__in=scope.own, filed_at__isnull=False)
        return self.filter(reach)

    def current(self):
        """The newest version for each unit and month."""
        return self.filter(superseded=False)

    def with_names(self):
        return self.select_related(
            "unit__parent", "signed_by__person", "signed_by__unit", "filed_by__person", "filed_by__unit", "verdict__by__person"
        )


class MonthlyReport(models.Model):
    """A unit's report for one period. Draft → signed by the head → filed by the clerk → accepted or returned above."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="reports")
    month = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)
    superseded = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    signed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    filed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(null=True)
    first_filed_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(null=True)
    facts = models.JSONField(null=True)

    objects = MonthlyReportQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "unit__path", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "version"], name="report_once"),
        ]

    def __str__(self):
        return f"{self.unit} {self.period.label}"

    def get_absolute_url(self):
        return reverse("report", args=[self.pk])

    @property
    def period(self):
        return period.of_month(self.month)

    @property
    def speakers(self):
        """The units whose people speak for it: its own, or those that follow it since it ended."""
        return OrgUnit.objects.heirs([self.unit])[self.unit_id] if self.unit.valid_to else [self.unit]

    @property
    def is_owed(self):
        """False for the period in which the unit ended, and later ones: of a period its last day decides."""
        return self.unit.was_in_force(on=self.period.closes)

    @property
    def symbol(self):
        """«08-BC/BCĐ» once it is filed, else ""."""
        return f"{self.number:02d}-{self.facts['symbol_tail']}" if self.number else ""

    @property
    def status(self):
        """The step the report stands on, as a code: draft, signed, filed, accepted, returned."""
        verdict = getattr(self, "verdict", None)
        if verdict:
            return "accepted" if verdict.ok else "returned"
        if self.filed_at:
            return "filed"
        return "signed" if self.signed_at else "draft"

    def timing(self, *, at):
        """On time, late, missing or still open at the moment `at`; judged when first filed (trust.md, promise 5).

        A version that follows a returned one keeps the moment of the first: returning a report does not make it late.
        """
        filed_at = self.first_filed_at or self.filed_at
        if filed_at:
            return Timing.ON_TIME if filed_at < self.period.late_from else Timing.LATE
        if not self.is_owed:
            return Timing.NOT_OWED
        return Timing.OPEN if at < self.period.late_from else Timing.MISSING

    # Who may

    def may_be_edited_by(self, post):
        return post.role == Role.CLERK and self._is_own(post) and not self.signed_at and not self.superseded and self.is_owed

    def may_be_signed_by(self, post):
        return post.role == Role.STEERING and self._is_own(post) and not self.signed_at and not self.superseded and self.is_owed

    def may_be_unsigned_by(self, post):
        return post.role == Role.STEERING and self._is_own(post) and bool(self.signed_at) and not self.filed_at

    def may_be_filed_by(self, post):
        return post.role == Role.CLERK and self._is_own(post) and bool(self.signed_at) and not self.filed_at

    def may_be_judged_by(self, post):
        """The steering committee one level up; nobody judges what they signed or filed themselves."""
        if post.role != Role.STEERING or self.status != "filed" or self.unit.parent_id not in post.scope().own:
            return False
        return not (post.shares_a_hand_with(self.signed_by) or post.shares_a_hand_with(self.filed_by))

    def may_be_printed_by(self, post):
        """Officials read; clerks, steering and inspection posts take the paper with them."""
        return post.role in {Role.CLERK, Role.STEERING, Role.AUDITOR}

    def _is_own(self, post):
        return self.unit_id in post.scope().own

    # Acts

    def _locked(self, revision):
        report = MonthlyReport.objects.select_for_update().get(pk=self.pk)
        if revision is not None and report.revision != revision:
            raise StaleWrite
        return report

    @transaction.atomic
    def edit(self, words, *, by, at, revision):
        """Keep the clerk's words for the parts named in `words` ({2: "…"}); an emptied part follows the rows again. Raises StaleWrite."""
        report = self._locked(revision)
        if report.signed_at:
            raise StaleWrite
        report.parts.filter(part__in=[part for part, text in words.items() if not text]).delete()
        for part, text in words.items():
            if not text:
                continue
            ReportPart.objects.update_or_create(report=report, part=part, defaults={"words": text, "by": by, "at": at})
        MonthlyReport.objects.filter(pk=report.pk).update(revision=F("revision") + 1)
        Entry.objects.record(by=by, verb="report.edited", target=report, at=at, parts=sorted(words))

    @transaction.atomic
    def judge(self, *, by, at, ok, reason=""):
        """Accept, or return with a reason, which opens the next version with the same words. Returns the verdict."""
        report = self._locked(None)
        verdict, made = ReportVerdict.objects.get_or_create(report=report, defaults={"ok": ok, "reason": reason, "by": by, "at": at})
        if not made and verdict.ok != ok:
            raise StaleWrite
        if made:
            words = _("The report for %(month)s is accepted") if ok else _("The report for %(month)s is returned")
            report.tell(Role.CLERK, Role.STEERING, step="accepted" if ok else "returned", words=words, body=reason, at=at)
            Entry.objects.record(by=by, verb="report.accepted" if ok else "report.returned", target=report, at=at, reason=reason)
            if not ok:
                report._open_next_version(at=at)
        return verdict

    def _open_next_version(self, *, at):
        MonthlyReport.objects.filter(pk=self.pk).update(superseded=True)
        first = self.first_filed_at or self.filed_at
        draft = MonthlyReport.objects.create(unit=self.unit, month=self.month, version=self.version + 1, opened_at=at, first_filed_at=first)
        ReportPart.objects.bulk_create(
            ReportPart(report=draft, part=part.part, words=part.words, by=part.by, at=part.at) for part in self.parts.all()
        )
        return draft

    def tell(self, *roles, step, words, at, body="", unit=None):
        """Tell the live posts of `roles` at the unit (or at `unit`) that the report took `step`; `words` may hold %(month)s."""
        people = (
            Post.objects.live(on=timezone.localdate(at))
            .filter(unit__in=[unit] if unit else self.speakers, role__in=roles)
            .values_list("person", flat=True)
        )
        with translation.override("vi"):
            Notice.objects.tell(
                people,
                key=f"report/{self.pk}/{step}",
                kind=Notice.Kind.REPORT,
                title=f"{str(words) % {'month': self.period.label}} · {self.unit.full_name}",
                body=body,
                link=self.get_absolute_url(),
                at=at,
            )

    def next_number(self, *, at):
        """One more than the last of the issuer's reports filed in the year of `at`. Waits for another filing of the unit."""
        OrgUnit.objects.select_for_update(no_key=True).get(pk=self.unit_id)
        filed = MonthlyReport.objects.filter(unit=self.unit, filed_at__year=timezone.localdate(at).year)
        return (filed.aggregate(last=Max("number"))["last"] or 0) + 1


class ReportPart(models.Model):
    """The clerk's own words for one part (I–V); a part without a row speaks the drafted words."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="parts")
    part = models.PositiveSmallIntegerField()
    words = models.TextField()
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["part"]
        constraints = [models.UniqueConstraint(fields=["report", "part"], name="report_part_once")]

    def __str__(self):
        return f"{self.report_id}/{self.part}"


class ReportEntry(models.Model):
    """A report took this entry in; no other report of the unit will."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="entries")
    progress = models.ForeignKey(Progress, models.PROTECT, related_name="reported_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "progress"], name="report_entry_once")]

    def __str__(self):
        return f"{self.report_id} ∋ {self.progress_id}"


class ReportVerdict(AppendOnly):
    """The superior accepted the report, or returned it with a reason."""

    report = models.OneToOneField(MonthlyReport, models.CASCADE, related_name="verdict")
    ok = models.BooleanField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.report_id} {self.ok}"


class PaperQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Papers of the reports a post may print; drafts are for the unit's own people."""
        own = Q(is_draft=False)
        if post.role != Role.AUDITOR:
            own |= Q(report__unit__in=post.scope().own)
        return self.filter(own, report__in=MonthlyReport.objects.visible_to(post))

    def unbuilt(self, *, at):
        """Papers not built and in nobody's hands. One that failed is tried again when its lease has run out; a draft for a day."""
        wanted = Q(is_draft=False) | Q(ordered_at__gt=at - timedelta(days=1))
        return self.filter(wanted, built_at=None).filter(Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE))

    def claim(self, pk, *, at):
        return self.unbuilt(at=at).filter(pk=pk).update(claimed_at=at) == 1


class Paper(models.Model):
    """One PDF of a report, built by a job from facts frozen when it was ordered. Its bytes never change."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="papers")
    is_draft = models.BooleanField(default=True)
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
        constraints = [models.UniqueConstraint(fields=["report"], name="paper_final_once", condition=Q(is_draft=False))]

    def __str__(self):
        return f"{self.report} {'draft' if self.is_draft else 'filed'}"

    @property
    def file_name(self):
        draft = "-du-thao" if self.is_draft else ""
        return f"bao-cao-{self.report.unit.code}-{self.report.period.slug}-v{self.report.version}{draft}.pdf"
