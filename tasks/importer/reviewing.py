"""What a clerk does to the drafts of one intake. Every act is one transaction under the intake's lock and one Step that undo can read.

Acts raise StaleWrite where the row was changed since it was shown (`revision`), or the intake is no longer open.
"""

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from journal.models import Entry
from orgunits.models import OrgUnit
from plans.models import Document, Plan
from tasks import deadlines
from tasks.importer import meaning
from tasks.importer.naming import Directory, former_names, key_of
from tasks.importer.shapes import Source
from tasks.models import Stage
from tasks.models.intake import Draft, Intake, Step, next_position
from tasks.models.states import StaleWrite

DOCUMENT = "0"  # in a Step's `before`: the document's own columns, beside the drafts
KEPT_COLUMNS = {"id", "intake_id", "revision", "folded"}
TITLE = 160
NAMED = 5  # duties whose refs one entry of the journal names
RECURRING = "recurring"  # kinds whose day is only the next of many: neither is later than the other
_JOINTS = [("product", "; ", None), ("deadline_words", "; ", 500), ("lead_words", ", ", 500), ("coordinator_words", ", ", 500)]
_NAMES = ["names", "units", "groups", "unknown", "open"]
_BREAK = re.compile(r"(?<=[.;:])\s+|\n+|\s+(?=\((?:[ivx]+|\d{1,2}|[a-zđ])\)\s)|(?<=,)\s+")


class _Change:
    """The rows one act touches: what they were, and those it made."""

    def __init__(self, intake):
        self.intake, self.before, self.made = intake, {}, []

    def take(self, draft, *, revision=None):
        """The row as it stands now, remembered for undo. Raises StaleWrite."""
        row = self.intake.drafts.get(pk=draft.pk)
        if revision is not None and row.revision != revision:
            raise StaleWrite
        self.before.setdefault(
            row.pk, {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in KEPT_COLUMNS}
        )
        row.intake = self.intake
        return row

    def keep(self, row):
        row.revision += 1
        row.save()

    def make(self, row):
        row.pk, row.revision = None, 0
        row._state.adding = True
        row.save()
        self.made.append(row.pk)
        return row


@contextmanager
def _step(intake, verb, *, by, at):
    with transaction.atomic():
        change = _Change(intake.locked())
        yield change
        if change.before or change.made:
            Step.objects.create(intake=intake, by=by, at=at, verb=verb, before=change.before, made=change.made)
            _journal(change, verb, by=by, at=at)


def _journal(change, verb, *, by, at):
    """What was done to how many duties; of a few also which, by the refs they bear afterwards."""
    touched = [int(pk) for pk in change.before if pk != DOCUMENT] + change.made
    refs = change.intake.drafts.filter(pk__in=touched).order_by("position", "pk").values_list("ref", flat=True)
    facts = {"step": verb, "n": len(touched), "refs": list(refs) if len(touched) <= NAMED else []}
    Entry.objects.record(by=by, verb="intake.reviewed", target=change.intake, at=at, **facts)


# Acts on one draft


def accept(draft, *, by, at, revision=None):
    _decide(draft, "accept", Draft.State.ACCEPTED, by=by, at=at, revision=revision)


def drop(draft, *, by, at, revision=None):
    _decide(draft, "drop", Draft.State.DROPPED, by=by, at=at, revision=revision)


def restore(draft, *, by, at, revision=None):
    _decide(draft, "restore", Draft.State.OPEN, by=by, at=at, revision=revision)


def _decide(draft, verb, state, *, by, at, revision):
    with _step(draft.intake, verb, by=by, at=at) as change:
        row = change.take(draft, revision=revision)
        if row.state == Draft.State.MERGED:
            raise StaleWrite
        row.state = state
        change.keep(row)


def edit(draft, fields, *, by, at, revision=None, accept=False):
    """Write what a person corrected: words are read anew, names matched anew, doubts weighed anew."""
    with _step(draft.intake, "edit", by=by, at=at) as change:
        row = change.take(draft, revision=revision)
        if row.state == Draft.State.MERGED:
            raise StaleWrite
        _write(row, fields)
        row.state = Draft.State.ACCEPTED if accept else row.state
        weigh([row], change.intake)
        change.keep(row)


def _write(row, fields):
    changed = {name for name, value in fields.items() if getattr(row, name) != value}
    for name, value in fields.items():
        setattr(row, name, value)
    if changed & {"deadline_words", "decided_on"}:
        row.deadline = read_deadline(row, row.intake)
        row.doubts = [doubt for doubt in row.doubts if doubt != "two_deadlines"]
    if changed & {"lead_words", "coordinator_words"}:
        namer = _namer(row.intake)
        if "lead_words" in changed:
            named = namer.name(row.lead_words)
            row.leads, row.proposals = as_json(named), [*row.proposals, *map(list, named.proposals)]
            row.lead_role = row.lead_role or row.leads.pop("role", "")[:200]
        if "coordinator_words" in changed:
            named = namer.name(row.coordinator_words)
            row.coordinators, row.proposals = as_json(named), [*row.proposals, *map(list, named.proposals)]
    row.answers = {name: answer for name, answer in row.answers.items() if name in row.unknown}


def split(draft, at_char, *, by, at, revision=None):
    """Two duties out of one, parted at a character of its text. Returns the second."""
    with _step(draft.intake, "split", by=by, at=at) as change:
        row = change.take(draft, revision=revision)
        head, tail = row.text[:at_char].strip(), row.text[at_char:].strip()
        if not head or not tail or row.state not in Draft.KEPT:
            raise StaleWrite
        _part_refs(change, row, 2)
        second = _after(change, row, 1)
        row.text, second.text, second.title = head, tail, title_of(tail)
        row.title = row.title if head.startswith(row.title[:40]) else title_of(head)
        for piece, other in ((row, tail), (second, head)):
            if row.deadline_words and row.deadline_words in other and row.deadline_words not in piece.text:
                piece.deadline_words, piece.decided_on = "", None
                piece.deadline = read_deadline(piece, change.intake)
        return _keep_both(change, row, [second])[0]


def split_stages(draft, *, by, at, revision=None):
    """One duty for each stage of the deadline. Returns the new ones."""
    with _step(draft.intake, "split", by=by, at=at) as change:
        row = change.take(draft, revision=revision)
        stages = row.deadline.get("stages") or []
        if len(stages) < 2 or row.state not in Draft.KEPT:
            raise StaleWrite
        _part_refs(change, row, len(stages))
        others = [_after(change, row, n) for n in range(1, len(stages))]
        for piece, stage in zip([row, *others], stages, strict=True):
            label = (stage.get("label") or "").strip()
            piece.title = f"{row.title[:200]} ({label})"[:300] if label and piece is not row else piece.title
            piece.deadline, piece.deadline_words = {**stage, "label": None}, (stage.get("words") or "")[:500]
        return _keep_both(change, row, others)


def _part_refs(change, row, n):
    """«V.1.m/7» becomes «V.1.m/7/1»; the later pieces count on. The words of the ref: fixtures/README.md, «part»."""
    taken = set(change.intake.drafts.exclude(pk=row.pk).values_list("ref", flat=True))
    bare = row.ref[:34]
    free = (f"{bare}/{k}" for k in range(1, 10_000) if f"{bare}/{k}" not in taken)
    row.parts = [next(free) for _ in range(n)]
    row.ref = row.parts[0]
    change.intake.drafts.filter(position__gt=row.position).update(position=F("position") + n - 1)


def _after(change, row, n):
    """An unsaved copy of `row`, n places after it."""
    copy = change.intake.drafts.get(pk=row.pk)
    copy.intake, copy.position, copy.ref, copy.state = change.intake, row.position + n, row.parts[n], Draft.State.OPEN
    return copy


def _keep_both(change, row, others):
    row.doubts = [doubt for doubt in row.doubts if doubt != "two_deadlines"]
    for other in others:
        other.doubts = row.doubts
    row.state = Draft.State.OPEN
    weigh([row, *others], change.intake)
    change.keep(row)
    return [change.make(other) for other in others]


def merge(draft, *, by, at, revision=None, second=None):
    """Take the next duty into this one: texts joined, units of both. Raises StaleWrite where there is none.

    `second` is (id, revision) of the next duty as it was shown. Where both say when, a person decides.
    """
    with _step(draft.intake, "merge", by=by, at=at) as change:
        row = change.take(draft, revision=revision)
        after = change.intake.drafts.kept().filter(position__gt=row.position).first()
        if after is None or row.state not in Draft.KEPT:
            raise StaleWrite
        if second is not None and second[0] != after.pk:
            raise StaleWrite
        second = change.take(after, revision=second and second[1])
        words, decided = row.deadline_words, row.decided_on
        both_say = _says_when(row) and _says_when(second) and (words, decided) != (second.deadline_words, second.decided_on)
        _join(row, second)
        second.state, row.state = Draft.State.MERGED, Draft.State.OPEN
        row.decided_on = None if both_say else decided or second.decided_on
        if (row.deadline_words, row.decided_on) != (words, decided):
            row.deadline = read_deadline(row, change.intake)
        if both_say and "two_deadlines" not in row.doubts:
            row.doubts = [*row.doubts, "two_deadlines"]
        weigh([row], change.intake)
        change.keep(row)
        change.keep(second)


def _says_when(row):
    return bool(row.decided_on or row.deadline_words.strip())


def _join(row, second):
    row.text = f"{row.text}\n{second.text}".strip()
    for name, sign, most in _JOINTS:
        parts = [part for part in dict.fromkeys([getattr(row, name), getattr(second, name)]) if part]
        setattr(row, name, sign.join(parts)[:most])
    for part in ("leads", "coordinators"):
        one, other = getattr(row, part), getattr(second, part)
        setattr(row, part, {key: list(dict.fromkeys([*one.get(key, []), *other.get(key, [])])) for key in _NAMES})
    row.directing = list(dict.fromkeys([*row.directing, *second.directing]))
    row.answers = {**second.answers, **row.answers}
    ends = [line for line in (row.last_line, second.last_line) if line is not None]
    row.last_line = max(ends, default=None)


def move(draft, up, *, by, at, revision=None):
    """Change places with the neighbour above or below; at the end nothing happens."""
    with _step(draft.intake, "move", by=by, at=at) as change:
        rows = change.intake.drafts.exclude(state=Draft.State.MERGED)
        row = change.take(draft, revision=revision)
        near = rows.filter(position__lt=row.position).last() if up else rows.filter(position__gt=row.position).first()
        if near is None:
            change.before.clear()  # nothing changes: nothing to undo
            return
        near = change.take(near)
        row.position, near.position = near.position, row.position
        row.save()
        near.save()


def add(intake, fields, *, by, at, left_out=None):
    """A duty written by hand, or a passage that was left out and is one after all. Returns the Draft."""
    with _step(intake, "add", by=by, at=at) as change:
        row = Draft(intake=change.intake, position=next_position(intake), by_hand=True, ref=free_ref(intake))
        if left_out is not None:
            row.first_line = row.last_line = left_out.line
            before = intake.drafts.filter(first_line__lte=left_out.line or 0).aggregate(last=Max("position"))["last"]
            if before is not None:
                intake.drafts.filter(position__gt=before).update(position=F("position") + 1)
                row.position = before + 1
        row.deadline = read_deadline(row, change.intake)
        _write(row, fields)
        weigh([row], change.intake)
        change.make(row)
        if left_out is not None:
            intake.left_out.filter(pk=left_out.pk, draft=None).update(draft=row)
        return row


def free_ref(intake):
    """«T/1», «T/2» … («thêm»): refs of duties a person added."""
    taken = set(intake.drafts.values_list("ref", flat=True))
    return next(ref for ref in (f"T/{n}" for n in range(1, len(taken) + 2)) if ref not in taken)


# Acts on all


def accept_clear(intake, *, by, at):
    """Accept every duty nobody has looked at and nothing speaks against. Returns how many."""
    with _step(intake, "accept_all", by=by, at=at) as change:
        clear = intake.drafts.filter(state=Draft.State.OPEN, weight=0)
        change.before = {pk: {"state": Draft.State.OPEN.value} for pk in clear.values_list("pk", flat=True)}
        return clear.update(state=Draft.State.ACCEPTED, revision=F("revision") + 1) if change.before else 0


def undo(intake, *, by, at=None, revision=None, shown=None):
    """Take the newest act back. Returns the id of a draft it touched, or None where there is nothing to undo.

    Raises StaleWrite where the newest act is somebody else's, is not the one `shown` (its id), or the document was corrected since
    `revision`.
    """
    with transaction.atomic():
        intake = intake.locked(revision=revision)
        step = intake.steps.order_by("pk").last()
        if step is None:
            return None
        if step.by_id != by.pk or (shown is not None and shown != step.pk):
            raise StaleWrite
        if facts := step.before.pop(DOCUMENT, None):
            Intake.objects.filter(pk=intake.pk).update(revision=F("revision") + 1, **facts)
        _put_back(intake, step.before)
        intake.drafts.filter(pk__in=step.made).delete()
        Entry.objects.record(by=by, verb="intake.undone", target=intake, at=at, step=step.verb)
        step.delete()
        return next((int(pk) for pk in step.before), None)


def _put_back(intake, before):
    states = {int(pk) for pk, columns in before.items() if set(columns) == {"state"}}
    pks = sorted(states)
    for start in range(0, len(pks), 500):
        intake.drafts.filter(pk__in=pks[start : start + 500]).update(state=Draft.State.OPEN, revision=F("revision") + 1)
    whole = {int(pk): columns for pk, columns in before.items() if int(pk) not in states}
    for row in intake.drafts.filter(pk__in=whole):
        for name, value in whole[row.pk].items():
            setattr(row, name, value)
        row.revision += 1
        row.save()


def correct(intake, fields, *, by, at, revision):
    """Change facts of the document, and all that followed from them, in one transaction. Returns the Intake. Raises StaleWrite."""
    with transaction.atomic():
        was = Intake.objects.get(pk=intake.pk)
        intake.correct(fields, by=by, at=at, revision=revision)
        now = Intake.objects.select_related("issuer", "by__unit").get(pk=intake.pk)
        now.earlier, now.problems = earlier_plan(now), _problems(now)
        now.save(update_fields=["earlier", "problems"])
        if (was.issuer_id, was.signed_on) != (now.issuer_id, now.signed_on):
            read_again(now, (was.issuer_id, was.signed_on), by=by, at=at, facts=_facts(was))
        return now


def _facts(intake):
    """What undoing a correction writes back."""
    return {name: getattr(intake, name) for name in ("signed_on", "issuer_id", "earlier_id", "problems")}


def earlier_plan(intake):
    """The plan in the post's own area that has this issuer, type, number and date already, or None."""
    if not (intake.issuer_id and intake.symbol):
        return None
    same = Document.objects.filter(issuer=intake.issuer_id, type=intake.type, symbol=intake.symbol, signed_on=intake.signed_on)
    return Plan.objects.visible_to(intake.by).filter(document__in=same).first()


def _problems(intake):
    """What the reading noticed, without complaints of facts that are here now."""
    facts = {"symbol": intake.symbol, "date": intake.signed_on, "type": intake.type}
    reader = _Reader(None)
    ever = reader.problems(dict.fromkeys(facts), None, tasks=True)
    still = reader.problems(facts, intake.issuer_id, tasks=True)
    return [problem for problem in intake.problems if problem not in ever or problem in still]


def read_again(intake, was, *, by, at, facts=None):
    """After the document's date or issuer was corrected: read deadlines and names anew where they were read by the old ones.

    `was` is (issuer id, signed_on) before. A day a person set stays; so do names a person wrote. What is newly doubtful is open again.
    """
    with _step(intake, "rematch", by=by, at=at) as change:
        now = change.intake
        old, new = _namers(was[0], now.issuer_id) if was[0] != now.issuer_id else (None, None)
        redate = _Redating(now, was[1]) if was[1] != now.signed_on else None
        for row in now.drafts.kept():
            found = _anew(row, redate, old, new)
            if found:
                row, doubts = change.take(row), row.doubts
                for name, value in found.items():
                    setattr(row, name, value)
                weigh([row], now)
                if any(Draft.DOUBTS[doubt][0] == Draft.HEAVY for doubt in row.doubts if doubt not in doubts):
                    row.state = Draft.State.OPEN
                change.keep(row)
        if facts and change.before:
            change.before[DOCUMENT] = facts


def _anew(row, redate, old, new):
    found = redate(row) if redate and not row.decided_on else {}
    for part, words in (("leads", row.lead_words), ("coordinators", row.coordinator_words)) if new else ():
        named = as_json(old.name(words))
        if words and named["units"] == getattr(row, part).get("units", []):
            found[part] = as_json(new.name(words))
    return found


class _Reader(meaning.Reader):
    """The importer's way with deadlines and problems, for duties that were found already: no names are asked for."""

    def __init__(self, day):
        self.day, self.strict = day, settings.DEADLINE_BEFORE_IS_STRICT
        self.source = Source((), "")
        self._found_in, self._said_in = {}, {}

    def when(self, cell):
        return ""

    def told(self, text="", words="", headings=()):
        """A deadline as JSON: from a cell's `words`, else from `text`, else from the period of a heading."""
        return self.deadline(_Words(text, {"deadline": words}, list(headings))).as_json()


@dataclass(frozen=True)
class _Words:
    """As much of a found duty as its deadline is read from."""

    text: str
    cells: dict
    period: list


class _Redating:
    """Reads a row by the day the document had and by the one it has now: {changed column: value}.

    Which words it was read from (its cell, its text, the words a person wrote, its heading) is told by which of them give, by the old
    day, what it holds. Where none does, the days go and the words wait for a person: no day of another year is kept.
    """

    def __init__(self, intake, was):
        self.was, self.now = _Reader(was), _Reader(intake.signed_on)
        self.in_table = set(intake.lines.filter(is_row=True).values_list("position", flat=True))

    def __call__(self, row):
        if row.period and not row.deadline_words.strip():
            now = self.anew(row, row.period)
            return {"period": now, "deadline": now} if now != row.period or now != row.deadline else {}
        now = self.anew(row, row.deadline)
        if now == row.deadline:
            return {}
        is_period = "inherited" in (now.get("flags") or [])
        return {"deadline": now, **({"period": now, "deadline_words": ""} if is_period else {})}

    def anew(self, row, held):
        ways = self.ways(row, held)
        before = [self.was.told(**way) for way in ways]
        for same in (lambda one: one == held, lambda one: _bare(one) == _bare(held)):
            if (n := next((n for n, one in enumerate(before) if same(one)), None)) is not None:
                return self.now.told(**ways[n])
        words = row.deadline_words or held.get("words") or ""
        return deadlines.Deadline(words, deadlines.Kind.UNREAD).as_json() if words or _dated(held) else held

    def ways(self, row, held):
        headings = [*row.section_title.split(" › "), held.get("words") or ""]
        by_text = {"text": row.text, "headings": [heading for heading in headings if heading.strip()]}
        by_cell = {"text": row.text, "words": row.deadline_words}
        by_words = {"words": row.deadline_words}
        if not row.deadline_words.strip():
            return [by_text]
        return [by_cell, by_words, by_text] if row.first_line in self.in_table else [by_text, by_words, by_cell]


def _bare(deadline):
    """What a deadline says, whatever it was read from."""
    return {name: value for name, value in deadline.items() if name not in {"words", "label", "flags"} and value}


def _dated(deadline):
    parts = [deadline, *(deadline.get("stages") or [])]
    return any(part.get(name) for part in parts for name in ("due_on", "starts_on", "rrules"))


def _namers(*issuers):
    directory = Directory.read()
    return [directory.seen_from(_code(pk)) for pk in issuers]


def _namer(intake):
    return Directory.read().seen_from(intake.issuer.code if intake.issuer else None)


def _code(pk):
    return OrgUnit.objects.filter(pk=pk).values_list("code", flat=True).first() if pk else None


def as_json(named):
    """A naming.Named as a draft keeps it."""
    return {
        "names": list(named.names),
        "units": list(named.units),
        "groups": list(named.groups),
        "role": named.role,
        "unknown": list(named.unknown),
        "open": list(named.open),
    }


# Reading and weighing


def read_deadline(row, intake):
    """The deadline a draft has now: a person's day, else its words, else its heading's period."""
    if row.decided_on:
        day = row.decided_on if isinstance(row.decided_on, date) else date.fromisoformat(row.decided_on)
        decided = deadlines.read(f"{day:%d/%m/%Y}", plan_date=day).as_json()
        return {**decided, "words": row.deadline_words, "flags": []}
    if not row.deadline_words.strip() and row.period:
        return row.period
    return read_words(row.deadline_words, intake)


def read_words(words, intake):
    """What the grammar makes of a wording in this plan, as JSON. Without the paper's own date no day is certain."""
    return _Reader(intake.signed_on).told(words=words)


def stages_of(deadline):
    """Unsaved Stages of a deadline as JSON: one, or several where it is staged."""
    parts = deadline.get("stages") if deadline.get("kind") == "staged" else None
    return [_stage(part) for part in parts or [deadline]]


def _stage(part):
    flags = list(part.get("flags") or [])
    day = {name: date.fromisoformat(part[name]) if part.get(name) else None for name in ("starts_on", "due_on")}
    return Stage(
        label=(part.get("label") or "")[:200],
        words=(part.get("words") or "")[:500],
        kind=part.get("kind") or deadlines.Kind.NONE,
        hours=part.get("hours"),
        days=part.get("days"),
        working_days=part.get("working_days"),
        due_at=time.fromisoformat(part["due_at"]) if part.get("due_at") else None,
        rrules=list(part.get("rrules") or []),
        flags=flags,
        **day,
    )


def weigh(rows, intake):
    """Name the doubts of `rows` as they stand and compute what follows from them. One question for all parents."""
    latest, former = _latest([row.parent_id for row in rows if row.parent_id]), former_names()
    for row in rows:
        row.doubts = _doubts(row, latest, former)
        row.fill()


def _latest(tasks):
    """{task id: the last day of its latest stage}."""
    dated = Stage.objects.filter(task__in=set(tasks), due_on__isnull=False).exclude(kind__startswith=RECURRING)
    rows = dated.values("task").annotate(last=Max("due_on")) if tasks else ()
    return {row["task"]: row["last"] for row in rows}


def _names_former(row, former):
    """Whether a unit of the draft was found by the name of one that ended."""
    words = key_of(f"{row.lead_words} {row.coordinator_words}")[0]
    codes = {*row.codes("leads"), *row.codes("coordinators")}
    return any(code in codes and key_of(name)[0] in words for name, code in former)


def _doubts(row, latest, former):
    stages = stages_of(row.deadline)
    due = max((stage.due_on for stage in stages if stage.due_on and not stage.kind.startswith(RECURRING)), default=None)
    flags = {flag for stage in stages for flag in stage.flags} | set(row.deadline.get("flags") or [])
    has_lead = row.codes("leads") or row.leads.get("groups") or row.lead_words or row.lead_role
    found = {
        "deadline_unread": any(stage.kind == deadlines.Kind.UNREAD for stage in stages),
        "unknown_unit": any(name not in row.answers for name in row.unknown),
        "two_deadlines": "two_deadlines" in row.doubts,
        "past_at_signing": "past_at_signing" in flags,
        "child_later_than_parent": bool(due and row.parent_id in latest and due > latest[row.parent_id]),
        "no_lead": not has_lead,
        "no_product": "no_product" in row.doubts and not row.product.strip(),  # the finder knows whether the plan names any
        "former_unit": bool(former) and _names_former(row, former),
    }
    return [doubt for doubt, stands in found.items() if stands]


def title_of(text):
    """The first sentence of a duty's text, at most TITLE characters, cut between words."""
    first = re.split(r"(?<=[.;])\s|\n", text.strip(), maxsplit=1)[0].strip(" .;")
    return first if len(first) <= TITLE else first[:TITLE].rsplit(" ", 1)[0] + "…"


def breaks(text, most=40):
    """Places where a text may be parted: [(character, the words before, the words after)]."""
    found = [match.end() for match in _BREAK.finditer(text) if text[: match.end()].strip() and text[match.end() :].strip()]
    return [(end, text[:end].strip()[-60:], text[end : end + 60].strip()) for end in found[:most]]
