"""What stands in the way: difficulties raised from entries, requests to pause a duty, incidents. The clocks go on from these rows."""

import random
import uuid
from datetime import timedelta

from config.national import dates
from config.national.wording import MARK, SAID
from orgunits.models import OrgUnit, Role
from orgunits.words import fold
from plans import period
from tasks.difficulties import reply_day
from tasks.ladder import INCIDENT_HOURS
from tasks.models import Difficulty, DifficultyStep, Halt, Incident, IncidentWord
from tasks.models.states import HALTABLE

RAISED = 0.35  # share of the entries with difficulties that become one of their own
ANSWERED, SETTLED = 0.75, 0.7  # at each level it comes to; of those answered
PUT_OFF = 0.02  # share of the lines somebody asked to pause
STRUCK = 0.15  # share of the communes with an incident
RECENT = 20  # a request younger than so many days may still wait

Act, Kept = DifficultyStep.Act, Difficulty.State


class Troubles:
    """Unsaved rows into `rows`, of one province after the other."""

    def __init__(self, rows, cast, *, on, seed):
        self.rows, self.cast, self.on, self.seed = rows, cast, on, seed
        self.centre = OrgUnit.objects.get(parent=None, code="TW")

    def tell(self, place, teller):
        """`teller` has told the entries of the lines of `place` and its communes."""
        self.rng = random.Random(f"{self.seed}/troubles/{place.code}")  # noqa: S311 - a story, not a secret
        self.areas = {one.area.pk: one.area for one in [place, *place.wards]}
        self.above = {place.area.pk: self.centre, **{ward.area.pk: place.area for ward in place.wards}}
        for said in teller.said.values():
            for _at, entry, _returned_at in said:
                if entry.difficulties and entry.assignment.unit.area_id in self.areas and self.rng.random() < RAISED:
                    self._raise(entry)
        for line in teller.lines:
            if line.assignment.state in HALTABLE and self.rng.random() < PUT_OFF:
                self._ask(line)
        for ward in place.wards:
            if self.rng.random() < STRUCK:
                self._strike(ward.bodies["UBND"])

    # Difficulties

    def _raise(self, entry):
        """One that is answered where it lies, or moves up when its day has passed, as the clock would have moved it."""
        at, holder = entry.at + timedelta(minutes=20), self.areas[entry.assignment.unit.area_id]
        row = Difficulty(
            assignment=entry.assignment,
            path=entry.assignment.path,
            progress=entry,
            by=entry.by,
            at=at,
            words=entry.difficulties,
            proposal=entry.proposals,
            level=holder.level,
            lies_with=holder,
            lies_since=at,
            reply_by=reply_day(dates.day_of(at)),
            version=1,
            token=self._token(),
        )
        steps = [DifficultyStep(difficulty=row, n=1, act=Act.RAISED, now_with=holder, reply_by=row.reply_by, by=entry.by, at=at)]
        while row.state == Kept.OPEN and not self._answer(row, steps) and row.reply_by < self.on and row.lies_with != self.centre:
            self._climb(row, steps)
        self.rows.add(row, *steps)

    def _answer(self, row, steps):
        """Whether the head of the area it lies with has answered it by now."""
        day = min(dates.day_of(row.lies_since) + timedelta(days=self.rng.randint(1, 6)), row.reply_by)
        if self.rng.random() > ANSWERED or day >= self.on:
            return False
        at, head = dates.office_hour(day, self.rng), self.cast.at(row.lies_with_id, Role.STEERING)
        row.state = Kept.ANSWERED
        steps.append(self._step(row, Act.ANSWERED, by=head, at=at, words=self.rng.choice(SAID["answer"]), was_due_on=row.reply_by))
        if self.rng.random() < SETTLED:
            row.state = Kept.CLOSED
            steps.append(self._step(row, Act.CLOSED, by=row.by, at=at + timedelta(hours=1)))
        return True

    def _climb(self, row, steps):
        day, was = row.reply_by + timedelta(days=1), {"was_due_on": row.reply_by, "late_days": 1}
        at, left = period.moment(day) + timedelta(minutes=15), row.lies_with
        row.lies_with, row.lies_since, row.reply_by = self.above[left.pk], at, reply_day(day)
        steps.append(self._step(row, Act.CLIMBED, by=None, at=at, left=left, reply_by=row.reply_by, **was))

    def _step(self, row, act, *, left=None, **more):
        row.version += 1
        return DifficultyStep(difficulty=row, n=row.version, act=act, was_with=left or row.lies_with, now_with=row.lies_with, **more)

    # Requests to pause

    def _ask(self, line):
        yesterday = self.on - timedelta(days=1)
        first = min(line.assignment.joined_on + timedelta(days=3), yesterday)
        day = dates.between(self.rng, first, yesterday)
        at, word = dates.office_hour(day, self.rng), {}
        if day < self.on - timedelta(days=RECENT) or self.rng.random() < 0.3:
            said_at = min(at + timedelta(days=2), dates.office_hour(yesterday, self.rng))
            word = {"accepted": False, "verdict": self.rng.choice(SAID["runs_on"]), "judged_by": line.judge, "judged_at": max(said_at, at)}
        reason = self.rng.choice(SAID["pause"])
        self.rows.add(
            Halt(assignment=line.assignment, kind=Halt.Kind.PAUSE, reason=reason, by=line.writer, at=at, token=self._token(), **word)
        )

    # Incidents

    def _strike(self, unit):
        """One incident within the last 200 days: reported in time or a few hours late, most of them closed."""
        day = self.on - timedelta(days=self.rng.randint(2, 200))
        at, (by, spoken_for), what = dates.office_hour(day, self.rng), self.cast.writer(unit), f"{self.rng.choice(SAID['incident'])} {MARK}"
        sent = at + timedelta(hours=self.rng.choice([1, 3, 8, 20, 27]))
        closed = sent + timedelta(days=2) if self.rng.random() < 0.8 and dates.day_of(sent + timedelta(days=2)) < self.on else None
        row = Incident(
            unit=unit,
            path=unit.path,
            by=by,
            spoken_for=spoken_for,
            discovered_at=at,
            opened_at=at + timedelta(minutes=30),
            reported_at=sent,
            closed_at=closed,
            what=what,
            system="Hệ thống một cửa",
            folded=fold(f"{what} Hệ thống một cửa"),
            told=INCIDENT_HOURS[-1],
            token=self._token(),
        )
        said = [(IncidentWord.Kind.FIRST, sent), *([(IncidentWord.Kind.CLOSED, closed)] if closed else [])]
        self.rows.add(row, *(self._word(row, kind, moment) for kind, moment in said))

    def _word(self, row, kind, at):
        return IncidentWord(incident=row, kind=kind, by=row.by, spoken_for=row.spoken_for, at=at, token=self._token())

    def _token(self):
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)
