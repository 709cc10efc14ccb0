"""The database itself refuses to change or delete what is written once; the application refuses before it is asked."""

import importlib

import pytest
from django.db import IntegrityError, connection, transaction

from journal import guarding, sealing
from journal.models import AppendOnly, Entry, Heartbeat, Seal
from tests.journal.test_sealing import AT, written


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def refused(sql):
    with pytest.raises(IntegrityError, match="rows are written once"):
        run(sql)


@pytest.fixture
def rows(world):
    made = written(world)
    sealing.seal(at=AT)
    return made


@pytest.mark.parametrize("table", guarding.TABLES)
def test_the_database_refuses_to_change_or_delete(rows, table):
    refused(f"UPDATE {table} SET id = id + 1000")
    refused(f"UPDATE {table} SET {'verb' if table.endswith('entry') else 'digest'} = 'x'")
    refused(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        refused("TRUNCATE journal_entry, journal_seal")
    assert (Entry.objects.count(), Seal.objects.count()) == (3, 3)


def test_the_database_refuses_what_the_orm_would_do_past_the_model(rows):
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.all()._raw_delete("default")
    assert Seal.objects.count() == 3


ACTS = {
    "update": lambda model: model.objects.update(pk=1),
    "update some": lambda model: model.objects.filter(pk__gt=0).update(pk=1),
    "delete": lambda model: model.objects.all().delete(),
    "bulk_update": lambda model: model.objects.bulk_update(list(model.objects.all()), ["id"]),
    "upsert": lambda model: model.objects.bulk_create([], update_conflicts=True, update_fields=["id"], unique_fields=["id"]),
    "save": lambda model: model.objects.first().save(),
    "delete one": lambda model: model.objects.first().delete(),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("model", [Entry, Seal])
def test_the_application_refuses(rows, model, act):
    with pytest.raises(TypeError, match="never"):
        ACTS[act](model)


def test_every_model_of_history_refuses_in_bulk():
    kinds = _below(AppendOnly)
    assert {kind.__name__ for kind in kinds} >= {"Entry", "Seal", "Progress", "Verdict", "Evidence", "DueChange", "Amendment"}
    for kind in kinds:
        for act in ("update", "delete", "bulk_update"):
            with pytest.raises(TypeError):
                getattr(kind._default_manager.all(), act)()


def _below(model):
    return {kind for sub in model.__subclasses__() for kind in {sub, *_below(sub)}}


def test_the_migration_can_be_taken_back_and_raised_again(rows):
    step = importlib.import_module("journal.migrations.0007_written_once")
    with connection.schema_editor(atomic=False) if connection.vendor == "postgresql" else _no_editor() as editor:
        step.lift_guards(None, editor)
        run("UPDATE journal_seal SET digest = digest")
        step.raise_guards(None, editor)
    refused("UPDATE journal_seal SET digest = digest")


class _no_editor:
    """SQLite's editor wants no transaction around it; the migration needs only its connection."""

    connection = connection

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


@pytest.mark.django_db(transaction=True)
def test_between_two_tests_that_commit_the_tables_are_emptied():
    Entry.objects.record(by=None, verb="x.y", target=_thing())


@pytest.mark.django_db(transaction=True)
def test_and_the_guards_stand_again():
    assert Entry.objects.count() == 0
    Entry.objects.record(by=None, verb="x.y", target=_thing())
    refused("DELETE FROM journal_entry")


def _thing():
    return Heartbeat.objects.create(name="x", at=AT)
