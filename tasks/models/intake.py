"""A plan on its way in: the file as received, what was read in it, and the draft duties a clerk goes through alone."""

import hashlib
import uuid
from datetime import timedelta
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from journal.models import Entry
from orgunits.models import OrgUnit, Post, Role
from orgunits.words import fold
from plans.models import Plan
from tasks.models.progress import clean_name
from tasks.models.states import StaleWrite
from tasks.models.task import Task

LEASE = timedelta(minutes=16)  # a job is stopped after 15
MAX_TRIES = 3  # a file that kills its reader must not kill it every minute


def intake_path(intake, name):
    """A name of our own making, as for evidence."""
    return f"intake/{timezone.now():%Y/%m}/{uuid.uuid4().hex}{PurePath(name).suffix.lower()[:10]}"


class IntakeQuerySet(models.QuerySet):
    def visible_to(self, post):
        """trust.md §2, «plan, draft»: clerks create and edit their own area's; to everybody else it does not exist."""
        if post.role != Role.CLERK:
            return self.none()
        return self.filter(area__in=post.scope().own)

    def unread(self, *, at):
        """Files nobody has read and nobody holds (a claim older than the lease is void)."""
        return self.filter(state=Intake.State.WAITING).filter(Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE))

    def claim(self, pk, *, at):
        """True for exactly one worker: the file is its to read until the lease runs out."""
        return self.unread(at=at).filter(pk=pk).update(claimed_at=at, tries=F("tries") + 1) == 1

    def take(self, content, name, *, by, at, issuer=None):
        """Keep a file that was judged already. Returns (Intake, True), or (the one that holds the same file, False).

        `issuer` is the unit a person named as the plan's; without it the heading decides.
        """
        digest, area = hashlib.sha256(content).hexdigest(), by.scope().area
        same = self.standing().filter(area=area, sha256=digest)
        if found := same.first():
            return found, False
        intake = self.model(area=area, by=by, at=at, name=clean_name(name), size=len(content), sha256=digest, issuer=issuer)
        intake.file.save(name, ContentFile(content), save=False)
        try:
            with transaction.atomic():
                intake.save()
                Entry.objects.record(by=by, verb="intake.uploaded", target=intake, at=at, size=intake.size)
        except IntegrityError:  # the other half of a double click was first
            intake.file.delete(save=False)
            return same.get(), False
        return intake, True

    def standing(self):
        return self.exclude(state__in=Intake.GONE)

    def with_names(self):
        return self.select_related("area", "by__person", "by__unit", "issuer__area", "plan__document", "earlier__document", "earlier__unit")


class Intake(models.Model):
    """One file taken in. Its document facts are columns, its duties rows (Draft), its text lines (IntakeLine)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being read")
        REVIEW = "review", _("to be reviewed")
        KNOWN = "known", _("already known")
        FAILED = "failed", _("could not be read")
        CONFIRMED = "confirmed", _("confirmed")
        DISCARDED = "discarded", _("discarded")

    GONE = [State.FAILED, State.DISCARDED]

    area = models.ForeignKey(OrgUnit, models.PROTECT, related_name="intakes")
    by = models.ForeignKey(Post, models.PROTECT, related_name="intakes")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to=intake_path, max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    format = models.CharField(max_length=20, blank=True)
    revision = models.PositiveIntegerField(default=0)
    symbol = models.CharField(_("number and symbol"), max_length=60, blank=True)
    type = models.CharField(max_length=12, blank=True)
    type_name = models.CharField(max_length=60, blank=True)
    signed_on = models.DateField(null=True)
    issuer = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    issuer_words = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    bases = models.JSONField(default=list)
    recipients = models.JSONField(default=list)
    objectives = models.JSONField(default=list)
    indicators = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    earlier = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="+")
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="intakes")

    objects = IntakeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["area", "sha256"], name="intake_once", condition=~Q(state__in=["failed", "discarded"]))
        ]

    def __str__(self):
        return self.symbol or self.name

    def get_absolute_url(self):
        return reverse("intake", args=[self.pk])

    @staticmethod
    def may_be_made_by(post):
        """Clerks take in plans for the area they sit on."""
        return post.role == Role.CLERK and post.scope().area.pk in post.scope().own

    def may_be_reviewed_by(self, post):
        return post.role == Role.CLERK and self.area_id in post.scope().own

    def may_be_confirmed_by(self, post):
        """A plan becomes the area's own through the area that issues it; another's plan is only read here."""
        return self.may_be_reviewed_by(post) and self.issuer_id in post.scope().own

    @property
    def is_open(self):
        return self.state == self.State.REVIEW

    @property
    def percent(self):
        return min(100, 100 * self.done // self.total) if self.total else 0

    def locked(self, *, revision=None):
        """This intake under its row's lock, which orders all acts on it. Raises StaleWrite once it is no longer open."""
        intake = Intake.objects.select_for_update().get(pk=self.pk)
        if not intake.is_open or (revision is not None and revision != intake.revision):
            raise StaleWrite
        return intake

    @transaction.atomic
    def correct(self, fields, *, by, at, revision):
        """Change facts of the document. Raises StaleWrite."""
        self.locked(revision=revision)
        Intake.objects.filter(pk=self.pk).update(revision=F("revision") + 1, **fields)
        Entry.objects.record(by=by, verb="intake.corrected", target=self, at=at, fields=sorted(fields))

    @transaction.atomic
    def discard(self, *, by, at):
        """Throw the file and what was read in it away; that it was here stays in the journal."""
        intake = Intake.objects.select_for_update().get(pk=self.pk)
        if intake.state in [self.State.CONFIRMED, self.State.DISCARDED]:
            return
        intake.forget(self.State.DISCARDED)
        Entry.objects.record(by=by, verb="intake.discarded", target=self, at=at)

    def forget(self, state, problem=""):
        """Drop file, text and drafts; the row keeps `state` and one sentence."""
        for rows in (self.drafts, self.lines, self.left_out, self.steps):
            rows.all().delete()
        file = self.file
        Intake.objects.filter(pk=self.pk).update(state=state, problem=problem[:300], file="", claimed_at=None)
        transaction.on_commit(lambda: file and file.storage.delete(file.name))

    def tally(self):
        """{"drafts", "open", "doubtful", "undecided", "accepted", "dropped"}: how far the review is, in one question."""
        here, open_ = Q(state__in=Draft.KEPT), Q(state=Draft.State.OPEN)
        counts = self.drafts.aggregate(
            drafts=Count("pk", here),
            open=Count("pk", open_),
            doubtful=Count("pk", open_ & Q(weight__gt=0)),
            undecided=Count("pk", open_ & Q(weight=Draft.HEAVY)),
            accepted=Count("pk", Q(state=Draft.State.ACCEPTED)),
            dropped=Count("pk", Q(state=Draft.State.DROPPED)),
            all=Count("pk", ~Q(state=Draft.State.MERGED)),
        )
        return {**counts, "decided": counts["all"] - counts["open"]}


class IntakeLine(models.Model):
    """One paragraph, or one row of a table, of the text as read. `cells` holds one text for a paragraph."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    block = models.PositiveIntegerField()
    cells = models.JSONField()
    label = models.CharField(max_length=40, blank=True)
    is_row = models.BooleanField(default=False)
    is_heading = models.BooleanField(default=False)

    class Meta:
        ordering = ["intake", "position"]
        constraints = [models.UniqueConstraint(fields=["intake", "position"], name="intake_line_once")]

    def __str__(self):
        return " ".join(self.cells)[:80]


class LeftOut(models.Model):
    """A passage the finder took for no duty, with why; `draft` once a person took it in after all."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="left_out")
    position = models.PositiveIntegerField()
    text = models.TextField()
    why = models.CharField(max_length=200, blank=True)
    line = models.PositiveIntegerField(null=True)
    draft = models.ForeignKey("Draft", models.SET_NULL, null=True, related_name="+")

    WHY = {
        "document_heading": _("head of the document"),
        "basis": _("a basis"),
        "recipient": _("a recipient"),
        "heading": _("a heading"),
        "annex_heading": _("head of an annex"),
        "introduction": _("an introduction"),
        "before_first_section": _("before the first section"),
        "other_section": _("a section without duties"),
        "table_without_duties": _("a table without duties"),
        "refers_to_annex": _("only refers to the annex"),
        "form": _("a signature or a line of form"),
        "total": _("a total"),
        "row_without_words": _("a row without words"),
        "closing": _("closing words"),
        "name_only": _("only names"),
        "no_duty": _("says nothing to be done"),
    }

    class Meta:
        ordering = ["intake", "position"]

    def __str__(self):
        return self.text[:60]

    @property
    def why_words(self):
        """Why it was left out, in words; a reason this page does not know yet is shown as the finder names it."""
        return self.WHY.get(self.why, self.why.replace("_", " "))


class DraftQuerySet(models.QuerySet):
    def visible_to(self, post):
        return self.filter(intake__in=Intake.objects.visible_to(post))

    def kept(self):
        """Those that will be duties: not dropped, not merged away."""
        return self.filter(state__in=Draft.KEPT)

    def shown(self, show, words=""):
        """Those of one heap: all, doubtful, open, accepted, dropped; holding `words`, accents or not."""
        rows = self.exclude(state=Draft.State.MERGED)
        heaps = {"doubtful": {"state": "open", "weight__gt": 0}, "open": {"state": "open"}, "accepted": {"state": "accepted"}}
        rows = rows.filter(**{**heaps, "dropped": {"state": "dropped"}}.get(show, {}))
        return rows.filter(folded__contains=fold(words)) if words else rows

    def doubts_first(self):
        return self.annotate(urgent=models.Case(models.When(state="open", then=F("weight")), default=-1)).order_by(
            "-urgent", "position", "pk"
        )


class Draft(models.Model):
    """A duty as read, on its way to becoming a Task. Names stay as printed beside the units they were taken for."""

    class State(models.TextChoices):
        OPEN = "open", _("not looked at")
        ACCEPTED = "accepted", _("accepted")
        DROPPED = "dropped", _("dropped")
        MERGED = "merged", _("merged into another")

    KEPT = [State.OPEN, State.ACCEPTED]
    HEAVY = 2
    # What a person must have looked at (2), and what is only worth saying (1).
    DOUBTS = {
        "deadline_unread": (2, _("the deadline could not be read")),
        "unknown_unit": (2, _("a name that is no known unit")),
        "two_deadlines": (2, _("two deadlines in one place")),
        "past_at_signing": (2, _("overdue on the day of signing")),
        "child_later_than_parent": (2, _("later than the superior's duty")),
        "no_lead": (2, _("no lead")),
        "no_product": (1, _("no product")),
        "former_unit": (1, _("names a unit that has ended: read as the one that follows it")),
    }

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="drafts")
    position = models.PositiveIntegerField()
    ref = models.CharField(_("ref"), max_length=40)
    section = models.CharField(max_length=40, blank=True)
    section_title = models.CharField(max_length=300, blank=True)
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(blank=True)
    product = models.TextField(blank=True)
    deadline_words = models.CharField(max_length=500, blank=True)
    deadline = models.JSONField(default=dict)
    period = models.JSONField(null=True)  # the heading's deadline, for words that are empty
    decided_on = models.DateField(null=True)  # a day a person set in place of words nothing reads
    lead_words = models.CharField(max_length=500, blank=True)
    lead_role = models.CharField(max_length=200, blank=True)
    leads = models.JSONField(default=dict)  # {"names", "units", "groups", "unknown", "open"}
    coordinator_words = models.CharField(max_length=500, blank=True)
    coordinators = models.JSONField(default=dict)
    directing = models.JSONField(default=list)
    proposals = models.JSONField(default=list)  # [[unknown name, code of the nearest unit, likeness]]
    answers = models.JSONField(default=dict)  # {unknown name: {"unit": code or "", "alias": bool}}
    doubts = models.JSONField(default=list)
    weight = models.PositiveSmallIntegerField(default=0)
    suggestions = models.JSONField(default=list)  # [{"task", "likeness", "confident", "why"}]
    parent = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="+")
    carries = models.BooleanField(default=False)
    first_line = models.PositiveIntegerField(null=True)
    last_line = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    by_hand = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    folded = models.TextField(editable=False)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["intake", "position", "id"]
        indexes = [models.Index(fields=["intake", "state", "position"], name="draft_heap")]

    def __str__(self):
        return f"{self.ref} · {self.title}"

    def save(self, *args, **kwargs):
        self.fill()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("draft", args=[self.pk])

    def fill(self):
        """Compute the columns that follow from others."""
        self.folded = fold(f"{self.ref} {self.title} {self.text}")
        self.weight = max((self.DOUBTS[doubt][0] for doubt in self.doubts), default=0)

    @property
    def named_doubts(self):
        return [self.DOUBTS[doubt][1] for doubt in self.doubts]

    @property
    def unknown(self):
        """Names of both cells that are no known unit, in printed order, once each."""
        return list(dict.fromkeys([*self.leads.get("unknown", []), *self.coordinators.get("unknown", [])]))

    def codes(self, part):
        """The unit codes of "leads" or "coordinators": those read, then those a person chose for names nothing knew."""
        named = getattr(self, part)
        chosen = [self.answers.get(name, {}).get("unit") for name in named.get("unknown", [])]
        return list(dict.fromkeys([*named.get("units", []), *filter(None, chosen)]))


class Step(models.Model):
    """One act of the review, with what it changed: the ledger that undo reads from its end."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="steps")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verb = models.CharField(max_length=12)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # {draft id: {column: value}}
    made = models.JSONField(default=list)  # draft ids

    VERBS = {
        "accept": _("accepted"),
        "accept_all": _("accepted all without doubts"),
        "drop": _("dropped"),
        "restore": _("restored"),
        "edit": _("changed"),
        "split": _("split"),
        "merge": _("merged with the next"),
        "move": _("moved"),
        "add": _("added"),
        "rematch": _("matched names anew"),
    }

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.intake_id} {self.verb}"

    @property
    def words(self):
        return self.VERBS[self.verb]

    def touches(self, draft):
        return str(draft.pk) in self.before or draft.pk in self.made


def next_position(intake):
    return (intake.drafts.aggregate(last=Max("position"))["last"] or 0) + 1
