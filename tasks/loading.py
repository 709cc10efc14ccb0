"""The two real plans and what they cite, from fixtures/documents.json and fixtures/plans/. Loading twice adds nothing."""

from datetime import date

from django.db import transaction

from orgunits.loading import FIXTURES, read
from orgunits.models import AddresseeGroup, OrgUnit
from plans.models import Basis, Document, Doubt, Indicator, Mention, Objective, Plan, Receipt, Recipient
from tasks import cascade
from tasks.models import Assignment, ParentLink, Stage, Task


def read_plans():
    """The plan fixtures, superiors before inferiors."""
    plans = [read(f"plans/{path.name}") for path in sorted((FIXTURES / "plans").glob("*.json"))]
    return sorted(plans, key=lambda plan: ["central", "province", "ward"].index(plan["level"]))


@transaction.atomic
def load_plans():
    """Add the documents, plans, duties and links that are missing. Returns the number of new duties."""
    units = OrgUnit.objects.in_bulk(field_name="code")
    documents = _load_documents(units)
    count = 0
    for row in read_plans():
        if not Plan.objects.filter(document=documents[row["document"]]).exists():
            count += _load_plan(row, units, documents)
    _freeze_groups(documents)
    return count


def _freeze_groups(documents):
    """The plans are issued: the lists of the groups they name are those of the day each was issued."""
    for row in read_plans():
        day = date.fromisoformat(row["issued_on"])
        AddresseeGroup.objects.filter(tasks__plan__document=documents[row["document"]], frozen_on=None).update(frozen_on=day)


def _load_documents(units):
    rows = read("documents.json")
    for row in rows:
        fields = {
            name: row[name]
            for name in (
                "type",
                "type_name",
                "symbol",
                "symbol_printed",
                "issuer_words",
                "signed_on",
                "subject",
                "text_received",
                "arrived_on",
                "note",
            )
        }
        fields["issuer"] = units[row["issuer"]] if row["issuer"] else None
        fields["note"] = fields["note"] or ""
        fields["issuer_words"] = fields["issuer_words"] or ""
        Document.objects.get_or_create(key=row["key"], defaults=fields)
    documents = Document.objects.in_bulk(field_name="key")
    for row in rows:
        if row.get("copy_of"):
            Document.objects.filter(key=row["key"]).update(copy_of=documents[row["copy_of"]])
    return documents


def _load_plan(row, units, documents):
    document = documents[row["document"]]
    plan = Plan.objects.create(
        document=document,
        unit=units[row["unit"]],
        level=row["level"],
        programme=row["programme"],
        title=row["title"],
        issued_on=date.fromisoformat(row["issued_on"]),
    )
    plan.superiors.set(Plan.objects.filter(document__key__in=row["superiors"]))
    Basis.objects.bulk_create(Basis(document=document, base=documents[key], position=n) for n, key in enumerate(row["bases"], 1))
    Mention.objects.bulk_create(Mention(document=document, cited=documents[key]) for key in row.get("mentions", []))
    Recipient.objects.bulk_create(
        Recipient(plan=plan, who=line["who"], purpose=line["purpose"], position=n) for n, line in enumerate(row["recipients"], 1)
    )
    Doubt.objects.bulk_create(
        Doubt(document=document, place=line["place"], words=line["words"], says=line["says"]) for line in row["doubts"]
    )
    Objective.objects.bulk_create(Objective(plan=plan, position=n, **line) for n, line in enumerate(row["objectives"], 1))
    Indicator.objects.bulk_create(_indicator(plan, n, line) for n, line in enumerate(row["indicators"], 1))
    for copy in document.copies.exclude(arrived_on=None).select_related("issuer__area"):
        Receipt.objects.create(plan=plan, unit=copy.issuer.area, received_on=copy.arrived_on, forwarded_by=copy)
    for n, line in enumerate(row["tasks"], 1):
        _load_task(plan, n, line, units)
    for line in row["tasks"]:
        _tie(plan, line, units)
    return len(row["tasks"])


def _indicator(plan, position, line):
    return Indicator(
        plan=plan,
        position=position,
        ref=line["ref"],
        year=line["horizon"],
        name=line["name"],
        operator=line["operator"],
        value=line["value"],
        measure=line["unit"] or "",
        is_firm=line["firm"],
        numerator=line["numerator"] or "",
        denominator=line["denominator"] or "",
        rollup=line["rollup"],
    )


def _load_task(plan, position, line, units):
    names = (
        "ref",
        "source",
        "section",
        "section_title",
        "title",
        "words",
        "product",
        "deadline_words",
        "inherited",
        "lead_words",
        "lead_role",
        "coordinator_words",
    )
    group = AddresseeGroup.objects.get(code=line["group"]) if line["group"] else None
    task = Task.objects.create(
        plan=plan, position=position, group=group, note=line.get("note") or "", **{name: line[name] for name in names}
    )
    task.directing.set([units[code] for code in line["directing"]])
    for n, stage in enumerate(line["stages"], 1):
        Stage.objects.create(task=task, position=n, **_stage(stage))
    cascade.address(
        task,
        leads=[units[code] for code in line["leads"]],
        coordinators=[units[code] for code in line["coordinators"]],
        group=group,
        as_role=line["lead_role"],
        on=plan.issued_on,
    )


def _stage(line):
    fields = {name: line[name] for name in ("label", "words", "kind", "hours", "days", "rrules", "flags")}
    for name in ("starts_on", "due_on"):
        fields[name] = date.fromisoformat(line[name]) if line[name] else None
    if line["waits_for"]:
        fields["waits_for_plan"] = Plan.objects.get(document__key=line["waits_for"]["plan"])
    return fields


def _tie(plan, line, units):
    child = Task.objects.get(plan=plan, ref=line["ref"])
    for link in line["parents"]:
        parent = Task.objects.get(plan__document__key=link["plan"], ref=link["ref"])
        via = Assignment.objects.get(task=parent, unit=units[link["via"]]) if link["how"] == "carries" else None
        ParentLink.objects.tie(child, parent, via=via)
