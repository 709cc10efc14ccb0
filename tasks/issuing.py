"""Issue a plan, close it, take it back: the acts by which its duties begin, stand still, or cease to count."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import Entry
from orgunits.groups import freeze
from orgunits.models import OrgUnit
from plans.models import Basis, Document, Plan
from tasks import carrying, cascade, receiving, rollup, waiting
from tasks.importer.confirming import NotReady
from tasks.models import Assignment, Stage, StaleWrite, Task

# Issue


@dataclass(frozen=True)
class SignedPaper:
    """The facts of the signed document. `issuer` is the unit that signs, `signer` the person's name as printed."""

    symbol: str
    type: str
    type_name: str
    signed_on: date
    issuer: OrgUnit
    subject: str
    signer: str = ""


def reasons_against(plan, paper):
    """What stands in the way of issuing, in sentences; none where it may be issued."""
    if not plan.tasks.exists():
        yield _("The plan has no duty yet.")
    if not paper.symbol:
        yield _("The document has no number and symbol yet.")
    other = _same(paper).exclude(pk=plan.document_id).first()
    if other and hasattr(other, "plan") and not _stands_in(other.plan, plan):
        yield _("A plan with this issuer, type, number and date is here already: %(plan)s.") % {"plan": other.plan}
    early = plan.superiors.filter(withdrawn_on__isnull=False).select_related("document").first()
    if early:
        yield _("The superior plan %(plan)s was withdrawn; take its duties out or link them anew.") % {"plan": early.document}


def warnings(plan):
    """What a person should know before issuing, in sentences; none of it stands in the way."""
    rows = carrying.duties(plan)
    kinds = [kind for row in rows for kind, _facts in row.doubts]
    if n := kinds.count("no_lead"):
        yield ngettext("%(n)s duty has no lead.", "%(n)s duties have no lead.", n) % {"n": n}
    if n := kinds.count("later"):
        yield ngettext(
            "%(n)s duty is due later than the superior's duty it continues.",
            "%(n)s duties are due later than the superior's duties they continue.",
            n,
        ) % {"n": n}
    if n := kinds.count("unread"):
        yield ngettext("%(n)s deadline is not understood; its words stay.", "%(n)s deadlines are not understood; their words stay.", n) % {
            "n": n
        }
    if n := sum(row.is_copied for row in rows):
        yield ngettext("%(n)s duty still has the superior's own words.", "%(n)s duties still have the superior's own words.", n) % {"n": n}


def _same(paper):
    """Documents with this identity."""
    found = Document.objects.filter(issuer=paper.issuer, type=paper.type, symbol=paper.symbol, signed_on=paper.signed_on)
    return found.select_related("plan__document", "plan__unit")


def _stands_in(known, plan):
    """Whether `known` is this plan, so far known only by citation: of the same unit, its text never received, without a duty."""
    return known.unit_id == plan.unit_id and not known.document.text_received and not known.tasks.exists()


def areas_concerned(plan):
    """How many other areas a draft speaks to, as its groups stand now."""
    named = Assignment.objects.filter(plan=plan, ended_on=None).values("unit__area")
    members = OrgUnit.objects.filter(in_groups__tasks__plan=plan).values("area")
    return OrgUnit.objects.areas().filter(Q(pk__in=named) | Q(pk__in=members)).exclude(pk=plan.unit_id).count()


@transaction.atomic
def issue(plan, paper, *, by, at):
    """Issue a draft as the signed `paper`. Returns the Plan; a second issuing returns it unchanged.

    Duties are addressed as of the day of signing, receipts and notices written for every area concerned. Where the plan was known by
    citation so far, that plan takes the draft's duties, so that what waits for it is dated. Raises NotReady with the reasons.
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("document", "unit").filter(pk=plan.pk).first()
    if plan is None:  # issued meanwhile in the place of a plan known by citation
        raise StaleWrite
    if plan.is_issued:
        return plan
    # Two drafts of one number in two people's hands: the issuer's row decides who is first.
    OrgUnit.objects.select_for_update(no_key=True).get(pk=paper.issuer.pk)
    if reasons := list(reasons_against(plan, paper)):
        raise NotReady(reasons)
    draft = plan.pk
    plan = _sign(plan, paper)
    _freeze_groups(plan, by=by, at=at)
    _flag_past(plan)
    assignments = cascade.address_plan(plan, on=plan.document.signed_on)
    plan.issued_on = plan.document.signed_on
    plan.save(update_fields=["issued_on"])
    rollup.settle_plan(plan)
    facts = {"draft": draft, "symbol": paper.symbol, "signer": paper.signer, "assignments": len(assignments)}
    Entry.objects.record(by=by, verb="plan.issued", target=plan, at=at, **facts)
    receiving.send(plan, by=by, at=at)
    waiting.resolve_for(plan, by=by, at=at)
    return plan


def _sign(plan, paper):
    """The plan under its signed document: the draft's own, or one known by citation so far."""
    known = _same(paper).exclude(pk=plan.document_id).first()
    if known and hasattr(known, "plan"):
        plan = _take_place(known.plan, plan)
    elif known:
        plan = _under(known, plan)
    document = plan.document
    for name in ("issuer", "type", "type_name", "symbol", "signed_on", "subject"):
        setattr(document, name, getattr(paper, name))
    document.symbol_printed, document.text_received = document.symbol_printed or paper.symbol, True
    if document.key.startswith("du-thao-"):
        document.key = Document.objects.free_key(f"{paper.symbol}-{paper.issuer.code}-{paper.signed_on:%Y%m%d}")
    document.save()
    plan.title, plan.version = paper.subject[:300], plan.version + 1
    plan.save()
    _cite_superiors(plan)
    return plan


def _under(document, plan):
    draft = plan.document
    plan.document = document
    plan.save(update_fields=["document"])
    draft.delete()
    return plan


def _take_place(known, draft):
    """The plan known by citation takes the draft's duties and superiors; the draft's own rows go."""
    known = Plan.objects.select_for_update(of=("self",)).select_related("document", "unit").get(pk=known.pk)
    Task.objects.filter(plan=draft).update(plan=known)
    Assignment.objects.filter(plan=draft).update(plan=known)
    known.superiors.add(*draft.superiors.exclude(pk=known.pk))
    known.programme, known.level = draft.programme or known.programme, draft.level
    document = draft.document
    draft.delete()
    document.delete()
    return known


def _cite_superiors(plan):
    """Superior plans are bases of the document, after those it names already."""
    present = list(Basis.objects.filter(document=plan.document).values_list("base", "position"))
    known, last = {base for base, _n in present}, max((n for _base, n in present), default=0)
    bases = [pk for pk in plan.superiors.order_by("unit__path", "pk").values_list("document", flat=True) if pk not in known]
    Basis.objects.bulk_create(Basis(document=plan.document, base_id=pk, position=n) for n, pk in enumerate(bases, last + 1))


def _freeze_groups(plan, *, by, at):
    """Each group the duties name, as its members stand on the day of issue."""
    groups = {task.group_id: task.group for task in plan.tasks.exclude(group=None).select_related("group").order_by("position", "pk")}
    for pk, group in groups.items():
        try:
            frozen = freeze(group, on=plan.document.signed_on, by=by, at=at)
        except ValidationError as nobody:
            raise NotReady(nobody.messages) from nobody
        if frozen.pk != pk:
            plan.tasks.filter(group=pk).update(group=frozen)


def _flag_past(plan):
    """Dates that were past on the day of signing say so."""
    stages = list(Stage.objects.filter(task__plan=plan, due_on__isnull=False).order_by("pk"))
    for stage in stages:
        others = [flag for flag in stage.flags if flag != "past_at_signing"]
        stage.flags = [*others, "past_at_signing"] if stage.due_on < plan.document.signed_on else others
    Stage.objects.bulk_update(stages, ["flags"], batch_size=500)


# Close, withdraw


def close(plan, *, on, document, reason, version, by, at):
    """Close an issued plan from the day `on`: it keeps counting as it stands, nobody writes in it or is reminded any more."""
    return _end(plan, "closed_on", "plan.closed", on=on, document=document, reason=reason, version=version, by=by, at=at)


@transaction.atomic
def withdraw(plan, *, on, document, reason, version, by, at):
    """Take an issued plan back: from the day `on` its duties count no longer, and what it had dated waits again."""
    row = _end(plan, "withdrawn_on", "plan.withdrawn", on=on, document=document, reason=reason, version=version, by=by, at=at)
    rollup.settle_plan(row)
    waiting.fall_back(row, by=by, at=at)
    return row


@transaction.atomic
def _end(plan, column, verb, *, on, document, reason, version, by, at):
    """Write the day under the plan's lock. `document` and `reason` are words for the journal. Raises StaleWrite."""
    row = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if row.version != version or not row.is_issued or row.withdrawn_on or getattr(row, column):
        raise StaleWrite
    setattr(row, column, on)
    row.version += 1
    row.save(update_fields=[column, "version"])
    Entry.objects.record(by=by, verb=verb, target=row, at=at, on=on.isoformat(), document=document, reason=reason)
    receiving.tell(row, verb, by=by, at=at)
    return row


def issued_as(draft, post):
    """The id of the plan as which `post` issued the draft with this id, or None: for the second click of a double one."""
    entry = Entry.objects.filter(post=post, verb="plan.issued", facts__draft=draft).last()
    return entry and entry.target_id


def ending(plan):
    """The journal's Entry of the newest closing or withdrawal of a plan, or None."""
    return Entry.objects.about(plan).filter(verb__in=["plan.closed", "plan.withdrawn"]).select_related("person").last()
