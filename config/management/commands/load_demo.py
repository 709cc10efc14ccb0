"""Fills the demo with invented people and what they did up to today."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import demo
from plans.models import Plan


class Command(BaseCommand):
    help = "Load the demo's people, progress and reports up to today, in demo mode only. Run twice it adds nothing."

    def handle(self, **options):
        if not Plan.objects.filter(document__key="02-kh-bcd-ba-ngoi").exists():
            raise CommandError("The plans are not loaded. Run load_units and load_plans first.")
        try:
            acts = demo.load(timezone.localdate())
        except demo.OutsideDemo:
            raise CommandError("Demo people belong to a demo. make run makes one.") from None
        self.stdout.write(f"Demo: {acts} new acts.")
