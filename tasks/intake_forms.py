"""Forms of the intake: taking a file in, the facts of the document, one draft duty."""

from django import forms
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits.models import OrgUnit
from orgunits.words import fold
from tasks import cascade
from tasks.importer import drafting, gate
from tasks.models import Draft, Task

OFFERED = 200  # units in one choice: the area's bodies and those of the areas above it
ENDINGS = sorted(ending for endings in gate.ENDINGS.values() for ending in endings)
UNDECIDED, OPEN = "?", ""


class UploadForm(forms.Form):
    """The file itself. What may be taken is judged from its bytes (importer/gate.py), not here."""

    file = forms.FileField(
        label=gettext_lazy("File of the plan"),
        help_text=format_lazy(
            gettext_lazy("{formats}, with text, at most {size} MB. Never a secret document: it is turned away and not kept."),
            formats=", ".join(ENDINGS),
            size=drafting.LIMIT // 1024**2,
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        allow_empty_file=True,
    )


def possible_issuers(post):
    """Units of the post's own area: who may issue a plan this clerk confirms."""
    return OrgUnit.objects.filter(pk__in=post.scope().own).order_by("path")


class DocumentForm(forms.Form):
    """Facts of the document as printed on its first page."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    symbol = forms.CharField(label=gettext_lazy("Number and symbol"), max_length=60, required=False)
    type = forms.CharField(label=gettext_lazy("Type, short"), max_length=12, required=False)
    type_name = forms.CharField(label=gettext_lazy("Type"), max_length=60, required=False)
    signed_on = forms.DateField(
        label=gettext_lazy("Signed on"), required=False, help_text=gettext_lazy("day/month/year"), input_formats=["%d/%m/%Y", "%Y-%m-%d"]
    )
    issuer = forms.ModelChoiceField(queryset=None, label=gettext_lazy("Issued by"), required=False, empty_label=gettext_lazy("not known"))
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    FIELDS = ["symbol", "type", "type_name", "signed_on", "issuer", "subject"]

    def __init__(self, data=None, *, intake, post):
        super().__init__(data, initial={"revision": intake.revision, **{name: getattr(intake, name) for name in self.FIELDS}})
        offered = possible_issuers(post)
        self.fields["issuer"].queryset = offered | OrgUnit.objects.filter(pk=intake.issuer_id)
        self.fields["signed_on"].widget.format = "%d/%m/%Y"

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.FIELDS}


class DraftForm(forms.Form):
    """One draft duty. For each name nothing knows it offers: not decided, a unit (and to remember the name), or left as printed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    text = forms.CharField(
        label=gettext_lazy("Full words"), max_length=20000, required=False, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )
    deadline_words = forms.CharField(
        label=gettext_lazy("Deadline, in the plan's words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )
    decided_on = forms.DateField(
        label=gettext_lazy("Last day, if the words name none"),
        required=False,
        help_text=gettext_lazy("day/month/year; only where you know it"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
    )
    lead_words = forms.CharField(label=gettext_lazy("Lead"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 1}))
    lead_role = forms.CharField(label=gettext_lazy("In the role of"), max_length=200, required=False)
    coordinator_words = forms.CharField(
        label=gettext_lazy("Coordinators"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )
    product = forms.CharField(label=gettext_lazy("Product"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 1}))
    ref = forms.CharField(label=gettext_lazy("Ref"), max_length=40)
    parent = forms.ChoiceField(label=gettext_lazy("Continues the superior's duty"), required=False)
    carries = forms.BooleanField(label=gettext_lazy("carries it: counts for the superior's duty"), required=False)

    FIELDS = [
        "title",
        "text",
        "deadline_words",
        "decided_on",
        "lead_words",
        "lead_role",
        "coordinator_words",
        "product",
        "ref",
        "carries",
    ]

    def __init__(self, data=None, *, draft, post, units=None):
        self.draft, self.post = draft, post
        initial = {"revision": draft.revision, "parent": draft.parent_id or "", **{name: getattr(draft, name) for name in self.FIELDS}}
        super().__init__(data, initial=initial)
        self.fields["decided_on"].widget.format = "%d/%m/%Y"
        self.fields["deadline_words"].widget.attrs |= _reads_at_once(draft)
        self._offer_parents()
        self._offer_units(units)

    def _offer_parents(self):
        wanted = [line["task"] for line in self.draft.suggestions] + [self.draft.parent_id] * bool(self.draft.parent_id)
        seen = Task.objects.visible_to(self.post).filter(pk__in=wanted).select_related("plan__document") if wanted else ()
        tasks = {task.pk: task for task in seen}
        self.suggested = [{**line, "task": tasks[line["task"]]} for line in self.draft.suggestions if line["task"] in tasks]
        if not tasks:
            del self.fields["parent"], self.fields["carries"]
            return
        offered = dict.fromkeys(pk for pk in wanted if pk in tasks)
        self.fields["parent"].choices = [
            ("", _("none: a duty of its own")),
            *((pk, f"{tasks[pk].plan.document.symbol}, {tasks[pk].ref}: {tasks[pk].title}") for pk in offered),
        ]
        self.carrier = cascade.carrier(self.draft.parent_id, self.post.scope().area) if self.draft.parent_id else None
        if self.carrier is None:
            del self.fields["carries"]

    def _offer_units(self, units):
        self.names = list(enumerate(self.draft.unknown))
        if not self.names:
            return
        offered = units if units is not None else near_units(self.post)
        choices = [(unit.code, unit.full_name) for unit in offered]
        near = {}
        for name, code, _likeness in self.draft.proposals:
            near.setdefault(name, []).append(code)
        proposed = OrgUnit.objects.in_bulk({code for codes in near.values() for code in codes}, field_name="code") if near else {}
        for n, name in self.names:
            answer = self.draft.answers.get(name)
            code = answer["unit"] if answer else UNDECIDED
            known = [(code, code)] if answer and code and code not in dict(choices) else []
            likely = [(c, _("%(unit)s (looks alike)") % {"unit": proposed[c].full_name}) for c in near.get(name, []) if c in proposed]
            self.fields[f"unit{n}"] = forms.ChoiceField(
                label=_("«%(name)s» is") % {"name": name},
                choices=[(UNDECIDED, _("not decided")), (OPEN, _("left as printed")), *likely, *known, *choices],
                required=False,
                initial=code,
            )
            self.fields[f"other{n}"] = forms.CharField(label=_("or another unit, by name or code"), max_length=300, required=False)
            self.fields[f"alias{n}"] = forms.BooleanField(
                label=_("remember this name for the unit"), required=False, initial=bool(answer and answer.get("alias"))
            )

    def unknown_fields(self):
        """[(name, choice, other, alias)] for the template."""
        return [(name, self[f"unit{n}"], self[f"other{n}"], self[f"alias{n}"]) for n, name in self.names]

    def clean_ref(self):
        ref = self.cleaned_data["ref"]
        if Draft.objects.kept().filter(intake=self.draft.intake_id, ref=ref).exclude(pk=self.draft.pk).exists():
            raise forms.ValidationError(_("Another duty of this plan has this ref."))
        return ref

    def clean(self):
        data = super().clean()
        self.answers = dict(self.draft.answers)
        for n, name in self.names:
            unit = self._chosen(data, n)
            if unit == UNDECIDED:
                self.answers.pop(name, None)
            elif unit is not None:
                self.answers[name] = {"unit": unit, "alias": self._may_name(unit, n) if data.get(f"alias{n}") else False}
        return data

    def _chosen(self, data, n):
        """A unit code, "" for left as printed, "?" for not decided, None where the words name no unit."""
        other = (data.get(f"other{n}") or "").strip()
        if not other:
            return data.get(f"unit{n}", UNDECIDED)
        found = list(OrgUnit.objects.filter(code__iexact=other)[:1]) or list(OrgUnit.objects.filter(name_folded=fold(other))[:2])
        if len(found) != 1:
            said = _("Several units have this name: write the code.") if found else _("No unit has this name or code.")
            self.add_error(f"other{n}", said)
            return None
        return found[0].code

    def _may_name(self, code, n):
        """Another name is remembered only for units of the own area."""
        if code and OrgUnit.objects.filter(code=code, pk__in=self.post.scope().own).exists():
            return True
        self.add_error(f"alias{n}", _("Only units of your own area get another name here."))
        return False

    @property
    def changes(self):
        data = {name: self.cleaned_data[name] for name in self.FIELDS if name in self.fields}
        if "parent" in self.fields:
            data["parent_id"] = int(self.cleaned_data["parent"]) if self.cleaned_data["parent"] else None
        return {**data, "answers": self.answers}


def _reads_at_once(draft):
    """While words are typed the line under them shows how they are read."""
    return {
        "data-hx-get": reverse("deadline_reading", args=[draft.intake_id]),
        "data-hx-trigger": "input changed delay:400ms",
        "data-hx-target": "#deadline-now",
        "data-hx-select": "#deadline-now",
        "data-hx-swap": "outerHTML",
        "data-hx-push-url": "false",
    }


def near_units(post):
    """The area's own units, then those of the areas above, for choosing one by hand."""
    area = post.scope().area
    line = [area.pk, *(unit.pk for unit in area.chain)]
    own = OrgUnit.objects.filter(area=area).order_by("path")[:OFFERED]
    above = OrgUnit.objects.filter(area__in=line[1:]).order_by("-path")[:OFFERED]
    return [*own, *above]
