"""«Nhắc đơn vị chưa trả lời»: one rule for the number shown, the list it opens and the people told."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import Entry, Notice
from plans import period
from tasks.deadlines import Clock, Kind
from tasks.models import Answer, Assignment, Task
from tasks.models.states import FINISHED, OFF
from tasks.readers import Readers

CHUNK = 1000  # assignments whose readers are looked up at once
RECURRING = [kind for kind in Kind if kind.startswith("recurring")]
VERB = "task.chased"


def unanswered(task, post, *, on):
    """Live leads of a duty within the post's reach that have not answered by the day `on`: an Assignment queryset, in tree order.

    Nothing was logged since the unit was given the duty; where the duty goes on or comes back, nothing in the period that holds
    `on`. «Không phát sinh» is an answer. Finished ones and those put off are never asked, nor is anybody where the plan does not run.
    """
    rows = Assignment.objects.visible_to(post).live_on(on).leads().filter(task=task, ended_on=None)
    rows = rows.filter(plan__issued_on__lte=on, plan__withdrawn_on=None, plan__closed_on=None, task__ended_on=None)
    return rows.exclude(state__in=[*FINISHED, *OFF]).filter(_quiet(on)).order_by("path", "pk")


def _quiet(on):
    again = Answer.objects.filter(assignment=OuterRef("pk"), stage__kind__in=RECURRING).exclude(state__in=FINISHED)
    goes_on = Q(clock=Clock.ONGOING) | Exists(again)
    return Q(last_entry_at=None) | (goes_on & Q(last_entry_at__lt=period.holding(on).opens_at))


@dataclass
class Told:
    """Whom one act reached: `people` told anew, `before` who had been told on that day, `units` reached, `unreached` units by name."""

    people: int = 0
    before: int = 0
    units: int = 0
    unreached: list = field(default_factory=list)

    def __str__(self):
        """«Đã nhắc 12 người ở 9 đơn vị. Không có ai để nhắc ở: …»"""
        if not self.people and self.before:
            words = _("Everybody concerned has been reminded of this today already; nobody was told twice.")
        elif not self.people:
            words = _("Nobody was reminded.")
        else:
            words = ngettext("%(n)s person was reminded", "%(n)s people were reminded", self.people) % {"n": self.people}
            words += " " + ngettext("in %(n)s unit.", "in %(n)s units.", self.units) % {"n": self.units}
        if self.unreached:
            names = ", ".join(self.unreached[:8]) + ("…" if len(self.unreached) > 8 else "")
            words += " " + _("In %(n)s units nobody can be told: %(names)s") % {"n": len(self.unreached), "names": names}
        return words


@transaction.atomic
def remind_unanswered(task, *, by, at, on):
    """Tell those who answer for the units that have not answered; a unit without an official through its area's clerk. Returns Told.

    Once for each person, duty and day: a second click or run tells nobody twice. Journaled on the duty.
    """
    task = Task.objects.select_for_update(of=("self",)).select_related("plan__document").get(pk=task.pk)
    units_of, told = {}, Told()
    rows = list(unanswered(task, by, on=on).select_related("unit", "owner__person", "plan__unit"))
    for start in range(0, len(rows), CHUNK):
        _find_people(rows[start : start + CHUNK], units_of, told, on=on)
    with translation.override("vi"):
        title = Truncator(_("Not answered yet: %(title)s") % {"title": task.title}).chars(300)
    notices = [_notice(task, person, found, title, on=on, at=at) for person, found in units_of.items()]
    fresh = Notice.objects.not_told(notices)
    told.people, told.before = Notice.objects.tell_all(fresh), len(notices) - len(fresh)
    told.units = len({row.pk for notice in fresh for row in units_of[notice.person_id]})
    if told.people:
        facts = {"on": on.isoformat(), "people": told.people, "units": told.units, "unreached": len(told.unreached)}
        Entry.objects.record(by=by, verb=VERB, target=task, at=at, **facts)
    return told


def _find_people(rows, units_of, told, *, on):
    """Add to {person: [assignments]}; a unit nobody can be told in goes to `told.unreached`."""
    readers = Readers(rows, on=on)
    for row in rows:
        people = readers.answering(row)
        for person in people:
            units_of.setdefault(person, []).append(row)
        if not people:
            told.unreached.append(row.unit.full_name)


def _notice(task, person, rows, title, *, on, at):
    """One for each person: it opens the one unit's page, or the duty where a person answers for several."""
    names = ", ".join(row.unit.full_name for row in rows[:3]) + ("…" if len(rows) > 3 else "")
    return Notice(
        person_id=person,
        key=f"unanswered/{task.pk}/{on}",
        kind=Notice.Kind.SILENCE,
        title=title,
        body=f"{task.plan.document.symbol} · {task.ref} · {names}",
        link=rows[0].get_absolute_url() if len(rows) == 1 else task.get_absolute_url(),
        at=at,
    )


def last_reminded(task):
    """The newest act of reminding, an Entry with its person, or None: «đã nhắc lúc…»."""
    return Entry.objects.about(task).filter(verb=VERB).select_related("person", "post__unit").order_by("-pk").first()
