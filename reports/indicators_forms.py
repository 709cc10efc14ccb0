"""Forms of indicators: what a list shows, and one value stated or corrected."""

import uuid
from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans import measuring, period
from plans.models import Standing
from plans.quantities import NotANumber, read_number

MOST = 2**63 - 1


class IndicatorFilter(forms.Form):
    """What part of the list is asked for; whatever makes no sense is left out, never an error page."""

    plan = forms.IntegerField(required=False, min_value=1, max_value=MOST)
    year = forms.IntegerField(required=False, min_value=2000, max_value=2100)
    standing = forms.ChoiceField(required=False, choices=Standing.choices)
    due = forms.BooleanField(required=False)

    def __init__(self, data):
        super().__init__(data)
        self.is_valid()
        self.chosen = self.cleaned_data


class NumberField(forms.CharField):
    """A number as officials write it (plans.quantities); cleaned to a Decimal."""

    def __init__(self, *, label, required_words):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=label, max_length=40, widget=widget, error_messages={"required": required_words})

    def clean(self, value):
        words = super().clean(value)
        try:
            return read_number(words)
        except NotANumber as error:
            raise forms.ValidationError(error.sentence) from None


class ValueForm(forms.Form):
    """What an indicator came to in one month at one of the `units`; from a part and its whole where the indicator has them."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST)
    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int, required=False, empty_value=None)
    month = forms.ChoiceField(label=gettext_lazy("Period"))
    numerator = NumberField(label=gettext_lazy("Part of the whole"), required_words=gettext_lazy("Write how many were reached, 0 if none."))
    denominator = NumberField(label=gettext_lazy("Whole"), required_words=gettext_lazy("Write how many there are in all."))
    value = NumberField(label=gettext_lazy("Value"), required_words=gettext_lazy("Write the value, 0 if there is none."))
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("From which record, system or document the figure comes."),
        max_length=300,
        error_messages={"required": gettext_lazy("Say where the figure comes from.")},
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(
        label=gettext_lazy("Reason for the correction"),
        help_text=gettext_lazy("Only where the period has a figure already; the old one stays in the history."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data=None, *, indicator, units, month=None, unit=None):
        self.indicator, self.units = indicator, {one.pk: one for one in units}
        today = timezone.localdate()
        months = measuring.open_months(indicator, on=today)
        newest = indicator.values.filter(unit__in=self.units).order_by("-pk").values_list("pk", flat=True).first()
        initial = {"token": uuid.uuid4(), "seen": newest or 0, "month": f"{month:%Y-%m}" if month in months else None}
        super().__init__(data, initial={**initial, "unit": unit and unit.pk})
        self.fields["unit"].choices = [(pk, one.full_name) for pk, one in self.units.items()]
        self.fields["month"].choices = [(f"{one:%Y-%m}", period.of_month(one).label) for one in months]
        self._ask()

    def _ask(self):
        """Only the numbers this indicator has, under its own names."""
        if not self.indicator.asks_parts:
            del self.fields["numerator"], self.fields["denominator"]
            self.fields["value"].help_text = self.indicator.measure
            return
        del self.fields["value"]
        self.fields["numerator"].help_text, self.fields["denominator"].help_text = self.indicator.numerator, self.indicator.denominator

    def shown_fields(self):
        """The fields in order; a single unit is not asked for."""
        return [self[name] for name in self.fields if name not in {"token", "seen"} and (name != "unit" or len(self.units) > 1)]

    def clean_unit(self):
        """The unit chosen; without a choice the first, which is the post's area where it answers for that."""
        return self.units[self.cleaned_data["unit"] or next(iter(self.units))]

    def clean_month(self):
        year, month = self.cleaned_data["month"].split("-")
        return date(int(year), int(month), 1)

    def clean(self):
        data = super().clean()
        if {"numerator", "denominator"} <= data.keys() and data["numerator"] > data["denominator"]:
            self.add_error("numerator", _("The part cannot be larger than its whole."))
        if {"unit", "month"} <= data.keys() and not data.get("reason"):
            standing = self.indicator.values.current().filter(unit=data["unit"], month=data["month"], pk__lte=data.get("seen") or 0)
            if standing.exclude(token=data.get("token")).exists():
                self.add_error("reason", _("This period has a figure already. Say why it changes; the old one stays in the history."))
        return data
