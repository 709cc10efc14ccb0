"""Lint on the two real plans: the whole list."""

from datetime import date

import pytest

from plans.models import Plan
from tasks.lint import Kind as Fault
from tasks.lint import findings, findings_of_cascade
from tasks.models import Stage

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 20)
CENTRE, PROVINCE, WARD = "04-KH/BCĐTW", "07-KH/BCĐ", "02-KH/BCĐ"

REAL = {
    CENTRE: [
        ("conflicting_dates", "V.1.d/6/(i)", "fault"),
        ("fix_before_review", "V.1.m/5", "fault"),
    ],
    PROVINCE: [("issued_after_parent_deadline", "V.1.m/1", "fault")],
    WARD: [
        ("past_at_signing", "PL/19", "fault"),
        ("child_later_than_parent", "PL/19", "fault"),
        ("ongoing_under_date", "PL/17", "doubt"),
        ("ongoing_under_date", "PL/17", "doubt"),
        ("issued_after_parent_deadline", "V.1.m/1", "fault"),
        ("issued_after_parent_deadline", "V.1.m/2", "fault"),
        ("issued_after_parent_deadline", "V.1.m/5", "fault"),
        ("issued_after_parent_deadline", "V.1.m/6", "fault"),
        ("issued_after_parent_deadline", "V.1.m/7/1", "fault"),
        ("issued_after_parent_deadline", "V.1.m/8", "fault"),
        ("issued_after_parent_deadline", "V.1.m/9", "fault"),
        ("issued_after_parent_deadline", "V.1.m/10", "fault"),
        ("uncovered", "V.1.m/2", "fault"),
        ("uncovered", "V.1.m/3", "doubt"),
        ("uncovered", "V.1.m/4", "fault"),
        ("uncovered", "V.1.m/7/1", "fault"),
        ("uncovered", "V.1.m/7/2", "fault"),
        ("uncovered", "V.1.m/8", "fault"),
        ("uncovered", "V.1.m/10", "fault"),
        ("uncovered", "V.1.m/13", "doubt"),
    ],
}


def real(symbol):
    return Plan.objects.get(document__symbol=symbol)


def told(found):
    return [(str(row.kind), row.ref, str(row.severity)) for row in found]


@pytest.fixture(scope="module", autouse=True)
def _loaded(country):
    """Every test here reads the two plans."""


@pytest.mark.parametrize("symbol", REAL)
def test_the_whole_list(symbol):
    assert told(findings(real(symbol), on=MAY)) == REAL[symbol]


def test_the_cascade_is_the_three_lists_from_the_top_down():
    found = findings_of_cascade(real(CENTRE), on=MAY)
    assert [(row.plan.symbol, *line) for row, line in zip(found, told(found), strict=True)] == [
        (symbol, *line) for symbol in REAL for line in REAL[symbol]
    ]


def test_row_19_names_both_dates_of_both_sides():
    past, late = findings(real(WARD), on=MAY)[:2]
    assert past.says == (
        "PL/19 (Kế hoạch 02-KH/BCĐ) có hạn 30/04/2026 («Hệ thống quan trọng (cấp độ 3 trở lên)»), đã qua vào ngày ký 05/05/2026."
    )
    assert late.says == (
        "PL/19 (Kế hoạch 02-KH/BCĐ) có hạn 30/06/2026 («Các hệ thống còn lại»), muộn hơn hạn 30/04/2026 "
        "của V.1.m/6 (Kế hoạch 04-KH/BCĐTW) mà nó tiếp nối."
    )
    assert [duty.ref for duty in late.related] == ["V.1.m/6"]


def test_the_words_are_the_documents_own():
    late = findings(real(WARD), on=MAY)[1]
    assert late.as_json() == {
        "kind": "child_later_than_parent",
        "plan": "02-KH/BCĐ",
        "ref": "PL/19",
        "words": "các hệ thống còn lại hoàn thành trong tháng 6/2026.",
        "says": late.says,
    }


def test_past_central_deadlines_of_ministries_are_no_fault_of_the_ward():
    signed = real(WARD).issued_on
    over = set(Stage.objects.filter(task__plan=real(CENTRE), due_on__lt=signed).values_list("task__ref", flat=True))
    ministries = {"V.1.c/2", "V.1.c/3", "V.1.d/6/(iii)", "V.1.d/9", "V.1.đ/8/(i)", "V.1.e/3", "V.1.h/2", "V.1.m/11"}
    found = {row.ref for row in findings(real(WARD), on=MAY) if row.kind == Fault.ISSUED_AFTER_PARENT_DEADLINE}
    assert found == over - ministries - {"V.3"}  # the monthly report comes back each month and is over in none
    assert ministries < over


def test_the_other_date_for_the_standard_and_the_review_are_named():
    two, fix = findings(real(CENTRE), on=MAY)
    assert ("TCVN 14423" in two.says, [duty.ref for duty in two.related]) == (True, ["V.1.e/2"])
    assert ("30/06/2026" in fix.says, [duty.ref for duty in fix.related]) == (True, ["V.1.m/4"])


def test_a_plan_known_only_by_citation_is_not_said_to_leave_things_out():
    assert Fault.UNCOVERED not in {row.kind for row in findings(real(PROVINCE), on=MAY)}
