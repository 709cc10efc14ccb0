"""The page of letters for administrators: who could not be reached and why, never what stands in a letter."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from journal import letters as acts
from journal.models import Digest
from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import Role

STATES = {"dead": gettext_lazy("can never leave"), "waiting": gettext_lazy("wait to leave")}
DIGITS = 18  # of an id that any database takes


def letters(request):
    """Letters to people of the branch that cannot leave, or that wait."""
    rows = _rows(request)
    counts = {"dead": rows.dead().count(), "waiting": rows.waiting().count()}
    state = request.GET.get("state") if request.GET.get("state") in STATES else "dead"
    page = lists.paged(request, getattr(rows, state)().select_related("person").order_by("on", "pk"))
    return render(request, "orgunits/letters.html", {"page": page, "state": state, "states": STATES, "counts": counts})


def _rows(request):
    if request.post.role != Role.ADMIN:
        raise PermissionDenied
    return Digest.objects.visible_to(request.post)


@act_of("letters", keep=False)
def retry_letters(request):
    """Try one letter again (`letter`: its number), or all of the branch."""
    rows, wanted = _rows(request), request.POST.get("letter", "")
    if wanted:
        is_id = wanted.isascii() and wanted.isdecimal() and len(wanted) <= DIGITS
        rows = rows.filter(pk=int(wanted)) if is_id else rows.none()
    n = acts.retry(rows, by=request.post, at=timezone.now())
    words = ngettext("%(n)s letter is tried again.", "%(n)s letters are tried again.", n) % {"n": n}
    messages.success(request, words if n else _("No letter like that waits to be tried again."))
    return redirect("letters")
