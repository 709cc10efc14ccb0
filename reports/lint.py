"""What a person should look at in a draft before it is signed. Doubts only: none of them ever stands in the way.

A finding says where it stands and, of what it rests on, no more than the report itself: refs of duties, numbers, its own words.
It is frozen with the report as ``[kind, part, facts]``, and said in the reader's language.
"""

import hashlib
import json
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgunits.words import fold
from reports import told_numbers
from reports.comparing import named
from reports.wording import NOTHING, PARTS, plain
from tasks.models import Evidence, Progress

SAYS = {
    "empty": gettext_lazy("Nobody has logged anything this period."),
    "blank": gettext_lazy("This part says nothing."),
    "same": gettext_lazy("The words are those of the report for %(month)s."),
    "all_done": gettext_lazy("Everything is reported as wholly done (%(n)s results); is that so?"),
    "unproven": gettext_lazy("Results without any evidence: %(refs)s."),
    "number": gettext_lazy("The text says %(said)s «%(noun)s», the rows say %(rows)s: “%(sentence)s”."),
    "difficulty": gettext_lazy("Difficulties that were logged and are not mentioned: %(refs)s."),
    "coming": gettext_lazy("Due by the end of the next period and not mentioned: %(refs)s."),
    "changed": gettext_lazy("The figures have changed since these words were written."),
}
FEW = 2  # results from which «everything is done» is worth a second look
SHORT = 160  # characters of a sentence that is quoted


@dataclass(frozen=True)
class Finding:
    """One doubt: its kind (a key of SAYS), the part it stands in, and what its sentence is made of."""

    kind: str
    part: int
    facts: dict

    @property
    def heading(self):
        return PARTS[self.part]

    @property
    def says(self):
        rows = self.facts.get("rows")
        return str(SAYS[self.kind]) % {**self.facts, **({"rows": f" {_('or')} ".join(map(str, rows))} if rows is not None else {})}

    def as_json(self):
        return [self.kind, self.part, self.facts]


def frozen(facts):
    """[Finding] that stood open when the report with these facts was signed."""
    return [Finding(*finding) for finding in facts.get("notes", [])]


def digest(findings):
    """What tells that the findings somebody has seen are still the same."""
    told = json.dumps([finding.as_json() for finding in findings], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def findings(draft):
    """[Finding] of a Draft in the order of its parts; the number of queries does not grow with the duties."""
    if draft.report.supplements_id:  # it only names what arrived
        return []
    found = [finding for rule in RULES for finding in rule(draft)]
    return sorted(found, key=lambda finding: finding.part)


def _empty(draft):
    if not draft.entries and 2 not in draft.kept:
        yield Finding("empty", 2, {})
    for part, kept in draft.kept.items():
        if not re.search(r"\w", kept.words):
            yield Finding("blank", part, {})


def _same(draft):
    before = draft.changes.before
    for part, section in zip(PARTS, before.facts["sections"], strict=True) if before else ():
        words = draft.words()[part]
        if _bare(words) == _bare("\n".join(section["paragraphs"])) and words != NOTHING[part]:
            yield Finding("same", part, {"month": before.period.label})


def _bare(text):
    return fold(plain(text))


def _all_done(draft):
    results = [entry for entry in draft.entries if entry.has_result]
    if len(results) >= FEW and all(entry.percent == 100 or entry.says == Progress.Says.DONE for entry in results):
        yield Finding("all_done", 2, {"n": len(results)})


def _unproven(draft):
    results = {}
    for entry in draft.entries:
        if entry.has_result:
            results.setdefault(entry.assignment.task, []).append(entry.pk)
    proven = set(Evidence.objects.filter(progress__in=draft.taken.values("pk")).values_list("progress", flat=True)) if results else set()
    refs = [task.ref for task, entries in results.items() if not proven.intersection(entries)]
    if refs:
        yield Finding("unproven", 2, {"refs": named(refs)})


def _numbers(draft):
    counts = told_numbers.counts_of(draft.tally)
    for part, kept in draft.kept.items():
        for told in told_numbers.contradictions(kept.words, counts, draft.drafted[1]):
            yield Finding("number", part, told._asdict() | {"sentence": _short(told.sentence)})


def _short(words):
    return words if len(words) <= SHORT else f"{words[:SHORT].rstrip()}…"


def _difficulties(draft):
    said = [(entry.assignment.task, entry.difficulties) for entry in draft.entries if entry.difficulties.strip()]
    said += [(trouble.assignment.task, trouble.words) for trouble in draft.open_troubles]
    yield from _missing("difficulty", 3, said, draft)


def _coming(draft):
    yield from _missing("coming", 4, [(task, task.title) for task in draft.coming], draft)


def _missing(kind, part, said, draft):
    """What the rows have and the clerk's words of the part do not name. Drafted words name everything."""
    if part not in draft.kept:
        return
    lines = [fold(line) for line in draft.kept[part].words.splitlines()]
    refs = dict.fromkeys(task.ref for task, words in said if not any(_names(line, task.ref, words) for line in lines))
    if refs:
        yield Finding(kind, part, {"refs": named(list(refs))})


def _names(line, ref, words):
    """Whether a folded line begins with the duty's ref, calls it «nhiệm vụ 7», or has half the words said of it."""
    number = re.escape(fold(ref))
    if re.search(rf"(?:^\W*|\b(?:nhiem vu|phan viec|muc|so|stt) ){number}(?![\w/])", line):
        return True
    wanted = set(re.findall(r"\w{3,}", fold(words)))
    return bool(wanted) and len(wanted.intersection(re.findall(r"\w{3,}", line))) * 2 >= len(wanted)


def _changed(draft):
    for part in draft.outdated:
        yield Finding("changed", part, {})


RULES = [_empty, _same, _all_done, _unproven, _numbers, _difficulties, _coming, _changed]
