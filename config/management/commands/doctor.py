"""Is this installation well? One line for each thing it stands on."""

import os
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.utils import timezone

from config.celery import app
from journal import anchoring, guarding, sealing
from journal.models import Digest, Entry, Heartbeat
from reports import paper
from reports.models import Paper

SILENT_AFTER = timedelta(minutes=3)  # the sweep leaves a heartbeat each minute
SPACE_WANTED = 1024**3
MINUTE = timedelta(minutes=1)
LATE_LETTER = timedelta(hours=1)  # a relay that is well takes a letter within minutes
LATE_PAPER = timedelta(hours=1)  # the whole country's papers of the 24th are built in half of that
CLOCK_TOLERANCE = 5  # seconds between this machine and the database's


class Trouble(Exception):
    """What is wrong and what to do, in one sentence."""


class Command(BaseCommand):
    help = "Checks database, broker, worker, journal, media, PDF, mail, letters and clock: one line each; exits 1 where one has a problem."

    def handle(self, **options):
        problems = 0
        for name, look in CHECKS.items():
            try:
                said, mark = look(), "ok"
            except Exception as error:  # whatever breaks a check is what the operator wants to read
                said, mark = (str(error).strip() or type(error).__name__).splitlines()[0], "PROBLEM"
                problems += 1
            self.stdout.write(f"{name:<9} {mark:<8} {said}")
        if problems:
            raise SystemExit(1)


def database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check(1)")
            verdict = cursor.fetchone()[0]
            if verdict != "ok":
                raise Trouble(f"the file is damaged: {verdict}; restore the last backup")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise Trouble(f"{len(waiting)} migrations are not applied; run manage.py migrate")
    return f"{connection.vendor}, every migration applied"


def broker():
    if not settings.REDIS_URL:
        folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
        _write_into(folder)
        return f"embedded, {sum(1 for _ in folder.iterdir())} orders waiting"
    with app.connection_for_write() as broker_connection:
        broker_connection.ensure_connection(max_retries=1, timeout=3)
        config = broker_connection.default_channel.client.config_get("maxmemory-policy")
    if config.get("maxmemory-policy") not in {None, "noeviction"}:
        raise Trouble("Redis may throw orders away when memory is short; set maxmemory-policy noeviction")
    return "Redis answers"


def worker():
    beats = list(Heartbeat.objects.order_by("at"))
    if not beats:
        raise Trouble("no job has run yet; start the worker and beat, then look again in two minutes")
    age = timezone.now() - beats[-1].at
    if age > SILENT_AFTER:
        raise Trouble(f"silent since {timezone.localtime(beats[-1].at):%d/%m/%Y %H:%M}; start the worker and beat")
    return f"seen {max(0, int(age.total_seconds()))} s ago"


def journal():
    """How far the chain reaches and what stands outside the database; whether it still holds is asked of verify_journal."""
    unguarded = guarding.bare(connection)
    if unguarded:
        raise Trouble(f"nothing in the database guards {', '.join(unguarded)}; run manage.py migrate as the owner of the tables")
    head, anchor, now = sealing.head(), anchoring.last(), timezone.now()
    if anchor and (head is None or head.n < anchor.n):
        raise Trouble(
            f"the chain ends at number {head.n if head else 0}, the anchor of {anchor.on:%d/%m/%Y} knows {anchor.n}; run verify_journal"
        )
    waiting = sealing.unsealed().filter(pk__gt=head.entry_id - sealing.WINDOW if head else 0)
    oldest = waiting.filter(at__lt=now - SILENT_AFTER).order_by("pk").first()
    if oldest and not Heartbeat.objects.filter(name=sealing.NAME, at__gte=now - SILENT_AFTER).exists():
        raise Trouble(f"an act of {timezone.localtime(oldest.at):%d/%m/%Y %H:%M} is not sealed yet; read the worker's log")
    if anchor and anchor.on < timezone.localdate(now) - timedelta(days=1):
        raise Trouble(f"the last anchor is of {anchor.on:%d/%m/%Y}; look at {anchoring.place().parent} and the worker's log")
    sealed = f"sealed up to number {head.n}, an act of {timezone.localtime(head.entry.at):%d/%m/%Y %H:%M}" if head else "nothing sealed yet"
    anchored = f"anchored on {anchor.on:%d/%m/%Y} at number {anchor.n}" if anchor else "no anchor yet"
    return f"{sealed}, {waiting.count()} waiting; {anchored}"


def media():
    folder = Path(settings.MEDIA_ROOT)
    _write_into(folder)
    free = shutil.disk_usage(folder).free
    if free < SPACE_WANTED:
        raise Trouble(f"only {free // 1024**2} MB free in {folder}")
    return f"{folder}, {free // 1024**3} GB free"


def pdf():
    problem = paper.problem()
    if problem:
        raise Trouble(problem)
    now = timezone.now()
    wanted = Paper.objects.wanted(at=now)
    waiting = wanted.filter(problem="").aggregate(n=Count("pk"), oldest=Min("ordered_at"))
    age = now - (waiting["oldest"] or now)
    said = f"libraries and fonts found; {waiting['n'] or 'no'} papers wait"
    if failed := Paper.objects.failed(at=now).order_by("is_draft", "pk").first():
        again = "" if failed.is_draft else ", it is tried again"
        raise Trouble(f"{said}; paper {failed.pk} could not be built{again}: {failed.problem}")
    if age > LATE_PAPER:
        raise Trouble(f"{said}, the oldest for {age // MINUTE} min; start the worker of papers, read its log")
    return said


def mail():
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if folder:
        _write_into(Path(folder))
        return f"letters are written into {folder}"
    if "smtp" not in settings.EMAIL_BACKEND:
        return "letters are printed on the console"
    with get_connection(timeout=5):
        return f"{settings.EMAIL_HOST} answers"


def letters():
    waiting = Digest.objects.waiting().aggregate(n=Count("pk"), oldest=Min("planned_at"))
    dead, age = Digest.objects.dead().count(), timezone.now() - (waiting["oldest"] or timezone.now())
    said = [f"{waiting['n']} wait, the oldest for {age // MINUTE} min" if waiting["n"] else "none waits"]
    said += [f"{dead} can never leave: manage.py letters --dead"] if dead else []
    if age > LATE_LETTER:
        raise Trouble(f"{'; '.join(said)}; the relay takes none, or no job sends them: manage.py letters --waiting")
    return "; ".join(said)


def clock():
    latest = Entry.objects.order_by("-at").values_list("at", flat=True).first()
    now = timezone.now()
    if latest and latest > now + timedelta(minutes=1):
        raise Trouble(f"the journal holds an act of {timezone.localtime(latest):%d/%m/%Y %H:%M}, later than now; set the machine's clock")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            apart = abs(float(cursor.fetchone()[0]) - time.time())
        if apart > CLOCK_TOLERANCE:
            raise Trouble(f"this machine and the database are {apart:.0f} s apart; synchronise both")
    return f"{timezone.localtime(now):%d/%m/%Y %H:%M:%S} {settings.TIME_ZONE}"


def _write_into(folder):
    """Raises Trouble where nothing can be written into the folder, which is made where it is absent."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"?")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Trouble(f"nothing can be written into {folder}: {error.strerror}") from error


CHECKS = {
    "database": database,
    "broker": broker,
    "worker": worker,
    "journal": journal,
    "media": media,
    "pdf": pdf,
    "mail": mail,
    "letters": letters,
    "clock": clock,
}
