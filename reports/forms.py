import hashlib

from django import forms
from django.utils.translation import gettext_lazy

from reports.drafting import PARTS
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
