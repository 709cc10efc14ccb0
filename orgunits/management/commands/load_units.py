from django.core.management.base import BaseCommand

from orgunits.loading import load_units


class Command(BaseCommand):
    help = "Load the 34 provinces, 3,321 communes and the named bodies. Run twice it adds nothing."

    def handle(self, **options):
        self.stdout.write(f"Units: {load_units()} new.")
