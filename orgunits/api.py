"""What every endpoint of the API has in common: one post, its reach, one clear sentence for an error.

Lists and details are those of `Model.objects.visible_to(post)`; what lies outside is answered as if it did not exist.
"""

import django_filters.rest_framework
from django import forms
from django.core.exceptions import SuspiciousOperation
from django.db import models
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiTypes, extend_schema, extend_schema_field
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.routers import APIRootView
from rest_framework.views import exception_handler
from rest_framework.viewsets import ReadOnlyModelViewSet

from orgunits.middleware import needs_no_post
from orgunits.models import Kind, Level, OrgUnit, Post
from orgunits.tokens import ActsInAPost

# What every endpoint has in common


def one_sentence(error, context):
    """DRF's own answers, in the reader's language; a request Django itself distrusts (too big, too many parts) is a plain 400."""
    if isinstance(error, SuspiciousOperation):
        error = ParseError(_("The request is too large or not well formed."))
    return exception_handler(error, context)


class JsonBody(JSONParser):
    """JSON; Django bounds its size. Raises ParseError, for text nested too deep as well."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except (ParseError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON.")) from error


class Ordering(OrderingFilter):
    """`?ordering=due_on,-id`, by the view's `ordering_fields` alone; rows that tie keep one order on every page."""

    def remove_invalid_fields(self, queryset, fields, view, request):
        if not set(fields) <= {sign + field for field in view.ordering_fields for sign in ("", "-")}:
            known = ", ".join(view.ordering_fields)
            raise ValidationError({"ordering": [_("Lists here can be ordered by: %(fields)s.") % {"fields": known}]})
        return [*fields, "pk"]

    def get_default_ordering(self, view):
        return [*view.queryset.model._meta.ordering, "pk"]


class WithinReach(ReadOnlyModelViewSet):
    """List and detail of the rows of `queryset`'s model that the acting post may see; `serializer_class` and filters as in DRF.

    Give `queryset` as `Model.objects.none()`: a view that forgets the scope shows nothing.
    """

    parser_classes = [JsonBody]
    filter_backends = [django_filters.rest_framework.DjangoFilterBackend, Ordering]
    ordering_fields = ["id"]
    metadata_class = None

    @classmethod
    def as_view(cls, actions=None, **initkwargs):
        # Whoever holds no post gets the API's own 403, not the page for people.
        return needs_no_post(super().as_view(actions, **initkwargs))

    @property
    def acting(self):
        """The post in which the request acts."""
        return self.request._request.post

    def get_queryset(self):
        return self.furnish(self.queryset.model.objects.visible_to(self.acting))

    def get_object(self):
        return get_object_or_404(self.get_queryset(), pk=row_id(self.kwargs["pk"]))

    def furnish(self, rows):
        """`rows` with everything the serializer touches, in a number of queries that does not grow with them."""
        return rows


def row_id(words):
    """An id from an address as a number; -1, which no row has, for whatever is none."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 20 else -1


class Root(APIRootView):
    """The lists there are."""

    metadata_class = None

    @classmethod
    def as_view(cls, **initkwargs):
        return needs_no_post(super().as_view(**initkwargs))


class Schema(SpectacularAPIView):
    """The API's own description (OpenAPI 3, YAML or JSON by the Accept header), for whoever holds a post."""

    permission_classes = [ActsInAPost]
    metadata_class = None

    @classmethod
    def as_view(cls, **initkwargs):
        return needs_no_post(super().as_view(**initkwargs))

    @extend_schema(exclude=True)
    def get(self, request):
        return Response(self.generator_class().get_schema(request=request, public=True))


# Filters that stand any input


class WholeNumber(django_filters.NumberFilter):
    """An id or a year: 0 … 2^63 − 1, else 400."""

    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, min_value=0, max_value=models.BigIntegerField.MAX_BIGINT, **kwargs)

    def get_max_validator(self):
        return None


class _MomentField(django_filters.fields.IsoDateTimeField):
    default_error_messages = {"invalid": gettext_lazy("Write a moment as 2026-02-24T01:00:00Z.")}

    def clean(self, value):
        moment = super().clean(value)
        if moment and not 1900 <= moment.year <= 2200:  # the edges of the calendar do not survive a change of zone
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class Since(django_filters.IsoDateTimeFilter):
    """At or after an ISO 8601 moment; without a zone it is Vietnam's."""

    field_class = _MomentField

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("lookup_expr", "gte")
        super().__init__(*args, **kwargs)


@extend_schema_field(OpenApiTypes.BOOL)
class YesNo(django_filters.TypedChoiceFilter):
    """`true` or `false`, else 400."""

    def __init__(self, *args, **kwargs):
        choices = [("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]
        super().__init__(*args, choices=choices, coerce=lambda value: value == "true", empty_value="", **kwargs)


# Units and names


class UnitBrief(serializers.ModelSerializer):
    """A unit by code and full name."""

    name = serializers.CharField(source="full_name", read_only=True)

    class Meta:
        model = OrgUnit
        fields = ["code", "name", "level"]


class PostBrief(serializers.ModelSerializer):
    """Who acted: name, office and unit. Needs person and unit selected."""

    name = serializers.CharField(source="person.full_name", read_only=True)
    unit = serializers.CharField(source="unit.code", read_only=True)

    class Meta:
        model = Post
        fields = ["name", "title", "role", "unit"]


class UnitSerializer(serializers.ModelSerializer):
    """A unit and its place in the tree, by codes."""

    name = serializers.CharField(source="full_name", read_only=True)
    parent = serializers.CharField(source="parent.code", read_only=True, allow_null=True)
    area = serializers.CharField(source="area.code", read_only=True, allow_null=True)

    class Meta:
        model = OrgUnit
        fields = ["id", "code", "name", "level", "kind", "parent", "area", "valid_from", "valid_to"]


class UnitFilter(django_filters.FilterSet):
    code = django_filters.CharFilter()
    parent = django_filters.CharFilter(field_name="parent__code", label=gettext_lazy("Code of the unit above"))
    level = django_filters.MultipleChoiceFilter(choices=Level.choices)
    kind = django_filters.MultipleChoiceFilter(choices=Kind.choices)

    class Meta:
        model = OrgUnit
        fields = []


class Units(WithinReach):
    """The public names of units: areas and the bodies in them."""

    queryset = OrgUnit.objects.none()
    serializer_class = UnitSerializer
    filterset_class = UnitFilter
    ordering_fields = ["code", "path"]

    def furnish(self, rows):
        return rows.select_related("parent", "area")
