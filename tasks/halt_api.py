"""Pausing, dropping and resuming duties through the API: asked, accepted or refused, taken back, resumed, by the rules of the pages."""

import uuid

import django_filters
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from orgunits.api import PostBrief, Since, UnitBrief, WholeNumber, WithinReach, YesNo
from tasks import halting
from tasks.api import REFUSALS, assignment_of, clean, conflict, idempotency_key, key_taken, shaped, stale
from tasks.halt_forms import HaltForm, HaltVerdictForm, ResumeForm
from tasks.models import Halt, StaleWrite

# Reading


class HaltSerializer(serializers.ModelSerializer):
    """A request to pause or drop one assignment, or an order. `accepted` null: it waits for a word, or was withdrawn before one.

    `stands`: it waits, or stops the clock now. `resumed_by` null beside `resumed_at`: its last day has passed.
    """

    unit = UnitBrief(source="assignment.unit", read_only=True)
    by = PostBrief(read_only=True)
    judged_by = PostBrief(read_only=True, allow_null=True)
    resumed_by = PostBrief(read_only=True, allow_null=True)
    stands = serializers.SerializerMethodField()

    class Meta:
        model = Halt
        fields = [
            *("id", "assignment", "unit", "kind", "reason", "document", "until", "by", "at", "accepted", "verdict", "judged_by"),
            *("judged_at", "withdrawn_at", "resumed_by", "resumed_at", "resumed_why", "stands"),
        ]

    def get_stands(self, row) -> bool:
        return row.is_waiting or row.holds


class HaltFilter(django_filters.FilterSet):
    assignment = WholeNumber(label=gettext_lazy("Id of the assignment"))
    plan = WholeNumber(field_name="assignment__plan", label=gettext_lazy("Id of the plan"))
    unit = django_filters.CharFilter(field_name="assignment__unit__code", label=gettext_lazy("Code of the unit that answers"))
    kind = django_filters.MultipleChoiceFilter(choices=Halt.Kind.choices)
    waiting = YesNo(method="is_among", label=gettext_lazy("Waits for a word"))
    holding = YesNo(method="is_among", label=gettext_lazy("Stops a clock now"))
    asked_since = Since(field_name="at", label=gettext_lazy("Asked or ordered at or after this moment"))

    class Meta:
        model = Halt
        fields = []

    def is_among(self, rows, name, value):
        those = getattr(Halt.objects, name)().values("pk")
        return rows.filter(pk__in=those) if value else rows.exclude(pk__in=those)


# Writing


class HaltWrite(serializers.Serializer):
    """What is asked, or ordered by who confirms the duty. Here stands its shape; the rules are those of the page, HaltForm."""

    kind = serializers.ChoiceField(choices=Halt.Kind.choices, error_messages={"invalid_choice": gettext_lazy("Say one of: pause, drop.")})
    reason = serializers.CharField(max_length=HaltForm.base_fields["reason"].max_length)
    document = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=HaltForm.base_fields["document"].max_length,
        help_text=gettext_lazy("Required where it is ordered."),
    )
    until = serializers.DateField(required=False, allow_null=True, default=None, help_text=gettext_lazy("Last day of a pause, if known."))
    version = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("The assignment's version you saw; 409 where it moved on.")
    )


class HaltVerdictWrite(serializers.Serializer):
    """Accepted (`ok`), or refused with a reason."""

    ok = serializers.BooleanField()
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=HaltVerdictForm.base_fields["reason"].max_length
    )


class ResumeWrite(serializers.Serializer):
    reason = serializers.CharField(max_length=ResumeForm.base_fields["reason"].max_length)
    version = serializers.IntegerField(help_text=gettext_lazy("The assignment's version you saw; 409 where it moved on."))


KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description=gettext_lazy("A UUID of your own for this request. Sent again, it answers 200 with the request already there."),
)
DONE = {200: HaltSerializer, **REFUSALS}


class Halts(WithinReach):
    """What was asked and ordered about the duties within reach, newest first; the word on it, and taking it back."""

    queryset = Halt.objects.none()
    serializer_class = HaltSerializer
    filterset_class = HaltFilter
    ordering_fields = ["id", "at", "until"]

    def furnish(self, rows):
        return rows.with_names().select_related("assignment__unit", "assignment__plan__unit__parent", "by__deputises")

    @extend_schema(request=HaltVerdictWrite, responses=DONE)
    @action(detail=True, methods=["post"])
    def judge(self, request, pk):
        """The confirming side's word. The same word again changes nothing; another one is 409."""
        row = self.get_object()
        if not row.assignment.may_be_judged_by(self.acting) or row.by.shares_a_hand_with(self.acting):
            raise PermissionDenied(_("This post may not judge this request."))
        said = shaped(HaltVerdictWrite, request)
        form = clean(HaltVerdictForm({"ok": str(int(said["ok"])), "reason": said["reason"], "halt": row.pk}))
        try:
            halting.judge(row, ok=form["ok"], reason=form["reason"], by=self.acting, at=timezone.now())
        except StaleWrite:
            return conflict(_("The request no longer waits for a word, or the unit has said meanwhile that the duty is done."))
        return self.show(row)

    @extend_schema(request=None, responses=DONE)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        """Take a waiting request back, for who logs for the unit. Sent again it changes nothing."""
        row = self.get_object()
        if not row.assignment.is_between(self.acting) or not row.assignment.is_answered_by(self.acting):
            raise PermissionDenied(_("This post may not take this request back."))
        try:
            halting.withdraw(row, by=self.acting, at=timezone.now())
        except StaleWrite:
            if row.withdrawn_by_id != self.acting.pk:
                return conflict(_("No request of your unit waits here any more."))
        return self.show(row)

    def show(self, row, code=status.HTTP_200_OK):
        return Response(HaltSerializer(self.furnish(Halt.objects.visible_to(self.acting)).get(pk=row.pk)).data, status=code)


@extend_schema_view(list=extend_schema(operation_id="assignments_halts_list"))
class AssignmentHalts(Halts):
    """What was asked and ordered about one assignment, newest first; the next request, and taking the duty up again."""

    def furnish(self, rows):
        return super().furnish(rows.filter(assignment=assignment_of(self)))

    @extend_schema(
        operation_id="assignments_halts_create",
        parameters=[KEY],
        request=HaltWrite,
        responses={
            201: HaltSerializer,
            **REFUSALS,
            200: OpenApiResponse(HaltSerializer, gettext_lazy("The key was used before; this is the request it made.")),
        },
    )
    def create(self, request, assignment):
        """Ask to pause or drop the duty; or order it, where the post confirms it."""
        row, key = assignment_of(self), idempotency_key(request)
        earlier = key and Halt.objects.filter(token=key, assignment=row).first()
        if earlier:
            return self._again(earlier, shaped(HaltWrite, request))
        if not row.may_be_halted_by(self.acting):
            raise PermissionDenied(_("This post may not pause or drop this duty as it stands."))
        said, at = shaped(HaltWrite, request), timezone.now()
        try:
            halt = halting.ask(row, by=self.acting, at=at, **self._checked(said, row, key))
        except StaleWrite:
            return key_taken() if key and Halt.objects.filter(token=key).exists() else stale(row)
        return self.show(halt, status.HTTP_201_CREATED) if halt.at == at else self._again(halt, said)

    def _checked(self, said, row, key):
        seen = row.version if said["version"] is None else said["version"]
        form = HaltForm({**said, "version": seen, "token": key or uuid.uuid4()}, assignment=row, orders=row.may_be_judged_by(self.acting))
        return {**clean(form), "version": said["version"]}

    def _again(self, halt, said):
        """The answer to a key already used here: an old key with new words must not lose the words."""
        is_same = halt.by_id == self.acting.pk and all(
            getattr(halt, name) == said[name] for name in ("kind", "reason", "document", "until")
        )
        return self.show(halt) if is_same else key_taken()

    @extend_schema(operation_id="assignments_resume", request=ResumeWrite, responses=DONE)
    def resume(self, request, assignment):
        """«Tiếp tục»: the clock runs on with the date the duty had. The same again, by the same post, changes nothing."""
        row = assignment_of(self)
        if not row.is_between(self.acting):
            raise PermissionDenied(_("This post may not take this duty up again."))
        said = clean(ResumeForm(shaped(ResumeWrite, request), assignment=row))
        try:
            return self.show(halting.resume(row, by=self.acting, at=timezone.now(), **said))
        except StaleWrite:
            newest = row.halts.first()
            is_same = newest and (newest.resumed_by_id, newest.resumed_why) == (self.acting.pk, said["reason"])
            return self.show(newest) if is_same else stale(row)
