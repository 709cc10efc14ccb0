from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from journal import verbs
from orgunits.days import AskedDay
from orgunits.models import Person


class JournalFilter(forms.Form):
    """What part of the journal is asked for. What makes no sense is said beside its field and leaves the list as it is."""

    what = forms.ChoiceField(label=_("What happened"), required=False)
    who = forms.CharField(label=_("Who (name)"), required=False, max_length=80)
    since = AskedDay(label=_("From the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = AskedDay(label=_("To the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    about = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, data, *, read):
        """`read`: the names of the verbs this post may read, which the choice offers."""
        super().__init__(data)
        offered = [(family, [line for line in lines if line[0] in read]) for family, lines in verbs.choices()]
        self.fields["what"].choices = [("", _("everything")), *((family, lines) for family, lines in offered if lines)]
        self.fields["what"].error_messages["invalid_choice"] = _("Choose one of the list.")
        self.is_valid()
        self.chosen = {name: self.cleaned_data.get(name) for name in self.fields}

    def clean(self):
        chosen = super().clean()
        if chosen.get("since") and chosen.get("until") and chosen["since"] > chosen["until"]:
            self.add_error("until", _("The last day lies before the first."))
        return chosen

    @property
    def is_used(self):
        return any(self.chosen[name] for name in ("what", "who", "since", "until"))

    def narrow(self, rows):
        """`rows` (entries) as far as the filter asks for them."""
        chosen = self.chosen
        if chosen["what"]:
            rows = rows.filter(verb=chosen["what"])
        if chosen["since"]:
            rows = rows.filter(at__gte=_midnight(chosen["since"]))
        if chosen["until"]:
            rows = rows.filter(at__lt=_midnight(chosen["until"] + timedelta(days=1)))
        return rows.filter(person__in=Person.objects.named(chosen["who"]).values("pk")) if chosen["who"] else rows


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
