"""Pages of incidents: the list, the first report in four fields, one incident with its clock and what was said of it."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orgunits import lists
from orgunits.acts import act_of
from orgunits.models import below
from orgunits.words import fold
from plans import period
from tasks import incident_clock, sheets
from tasks import incidents as acts
from tasks.incident_forms import AcknowledgeForm, CloseForm, CorrectForm, DropForm, IncidentFilter, NewIncidentForm, NoteForm, WordForm
from tasks.models import Incident, IncidentFile, StaleWrite

ORDER = {
    "open": ("is_closed", "-discovered_at", "pk"),
    "discovered": ("discovered_at", "pk"),
    "unit": ("path", "-discovered_at", "pk"),
    "reported": ("reported_at", "pk"),
}
STATES = {
    "open": lambda rows, at: rows.open(),
    "unsent": lambda rows, at: rows.unsent(),
    "late": lambda rows, at: rows.late(at=at),
    "closed": lambda rows, at: rows.closed(),
}


def incidents(request):
    """Incidents within the post's reach, open ones first."""
    now, form = timezone.now(), IncidentFilter(request.GET)
    rows, sort = _found(request, form, at=now)
    page = lists.paged(request, rows)
    context = {
        "page": page,
        "form": form,
        "place": form.place,
        "sort": sort,
        "now": now,
        "may_note": Incident.may_be_noted_by(request.post),
    }
    return render(request, "tasks/incidents.html", context)


def _found(request, form, *, at):
    """(rows, name of their order) that the filter names."""
    chosen, rows = form.chosen, Incident.objects.visible_to(request.post)
    rows = STATES[chosen["state"]](rows, at) if chosen.get("state") else rows
    if form.names_nobody:
        rows = rows.none()
    if place := form.place:
        rows = rows.filter(**below(place.path))
    if chosen.get("since"):
        rows = rows.filter(discovered_at__gte=period.moment(chosen["since"]))
    if chosen.get("until"):
        rows = rows.filter(discovered_at__lt=period.moment(chosen["until"] + timedelta(days=1)))
    for word in fold((chosen.get("q") or "").replace("\x00", "")).split():
        rows = rows.filter(folded__contains=word)
    rows = rows.annotate(is_closed=Case(When(closed_at=None, then=Value(0)), default=Value(1))).with_names()
    return lists.ordered(rows, ORDER, request.GET.get("sort"), "open")


def export_incidents(request, form):
    """The same list, filter and order as a CSV or XLSX file."""
    now = timezone.now()
    rows, _sort = _found(request, IncidentFilter(request.GET), at=now)
    name = f"su-co-{timezone.localdate(now):%Y-%m-%d}"
    return sheets.answer(
        _heads(), _cells(rows, now), title=_("Incidents"), widths=[28, 18, 44, 30, 40, 40, 18, 22, 18], form=form, name=name
    )


def _heads():
    fields = [_("The event"), _("Where, which system"), _("Scope and effect"), _("What was done, what is needed")]
    return [_("Unit"), _("Discovered at"), *fields, _("First report sent"), _("Timeliness"), _("Closed")]


def _cells(rows, now):
    for row in rows.iterator(chunk_size=2000):
        words = [row.what, row.system, row.effect, row.measures]
        moments = [incident_clock.moment(at) for at in (row.discovered_at, row.reported_at, row.closed_at)]
        yield [row.unit.full_name, moments[0], *words, moments[1], str(incident_clock.words(row, at=now)), moments[2]]


def new_incident(request):
    """The first report in four fields: noted and sent at once, or noted now and sent within the 24 hours."""
    at = timezone.now()
    if not Incident.may_be_noted_by(request.post):
        raise PermissionDenied
    if request.method != "POST":
        return _new(request, NewIncidentForm(post=request.post, at=at))
    form = NewIncidentForm(request.POST, request.FILES, post=request.post, at=at)
    again = Incident.objects.visible_to(request.post).filter(by=request.post, token=_uuid_or_none(request.POST.get("token"))).first()
    if again:
        return redirect(again)  # the second click of a double one
    if not form.is_valid():
        return _new(request, form, status=422)
    try:
        row = acts.note(by=request.post, at=at, send=form.sends, **form.cleaned_data)
    except StaleWrite:
        raise Http404 from None  # a token that is another person's: nobody made such a form
    if form.sends:
        messages.success(request, _("The first report is sent up the line; the clock has stopped."))
    else:
        messages.success(request, _("Noted. The first report is still owed: send it before the 24 hours are over."))
    return redirect(row)


def _new(request, form, *, status=200):
    return render(request, "tasks/new_incident.html", {"form": form}, status=status)


def _uuid_or_none(text):
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _incident(request, pk):
    return get_object_or_404(Incident.objects.visible_to(request.post).with_names().prefetch_related("files"), pk=pk)


def incident(request, pk):
    """One incident: what is known, its clock, what was said since, and what this post may do next."""
    return _page(request, _incident(request, pk), at=timezone.now())


FORMS = {"note": NoteForm, "follow": WordForm, "close": CloseForm, "drop": DropForm, "acknowledge": AcknowledgeForm, "correct": CorrectForm}
MAY = {
    "note": Incident.may_be_reported_by,
    "correct": Incident.may_be_reported_by,
    "drop": Incident.may_be_reported_by,
    "follow": Incident.may_be_followed_by,
    "close": Incident.may_be_followed_by,
    "acknowledge": Incident.may_be_acknowledged_by,
}


def _page(request, row, *, at, status=200, **filled):
    forms = {name: _form(name, row, request.post, at) for name in FORMS if MAY[name](row, request.post)} | filled
    context = {"incident": row, "now": at, "forms": forms, "open": next(iter(filled), "")}
    return render(request, "tasks/incident.html", context, status=status)


def _form(name, row, post, at, *data):
    return FORMS[name](*data, incident=row, post=post, **({"at": at} if name == "correct" else {}))


def _act(request, pk, name, act, done):
    """Find → may? → check → act → answer, for every form of the page; `act` gets row, form and moment, `done` the form."""
    at, row = timezone.now(), _incident(request, pk)
    if not (row.is_led_by(request.post) if name == "acknowledge" else row.is_kept_by(request.post)):
        raise PermissionDenied
    if row.words.filter(by=request.post, token=_uuid_or_none(request.POST.get("token"))).exists():
        return redirect(row)  # the second click of a double one
    form = _form(name, row, request.post, at, request.POST, *([] if name == "note" else [request.FILES]))
    if not MAY[name](row, request.post):
        return _stale(request, pk, name, at)
    if not form.is_valid():
        return _page(request, row, at=at, status=422, **{name: form})
    try:
        act(row, form, at)
    except StaleWrite:
        return _stale(request, pk, name, at)
    messages.success(request, done(form))
    return redirect(row)


def _stale(request, pk, name, at):
    """The page as it stands now, with everything typed, now knowing the newest version."""
    row, again = _incident(request, pk), request.POST.copy()
    again["version"], again["token"] = row.version, uuid.uuid4()
    form = _form(name, row, request.post, at, again)
    form.is_valid()
    form.add_error(None, _("Somebody else has written here in the meantime. Your words are kept: look at what is new, then send again."))
    return _page(request, row, at=at, status=409, **{name: form})


@act_of("incident")
def send_incident(request, pk):
    """Complete the words of a note, and with the second button send it as the first report."""

    def act(row, form, at):
        acts.complete(row, by=request.post, at=at, send=form.sends, **form.cleaned_data)

    sent = _("The first report is sent up the line; the clock has stopped.")
    return _act(request, pk, "note", act, lambda form: sent if form.sends else _("Saved. The first report is still owed."))


@act_of("incident")
def correct_incident(request, pk):
    def act(row, form, at):
        data = form.cleaned_data
        facts = {"discovered_at": data["discovered_at"], "reason": data["text"], "version": data["version"], "token": data["token"]}
        acts.correct(row, by=request.post, at=at, **facts)

    return _act(request, pk, "correct", act, lambda form: _("The moment of discovery is put right; the 24 hours count from the new one."))


@act_of("incident")
def follow_incident(request, pk):
    def act(row, form, at):
        acts.follow_up(row, by=request.post, at=at, **{name: form.cleaned_data[name] for name in form.cleaned_data if name != "version"})

    return _act(request, pk, "follow", act, lambda form: _("The follow-up is sent up the line."))


@act_of("incident")
def close_incident(request, pk):
    def act(row, form, at):
        acts.close(row, by=request.post, at=at, **form.cleaned_data)

    return _act(request, pk, "close", act, lambda form: _("The closing report is sent; the incident is closed."))


@act_of("incident")
def drop_incident(request, pk):
    def act(row, form, at):
        acts.drop(row, by=request.post, at=at, **form.cleaned_data)

    return _act(request, pk, "drop", act, lambda form: _("Recorded as no incident; the clock has stopped."))


@act_of("incident")
def acknowledge_incident(request, pk):
    def act(row, form, at):
        acts.acknowledge(row, by=request.post, at=at, text=form.cleaned_data["text"], token=form.cleaned_data["token"])

    return _act(request, pk, "acknowledge", act, lambda form: _("Acknowledged; the unit is told."))


def incident_file(request, pk):
    """A file of an incident, as a download, for who may read the incident now."""
    row = get_object_or_404(IncidentFile, pk=pk, incident__in=Incident.objects.visible_to(request.post))
    try:
        file = row.file.open()
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, as_attachment=True, filename=row.name, content_type=row.media_type)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
