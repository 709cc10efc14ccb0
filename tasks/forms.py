import uuid

from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orgunits.models import Level, OrgUnit, Role
from plans.models import Plan
from tasks.deadlines import Clock
from tasks.models import Part, Progress, State, Timeliness
from tasks.models.progress import MEDIA_TYPES, lacks_proof, media_type

MAX_FILES = 5
OFFERED = 40


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Several files, each checked by its content and size. Cleans to a list."""

    widget = ManyFiles(attrs={"multiple": True, "accept": ",".join(f".{ending}" for ending in MEDIA_TYPES)})

    def clean(self, data, initial=None):
        files = [file for file in (data if isinstance(data, list) else [data]) if file]
        if len(files) > MAX_FILES:
            raise forms.ValidationError(_("At most %(n)s files at once.") % {"n": MAX_FILES})
        for file in files:
            self._check(file)
        return files

    def _check(self, file):
        if not file.size:
            raise forms.ValidationError(_("The file «%(name)s» is empty.") % {"name": file.name})
        if file.size > settings.EVIDENCE_MAX_BYTES:
            size = settings.EVIDENCE_MAX_BYTES // 1024**2
            raise forms.ValidationError(_("The file «%(name)s» is larger than %(size)s MB.") % {"name": file.name, "size": size})
        if media_type(file) is None:
            raise forms.ValidationError(
                _("The file «%(name)s» is none of the kinds taken here: PDF, DOCX, XLSX, PPTX, PNG, JPG. Choose another file.")
                % {"name": file.name}
            )


class ProgressForm(forms.Form):
    """What an official writes about one duty. `assignment` and `post` decide which answers it offers.

    `draft` (ProgressDraft) fills it with words kept before; `newest` is the newest act in the journal the page shows. Both travel
    along as marks beside the fields (templates/tasks/_marks.html): no rule of a field is theirs.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    answer = forms.ModelChoiceField(queryset=None, required=False, label=gettext_lazy("Stage"), empty_label=None)
    says = forms.ChoiceField(label=gettext_lazy("State"), widget=forms.RadioSelect)
    spoken_for = forms.CharField(
        help_text=gettext_lazy("The official or the unit that did the work; your own name and post are recorded too."),
        label=gettext_lazy("On behalf of"),
        max_length=120,
        required=False,
    )
    percent = forms.IntegerField(label=gettext_lazy("Percent done, by your own estimate"), min_value=0, max_value=100, required=False)
    words = forms.CharField(
        help_text=gettext_lazy("Two or three sentences, with figures if there are any. This goes straight into the monthly report."),
        label=gettext_lazy("What was done in the period"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    difficulties = forms.CharField(
        help_text=gettext_lazy("What stands in the way, and who could remove it."),
        label=gettext_lazy("Difficulties"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    proposals = forms.CharField(label=gettext_lazy("Proposals"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    files = EvidenceField(
        help_text=gettext_lazy(
            "PDF, DOCX, XLSX, PPTX or a picture, at most 20 MB each. Never upload a secret document. After an error choose the files again."
        ),
        label=gettext_lazy("Evidence"),
        required=False,
    )

    def __init__(self, *args, assignment, post, draft=None, newest=0, **kwargs):
        self.assignment, self.post, self.draft, self.newest = assignment, post, draft, newest
        kwargs.setdefault("initial", {"token": uuid.uuid4(), "version": assignment.version, **(draft.fields if draft else {})})
        super().__init__(*args, **kwargs)
        self._offer_stages()
        self._offer_states()
        self._offer_names()

    def _offer_stages(self):
        answers = self.assignment.answers.select_related("stage").exclude(state=State.DONE)
        self.fields["answer"].queryset = answers
        self.fields["answer"].label_from_instance = str
        if len(answers) < 2:
            del self.fields["answer"]
        else:
            self.fields["answer"].initial = self.assignment.current_answer()

    def _offer_states(self):
        says = Progress.Says
        offered = [says.NOTHING, says.DOING] if self.assignment.is_ongoing else [says.NOTHING, says.DOING, says.DONE]
        labels = {choice: choice.label for choice in offered}
        if self.assignment.state == State.SAID:
            # A mere remark must not take a declaration back unseen: doing so has to be chosen by its name.
            labels = {says.DONE: _("done, with this added"), says.DOING: _("not done after all: back in progress")}
        self.fields["says"].choices = [(choice.value, label) for choice, label in labels.items()]
        self.fields["says"].initial = says.DONE if self.assignment.state == State.SAID else says.DOING
        if self.initial.get("says") not in labels:
            self.initial.pop("says", None)  # a draft may name a state that is no longer offered
        self.fields["says"].error_messages = {
            "required": _("Choose a state."),
            "invalid_choice": _("This duty is ongoing: it is reported, never finished."),
        }
        for name in ("percent",):
            self.fields[name].error_messages = dict.fromkeys(
                ["invalid", "min_value", "max_value"], _("Write a whole number from 0 to 100.")
            )
        if self.assignment.is_ongoing:
            del self.fields["percent"]

    def _offer_names(self):
        if self.post.role != Role.CLERK:
            del self.fields["spoken_for"]
            return
        field = self.fields["spoken_for"]
        field.required = True
        field.error_messages["required"] = _("Say for whom you write: the official or the unit that did the work.")
        field.initial = self.assignment.unit.full_name if self.assignment.unit.kept_by_id else ""

    # Drafts and marks

    def typed(self):
        """{name: text} of what somebody wrote or chose, as it stands in the fields: what a draft keeps. {} where nothing was."""
        fields = {
            name: field for name, field in self.fields.items() if not field.widget.is_hidden and not isinstance(field, forms.FileField)
        }
        texts = {name: self[name].data or "" for name in fields}
        is_empty = all(texts[name] in {"", str(field.prepare_value(field.initial) or "")} for name, field in fields.items())
        return {} if is_empty else texts

    @property
    def stamp(self):
        """The draft the page began with, as it says itself."""
        return self._mark("draft", self.draft.stamp if self.draft else "")

    @property
    def seen(self):
        """The newest act the writer's page showed; None where it does not say."""
        said = self._mark("seen", str(self.newest))
        return int(said) if said.isdecimal() and len(said) < 19 else None

    def _mark(self, name, otherwise):
        return str(self.data.get(self.add_prefix(name), ""))[:80] if self.is_bound else otherwise

    @property
    def mark_names(self):
        return {name: self.add_prefix(name) for name in ("draft", "seen")}

    def ask_for_files_again(self):
        """Beside the files: a browser forgets them whenever the page comes back."""
        names = [file.name for file in self.files.getlist(self.add_prefix("files"))] if hasattr(self.files, "getlist") else []
        if names and "files" not in self.errors:
            self.add_error("files", _("The page came back, so choose the files again: %(names)s.") % {"names": ", ".join(names)})

    def clean(self):
        data = super().clean()
        if data.get("says") in {Progress.Says.DOING, Progress.Says.DONE} and not (data.get("words") or "").strip():
            self.add_error("words", _("Say in two or three sentences what was done: this goes into the monthly report."))
        answer = data.get("answer")
        if data.get("says") == Progress.Says.DONE and "files" not in self.errors:
            self._ask_for_proof(answer or self.assignment.current_answer(), data.get("files"))
        if data.get("says") == Progress.Says.DONE and answer and answer.clock == Clock.ONGOING:
            self.add_error("says", _("This stage is ongoing: it is reported, never finished."))
        if data.get("says") == Progress.Says.NOTHING and (data.get("words") or "").strip():
            self.add_error("words", _("«Nothing to report» leaves this empty; where there is a result, choose «in progress»."))
        return data

    def _ask_for_proof(self, answer, files):
        if lacks_proof(answer, Progress.Says.DONE, files):
            self.add_error("files", _("Add the file that proves it: what is said to be done needs evidence here."))


class VerdictForm(forms.Form):
    """Confirm, or return with a reason."""

    missing_reason = gettext_lazy("Say why you return it, so that the unit knows what is missing.")
    ok = forms.ChoiceField(choices=[("1", "1"), ("0", "0")])
    reason = forms.CharField(
        label=gettext_lazy("Reason for returning"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_ok(self):
        return self.cleaned_data["ok"] == "1"

    def clean(self):
        data = super().clean()
        if data.get("ok") is False and not (data.get("reason") or "").strip():
            self.add_error("reason", self.missing_reason)
        return data


TOLD = {  # what a notice of many counts for who is told (tasks/reminders.py, counted)
    "overdue": gettext_lazy("for me to confirm and overdue by a week or more"),
    "silent": gettext_lazy("mine, silent and not overdue"),
    "returned": gettext_lazy("mine, returned and not answered for a week"),
    "hanging": gettext_lazy("awaiting a word below for two weeks or longer"),
}


class DutyFilter(forms.Form):
    """The filter of the list of duties; whatever makes no sense is left out, never an error page."""

    q = forms.CharField(required=False, max_length=100, label=gettext_lazy("Words"))
    unit = forms.CharField(required=False, max_length=24)
    only = forms.BooleanField(required=False)
    level = forms.ChoiceField(required=False, choices=[("", gettext_lazy("all levels")), *Level.choices], label=gettext_lazy("Level"))
    plan = forms.ModelChoiceField(
        queryset=Plan.objects.none(), required=False, empty_label=gettext_lazy("all plans"), label=gettext_lazy("Plan")
    )
    state = forms.MultipleChoiceField(required=False, choices=State.choices, label=gettext_lazy("State"))
    timeliness = forms.MultipleChoiceField(required=False, choices=Timeliness.choices, label=gettext_lazy("Timeliness"))
    part = forms.ChoiceField(required=False, choices=[("", gettext_lazy("leads that report")), *Part.choices], label=gettext_lazy("Part"))
    silent = forms.BooleanField(required=False, label=gettext_lazy("silent"))
    awaiting = forms.BooleanField(required=False, label=gettext_lazy("awaiting a word"))
    hanging = forms.BooleanField(required=False, label=gettext_lazy("awaiting a word for a week or longer"))
    unowned = forms.BooleanField(required=False, label=gettext_lazy("nobody named"))
    unproven = forms.BooleanField(required=False, label=gettext_lazy("said to be done without evidence"))
    told = forms.ChoiceField(required=False, choices=[("", gettext_lazy("as reminded of: all")), *TOLD.items()])
    waited = forms.IntegerField(required=False, min_value=0, max_value=9999, label=gettext_lazy("waiting for at least so many days"))

    def __init__(self, data, *, post):
        super().__init__(data)
        plans = Plan.objects.visible_to(post).select_related("document", "unit").order_by("unit__path", "issued_on", "pk")
        self.fields["plan"].queryset = plans
        # A country has thousands of plans: the field offers the first ones from the top down, an address may name any.
        offered = [(plan.pk, str(plan)) for plan in plans[:OFFERED]]
        chosen = str(data.get("plan", ""))
        if chosen.isdecimal() and len(chosen) < 10 and int(chosen) not in dict(offered):
            offered += [(plan.pk, str(plan)) for plan in plans.filter(pk=int(chosen))]
        self.fields["plan"].widget.choices = [("", gettext_lazy("all plans")), *offered]
        self.is_valid()
        self.chosen = self.cleaned_data

    @cached_property
    def place(self):
        """The unit of the address; an old code leads to the unit that follows, the main one of several."""
        code = self.chosen.get("unit")
        return (next(iter(OrgUnit.objects.current(code)), None) or OrgUnit.objects.filter(code=code).first()) if code else None

    @property
    def has_moved(self):
        """Whether the code asked for is an old one."""
        return self.place is not None and self.place.code != self.chosen["unit"]

    @property
    def conditions(self):
        """The conditions chosen, in words."""
        words = [State(value).label for value in self.chosen.get("state", [])] + [
            Timeliness(value).label for value in self.chosen.get("timeliness", [])
        ]
        return [
            *([TOLD[self.chosen["told"]]] if self.chosen.get("told") else []),
            *words,
            *(self.fields[name].label for name in ("silent", "awaiting", "hanging", "unowned", "unproven") if self.chosen.get(name)),
            *self._waited(),
        ]

    def _waited(self):
        days = self.chosen.get("waited")
        return [] if days is None else [ngettext("waiting for %(n)s day or more", "waiting for %(n)s days or more", days) % {"n": days}]
