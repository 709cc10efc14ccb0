"""Addresses that act: they take POST alone, and lead whoever only looks to the page of the thing."""

from functools import wraps

from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect


def act_of(page, *, keep=True):
    """A view that acts on what `page` (a URL name) shows; `keep` passes the address's arguments on.

    A session that ran out, a changed language or the back button ends in a GET here: it gets the page, not a blank 405.
    """

    def around(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in {"GET", "HEAD"}:
                return redirect(page, *args, **kwargs) if keep else redirect(page)
            return HttpResponseNotAllowed(["POST"])

        return guarded

    return around
