"""Collective addressees, and the traits of units by which a rule chooses them."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgunits.models.people import Role
from orgunits.models.unit import OrgUnit


class AddresseeGroup(models.Model):
    """A collective addressee of a text, resolved by a rule, confirmed by a person and frozen when the plan is issued.

    `criteria` is the rule as data (orgunits/groups.py), None for a group listed by hand; `rule` says it in words. Once frozen
    the list changes only by late joiners, added by name; the next plan takes a fresh group `made_from` this one.
    """

    code = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(OrgUnit, models.PROTECT, related_name="groups")
    words = models.CharField(max_length=200)
    rule = models.TextField()
    criteria = models.JSONField(null=True)
    units = models.ManyToManyField(OrgUnit, related_name="in_groups")
    frozen_on = models.DateField(null=True)
    made_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewed_as")

    class Meta:
        ordering = ["owner__path", "words", "id"]

    def __str__(self):
        return self.words

    def get_absolute_url(self):
        return reverse("group", args=[self.pk])

    @property
    def is_open(self):
        """«…liên quan»: no rule resolves it, units are named one by one."""
        return self.criteria is None

    @staticmethod
    def may_be_made_by(post):
        """Clerks and steering posts make groups of their own area."""
        return post.role in {Role.CLERK, Role.STEERING} and post.scope().area.pk in post.scope().own

    def is_kept_by(self, post):
        """Whether the post speaks for the group's owner: clerks and steering posts of its area (trust.md §2, «plan, draft»)."""
        return post.role in {Role.CLERK, Role.STEERING} and self.owner_id in post.scope().own

    def may_be_changed_by(self, post):
        """A draft, by its owner; a frozen list is changed by nobody."""
        return self.frozen_on is None and self.is_kept_by(post)


class Trait(models.Model):
    """Something a unit has by which a rule may choose it: «có trung tâm dữ liệu riêng»."""

    class Code(models.TextChoices):
        OWN_DATA_CENTRE = "own_data_centre", _("has its own data centre")
        LEVEL_3_SYSTEM = "level_3_system", _("has an information system of level 3 or above")
        SPECIALISED_UNIT = "specialised_unit", _("has a specialised cyber security unit")
        BORDER = "border", _("lies on the border or the coast")

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="traits")
    code = models.CharField(max_length=24, choices=Code)

    class Meta:
        ordering = ["unit", "code"]
        constraints = [models.UniqueConstraint(fields=["unit", "code"], name="trait_once")]

    def __str__(self):
        return self.get_code_display()
