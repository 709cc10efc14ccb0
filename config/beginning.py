"""When a request began: read once, before anything waits.

«Trước ngày 25»: who sent the report at 23:59:59 on the 24th is on time, however slowly the rest of it arrives and whatever it waits for
(product.md §5). Outermost of all middleware, so that no session, body or lock comes before it.
"""

from django.utils import timezone


def began_at(get_response):
    """Sets `request.began_at`, an aware moment."""

    def middleware(request):
        request.began_at = timezone.now()
        return get_response(request)

    return middleware
