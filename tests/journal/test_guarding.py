"""The database itself refuses to change or delete what is written once; the application refuses before it is asked."""

import importlib
import uuid
from datetime import date

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from journal import guarding, sealing
from journal.models import AppendOnly, Entry, Heartbeat, Seal
from tasks.models import Evidence
from tasks.models.progress import log_progress
from tests.journal.test_sealing import AT, written

HISTORY = [
    "journal_entry",
    "journal_seal",
    "plans_amendment",
    "plans_indicatorvalue",
    "reports_callchange",
    "reports_callfiling",
    "reports_callverdict",
    "reports_cutoff",
    "reports_reopening",
    "reports_reportverdict",
    "tasks_difficultystep",
    "tasks_duechange",
    "tasks_evidence",
    "tasks_incidentfile",
    "tasks_incidentword",
    "tasks_progress",
    "tasks_taskchange",
    "tasks_verdict",
]
WORDS = {models.DateTimeField: AT, models.DateField: date(2026, 7, 1), models.BooleanField: True, models.UUIDField: uuid.uuid4()}


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


def test_every_table_of_history_is_guarded(db):
    assert guarding.tables() == HISTORY
    assert guarding.bare(connection) == []


@pytest.mark.parametrize("table", HISTORY)
def test_one_row_of_any_history_stays_as_it_was_written(db, table):
    """The row itself is nobody's and points nowhere: it is taken back before the database asks."""
    (model,) = (model for model in apps.get_models() if model._meta.db_table == table)
    with transaction.atomic():
        model._base_manager.bulk_create([model(**anything(model))])
        refused(f"UPDATE {table} SET id = id")
        refused(f"DELETE FROM {table}")
        assert model._base_manager.count() == 1
        transaction.set_rollback(True)


def anything(model):
    """A word for each field of `model` that must have one."""
    wanted = [field for field in model._meta.concrete_fields if not (field.primary_key or field.null or field.has_default())]
    return {field.attname: 1 if field.is_relation else WORDS.get(type(field), "1") for field in wanted}


@pytest.mark.parametrize("table", ["tasks_progress", "tasks_verdict", "tasks_evidence"])
def test_what_a_unit_did_is_neither_changed_nor_deleted(world, table):
    files = [SimpleUploadedFile("a.pdf", b"%PDF-1.4\n")]
    progress = log_progress(world.duty(), by=world.an, at=AT, says="done", words="Đã rà soát.", files=files)
    progress.judge(by=world.binh, at=AT, ok=False, reason="Thiếu biên bản.")
    refused(f"UPDATE {table} SET {CHANGED[table]}")
    refused(f"DELETE FROM {table}")
    refused(f"DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})")
    progress.refresh_from_db()
    assert (progress.words, progress.verdict.ok, progress.evidence.count()) == ("Đã rà soát.", False, 1)


CHANGED = {"tasks_progress": "words = 'x'", "tasks_verdict": "ok = true", "tasks_evidence": "sha256 = 'x'"}


def test_a_duty_with_history_is_not_deleted_with_it(world):
    duty = world.duty()
    log_progress(duty, by=world.an, at=AT, says="doing", words="Đang rà soát.")
    with pytest.raises(IntegrityError, match="rows are written once"), transaction.atomic():
        duty.delete()
    assert duty.progress.count() == 1


@pytest.mark.parametrize("table", ["journal_entry", "journal_seal"])
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
def test_a_table_that_a_migration_rebuilt_is_guarded_again():
    was = Evidence._meta.get_field("name")
    longer = was.clone()
    longer.set_attributes_from_name("name")
    longer.max_length = 201
    alter(was, longer)
    assert guarding.bare(connection) == (["tasks_evidence"] if connection.vendor == "sqlite" else [])
    alter(longer, was)
    call_command("migrate", verbosity=0)
    assert guarding.bare(connection) == []


def alter(was, now):
    with connection.schema_editor() as editor:
        editor.alter_field(Evidence, was, now)


def test_a_guard_that_was_taken_away_or_switched_off_is_raised_by_the_next_migrate(rows):
    guarding.unguard(connection, "tasks_verdict")
    if connection.vendor == "postgresql":
        run("ALTER TABLE tasks_evidence DISABLE TRIGGER tasks_evidence_delete_refused")
    assert guarding.bare(connection) == ["tasks_verdict"] if connection.vendor == "sqlite" else ["tasks_evidence", "tasks_verdict"]
    call_command("migrate", verbosity=0)
    assert guarding.bare(connection) == []


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
