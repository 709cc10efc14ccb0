"""A cyber-security incident: the first report in four fields, its 24 hours from discovery, and what was said of it since.

«Thực hiện báo cáo về sự cố trong vòng 24 giờ nếu xảy ra» (04-KH/BCĐTW, 5 January 2026). See docs/decisions/0016.
"""

import uuid
from datetime import timedelta
from pathlib import PurePath

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from journal.models import AppendOnly
from orgunits.models import OrgUnit, Post, Role, below
from orgunits.words import fold
from tasks.models.progress import FileManager

FIRST_REPORT = timedelta(hours=24)  # «trong vòng 24 giờ»: counted from the discovery, the 24th hour included
HOUR = timedelta(hours=1)
FIELDS = ("what", "system", "effect", "measures")  # with the moment of discovery, the four fields of the first report


class IncidentQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Own units' for officials and clerks, the branch for steering and inspection posts, nothing for administrators (trust.md §2).

        So an incident is seen up the unit's own line alone, from the moment it is noted.
        """
        if post.role == Role.ADMIN:
            return self.none()
        scope = post.scope()
        if scope.is_whole_country:
            return self
        reach = Q(unit__in=scope.own)
        if scope.branch:
            reach |= Q(**below(scope.branch))
        return self.filter(reach)

    def open(self):
        return self.filter(closed_at=None)

    def unsent(self):
        """Noted, and the first report still owed."""
        return self.filter(reported_at=None, closed_at=None)

    def late(self, *, at):
        """The first report came after the 24th hour, or is still owed after it."""
        owed = Q(reported_at=None, closed_at=None, discovered_at__lt=at - FIRST_REPORT)
        return self.filter(owed | Q(reported_at__gt=F("discovered_at") + FIRST_REPORT))

    def closed(self):
        return self.exclude(closed_at=None)

    def moved(self, *, since, at):
        """Noted, reported or closed after the moment `since` (None: ever) and up to `at`."""
        if since is None:
            return self.filter(opened_at__lte=at)
        within = Q(opened_at__gt=since, opened_at__lte=at) | Q(reported_at__gt=since, reported_at__lte=at)
        return self.filter(within | Q(closed_at__gt=since, closed_at__lte=at))

    def with_names(self):
        return self.select_related("unit__area", "by__person", "by__unit__area")


class Incident(models.Model):
    """One incident of one unit. Noted, then reported to the superior, then closed; or closed unreported, as no incident after all."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="incidents")
    path = models.CharField(max_length=32)  # the unit's
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    spoken_for = models.CharField(_("on behalf of"), max_length=120, blank=True)
    discovered_at = models.DateTimeField(_("discovered"))
    opened_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)  # the first report went up the line; null while it is only noted
    closed_at = models.DateTimeField(null=True)
    what = models.TextField(_("what happened"))
    system = models.CharField(_("where, which system"), max_length=300, blank=True)
    effect = models.TextField(_("scope and effect"), blank=True)
    measures = models.TextField(_("what was done, what is needed"), blank=True)
    folded = models.TextField(editable=False)
    told = models.PositiveSmallIntegerField(default=0)  # the last of the alerts given: 0, 12, 20, 24 (tasks/incident_clock.py)
    corrections = models.PositiveSmallIntegerField(default=0)  # of the moment of discovery; each arms the alerts anew
    version = models.PositiveIntegerField(default=0)
    token = models.UUIDField(default=uuid.uuid4, unique=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-discovered_at", "-id"]
        indexes = [
            models.Index(fields=["unit", "-discovered_at"], name="incident_unit"),
            models.Index(fields=["path", "-discovered_at"], name="incident_branch"),
            models.Index(fields=["-discovered_at"], name="incident_moment"),
            models.Index(fields=["discovered_at"], name="incident_unsent", condition=Q(reported_at=None, closed_at=None)),
            models.Index(fields=["discovered_at"], name="incident_open", condition=Q(closed_at=None)),
        ]

    def __str__(self):
        return f"{self.unit_id} {self.discovered_at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        self.folded = fold(f"{self.what} {self.system}")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("incident", args=[self.pk])

    # What a moment says of it

    @property
    def status(self):
        """The step it stands on, as a code: noted, reported, closed, dropped (no incident after all)."""
        if self.closed_at:
            return "closed" if self.reported_at else "dropped"
        return "reported" if self.reported_at else "noted"

    @property
    def is_unsent(self):
        return self.reported_at is None and self.closed_at is None

    @property
    def due_at(self):
        """The last moment at which the first report is in time."""
        return self.discovered_at + FIRST_REPORT

    def hours_late(self, *, at):
        """Begun hours by which the first report was, or at the moment `at` is, too late; 0 in time, and where none is owed."""
        if self.status == "dropped":
            return 0
        return max(0, -((self.due_at - (self.reported_at or at)) // HOUR))

    # Who may

    @staticmethod
    def may_be_noted_by(post):
        """Officials for their own units, clerks for the bodies of their area, naming for whom (trust.md §2)."""
        return post.role in {Role.OFFICIAL, Role.CLERK}

    def is_kept_by(self, post):
        return post.role in {Role.OFFICIAL, Role.CLERK} and self.unit_id in post.scope().own

    def may_be_reported_by(self, post):
        """As long as it is only noted its words can be completed, its discovery corrected, the report sent, the note dropped."""
        return self.is_unsent and self.is_kept_by(post)

    def may_be_followed_by(self, post):
        """Follow-ups and the closing report; the first report itself is never changed."""
        return self.status == "reported" and self.is_kept_by(post)

    def is_led_by(self, post):
        """A steering post above the unit; at the top the Centre's own."""
        is_above = self.path != post.unit.path or post.unit.parent_id is None
        return post.role == Role.STEERING and self.path.startswith(post.unit.path) and is_above

    def may_be_acknowledged_by(self, post):
        """Who leads it, once it is reported and once for each committee; nobody what they reported themselves."""
        return self.reported_at is not None and self.is_led_by(post) and self._waits_for(post)

    def _waits_for(self, post):
        reporters = [word.by for word in self.timeline if word.kind == IncidentWord.Kind.FIRST]
        heard = {word.by.unit_id for word in self.timeline if word.kind == IncidentWord.Kind.ACKNOWLEDGED}
        return post.unit_id not in heard and not any(reporter.shares_a_hand_with(post) for reporter in reporters)

    @cached_property
    def timeline(self):
        """Everything said of it, oldest first, with names and files."""
        return list(self.words.select_related("by__person", "by__unit__area", "by__deputises").prefetch_related("files"))

    @property
    def first_files(self):
        """Files that came with the note itself."""
        return [file for file in self.files.all() if file.word_id is None]


class IncidentWord(AppendOnly):
    """One thing said of an incident after the note: first report, follow-up, closing report, the superior's «đã tiếp nhận»."""

    class Kind(models.TextChoices):
        CORRECTED = "corrected", _("moment of discovery corrected")
        FIRST = "first", _("first report sent")
        FOLLOW_UP = "follow_up", _("follow-up")
        ACKNOWLEDGED = "acknowledged", _("acknowledged by the superior")
        CLOSED = "closed", _("closing report")
        DROPPED = "dropped", _("no incident after all")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="words")
    kind = models.CharField(max_length=12, choices=Kind)
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    spoken_for = models.CharField(_("on behalf of"), max_length=120, blank=True)
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    was = models.DateTimeField(null=True)  # of a correction: the discovery before and after
    now = models.DateTimeField(null=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["incident", "id"], name="incident_words")]
        constraints = [
            models.UniqueConstraint(fields=["incident"], name="incident_first_once", condition=Q(kind="first")),
            models.UniqueConstraint(fields=["incident"], name="incident_closed_once", condition=Q(kind__in=["closed", "dropped"])),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"


def incident_file_path(row, name):
    """A name of our own making, as for evidence."""
    return f"incidents/{timezone.now():%Y/%m}/{uuid.uuid4().hex}{PurePath(name).suffix.lower()[:10]}"


class IncidentFile(AppendOnly):
    """A file that came with the note, or with a word on it. Handed out only through a permission check."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="files")
    word = models.ForeignKey(IncidentWord, models.CASCADE, null=True, related_name="files")
    file = models.FileField(upload_to=incident_file_path, max_length=200)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    objects = FileManager()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.name
