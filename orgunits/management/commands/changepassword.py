"""Django's own command, and a line in the journal."""

import getpass

from django.contrib.auth.management.commands import changepassword

from journal.models import Entry
from orgunits.models import Person


class Command(changepassword.Command):
    def handle(self, *args, **options):
        said = super().handle(*args, **options)
        person = Person.objects.get(username=options["username"] or getpass.getuser())
        Entry.objects.record(by=None, verb="person.password_changed", target=person)
        return said
