"""Difficulties through the API: where each lies, by when an answer is owed, every step; raised and moved on by the rules of the pages."""

import uuid

import django_filters
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response

from orgunits.api import PostBrief, Since, UnitBrief, WholeNumber, WithinReach, YesNo
from orgunits.models import Level
from tasks import difficulties
from tasks.api import REFUSALS, assignment_of, clean, conflict, idempotency_key, key_taken, shaped
from tasks.difficulty_forms import AnswerForm, DifficultyForm, ReopenForm, SendUpForm, StepForm
from tasks.models import Difficulty, DifficultyStep, StaleWrite

# Reading


class DifficultyStepSerializer(serializers.ModelSerializer):
    """One step; `by` null: the calendar moved it up. `late_days`: how late it left the level `was_with`."""

    by = PostBrief(read_only=True, allow_null=True)
    was_with = UnitBrief(read_only=True, allow_null=True)
    now_with = UnitBrief(read_only=True)

    class Meta:
        model = DifficultyStep
        fields = ["n", "act", "was_with", "now_with", "was_due_on", "reply_by", "late_days", "by", "at", "words"]


class DifficultySerializer(serializers.ModelSerializer):
    """A difficulty of one assignment. `level`: the competent one as the unit saw it; `lies_with` owes the answer by `reply_by`."""

    by = PostBrief(read_only=True)
    unit = UnitBrief(source="assignment.unit", read_only=True)
    lies_with = UnitBrief(read_only=True)
    steps = DifficultyStepSerializer(many=True, read_only=True)

    class Meta:
        model = Difficulty
        fields = [
            *("id", "assignment", "unit", "progress", "by", "at", "words", "proposal", "level", "lies_with", "lies_since"),
            *("reply_by", "state", "version", "steps"),
        ]


class DifficultyApiFilter(django_filters.FilterSet):
    assignment = WholeNumber(label=gettext_lazy("Id of the assignment"))
    plan = WholeNumber(field_name="assignment__plan", label=gettext_lazy("Id of the plan"))
    unit = django_filters.CharFilter(field_name="assignment__unit__code", label=gettext_lazy("Code of the unit that raised it"))
    lies_with = django_filters.CharFilter(field_name="lies_with__code", label=gettext_lazy("Code of the area it lies with"))
    level = django_filters.MultipleChoiceFilter(field_name="lies_with__level", choices=Level.choices)
    state = django_filters.MultipleChoiceFilter(choices=Difficulty.State.choices)
    overdue = YesNo(method="past_its_day", label=gettext_lazy("Open, and its answer was due before today"))
    updated_since = Since(method="stepped", label=gettext_lazy("With a step at or after this moment"))

    class Meta:
        model = Difficulty
        fields = []

    def past_its_day(self, rows, name, value):
        late = rows.overdue(on=timezone.localdate())
        return late if value else rows.exclude(pk__in=late.values("pk"))

    def stepped(self, rows, name, value):
        return rows.filter(pk__in=DifficultyStep.objects.filter(at__gte=value).values("difficulty"))


# Writing


class DifficultyWrite(serializers.Serializer):
    """What stands in the way. Here stands its shape; the rules are those of the page, DifficultyForm."""

    words = serializers.CharField(max_length=DifficultyForm.base_fields["words"].max_length)
    proposal = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=DifficultyForm.base_fields["proposal"].max_length
    )
    level = serializers.ChoiceField(choices=Level.choices, help_text=gettext_lazy("The level that can remove it, on the unit's own line."))
    reply_by = serializers.DateField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("Without it five working days from today.")
    )
    progress = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("Id of the duty's own entry it is raised from.")
    )


class StepWrite(serializers.Serializer):
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=StepForm.base_fields["words"].max_length)
    version = serializers.IntegerField(help_text=gettext_lazy("The difficulty's version you saw; 409 where it moved on."))


class ReopenWrite(StepWrite):
    up = serializers.BooleanField(required=False, default=False, help_text=gettext_lazy("Ask one level up, not the same again."))


KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description=gettext_lazy("A UUID of your own for this difficulty. Sent again, it answers 200 with the difficulty already there."),
)
STEP = {"request": StepWrite, "responses": {200: DifficultySerializer, **REFUSALS}}


class Difficulties(WithinReach):
    """Difficulties of own units, of the branch a post reads, and those that lie with its area, newest first.

    Each act on one says the version it saw; the same act with the same words, sent again by the same post, changes nothing.
    """

    queryset = Difficulty.objects.none()
    serializer_class = DifficultySerializer
    filterset_class = DifficultyApiFilter
    ordering_fields = ["id", "at", "reply_by"]

    def furnish(self, rows):
        steps = DifficultyStep.objects.select_related("was_with", "now_with", "by__person", "by__unit")
        return rows.with_names().prefetch_related(Prefetch("steps", steps))

    @extend_schema(**STEP)
    @action(detail=True, methods=["post"])
    def answer(self, request, pk):
        """The answer of the level it lies with."""
        return self._step(request, may=Difficulty.may_be_answered_by, form=AnswerForm, verb=difficulties.answer)

    @extend_schema(**STEP)
    @action(detail=True, methods=["post"])
    def send_up(self, request, pk):
        """Above the holder's competence, with the reason: it lies with the next level up from now on."""
        return self._step(request, may=Difficulty.may_be_sent_up_by, form=SendUpForm, verb=difficulties.send_up)

    @extend_schema(**STEP)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        """The unit takes it back before it is answered."""
        return self._step(request, may=Difficulty.may_be_settled_by, form=StepForm, verb=difficulties.withdraw)

    @extend_schema(**STEP)
    @action(detail=True, methods=["post"])
    def close(self, request, pk):
        """The unit that raised it accepts the answer."""
        return self._step(request, may=Difficulty.may_be_settled_by, form=StepForm, verb=difficulties.close)

    @extend_schema(**{**STEP, "request": ReopenWrite})
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk):
        """The unit is not satisfied, with the reason: asked again at the same level, or one level `up`."""
        return self._step(request, may=Difficulty.may_be_settled_by, form=ReopenForm, verb=difficulties.reopen, shape=ReopenWrite)

    def _step(self, request, *, may, form, verb, shape=StepWrite):
        row = self.get_object()
        said = shaped(shape, request)
        words = clean(form({**said, "up": "1" if said.get("up") else ""}))
        if not may(row, self.acting) and not may(row.as_of(words.get("version")), self.acting):  # sent again, or too late: told as such
            raise PermissionDenied(_("This post may not do this with this difficulty."))
        try:
            verb(row, by=self.acting, at=timezone.now(), **words)
        except StaleWrite:
            return self._stale(row)
        except difficulties.NothingAbove:
            raise ValidationError({"up": [_("It lies with the Centre already; there is no level above.")]}) from None
        return self.show(row)

    def _stale(self, row):
        row.refresh_from_db(fields=["version"])
        sentence = _("Somebody else acted on this difficulty in between; nothing was saved. Read it again, then send yours.")
        return conflict(sentence, version=row.version)

    def show(self, row, code=status.HTTP_200_OK):
        return Response(DifficultySerializer(self.furnish(Difficulty.objects.visible_to(self.acting)).get(pk=row.pk)).data, status=code)


@extend_schema_view(list=extend_schema(operation_id="assignments_difficulties_list"))
class AssignmentDifficulties(Difficulties):
    """The difficulties of one assignment, newest first, and the next one."""

    def furnish(self, rows):
        return super().furnish(rows.filter(assignment=assignment_of(self)))

    @extend_schema(
        operation_id="assignments_difficulties_create",
        parameters=[KEY],
        request=DifficultyWrite,
        responses={
            201: DifficultySerializer,
            **REFUSALS,
            200: OpenApiResponse(DifficultySerializer, gettext_lazy("The key was used before; this is the difficulty it made.")),
        },
    )
    def create(self, request, assignment):
        """Raise a difficulty, for who leads the duty."""
        row, key, at = assignment_of(self), idempotency_key(request), timezone.now()
        earlier = key and Difficulty.objects.filter(token=key, assignment=row).first()
        if earlier:
            return self._again(earlier, shaped(DifficultyWrite, request))
        if not difficulties.may_raise(row, self.acting):
            raise PermissionDenied(_("This post may not raise a difficulty of this duty."))
        said = shaped(DifficultyWrite, request)
        facts = clean(DifficultyForm({**said, "token": key or uuid.uuid4()}, assignment=row, on=timezone.localdate(at)))
        try:
            made = difficulties.raise_(row, by=self.acting, at=at, progress=_own_entry(row, said["progress"]), **facts)
        except StaleWrite:
            return key_taken()
        return self.show(made, status.HTTP_201_CREATED) if made.at == at else self._again(made, said)

    def _again(self, row, said):
        """The answer to a key already used here: an old key with new words must not lose the words."""
        is_same = row.by_id == self.acting.pk and all(getattr(row, name) == said[name] for name in ("words", "proposal", "level"))
        is_same = is_same and said["progress"] == row.progress_id and said["reply_by"] in {None, row.steps.first().reply_by}
        return self.show(row) if is_same else key_taken()


def _own_entry(assignment, pk):
    """The assignment's own entry `pk`, None for None. Another's is refused as if it did not exist."""
    entry = pk and assignment.progress.filter(pk=min(pk, 2**63 - 1)).first()
    if pk is not None and not entry:
        raise ValidationError({"progress": [_("This duty has no such entry here.")]})
    return entry
