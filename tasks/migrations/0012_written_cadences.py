"""Duties that stand already take the cadence their words name; all others are monthly, as they were counted before."""

from collections import defaultdict

from django.db import migrations

from tasks.models.cadence import cadence_of

BATCH = 500


def read(apps, schema_editor):
    Stage, Assignment = apps.get_model("tasks", "Stage"), apps.get_model("tasks", "Assignment")
    recurring = Stage.objects.filter(kind__startswith="recurring").order_by().values("task")
    stages, tasks = defaultdict(list), defaultdict(list)
    for stage in Stage.objects.filter(task__in=recurring).order_by("pk").iterator(BATCH):
        stages[stage.task_id].append(stage)
    for task, rows in stages.items():
        tasks[cadence_of(rows)].append(task)
    for cadence, found in tasks.items():
        for start in range(0, len(found), BATCH):
            Assignment.objects.filter(task__in=found[start : start + BATCH], part__in=["lead", "co_lead"]).update(cadence=cadence)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0011_cadence")]
    operations = [migrations.RunPython(read, migrations.RunPython.noop)]
