"""Who: units over time, people, and the posts in which people act."""

from orgunits.models.change import FormerTerm, Succession, UnitChange, may_change
from orgunits.models.group import AddresseeGroup, Trait
from orgunits.models.handover import Handover
from orgunits.models.people import GRANTED, ApiToken, Person, Post, PostQuerySet, Role, Scope, may_grant
from orgunits.models.unit import AREAS, PREFIX, STEP, Alias, Kind, Level, OrgUnit, OrgUnitQuerySet, below

__all__ = [
    "AREAS",
    "GRANTED",
    "PREFIX",
    "STEP",
    "AddresseeGroup",
    "Alias",
    "ApiToken",
    "FormerTerm",
    "Handover",
    "Kind",
    "Level",
    "OrgUnit",
    "OrgUnitQuerySet",
    "Person",
    "Post",
    "PostQuerySet",
    "Role",
    "Scope",
    "Succession",
    "Trait",
    "UnitChange",
    "below",
    "may_change",
    "may_grant",
]
