"""Forms of difficulties: raising one, the words of each later act, and the filter of the list."""

import uuid
from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits.models import Level
from tasks import difficulties
from tasks.amending_forms import DayField
from tasks.models import Difficulty


def _words(*, label, rows=3, required="", **more):
    field = forms.CharField(
        label=label, max_length=2000, required=bool(required), widget=forms.Textarea(attrs={"rows": rows, "maxlength": 2000}), **more
    )
    if required:
        field.error_messages["required"] = required
    return field


class DifficultyForm(forms.Form):
    """What stands in the way of `assignment`, and who can remove it. Filled in from `entry`, a Progress, where one is given."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    words = _words(
        label=gettext_lazy("What stands in the way"),
        help_text=gettext_lazy("One difficulty at a time, with figures. Never write anything secret."),
        required=gettext_lazy("Say what stands in the way."),
    )
    proposal = _words(label=gettext_lazy("What you propose"), rows=2)
    level = forms.ChoiceField(
        label=gettext_lazy("Who can remove it"),
        help_text=gettext_lazy("Without an answer in time it moves up by itself, level after level."),
        error_messages={"required": gettext_lazy("Choose the level that can remove it.")},
    )
    reply_by = DayField(label=gettext_lazy("Answer needed by"), required=False)

    def __init__(self, data=None, *, assignment, on, entry=None):
        words = {"words": entry.difficulties, "proposal": entry.proposals} if entry else {}
        super().__init__(data, auto_id="trouble_%s", initial={"token": uuid.uuid4(), **words})  # the page has another form beside it
        self.on = on
        areas = difficulties.line(assignment.unit)
        self.fields["level"].choices = [(area.level, f"{Level(area.level).label} · {area.full_name}") for area in areas]
        self.fields["level"].error_messages["invalid_choice"] = self.fields["level"].error_messages["required"]
        self.fields["reply_by"].help_text = _("Empty: %(day)s, %(n)s working days from today.") % {
            "day": f"{difficulties.reply_day(on):%d/%m/%Y}",
            "n": difficulties.REPLY_WORKING_DAYS,
        }

    def clean_reply_by(self):
        day, last = self.cleaned_data["reply_by"], self.on + timedelta(days=difficulties.LONGEST_DAYS)
        if day and not self.on < day <= last:
            facts = {"first": f"{self.on + timedelta(days=1):%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
            raise forms.ValidationError(_("Choose a day from %(first)s to %(last)s.") % facts)
        return day


class StepForm(forms.Form):
    """An act on a difficulty whose words may be left out."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    words = _words(label=gettext_lazy("A word with it (may be left out)"), rows=2)


class AnswerForm(StepForm):
    words = _words(label=gettext_lazy("Answer"), required=gettext_lazy("Write the answer."))


class SendUpForm(StepForm):
    words = _words(
        label=gettext_lazy("Why it is above your competence"), rows=2, required=gettext_lazy("Say why the level above must answer it.")
    )


class ReopenForm(StepForm):
    words = _words(label=gettext_lazy("What the answer leaves open"), rows=2, required=gettext_lazy("Say what the answer leaves open."))
    up = forms.TypedChoiceField(
        label=gettext_lazy("Ask again"),
        choices=[("", gettext_lazy("the same level")), ("1", gettext_lazy("one level up"))],
        coerce=bool,
        empty_value=False,
        required=False,
    )


LATE = [
    ("", gettext_lazy("late or not")),
    ("near", gettext_lazy("answer due within 3 days or overdue")),
    ("now", gettext_lazy("answer overdue")),
    ("ever", gettext_lazy("late at some level")),
]


class DifficultyFilter(forms.Form):
    """The filter of the list; whatever makes no sense is left out, never an error page."""

    unit = forms.CharField(required=False, max_length=100, label=gettext_lazy("Unit"))
    turn = forms.BooleanField(required=False, label=gettext_lazy("only those that wait for my unit"))
    state = forms.ChoiceField(
        required=False, choices=[("", gettext_lazy("all states")), *Difficulty.State.choices], label=gettext_lazy("State")
    )
    late = forms.ChoiceField(required=False, choices=LATE, label=gettext_lazy("Lateness"))
    level = forms.ChoiceField(required=False, choices=[("", gettext_lazy("all levels")), *Level.choices], label=gettext_lazy("Lies with"))

    def __init__(self, data):
        super().__init__(data)
        self.is_valid()
        self.chosen = self.cleaned_data

    @property
    def is_empty(self):
        return not any(self.chosen.values())
