"""Difficulties of phường Ba Ngòi: settled in the ward, late there and answered by the province, two that wait today."""

from dataclasses import dataclass
from datetime import timedelta

from config.demo.story import after_workdays, chance, office_hour, workday
from orgunits.models import Level
from tasks import difficulties
from tasks.models import Difficulty


@dataclass(frozen=True)
class Trouble:
    """Raised `ago` days before today; answered so many working days later by whom it lies with then (None: not yet)."""

    ref: str
    ago: int
    level: str
    words: str
    proposal: str = ""
    answered: int | None = None
    answer: str = ""
    accepted: bool = False


TROUBLES = [
    Trouble(
        *("PL/9", 74, Level.WARD, "Hai máy trạm ở bộ phận một cửa không còn cài được bản cập nhật bảo mật."),
        *("Cho thay hai máy trong năm.", 3, "Đồng ý thay hai máy, kinh phí từ dự toán chi thường xuyên.", True),
    ),
    Trouble(
        *("PL/5", 40, Level.WARD, "Chưa có kinh phí thuê đơn vị đánh giá an toàn thông tin cho trang thông tin điện tử của phường."),
        *("Bổ sung 65 triệu đồng.", 9, "Tỉnh bố trí trong đợt bổ sung dự toán quý tới; phường lập hồ sơ trước."),
    ),
    Trouble("PL/15", 9, Level.WARD, "Cán bộ phụ trách chuyển công tác, chưa có người thay.", "Phân công người kiêm nhiệm."),
    Trouble(
        "PL/17", 4, Level.PROVINCE, "Chưa có hướng dẫn của tỉnh về mẫu biên bản kiểm tra lỗ hổng.", "Đề nghị tỉnh ban hành mẫu thống nhất."
    ),
]


def tell(teller, plan):
    rows = {row.task.ref: row for row in teller.leads(plan).filter(task__ref__in=[trouble.ref for trouble in TROUBLES])}
    for trouble in TROUBLES:
        day = workday(teller.story.today - timedelta(days=trouble.ago), step=-1)
        if day > rows[trouble.ref].joined_on:
            _raise(teller, rows[trouble.ref], trouble, day)


def _raise(teller, assignment, trouble, day):
    rng, cast, story = chance("trouble", trouble.ref), teller.cast, teller.story

    def settle(at):
        row = Difficulty.objects.with_names().get(assignment=assignment)
        row = difficulties.answer(row, by=cast.head(row.lies_with), at=at, words=trouble.answer)
        if trouble.accepted:
            difficulties.close(row, by=row.by, at=at + timedelta(minutes=40))

    def act(at):
        said = {"words": trouble.words, "proposal": trouble.proposal, "level": trouble.level}
        row = difficulties.raise_(assignment, by=cast.official(assignment.unit), at=at, **said)
        _climb_on(story, row.reply_by + timedelta(days=1))

    story.plan(office_hour(day, rng), act)
    if trouble.answered:
        story.plan(office_hour(after_workdays(day, trouble.answered), rng), settle)


def _climb_on(story, day):
    """The clock of the day after a reply-by; what moves up then has its own."""

    def act(at):
        if difficulties.climb(day, at=at):
            for row in Difficulty.objects.running().filter(lies_since=at):
                _climb_on(story, row.reply_by + timedelta(days=1))

    story.plan(office_hour(day, chance("climb"), first=0, last=0), act)
