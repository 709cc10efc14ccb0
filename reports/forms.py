import hashlib
import uuid
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.drafting import PARTS
from reports.models import cutoff
from reports.reopening import MOST_DAYS
from tasks.carry_forms import day_field, text
from tasks.forms import VerdictForm


class ReportForm(forms.Form):
    """The clerk's words, one field for each part. A part left as it was shown stays drafted and follows the rows.

    `words` is {part: text} as the page shows it. Each part carries a digest of what was shown, so that an entry logged
    while the page was open is no change of the clerk's. `theirs` holds what a colleague saved meanwhile.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data=None, *, words, revision, theirs=None):
        shown = {f"part{part}": text for part, text in words.items()} | {f"shown{part}": digest(text) for part, text in words.items()}
        super().__init__(data, initial={"revision": revision, **shown})
        self.theirs = theirs or {}
        for part, heading in PARTS.items():
            area = forms.Textarea(attrs={"rows": 5})
            self.fields[f"part{part}"] = forms.CharField(label=heading, max_length=20000, required=False, widget=area)
            self.fields[f"shown{part}"] = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def parts(self):
        """[(field, hidden digest, the colleague's words or "")] in the order of the paper."""
        return [(self[f"part{part}"], self[f"shown{part}"], self._their_words(part)) for part in PARTS]

    def _their_words(self, part):
        theirs = self.theirs.get(part, "")
        return "" if digest(theirs) == digest(self[f"part{part}"].value() or "") else theirs

    def changed_words(self):
        """{part: words} of the parts the clerk changed; an emptied one goes back to the drafted words."""
        said = {part: _plain(self.cleaned_data[f"part{part}"]) for part in PARTS}
        return {part: words for part, words in said.items() if digest(words) != self.cleaned_data[f"shown{part}"]}


def digest(text):
    return hashlib.sha256(_plain(text).encode()).hexdigest()


def _plain(text):
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


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
