"""The plan: documents and their graph of bases, plans and their chain, objectives and indicators."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgunits.models import Level, OrgUnit, Role, below
from orgunits.words import fold


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, post):
        """Documents of the plans a post may read, their bases and superiors, and copies of them."""
        if post.role == Role.ADMIN:
            return self.none()
        plans = list(Plan.objects.visible_to(post).values_list("document_id", flat=True))
        lower, nearby = post.lower_path(), Q(issuer__area=post.scope().area)
        if lower:
            nearby |= Q(**{f"issuer__{name}": value for name, value in below(lower).items()})
        return self.filter(
            Q(pk__in=plans)
            | Q(pk__in=Basis.objects.filter(document__in=plans).values("base"))
            | (Q(copy_of__in=plans) & nearby)
            | Q(mentioned_in__document__in=plans)
        ).distinct()


class Document(models.Model):
    """An official document. A number alone is not unique: «02-KH/BCĐ» exists in every ward."""

    issuer = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="documents")
    issuer_words = models.CharField(_("issuer as printed"), max_length=300, blank=True)
    type = models.CharField(max_length=12)
    type_name = models.CharField(max_length=60)
    symbol = models.CharField(_("number and symbol"), max_length=60)
    symbol_printed = models.CharField(max_length=80)
    signed_on = models.DateField(null=True)
    subject = models.CharField(max_length=500)
    key = models.SlugField(max_length=80, unique=True)
    text_received = models.BooleanField(default=False)
    copy_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="copies")
    arrived_on = models.DateField(null=True)
    note = models.TextField(blank=True)
    folded = models.CharField(max_length=700, editable=False)
    bases = models.ManyToManyField("self", through="Basis", symmetrical=False, related_name="cited_by")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["signed_on", "symbol", "id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "type", "symbol", "signed_on"], name="document_once"),
            models.UniqueConstraint(fields=["type", "symbol", "signed_on"], condition=Q(issuer=None), name="document_without_issuer_once"),
        ]

    def __str__(self):
        return self.symbol

    def save(self, *args, **kwargs):
        self.folded = fold(f"{self.symbol} {self.symbol_printed} {self.subject}")[:700]
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("document", args=[self.pk])

    @property
    def issued_by(self):
        """The issuer as printed, or the unit's name where nothing is printed; "" where the text does not say."""
        return self.issuer_words or (self.issuer.full_name if self.issuer else "")

    @property
    def citation(self):
        """«Kế hoạch số 04-KH/BCĐTW, ngày 05/01/2026»."""
        dated = f", ngày {self.signed_on:%d/%m/%Y}" if self.signed_on else ""
        return f"{self.type_name} số {self.symbol}{dated}"


class Basis(models.Model):
    """One «căn cứ»: a document rests on another, in printed order."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="rests_on")
    base = models.ForeignKey(Document, models.PROTECT, related_name="supports")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["document", "position"]
        constraints = [models.UniqueConstraint(fields=["document", "base"], name="basis_once")]

    def __str__(self):
        return f"{self.document_id} ← {self.base_id}"


class Mention(models.Model):
    """A document cited inside a text, outside its bases."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="mentions")
    cited = models.ForeignKey(Document, models.PROTECT, related_name="mentioned_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "cited"], name="mention_once")]

    def __str__(self):
        return f"{self.document_id} … {self.cited_id}"


class Doubt(models.Model):
    """A place in a text its reader must know about: two spellings, an odd symbol, two dates for one thing."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="doubts")
    place = models.CharField(max_length=80, blank=True)
    words = models.CharField(max_length=300)
    says = models.TextField()

    def __str__(self):
        return self.words


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
        own = Q(unit=scope.area, issued_on__isnull=False)
        if post.role != Role.AUDITOR:
            own |= Q(unit__in=scope.own)
        received = Receipt.objects.filter(unit__in=[*scope.own, scope.area.pk]).values("plan")
        superiors = Plan.superiors.through.objects.filter(from_plan__unit=scope.area).values("to_plan")
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
    withdrawn_on = models.DateField(null=True)
    superiors = models.ManyToManyField("self", symmetrical=False, related_name="inferiors")

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["issued_on", "id"]

    def __str__(self):
        return f"{self.document.symbol} {self.unit.name}"

    def get_absolute_url(self):
        return reverse("plan", args=[self.pk])

    @property
    def is_issued(self):
        return self.issued_on is not None

    @property
    def is_in_force(self):
        return self.issued_on is not None and self.withdrawn_on is None


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


class Receipt(models.Model):
    """When a unit received and opened a superior's plan: the cascade clock, and what makes the plan readable there."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="receipts")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="receipts")
    received_on = models.DateField(null=True)
    opened_at = models.DateTimeField(null=True)
    forwarded_by = models.ForeignKey(Document, models.PROTECT, null=True, related_name="forwards")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "unit"], name="receipt_once")]

    def __str__(self):
        return f"{self.plan_id} → {self.unit_id}"


class Objective(models.Model):
    """What a plan wants to reach, by horizon."""

    class Horizon(models.TextChoices):
        GENERAL = "general", _("general")
        Y2026 = "2026", "2026"
        Y2030 = "2030", "2030"
        Y2045 = "2045", "2045"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="objectives")
    ref = models.CharField(max_length=40)
    horizon = models.CharField(max_length=8, choices=Horizon)
    heading = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="objective_once")]

    def __str__(self):
        return f"{self.ref} {self.text[:60]}"


class Indicator(models.Model):
    """A measurable target: operator, value, unit of measure, year, firm or aspirational («phấn đấu»)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="indicators")
    ref = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=400)
    operator = models.CharField(max_length=2, choices=[(">=", "≥"), ("<=", "≤"), ("=", "="), (">", ">")])
    value = models.DecimalField(max_digits=14, decimal_places=2)
    measure = models.CharField(max_length=40, blank=True)
    is_firm = models.BooleanField(default=True)
    numerator = models.CharField(max_length=300, blank=True)
    denominator = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["plan", "position"]

    def __str__(self):
        return self.name

    @property
    def target(self):
        """«15 %», «10.000 người»."""
        whole = self.value == self.value.to_integral_value()
        number = f"{self.value:,.0f}".replace(",", ".") if whole else str(self.value.normalize()).replace(".", ",")
        return f"{number} {self.measure}".strip()
