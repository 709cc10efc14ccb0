import re
import uuid
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits.days import AskedDay
from orgunits.models import OrgUnit, Role
from tasks.forms import EvidenceField
from tasks.models.incident import FIELDS

OLDEST = timedelta(days=365)  # a discovery longer ago is a mistyped year


class MomentField(forms.DateTimeField):
    """A moment in Vietnam, never one to come. Typed, since a browser's own picker shows the order of month and day it likes."""

    def __init__(self, **kwargs):
        widget = forms.DateTimeInput(format="%d/%m/%Y %H:%M", attrs={"autocomplete": "off"})
        formats = ["%d/%m/%Y %H:%M", "%d/%m/%Y %Hh%M", "%H:%M %d/%m/%Y", "%H:%M, %d/%m/%Y", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]
        super().__init__(widget=widget, input_formats=formats, **kwargs)
        self.at = None
        self.error_messages["required"] = gettext_lazy("Write when it was discovered: the 24 hours count from then.")
        self.error_messages["invalid"] = gettext_lazy("This is no moment; write it as 15/07/2026 08:30.")

    def to_python(self, value):
        """An hour alone is one of today."""
        if isinstance(value, str) and re.fullmatch(r"\s*\d{1,2}[:h]\d{2}\s*", value):
            value = f"{timezone.localdate(self.at):%d/%m/%Y} {value.strip()}"
        return super().to_python(value)

    def clean(self, value):
        moment = super().clean(value)
        if moment and moment > self.at:
            raise forms.ValidationError(_("This moment is still to come; write when it was really discovered."))
        if moment and moment < self.at - OLDEST:
            raise forms.ValidationError(_("This is more than a year ago; look at the year again."))
        return moment


def _words(label, *, rows=3, **more):
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _files():
    words = gettext_lazy(
        "PDF, DOCX, XLSX, PPTX or a picture, at most 20 MB each. No secret document. After an error choose the files again."
    )
    return EvidenceField(label=gettext_lazy("Pictures, files"), help_text=words, required=False)


def _spoken_for():
    words = gettext_lazy("The official or the unit that reports it; your own name and post are recorded too.")
    return forms.CharField(label=gettext_lazy("On behalf of"), help_text=words, max_length=120)


MISSING = {
    "what": gettext_lazy("Say in a sentence what happened."),
    "system": gettext_lazy("Say where: the system, the machine or the account. The report cannot be sent without it."),
    "effect": gettext_lazy("Say how far it reaches, also where you do not know yet. The report cannot be sent without it."),
    "measures": gettext_lazy("Say what was done and what you need, «none» where nothing. The report cannot be sent without it."),
}


class FourFields(forms.Form):
    """The words of the first report. A note needs only what happened; whoever sends it fills all of them."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    what = _words(
        gettext_lazy("1. What happened"),
        help_text=gettext_lazy("One or two sentences: what was seen, by whom. Never write a state secret here."),
        error_messages={"required": MISSING["what"]},
    )
    system = forms.CharField(
        label=gettext_lazy("Where, which system"),
        help_text=gettext_lazy("Its name, address or place; whose machine or account."),
        max_length=300,
        required=False,
    )
    effect = _words(
        gettext_lazy("3. Scope and effect"),
        rows=2,
        help_text=gettext_lazy("What stands still, which data, how many people. «Not known yet» is an answer."),
        required=False,
    )
    measures = _words(
        gettext_lazy("4. What was done, what is needed"),
        rows=2,
        help_text=gettext_lazy("Cut off, restored, reported to whom; the help you ask of your superior."),
        required=False,
    )

    @property
    def sends(self):
        return self.data.get("send") in {"1", True}

    def clean(self):
        data = super().clean()
        for name in FIELDS[1:]:
            if self.sends and name not in self.errors and not data.get(name):
                self.add_error(name, MISSING[name])
        return data


class NewIncidentForm(FourFields):
    """An incident as it is noted; `at` is the moment the request began."""

    unit = forms.ModelChoiceField(
        queryset=None,
        label=gettext_lazy("Unit"),
        empty_label=None,
        to_field_name="code",
        error_messages={
            "required": gettext_lazy("Choose the unit where it happened."),
            "invalid_choice": gettext_lazy("You do not report for this unit; choose one of the list."),
        },
    )
    spoken_for = _spoken_for()
    discovered_at = MomentField(
        label=gettext_lazy("2. Discovered at"),
        help_text=gettext_lazy(
            "day/month/year hour:minute, or the hour alone for today. The 24 hours count from the discovery, not from when it began."
        ),
    )
    files = _files()
    order = ["what", "discovered_at", "system", "effect", "measures", "unit", "spoken_for", "files"]

    def __init__(self, data=None, files=None, *, post, at):
        now = timezone.localtime(at).replace(second=0, microsecond=0)
        super().__init__(data, files, initial={"token": uuid.uuid4(), "discovered_at": now, "unit": post.unit.code})
        self.fields["discovered_at"].at = at
        units = OrgUnit.objects.filter(pk__in=post.scope().own).in_force(on=timezone.localdate(at))
        units = self.fields["unit"].queryset = units.order_by("path", "pk")
        self.fields["unit"].label_from_instance = lambda unit: unit.full_name
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
        _speak(self, post)

    @property
    def shown(self):
        """The fields in the order of the page."""
        return [self[name] for name in self.order if name in self.fields]


def _speak(form, post):
    """Clerks name for whom they write; nobody else speaks for another (trust.md §2)."""
    if post.role != Role.CLERK:
        del form.fields["spoken_for"]
    else:
        form.fields["spoken_for"].error_messages["required"] = _("Say for whom you write: the official or the unit that did the work.")


class NoteForm(FourFields):
    """The words of a note not sent yet."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    spoken_for = _spoken_for()

    def __init__(self, data=None, *, incident, post):
        words = {name: getattr(incident, name) for name in FIELDS}
        super().__init__(data, initial={"token": uuid.uuid4(), "version": incident.version, "spoken_for": incident.spoken_for, **words})
        self.fields["system"].label = _("2. Where, which system")
        _speak(self, post)


class WordForm(forms.Form):
    """A follow-up, or the closing report."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    text = _words(gettext_lazy("What became known or was done since"), error_messages={"required": gettext_lazy("Write what is new.")})
    spoken_for = _spoken_for()
    files = _files()

    def __init__(self, data=None, files=None, *, incident, post):
        super().__init__(data, files, initial={"token": uuid.uuid4(), "version": incident.version}, auto_id=f"id_{self.name_on_page}_%s")
        if "spoken_for" in self.fields:
            _speak(self, post)

    name_on_page = "follow"


class CloseForm(WordForm):
    text = _words(
        gettext_lazy("Closing report: cause, what was put right, what will be done so that it does not come again"),
        error_messages={"required": gettext_lazy("Write the closing report: cause, what was put right, what follows from it.")},
    )
    name_on_page = "close"


class DropForm(WordForm):
    text = _words(
        gettext_lazy("Why it is no incident"),
        rows=2,
        error_messages={"required": gettext_lazy("Say why it is no incident after all; your superior reads this.")},
    )
    spoken_for = files = None
    name_on_page = "drop"


class AcknowledgeForm(WordForm):
    text = _words(gettext_lazy("What you send or ask for (may stay empty)"), rows=2, required=False)
    spoken_for = files = None
    name_on_page = "acknowledge"


class CorrectForm(WordForm):
    discovered_at = MomentField(label=gettext_lazy("Really discovered at"))
    text = _words(
        gettext_lazy("Reason"),
        rows=2,
        error_messages={"required": gettext_lazy("Say why the moment is put right: the 24 hours count from the new one.")},
    )
    spoken_for = files = None
    name_on_page = "correct"

    def __init__(self, data=None, files=None, *, incident, post, at):
        super().__init__(data, files, incident=incident, post=post)
        self.fields["discovered_at"].at = at
        self.fields["discovered_at"].initial = timezone.localtime(incident.discovered_at)
        self.noted_at = incident.opened_at

    def clean_discovered_at(self):
        moment = self.cleaned_data["discovered_at"]
        if moment > self.noted_at:
            noted = f"{timezone.localtime(self.noted_at):%H:%M, %d/%m/%Y}"
            raise forms.ValidationError(_("It was noted at %(moment)s: it cannot have been discovered later.") % {"moment": noted})
        return moment


def _day():
    return forms.DateInput(
        format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": gettext_lazy("day/month/year")}
    )


class IncidentFilter(forms.Form):
    """The filter of the list; what makes no sense is left out, a day with a sentence beside its field."""

    STATES = [
        ("", gettext_lazy("all incidents")),
        ("open", gettext_lazy("open ones")),
        ("unsent", gettext_lazy("first report still owed")),
        ("late", gettext_lazy("first report late or overdue")),
        ("closed", gettext_lazy("closed ones")),
    ]
    q = forms.CharField(required=False, max_length=100)
    state = forms.ChoiceField(required=False, choices=STATES, label=gettext_lazy("State"))
    unit = forms.CharField(required=False, max_length=24)
    since = AskedDay(label=gettext_lazy("Discovered from"), widget=_day())
    until = AskedDay(label=gettext_lazy("Discovered up to"), widget=_day())

    def __init__(self, data):
        super().__init__(data)
        self.is_valid()
        self.chosen = self.cleaned_data

    @property
    def place(self):
        """The unit of the address, whose branch is shown; None where none is asked for, or nobody has the code."""
        code = self.chosen.get("unit")
        return OrgUnit.objects.select_related("area").filter(code=code).first() if code else None

    @property
    def names_nobody(self):
        return bool(self.data.get("unit")) and self.place is None
