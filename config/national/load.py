"""From the two real plans to a country: one transaction, province by province."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from config.demo import people as demo_people
from config.national import people
from config.national.figures import Figures
from config.national.history import Teller
from config.national.months import Months
from config.national.plans import Centre, Writer
from config.national.rows import Rows
from config.national.troubles import Troubles
from config.national.units import load_places
from journal.models import Entry
from orgunits.loading import load_units
from orgunits.models import Level, Person
from plans import period
from plans.models import Plan
from reports.models import MonthlyReport
from tasks import recurring, rollup
from tasks.loading import load_plans
from tasks.models import Assignment, Progress, Task
from tasks.models.assignment import DERIVED

WARDS = 3321
COLUMNS = [*DERIVED, "owner", "counts", "own_said", "own_done"]
JOURNALED = 20_000  # the newest entries alone are in the journal: as many as its lists are tried with
LEAST_DAYS = 150  # so many days after the Central plan wards have had time for plans of their own


class Refused(Exception):
    """The country may not be made here; the message is one sentence for whoever asked."""


@dataclass(frozen=True)
class Size:
    """How much: provinces (None: all), duties in a ward's plan, entries in all (None: 200,000 for the whole country), and for
    tests the wards of a province that take part (None: all)."""

    provinces: int | None = None
    tasks_per_ward: int = 22
    progress: int | None = None
    wards: int | None = None

    def entries(self, wards):
        return round(200_000 * wards / WARDS) if self.progress is None else self.progress


def check(*, on, illustrative):
    """Raises Refused where invented people have no place, or are already."""
    if Person.objects.filter(email__endswith=people.MAIL).exists():
        raise Refused("The illustrative country is already here. It is made once, in one go.")
    others = Person.objects.exclude(email__endswith=demo_people.MAIL)
    if settings.DEMO and not demo_people.are_there():
        raise Refused("Start the demo once with make run; the country is then added to it.")
    if not settings.DEMO and not illustrative:
        raise Refused(
            "Invented people do not belong into a real installation. Where this database is only for trying, say --yes-illustrative."
        )
    if others.exists() or (not settings.DEMO and Person.objects.exists()):
        raise Refused("People are registered in this database. The illustrative country is made only where nobody is.")


@transaction.atomic
def load(*, on, seed=1, size=Size(), illustrative=False, say=lambda done, total, words: None):
    """Make the country as it stands on the day `on`. Returns {name of a kind of row: how many were written}.

    `say(done, total, words)` hears how far it is. Raises Refused.
    """
    check(on=on, illustrative=illustrative)
    load_units()
    load_plans()
    centre = Centre()
    earliest = centre.plan.issued_on + timedelta(days=LEAST_DAYS)
    if on < earliest:
        raise Refused(f"On {on} the wards had no time yet for plans of their own. Give a day from {earliest} on.")
    return Country(centre, on=on, seed=seed, size=size, say=say).make()


class Country:
    """The making of one country."""

    def __init__(self, centre, *, on, seed, size, say):
        self.centre, self.on, self.seed, self.size, self.say = centre, on, seed, size, say
        self.alive = Progress.objects.exists()  # a demo tells its own stories on the two real plans
        self.reported = set(MonthlyReport.objects.values_list("unit", flat=True))
        self.rows = Rows()

    def make(self):
        self.say(0, 1, "units and people")
        self.places = load_places(self.size.provinces, self.size.wards)
        self.cast = people.make(self.places, seed=self.seed)
        self.wards = sum(len(place.wards) for place in self.places)
        self.left = self.size.entries(self.wards)
        self.weight = self.wards + len(self.places)
        self.figures = Figures(self.rows, self.cast, self.centre.plan, on=self.on, seed=self.seed)
        self.troubles = Troubles(self.rows, self.cast, on=self.on, seed=self.seed)
        standing = self._standing()
        for n, place in enumerate(self.places, 1):
            self._province(place, standing)
            self.say(n, len(self.places), place.area.full_name)
        self._finish()
        return {model._meta.object_name: n for model, n in self.rows.counts.items()}

    def _teller(self, name):
        return Teller(self.rows, self.cast, on=self.on, seed=f"{self.seed}/{name}")

    def _standing(self):
        """Histories of the lines of the two real plans, where nobody has told any. Returns the Teller."""
        teller = self._teller("standing")
        if self.alive:
            return teller
        recurring.turn_over(on=self.on, at=period.moment(self.on))
        chosen = {place.area.pk for above in self.places for place in [above, *above.wards]}
        lines = Assignment.objects.live().leads().order_by("plan_id", "task__position", "path")
        lines = lines.select_related("unit__area", "plan__unit").prefetch_related("answers__stage")
        taken = [line for line in lines if line.unit.area_id in chosen or line.unit.level == Level.CENTRAL]
        for line in taken:
            teller.take(line, list(line.answers.all()), line.unit, line.plan.unit)
        self.left -= teller.tell(round(self.left * 0.02))
        self._rewrite(taken, [answer for line in teller.lines for answer in line.answers])
        return teller

    def _rewrite(self, lines, answers):
        for row in lines:  # a few hundred rows: one by one is quicker than a bulk update of so many columns
            row.save(update_fields=COLUMNS)
        for row in answers:
            row.save(update_fields=["state", "said_at"])
        self.rows.save()

    def _province(self, place, standing):
        writer = Writer(self.rows, self.centre, on=self.on, seed=self.seed, tasks_per_ward=self.size.tasks_per_ward)
        duties = writer.province(place)
        written = list(duties.values())
        own = set(Plan.objects.filter(unit__in=[ward.area.pk for ward in place.wards]).values_list("unit", flat=True))
        for ward in place.wards:
            ward.plans = ward.plans and ward.area.pk not in own
            written += writer.ward(ward, place, duties)
        teller = self._teller("history")
        for duty in written:
            for line, answers in duty.lines.values():
                teller.take(line, answers, line.unit, line.plan.unit)
        for declaration in writer.declared:
            teller.declare(*declaration)
        share = (len(place.wards) + 1) / self.weight
        told = teller.tell(round(self.left * share))
        self.left, self.weight = self.left - told, self.weight - len(place.wards) - 1
        self.troubles.tell(place, teller)
        for duty in sorted(written, key=lambda duty: -len(duty.task.plan.unit.path)):
            duty.add_up()
        self._months(place, teller, standing)
        for ward in place.wards:
            self.figures.tell(ward.area)
        self.rows.save()

    def _months(self, place, teller, standing):
        lines = {}
        for line in [*standing.lines, *teller.lines]:
            for area in {line.unit.area_id, line.assignment.plan.unit_id}:
                lines.setdefault(area, []).append(line.assignment)
        months = Months(self.rows, self.cast, on=self.on, seed=self.seed)
        for one in [place, *place.wards]:
            if one.area.pk not in self.reported:
                months.tell(one, lines[one.area.pk], [*standing.said[one.area.pk], *teller.said[one.area.pk]])

    def _finish(self):
        """What only the whole can say: the sums above the provinces, and the journal."""
        self.say(len(self.places), len(self.places), "roll-up")
        rollup.fix()
        _journal()
        facts = {"seed": self.seed, "on": self.on.isoformat(), "duties": self.rows.counts[Task]}
        Entry.objects.record(by=None, verb="national.seeded", target=self.centre.plan, **facts)


def _journal():
    """The newest entries of invented people in the journal, as log_progress would have told them, oldest first."""
    kind = ContentType.objects.get_for_model(Assignment)
    newest = Progress.objects.filter(by__person__email__endswith=people.MAIL).order_by("-at", "-pk")
    rows = newest.values_list("at", "by", "by__person", "assignment", "pk", "says")[:JOURNALED]
    Entry.objects.bulk_create(
        [
            Entry(
                at=at,
                post_id=post,
                person_id=person,
                verb="progress.logged",
                target_type=kind,
                target_id=assignment,
                facts={"progress": pk, "says": says, "files": 0},
            )
            for at, post, person, assignment, pk, says in reversed(rows)
        ],
        batch_size=2000,
    )
