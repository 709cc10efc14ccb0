"""Read a plan from a file: what it is, its duties, whom they mean and by when."""

import json
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from orgunits.loading import load_units
from orgunits.models import OrgUnit, Post, Role
from tasks.importer import drafting, reading
from tasks.importer.meaning import understand
from tasks.importer.naming import Directory
from tasks.importer.shapes import Refused
from tasks.loading import load_plans
from tasks.models import Intake

DOCUMENT = ("symbol", "type", "date", "issuer", "subject", "bases")
TASK = ("ref", "section", "text", "title", "lead", "lead_role", "coordinators", "directing", "product", "deadline", "parent_ref", "flags")


class Command(BaseCommand):
    help = "Reads a plan (.docx, .pdf with text, .txt, .md, .tsv, .xlsx) into draft duties and lists what was left out."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--issuer", metavar="CODE", help="the unit that issued the plan; without it the heading decides (--dry-run only)"
        )
        parser.add_argument("--dry-run", action="store_true", help="read and print, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")

    def handle(self, file, issuer, dry_run, **options):
        if not issuer and not dry_run:
            raise CommandError("Say who issued the plan with --issuer CODE, or look first with --dry-run.")
        content = self._content(file)
        if not _has_units():
            if not dry_run:
                raise CommandError("There are no units here to keep a plan for. Run make run, or manage.py migrate and load_units.")
            self.stderr.write("No units here yet: reading with those of fixtures/, in memory, which takes some seconds.")
            _country_in_memory()
        if issuer and not OrgUnit.objects.filter(code=issuer).exists():
            raise CommandError(f"There is no unit with the code {issuer}.")
        clerk = None if dry_run else self._clerk(issuer)
        found = self._read(content, file.name, issuer, clerk)
        if clerk:
            self._keep(content, file.name, issuer, clerk)
        self.stdout.write(json.dumps(as_printed(found), ensure_ascii=False, indent=1) if options["json"] else as_table(found))

    def _read(self, content, name, issuer, clerk):
        """What the file says. A refusal of a file meant for a clerk is journaled as in the portal."""
        bar = Bar(sys.stderr)
        try:
            source = reading.read(content, name, limit=drafting.LIMIT, on_progress=bar.show("reading"))
            found = understand(
                source,
                directory=Directory.read(),
                issuer=issuer,
                strict=settings.DEADLINE_BEFORE_IS_STRICT,
                on_progress=bar.show("duties"),
            )
            drafting.name_parents(found, area=self._area(found))
        except Refused as refused:
            if clerk:
                drafting.refuse(refused.kind, by=clerk, at=timezone.now())
            raise CommandError(refused.says, returncode=3) from None
        except Exception as error:  # whatever a strange file does to its reader, people get a sentence
            raise CommandError(f"The file could not be read ({type(error).__name__}). Save it anew from Word and try again.") from None
        finally:
            bar.close()
        return found

    def _area(self, found):
        unit = OrgUnit.objects.filter(code=found["document"]["issuer_unit"]).select_related("area").first()
        return unit and (unit if unit.is_area else unit.area)

    def _content(self, file):
        try:
            return file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None

    def _clerk(self, issuer):
        """The clerk of the issuer's area: she reviews and confirms the plan, nothing is published here."""
        unit = OrgUnit.objects.select_related("area").get(code=issuer)
        area = unit if unit.is_area else unit.area
        clerk = Post.objects.live(on=timezone.localdate()).filter(role=Role.CLERK, unit=area).first()
        if clerk is None:
            raise CommandError(f"{area} has no clerk to review the plan. Add one: manage.py add_person.")
        return clerk

    def _keep(self, content, name, issuer, clerk):
        at = timezone.now()
        intake, is_new = Intake.objects.take(content, name, by=clerk, at=at, issuer=OrgUnit.objects.get(code=issuer))
        if not is_new:
            self.stderr.write(f"This very file was taken in before, on {timezone.localtime(intake.at):%d/%m/%Y}; nothing was added.")
            return
        try:
            intake = drafting.read_one(intake, at=at)
        except (OSError, DatabaseError) as error:
            raise CommandError(f"The file is kept; reading it stopped ({type(error).__name__}). The worker tries again.") from None
        if intake.state == Intake.State.FAILED:
            raise CommandError(intake.problem or "The file could not be read.")
        if intake.state == Intake.State.KNOWN:
            self.stderr.write(f"{intake.earlier or 'This plan'} is here already with exactly these duties; nothing was added.")
        elif intake.state == Intake.State.WAITING:
            self.stderr.write(f"Kept for {clerk}; a worker is reading it: {intake.get_absolute_url()}")
        else:
            self.stderr.write(f"Kept for review by {clerk}: {intake.get_absolute_url()}")


def _has_units():
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False  # asking would make the file
    try:
        return OrgUnit.objects.exists()
    except DatabaseError:
        return False


def _country_in_memory():
    """Point this process at an empty database in memory and fill it from fixtures/: nothing is written anywhere."""
    connection.close()
    connection.settings_dict.update(ENGINE="django.db.backends.sqlite3", NAME=":memory:")
    connections["default"] = connections.create_connection("default")
    call_command("migrate", verbosity=0)
    load_units()
    load_plans()


class Bar:
    """A progress bar on a terminal; silent where nobody watches."""

    def __init__(self, stream):
        self.stream, self.wide = stream, stream.isatty()

    def show(self, what):
        def on_progress(done, total):
            if self.wide and total:
                self.stream.write(f"\r{what} {'█' * (30 * done // total):<30} {done}/{total}")
                self.stream.flush()

        return on_progress

    def close(self):
        if self.wide:
            self.stream.write("\r\x1b[K")


def as_printed(found):
    """The documented shape, in the documented order."""
    return {
        "document": {key: found["document"][key] for key in DOCUMENT},
        "tasks": [{key: task[key] for key in TASK} for task in found["tasks"]],
        "indicators": found["indicators"],
        "left_out": [{"text": row["text"], "why": row["why"]} for row in found["left_out"]],
        "problems": found["problems"],
    }


def as_table(found):
    document = found["document"]
    lines = [f"{document['type_name']} {document['symbol']} · {document['date'] or '–'} · {document['issuer']}", document["subject"], ""]
    for task in found["tasks"]:
        deadline = task["deadline"]
        says = deadline["due_on"] or ", ".join(stage["due_on"] or stage["kind"] for stage in deadline["stages"]) or deadline["kind"]
        lines.append(f"{task['ref']:<14} {says:<24} {'; '.join(task['lead'])[:40]:<40} {task['title'][:70]}")
    lines += ["", f"{len(found['tasks'])} duties, {len(found['left_out'])} passages left out", *found["problems"]]
    return "\n".join(lines)
