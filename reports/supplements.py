"""«Báo cáo bổ sung»: what arrived from below after a superior's report was filed (product.md §5: a superior goes without the missing).

A further version with a number of its own, which names only what no earlier one has named. The filed report stays as it is, and so does
its timeliness: a province is on time or late by its own hand, whatever its wards do.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import cached_property

from journal.models import Entry
from reports import comparing, figures
from reports.drafting import Draft
from reports.models import MonthlyReport
from reports.wording import PARTS, TIMING_WORDS
from tasks.models import StaleWrite

TITLE = "Phụ lục. Báo cáo của đơn vị cấp dưới nhận sau khi đã tổng hợp"
COLUMNS = [
    {"label": "TT", "width": 8, "align": "center"},
    {"label": "Đơn vị", "width": 37, "align": "left"},
    {"label": "Số, ký hiệu", "width": 15, "align": "left"},
    {"label": "Thời điểm nộp", "width": 22, "align": "left"},
    {"label": "Tình trạng", "width": 18, "align": "left"},
]
NOTHING = "Không bổ sung."


def arrived(report):
    """Filed reports of the units directly below that neither the filed `report` nor a supplement of it has named, in Vietnamese order."""
    below = figures.units_reporting_to(report.unit, on=report.period.closes).order_by().values("pk")
    rows = MonthlyReport.objects.standing().filter(unit__in=below, month=report.month, filed_at__isnull=False)
    if "heard" not in report.facts:  # filed before the portal kept what it named
        rows = rows.filter(filed_at__gt=report.signed_at)
    told = [report, *report.supplemented_by.standing().filter(filed_at__isnull=False)]
    heard = {pk for row in told for pk in row.facts.get("heard", ())}
    return rows.exclude(pk__in=heard).numbered().select_related("unit").order_by("unit__name_key", "pk")


@transaction.atomic
def begin(report, *, by, at):
    """The draft that adds to the filed `report` what arrived since; the one that is open already where there is one.

    Raises StaleWrite where nothing arrived, or another version has taken the report's place.
    """
    report = MonthlyReport.objects.select_for_update(of=("self",)).select_related("unit").get(pk=report.pk)
    opened = report.supplemented_by.standing().filter(filed_at=None).first()
    if opened and not opened.is_locked(at=at):
        return opened
    news = list(arrived(report)) if report.filed_at and not report.superseded else []
    if not news:
        raise StaleWrite
    until = timezone.localdate(at) + timedelta(days=settings.REPORT_LOCK_DAYS)
    report.supplemented_by.filter(filed_at=None).update(superseded=True)  # one begun before, whose days are over
    opened = report.open_version(at=at, until=until, supplements=report)
    Entry.objects.record(by=by, verb="report.supplemented", target=opened, at=at, units=[row.unit_id for row in news])
    return opened


def draft_of(report, *, at):
    """The Draft of a report as of `at`: of a supplement what arrived, of any other what the unit did."""
    return Supplement(report, at=at) if report.supplements_id else Draft(report, at=at)


class Supplement(Draft):
    """What came in since the report it adds to. It takes no entry: those go into the unit's next report."""

    is_empty = False

    def __init__(self, report, *, at):
        super().__init__(report, at=at)
        self.entries, self.base = [], report.supplements
        self.news = list(arrived(self.base))
        self.heard = [row.pk for row in self.news]

    @cached_property
    def changes(self):
        """It is compared with no other report, nor the next one with it."""
        return comparing.Changes([], None)

    @cached_property
    def drafted(self):
        return {part: self._leading_words() if part == 1 else NOTHING for part in PARTS}

    def _leading_words(self):
        names = ", ".join(dict.fromkeys(row.unit.full_name for row in self.news))
        day = f"{timezone.localdate(self.base.filed_at):%d/%m/%Y}"
        return (
            f"Sau Báo cáo số {self.base.symbol} ngày {day}, {self.unit.full_name} nhận thêm {len(self.news)} báo cáo "
            f"của đơn vị cấp dưới: {names}."
        )

    def counts(self):
        return [["Báo cáo của đơn vị cấp dưới nhận thêm", len(self.news)]]

    def subject(self):
        """«BÁO CÁO / Bổ sung kết quả …» reads «Báo cáo bổ sung kết quả …»: the type stays one of those the rules know."""
        return f"Bổ sung kết quả thực hiện nhiệm vụ kế hoạch tháng {self.period.month.month} năm {self.period.month.year}"

    def annexes(self):
        rows = [
            {
                "cells": [
                    str(n),
                    row.unit.full_name,
                    row.symbol,
                    f"{timezone.localtime(row.filed_at):%H:%M, %d/%m/%Y}",
                    TIMING_WORDS[row.timing(at=self.at)],
                ]
            }
            for n, row in enumerate(self.news, 1)
        ]
        return [{"title": TITLE, "columns": COLUMNS, "rows": rows, "empty": "Chưa có báo cáo nào nhận thêm."}]
