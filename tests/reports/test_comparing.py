"""What the draft says changed: from the facts the last report froze, never from the past computed again."""

from datetime import date

import pytest
import time_machine

from reports import comparing, drafting, filing
from reports.comparing import Stands, phrases
from reports.models import MonthlyReport
from tasks.models import State, Timeliness
from tests.reports.test_month import JULY, JUNE, at, filed, june, logged

JUNE_FILED = date(2026, 6, 22)


def july(world, *, day=date(2026, 7, 20)):
    """The July draft as it stands on `day`."""
    return drafting.Draft(june(world, JULY), at=at(day))


def test_the_first_report_compares_with_nothing(world):
    logged(world.duty(), world.an)
    draft = drafting.Draft(june(world), at=at(date(2026, 6, 20)))
    assert "tháng 0" not in draft.words()[1] + draft.words()[2]
    assert draft.count_rows() == draft.counts()
    assert len(draft.facts()["sections"][0]["table"]["columns"]) == 2


def test_a_duty_says_what_was_done_and_how_it_stood_a_month_ago(world):
    duty = world.duty(due_on=date(2026, 7, 10))
    filed(june(world), world, day=JUNE_FILED)
    logged(duty, world.an, words="Đã rà soát 9 hệ thống", day=date(2026, 7, 15))
    assert july(world).words()[2] == (
        "1. Rà soát hệ thống thông tin. UBND phường Ba Ngòi: Đã rà soát 9 hệ thống. "
        "So với tháng 06/2026: chuyển từ chưa thực hiện sang đang thực hiện; mới quá hạn."
    )


def test_duties_that_changed_without_a_word_are_named_and_a_quiet_month_still_says_so(world):
    world.duties(2, due_on=date(2026, 7, 10))
    world.duty(due_on=date(2026, 9, 1))
    filed(june(world), world, day=JUNE_FILED)
    assert july(world).words()[2].splitlines() == [drafting.NOTHING[2], "So với tháng 06/2026, mới quá hạn: 1, 2."]


def test_nothing_changed_is_not_said(world):
    world.duty(due_on=date(2026, 9, 1))
    filed(june(world), world, day=JUNE_FILED)
    assert july(world).words()[2] == drafting.NOTHING[2]


def test_a_duty_given_since_is_named(world):
    world.duty(due_on=date(2026, 9, 1))
    filed(june(world), world, day=JUNE_FILED)
    world.duty(joined_on=date(2026, 7, 1))
    assert july(world).words()[2].splitlines()[1:] == ["So với tháng 06/2026, mới được giao: 2."]


def test_a_collective_duty_counts_its_units(world):
    first = world.duty(due_on=date(2026, 7, 10))
    second = world.duty(due_on=date(2026, 7, 10))
    second.task.assignments.update(task=first.task, unit=world.firm, path=world.firm.path)
    filed(june(world), world, day=JUNE_FILED)
    assert july(world).words()[2].splitlines()[1:] == ["So với tháng 06/2026, mới quá hạn: 1 (2 đơn vị)."]
    logged(first, world.an, day=date(2026, 7, 15))
    said = july(world).words()[2]
    assert said.endswith("So với tháng 06/2026: 1 đơn vị chuyển từ chưa thực hiện sang đang thực hiện; 2 đơn vị mới quá hạn.")


def test_counts_say_how_they_changed_and_keep_what_fell_to_nought(world):
    late = world.duty(due_on=date(2026, 6, 10))
    filed(june(world), world, day=JUNE_FILED)
    world.duties(2, due_on=date(2026, 9, 30), joined_on=date(2026, 7, 1))
    logged(late, world.an, day=date(2026, 7, 2))
    late.answers.update(due_on=date(2026, 9, 29))
    type(late).objects.filter(pk=late.pk).update(due_on=date(2026, 9, 29))
    draft = july(world)
    assert draft.count_rows() == [
        ["Tổng số phần việc được giao", 3, "tăng 2"],
        ["Đang thực hiện, chưa đến hạn", 3, "tăng 3"],
        ["Quá hạn", 0, "giảm 1"],
    ]
    assert "3 phần việc được giao (tăng 2 so với báo cáo tháng 06/2026)" in draft.words()[1]
    table = draft.facts()["sections"][0]["table"]
    assert [column["label"] for column in table["columns"]] == ["Phân loại", "Số phần việc", "So với tháng 06/2026"]
    assert table["rows"][2] == ["Quá hạn", "0", "giảm 1"]


def test_the_past_is_what_was_frozen_not_what_todays_rows_make_of_it(world):
    """The June entry is returned in July: computed again, June would have had no result."""
    duty = world.duty()
    entry = logged(duty, world.an)
    filed(june(world), world, day=JUNE_FILED)
    entry.judge(by=world.binh, at=at(date(2026, 7, 1)), ok=False, reason="sai số liệu")
    logged(duty, world.an, day=date(2026, 7, 2))
    assert "chưa có kết quả" not in july(world).words()[2]
    assert "mới bị trả lại" not in july(world).words()[2]


def test_a_report_frozen_before_such_things_were_still_gives_its_counts(world):
    world.duty(due_on=date(2026, 7, 10))
    report = filed(june(world), world, day=JUNE_FILED)
    facts = {name: value for name, value in report.facts.items() if name != "standing"}
    MonthlyReport.objects.filter(pk=report.pk).update(facts=facts)
    draft = july(world)
    assert (draft.words()[2], draft.count_rows()[0]) == (drafting.NOTHING[2], ["Tổng số phần việc được giao", 1, "không đổi"])


def test_a_count_the_last_paper_did_not_know_is_not_compared(world):
    world.duties(2, due_on=date(2026, 7, 10))
    report = filed(june(world), world, day=JUNE_FILED)
    report.facts["sections"][0]["table"]["rows"] = [["Tổng số phần việc được giao", "1"], ["Cập nhật trong kỳ", "5"]]
    report.save(update_fields=["facts"])
    assert july(world).count_rows() == [["Tổng số phần việc được giao", 2, "tăng 1"], ["Quá hạn", 2, ""]]


def test_the_next_version_of_a_returned_report_compares_with_the_month_before(world):
    world.duty(due_on=date(2026, 7, 10))
    filed(june(world), world, day=JUNE_FILED)
    first = filed(june(world, JULY), world, day=date(2026, 7, 22))
    first.judge(by=world.dung, at=at(date(2026, 7, 23)), ok=False, reason="thiếu")
    second = MonthlyReport.objects.current().get(unit=world.ba_ngoi, month=JULY.month)
    assert "So với tháng 06/2026, mới quá hạn: 1." in drafting.Draft(second, at=at(date(2026, 7, 24))).words()[2]


def test_a_duty_that_moved_with_its_unit_keeps_its_past(world):
    duty = world.duty(due_on=date(2026, 7, 10))
    filed(june(world), world, day=JUNE_FILED)
    heir = type(duty).objects.create(
        **{name: getattr(duty, name) for name in ("plan", "part", "path", "state", "clock", "due_on")},
        **{"task": duty.task, "unit": world.firm, "joined_on": date(2026, 7, 1), "moved_from": duty},
    )
    type(duty).objects.filter(pk=duty.pk).update(ended_on=date(2026, 7, 1))
    assert heir.moved_from == duty
    assert july(world).words()[2].splitlines()[1:] == ["So với tháng 06/2026, mới quá hạn: 1."]


def test_what_is_frozen_is_compact(world):
    world.duties(5)
    report = filing.sign(june(world), by=world.binh, at=at(JUNE_FILED))
    assert [[*stands, len(ids)] for *stands, ids in report.facts["standing"]] == [["todo", "without_result", False, 5]]


@pytest.mark.parametrize("n", [1, 30])
def test_the_changes_take_one_query_however_many_duties(world, django_assert_num_queries, n):
    """Beside the last filed report, which the draft has read already."""
    world.duties(n)
    filed(june(world), world, day=JUNE_FILED)
    draft = july(world)
    with django_assert_num_queries(1):
        draft.changes.standing()


def test_more_than_thirty_duties_are_counted():
    assert comparing.named([str(n) for n in range(1, 33)]).endswith("29, 30 và 2 nhiệm vụ khác")


T = Timeliness
SPOKEN = [
    (("todo", T.NOT_DUE, False), ("todo", T.NOT_DUE, False), []),
    (("doing", T.SOON, False), ("said", T.DONE_IN_TIME, False), ["mới báo hoàn thành"]),
    (
        ("doing", T.OVERDUE, True),
        ("said", T.DONE_LATE, False),
        ["mới báo hoàn thành", "hoàn thành quá hạn", "trước đó hai kỳ liền chưa cập nhật"],
    ),
    (("said", T.DONE_IN_TIME, False), ("done", T.DONE_IN_TIME, False), ["mới được xác nhận hoàn thành"]),
    (("said", T.DONE_IN_TIME, False), ("returned", T.OVERDUE, False), ["mới bị trả lại", "mới quá hạn"]),
    (("doing", T.OVERDUE, False), ("doing", T.SOON, False), ["không còn quá hạn"]),
    (("todo", T.WAITING, False), ("todo", T.NOT_DUE, False), ["đã có thời hạn theo kế hoạch cấp trên"]),
    (("todo", T.NOT_DUE, False), ("todo", T.WAITING, False), ["chờ kế hoạch cấp trên"]),
    (
        ("doing", T.WITH_RESULT, False),
        ("doing", T.WITHOUT_RESULT, True),
        ["kỳ trước có kết quả, kỳ này chưa có", "đã hai kỳ liền chưa cập nhật"],
    ),
    (("done", T.DONE_IN_TIME, False), ("todo", T.NOT_DUE, False), ["sang lượt thực hiện mới"]),
    (("doing", T.SOON, False), ("paused", T.OFF, False), ["chuyển từ đang thực hiện sang tạm dừng"]),
]


@pytest.mark.parametrize(("was", "now", "told"), SPOKEN)
def test_each_change_has_its_words(was, now, told):
    assert phrases(Stands(*map(_plain, was)), Stands(*map(_plain, now))) == told


def _plain(value):
    """As JSON gives it back."""
    return value.value if isinstance(value, (State, Timeliness)) else value


def test_the_page_shows_the_change_beside_the_count_and_old_reports_without(world, as_post):
    world.duty()
    first = filed(june(world), world, day=JUNE_FILED)
    world.duty(joined_on=date(2026, 7, 1))
    with time_machine.travel(at(date(2026, 7, 20)), tick=False):
        page = as_post(world.mai).get(june(world, JULY).get_absolute_url()).content.decode()
        assert '<td class="n">2<span class="sub">tăng 1</span></td>' in page
        assert '<td class="n">1</td>' in as_post(world.mai).get(first.get_absolute_url()).content.decode()


def test_the_past_is_the_version_filed_last(world):
    world.duty()
    first = filed(june(world), world, day=date(2026, 6, 22))
    first.judge(by=world.dung, at=at(date(2026, 6, 23)), ok=False, reason="thiếu")
    second = filed(MonthlyReport.objects.current().get(unit=world.ba_ngoi, month=JUNE.month), world, day=date(2026, 6, 24))
    assert comparing.last_filed(june(world, JULY)) == second
