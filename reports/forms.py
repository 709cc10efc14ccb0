import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.drafting import PARTS
from reports.models import cutoff
from reports.reopening import MOST_DAYS
from reports.wording import digest, drafted_digest, plain
from tasks.carry_forms import day_field, text
from tasks.forms import VerdictForm

CHOICES = ("take", "keep", "undo")


@dataclass(frozen=True)
class Shown:
    """One part as the page shows it: its fields and what stands beside hers."""

    part: int
    field: BoundField
    hidden: list
    theirs: str  # what a colleague saved meanwhile
    lines: list | None  # [(line of the drafted words, whether hers lack it)] where those have changed since she wrote
    is_own: bool  # she wrote it herself
    aside: bool  # words of hers lie aside


class ReportForm(forms.Form):
    """The clerk's words, one field for each part. A part left as it was shown stays drafted and follows the rows.

    `draft` is the Draft the page shows. Each part carries a digest of what was shown, so that an entry logged while the page was
    open is no change of the clerk's, and one of the drafted words beside hers. `theirs` holds what a colleague saved meanwhile.

    Beside saving, a button may name one part: `take` the drafted words in place of hers, `undo` that, or `keep` hers though the
    drafted words have changed. Whatever else was typed is saved with it.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data=None, *, draft, theirs=None):
        words = draft.words()
        shown = {f"part{part}": text for part, text in words.items()} | {f"shown{part}": digest(text) for part, text in words.items()}
        seen = {f"seen{part}": drafted_digest(text) for part, text in draft.drafted.items()}
        super().__init__(data, initial={"revision": draft.report.revision, **shown, **seen})
        self.draft, self.theirs = draft, theirs or {}
        self.aside = {aside.part: aside for aside in draft.report.aside.all()}
        for part, heading in PARTS.items():
            area = forms.Textarea(attrs={"rows": 5, "data-with": f"seen{part}"})
            self.fields[f"part{part}"] = forms.CharField(label=heading, max_length=20000, required=False, widget=area)
            self.fields[f"shown{part}"] = forms.CharField(widget=forms.HiddenInput, max_length=64)
            self.fields[f"seen{part}"] = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
        for choice in CHOICES:
            self.fields[choice] = forms.TypedChoiceField(choices=[(part, part) for part in PARTS], coerce=int, required=False)

    def parts(self):
        """[Shown] in the order of the paper."""
        return [self._shown(part) for part in PARTS]

    def _shown(self, part):
        return Shown(
            part=part,
            field=self[f"part{part}"],
            hidden=[self[f"shown{part}"], self[f"seen{part}"]],
            theirs=self._their_words(part),
            lines=self._lines(part) if part in self.draft.outdated else None,
            is_own=part in self.draft.kept,
            aside=part in self.aside,
        )

    def _lines(self, part):
        hers = set(plain(self[f"part{part}"].value() or "").split("\n"))
        return [(line, line not in hers) for line in self.draft.drafted[part].splitlines()]

    def _their_words(self, part):
        theirs = self.theirs.get(part, "")
        return "" if digest(theirs) == digest(self[f"part{part}"].value() or "") else theirs

    def changes(self):
        """What `MonthlyReport.edit` takes: `words` of the parts changed (an emptied one is drafted again), `seen`, `typed`."""
        said = {part: plain(self.cleaned_data[f"part{part}"]) for part in PARTS}
        words = {part: text for part, text in said.items() if digest(text) != self.cleaned_data[f"shown{part}"]}
        seen, typed = {part: self.cleaned_data[f"seen{part}"] for part in PARTS}, {}
        take, keep, undo = (self.cleaned_data[choice] for choice in CHOICES)
        if keep in self.draft.kept:
            words[keep] = said[keep]
        if take in self.draft.kept:
            words[take], typed[take] = "", said[take]
        if undo in self.aside:
            typed[undo] = words.get(undo, "")
            words[undo], seen[undo] = self.aside[undo].words, self.aside[undo].seen
        return {"words": words, "seen": seen, "typed": typed}


class ReportVerdictForm(VerdictForm):
    missing_reason = gettext_lazy("Say why you return the report.")


class ReopenForm(forms.Form):
    """Why a report is opened again, by whose signature, until when. Without a signer the post's person stands for it."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    reason = text(
        gettext_lazy("Reason"), rows=3, length=2000, error_messages={"required": gettext_lazy("Say why the report is opened again.")}
    )
    expires_on = day_field(gettext_lazy("Open until the day"))
    signer = forms.CharField(
        label=gettext_lazy("Signed by"),
        help_text=gettext_lazy("Who signed the document that orders it; left empty, you stand for it yourself."),
        max_length=120,
        required=False,
    )
    symbol = forms.CharField(label=gettext_lazy("Number and symbol of the document"), max_length=60, required=False)

    def __init__(self, data=None):
        super().__init__(data, initial={"token": uuid.uuid4()})

    def clean_expires_on(self):
        day, today = self.cleaned_data["expires_on"], timezone.localdate()
        if not today <= day <= today + timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_("Choose a day from today on, at most %(n)s days ahead.") % {"n": MOST_DAYS})
        return day

    def clean(self):
        data = super().clean()
        if data.get("symbol") and not data.get("signer"):
            self.add_error("signer", _("Say who signed the document."))
        return data


class CutoffForm(forms.Form):
    """The day of the month by which the units directly below file, standing or for one of `periods`."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.TypedChoiceField(label=gettext_lazy("Day of the month"), required=False, coerce=int, empty_value=None)
    month = forms.TypedChoiceField(
        label=gettext_lazy("For which period"), required=False, coerce=lambda slug: date.fromisoformat(f"{slug}-01"), empty_value=None
    )

    def __init__(self, data=None, *, periods):
        super().__init__(data, initial={"token": uuid.uuid4()})
        days = [(str(one.day), str(one.day)) for one in cutoff.choices(periods[0])]
        self.fields["day"].choices = [("", _("the general close")), *reversed(days)]
        self.fields["month"].choices = [("", _("every period from now on")), *((one.slug, one.label) for one in periods)]
