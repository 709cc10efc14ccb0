"""The monthly reports of the months behind: filed in time, late or not at all; signed ones frozen, with the entries they took."""

import random
from datetime import timedelta

from config.national import dates
from config.national.wording import MARK
from orgunits.models import Level, Role
from plans import period
from reports import drafting
from reports.models import MonthlyReport, ReportEntry, ReportVerdict
from tasks.models import Progress

LATE, MISSING = 0.08, 0.04  # shares of the reports behind


class Months:
    """Reports of areas as unsaved rows into `rows`."""

    def __init__(self, rows, cast, *, on, seed):
        self.rows, self.cast, self.on, self.seed = rows, cast, on, seed

    def tell(self, place, lines, said):
        """Every report of `place` from its first duty on. `lines`: its lead assignments; `said`: what its bodies said."""
        area = place.area
        rng = random.Random(f"{self.seed}/months/{area.code}")  # noqa: S311 - a story, not a secret
        first_day = min(line.joined_on for line in lines)
        waiting, numbers = sorted(said, key=lambda row: row[0]), {}
        of_period, last, head = period.holding(first_day), period.holding(self.on), _head(area, place)
        while of_period <= last:
            report = MonthlyReport(unit=area, month=of_period.month, opened_at=period.moment(max(first_day, of_period.opens)))
            self.rows.add(report)
            moment = self._moment(of_period, rng) if of_period < last else None
            if moment and dates.day_of(moment) < self.on:
                taken = [row for row in waiting if row[0] <= moment]
                waiting = waiting[len(taken) :]
                self._file(report, head, area, lines, [row[1] for row in taken if not (row[2] and row[2] <= moment)], moment, numbers, rng)
            of_period = of_period.later()

    def _moment(self, of_period, rng):
        """When the head signs, or None for a report never filed."""
        dice, closes = rng.random(), of_period.closes
        if dice < MISSING:
            return None
        day = closes + timedelta(days=rng.randint(1, 5)) if dice < MISSING + LATE else closes - timedelta(days=rng.randint(0, 4))
        return dates.office_hour(day, rng)

    def _file(self, report, head, area, lines, entries, moment, numbers, rng):
        year = dates.day_of(moment).year
        numbers[year] = numbers.get(year, 0) + 1
        report.signed_by, report.signed_at = self.cast.at(area.pk, Role.STEERING), moment
        report.filed_by, report.filed_at = self.cast.at(area.pk, Role.CLERK), moment + timedelta(minutes=rng.randint(10, 50))
        report.number, report.revision, report.is_empty = numbers[year], 2, not entries
        report.facts = self._facts(report, head, lines, entries)
        self.rows.add(*(ReportEntry(report=report, progress=entry) for entry in entries))
        at = report.filed_at + timedelta(days=rng.randint(1, 6))
        if area.parent_id and rng.random() < 0.9 and dates.day_of(at) < self.on:
            self.rows.add(ReportVerdict(report=report, ok=True, by=self.cast.at(area.parent_id, Role.STEERING), at=at))

    def _facts(self, report, head, lines, entries):
        """What the paper prints (reports.paper): the five parts in brief. The annexes stay empty: 37,000 full ones would fill a disk."""
        of_period, done = report.period, sum(entry.says == Progress.Says.DONE for entry in entries)
        troubles = sorted({entry.difficulties for entry in entries if getattr(entry, "difficulties", "")})
        counts = [
            ["Tổng số phần việc được giao", str(len(lines))],
            ["Cập nhật trong kỳ", str(len(entries))],
            ["Báo hoàn thành trong kỳ", str(done)],
        ]
        columns = [{"label": "Phân loại", "width": 75, "align": "left"}, {"label": "Số phần việc", "width": 25, "align": "right"}]
        paragraphs = {
            1: [f"Trong kỳ, đơn vị theo dõi {len(lines)} phần việc được giao {MARK}."],
            2: [f"Đã ghi nhận {len(entries)} lượt cập nhật, trong đó {done} phần việc báo hoàn thành."],
            3: troubles or [drafting.NOTHING[3]],
            4: [drafting.NOTHING[4]],
            5: [drafting.NOTHING[5]],
        }
        sections = [
            {"heading": heading, "paragraphs": paragraphs[part], "table": {"columns": columns, "rows": counts} if part == 1 else None}
            for part, heading in drafting.PARTS.items()
        ]
        return {
            **head,
            "number": report.number,
            "dated_on": dates.day_of(report.filed_at).isoformat(),
            "subject": f"Kết quả thực hiện nhiệm vụ kế hoạch tháng {of_period.month.month} năm {of_period.month.year} {MARK}",
            "period": {"opens": of_period.opens.isoformat(), "closes": of_period.closes.isoformat()},
            "bases": [],
            "sections": sections,
            "annexes": [],
            "signature": {"authority": "T/M BAN CHỈ ĐẠO", "post": "TRƯỞNG BAN", "name": report.signed_by.person.full_name},
            "draft": False,
            "illustrative": True,
        }


def _head(area, place):
    """The letterhead, as reports.drafting makes it, without asking the database for each of thousands."""
    party = f"Đảng ủy {area.full_name}" if area.level == Level.WARD else f"Tỉnh ủy, Thành ủy {area.name}"
    return {
        "profile": "party",
        "issuer": {"superior": party.upper(), "name": place.bodies["BCD"].name.upper()},
        "symbol_tail": "BC/BCĐ",
        "place": area.name,
        "recipients": ["Cấp trên trực tiếp (để báo cáo)", "Thành viên Ban Chỉ đạo", "Lưu Ban Chỉ đạo"],
    }
