"""Documents and plans through the API, read-only."""

import django_filters
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from orgunits.api import PostBrief, Since, UnitBrief, WholeNumber, WithinReach, YesNo
from orgunits.models import Level
from plans.models import Basis, Document, Indicator, IndicatorValue, Mention, Objective, Plan, Recipient


class DocumentBrief(serializers.ModelSerializer):
    """A document as others cite it."""

    class Meta:
        model = Document
        fields = ["id", "type", "type_name", "symbol", "signed_on", "subject"]


class DocumentSerializer(DocumentBrief):
    """A document; `issuer` is null where it is no unit of ours and `issuer_words` names it."""

    issuer = UnitBrief(read_only=True, allow_null=True)
    copy_of = serializers.IntegerField(source="copy_of.pk", read_only=True, allow_null=True)

    class Meta(DocumentBrief.Meta):
        fields = [*DocumentBrief.Meta.fields, "issuer", "issuer_words", "symbol_printed", "text_received", "arrived_on", "copy_of"]


class DocumentDetail(DocumentSerializer):
    """A document, what it rests on in printed order, and what else it cites, as far as the post may see them."""

    bases = serializers.SerializerMethodField()
    mentions = serializers.SerializerMethodField()

    class Meta(DocumentSerializer.Meta):
        fields = [*DocumentSerializer.Meta.fields, "bases", "mentions"]

    def get_bases(self, document) -> DocumentBrief(many=True):
        return DocumentBrief([basis.base for basis in document.bases_in_reach], many=True).data

    def get_mentions(self, document) -> DocumentBrief(many=True):
        return DocumentBrief([mention.cited for mention in document.mentions_in_reach], many=True).data


class DocumentFilter(django_filters.FilterSet):
    issuer = django_filters.CharFilter(field_name="issuer__code", label=_("Code of the unit that issued it"))
    type = django_filters.CharFilter()
    symbol = django_filters.CharFilter()
    signed_from = django_filters.DateFilter(field_name="signed_on", lookup_expr="gte")
    signed_to = django_filters.DateFilter(field_name="signed_on", lookup_expr="lte")
    text_received = YesNo()

    class Meta:
        model = Document
        fields = []


class Documents(WithinReach):
    """Documents of the plans within reach, what they rest on, and copies of them."""

    queryset = Document.objects.none()
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter
    ordering_fields = ["id", "signed_on", "symbol"]

    def get_serializer_class(self):
        return DocumentDetail if self.action == "retrieve" else DocumentSerializer

    def furnish(self, rows):
        seen = Document.objects.visible_to(self.acting)
        rows = rows.select_related("issuer").prefetch_related(Prefetch("copy_of", seen))
        return rows.prefetch_related(*_cited(seen)) if self.action == "retrieve" else rows


def _cited(seen):
    return [
        Prefetch("rests_on", Basis.objects.filter(base__in=seen.values("pk")).select_related("base"), to_attr="bases_in_reach"),
        Prefetch("mentions", Mention.objects.filter(cited__in=seen.values("pk")).select_related("cited"), to_attr="mentions_in_reach"),
    ]


class PlanBrief(serializers.ModelSerializer):
    """A plan by its document's number and symbol and the unit it binds."""

    symbol = serializers.CharField(source="document.symbol", read_only=True)
    unit = serializers.CharField(source="unit.code", read_only=True)

    class Meta:
        model = Plan
        fields = ["id", "symbol", "unit"]


class PlanSerializer(serializers.ModelSerializer):
    """A plan. `superiors` holds those within the post's reach."""

    document = DocumentBrief(read_only=True)
    unit = UnitBrief(read_only=True)
    superiors = PlanBrief(source="superiors_in_reach", many=True, read_only=True)

    class Meta:
        model = Plan
        fields = ["id", "document", "unit", "level", "programme", "title", "issued_on", "withdrawn_on", "superiors"]


class RecipientSerializer(serializers.ModelSerializer):
    class Meta:
        model = Recipient
        fields = ["who", "purpose"]


class ObjectiveSerializer(serializers.ModelSerializer):
    class Meta:
        model = Objective
        fields = ["ref", "horizon", "heading", "text"]


class IndicatorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Indicator
        fields = ["id", "ref", "year", "name", "operator", "value", "measure", "is_firm", "numerator", "denominator", "rollup"]


class PlanDetail(PlanSerializer):
    """A plan with its recipients, objectives and indicators in printed order; its duties are at /tasks/?plan=ID."""

    recipients = RecipientSerializer(many=True, read_only=True)
    objectives = ObjectiveSerializer(many=True, read_only=True)
    indicators = IndicatorSerializer(many=True, read_only=True)

    class Meta(PlanSerializer.Meta):
        fields = [*PlanSerializer.Meta.fields, "recipients", "objectives", "indicators"]


class PlanFilter(django_filters.FilterSet):
    unit = django_filters.CharFilter(field_name="unit__code", label=_("Code of the unit whose plan it is"))
    level = django_filters.MultipleChoiceFilter(choices=Level.choices)
    superior = WholeNumber(method="with_superior", label=_("Id of a superior plan"))
    in_force = YesNo(method="by_force", label=_("Issued, neither withdrawn nor closed"))
    issued_from = django_filters.DateFilter(field_name="issued_on", lookup_expr="gte")
    issued_to = django_filters.DateFilter(field_name="issued_on", lookup_expr="lte")

    class Meta:
        model = Plan
        fields = []

    def with_superior(self, rows, name, value):
        seen = Plan.objects.visible_to(self.request._request.post).filter(pk=value)
        return rows.filter(superiors__in=seen)

    def by_force(self, rows, name, value):
        in_force = Q(issued_on__isnull=False, withdrawn_on=None, closed_on=None)
        return rows.filter(in_force if value else ~in_force)


class Plans(WithinReach):
    """Plans within reach: the own area's, those received from above, those below for whoever reads below."""

    queryset = Plan.objects.none()
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    ordering_fields = ["id", "issued_on"]

    def get_serializer_class(self):
        return PlanDetail if self.action == "retrieve" else PlanSerializer

    def furnish(self, rows):
        superiors = Plan.objects.visible_to(self.acting).select_related("document", "unit")
        rows = rows.select_related("document", "unit").prefetch_related(Prefetch("superiors", superiors, to_attr="superiors_in_reach"))
        return rows.prefetch_related("recipients", "objectives", "indicators") if self.action == "retrieve" else rows


class IndicatorValueSerializer(serializers.ModelSerializer):
    """What a unit stated for one month («2026-07»). `corrects` is the id of the row it replaces; a replaced one is no longer `current`."""

    unit = UnitBrief(read_only=True)
    by = PostBrief(read_only=True)
    plan = serializers.IntegerField(source="indicator.plan_id", read_only=True)
    month = serializers.DateField(format="%Y-%m", read_only=True)
    corrects = serializers.IntegerField(source="corrects_id", read_only=True, allow_null=True)
    current = serializers.SerializerMethodField()

    class Meta:
        model = IndicatorValue
        numbers = ["numerator", "denominator", "value"]
        fields = ["id", "indicator", "plan", "unit", "month", *numbers, "source", "note", "corrects", "reason", "current", "by", "at"]

    def get_current(self, row) -> bool:
        return not row.is_corrected


class IndicatorValueFilter(django_filters.FilterSet):
    indicator = WholeNumber(field_name="indicator_id", label=_("Id of the indicator"))
    plan = WholeNumber(field_name="indicator__plan_id", label=_("Id of the plan"))
    unit = django_filters.CharFilter(field_name="unit__code", label=_("Code of the unit that stated it"))
    month = django_filters.DateFilter(input_formats=["%Y-%m"], label=_("Month of the period, as 2026-07"))
    current = YesNo(field_name="correction", lookup_expr="isnull", label=_("Nothing corrects it"))
    updated_since = Since(field_name="at", label=_("Stated at or after this moment"))

    class Meta:
        model = IndicatorValue
        fields = []


class IndicatorValues(WithinReach):
    """Values stated by units within reach, corrected ones too; the newest month first."""

    queryset = IndicatorValue.objects.none()
    serializer_class = IndicatorValueSerializer
    filterset_class = IndicatorValueFilter
    ordering_fields = ["id", "month", "at"]

    def furnish(self, rows):
        return rows.with_names().select_related("indicator")
