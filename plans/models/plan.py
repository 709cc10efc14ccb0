"""Plans and their chain: issued, received, amended, closed."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from journal.models import AppendOnly, AppendOnlyQuerySet
from orgunits.models import Level, OrgUnit, Post, Role, below
from plans.models.document import Document


class PlanQuerySet(models.QuerySet):
    def issued(self):
        return self.exclude(issued_on=None)

    def visible_to(self, post):
        """Own drafts; issued plans of the own area, received ones, superiors of those, and those below for who reads below.

        trust.md §2, rows «plan, draft» and «plan, issued»; administrators have no content. See docs/decisions/0008.
        """
        if post.role == Role.ADMIN:
            return self.none()
        scope = post.scope()
        if scope.is_whole_country:
            drafts = Q(pk__in=[]) if post.role == Role.AUDITOR else Q(unit__in=scope.own)
            return self.filter(Q(issued_on__isnull=False) | drafts)
        own = Q(unit__in=scope.areas, issued_on__isnull=False)
        if post.role != Role.AUDITOR:
            own |= Q(unit__in=scope.own)
        received = Receipt.objects.filter(unit__in=scope.own | scope.areas).values("plan")
        superiors = Plan.superiors.through.objects.filter(from_plan__unit__in=scope.areas).values("to_plan")
        reach = Q(pk__in=received) | Q(pk__in=superiors)
        lower = post.lower_path()
        if lower:
            reach |= Q(**{f"unit__{name}": value for name, value in below(lower).items()})
        return self.filter(own | (reach & ~Q(issued_on=None)))


class Plan(models.Model):
    """A document that assigns duties. The issuer signs it, the unit owns it: a Ban Chỉ đạo signs, a territory is bound."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="plan")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="plans")
    level = models.CharField(max_length=8, choices=Level)
    programme = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    issued_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)  # taken back: counts no longer from that day
    closed_on = models.DateField(null=True)  # finished: keeps counting as it stood, nobody writes or is reminded any more
    version = models.PositiveIntegerField(default=0)
    superiors = models.ManyToManyField("self", symmetrical=False, related_name="inferiors")

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["issued_on", "id"]

    def __str__(self):
        return f"{self.document} {self.unit.name}"

    def get_absolute_url(self):
        return reverse("plan", args=[self.pk])

    @property
    def is_issued(self):
        return self.issued_on is not None

    @property
    def is_in_force(self):
        return self.issued_on is not None and self.withdrawn_on is None and self.closed_on is None

    # Who may (trust.md §2, rows «plan, draft» and «plan, issued»)

    @staticmethod
    def may_be_drafted_by(post):
        """Clerks and steering posts draft plans of the area in which they sit."""
        return post.role in {Role.CLERK, Role.STEERING} and post.scope().area.pk in post.scope().own

    def may_be_edited_by(self, post):
        """A draft, by clerk and steering posts of its own unit."""
        return not self.is_issued and self.unit_id == post.scope().area.pk and self.may_be_drafted_by(post)

    def may_be_issued_by(self, post):
        return self.may_be_edited_by(post) and post.role == Role.STEERING

    def may_be_ended_by(self, post):
        """Who closes an issued plan or takes it back: the steering posts of its own unit."""
        own = post.role == Role.STEERING and self.unit_id in post.scope().own
        return own and self.is_issued and self.withdrawn_on is None

    def may_be_carried_down_by(self, post):
        """A plan in force of a unit above, from which the own area may draft its own."""
        return self._reaches_down_to(post) and post.scope().area.pk != self.unit_id

    def may_be_forwarded_by(self, post):
        """Who sends a plan on by a true copy («sao y»): clerk and steering posts of an area that has areas below it."""
        return self._reaches_down_to(post) and post.scope().area.level != Level.WARD

    def _reaches_down_to(self, post):
        return self.is_in_force and self.may_be_drafted_by(post) and post.scope().area.path.startswith(self.unit.path)

    @property
    def is_amended(self):
        """«Đã sửa đổi»: a later document changed it for all; one unit's own extension does not."""
        return self.amendments.filter(task_changes__isnull=False).exists()

    def may_be_amended_by(self, post):
        """Who records a signed amending document: clerk and steering posts of the plan's own unit (trust.md §2: «amend own», «extend»)."""
        return self.is_in_force and post.role in {Role.CLERK, Role.STEERING} and self.unit_id in post.scope().own


class Recipient(models.Model):
    """A line of «Nơi nhận»."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="recipients")
    who = models.CharField(max_length=300)
    purpose = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["plan", "position"]

    def __str__(self):
        return self.who


class ReceiptQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Receipts of the own area and units; above the wards also those of the branch a post reads."""
        if post.role == Role.ADMIN:
            return self.none()
        scope, lower = post.scope(), post.lower_path()
        reach = Q(unit__in=scope.own | scope.areas)
        if lower:
            reach |= Q(**{f"unit__{name}": value for name, value in below(lower).items()})
        return self.filter(reach)


class Receipt(models.Model):
    """When a unit received and opened a superior's plan: the cascade clock, and what makes the plan readable there."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="receipts")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="receipts")
    sent_on = models.DateField(null=True)
    received_on = models.DateField(null=True)
    received_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    forwarded_by = models.ForeignKey(Document, models.PROTECT, null=True, related_name="forwards")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "unit__path"]
        constraints = [models.UniqueConstraint(fields=["plan", "unit"], name="receipt_once")]

    def __str__(self):
        return f"{self.plan_id} → {self.unit_id}"

    def may_be_acknowledged_by(self, post):
        """Clerk and steering posts of the receiving area."""
        return post.role in {Role.CLERK, Role.STEERING} and self.unit_id in post.scope().own


@dataclass(frozen=True)
class AmendingPaper:
    """What a clerk reads off an amending document: its number, type, day of signing, who signed and why."""

    symbol: str
    type: str
    type_name: str
    signed_on: date
    signer: str
    reason: str


class AmendmentManager(models.Manager.from_queryset(AppendOnlyQuerySet)):
    def under(self, plan, paper, *, by, at):
        """The Amendment of `plan` by the document `paper` names, recorded now unless it is already; the caller holds the plan's row."""
        document = self._document(plan, paper)
        known = self.filter(plan=plan, document=document).first()
        return known or self.create(plan=plan, document=document, signer=paper.signer, reason=paper.reason, by=by, at=at)

    def _document(self, plan, paper):
        """An amendment is issued by who issued the plan."""
        facts = {"issuer": plan.document.issuer, "type": paper.type, "symbol": paper.symbol, "signed_on": paper.signed_on}
        known = Document.objects.filter(**facts).first()
        if known:
            return known
        issuer = plan.document.issuer or plan.unit
        return Document.objects.create(
            **facts,
            type_name=paper.type_name,
            symbol_printed=paper.symbol,
            issuer_words=plan.document.issuer_words,
            subject=f"Sửa đổi, bổ sung {plan.document.citation}"[:500],
            key=Document.objects.free_key(f"{paper.symbol}-{issuer.code}-{paper.signed_on:%Y%m%d}"),
        )


class Amendment(AppendOnly):
    """A later document that changes an issued plan: it extends a date, adds or ends a duty, changes who leads.

    The document carries number, date and issuer; `signer` and `reason` are its own words. What it changed points back to it.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="amendments")
    document = models.ForeignKey(Document, models.PROTECT, related_name="amends")
    signer = models.CharField(_("signer"), max_length=120)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AmendmentManager()

    class Meta:
        ordering = ["plan", "id"]

    def __str__(self):
        return f"{self.document} → {self.plan_id}"
