from django.core.management.base import BaseCommand

from tasks.loading import load_plans


class Command(BaseCommand):
    help = "Load the two real plans and the documents they cite. Run twice it adds nothing."

    def handle(self, **options):
        self.stdout.write(f"Plans: {load_plans()} new duties.")
