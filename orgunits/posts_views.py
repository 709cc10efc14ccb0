"""Pages of posts: who holds what, one post with its history, a deputy while somebody is away, giving and ending."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits import lists
from orgunits import posts as acts
from orgunits.acts import act_of
from orgunits.models import Handover, Post, Role, may_grant
from orgunits.posts_forms import DeputyForm, EndForm, GiveForm
from orgunits.views import SHOWN

ORDER = {"unit": ("unit__path", "pk"), "name": ("person__folded", "pk"), "since": ("since", "pk")}
STATES = {
    "live": gettext_lazy("held today"),
    "coming": gettext_lazy("begins later"),
    "ended": gettext_lazy("ended"),
    "deputies": gettext_lazy("deputies"),
    "all": gettext_lazy("all"),
}


def posts(request):
    """Who holds which post, within the post's reach; live ones unless asked otherwise."""
    today = timezone.localdate()
    words, role = request.GET.get("q", "").replace("\x00", "")[:100].strip(), request.GET.get("role", "")
    state = request.GET.get("state") if request.GET.get("state") in STATES else "live"
    rows = Post.objects.visible_to(request.post).select_related("person", "unit")
    rows = rows.filter(_in_state(state, today))
    if words:
        rows = rows.named(words)
    if role in Role.values:
        rows = rows.filter(role=role)
    rows, sort = lists.ordered(rows, ORDER, request.GET.get("sort"), "unit")
    context = {"page": lists.paged(request, rows), "sort": sort, "q": words, "role": role, "roles": Role, "state": state, "states": STATES}
    context["may_give"] = may_give(request.post)
    return render(request, "orgunits/posts.html", context | {"today": today})


def _in_state(state, today):
    live = Q(since__lte=today, person__is_active=True) & (Q(until=None) | Q(until__gte=today))
    return {
        "live": live,
        "coming": Q(since__gt=today) & (Q(until=None) | Q(until__gte=today)),
        "ended": Q(until__lt=today),
        "deputies": live & Q(deputises__isnull=False),
    }.get(state, Q())


def may_give(post):
    """Whether the post gives others any post at all."""
    return may_grant(post.unit, Role.OFFICIAL, post)


def post(request, pk):
    """One post: who holds it since when, who held it before, who stands in."""
    return _page(request, _post(request, pk))


def _post(request, pk):
    rows = Post.objects.visible_to(request.post).select_related("person", "unit__area", "deputises__person", "deputises__unit")
    return get_object_or_404(rows, pk=pk)


def _page(request, row, *, form=None, status=200):
    today = timezone.localdate()
    handovers = Handover.objects.with_names()
    deputies = list(row.deputies.select_related("person", "unit", "deputises").order_by("-since", "-pk")[:SHOWN])
    before, after = list(handovers.filter(new=row)), list(handovers.filter(old=row))
    others = [pk for handover in [*before, *after] for pk in (handover.old_id, handover.new_id) if pk != row.pk]
    is_over = row.until is not None and row.until < today
    may_end = row.may_be_ended_by(request.post) and not is_over
    context = {
        "row": row,
        "is_live": row.is_live(on=today),
        "is_over": is_over,
        "before": before,
        "after": after,
        "readable": set(Post.objects.visible_to(request.post).filter(pk__in=others).values_list("pk", flat=True)),
        "deputies": deputies,
        "may_hand_over": row.may_be_handed_over_by(request.post) and not is_over,
        "may_depute": row.may_be_deputised_by(request.post) and not is_over,
        "may_end_deputies": row.may_be_deputised_by(request.post),
        "form": form or (EndForm(initial={"last": today}) if may_end else None),
        "today": today,
    }
    return render(request, "orgunits/post.html", context, status=status)


@act_of("post")
def end_post(request, pk):
    """End a post with a day, or a deputy's time at once."""
    row, today = _post(request, pk), timezone.localdate()
    if not row.may_be_ended_by(request.post):
        raise PermissionDenied
    yesterday = today - timedelta(days=1)
    form = EndForm({"last": yesterday} if "now" in request.POST else request.POST)
    if form.is_valid() and form.cleaned_data["last"] < yesterday:
        form.add_error("last", _("What was done in the post stays as it is: choose yesterday or a later day."))
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    try:
        acts.end(row, last=form.cleaned_data["last"], by=request.post, at=timezone.now())
    except acts.CannotGive as reason:
        form.add_error("last", str(reason))
        return _page(request, row, form=form, status=422)
    messages.success(
        request, _("The post of %(name)s ends on %(day)s.") % {"name": row.person, "day": f"{form.cleaned_data['last']:%d/%m/%Y}"}
    )
    return redirect("post", row.deputises_id or row.pk)


def name_deputy(request, pk):
    """«Nhờ người thay khi vắng»: who acts in this post from one day to another."""
    row, today = _post(request, pk), timezone.localdate()
    if not row.may_be_deputised_by(request.post):
        raise PermissionDenied
    form = DeputyForm(request.POST or None, by=request.post, unit=row.unit, initial={"since": today})
    if request.method != "POST":
        return _deputy_page(request, row, form)
    if not form.is_valid():
        return _deputy_page(request, row, form, status=422)
    try:
        deputy = acts.name_deputy(row, **form.cleaned_data, by=request.post, at=timezone.now())
    except acts.CannotGive as reason:
        form.add_error(None, str(reason))
        return _deputy_page(request, row, form, status=422)
    facts = {"name": deputy.person, "since": f"{deputy.since:%d/%m/%Y}", "until": f"{deputy.until:%d/%m/%Y}"}
    messages.success(request, _("%(name)s stands in from %(since)s to %(until)s.") % facts)
    return redirect("post", row.pk)


def _deputy_page(request, row, form, *, status=200):
    return render(request, "orgunits/name_deputy.html", {"row": row, "form": form}, status=status)


def give_post(request):
    """Give an account one more post."""
    if not may_give(request.post):
        raise PermissionDenied
    start = {"since": timezone.localdate(), "place": request.GET.get("unit", "")[:24]}
    form = GiveForm(request.POST or None, by=request.post, initial=start)
    if request.method != "POST":
        return render(request, "orgunits/give_post.html", {"form": form})
    if form.is_valid():
        data = form.cleaned_data
        terms = {"unit": data["place"], "role": data["role"], "title": data["title"], "since": data["since"]}
        try:
            row = acts.give(data["person"], **terms, by=request.post, at=timezone.now())
        except acts.CannotGive as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("%(name)s holds this post.") % {"name": row.person})
            return redirect("post", row.pk)
    return render(request, "orgunits/give_post.html", {"form": form}, status=422)
