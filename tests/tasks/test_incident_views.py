"""Pages of incidents: one form with two buttons, nothing typed is lost, the neighbour sees nothing."""

import csv
import io
import os
import time
import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from orgunits.models import Role
from tasks import incidents
from tasks.models import Incident, IncidentFile, IncidentWord
from tests.permissions.requests import steady
from tests.tasks.incidents import AT, HOUR, WORDS, noted, sent

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"
NOW = AT + timedelta(minutes=20)
VN = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(autouse=True)
def _at_night():
    with time_machine.travel(NOW, tick=False):
        yield


def first(**more):
    return {"token": uuid.uuid4(), "what": "Trang tin bị tấn công", "discovered_at": "2026-07-14T23:10", "unit": "0001000100010001", **more}


def create(client, **more):
    return client.post(reverse("new_incident"), first(**more))


def say(client, row, act, **more):
    row.refresh_from_db()
    data = {"token": uuid.uuid4(), "version": row.version, "text": "Đã khôi phục", **more}
    return client.post(reverse(f"{act}_incident", args=[row.pk]), data)


# Noting and sending


def test_the_moment_of_discovery_is_now_unless_told_otherwise(world, as_post):
    page = as_post(world.an).get(reverse("new_incident"))
    assert 'value="14/07/2026 23:30"' in page.content.decode()
    assert page.context["form"]["discovered_at"].value().astimezone(VN) == NOW


def test_one_form_two_buttons(world, as_post):
    client = as_post(world.an)
    answer = create(client)
    row = Incident.objects.get()
    assert (answer.status_code, answer["Location"], row.status) == (302, row.get_absolute_url(), "noted")
    assert (row.discovered_at, row.unit, row.by, row.opened_at) == (AT, world.ubnd, world.an, NOW)
    create(client, send="1", **WORDS)
    assert Incident.objects.latest("pk").status == "reported"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_the_server_s_time_zone_does_not_move_a_discovery(world, as_post, zone, monkeypatch):
    monkeypatch.setitem(os.environ, "TZ", zone)
    time.tzset()
    try:
        create(as_post(world.an))
        assert Incident.objects.get().discovered_at == AT
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "typed", ["14/07/2026 23:10", "23:10 14/07/2026", "23:10, 14/07/2026", "2026-07-14 23:10", "14/7/2026 23h10", "23:10", " 23h10"]
)
def test_a_typed_moment_is_read_too(world, as_post, typed):
    create(as_post(world.an), discovered_at=typed)
    assert Incident.objects.get().discovered_at == AT


@pytest.mark.parametrize("missing", ["system", "effect", "measures"])
def test_a_note_may_have_gaps_a_report_may_not(world, as_post, missing):
    client = as_post(world.an)
    answer = create(client, send="1", **{**WORDS, missing: " "})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [missing])
    assert "Trang tin bị tấn công" in answer.content.decode()
    assert not Incident.objects.exists()
    assert create(client, **{**WORDS, missing: " "}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("what", ""),
        ("what", "x" * 4001),
        ("discovered_at", ""),
        ("discovered_at", "hôm qua"),
        ("discovered_at", "2026-07-14T23:31"),
        ("discovered_at", "15/07/2026 00:00"),
        ("discovered_at", "2025-07-14T23:10"),
        ("discovered_at", "0001-01-01T00:00+14:00"),
        ("discovered_at", "9999-12-31T23:59-12:00"),
        ("discovered_at", "31/02/2026 10:00"),
        ("discovered_at", "23:31"),
        ("discovered_at", "99:99"),
        ("unit", ""),
        ("unit", "000100010002"),
        ("unit", "0001000100020001"),
        ("unit", "0001000100010002"),
        ("unit", "\x00"),
        ("token", "x"),
        ("system", "x" * 301),
        ("what", "a\x00b"),
    ],
)
def test_bad_input_is_answered_beside_its_field_and_nothing_typed_is_lost(world, as_post, field, value):
    answer = create(as_post(world.an), **{"effect": "giữ lại câu này", field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "giữ lại câu này" in answer.content.decode()
    assert not Incident.objects.exists()


def test_a_double_click_makes_one_row(world, as_post):
    client, token = as_post(world.an), uuid.uuid4()
    answers = [create(client, token=token, send="1", **WORDS) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [Incident.objects.get().get_absolute_url()] * 2
    row = Incident.objects.get()
    follow = uuid.uuid4()
    assert {say(client, row, "follow", token=follow).status_code for _ in range(2)} == {302}
    close = uuid.uuid4()
    version = Incident.objects.get().version
    answers = [
        client.post(reverse("close_incident", args=[row.pk]), {"token": close, "version": version, "text": "Xong"}) for _ in range(2)
    ]
    assert {answer.status_code for answer in answers} == {302}
    assert list(IncidentWord.objects.values_list("kind", flat=True)) == ["first", "follow_up", "closed"]


def test_a_clerk_names_for_whom_and_reports_for_the_bodies_of_the_area_alone(world, as_post):
    client = as_post(world.mai)
    assert list(create(client).context["form"].errors) == ["spoken_for"]
    create(client, spoken_for="Nguyễn Văn An", unit=world.committee.code)
    row = Incident.objects.get()
    assert (row.unit, row.spoken_for) == (world.committee, "Nguyễn Văn An")
    assert list(create(client, spoken_for="An", unit=world.ubnd_cam_linh.code).context["form"].errors) == ["unit"]
    assert list(create(client, spoken_for="An", unit=world.khanh_hoa.code).context["form"].errors) == ["unit"]


def test_an_official_speaks_for_nobody_else(world, as_post):
    create(as_post(world.an), spoken_for="Ai đó", send="1", **WORDS)
    assert Incident.objects.get().spoken_for == ""


@pytest.mark.parametrize("who", ["binh", "dung", "hoa", "giang"])
def test_who_leads_does_not_report(world, as_post, who):
    client = as_post(getattr(world, who))
    assert (client.get(reverse("new_incident")).status_code, create(client).status_code) == (403, 403)
    assert not Incident.objects.exists()


# One incident


def test_a_note_is_completed_and_sent_from_its_page(world, as_post):
    row, client = noted(world), as_post(world.an)
    data = {"what": "Trang tin bị chiếm quyền", **WORDS}
    assert say(client, row, "send", **data).status_code == 302
    row.refresh_from_db()
    assert (row.what, row.status) == ("Trang tin bị chiếm quyền", "noted")
    assert say(client, row, "send", send="1", **{**data, "effect": ""}).status_code == 422
    assert say(client, row, "send", send="1", **data).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.reported_at) == ("reported", NOW)


def test_who_was_slower_is_told_and_keeps_the_words(world, as_post):
    row = noted(world)
    sent(row, by=world.mai)
    answer = as_post(world.an).post(
        reverse("send_incident", args=[row.pk]), {"token": uuid.uuid4(), "version": 0, "send": "1", "what": "Lời của An", **WORDS}
    )
    assert answer.status_code == 409
    assert "Lời của An" in answer.content.decode()
    row.refresh_from_db()
    assert row.what == "Trang tin bị tấn công"


def test_a_closing_report_beside_a_new_follow_up_is_told(world, as_post):
    row = sent(noted(world))
    incidents.follow_up(row, by=world.mai, at=NOW, text="Còn lan sang máy khác", token=None)
    data = {"token": uuid.uuid4(), "version": row.version, "text": "Đã xong cả"}
    answer = as_post(world.an).post(reverse("close_incident", args=[row.pk]), data)
    assert answer.status_code == 409
    assert "Đã xong cả" in answer.content.decode()
    assert "Còn lan sang máy khác" in answer.content.decode()
    row.refresh_from_db()
    assert row.status == "reported"
    fresh = {name: answer.context["forms"]["close"].data[name] for name in ("token", "version", "text")}
    assert as_post(world.an).post(reverse("close_incident", args=[row.pk]), fresh).status_code == 302


def test_a_follow_up_on_what_was_closed_keeps_the_words(world, as_post):
    row = sent(noted(world))
    incidents.close(row, by=world.mai, at=NOW, text="Xong", token=None, version=row.version)
    answer = say(as_post(world.an), row, "follow", text="Lời đến sau")
    assert answer.status_code == 409
    assert "Lời đến sau" in answer.content.decode()


def test_the_discovery_is_corrected_with_a_reason_and_never_to_the_future(world, as_post):
    row, client = noted(world), as_post(world.an)
    assert list(say(client, row, "correct", discovered_at="2026-07-14T22:00", text="").context["forms"]["correct"].errors) == ["text"]
    assert say(client, row, "correct", discovered_at="2026-07-15T22:00").status_code == 422
    assert say(client, row, "correct", discovered_at="2026-07-14T22:00").status_code == 302
    row.refresh_from_db()
    assert row.discovered_at == AT - timedelta(minutes=70)
    sent(row, at=NOW)
    assert say(client, row, "correct", discovered_at="2026-07-14T23:00").status_code == 409


def test_a_discovery_after_the_note_is_refused_beside_its_field(world, as_post):
    row = noted(world)
    page = say(as_post(world.an), row, "correct", discovered_at="2026-07-14T23:11", text="Ghi nhầm giờ")
    assert (page.status_code, list(page.context["forms"]["correct"].errors)) == (422, ["discovered_at"])
    assert "Ghi nhầm giờ" in page.content.decode()


def test_the_superior_acknowledges_and_does_nothing_else(world, as_post):
    row = sent(noted(world))
    client = as_post(world.dung)
    assert set(client.get(row.get_absolute_url()).context["forms"]) == {"acknowledge"}
    for act in ("follow", "close", "drop", "correct", "send"):
        assert say(client, row, act).status_code == 403
    assert say(client, row, "acknowledge", text="").status_code == 302
    assert client.get(row.get_absolute_url()).context["forms"] == {}
    assert say(as_post(world.an), row, "acknowledge").status_code == 403
    assert list(row.words.values_list("kind", flat=True)) == ["first", "acknowledged"]


def test_an_inspector_reads_and_writes_nothing(world, as_post):
    row = noted(world)
    client = as_post(world.hire("kiem", world.khanh_hoa, Role.AUDITOR))
    assert client.get(row.get_absolute_url()).context["forms"] == {}
    assert {say(client, row, act).status_code for act in ("send", "follow", "close", "drop", "correct", "acknowledge")} == {403}


def test_files_are_handed_out_up_the_line_alone(world, as_post):
    create(as_post(world.an), files=[SimpleUploadedFile("ảnh chụp.pdf", PDF)])
    row = Incident.objects.get()
    sent(row)
    say(as_post(world.an), row, "follow", files=[SimpleUploadedFile("nhật ký.pdf", PDF)])
    names = list(IncidentFile.objects.values_list("name", "word__kind"))
    assert names == [("ảnh chụp.pdf", None), ("nhật ký.pdf", "follow_up")]
    for file in IncidentFile.objects.all():
        address = reverse("incident_file", args=[file.pk])
        answer = as_post(world.dung).get(address)
        assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PDF)
        assert [as_post(post).get(address).status_code for post in (world.chi, world.giang)] == [404, 404]
    assert create(as_post(world.an), files=[SimpleUploadedFile("x.pdf", b"<html>")]).status_code == 422


# The neighbour


@pytest.mark.parametrize("who", ["chi", "giang", "quan", "vanthu"])
def test_the_neighbour_sees_exactly_nothing(world, as_post, who):
    world.quan, world.vanthu = world.hire("quan", world.ba_ngoi, Role.ADMIN), world.hire("vanthu", world.khanh_hoa, Role.CLERK)
    row = sent(noted(world, what="Sự cố bí ẩn", files=[SimpleUploadedFile("a.pdf", PDF)]))
    client = as_post(getattr(world, who))
    for act in ("send", "follow", "close", "drop", "correct", "acknowledge"):
        there, nowhere = (client.post(reverse(f"{act}_incident", args=[pk]), {}) for pk in (row.pk, 10**6))
        assert (there.status_code, nowhere.status_code) == (404, 404)
    there, nowhere = (client.get(reverse("incident", args=[pk])) for pk in (row.pk, 10**6))
    assert (there.status_code, steady(there)) == (404, steady(nowhere).replace(b"1000000", str(row.pk).encode()))
    for address in (reverse("incidents"), f"{reverse('incidents')}?q=bi an", f"{reverse('incidents')}?unit={world.ubnd.code}"):
        page = client.get(address)
        assert (page.context["page"].paginator.count, "Sự cố bí ẩn" in page.content.decode()) == (0, False)
    assert rows(client) == []
    assert "Sự cố bí ẩn" not in client.get("/", follow=True).content.decode()
    assert "Sự cố bí ẩn" not in client.get(reverse("inbox")).content.decode()


# The list


def rows(client, query=""):
    answer = client.get(reverse("export_incidents", args=["csv"]) + query)
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode().lstrip("\ufeff"))))[1:]


def test_open_ones_stand_first_then_the_newest(world, as_post):
    closed = sent(noted(world, what="đóng", at=AT))
    incidents.close(closed, by=world.an, at=AT, text="x", token=None, version=closed.version)
    noted(world, what="cũ", at=AT - 30 * HOUR)
    noted(world, what="mới", at=AT - HOUR)
    page = as_post(world.hoa).get(reverse("incidents")).context["page"]
    assert [row.what for row in page] == ["mới", "cũ", "đóng"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?state=open", {"mới", "muộn", "đã gửi muộn"}),
        ("?state=unsent", {"mới", "muộn"}),
        ("?state=late", {"muộn", "đã gửi muộn"}),
        ("?state=closed", {"đóng"}),
        ("?state=bay", {"mới", "muộn", "đóng", "đã gửi muộn"}),
        ("?since=2026-07-14", {"mới", "đóng"}),
        ("?until=13/07/2026", {"muộn", "đã gửi muộn"}),
        ("?since=2026-07-14&until=2026-07-14&state=open", {"mới"}),
        ("?q=DA GUI", {"đã gửi muộn"}),
        ("?unit=000100010002", set()),
        ("?unit=khong", set()),
        ("?since=x&until=99/99/9999&sort=token", {"mới", "muộn", "đóng", "đã gửi muộn"}),
        ("?until=9999-12-31", {"mới", "muộn", "đóng", "đã gửi muộn"}),
        ("?since=0001-01-01&state=closed", {"đóng"}),
    ],
)
def test_the_filter_and_the_export_name_the_same_rows(world, as_post, query, wanted):
    noted(world, what="mới")
    noted(world, what="muộn", at=AT - 40 * HOUR)
    closed = sent(noted(world, what="đóng"))
    incidents.close(closed, by=world.an, at=AT, text="x", token=None, version=closed.version)
    sent(noted(world, what="đã gửi muộn", at=AT - 50 * HOUR), at=AT)
    client = as_post(world.hoa)
    assert {row.what for row in client.get(reverse("incidents") + query).context["page"]} == wanted
    assert {row[2] for row in rows(client, query)} == wanted


def test_a_day_of_no_year_of_ours_is_said_beside_its_field(world, as_post):
    with translation.override("en"):
        asked = {"since": "1944-12-31", "until": "2101-01-01"}
        answer = as_post(world.binh).get(reverse("incidents"), asked)
        assert answer.context["form"].errors == {name: ["Choose a day of the years 1945 to 2100."] for name in asked}


def test_the_sheet_says_what_the_page_says(world, as_post):
    sent(noted(world, what="=1+1"), at=AT + HOUR)
    with translation.override("en"):
        line = rows(as_post(world.binh))[0]
    assert line[:7] == [world.ubnd.name, "23:10, 14/07/2026", "'=1+1", *WORDS.values(), "00:10, 15/07/2026"]
    assert as_post(world.binh).get(reverse("export_incidents", args=["xlsx"])).status_code == 200


@pytest.mark.parametrize("who", ["an", "binh", "hoa"])
def test_lists_and_pages_cost_the_same_with_one_row_and_with_three(world, as_post, who, django_assert_num_queries):
    client, row = as_post(getattr(world, who)), sent(noted(world))
    client.get("/")
    addresses = [reverse("incidents"), row.get_absolute_url(), "/"]
    counts = []
    for address in addresses:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    for n in range(3):
        noted(world, unit=[world.ubnd, world.firm, world.ubnd][n])
        incidents.follow_up(row, by=world.an, at=NOW, text="x", token=None, files=[SimpleUploadedFile("a.pdf", PDF)])
    for address, count in zip(addresses, counts, strict=True):
        with django_assert_num_queries(count):
            client.get(address)


def test_my_work_shows_open_incidents_to_who_may_see_them(world, as_post):
    noted(world, what="Sự cố còn mở")
    for post, seen in [
        (world.an, True),
        (world.mai, True),
        (world.binh, True),
        (world.hoa, True),
        (world.chi, False),
        (world.giang, False),
    ]:
        assert ("Sự cố còn mở" in as_post(post).get("/").content.decode()) == seen
    assert (reverse("new_incident") in as_post(world.chi).get("/").content.decode(), Incident.may_be_noted_by(world.chi)) == (True, True)
    assert reverse("new_incident") not in as_post(world.binh).get("/").content.decode()
