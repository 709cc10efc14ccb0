"""make bench: prepares an illustrative country on SQLite and PostgreSQL, measures both, prints JSON and a table.

python -m bench [--on sqlite|postgresql|both] [--provinces N] [--tasks-per-ward N] [--progress N] [--only WORDS] [--fresh]
"""

import argparse
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from bench.table import table
from tests.config import services

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
SIZES = ("provinces", "tasks_per_ward", "progress")


def main():
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("sqlite", "postgresql"):
        if asked.on in {name, "both"}:
            with DATABASES[name](asked) as (servers, pid, fresh):
                told = _measure(name, servers, pid, asked, seeding=_seed(servers, asked) if fresh else None)
            print(f"\n{json.dumps(told, ensure_ascii=False)}\n\n{name}: {told['data']}\n\n{table(told)}\n", flush=True)


def _arguments():
    parser = argparse.ArgumentParser(prog="make bench", description="The national bench.")
    parser.add_argument("--on", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--provinces", type=int)
    parser.add_argument("--tasks-per-ward", type=int)
    parser.add_argument("--progress", type=int)
    parser.add_argument("--only", default="", help="only works whose name holds these words")
    parser.add_argument("--fresh", action="store_true", help="make the SQLite country anew even where one of this size and day is there")
    return parser.parse_args()


@contextlib.contextmanager
def _sqlite(asked):
    """(addresses, no process of its own, whether it is empty): kept for the day, since making it takes minutes."""
    sizes = "-".join(str(getattr(asked, size) or "all") for size in SIZES)
    file = FOLDER / f"{date.today():%Y-%m-%d}-{sizes}.sqlite3"
    if asked.fresh or not file.with_suffix(".made").exists():
        for old in FOLDER.glob("*.sqlite3*"):
            old.unlink()
        for old in FOLDER.glob("*.made"):
            old.unlink()
        yield {"DATABASE_URL": f"sqlite:///{file}"}, None, True
    else:
        yield {"DATABASE_URL": f"sqlite:///{file}"}, None, False
    file.with_suffix(".made").touch()


@contextlib.contextmanager
def _postgresql(asked):
    """A PostgreSQL and a Redis of our own that end with the bench; or the empty database of DATABASE_URL."""
    given = os.environ.get("DATABASE_URL")
    with services.redis_server() as broker, contextlib.nullcontext(given) if given else services.postgresql() as url:
        yield {"DATABASE_URL": url, "REDIS_URL": broker}, None if given else _owner_of(url), True


DATABASES = {"sqlite": _sqlite, "postgresql": _postgresql}


def _owner_of(url):
    """The process id of the server's postmaster, by its command line: the port is its own."""
    port = url.rpartition(":")[2].partition("/")[0]
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if words[0].endswith(b"/postgres") and port.encode() in words:
                return int(folder.name)
    return None


def _environment(servers):
    kept = {name: value for name, value in os.environ.items() if name not in {"DEMO", "REDIS_URL"}}
    given = {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        **servers,
        "VAR_DIR": str(FOLDER),
        "SECRET_KEY": _key(),
        "LOG_LEVEL": "ERROR",
    }
    return {**kept, **given}


def _key():
    """One key for all processes of the bench: the sessions one makes are read by the others."""
    file = FOLDER / "key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    return file.read_text(encoding="utf-8")


def _seed(servers, asked):
    """Make the country; tells seconds and the most memory the command held."""
    environment = _environment(servers)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    options = [f"--{size.replace('_', '-')}={getattr(asked, size)}" for size in SIZES if getattr(asked, size)]
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "manage.py", "seed_national", "--yes-illustrative", *options], cwd=ROOT, env=environment)
    _pid, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit("The country could not be made.")
    cpu = round(used.ru_utime + used.ru_stime)
    told = {"seconds": round(time.monotonic() - began), "cpu_seconds": cpu, "most_memory_mb": round(used.ru_maxrss / 1024)}
    _know_the_rows(environment)
    return told


def _know_the_rows(environment):
    """What autovacuum would do within minutes."""
    sql = "ANALYZE" if environment["DATABASE_URL"].startswith("sqlite") else "VACUUM ANALYZE"
    code = f"from django.db import connection; connection.cursor().execute('{sql}')"
    subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", code], cwd=ROOT, env=environment, check=True)


def _measure(name, servers, pid, asked, *, seeding):
    out = FOLDER / f"{name}.json"
    command = [sys.executable, "-m", "bench.measure", "--out", str(out), "--only", asked.only]
    subprocess.run([*command, *(["--database-pid", str(pid)] if pid else [])], cwd=ROOT, env=_environment(servers), check=True)
    told = {**json.loads(out.read_text(encoding="utf-8")), "seeding": seeding}
    out.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    shutil.copy(out, FOLDER / f"{name}-{told['at'][:19].replace(':', '')}.json")
    return told


if __name__ == "__main__":
    main()
