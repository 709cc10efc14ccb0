from django.urls import path

from plans import views

urlpatterns = [
    path("plans/", views.plans, name="plans"),
    path("documents/", views.documents, name="documents"),
    path("documents/<int:pk>/", views.document, name="document"),
]
