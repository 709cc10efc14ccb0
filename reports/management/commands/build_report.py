"""The PDF of one unit's report for one period, from the command line."""

import re
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from orgunits.models import OrgUnit
from plans import period
from reports import drafting, paper, printing
from reports.models import MonthlyReport

PROBLEMS = {
    paper.LIBRARY_MISSING: "this machine lacks WeasyPrint's libraries (Pango); install the packages of README's first line.",
    paper.FONT_MISSING: "this machine lacks the font Liberation Serif.",
    paper.TOO_SLOW: f"it took longer than {paper.SECONDS} seconds.",
}


class Command(BaseCommand):
    help = "Writes the PDF of one report: what was filed, or a marked draft of the rows as they stand now. It changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--unit", required=True, metavar="CODE", help="the unit's code, such as 22423")
        parser.add_argument("--period", required=True, metavar="YYYY-MM", help="the month that names the period, such as 2026-05")
        parser.add_argument("--output", required=True, metavar="FILE.pdf", help="where to write; a file of that name is replaced")
        parser.add_argument("--draft", action="store_true", help="a draft of the rows as they stand now, even of a report signed or filed")

    def handle(self, *, unit, period, output, draft, **options):
        at, path = timezone.now(), _path(output)
        report = _report(_unit(unit), _period(period), at=at)
        facts = printing.facts_of(report, at=at, draft=draft or not report.filed_at, anew=draft)
        try:
            path.write_bytes(printing.pdf_of(facts))
        except paper.PaperError as error:
            raise CommandError(f"The PDF was not made: {PROBLEMS.get(str(error), 'the log says why.')}") from None
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{output}: {report.unit.code}, {report.period.label}, {_step(report, draft)}, {path.stat().st_size:,} bytes.")


def _path(output):
    path = Path(output)
    if not path.parent.is_dir():
        raise CommandError(f"There is no folder {path.parent}; make it first.")
    return path


def _unit(code):
    unit = OrgUnit.objects.filter(code=code).select_related("parent").first()
    if unit is None:
        raise CommandError(f"There is no unit with the code «{code}».")
    return unit


def _period(written):
    if not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", written, re.ASCII):
        raise CommandError(f"--period {written!r} is not a month; write it as 2026-05.")
    return period.of_month(date(int(written[:4]), int(written[5:]), 1))


def _report(unit, of_period, *, at):
    rows = MonthlyReport.objects.current().select_related("unit__parent", "signed_by__person")
    report = rows.filter(unit=unit, month=of_period.month).first() or drafting.unopened(unit, of_period, on=timezone.localdate(at))
    if report is None:
        raise CommandError(f"{unit.code} ({unit.full_name}) owes no report for {of_period.label}.")
    return report


def _step(report, draft):
    return "draft" if draft or not report.filed_at else f"filed as {report.symbol}"
