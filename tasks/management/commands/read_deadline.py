"""Reads deadlines a person types or pipes in, one a line."""

import json
import sys
from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tasks.deadlines import read


class Command(BaseCommand):
    help = "Reads one deadline a line from standard input and prints one JSON object a line (docs/deadlines.md)."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--plan-date", required=True, metavar="YYYY-MM-DD", help="the day the plan was signed")
        parser.add_argument("--inclusive", action="store_true", help="«trước ngày 25» is the 25th, not the 24th")

    def handle(self, *, plan_date, inclusive, **options):
        day = _day(plan_date)
        strict = not inclusive and settings.DEADLINE_BEFORE_IS_STRICT
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")  # JSON is UTF-8 wherever the terminal is
        for line in _lines():
            told = read(line, plan_date=day, strict=strict).as_json()
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            self.stdout.flush()


def _day(written):
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CommandError(f"--plan-date {written!r} is not a day; write it as 2026-01-05.", returncode=2) from None


def _lines():
    """Standard input line by line as UTF-8; bytes that are none become �. Only a line feed ends a line."""
    for line in getattr(sys.stdin, "buffer", sys.stdin):
        text = line.decode("utf-8", "replace") if isinstance(line, bytes) else line
        yield text.removesuffix("\n").removesuffix("\r").removeprefix("\ufeff")
