"""Forms of carrying down: one duty of a draft, the signed paper, ending a plan, a true copy."""

import re

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits.models import OrgUnit
from orgunits.words import fold
from tasks import carrying, receiving
from tasks.intake_forms import possible_issuers
from tasks.issuing import SignedPaper
from tasks.models import ParentLink
from tasks.models.cadence import CADENCES

DAYS = ["%d/%m/%Y", "%Y-%m-%d"]
NAMES = 20  # names looked up at once
MANY_NAMES = 400  # of a true copy sent to listed units


def day_field(label, **more):
    return forms.DateField(
        label=label,
        help_text=gettext_lazy("day/month/year"),
        input_formats=DAYS,
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Write the day as dd/mm/yyyy."), "required": gettext_lazy("Write the day as dd/mm/yyyy.")},
        **more,
    )


def text(label, *, rows=1, length=500, **more):
    return forms.CharField(label=label, max_length=length, widget=forms.Textarea(attrs={"rows": rows}), **more)


def version_field():
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


def split_names(words):
    return [name.strip() for name in re.split(r"[,;\n]+", words.replace("\x00", "")) if name.strip()]


class TitleForm(forms.Form):
    """What a draft plan is called."""

    version = version_field()
    title = text(
        gettext_lazy("Title of the plan"),
        rows=2,
        length=300,
        error_messages={"required": gettext_lazy("Say in a few words what the plan is about.")},
    )
    programme = forms.CharField(label=gettext_lazy("Programme"), max_length=200, required=False)

    def __init__(self, data=None, *, plan):
        super().__init__(data, initial={name: getattr(plan, name) for name in ("version", "title", "programme")})


class DutyForm(forms.Form):
    """One duty of a draft plan. Units are ticked, or found by name without accents; a name that fits several offers them to tick."""

    version = version_field()
    title = text(
        gettext_lazy("Title"), rows=2, length=300, error_messages={"required": gettext_lazy("Say in a few words what is to be done.")}
    )
    words = text(gettext_lazy("Full words"), rows=4, length=20000, required=False)
    product = text(gettext_lazy("Product"), length=4000, required=False)
    section_title = forms.CharField(label=gettext_lazy("Section"), max_length=300, required=False)
    deadline_words = text(gettext_lazy("Deadline, in the plan's words"), required=False)
    how = forms.ChoiceField(label=gettext_lazy("The date"), required=False, widget=forms.RadioSelect)
    cadence = forms.ChoiceField(
        label=gettext_lazy("How often the units report"),
        help_text=gettext_lazy("Silent means two such turns without an entry."),
        choices=[("", gettext_lazy("as the words say, else every month")), *CADENCES],
        required=False,
    )
    leads = forms.MultipleChoiceField(label=gettext_lazy("Lead"), required=False, widget=forms.CheckboxSelectMultiple)
    lead_names = forms.CharField(
        label=gettext_lazy("Find a lead by name"),
        help_text=gettext_lazy("Accents are not needed; several names with commas between."),
        max_length=600,
        required=False,
    )
    lead_role = forms.CharField(label=gettext_lazy("In the role of"), max_length=200, required=False)
    group = forms.ModelChoiceField(
        queryset=None, label=gettext_lazy("Collective addressee"), required=False, empty_label=gettext_lazy("none")
    )
    coordinators = forms.MultipleChoiceField(label=gettext_lazy("Coordinators"), required=False, widget=forms.CheckboxSelectMultiple)
    coordinator_names = forms.CharField(
        label=gettext_lazy("Find a coordinator by name"),
        help_text=gettext_lazy("Accents are not needed; several names with commas between."),
        max_length=600,
        required=False,
    )

    PARTS = {"leads": "lead_names", "coordinators": "coordinator_names"}

    def __init__(self, data=None, *, task, area, on):
        self.task, self.area, self.on = task, area, on
        present = list(task.assignments.filter(ended_on=None).select_related("unit").order_by("path"))
        named = {"leads": [row.unit for row in present if row.is_lead], "coordinators": [row.unit for row in present if not row.is_lead]}
        initial = {name: getattr(task, name) for name in ("version", *carrying.WRITTEN)}
        initial |= {part: [str(unit.pk) for unit in units] for part, units in named.items()}
        chosen = task.stages.exclude(cadence="").values_list("cadence", flat=True).first() or ""
        super().__init__(data, initial={**initial, "how": "", "cadence": chosen})
        self.fields["group"].queryset = carrying.possible_groups(area, present=task.group_id)
        self.fields["deadline_words"].widget.attrs |= self._reads_at_once()
        self._offer_dates()
        self._offer_units(named)

    def _reads_at_once(self):
        """While words are typed the line under them shows how they are read."""
        return {
            "data-hx-get": reverse("draft_reading", args=[self.task.plan_id]),
            "data-hx-trigger": "input changed delay:400ms",
            "data-hx-target": "#deadline-now",
            "data-hx-select": "#deadline-now",
            "data-hx-swap": "outerHTML",
            "data-hx-push-url": "false",
        }

    def _offer_dates(self):
        links = ParentLink.objects.live().filter(child=self.task).select_related("parent__plan__document", "parent__plan__unit")
        self.links = list(links.prefetch_related("parent__stages").order_by("pk"))
        choices = [("", _("as it stands")), (carrying.OWN, _("read the words above"))]
        for link in self.links:
            facts = {"ref": link.parent.ref, "plan": link.parent.plan.document.symbol}
            facts["date"] = "; ".join(stage.reading for stage in link.parent.stages.all())
            choices.append((f"{carrying.KEEP}:{link.parent_id}", _("as the superior's, %(plan)s %(ref)s: %(date)s") % facts))
            choices.append((f"{carrying.WAIT}:{link.parent_id}", _("by the superior's plan: waits for %(plan)s %(ref)s") % facts))
        self.fields["how"].choices = choices

    def _offer_units(self, named):
        own = list(carrying.possible_units(self.area, on=self.on).filter(area=self.area).order_by("path")[: carrying.OFFERED + 1])
        offered = own if len(own) <= carrying.OFFERED else []
        self.found = {}
        for part, names in self.PARTS.items():
            found = [(name, carrying.named(self.area, name, on=self.on)) for name in split_names(self.data.get(names, ""))[:NAMES]]
            ticked = [int(pk) for pk in self.data.getlist(part) if pk.isdecimal() and len(pk) < 10] if self.is_bound else []
            posted = carrying.possible_units(self.area, on=self.on).filter(pk__in=ticked) if ticked else []
            self.found[part] = found
            units = [*named[part], *(unit for _name, units in found for unit in units), *posted, *offered]
            self.fields[part].choices = [(str(pk), unit.full_name) for pk, unit in {unit.pk: unit for unit in units}.items()]

    def clean(self):
        data = super().clean()
        for part, names in self.PARTS.items():
            chosen = set(data.get(part) or [])
            for name, units in self.found[part]:
                if not units:
                    self.add_error(names, _("No unit of your area has the name «%(name)s».") % {"name": name})
                elif len(units) == 1:
                    chosen.add(str(units[0].pk))
                elif not chosen & {str(unit.pk) for unit in units}:
                    self.add_error(names, _("Several units fit «%(name)s»: tick the one you mean above.") % {"name": name})
            data[part] = sorted(chosen)
        return data

    @property
    def changes(self):
        """What carrying.edit() takes."""
        data, units = self.cleaned_data, OrgUnit.objects.in_bulk([*self.cleaned_data["leads"], *self.cleaned_data["coordinators"]])
        how, _sep, parent = data["how"].partition(":")
        if not how and data["deadline_words"] != self.task.deadline_words:
            how = carrying.OWN
        return {
            "fields": {name: data[name] for name in carrying.WRITTEN},
            "how": how or None,
            "cadence": data["cadence"] if data["cadence"] or "cadence" in self.changed_data else None,
            "parent": next((link.parent for link in self.links if str(link.parent_id) == parent), None),
            "version": data["version"],
            **{part: [units[int(pk)] for pk in data[part] if int(pk) in units] for part in self.PARTS},
        }


class PaperForm(forms.Form):
    """The signed document under which a draft is issued."""

    symbol = forms.CharField(
        label=gettext_lazy("Number and symbol"),
        max_length=60,
        error_messages={"required": gettext_lazy("The document has no number and symbol yet.")},
    )
    type_name = forms.CharField(label=gettext_lazy("Type"), max_length=60)
    type = forms.CharField(label=gettext_lazy("Type, short"), max_length=12)
    signed_on = day_field(gettext_lazy("Signed on"))
    issuer = forms.ModelChoiceField(queryset=None, label=gettext_lazy("Issued by"), empty_label=None)
    signer = forms.CharField(label=gettext_lazy("Signed by"), max_length=120, required=False)
    subject = text(gettext_lazy("Subject"), rows=2)

    def __init__(self, data=None, *, plan, post):
        document = plan.document
        initial = {name: getattr(document, name) for name in ("symbol", "type", "type_name", "signed_on", "issuer")}
        super().__init__(data, initial={**initial, "subject": plan.title})
        self.fields["issuer"].queryset = possible_issuers(post)

    def clean_signed_on(self):
        return not_to_come(self.cleaned_data["signed_on"])

    @property
    def paper(self):
        return SignedPaper(**self.cleaned_data)


def not_to_come(day):
    if day > timezone.localdate():
        raise forms.ValidationError(_("This day is still to come."))
    if day.year < 1945:
        raise forms.ValidationError(_("Write the day as dd/mm/yyyy."))
    return day


class EndForm(forms.Form):
    """From when a plan is closed or withdrawn, by which document and why."""

    version = version_field()
    on = day_field(gettext_lazy("From the day"))
    document = forms.CharField(label=gettext_lazy("By the document"), max_length=200, required=False)
    reason = text(
        gettext_lazy("Reason"), rows=3, length=2000, error_messages={"required": gettext_lazy("Say why: the units below read it.")}
    )

    def __init__(self, data=None, *, plan, on=None):
        self.plan = plan
        super().__init__(data, initial={"version": plan.version, "on": on})

    def clean_on(self):
        day = not_to_come(self.cleaned_data["on"])
        if day < self.plan.issued_on:
            raise forms.ValidationError(_("The plan was issued only on %(day)s.") % {"day": f"{self.plan.issued_on:%d/%m/%Y}"})
        return day


class CopyForm(forms.Form):
    """A true copy («sao y») and the units below to which it goes."""

    symbol = forms.CharField(
        label=gettext_lazy("Number and symbol"),
        max_length=60,
        error_messages={"required": gettext_lazy("The document has no number and symbol yet.")},
    )
    type_name = forms.CharField(label=gettext_lazy("Type"), max_length=60, initial="Bản sao y")
    type = forms.CharField(label=gettext_lazy("Type, short"), max_length=12, initial="BS")
    signed_on = day_field(gettext_lazy("Signed on"))
    issuer = forms.ModelChoiceField(queryset=None, label=gettext_lazy("Issued by"), empty_label=None)
    to = forms.ChoiceField(label=gettext_lazy("Sent to"), widget=forms.RadioSelect, initial="all")
    names = text(
        gettext_lazy("The units, by name or code"),
        rows=3,
        length=12000,
        required=False,
        help_text=gettext_lazy("One on each line or with commas between; accents are not needed."),
    )

    def __init__(self, data=None, *, post, on):
        super().__init__(data)
        self.fields["issuer"].queryset = possible_issuers(post)
        self.fields["issuer"].initial = post.scope().area
        self.below = receiving.areas_below(post.scope().area, on=on).order_by("name_key", "pk")
        n = self.below.count()
        self.fields["to"].choices = [("all", _("all %(n)s areas directly below") % {"n": n}), ("listed", _("only these:"))]

    def clean_signed_on(self):
        return not_to_come(self.cleaned_data["signed_on"])

    def clean(self):
        data = super().clean()
        if data.get("to") == "all":
            self.units = list(self.below)
        elif data.get("to") == "listed":
            self.units = self._listed(split_names(data.get("names") or "")[:MANY_NAMES])
        return data

    def _listed(self, names):
        """The areas that the names mean, one question for all; each name that fits none or several is said."""
        if not names:
            self.add_error("names", _("Write the units to which the copy goes."))
        by_name = {}
        for unit in self.below:
            for key in {unit.code.casefold(), unit.name_folded, fold(unit.name)}:
                by_name.setdefault(key, []).append(unit)
        chosen = {}
        for name in names:
            fit = by_name.get(name.casefold()) or by_name.get(fold(name)) or []
            if len(fit) == 1:
                chosen[fit[0].pk] = fit[0]
            elif fit:
                self.add_error("names", _("Several units fit «%(name)s»: write the code.") % {"name": name})
            else:
                self.add_error("names", _("No area directly below has the name or code «%(name)s».") % {"name": name})
        return list(chosen.values())

    @property
    def changes(self):
        names = ("symbol", "type", "type_name", "signed_on", "issuer")
        return {**{name: self.cleaned_data[name] for name in names}, "units": self.units}
