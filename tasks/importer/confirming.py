"""From a reviewed intake to a plan with its duties: one transaction, all of it or nothing."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import Entry
from orgunits.groups import freeze
from orgunits.models import AddresseeGroup, Alias, OrgUnit
from orgunits.words import fold
from plans.models import Basis, Document, Indicator, Objective, Plan, Recipient
from tasks import cascade, receiving
from tasks.deadlines import Kind
from tasks.importer import reviewing
from tasks.models import ParentLink, Stage, Task
from tasks.models.intake import Intake
from tasks.models.states import StaleWrite


class NotReady(Exception):
    """The plan cannot be confirmed yet; `reasons` are sentences for the person."""

    def __init__(self, reasons):
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def reasons_against(intake, post):
    """What stands in the way of confirming, in sentences; none when the plan may be confirmed."""
    return [*_document_reasons(intake, post), *_draft_reasons(intake)]


def _document_reasons(intake, post):
    if not intake.issuer_id:
        yield _("Choose the unit that issues this plan: the names «UBND», «the committee» are read from its place.")
    elif not intake.may_be_confirmed_by(post):
        yield _(
            "This plan is issued by %(unit)s, not by a unit of your own area: "
            "it can be read here, and is confirmed there, by that area's clerk."
        ) % {"unit": intake.issuer.full_name}
    if not intake.symbol:
        yield _("The document has no number and symbol yet.")
    if not intake.type:
        yield _("The document has no type yet.")
    if not intake.signed_on:
        yield _("The document has no date of signing yet.")
    if earlier := _same_document(intake):
        yield _("A plan with this issuer, type, number and date is here already: %(plan)s. Amending it is a later act.") % {"plan": earlier}


def _draft_reasons(intake):
    tally = intake.tally()
    if not tally["drafts"]:
        yield _("No duty is left to confirm.")
    if n := tally["undecided"]:
        yield ngettext(
            "%(n)s duty has a doubt nobody has decided: accept it as it is, correct it or drop it.",
            "%(n)s duties have doubts nobody has decided: accept them as they are, correct or drop them.",
            n,
        ) % {"n": n}
    if twice := _refs_twice(intake):
        yield _("Two duties share one ref: %(refs)s.") % {"refs": ", ".join(twice[:8])}


def _refs_twice(intake):
    seen, twice = set(), []
    for ref in intake.drafts.kept().values_list("ref", flat=True):
        if ref in seen and ref not in twice:
            twice.append(ref)
        seen.add(ref)
    return twice


def _same_document(intake):
    """The plan that has this identity already, or None."""
    if not (intake.issuer_id and intake.symbol and intake.signed_on):
        return None
    found = Plan.objects.filter(
        document__issuer=intake.issuer_id, document__type=intake.type, document__symbol=intake.symbol, document__signed_on=intake.signed_on
    )
    return found.select_related("document", "unit").first()


@transaction.atomic
def confirm(intake, *, by, at):
    """Make the plan of an intake, issued on the day it was signed. Returns the Plan; a second confirming returns the same one.

    Raises NotReady with the reasons, StaleWrite where the intake was discarded meanwhile.
    """
    intake = Intake.objects.select_for_update(of=("self",)).select_related("issuer__area", "area").get(pk=intake.pk)
    if intake.state == Intake.State.CONFIRMED:
        return intake.plan
    if not intake.is_open:
        raise StaleWrite
    # Two files of one plan in two clerks' hands: the issuer's row decides who is first.
    OrgUnit.objects.select_for_update(no_key=True).filter(pk=intake.issuer_id).first()
    if reasons := reasons_against(intake, by):
        raise NotReady(reasons)
    plan = _plan(intake)
    duties = _Duties(intake, plan, by, at)
    duties.make()
    intake.state, intake.plan = Intake.State.CONFIRMED, plan
    intake.save(update_fields=["state", "plan"])
    Entry.objects.record(
        by=by,
        verb="plan.confirmed",
        target=plan,
        at=at,
        intake=intake.pk,
        duties=len(duties.rows),
        aliases=duties.aliases,
        sha256=intake.sha256,
    )
    receiving.send(plan, by=by, at=at)
    return plan


def _plan(intake):
    document = _document(intake)
    plan = Plan.objects.create(
        document=document,
        unit=intake.issuer if intake.issuer.is_area else intake.issuer.area,
        level=intake.issuer.level,
        programme=intake.subject[:200],
        title=(intake.subject or intake.type_name)[:300],
        issued_on=intake.signed_on,
    )
    bases = _bases(intake, document)
    plan.superiors.set(Plan.objects.issued().filter(document__in=bases).exclude(pk=plan.pk))
    Recipient.objects.bulk_create(
        Recipient(plan=plan, who=row["who"][:300], purpose=(row.get("purpose") or "")[:60], position=n)
        for n, row in enumerate(intake.recipients, 1)
    )
    Objective.objects.bulk_create(
        Objective(
            plan=plan,
            ref=(row.get("ref") or "")[:40],
            horizon=_horizon(row.get("horizon")),
            heading=(row.get("heading") or "")[:200],
            text=row["text"],
            position=n,
        )
        for n, row in enumerate(intake.objectives, 1)
    )
    Indicator.objects.bulk_create(filter(None, (_indicator(plan, n, row) for n, row in enumerate(intake.indicators, 1))))
    return plan


def _document(intake):
    """The plan's document: one known by citation so far, or a new one."""
    fields = {
        "issuer": intake.issuer,
        "issuer_words": intake.issuer_words,
        "type_name": intake.type_name or intake.type,
        "symbol_printed": intake.symbol,
        "subject": intake.subject,
        "text_received": True,
    }
    known = Document.objects.filter(type=intake.type, symbol=intake.symbol, signed_on=intake.signed_on, plan=None)
    document = known.filter(issuer=intake.issuer).first() or known.filter(issuer=None).first()
    if document is None:
        document = Document(type=intake.type, symbol=intake.symbol, signed_on=intake.signed_on)
        document.key = Document.objects.free_key(f"{intake.symbol}-{intake.issuer.code}-{intake.signed_on:%Y%m%d}")
    for name, value in fields.items():
        setattr(document, name, value)
    document.save()
    return document


def _bases(intake, document):
    """The documents it rests on, those not known yet added as citations. Returns them."""
    found = []
    for row in intake.bases:
        base = _cited(row, intake)
        if base and base != document and base not in found:
            found.append(base)
    Basis.objects.filter(document=document).delete()
    Basis.objects.bulk_create(Basis(document=document, base=base, position=n) for n, base in enumerate(found, 1))
    return found


def _cited(row, intake):
    symbol, signed_on = (row.get("symbol") or "")[:60], date.fromisoformat(row["date"]) if row.get("date") else None
    if not symbol:
        return None
    known = Document.objects.filter(symbol=symbol)
    if signed_on:
        exact = known.filter(signed_on=signed_on)
        if row.get("type"):
            exact = exact.filter(type=row["type"][:12])
        if found := _nearest(exact, intake):
            return found
    elif found := _nearest(known, intake):
        return found
    return Document.objects.create(
        type=(row.get("type") or "")[:12],
        type_name=(row.get("type_name") or row.get("type") or "")[:60],
        symbol=symbol,
        symbol_printed=(row.get("symbol") or "")[:80],
        signed_on=signed_on,
        issuer_words=(row.get("issuer") or "")[:300],
        subject=(row.get("subject") or "")[:500],
        key=Document.objects.free_key(f"{symbol}-{signed_on or 'khong-ngay'}"),
    )


def _nearest(documents, intake):
    """Of documents with one number the one whose issuer stands in the plan's own line: «02-KH/BCĐ» exists in every ward."""
    path = intake.issuer.path
    rows = [
        row for row in documents.select_related("issuer__area") if not row.issuer or path.startswith((row.issuer.area or row.issuer).path)
    ]
    return max(rows, key=lambda row: (row.issuer is not None, len(row.issuer.path) if row.issuer else 0), default=None)


def _horizon(value):
    return str(value)[:8] if value else Objective.Horizon.GENERAL


def _indicator(plan, position, row):
    try:
        value = Decimal(str(row["value"]).replace(",", ".")).quantize(Decimal("0.01"))
    except (InvalidOperation, TypeError):
        return None
    if abs(value) >= 10**12:
        return None
    operators = [sign for sign, _label in Indicator._meta.get_field("operator").choices]
    operator = row.get("operator") if row.get("operator") in operators else "="
    measure, denominator = (row.get("unit") or "")[:40], (row.get("denominator") or "")[:300]
    return Indicator(
        plan=plan,
        position=position,
        ref=(row.get("ref") or "")[:40],
        year=row.get("year") or plan.issued_on.year,
        name=row["name"][:400],
        operator=operator,
        value=value,
        measure=measure,
        is_firm=row.get("firm", True),
        numerator=(row.get("numerator") or "")[:300],
        denominator=denominator,
        rollup=Indicator.rollup_for(measure=measure, denominator=denominator, operator=operator),
    )


class _Duties:
    """Makes the duties of one plan. Units, groups and parents are read once for all of them."""

    def __init__(self, intake, plan, by, at):
        self.intake, self.plan, self.by = intake, plan, by
        self.rows = list(intake.drafts.kept())
        parents = {row.parent_id for row in self.rows if row.parent_id}
        self.seen = set(Task.objects.visible_to(by).filter(pk__in=parents).values_list("pk", flat=True))
        wanted = {code for row in self.rows for code in (*row.codes("leads"), *row.codes("coordinators"), *row.directing)}
        self.units = OrgUnit.objects.select_related("area").in_bulk(wanted, field_name="code")
        codes = {code for row in self.rows for code in row.leads.get("groups", [])}
        self.groups = {group.code: self._frozen(group, at) for group in AddresseeGroup.objects.filter(code__in=codes).order_by("pk")}

    def _frozen(self, group, at):
        """A plan that is confirmed is issued: its groups' lists are those of its day."""
        try:
            return freeze(group, on=self.plan.issued_on, by=self.by, at=at)
        except ValidationError as error:
            raise NotReady(error.messages) from None

    def make(self):
        """Add duties, stages, addressees, links and aliases."""
        self._take_superiors()
        tasks = [self._task(row, n) for n, row in enumerate(self.rows, 1)]
        stages = [stage for row, task in zip(self.rows, tasks, strict=True) for stage in self._stages(task, row)]
        Stage.objects.bulk_create(stages, batch_size=500)
        prefetch_related_objects(tasks, "stages")
        for row, task in zip(self.rows, tasks, strict=True):
            self._address(task, row)
            self._tie(row, task)
        self.aliases = self._keep_aliases()

    def _take_superiors(self):
        parents = Plan.objects.filter(tasks__in=self.seen).distinct()
        self.plan.superiors.add(*parents)
        above = self.plan.superiors.exclude(unit=self.plan.unit).select_related("unit")
        self.awaited = max(above, key=lambda plan: len(plan.unit.path), default=None)

    def _task(self, row, position):
        task = Task.objects.create(
            plan=self.plan,
            position=position,
            ref=row.ref,
            source=self._source(row),
            section=row.section,
            section_title=row.section_title,
            title=row.title,
            words=row.text,
            product=row.product,
            deadline_words=row.deadline_words,
            inherited="inherited" in (row.deadline.get("flags") or []),
            group=next(iter(self._groups(row)), None),
            lead_words=row.lead_words,
            lead_role=row.lead_role,
            coordinator_words=row.coordinator_words,
        )
        if row.directing:
            task.directing.set(self._named(row.directing))
        return task

    def _groups(self, row):
        return [self.groups[code] for code in row.leads.get("groups", []) if code in self.groups]

    def _source(self, row):
        return row.ref if row.first_line is None else _("%(ref)s, line %(n)s of the text") % {"ref": row.ref, "n": row.first_line + 1}

    def _stages(self, task, row):
        """The unsaved stages of a duty; those that wait, wait for the nearest superior's plan."""
        stages = reviewing.stages_of(row.deadline)
        for n, stage in enumerate(stages, 1):
            stage.task, stage.position = task, n
            if stage.kind == Kind.RELATIVE_TO_SUPERIOR_PLAN:
                stage.waits_for_plan = self.awaited
        return stages

    def _address(self, task, row):
        """Leads first, then every group, the coordinators last: who is named twice leads."""
        on, coordinators = self.plan.issued_on, self._named(row.codes("coordinators"))
        groups = self._groups(row)
        for other in groups[1:]:
            cascade.address(task, leads=self._named(row.codes("leads")), group=other, as_role=row.lead_role, on=on)
        cascade.address(
            task,
            leads=self._named(row.codes("leads")),
            coordinators=coordinators,
            group=groups[0] if groups else None,
            as_role=row.lead_role,
            on=on,
        )

    def _named(self, codes):
        return [self.units[code] for code in codes if code in self.units]

    def _tie(self, row, task):
        if row.parent_id not in self.seen:
            return
        via = cascade.carrier(row.parent_id, self.plan.unit) if row.carries else None
        ParentLink.objects.tie(task, Task(pk=row.parent_id), via=via)

    def _keep_aliases(self):
        """Names a person gave to units of the own area are known from now on. Returns [[name, unit code]]."""
        wanted = {(name, a["unit"]) for row in self.rows for name, a in row.answers.items() if a.get("alias") and a.get("unit")}
        own = OrgUnit.objects.filter(pk__in=self.by.scope().own).in_bulk([code for _name, code in wanted], field_name="code")
        kept = sorted((name, code) for name, code in wanted if code in own)
        for name, code in kept:
            Alias.objects.get_or_create(unit=own[code], name_folded=fold(name[:200]), defaults={"name": name[:200]})
        return [list(pair) for pair in kept]
