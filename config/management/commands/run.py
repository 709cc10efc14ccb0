"""make run: the portal with its demo, on this machine alone."""

import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import socket
import sqlite3
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from kombu.exceptions import OperationalError

from config import environment
from config.celery import app, queue_folders
from config.supervisor import Part, Supervisor
from reports import paper

HOST = "127.0.0.1"
UNUSED_ASSETS = ["rest_framework"]  # the API answers JSON alone
LOG_KEPT = 5 * 1024 * 1024  # a longer log is put aside when the portal starts


class Command(BaseCommand):
    help = "Starts the demo: migrates, loads what is not loaded yet, runs web, worker and beat until Ctrl-C. PORT=… serves elsewhere."

    def handle(self, **options):
        if not environment.is_demo():
            raise CommandError("run starts the demo only, by make run or manage.py run. For a real installation see docs/deploy.md.")
        port = environment.port()
        with self._alone(port):
            check_port(port)
            check_database()
            check_broker()
            self._prepare(options["verbosity"])
            connections.close_all()
            self._serve(port)
        self.stdout.write("Thông Suốt has stopped.")

    @contextlib.contextmanager
    def _alone(self, port):
        """Hold the demo's lock. Raises CommandError where another run holds it."""
        with open(environment.VAR / "run.lock", "a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                holder = lock.read().strip()
                raise CommandError(f"Thông Suốt already runs here ({holder}). Stop it with Ctrl-C in its own window first.") from None
            lock.truncate(0)
            lock.write(f"process {os.getpid()}, {address(port)}")
            lock.flush()
            yield

    def _prepare(self, verbosity):
        for folder in made_beforehand():
            folder.mkdir(parents=True, exist_ok=True)
        fresh = not _has_tables()
        self.stdout.write("Preparing the demo; the first time takes a minute …" if fresh else "Preparing …")
        self.stdout.flush()
        call_command("migrate", interactive=False, verbosity=0)
        _remember_database()
        call_command("build_assets", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED_ASSETS)
        for load in ("load_units", "load_plans", "load_demo"):
            call_command(load, verbosity=max(0, verbosity - 1))

    def _serve(self, port):
        self.stdout.write("Starting web, worker and beat …")
        self.stdout.flush()
        problem = paper.problem()
        supervisor = Supervisor(parts(port), say=lambda line: self.stderr.write(line))
        supervisor.run(until_ready=lambda: answers(port), when_ready=lambda: self._welcome(port, problem))

    def _welcome(self, port, problem):
        people = environment.read_demo().get("people", [])
        self.stdout.write(f"\nThông Suốt runs at {address(port)}    (demo data, this machine only; logs in {environment.VAR / 'log'})\n\n")
        self.stdout.write(table(people, ("username", "password", "full_name", "role", "unit")))
        if problem:
            self.stdout.write(f"\nPDF: {problem}")
        self.stdout.write("\nCtrl-C stops everything.")
        self.stdout.flush()


def address(port):
    return f"http://{HOST}:{port}"


def check_port(port):
    """Raises CommandError with one sentence where nothing can listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CommandError(f"Port {port} may not be used by this user. Choose a higher one: PORT=8000 make run") from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise CommandError(f"Port {port} is in use. Stop what uses it or choose another: PORT={other} make run") from None


def check_database():
    """Raises CommandError with one sentence where the database is locked, broken, or not this demo's to fill."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and os.path.exists(name):
        _check_sqlite(name)
    if os.environ.get("DATABASE_URL") and _has_tables() and _fingerprint() != environment.read_demo().get("database"):
        raise CommandError("DATABASE_URL names a database that holds data no demo put there. Unset it, or give an empty database.")


def check_broker():
    """Raises CommandError where REDIS_URL names a server that does not answer."""
    if not settings.REDIS_URL:
        return
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=3)
    except (OperationalError, OSError):
        raise CommandError("REDIS_URL names a server that does not answer. Start it, or unset REDIS_URL for the embedded broker.") from None


def _check_sqlite(name):
    afresh = f"Remove the folder {environment.VAR} to start the demo afresh."
    try:
        with contextlib.closing(sqlite3.connect(name, timeout=3)) as database:
            database.execute("BEGIN IMMEDIATE")
            verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            database.rollback()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise CommandError(f"The database {name} is locked by another program. Stop that program, then start again.") from None
        raise CommandError(f"The database {name} cannot be used ({error}).") from None
    except sqlite3.DatabaseError as error:
        raise CommandError(f"The database {name} is damaged ({error}). {afresh}") from None
    if verdict != "ok":
        raise CommandError(f"The database {name} is damaged ({verdict.splitlines()[-1]}). {afresh}")


def _has_tables():
    with connection.cursor() as cursor:
        return bool(connection.introspection.table_names(cursor))


def _fingerprint():
    """Which database this is, without its password."""
    named = [str(connection.settings_dict[key]) for key in ("ENGINE", "HOST", "PORT", "NAME")]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


def _remember_database():
    facts = environment.read_demo()
    if facts.get("database") != _fingerprint():
        environment.write_demo({**facts, "database": _fingerprint()})


def made_beforehand():
    """Folders that must stand before web, worker and beat start."""
    mail = [Path(settings.EMAIL_FILE_PATH)] if getattr(settings, "EMAIL_FILE_PATH", None) else []
    return [Path(settings.MEDIA_ROOT), environment.VAR / "log", *mail, *queue_folders(settings.CELERY_BROKER_TRANSPORT_OPTIONS)]


def parts(port):
    """Web, worker and beat, as the supervisor starts them."""
    log = environment.VAR / "log"
    python, celery = [sys.executable, "-m"], [sys.executable, "-m", "celery", "--app", "config"]
    web = ["gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--workers", "1", "--threads", "4"]
    web += ["--graceful-timeout", "5", "--access-logfile", "-", "--no-control-socket", "--chdir", str(environment.ROOT)]
    worker = ["worker", "--concurrency", "1", "--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    beat = ["beat", "--loglevel", "INFO", "--schedule", str(environment.VAR / "beat-schedule")]
    commands = {"web": python + web, "worker": celery + worker, "beat": celery + beat}
    for name in commands:
        _put_aside(log / f"{name}.log")
    return [Part(name, command, log / f"{name}.log") for name, command in commands.items()]


def _put_aside(log):
    if log.exists() and log.stat().st_size > LOG_KEPT:
        log.replace(log.with_suffix(".log.1"))


def answers(port):
    """True once the web part answers anything at all."""
    asked = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        asked.request("GET", "/healthz")
        asked.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return True


def table(rows, columns):
    """The rows (dicts) as lines of aligned columns."""
    cells = [[str(row.get(column, "")) for column in columns] for row in rows]
    if not cells:
        return "No demo people were loaded."
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
