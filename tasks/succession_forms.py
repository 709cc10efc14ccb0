"""Forms of the pages where units change: what changes, from which day, by which document."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits.changes import NewUnit
from orgunits.days import FIRST, LAST
from orgunits.models import AREAS, PREFIX, Kind, OrgUnit, UnitChange, may_change
from orgunits.words import fold
from tasks.succession import Decision

K = UnitChange.Kind
TYPES = {
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "NĐ": "Nghị định",
    "CT": "Chỉ thị",
    "KL": "Kết luận",
    "TB": "Thông báo",
    "CV": "Công văn",
}
KIND_WORDS = {fold(prefix): kind for kind, prefix in PREFIX.items()}
MOST = 40  # units named in one change


def day_field(label, help_text=""):
    return forms.DateField(
        label=label,
        help_text=help_text or gettext_lazy("day/month/year"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={"required": gettext_lazy("Write the day."), "invalid": gettext_lazy("Write the day as dd/mm/yyyy.")},
    )


class DecisionForm(forms.Form):
    """The day and the document; enough to correct a change."""

    on = day_field(
        gettext_lazy("First day of the new order"),
        gettext_lazy("day/month/year; a day to come is waited for, a past one holds from that day on"),
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=TYPES.items())
    symbol = forms.CharField(
        label=gettext_lazy("Number and symbol"),
        max_length=60,
        error_messages={"required": gettext_lazy("Write the number of the document: nothing changes without one.")},
    )
    signed_on = day_field(gettext_lazy("Signed on"))
    issuer = forms.CharField(
        label=gettext_lazy("Issued by"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write who issued the document, as printed.")},
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(
        label=gettext_lazy("Reason, in your words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self):
        data = super().clean()
        if data.get("signed_on") and data["signed_on"] < FIRST:
            self.add_error("signed_on", _("Write the day as dd/mm/yyyy."))
        if data.get("on") and not FIRST <= data["on"] <= LAST:
            self.add_error("on", _("Write the day as dd/mm/yyyy."))
        return data

    @property
    def terms(self):
        """What every verb of tasks/succession takes: on, decision, reason."""
        data = self.cleaned_data
        decision = Decision(data["type"], TYPES[data["type"]], data["symbol"], data["signed_on"], data["issuer"], data["subject"])
        return {"on": data["on"], "decision": decision, "reason": data["reason"]}


class ChangeForm(DecisionForm):
    """One change of `unit`. Cleans to `olds` and `news` (units and NewUnits), or `now` for a rename."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happens"),
        widget=forms.RadioSelect,
        choices=[
            (K.MERGE.value, gettext_lazy("merges into another unit")),
            (K.SPLIT.value, gettext_lazy("is split among several")),
            (K.RENAME.value, gettext_lazy("gets another name, kind or code")),
            (K.CLOSE.value, gettext_lazy("is closed without a successor")),
        ],
        error_messages={"required": gettext_lazy("Choose what happens to the unit.")},
    )
    others = forms.CharField(
        label=gettext_lazy("Units that merge together with it"),
        help_text=gettext_lazy("one a line: code, or name as it is in force"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    into = forms.CharField(
        label=gettext_lazy("Units that follow, the main one first"),
        help_text=format_lazy(
            gettext_lazy("one a line: code or name; a unit to be made as «code; kind; name» (kinds: {kinds})"),
            kinds=", ".join(PREFIX.values()),
        ),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    new_name = forms.CharField(label=gettext_lazy("New name, without its kind"), max_length=300, required=False)
    new_kind = forms.ChoiceField(label=gettext_lazy("New kind"), required=False)
    new_code = forms.CharField(label=gettext_lazy("New code"), max_length=24, required=False)
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    field_order = ["kind", "others", "into", "new_name", "new_kind", "new_code", "on"]

    def __init__(self, data=None, *, unit, post):
        self.unit, self.post = unit, post
        super().__init__(data)
        kinds = [kind for kind in Kind if (kind in AREAS) == unit.is_area and kind != Kind.CENTRE]
        self.fields["new_kind"].choices = [("", _("as it is")), *((kind.value, kind.label) for kind in kinds)]

    def clean(self):
        data = super().clean()
        data["olds"], data["news"] = [self.unit], []
        kind = data.get("kind")
        if kind == K.MERGE:
            data["olds"] += self._units("others")
        if kind in {K.MERGE, K.SPLIT}:
            data["news"] = self._units("into", may_be_new=True)
        if kind == K.MERGE and len(data["news"]) > 1:
            self.add_error("into", _("A merge has one unit that follows."))
        if kind in {K.MERGE, K.SPLIT} and not data["news"] and "into" not in self.errors:
            self.add_error("into", _("Name the unit that follows."))
        for unit in [*data["olds"], *data["news"]]:
            if isinstance(unit, OrgUnit) and not may_change(unit, self.post):
                self.add_error(None, _("%(unit)s lies outside what your post may change.") % {"unit": unit.full_name})
        return data

    @property
    def now(self):
        """The name, kind and code after a rename; what is left empty stays."""
        data = self.cleaned_data
        return {"name": data.get("new_name"), "kind": data.get("new_kind"), "code": data.get("new_code")}

    def _units(self, field, *, may_be_new=False):
        lines = [line.strip() for line in (self.cleaned_data.get(field) or "").replace("\x00", "").splitlines() if line.strip()]
        if len(lines) > MOST:
            self.add_error(field, _("Name at most %(n)s units.") % {"n": MOST})
            return []
        found = [self._new(line, field) if may_be_new and ";" in line else self._known(line, field) for line in lines]
        return [unit for unit in found if unit]

    def _new(self, line, field):
        parts = [part.strip() for part in line.split(";")]
        kind = KIND_WORDS.get(fold(parts[1])) if len(parts) == 3 else None if self.unit.is_area else self.unit.kind
        if len(parts) not in {2, 3} or not all(parts) or kind is None or len(parts[0]) > 24 or len(parts[-1]) > 300:
            self.add_error(field, _("«%(line)s» is not read: a unit to be made is written «code; kind; name».") % {"line": line[:80]})
            return None
        return NewUnit(parts[0], kind, parts[-1])

    def _known(self, words, field):
        """The only unit in force with this code or exact name, else the error that says what to do."""
        units = OrgUnit.objects.filter(valid_to=None).select_related("answers_through", "area", "parent")
        found = list(units.filter(code__iexact=words)[:1]) or list(units.filter(name_folded=fold(words)).order_by("path")[:6])
        if len(found) > 1:
            found = [unit for unit in found if unit.parent_id == self.unit.parent_id] or found
        if len(found) == 1:
            return found[0]
        if found:
            which = "; ".join(f"{unit.code} ({unit.parent.full_name})" for unit in found)
            self.add_error(
                field, _("Several units are called «%(words)s»: write the code. %(which)s") % {"words": words[:80], "which": which}
            )
        else:
            self.add_error(field, _("No unit in force has the code or name «%(words)s».") % {"words": words[:80]})
        return None
