"""Forms of the pages of posts: who takes a post over, who stands in, which post is given."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits.days import FIRST, LAST
from orgunits.models import GRANTED, OrgUnit, Person, Post, Role, below, may_grant
from orgunits.words import fold

OFFERED = 50  # colleagues offered by name
NAMED = 5  # of several people so called, as many are named in the error


def day_field(label, help_text=""):
    return forms.DateField(
        label=label,
        help_text=help_text or gettext_lazy("day/month/year"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={"required": gettext_lazy("Write the day."), "invalid": gettext_lazy("Write the day as dd/mm/yyyy.")},
    )


def people_of(by, *, area=None):
    """People `by` may name: who holds or held a post in the branch it grants in and, with `area`, in that area. Others do not exist."""
    reach = Q(unit__area=area) if area else Q(pk__in=[])
    if may_grant(by.unit, Role.OFFICIAL, by):
        reach |= Q(**{f"unit__{name}": value for name, value in below(by.unit.path).items()})
    return Person.objects.filter(pk__in=Post.objects.filter(reach).values("person"))


class DatedForm(forms.Form):
    """Days between 1945 and 2100, whatever they are called."""

    def clean(self):
        data = super().clean()
        for name in ("on", "since", "until", "last"):
            if data.get(name) and not FIRST <= data[name] <= LAST:
                self.add_error(name, _("Write the day as dd/mm/yyyy."))
        return data


class PersonForm(DatedForm):
    """Names a person by username or name. Who grants posts is helped with names; others must know whom they mean (trust.md §2)."""

    who = gettext_lazy("Person")
    person = forms.CharField(
        help_text=gettext_lazy("the username, or the whole name"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "colleagues", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the person's username or name.")},
    )

    def __init__(self, *args, by, unit=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.unit = by, unit
        self.people = people_of(by, area=unit and unit.area)
        self.knows_names = may_grant(unit or by.unit, Role.OFFICIAL, by)
        self.fields["person"].label = self.who

    @property
    def colleagues(self):
        """Posts whose holders are offered by name."""
        if not self.knows_names:
            return []
        area = (self.unit or self.by.unit).area
        rows = Post.objects.filter(unit__area=area, until=None, person__is_active=True).exclude(person=self.by.person_id)
        return rows.select_related("person", "unit").order_by("person__folded", "pk")[:OFFERED]

    def clean_person(self):
        words = self.cleaned_data["person"].replace("\x00", "").strip()
        rows = list(self.people.filter(username__iexact=words)) or self._called(words)
        if len(rows) == 1:
            return rows[0]
        if not rows:
            raise forms.ValidationError(_("Nobody whom you may name is called so: write the username."))
        if not self.knows_names:
            raise forms.ValidationError(_("Several people are called so: write the username."))
        names = "; ".join(f"{row.username} ({row.full_name})" for row in rows[:NAMED])
        raise forms.ValidationError(_("Several people are called so: write the username of one, such as %(names)s.") % {"names": names})

    def _called(self, words):
        """People of exactly this name; where names may be known, also those whose name holds the words."""
        wanted = fold(words)
        rows = list(self.people.filter(folded__contains=wanted).order_by("folded", "pk")[:OFFERED]) if wanted else []
        return [row for row in rows if fold(row.full_name) == wanted] or (rows if self.knows_names else [])


class HandoverForm(PersonForm):
    """To whom, from which day, by which document. `seen`: what the preview counted."""

    who = gettext_lazy("New holder")
    on = day_field(gettext_lazy("First day of the new holder"), gettext_lazy("day/month/year; today at once, a day to come by itself"))
    symbol = forms.CharField(label=gettext_lazy("Number of the document"), max_length=60, required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)


class DeputyForm(PersonForm):
    """Who stands in, and on which days."""

    who = gettext_lazy("Who stands in")
    since = day_field(gettext_lazy("Stands in from"))
    until = day_field(gettext_lazy("Last day"))


class EndForm(DatedForm):
    last = day_field(gettext_lazy("Last day of the post"))


class GiveForm(PersonForm):
    """A post for an account there is."""

    place = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("its code, or its whole name"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write the code or the name of the unit.")},
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role)
    title = forms.CharField(label=gettext_lazy("Job title"), max_length=120, required=False)
    since = day_field(gettext_lazy("Holds it from"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.by.role != Role.ADMIN:
            self.fields["role"].choices = [(role.value, role.label) for role in Role if role in GRANTED]

    def clean_place(self):
        """The unit within the branch: by code, else by its whole name."""
        words = self.cleaned_data["place"].replace("\x00", "").strip()
        units = OrgUnit.objects.filter(valid_to=None, **below(self.by.unit.path)).select_related("area")
        rows = list(units.filter(code__iexact=words)) or list(units.filter(name_folded=fold(words))[:2])
        if len(rows) > 1:
            raise forms.ValidationError(_("Several units are called so: write the code."))
        if not rows:
            raise forms.ValidationError(_("No unit within your reach has this code or name."))
        return rows[0]
