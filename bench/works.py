"""The work that is measured: one list. A page that is not there (404) is told as such, not as a fault."""

import itertools
import uuid
from dataclasses import dataclass

from django.utils import timezone

from orgunits.models import OrgUnit, Post, Role
from plans.models import Plan
from tasks.models import Assignment, Progress, State, Task

PER = 50  # rows of a page of duties


@dataclass(frozen=True)
class Work:
    """`requests(cast)` gives (cookie, path, form or None). `target` is in bare pages of CPU, `seconds` of wall time, `zipped` in kB."""

    name: str
    requests: object
    target: float | None = None
    seconds: float | None = None
    zipped: int | None = None
    most: tuple = (40, 80)  # requests one at a time, and eight at once
    heavy: bool = False  # one at a time alone, and few


def gets(askers, *paths):
    return [(asker.cookie, path, None) for path in paths for asker in askers]


def page(path, who):
    return lambda cast: gets(getattr(cast, who), path)


def central():
    return Plan.objects.get(document__key="04-kh-bcdtw")


def of_central(path):
    return lambda cast: gets(cast.centre, path.format(plan=central().pk))


def own_duties(cast):
    """Each ward's official at the duty of the ward's with the most entries of some."""
    found = []
    for asker in cast.officials:
        row = Assignment.objects.filter(unit=asker.post.unit, plan__unit=asker.post.unit.area).order_by("-version", "pk").first()
        if row:
            found.append((asker.cookie, row.get_absolute_url(), None))
    return found


def own_stories(cast):
    """«Diễn biến»: the stories of the same duties."""
    return [(cookie, f"/duties/{path.strip('/').rpartition('/')[2]}/story/", form) for cookie, path, form in own_duties(cast)]


def big_duty(cast):
    """The Central duty under which most wards carry theirs."""
    return gets(cast.centre, Task.objects.get(plan=central(), ref="V.1.m/5").get_absolute_url())


def carried_duty(cast):
    """A province's duty addressed to all its wards, seen by the province."""
    return [
        (asker.cookie, task.get_absolute_url(), None)
        for asker in cast.provinces
        for task in Task.objects.filter(plan__unit=asker.post.unit, plan__document__key__startswith="mh-", ref="PL/4")
    ]


def late_page(cast):
    """A page of the national overdue list far behind the first."""
    asker, today = cast.centre[0], timezone.localdate()
    rows = Assignment.objects.visible_to(asker.post).live().reporting().timed(on=today).filter(timeliness="overdue")
    last = max(rows.count() // PER - 2, 1)
    return gets(cast.centre, f"/duties/?timeliness=overdue&page={last}")


def ward_dashboards(cast):
    return [(asker.cookie, f"/dashboard/{asker.post.unit_id}/", None) for asker in cast.wards]


def a_province(cast):
    unit = OrgUnit.objects.filter(level="province").order_by("path").first()
    return gets(cast.centre, f"/dashboard/{unit.pk}/")


def entries(cast):
    """Forms with which clerks log on duties of their wards, each duty once."""
    clerks = {post.unit_id: post for post in Post.objects.filter(role=Role.CLERK, unit__level="ward").select_related("person")}
    cookies = {asker.post.unit_id: asker.cookie for asker in cast.clerks}
    rows = Assignment.objects.filter(unit__area__in=cookies, plan__unit__in=cookies, state__in=[State.TODO, State.DOING])
    rows = rows.filter(part="lead").exclude(clock="waiting").select_related("unit").order_by("pk")
    by_ward = {}
    for row in rows:
        if row.unit_id != row.plan_id and row.unit.area_id in clerks:
            by_ward.setdefault(row.unit.area_id, []).append(row)
    mixed = [row for turn in itertools.zip_longest(*by_ward.values()) for row in turn if row]
    return [(cookies[row.unit.area_id], f"{row.get_absolute_url()}progress/", _form(row)) for row in mixed]


def _form(row):
    first = row.answers.exclude(state=State.DONE).order_by("stage__position").first()
    return {
        "token": str(uuid.uuid4()),
        "version": row.version,
        "answer": first.pk,
        "says": Progress.Says.DOING.value,
        "spoken_for": "Bộ phận thử tải",
        "words": "Đã rà soát thêm ba bộ phận; phần còn lại làm trong kỳ sau.",
    }


WORKS = [
    Work("ward · list of duties", page("/duties/", "officials"), 1.2),
    Work("ward · one duty with history", own_duties, 1.2),
    Work("ward · my work", page("/", "officials")),
    Work("ward · write many", page("/log/", "officials")),
    Work("ward · story of a duty", own_stories),
    Work("ward · difficulties", page("/difficulties/", "officials")),
    Work("ward · incidents", page("/incidents/", "officials")),
    Work("ward · indicators", page("/indicators/", "clerks")),
    Work("ward · to confirm", page("/confirm/", "wards")),
    Work("ward · pauses asked for", page("/halts/", "wards")),
    Work("ward · journal", page("/journal/", "wards")),
    Work("ward · posts", page("/posts/", "clerks")),
    Work("ward · dashboard", ward_dashboards, 1.5),
    Work("ward · plans", page("/plans/", "officials")),
    Work("ward · inbox", page("/notices/", "officials")),
    Work("province · overdue", page("/duties/?timeliness=overdue", "provinces"), 1.5),
    Work("province · duty of all its wards", carried_duty, 3),
    Work("province · dashboard", page("/dashboard/", "provinces"), 1.5),
    Work("province · my work", page("/", "provinces")),
    Work("province · difficulties", page("/difficulties/", "provinces")),
    Work("province · incidents", page("/incidents/", "provinces")),
    Work("province · indicators", page("/indicators/", "provinces")),
    Work("province · to confirm", page("/confirm/", "provinces")),
    Work("province · pauses asked for", page("/halts/", "provinces")),
    Work("province · journal", page("/journal/", "provinces")),
    Work("province · posts", page("/posts/", "provinces")),
    Work("nation · overdue, page 1", page("/duties/?timeliness=overdue", "centre"), 1.5, zipped=40),
    Work("nation · overdue, a late page", late_page, 1.5, zipped=40),
    Work("nation · all duties", page("/duties/", "centre"), 1.5),
    Work("nation · dashboard", page("/dashboard/", "centre"), 1.5, most=(12, 24)),
    Work("nation · a province's dashboard", a_province, 1.5),
    Work("nation · my work", page("/", "centre"), most=(12, 24)),
    Work("nation · difficulties", page("/difficulties/", "centre"), most=(12, 24)),
    Work("nation · incidents", page("/incidents/", "centre"), most=(12, 24)),
    Work("nation · indicators", page("/indicators/", "centre"), most=(12, 24)),
    Work("nation · to confirm", page("/confirm/", "centre"), most=(12, 24)),
    Work("nation · journal", page("/journal/", "centre"), most=(12, 24)),
    Work("nation · posts", page("/posts/", "centre"), most=(12, 24)),
    Work("nation · Central plan", of_central("/plans/{plan}/"), 3, most=(12, 24)),
    Work("nation · Central duty with thousands below", big_duty, 3, zipped=60, most=(12, 24)),
    Work("nation · plans", page("/plans/", "centre"), most=(12, 24)),
    Work("nation · documents", page("/documents/", "centre"), most=(12, 24)),
    Work("nation · units", page("/units/", "centre")),
    Work("nation · reports", page("/reports/", "centre"), most=(12, 24)),
    Work("search · an ninh mang", page("/search/?q=an+ninh+mang", "centre"), 1.5, most=(8, 16)),
    Work("coverage 13 × 3,321", of_central("/plans/{plan}/coverage/"), seconds=1.0, most=(8, 8), heavy=True),
    Work("cascade clock", of_central("/plans/{plan}/cascade/"), most=(8, 8), heavy=True),
    Work("lint of the Central plan", of_central("/plans/{plan}/lint/"), most=(8, 8), heavy=True),
]
LOGGING = Work("log progress", entries, 1.5, most=(60, 240))
EXPORTS = [
    Work("all duties as CSV", page("/duties/export.csv", "centre"), seconds=1.5, most=(1, 0), heavy=True),
    Work("all duties as XLSX", page("/duties/export.xlsx", "centre"), seconds=6.0, most=(1, 0), heavy=True),
]
