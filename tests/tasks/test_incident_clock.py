"""The 24 hours from discovery: in time to the 24th hour, and each alert once, whatever the machine did meanwhile."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from journal.models import Notice
from orgunits.models import OrgUnit, Post, Role
from tasks import incident_clock, incidents
from tasks.models import Incident
from tests.tasks.incidents import AT, HOUR, noted, sent
from tests.tasks.test_succession import merge

pytestmark = pytest.mark.django_db
VN = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE = timedelta(minutes=1)


def told(key=None):
    """[(who, the end of the key)] of the alerts given so far."""
    rows = Notice.objects.filter(kind="incident", key__regex=r"/h\d+$")
    return sorted((name, key.split("/", 2)[2]) for name, key in rows.values_list("person__username", "key"))


def alert_ten_times(at):
    return [incident_clock.alert(at=at) for _ in range(10)]


# In time


@pytest.mark.parametrize(
    ("after", "late"),
    [
        (timedelta(0), 0),
        (23 * HOUR + 59 * MINUTE, 0),
        (24 * HOUR, 0),
        (24 * HOUR + timedelta(seconds=1), 1),
        (25 * HOUR, 1),
        (25 * HOUR + MINUTE, 2),
        (72 * HOUR, 48),
    ],
)
def test_the_first_report_is_in_time_up_to_the_24th_hour(world, after, late):
    row = noted(world)
    assert row.hours_late(at=AT + after) == late
    assert Incident.objects.late(at=AT + after).exists() == bool(late)
    sent(row, at=AT + after)
    row.refresh_from_db()
    assert row.hours_late(at=AT + 1000 * HOUR) == late
    assert Incident.objects.late(at=AT + 1000 * HOUR).exists() == bool(late)


@pytest.mark.parametrize(
    ("discovered", "last"),
    [
        (datetime(2026, 7, 14, 23, 59, tzinfo=VN), datetime(2026, 7, 15, 23, 59, tzinfo=VN)),
        (datetime(2026, 7, 15, 0, 0, tzinfo=VN), datetime(2026, 7, 16, 0, 0, tzinfo=VN)),
        (datetime(2026, 2, 28, 10, 30, tzinfo=VN), datetime(2026, 3, 1, 10, 30, tzinfo=VN)),
        (datetime(2026, 12, 31, 22, 0, tzinfo=VN), datetime(2027, 1, 1, 22, 0, tzinfo=VN)),
        (datetime(2026, 7, 14, 16, 59, tzinfo=ZoneInfo("UTC")), datetime(2026, 7, 15, 23, 59, tzinfo=VN)),
        (datetime(2026, 3, 8, 1, 30, tzinfo=ZoneInfo("America/New_York")), datetime(2026, 3, 9, 13, 30, tzinfo=VN)),
    ],
)
def test_hours_are_hours_over_midnight_month_year_and_zones(world, discovered, last):
    """The last line: a night on which clocks elsewhere jump; 24 hours stay 24."""
    row = noted(world, discovered_at=discovered, at=discovered.astimezone(VN))
    row.refresh_from_db()
    assert (row.due_at, row.hours_late(at=last), row.hours_late(at=last + MINUTE)) == (last, 0, 1)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(0), "24 h 0 min left for the first report"),
        (20 * HOUR + 30 * MINUTE, "3 h 30 min left for the first report"),
        (24 * HOUR - timedelta(seconds=1), "0 h 1 min left for the first report"),
        (24 * HOUR + MINUTE, "First report overdue by 1 hour"),
        (30 * HOUR, "First report overdue by 6 hours"),
    ],
)
def test_the_clock_in_words(world, after, words):
    with translation.override("en"):
        assert incident_clock.words(noted(world), at=AT + after) == words


# Alerts


def test_each_hour_is_told_once_to_more_and_more(world):
    noted(world)
    seen = {}
    for hours in (11, 12, 13, 19, 20, 21, 23, 24, 25, 48):
        assert alert_ten_times(AT + hours * HOUR)[1:] == [0] * 9
        seen[hours] = told()
    twelve = [("an", "h12"), ("mai", "h12")]
    twenty = [*twelve, ("an", "h20"), ("binh", "h20"), ("mai", "h20")]
    whole = [*twenty, ("an", "h24"), ("binh", "h24"), ("dung", "h24"), ("mai", "h24")]
    assert seen == {
        n: sorted(rows) for n, rows in [(11, []), *((n, twelve) for n in (12, 13, 19)), *((n, twenty) for n in (20, 21, 23))]
    } | {n: sorted(whole) for n in (24, 25, 48)}


def test_a_minute_before_its_hour_nobody_is_told(world):
    noted(world)
    assert incident_clock.alert(at=AT + 12 * HOUR - MINUTE) == 0
    assert incident_clock.alert(at=AT + 12 * HOUR) == 2


@pytest.mark.parametrize(("hours", "step"), [(13, "h12"), (21, "h20"), (24, "h24"), (500, "h24")])
def test_a_machine_that_was_off_tells_the_latest_hour_alone(world, hours, step):
    noted(world)
    alert_ten_times(AT + hours * HOUR)
    assert {end for _name, end in told()} == {step}


def test_a_report_stops_the_rest(world):
    row = noted(world)
    alert_ten_times(AT + 12 * HOUR)
    sent(row, at=AT + 13 * HOUR)
    alert_ten_times(AT + 30 * HOUR)
    assert told() == [("an", "h12"), ("mai", "h12")]


def test_what_is_reported_at_once_is_never_alerted(world):
    noted(world, send=True, **{"system": "Cổng dịch vụ công", "effect": "Trang tin", "measures": "Đã ngắt"})
    alert_ten_times(AT + 30 * HOUR)
    assert told() == []


def test_a_note_that_was_no_incident_stops_the_clock(world):
    row = noted(world)
    incidents.drop(row, by=world.an, at=AT + HOUR, text="Cảnh báo giả", version=0, token=None)
    alert_ten_times(AT + 30 * HOUR)
    row.refresh_from_db()
    assert (told(), row.status, row.hours_late(at=AT + 99 * HOUR)) == ([], "dropped", 0)


def test_a_later_discovery_arms_the_alerts_anew_and_an_earlier_one_tells_what_has_passed(world):
    row = noted(world, at=AT + 10 * HOUR, discovered_at=AT)
    alert_ten_times(AT + 12 * HOUR)
    incidents.correct(row, by=world.an, at=AT + 13 * HOUR, discovered_at=AT + 10 * HOUR, reason="Ghi nhầm giờ", version=0, token=None)
    alert_ten_times(AT + 21 * HOUR)
    assert told() == [("an", "h12"), ("mai", "h12")]
    alert_ten_times(AT + 22 * HOUR)
    assert told() == sorted([("an", "h12"), ("mai", "h12"), ("an", "1/h12"), ("mai", "1/h12")])
    incidents.correct(row, by=world.an, at=AT + 23 * HOUR, discovered_at=AT - HOUR, reason="Ghi nhầm ngày", version=1, token=None)
    alert_ten_times(AT + 23 * HOUR)
    assert {name for name, end in told() if end == "2/h24"} == {"an", "binh", "dung", "mai"}


def test_a_correction_of_minutes_tells_nobody_twice(world):
    row = noted(world, at=AT + 6 * MINUTE, discovered_at=AT)
    alert_ten_times(AT + 13 * HOUR)
    incidents.correct(row, by=world.an, at=AT + 13 * HOUR, discovered_at=AT + 5 * MINUTE, reason="Chính xác hơn", version=0, token=None)
    assert incident_clock.alert(at=AT + 14 * HOUR) == 0


def test_the_neighbours_hear_nothing_and_all_who_hear_may_read(world):
    row = noted(world)
    world.hire("quan", world.ba_ngoi, Role.ADMIN)
    world.hire("kiem", world.ba_ngoi, Role.AUDITOR)
    for hours in (12, 20, 24):
        alert_ten_times(AT + hours * HOUR)
    sent(row, at=AT + 25 * HOUR)
    people = set(Notice.objects.filter(kind="incident").values_list("person__username", flat=True))
    assert people == {"an", "mai", "binh", "dung", "hoa"}
    assert all(Incident.objects.visible_to(getattr(world, name)).filter(pk=row.pk).exists() for name in people)


def test_a_firm_without_accounts_and_a_territory_are_answered_for_by_their_body(world):
    world.ba_ngoi.refresh_from_db()
    for unit in (world.firm, world.ba_ngoi):
        Notice.objects.all().delete()
        noted(world, unit=unit, by=world.mai)
        incident_clock.alert(at=AT + 12 * HOUR)
        assert told() == [("an", "h12"), ("mai", "h12")]


def test_a_province_s_incident_climbs_to_the_centre(world):
    body = OrgUnit.objects.create(
        path="000100010009", parent=world.khanh_hoa, area=world.khanh_hoa, kind="department", level="province", name="Sở KHCN", code="sở"
    )
    official = world.hire("son", body)
    noted(world, unit=body, by=official)
    for hours in (12, 20, 24):
        incident_clock.alert(at=AT + hours * HOUR)
    assert told() == sorted([*(("son", f"h{n}") for n in (12, 20, 24)), ("dung", "h20"), ("dung", "h24"), ("hoa", "h24")])


def test_one_incident_costs_as_many_questions_as_many(world, django_assert_num_queries, monkeypatch):
    noted(world)
    with django_assert_num_queries(7):
        incident_clock.alert(at=AT + 12 * HOUR)
    for _ in range(3):
        noted(world)
    with django_assert_num_queries(7):
        assert incident_clock.alert(at=AT + 12 * HOUR) == 6
    with django_assert_num_queries(3):
        incident_clock.alert(at=AT + 13 * HOUR)


def test_more_than_one_chunk_is_told_in_one_run(world, monkeypatch):
    monkeypatch.setattr(incident_clock, "CHUNK", 2)
    for _ in range(5):
        noted(world)
    assert alert_ten_times(AT + 12 * HOUR) == [10] + [0] * 9


def test_after_a_merge_those_who_follow_answer_and_hear(world):
    """Ba Ngòi went into Cam Linh on 10 July, its people with it: who answers there now is alerted, and may write."""
    row = noted(world, at=datetime(2026, 7, 9, 20, 0, tzinfo=VN))
    merge(world)
    lan = world.hire("lan", world.cam_linh, Role.CLERK)
    for hours in (12, 20, 24):
        incident_clock.alert(at=row.discovered_at + hours * HOUR)
    assert {name for name, end in told() if end == "h12"} == {"an", "chi", "lan", "mai"}
    assert {name for name, end in told() if end == "h24"} == {"an", "chi", "lan", "mai", "binh", "giang", "dung"}
    people = [Post.objects.get(pk=post.pk) for post in (world.chi, lan, world.giang, world.dung)]
    assert [Incident.objects.visible_to(post).filter(pk=row.pk).exists() for post in people] == [True] * 4
    assert [row.is_kept_by(post) for post in people] == [True, True, False, False]
