"""The keys with which other systems act in one post, and what settings.REST_FRAMEWORK names.

Nothing here may import rest_framework.views: that module reads these classes while it loads.
"""

import hashlib
import secrets

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission

from orgunits.models import ApiToken


def make_token(post, *, name, expires_on, may_write=False):
    """A new token for `post`. Returns (ApiToken, key); the key is shown once and never kept."""
    key = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(post=post, name=name, expires_on=expires_on, may_write=may_write, digest=_digest(key.encode()))
    return token, key


def _digest(key):
    return hashlib.sha256(key).hexdigest()


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY`. The request then acts in the token's post, whoever else is signed in."""

    def authenticate(self, request):
        """(person, token), None without a bearer header. Raises AuthenticationFailed (401) for any key that does not open."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        token = _token_of(words[1]) if len(words) == 2 else None
        on = timezone.localdate()
        if token is None or not token.is_live(on=on) or not token.post.is_live(on=on):
            raise AuthenticationFailed(_("This key is not valid, or no longer."))
        request._request.post = token.post
        return token.post.person, token

    def authenticate_header(self, request):
        return "Bearer"


def _token_of(key):
    return ApiToken.objects.filter(digest=_digest(key)).select_related("post__person", "post__unit__area").first()


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer"}


class ActsInAPost(BasePermission):
    """Nobody reaches anything without a post; a token writes only where it was allowed to."""

    def has_permission(self, request, view):
        if getattr(request, "user", None) is None:
            return False
        if getattr(request._request, "post", None) is None:
            self.message = _("You hold no post today, so there is nothing here for you.")
            return False
        token = request.auth if isinstance(request.auth, ApiToken) else None
        self.message = _("This key may only read.")
        return request.method in {"GET", "HEAD", "OPTIONS"} or token is None or token.may_write


class Pages(PageNumberPagination):
    """`?page=` from 1, `?page_size=` 1–200 (default 50)."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
