"""When a clock that stood still ran on: what was resumed, restored or dated by now counts from then."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest


def read(apps, schema_editor):
    Assignment, Halt, Declaration, Change = (apps.get_model("tasks", name) for name in ("Assignment", "Halt", "NotApplicable", "DueChange"))
    halts = Halt.objects.filter(accepted=True, resumed_at__isnull=False)
    resumed = halts.filter(assignment=OuterRef("pk")).order_by("-resumed_at").values("resumed_at")[:1]
    Assignment.objects.filter(pk__in=halts.values("assignment")).update(resumed_at=Subquery(resumed))
    for row in Declaration.objects.filter(accepted=True, withdrawn_at__isnull=False).select_related("unit"):
        units = [unit for unit in (row.unit_id, row.unit.answers_through_id) if unit]
        owed = Assignment.objects.filter(task=row.task_id, unit__in=units, joined_on__lte=row.at)
        owed.update(resumed_at=Greatest(Coalesce("resumed_at", row.withdrawn_at), row.withdrawn_at))
    changes = Change.objects.filter(cause__in=["dated", "followed"], was=None, now__isnull=False)
    dated = changes.filter(answer__assignment=OuterRef("pk")).order_by("-at").values("at")[:1]
    Assignment.objects.filter(pk__in=changes.values("answer__assignment")).update(dated_at=Subquery(dated))
    Assignment.objects.filter(awaits_since__lt=F("resumed_at")).update(awaits_since=F("resumed_at"))


class Migration(migrations.Migration):
    dependencies = [("tasks", "0019_clocks_run_on")]
    operations = [migrations.RunPython(read, migrations.RunPython.noop)]
