"""The language a person chose, and the post in which a request acts."""

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone, translation

from journal.models import Entry

POST_KEY = "post"
OPENED_AS = "acting"  # the hidden field of every form: the post in which its page was opened
SEND_AS = "acting_as"  # what a person chose on the page that says the post has changed since
PERSONAL = {"act_as", "open_notice", "read_all"}  # acts of the person, the same in every post


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
    """Sets `request.post`, and answers with one page whoever holds no post, or sends a form opened in another one."""

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
        if request.method == "POST" and request.post and not _is_free(request, view):
            return self._of_another_post(request)
        return None

    def _of_another_post(self, request):
        """The 409 page where the form was opened in a post in which this session no longer acts; None where all is well."""
        if chosen := request.POST.get(SEND_AS):
            post = next((post for post in request.posts if str(post.pk) == chosen), None)
            return take(request, post) if post else _stale_post(request)
        return _stale_post(request) if request.POST.get(OPENED_AS, str(request.post.pk)) != str(request.post.pk) else None


def take(request, post):
    """From here on the session acts in `post`."""
    if post != request.post or request.session.get(POST_KEY) != post.pk:
        request.session[POST_KEY] = post.pk
        Entry.objects.record(by=post, verb="post.taken", target=post)
    request.post = post


def _is_free(request, view):
    """Acts of the person, and the API, whose keys belong to one post."""
    is_open = getattr(view, "needs_no_post", False) or getattr(view, "csrf_exempt", False)
    return is_open or request.resolver_match.url_name in PERSONAL


def _stale_post(request):
    """Says in which post the page was opened, and keeps everything typed; only files must be chosen again."""
    opened = request.POST.get(OPENED_AS, "")
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", OPENED_AS, SEND_AS}
        for value in values
    ]
    context = {
        "opened": request.user.posts.select_related("unit").filter(pk=opened).first() if opened.isdecimal() and len(opened) < 19 else None,
        "still": next((post for post in request.posts if str(post.pk) == opened), None),
        "kept": kept,
        "words": [value for _name, value in kept if " " in value.strip()],
        "files": sorted(request.FILES),
    }
    return render(request, "orgunits/other_post.html", context, status=409)


def needs_no_post(view):
    """Mark a view that serves people without a post (signing out, choosing a language)."""
    view.needs_no_post = True
    return view


def _chosen(posts, wanted):
    return next((post for post in posts if post.pk == wanted), posts[0] if posts else None)
