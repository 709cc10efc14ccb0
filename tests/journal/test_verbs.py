"""Every verb that any room records has its words and its reach, and every fact its label: the source itself is read."""

import ast
import re
from functools import cache

import pytest
from django.utils.translation import override

from journal import letters, verbs
from reports import journal_telling as telling
from tasks import halting, recurring
from tasks.models import DifficultyStep, DueChange, IncidentWord
from tasks.succession import VERBS as OF_UNITS
from tests.config.processes import ROOT

ROOMS = ["journal", "orgunits", "plans", "tasks", "reports", "config"]
GIVEN = {"by", "verb", "target", "at"}
ENDS = {
    "unit.": OF_UNITS.values(),
    "difficulty.": DifficultyStep.Act.values,
    "incident.": [IncidentWord.Kind.CLOSED.value, IncidentWord.Kind.DROPPED.value],
}


@cache
def recorded():
    """[(file, line, verbs or None, fact names)] of each call that writes an entry."""
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text())
            for node in ast.walk(tree):
                if _is_record(node):
                    words = {one.arg: one.value for one in node.keywords}
                    facts = set(words) - GIVEN - {None}
                    found.append((path.relative_to(ROOT).as_posix(), node.lineno, _verbs(words["verb"], tree), facts))
    return found


def _is_record(node):
    """`Entry.objects.record(…, verb=…)`; `record` of other things bears no verb."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record"
    return is_call and any(one.arg == "verb" for one in node.keywords)


def _verbs(value, tree):
    """The verbs an expression can be."""
    if isinstance(value, ast.Constant):
        return {value.value}
    if isinstance(value, ast.IfExp):
        return _verbs(value.body, tree) | _verbs(value.orelse, tree)
    if isinstance(value, ast.JoinedStr):
        stem = value.values[0].value
        return {f"{stem}{end}" for end in ENDS[stem]}
    if isinstance(value, ast.Name):
        return _of_name(value.id, tree)
    raise AssertionError(f"a verb this test cannot read: {ast.unparse(value)}")


def _of_name(name, tree):
    """What a variable is given in its module, or what callers hand in as a constant that looks like a verb."""
    given = [one.value for one in ast.walk(tree) if isinstance(one, ast.Assign) and any(_named(name, to) for to in one.targets)]
    handed = [
        one
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for one in call.args
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.count(".") == 1 and " " not in one.value
    ]
    return {found for value in (given or handed) for found in _verbs(value, tree)}


def _named(name, target):
    return isinstance(target, ast.Name) and target.id == name


def all_verbs():
    written = {verb for *_place, names, _facts in recorded() for verb in names}
    many = {f"stage.{cause}" for cause in DueChange.Cause.values}  # tasks/moving.py writes them many at a time
    return written | many | {recurring.VERB, letters.VERB} | set(halting.VERBS)


def test_the_source_is_read():
    assert len(recorded()) > 50
    assert {"progress.logged", "plan.closed", "plan.withdrawn", "task.chased", "unit.merged", "report.returned"} <= all_verbs()


def test_every_verb_recorded_anywhere_has_words_and_no_line_is_left_over():
    assert sorted(all_verbs() - set(verbs.VERBS)) == []
    assert sorted(set(verbs.VERBS) - all_verbs()) == []


def test_many_entries_at_once_are_written_in_one_place_that_is_known_here():
    places = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if re.search(r"\bEntry\.objects\.(record_all|bulk_create)\(", path.read_text())
    ]
    tellers = ["config/national/load.py"]  # of the illustrative country, in verbs that acts write too
    acts = ["journal/letters.py", "tasks/handing_over.py", "tasks/moving.py", "tasks/recurring.py"]
    assert places == acts + tellers  # another place: add its verbs to all_verbs()


def test_every_fact_is_labelled_or_kept_silent_on_purpose():
    named = {name for *_place, facts in recorded() for name in facts}
    assert sorted(named - set(telling.LABELS) - telling.SILENT) == []


def test_every_family_is_offered_by_the_filter():
    assert {name.partition(".")[0] for name in verbs.VERBS} == set(verbs.FAMILIES)
    assert sorted(name for _family, lines in verbs.choices() for name, _words in lines) == sorted(verbs.VERBS)


def test_an_unknown_verb_is_told_to_nobody_but_who_did_it():
    assert (str(verbs.verb("x.y").words), verbs.verb("x.y").reach) == ("x.y", verbs.Reach.DESK)


@pytest.mark.parametrize("name", verbs.VERBS)
def test_words_are_words(name):
    with override("en"):
        words = str(verbs.VERBS[name].words)
    assert words == words.strip()
    assert name not in words


def test_no_fact_is_both_labelled_and_silent():
    assert set(telling.LABELS) & telling.SILENT == set()
