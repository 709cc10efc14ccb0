"""The steps of every subject, and that the page for officials names them."""

import pytest
from django.conf import settings

from tasks import ladder
from tasks.deadlines import Kind

PASSED = [
    (ladder.DEADLINE, 31, []),
    (ladder.DEADLINE, 30, ["d30"]),
    (ladder.DEADLINE, 2, ["d30", "d7", "d3"]),
    (ladder.DEADLINE, -14, ["d30", "d7", "d3", "d1", "d0", "w1", "w2"]),
    (ladder.of_kind(Kind.RECURRING_WEEKLY), 2, []),
    (ladder.of_kind(Kind.RECURRING_WEEKLY), 0, ["d1", "d0"]),
    (ladder.of_kind(Kind.RECURRING_MONTHLY), 7, ["d7"]),
    (ladder.of_kind(Kind.RECURRING_YEARLY), 30, ["d30"]),
    (ladder.WAITING, -29, []),
    (ladder.WAITING, -60, ["m1", "m2"]),
    (ladder.REPORT, 2, ["d9", "d4", "d2"]),
    (ladder.REPORT, -1, ["d9", "d4", "d2", "d1", "d0"]),
    (ladder.DIFFICULTY, 4, []),
    (ladder.DIFFICULTY, -7, ["d3", "d1", "d0", "w1"]),
    (ladder.RETURNED, -6, []),
    (ladder.CALL, 1, ["d7", "d3", "d1"]),
]


@pytest.mark.parametrize(("steps", "left", "passed"), PASSED)
def test_the_steps_at_or_past(steps, left, passed):
    assert (steps.passed(left), steps.step(left)) == (passed, passed[-1] if passed else None)


def test_the_page_names_every_step():
    page = (settings.BASE_DIR / "docs/reminders.md").read_text()
    ladders = [
        ladder.DEADLINE,
        *ladder.OFTEN.values(),
        ladder.WAITING,
        ladder.UNJUDGED,
        ladder.RETURNED,
        ladder.DIFFICULTY,
        ladder.REPORT,
        ladder.CALL,
    ]
    for one in ladders:
        days = ", ".join(str(n) for n in one.before if n)
        assert f"| {days} day" in page or not one.before
        assert not one.every or "`w1`" in page
    assert ", ".join(map(str, ladder.INCIDENT_HOURS)) in page
    assert f"`{ladder.LATE}`" in page
