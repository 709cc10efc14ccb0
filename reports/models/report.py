"""The month of a unit: the report, its words, what it took in and its verdict. Its files: reports/models/paper.py."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from journal.jobs import send_urgent
from journal.models import AppendOnly, Entry, Notice
from journal.waking import wake
from orgunits.models import Level, OrgUnit, Post, Role, below
from plans import period
from reports import profiles
from reports.models.timing import Timing
from tasks.models import Progress, StaleWrite
from tasks.readers import people_of


class Locked(Exception):
    """The period is locked, and nobody has reopened the report."""


WORDS_OF_NUMBERS = ("profile", "symbol_tail", "receipt")


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

    def standing(self):
        """Those whose place no later version has taken, supplements included."""
        return self.filter(superseded=False)

    def current(self):
        """The newest version for each unit and month; a supplement takes nobody's place."""
        return self.standing().filter(supplements=None)

    def light(self):
        """Without their frozen facts, which may be megabytes each."""
        return self.defer("facts", "supplements__facts")

    def numbered(self):
        """The same, with the three words of the facts that number and receipt are made of."""
        return self.light().annotate(**{f"_{name}": KT(f"facts__{name}") for name in WORDS_OF_NUMBERS})

    def never_filed(self):
        """First versions nobody has filed: what follows a filed one, empty or not, is told of as returned or opened again."""
        return self.filter(version=1, filed_at=None)

    def unlocked(self, *, at):
        """Those that may still be signed and filed by the clock, in their period or since they were opened again."""
        day = timezone.localdate(at)
        first = period.holding(day - timedelta(days=settings.REPORT_LOCK_DAYS)).month
        return self.filter(Q(month__gte=first) | Q(open_until__gte=day))

    def reopenable_by(self, post):
        """Versions that the post's right to reopen covers, filed or not; its page says no word of them. Which of them: is_reopenable."""
        if post.role != Role.STEERING:
            return self.none()
        own = post.scope().own
        return self.filter(Q(unit__parent__in=own) | Q(unit__parent=None, unit__in=own))

    def with_names(self):
        return self.select_related(
            *("unit__parent", "supplements", "signed_by__person", "signed_by__unit", "filed_by__person", "filed_by__unit"),
            "verdict__by__person",
        )


class MonthlyReport(models.Model):
    """A unit's report for one period. Draft → signed by the head → filed by the clerk → accepted or returned above."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="reports")
    month = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)
    superseded = models.BooleanField(default=False)
    supplements = models.ForeignKey("self", models.PROTECT, null=True, related_name="supplemented_by")  # the filed report it adds to
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True)  # the last day on time where a superior set an earlier one than the close (models/cutoff.py)
    open_until = models.DateField(null=True)  # returned or reopened: the last day on which it may be filed, where the lock comes before
    signed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    filed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(null=True)
    first_filed_at = models.DateTimeField(null=True)  # when an earlier version that was not empty was first filed
    number = models.PositiveIntegerField(null=True)
    facts = models.JSONField(null=True)
    is_empty = models.BooleanField(default=False)  # signed without an entry of the period and without a word of the clerk's

    objects = MonthlyReportQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "unit__path", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "version"], name="report_once"),
            models.UniqueConstraint(fields=["supplements"], name="supplement_once", condition=Q(superseded=False, filed_at=None)),
        ]
        indexes = [  # what each morning looks for among all months ever
            models.Index(fields=["month"], name="report_unfiled", condition=Q(superseded=False, filed_at=None)),
            models.Index(fields=["filed_at"], name="report_filed", condition=Q(superseded=False, filed_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.unit} {self.period.label}"

    def get_absolute_url(self):
        return reverse("report", args=[self.pk])

    @property
    def period(self):
        return period.of_month(self.month)

    @property
    def is_owed(self):
        """False for the period in which the unit ended, and later ones: of a period its last day decides."""
        return self.unit.was_in_force(on=self.period.closes)

    @property
    def symbol(self):
        """«08-BC/BCĐ» once it is filed, «08/BC-UBND» on a State paper, else ""."""
        return profiles.BY_NAME[self._word("profile")].symbol(self.number, self._word("symbol_tail")) if self.number else ""

    @property
    def receipt(self):
        """«22423-2026-05-v1-000123» once it is filed, else "": unit, period, version, and the report's own number, never given twice.

        Kept with the facts, for a unit's code may change later.
        """
        return (self._word("receipt") or self.receipt_to_be) if self.filed_at else ""

    def _word(self, name):
        """One of WORDS_OF_NUMBERS, read alone (`numbered`) or from the whole facts."""
        return self.__dict__[f"_{name}"] if f"_{name}" in self.__dict__ else self.facts.get(name)

    @property
    def receipt_to_be(self):
        return f"{self.unit.code}-{self.period.slug}-v{self.version}-{self.pk:06d}"

    @property
    def status(self):
        """The step the report stands on, as a code: draft, signed, filed, accepted, returned."""
        verdict = getattr(self, "verdict", None)
        if verdict:
            return "accepted" if verdict.ok else "returned"
        if self.filed_at:
            return "filed"
        return "signed" if self.signed_at else "draft"

    @property
    def last_day(self):
        """The last day on time."""
        return self.due_on or self.period.closes

    @property
    def late_from(self):
        """The first moment that is late: 00:00 of the day after the last one on time."""
        return period.moment(self.last_day + timedelta(days=1))

    @property
    def locked_from(self):
        """The first moment at which it may not be signed, filed or returned: the period's lock, or the end of what opened it again."""
        if self.open_until is None:
            return self.period.locked_from
        return max(self.period.locked_from, period.moment(self.open_until + timedelta(days=1)))

    def is_locked(self, *, at):
        return at >= self.locked_from

    def is_reopenable(self, *, at):
        """Filed, or not filed by the lock: before it whoever owes the report simply files it."""
        return not self.superseded and (bool(self.filed_at) or (self.is_owed and at >= self.period.locked_from))

    def timing(self, *, at):
        """On time, late, empty, missing or still open at the moment `at`; judged when first filed (trust.md, promise 5).

        A version that follows a returned one keeps the moment of the first: returning a report does not make it late. An empty one has
        no moment to keep: returned and not there again it is missing, and what then comes is judged by its own.
        """
        if self.filed_at and self.is_empty:
            return Timing.EMPTY
        if self.first_filed_at or self.filed_at:
            return self.promptness
        if not self.is_owed:
            return Timing.NOT_OWED
        return Timing.unfiled(self.last_day, at=at)

    @property
    def promptness(self):
        """On time or late, empty or not, once it is filed."""
        return Timing.ON_TIME if (self.first_filed_at or self.filed_at) < self.late_from else Timing.LATE

    # Who may

    def may_be_edited_by(self, post):
        return post.role == Role.CLERK and self._is_own(post) and not self.signed_at and not self.superseded and self.is_owed

    def may_be_signed_by(self, post):
        return post.role == Role.STEERING and self._is_own(post) and not self.signed_at and not self.superseded and self.is_owed

    def may_be_unsigned_by(self, post):
        return post.role == Role.STEERING and self._is_own(post) and bool(self.signed_at) and not self.filed_at and not self.superseded

    def may_be_filed_by(self, post):
        """Also once it is filed: a second click gives the same receipt."""
        stands = bool(self.filed_at) or not self.superseded
        return post.role == Role.CLERK and self._is_own(post) and bool(self.signed_at) and stands

    def may_be_judged_by(self, post):
        """The steering committee one level up; nobody judges what they signed or filed themselves."""
        if post.role != Role.STEERING or self.status != "filed" or self.superseded or self.unit.parent_id not in post.scope().own:
            return False
        return not (post.shares_a_hand_with(self.signed_by) or post.shares_a_hand_with(self.filed_by))

    def may_be_reopened_by(self, post):
        """The steering committee one level up, the Centre's own by itself. Whether it is time: is_reopenable."""
        keeper = self.unit.parent_id or self.unit_id
        return post.role == Role.STEERING and keeper in post.scope().own and not self.superseded

    def may_be_supplemented_by(self, post):
        """The clerk of a unit above the wards, once its report is filed. Whether there is anything to add: reports/supplements.py."""
        is_whole = self.supplements_id is None and self.unit.level != Level.WARD
        return post.role == Role.CLERK and self._is_own(post) and is_whole and bool(self.filed_at) and not self.superseded

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
    def edit(self, words, *, by, at, revision, seen=None, typed=None):
        """Keep the clerk's words for the parts named in `words` ({2: "…"}); an emptied part follows the rows again. Raises StaleWrite.

        `seen` ({2: digest}) tells beside which drafted words hers were written. What an emptied part said, or `typed` in place of it,
        is laid aside to be taken back.
        """
        report = self._locked(revision)
        if report.signed_at:
            raise StaleWrite
        held = {part.part: part for part in report.parts.filter(part__in=words)}
        for part, text in words.items():
            report._lay_aside(
                part, (typed or {}).get(part) or ("" if text or part not in held else held[part].words), held.get(part), by, at
            )
            if text:
                told = {"words": text, "seen": (seen or {}).get(part, ""), "by": by, "at": at}
                ReportPart.objects.update_or_create(report=report, part=part, defaults=told)
            else:
                report.parts.filter(part=part).delete()
        MonthlyReport.objects.filter(pk=report.pk).update(revision=F("revision") + 1)
        Entry.objects.record(by=by, verb="report.edited", target=report, at=at, parts=sorted(words))

    def give_back(self):
        """What signing froze follows the rows again, and its entries are free."""
        self.entries.all().delete()
        frozen = {"signed_by": None, "signed_at": None, "facts": None, "is_empty": False}
        MonthlyReport.objects.filter(pk=self.pk).update(**frozen, revision=F("revision") + 1)

    def _lay_aside(self, part, words, held, by, at):
        """Keep `words` to be taken back; without any, forget what lay there."""
        if not words:
            self.aside.filter(part=part).delete()
            return
        told = {"words": words, "seen": held.seen if held else "", "by": by, "at": at}
        PartAside.objects.update_or_create(report=self, part=part, defaults=told)

    @transaction.atomic
    def judge(self, *, by, at, ok, reason=""):
        """Accept, or return with a reason, which opens the next version with the same words. Returns the verdict.

        Raises StaleWrite where it was judged otherwise or another version has taken its place, and Locked where a report of a locked
        period is returned: it must be reopened.
        """
        report = self._locked(None)
        verdict, made = ReportVerdict.objects.get_or_create(report=report, defaults={"ok": ok, "reason": reason, "by": by, "at": at})
        if (not made and verdict.ok != ok) or (made and report.superseded):
            raise StaleWrite
        if made:
            if not ok and report.is_locked(at=at):
                raise Locked
            words = _("The report for %(month)s is accepted") if ok else _("The report for %(month)s is returned")
            facts = {"step": "accepted" if ok else "returned", "words": words, "body": reason, "urgent": not ok}
            report.tell(Role.CLERK, Role.STEERING, at=at, **facts)
            Entry.objects.record(by=by, verb="report.accepted" if ok else "report.returned", target=report, at=at, reason=reason)
            if not ok:
                report.open_next_version(at=at, until=timezone.localdate(at) + timedelta(days=settings.REPORT_LOCK_DAYS))
                wake(send_urgent)
        return verdict

    def open_next_version(self, *, at, until):
        """The draft that takes this one's place, with the words last written for it; it may be filed until the lock or the day `until`.

        Supplements of a report that is written anew are not needed any more; one that is written anew takes in what a later draft held.
        """
        drafts = Q(supplements=self.supplements_id or self.pk, filed_at=None)
        MonthlyReport.objects.filter(Q(pk=self.pk) | drafts).update(superseded=True)
        words = ReportPart.objects.filter(report=self._versions().filter(supplements=self.supplements_id).latest("version"))
        draft = self.open_version(at=at, until=until, supplements=self.supplements)
        ReportPart.objects.bulk_create(
            ReportPart(report=draft, part=part.part, words=part.words, seen=part.seen, by=part.by, at=part.at) for part in words
        )
        return draft

    def _versions(self):
        return MonthlyReport.objects.filter(unit=self.unit_id, month=self.month)

    def open_version(self, *, at, until, **more):
        """One more draft of the unit's month, on time or late as this one was first filed; as itself where this one was empty."""
        first = self.first_filed_at or (None if self.is_empty and not more.get("supplements") else self.filed_at)
        return MonthlyReport.objects.create(
            unit=self.unit,
            month=self.month,
            version=self._versions().aggregate(last=Max("version"))["last"] + 1,
            opened_at=at,
            open_until=until,
            due_on=self.due_on,
            first_filed_at=first,
            **more,
        )

    def tell(self, *roles, step, words, at, body="", unit=None, urgent=False):
        """Tell who acts for the unit (or for `unit`) in one of `roles` that the report took `step`; `words` may hold %(month)s."""
        place = unit.pk if unit else self.unit_id
        people = people_of({place}, roles=roles, on=timezone.localdate(at))[place]
        with translation.override("vi"):
            Notice.objects.tell(
                people,
                key=f"report/{self.pk}/{step}",
                kind=Notice.Kind.REPORT,
                title=f"{str(words) % {'month': self.period.label}} · {self.unit.full_name}",
                body=body,
                link=self.get_absolute_url(),
                at=at,
                urgent=urgent,
            )


class ReportPart(models.Model):
    """The clerk's own words for one part (I–V); a part without a row speaks the drafted words."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="parts")
    part = models.PositiveSmallIntegerField()
    words = models.TextField()
    seen = models.CharField(max_length=64, blank=True)  # digest of the drafted words beside which hers were written; "": not known
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["part"]
        constraints = [models.UniqueConstraint(fields=["report", "part"], name="report_part_once")]

    def __str__(self):
        return f"{self.report_id}/{self.part}"


class PartAside(models.Model):
    """Words the clerk gave up for the drafted ones; one click takes them back. No report speaks them."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="aside")
    part = models.PositiveSmallIntegerField()
    words = models.TextField()
    seen = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["part"]
        constraints = [models.UniqueConstraint(fields=["report", "part"], name="report_part_aside_once")]

    def __str__(self):
        return f"{self.report_id}/{self.part}"


class ReportEntryQuerySet(models.QuerySet):
    def kept(self, *, at):
        """Those that no report of another month takes: their own is filed and not returned, or its month may still be filed at `at`.

        What was signed or returned and not filed by the lock gives them back: the next report takes them.
        """
        month = {"unit": OuterRef("report__unit"), "month": OuterRef("report__month")}
        to_file = MonthlyReport.objects.standing().filter(filed_at=None, **month).unlocked(at=at)
        return self.filter((Q(report__filed_at__isnull=False) & ~Q(report__verdict__ok=False)) | Exists(to_file))


class ReportEntry(models.Model):
    """A report took this entry in; while it is `kept` no other report of the unit will."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="entries")
    progress = models.ForeignKey(Progress, models.PROTECT, related_name="reported_in")

    objects = ReportEntryQuerySet.as_manager()

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
