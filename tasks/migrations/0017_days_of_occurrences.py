"""The answers that stand to what comes back every quarter, half year or year are occurrences of their own days."""

from django.db import migrations
from django.db.models import Exists, F, OuterRef, Subquery

from journal import guarding

KINDS = ["recurring_quarterly", "recurring_half_yearly", "recurring_yearly"]


def occur(apps, schema_editor):
    answers = apps.get_model("tasks", "Answer").objects.filter(stage__kind__in=KINDS, clock="dated", due_on__isnull=False)
    answers.exclude(stage__rrules=[]).update(occurs_on=F("due_on"))


def undo(apps, schema_editor):
    """One answer to one stage again: what was said of later occurrences is told under the first one."""
    guarding.unguard(schema_editor.connection, "tasks_progress", "tasks_duechange")  # raised again after each `migrate`
    Answer, Progress = apps.get_model("tasks", "Answer"), apps.get_model("tasks", "Progress")
    earlier = Answer.objects.filter(assignment=OuterRef("assignment"), stage=OuterRef("stage"), occurs_on__lt=OuterRef("occurs_on"))
    first = Subquery(earlier.order_by("occurs_on").values("pk")[:1])
    for pk, first_pk in list(Answer.objects.filter(Exists(earlier)).annotate(first=first).values_list("pk", "first")):
        Progress._base_manager.filter(answer=pk).update(answer=first_pk)
        Answer.objects.filter(pk=pk).delete()
    Answer.objects.exclude(occurs_on=None).update(occurs_on=None, is_past=False)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0016_occurrences")]
    operations = [migrations.RunPython(occur, undo)]
