from django import forms
from django.utils.translation import gettext_lazy

from plans.models import Plan
from tasks.forms import OFFERED, VerdictForm

MOST = 100  # entries judged at once; a page shows fewer


class ConfirmFilter(forms.Form):
    """Which of the results that wait are shown; whatever makes no sense is left out, never an error page."""

    unit = forms.CharField(required=False, max_length=100, label=gettext_lazy("Unit"))
    plan = forms.ModelChoiceField(
        queryset=Plan.objects.none(), required=False, empty_label=gettext_lazy("all plans"), label=gettext_lazy("Plan")
    )
    days = forms.IntegerField(required=False, min_value=0, max_value=9999, label=gettext_lazy("hanging for at least so many days"))

    others = forms.BooleanField(required=False, label=gettext_lazy("not those filed by myself"))

    def __init__(self, data, *, plans):
        super().__init__(data)
        self.fields["plan"].queryset = plans
        self.fields["plan"].widget.choices = [("", gettext_lazy("all plans")), *((plan.pk, str(plan)) for plan in plans[:OFFERED])]
        self.is_valid()
        self.chosen = self.cleaned_data

    @property
    def is_empty(self):
        return not any(value or value == 0 for value in self.chosen.values())


class ManyVerdictsForm(VerdictForm):
    """One word on several results."""

    ids = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": gettext_lazy("Choose at least one result.")})

    def __init__(self, data=None):
        super().__init__(data)
        chosen = [pk for pk in (data.getlist("ids") if data else ()) if pk.isdecimal() and len(pk) < 19][:MOST]
        self.fields["ids"].choices = [(pk, pk) for pk in chosen]
        self.fields["ids"].error_messages["invalid_choice"] = self.fields["ids"].error_messages["required"]
