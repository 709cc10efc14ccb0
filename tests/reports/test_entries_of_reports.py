"""Entries belong to the report that follows them, whatever people do in whatever order: each once, none forgotten."""

import contextlib
import functools
from collections import Counter
from datetime import date, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plans import period
from reports import drafting, filing
from reports.models import MonthlyReport, ReportEntry
from tasks.models import Progress, StaleWrite
from tasks.models.progress import log_progress
from tests.permissions.requests import taken_back
from tests.reports.test_month import at
from tests.tasks.test_writing_at_once import together
from tests.world import World

MONTHS = [period.of_month(date(2026, month, 1)) for month in (6, 7, 8)]
FIRST = date(2026, 6, 1)
ACTS = ["log", "log", "correct", "return_entry", "sign", "unsign", "file", "return_report"]


class Story:
    """People of Ba Ngòi and Khánh Hòa at work on three open reports; each act an hour after the one before."""

    def __init__(self, world):
        self.world, self.duties, self.now = world, world.duties(2), at(FIRST)
        drafting.open_reports(on=MONTHS[-1].closes)

    def do(self, act, n):
        self.now += timedelta(hours=1)
        with contextlib.suppress(StaleWrite):  # that act had no place here: the house refused it
            getattr(self, act)(n)

    def log(self, n, words="Đã rà soát"):
        log_progress(self.duties[n % 2], by=self.world.an, at=self.now, says="doing", words=words)

    def correct(self, n):
        """A correction is a new entry beside the old one."""
        if self.duties[n % 2].progress.exists():
            self.log(n, "Đính chính: đã rà soát")

    def return_entry(self, n):
        waiting = list(Progress.objects.filter(verdict=None).order_by("pk"))
        if waiting:
            waiting[n % len(waiting)].judge(by=self.world.binh, at=self.now, ok=False, reason="sai số liệu")

    def sign(self, n):
        self._on(n, lambda report: filing.sign(report, by=self.world.binh, at=self.now))

    def unsign(self, n):
        self._on(n, lambda report: filing.unsign(report, by=self.world.binh, at=self.now))

    def file(self, n):
        self._on(n, lambda report: filing.file(report, by=self.world.mai, at=self.now))

    def return_report(self, n):
        self._on(n, lambda report: report.status == "filed" and report.judge(by=self.world.dung, at=self.now, ok=False, reason="thiếu"))

    def _on(self, n, act):
        act(MonthlyReport.objects.current().get(unit=self.world.ba_ngoi, month=MONTHS[n % 3].month))


def held():
    """How many of the current versions hold each entry."""
    return Counter(ReportEntry.objects.filter(report__superseded=False).values_list("progress", flat=True))


def standing():
    return set(Progress.objects.standing().values_list("pk", flat=True))


def check(story):
    """Each standing entry is held by one current version, or is offered to the drafts that may still take it, and to no other."""
    often, drafts = held(), MonthlyReport.objects.current().filter(signed_at=None)
    assert [entry for entry, n in often.items() if n > 1] == []
    assert not ReportEntry.objects.filter(report__in=drafts).exists()
    offered = {report.month: {entry.pk for entry in drafting.Draft(report, at=story.now).entries} for report in drafts}
    for entry in standing() - set(often):
        # What a returned version held waits for the next version of that month, anything else for whichever is signed next.
        given_back = set(ReportEntry.objects.filter(progress=entry).values_list("report__month", flat=True))
        assert {month for month, entries in offered.items() if entry in entries} == (given_back or set(offered))
    assert all(entries <= standing() - set(often) for entries in offered.values())


def settle(story):
    """The next month opens, whatever is open is signed and filed, the oldest month first: every standing entry has found its report."""
    drafting.open_reports(on=MONTHS[-1].later().closes)
    for report in MonthlyReport.objects.current().order_by("month"):
        if not report.signed_at:
            filing.sign(report, by=story.world.binh, at=story.now)
        filing.file(report, by=story.world.mai, at=story.now)
    often = held()
    assert (standing() <= set(often), set(often.values()) <= {1}) == (True, True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(acts=[("log", 0), ("sign", 0), ("file", 0), ("log", 1), ("return_report", 0), ("sign", 1), ("correct", 0)])
@example(acts=[("log", 0), ("sign", 1), ("unsign", 1), ("return_entry", 0), ("log", 1), ("sign", 2)])
@example(acts=[("sign", 0), ("sign", 1), ("sign", 2), ("log", 0)])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5)), min_size=4, max_size=18))
def test_every_standing_entry_lies_in_one_chain_or_waits(acts, world):
    with taken_back():
        story = Story(world)
        for act, n in acts:
            story.do(act, n)
        check(story)
        settle(story)


def test_two_reports_signed_in_one_moment_do_not_take_one_entry_twice(transactional_db):
    story = Story(World())
    story.log(0)
    reports = list(MonthlyReport.objects.filter(unit=story.world.ba_ngoi).order_by("month"))[:2]
    for _round in range(4):
        together([functools.partial(filing.sign, report, by=story.world.binh, at=story.now) for report in reports])
        assert held().most_common() == [(Progress.objects.get().pk, 1)]
        for report in reports:
            filing.unsign(report, by=story.world.binh, at=story.now)
