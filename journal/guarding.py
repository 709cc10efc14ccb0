"""Triggers that make the database itself refuse to change or delete rows that are written once.

A migration raises them. On SQLite they go with their table: a later migration that rebuilds a guarded table (it alters a column)
ends with `guard` again; tests/journal/test_guarding.py says so by name.
"""

TABLES = ["journal_entry", "journal_seal"]

SQLITE = [
    "CREATE TRIGGER {table}_{act}_refused BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} rows are written once'); END",
    "DROP TRIGGER IF EXISTS {table}_{act}_refused",
]
POSTGRESQL = [
    "CREATE TRIGGER {table}_{act}_refused BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION journal_written_once()",
    "DROP TRIGGER IF EXISTS {table}_{act}_refused ON {table}",
]
FUNCTION = """
CREATE OR REPLACE FUNCTION journal_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are written once', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def guard(connection, *tables):
    """Refuse UPDATE and DELETE on `tables`, on PostgreSQL TRUNCATE too."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for table, act in _acts(connection, tables):
            cursor.execute(_sql(connection)[0].format(table=table, act=act, each="STATEMENT" if act == "truncate" else "ROW"))


def unguard(connection, *tables):
    """Take the triggers away; nothing happens where there are none."""
    with connection.cursor() as cursor:
        for table, act in _acts(connection, tables):
            cursor.execute(_sql(connection)[1].format(table=table, act=act))


def _sql(connection):
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


def _acts(connection, tables):
    acts = ["update", "delete", *(["truncate"] if connection.vendor == "postgresql" else [])]
    return [(table, act) for table in tables for act in acts]
