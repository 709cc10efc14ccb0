"""Official documents and their graph of bases."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from orgunits.models import OrgUnit, Role, below
from orgunits.words import fold


class DocumentQuerySet(models.QuerySet):
    def _plans(self):
        """The Plan model, which stands on this one."""
        return self.model._meta.get_field("plan").related_model

    def visible_to(self, post):
        """Documents of the plans a post may read, their bases and superiors, and copies of them."""
        if post.role == Role.ADMIN:
            return self.none()
        if post.scope().is_whole_country:
            return self._of_the_whole_country(post)
        plans = list(self._plans().objects.visible_to(post).values_list("document_id", flat=True))
        lower, nearby = post.lower_path(), Q(issuer__area__in=post.scope().areas)
        if lower:
            nearby |= Q(**{f"issuer__{name}": value for name, value in below(lower).items()})
        return self.filter(
            Q(pk__in=plans)
            | Q(pk__in=Basis.objects.filter(document__in=plans).values("base"))
            | (Q(copy_of__in=plans) & nearby)
            | Q(mentioned_in__document__in=plans)
            | Q(pk__in=self._amending(post, plans))
        ).distinct()

    def _of_the_whole_country(self, post):
        """The same where every issued plan is in reach: each term is a set of ids, since thousands of plans fit no list."""
        plans = self._plans().objects.visible_to(post).values("document")
        bases = Basis.objects.filter(document__in=plans).values("base")
        mentioned = Mention.objects.filter(document__in=plans).values("cited")
        copies = self.model.objects.filter(copy_of__in=plans).exclude(issuer=None).values("pk")
        amending = self._amending(post, plans)
        return self.filter(Q(pk__in=plans) | Q(pk__in=bases) | Q(pk__in=copies) | Q(pk__in=mentioned) | Q(pk__in=amending))

    def _amending(self, post, plans):
        """Documents that amended one of these plans for all; one that moved a single unit's date is the plan's own unit's to read."""
        amendments = self.model.amends.rel.related_model.objects.filter(plan__document__in=plans)
        return amendments.filter(Q(task_changes__isnull=False) | Q(plan__unit__in=post.scope().own)).values("document")

    def free_key(self, words):
        """A slug made of `words` that no document has yet."""
        bare = slugify(fold(words).replace("/", "-"))[:70] or "van-ban"
        taken = set(self.filter(key__startswith=bare).values_list("key", flat=True))
        return next(key for key in (bare, *(f"{bare}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)


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
        return self.symbol or str(_("no number yet"))

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
        """«Kế hoạch số 04-KH/BCĐTW, ngày 05/01/2026»; a draft has no number yet."""
        if not self.symbol:
            return f"{self.type_name} ({self})"
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
