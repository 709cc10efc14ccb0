from django.db import migrations

from orgunits.words import fold


def fold_titles(apps, schema_editor):
    calls = apps.get_model("reports", "Call").objects
    rows = list(calls.filter(folded="").only("pk", "title"))
    for row in rows:
        row.folded = fold(row.title)
    calls.bulk_update(rows, ["folded"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0007_calls_move_and_print_on_paper"),
    ]

    operations = [migrations.RunPython(fold_titles, migrations.RunPython.noop)]
