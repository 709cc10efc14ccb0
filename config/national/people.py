"""Who acts: in each area an official who is the clerk too, and a head; in provinces a person for each role. Nobody can sign in."""

import itertools
import random
from datetime import date

from config.national.wording import WORDING
from orgunits.loading import read
from orgunits.models import Level, OrgUnit, Person, Post, Role
from tasks.models import Assignment

MAIL = "@minhhoa.invalid"
BEGIN = date(2026, 1, 5)  # the Central plan's day


class Cast:
    """Posts by unit and role."""

    def __init__(self):
        self._posts = {(post.unit_id, post.role): post for post in Post.objects.select_related("person", "unit").order_by("-pk")}

    def writer(self, unit):
        """(post, spoken for): the official who answers for `unit`, else the clerk of its area, who names for whom."""
        places = [unit.pk, unit.answers_through_id, unit.kept_by_id]
        official = next((self._posts[pk, Role.OFFICIAL] for pk in places if (pk, Role.OFFICIAL) in self._posts), None)
        return (official, "") if official else (self._posts[unit.area_id, Role.CLERK], unit.full_name[:120])

    def at(self, area_id, role):
        return self._posts[area_id, role]

    def judge(self, assignment, owner):
        """The plan's unit confirms; what it leads itself is confirmed one level up, or by itself at the top."""
        return self._posts[(assignment.self_led and owner.parent_id) or owner.pk, Role.STEERING]


def make(places, *, seed):
    """Fill every post that nobody holds yet. Returns the Cast."""
    names = _names(seed)
    staffed = set(Post.objects.values_list("unit", "role"))
    hired = [
        (next(names), [(unit, role) for unit, role in posts if (unit.pk, role) not in staffed]) for posts in [*_central(), *_local(places)]
    ]
    hired = [(name, posts) for name, posts in hired if posts]
    people = [_nobody(name, posts) for name, posts in hired]
    Person.objects.bulk_create(people, batch_size=1000)
    Post.objects.bulk_create(
        [
            Post(person=person, unit=unit, role=role, title=WORDING["titles"][role], since=BEGIN)
            for person, (_name, posts) in zip(people, hired, strict=True)
            for unit, role in posts
        ],
        batch_size=1000,
    )
    return Cast()


def _central():
    """Everybody who answers for a duty of the plans already here, and the Centre's own clerk, head and inspection."""
    centre = OrgUnit.objects.get(code="TW")
    yield from [[(centre, role)] for role in (Role.CLERK, Role.STEERING, Role.AUDITOR)]
    leading = Assignment.objects.live().leads().filter(unit__level=Level.CENTRAL).order_by().values("unit")
    for unit in OrgUnit.objects.filter(pk__in=leading, kept_by=None).order_by("path"):
        yield [(unit, Role.OFFICIAL)]


def _local(places):
    for place in places:
        yield from [[(place.bodies["UBND"], Role.OFFICIAL)], [(place.area, Role.CLERK)]]
        yield from [[(place.area, Role.STEERING)], [(place.area, Role.AUDITOR)]]
        for ward in place.wards:
            yield [(ward.bodies["UBND"], Role.OFFICIAL), (ward.area, Role.CLERK)]
            yield [(ward.area, Role.STEERING)]


def _nobody(name, posts):
    username = f"mh.{posts[0][0].code}.{posts[0][1]}".lower()
    person = Person(username=username, full_name=name, email=username + MAIL)
    person.set_unusable_password()
    return person


def _names(seed):
    """Invented names without end, each used once before any comes again."""
    lines, rng = read("demo/people.json"), random.Random(f"{seed}/names")  # noqa: S311 - a story, not a secret
    triples = [" ".join(name) for name in itertools.product(lines["family"], lines["middle"], lines["given"])]
    rng.shuffle(triples)
    return itertools.cycle(triples)
