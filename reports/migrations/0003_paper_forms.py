from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_periods"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="paper", name="paper_final_once"),
        migrations.AddField(
            model_name="paper",
            name="form",
            field=models.CharField(choices=[("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel")], default="pdf", max_length=4),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(condition=models.Q(("is_draft", False)), fields=("report", "form"), name="paper_final_once"),
        ),
    ]
