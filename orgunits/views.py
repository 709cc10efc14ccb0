from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.i18n import set_language

from journal.models import Entry
from orgunits import lists
from orgunits.acts import act_of
from orgunits.forms import SignInForm, TokenForm
from orgunits.middleware import needs_no_post, take
from orgunits.models import ApiToken, Level, OrgUnit, Person, Post, Role, Succession, UnitChange, may_change, may_grant
from orgunits.tokens import make_token


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The one door. Somebody already signed in goes straight on."""

    authentication_form = SignInForm
    template_name = "orgunits/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form):
        """The act belongs to the post in which the session begins."""
        answer, person = super().form_valid(form), form.get_user()
        Entry.objects.record(by=person.live_posts(on=timezone.localdate()).first(), verb="person.signed_in", target=person)
        return answer

    def form_invalid(self, form):
        """A wrong password is journaled, of a name nobody has too, so that the time it takes tells nothing; a locked door is not."""
        if form.non_field_errors() and not getattr(self.request, "axes_locked_out", False):
            tried = Person.objects.filter(username__iexact=form.data.get("username", "").replace("\x00", "")[:60]).first()
            Entry.objects.record(by=None, verb="person.refused", target=tried or Person(pk=0))
        return super().form_invalid(form)


class SignOut(LogoutView):
    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            Entry.objects.record(by=request.post, verb="person.signed_out", target=request.user)
        return super().post(request, *args, **kwargs)


sign_in = SignIn.as_view()
sign_out = needs_no_post(SignOut.as_view())
language = needs_no_post(login_not_required(set_language))


@act_of("my_work")
def act_as(request):
    """Change the post in which this session acts."""
    wanted = request.POST.get("post", "")
    post = next((post for post in request.posts if str(post.pk) == wanted), None)
    if post is None:
        raise Http404
    take(request, post)
    messages.success(request, _("You now act as %(place)s.") % {"place": post.place})
    return redirect(_safe_next(request))


def _safe_next(request):
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("my_work")


def account(request):
    """The person's posts, language and keys for other systems."""
    form = TokenForm(request.POST or None)
    key = None
    if request.method == "POST" and form.is_valid():
        token, key = make_token(request.post, **form.cleaned_data)
        Entry.objects.record(by=request.post, verb="token.made", target=token, may_write=token.may_write)
        form = TokenForm()
    tokens = ApiToken.objects.filter(post__person=request.user, revoked_at=None).select_related("post__unit", "post__person")
    today = timezone.localdate()
    deputies = Post.objects.filter(deputises__in=request.posts, until__gte=today).select_related("person").order_by("since", "pk")
    context = {"form": form, "key": key, "tokens": tokens, "today": today, "deputies": deputies}
    page = render(request, "orgunits/account.html", context)
    page.headers["Cache-Control"] = "no-store"
    return page


@act_of("account", keep=False)
def revoke_token(request, pk):
    token = get_object_or_404(ApiToken, pk=pk, post__person=request.user, revoked_at=None)
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
    Entry.objects.record(by=request.post, verb="token.revoked", target=token)
    messages.success(request, _("The key %(name)s no longer opens anything.") % {"name": token.name})
    return redirect("account")


SHOWN = 40  # rows of a side list
UNIT_ORDER = {"place": ("path",), "name": ("name_key", "path"), "code": ("code",)}


def units(request):
    """The tree as a list: names are public to whoever has a post."""
    rows = OrgUnit.objects.visible_to(request.post).select_related("area", "parent")
    today = timezone.localdate()
    words, level = request.GET.get("q", "").replace("\x00", "")[:100], request.GET.get("level", "")
    if words:
        rows = rows.named(words)
    elif "ended" not in request.GET:
        rows = rows.in_force(on=today)
    if level in Level.values:
        rows = rows.filter(level=level)
    rows, sort = lists.ordered(rows, UNIT_ORDER, request.GET.get("sort"), "place")
    page = lists.paged(request, rows)
    _name_successors([row for row in page if row.valid_to])
    return render(request, "orgunits/units.html", {"page": page, "sort": sort, "q": words, "level": level, "levels": Level, "today": today})


def _name_successors(ended):
    """Give each ended unit `standing_successors`, the Successions in effect; one query."""
    for unit in ended:
        unit.standing_successors = []
    by_id = {unit.pk: unit for unit in ended}
    for line in Succession.objects.in_effect().filter(old__in=by_id).select_related("new", "change").order_by("position", "pk"):
        by_id[line.old_id].standing_successors.append(line)


def unit(request, pk):
    """One unit: its place, names, bodies and, within the post's reach, its people."""
    row = get_object_or_404(OrgUnit.objects.visible_to(request.post).select_related("parent", "area", "answers_through", "kept_by"), pk=pk)
    people = Post.objects.visible_to(request.post).live(on=timezone.localdate()).filter(unit=row).select_related("person", "unit")
    below = lists.paged(request, row.children.in_force(on=timezone.localdate()).order_by("name_key", "pk"))
    context = {
        "unit": row,
        "people": people,
        "may_give": may_grant(row, Role.OFFICIAL, request.post),
        "page": below,
        "chain": reversed(row.chain),
        **_over_time(row, request.post),
    }
    return render(request, "orgunits/unit.html", context)


def _over_time(unit, post):
    """What follows the unit, what it follows, what changed it and what is about to: with the documents."""
    lines = Succession.objects.in_effect().select_related("old", "new", "change__document__issuer")
    coming = UnitChange.objects.visible_to(post).pending().select_related("document")
    return {
        "successors": lines.filter(old=unit).order_by("change__on", "position", "pk"),
        "predecessors": lines.filter(new=unit).order_by("change__on", "old__path", "pk")[:SHOWN],
        "terms": unit.former_terms.all(),
        "changes": UnitChange.objects.concerning(unit).select_related("document")[:SHOWN],
        "coming": [change for change in coming if unit.pk in change.concerned],
        "may_change": may_change(unit, post) and unit.valid_to is None,
    }
