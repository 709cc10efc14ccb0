"""What units said of their duties, and what their superiors said to that: entries, verdicts, and the state they leave behind."""

import random
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from config.national import dates
from config.national.wording import SAID
from orgunits.models import OrgUnit, Post, Role
from plans import period
from tasks.deadlines import Clock
from tasks.models import Assignment, NotApplicable, Progress, State, Verdict
from tasks.models.answer import state_of

OVERDUE = 0.2  # share of dated lines that are overdue, whatever share of the dates has come
PAST_SHARE = 0.7  # plans.PAST, for lines whose date is still open to chance
DOING, DONE, NOTHING = Progress.Says.DOING, Progress.Says.DONE, Progress.Says.NOTHING
WEIGHTS = {"ongoing": 6, "fading": 3, "doing": 2, "said": 1, "waiting": 0.3, "todo": 0}


@dataclass
class Line:
    """One lead assignment with its answers, who writes and judges for it, and what is to be told of it."""

    assignment: Assignment
    answers: list
    unit: OrgUnit
    writer: Post
    spoken_for: str
    judge: Post
    rng: random.Random
    fates: list = None  # one word for each answer: see _fate
    off: bool = False  # accepted as not applicable

    @property
    def weight(self):
        return sum(WEIGHTS[_pace(fate)] for fate in self.fates)

    @property
    def least(self):
        """Entries without which the fates would not be true."""
        return sum(fate in NEEDING for fate in self.fates)


NEEDING = {"late_doing", "doing", "in_time", "late", "early", "hanging", "returned"}


def _pace(fate):
    if fate in {"in_time", "late", "early", "hanging"}:
        return "said"
    if fate in {"late_doing", "doing", "returned"}:
        return "doing"
    return "todo" if fate in {"untouched", "todo", "mute"} else fate


class Teller:
    """Tells the lines of one province (or of the plans that stand already) as unsaved rows."""

    def __init__(self, rows, cast, *, on, seed):
        """`seed`: a text of this teller's own; two with the same one would give two entries the same token."""
        self.rows, self.cast, self.on, self.seed = rows, cast, on, seed
        self.edge = period.silent_before(on).date()
        self.lines = []
        self.said = defaultdict(list)  # area id → [(moment, entry, moment of a return or None)]
        self._chances = {}

    def take(self, assignment, answers, unit, owner):
        """Take one lead assignment of a plan owned by `owner` in, and decide what has become of it."""
        writer, spoken_for = self.cast.writer(unit)
        rng = self._chance(unit)
        line = Line(assignment, answers, unit, writer, spoken_for, self.cast.judge(assignment, owner), rng)
        if not spoken_for and rng.random() < 0.6:
            assignment.owner = writer
        line.fates = self._fates(line)
        self.lines.append(line)

    def tell(self, budget):
        """Write about `budget` entries over the lines taken in. Returns how many there are."""
        told, weight = sum(line.least for line in self.lines), sum(line.weight for line in self.lines)
        spare = max(budget - told, 0) / weight if weight else 0
        return sum(self._tell(line, spare) for line in self.lines)

    def declare(self, source, area, reason, at, accepted):
        """«Không áp dụng», by the ward's clerk, judged by the head of the plan's owner. An accepted one stops the line's clock."""
        owner = source.task.plan.unit
        judged_at = min(at + timedelta(days=5), dates.office_hour(self.on - timedelta(days=1), self._chance(area)))
        judged = {"judged_by": self.cast.at(owner.pk, Role.STEERING), "judged_at": judged_at} if accepted is not None else {}
        verdict = SAID["refused"] if accepted is False else ""
        by = self.cast.at(area.pk, Role.CLERK)
        row = NotApplicable(task=source.task, unit=area, reason=reason, by=by, at=at, accepted=accepted, verdict=verdict, **judged)
        self.rows.add(row)
        if accepted:
            self._put_off(source.line_of(area) if area.pk in source.lines else None)

    def _put_off(self, assignment):
        for line in self.lines:
            if line.assignment is assignment:
                line.off, line.fates = True, ["todo"] * len(line.answers)

    def _chance(self, unit):
        key = unit.area.code
        if key not in self._chances:
            self._chances[key] = random.Random(f"{self.seed}/{key}")  # noqa: S311 - a story, not a secret
        return self._chances[key]

    # What became of a line

    def _fates(self, line):
        rng, fates, overdue = line.rng, [], False
        for answer in line.answers:
            if answer.occurs_on:
                fates.append(self._fate_of_occurrence(answer, rng))
                continue
            if overdue or (fates and fates[-1] in {"todo", "doing", "hanging"}):
                fates.append("todo")  # a later stage has not begun while an earlier one is open
                continue
            fates.append(self._fate(answer, rng))
            overdue = fates[-1] in {"untouched", "late_doing", "returned"}
        return fates

    def _fate(self, answer, rng):
        dice = rng.random()
        if answer.clock == Clock.ONGOING:
            return "mute" if dice < 0.05 else "fading" if dice < 0.15 else "ongoing"
        if answer.clock == Clock.WAITING:
            return "waiting" if dice < 0.2 else "todo"
        if answer.clock == Clock.UNDATED:
            return "doing" if dice < 0.6 else "todo"
        if answer.due_on >= self.on:
            return "todo" if dice < 0.35 else "doing" if dice < 0.88 else "hanging" if dice < 0.94 else "early"
        late = OVERDUE / PAST_SHARE
        if dice < late:
            return "untouched" if dice < late * 0.4 else "late_doing" if dice < late * 0.85 else "returned"
        dice = (dice - late) / (1 - late)
        return "in_time" if dice < 0.72 else "late"

    def _fate_of_occurrence(self, answer, rng):
        dice = rng.random()
        if not answer.is_past:
            return "todo" if dice < 0.5 else "doing" if dice < 0.7 else "early"
        return "in_time" if dice < 0.8 else "late" if dice < 0.96 else "untouched"

    # Its entries

    def _tell(self, line, spare):
        begin, entries = line.assignment.joined_on, []
        for answer, fate in zip(line.answers, line.fates, strict=True):
            wanted = WEIGHTS[_pace(fate)] * spare
            extra = int(wanted) + (line.rng.random() < wanted % 1)
            entries += self._stage(line, answer, fate, extra, begin)
            begin = max(begin, answer.due_on or begin) if answer.clock == Clock.DATED else begin
        self._close(line, entries)
        return len(entries)

    def _stage(self, line, answer, fate, extra, begin):
        rng, yesterday = line.rng, self.on - timedelta(days=1)
        said_on = self._said_on(answer, fate, begin, rng)
        last = min(said_on or yesterday, yesterday)
        if fate == "fading":
            last = min(self.edge - timedelta(days=1), yesterday)
        on_the_way = extra + (fate in {"late_doing", "doing"})
        days = sorted(dates.between(rng, begin + timedelta(days=1), last) for _ in range(on_the_way if begin < last else 0))
        entries = [self._entry(line, answer, fate, day, n, len(days)) for n, day in enumerate(days)]
        if said_on:
            entries.append(self._result(line, answer, fate, said_on))
        return sorted(entries, key=lambda entry: entry.at)

    def _said_on(self, answer, fate, begin, rng):
        """The day on which the unit says done, or None."""
        yesterday, earliest = self.on - timedelta(days=1), begin + timedelta(days=2)
        if fate in {"in_time", "returned"}:
            return min(dates.between(rng, max(earliest, answer.due_on - timedelta(days=25)), answer.due_on), yesterday)
        if fate == "late":
            last = answer.due_on + timedelta(days=12 if answer.occurs_on else 50)
            return min(dates.between(rng, answer.due_on + timedelta(days=1), last), yesterday)
        if fate in {"early", "hanging"}:
            return dates.between(rng, min(max(earliest, yesterday - timedelta(days=60)), yesterday), yesterday)
        return None

    def _entry(self, line, answer, fate, day, n, of):
        """One entry on the way; an ongoing duty's result waits for a verdict and often has it."""
        rng, ongoing = line.rng, answer.clock == Clock.ONGOING
        nothing = fate == "waiting" or (ongoing and rng.random() < 0.12)
        percent = None if ongoing or nothing else min(90, 10 + 80 * n // max(of, 1) // 10 * 10)
        worry = {"difficulties": rng.choice(SAID["trouble"])} if rng.random() < 0.06 else {}
        if worry and rng.random() < 0.5:
            worry["proposals"] = rng.choice(SAID["proposal"])
        says, words = (NOTHING, "") if nothing else (DOING, _filled(rng.choice(SAID["doing"]), day, rng))
        entry = self._progress(line, answer, day, says, words, percent=percent, needs_verdict=says == DOING and ongoing, **worry)
        self._note(line, entry)
        if entry.needs_verdict and rng.random() < 0.45:
            self._judge(line, entry, ok=True)
        return entry

    def _result(self, line, answer, fate, day):
        rng = line.rng
        entry = self._progress(line, answer, day, DONE, rng.choice(SAID["done"]), percent=100, needs_verdict=True)
        answer.state, answer.said_at = State.SAID, entry.at
        verdict = None
        if fate != "hanging" and (fate == "returned" or rng.random() < 0.78):
            verdict = self._judge(line, entry, ok=fate != "returned")
        if verdict and verdict.ok:
            answer.state = State.DONE
        elif verdict:
            answer.state, answer.said_at = State.RETURNED, None
        self._note(line, entry, returned_at=verdict.at if verdict and not verdict.ok else None)
        return entry

    def _progress(self, line, answer, day, says, words, **more):
        entry = Progress(
            assignment=line.assignment,
            answer=answer,
            by=line.writer,
            spoken_for=line.spoken_for,
            at=dates.office_hour(day, line.rng),
            says=says,
            words=words,
            token=uuid.UUID(int=line.rng.getrandbits(128), version=4),
            **more,
        )
        return entry

    def _judge(self, line, entry, *, ok):
        """The superior's word some days later, where that day has come; else None."""
        at = entry.at + timedelta(days=line.rng.randint(1, 8))
        if dates.day_of(at) >= self.on:
            return None
        verdict = Verdict(progress=entry, ok=ok, reason="" if ok else line.rng.choice(SAID["returned"]), by=line.judge, at=at)
        entry.judged = verdict
        self.rows.add(verdict)
        return verdict

    def _note(self, line, entry, *, returned_at=None):
        self.said[line.unit.area_id].append((entry.at, entry, returned_at))

    # What it leaves behind

    def _close(self, line, entries):
        """The assignment's own columns, as Assignment.take_state and take_progress leave them."""
        self.rows.add(*sorted(entries, key=lambda entry: entry.at))
        row, answers = line.assignment, line.answers
        for answer in answers:
            if answer.state == State.TODO and any(entry.answer is answer and entry.says != NOTHING for entry in entries):
                answer.state = State.DOING
        verdicts = [entry.judged for entry in entries if hasattr(entry, "judged")]
        standing = [entry for entry in entries if entry.says != NOTHING and not (hasattr(entry, "judged") and not entry.judged.ok)]
        row.last_entry_at = max((entry.at for entry in entries), default=None)
        row.last_result_at = max((entry.at for entry in standing), default=None)
        row.state = state_of(answers)
        for name, value in row.dates_of(answers).items():
            setattr(row, name, value)
        row.unproven = any(answer.is_unproven for answer in answers)
        row.awaits_since = _awaits(answers, entries)
        row.version = len(entries) + len(verdicts) + bool(row.owner_id)
        if line.off:
            row.state = State.NOT_APPLICABLE
        row.take_own_share(answers)


def _awaits(answers, entries):
    """Since when a result waits for the superior's word (Assignment._awaits_since)."""
    moments = [answer.said_at for answer in answers if answer.state == State.SAID]
    watched = [entry for entry in entries if entry.needs_verdict and entry.answer.clock == Clock.ONGOING]
    if watched:
        newest = max(watched, key=lambda entry: entry.at)
        moments += [] if hasattr(newest, "judged") else [newest.at]
    return min(moments, default=None)


def _filled(words, day, rng):
    return words.replace("{n}", str(rng.randint(2, 14))).replace("{month}", f"{day.month}/{day.year}")
