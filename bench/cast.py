"""Who asks: posts of many units, signed in by sessions made directly in the database."""

from dataclasses import dataclass, field

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from config.national.people import MAIL
from orgunits.middleware import POST_KEY
from orgunits.models import Level, Post, Role

MANY = 40


@dataclass(frozen=True)
class Asker:
    """A post and the cookie of its session."""

    post: Post
    cookie: str = field(repr=False)


class Cast:
    """Askers by level and role: `cast.wards`, `cast.officials`, `cast.provinces`, `cast.centre`."""

    def __init__(self):
        posts = Post.objects.filter(person__email__endswith=MAIL).select_related("person", "unit__area").order_by("pk")
        self.officials = self._some(posts.filter(role=Role.OFFICIAL, unit__level=Level.WARD))
        self.clerks = self._some(posts.filter(role=Role.CLERK, unit__level=Level.WARD))
        self.wards = self._some(posts.filter(role=Role.STEERING, unit__level=Level.WARD))
        self.provinces = self._some(posts.filter(role=Role.STEERING, unit__level=Level.PROVINCE))
        self.centre = self._some(posts.filter(role=Role.STEERING, unit__level=Level.CENTRAL))

    def _some(self, posts):
        keys = list(posts.values_list("pk", flat=True))
        chosen = posts.filter(pk__in=keys[:: max(len(keys) // MANY, 1)][:MANY])
        return [Asker(post, sign_in(post)) for post in chosen]


def sign_in(post):
    """The key of a new session in which the person of `post` acts in it."""
    session = SessionStore()
    session[SESSION_KEY] = str(post.person_id)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = post.person.get_session_auth_hash()
    session[POST_KEY] = post.pk
    session.create()
    return session.session_key
