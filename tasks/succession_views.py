"""Pages on which units change: the form with its preview, the list of changes, the second person's word, the correction."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits import changes, lists
from orgunits.acts import act_of
from orgunits.changes import CannotChange
from orgunits.models import OrgUnit, UnitChange, may_change
from orgunits.words import fold
from tasks import succession
from tasks.succession_forms import ChangeForm, DecisionForm

K = UnitChange.Kind
CHANGE_ORDER = {"day": ("-on", "-pk"), "kind": ("kind", "-on", "-pk")}
STATUSES = {
    "waiting": gettext_lazy("waits for a second person"),
    "coming": gettext_lazy("waits for its day"),
    "applied": gettext_lazy("carried out"),
    "corrected": gettext_lazy("corrected since"),
    "dropped": gettext_lazy("taken back"),
}


def change_unit(request, pk):
    """Prepare a change of one unit: first the preview, then, with what was seen, the act."""
    unit = get_object_or_404(OrgUnit.objects.visible_to(request.post).select_related("parent", "area"), pk=pk)
    if not may_change(unit, request.post):
        raise PermissionDenied
    if request.method != "POST":
        return _change_page(request, unit, ChangeForm(unit=unit, post=request.post))
    form = ChangeForm(request.POST, unit=unit, post=request.post)
    foreseen = _foreseen(form) if form.is_valid() else None
    if not form.is_valid():
        return _change_page(request, unit, form, status=422)
    if "act" not in request.POST:
        return _change_page(request, unit, form, foreseen=foreseen)
    if form.cleaned_data["seen"] != foreseen.seen:
        form.add_error(None, _("What is concerned has changed since the preview: look again, then confirm."))
        return _change_page(request, unit, form, foreseen=foreseen, status=409)
    try:
        change = _act(form, by=request.post, at=timezone.now())
    except CannotChange as reason:
        form.add_error(None, str(reason))
        return _change_page(request, unit, form, status=422)
    messages.success(request, _done(change))
    return redirect(change)


def _foreseen(form):
    """The Preview; where something stands against the change, the form says it and there is none."""
    data = form.cleaned_data
    kind, olds, news = data["kind"], data["olds"], data["news"]
    now = {name: value or getattr(form.unit, name) for name, value in form.now.items()}
    try:
        changes.refuse(kind, olds, news, on=data["on"], now=now)
    except CannotChange as reason:
        form.add_error(None, str(reason))
        return None
    return succession.preview(kind, olds, news, on=data["on"])


def _act(form, **more):
    data, terms = form.cleaned_data, form.terms | more
    if data["kind"] == K.MERGE:
        return succession.merge(data["olds"], data["news"][0], **terms)
    if data["kind"] == K.SPLIT:
        return succession.split(form.unit, data["news"], **terms)
    if data["kind"] == K.RENAME:
        return succession.rename(form.unit, **form.now, **terms)
    return succession.close(form.unit, **terms)


def _done(change):
    return {
        "waiting": _("Recorded. A second person must approve it before anything changes."),
        "coming": _("Recorded. It is carried out on its day."),
    }.get(change.status, _("Carried out."))


def _change_page(request, unit, form, *, foreseen=None, status=200):
    if foreseen and foreseen.seen != form["seen"].value():
        form.data = form.data.copy()
        form.data["seen"] = foreseen.seen
    context = {"unit": unit, "form": form, "preview": foreseen, "is_admin": request.post.role == "admin", "today": timezone.localdate()}
    return render(request, "tasks/change_unit.html", context, status=status)


def unit_changes(request):
    """All changes, newest day first: what follows what, by which document, and how far each is."""
    rows = UnitChange.objects.visible_to(request.post).select_related("document__issuer", "corrected_by", "corrects")
    words, kind, status = request.GET.get("q", "").replace("\x00", "")[:100].strip(), request.GET.get("kind"), request.GET.get("status")
    if words:
        rows = rows.filter(document__folded__contains=fold(words)) | rows.filter(pk__in=_naming(words))
    if kind in K.values:
        rows = rows.filter(kind=kind)
    steps = {
        "waiting": {"dropped_at": None, "applied_at": None, "approved_at": None},
        "coming": {"dropped_at": None, "applied_at": None, "approved_at__isnull": False},
        "applied": {"applied_at__isnull": False},
        "corrected": {"corrected_by__applied_at__isnull": False},
        "dropped": {"dropped_at__isnull": False},
    }
    rows = rows.filter(**steps.get(status, {}))
    rows, sort = lists.ordered(rows, CHANGE_ORDER, request.GET.get("sort"), "day")
    context = {
        "page": lists.paged(request, rows),
        "sort": sort,
        "q": words,
        "kind": kind,
        "status": status,
        "kinds": succession.WORDS,
        "statuses": STATUSES,
    }
    return render(request, "tasks/unit_changes.html", context)


def _naming(words):
    """Changes that name a unit by these words, then or now: its present name, an alias, or a successor's."""
    units = OrgUnit.objects.named(words).order_by().values("pk")
    return UnitChange.objects.filter(successions__old__in=units).values("pk")


def unit_change(request, pk):
    """One change: what it did, by which document, who recorded and approved it, and its correction."""
    return _page(request, _change(request, pk))


def _change(request, pk):
    rows = UnitChange.objects.visible_to(request.post)
    related = (
        "document__issuer",
        "by__person",
        "by__unit",
        "approved_by__person",
        "approved_by__unit",
        "corrects__document",
        "corrected_by",
    )
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _page(request, change, *, form=None, status=200):
    units = _units(change)
    may = {verb: getattr(change, f"may_be_{verb}_by")(request.post, units) for verb in ("approved", "dropped", "corrected")}
    context = {
        "change": change,
        "units": units,
        "lines": change.successions.select_related("old__area", "new__area").order_by("old__path", "position", "pk"),
        "may": may,
        "form": form or (DecisionForm() if may["corrected"] else None),
        "status_words": STATUSES[change.status],
        "today": timezone.localdate(),
    }
    return render(request, "tasks/unit_change.html", context, status=status)


def _units(change):
    return list(OrgUnit.objects.filter(pk__in=change.concerned).order_by("path"))


@act_of("unit_change")
def approve_change(request, pk):
    """The second person agrees."""
    change = _change(request, pk)
    if not change.may_be_approved_by(request.post, _units(change)):
        raise PermissionDenied
    try:
        change = succession.approve(change, by=request.post, at=timezone.now())
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(change)
    messages.success(request, _done(change))
    return redirect(change)


@act_of("unit_change")
def drop_change(request, pk):
    """Take back what is not carried out yet."""
    change = _change(request, pk)
    if not change.may_be_dropped_by(request.post, _units(change)):
        raise PermissionDenied
    changes.drop(change, by=request.post, at=timezone.now(), reason=request.POST.get("reason", "")[:2000])
    messages.success(request, _("Taken back; nothing has changed."))
    return redirect(change)


@act_of("unit_change")
def correct_change(request, pk):
    """The dated correction of a wrong change; it is a change of its own."""
    change = _change(request, pk)
    if not change.may_be_corrected_by(request.post, _units(change)):
        raise PermissionDenied
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, change, form=form, status=422)
    try:
        correction = succession.restore(change, by=request.post, at=timezone.now(), **form.terms)
    except CannotChange as reason:
        form.add_error(None, str(reason))
        return _page(request, change, form=form, status=422)
    messages.success(request, _done(correction))
    return redirect(correction)
