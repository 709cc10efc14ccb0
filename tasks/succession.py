"""Units merge, are split, renamed, closed and, where that was wrong, restored: what it does to duties and plans (model.md «Merge»).

Each verb records a dated change by a document and carries it out when its day has come: at once for a day that is past, by the daily
job for one to come. Nothing before that day is rewritten: assignments of a unit that ends end, those of its successor begin with the
dates as they stood, where it has none; links that carried through them close. State, entries and evidence stay on the old rows.
"""

import logging
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.models import Entry, Notice
from orgunits import changes
from orgunits.changes import CannotChange, NewUnit
from orgunits.models import OrgUnit, Post, UnitChange
from orgunits.words import fold
from plans.models import Document, Plan
from tasks import halting, rollup
from tasks.cascade import is_self_led
from tasks.models import Answer, Assignment, ParentLink, Part, State
from tasks.models.assignment import comes_again

log = logging.getLogger(__name__)
K = UnitChange.Kind
VERBS = {K.MERGE: "merged", K.SPLIT: "split", K.RENAME: "renamed", K.CLOSE: "closed", K.RESTORE: "restored"}
WORDS = {**dict(K.choices), K.RESTORE.value: gettext_lazy("in force again")}
RANK = [Part.LEAD, Part.CO_LEAD, Part.COORDINATOR]
CLOSED = {State.DONE, State.DROPPED, State.NOT_APPLICABLE}  # what nobody has to do any more; the successor inherits no such duty
KEPT = {State.DONE, State.PAUSED, State.DROPPED, State.NOT_APPLICABLE}  # states of single stages the successor begins with


@dataclass(frozen=True)
class Decision:
    """The document by which a unit changes, as printed: «Nghị quyết số 1667/NQ-UBTVQH15, ngày 16/6/2025»."""

    type: str
    type_name: str
    symbol: str
    signed_on: object
    issuer: str
    subject: str = ""


# Verbs


def merge(olds, into, **more):
    """`olds` end and `into` (a unit or NewUnit) follows them from the day `on`. Returns the UnitChange; asked twice, the same one.

    All verbs take `on`, `decision` (a Decision), `by`, `at` and `reason`. Raise CannotChange.
    """
    return _decide(K.MERGE, olds, [into], **more)


def split(old, into, **more):
    """`old` ends; `into`, the main successor first, follow it: collective duties begin at each, what names it alone at the main one."""
    return _decide(K.SPLIT, [old], into, **more)


def rename(unit, *, name=None, kind=None, code=None, **more):
    """Another name, kind (xã becomes phường) or code from the day on; the old ones still find the unit."""
    now = {"name": name or unit.name, "kind": kind or unit.kind, "code": code or unit.code}
    return _decide(K.RENAME, [unit], now=now, **more)


def close(unit, **more):
    """`unit` ends and nobody follows it; its duties end with it."""
    return _decide(K.CLOSE, [unit], **more)


def restore(wrong, **more):
    """The dated correction of a wrong change: the units are in force again from `on` and open duties return; nothing earlier is edited."""
    olds = list(OrgUnit.objects.filter(pk__in=wrong.facts["olds"]).order_by("path"))
    return _decide(K.RESTORE, olds, corrects=wrong, **more)


@transaction.atomic
def _decide(kind, olds, into=(), *, decision, at, **more):
    change = changes.record(kind, olds, into, document=document(decision), at=at, **more)
    return _when_due(change, at=at)


@transaction.atomic
def approve(change, *, by, at):
    """The second person agrees; carried out at once where its day has come. Raises CannotChange."""
    return _when_due(changes.approve(change, by=by, at=at), at=at)


def _when_due(change, *, at):
    if change.approved_at and change.on <= timezone.localdate(at):
        return carry_out(change, at=at)
    return change


def carry_out_due(*, on, at):
    """Carry out every change at or past its day and not yet carried out. Returns how many.

    One that has become impossible is logged and holds up nobody; its page says why.
    """
    return sum(_try(change, at=at) for change in UnitChange.objects.due(on=on))


def _try(change, *, at):
    try:
        return bool(carry_out(change, at=at).applied_at)
    except CannotChange as reason:
        log.exception("A change of units cannot be carried out.")
        UnitChange.objects.filter(pk=change.pk).update(facts=change.facts | {"problem": str(reason)})
        return False


@transaction.atomic
def carry_out(change, *, at):
    """Carry the change out from its own day on, once. Returns it as it is afterwards. Raises CannotChange."""
    if not UnitChange.objects.claim(change.pk, at=at):
        change.refresh_from_db()
        return change
    change = UnitChange.objects.select_for_update(of=("self",)).select_related("corrects", "document", "by__person").get(pk=change.pk)
    moves = changes.carry_out(change, at=at)
    told = _move_work(change, moves, at=at)
    change.facts |= told
    change.facts.pop("problem", None)
    change.save(update_fields=["facts"])
    _journal(change, told, at=at)
    _tell(change, moves, at=at)
    return change


# Duties


def _move_work(change, moves, *, at):
    """Returns what was done, in numbers: {"ended", "begun", "links"}."""
    if change.kind == K.RENAME or (change.kind == K.RESTORE and not moves.back):
        return {"ended": 0, "begun": 0, "links": 0}
    back = _to_bring_back(change, moves) if moves.back else []
    ended = _live(Q(unit__in=moves.heirs) | Q(pk__in=[row.pk for row, _unit in back]))
    wanted = [*back, *_to_carry_on(ended, change, moves, but={row.pk for row, _unit in back})]
    _end(ended, on=change.on)
    begun, yielding = _begin(wanted, moves, on=change.on)
    halting.follow(ended, begun, by=change.by, at=at)
    links = _close_links([row.pk for row in [*ended, *yielding]], list(moves.heirs), on=change.on)
    if not moves.back:
        _hand_over(moves.posts)
    rollup.settle_all([row.pk for row in [*ended, *yielding, *begun]])
    return {"ended": len(ended), "begun": len(begun), "links": links}


def _live(reach):
    """Assignments that have not ended, held from below. Those of a closed plan keep counting as they stood: not touched."""
    rows = Assignment.objects.select_for_update(of=("self",)).filter(reach, ended_on=None, plan__closed_on=None)
    return list(rows.select_related("plan__unit").from_below())


def _to_carry_on(ended, change, moves, *, but):
    """[(assignment that ends, unit that goes on)] of what is still to be done."""
    pairs = []
    for row in _still_open(ended):
        if row.pk in but:
            continue
        line = moves.heirs.get(row.unit_id, [])
        pairs += [(row, unit) for unit in (line if row.via_group_id and change.kind == K.SPLIT else line[:1])]
    return pairs


def _still_open(rows):
    """Those that somebody has to do, now or when they come back."""
    rows = list(rows)
    done = [row.pk for row in rows if row.state == State.DONE]
    again = set(Assignment.objects.filter(comes_again(), pk__in=done).values_list("pk", flat=True))
    return [row for row in rows if row.plan.withdrawn_on is None and (row.state not in CLOSED or row.pk in again)]


def _to_bring_back(change, moves):
    """[(assignment, restored unit)]: what the wrong change moved away returns; what the successor had itself, both have.

    What the successor finished stays finished; what ended there meanwhile for another reason does not return. Of a collective duty
    that was split every copy returns, with the dates of the main successor.
    """
    old = {unit.pk: unit for unit in moves.back}
    gone = Assignment.objects.filter(unit__in=old, ended_on__gte=change.corrects.on, plan__closed_on=None, task__ended_on=None)
    gone = _still_open(gone.select_related("plan__unit").order_by("pk"))
    moved = defaultdict(list)
    for row in _live(Q(moved_from__in=[row.pk for row in gone])):
        moved[row.moved_from_id].append(row)
    elsewhere = set(Assignment.objects.filter(moved_from__in=[row.pk for row in gone]).values_list("moved_from", flat=True))
    open_copies = {copy.pk for copy in _still_open(copy for copies in moved.values() for copy in copies)}
    pairs = [(copy, old[row.unit_id]) for row in gone for copy in moved[row.pk] if copy.pk in open_copies]
    return pairs + [(row, old[row.unit_id]) for row in gone if row.pk not in elsewhere]


def _end(rows, *, on):
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(ended_on=on, version=F("version") + 1)


def _begin(wanted, moves, *, on):
    """Begin the duties of `wanted` [(from, unit)] where the unit has none yet. Returns (assignments that begin, those that yield).

    A unit that only coordinated where its predecessor led yields to itself as lead.
    """
    first = {}
    for row, unit in sorted(wanted, key=lambda pair: (RANK.index(pair[0].part), pair[0].pk)):
        first.setdefault((row.task_id, unit.pk), (row, unit))
    tasks, units = {task for task, _unit in first}, {unit for _task, unit in first}
    held = {(row.task_id, row.unit_id): row for row in Assignment.objects.filter(task__in=tasks, unit__in=units, ended_on=None)}
    yielding = [held.pop(key) for key, (row, _u) in first.items() if key in held and row.is_lead and held[key].part == Part.COORDINATOR]
    _end(yielding, on=on)
    answers = _answers([row.pk for row, _unit in first.values()])
    begun = [(_next(row, unit, moves, on=on), answers[row.pk]) for key, (row, unit) in first.items() if key not in held]
    fresh = [(row, [_again(row, answer) for answer in old]) for row, old in begun]
    for row, new in fresh:
        row.start_from(new)
        row.state = State.PAUSED if row.moved_from.state == State.PAUSED else row.state
        row.take_own_share([])  # settled with all the others, so that it climbs once
    Assignment.objects.bulk_create([row for row, _new in fresh], batch_size=1000)
    Answer.objects.bulk_create([answer for _row, new in fresh for answer in new], batch_size=1000)
    halting.hand_on([(row.moved_from, row) for row, _new in fresh if row.state == State.PAUSED])
    return [row for row, _new in fresh], yielding


def _answers(ids):
    found = defaultdict(list)
    rows = Answer.objects.filter(assignment__in=ids).exclude(is_past=True, state=State.DONE)
    for answer in rows.order_by("assignment", "stage__position", "pk"):
        found[answer.assignment_id].append(answer)
    return found


def _next(row, unit, moves, *, on):
    """The unsaved assignment with which `unit` goes on where `row` ends: same duty, part, group and people."""
    owner = row.plan.unit
    owner = next(iter(moves.heirs.get(owner.pk, [])), owner)
    return Assignment(
        task_id=row.task_id,
        plan=row.plan,
        unit=unit,
        path=unit.path,
        part=row.part,
        as_role=row.as_role,
        via_group_id=row.via_group_id,
        owner=moves.posts.get(row.owner_id),
        joined_on=max(on, row.joined_on),
        moved_from=row,
        cadence=row.cadence,
        self_led=is_self_led(unit, owner),
    )


def _again(row, old):
    """The unsaved answer with which the successor takes a stage over: the dates as they stand, extensions included.

    What a superior confirmed stays confirmed; what was only declared the successor declares itself.
    """
    state = old.state if old.state in KEPT else State.TODO
    return Answer(
        assignment=row,
        stage_id=old.stage_id,
        clock=old.clock,
        occurs_on=old.occurs_on,
        is_past=old.is_past,
        due_on=old.due_on,
        due_originally_on=old.due_originally_on,
        state=state,
        said_at=old.said_at if state == State.DONE else None,
        is_proven=old.is_proven and state == State.DONE,
    )


def _close_links(ended, units, *, on):
    """Links that carried through an ended assignment, and links of the ended units' own plans. Returns how many."""
    links = ParentLink.objects.live().filter(Q(via__in=ended) | Q(child__plan__unit__in=units))
    return ParentLink.objects.close_all(list(links), on=on)


def _hand_over(posts):
    """What the people of ended posts still answered for elsewhere (a firm they keep) they answer for in their new post."""
    rows = list(Assignment.objects.filter(owner__in=posts, ended_on=None))
    for row in rows:
        row.owner = posts[row.owner_id]
    Assignment.objects.bulk_update(rows, ["owner"], batch_size=1000)


# Journal, notices, document


def _journal(change, told, *, at):
    for unit in OrgUnit.objects.filter(pk__in=change.facts["olds"]).order_by("pk"):
        Entry.objects.record(by=change.by, verb=f"unit.{VERBS[change.kind]}", target=unit, at=at, change=change.pk, **told)
    Entry.objects.record(by=change.by, verb="change.carried_out", target=change, at=at, posts=change.facts.get("posts", []), **told)


def _tell(change, moves, *, at):
    """Whoever holds a post at a unit concerned hears of it once."""
    units = [*moves.heirs, *(unit.pk for line in moves.heirs.values() for unit in line), *(unit.pk for unit in moves.back)]
    people = Post.objects.live(on=max(change.on, timezone.localdate(at))).filter(unit__in=units).values_list("person", flat=True)
    with translation.override("vi"):
        title = f"{', '.join(change.facts['names'])}: {WORDS[change.kind]}"
        Notice.objects.tell(
            people,
            key=f"change/{change.pk}",
            kind=Notice.Kind.RESULT,
            title=title,
            body=_("From %(day)s, by %(document)s.") % {"day": f"{change.on:%d/%m/%Y}", "document": change.document.citation},
            link=change.get_absolute_url(),
            at=at,
        )


def document(decision):
    """The Document of a Decision: the one known by type, number, day and issuer, or a new one. Raises CannotChange."""
    known = Document.objects.filter(type=decision.type, symbol=decision.symbol, signed_on=decision.signed_on).select_related("issuer")
    known, issuer = list(known.order_by("pk")), _issuer(decision.issuer)
    for row in known:
        if (issuer and row.issuer_id == issuer.pk) or fold(row.issued_by) == fold(decision.issuer):
            return row
    if issuer is None and any(row.issuer_id is None for row in known):
        raise CannotChange(_("A document with this number and day is known from another issuer: write the issuer as it is printed there."))
    return Document.objects.create(
        type=decision.type,
        type_name=decision.type_name,
        symbol=decision.symbol,
        symbol_printed=decision.symbol,
        signed_on=decision.signed_on,
        issuer=issuer,
        issuer_words=decision.issuer,
        subject=decision.subject,
        key=_key(decision),
    )


def _issuer(words):
    """The only unit with exactly this name, or None."""
    wanted = fold(words)
    found = list(OrgUnit.objects.filter(Q(name_folded=wanted) | Q(aliases__name_folded=wanted)).distinct()[:2])
    return found[0] if len(found) == 1 else None


def _key(decision):
    bare = slugify(fold(f"{decision.symbol} {decision.issuer} {decision.signed_on:%Y%m%d}").replace("/", "-"))[:70]
    taken = set(Document.objects.filter(key__startswith=bare).values_list("key", flat=True))
    return next(key for key in (bare, *(f"{bare}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)


# Preview


@dataclass(frozen=True)
class Line:
    """One unit that ends: who follows it, and what is concerned."""

    unit: OrgUnit
    heirs: list  # OrgUnits or NewUnits
    duties: int  # leads still to be done
    coordinated: int
    posts: list


@dataclass(frozen=True)
class Preview:
    lines: list
    plans: list
    links: int

    @property
    def duties(self):
        return sum(line.duties for line in self.lines)

    @property
    def posts(self):
        return sum(len(line.posts) for line in self.lines)

    @property
    def bodies(self):
        return sum(not line.unit.is_area for line in self.lines)

    @property
    def seen(self):
        """What the reader saw, for the act to compare: "units/duties/posts/links/plans"."""
        return "/".join(map(str, (len(self.lines), self.duties, self.posts, self.links, len(self.plans))))


def preview(kind, olds, into=(), *, on):
    """What a merge, split or closing from the day `on` would concern: a Preview. A number of queries that grows with none of it."""
    if kind == K.RENAME:
        return Preview([], [], 0)
    lines = _foreseen(olds, into)
    units = [unit.pk for unit, _line in lines]
    live = Assignment.objects.live().filter(unit__in=units, plan__closed_on=None).to_do()
    counts = live.order_by().values("unit").annotate(led=Count("pk", Q(part__in=RANK[:2])), helped=Count("pk", Q(part=Part.COORDINATOR)))
    counts = {row["unit"]: row for row in counts}
    posts = defaultdict(list)
    for post in Post.objects.live(on=on).filter(unit__in=units).select_related("person").order_by("pk"):
        posts[post.unit_id].append(post)
    none = {"led": 0, "helped": 0}
    return Preview(
        [Line(unit, line, *(counts.get(unit.pk, none)[n] for n in ("led", "helped")), posts[unit.pk]) for unit, line in lines],
        list(Plan.objects.issued().filter(unit__in=units).select_related("document", "unit")),
        ParentLink.objects.live().filter(Q(via__unit__in=units) | Q(child__plan__unit__in=units)).count(),
    )


def _foreseen(olds, into):
    """[(unit that ends, [who follows])], a unit not yet made under the name it will have."""
    known = [unit for unit in into if not isinstance(unit, NewUnit)]
    found = changes.heirs(olds, known)
    lines = []
    for unit in changes.ending(olds):
        old = next(old for old in olds if unit.path.startswith(old.path))
        real = iter(found[unit.pk] if len(found[unit.pk]) == len(known) else [])
        lines.append((unit, [_twin(unit, old, new) if isinstance(new, NewUnit) else next(real, new) for new in into]))
    return lines


def _twin(unit, old, new):
    return new if unit == old else NewUnit(new.code, unit.kind, changes.twin_name(unit, old, new) or new.full_name)
