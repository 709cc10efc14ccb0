from django.urls import path, re_path

from tasks import views

urlpatterns = [
    path("duties/", views.duty_list, name="duties"),
    re_path(r"^duties/export\.(?P<form>csv|xlsx)$", views.export_duties, name="export_duties"),
    path("plans/<int:pk>/", views.plan, name="plan"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("assignments/<int:pk>/", views.assignment, name="assignment"),
    path("assignments/<int:pk>/progress/", views.log_progress, name="log_progress"),
    path("assignments/<int:pk>/nothing/", views.log_nothing, name="log_nothing"),
    path("assignments/<int:pk>/owner/", views.give, name="give"),
    path("progress/<int:pk>/verdict/", views.judge, name="judge"),
    path("evidence/<int:pk>/", views.evidence, name="evidence"),
]
