"""When a clock that stood still ran on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0018_cadence_in_task_changes")]
    operations = [
        migrations.AddField("assignment", "resumed_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("assignment", "dated_at", models.DateTimeField(editable=False, null=True)),
    ]
