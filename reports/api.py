"""Monthly reports through the API, read-only."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from orgunits.api import PostBrief, Since, UnitBrief, WithinReach, YesNo
from reports.models import MonthlyReport, ReportPart, ReportVerdict, Timing

STATUSES = {
    "draft": (_("draft"), Q(verdict=None, filed_at=None, signed_at=None)),
    "signed": (_("signed"), Q(verdict=None, filed_at=None, signed_at__isnull=False)),
    "filed": (_("filed"), Q(verdict=None, filed_at__isnull=False)),
    "accepted": (_("accepted"), Q(verdict__ok=True)),
    "returned": (_("returned"), Q(verdict__ok=False)),
}
CHOICES = [(code, label) for code, (label, _where) in STATUSES.items()]


class ReportVerdictSerializer(serializers.ModelSerializer):
    """The superior's word: accepted (`ok`), or returned with a reason."""

    by = PostBrief(read_only=True)

    class Meta:
        model = ReportVerdict
        fields = ["ok", "reason", "by", "at"]


class ReportSerializer(serializers.ModelSerializer):
    """A unit's report for one period. `status` is the step it stands on, `timing` that of this moment."""

    unit = UnitBrief(read_only=True)
    month = serializers.CharField(source="period.slug", read_only=True, help_text=_("As 2026-02."))
    closes = serializers.DateField(source="last_day", read_only=True, help_text=_("The last day on time."))
    status = serializers.ChoiceField(choices=CHOICES, read_only=True)
    timing = serializers.SerializerMethodField()
    receipt = serializers.CharField(read_only=True, help_text=_("As 22423-2026-05-v1-000123 once it is filed, else empty."))
    supplements = serializers.PrimaryKeyRelatedField(
        read_only=True, allow_null=True, help_text=_("The filed report to which this one only adds what arrived from below since.")
    )
    signed_by = PostBrief(read_only=True, allow_null=True)
    filed_by = PostBrief(read_only=True, allow_null=True)
    verdict = ReportVerdictSerializer(read_only=True, allow_null=True)

    class Meta:
        model = MonthlyReport
        fields = [
            *(
                "id",
                "unit",
                "month",
                "closes",
                "version",
                "supplements",
                "superseded",
                "status",
                "timing",
                "opened_at",
                "signed_by",
                "signed_at",
            ),
            *("filed_by", "filed_at", "number", "receipt", "verdict"),
        ]

    def get_timing(self, report) -> serializers.ChoiceField(choices=Timing.choices):
        return report.timing(at=timezone.now())


class ReportPartSerializer(serializers.ModelSerializer):
    """The clerk's own words for one part, 1–5; a part not listed speaks the drafted words."""

    class Meta:
        model = ReportPart
        fields = ["part", "words"]


class ReportDetail(ReportSerializer):
    parts = ReportPartSerializer(many=True, read_only=True)

    class Meta(ReportSerializer.Meta):
        fields = [*ReportSerializer.Meta.fields, "parts"]


class MonthFilter(django_filters.Filter):
    """A month as 2026-02."""

    field_class = forms.DateField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, input_formats=["%Y-%m"], error_messages={"invalid": _("Write a month as 2026-02.")}, **kwargs)


class ReportFilter(django_filters.FilterSet):
    unit = django_filters.CharFilter(field_name="unit__code", label=_("Code of the unit"))
    month = MonthFilter(label=_("A month as 2026-02"))
    status = django_filters.MultipleChoiceFilter(choices=CHOICES, method="on_step")
    superseded = YesNo(label=_("A newer version has taken its place"))
    updated_since = Since(method="touched", label=_("Opened, signed, filed or judged at or after this moment"))

    class Meta:
        model = MonthlyReport
        fields = []

    def on_step(self, rows, name, value):
        wanted = Q()
        for code in value:
            wanted |= STATUSES[code][1]
        return rows.filter(wanted)

    def touched(self, rows, name, value):
        moments = ["opened_at", "signed_at", "filed_at", "verdict__at"]
        wanted = Q()
        for moment in moments:
            wanted |= Q(**{f"{moment}__gte": value})
        return rows.filter(wanted)


class Reports(WithinReach):
    """Monthly reports within reach: the own area's, and those filed below for whoever reads below."""

    queryset = MonthlyReport.objects.none()
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    ordering_fields = ["id", "month", "filed_at"]

    def get_serializer_class(self):
        return ReportDetail if self.action == "retrieve" else ReportSerializer

    def furnish(self, rows):
        rows = rows.with_names().select_related("verdict__by__unit")
        return rows.prefetch_related("parts") if self.action == "retrieve" else rows.numbered()
