from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgunits", "0005_fold_names_of_people"),
        ("reports", "0005_calls"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="monthlyreport",
            index=models.Index(condition=models.Q(("filed_at", None), ("superseded", False)), fields=["month"], name="report_unfiled"),
        ),
    ]
