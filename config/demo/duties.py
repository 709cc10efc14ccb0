"""How a duty's history is told: month after month, or towards a date."""

import itertools
import re
from dataclasses import dataclass
from datetime import timedelta

from config.demo.story import after_workdays, chance, office_hour, workday
from orgunits.models import Kind
from plans import period
from tasks.deadlines import Clock
from tasks.models import FINISHED, OFF, Assignment, Progress
from tasks.models.progress import log_progress

SLOT = re.compile(r"\{(\d+)-(\d+)\}")
DOING, DONE, NOTHING = Progress.Says.DOING, Progress.Says.DONE, Progress.Says.NOTHING


@dataclass(frozen=True)
class Pace:
    """The rhythm of an ongoing duty: chances for each month, and where it stops."""

    skip: float = 0.05
    nothing: float = 0.1
    trouble: float = 0.15
    confirm: float = 0.8
    spread: float = 0.25  # how often in the first half of the period instead of its last ten days
    early: bool = False  # the first entry comes within days of the plan
    months: int | None = None  # speaks in the first n periods, then falls silent
    current: bool = True  # may speak in the period that holds today

    @classmethod
    def of(cls, vigour, **more):
        """`vigour` from 0 (asleep) to 1 (exemplary)."""
        return cls(skip=(1 - vigour) * 0.75, nothing=0.06 + (1 - vigour) * 0.2, confirm=0.5 + vigour * 0.4, **more)


@dataclass(frozen=True)
class Outcome:
    """How a dated stage ends: said `days` after its date (None: never), the verdict (None: hanging), said again after `again` days."""

    days: int | None
    ok: bool | None = True
    again: int | None = None
    doing: int = 2  # entries on the way, at most
    paper: str = ""

    @classmethod
    def drawn(cls, rng, quality):
        """By chance, for a unit of `quality` 0–1."""
        dice = rng.random()
        if dice < 0.1 + quality * 0.72:
            return cls(-rng.randint(0, 16), ok=True if rng.random() < 0.93 else None, doing=1)
        if dice < 0.3 + quality * 0.62:
            return cls(rng.randint(3, 25 + int(60 * (1 - quality))), ok=True if rng.random() < 0.85 else None)
        if dice < 0.36 + quality * 0.6:
            return cls(-rng.randint(0, 5), ok=False, again=rng.choice([None, 15, 26]))
        return cls(None, doing=rng.choice([0, 1, 2, 4]))


class Voice:
    """Sentences of one pool for one unit, numbers filled in: the first one first, then the others again and again, in their
    order towards a date and in an order of the unit's own where a duty never ends."""

    def __init__(self, pool, rng, *, endless):
        self.rng, self._pool = rng, pool
        first, *others = pool["doing"]
        if endless:
            rng.shuffle(others)
        self._doing = itertools.chain([first], itertools.cycle(others or [first] * endless))

    def doing(self, day):
        """The next sentence, or None where a single one on the way to a date was said."""
        words = next(self._doing, None)
        return words and self._fill(words, day)

    def done(self, day):
        return self._fill(self.rng.choice(self._pool["done"]), day)

    def worry(self, day):
        """{difficulties, proposals} of one entry, or {} where the pool has none."""
        if "trouble" not in self._pool:
            return {}
        proposal = self._fill(self.rng.choice(self._pool["proposal"]), day) if self.rng.random() < 0.6 else ""
        return {"difficulties": self._fill(self.rng.choice(self._pool["trouble"]), day), "proposals": proposal}

    def _fill(self, words, day):
        words = words.replace("{month}", f"{day.month}/{day.year}").replace("{year}", str(day.year))
        return SLOT.sub(lambda slot: str(self.rng.randint(int(slot[1]), int(slot[2]))), words)


class Teller:
    """Plans entries and verdicts of assignments in a story."""

    def __init__(self, story, cast, sentences, papers):
        self.story, self.cast, self.sentences, self.papers = story, cast, sentences, papers

    def leads(self, plan):
        rows = Assignment.objects.live().leads().filter(plan=plan).order_by("task__position", "path")
        return rows.select_related("task", "unit__area", "plan__unit__parent").prefetch_related("answers__stage")

    def voice(self, assignment, pool, *, endless):
        return Voice(pool, chance(assignment.unit.code, assignment.task.ref), endless=endless)

    def own(self, assignment, *, ahead=(1, 9)):
        """The clerk names the responsible post some days after the plan."""
        rng, area = chance("owner", assignment.unit.code, assignment.task.ref), assignment.unit.area
        owner, clerk = self.cast.official(assignment.unit), self.cast.clerk(area)
        day = after_workdays(assignment.joined_on, rng.randint(*ahead))
        self.story.plan(office_hour(day, rng), lambda at: assignment.give_to(owner, by=clerk, at=at))

    # Month after month

    def monthly(self, assignment, pool, pace, *, papers=None):
        """Plan entries of an ongoing (or undated) duty, or of one that comes back every month. `papers` names evidence by the number of
        the period."""
        voice = self.voice(assignment, pool, endless=True)
        rng = voice.rng
        for n, of_period in enumerate(self._periods(assignment, pace)):
            day = self._day(of_period, assignment, rng, pace, first=n == 0)
            silent = rng.random() < pace.skip and not (papers and n in papers)
            if day and not silent:
                self._month(assignment, voice, pace, day, paper=(papers or {}).get(n, ""))

    def _periods(self, assignment, pace):
        """The periods in which a duty speaks, from its first to the one of today."""
        of_period, last = period.holding(assignment.joined_on), period.holding(self.story.today)
        told = 0
        while of_period < last or (of_period == last and pace.current):
            if pace.months is not None and told >= pace.months:
                return
            yield of_period
            told += 1
            of_period = of_period.later()

    def _day(self, of_period, assignment, rng, pace, *, first):
        """A working day of the period, mostly one of its last ten; None where the duty did not exist yet."""
        if first and pace.early:
            return after_workdays(assignment.joined_on, rng.randint(1, 3))
        if rng.random() < pace.spread:
            day = workday(of_period.opens + timedelta(days=rng.randint(7, 18)))
        else:
            day = workday(of_period.closes - timedelta(days=rng.randint(0, 10)), step=-1)
        return day if day > assignment.joined_on else None

    def _month(self, assignment, voice, pace, day, *, paper):
        rng, at = voice.rng, office_hour(day, voice.rng)
        if assignment.answers.all()[0].occurs_on:
            return self._report(assignment, voice, pace, at)
        if rng.random() < pace.nothing and not paper:
            return self._log(assignment, at, says=NOTHING, words=rng.choice(self.sentences["nothing"]))
        worry = voice.worry(day) if rng.random() < pace.trouble else {}
        dice, wait = rng.random(), rng.randint(1, 3)
        judged = dice < pace.confirm + 0.008 and assignment.answers.all()[0].clock == Clock.ONGOING
        verdict = (wait, dice < pace.confirm, "ongoing") if judged else None
        self._log(assignment, at, says=DOING, words=voice.doing(day), verdict=verdict, paper=paper, **worry)

    def _report(self, assignment, voice, pace, at):
        """Say the occurrence of the month done, and with it those missed before; none waits for its word longer than two months."""
        by, spoken_for = self._speaker(assignment)
        words, wait = voice.doing(at.date()), voice.rng.randint(1, 3)
        sure = voice.rng.random() < pace.confirm or at.date() < self.story.today - timedelta(days=60)

        def act(at):
            if Assignment.objects.filter(pk=assignment.pk, state__in=OFF).exists():
                return  # paused since it was planned
            for answer in assignment.answers.exclude(state__in=FINISHED).order_by("occurs_on"):
                entry = log_progress(assignment, by=by, at=at, spoken_for=spoken_for, answer=answer, says=DONE, words=words)
                if sure:
                    self._judge(entry, assignment, at, wait, True, "dated")

        self.story.plan(at, act)

    def note(self, assignment, pool, n):
        """At most one entry, in the n-th period (None: none): on the ongoing stage where there is one, else «không phát sinh»."""
        periods = list(self._periods(assignment, Pace()))
        if n is None or n >= len(periods):
            return
        voice, ongoing = self.voice(assignment, pool, endless=True), [a for a in assignment.answers.all() if a.clock == Clock.ONGOING]
        day = self._day(periods[n], assignment, voice.rng, Pace(spread=0), first=False)
        said = {"says": DOING, "answer": ongoing[0]} if ongoing else {"says": NOTHING}
        self._log(assignment, office_hour(day, voice.rng), words=voice.doing(day), **said)

    # Towards a date

    def dated(self, assignment, pool, outcomes, *, due_in=200):
        """Plan the stages of a dated duty, one Outcome for each; an undated stage is due in `due_in` days for the story."""
        voice, begin = self.voice(assignment, pool, endless=False), assignment.joined_on
        for answer, outcome in zip(assignment.answers.all(), outcomes, strict=False):
            due = answer.due_on or assignment.joined_on + timedelta(days=due_in)
            begin = self._stage(assignment, answer, voice, outcome, begin=begin, due=due)

    def _stage(self, assignment, answer, voice, outcome, *, begin, due):
        rng = voice.rng
        earliest = after_workdays(begin, rng.randint(4, 9))
        said_on = outcome.days is not None and max(earliest, workday(due + timedelta(days=outcome.days), step=-1))
        self._on_the_way(assignment, answer, voice, outcome, begin=begin, end=said_on or due + timedelta(days=120))
        if not said_on:
            return due
        self._say(assignment, answer, voice, outcome, said_on)
        return said_on

    def _on_the_way(self, assignment, answer, voice, outcome, *, begin, end):
        rng, days = voice.rng, (end - begin).days
        steps = min(outcome.doing, days // 14)
        for n in range(steps):
            part = (n + rng.uniform(0.2, 0.8)) / steps
            day = workday(begin + timedelta(days=max(1, int((days - 4) * part))), step=-1)
            worry = voice.worry(day) if n and rng.random() < 0.45 else {}
            percent = min(90, 10 + int(80 * part) // 10 * 10)
            words = begin < day < end and voice.doing(day)
            if words:
                self._log(assignment, office_hour(day, rng), answer=answer, says=DOING, percent=percent, words=words, **worry)

    def _say(self, assignment, answer, voice, outcome, day):
        rng = voice.rng
        verdict = None if outcome.ok is None else (rng.randint(1, 8), outcome.ok, "dated")
        said = {"answer": answer, "says": DONE, "percent": 100}
        self._log(assignment, office_hour(day, rng), words=voice.done(day), verdict=verdict, paper=outcome.paper, **said)
        if outcome.again:
            later = workday(day + timedelta(days=outcome.again))
            self._log(assignment, office_hour(later, rng), words=voice.done(later), verdict=(rng.randint(1, 6), True, "dated"), **said)

    # One entry and its verdict

    def _log(self, assignment, at, *, verdict=None, paper="", **said):
        by, spoken_for = self._speaker(assignment)

        def act(at):
            entry = log_progress(assignment, by=by, at=at, spoken_for=spoken_for, files=self.papers.named(paper), **said)
            if verdict:
                self._judge(entry, assignment, at, *verdict)

        self.story.plan(at, act)

    def _speaker(self, assignment):
        """(post, on whose behalf): a firm without accounts is spoken for by the clerk in the ward, by its keeper at the Centre."""
        unit = assignment.unit
        if unit.kind != Kind.FIRM:
            return self.cast.official(unit), ""
        if unit.area.parent is None:
            return self.cast.official(unit), self.sentences["spoken_for_central"][assignment.task.ref.endswith("2")]
        return self.cast.clerk(unit.area), self.sentences["spoken_for"][0]

    def _judge(self, entry, assignment, at, wait, ok, kind):
        rng = chance("verdict", assignment.unit.code, assignment.task.ref, str(at))
        reason = "" if ok else rng.choice(self.sentences["returned"][kind])
        judge = self.cast.judge(assignment)
        day = after_workdays(at.date(), wait)

        def act(at):
            if entry.is_newest_word():
                entry.judge(by=judge, at=at, ok=ok, reason=reason)

        self.story.plan(office_hour(day, rng), act)
