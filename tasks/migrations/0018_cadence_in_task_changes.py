from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0017_days_of_occurrences")]

    operations = [
        migrations.AlterField(
            model_name="taskchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("added", "added"),
                    ("ended", "taken out"),
                    ("reworded", "reworded"),
                    ("leads", "other leads"),
                    ("dates", "another date"),
                    ("cadence", "another rhythm of reporting"),
                ],
                max_length=8,
            ),
        ),
    ]
