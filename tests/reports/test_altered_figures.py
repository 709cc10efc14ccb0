"""Every figure the portal drafted in part I, altered by hand, is noticed; the draft as it stands never is."""

import re
from datetime import date

import pytest

from orgunits.models import Kind, Level
from plans import period
from plans.models import Plan
from reports import drafting, filing, lint
from reports.models import MonthlyReport
from tasks.deadlines import Kind as Deadline
from tasks.models.progress import log_progress
from tests.reports.test_month import JUNE, at, logged
from tests.world import area, plan_of

MAY = period.of_month(date(2026, 5, 1))
DRAFTED = date(2026, 6, 20)
FIGURE = re.compile(r"(?<![\w/-])\d+(?:/\d+)*(?![\w-])")  # not the number of a plan
LEVELS = {"ba_ngoi": "binh", "khanh_hoa": "dung", "centre": "hoa"}
CLAUSES = [
    "Kỳ báo cáo từ 25/05/2026 đến 24/06/2026, ",
    " phần việc được giao (tăng ",
    " so với báo cáo tháng 05/2026) thuộc 1 kế hoạch (Kế hoạch số ",
    " phần việc phải hoàn thành, các đơn vị đã báo hoàn thành 2, trong đó 1 đã được xác nhận; ",
    "2 phần việc quá hạn; ",
    "1 trên 3 phần việc thường xuyên có kết quả trong kỳ; ",
    "1 phần việc chờ kế hoạch cấp trên; ",
    "2 phần việc hai kỳ liền chưa cập nhật.",
]
OF_THOSE_BELOW = ["Đã nhận báo cáo của 0 trên ", " đơn vị cấp dưới; chưa nhận của ", " đơn vị khác (Phụ lục 4)."]


def report_of(unit, month):
    drafting.open_reports(on=month.closes)
    return MonthlyReport.objects.get(unit=unit, month=month.month)


@pytest.fixture(params=LEVELS)
def report(world, request, monkeypatch):
    """A report of June with every clause part I can have, after one filed in May."""
    monkeypatch.setattr(drafting, "NAMED", 1)
    unit, head = getattr(world, request.param), getattr(world, LEVELS[request.param])
    plan = world.plan if unit == world.ba_ngoi else plan_of(unit, "07-KH/BCĐ")
    first = world.duties(3, plan=plan, joined_on=date(2026, 1, 10))
    world.duty(plan=plan, kind=Deadline.RELATIVE_TO_SUPERIOR_PLAN)
    may = report_of(unit, MAY)
    filing.sign(may, by=head, at=at(date(2026, 5, 22)))
    filing.file(may, by=head, at=at(date(2026, 5, 23)))
    logged(first[0], world.an)
    world.duties(2, plan=plan, due_on=date(2026, 6, 10))
    for duty in world.duties(2, plan=plan, due_on=date(2026, 7, 10)):
        entry = log_progress(duty, by=world.an, at=at(date(2026, 6, 15)), says="done", words="Xong")
    entry.judge(by=head, at=at(date(2026, 6, 16)), ok=True)
    below = {world.khanh_hoa: (Kind.COMMUNE, Level.WARD), world.centre: (Kind.PROVINCE, Level.PROVINCE)}
    for n, name in enumerate(["Đông", "Tây"] if unit in below else []):
        other = area(f"{unit.path}009{n}", unit, *below[unit], name)
        world.duty(plan=plan, lead=other, due_on=date(2026, 9, 1))
    return report_of(unit, JUNE)


def written(report, world, words):
    """What the lint says of the figures where part I is `words`."""
    report.edit({1: words}, by=world.mai, at=at(DRAFTED), revision=None)
    draft = drafting.Draft(MonthlyReport.objects.get(pk=report.pk), at=at(DRAFTED))
    return [finding.facts for finding in lint.findings(draft) if finding.kind == "number"]


def drafted(report):
    return drafting.Draft(report, at=at(DRAFTED)).drafted[1]


def test_each_figure_altered_is_noticed_alone_and_the_draft_never_is(world, report):
    words = drafted(report)
    assert [clause for clause in [*CLAUSES, *(OF_THOSE_BELOW if report.unit != world.ba_ngoi else [])] if clause not in words] == []
    assert written(report, world, words) == []
    for found in FIGURE.finditer(words):
        altered = re.sub(r"\d+", lambda part: f"{int(part[0]) + 1:0{len(part[0])}}", found[0])
        [told] = written(report, world, words[: found.start()] + altered + words[found.end() :])
        assert (str(told["said"]), [str(row) for row in told["rows"]]) == (altered, [found[0]])
        assert told["noun"]


def test_a_draft_of_other_days_is_held_against_the_rows_of_today(world, report):
    before = drafted(report)
    world.duty(plan=Plan.objects.get(unit=report.unit), due_on=date(2026, 6, 11))
    assert [(told["said"], told["rows"]) for told in written(report, world, before)] == [
        (n, [n + 1]) for n in (told_before(before, "theo dõi"), told_before(before, "(tăng"), told_before(before, "Trong"), 2)
    ]


def told_before(words, noun):
    return int(re.search(rf"{re.escape(noun)} (\d+)", words)[1])
