"""Forms of pausing, dropping and resuming a duty."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.carry_forms import day_field, text, version_field
from tasks.forms import VerdictForm
from tasks.models import Halt


class HaltForm(forms.Form):
    """What a unit asks for, or the confirming side orders (`orders`: then by which document)."""

    version = version_field()
    token = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("What is asked"),
        choices=Halt.Kind.choices,
        initial=Halt.Kind.PAUSE,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )
    until = day_field(gettext_lazy("Last day of the pause, if it is known"), required=False)
    reason = text(
        gettext_lazy("Reason"), rows=3, length=2000, error_messages={"required": gettext_lazy("Say why: the other side decides by it.")}
    )
    document = forms.CharField(
        label=gettext_lazy("By the document"),
        max_length=200,
        required=False,
        error_messages={"required": gettext_lazy("Name the document that orders it: number, day, who signed.")},
    )

    def __init__(self, data=None, *, assignment, orders):
        super().__init__(data, initial={"version": assignment.version, "token": uuid.uuid4(), "kind": Halt.Kind.PAUSE})
        self.fields["document"].required = orders

    def clean_until(self):
        day = self.cleaned_data["until"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed: the pause would end before it begins."))
        return day

    def clean(self):
        data = super().clean()
        if data.get("until") and data.get("kind") == Halt.Kind.DROP:
            self.add_error("until", _("What is not to be done has no last day: leave this empty, or choose a pause."))
        return data


class HaltVerdictForm(VerdictForm):
    """The confirming side's word on the request `halt`."""

    missing_reason = gettext_lazy("Say why the duty runs on, so that the unit knows.")
    halt = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class ResumeForm(forms.Form):
    version = version_field()
    reason = text(
        gettext_lazy("Why the duty runs on"),
        rows=2,
        length=2000,
        error_messages={"required": gettext_lazy("Say why it runs on: the other side reads it.")},
    )

    def __init__(self, data=None, *, assignment):
        super().__init__(data, initial={"version": assignment.version}, auto_id="resume-%s")
