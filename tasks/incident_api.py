"""Incidents through the API: read within reach, and create, by the rules of the page."""

import hashlib
import json
import uuid

import django_filters
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, OpenApiTypes, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response

from orgunits.api import PostBrief, Since, UnitBrief, WithinReach, YesNo
from tasks import incidents as acts
from tasks.api import idempotency_key, key_taken
from tasks.incident_forms import NewIncidentForm
from tasks.models import Incident, IncidentWord, StaleWrite
from tasks.models.incident import FIELDS

STEPS = ["noted", "reported", "closed", "dropped"]


class IncidentWordSerializer(serializers.ModelSerializer):
    """One thing said since: first report, follow-up, acknowledgement, closing report. `was` and `now` are of a corrected discovery."""

    by = PostBrief(read_only=True)

    class Meta:
        model = IncidentWord
        fields = ["id", "kind", "by", "spoken_for", "at", "text", "was", "now"]


class IncidentSerializer(serializers.ModelSerializer):
    """One incident. Without `reported_at` the first report is still owed, by `due_at`; `hours_late` is of now, or of the report."""

    unit = UnitBrief(read_only=True)
    by = PostBrief(read_only=True)
    step = serializers.ChoiceField(source="status", choices=STEPS, read_only=True)
    due_at = serializers.DateTimeField(read_only=True)
    hours_late = serializers.SerializerMethodField()
    words = IncidentWordSerializer(many=True, read_only=True)

    class Meta:
        model = Incident
        fields = [
            *("id", "unit", "by", "spoken_for", "step", "discovered_at", "due_at", "opened_at", "reported_at", "closed_at", "hours_late"),
            *FIELDS,
            *("version", "words"),
        ]

    def get_hours_late(self, row) -> int:
        return row.hours_late(at=timezone.now())


class IncidentApiFilter(django_filters.FilterSet):
    unit = django_filters.CharFilter(field_name="unit__code", label=gettext_lazy("Code of the unit"))
    open = YesNo(field_name="closed_at", lookup_expr="isnull", label=gettext_lazy("Not closed yet"))
    reported = YesNo(field_name="reported_at", lookup_expr="isnull", exclude=True, label=gettext_lazy("The first report is sent"))
    discovered_since = Since(field_name="discovered_at")

    class Meta:
        model = Incident
        fields = []


def _words(name):
    return serializers.CharField(required=False, allow_blank=True, default="", max_length=NewIncidentForm.base_fields[name].max_length)


class IncidentWrite(serializers.Serializer):
    """The first report in four fields. Here stands its shape; the rules are those of the page, NewIncidentForm."""

    what = serializers.CharField(max_length=NewIncidentForm.base_fields["what"].max_length)
    discovered_at = serializers.DateTimeField(help_text=gettext_lazy("With a zone, else in Vietnam; never to come."))
    system = _words("system")
    effect = _words("effect")
    measures = _words("measures")
    unit = serializers.CharField(
        required=False, allow_null=True, default=None, max_length=24, help_text=gettext_lazy("Code; without it the post's own unit.")
    )
    spoken_for = _words("spoken_for")
    send = serializers.BooleanField(
        required=False, default=True, help_text=gettext_lazy("False: only noted, the first report is still owed within 24 hours.")
    )


KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description=gettext_lazy("A UUID of your own for this incident. Sent again, it answers 200 with the incident already there."),
)
ANSWERS = {
    201: IncidentSerializer,
    200: OpenApiResponse(IncidentSerializer, gettext_lazy("The key was used before; this is the incident it made.")),
    400: OpenApiResponse(OpenApiTypes.OBJECT, gettext_lazy("Sentences by field.")),
    403: OpenApiResponse(description=gettext_lazy("The post reports no incidents, or the key may only read.")),
    409: OpenApiResponse(OpenApiTypes.OBJECT, gettext_lazy("Nothing was saved: the key was used for something else.")),
}


class Incidents(WithinReach):
    """Incidents of the own units and, for steering and inspection posts, of the branch."""

    queryset = Incident.objects.none()
    serializer_class = IncidentSerializer
    filterset_class = IncidentApiFilter
    ordering_fields = ["id", "discovered_at", "reported_at", "closed_at"]

    def furnish(self, rows):
        return rows.with_names().prefetch_related("words__by__person", "words__by__unit")

    @extend_schema(parameters=[KEY], request=IncidentWrite, responses=ANSWERS)
    def create(self, request):
        """Report an incident, or note it with `send` false, as the page does: may (403), check (400), act (409)."""
        at, key = timezone.now(), idempotency_key(request)
        if not Incident.may_be_noted_by(self.acting):
            raise PermissionDenied(_("This post reports no incidents."))
        said = self._shaped(request)
        earlier = key and Incident.objects.filter(token=key).first()
        if earlier:
            return self._again(earlier, said)
        facts = _checked(said, self.acting, key or uuid.uuid4(), at)
        try:
            row = acts.note(by=self.acting, at=at, send=said["send"], asked=self._digest(said), **facts)
        except StaleWrite:
            return key_taken()
        return self._show(row, status.HTTP_201_CREATED) if row.opened_at == at else self._again(row, said)

    def _shaped(self, request):
        shape = IncidentWrite(data=request.data)
        shape.is_valid(raise_exception=True)
        return shape.validated_data

    def _again(self, row, said):
        """The answer to a key already used: an old key with anything new must not lose it, the wish to send included."""
        is_same = row.by_id == self.acting.pk and acts.was_asked(row, self._digest(said))
        return self._show(row, status.HTTP_200_OK) if is_same else key_taken()

    def _digest(self, said):
        """Of what a request says: the same words, moment and unit give the same, however they were written."""
        facts = {**said, "unit": said["unit"] or self.acting.unit.code, "discovered_at": said["discovered_at"].timestamp()}
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def _show(self, row, code):
        return Response(IncidentSerializer(self.get_queryset().get(pk=row.pk)).data, status=code)


def _checked(said, post, token, at):
    """Keyword arguments for `note`, by the rules of the page's form. Raises ValidationError, one sentence for a field."""
    facts = {"unit": said["unit"] or post.unit.code, "discovered_at": said["discovered_at"].isoformat(), "token": token}
    form = NewIncidentForm({**said, **facts}, {}, post=post, at=at)
    if said["spoken_for"] and "spoken_for" not in form.fields:
        raise ValidationError({"spoken_for": [_("This is not asked here; leave it out.")]})
    if not form.is_valid():
        raise ValidationError(form.errors)
    return form.cleaned_data
