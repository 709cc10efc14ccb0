"""The ladder of one whole year over the two real plans, as they stand and nobody logs: who is told what when, one line a step.

Ba Ngòi, Khánh Hòa and the Ministry of Public Security answer; the other provinces and ministries would say the same.
`WRITE_GOLDEN=1 python -m pytest tests/reports/test_year.py` writes the table anew; read it before you commit it.
"""

from collections import defaultdict
from datetime import date, timedelta

from journal.models import Notice
from orgunits.models import Person, Post, Role
from plans import period
from plans.models import Plan
from reports import drafting, reminders
from tasks import recurring
from tasks import reminders as of_duties
from tasks.models import Assignment

FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
HEAD = ["day", "subject", "step", "who", "people", "notices", "what"]
WARD, PROVINCE, MINISTRY = "22423", "56", "TW.BCA"  # Ba Ngòi, Khánh Hòa, Bộ Công an
SHOWN = 6  # duties named in a line


def staff():
    """An official for every unit that answers, a clerk and a head for every area concerned: {person id: "role level"}."""
    leads = Assignment.objects.leads().select_related("unit__area", "unit__answers_through__area", "unit__kept_by__area")
    answering = {row.unit.kept_by or row.unit.answers_through or row.unit for row in leads}
    areas = (
        {unit.area for unit in answering} | {row.unit.area for row in leads} | {plan.unit for plan in Plan.objects.select_related("unit")}
    )
    wanted = [(unit, Role.OFFICIAL) for unit in answering] + [(area, role) for area in areas for role in (Role.CLERK, Role.STEERING)]
    who = {}
    for unit, role in sorted(wanted, key=lambda pair: (pair[0].path, pair[1])):
        person = Person.objects.create(username=f"{role}.{unit.code}".lower(), email="x@example.vn")
        Post.objects.create(person=person, unit=unit, role=role, since=FIRST)
        who[person.pk] = f"{role} {unit.level}"
    return who


def lines():
    """The table, without its head: lists of strings."""
    Assignment.objects.exclude(unit__area__code__in=[WARD, PROVINCE]).exclude(unit__code=MINISTRY).delete()
    issued = set(Plan.objects.values_list("issued_on", flat=True))
    who, last, found = staff(), 0, []
    day = FIRST
    while day <= LAST:
        at = period.moment(day) + timedelta(hours=7)
        if day in issued or day == period.holding(day).opens:  # on other days the job finds nothing to open
            drafting.open_reports(on=day)
        recurring.turn_over(on=day, at=at)
        of_duties.send(day, at=at)
        reminders.send(on=day, at=at)
        fresh = list(Notice.objects.filter(pk__gt=last).order_by("pk"))
        last = fresh[-1].pk if fresh else last
        found += _of_day(day, fresh, who)
        day += timedelta(days=1)
    return found


def _of_day(day, notices, who):
    steps = defaultdict(list)
    for notice in notices:
        subject, _slash, rest = notice.key.partition("/")
        in_all = rest.startswith(("all/", "above/")) or subject == "awaited"
        steps[subject, "all" if in_all else rest.rpartition("/")[2], who[notice.person_id]].append(notice)
    for (subject, step, role), rows in sorted(steps.items()):
        what = _what(rows) if subject not in {"report", "awaited"} and step != "all" else ""
        yield [f"{day}", subject, step, role, f"{len({row.person_id for row in rows})}", f"{len(rows)}", what]


def _what(rows):
    refs = list(dict.fromkeys(" ".join(row.body.split(" · ")[:2]) for row in rows))
    return ", ".join(sorted(refs)[:SHOWN]) + (f" and {len(refs) - SHOWN} more" if len(refs) > SHOWN else "")
