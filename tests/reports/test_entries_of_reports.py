"""Entries belong to the report that follows them, whatever people do in whatever order: each once, none forgotten."""

import contextlib
import functools
import uuid
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plans import period
from reports import drafting, filing, reopening
from reports.annex_tables import Annexes
from reports.models import Locked, MonthlyReport, ReportEntry, Timing
from tasks.models import Progress, StaleWrite
from tasks.models.progress import log_progress
from tests.permissions.requests import taken_back
from tests.reports.test_month import JULY, JUNE, at, filed, june, logged
from tests.tasks.test_writing_at_once import together
from tests.world import World

MONTHS = [period.of_month(date(2026, month, 1)) for month in (6, 7, 8)]
FIRST = date(2026, 6, 1)
ACTS = ["log", "log", "correct", "return_entry", "sign", "unsign", "file", "return_report", "wait"]


class Story:
    """People of Ba Ngòi and Khánh Hòa at work on three open reports; each act an hour after the one before."""

    def __init__(self, world):
        self.world, self.duties, self.now = world, world.duties(2), at(FIRST)
        drafting.open_reports(on=MONTHS[-1].closes)

    def do(self, act, n):
        self.now += timedelta(hours=1)
        with contextlib.suppress(StaleWrite, Locked):  # that act had no place here: the house refused it
            getattr(self, act)(n)

    def wait(self, n):
        """Days pass: a close, a lock, a whole month."""
        self.now += timedelta(days=[9, 21, 31][n % 3])

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


def held(at):
    """How many months keep each entry at the moment `at`."""
    months = ReportEntry.objects.kept(at=at).values_list("progress", "report__month").distinct()
    return Counter(progress for progress, _month in months)


def standing():
    return set(Progress.objects.standing().values_list("pk", flat=True))


def check(story):
    """Each standing entry is kept by one month, or is offered to every draft of its period or a later one, and to no other."""
    often, drafts = held(story.now), list(MonthlyReport.objects.current().filter(signed_at=None))
    assert [entry for entry, n in often.items() if n > 1] == []
    assert not ReportEntry.objects.filter(report__in=drafts).exists()
    offered = {report: {entry.pk for entry in drafting.Draft(report, at=story.now).entries} for report in drafts}
    kept = ReportEntry.objects.kept(at=story.now)
    for entry in Progress.objects.standing():
        months = set(kept.filter(progress=entry).values_list("report__month", flat=True))  # of a returned version: its next one's
        wanted = {row for row in drafts if entry.at < row.period.late_from and (row.month in months or not months)}
        assert {row for row, entries in offered.items() if entry.pk in entries} == wanted
    assert all(entries <= standing() for entries in offered.values())


def settle(story):
    """What may be filed is signed and filed, the oldest first, then the next month's: each standing entry has found its report."""
    last = max(period.holding(story.now.date()), MONTHS[-1])
    for one in (last, last.later()):
        story.now = max(story.now, one.opens_at)
        drafting.open_reports(on=one.closes)
        for report in MonthlyReport.objects.current().filter(filed_at=None).order_by("month"):
            if not report.is_locked(at=story.now):
                report = report if report.signed_at else filing.sign(report, by=story.world.binh, at=story.now)
                filing.file(report, by=story.world.mai, at=story.now)
    often = held(story.now)
    assert (standing() - set(often), set(often.values()) - {1}) == (set(), set())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(acts=[("log", 0), ("sign", 0), ("file", 0), ("log", 1), ("return_report", 0), ("sign", 1), ("correct", 0)])
@example(acts=[("log", 0), ("sign", 1), ("unsign", 1), ("return_entry", 0), ("log", 1), ("sign", 2)])
@example(acts=[("log", 0), ("sign", 0), ("wait", 2), ("log", 0), ("sign", 1), ("file", 1)])
@example(acts=[("log", 0), ("sign", 0), ("file", 0), ("return_report", 0), ("wait", 2), ("sign", 1), ("wait", 0)])
@example(acts=[("sign", 2), ("wait", 0), ("log", 0), ("wait", 1), ("wait", 2)])
@example(acts=[("wait", 1), ("wait", 0), ("log", 0), ("wait", 0), ("log", 1), ("sign", 0), ("file", 0)])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5)), min_size=4, max_size=14))
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
        assert ReportEntry.objects.count() == 1
        for report in reports:
            filing.unsign(report, by=story.world.binh, at=story.now)


def words_of(report):
    return [entry.words for entry in drafting.Draft(report, at=at(report.period.closes)).entries]


def test_what_was_signed_and_never_filed_is_told_by_the_next_report(world):
    logged(world.duty(), world.an, words="Kết quả tháng sáu", day=date(2026, 6, 20))
    filing.sign(june(world), by=world.binh, at=at(date(2026, 6, 22)))
    july = june(world, JULY)
    assert drafting.Draft(july, at=at(date(2026, 6, 29))).entries == []  # June's may still be filed
    assert words_of(july) == ["Kết quả tháng sáu"]


def test_what_was_returned_and_never_filed_again_is_told_by_the_next_report(world):
    logged(world.duty(), world.an, words="Kết quả tháng sáu", day=date(2026, 6, 20))
    filed(june(world), world, day=date(2026, 6, 22)).judge(by=world.dung, at=at(date(2026, 6, 25)), ok=False, reason="thiếu")
    july = june(world, JULY)
    assert drafting.Draft(july, at=at(date(2026, 6, 29))).entries == []
    assert words_of(july) == ["Kết quả tháng sáu"]


def test_a_report_signed_unfiled_and_opened_again_is_signed_anew_with_what_no_later_one_has_told(world):
    duty = world.duty()
    logged(duty, world.an, words="Kết quả tháng sáu", day=date(2026, 6, 20))
    report = filing.sign(june(world), by=world.binh, at=at(date(2026, 6, 22)))
    july = filed(june(world, JULY), world, day=date(2026, 7, 20))
    reopening.reopen(report, by=world.dung, at=at(date(2026, 7, 21)), reason="x", expires_on=date(2026, 7, 30), token=uuid.uuid4())
    report.refresh_from_db()
    assert (report.status, report.facts, report.entries.count(), july.entries.count()) == ("draft", None, 0, 1)
    assert filed(report, world, day=date(2026, 7, 22)).entries.count() == 0


def test_a_late_report_ends_with_its_period_and_leaves_the_next_one_its_own(world):
    duty = world.duty()
    logged(duty, world.an, words="Trong kỳ", day=date(2026, 6, 24))
    logged(duty, world.an, words="Sau kỳ", day=date(2026, 6, 25))
    late = filed(june(world), world, day=date(2026, 6, 26))
    july = filed(june(world, JULY), world, day=date(2026, 7, 23))
    assert [[row.progress.words for row in report.entries.all()] for report in (late, july)] == [["Trong kỳ"], ["Sau kỳ"]]
    assert (late.timing(at=at(date(2026, 7, 24))), july.timing(at=at(date(2026, 7, 24)))) == (Timing.LATE, Timing.ON_TIME)


def test_a_result_after_an_early_filing_counts_in_the_report_that_tells_it(world):
    duty = world.duty()
    filed(june(world), world, day=date(2026, 6, 15))
    logged(duty, world.an, day=date(2026, 6, 20))
    draft = drafting.Draft(june(world, JULY), at=at(date(2026, 7, 20)))
    assert ["Thường xuyên, có kết quả trong kỳ", 1] in draft.counts()
    assert "1 trên 1 phần việc thường xuyên có kết quả trong kỳ" in draft.words()[1]
    assert [row.timeliness for row in Annexes(draft).rows] == ["with_result"]


def test_a_late_report_counts_no_result_of_the_days_after_it(world):
    duty = world.duty()
    report = june(world)
    logged(duty, world.an, day=date(2026, 6, 26))
    draft = drafting.Draft(report, at=at(date(2026, 6, 27)))
    assert ["Thường xuyên, chưa có kết quả trong kỳ", 1] in draft.counts()
    assert [row.timeliness for row in Annexes(draft).rows] == ["without_result"]
    logged(duty, world.an, day=date(2026, 6, 27))
    assert ["Thường xuyên, có kết quả trong kỳ", 1] in drafting.Draft(june(world, JULY), at=at(date(2026, 7, 20))).counts()


def test_what_the_next_month_took_in_the_first_second_after_the_lock_is_not_filed_once_more(world):
    """The request that files June began in the last second before it."""
    logged(world.duty(), world.an, day=date(2026, 6, 20))
    report = filing.sign(june(world), by=world.binh, at=at(date(2026, 6, 22)))
    filing.sign(june(world, JULY), by=world.binh, at=JUNE.locked_from)
    with pytest.raises(StaleWrite):
        filing.file(report, by=world.mai, at=JUNE.locked_from - timedelta(seconds=1))
