"""The 24th: every ward's clerk files, each clicking twice, beside people who read dashboards; then the papers are built.

Everything stays written: it is the last thing a bench does with its country.
"""

import threading
from time import monotonic

from django.utils import timezone

from bench.cast import sign_in
from bench.clients import ask
from config.national.people import MAIL
from orgunits.models import Level, Post, Role
from plans import period
from reports import drafting, filing, printing
from reports.models import MonthlyReport, Paper

CLERKS, READERS, READING = 32, 8, 200  # connections that file, that read, people who read
LIMIT = 600  # seconds; product.md: everybody within ten minutes
PAPERS = 60  # built one after the other, to know how long one takes


def rush(port, cast):
    """Figures of one rush: what was filed, lost and doubled, what clerks and readers waited, how long a paper takes."""
    signed, seconds = _signed()
    clerks, read = _requests(signed), _readers(cast)
    filed, seen = _together(port, clerks, read)
    return {
        "reports": len(signed),
        "signed_per_second": round(len(signed) / seconds, 1),
        "clicks": len(filed.seconds),
        "statuses": filed.statuses,
        "seconds": round(filed.wall, 1),
        "p50_ms": round(filed.percentile(0.5)),
        "p95_ms": round(filed.percentile(0.95)),
        **_kept(signed),
        "dashboards": len(seen.seconds),
        "dashboard_statuses": seen.statuses,
        "dashboard_p95_ms": round(seen.percentile(0.95)),
        **_papers(),
    }


def _signed():
    """Every ward's report of the present period signed by its head: ([reports], seconds)."""
    now = timezone.now()
    drafting.open_reports(on=timezone.localdate(now))
    month = period.holding(timezone.localdate(now)).month
    reports = MonthlyReport.objects.current().filter(month=month, unit__level=Level.WARD, filed_at=None).select_related("unit")
    heads = {post.unit_id: post for post in _posts(Role.STEERING)}
    began, signed = monotonic(), []
    for report in reports.order_by("pk"):
        if report.unit_id in heads:
            signed.append(report if report.signed_at else filing.sign(report, by=heads[report.unit_id], at=now))
    return signed, monotonic() - began


def _posts(role):
    return Post.objects.filter(person__email__endswith=MAIL, role=role, unit__level=Level.WARD).select_related("person")


def _requests(signed):
    """Two clicks of each ward's clerk on «Nộp», one right after the other."""
    cookies = {post.unit_id: sign_in(post) for post in _posts(Role.CLERK).filter(unit__in=[report.unit_id for report in signed])}
    filing_ = [(cookies[report.unit_id], f"/reports/{report.pk}/file/", {"revision": report.revision}) for report in signed]
    return [click for one in filing_ for click in (one, one)]


def _readers(cast):
    people = [*cast.wards, *cast.provinces, *cast.centre, *cast.clerks, *cast.officials][:READING]
    return [(asker.cookie, "/dashboard/", None) for asker in people]


def _together(port, clerks, readers):
    """The clerks' answers, and those of the readers meanwhile."""
    found = {}

    def read():
        found["seen"] = ask(port, readers, at_once=READERS, most=len(readers), seconds=LIMIT)

    beside = threading.Thread(target=read)
    beside.start()
    filed = ask(port, clerks, at_once=CLERKS, most=len(clerks), seconds=LIMIT)
    beside.join()
    return filed, found["seen"]


def _kept(signed):
    """What the database holds of the rush: 0 lost and 0 doubled is the promise."""
    rows = MonthlyReport.objects.filter(pk__in=[report.pk for report in signed])
    numbers = list(rows.exclude(filed_at=None).values_list("unit", "number"))
    papers = Paper.objects.filter(report__in=rows, is_draft=False).count()
    return {"lost": len(signed) - len(numbers), "doubled": len(numbers) - len(set(numbers)) + papers - len(numbers)}


def _papers():
    """Seconds for one paper of those that wait, built one after the other; how many wait."""
    now = timezone.now()
    waiting = list(Paper.objects.unbuilt(at=now).order_by("pk").values_list("pk", flat=True))
    began = monotonic()
    built = sum(printing.build(pk) for pk in waiting[:PAPERS] if Paper.objects.claim(pk, at=now))
    seconds = monotonic() - began
    return {"papers_waiting": len(waiting), "papers_built": built, "seconds_a_paper": round(seconds / built, 2) if built else None}
