from django.urls import path, re_path

from tasks import intake_views, lint_views, views

urlpatterns = [
    path("duties/", views.duty_list, name="duties"),
    re_path(r"^duties/export\.(?P<form>csv|xlsx)$", views.export_duties, name="export_duties"),
    path("plans/<int:pk>/", views.plan, name="plan"),
    path("plans/<int:pk>/lint/", lint_views.plan_lint, name="plan_lint"),
    path("plans/<int:pk>/lint/export.csv", lint_views.export_lint, name="export_lint"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("assignments/<int:pk>/", views.assignment, name="assignment"),
    path("assignments/<int:pk>/progress/", views.log_progress, name="log_progress"),
    path("assignments/<int:pk>/nothing/", views.log_nothing, name="log_nothing"),
    path("assignments/<int:pk>/owner/", views.give, name="give"),
    path("progress/<int:pk>/verdict/", views.judge, name="judge"),
    path("evidence/<int:pk>/", views.evidence, name="evidence"),
    path("intakes/", intake_views.intakes, name="intakes"),
    path("intakes/upload/", intake_views.upload_plan, name="upload_plan"),
    path("intakes/<int:pk>/", intake_views.intake, name="intake"),
    path("intakes/<int:pk>/file/", intake_views.intake_file, name="intake_file"),
    path("intakes/<int:pk>/document/", intake_views.edit_intake, name="edit_intake"),
    path("intakes/<int:pk>/deadline/", intake_views.deadline_reading, name="deadline_reading"),
    path("intakes/<int:pk>/accept/", intake_views.accept_drafts, name="accept_drafts"),
    path("intakes/<int:pk>/undo/", intake_views.undo_step, name="undo_step"),
    path("intakes/<int:pk>/add/", intake_views.add_draft, name="add_draft"),
    path("intakes/<int:pk>/discard/", intake_views.discard_intake, name="discard_intake"),
    path("intakes/<int:pk>/confirm/", intake_views.confirm_intake, name="confirm_intake"),
    path("intakes/<int:pk>/difference/", intake_views.intake_difference, name="intake_difference"),
    path("drafts/<int:pk>/", intake_views.draft, name="draft"),
    path("drafts/<int:pk>/act/", intake_views.act_on_draft, name="act_on_draft"),
    path("drafts/<int:pk>/edit/", intake_views.edit_draft, name="edit_draft"),
]
