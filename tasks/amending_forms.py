"""Forms of what a later document changes: the document itself, one date, the duties of a plan; and the links of waiting stages."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits.models import OrgUnit, below
from orgunits.words import fold
from plans.models import AmendingPaper
from tasks import extending
from tasks.amending import WORDED, Change, NewDuty
from tasks.models import Task
from tasks.models.cadence import CADENCES, cadence_of

TYPES = [
    ("QĐ", gettext_lazy("decision")),
    ("KH", gettext_lazy("plan")),
    ("CV", gettext_lazy("official letter")),
    ("TB", gettext_lazy("announcement")),
    ("NQ", gettext_lazy("resolution")),
    ("CT", gettext_lazy("directive")),
    ("KL", gettext_lazy("conclusion")),
]
PRINTED = {
    "QĐ": "Quyết định",
    "KH": "Kế hoạch",
    "CV": "Công văn",
    "TB": "Thông báo",
    "NQ": "Nghị quyết",
    "CT": "Chỉ thị",
    "KL": "Kết luận",
}
MOST_NEW = 5  # duties added on one page
MOST_LEADS = 60  # leads offered for taking away; a duty given to a whole country changes its leads through its group


class DayField(forms.DateField):
    def __init__(self, *, label, required=True, **kwargs):
        kwargs.setdefault("help_text", gettext_lazy("day/month/year"))
        widget = forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(label=label, required=required, input_formats=["%d/%m/%Y", "%Y-%m-%d"], widget=widget, **kwargs)
        self.error_messages["required"] = gettext_lazy("Write the day.")
        self.error_messages["invalid"] = gettext_lazy("This is no day; write it as 30/09/2026.")


class PaperForm(forms.Form):
    """The amending document. `paper` gives it as a AmendingPaper once the form is valid."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    symbol = forms.CharField(
        label=gettext_lazy("Number and symbol of the document"),
        max_length=60,
        error_messages={"required": gettext_lazy("Without a document nothing is moved: write its number and symbol.")},
    )
    type = forms.ChoiceField(label=gettext_lazy("Type of document"), choices=TYPES)
    signed_on = DayField(label=gettext_lazy("Signed on"))
    signer = forms.CharField(
        label=gettext_lazy("Signed by"), max_length=120, error_messages={"required": gettext_lazy("Say who signed the document.")}
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("As the document gives it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Give the document's reason.")},
    )

    def __init__(self, data=None, *, plan, version, initial=None):
        self.plan = plan
        super().__init__(data, initial={"token": uuid.uuid4(), "version": version, **(initial or {})})
        self.today = timezone.localdate()

    def paper_fields(self):
        return [self[name] for name in ("symbol", "type", "signed_on", "signer", "reason")]

    def clean_signed_on(self):
        day = self.cleaned_data["signed_on"]
        if day > self.today:
            raise forms.ValidationError(_("A document signed after today cannot be recorded yet."))
        if day < self.plan.issued_on:
            raise forms.ValidationError(
                _("The document is older than the plan, issued on %(day)s.") % {"day": f"{self.plan.issued_on:%d/%m/%Y}"}
            )
        return day

    def clean(self):
        data = super().clean()
        own = self.plan.document
        if data.get("symbol") == own.symbol and data.get("type") == own.type:
            self.add_error("symbol", _("This is the plan itself: name the document that changes it."))
        return data

    @property
    def paper(self):
        data = self.cleaned_data
        return AmendingPaper(data["symbol"], data["type"], PRINTED[data["type"]], data["signed_on"], data["signer"], data["reason"])


class ExtendForm(PaperForm):
    """A new date for one stage, or for one unit's answer to it."""

    due_on = DayField(label=gettext_lazy("New date"))

    def __init__(self, data=None, *, stage, answer=None, **kwargs):
        self.stage, self.answer = stage, answer
        super().__init__(data, plan=stage.task.plan, version=stage.task.version, **kwargs)
        self.order_fields(["due_on"])

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if reason := extending.why_not(self.stage, day, answer=self.answer):
            raise forms.ValidationError(extending.REASONS[reason])
        return day


class AmendForm(PaperForm):
    """What a document changes in a plan: fields for each chosen duty of `tasks`, and for `new` duties to add."""

    def __init__(self, data=None, *, plan, tasks, new=0, **kwargs):
        super().__init__(data, plan=plan, version=plan.version, **kwargs)
        self.tasks, self.new = list(tasks), range(min(new, MOST_NEW))
        self.stages = {task.pk: [stage for stage in _stages(task) if extending.may_be_extended(stage) is None] for task in self.tasks}
        self.leads = {task.pk: _leads(task) for task in self.tasks}
        for task in self.tasks:
            self._offer(task)
        for n in self.new:
            self._offer_new(n)

    def _offer(self, task):
        self.fields[f"ends-{task.pk}"] = forms.BooleanField(label=gettext_lazy("Take this duty out of the plan"), required=False)
        self.fields |= {f"{name}-{task.pk}": field for name, field in _worded(task).items()}
        for stage in self.stages[task.pk]:
            label = _("New date: %(stage)s") % {"stage": stage.label} if stage.label else _("New date")
            now = {"day": f"{stage.due_on:%d/%m/%Y}"} if stage.due_on else None
            words = _("now %(day)s; leave empty to keep it") % now if now else _("no date now")
            self.fields[f"due-{stage.pk}"] = DayField(label=label, required=False, help_text=words)
        self.fields[f"cadence-{task.pk}"] = _cadence(task)
        self.fields[f"joining-{task.pk}"] = UnitsField(plan=self.plan, label=gettext_lazy("New leads"))
        if self.leads[task.pk]:
            self.fields[f"leaving-{task.pk}"] = forms.MultipleChoiceField(
                label=gettext_lazy("Leads that end"),
                required=False,
                choices=[(str(row.pk), row.unit.full_name) for row in self.leads[task.pk]],
                widget=forms.CheckboxSelectMultiple,
            )

    def _offer_new(self, n):
        self.fields[f"new-{n}-ref"] = forms.CharField(label=gettext_lazy("Ref"), max_length=40, required=False)
        self.fields |= {f"new-{n}-{name}": field for name, field in _worded(None).items()}
        self.fields[f"new-{n}-deadline"] = forms.CharField(
            label=gettext_lazy("Deadline, as the document words it"), max_length=500, required=False
        )
        self.fields[f"new-{n}-leads"] = UnitsField(plan=self.plan, label=gettext_lazy("Leads"))

    def blocks(self):
        """[(task, its bound fields)] for the page."""
        return [(task, [self[name] for name in self.fields if name in self._names(task)]) for task in self.tasks]

    def new_blocks(self):
        return [[self[name] for name in self.fields if name.startswith(f"new-{n}-")] for n in self.new]

    def _names(self, task):
        own = {f"{name}-{task.pk}" for name in ("ends", *WORDED, "cadence", "joining", "leaving")}
        return own | {f"due-{stage.pk}" for stage in self.stages[task.pk]}

    def clean(self):
        data = super().clean()
        for task in self.tasks:
            if not data.get(f"title-{task.pk}", "x").strip():
                self.add_error(f"title-{task.pk}", _("A duty needs a title."))
            for stage in self.stages[task.pk]:
                self._check_date(task, stage, data.get(f"due-{stage.pk}"))
        for n in self.new:
            self._check_new(n, data)
        return data

    def _check_date(self, task, stage, day):
        stage.task, task.plan = task, self.plan
        if day and (reason := extending.why_not(stage, day)):
            self.add_error(f"due-{stage.pk}", extending.REASONS[reason])

    def _check_new(self, n, data):
        given = [name for name in ("ref", *WORDED, "deadline", "leads") if data.get(f"new-{n}-{name}")]
        if given and not data.get(f"new-{n}-ref"):
            self.add_error(f"new-{n}-ref", _("Give the new duty its number in the plan."))
        if given and not data.get(f"new-{n}-title"):
            self.add_error(f"new-{n}-title", _("A duty needs a title."))

    @property
    def changes(self):
        """The Changes asked for, duties left as they are apart."""
        rows = [self._change(task) for task in self.tasks]
        return [row for row in rows if row.says_something]

    def _change(self, task):
        data = self.cleaned_data
        leaving = set(data.get(f"leaving-{task.pk}", []))
        return Change(
            task,
            ends=data[f"ends-{task.pk}"],
            worded={name: said for name in WORDED if not _same(said := data[f"{name}-{task.pk}"], getattr(task, name))},
            joining=data[f"joining-{task.pk}"],
            leaving=[row for row in self.leads[task.pk] if str(row.pk) in leaving],
            dates={stage: day for stage in self.stages[task.pk] if (day := data.get(f"due-{stage.pk}"))},
            cadence=data[f"cadence-{task.pk}"],
        )

    @property
    def added(self):
        names = ("ref", *WORDED, "deadline", "leads")
        rows = [{name: self.cleaned_data[f"new-{n}-{name}"] for name in names} for n in self.new]
        return [NewDuty(**row) for row in rows if row["ref"]]


def _stages(task):
    for stage in task.stages.all():
        stage.task = task
        yield stage


def _leads(task):
    return list(task.assignments.live().leads().select_related("unit").order_by("path", "pk")[:MOST_LEADS])


def _worded(task):
    """The fields of a duty's own words."""
    lines = {"title": 1, "words": 3, "product": 1}
    labels = {"title": gettext_lazy("Title"), "words": gettext_lazy("Full words"), "product": gettext_lazy("Product")}
    return {
        name: forms.CharField(
            label=labels[name],
            max_length=300 if name == "title" else 4000,
            required=False,
            initial=getattr(task, name) if task else "",
            widget=forms.Textarea(attrs={"rows": rows}),
        )
        for name, rows in lines.items()
    }


def _cadence(task):
    """How often the units report: the other rhythms than today's."""
    now = cadence_of(task.stages.all())
    kept = _("unchanged: %(now)s") % {"now": dict(CADENCES)[now]}
    return forms.ChoiceField(
        label=gettext_lazy("How often the units report"),
        choices=[("", kept), *(pair for pair in CADENCES if pair[0] != now)],
        required=False,
    )


def _same(said, was):
    """Browsers send line ends of their own and drop spaces at the edges: that is no rewording."""
    return said.replace("\r\n", "\n").strip() == was.replace("\r\n", "\n").strip()


class UnitsField(forms.CharField):
    """Units at or under the plan's own, by code or full name, one a line. Cleans to a list of them."""

    def __init__(self, *, plan, label):
        self.plan = plan
        words = gettext_lazy("Codes or full names of units, one a line.")
        super().__init__(label=label, required=False, max_length=2000, help_text=words, widget=forms.Textarea(attrs={"rows": 1}))

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        found = [self._unit(line) for line in lines]
        return list({unit.pk: unit for unit in found}.values())

    def _unit(self, words):
        units = OrgUnit.objects.filter(**below(self.plan.unit.path)).in_force(on=timezone.localdate()).select_related("area")
        exact = units.filter(code__iexact=words).first()
        named = [exact] if exact else list(units.filter(name_folded=fold(words)).distinct()[:2])
        if len(named) != 1:
            what = _("«%(name)s» is no unit of this area.") if not named else _("Several units are called «%(name)s»: write the code.")
            raise forms.ValidationError(what % {"name": words[:80]})
        return named[0]


def chosen_tasks(plan, wanted):
    """Duties of the plan named in an address by their ids; whatever makes no sense is left out."""
    ids = [int(pk) for pk in wanted if pk.isdecimal() and len(pk) < 10]
    return Task.objects.filter(plan=plan, pk__in=ids, ended_on=None).prefetch_related("stages").order_by("position", "pk")
