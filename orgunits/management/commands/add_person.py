import getpass
import secrets
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from journal.models import Entry
from orgunits.models import OrgUnit, Person, Post, Role


class Command(BaseCommand):
    help = "Give a person a post at a unit, from today on; a person not known yet is added with a password."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--name", help="full name, for a new person")
        parser.add_argument("--email", default="")
        parser.add_argument("--unit", required=True, help="code of the unit, such as 22423.UBND")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--title", default="")

    @transaction.atomic
    def handle(self, username, name, email, unit, role, title, **options):
        place = OrgUnit.objects.filter(code=unit).first()
        if place is None:
            raise CommandError(f"No unit has the code {unit}. Run load_units, or look the code up on the page Units.")
        person = Person.objects.filter(username__iexact=username).first() or self._new(username, name, email)
        post, made = Post.objects.get_or_create(
            person=person, unit=place, role=role, until=None, defaults={"title": title, "since": timezone.localdate()}
        )
        if made:
            Entry.objects.record(by=None, verb="post.given", target=post, role=role)
        self.stdout.write(f"{person.username} {'now holds' if made else 'already holds'} the post {role} at {place.code}.")

    def _new(self, username, name, email):
        if not name:
            raise CommandError(f"{username} is new: give the full name with --name.")
        person = Person(username=username, full_name=name, email=email)
        password = self._password(person)
        person.set_password(password)
        try:
            person.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        person.save()
        return person

    def _password(self, person):
        if not sys.stdin.isatty():
            password = secrets.token_urlsafe(12)
            self.stdout.write(f"Password of {person.username}, shown this once: {password}")
            return password
        password = getpass.getpass(f"Password for {person.username}: ")
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password
