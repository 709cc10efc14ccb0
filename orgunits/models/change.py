"""Units over time: merged, split, renamed, closed, each by a document and from a day on; nothing before that day is rewritten."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgunits.models.people import Post, Role
from orgunits.models.unit import OrgUnit


class UnitChangeQuerySet(models.QuerySet):
    def standing(self):
        """Changes nobody has taken back."""
        return self.filter(dropped_at=None)

    def pending(self):
        """Recorded, neither carried out nor taken back."""
        return self.standing().filter(applied_at=None)

    def waiting(self):
        """Recorded by an administrator; a second person has not looked yet."""
        return self.pending().filter(approved_at=None)

    def due(self, *, on):
        """At or past their day and not yet carried out; oldest first, so that one may build on another."""
        return self.pending().filter(approved_at__isnull=False, on__lte=on).order_by("on", "id")

    def claim(self, pk, *, at):
        """True for exactly one caller: the change is carried out once. Call inside the transaction that carries it out."""
        return self.pending().filter(pk=pk, approved_at__isnull=False).update(applied_at=at) == 1

    def visible_to(self, post):
        """What is decided is public like the names of units; what waits for a second person is for those who decide."""
        if post and post.role in {Role.ADMIN, Role.STEERING}:
            return self
        return self.filter(approved_at__isnull=False) if post else self.none()

    def concerning(self, unit):
        """Changes carried out that ended `unit`, made it, or led others to it."""
        return self.filter(Q(successions__old=unit) | Q(successions__new=unit), applied_at__isnull=False).distinct()


class UnitChange(models.Model):
    """A dated act on the tree. A wrong one is put right by a later one that `corrects` it, never by editing."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("merged")
        SPLIT = "split", _("split")
        RENAME = "rename", _("renamed")
        CLOSE = "close", _("closed")
        RESTORE = "restore", _("restored")

    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()  # the first day of the new order
    document = models.ForeignKey("plans.Document", models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    facts = models.JSONField(default=dict)  # names before and after, what was asked for
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)  # taken back before its day, or refused by the second person; the journal says by whom

    objects = UnitChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self):
        return f"{self.kind} {self.on}"

    def get_absolute_url(self):
        return reverse("unit_change", args=[self.pk])

    @property
    def status(self):
        """The step it stands on, as a code: dropped, waiting (for a second person), coming (for its day), applied, corrected."""
        if self.dropped_at:
            return "dropped"
        if self.applied_at:
            corrected = getattr(self, "corrected_by", None)
            return "corrected" if corrected and corrected.applied_at else "applied"
        return "coming" if self.approved_at else "waiting"

    @property
    def concerned(self):
        """Ids of the units that existed when it was recorded: those that change, and those that follow them."""
        return [*self.facts["olds"], *(line["unit"] for line in self.facts.get("into", ()) if "unit" in line)]

    # Who may (each of `units` are those concerned)

    def may_be_approved_by(self, post, units):
        """The second person: another administrator of the branch, or a steering post above every unit concerned."""
        is_second = self.status == "waiting" and not post.shares_a_hand_with(self.by)
        return is_second and all(may_change(unit, post) for unit in units)

    def may_be_dropped_by(self, post, units):
        """Before it is carried out: whoever recorded it, or may change these units."""
        return self.status in {"waiting", "coming"} and (post.pk == self.by_id or all(may_change(unit, post) for unit in units))

    def may_be_corrected_by(self, post, units):
        return self.status == "applied" and self.kind != self.Kind.RESTORE and all(may_change(unit, post) for unit in units)


def may_change(unit, post):
    """Steering posts of an area above the unit; administrators of the branch, whose record a second person approves."""
    if unit.parent_id is None or not unit.path.startswith(post.unit.path):
        return False
    return post.role == Role.ADMIN or (post.role == Role.STEERING and post.unit.is_area and unit.pk != post.unit_id)


class SuccessionQuerySet(models.QuerySet):
    def in_effect(self):
        """Merges and splits carried out and not corrected since."""
        kinds = [UnitChange.Kind.MERGE, UnitChange.Kind.SPLIT]
        carried_out = self.filter(change__kind__in=kinds, change__applied_at__isnull=False, new__isnull=False)
        return carried_out.filter(change__corrected_by__applied_at=None)

    def before(self, ids):
        """{unit id: the ids of all it follows, at any remove} for the units `ids`; one query for each generation."""
        links, edge = {}, set(ids)
        while edge:
            pairs = list(self.in_effect().filter(new__in=edge).values_list("new", "old"))
            for new, old in pairs:
                links.setdefault(new, set()).add(old)
            edge = {old for _, old in pairs} - set(links)
        return {pk: _reached(links, pk) for pk in ids}

    def after(self, ids):
        """{unit id: the ids of those that follow it today, the main one first} for `ids`; a unit nobody follows is its own."""
        links, edge = {}, set(ids)
        while edge:
            pairs = list(self.in_effect().filter(old__in=edge).order_by("position", "change", "pk").values_list("old", "new"))
            for old, new in pairs:
                links.setdefault(old, []).append(new)
            edge = {new for _, new in pairs} - set(links)
        return {pk: list(dict.fromkeys(_ends(links, pk))) for pk in ids}


def _reached(links, start):
    seen, edge = set(), {start}
    while edge:
        edge = {old for pk in edge for old in links.get(pk, ())} - seen
        seen |= edge
    return frozenset(seen - {start})


def _ends(links, pk, seen=()):
    if pk not in links or pk in seen:
        yield pk
        return
    for new in links[pk]:
        yield from _ends(links, new, (*seen, pk))


class Succession(models.Model):
    """`new` follows `old` by a change; `new` is empty where a unit is closed without a successor."""

    change = models.ForeignKey(UnitChange, models.PROTECT, related_name="successions")
    old = models.ForeignKey(OrgUnit, models.PROTECT, related_name="followed_by")
    new = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="follows")
    position = models.PositiveSmallIntegerField(default=0)  # 0 is the main successor, who takes what names the old unit alone

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        ordering = ["change", "old", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["change", "old", "new"], name="succession_once")]

    def __str__(self):
        return f"{self.old_id} → {self.new_id}"


class FormerTerm(models.Model):
    """An earlier time in which a unit was in force, kept where it came back."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="former_terms")
    since = models.DateField(null=True)
    until = models.DateField()

    class Meta:
        ordering = ["unit", "until", "id"]

    def __str__(self):
        return f"{self.unit_id} {self.since}–{self.until}"
