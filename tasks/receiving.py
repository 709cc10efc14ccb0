"""A plan arrives: sent to the areas concerned, acknowledged and opened there, sent on by a true copy («sao y»)."""

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from journal.models import Entry, Notice
from orgunits.models import OrgUnit, Post, Role
from plans.models import Document, Receipt
from tasks.models import Assignment

READERS = [Role.CLERK, Role.STEERING]


# Sending


@transaction.atomic
def send(plan, *, by, at):
    """Write a receipt, sent on the day of issue, for every area whose units the plan addresses, and tell these areas. Twice is once.

    Returns the number of new receipts.
    """
    areas = Assignment.objects.live().filter(plan=plan).exclude(unit__area=plan.unit).order_by().values_list("unit__area", flat=True)
    new = _receipts(plan, set(areas.distinct()), sent_on=plan.issued_on)
    if new:
        tell(plan, "plan.issued", by=by, at=at)
    return new


def _receipts(plan, areas, **fields):
    """Receipts for those of `areas` (ids) that have none. Returns how many."""
    present = set(Receipt.objects.filter(plan=plan).values_list("unit", flat=True))
    rows = [Receipt(plan=plan, unit_id=pk, **fields) for pk in sorted(areas - present - {None, plan.unit_id})]
    Receipt.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)


def tell(plan, verb, *, by, at, areas=None):
    """One notice to each clerk and steering post of the receiving areas (or of `areas` alone) about what befell the plan."""
    on = timezone.localdate(at)
    receiving = Receipt.objects.filter(plan=plan).values("unit") if areas is None else areas
    posts = Post.objects.live(on=on).filter(role__in=READERS, unit__in=receiving).exclude(person=by.person_id)
    people = set(posts.order_by().values_list("person", flat=True))
    with translation.override("vi"):
        title = _says(verb) % {"plan": plan.document.citation}
        rows = [
            Notice(
                person_id=pk,
                key=f"plan/{plan.pk}/{verb.partition('.')[2]}",
                kind=Notice.Kind.PLAN,
                title=title[:300],
                body=plan.title,
                link=plan.get_absolute_url(),
                at=at,
            )
            for pk in sorted(people)
        ]
        return Notice.objects.tell_all(rows)


def _says(verb):
    if verb == "plan.closed":
        return _("%(plan)s was closed")
    return _("%(plan)s was withdrawn") if verb == "plan.withdrawn" else _("You received %(plan)s")


# Acknowledging and opening


def receipt_of(plan, post):
    """The receipt of the post's own area, or None."""
    return Receipt.objects.filter(plan=plan, unit=post.scope().area).select_related("unit", "received_by__person", "forwarded_by").first()


@transaction.atomic
def acknowledge(receipt, *, by, at):
    """Say that the plan arrived. The first day stands; saying it again changes nothing."""
    row = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if row.received_by_id:
        return row
    row.received_on, row.received_by = row.received_on or timezone.localdate(at), by
    row.save(update_fields=["received_on", "received_by"])
    Entry.objects.record(by=by, verb="plan.received", target=row.plan, at=at, unit=row.unit_id)
    return row


def open_first(receipt, *, by, at):
    """Somebody of the receiving area opens the plan's page: the first moment is kept. Inspection posts change nothing by looking."""
    if receipt is None or receipt.opened_at or by.role == Role.AUDITOR:
        return
    with transaction.atomic():
        if Receipt.objects.filter(pk=receipt.pk, opened_at=None).update(opened_at=at):
            Entry.objects.record(by=by, verb="plan.opened", target=receipt.plan, at=at, unit=receipt.unit_id)
    receipt.opened_at = at


# Sending on


class OtherCopy(Exception):
    """The number and date of a true copy belong to another document already."""


@transaction.atomic
def forward(plan, *, symbol, type_name, type, signed_on, issuer, units, by, at):
    """Send a plan on to areas below by a document of one's own («sao y»). Returns (the copy's Document, how many new receipts).

    Who has the plan already keeps the first receipt. The same copy sent again reaches those it has not reached. Raises OtherCopy.
    """
    OrgUnit.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    identity = {"issuer": issuer, "type": type, "symbol": symbol, "signed_on": signed_on}
    copy = Document.objects.filter(**identity).first()
    if copy is None:
        copy = Document.objects.create(
            **identity,
            type_name=type_name,
            symbol_printed=symbol,
            subject=plan.document.subject,
            copy_of=plan.document,
            key=Document.objects.free_key(f"{symbol}-{issuer.code}-{signed_on:%Y%m%d}"),
            text_received=True,
        )
    elif copy.copy_of_id != plan.document_id:
        raise OtherCopy
    before = set(Receipt.objects.filter(plan=plan).values_list("unit", flat=True))
    wanted = {unit.pk for unit in units}
    new = _receipts(plan, wanted, sent_on=signed_on, forwarded_by=copy)
    if new:
        tell(plan, "plan.issued", by=by, at=at, areas=wanted - before)
        Entry.objects.record(by=by, verb="plan.forwarded", target=plan, at=at, copy=copy.pk, receipts=new)
    return copy, new


def areas_below(area, *, on):
    """The areas directly below `area` in force on the day `on`."""
    return OrgUnit.objects.areas().in_force(on=on).filter(parent=area)
