"""Proves every maintained counter against the rows it sums up."""

import sys

from django.core.management.base import BaseCommand

from tasks import rollup

SHOWN = 20


class Command(BaseCommand):
    help = "Compare every roll-up counter with its direct children. Exit code 1 where one differs; --fix writes what the rows say."

    def add_arguments(self, parser):
        parser.add_argument("--fix", action="store_true", help="write the right numbers, from the bottom up")

    def handle(self, *, fix, **options):
        if fix:
            self.stdout.write(f"{rollup.fix()} counters were wrong and are right now.")
            return
        wrong = rollup.faults()
        for kind, pk, stored, wanted in wrong[:SHOWN]:
            self.stdout.write(f"{'task' if kind == 'led' else 'assignment'} {pk} ({kind}): stored {stored}, the rows say {wanted}")
        self.stdout.write(f"{len(wrong)} counters differ from their rows." if wrong else "Every counter agrees with its rows.")
        if wrong:
            sys.exit(1)
