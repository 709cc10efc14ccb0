"""Units: one tree of areas and bodies, with their names and the time they are in force."""

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from orgunits.words import fold, sort_key

STEP = 4  # digits of `path` for one level of the tree


class Level(models.TextChoices):
    CENTRAL = "central", _("Central")
    PROVINCE = "province", _("Province")
    WARD = "ward", _("Ward")


class Kind(models.TextChoices):
    CENTRE = "centre", _("the Centre")
    PROVINCE = "tinh", _("province")
    CITY = "thanh_pho", _("city")
    COMMUNE = "xa", _("commune")
    URBAN_WARD = "phuong", _("ward")
    SPECIAL_ZONE = "dac_khu", _("special zone")
    STEERING = "steering", _("steering committee")
    STANDING = "standing", _("standing body")
    PARTY = "party", _("Party committee")
    PARTY_BODY = "party_body", _("Party body")
    ASSEMBLY = "assembly", _("assembly")
    GOVERNMENT = "government", _("government")
    FRONT = "front", _("Front")
    MASS = "mass", _("mass organisation")
    MINISTRY = "ministry", _("ministry")
    DEPARTMENT = "department", _("department")
    POLICE = "police", _("police")
    MILITARY = "military", _("military")
    COURT = "court", _("court or procuracy")
    ASSOCIATION = "association", _("association")
    FIRM = "firm", _("enterprise")
    OTHER = "other", _("other")


AREAS = [Kind.CENTRE, Kind.PROVINCE, Kind.CITY, Kind.COMMUNE, Kind.URBAN_WARD, Kind.SPECIAL_ZONE]
PREFIX = {Kind.PROVINCE: "tỉnh", Kind.CITY: "thành phố", Kind.COMMUNE: "xã", Kind.URBAN_WARD: "phường", Kind.SPECIAL_ZONE: "đặc khu"}


def below(path):
    """The half-open range of paths at and under `path`, for an index scan."""
    return {"path__gte": path, "path__lt": path + ":"}  # ":" follows "9"


class OrgUnitQuerySet(models.QuerySet):
    def areas(self):
        return self.filter(kind__in=AREAS)

    def in_force(self, *, on):
        """Units that exist on the day `on`, in their present term or an earlier one."""
        now = (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gte=on))
        then = Q(former_terms__until__gte=on) & (Q(former_terms__since=None) | Q(former_terms__since__lte=on))
        return self.filter(now | Q(pk__in=self.model.objects.filter(then).values("pk")))

    def within(self, unit):
        """`unit` and everything under it."""
        return self.filter(**below(unit.path))

    def visible_to(self, post):
        """The names of units are public to whoever has a post."""
        return self if post else self.none()

    def named(self, words):
        """Units whose name, code or alias holds `words`, accents or not, and those that follow such a unit by a merge or split."""
        wanted = fold(words)
        so_named = Q(name_folded__contains=wanted) | Q(code__iexact=words.strip()) | Q(aliases__name_folded__contains=wanted)
        ended = self.model.objects.filter(so_named).exclude(valid_to=None).order_by().values_list("pk", flat=True).distinct()
        heirs = self._successions().after(list(ended))
        return self.filter(so_named | Q(pk__in=set().union(*heirs.values()))).distinct()

    def current(self, code):
        """The units in force today behind a code, an old one too: the unit itself, or those that follow it, the main one first.

        A list; empty where nobody ever had the code, or nobody followed.
        """
        rows = self.select_related("area")
        unit = rows.filter(code=code).first() or rows.filter(aliases__name=code).order_by("-valid_from", "path").first()
        if unit is None or unit.valid_to is None:
            return [unit] if unit else []
        return [heir for heir in self.heirs([unit])[unit.pk] if heir.valid_to is None]

    def heirs(self, units):
        """{unit id: units that stand in its place, the main one first}; one without a successor stands for itself."""
        ids = self._successions().after([unit.pk for unit in units if unit.valid_to])
        others = self.model.objects.select_related("area", "parent").in_bulk({pk for line in ids.values() for pk in line})
        return {unit.pk: [others[pk] for pk in ids[unit.pk]] if unit.valid_to else [unit] for unit in units}

    def _successions(self):
        """The Succession rows, whose model stands on this one."""
        return self.model.followed_by.rel.related_model.objects


class OrgUnit(models.Model):
    """An area (Centre, province, ward) or a body in one. `path` holds STEP digits for each level, the root first."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    area = models.ForeignKey("self", models.PROTECT, null=True, related_name="bodies")
    path = models.CharField(max_length=32, unique=True)
    level = models.CharField(max_length=8, choices=Level)
    kind = models.CharField(max_length=12, choices=Kind)
    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=300)
    name_folded = models.CharField(max_length=300, editable=False)
    name_key = models.CharField(max_length=900, editable=False)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)  # the last day in force
    answers_through = models.ForeignKey("self", models.PROTECT, null=True, related_name="answers_for")
    kept_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="keeps")

    objects = OrgUnitQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        indexes = [models.Index(fields=["name_folded"], name="unit_name")]

    def __str__(self):
        return self.full_name

    def save(self, *args, **kwargs):
        self.fill()
        super().save(*args, **kwargs)

    def fill(self):
        """Compute the columns that follow from others."""
        self.name_folded = fold(self.full_name)
        self.name_key = sort_key(self.name)[:900]

    @property
    def is_area(self):
        return self.kind in AREAS

    def was_in_force(self, *, on):
        """Whether it existed on the day `on`, in its present term or an earlier one."""
        if (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to):
            return True
        terms = self.former_terms.all() if self.valid_from else ()
        return any((term.since is None or term.since <= on) and on <= term.until for term in terms)

    @property
    def full_name(self):
        """«phường Ba Ngòi», «Bộ Công an»."""
        prefix = PREFIX.get(self.kind)
        return f"{prefix} {self.name}" if prefix else self.name

    @cached_property
    def chain(self):
        """The areas above, nearest first."""
        paths = [self.path[:end] for end in range(len(self.path) - STEP, 0, -STEP)]
        return sorted(OrgUnit.objects.areas().filter(path__in=paths), key=lambda unit: -len(unit.path))


class Alias(models.Model):
    """Another way the texts write a unit's name."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    name_folded = models.CharField(max_length=200, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name_folded"], name="alias_once")]
        indexes = [models.Index(fields=["name_folded"], name="alias_name")]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_folded = fold(self.name)
        super().save(*args, **kwargs)
