"""Pages that belong to no room: errors, and whether the portal is alive."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.shortcuts import render

from orgunits.middleware import needs_no_post


def _error(request, template, status):
    return render(request, f"errors/{template}.html", status=status)


def csrf_failure(request, reason=""):
    return _error(request, "csrf", 403)


def bad_request(request, exception):
    return _error(request, "400", 400)


def forbidden(request, exception):
    return _error(request, "403", 403)


def not_found(request, exception):
    return _error(request, "404", 404)


def broken(request):
    # Nothing here may touch the database: it may be what broke.
    return render(None, "errors/500.html", status=500)


@login_not_required
@needs_no_post
def healthz(request):
    """200 «ok» when the database answers a question, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")
