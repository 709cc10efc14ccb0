"""How well a plan was read: a reading against a truth written by hand.

    python -m tests.tasks.importer.measure FILE TRUTH [--issuer CODE]     a plan, or what `import_plan --json` printed (.json)
    python -m tests.tasks.importer.measure --layouts [NAME …]             the layouts beside this file, one line each, then the faults

A *reading* is the dict `import_plan --json` prints. A *truth* is a file of `truth/`: {"symbol", "date", "duties": [duty]} with

    ref, section    by the grammar of fixtures/README.md
    starts, ends    a few words of its beginning and of its end as printed: a locator, not the text; `ends` may be absent
    lead, directing, coordinators    lists of names as printed; `lead_also`, `directing_also`: other lists that are right too
    deadline        {kind, due_on, stages: [{kind, due_on}]}; also starts_on, hours, days, working_days where they matter
    deadline_also   other deadlines that are right too

A duty is found when a text of the reading holds its beginning, nearly letter for letter; the same ref makes the likeness cheaper.
Lead, directing and deadline are measured over the duties that were found, so a missed duty lowers the recall of duties alone.
"""

import argparse
import contextlib
import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz

from orgunits.words import fold

LIKE, LIKE_WITH_REF = 88, 75  # of 100: OCR slips and a word more or less are forgiven, another duty is not
SAYS_NOTHING = {"none", None}
SMALL_FIELDS = ("starts_on", "hours", "days", "working_days")


@dataclass
class Score:
    """Right answers among those given (`found`) and among those to be given (`true`)."""

    right: int = 0
    found: int = 0
    true: int = 0

    def add(self, right, found, true):
        self.right, self.found, self.true = self.right + right, self.found + found, self.true + true

    @property
    def precision(self):
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self):
        return self.right / self.true if self.true else 1.0

    def __str__(self):
        return f"precision {self.precision:.3f} recall {self.recall:.3f} ({self.right} right of {self.found} given, {self.true} to give)"


@dataclass
class Measured:
    duty: Score = field(default_factory=Score)
    lead: Score = field(default_factory=Score)
    directing: Score = field(default_factory=Score)
    deadline: Score = field(default_factory=Score)
    coordinators: Score = field(default_factory=Score)  # told, not judged: coordinators are also named in the middle of sentences
    refs: Score = field(default_factory=Score)  # told apart from the duty itself
    wrong_dates: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    JUDGED = ("duty", "lead", "directing", "deadline")

    def least(self):
        """The lowest precision and the lowest recall of the four judged figures."""
        scores = [getattr(self, name) for name in self.JUDGED]
        return min(score.precision for score in scores), min(score.recall for score in scores)

    def __str__(self):
        lines = [f"{name:<13}{getattr(self, name)}" for name in (*self.JUDGED, "coordinators", "refs")]
        lines += [f"wrong dates  {len(self.wrong_dates)}", *self.wrong_dates, *self.faults]
        return "\n".join(lines)


def measure(reading, truth):
    """Measured: the tasks of `reading` against the duties of `truth`."""
    found, true, result = reading["tasks"], truth["duties"], Measured()
    pairs = _paired(found, true)
    result.duty.add(len(pairs), len(found), len(true))
    taken, known = {there for there, _ in pairs}, {here for _, here in pairs}
    result.faults += [f"missed       {duty['ref']}: {duty['starts']}" for here, duty in enumerate(true) if here not in known]
    result.faults += [f"extra        {task['ref']}: {_short(task['text'])}" for there, task in enumerate(found) if there not in taken]
    for there, here in sorted(pairs, key=lambda pair: pair[1]):
        _compare(found[there], true[here], result)
    return result


def _paired(found, true):
    """[(place in found, place in true)]: each at most once, the likeliest first, then the same ref, then where it stands."""
    texts = [letters(task["text"]) for task in found]
    likely = []
    for here, duty in enumerate(true):
        starts = letters(duty["starts"])
        for there, text in enumerate(texts):
            same = found[there]["ref"] == duty["ref"]
            likeness = _likeness(starts, text)
            if likeness >= (LIKE_WITH_REF if same else LIKE):
                likely.append((-likeness, not same, text.find(starts), abs(there - here), there, here))
    pairs, used_there, used_here = [], set(), set()
    for *_, there, here in sorted(likely):
        if there not in used_there and here not in used_here:
            pairs.append((there, here))
            used_there.add(there)
            used_here.add(here)
    return pairs


def _likeness(starts, text):
    """0–100: how nearly the words of `starts` stand somewhere in `text`. A text shorter than its own beginning is no duty."""
    if starts in text:
        return 100
    return fuzz.partial_ratio(starts, text) if len(text) >= len(starts) * 0.8 else 0


def _compare(task, duty, result):
    ref = duty["ref"]
    result.refs.add(task["ref"] == ref, 1, 1)
    if task["ref"] != ref:
        result.faults.append(f"ref          {ref}: read as {task['ref']}")
    if "ends" in duty and _likeness(letters(duty["ends"]), letters(task["text"])) < LIKE:
        result.faults.append(f"broken       {ref}: the text does not reach «{duty['ends']}»: …{_short(task['text'][-60:])}")
    _compare_leads(task, duty, result)
    _compare_names("directing", task.get("directing") or [], duty, result)
    _compare_names("coordinators", task.get("coordinators") or [], duty, result)
    _compare_deadlines(task["deadline"] or {"kind": "none"}, duty, result)


def _compare_leads(task, duty, result):
    """A role («Người đứng đầu …») may stand among the leads or in `lead_role`."""
    lead, role = task.get("lead") or [], task.get("lead_role") or ""
    readings = [lead, *([[*lead, role], [role]] if role else [])]
    right = [names(words) for words in (duty["lead"], *duty.get("lead_also", []))]
    best = next((reading for reading in readings if names(reading) in right), lead)
    _compare_names("lead", best, duty, result)


def _compare_names(part, given, duty, result):
    """Every name counts; the truth nearest to what is given is the one that counts."""
    mine = names(given)
    true = max((names(words) for words in (duty[part], *duty.get(f"{part}_also", []))), key=lambda theirs: _jaccard(mine, theirs))
    getattr(result, part).add(len(mine & true), len(mine), len(true))
    if mine != true:
        result.faults.append(f"{part:<13}{duty['ref']}: {given} instead of {duty[part]}")


def _jaccard(one, other):
    return len(one & other) / len(one | other) if one | other else 1.0


def names(words):
    """The set of folded names. The pieces of a collective («Các sở, ban, ngành») are one name however they were parted."""
    whole, pieces = set(), []
    for name in words:
        folded = letters(name)
        if name[:1].islower() or folded.split(" ")[0] in ("cac", "nhung", "moi"):
            pieces += [_bare(piece) for piece in re.split(r"[,;]| và ", name)]
        elif folded:
            whole.add(folded)
    return whole | ({" + ".join(sorted(filter(None, pieces)))} if any(pieces) else set())


def _bare(piece):
    return re.sub(r"^(cac|nhung|moi) ", "", letters(piece))


def _compare_deadlines(given, duty, result):
    rights = [duty["deadline"], *duty.get("deadline_also", [])]
    right = any(_agrees(given, true) for true in rights)
    kind, true_kind = given.get("kind"), duty["deadline"]["kind"]
    states = kind not in SAYS_NOTHING and not (kind == "unread" and true_kind != "unread")  # to pass is no statement
    to_state = states if right else true_kind not in SAYS_NOTHING  # «also none» makes silence right
    result.deadline.add(right and states and to_state, states, to_state)
    if not right:
        result.faults.append(f"deadline     {duty['ref']}: {_told(given)} instead of {_told(duty['deadline'])}")
    wrong = _dates(given) - set().union(*(_dates(true) for true in rights))
    if wrong:
        result.wrong_dates.append(f"WRONG        {duty['ref']}: {', '.join(sorted(wrong))}; right: {_told(duty['deadline'])}")


def _agrees(given, true):
    """Same kind, same last day, same stages in their order; the small fields only where the truth names them."""
    if (given.get("kind") or "none", given.get("due_on")) != (true["kind"], true.get("due_on")):
        return False
    if any(given.get(name) != true[name] for name in SMALL_FIELDS if name in true):
        return False
    stages, true_stages = given.get("stages") or [], true.get("stages") or []
    return len(stages) == len(true_stages) and all(_agrees(one, other) for one, other in zip(stages, true_stages, strict=True))


def _dates(deadline):
    own = {deadline["due_on"]} if deadline.get("due_on") else set()
    return own.union(*(_dates(stage) for stage in deadline.get("stages") or []))


def _told(deadline):
    stages = ", ".join(_told(stage) for stage in deadline.get("stages") or [])
    words = f" «{_short(deadline['words'])}»" if deadline.get("words") else ""
    return " ".join(filter(None, [deadline.get("kind") or "none", deadline.get("due_on"), f"[{stages}]" if stages else ""])) + words


def letters(text):
    """Folded words parted by single spaces, without punctuation: what two readings of the same line share."""
    return " ".join(re.findall(r"\w+", fold(text)))


def _short(text):
    return text if len(text) <= 90 else text[:87] + "…"


def read_plan(content, name, *, directory=None, issuer=None):
    """The reading of a file's bytes, by the importer itself. `directory` knows the units; without it they are read from the database."""
    from tasks.importer.meaning import understand  # noqa: PLC0415 - only the script and the measuring tests need the importer
    from tasks.importer.naming import Directory  # noqa: PLC0415
    from tasks.importer.reading import read  # noqa: PLC0415

    return understand(read(content, name), directory=directory or Directory.read(), issuer=issuer)


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m tests.tasks.importer.measure", description="Precision and recall of a reading.")
    parser.add_argument("names", nargs="*", metavar="FILE TRUTH | NAME")
    parser.add_argument("--layouts", action="store_true", help="measure the layouts of the tests (all, or those named)")
    parser.add_argument("--issuer", help="code of the unit that issued the plan")
    options = parser.parse_args(arguments)
    if not options.layouts and len(options.names) != 2:
        parser.error("give a file and a truth, or --layouts")
    if options.layouts:
        _measure_layouts(options.names)
    else:
        _measure_file(*map(Path, options.names), options.issuer)
    return 0


def _measure_file(file, truth, issuer):
    if file.suffix == ".json":
        reading = json.loads(file.read_text())
    else:
        with _the_country():
            reading = read_plan(file.read_bytes(), file.name, issuer=issuer)
    print(measure(reading, json.loads(truth.read_text())))


def _measure_layouts(wanted):
    with _the_country():
        from tests.tasks.importer.layouts import LAYOUTS, truth  # noqa: PLC0415

        for name in wanted or LAYOUTS:
            content, file = LAYOUTS[name]
            print(f"== {name} ({file})\n{measure(read_plan(content(), file), truth(name))}\n")


@contextlib.contextmanager
def _the_country():
    """A throw-away database that knows the real units and nothing else, as the tests have it."""
    import django  # noqa: PLC0415 - only a file needs Django, a reading does not

    from tests import surroundings  # noqa: PLC0415

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.db import connection  # noqa: PLC0415 - after the set-up

    from orgunits.loading import load_units  # noqa: PLC0415

    before = connection.creation.create_test_db(verbosity=0)
    load_units()
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
        surroundings.pytest_unconfigure()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
