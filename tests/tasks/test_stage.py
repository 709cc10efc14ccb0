"""One phrase for our reading of a deadline's words."""

from datetime import date, time

import pytest
from django.utils import translation

from tasks.deadlines import Kind
from tasks.models import Stage

PHRASES = [
    ({"kind": Kind.BEFORE_DATE, "due_on": date(2026, 5, 25), "due_at": time(20)}, "chậm nhất 20:00 ngày 25/5/2026"),
    ({"kind": Kind.DAYS_AFTER_EVENT, "working_days": 5}, "trong 5 ngày làm việc từ khi phát sinh"),
    ({"kind": Kind.DAYS_AFTER_EVENT, "days": 10}, "trong 10 ngày từ khi phát sinh"),
    (
        {"kind": Kind.RECURRING_MONTHLY, "due_on": date(2026, 5, 24), "rrules": ["FREQ=MONTHLY;BYMONTHDAY=24"]},
        "hằng tháng, chậm nhất ngày chốt kỳ",
    ),
    (
        {"kind": Kind.RECURRING_MONTHLY, "rrules": ["FREQ=MONTHLY;BYMONTHDAY=5", "FREQ=MONTHLY;BYMONTHDAY=20"]},
        "hằng tháng, chậm nhất ngày 5, 20",
    ),
    ({"kind": Kind.RECURRING_MONTHLY, "rrules": ["FREQ=MONTHLY;BYMONTHDAY=-1"]}, "hằng tháng, chậm nhất ngày cuối tháng"),
]


@pytest.mark.parametrize(("fields", "phrase"), PHRASES)
def test_the_reading_in_one_phrase(fields, phrase):
    with translation.override("vi"):
        assert Stage(**fields).reading == phrase
