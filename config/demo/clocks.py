"""What the clocks of a month know besides (docs/decisions/0019): an earlier last day below, a report opened again, a supplement."""

import uuid
from datetime import date, timedelta

from config.demo.story import after_workdays, chance, office_hour
from orgunits.models import OrgUnit
from plans import period
from reports import cutting_off, filing, reopening, supplements
from reports.models import MonthlyReport

PROVINCE, WARD = "56", "22423"  # Khánh Hòa, phường Ba Ngòi
EARLIER, SET_ON = 23, date(2026, 7, 8)  # so that the province's report holds those of its wards
CORRECTED, OPENED_ON = period.of_month(date(2026, 7, 1)), date(2026, 9, 8)
REASON = "Đính chính số liệu về hệ thống đã phê duyệt cấp độ theo kết quả kiểm tra của Công an tỉnh."
CORRECTION = "Số hệ thống đã phê duyệt cấp độ được đính chính theo biên bản kiểm tra; các nội dung khác không thay đổi."
LATE = period.of_month(date(2026, 8, 1))  # the ward files after the province (config/demo/months.py)


def tell(story, cast):
    """Plan all three; each is left out where what it rests on has not happened before today."""
    told = Clocks(story, cast, *(OrgUnit.objects.select_related("parent").get(code=code) for code in (PROVINCE, WARD)))
    story.plan(told.moment("earlier day", SET_ON), told.set_day)
    story.plan(told.moment("opened again", OPENED_ON), told.open_again)
    story.plan(told.moment("supplement", after_workdays(LATE.locks, 1)), told.supplement)


class Clocks:
    def __init__(self, story, cast, province, ward):
        self.story, self.cast, self.province, self.ward = story, cast, province, ward

    def moment(self, name, day):
        return office_hour(day, chance("clocks", name), first=9, last=11)

    def _token(self, name):
        return uuid.uuid5(uuid.NAMESPACE_URL, f"thong-suot/demo/{name}")

    def set_day(self, at):
        cutting_off.set_day(self.province, day=EARLIER, by=self.cast.head(self.province), at=at, token=self._token("earlier day"))

    def open_again(self, at):
        report = MonthlyReport.objects.current().get(unit=self.ward, month=CORRECTED.month)
        if not report.filed_at:
            return
        until, token = after_workdays(OPENED_ON, 8), self._token("opened again")
        reopening.reopen(report, by=self.cast.head(self.province), at=at, reason=REASON, expires_on=until, token=token, symbol="31-CV/BCĐ")
        self.story.plan(self.moment("corrected", after_workdays(OPENED_ON, 2)), self._correct)

    def _correct(self, at):
        report = MonthlyReport.objects.current().get(unit=self.ward, month=CORRECTED.month)
        report.edit({2: CORRECTION}, by=self.cast.clerk(self.ward), at=at - timedelta(hours=1), revision=None)
        self._file(report, at)

    def supplement(self, at):
        report = MonthlyReport.objects.current().get(unit=self.province, month=LATE.month)
        if report.filed_at and supplements.arrived(report):
            self._file(supplements.begin(report, by=self.cast.clerk(self.province), at=at - timedelta(hours=1)), at)

    def _file(self, report, at):
        """Signed and filed by its own people, accepted above two working days later."""
        filing.sign(report, by=self.cast.head(report.unit), at=at - timedelta(minutes=20))
        filed, head = filing.file(report, by=self.cast.clerk(report.unit), at=at), self.cast.head(report.unit.parent)
        self.story.plan(self.moment(f"judged {report.pk}", after_workdays(at.date(), 2)), lambda at: filed.judge(by=head, at=at, ok=True))
