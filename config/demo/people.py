"""Who plays: people who can sign in, and people behind the histories of other units who cannot."""

import itertools
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from config import environment
from config.demo.story import chance
from orgunits.loading import read
from orgunits.models import Level, OrgUnit, Person, Post, Role
from tasks.models import Assignment

MAIL = "@demo.invalid"
BEGIN = date(2026, 1, 5)  # the Central plan's day


class Cast:
    """Posts by unit and role."""

    def __init__(self, posts):
        self._posts = {(post.unit_id, post.role): post for post in posts}

    def official(self, unit):
        """Who logs for `unit`: its own official, else that of the body that answers for it or keeps it; None where nobody does."""
        places = [unit.pk, unit.answers_through_id, unit.kept_by_id]
        return next((self._posts[pk, Role.OFFICIAL] for pk in places if (pk, Role.OFFICIAL) in self._posts), None)

    def clerk(self, area):
        return self._posts[area.pk, Role.CLERK]

    def head(self, area):
        return self._posts[area.pk, Role.STEERING]

    def judge(self, assignment):
        """The plan's unit confirms; what it leads itself is confirmed one level up, or by itself at the top."""
        owner = assignment.plan.unit
        return self.head(owner.parent or owner if assignment.self_led else owner)


def are_there():
    return Person.objects.filter(email__endswith=MAIL).exists()


def make(today):
    """Create everybody. Returns the Cast; nobody can sign in before Keys.hand_out()."""
    lines = read("demo/people.json")
    since = min(BEGIN, today)
    return Cast([*_sign_in(lines["sign_in"], since), *_background(lines, since)])


def _sign_in(lines, since):
    units = OrgUnit.objects.select_related("area").in_bulk([post["unit"] for line in lines for post in line["posts"]], field_name="code")
    for line in lines:
        person = _nobody(line["username"], line["full_name"])
        person.save()
        for post in line["posts"]:
            yield person.posts.create(unit=units[post["unit"]], role=post["role"], title=post["title"], since=since)


def _background(lines, since):
    """An official for every leading body that has none; an official, a clerk and a head for every other province."""
    wanted = [*_missing_officials(), *_missing_offices()]
    names = _names(lines)
    people = [_nobody(f"{unit.code}.{role}".lower(), next(names)) for unit, role in wanted]
    Person.objects.bulk_create(people)
    posts = [
        Post(person=person, unit=unit, role=role, title=lines["titles"][role], since=since)
        for person, (unit, role) in zip(people, wanted, strict=True)
    ]
    return Post.objects.bulk_create(posts)


def _nobody(username, full_name):
    return Person(username=username, full_name=full_name, email=username + MAIL, password=make_password(None))


def _missing_officials():
    leading = Assignment.objects.live().leads().values("unit")
    bodies = OrgUnit.objects.filter(pk__in=leading).exclude(level=Level.PROVINCE).filter(kept_by=None)
    staffed = set(Post.objects.filter(role=Role.OFFICIAL).values_list("unit", flat=True))
    return [(unit, Role.OFFICIAL) for unit in bodies.select_related("area") if unit.pk not in staffed]


def _missing_offices():
    staffed = set(Post.objects.values_list("unit", flat=True))
    for area in OrgUnit.objects.areas().filter(level=Level.PROVINCE).select_related("answers_through__area"):
        if area.pk not in staffed:
            yield from [(area.answers_through or area, Role.OFFICIAL), (area, Role.CLERK), (area, Role.STEERING)]


def _names(lines):
    """Invented names without end, no two alike and none of somebody who signs in."""
    rng = chance("names")
    triples = [" ".join(name) for name in itertools.product(lines["family"], lines["middle"], lines["given"])]
    rng.shuffle(triples)
    return iter(triples)


# Passwords


class Keys:
    """A new password for everybody who signs in. Hashing one takes a good part of a second, so it is done beside the story."""

    def __init__(self):
        self._words = {line["username"]: readable_password() for line in read("demo/people.json")["sign_in"]}
        pool = ThreadPoolExecutor(max_workers=2)
        self._hashes = {username: pool.submit(make_password, word) for username, word in self._words.items()}
        pool.shutdown(wait=False)

    def hand_out(self):
        """Store the hashes, and write who can sign in, and how, into the demo's file."""
        people = Person.objects.filter(email__endswith=MAIL).in_bulk(list(self._words), field_name="username")
        for username, person in people.items():
            person.password = self._hashes[username].result()
        Person.objects.bulk_update(people.values(), ["password"])
        lines = [_line(people[username], word) for username, word in self._words.items()]
        environment.write_demo({**environment.read_demo(), "people": lines})


@transaction.atomic
def renew_lost_passwords():
    """Give new passwords where the demo's people stand in the database and its file has lost them."""
    if not environment.read_demo().get("people"):
        Keys().hand_out()


def readable_password():
    """Three made-up words of two syllables and two digits: «bano-tiku-melo-47»."""
    words = ["".join(secrets.choice("bdghklmnprstvx") + secrets.choice("aeiou") for _ in range(2)) for _ in range(3)]
    return "-".join([*words, f"{secrets.randbelow(90) + 10}"])


def _line(person, password):
    post = person.posts.select_related("unit").order_by("pk").first()
    return {
        "username": person.username,
        "password": password,
        "full_name": person.full_name,
        "role": post.role,
        "unit": post.unit.full_name,
        "level": post.unit.level,
        "title": post.title,
    }
