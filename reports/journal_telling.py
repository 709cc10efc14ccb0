"""Entries of the journal as sentences: who (person and post), when, did what to which thing, and what changed; never raw facts.

Whatever a sentence names is asked for once for all entries of a page, and only as far as the reader may read it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.verbs import verb
from orgunits.models import AddresseeGroup, ApiToken, OrgUnit, Person, Post, Role, UnitChange
from plans.models import Amendment, Indicator, Plan
from reports import journal_reading as reading
from reports.drafting import PARTS
from reports.models import Call, CallAnswer, MonthlyReport
from tasks import joining
from tasks.models import Assignment, Difficulty, Incident, Intake, Progress, Stage, Task
from tasks.models.intake import Step

MANY = 12  # names of one list that a sentence holds; the rest is counted


@dataclass
class Line:
    """One entry in words. `person` and `place` are empty where the portal acted by itself; `thing` where the reader may not read it."""

    entry: object
    person: str
    place: str
    words: str
    kind: str
    thing: str
    url: str
    facts: list = field(default_factory=list)

    @property
    def at(self):
        return self.entry.at


# The things an entry may be about: what they are called, the rows of them a post may read, and how one is named.


def _people(post):
    return Person.objects.filter(posts__in=Post.objects.visible_to(post)).distinct()


def _tokens(post):
    return ApiToken.objects.filter(post__in=Post.objects.visible_to(post))


THINGS = {
    Assignment: (
        gettext_lazy("assignment"),
        lambda post: Assignment.objects.visible_to(post).select_related("task", "unit"),
        lambda row: f"{row.task.ref} · {row.task.title} · {row.unit.full_name}",
    ),
    Task: (gettext_lazy("duty"), Task.objects.visible_to, lambda row: f"{row.ref} · {row.title}"),
    Plan: (
        gettext_lazy("plan"),
        lambda post: Plan.objects.visible_to(post).select_related("document", "unit"),
        lambda row: f"{row.document.symbol or row.title} · {row.unit.full_name}",
    ),
    MonthlyReport: (gettext_lazy("report"), lambda post: MonthlyReport.objects.visible_to(post).light().select_related("unit"), str),
    Call: (gettext_lazy("report asked for"), Call.objects.visible_to, str),
    CallAnswer: (
        gettext_lazy("report out of turn"),
        lambda post: CallAnswer.objects.visible_to(post).select_related("call", "unit"),
        str,
    ),
    Intake: (gettext_lazy("plan taken in"), Intake.objects.visible_to, str),
    AddresseeGroup: (gettext_lazy("group"), joining.groups_visible_to, str),
    OrgUnit: (gettext_lazy("unit"), OrgUnit.objects.visible_to, str),
    UnitChange: (
        gettext_lazy("change of units"),
        lambda post: UnitChange.objects.visible_to(post).select_related("document"),
        lambda row: f"{row.get_kind_display()}: {', '.join(row.facts.get('names', []))}",
    ),
    Post: (
        gettext_lazy("post"),
        lambda post: Post.objects.visible_to(post).select_related("person", "unit"),
        lambda row: f"{row.person.full_name}, {row.place}",
    ),
    Person: (gettext_lazy("person"), _people, lambda row: row.full_name),
    ApiToken: (gettext_lazy("key"), _tokens, str),
    Difficulty: (
        gettext_lazy("difficulty"),
        lambda post: Difficulty.objects.visible_to(post).select_related("assignment__task", "assignment__unit"),
        lambda row: f"{row.assignment.task.ref} · {row.assignment.task.title} · {row.assignment.unit.full_name}",
    ),
    Incident: (
        gettext_lazy("incident"),
        lambda post: Incident.objects.visible_to(post).select_related("unit"),
        lambda row: f"{row.unit.full_name}: {row.what[:80]}",
    ),
    Indicator: (gettext_lazy("indicator"), lambda post: Indicator.objects.filter(plan__in=Plan.objects.visible_to(post)), str),
}


# What the facts are called, and how one is said. A fact without a line here is not shown.

SILENT = {
    *("token", "draft", "progress", "declaration", "intake", "sha256", "copy", "paper", "change", "posts", "criteria", "made_from"),
    *("corrects", "olds", "into", "plan", "seed", "filter", "word", "halt", "handover", "deputy", "new", "assignment", "ordered"),
    *("asked", "digest"),
}
LABELS = {
    "was": "",  # said together with «now»
    "now": "",
    "reason": gettext_lazy("reason for it"),
    "document": gettext_lazy("by the document"),
    "amendment": gettext_lazy("by the document"),
    "symbol": gettext_lazy("number and symbol"),
    "signer": gettext_lazy("signed by"),
    "title": gettext_lazy("title given"),
    "words": gettext_lazy("words"),
    "on": gettext_lazy("on the day"),
    "unit": gettext_lazy("unit"),
    "units": gettext_lazy("units"),
    "leads": gettext_lazy("leads"),
    "names": gettext_lazy("units before"),
    "followers": gettext_lazy("units after"),
    "superior": gettext_lazy("superior's plan"),
    "parent": gettext_lazy("superior's duty"),
    "source": gettext_lazy("superior's duty"),
    "carries": gettext_lazy("adds up there"),
    "duties": gettext_lazy("duties"),
    "added": gettext_lazy("duties added"),
    "units_asked": gettext_lazy("units asked"),
    "due_at": gettext_lazy("due by"),
    "assignments": gettext_lazy("assignments"),
    "receipts": gettext_lazy("receipts"),
    "stage": gettext_lazy("stage"),
    "deadline": gettext_lazy("deadline"),
    "up": gettext_lazy("direction"),
    "says": gettext_lazy("says"),
    "files": gettext_lazy("evidence files"),
    "size": gettext_lazy("bytes"),
    "kind": gettext_lazy("kind"),
    "fields": gettext_lazy("what was corrected"),
    "step": gettext_lazy("step"),
    "n": gettext_lazy("duties"),
    "refs": gettext_lazy("refs"),
    "aliases": gettext_lazy("names learnt"),
    "parts": gettext_lazy("parts"),
    "entries": gettext_lazy("entries taken in"),
    "findings": gettext_lazy("points open when signed"),
    "number": gettext_lazy("number"),
    "people": gettext_lazy("people told"),
    "unreached": gettext_lazy("units nobody could be told in"),
    "ended": gettext_lazy("assignments ended"),
    "begun": gettext_lazy("assignments begun"),
    "links": gettext_lazy("links closed"),
    "role": gettext_lazy("role"),
    "may_write": gettext_lazy("may write"),
    "rows": gettext_lazy("entries"),
    "since": gettext_lazy("from the day"),
    "until": gettext_lazy("until the day"),
    "days": gettext_lazy("days"),
    "person": gettext_lazy("person"),
    "with": gettext_lazy("lies with"),
    "late_days": gettext_lazy("days late there"),
    "hours_late": gettext_lazy("hours late"),
    "month": gettext_lazy("month"),
    "standing": gettext_lazy("every month from then on"),
    "numerator": gettext_lazy("part"),
    "denominator": gettext_lazy("whole"),
    "value": gettext_lazy("value"),
    "taken_from": gettext_lazy("source"),
    "note": gettext_lazy("note"),
    "drafts": gettext_lazy("unsent words"),
    "tokens": gettext_lazy("keys"),
    "notices": gettext_lazy("notices"),
}
COUNTED = {"files", "findings", "late_days", "hours_late"}  # said only where there are any
PICKED = {
    "keep": gettext_lazy("the superior's date"),
    "own": gettext_lazy("own words"),
    "wait": gettext_lazy("waits for the superior's plan"),
}
REFUSED = {
    "secret": gettext_lazy("bears a secrecy stamp"),
    "empty": gettext_lazy("empty"),
    "type": gettext_lazy("of a type that is not read"),
    "image": gettext_lazy("a picture of the text"),
    "old_doc": gettext_lazy("of an old version of Word"),
    "too_big": gettext_lazy("too big"),
    "unreadable": gettext_lazy("cannot be read"),
    "encrypted": gettext_lazy("locked by a password"),
    "macro": gettext_lazy("holds a program"),
    "bomb": gettext_lazy("unfolds beyond measure"),
    "encoding": gettext_lazy("its letters cannot be read"),
    "too_long": gettext_lazy("too long"),
}
# Whose «was» and «now» are posts, duties, people; else days or moments.
POSTS, TASKS, PEOPLE = {"assignment.owned"}, {"stage.linked", "stage.unlinked"}, {"post.handed_over", "post.handover_recorded"}


class Telling:
    """Lines for `entries`, as `post` may read what they name. What all of them speak of, `subjects` (rows), is not named in each."""

    def __init__(self, entries, post, subjects=()):
        self.entries, self.post = list(entries), post
        self.subjects = {(type(row), row.pk) for row in subjects}

    def lines(self):
        return [self._line(entry) for entry in self.entries]

    def _line(self, entry):
        model = ContentType.objects.get_for_id(entry.target_type_id).model_class()
        kind, _rows, name = THINGS.get(model, ("", None, str))
        row = self._things.get(model, {}).get(entry.target_id)
        if (model, entry.target_id) in self.subjects | {(Person, entry.person_id)}:
            kind, row = "", None
        return Line(
            entry=entry,
            person=entry.person.full_name if entry.person else "",
            place=entry.post.place if entry.post else "",
            words=verb(entry.verb).words,
            kind=kind,
            thing=name(row) if row else "",
            url=row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
            facts=self._facts(entry),
        )

    @cached_property
    def _things(self):
        """{model: {id: row}} of what the entries are about, one question for each model."""
        wanted = {}
        for entry in self.entries:
            model = ContentType.objects.get_for_id(entry.target_type_id).model_class()
            wanted.setdefault(model, set()).add(entry.target_id)
        return {model: self._rows(THINGS[model][1](self.post), ids) for model, ids in wanted.items() if model in THINGS}

    @staticmethod
    def _rows(rows, ids):
        return {row.pk: row for row in rows.filter(pk__in=ids)}

    # Facts

    def _facts(self, entry):
        """[(label, words)] of what can be said of an entry's facts."""
        facts = entry.facts
        said = [(LABELS[name], self._said(entry, name, value)) for name, value in facts.items() if LABELS.get(name)]
        changed = self._changed(entry) if {"was", "now"} & set(facts) else None
        return [(label, words) for label, words in [*said, *([changed] if changed else [])] if words]

    def _changed(self, entry):
        """(label, «was → now»)."""
        was, now = entry.facts.get("was"), entry.facts.get("now")
        if isinstance(was, dict):  # a group's earlier words
            return _("words before"), was.get("words", "")
        if isinstance(now, dict):  # what a renamed unit is called now: «units after» says it
            return None
        named = [(POSTS, self._post), (TASKS, self._task), (PEOPLE, self._person)]
        say = next((say for verbs, say in named if entry.verb in verbs), _day)
        return _("from → to"), f"{say(was) or '–'} → {say(now) or '–'}"

    def _said(self, entry, name, value):
        """The words of one fact, "" where there is nothing to say or the reader may not read it."""
        if value is None or value == "" or value == [] or (name in COUNTED and value == 0):
            return ""
        if isinstance(value, bool):
            if name == "up":
                return _("up") if value else _("down")
            return _("yes") if value else _("no")
        say = {
            "on": _day,
            "since": _day,
            "until": _day,
            "due_at": _day,
            "unit": self._unit,
            "with": self._unit,
            "person": self._person,
            "superior": self._plan,
            "parent": self._task,
            "source": self._task,
            "amendment": self._amendment,
            "stage": self._stage,
            "says": lambda value: _label(Progress.Says.choices, value),
            "role": lambda value: _label(Role.choices, value),
            "kind": lambda value: str(REFUSED.get(value) or _label(UnitChange.Kind.choices, value)),
            "step": lambda value: str(Step.VERBS.get(value, value)),
            "deadline": lambda value: str(PICKED.get(value, value)),
        }.get(name)
        if say:
            return say(value)
        if isinstance(value, list):
            return self._listed(entry, name, value)
        return number_format(value, use_l10n=True, force_grouping=True) if isinstance(value, int) else str(value)

    def _listed(self, entry, name, values):
        say = {
            "units": self._unit,
            "leads": self._unit,
            "duties": self._task,
            "added": self._task,
            "fields": lambda name: str((Incident if entry.verb == "incident.edited" else Intake)._meta.get_field(name).verbose_name),
            "days": _day,
            "parts": lambda part: PARTS.get(int(part), str(part)).partition(".")[0],
            "aliases": lambda pair: f"{pair[0]} → {self._unit(pair[1]) or pair[1]}",
        }.get(name, str)
        words = [said for value in values[:MANY] if (said := say(value))]
        more = len(values) - MANY
        return "; ".join(words) + (f" … (+{more})" if more > 0 else "")

    # Names within facts, each kind asked for once

    @cached_property
    def _named(self):
        """{kind: ids} of what the facts name."""
        ids = {
            "unit": set(),
            "code": set(),
            "task": set(),
            "post": set(),
            "plan": set(),
            "amendment": set(),
            "stage": set(),
            "person": set(),
        }
        for entry in self.entries:
            facts = entry.facts
            for name in ("units", "leads", "unit", "with"):
                for value in _many(facts.get(name)):
                    ids["code" if isinstance(value, str) else "unit"].add(value)
            ids["code"].update(pair[1] for pair in _many(facts.get("aliases")) if isinstance(pair, list))
            for name in ("parent", "source", "added"):
                ids["task"].update(_ids(facts.get(name)))
            ids["task"].update(_ids(facts.get("duties")) if isinstance(facts.get("duties"), list) else ())
            if entry.verb in POSTS | TASKS:
                ids["post" if entry.verb in POSTS else "task"].update([*_ids(facts.get("was")), *_ids(facts.get("now"))])
            ids["person"].update(
                [*_ids(facts.get("person")), *(_ids([facts.get("was"), facts.get("now")]) if entry.verb in PEOPLE else [])]
            )
            ids["plan"].update(_ids(facts.get("superior")))
            ids["amendment"].update(_ids(facts.get("amendment")))
            ids["stage"].update(_ids(facts.get("stage")))
        return ids

    @cached_property
    def _units(self):
        rows = OrgUnit.objects.filter(pk__in=self._named["unit"]) if self._named["unit"] else []
        by_id = {row.pk: row.full_name for row in rows}
        codes = OrgUnit.objects.filter(code__in=self._named["code"]) if self._named["code"] else []
        return by_id | {row.code: row.full_name for row in codes}

    @cached_property
    def _tasks(self):
        return self._rows(Task.objects.visible_to(self.post), self._named["task"]) if self._named["task"] else {}

    @cached_property
    def _posts(self):
        return self._rows(Post.objects.select_related("person"), self._named["post"]) if self._named["post"] else {}

    @cached_property
    def _plans(self):
        rows = Plan.objects.visible_to(self.post).select_related("document")
        return self._rows(rows, self._named["plan"]) if self._named["plan"] else {}

    @cached_property
    def _people(self):
        return self._rows(_people(self.post), self._named["person"]) if self._named["person"] else {}

    @cached_property
    def _amendments(self):
        rows = Amendment.objects.filter(plan__in=Plan.objects.visible_to(self.post)).select_related("document")
        return self._rows(rows, self._named["amendment"]) if self._named["amendment"] else {}

    @cached_property
    def _stages(self):
        return self._rows(Stage.objects.all(), self._named["stage"]) if self._named["stage"] else {}

    def _unit(self, value):
        return self._units.get(value, "") if not isinstance(value, int) or value in self._named["unit"] else ""

    def _task(self, pk):
        row = self._tasks.get(pk)
        return f"{row.ref} · {row.title}" if row else ""

    def _post(self, pk):
        row = self._posts.get(pk)
        return row.person.full_name if row else ""

    def _person(self, pk):
        row = self._people.get(pk)
        return row.full_name if row else ""

    def _plan(self, pk):
        row = self._plans.get(pk)
        return row.document.citation if row else ""

    def _amendment(self, pk):
        row = self._amendments.get(pk)
        return f"{row.document.citation}, {row.signer}: {row.reason}" if row else ""

    def _stage(self, pk):
        row = self._stages.get(pk)
        return row.label if row else ""


def _many(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def _ids(value):
    return [one for one in _many(value) if isinstance(one, int) and not isinstance(one, bool)]


def _day(iso):
    """A day, or a moment in Vietnam, as people write it."""
    if not iso or len(iso) == len("2026-05-24"):
        return f"{date.fromisoformat(iso):%d/%m/%Y}" if iso else ""
    return f"{timezone.localtime(datetime.fromisoformat(iso)):%d/%m/%Y %H:%M}"


def _label(choices, value):
    return str(dict(choices).get(value, value))


def of(entries, post, *, subjects=()):
    """Lines for a page of entries (with person and post__unit)."""
    return Telling(entries, post, subjects).lines()


def history_of(name, post):
    """(row, entries) of the thing `name` («plan/12»), or (None, nothing)."""
    row = reading.thing(name, post)
    return (row, reading.about(row, post)) if row else (None, None)
