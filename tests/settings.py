"""The product's own settings, over plain HTTP and with a quick password hasher."""

import os

from config.settings import *  # noqa: F403 - a settings module is its names
from config.settings import DATABASES, VAR

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "0")
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / f"test-{worker}.sqlite3")}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
