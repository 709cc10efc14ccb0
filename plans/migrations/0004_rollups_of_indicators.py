from django.db import migrations

# Where the wording says more than the columns do (fixtures/plans): a share of the country's market, and «ít nhất 01» in each unit.
NAMED = {("04-kh-bcdtw", "II.2.b/6#1"): "none", ("02-kh-bcd-ba-ngoi", "I.2.1.4#3"): "min"}


def derive(apps, schema_editor):
    """The rule of Indicator.rollup_for as it stood when the column came."""
    rows = apps.get_model("plans", "Indicator").objects.select_related("plan__document")
    for row in rows.iterator():
        row.rollup = NAMED.get((row.plan.document.key, row.ref)) or _rule(row)
        row.save(update_fields=["rollup"])


def _rule(row):
    if "/" in row.measure:
        return "max" if row.operator == "<=" else "min"
    if row.measure == "%":
        return "ratio" if row.denominator else "none"
    return "none" if row.measure in {"", "hạng", "điểm", "vị trí"} or row.operator == "<=" else "sum"


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_indicator_values")]
    operations = [migrations.RunPython(derive, migrations.RunPython.noop)]
