"""What happened (Entry) and its place in the chain (Seal), who was told (Notice, Digest), and that the machine is alive (Heartbeat)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that are written once: many of them cannot be changed or deleted together either. Raises TypeError."""

    def _refused(self, *args, **kwargs):
        raise TypeError(f"{self.model.__name__} rows are never changed or deleted; write a new one.")

    update = delete = bulk_update = _refused

    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        if update_conflicts:
            self._refused()
        return super().bulk_create(objs, *args, **kwargs)


class AppendOnly(models.Model):
    """A row that is written once. Changing or deleting it through the application raises TypeError.

    A model with a manager of its own builds it on AppendOnlyQuerySet. The database refuses too (journal/guarding.py).
    """

    is_written_once = True

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk and not kwargs.get("force_insert"):
            raise TypeError(f"{type(self).__name__} rows are never changed; write a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError(f"{type(self).__name__} rows are never deleted.")


class EntryManager(models.Manager.from_queryset(AppendOnlyQuerySet)):
    def record(self, *, by, verb, target, at=None, **facts):
        """Write what `by` (a post, or None for the portal itself) did to `target`, inside the act's own transaction.

        `verb` is "noun.done" («progress.logged»); `facts` must be JSON. Returns the Entry.
        """
        return self.create(
            at=at or timezone.now(),
            post=by,
            person=by and by.person,
            verb=verb,
            target_type=ContentType.objects.get_for_model(target),
            target_id=target.pk,
            facts=facts,
        )

    def record_all(self, acts, *, by, at):
        """Write many acts of one moment together. `acts`: [(verb, target, facts)]."""
        rows = [
            Entry(
                at=at,
                post=by,
                person=by and by.person,
                verb=verb,
                target_type=ContentType.objects.get_for_model(target),
                target_id=target.pk,
                facts=facts,
            )
            for verb, target, facts in acts
        ]
        return self.bulk_create(rows, batch_size=1000)

    def about(self, target):
        return self.filter(target_type=ContentType.objects.get_for_model(target), target_id=target.pk)


class Entry(AppendOnly):
    """One act: who (person and post), when, what, on what."""

    at = models.DateTimeField(_("moment"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey("orgunits.Post", models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    target_type = models.ForeignKey(ContentType, models.PROTECT)
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    facts = models.JSONField(default=dict)

    objects = EntryManager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="entry_target"),
            models.Index(fields=["post", "at"], name="entry_post"),
            models.Index(fields=["at", "id"], name="entry_at"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class Seal(AppendOnly):
    """An entry's place in the chain (journal/sealing.py): the n-th, counted from 1 without gaps.

    `digest` is SHA-256, in hexadecimal, over the digest before it and everything the entry says.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="seal")
    n = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["n"]

    def __str__(self):
        return f"{self.n} {self.digest[:12]}"


NEWS = timedelta(days=1)


class NoticeQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def untold(self):
        """Notices no letter carries yet."""
        return self.filter(digest=None)

    def at_once(self, *, at):
        """Urgent ones no letter carries yet. What was written more than a day ago is no news any more: it goes with the day's letter."""
        return self.untold().filter(urgent=True, at__gte=at - NEWS)

    def for_the_day(self, *, at):
        """All others no letter carries yet."""
        return self.untold().filter(Q(urgent=False) | Q(at__lt=at - NEWS))

    def visible_to(self, post):
        return self.filter(person=post.person_id)

    def tell(self, people, *, key, kind, title, body="", link="", at=None, urgent=False):
        """Write one notice for each of `people` (ids) under `key`; a person already told under it is not told again.

        One that is `urgent` has a letter of its own; wake(journal.jobs.send_urgent) sends it without waiting for the minute sweep.

        Returns how many were new. The unique pair (person, key) makes "once" true whatever dies in between.
        """
        wanted = set(people)
        told = set(self.filter(person__in=wanted, key=key).values_list("person_id", flat=True))
        rows = [
            Notice(person_id=pk, key=key, kind=kind, title=title[:300], body=body, link=link, at=at or timezone.now(), urgent=urgent)
            for pk in wanted - told
        ]
        self.bulk_create(rows, ignore_conflicts=True)
        return len(rows)

    def holders(self, people, keys):
        """{(person id, key)}: which of `people` (ids) were told under which of `keys`."""
        return set(self.filter(person__in=people, key__in=keys).values_list("person", "key"))

    def not_told(self, rows):
        """Of `rows` (unsaved notices, any people and keys) those still to be told, each pair of person and key once."""
        wanted = {(row.person_id, row.key): row for row in reversed(rows)}
        pairs = list(wanted)
        told = set()
        for start in range(0, len(pairs), 5000):  # a database takes only so many values in one question
            people, keys = zip(*pairs[start : start + 5000], strict=True)
            told.update(self.filter(person__in=set(people), key__in=set(keys)).values_list("person_id", "key"))
        return [wanted[pair] for pair in reversed(pairs) if pair not in told]

    def tell_all(self, rows):
        """Write many notices at once, for many people and keys, with as few questions as `tell`. Returns how many were new."""
        fresh = self.not_told(rows)
        self.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)
        return len(fresh)


class Notice(models.Model):
    """One person told of one event. Written before anything is sent."""

    class Kind(models.TextChoices):
        DEADLINE = "deadline", _("Deadline")
        OVERDUE = "overdue", _("Overdue")
        SILENCE = "silence", _("Silence")
        RESULT = "result", _("Result")
        REPORT = "report", _("Report")
        PLAN = "plan", _("Plan")
        INCIDENT = "incident", _("Incident")
        POST = "post", _("Post")
        DIFFICULTY = "difficulty", _("Difficulty")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    urgent = models.BooleanField(default=False)  # a letter of its own, at once
    digest = models.ForeignKey("journal.Digest", models.SET_NULL, null=True, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    overtaken = ()  # of an unsaved reminder: the keys of earlier steps that the one it bears has overtaken

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-at"], name="notice_inbox"),
            models.Index(fields=["link"], name="notice_link"),
            models.Index(fields=["person"], name="notice_untold", condition=Q(digest=None)),
            models.Index(fields=["id"], name="notice_urgent", condition=Q(digest=None, urgent=True)),
        ]

    def __str__(self):
        return self.title

    @classmethod
    def at_step(cls, stem, steps, **fields):
        """An unsaved reminder of the latest of `steps`: its key is «stem/step»."""
        notice = cls(key=f"{stem}/{steps[-1]}", **fields)
        notice.overtaken = [f"{stem}/{step}" for step in steps[:-1]]
        return notice


LEASE = timedelta(minutes=10)


class DigestQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Administrators see that letters to people of their branch leave or not, never what stands in them (trust.md §2)."""
        if post.role != "admin":  # Role.ADMIN, of a room this one does not know
            return self.none()
        people = get_user_model().objects.filter(posts__unit__path__startswith=post.unit.path)
        return self.filter(person__in=people.values("pk"))

    def daily(self):
        return self.filter(slot=self.model.DAILY)

    def waiting(self):
        """Not sent yet: in somebody's hands, or tried again by themselves. A relay that is down leaves them here."""
        return self.filter(sent_at=None)

    def dead(self):
        """Dealt with though no letter left: it never can, until somebody mends what stands in its way and tries it again."""
        return self.filter(sent_at__isnull=False).exclude(problem__in=["", self.model.NOTHING_IN_IT])

    def unsent(self, *, at):
        """Letters not sent and not in another worker's hands (a claim older than the lease is void)."""
        return self.filter(sent_at=None).filter(Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE))

    def claim(self, pk, *, at):
        """True for exactly one worker: the row is its to send until the lease runs out."""
        return self.unsent(at=at).filter(pk=pk).update(claimed_at=at, tries=models.F("tries") + 1) == 1


class Digest(models.Model):
    """One letter to one person: the day's, or that of one urgent notice, whose id is its slot."""

    DAILY = 0
    NO_ADDRESS = "không có địa chỉ thư"
    BAD_ADDRESS = "địa chỉ thư không dùng được"
    NO_ACCOUNT = "tài khoản đã khóa"
    NOTHING_IN_IT = "không có nội dung"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests")
    on = models.DateField()
    slot = models.BigIntegerField(default=DAILY)
    planned_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)  # dealt with: sent, or with a `problem` dead
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        ordering = ["on", "id"]
        constraints = [models.UniqueConstraint(fields=["person", "on", "slot"], name="digest_once")]
        indexes = [
            models.Index(fields=["on", "id"], name="digest_unsent", condition=Q(sent_at=None)),
            models.Index(fields=["id"], name="digest_dead", condition=~Q(problem="") & Q(sent_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.on} {self.person_id}"

    @property
    def is_dead(self):
        return self.sent_at is not None and self.problem not in {"", self.NOTHING_IN_IT}

    @property
    def why_dead(self):
        """The reason in words for whoever reads of it beside a duty: the relay's own words may hold an address."""
        words = {self.NO_ADDRESS: _("no address"), self.BAD_ADDRESS: _("not an address"), self.NO_ACCOUNT: _("account locked")}
        return words.get(self.problem, _("the mail server refuses the recipient")) if self.is_dead else ""

    @property
    def is_urgent(self):
        return self.slot != self.DAILY

    @property
    def message_id(self):
        """The same for every attempt, so that a letter that left twice is shown once."""
        if self.is_urgent:
            return f"<notice-{self.slot}@thongsuot>"
        return f"<digest-{self.on:%Y%m%d}-{self.person_id}@thongsuot>"


class HeartbeatManager(models.Manager):
    def beat(self, name, *, at=None):
        """`at`: when the job began, for a job each day must have seen; what ran over midnight was the day's before."""
        self.update_or_create(name=name, defaults={"at": at or timezone.now()})


class Heartbeat(models.Model):
    """The last moment a job was seen alive."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    objects = HeartbeatManager()

    def __str__(self):
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
