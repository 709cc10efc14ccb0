"""Triggers that make the database itself refuse to change or delete rows that are written once: all of every model of history.

They are raised after each `migrate`, by whoever owns the tables, where they are missing: on SQLite a migration that alters a column
rebuilds the table, and its triggers go with it. A migration that must itself change rows of history calls `unguard` first.
"""

from django.apps import apps
from django.db import connections

SQLITE = [
    "CREATE TRIGGER IF NOT EXISTS {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} rows are written once'); END",
    "DROP TRIGGER IF EXISTS {name}",
    "SELECT name FROM sqlite_master WHERE type = 'trigger'",
]
POSTGRESQL = [
    "CREATE OR REPLACE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION journal_written_once()",
    "DROP TRIGGER IF EXISTS {name} ON {table}",
    "SELECT tgname FROM pg_trigger WHERE pg_table_is_visible(tgrelid) AND tgenabled IN ('O', 'A')",
]
FUNCTION = """
CREATE OR REPLACE FUNCTION journal_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are written once', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def tables():
    """The tables of all models built on journal.models.AppendOnly, of every room, in order of their names."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "is_written_once", False))


def bare(connection):
    """Those of `tables()` that stand in the database without all their triggers, switched on."""
    with connection.cursor() as cursor:
        made = set(connection.introspection.table_names(cursor))
        cursor.execute(_sql(connection)[2])
        raised = {name for (name,) in cursor.fetchall()}
    return [table for table in tables() if table in made and not raised.issuperset(_names(connection, table))]


def guard(connection, *tables):
    """Refuse UPDATE and DELETE on `tables`, on PostgreSQL TRUNCATE too."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for table in tables:
            for act, name in zip(_acts(connection), _names(connection, table), strict=True):
                each = "STATEMENT" if act == "truncate" else "ROW"
                cursor.execute(_sql(connection)[0].format(table=table, act=act, name=name, each=each))


def unguard(connection, *tables):
    """Take the triggers away; nothing happens where there are none."""
    with connection.cursor() as cursor:
        for table in tables:
            for name in _names(connection, table):
                cursor.execute(_sql(connection)[1].format(table=table, name=name))


def raise_missing(using, **kwargs):
    """What follows each `migrate` (journal/apps.py)."""
    missing = bare(connections[using])
    if missing:
        guard(connections[using], *missing)


def _sql(connection):
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


def _acts(connection):
    return ["update", "delete", *(["truncate"] if connection.vendor == "postgresql" else [])]


def _names(connection, table):
    return [f"{table}_{act}_refused" for act in _acts(connection)]
