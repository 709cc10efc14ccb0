"""The language a person chose, and the post in which a request acts."""

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone, translation

POST_KEY = "post"


def language(get_response):
    """Vietnamese unless this browser chose English; what the browser asks for by itself does not count."""
    known = dict(settings.LANGUAGES)

    def middleware(request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        code = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


class acting_post:
    """Sets `request.post`, and answers with one page whoever holds no post."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.post, request.posts = None, []
        if request.user.is_authenticated:
            request.posts = list(request.user.live_posts(on=timezone.localdate()))
            request.post = _chosen(request.posts, request.session.get(POST_KEY))
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.user.is_authenticated and request.post is None and not getattr(view, "needs_no_post", False):
            return render(request, "orgunits/no_post.html", status=403)
        return None


def needs_no_post(view):
    """Mark a view that serves people without a post (signing out, choosing a language)."""
    view.needs_no_post = True
    return view


def _chosen(posts, wanted):
    return next((post for post in posts if post.pk == wanted), posts[0] if posts else None)
