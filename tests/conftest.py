import pytest
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from journal import guarding
from orgunits.loading import load_units
from tasks.loading import load_plans
from tests.world import World


@pytest.fixture(scope="session", autouse=True)
def _emptied_between_tests():
    """After a test that really commits, Django empties every table. Only there what guards the rows of history lets it."""
    empty = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(operations, sql_list):
        with transaction.atomic(using=operations.connection.alias):
            guarding.unguard(operations.connection, *guarding.tables())
            empty(operations, sql_list)
            guarding.guard(operations.connection, *guarding.tables())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield


@pytest.fixture(scope="module")
def country(request, django_db_setup, django_db_blocker):
    """The real unit tree and both real plans, loaded once for a module and taken back after it."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        load_units()
        know_the_rows()
        load_plans()
        know_the_rows()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


def know_the_rows():
    """What autovacuum and a commit would do: PostgreSQL counts the rows of the open transaction and checks their deferred keys once.

    Without it the planner takes every table for empty, and each test checks the keys of the whole country again. Only our own
    tables are counted: a shared catalogue stays locked until the transaction ends, and other workers wait for it.
    """
    if connection.vendor == "postgresql":
        connection.check_constraints()
        with connection.cursor() as cursor:
            tables = ", ".join(connection.ops.quote_name(name) for name in connection.introspection.table_names(cursor))
            cursor.execute(f"ANALYZE {tables}")


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def as_post(client):
    """Sign the test's client in as the person of a post."""

    def sign_in(post):
        client.force_login(post.person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
