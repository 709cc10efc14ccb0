"""People, and the posts in which they act."""

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgunits.models.unit import STEP, Level, OrgUnit, below
from orgunits.words import fold


class PersonManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)

    def named(self, words):
        """People whose name or username holds `words`, accents or not."""
        return self.filter(folded__contains=fold(words))


class FoldedName(models.CharField):
    """The full name and the username without accents, computed at every save and every bulk insert."""

    def pre_save(self, person, add):
        person.folded = fold(f"{person.full_name} {person.username}")
        return person.folded


class Person(AbstractBaseUser):
    """Somebody who signs in. Rights follow the post, never the person."""

    username = models.CharField(_("username"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    full_name = models.CharField(_("full name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(default=True)
    folded = FoldedName(max_length=200, default="", editable=False)

    objects = PersonManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="username_once")]

    def __str__(self):
        return self.full_name

    def live_posts(self, *, on):
        return self.posts.live(on=on).select_related("unit__area", "person", "deputises").order_by("since", "id")


class Role(models.TextChoices):
    OFFICIAL = "official", _("Official")
    CLERK = "clerk", _("Clerk")
    STEERING = "steering", _("Steering committee")
    AUDITOR = "auditor", _("Inspection")
    ADMIN = "admin", _("Administrator")


class PostQuerySet(models.QuerySet):
    def live(self, *, on):
        return self.filter(since__lte=on, person__is_active=True).filter(Q(until=None) | Q(until__gte=on))

    def named(self, words):
        """Posts whose holder or unit is called so, accents or not."""
        wanted = fold(words)
        return self.filter(Q(person__folded__contains=wanted) | Q(unit__name_folded__contains=wanted))

    def deputies_of(self, posts, *, on):
        """Posts of those who stand in for one of `posts` (ids) on the day."""
        return self.live(on=on).filter(deputises__in=posts)

    def visible_to(self, post):
        """Self and who stands in; for clerks the own units' posts; for administrators, steering and inspection posts everybody below."""
        reach = Q(person=post.person_id) | Q(deputises__in=self.model.objects.filter(person=post.person_id).values("pk"))
        if post.role == Role.CLERK:
            reach |= Q(unit__in=post.scope().own)
        if post.role in {Role.ADMIN, Role.STEERING, Role.AUDITOR}:
            reach |= Q(**{f"unit__{name}": value for name, value in below(post.unit.path).items()})
        return self.filter(reach)


@dataclass(frozen=True)
class Scope:
    """The units within a post's reach: `own` ids, the nearest `area`, and the path of the whole branch it may read, or None.

    `own` holds the predecessors of own units too; `areas` are the ids of the area and its predecessors.
    """

    own: frozenset
    area: OrgUnit
    branch: str | None
    areas: frozenset

    @property
    def is_whole_country(self):
        """Whether the branch is that of the root: then no other reason to see a unit's work is worth asking for."""
        return self.branch is not None and len(self.branch) == STEP


class Post(models.Model):
    """A person in a role at a unit, from–to. A request and an API token act in exactly one."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=8, choices=Role)
    title = models.CharField(_("title"), max_length=120, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    deputises = models.ForeignKey("self", models.PROTECT, null=True, related_name="deputies")  # the post of who is absent
    instead_of = models.CharField(max_length=120, blank=True)  # their name, as it was

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["unit", "role"], name="post_unit")]

    def __str__(self):
        return f"{self.person} · {self.place}"

    @property
    def place(self):
        """«Chuyên viên · UBND phường Ba Ngòi», a deputy's with «(thay Nguyễn Văn An)»."""
        place = f"{self.title or self.get_role_display()} · {self.unit.full_name}"
        return gettext("%(place)s (in place of %(name)s)") % {"place": place, "name": self.instead_of} if self.instead_of else place

    @property
    def hands(self):
        """The people whose word an act in this post is: who acts and, with a deputy, who is absent."""
        return {self.person_id, *([self.deputises.person_id] if self.deputises_id else [])}

    def shares_a_hand_with(self, other):
        """Nobody confirms what they filed: neither themselves, nor through a deputy, nor as the deputy of who filed it."""
        return bool(self.hands & other.hands)

    def is_live(self, *, on):
        return self.since <= on and (self.until is None or on <= self.until) and self.person.is_active

    @property
    def reads_branch(self):
        return self.role in {Role.STEERING, Role.AUDITOR}

    # Who may (trust.md §2, «people and posts»). The journal and every list keep the post whatever becomes of it.

    def may_be_handed_over_by(self, post):
        """Whoever grants such a post; who stands in for somebody hands nothing over."""
        return self.deputises_id is None and may_grant(self.unit, self.role, post)

    def may_be_deputised_by(self, post):
        """Who holds it names a deputy, or who grants such a post. A deputy names no deputy."""
        if self.deputises_id or post.deputises_id:
            return False
        return self.person_id == post.person_id or may_grant(self.unit, self.role, post)

    def may_be_ended_by(self, post):
        """Whoever grants such a post, not the own one; a deputy's time also by who was absent."""
        if self.deputises_id and not post.deputises_id and self.deputises.person_id == post.person_id:
            return True
        return self.person_id != post.person_id and may_grant(self.unit, self.role, post)

    def lower_path(self):
        """The path under which the post reads what units below have issued or filed, or None.

        A branch for steering and inspection posts; above the wards also the area for whom it answers or who keeps it.
        """
        scope = self.scope()
        answers = scope.area.pk in scope.own and scope.area.level != Level.WARD
        return scope.branch or (scope.area.path if answers else None)

    def scope(self):
        """The post's Scope (trust.md §2), read once for each request."""
        if not hasattr(self, "_scope"):
            self._scope = self._read_scope()
        return self._scope

    def _read_scope(self):
        unit = self.unit
        area = unit if unit.is_area else unit.area
        reach = Q(pk=unit.pk) | Q(answers_through=unit) | Q(kept_by=unit)
        if unit.is_area and self.role in {Role.CLERK, Role.STEERING, Role.AUDITOR}:
            reach |= Q(area=unit)
        own = frozenset(OrgUnit.objects.filter(reach).values_list("pk", flat=True))
        before = OrgUnit.followed_by.rel.related_model.objects.before([*own, area.pk])
        areas = before[area.pk] | {area.pk}
        return Scope(own=own.union(*(before[pk] for pk in own)), area=area, branch=unit.path if self.reads_branch else None, areas=areas)


GRANTED = {Role.OFFICIAL, Role.CLERK, Role.STEERING}


def may_grant(unit, role, post):
    """«grant up to own role within sub» for steering posts; «accounts» for administrators of the branch. Deputies grant nothing."""
    if post.deputises_id or not unit.path.startswith(post.unit.path):
        return False
    return post.role == Role.ADMIN or (post.role == Role.STEERING and role in GRANTED)


class ApiToken(models.Model):
    """A key with which another system acts in one post. Only its hash is kept."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(_("may log progress"), default=False)
    made_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(_("expires on"))
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return self.name

    def is_live(self, *, on):
        return self.revoked_at is None and on <= self.expires_on
