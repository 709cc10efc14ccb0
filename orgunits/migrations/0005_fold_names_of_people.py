from django.db import migrations

from orgunits.words import fold


def fold_names(apps, schema_editor):
    people = apps.get_model("orgunits", "Person").objects
    rows = list(people.filter(folded="").only("pk", "full_name", "username"))
    for row in rows:
        row.folded = fold(f"{row.full_name} {row.username}")
    people.bulk_update(rows, ["folded"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("orgunits", "0004_posts_change_hands"),
    ]

    operations = [migrations.RunPython(fold_names, migrations.RunPython.noop)]
