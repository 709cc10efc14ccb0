from django.db import migrations
from django.db.models import OuterRef, Subquery

from orgunits.words import fold


def fold_titles(apps, schema_editor):
    calls = apps.get_model("reports", "Call").objects
    rows = list(calls.filter(folded="").only("pk", "title"))
    for row in rows:
        row.folded = fold(row.title)[:400]
    calls.bulk_update(rows, ["folded"], batch_size=500)


def keep_due_moments(apps, schema_editor):
    answers = apps.get_model("reports", "CallAnswer").objects
    due = apps.get_model("reports", "Call").objects.filter(pk=OuterRef("call")).values("due_at")
    answers.exclude(first_filed_at=None).filter(first_due_at=None).update(first_due_at=Subquery(due))


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0007_calls_move_and_print_on_paper"),
    ]

    operations = [
        migrations.RunPython(fold_titles, migrations.RunPython.noop),
        migrations.RunPython(keep_due_moments, migrations.RunPython.noop),
    ]
