"""The API's addresses, mounted at /api/v1/."""

from django.urls import path
from rest_framework.routers import DefaultRouter

from orgunits.api import Root, Schema, Units
from plans.api import Documents, IndicatorValues, Plans
from reports.api import Reports
from reports.call_api import CallAnswers, Calls
from tasks.api import AssignmentProgress, Assignments, ProgressList, Tasks
from tasks.difficulty_api import AssignmentDifficulties, Difficulties
from tasks.halt_api import AssignmentHalts, Halts
from tasks.incident_api import Incidents


class Router(DefaultRouter):
    """Without «.json» twins of every address; the root lists the lists."""

    APIRootView = Root
    include_format_suffixes = False


router = Router()
router.register("units", Units, basename="api-unit")
router.register("documents", Documents, basename="api-document")
router.register("plans", Plans, basename="api-plan")
router.register("indicator-values", IndicatorValues, basename="api-indicator-value")
router.register("tasks", Tasks, basename="api-task")
router.register("assignments", Assignments, basename="api-assignment")
router.register("progress", ProgressList, basename="api-progress")
router.register("incidents", Incidents, basename="api-incident")
router.register("difficulties", Difficulties, basename="api-difficulty")
router.register("halts", Halts, basename="api-halt")
router.register("reports", Reports, basename="api-report")
router.register("calls", Calls, basename="api-call")
router.register("call-answers", CallAnswers, basename="api-call-answer")

urlpatterns = [
    path("schema/", Schema.as_view(), name="api-schema"),
    path(
        "assignments/<str:assignment>/progress/",
        AssignmentProgress.as_view({"get": "list", "post": "create"}),
        name="api-assignment-progress",
    ),
    path(
        "assignments/<str:assignment>/difficulties/",
        AssignmentDifficulties.as_view({"get": "list", "post": "create"}),
        name="api-assignment-difficulties",
    ),
    path(
        "assignments/<str:assignment>/halts/",
        AssignmentHalts.as_view({"get": "list", "post": "create"}),
        name="api-assignment-halts",
    ),
    path("assignments/<str:assignment>/resume/", AssignmentHalts.as_view({"post": "resume"}), name="api-assignment-resume"),
    *router.urls,
]
