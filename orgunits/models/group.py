"""Collective addressees, and the traits of units by which a rule chooses them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
