from django.urls import path

from orgunits import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.language, name="language"),
    path("act-as/", views.act_as, name="act_as"),
    path("account/", views.account, name="account"),
    path("account/keys/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("units/", views.units, name="units"),
    path("units/<int:pk>/", views.unit, name="unit"),
]
