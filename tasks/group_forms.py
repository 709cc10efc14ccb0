"""What a person chooses when making a group, and how it becomes a rule (orgunits/groups.py)."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits import groups
from orgunits.models import Kind, Level, Trait

LINES = {"rows": 4, "spellcheck": "false"}


def _many(choices, label):
    return forms.MultipleChoiceField(
        choices=choices,
        label=label,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Choose from the list.")},
    )


class GroupForm(forms.Form):
    """A draft group of `owner` on the day `on`. Cleans to `words`, `criteria` (None: open) and `units` (of an open one)."""

    BY_RULE, OPEN = "rule", "open"
    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)
    words = forms.CharField(
        label=gettext_lazy("Name of the group, as the plan writes it"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write the group's name as it stands in the plan.")},
    )
    how = forms.ChoiceField(
        choices=[
            (BY_RULE, gettext_lazy("by a rule")),
            (OPEN, gettext_lazy("open: units are named one by one, now or later («…liên quan»)")),
        ],
        initial=BY_RULE,
        label=gettext_lazy("How the units are found"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose from the list."), "invalid_choice": gettext_lazy("Choose from the list.")},
    )
    levels = _many(Level.choices, gettext_lazy("Level"))
    areas_only = forms.BooleanField(label=gettext_lazy("territories only, without their bodies"), required=False)
    branch = forms.CharField(
        label=gettext_lazy("Within the branch of"),
        help_text=gettext_lazy("Name or code of the unit at its head; empty: the whole area of your unit."),
        max_length=300,
        required=False,
    )
    kinds = _many([(kind.value, kind.label) for kind in Kind if kind != Kind.CENTRE], gettext_lazy("Kind of unit"))
    traits = _many(Trait.Code.choices, gettext_lazy("Property of the unit"))
    without = forms.CharField(
        label=gettext_lazy("Left out"),
        help_text=gettext_lazy("One name or code on a line; what lies below is left out too."),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs=LINES),
    )
    listed = forms.CharField(
        label=gettext_lazy("Named one by one"),
        help_text=gettext_lazy("One name or code on a line."),
        max_length=200000,
        required=False,
        widget=forms.Textarea(attrs=LINES),
    )

    def __init__(self, *args, owner, on, group=None, **kwargs):
        self.owner, self.on = owner, on
        kwargs.setdefault("initial", _as_typed(group, owner) if group else {"how": self.BY_RULE, "areas_only": True})
        super().__init__(*args, **kwargs)

    def clean(self):
        data = super().clean()
        listed = self._units("listed")
        data["units"], data["criteria"] = listed, None
        if data.get("how") == self.OPEN or self.errors:
            return data
        data["criteria"], data["units"] = self._criteria(listed), []
        for fault in groups.faults(data["criteria"], on=self.on, owner=self.owner):
            self.add_error(None, fault)
        return data

    def _units(self, name):
        units, faults = groups.read_names(self.cleaned_data.get(name) or "", within=self.owner, on=self.on)
        for fault in faults[:5]:
            self.add_error(name, fault)
        return units

    def _branch(self):
        found = self._units("branch") if self.cleaned_data.get("branch") else []
        if len(found) > 1:
            self.add_error("branch", _("Name one unit at the head of the branch."))
        return found[0] if found else None

    def _criteria(self, listed):
        data = self.cleaned_data
        criteria = {
            "levels": data["levels"],
            "kinds": data["kinds"],
            "traits": data["traits"],
            "areas_only": data["areas_only"],
            "without": [unit.code for unit in self._units("without")],
            "listed": [unit.code for unit in listed],
        }
        branch = self._branch()
        has_rule = any(criteria[name] for name in ("levels", "kinds", "traits")) or branch
        if not has_rule:
            criteria["areas_only"] = False  # alone it would name every territory, which nobody means by ticking it
        elif not branch and self.owner.parent_id:
            branch = self.owner
        return {name: value for name, value in {**criteria, "branch": branch and branch.code}.items() if value}


def _as_typed(group, owner):
    """The fields as somebody would have filled them in for this group."""
    criteria = group.criteria or {}
    branch = criteria.get("branch") or ""
    return {
        "mark": groups.mark_of(group),
        "words": group.words,
        "how": GroupForm.OPEN if group.is_open else GroupForm.BY_RULE,
        **{name: criteria.get(name) or [] for name in ("levels", "kinds", "traits")},
        "areas_only": criteria.get("areas_only", False),
        "branch": "" if branch == owner.code else groups.as_lines([branch]) if branch else "",
        "without": groups.as_lines(criteria.get("without") or []),
        "listed": groups.as_lines([unit.code for unit in group.units.all()] if group.is_open else criteria.get("listed") or []),
    }


class JoinForm(forms.Form):
    """Late joiners: names or codes, and the day from which they hold."""

    names = forms.CharField(
        label=gettext_lazy("Units that join, by name or code"),
        help_text=gettext_lazy("One name or code on a line."),
        max_length=20000,
        widget=forms.Textarea(attrs={**LINES, "rows": 3}),
        error_messages={"required": gettext_lazy("Name at least one unit.")},
    )
    on = forms.DateField(
        label=gettext_lazy("From the day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the day from which they answer."),
            "invalid": gettext_lazy("Write the day as dd/mm/yyyy."),
        },
    )

    def __init__(self, *args, group, today, **kwargs):
        self.group, self.today = group, today
        kwargs.setdefault("initial", {"on": today})
        super().__init__(*args, **kwargs)

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day < self.group.frozen_on:
            raise forms.ValidationError(
                _("The list was frozen on %(day)s: nobody joins before.") % {"day": f"{self.group.frozen_on:%d/%m/%Y}"}
            )
        if day > self.today:
            raise forms.ValidationError(_("Choose a day that is not still to come."))
        return day

    def clean(self):
        data = super().clean()
        data["units"] = []
        if not self.errors:
            data["units"], faults = groups.read_names(data["names"], within=self.group.owner, on=data["on"])
            for fault in faults[:5]:
                self.add_error("names", fault)
        return data
