"""The page on which a post is handed over: first what exactly moves, then, with what was seen, the act."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orgunits import posts
from orgunits.acts import act_of
from orgunits.models import Handover, Post
from orgunits.posts_forms import HandoverForm
from tasks import handing_over


def hand_over(request, pk):
    """Prepare a handover and carry it out, today or on its day."""
    row = _post(request, pk)
    if request.method != "POST":
        return _page(request, row, HandoverForm(by=request.post, unit=row.unit, initial={"on": timezone.localdate()}))
    form = HandoverForm(request.POST, by=request.post, unit=row.unit)
    foreseen = handing_over.foreseen(row)
    again = form.is_valid() and _same(form, row)
    if not form.is_valid() or not (again or _is_possible(form, row, request.post)):
        return _page(request, row, form, status=422)
    if "act" not in request.POST:
        return _page(request, row, form, foreseen=foreseen)
    if form.cleaned_data["seen"] != foreseen.seen and not again:
        form.add_error(None, _("What moves has changed since the preview: look again, then confirm."))
        return _page(request, row, form, foreseen=foreseen, status=409)
    return _act(request, row, form)


def _post(request, pk):
    row = get_object_or_404(Post.objects.visible_to(request.post).select_related("person", "unit__area"), pk=pk)
    if not row.may_be_handed_over_by(request.post):
        raise PermissionDenied
    return row


def _same(form, row):
    """Whether this very handover stands already: the second click of a double one."""
    return Handover.objects.standing().filter(old=row, heir=form.cleaned_data["person"], on=form.cleaned_data["on"]).exists()


def _is_possible(form, row, by):
    """Whether nothing stands against the handover; what does, the form says."""
    try:
        posts.refuse_handover(row, form.cleaned_data["person"], on=form.cleaned_data["on"], by=by, today=timezone.localdate())
    except posts.CannotGive as reason:
        form.add_error(None, str(reason))
        return False
    return True


def _act(request, row, form):
    data = form.cleaned_data
    facts = {"heir": data["person"], "on": data["on"], "reason": data["reason"], "symbol": data["symbol"]}
    try:
        done = handing_over.hand_over(row, **facts, by=request.post, at=timezone.now())
    except posts.CannotGive as reason:
        form.add_error(None, str(reason))
        return _page(request, row, form, status=409 if isinstance(reason, posts.HandedOver) else 422)
    words = _("The post is handed over.") if done.done_at else _("Recorded. The post is handed over on its day.")
    messages.success(request, words)
    return redirect("post", row.pk)


def _page(request, row, form, *, foreseen=None, status=200):
    if foreseen and form["seen"].value() != foreseen.seen:
        form.data = form.data.copy()
        form.data["seen"] = foreseen.seen
    return render(request, "tasks/hand_over.html", {"row": row, "form": form, "foreseen": foreseen}, status=status)


@act_of("post")
def drop_handover(request, pk):
    """Take a handover back before its day."""
    row = _post(request, pk)
    waiting = Handover.objects.pending().filter(old=row).select_related("old").first()
    if waiting and posts.drop_handover(waiting, by=request.post, at=timezone.now()):
        messages.success(request, _("The handover is taken back."))
    else:
        messages.error(request, _("No handover of this post waits."))
    return redirect("post", row.pk)
