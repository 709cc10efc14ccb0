"""One day's reminders by hand: who would be told what."""

import json
import re
from collections import Counter
from datetime import date
from itertools import groupby

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports import rehearsing

FIRST, LAST = 2000, 2100  # years a day may lie in


class Command(BaseCommand):
    help = (
        "Runs one day's whole ladder of reminders: duties, stages, occurrences, links that wait, silence, results that hang or were "
        "returned, difficulties, reports. Prints who would be told what and writes nothing; with --send it writes, and a second run "
        "writes none."
    )

    def add_arguments(self, parser):
        parser.add_argument("--on", type=_day, required=True, metavar="YYYY-MM-DD", help="the day to run")
        parser.add_argument("--send", action="store_true", help="write the notices; letters follow with the day's digest")
        parser.add_argument(
            "--json", action="store_true", help='print one list of {"on", "person", "unit", "subject", "step", "title", "link", "status"}'
        )

    def handle(self, *, on, send, **options):
        run = rehearsing.send if send else rehearsing.rehearse
        rows = run(on, at=timezone.now())
        self.stdout.write(as_json(rows) if options["json"] else as_list(rows, on, send=send))


def _day(written):
    try:
        day = date.fromisoformat(written) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written) else None
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"--on {written!r} is not a day; write it as 2026-11-23.")
    if not FIRST <= day.year <= LAST:
        raise CommandError(f"--on {written} lies outside the years {FIRST} to {LAST}.")
    return day


def as_json(rows):
    return json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1)


def as_list(rows, on, *, send):
    """For people: each person with what is told, what was told and, in one line for each matter, what was overtaken."""
    lines = []
    for (person, unit), of_person in groupby(rows, key=lambda row: (row.person, row.unit)):
        lines.append(f"{person} · {unit}")
        for (subject, title, link, status), same in groupby(of_person, key=lambda row: (row.subject, row.title, row.link, row.status)):
            lines.append(f"  {status:<8} {subject} {', '.join(row.step for row in same)}: {title} {link}")
    return "\n".join([*lines, _sum(rows, on, send=send)])


def _sum(rows, on, *, send):
    n = Counter(row.status for row in rows)
    verb = "told" if send else "would be told"
    return (
        f"{on}: {n[rehearsing.TOLD]} notices {verb}, {n[rehearsing.ALREADY]} were told before, "
        f"{n[rehearsing.SKIPPED]} steps skipped because a later one has passed."
    )
