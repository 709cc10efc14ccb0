"""Who is told of a duty: the people of the unit that answers, of the committee that confirms, of the area something lies with.

One rule with the rights: told is who may act on it today. Whoever left is not told, whoever stands in is, and a unit that ended is
answered for by those that follow it.
"""

from collections import defaultdict

from django.db.models import Q

from orgunits.models import OrgUnit, Post, Role


class Readers:
    """The people to tell about a list of assignments, in few queries however long it is. Posts are those live on `on`.

    `authors`: the posts whose word is spoken of, where answering() is asked about them; `escalate` where above() is.
    """

    def __init__(self, assignments, *, on, escalate=False, authors=()):
        self.on = on
        self.heirs = OrgUnit.objects.heirs(list({row.unit_id: row.unit for row in assignments}.values()))
        units = [unit for line in self.heirs.values() for unit in line]
        self.officials = self._officials({pk for unit in units for pk in desks(unit)})
        without = {pk for unit in units if not self._of_unit(unit) for pk in (unit.pk, unit.area_id)}
        self.clerks = people_of(without, roles=[Role.CLERK], on=on) if without else {}
        higher = {_area_above(row) for row in assignments} if escalate else set()
        areas = {_confirming_area(row) for row in assignments} | higher - {None}
        self.steering = people_of(areas, roles=[Role.STEERING], on=on)
        self.deputies = self._deputies({row.owner_id for row in assignments if row.owner_id} | {post.pk for post in authors})

    def answering(self, assignment, *, author=None):
        """The owner («rõ người») and who stands in, else every official whose unit answers for the duty, where it has none the clerks of
        its area, who log for it; and who holds the post `author`. A set of person ids."""
        said = self._holding(author)
        if owners := self._holding(assignment.owner):
            return owners | said
        line = self.heirs[assignment.unit_id]
        officials = {person for unit in line for person in self._of_unit(unit)}
        clerks = {person for unit in line for pk in (unit.pk, unit.area_id) for person in self.clerks.get(pk, ())}
        return said | (officials or clerks)

    def _of_unit(self, unit):
        return {person for pk in desks(unit) for person in self.officials[pk]}

    def confirming(self, assignment):
        """The steering committee that confirms the duty. A set of person ids."""
        return self.steering[_confirming_area(assignment)]

    def above(self, assignment):
        """The steering committee one level above the confirming one (from a Readers that may `escalate`). A set of person ids."""
        return self.steering.get(_area_above(assignment), set())

    def _holding(self, post):
        """Who holds a post and who stands in for them; nobody where it is None or over."""
        return {post.person_id, *self.deputies[post.pk]} if post and post.is_live(on=self.on) else set()

    def _officials(self, units):
        people = defaultdict(set)
        posts = Post.objects.live(on=self.on).filter(role=Role.OFFICIAL, unit__in=units)
        for unit, person in posts.values_list("unit", "person"):
            people[unit].add(person)
        return people

    def _deputies(self, posts):
        people = defaultdict(set)
        for post, person in Post.objects.deputies_of(posts, on=self.on).values_list("deputises", "person"):
            people[post].add(person)
        return people


def people_of(areas, *, roles, on):
    """{area id: person ids of the posts in `roles` that act for it on the day `on`}; an area that ended has those of its heirs.

    They sit on the area itself, or on the body of it that answers for it or keeps it, as Post.scope says.
    """
    heirs = OrgUnit.objects.heirs(list(OrgUnit.objects.filter(pk__in=areas)))
    acting = {(unit.pk, pk) for line in heirs.values() for unit in line for pk in desks(unit)}
    people = defaultdict(set)
    posts = Post.objects.live(on=on).filter(unit__in={desk for _unit, desk in acting}, role__in=roles)
    for desk, area, person in posts.values_list("unit", "unit__area", "person"):
        for place in {desk, area}:
            if (place, desk) in acting:
                people[place].add(person)
    return {pk: {person for unit in line for person in people[unit.pk]} for pk, line in heirs.items()}


def desks(unit):
    """Ids of the unit, the body it answers through and the unit that keeps it (Assignment.possible_owners)."""
    return [pk for pk in (unit.pk, unit.answers_through_id, unit.kept_by_id) if pk]


def _confirming_area(assignment):
    """The plan's unit; for what it leads itself one level up, or itself at the top (Assignment.may_be_judged_by)."""
    owner = assignment.plan.unit
    return (assignment.self_led and owner.parent_id) or owner.pk


def _area_above(assignment):
    """One level above the confirming area; None above the Centre. Needs the plan's unit with its parent."""
    owner = assignment.plan.unit
    return owner.parent and owner.parent.parent_id if assignment.self_led else owner.parent_id


def is_below(areas):
    """The condition for assignments whose _area_above is one of `areas` (ids)."""
    return Q(self_led=False, plan__unit__parent__in=areas) | Q(self_led=True, plan__unit__parent__parent__in=areas)
