"""docs/deploy.md, «Two roles in PostgreSQL»: its very SQL on a real server, and the portal under the role that owns nothing."""

import contextlib
import os
import re
from urllib.parse import urlsplit

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege, IntegrityConstraintViolation

from tests.config.processes import GOOD_KEY, ROOT, manage

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(os.environ.get("THONGSUOT_REQUIRE_SERVICES") != "1", reason="needs PostgreSQL: make test-services"),
]
NAMES = ("thongsuot_owner", "thongsuot_app", "thongsuot")
ACT = """
from orgunits.models import Post
from journal.models import Entry
from reports.jobs import sweep
Entry.objects.record(by=Post.objects.get(), verb="post.taken", target=Post.objects.get())
sweep()
"""


def blocks():
    """The two SQL blocks of the guide, with names of our own, so that a server that is lent to us keeps its roles."""
    ours = {name: f"{name}_{os.getpid()}" for name in NAMES}
    text = (ROOT / "docs" / "deploy.md").read_text()
    for block in re.findall(r"```sql\n(.*?)```", text, re.S):
        yield re.sub(r"\bthongsuot(_owner|_app)?\b", lambda found: ours[found[0]], block)


def address(user=None, word=None, name=None):
    parts = urlsplit(os.environ["DATABASE_URL"].replace("postgis://", "postgres://"))
    who = f"{user}:{word}" if user else parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{who}@{parts.hostname}:{parts.port or 5432}", path=f"/{name or parts.path.strip('/')}").geturl()


def run(url, sql):
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for line in filter(str.strip, sql.split(";\n")):
                cursor.execute(line)


@pytest.fixture(scope="module")
def urls(tmp_path_factory):
    """(owner's, app's) address of a database of its own, migrated by the one and used by the other."""
    owner, app, name = (f"{word}_{os.getpid()}" for word in NAMES)
    first, second = blocks()
    try:
        run(address(), first)
    except InsufficientPrivilege as error:
        pytest.skip(f"this server lets nobody make roles: {error}")
    as_owner, as_app = address(owner, "word-of-the-owner", name), address(app, "word-of-the-app", name)
    try:
        done(manage("migrate", **given(as_owner, tmp_path_factory)))
        run(as_owner, second)
        yield as_owner, as_app
    finally:
        run(address(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE);\nDROP ROLE IF EXISTS {app};\nDROP ROLE IF EXISTS {owner};\n")


def given(url, folders):
    return {"SECRET_KEY": GOOD_KEY, "DATABASE_URL": url, "VAR_DIR": folders.mktemp("var")}


def done(finished):
    assert finished.returncode == 0, finished.stderr[-2000:]
    return finished.stdout


def refused(url, sql, error):
    with pytest.raises(error):
        run(url, sql)


def test_the_portal_runs_under_a_role_that_cannot_touch_the_journal(urls, tmp_path_factory):
    as_owner, as_app = urls
    settings = given(as_app, tmp_path_factory)
    done(manage("load_units", **settings))
    done(manage("add_person", "an", "--name", "Lê Minh An", "--unit", "22423.UBND", "--role", "official", **settings))
    done(manage("shell", "-c", ACT, **settings))
    assert "2 verified, 0 not sealed yet" in done(manage("verify_journal", **settings))
    for table in ("journal_entry", "journal_seal"):
        refused(as_app, f"UPDATE {table} SET id = id", InsufficientPrivilege)
        refused(as_app, f"DELETE FROM {table}", InsufficientPrivilege)
        refused(as_app, f"TRUNCATE {table} CASCADE", InsufficientPrivilege)
        refused(as_app, f"ALTER TABLE {table} DISABLE TRIGGER ALL", InsufficientPrivilege)
        refused(as_app, f"DROP TRIGGER {table}_update_refused ON {table}", InsufficientPrivilege)
        refused(as_app, f"DROP TABLE {table} CASCADE", InsufficientPrivilege)
        refused(as_owner, f"UPDATE {table} SET id = id", IntegrityConstraintViolation)
    refused(as_app, "ALTER TABLE tasks_progress DISABLE TRIGGER ALL", InsufficientPrivilege)
    refused(as_app, "DROP TRIGGER tasks_verdict_delete_refused ON tasks_verdict", InsufficientPrivilege)
    refused(as_app, "TRUNCATE tasks_evidence", InsufficientPrivilege)
    refused(as_owner, "TRUNCATE tasks_evidence", IntegrityConstraintViolation)
    refused(as_app, "SET session_replication_role = replica", InsufficientPrivilege)
    refused(as_app, "CREATE OR REPLACE FUNCTION journal_written_once() RETURNS trigger LANGUAGE sql AS ''", InsufficientPrivilege)
    assert manage("migrate", "journal", "0002", **settings).returncode != 0
    assert "2 verified" in done(manage("verify_journal", **settings))


def test_the_role_of_the_portal_owns_nothing(urls):
    with contextlib.closing(psycopg2.connect(urls[1])) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False, False)
