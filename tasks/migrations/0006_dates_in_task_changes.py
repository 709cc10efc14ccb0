from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0005_link_days")]

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
                ],
                max_length=8,
            ),
        ),
    ]
