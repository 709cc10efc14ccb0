"""What in the plans can't be right: dates, leads, superiors' duties that nobody took up."""

import json
from datetime import date
from itertools import groupby
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import override

from orgunits.words import fold
from plans.models import Plan
from tasks import lint


class Command(BaseCommand):
    help = "Looks for what can't be right in plans and prints it, as a list or as JSON. It reports and changes nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--plan", nargs="+", action="extend", metavar="PLAN", help="symbol, key or number of a plan; without it every plan"
        )
        parser.add_argument("--cascade", action="store_true", help="the plans below those named, too")
        parser.add_argument("--json", action="store_true", help='print one list of {"kind", "plan", "ref", "words", "says"}')
        parser.add_argument("--on", type=_day, metavar="YYYY-MM-DD", help="look as of this day; without it today")

    def handle(self, *, plan, cascade, on, **options):
        if not _has_plans():
            raise CommandError("There are no plans here. Load them: manage.py migrate, load_units, load_plans.")
        plans = self._wanted(plan)
        ids = dict.fromkeys(row.pk for row in plans)
        for row in plans if cascade and plan else ():
            ids |= dict.fromkeys(lint.below(row).values_list("pk", flat=True))
        found = lint.findings_of(list(ids), on=on or timezone.localdate())
        self.stdout.write(as_json(found) if options["json"] else as_list(found, len(ids)))

    def _wanted(self, names):
        if not names:
            return list(Plan.objects.filter(withdrawn_on=None))
        return [row for name in dict.fromkeys(names) for row in self._named(name)]

    def _named(self, name):
        """The plans of this symbol, key or number. Many wards have a plan of the same symbol: all of them, and a word about it."""
        rows = list(Plan.objects.filter(pk=int(name))) if name.isascii() and name.isdecimal() and len(name) < 10 else []
        rows = rows or list(Plan.objects.filter(document__key=name))
        rows = rows or [row for row in Plan.objects.select_related("document").order_by("unit__path", "pk") if _is(row, name)]
        if not rows:
            raise CommandError(f"There is no plan with the symbol, key or number «{name}».")
        if len(rows) > 1:
            self.stderr.write(f"{len(rows)} plans bear the symbol {name}; name one by its key, such as {rows[0].document.key}.")
        return rows


def _is(plan, name):
    """The symbol as we write it or as it is printed, whatever its spaces, accents and case."""
    return _bare(name) in {_bare(plan.document.symbol), _bare(plan.document.symbol_printed)} - {""}


def _bare(text):
    return fold(text).replace(" ", "")


def _has_plans():
    if (
        connection.vendor == "sqlite"
        and not Path(connection.settings_dict["NAME"]).exists()
        and "memory" not in str(connection.settings_dict["NAME"])
    ):
        return False  # asking would make the file
    try:
        return Plan.objects.exists()
    except DatabaseError:
        return False


def _day(written):
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CommandError(f"--on {written!r} is not a day; write it as 2026-05-05.") from None


def as_json(found):
    return json.dumps([finding.as_json() for finding in found], ensure_ascii=False, indent=1)


def as_list(found, plans):
    """For people: each plan with its findings under their kind, and how many of both."""
    with override("vi"):
        lines = []
        for plan, of_plan in groupby(found, key=lambda finding: finding.plan):
            lines += [f"{plan.name} · {plan.unit_name}", ""]
            for kind, rows in groupby(of_plan, key=lambda finding: finding.kind):
                rows = list(rows)
                lines += [f"  {kind.label} ({kind}): {len(rows)}"]
                lines += [f"    {row.ref:<14} {row.says}\n{'':<19}«{row.words}»" for row in rows]
            lines.append("")
    return "\n".join([*lines, f"{len(found)} findings in {plans} plans."])
