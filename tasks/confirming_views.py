"""«Chờ xác nhận»: every result that waits for a steering post, and one word on many."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import Role
from orgunits.words import fold
from plans import period
from plans.models import Plan
from tasks import judging
from tasks.confirming_forms import ConfirmFilter, ManyVerdictsForm
from tasks.judging import Outcome
from tasks.models import Progress
from tasks.models.states import HANGING_DAYS

NAMED = 10  # entries left undone that a message names; the rest it counts


def to_confirm(request):
    """Everything that waits for the post's word, oldest first."""
    _may(request.post)
    return _page(request, ManyVerdictsForm())


def _may(post):
    if post.role != Role.STEERING:
        raise PermissionDenied


def _page(request, form, *, status=200):
    today, rows = timezone.localdate(), judging.waiting(request.post)
    plans = Plan.objects.filter(pk__in=rows.order_by().values("assignment__plan")).select_related("document", "unit").order_by("pk")
    chosen = ConfirmFilter(request.GET, plans=plans)
    rows = _filtered(rows, chosen.chosen, post=request.post, on=today)
    page = lists.paged(request, rows.order_by("since", "pk").with_names().select_related(*BESIDE))
    for entry in page:
        entry.days = (today - timezone.localdate(entry.since)).days
        entry.is_own = entry.by.shares_a_hand_with(request.post)
    context = {"page": page, "filter": chosen, "form": form, "today": today, "hanging_days": HANGING_DAYS}
    return render(request, "tasks/to_confirm.html", context, status=status)


BESIDE = ["assignment__task", "assignment__unit", "assignment__plan__document", "assignment__plan__unit", "assignment__owner"]


def _filtered(rows, chosen, *, post, on):
    if chosen.get("plan"):
        rows = rows.filter(assignment__plan=chosen["plan"])
    if chosen.get("days") is not None:
        rows = rows.filter(since__lt=period.moment(on - timedelta(days=chosen["days"] - 1)))
    if chosen.get("others"):
        rows = rows.exclude(by__person=post.person_id)
    for word in fold((chosen.get("unit") or "").replace("\x00", "")).split():
        rows = rows.filter(assignment__unit__name_folded__contains=word)
    return rows


@act_of("to_confirm", keep=False)
def confirm_many(request):
    """Confirm or return those chosen; what was done and what was not is said by name. The filter stays in the address."""
    _may(request.post)
    form = ManyVerdictsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    chosen = form.cleaned_data
    seen = Progress.objects.visible_to(request.post).filter(pk__in=chosen["ids"])
    entries = list(seen.select_related("by", *BESIDE, "assignment__plan__unit__parent").order_by("at", "pk"))
    said = judging.judge_many(entries, ok=chosen["ok"], reason=chosen["reason"], by=request.post, at=timezone.now())
    _say(request, said, ok=chosen["ok"])
    query = request.GET.urlencode()
    return redirect(f"{reverse('to_confirm')}{'?' if query else ''}{query}")


def _say(request, said, *, ok):
    if not said:
        messages.error(request, _("None of those chosen waits here any more."))
    done = [entry for entry, outcome in said if outcome == Outcome.JUDGED]
    if done:
        words = ngettext("Confirmed %(n)s result: %(names)s", "Confirmed %(n)s results: %(names)s", len(done))
        if not ok:
            words = ngettext(
                "Returned %(n)s result with your reason: %(names)s", "Returned %(n)s results with your reason: %(names)s", len(done)
            )
        messages.success(request, words % {"n": len(done), "names": _names(done)})
    for kind in (Outcome.MEANWHILE, Outcome.OWN, Outcome.OTHERS):
        left = [entry for entry, outcome in said if outcome == kind]
        if left:
            facts = {"why": kind.label, "names": _names(left)}
            messages.error(request, _("Left as it was, %(why)s: %(names)s") % facts)


def _names(entries):
    """«17 · UBND phường Ba Ngòi; …», the first NAMED of them."""
    names = "; ".join(f"{entry.assignment.task.ref} · {entry.assignment.unit.full_name}" for entry in entries[:NAMED])
    more = len(entries) - NAMED
    return names if more <= 0 else _("%(names)s; %(n)s others") % {"names": names, "n": more}
