"""What a file proved before, and what was said to be done without one."""

from django.db import migrations
from django.db.models import Exists, OuterRef, Q


def read(apps, schema_editor):
    Answer, Assignment, Evidence = (apps.get_model("tasks", name) for name in ("Answer", "Assignment", "Evidence"))
    standing = Q(progress__verdict=None) | Q(progress__verdict__ok=True)
    proofs = Evidence.objects.filter(standing, progress__answer=OuterRef("pk"))
    Answer.objects.filter(Exists(proofs)).update(is_proven=True)
    lacking = Answer.objects.filter(assignment=OuterRef("pk"), state__in=["said", "done"], is_proven=False)
    Assignment.objects.filter(Exists(lacking)).update(unproven=True)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0014_proof")]
    operations = [migrations.RunPython(read, migrations.RunPython.noop)]
