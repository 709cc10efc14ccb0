"""Who can sign in to the demo."""

import json

from django.core.management.base import BaseCommand, CommandError

from config import environment
from config.management.commands.run import table


class Command(BaseCommand):
    help = "Lists the demo's people: username, password, full_name, role, unit, level. Works where make run made a demo, and nowhere else."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="as a JSON list")

    def handle(self, **options):
        people = environment.read_demo().get("people") if environment.is_demo() else None
        if not people:
            raise CommandError("There is no demo here. make run makes one.")
        columns = ("username", "password", "full_name", "role", "unit", "level")
        self.stdout.write(json.dumps(people, ensure_ascii=False, indent=1) if options["json"] else table(people, columns))
