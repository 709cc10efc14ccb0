"""Who: units over time, people, and the posts in which people act."""

from orgunits.models.change import FormerTerm, Succession, UnitChange, may_change
from orgunits.models.group import AddresseeGroup, Trait
from orgunits.models.people import ApiToken, Person, Post, PostQuerySet, Role, Scope
from orgunits.models.unit import AREAS, PREFIX, STEP, Alias, Kind, Level, OrgUnit, OrgUnitQuerySet, below

__all__ = [
    "AREAS",
    "PREFIX",
    "STEP",
    "AddresseeGroup",
    "Alias",
    "ApiToken",
    "FormerTerm",
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
]
