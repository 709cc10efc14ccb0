"""What a unit did (append-only), its evidence, and the superior's verdict."""

import hashlib
import uuid
from contextlib import contextmanager
from pathlib import PurePath

import filetype
from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from journal.models import AppendOnly, AppendOnlyQuerySet, Entry, Notice
from orgunits.models import Post
from tasks.deadlines import Clock
from tasks.models.answer import Answer
from tasks.models.assignment import Assignment, hangs_from
from tasks.models.progress_draft import ProgressDraft
from tasks.models.states import OFF, StaleWrite, State


class ProgressQuerySet(AppendOnlyQuerySet):
    def visible_to(self, post):
        return self.filter(assignment__in=Assignment.objects.visible_to(post))

    def standing(self):
        """Entries no verdict has returned."""
        return self.exclude(verdict__ok=False)

    def awaiting(self):
        """Those that wait for the superior's word: the newest word of their stage, which needs one and has none.

        Each with `since`, the moment from which it hangs: words added to a result do not shorten its waiting, a pause does.
        """
        later = self.model.objects.filter(answer=OuterRef("answer"), pk__gt=OuterRef("pk")).exclude(says=Progress.Says.NOTHING)
        return self.filter(~Exists(later), needs_verdict=True, verdict=None).annotate(since=hangs_from(Coalesce("answer__said_at", "at")))

    def with_names(self):
        return self.select_related(
            "by__person", "by__unit", "by__deputises", "verdict__by__person", "verdict__by__unit", "answer__stage"
        ).prefetch_related("evidence")


class Progress(AppendOnly):
    """One entry in a duty's history. A correction is a new row."""

    class Says(models.TextChoices):
        NOTHING = "nothing", _("nothing to report")
        DOING = "doing", _("in progress")
        DONE = "done", _("done")

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="progress")
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="progress")
    by = models.ForeignKey(Post, models.PROTECT, related_name="progress")
    spoken_for = models.CharField(_("on behalf of"), max_length=120, blank=True)
    at = models.DateTimeField()
    says = models.CharField(_("state"), max_length=8, choices=Says)
    percent = models.PositiveSmallIntegerField(_("percent"), null=True)
    words = models.TextField(_("what was done"), blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    proposals = models.TextField(_("proposals"), blank=True)
    needs_verdict = models.BooleanField(default=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["assignment", "-id"], name="progress_history"), models.Index(fields=["at"], name="progress_at")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d} {self.get_says_display()}"

    @property
    def has_result(self):
        return self.says != self.Says.NOTHING

    def may_be_judged_by(self, post):
        """Nobody confirms what they filed, nor what was filed by or for whom they stand in."""
        return self.needs_verdict and self.assignment.may_be_judged_by(post) and not self.by.shares_a_hand_with(post)

    def is_newest_word(self):
        """False where a later entry of the same stage has taken this one's place."""
        return not Progress.objects.filter(answer=self.answer_id, pk__gt=self.pk).exclude(says=self.Says.NOTHING).exists()

    @transaction.atomic
    def judge(self, *, by, at, ok, reason=""):
        """Confirm this entry, or return it with a reason. Returns the Verdict; a second identical one changes nothing.

        Raises StaleWrite where a newer entry of the same stage stands, or somebody judged otherwise meanwhile.
        """
        assignment = Assignment.objects.select_for_update().get(pk=self.assignment_id)
        judged = Verdict.objects.filter(progress=self).first()
        if judged and judged.ok == ok:
            return judged
        if judged or not self.is_newest_word():
            raise StaleWrite
        verdict = Verdict.objects.create(progress=self, ok=ok, reason=reason, by=by, at=at)
        assignment.take_verdict(verdict)
        self._tell(verdict)
        Entry.objects.record(
            by=by, verb="progress.confirmed" if ok else "progress.returned", target=assignment, at=at, progress=self.pk, reason=reason
        )
        return verdict

    def _tell(self, verdict):
        """The writer and the responsible person hear what the superior said."""
        people = {self.by.person_id} | self.assignment.named_person(on=timezone.localdate(verdict.at))
        with translation.override("vi"):
            words = _("Confirmed: %(title)s") if verdict.ok else _("Returned: %(title)s")
            Notice.objects.tell(
                people - {verdict.by.person_id},
                key=f"verdict/{self.pk}",
                kind=Notice.Kind.RESULT,
                title=str(words) % {"title": self.assignment.task.title},
                body=verdict.reason,
                link=self.assignment.get_absolute_url(),
                at=verdict.at,
            )


@transaction.atomic
def log_progress(
    assignment,
    *,
    by,
    at,
    says,
    answer=None,
    words="",
    percent=None,
    difficulties="",
    proposals="",
    spoken_for="",
    files=(),
    token=None,
    version=None,
    draft="",
):
    """Add an entry to an assignment's history: one transaction of row lock, entry, evidence, state and journal.

    `answer` is the stage's answer (default: the current one), `version` the one the writer saw (None: not checked),
    `token` makes a repeated submit the same entry. The draft whose words these are goes with it: the one the page `token` kept, or the
    one stamped `draft`. Returns the Progress. Raises StaleWrite; nothing is left on the disk where anything fails. Raises
    Unproven where DONE_WITHOUT_EVIDENCE refuses what no file proves.
    """
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    again = token and Progress.objects.filter(token=token).first()
    if again and again.assignment_id == assignment.pk:
        return again
    if again or (version is not None and version != assignment.version):
        raise StaleWrite
    answer = assignment.answers.get(pk=answer.pk) if answer else assignment.current_answer()
    if answer.state == State.DONE or assignment.state in OFF:
        raise StaleWrite
    if lacks_proof(answer, says, files):
        raise Unproven
    progress = assignment.progress.create(
        answer=answer,
        by=by,
        at=at,
        says=says,
        words=words,
        percent=percent,
        difficulties=difficulties,
        proposals=proposals,
        spoken_for=spoken_for,
        needs_verdict=says == Progress.Says.DONE or (says == Progress.Says.DOING and answer.clock == Clock.ONGOING),
        token=token or uuid.uuid4(),
    )
    with Evidence.objects.attached(files, progress=progress):
        assignment.take_progress(progress, proves=bool(files))
        ProgressDraft.objects.end(by=by, assignment=assignment, page=token, stamp=draft)
        Entry.objects.record(by=by, verb="progress.logged", target=assignment, at=at, progress=progress.pk, says=says, files=len(files))
    return progress


class Unproven(Exception):
    """Said to be done without a file, where DONE_WITHOUT_EVIDENCE refuses that."""


def lacks_proof(answer, says, files):
    """Whether an entry is refused: it says done, brings no file, and no file of an earlier entry proves the stage."""
    return settings.DONE_WITHOUT_EVIDENCE == "refuse" and says == Progress.Says.DONE and not files and not answer.is_proven


class Verdict(AppendOnly):
    """The superior's word on one entry: confirmed, or returned with a reason."""

    progress = models.OneToOneField(Progress, models.CASCADE, related_name="verdict")
    ok = models.BooleanField()
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(Post, models.PROTECT, related_name="verdicts")
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.progress_id} {self.ok}"


def evidence_path(evidence, name):
    """A name of our own making: what a person called the file is kept in the row, never on the disk."""
    return f"evidence/{timezone.now():%Y/%m}/{uuid.uuid4().hex}{PurePath(name).suffix.lower()[:10]}"


class FileManager(models.Manager.from_queryset(AppendOnlyQuerySet)):
    """Of rows that are one file each; `owner` are the fields of what the file belongs to."""

    @contextmanager
    def attached(self, files, **owner):
        """Attach files to their owner for what follows in its transaction: where any of it fails, no file is left on the disk."""
        field, paths = self.model._meta.get_field("file"), []
        try:
            for file in files:
                paths.append(field.upload_to(None, file.name))
                self.attach(file, path=paths[-1], **owner)
            yield
        except BaseException:
            for path in paths:
                field.storage.delete(path)
            raise

    def attach(self, file, *, path=None, **owner):
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        facts = {"name": clean_name(file.name), "size": file.size, "sha256": digest.hexdigest(), "media_type": media_type(file)}
        field = self.model._meta.get_field("file")
        stored = field.storage.save(path or field.upload_to(None, file.name), file)
        return self.create(file=stored, **facts, **owner)


class Evidence(AppendOnly):
    """A file that proves an entry. Handed out only through a permission check, never shown inline as a page."""

    progress = models.ForeignKey(Progress, models.CASCADE, related_name="evidence")
    file = models.FileField(upload_to=evidence_path, max_length=200)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    objects = FileManager()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.name


MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}


def media_type(file):
    """The type of a file by its content, one of MEDIA_TYPES' values, or None where it is none of them or lies about its name."""
    file.seek(0)
    head = file.read(8192)
    guess = filetype.guess(head)
    wanted = MEDIA_TYPES.get(PurePath(file.name).suffix.lower().lstrip("."))
    found = guess.mime if guess else None
    if wanted and wanted.startswith("application/vnd.openxml") and found in {wanted, "application/zip"}:
        found = wanted if _is_office(file, head) else None
    file.seek(0)
    return wanted if wanted == found else None


def _is_office(file, head):
    """Whether an archive lists what every Office file holds. Only its first and last bytes are read, nothing is unpacked."""
    file.seek(max(file.size - 65536, 0))
    return any(b"[Content_Types].xml" in part for part in (head, file.read(65536)))


def clean_name(name):
    """A file's name without folders or marks that could mislead; at most 200 characters."""
    bare = PurePath(name.replace("\\", "/")).name
    visible = "".join(char for char in bare if char.isprintable())
    return (visible or get_valid_filename("tep"))[-200:]
