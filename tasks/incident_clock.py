"""The 24 hours from discovery: what the clock says in words, and the alerts at +12, +20 and +24 hours, each once.

An alert is due when its hour is *at or past* and not yet told, so a machine that was off catches up; of several passed hours
only the latest is told. A report sent, or a note dropped, stops the rest.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.jobs import send_urgent
from journal.models import Notice
from journal.waking import wake
from orgunits.models import STEP, OrgUnit, Post, Role
from tasks.ladder import INCIDENT_HOURS
from tasks.models import Incident
from tasks.models.incident import HOUR

CHUNK = 500  # incidents told of in one transaction
MINUTE = timedelta(minutes=1)


def step(discovered_at, at):
    """The latest of INCIDENT_HOURS passed at the moment `at`, 0 before the first."""
    return max((hours for hours in INCIDENT_HOURS if at - discovered_at >= hours * HOUR), default=0)


def due(*, at):
    """Incidents noted and not reported that stand at or past an hour nobody was told of."""
    passed = Q()
    for hours in INCIDENT_HOURS:
        passed |= Q(told__lt=hours, discovered_at__lte=at - hours * HOUR)
    return Incident.objects.unsent().filter(passed, discovered_at__lte=at - INCIDENT_HOURS[0] * HOUR)


def alert(*, at):
    """Tell the latest passed hour of every incident that is due for one. Returns how many notices were new; run again it writes none."""
    new, looked = _alert_some(at)
    while looked == CHUNK:
        more, looked = _alert_some(at)
        new += more
    return new


def remind(*, at, ledger):
    """The same by hand, into a `ledger` (reports/rehearsing.py): the latest hour passed by `at`, told or not. Returns new notices."""
    passed = Incident.objects.unsent().filter(discovered_at__lte=at - INCIDENT_HOURS[0] * HOUR)
    return ledger.tell_all(_notices(list(passed.select_related("unit__area").order_by("pk")), at))


@transaction.atomic
def _alert_some(at):
    """Up to CHUNK incidents, locked against a report that comes this moment. Returns how many notices were new, and how many incidents."""
    rows = list(due(at=at).select_for_update(of=("self",)).select_related("unit__area").order_by("pk")[:CHUNK])
    told = defaultdict(list)
    for row in rows:
        told[step(row.discovered_at, at)].append(row.pk)
    for hours, ids in told.items():
        Incident.objects.filter(pk__in=ids).update(told=hours)
    new = Notice.objects.tell_all(_notices(rows, at))
    if new:
        wake(send_urgent)
    return new, len(rows)


def _notices(rows, at):
    """Unsaved notices of the hour each of the incidents has passed by `at`, for everybody who hears of it then."""
    readers = Readers(rows, on=timezone.localdate(at))
    with translation.override("vi"):
        return [_notice(row, person, at) for row in rows for person in readers.alerted(row, step(row.discovered_at, at))]


class Readers:
    """The people to tell about a list of incidents, in two queries however long it is: nobody who may not read them.

    A unit that ended is answered for by those that follow it. Posts are those live on `on`; units need their area.
    """

    def __init__(self, incidents, *, on):
        self.heirs = OrgUnit.objects.heirs(list({row.unit_id: row.unit for row in incidents}.values()))
        units = [unit for heirs in self.heirs.values() for unit in heirs]
        wanted = Q(role=Role.OFFICIAL, unit__in={pk for unit in units for pk in _answering(unit)})
        wanted |= Q(role=Role.CLERK, unit__in={pk for unit in units for pk in (unit.pk, unit.area_id)})
        wanted |= Q(role=Role.STEERING, unit__path__in={path for unit in units for path in _line(unit)})
        self.people = defaultdict(set)
        for role, unit, path, person in Post.objects.live(on=on).filter(wanted).values_list("role", "unit", "unit__path", "person"):
            self.people[role, path if role == Role.STEERING else unit].add(person)

    def answering(self, incident):
        """The unit's officials and the clerks of its area. A set of person ids."""
        return self._clerks(incident) | self._of(incident, Role.OFFICIAL, _answering)

    def line(self, incident):
        """The clerks of the area, and the steering posts from the unit up to the Centre. A set of person ids."""
        return self._clerks(incident) | self._of(incident, Role.STEERING, _line)

    def alerted(self, incident, hours):
        """+12: who answers. +20: the steering committee of the area too. +24: that of the superior area too. A set of person ids."""
        return self.answering(incident) | self._of(incident, Role.STEERING, lambda unit: _committees(unit, hours))

    def _clerks(self, incident):
        return self._of(incident, Role.CLERK, lambda unit: (unit.pk, unit.area_id))

    def _of(self, incident, role, places):
        return {person for unit in self.heirs[incident.unit_id] for place in places(unit) for person in self.people[role, place]}


def _answering(unit):
    """The unit, the body it answers through and the unit that keeps it (Assignment.possible_owners)."""
    return [pk for pk in (unit.pk, unit.answers_through_id, unit.kept_by_id) if pk]


def _line(unit):
    """The paths of a unit and of all above it, the unit first."""
    return [unit.path[:end] for end in range(len(unit.path), 0, -STEP)]


def _committees(unit, hours):
    """The paths of those that hear of it after so many hours: up to the unit's area, then up to the area above."""
    top = {INCIDENT_HOURS[1]: len(unit.area.path), INCIDENT_HOURS[2]: len(unit.area.path) - STEP}.get(hours)
    return [path for path in _line(unit) if len(path) >= top] if top is not None else []


def _notice(incident, person, at):
    hours, armed = step(incident.discovered_at, at), f"{incident.corrections}/" if incident.corrections else ""
    return Notice(
        person_id=person,
        key=f"incident/{incident.pk}/{armed}h{hours}",
        kind=Notice.Kind.INCIDENT,
        title=f"{words(incident, at=at)}: {incident.unit.full_name}"[:300],
        body=discovered(incident),
        link=incident.get_absolute_url(),
        at=at,
        urgent=True,
    )


# In words


def discovered(incident):
    """«Phát hiện lúc 23:10, 14/07/2026»."""
    return str(_("Discovered at %(moment)s") % {"moment": moment(incident.discovered_at)})


def moved(was, now):
    """«23:10, 14/07/2026 → 22:00, 14/07/2026»."""
    return f"{moment(was)} → {moment(now)}"


def moment(at):
    """«23:10, 14/07/2026», in Vietnam whatever the server's clock says."""
    return f"{timezone.localtime(at):%H:%M, %d/%m/%Y}" if at else ""


def words(incident, *, at):
    """What the clock says at the moment `at`: hours and minutes left, hours late, or how the report came."""
    if incident.status == "dropped":
        return _("no incident after all")
    late = incident.hours_late(at=at)
    if incident.reported_at:
        said = ngettext("first report %(n)s hour late", "first report %(n)s hours late", late) % {"n": late}
        return said if late else _("first report in time")
    if late:
        return ngettext("First report overdue by %(n)s hour", "First report overdue by %(n)s hours", late) % {"n": late}
    left = -((at - incident.due_at) // MINUTE)  # begun minutes: the last one is still a minute
    return _("%(hours)s h %(minutes)s min left for the first report") % {"hours": left // 60, "minutes": left % 60}


def look(incident, *, at):
    """The colour class beside those words."""
    if incident.status == "dropped":
        return "todo"
    if incident.hours_late(at=at):
        return "late"
    return "done" if incident.reported_at else "soon"
