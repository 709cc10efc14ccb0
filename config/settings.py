"""Every environment variable of the product is read here and nowhere else. A wrong value stops the start with one sentence.

DATABASE_URL          sqlite:///… or postgres://…        default: SQLite in var/
REDIS_URL             redis://…                          default: embedded broker in var/
SECRET_KEY            at least 50 characters             required (``make run`` makes the demo's own)
ALLOWED_HOSTS         names, comma separated             required when serving
EMAIL_URL             smtp://user:word@host:587?tls=1, console:, file:///folder    default: file in var/mail
DEFAULT_FROM_EMAIL    sender of the letters
BASE_URL              address people open, used in letters
MEDIA_ROOT            folder of evidence and papers      default: var/media
ANCHOR_DIR            folder of the journal's anchors    default: var/anchors
VAR_DIR               folder for everything made at run time                       default: var/
TRUSTED_PROXY         1 behind a proxy that sets X-Forwarded-Proto
HSTS_SECONDS          how long browsers insist on HTTPS, 0 for not at all          default: 31536000
REPORT_CLOSE_DAY      last day a monthly report is on time                         default: 24
                      24, 2027-03:20: another from the month 03/2027 on; what was filed before keeps its day
REPORT_LOCK_DAYS      days after it on which a late one may still be filed         default: 5
PARTY_TERMS           first days of the terms of Party committees, level:day       default: the terms of 2025–2030 (_terms)
DONE_WITHOUT_EVIDENCE  mark: «báo hoàn thành» without a file is marked; refuse: it is not taken      default: mark
DEADLINE_BEFORE_IS_STRICT  1: «trước ngày 25» is the 24th; 0: the 25th              default: 1
LOG_LEVEL             DEBUG … ERROR                      default: INFO
DEMO                  set by ``manage.py run`` alone
"""

import os
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from config.environment import ROOT, VAR, is_demo

BASE_DIR = ROOT
DEMO = is_demo()
DEBUG = False

if os.environ.get("DEMO", "") not in {"", "0"} and not DEMO:
    raise ImproperlyConfigured("DEMO is set by make run alone. Take it out of the environment.")
if os.environ.get("DEBUG", "").lower() in {"1", "true", "yes", "on"}:
    raise ImproperlyConfigured("DEBUG cannot be switched on: pages would show secrets. Read the log instead.")


def _secret_key():
    key = os.environ.get("SECRET_KEY", "")
    if not key:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing. Set it to a random text of at least 50 characters, or use make run for the demo."
        )
    if len(key) < 50 or len(set(key)) < 10 or key.startswith("django-insecure"):
        raise ImproperlyConfigured("SECRET_KEY is too weak: it needs at least 50 random characters.")
    return key


def _hosts():
    hosts = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
    if "*" in hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS=* lets anyone forge the address of letters. Name the hosts, comma separated.")
    return hosts


def _database():
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{quote(str(VAR / 'thongsuot.sqlite3'))}"
    try:
        database = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError) as error:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read. Write sqlite:////path/file or postgres://user:word@host:5432/name."
        ) from error
    if database["ENGINE"].endswith("sqlite3"):
        Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        # trust.md, promise 9: acknowledged rows survive a power cut; writers queue instead of failing.
        database["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;",
        }
    elif not database["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured("DATABASE_URL names a database the portal does not run on. Use sqlite or postgres.")
    return database


def _split(url):
    """The parts of an address, or None where it is none (a port in letters, a broken bracket)."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return None
    return parts


def _email():
    """EMAIL_URL as Django's settings. Raises ImproperlyConfigured."""
    url = os.environ.get("EMAIL_URL") or f"file://{quote(str(VAR / 'mail'))}"
    parts = _split(url)
    if parts is None:
        raise ImproperlyConfigured("EMAIL_URL cannot be read. Write smtp://user:word@host:587?tls=1, console: or file:///folder.")
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": unquote(parts.path)}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL cannot be read. Write smtp://user:word@host:587?tls=1, console: or file:///folder.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parse_qs(parts.query).get("tls") == ["1"],
        "EMAIL_TIMEOUT": 20,
    }


def _whole_number(name, default, low, high):
    try:
        value = int(os.environ.get(name) or default)
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}.")
    return value


def _close_days():
    """{first day of the month from which it holds: day}, the earliest first."""
    first, *later = (os.environ.get("REPORT_CLOSE_DAY") or "24").split(",")
    try:
        days = {date.min: int(first)}
        for month, day in (part.strip().split(":") for part in later):
            days[date.fromisoformat(f"{month}-01")] = int(day)
    except ValueError:
        days = {}
    if not days or list(days) != sorted(days) or not all(2 <= day <= 27 for day in days.values()):
        raise ImproperlyConfigured("REPORT_CLOSE_DAY must be a whole number from 2 to 27; another one later: 24, 2027-03:20.")
    return days


def _terms():
    """{level: first days of the terms of its Party committees}: a day without a level before it counts for all three."""
    terms = {"central": [], "province": [], "ward": []}
    present = "central:2026-01-23,province:2025-11-01,ward:2025-09-01"  # docs/decisions/0021
    for said in (os.environ.get("PARTY_TERMS") or present).split(","):
        level, _, day = said.strip().rpartition(":")
        try:
            first, levels = date.fromisoformat(day), [terms[level]] if level else terms.values()
        except (KeyError, ValueError):
            raise ImproperlyConfigured(
                "PARTY_TERMS must hold days such as 2026-01-23 or ward:2030-06-20 (central, province, ward), comma separated."
            ) from None
        for days in levels:
            days.append(first)
    return terms


def _yes_or_no(name, default):
    said = os.environ.get(name) or str(int(default))
    if said not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0.")
    return said == "1"


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = _hosts()
DATABASES = {"default": _database()}
globals().update(_email())
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "Thông Suốt <khong-tra-loi@localhost>"
BASE_URL = (os.environ.get("BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT") or VAR / "media")
ANCHOR_DIR = Path(os.environ.get("ANCHOR_DIR") or VAR / "anchors")
REPORT_CLOSE_DAYS = _close_days()
PARTY_TERMS = _terms()
REPORT_LOCK_DAYS = _whole_number("REPORT_LOCK_DAYS", 5, 0, 27)
DEADLINE_BEFORE_IS_STRICT = _yes_or_no("DEADLINE_BEFORE_IS_STRICT", True)
LOG_LEVEL = os.environ.get("LOG_LEVEL") or "INFO"
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    raise ImproperlyConfigured("LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")

INSTALLED_APPS = [
    "journal",
    "orgunits",
    "plans",
    "tasks",
    "reports",
    "config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
    "axes",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
]

MIDDLEWARE = [
    "config.beginning.began_at",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "orgunits.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "orgunits.middleware.acting_post",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["orgunits.templatetags.acting"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.context.portal",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who
AUTH_USER_MODEL = "orgunits.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# scrypt: PBKDF2 at Django's default costs over a second of CPU per sign-in, and everybody signs in on the 24th.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "my_work"
LOGOUT_REDIRECT_URL = "sign_in"
# An attacker elsewhere must not lock an official out on the 24th: the pair is throttled, not the account.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "orgunits/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 60 * 60 * 12

# Words and time
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["config.formats"]
# Off, or every id in a form and an address would be grouped too; counts are grouped where they are shown.
USE_THOUSAND_SEPARATOR = False

# Files
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
ASSETS_ROOT = VAR / "assets"
STATICFILES_DIRS = [BASE_DIR / "static", *([ASSETS_ROOT] if ASSETS_ROOT.is_dir() else [])]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "tasks.uploads.Bounded"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 12


def _done_without_evidence():
    wanted = os.environ.get("DONE_WITHOUT_EVIDENCE", "mark")
    if wanted not in {"mark", "refuse"}:
        raise ImproperlyConfigured("DONE_WITHOUT_EVIDENCE must be mark or refuse.")
    return wanted


DONE_WITHOUT_EVIDENCE = _done_without_evidence()
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024

# Safety
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
if not DEMO:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = _whole_number("HSTS_SECONDS", 31536000, 0, 63072000)
    # Other names of the domain, and the browsers' own lists, are not this portal's to decide.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if os.environ.get("TRUSTED_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    AXES_CLIENT_IP_CALLABLE = "config.proxy.visitor"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# Jobs: the database is the queue of record, the broker only wakes workers sooner (trust.md, promises 1 and 3).
REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL and getattr(_split(REDIS_URL), "scheme", None) not in {"redis", "rediss", "unix"}:
    raise ImproperlyConfigured("REDIS_URL cannot be read. Write redis://host:6379/0.")
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# On the 24th thousands of papers wait: in a queue of their own they hold up no letter. A worker takes from both unless told which.
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in ("celery", "papers")]
CELERY_TASK_ROUTES = {"reports.jobs.build_papers": {"queue": "papers"}}
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Remote control over files would leave a queue folder per process; nothing here asks for it.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost//"  # without a name each process warns that it chose this one
    _queue = VAR / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "processed_folder": str(VAR / "queue-done"),
        "control_folder": str(VAR / "queue-control"),
        "polling_interval": 0.2,
    }

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["orgunits.tokens.TokenAuthentication", "rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["orgunits.tokens.ActsInAPost"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_PAGINATION_CLASS": "orgunits.tokens.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend", "rest_framework.filters.OrderingFilter"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "orgunits.api.one_sentence",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Thông Suốt",
    "VERSION": "1",
    "DESCRIPTION": "Plans, duties, progress and monthly reports, within the reach of one post.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "StateEnum": "tasks.models.State",
        "DifficultyStateEnum": "tasks.models.Difficulty.State",
        "HaltKindEnum": "tasks.models.Halt.Kind",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django.security.DisallowedHost": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
