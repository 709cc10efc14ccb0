"""One address for one noun. House rule: view, URL name and template share one name."""

from django.urls import include, path

from config import views

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("tasks.urls")),
    path("", include("plans.urls")),
    path("", include("orgunits.urls")),
    path("", include("journal.urls")),
    path("api/v1/", include("config.api")),
    path("healthz", views.healthz, name="healthz"),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.broken"
