"""One day's whole ladder by hand: who would be told what, and what was told or overtaken already. `manage.py remind`."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from journal.models import Notice
from orgunits.models import Person, Post
from plans import period
from reports import calling, drafting, reminders, reopening
from tasks import difficulties, halting, incident_clock, ladder, recurring
from tasks import reminders as of_duties

MORNING = timedelta(hours=7, minutes=5)  # when the job looks: a report asked for out of turn is late by the hour
TOLD, ALREADY, SKIPPED = "told", "already", "skipped"
IN_ALL = {"all", "above"}  # the second word of a key under which one notice speaks for many


@dataclass(frozen=True)
class Row:
    """One person and one step: told on this run, told before, or passed and overtaken by a later one."""

    on: date
    person: str
    unit: str
    subject: str
    step: str
    title: str
    link: str
    status: str

    def as_json(self):
        return {**asdict(self), "on": self.on.isoformat()}


class Rehearsal:
    """Stands where Notice.objects does: it keeps what the day `on` tells, and writes it only where it `writes`.

    Of a day gone by nobody is told a step who was told a later one of the same subject since.
    """

    def __init__(self, on, *, writes):
        self.on, self.writes, self.found = on, writes, {}

    def holders(self, people, keys):
        rows = list(Notice.objects.filter(person__in=people, key__in=keys))
        for row in rows:
            self._keep(row, ALREADY)
        return {(row.person_id, row.key) for row in rows}

    def not_told(self, rows):
        fresh = [row for row in Notice.objects.not_told(rows) if (row.person_id, row.key) not in self.found]
        still = {(row.person_id, row.key) for row in fresh}
        self._keep_all([row for row in rows if (row.person_id, row.key) not in still], ALREADY)
        overtaken = self._told_later(fresh)
        for row in overtaken:
            self._keep(row, SKIPPED)
        return [row for row in fresh if row not in overtaken]

    def _told_later(self, rows):
        """Those of `rows` whose person has been told a later step since the day."""
        since = period.moment(self.on + timedelta(days=1))
        held = defaultdict(set)
        for person, key in Notice.objects.filter(person__in={row.person_id for row in rows}, at__gte=since).values_list("person", "key"):
            stem, _slash, step = key.rpartition("/")
            held[person, stem].add(step)
        return [row for row in rows if any(_is_later(step, row) for step in held[row.person_id, row.key.rpartition("/")[0]])]

    def tell_all(self, rows):
        fresh = self.not_told(rows)
        self._keep_all(fresh, TOLD)
        return Notice.objects.tell_all(fresh) if self.writes else len(fresh)

    def _keep_all(self, rows, status):
        earlier = [_earlier(row, key) for row in rows for key in row.overtaken]
        skipped = {(row.person_id, row.key) for row in Notice.objects.not_told(earlier)}
        for row in earlier:
            self._keep(row, SKIPPED if (row.person_id, row.key) in skipped else ALREADY)
        for row in rows:
            self._keep(row, status)

    def _keep(self, row, status):
        self.found.setdefault((row.person_id, row.key), (status, row))


def _is_later(step, row):
    """Whether `step` of the same subject comes after that of the unsaved reminder `row`: a turn or a day by the calendar, else one of the
    ladder that it has not overtaken."""
    stem, _slash, own = row.key.rpartition("/")
    if own[0].isdigit():
        return step > own
    return ladder.is_step(step) and step != own and f"{stem}/{step}" not in row.overtaken


def _earlier(row, key):
    return Notice(person_id=row.person_id, key=key, title=row.title, link=row.link)


def rehearse(on, *, at):
    """What the day `on` would tell if its night had passed: [Row]. Nothing stays written."""
    with transaction.atomic():
        _begin(on, at=at)
        rows = _run(on, at=at, until=_end(on), writes=False)
        transaction.set_rollback(True)
    return rows


def send(on, *, at):
    """Tell what the day `on` tells: [Row]. Run again it tells nothing. What begins by itself begins up to today at the latest."""
    _begin(min(on, timezone.localdate(at)), at=at)
    return _run(on, at=at, until=min(_end(on), at), writes=True)


def _begin(on, *, at):
    """What the night leaves to the ladder: drafts opened and lapsed, pauses over, occurrences begun, difficulties moved up."""
    drafting.open_reports(on=on)
    reopening.lapse(on=on, at=at)
    halting.resume_due(on=on, at=at)
    recurring.turn_over(on=on, at=at)
    difficulties.climb(on=on, at=at)


def _end(on):
    """The last minute of the day, for the clock of incidents, which is looked at every minute."""
    return period.moment(on + timedelta(days=1)) - timedelta(minutes=1)


def _run(on, *, at, until, writes):
    rehearsal = Rehearsal(on, writes=writes)
    of_duties.send(on, at=at, ledger=rehearsal)
    reminders.send(on=on, at=at, ledger=rehearsal)
    calling.remind(at=period.moment(on) + MORNING, ledger=rehearsal)
    incident_clock.remind(at=until, ledger=rehearsal)
    return _rows(rehearsal.found.values(), on)


def _rows(found, on):
    """In the order of people, subjects and keys."""
    people = {row.person_id for _status, row in found}
    names, units = dict(Person.objects.filter(pk__in=people).values_list("pk", "username")), _units(people, on)
    ordered = sorted(found, key=lambda pair: (names[pair[1].person_id], pair[1].key))
    return [_row(row, status, names[row.person_id], units[row.person_id], on) for status, row in ordered]


def _units(people, on):
    """{person id: the units of their posts of the day, in a line}."""
    units = defaultdict(dict)
    for post in Post.objects.live(on=on).filter(person__in=people).select_related("unit").order_by("unit__path"):
        units[post.person_id][post.unit.full_name] = None
    return {person: "; ".join(units[person]) for person in people}


def _row(notice, status, person, unit, on):
    subject, _slash, rest = notice.key.partition("/")
    of_many = subject == "awaited" or rest.partition("/")[0] in IN_ALL
    step = "all" if of_many else rest.rpartition("/")[2]
    return Row(on=on, person=person, unit=unit, subject=subject, step=step, title=notice.title, link=notice.link, status=status)
