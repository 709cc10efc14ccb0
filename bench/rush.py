"""The 24th: every ward's clerk files, each clicking twice, beside people who read dashboards, while a worker builds the papers.

Everything stays written: it is the last thing a bench does with its country.
"""

import contextlib
import subprocess
import sys
import threading
import time
from time import monotonic

from django.utils import timezone

from bench.cast import sign_in
from bench.clients import ask
from bench.server import ROOT
from config.national.people import MAIL
from orgunits.models import Level, Post, Role
from plans import period
from reports import drafting, filing
from reports.models import MonthlyReport, Paper

CLERKS, READERS = 32, 8  # connections that file, that read
WITHIN = 600  # seconds in which the whole country files
LOOKS = 10  # times each reader opens the dashboard meanwhile
HANDS = 2  # processes that build papers
PATIENCE = 1800  # seconds the pile may take
WORKER = [sys.executable, "-m", "celery", "--app", "config", "worker", "--queues", "papers"]


def rush(port, cast, log):
    """Figures of one rush: what was filed, lost and doubled, what clerks and readers waited, how long the papers took."""
    signed, seconds = _signed()
    within = WITHIN * len(signed) / 3321
    with _worker(log):
        filed, seen = _together(port, _requests(signed), _readers(cast), within)
        papers = _drained(signed)
    return {
        "reports": len(signed),
        "signed_per_second": round(len(signed) / seconds, 1),
        "clicks": len(filed.seconds),
        "statuses": filed.statuses,
        "seconds": round(filed.wall, 1),
        "p50_ms": round(filed.percentile(0.5)),
        "p95_ms": round(filed.percentile(0.95)),
        "p99_ms": round(filed.percentile(0.99)),
        **_kept(signed),
        "dashboards": len(seen.seconds),
        "dashboard_statuses": seen.statuses,
        "dashboard_p50_ms": round(seen.percentile(0.5)),
        "dashboard_p95_ms": round(seen.percentile(0.95)),
        **papers,
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
    people = [*cast.wards, *cast.provinces, *cast.centre, *cast.clerks, *cast.officials]
    return [(asker.cookie, "/dashboard/", None) for asker in people]


def _together(port, clerks, readers, within):
    """The clerks' answers over `within` seconds, and those of the readers meanwhile."""
    found, looks = {}, len(readers) * LOOKS

    def read():
        found["seen"] = ask(port, readers, at_once=READERS, most=looks, seconds=2 * within, every=within / looks)

    beside = threading.Thread(target=read)
    beside.start()
    filed = ask(port, clerks, at_once=CLERKS, most=len(clerks), seconds=PATIENCE, every=within / len(clerks))
    beside.join()
    return filed, found["seen"]


def _kept(signed):
    """What the database holds of the rush: 0 lost and 0 doubled is the promise."""
    rows = MonthlyReport.objects.filter(pk__in=[report.pk for report in signed])
    numbers = list(rows.exclude(filed_at=None).values_list("unit", "number"))
    papers = Paper.objects.filter(report__in=rows, is_draft=False).count()
    return {"lost": len(signed) - len(numbers), "doubled": len(numbers) - len(set(numbers)) + papers - len(numbers)}


@contextlib.contextmanager
def _worker(log):
    """The product's own worker of papers, as docs/deploy.md starts it."""
    with open(log, "wb") as out:
        command = [*WORKER, "--concurrency", str(HANDS), "--loglevel", "WARNING"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()  # it ends the round in hand
        process.wait(timeout=120)


def _drained(signed):
    """How long after the last filing the last paper was built, how many were; None where the pile did not end."""
    papers = Paper.objects.filter(report__in=[report.pk for report in signed], is_draft=False)
    until = monotonic() + PATIENCE
    while papers.filter(built_at=None).exists() and monotonic() < until:
        time.sleep(1)
    built = papers.exclude(built_at=None)
    last_filed = MonthlyReport.objects.filter(pk__in=[report.pk for report in signed]).latest("filed_at").filed_at
    done = papers.count() == built.count() == len(signed)
    seconds = (built.latest("built_at").built_at - last_filed).total_seconds() if done else None
    failed = papers.exclude(problem="").count()
    return {"papers_built": built.count(), "papers_failed": failed, "drained_after_s": seconds and round(seconds)}
