"""Asking the portal as somebody, and reading what comes back."""

import io
import re
import uuid
import zipfile
from contextlib import contextmanager

from django.db import connection, transaction

CANARY = re.compile(r"canary\d{4}z")
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
HIDDEN = rb'name="(csrfmiddlewaretoken|token)" value="[^"]*"'
UUID4 = rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
CHANGING = re.compile(HIDDEN + rb"|" + UUID4)


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def told(answer):
    """The canaries in an answer: its bytes, its headers and its cookies."""
    return set(CANARY.findall(f"{_text(body(answer))} {answer.headers} {answer.cookies}"))


def _text(data):
    """What is written in a file, inside a compressed one too."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as sheet:
            data = b" ".join(sheet.read(name) for name in sheet.namelist())
    return data.decode("utf-8", "replace")


def steady(answer):
    """The bytes of a page without what differs from one request to the next by design."""
    return CHANGING.sub(b"", body(answer))


@contextmanager
def writes_seen():
    """The SQL statements that wrote business rows meanwhile (sessions are no business rows)."""
    seen = []

    def watch(execute, sql, params, many, context):
        if WRITES.match(sql) and "django_session" not in sql:
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


@contextmanager
def taken_back():
    """Whatever is written inside did not happen."""
    around = transaction.atomic()
    with around:
        yield
        transaction.set_rollback(True)


def fresh_token():
    return str(uuid.uuid4())
