"""What the page of a year is asked for in its address."""

from django import forms

from orgunits.days import FIRST, LAST, AskedDay
from reports.year import What


class YearFilter(forms.Form):
    """`year` and `what` (several); what makes no sense is the present year, and everything."""

    year = forms.IntegerField(required=False, min_value=FIRST.year, max_value=LAST.year)
    what = forms.MultipleChoiceField(required=False, choices=What.choices)

    def __init__(self, data, *, on):
        super().__init__(data)
        self.is_valid()
        self.year = self.cleaned_data.get("year") or on.year
        self.kinds = [What(value) for value in self.cleaned_data.get("what", [])]


class FilingFilter(YearFilter):
    """`month` («2026-06») leaves the units that miss it; with a day `until` those whose report was open again until then, not filed."""

    month = forms.CharField(required=False, max_length=7)
    until = AskedDay()
