from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from orgunits.days import AskedDay
from orgunits.models import Level, OrgUnit
from tasks.coverage import Cell
from tasks.forms import VerdictForm


class CoverageFilter(forms.Form):
    """What part of a matrix is asked for; whatever makes no sense is left out, never an error page."""

    unit = forms.CharField(required=False, max_length=24)
    level = forms.ChoiceField(required=False, choices=Level.choices)
    kind = forms.ChoiceField(required=False, choices=Cell.choices)
    duty = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    on = AskedDay()

    def __init__(self, data):
        super().__init__(data)
        self.is_valid()
        self.chosen = self.cleaned_data

    @property
    def on_day(self):
        """The day asked for, never a coming one: nobody knows what will be issued."""
        today = timezone.localdate()
        return min(self.chosen.get("on") or today, today)

    @property
    def kind_chosen(self):
        return Cell(self.chosen["kind"]) if self.chosen.get("kind") else None

    @property
    def place(self):
        """The area asked for; None where none is, or the words name none."""
        code = self.chosen.get("unit")
        return OrgUnit.objects.areas().filter(code=code).first() if code else None

    @property
    def names_nobody(self):
        return bool(self.data.get("unit")) and self.place is None


class ReasonForm(forms.Form):
    reason = forms.CharField(
        help_text=gettext_lazy("What in the duty does not exist here, and since when. The superior decides on these words."),
        label=gettext_lazy("Why the duty does not concern the unit"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Give the reason: the superior decides on these words.")},
    )


class DeclarationsForm(VerdictForm):
    """One word on several declarations."""

    missing_reason = gettext_lazy("Say why it concerns the unit after all, so that the unit knows what to do.")
    ids = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": gettext_lazy("Choose at least one declaration.")})

    def __init__(self, data=None, *, rows=()):
        super().__init__(data)
        self.fields["ids"].choices = [(str(pk), pk) for pk in rows]
        self.fields["ids"].error_messages["invalid_choice"] = gettext_lazy("One of the declarations no longer waits for a word.")
