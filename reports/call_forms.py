"""Forms of reports asked for out of turn: asking, moving, taking back, answering, starting from what was logged; and their list."""

import uuid
from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from orgunits.models import OrgUnit
from plans.models import Plan
from reports import calling
from reports.models.call import Step
from tasks.amending_forms import DayField

MOST = 20000  # characters of an answer
BETWEEN = "\n\n"


class DueForm(forms.Form):
    """A moment to come. `due_at` gives it once the form is valid; `at` is now."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    due_on = DayField(label=gettext_lazy("Due day"))
    due_time = forms.TimeField(
        label=gettext_lazy("Due hour"),
        initial=time(17),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": gettext_lazy("Write the hour as 17:00."), "invalid": gettext_lazy("Write the hour as 17:00.")},
    )

    def __init__(self, data=None, *, at, **more):
        super().__init__(data, initial={"token": uuid.uuid4(), **more.pop("initial", {})}, **more)
        self.at = at

    def clean(self):
        said = super().clean()
        if said.get("due_on") and said.get("due_time"):
            self.due_at = timezone.make_aware(datetime.combine(said["due_on"], said["due_time"]), timezone.get_default_timezone())
            if self.due_at <= self.at:
                self.add_error("due_on", gettext_lazy("This moment has passed; choose a later one."))
        return said


class CallForm(DueForm):
    """What the area `unit` asks, by when and of whom. `due_at` and `units` give moment and addressees once it is valid."""

    title = forms.CharField(
        label=gettext_lazy("The report is about"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say what the report is about.")},
    )
    words = forms.CharField(
        label=gettext_lazy("What to report"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 4000}),
        error_messages={"required": gettext_lazy("Say what is to be reported.")},
    )
    everybody = forms.BooleanField(label=gettext_lazy("all units directly below"), required=False, initial=True)
    chosen = forms.ModelMultipleChoiceField(
        label=gettext_lazy("or only these"),
        queryset=OrgUnit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("One of these units is not directly below yours.")},
    )

    def __init__(self, data=None, *, unit, at):
        super().__init__(data, at=at)
        self.below = calling.units_below(unit, on=timezone.localdate(at))
        self.fields["chosen"].queryset = self.below

    def clean(self):
        said = super().clean()
        self.units = list(self.below if said.get("everybody") else said.get("chosen", ()))
        if said.get("everybody") and said.get("chosen"):
            self.add_error("everybody", gettext_lazy("Untick this, or tick no unit below: it cannot be all and only some."))
        if not self.units:
            self.add_error("everybody", gettext_lazy("Choose at least one unit."))
        return said


def _reason(words):
    return forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), error_messages={"required": words}
    )


def _revision():
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class MoveCallForm(DueForm):
    """Another due moment of a call, and why."""

    prefix = "move"
    revision = _revision()
    reason = _reason(gettext_lazy("Say why the day is moved."))

    def __init__(self, data=None, *, call, at):
        due = timezone.localtime(call.due_at)
        super().__init__(data, at=at, initial={"revision": call.revision, "due_on": due.date(), "due_time": due.time()})
        self.call = call

    def clean(self):
        said = super().clean()
        if not self.errors and self.due_at == self.call.due_at and not self.call.changes.filter(token=said["token"]).exists():
            self.add_error("due_on", gettext_lazy("It is due at this moment already."))
        return said


class WithdrawCallForm(forms.Form):
    """Why a call is taken back."""

    prefix = "withdraw"
    token = forms.UUIDField(widget=forms.HiddenInput)
    revision = _revision()
    reason = _reason(gettext_lazy("Say why the report is not asked for any more."))

    def __init__(self, data=None, *, call):
        super().__init__(data, initial={"token": uuid.uuid4(), "revision": call.revision})


class CallFilter(forms.Form):
    """What a list of reports out of turn is narrowed to; what makes no sense narrows nothing."""

    q = forms.CharField(required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("all")), *Step.choices])

    @property
    def chosen(self):
        """{"q": words, "state": a Step or ""}."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("q", "state")}


class WordsField(forms.CharField):
    """Words whose lines end in one sign, as they are kept and as the browser counts them."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class CallAnswerForm(forms.Form):
    """The words of an answer; with «add» what was logged of a plan or in a span of days is put behind them."""

    revision = _revision()
    words = WordsField(
        label=gettext_lazy("The report"), max_length=MOST, required=False, widget=forms.Textarea(attrs={"rows": 14, "maxlength": MOST})
    )
    plan = forms.ModelChoiceField(
        label=gettext_lazy("Plan"), queryset=Plan.objects.none(), required=False, empty_label=gettext_lazy("all plans")
    )
    since = DayField(label=gettext_lazy("From"), required=False)
    until = DayField(label=gettext_lazy("To"), required=False)

    def __init__(self, data=None, *, answer, post):
        super().__init__(data, initial={"revision": answer.revision, "words": answer.words})
        led = Plan.objects.visible_to(post).filter(assignments__unit__area=answer.unit).exclude(issued_on=None)
        self.fields["plan"].queryset = led.select_related("document").order_by("-issued_on", "pk").distinct()
        self.answer = answer

    def text(self, *, adding):
        """(the words to keep, n): as typed, with what was logged behind them where that is asked for; n entries found no room there."""
        words = self.cleaned_data["words"]
        if not adding:
            return words, 0
        wanted = {name: self.cleaned_data[name] for name in ("plan", "since", "until")}
        taken, left_out = calling.logged(self.answer, room=MOST - len(words) - len(BETWEEN), **wanted)
        return BETWEEN.join(filter(None, [words, taken])), left_out
