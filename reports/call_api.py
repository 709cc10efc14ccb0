"""Reports asked for out of turn through the API, read-only as the monthly ones: the calls, and what each unit answers."""

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from orgunits.api import PostBrief, Since, UnitBrief, WholeNumber, WithinReach, YesNo
from reports.models import Call, CallAnswer, CallChange, CallFiling, CallVerdict, Timing
from reports.models.call import Step

STATUSES = {
    "draft": (_("draft"), Q(signed_at=None, first_filed_at=None)),
    "signed": (_("signed"), Q(signed_at__isnull=False, filed_at=None)),
    "filed": (_("filed"), Q(filed_at__isnull=False, accepted_at=None)),
    "accepted": (_("accepted"), Q(accepted_at__isnull=False)),
    "returned": (_("returned"), Q(signed_at=None, filed_at=None, first_filed_at__isnull=False)),
}
CHOICES = [(code, label) for code, (label, _where) in STATUSES.items()]


class CallChangeSerializer(serializers.ModelSerializer):
    """The due moment moved to `due_at`, or the call taken back (null); with the reason."""

    by = PostBrief(read_only=True)

    class Meta:
        model = CallChange
        fields = ["was_due_at", "due_at", "reason", "by", "at"]


class CallSerializer(serializers.ModelSerializer):
    """What a unit asks of those directly below. `due_at` is the moment that holds now; earlier ones stand in `changes`."""

    unit = UnitBrief(read_only=True)
    by = PostBrief(read_only=True)
    asked = serializers.IntegerField(read_only=True, help_text=_("Of how many units."))
    filed = serializers.IntegerField(read_only=True, help_text=_("How many of them have filed."))
    changes = CallChangeSerializer(many=True, read_only=True)

    class Meta:
        model = Call
        fields = ["id", "unit", "title", "words", "due_at", "withdrawn_at", "by", "at", "asked", "filed", "changes"]


class CallFilter(django_filters.FilterSet):
    unit = django_filters.CharFilter(field_name="unit__code", label=_("Code of the unit that asks"))
    step = django_filters.ChoiceFilter(choices=Step.choices, method="at_step", label=_("How far its answers are"))
    updated_since = Since(method="touched", label=_("Asked, moved or withdrawn at or after this moment"))

    class Meta:
        model = Call
        fields = []

    def at_step(self, rows, name, value):
        return rows.at_step(value, at=timezone.now())

    def touched(self, rows, name, value):
        return rows.filter(Q(at__gte=value) | Q(moved_at__gte=value) | Q(withdrawn_at__gte=value))


class Calls(WithinReach):
    """Reports asked for out of turn, for the offices of who asks and for whoever reads its branch."""

    queryset = Call.objects.none()
    serializer_class = CallSerializer
    filterset_class = CallFilter
    ordering_fields = ["id", "due_at", "at"]

    def furnish(self, rows):
        return rows.counted().select_related("unit", "by__person", "by__unit").prefetch_related("changes__by__person", "changes__by__unit")


class CallBrief(serializers.ModelSerializer):
    """The call that is answered, as far as who is asked reads it."""

    unit = UnitBrief(read_only=True)

    class Meta:
        model = Call
        fields = ["id", "unit", "title", "words", "due_at", "withdrawn_at"]


class CallFilingSerializer(serializers.ModelSerializer):
    """One filing: number and symbol, receipt, moment."""

    class Meta:
        model = CallFiling
        fields = ["version", "number", "symbol", "receipt", "at"]


class CallVerdictSerializer(serializers.ModelSerializer):
    """Who asked accepted what was filed (`ok`), or returned it with a reason; `words` are those judged."""

    by = PostBrief(read_only=True)

    class Meta:
        model = CallVerdict
        fields = ["ok", "reason", "words", "by", "at"]


class CallAnswerSerializer(serializers.ModelSerializer):
    """What one unit answers. `status` is the step it stands on, `timing` that of this moment."""

    call = CallBrief(read_only=True)
    unit = UnitBrief(read_only=True)
    status = serializers.ChoiceField(choices=CHOICES, read_only=True)
    timing = serializers.SerializerMethodField()
    signed_by = PostBrief(read_only=True, allow_null=True)
    filed_by = PostBrief(read_only=True, allow_null=True)
    filings = CallFilingSerializer(many=True, read_only=True)
    verdicts = CallVerdictSerializer(many=True, read_only=True)

    class Meta:
        model = CallAnswer
        fields = [
            *("id", "call", "unit", "words", "version", "revision", "status", "timing", "signed_by", "signed_at", "filed_by", "filed_at"),
            *("first_filed_at", "accepted_at", "number", "filings", "verdicts"),
        ]

    def get_timing(self, answer) -> serializers.ChoiceField(choices=Timing.choices):
        return answer.timing(at=timezone.now())


class CallAnswerFilter(django_filters.FilterSet):
    call = WholeNumber(label=_("Id of the call"))
    unit = django_filters.CharFilter(field_name="unit__code", label=_("Code of the unit"))
    status = django_filters.MultipleChoiceFilter(choices=CHOICES, method="on_step")
    withdrawn = YesNo(field_name="call__withdrawn_at", lookup_expr="isnull", exclude=True, label=_("Not asked for any more"))
    updated_since = Since(method="touched", label=_("Asked, signed, filed, judged, moved or withdrawn at or after this moment"))

    class Meta:
        model = CallAnswer
        fields = []

    def on_step(self, rows, name, value):
        wanted = Q()
        for code in value:
            wanted |= STATUSES[code][1]
        return rows.filter(wanted)

    def touched(self, rows, name, value):
        moments = ["call__at", "call__moved_at", "call__withdrawn_at", "signed_at", "filed_at"]
        wanted = Q(pk__in=CallVerdict.objects.filter(at__gte=value).order_by().values("answer"))
        for moment in moments:
            wanted |= Q(**{f"{moment}__gte": value})
        return rows.filter(wanted)


class CallAnswers(WithinReach):
    """What units answer within reach: the own ones, and those filed for who asked and for whoever reads below."""

    queryset = CallAnswer.objects.none()
    serializer_class = CallAnswerSerializer
    filterset_class = CallAnswerFilter
    ordering_fields = ["id", "filed_at"]

    def furnish(self, rows):
        rows = rows.with_names().select_related("signed_by__unit", "filed_by__unit")
        return rows.prefetch_related("filings", "verdicts__by__person", "verdicts__by__unit")
