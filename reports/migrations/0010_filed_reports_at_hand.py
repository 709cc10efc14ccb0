from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgunits", "0005_fold_names_of_people"),
        ("reports", "0009_papers_know_their_revision"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="monthlyreport",
            index=models.Index(
                fields=["filed_at"],
                name="report_filed",
                condition=models.Q(("filed_at__isnull", False), ("superseded", False)),
            ),
        ),
    ]
