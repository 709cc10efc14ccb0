"""Duties, assignments and progress through the API: everything read-only but one act, logging progress."""

import uuid

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response

from journal.models import Entry
from orgunits.api import PostBrief, Since, UnitBrief, WholeNumber, WithinReach, YesNo, row_id
from plans.api import PlanBrief
from tasks.forms import ProgressForm
from tasks.models import Answer, Assignment, Evidence, ParentLink, Part, Progress, Stage, StaleWrite, State, Task, Timeliness, Verdict
from tasks.models.progress import log_progress

# Duties


class StageSerializer(serializers.ModelSerializer):
    """One deadline of a duty: the document's words, our reading of them, and what the reading is unsure of."""

    warnings = serializers.ListField(source="flags", child=serializers.CharField(), read_only=True)

    class Meta:
        model = Stage
        fields = ["id", "label", "words", "kind", "starts_on", "due_on", "hours", "days", "rrules", "warnings"]


class TaskBrief(serializers.ModelSerializer):
    class Meta:
        model = Task
        fields = ["id", "ref", "title"]


class LinkSerializer(serializers.ModelSerializer):
    """A superior's duty this one continues; where it `carries`, it adds up there."""

    task = TaskBrief(source="parent", read_only=True)
    carries = serializers.BooleanField(read_only=True)

    class Meta:
        model = ParentLink
        fields = ["task", "carries"]


class TaskSerializer(serializers.ModelSerializer):
    """A duty. Who answers for it is at /assignments/?task=ID; `continues` holds what the post may see."""

    plan = PlanBrief(read_only=True)
    group = serializers.CharField(source="group.words", read_only=True, allow_null=True)
    directing = UnitBrief(many=True, read_only=True)
    stages = StageSerializer(many=True, read_only=True)
    continues = LinkSerializer(source="links_in_reach", many=True, read_only=True)

    class Meta:
        model = Task
        fields = [
            *("id", "plan", "ref", "position", "source", "section", "section_title", "title", "words", "product", "deadline_words"),
            *("directing", "group", "lead_words", "lead_role", "coordinator_words", "stages", "continues"),
        ]


class TaskFilter(django_filters.FilterSet):
    plan = WholeNumber(label=gettext_lazy("Id of the plan"))
    ref = django_filters.CharFilter()
    unit = django_filters.CharFilter(method="with_part", label=gettext_lazy("Code of a unit that has a part in the duty"))

    class Meta:
        model = Task
        fields = []

    def with_part(self, rows, name, value):
        parts = Assignment.objects.visible_to(self.request._request.post).live().filter(unit__code=value)
        return rows.filter(pk__in=parts.values("task"))


class Tasks(WithinReach):
    """Duties of the plans within reach, and duties in which an own unit has a part."""

    queryset = Task.objects.none()
    serializer_class = TaskSerializer
    filterset_class = TaskFilter
    ordering_fields = ["id", "position"]

    def furnish(self, rows):
        seen = Task.objects.visible_to(self.acting).values("pk")
        links = ParentLink.objects.filter(until=None, parent__in=seen).select_related("parent")
        return rows.select_related("plan__document", "plan__unit", "group").prefetch_related(
            "directing", "stages", Prefetch("parent_links", links, to_attr="links_in_reach")
        )


# Assignments


class AnswerSerializer(serializers.ModelSerializer):
    """One unit's answer to one stage."""

    label = serializers.CharField(source="stage.label", read_only=True)
    words = serializers.CharField(source="stage.words", read_only=True)
    is_late = serializers.BooleanField(read_only=True)

    class Meta:
        model = Answer
        fields = [
            "id",
            "stage",
            "label",
            "words",
            "clock",
            "occurs_on",
            "due_on",
            "due_originally_on",
            "state",
            "said_at",
            "is_late",
            "is_proven",
        ]


class AssignmentSerializer(serializers.ModelSerializer):
    """One duty of one unit. `timeliness` and `silent` are computed for today, in Vietnam; `version` guards the next write."""

    task = TaskBrief(read_only=True)
    plan = PlanBrief(read_only=True)
    unit = UnitBrief(read_only=True)
    owner = PostBrief(read_only=True, allow_null=True)
    timeliness = serializers.ChoiceField(choices=Timeliness.choices, read_only=True)
    silent = serializers.BooleanField(read_only=True)
    answers = AnswerSerializer(many=True, read_only=True)

    class Meta:
        model = Assignment
        fields = [
            *(
                "id",
                "task",
                "plan",
                "unit",
                "part",
                "as_role",
                "owner",
                "joined_on",
                "ended_on",
                "adds_up",
                "state",
                "clock",
                "cadence",
                "due_on",
            ),
            *("was_late", "timeliness", "silent", "unproven", "last_entry_at", "last_result_at", "awaits_since", "version", "answers"),
        ]


class AssignmentFilter(django_filters.FilterSet):
    task = WholeNumber(label=gettext_lazy("Id of the duty"))
    plan = WholeNumber(label=gettext_lazy("Id of the plan"))
    unit = django_filters.CharFilter(field_name="unit__code", label=gettext_lazy("Code of the unit"))
    part = django_filters.MultipleChoiceFilter(choices=Part.choices)
    state = django_filters.MultipleChoiceFilter(choices=State.choices)
    timeliness = django_filters.MultipleChoiceFilter(choices=Timeliness.choices)
    silent = YesNo()
    due_from = django_filters.DateFilter(field_name="due_on", lookup_expr="gte")
    due_to = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    updated_since = Since(method="touched", label=gettext_lazy("Given out, written to or judged at or after this moment"))

    class Meta:
        model = Assignment
        fields = []

    def touched(self, rows, name, value):
        acts = Entry.objects.filter(target_type=ContentType.objects.get_for_model(Assignment), at__gte=value)
        given_out = Q(joined_on__gte=timezone.localdate(value))
        return rows.filter(given_out | Q(last_entry_at__gte=value) | Q(pk__in=acts.values("target_id")))


class Assignments(WithinReach):
    """Who answers for what, how far it is and what today says of it."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter
    ordering_fields = ["id", "due_on", "last_entry_at", "state"]

    def furnish(self, rows):
        rows = rows.with_names().select_related("owner__unit").timed(on=timezone.localdate())
        return rows.prefetch_related(Prefetch("answers", Answer.objects.select_related("stage")))


# Progress


class EvidenceSerializer(serializers.ModelSerializer):
    """What a file is. Its bytes are handed out by the portal's page alone."""

    class Meta:
        model = Evidence
        fields = ["id", "name", "size", "sha256", "media_type"]


class VerdictSerializer(serializers.ModelSerializer):
    """The superior's word: confirmed (`ok`), or returned with a reason."""

    by = PostBrief(read_only=True)

    class Meta:
        model = Verdict
        fields = ["ok", "reason", "by", "at"]


class ProgressSerializer(serializers.ModelSerializer):
    """One entry in a duty's history. It is never changed; a correction is a new entry."""

    by = PostBrief(read_only=True)
    verdict = VerdictSerializer(read_only=True, allow_null=True)
    evidence = EvidenceSerializer(many=True, read_only=True)

    class Meta:
        model = Progress
        fields = [
            *("id", "assignment", "answer", "by", "spoken_for", "at", "says", "percent", "words", "difficulties", "proposals"),
            *("needs_verdict", "verdict", "evidence"),
        ]


class ProgressFilter(django_filters.FilterSet):
    assignment = WholeNumber(label=gettext_lazy("Id of the assignment"))
    plan = WholeNumber(field_name="assignment__plan", label=gettext_lazy("Id of the plan"))
    unit = django_filters.CharFilter(field_name="assignment__unit__code", label=gettext_lazy("Code of the unit that answers"))
    says = django_filters.MultipleChoiceFilter(choices=Progress.Says.choices)
    judged = YesNo(field_name="verdict", lookup_expr="isnull", exclude=True, label=gettext_lazy("A superior has spoken on it"))
    updated_since = Since(method="written_or_judged", label=gettext_lazy("Written or judged at or after this moment"))

    class Meta:
        model = Progress
        fields = []

    def written_or_judged(self, rows, name, value):
        return rows.filter(Q(at__gte=value) | Q(verdict__at__gte=value))


class ProgressList(WithinReach):
    """Every entry within reach, newest first."""

    queryset = Progress.objects.none()
    serializer_class = ProgressSerializer
    filterset_class = ProgressFilter
    ordering_fields = ["id", "at"]

    def furnish(self, rows):
        return rows.with_names()


def _words(name):
    return serializers.CharField(required=False, allow_blank=True, default="", max_length=ProgressForm.base_fields[name].max_length)


PERCENT = dict.fromkeys(["invalid", "max_string_length", "min_value", "max_value"], gettext_lazy("Write a whole number from 0 to 100."))


class ProgressWrite(serializers.Serializer):
    """What a unit did. Here stands its shape; the rules are those of the page, ProgressForm."""

    says = serializers.ChoiceField(
        choices=Progress.Says.choices, error_messages={"invalid_choice": gettext_lazy("Say one of: nothing, doing, done.")}
    )
    answer = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("Id of the stage's answer; without it the current one.")
    )
    words = _words("words")
    percent = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=0, max_value=100, error_messages=PERCENT)
    difficulties = _words("difficulties")
    proposals = _words("proposals")
    spoken_for = _words("spoken_for")
    version = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("The assignment's version you saw; 409 where it moved on.")
    )


def _checked(said, assignment, post):
    """Keyword arguments for `log_progress`, by the rules of the page's form. Raises ValidationError, one sentence for a field."""
    answer = _own_answer(assignment, said["answer"])
    version = assignment.version if said["version"] is None else said["version"]
    form = ProgressForm({**said, "version": version, "token": uuid.uuid4()}, {}, assignment=assignment, post=post)
    unasked = [name for name, value in said.items() if value not in {None, ""} and name not in {*form.fields, "answer"}]
    if unasked:
        raise ValidationError({name: [_("This is not asked here; leave it out.")] for name in unasked})
    return {**clean(form), "answer": answer, "version": said["version"]}


def _own_answer(assignment, pk):
    """The assignment's own open answer `pk`, None for None. Another's is refused as if it did not exist."""
    if pk is None:
        return None
    answer = next((answer for answer in assignment.answers.all() if answer.pk == pk), None)
    if answer is None:
        raise ValidationError({"answer": [_("This duty has no such stage here.")]})
    if answer.state == State.DONE:
        raise ValidationError({"answer": [_("This stage is confirmed; it takes no more entries.")]})
    return answer


class ConflictSerializer(serializers.Serializer):
    detail = serializers.CharField()
    version = serializers.IntegerField(required=False, help_text=gettext_lazy("The assignment's version now, where yours was stale."))


ANSWERS = {
    201: ProgressSerializer,
    200: OpenApiResponse(ProgressSerializer, gettext_lazy("The key was used before; this is the entry it made.")),
    400: OpenApiResponse(OpenApiTypes.OBJECT, gettext_lazy("Sentences by field.")),
    403: OpenApiResponse(description=gettext_lazy("The post sees the duty but may not log on it, or the key may only read.")),
    404: OpenApiResponse(description=gettext_lazy("No such assignment within reach.")),
    409: OpenApiResponse(ConflictSerializer, gettext_lazy("Nothing was saved: a stale version, or a key used for something else.")),
}


REFUSALS = {
    400: OpenApiResponse(OpenApiTypes.OBJECT, gettext_lazy("Sentences by field.")),
    403: OpenApiResponse(description=gettext_lazy("The post sees the row but this act is not its own, or the key may only read.")),
    404: OpenApiResponse(description=gettext_lazy("No such row within reach.")),
    409: OpenApiResponse(ConflictSerializer, gettext_lazy("Nothing was saved: it stands otherwise by now, or the key was used before.")),
}
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description=gettext_lazy("A UUID of your own for this entry. Sent again, it answers 200 with the entry already there."),
)


@extend_schema_view(list=extend_schema(operation_id="assignments_progress_list"))
class AssignmentProgress(WithinReach):
    """The history of one assignment, newest first, and the next entry in it."""

    queryset = Progress.objects.none()
    serializer_class = ProgressSerializer
    filterset_class = ProgressFilter
    ordering_fields = ["id", "at"]

    def furnish(self, rows):
        return rows.filter(assignment=assignment_of(self)).with_names()

    @extend_schema(
        operation_id="assignments_progress_create",
        parameters=[KEY],
        request=ProgressWrite,
        responses=ANSWERS,
    )
    def create(self, request, assignment):
        """Log progress as the page does: find (404), may (403), check (400), act (409 where stale).

        With a key already used, the entry it made is the answer (200), however the duty stands by now.
        """
        assignment, key = assignment_of(self), idempotency_key(request)
        earlier = key and Progress.objects.filter(token=key, assignment=assignment).first()
        if earlier:
            return self._again(earlier, shaped(ProgressWrite, request))
        if not assignment.may_be_progressed_by(self.acting):
            raise PermissionDenied(_("This post may not log progress on this duty."))
        said = shaped(ProgressWrite, request)
        return self._log(assignment, said, {**_checked(said, assignment, self.acting), "token": key})

    def _log(self, assignment, said, checked):
        at = timezone.now()
        try:
            progress = log_progress(assignment, by=self.acting, at=at, **checked)
        except StaleWrite:
            return stale(assignment)
        except IntegrityError:
            if not Progress.objects.filter(token=checked["token"]).exists():
                raise
            return key_taken()  # by an entry on another assignment
        return self._show(progress, status.HTTP_201_CREATED) if progress.at == at else self._again(progress, said)

    def _again(self, progress, said):
        """The answer to a key already used here: an old key with new words must not lose the words."""
        is_same = progress.by_id == self.acting.pk and all(
            getattr(progress, name) == said[name] for name in ("says", "words", "percent", "difficulties", "proposals", "spoken_for")
        )
        is_same = is_same and said["answer"] in {None, progress.answer_id}
        return self._show(progress, status.HTTP_200_OK) if is_same else key_taken()

    def _show(self, progress, code):
        row = Progress.objects.visible_to(self.acting).with_names().get(pk=progress.pk)
        return Response(ProgressSerializer(row).data, status=code)


def assignment_of(view):
    """The assignment that the address of `view` names, within reach of the acting post, else 404."""
    return get_object_or_404(Assignment.objects.visible_to(view.acting).with_names(), pk=row_id(view.kwargs["assignment"]))


def shaped(shape, request):
    """The request's fields in the types of the serializer class `shape`. Raises ValidationError."""
    fields = shape(data=request.data)
    fields.is_valid(raise_exception=True)
    return fields.validated_data


def clean(form):
    """What a page's form makes of it. Raises ValidationError, one sentence for a field."""
    if not form.is_valid():
        raise ValidationError(form.errors)
    return form.cleaned_data


def idempotency_key(request):
    """The UUID of the header, or None without one. Raises ValidationError."""
    words = request.headers.get("Idempotency-Key")
    try:
        return words and uuid.UUID(words)
    except ValueError:
        raise ValidationError({"Idempotency-Key": [_("The key must be a UUID.")]}) from None


def stale(assignment):
    """409, with the version the duty has by now."""
    version = Assignment.objects.values_list("version", flat=True).get(pk=assignment.pk)
    sentence = _("Somebody else wrote to this duty in between; nothing was saved. Read it again, then send yours with the new version.")
    return conflict(sentence, version=version)


def key_taken():
    sentence = _("This key was already used for a different entry; nothing was saved. Make a new one for each entry.")
    return conflict(sentence)


def conflict(sentence, **facts):
    return Response({"detail": sentence, **facts}, status=status.HTTP_409_CONFLICT)
