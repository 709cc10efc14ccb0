"""The year of a unit: every date once, in its month, said to be late where it is, and nothing of what the post may not read."""

import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import translation
from icalendar import Calendar

from orgunits.models import Level, Role
from plans import period
from reports import drafting, filing
from reports.models import Cutoff, MonthlyReport
from reports.year import What, Year
from tasks import difficulties, recurring
from tasks.deadlines import Kind
from tasks.models import Answer, Stage
from tasks.models.progress import log_progress
from tests.reports.test_month import at

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)


@pytest.fixture(autouse=True)
def _the_day_is_15_july():
    with time_machine.travel(at(TODAY), tick=False), translation.override("en"):
        yield


def year_of(unit, post, year=2026, *, what=(), on=TODAY):
    return Year(unit, year, post=post, on=on, at=at(on), what=what)


def told(shown):
    return [(f"{item.day:%d/%m}", item.words, item.status) for item in shown.items]


def recurring_duty(world, **more):
    """A duty of every quarter, its first day 31 March."""
    rules = ["FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"]
    duty = world.duty(kind=Kind.RECURRING_QUARTERLY, due_on=date(2026, 3, 31), joined_on=date(2026, 1, 5), **more)
    Stage.objects.filter(task=duty.task).update(rrules=rules)
    Answer.objects.filter(assignment=duty).update(occurs_on=date(2026, 3, 31))
    recurring.turn_over(on=TODAY, at=at(TODAY))
    return duty


def test_the_dates_of_duties_stand_in_their_order_with_their_state(world):
    late, done = world.duty(due_on=date(2026, 7, 1), title="Muộn"), world.duty(due_on=date(2026, 7, 20), title="Xong")
    world.duty(due_on=date(2026, 12, 31), title="Cuối năm")
    world.duty(due_on=date(2027, 1, 1), title="Năm sau")
    log_progress(done, by=world.an, at=at(date(2026, 7, 10)), says="done", words="Xong")
    shown = year_of(world.ba_ngoi, world.binh, what=[What.DUTY])
    assert told(shown) == [
        ("01/07", "1 Muộn", "overdue"),
        ("20/07", "2 Xong", "done in time"),
        ("31/12", "3 Cuối năm", "not due yet"),
    ]
    assert ([item.is_late for item in shown.items], shown.items[0].url) == ([True, False, False], late.get_absolute_url())


def test_what_comes_again_is_computed_for_the_rest_of_the_year_and_never_twice(world):
    recurring_duty(world, title="Báo cáo quý")
    before = Answer.objects.count()
    shown = year_of(world.ba_ngoi, world.binh, what=[What.DUTY, What.COMING])
    assert [(f"{item.day:%d/%m}", item.what) for item in shown.items] == [
        ("31/03", "duty"),
        ("30/06", "duty"),
        ("30/09", "duty"),
        ("31/12", "coming"),
    ]
    assert (shown.items[-1].status, Answer.objects.count()) == ("not begun yet, by the rule", before)
    next_year = year_of(world.ba_ngoi, world.binh, 2027, what=[What.DUTY, What.COMING])
    assert [f"{item.day:%d/%m}" for item in next_year.items] == ["31/03", "30/06", "30/09", "31/12"]


def test_nothing_comes_again_of_a_closed_plan(world):
    recurring_duty(world)
    world.plan.closed_on = TODAY
    world.plan.save()
    assert year_of(world.ba_ngoi, world.binh, what=[What.COMING]).items == []


def test_what_many_units_owe_on_one_day_is_one_line_with_its_counts(world):
    duty = world.duty(due_on=date(2026, 7, 1))
    other = world.duty(lead=world.committee, due_on=date(2026, 7, 1))
    other.answers.update(stage=duty.answers.get().stage)
    other.task = duty.task
    other.save()
    log_progress(duty, by=world.an, at=at(date(2026, 6, 30)), says="done", words="Xong")
    [item] = year_of(world.ba_ngoi, world.binh, what=[What.DUTY]).items
    assert (item.status, item.is_late, item.url) == ("1 overdue, 1 done in time", True, duty.task.get_absolute_url())
    assert item.place.endswith("2 units")


def test_a_date_moved_by_a_document_says_from_which_day(world):
    duty = world.duty(due_on=date(2026, 7, 1))
    Answer.objects.filter(assignment=duty).update(due_on=date(2026, 9, 1))
    [item] = year_of(world.ba_ngoi, world.binh, what=[What.DUTY]).items
    assert (item.day, item.status, "2026" in item.note) == (date(2026, 9, 1), "not due yet", True)


def test_done_late_is_judged_by_the_day_in_vietnam(world):
    duty = world.duty(due_on=date(2026, 7, 1))
    log_progress(duty, by=world.an, at=period.moment(date(2026, 7, 2)), says="done", words="Xong")
    assert [item.status for item in year_of(world.ba_ngoi, world.binh, what=[What.DUTY]).items] == ["done late"]
    Answer.objects.filter(assignment=duty).update(said_at=period.moment(date(2026, 7, 2)) - timedelta(seconds=1))
    assert [item.status for item in year_of(world.ba_ngoi, world.binh, what=[What.DUTY]).items] == ["done in time"]


def test_the_closes_of_the_reports_tell_how_they_were_met(world):
    world.duty(joined_on=date(2026, 5, 2))
    drafting.open_reports(on=TODAY)
    filed = MonthlyReport.objects.get(unit=world.ba_ngoi, month=date(2026, 6, 1))
    filed.parts.create(part=2, words="Đã rà soát.", by=world.mai, at=at(date(2026, 6, 26)))
    filing.sign(filed, by=world.binh, at=at(date(2026, 6, 26)))
    filing.file(filed, by=world.mai, at=at(date(2026, 6, 26)))
    items = year_of(world.ba_ngoi, world.dung, what=[What.REPORT]).items
    assert [(f"{item.day:%d/%m}", item.status, item.is_late) for item in items][:4] == [
        ("24/05", "missing", True),
        ("24/06", "late", False),
        ("24/07", "open", False),
        ("24/08", "open", False),
    ]
    assert len(items) == 8  # none for the months before the first duty
    assert [item.url for item in items[:2]] == ["/reports/?month=2026-05", filed.get_absolute_url()]  # a draft is not Dũng's to open


def test_a_filed_report_keeps_the_last_day_that_held_then(world):
    world.duty(joined_on=date(2026, 5, 2))
    drafting.open_reports(on=TODAY)
    filed = MonthlyReport.objects.get(unit=world.ba_ngoi, month=date(2026, 6, 1))
    filing.sign(filed, by=world.binh, at=at(date(2026, 6, 8)))
    filing.file(filed, by=world.mai, at=at(date(2026, 6, 8)))
    terms = {"unit": world.khanh_hoa, "is_standing": True, "day": 16, "by": world.dung, "at": at(date(2026, 6, 9)), "token": uuid.uuid4()}
    Cutoff.objects.create(first=date(2026, 6, 1), **terms)
    days = [item.day for item in year_of(world.ba_ngoi, world.dung, what=[What.REPORT]).items]
    assert (days[:2], days[3]) == ([date(2026, 5, 24), date(2026, 6, 24)], date(2026, 8, 16))


def test_whether_the_area_filed_is_not_told_to_another_body(world):
    world.duty(joined_on=date(2026, 5, 2))
    drafting.open_reports(on=TODAY)
    police = world.hire("son", world.committee)
    items = year_of(world.ba_ngoi, police, what=[What.REPORT]).items
    assert [(f"{item.day:%d/%m}", item.status) for item in items][:1] == [("24/05", "")]
    assert {item.status for item in items} == {""}


def test_replies_owed_are_one_line_a_day(world):
    duty = world.duty()
    for _ in range(2):
        difficulties.raise_(duty, by=world.an, at=at(date(2026, 7, 10)), words="Vướng", level=Level.WARD, reply_by=date(2026, 7, 20))
    [item] = year_of(world.ba_ngoi, world.binh, what=[What.REPLY]).items
    assert (item.day, item.words, item.url) == (date(2026, 7, 20), "2 difficulties to answer", "/difficulties/?state=open&sort=due")
    [late] = year_of(world.ba_ngoi, world.binh, what=[What.REPLY], on=date(2026, 7, 21)).items
    assert (late.is_late, late.status) == (True, "2 overdue")


def test_the_page_has_twelve_months_today_and_says_which_are_empty(world, as_post):
    world.duty(due_on=date(2026, 7, 1), title="Muộn")
    page = as_post(world.binh).get("/year/", {"what": "duty"})
    text = page.content.decode()
    assert (len(page.context["months"]), text.count('class="today"')) == (12, 1)
    assert text.index("Muộn") < text.index('class="today"')
    assert text.count('colspan="3" class="empty"') == 11
    assert "quá hạn" in text


def test_what_waits_for_a_superiors_plan_stands_apart_without_a_day(world, as_post):
    duty = world.duty(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN, title="Chờ tỉnh")
    page = as_post(world.binh).get("/year/")
    assert ([row.pk for row in page.context["waiting"]], page.context["waiting_n"]) == ([duty.pk], 1)


def test_a_year_that_makes_no_sense_is_the_present_one(world, as_post):
    client = as_post(world.binh)
    for year in ["", "x", "0", "99999999999999999999", "2101"]:
        assert client.get("/year/", {"year": year}).context["shown"].year == 2026


def test_a_neighbour_reads_no_year_of_another_ward_and_an_administrator_none(world, as_post):
    world.duty(due_on=date(2026, 7, 1))
    for post, statuses in [(world.chi, (200, 404)), (world.hire("kim", world.centre, Role.ADMIN), (403, 404)), (world.dung, (200, 200))]:
        client = as_post(post)
        assert (client.get("/year/").status_code, client.get(f"/year/{world.ba_ngoi.pk}/").status_code) == statuses
        assert client.get(f"/year/{world.ba_ngoi.pk}/export/?form=ics").status_code == statuses[1]


def test_the_calendar_file_reads_back_with_every_letter(world, as_post):
    title = "Rà soát; «đánh giá», đề án \\ phương án của các cơ quan, đơn vị, địa phương trên địa bàn phường"
    world.duty(due_on=date(2026, 7, 1), title=title)
    client = as_post(world.binh)
    answers = [client.get(f"/year/{world.ba_ngoi.pk}/export/?form=ics&what=duty") for _ in range(2)]
    assert answers[0]["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answers[0].content.split(b"\r\n"))
    [event] = Calendar.from_ical(answers[0].content).walk("VEVENT")
    assert (str(event["summary"]), event["dtstart"].dt, event["dtend"].dt) == (f"1 {title}", date(2026, 7, 1), date(2026, 7, 2))
    assert str(event["url"]).startswith("http://testserver/")
    uids = [re.search(rb"UID:(.*)", answer.content)[1] for answer in answers]
    assert uids[0] == uids[1]


def test_the_table_holds_the_lines_of_the_page(world, as_post):
    world.duty(due_on=date(2026, 7, 1), title="=Muộn")
    answer = as_post(world.binh).get(f"/year/{world.ba_ngoi.pk}/export/?form=csv&what=duty")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("01/07/2026,")
    assert as_post(world.binh).get(f"/year/{world.ba_ngoi.pk}/export/?form=xlsx").status_code == 200
    assert as_post(world.binh).get(f"/year/{world.ba_ngoi.pk}/export/?form=exe").status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_asks_the_same_questions_for_one_duty_and_for_three(world, as_post, django_assert_num_queries, n):
    client = as_post(world.binh)
    for _ in range(n):
        world.duty(due_on=date(2026, 7, 1))
        recurring_duty(world)
        world.duty(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN)
        difficulties.raise_(world.duty(), by=world.an, at=at(date(2026, 7, 10)), words="Vướng", level=Level.WARD)
    drafting.open_reports(on=TODAY)
    client.get("/year/")
    with django_assert_num_queries(32):
        client.get("/year/")


def test_an_official_reads_of_the_areas_year_only_the_duties_of_the_own_body(world):
    world.duty(due_on=date(2026, 7, 1), title="Của UBND")
    world.duty(due_on=date(2026, 7, 2), title="Của ban", lead=world.committee)
    recurring_duty(world)
    other = world.hire("son", world.committee)
    shown = year_of(world.ba_ngoi, other, what=[What.DUTY, What.COMING, What.REPLY])
    assert [item.words for item in shown.items] == ["2 Của ban"]
    assert [item.words for item in year_of(world.committee, other, what=[What.DUTY]).items] == ["2 Của ban"]
