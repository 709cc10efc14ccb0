from django.urls import path

from orgunits import letters_views, posts_views, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.language, name="language"),
    path("act-as/", views.act_as, name="act_as"),
    path("account/", views.account, name="account"),
    path("account/keys/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("posts/", posts_views.posts, name="posts"),
    path("posts/new/", posts_views.give_post, name="give_post"),
    path("posts/<int:pk>/", posts_views.post, name="post"),
    path("posts/<int:pk>/deputy/", posts_views.name_deputy, name="name_deputy"),
    path("posts/<int:pk>/end/", posts_views.end_post, name="end_post"),
    path("letters/", letters_views.letters, name="letters"),
    path("letters/retry/", letters_views.retry_letters, name="retry_letters"),
    path("units/", views.units, name="units"),
    path("units/<int:pk>/", views.unit, name="unit"),
]
