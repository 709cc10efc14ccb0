"""Who is reminded of a month's report: to file it again before its lock, of what is late below, of what waits for a word."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal.models import Notice
from orgunits.models import Kind, Level, Role
from reports import drafting, filing, reminders, reopening, supplements
from reports.models import MonthlyReport
from tasks.ladder import FEW
from tests.reports.test_month import at, filed, june, logged
from tests.world import area

pytestmark = pytest.mark.django_db


def day(month, n):
    return date(2026, month, n)


def told(first, last, *, month="2026-06"):
    """[(day, who, step)] of what each morning of those days tells of the month, twice run."""
    seen, on = [], first
    while on <= last:
        reopening.lapse(on=on, at=at(on, 0))
        before = set(Notice.objects.values_list("pk", flat=True))
        for _ in range(2):
            reminders.send(on=on, at=at(on, 7))
        fresh = Notice.objects.exclude(pk__in=before).filter(key__contains=f"/{month}/")
        seen += sorted((f"{on:%d/%m}", notice.person.username, notice.key.rpartition("/")[2]) for notice in fresh)
        on += timedelta(days=1)
    return seen


def steps(*lines):
    return [(on, who, step) for on, step, people in lines for who in people]


WARD = ("binh", "mai")


@pytest.fixture
def returned(world):
    """Ba Ngòi's June, filed on the 23rd and returned on the 25th: it may be filed until the 30th."""
    logged(world.duty(), world.an)
    filed(june(world), world, day=day(6, 23)).judge(by=world.dung, at=at(day(6, 25)), ok=False, reason="Thiếu")
    return MonthlyReport.objects.current().get(unit=world.ba_ngoi)


AGAIN = [("27/06", "d3", WARD), ("29/06", "d1", WARD), ("30/06", "d0", WARD), ("01/07", "late", ("binh", "dung", "mai"))]


def test_what_was_returned_is_told_before_its_lock_and_once_late_with_the_unit_above(world, returned):
    assert told(day(6, 25), day(8, 20)) == steps(*AGAIN)
    late = Notice.objects.get(person=world.mai.person, key=f"report/{world.ba_ngoi.pk}/2026-06/v2/2026-06-30/late")
    assert (late.link, "30/06/2026" in late.title) == (returned.get_absolute_url(), True)


def test_filed_again_it_is_told_no_more(world, returned):
    assert told(day(6, 26), day(6, 28)) == steps(AGAIN[0])
    filed(returned, world, day=day(6, 28))
    assert told(day(6, 29), day(7, 4)) == []


def test_returned_before_the_close_it_is_told_before_the_lock_and_not_called_late_at_the_close(world):
    logged(world.duty(), world.an)
    filed(june(world), world, day=day(6, 16)).judge(by=world.dung, at=at(day(6, 17)), ok=False, reason="Thiếu")
    assert [(on, step) for on, who, step in told(day(6, 18), day(7, 10)) if who == "mai"] == [
        *(("26/06", "d3"), ("28/06", "d1"), ("29/06", "d0"), ("30/06", "late")),
    ]


def test_returned_empty_in_time_it_is_owed_as_if_never_filed(world):
    world.duty()
    filed(june(world), world, day=day(6, 11)).judge(by=world.dung, at=at(day(6, 12)), ok=False, reason="Trống")
    assert [(on, step) for on, who, step in told(day(6, 13), day(7, 10)) if who == "mai"] == [
        *(("15/06", "d9"), ("20/06", "d4"), ("22/06", "d2"), ("23/06", "d1"), ("24/06", "d0"), ("25/06", "late")),
    ]


def reopened(report, world, *, on, until):
    terms = {"reason": "Sai", "expires_on": until, "token": uuid.uuid4()}
    reopening.reopen(MonthlyReport.objects.get(pk=report.pk), by=world.dung, at=at(on), **terms)


def test_returned_empty_in_time_and_opened_again_after_the_lock_it_is_told_for_its_new_day(world):
    world.duty()
    filed(june(world), world, day=day(6, 11)).judge(by=world.dung, at=at(day(6, 12)), ok=False, reason="Trống")
    told(day(6, 13), day(7, 5))
    reopened(MonthlyReport.objects.current().get(unit=world.ba_ngoi), world, on=day(7, 6), until=day(7, 12))
    assert told(day(7, 7), day(8, 20)) == steps(
        *(("09/07", "d3", WARD), ("11/07", "d1", WARD), ("12/07", "d0", WARD), ("13/07", "late", ("binh", "dung", "mai"))),
    )


@pytest.mark.parametrize("was_filed", [True, False])
def test_what_was_opened_again_does_not_run_out_in_silence(world, was_filed):
    logged(world.duty(), world.an)
    report = june(world)
    if was_filed:
        filed(report, world, day=day(6, 23)).judge(by=world.dung, at=at(day(6, 24)), ok=True)
    else:
        told(day(6, 22), day(6, 26))
    reopened(report, world, on=day(7, 6), until=day(7, 12))
    lines = [("09/07", "d3", WARD), ("11/07", "d1", WARD), ("12/07", "d0", WARD)]
    late = [("13/07", "late", ("binh", "dung", "mai"))]  # what was filed before stands again instead, and they are told that
    assert told(day(7, 7), day(8, 20)) == steps(*lines, *([] if was_filed else late))
    assert Notice.objects.filter(key__contains="/lapsed/").count() == (3 if was_filed else 0)


def test_opened_once_more_for_a_later_day_it_is_told_for_that_day(world, returned):
    told(day(6, 26), day(7, 5))
    reopened(returned, world, on=day(7, 6), until=day(7, 8))
    assert [(on, step) for on, who, step in told(day(7, 7), day(7, 20)) if who == "mai"] == [
        ("07/07", "d1"),
        ("08/07", "d0"),
        ("09/07", "late"),
    ]


def test_switched_on_late_it_tells_one_step_and_nothing_of_long_ago(world, returned):
    assert told(day(7, 15), day(7, 15)) == steps(("15/07", "late", ("binh", "dung", "mai")))
    Notice.objects.all().delete()
    assert told(day(9, 1), day(9, 1)) == []


def test_a_supplement_begun_by_the_clerk_is_owed_to_nobody_and_one_returned_is_told(world):
    nga = world.hire("nga", world.khanh_hoa, Role.CLERK)
    logged(world.duty(), world.an)
    world.duty(lead=world.khanh_hoa)
    ward = june(world)
    province = MonthlyReport.objects.get(unit=world.khanh_hoa, month=day(6, 1))
    filing.sign(province, by=world.dung, at=at(day(6, 24)))
    filing.file(province, by=nga, at=at(day(6, 24)))
    filed(ward, world, day=day(6, 25))
    adding = supplements.begin(MonthlyReport.objects.get(pk=province.pk), by=nga, at=at(day(6, 26)))
    assert not [line for line in told(day(6, 27), day(7, 6)) if line[1] in {"nga", "dung"}]
    MonthlyReport.objects.filter(pk=adding.pk).update(open_until=day(7, 10))
    filing.sign(MonthlyReport.objects.get(pk=adding.pk), by=world.dung, at=at(day(7, 7)))
    filing.file(MonthlyReport.objects.get(pk=adding.pk), by=nga, at=at(day(7, 7))).judge(
        by=world.hoa, at=at(day(7, 8)), ok=False, reason="Thiếu"
    )
    seen = [line for line in told(day(7, 9), day(7, 20)) if line[1] in {"nga", "dung", "hoa"}]
    assert seen == steps(
        *((on, step, ("dung", "nga")) for on, step in [("10/07", "d3"), ("12/07", "d1"), ("13/07", "d0"), ("14/07", "late")])
    )


def test_who_sits_on_the_body_that_answers_for_the_ward_is_told_as_who_sits_on_the_ward(world):
    lan = world.hire("lan", world.ubnd, Role.CLERK)
    logged(world.duty(), world.an)
    report = june(world)
    assert report.may_be_edited_by(lan)
    assert told(day(6, 20), day(6, 20)) == steps(("20/06", "d4", ("binh", "lan", "mai")))
    filed(report, world, day=day(6, 23)).judge(by=world.dung, at=at(day(6, 25)), ok=False, reason="Thiếu")
    assert Notice.objects.filter(person=lan.person, key__endswith="/returned", urgent=True).exists()


# Many late ones below


def late_wards(world, n, **more):
    wards = [area(f"00010001{k + 100:04d}", world.khanh_hoa, Kind.COMMUNE, Level.WARD, f"Xã {k}") for k in range(n)]
    for ward in wards:
        world.duty(lead=ward, **more)
        world.hire(f"c{ward.code}", ward, Role.CLERK)
    drafting.open_reports(on=day(6, 25))
    return wards


def listed(post, notice, as_post, on):
    with time_machine.travel(at(on), tick=False):
        return as_post(post).get(notice.link).context["page"].paginator.count


def test_many_late_below_are_one_notice_that_opens_just_these(world, as_post):
    nga = world.hire("nga", world.khanh_hoa, Role.CLERK)
    late_wards(world, FEW + 1)
    world.duty(lead=world.cam_linh)
    logged(world.duty(), world.an)
    filed(june(world), world, day=day(6, 23))
    reminders.send(on=day(6, 25), at=at(day(6, 25), 7))
    for post in (nga, world.dung):
        notice = Notice.objects.get(person=post.person, kind="report", key__startswith="report/all/")
        assert (notice.title.split()[0], listed(post, notice, as_post, day(6, 25))) == ("7", 7)
    assert Notice.objects.filter(key__endswith="/late").exclude(person__in=[nga.person, world.dung.person]).count() == FEW + 2
    assert reminders.send(on=day(6, 26), at=at(day(6, 26), 7)) == 0


def test_a_few_late_below_are_told_one_by_one_and_each_opens_the_list(world, as_post):
    late_wards(world, FEW - 1)  # and Ba Ngòi
    reminders.send(on=day(6, 25), at=at(day(6, 25), 7))
    notices = Notice.objects.filter(person=world.dung.person, key__endswith="/late").exclude(key__startswith="report/all/")
    own = [notice for notice in notices if notice.link.startswith("/reports/compliance/")]
    assert len({notice.link for notice in own}) == FEW
    assert listed(world.dung, own[0], as_post, day(6, 25)) == FEW


def test_many_that_were_open_again_and_not_filed_are_one_notice_with_their_list(world, as_post):
    wards = late_wards(world, FEW + 1)
    reminders.send(on=day(6, 25), at=at(day(6, 25), 7))
    for ward in wards:
        reopened(MonthlyReport.objects.get(unit=ward, month=day(6, 1)), world, on=day(7, 6), until=day(7, 12))
    reminders.send(on=day(7, 13), at=at(day(7, 13), 7))
    notice = Notice.objects.get(person=world.dung.person, key="report/all/2026-06/2026-07-12/again")
    assert (notice.title.split()[0], listed(world.dung, notice, as_post, day(7, 13))) == ("6", 6)


def test_two_wards_ask_as_many_questions_as_twenty(world):
    def questions(wards):
        for ward in wards:
            world.duty(lead=ward)
            world.hire(f"c{ward.code}", ward, Role.CLERK)
        drafting.open_reports(on=day(6, 25))
        Notice.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            reminders.send(on=day(6, 25), at=at(day(6, 25), 7))
        return sum(not query["sql"].startswith("INSERT") for query in asked)

    wards = [area(f"00010001{k + 100:04d}", world.khanh_hoa, Kind.COMMUNE, Level.WARD, f"Xã {k}") for k in range(20)]
    assert questions(wards[:2]) == questions(wards[2:])


# What waits for a word


def test_a_filed_report_without_a_word_is_told_every_week_to_the_committee_above(world):
    logged(world.duty(), world.an)
    report = filed(june(world), world, day=day(6, 23))
    seen = {}
    for n in range(24):
        on = day(6, 23) + timedelta(days=n)
        before = set(Notice.objects.values_list("pk", flat=True))
        reminders.send(on=on, at=at(on, 7))
        for notice in Notice.objects.exclude(pk__in=before).filter(key__startswith="filed/"):
            seen[n] = (notice.person.username, notice.key, notice.link)
    assert seen == {7 * w: ("dung", f"filed/{report.pk}/w{w}", report.get_absolute_url()) for w in (1, 2, 3)}
    title = Notice.objects.get(key=f"filed/{report.pk}/w2").title
    assert title == "Báo cáo tháng 06/2026 của phường Ba Ngòi đã chờ xác nhận 14 ngày"  # told to whose word it is
    report.judge(by=world.dung, at=at(day(7, 17)), ok=True)
    assert not reminders.unjudged(day(8, 1)).exists()


def test_without_a_word_for_a_year_it_is_told_and_listed_no_more(world, as_post):
    logged(world.duty(), world.an)
    report = filed(june(world), world, day=day(6, 23))
    for days, waits in [(365, True), (366, False)]:
        on = day(6, 23) + timedelta(days=days)
        assert list(reminders.unjudged(on)) == [report] * waits
        assert list(reminders.unjudged_by(world.dung, on)) == [report] * waits
        Notice.objects.all().delete()
        reminders.send(on=on, at=at(on, 7))
        assert Notice.objects.filter(key__startswith=f"filed/{report.pk}/").exists() is waits


def test_who_signed_it_in_another_post_is_not_told_to_judge_it(world):
    world.hire("binh2", world.khanh_hoa, Role.STEERING, person=world.binh.person)
    logged(world.duty(), world.an)
    filed(june(world), world, day=day(6, 23))
    reminders.send(on=day(6, 30), at=at(day(6, 30), 7))
    assert set(Notice.objects.filter(key__startswith="filed/").values_list("person__username", flat=True)) == {"dung"}


def test_many_without_a_word_are_one_notice_a_week_that_opens_just_these(world, as_post):
    wards = late_wards(world, FEW + 2)
    moments = [at(day(6, 23))] * (FEW + 1) + [at(day(6, 29))]
    for ward, moment in zip(wards, moments, strict=True):
        rows = MonthlyReport.objects.filter(unit=ward, month=day(6, 1))
        rows.update(signed_at=moment, filed_at=moment, signed_by=world.binh, filed_by=world.mai, facts={})
    for n in range(14):
        on = day(6, 30) + timedelta(days=n)
        reminders.send(on=on, at=at(on, 7))
    found = Notice.objects.filter(person=world.dung.person, key__startswith="filed/").order_by("pk")
    assert list(found.values_list("key", flat=True)) == ["filed/all/2026-06-30", "filed/all/2026-07-07"]
    assert found[0].title == "6 báo cáo đã nộp chờ xác nhận từ một tuần trở lên"
    for notice, n, on in zip(found, (6, 7), (day(6, 30), day(7, 7)), strict=True):
        assert (notice.title.split()[0], listed(world.dung, notice, as_post, on)) == (f"{n}", n)
    assert as_post(world.mai).get("/reports/?status=hanging").context["page"].paginator.count == 0
