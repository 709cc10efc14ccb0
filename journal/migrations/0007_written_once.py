from django.db import migrations

from journal import guarding

TABLES = ["journal_entry", "journal_seal"]


def raise_guards(apps, schema_editor):
    guarding.guard(schema_editor.connection, *TABLES)


def lift_guards(apps, schema_editor):
    guarding.unguard(schema_editor.connection, *TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0006_seals"),
    ]

    operations = [migrations.RunPython(raise_guards, lift_guards)]
