"""Pauses of phường Ba Ngòi: one refused, one asked for that waits today."""

from dataclasses import dataclass
from datetime import timedelta

from config.demo.story import after_workdays, chance, office_hour, workday
from tasks import halting
from tasks.models import Halt


@dataclass(frozen=True)
class Pause:
    """Asked `ago` days before today; judged so many working days later (None: not yet)."""

    ref: str
    body: str
    ago: int
    reason: str
    judged: int | None = None
    ok: bool = True
    verdict: str = ""


PAUSES = [
    Pause("PL/19", "CTXH", 30, "Chưa có cán bộ chuyên trách.", judged=3, ok=False, verdict="Giao UBND phường cử người làm thay trong kỳ."),
    Pause("PL/14", "UBND", 3, "Chờ tỉnh giao dự toán bổ sung."),
]


def tell(teller, plan):
    rows = {(row.task.ref, row.unit.code.partition(".")[2]): row for row in teller.leads(plan)}
    for pause in PAUSES:
        row = rows[pause.ref, pause.body]
        day = workday(teller.story.today - timedelta(days=pause.ago), step=-1)
        if day > row.joined_on:
            _ask(teller, row, pause, day)


def _ask(teller, assignment, pause, day):
    rng, cast, story = chance("pause", pause.ref, pause.body), teller.cast, teller.story

    def act(at):
        halting.ask(assignment, kind=Halt.Kind.PAUSE, reason=pause.reason, by=cast.official(assignment.unit), at=at)

    def judge(at):
        halting.judge(assignment.halts.get(), ok=pause.ok, reason=pause.verdict, by=cast.head(assignment.plan.unit), at=at)

    story.plan(office_hour(day, rng), act)
    if pause.judged:
        story.plan(office_hour(after_workdays(day, pause.judged), rng), judge)
