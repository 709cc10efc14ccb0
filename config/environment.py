"""What surrounds a command: the demo's keys, keys for commands that sign nothing, and one sentence for an error.

Demo mode is set by ``manage.py run`` alone, which keeps its keys and passwords in ``var/demo.json``. A command typed
by hand beside a running demo works on that demo; serving outside it needs a real environment.
"""

import contextlib
import json
import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()
DEMO_FILE = VAR / "demo.json"

# Commands that sign nothing, serve nobody and may run before anything is configured.
OFFLINE = {
    "makemigrations",
    "makemessages",
    "compilemessages",
    "spectacular",
    "read_deadline",
    "import_plan",
    "build_assets",
    "demo_people",
    "help",
}


def read_demo():
    """The demo's file as a dict, or {} where no demo was made here. Raises SystemExit where it can't be read."""
    try:
        return json.loads(DEMO_FILE.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        sys.exit(f"{DEMO_FILE} cannot be read ({error}). Remove the folder {VAR} to start the demo afresh.")


def write_demo(facts):
    """Keep the demo's key and passwords where only the owner can read them."""
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    VAR.chmod(0o700)
    draft = DEMO_FILE.with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(facts, file, ensure_ascii=False, indent=1)
    draft.replace(DEMO_FILE)


def enter_demo():
    """Put the demo's environment into this process and its children."""
    facts = read_demo()
    if "secret_key" not in facts:
        facts["secret_key"] = secrets.token_urlsafe(64)
        write_demo(facts)
    os.environ.update(DEMO="1", SECRET_KEY=facts["secret_key"], ALLOWED_HOSTS="127.0.0.1,localhost")
    os.environ.setdefault("BASE_URL", f"http://127.0.0.1:{port()}")


def is_demo():
    """True inside a demo made here. DEMO=1 set by hand does not make one: the demo's own key belongs to it."""
    return os.environ.get("DEMO") == "1" and read_demo().get("secret_key") == os.environ.get("SECRET_KEY", "")


def port():
    """PORT as a number from 1 to 65535, default 8000. Raises SystemExit with one sentence."""
    value = os.environ.get("PORT") or "8000"
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65535):
        sys.exit("PORT must be a whole number from 1 to 65535.")
    return int(value)


def prepare_command(argv):
    """Give a command typed by hand the demo beside it, or a key of its own where it signs nothing."""
    command = argv[0].lstrip("-") if argv else "help"
    asks_for_help = bool({"-h", "--help"} & set(argv))
    if command == "run" and not asks_for_help:
        enter_demo()
        (VAR / "assets").mkdir(exist_ok=True)  # settings look for it before the command can fill it
    elif os.environ.get("SECRET_KEY") or command == "runserver":
        return
    elif DEMO_FILE.exists() and not os.environ.get("DATABASE_URL"):
        enter_demo()
    elif command in OFFLINE or asks_for_help:
        os.environ["SECRET_KEY"] = secrets.token_urlsafe(64)


@contextlib.contextmanager
def one_clear_sentence(exit_code=1):
    """Turn what an operator can mend (settings, packages, database, disk) into one sentence on stderr instead of a traceback.

    LOG_LEVEL=DEBUG lets the traceback through.
    """
    try:
        yield
    except BrokenPipeError:  # the reader of our output has gone, as in «… | head»
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(exit_code) from None
    except Exception as error:
        said = _sentence(error)
        if said is None or os.environ.get("LOG_LEVEL") == "DEBUG":
            raise
        print(said, file=sys.stderr)  # noqa: T201 - logging may not be configured yet
        raise SystemExit(exit_code) from None


def _sentence(error):
    """What to tell the operator about this error, or None where only a programmer can mend it."""
    if isinstance(error, ModuleNotFoundError):
        name = (error.name or "").partition(".")[0]
        ours = (ROOT / name).exists() or not name
        return None if ours else f"The package {name} is missing or out of date. Run: make setup"
    try:
        from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - Django itself may be what is missing
        from django.db import DatabaseError  # noqa: PLC0415
    except ImportError:
        return None
    first_line = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    if isinstance(error, ImproperlyConfigured):
        return f"Settings: {first_line}."
    if isinstance(error, DatabaseError):
        return f"Database: {first_line}. Check DATABASE_URL, that the server runs and that the file is whole."
    if isinstance(error, OSError):
        return f"Cannot go on: {first_line}."
    return None
