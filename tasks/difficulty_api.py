"""Difficulties through the API, read-only: where each lies, by when an answer is owed, and every step."""

import django_filters
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from orgunits.api import PostBrief, Since, UnitBrief, WholeNumber, WithinReach, YesNo
from orgunits.models import Level
from tasks.models import Difficulty, DifficultyStep


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


class Difficulties(WithinReach):
    """Difficulties of own units, of the branch a post reads, and those that lie with its area, newest first."""

    queryset = Difficulty.objects.none()
    serializer_class = DifficultySerializer
    filterset_class = DifficultyApiFilter
    ordering_fields = ["id", "at", "reply_by"]

    def furnish(self, rows):
        steps = DifficultyStep.objects.select_related("was_with", "now_with", "by__person", "by__unit")
        return rows.with_names().prefetch_related(Prefetch("steps", steps))
