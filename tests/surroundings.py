"""Loaded before Django's settings: a throw-away place for everything the tests write, and a key that signs nothing real."""

import gc
import os
import secrets
import shutil
import tempfile

KEPT_OUT = "DEMO EMAIL_URL MEDIA_ROOT ANCHOR_DIR ALLOWED_HOSTS BASE_URL REPORT_CLOSE_DAY REPORT_LOCK_DAYS PARTY_TERMS"
for name in KEPT_OUT.split():
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = secrets.token_urlsafe(64)
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="thongsuot-tests-")
gc.set_threshold(50_000, 20, 20)  # thousands of tests live until the end; looking through them over and over frees nothing


def pytest_collection_finish():
    gc.collect()
    gc.freeze()


def pytest_unconfigure():
    shutil.rmtree(os.environ["VAR_DIR"], ignore_errors=True)
