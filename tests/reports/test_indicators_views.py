"""Pages of indicators: the list, one target with its trend, stating and correcting a value."""

import re
import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from orgunits.models import Kind, Level, Role
from plans import indicators, measuring
from plans.models import IndicatorValue, Rollup
from reports import charts, drafting
from tests.plans.test_indicators import AUGUST, JUNE, Measuring, indicator
from tests.world import area, body

pytestmark = pytest.mark.django_db
LIST, PAGE = 14, 13  # questions of each page
NOW = datetime(2026, 8, 10, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture(autouse=True)
def _the_day_is_10_august():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def measured(world):
    return Measuring(world)


def typed(seen=0, **more):
    fields = {"token": uuid.uuid4(), "seen": seen, "month": "2026-08", "numerator": "1.234", "denominator": "2.468"}
    return {**fields, "source": "Sổ theo dõi", **more}


def post(client, row, **fields):
    return client.post(f"/indicators/{row.pk}/value/", typed(**fields))


def lines(answer):
    return [(line.indicator, str(line.standing), line.is_due) for line in answer.context["page"]]


def test_a_clerk_states_a_value_and_sees_it(measured, as_post):
    client, row = as_post(measured.world.mai), measured.row
    answer = post(client, row)
    assert (answer.status_code, answer["Location"]) == (302, f"/indicators/{row.pk}/?unit={measured.world.ba_ngoi.code}&month=2026-08")
    made = IndicatorValue.objects.get()
    assert (made.unit, made.month, made.numerator, made.denominator, made.value) == (measured.world.ba_ngoi, AUGUST, 1234, 2468, 50)
    page = client.get(answer["Location"])
    assert (page.context["figure"].stated.shown, page.context["standing"]) == (50, "not_yet")
    assert "Sổ theo dõi" in page.content.decode()


WRONG = [
    {"numerator": "1,234"},
    {"numerator": "-1"},
    {"numerator": "12", "denominator": "5"},
    {"denominator": "NaN"},
    {"numerator": ""},
    {"source": " "},
    {"month": "2026-09"},
    {"month": "2025-12"},
    {"token": "x"},
    {"seen": "-1"},
    {"unit": "999999"},
    {"source": "a\x00b"},
]


@pytest.mark.parametrize("fields", WRONG)
def test_what_is_wrong_is_said_and_what_was_typed_stays(measured, as_post, fields):
    answer = post(as_post(measured.world.mai), measured.row, **{"note": "Ghi chú đã gõ", **fields})
    assert (answer.status_code, IndicatorValue.objects.count()) == (422, 0)
    assert answer.context["form"].errors
    assert "Ghi chú đã gõ" in answer.content.decode()


def test_the_neighbours_unit_is_no_choice(measured, as_post):
    answer = post(as_post(measured.world.mai), measured.row, unit=measured.world.cam_linh.pk)
    assert (answer.status_code, IndicatorValue.objects.count()) == (422, 0)


def test_a_correction_asks_for_its_reason(measured, as_post):
    client, row = as_post(measured.world.mai), measured.row
    first = measured.state(parts=(1, 2))
    refused = post(client, row, seen=first.pk)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert post(client, row, seen=first.pk, reason="Đếm sót").status_code == 302
    assert IndicatorValue.objects.current().get().corrects == first
    assert "Đếm sót" in client.get(f"/indicators/{row.pk}/").content.decode()


def test_the_second_of_two_is_shown_the_newer_value_and_decides(measured, as_post):
    client, row = as_post(measured.world.an), measured.row
    newer = measured.state(parts=(7, 8), source="Báo cáo của công an")
    told = post(client, row, note="Lời của tôi")
    page = told.content.decode()
    assert (told.status_code, IndicatorValue.objects.count()) == (409, 1)
    assert ("Báo cáo của công an" in page, "Lời của tôi" in page, told.context["newer"]) == (True, True, newer)
    seen = int(re.search(r'name="seen" value="(\d+)"', page)[1])
    assert seen == newer.pk
    assert post(client, row, seen=seen, reason="Số của tôi mới hơn").status_code == 302


def test_a_double_click_makes_one(measured, as_post):
    client, token = as_post(measured.world.mai), uuid.uuid4()
    assert [post(client, measured.row, token=token).status_code for _ in range(2)] == [302, 302]
    assert IndicatorValue.objects.count() == 1


def test_a_token_of_another_post_is_no_form_of_ours(measured, as_post):
    token, world = uuid.uuid4(), measured.world
    measured.state(unit=world.cam_linh, parts=(1, 2), by=world.chi, token=token)
    assert post(as_post(world.mai), measured.row, token=token).status_code == 404
    assert IndicatorValue.objects.get().by == world.chi


def test_who_may_not_is_refused(measured, as_post):
    world, own = measured.world, indicator(measured.world.plan)
    auditor = world.hire("kiem", world.ba_ngoi, Role.AUDITOR)
    for reader in (world.binh, auditor, world.dung):
        assert post(as_post(reader), measured.row).status_code == 403
    for stranger in (world.chi, world.hire("quan", world.ba_ngoi, Role.ADMIN)):
        assert post(as_post(stranger), own).status_code == 404
        assert as_post(stranger).get(f"/indicators/{own.pk}/").status_code == 404
    assert IndicatorValue.objects.count() == 0
    assert as_post(world.mai).get(f"/indicators/{measured.row.pk}/value/").status_code == 302


def test_a_unit_outside_the_reach_does_not_exist(measured, as_post):
    world, address = measured.world, f"/indicators/{measured.row.pk}/?unit="
    measured.state(unit=world.cam_linh, parts=(77, 99), by=world.chi)
    client = as_post(world.mai)
    for code in (world.cam_linh.code, world.khanh_hoa.code, world.centre.code, "nowhere", "x\x00"):
        assert client.get(f"{address}{code}").status_code == 404
    assert client.get(f"{address}{world.ba_ngoi.code}").status_code == 200
    for reader in (world.dung, world.hoa):
        assert "77/99" in as_post(reader).get(f"{address}{world.cam_linh.code}").content.decode()


def test_an_official_of_a_department_reads_no_roll_up(measured, as_post):
    world = measured.world
    department = world.hire("so", body("000100010099", world.khanh_hoa, Kind.DEPARTMENT, "Sở"))
    measured.state(parts=(77, 99))
    for address in (f"/indicators/{measured.row.pk}/", "/indicators/", "/indicators/export.csv", measured.plan.get_absolute_url()):
        answer = as_post(department).get(address)
        text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        assert (answer.status_code, "77/99" in text, "77,77" in text) == (200, False, False)
    assert "77/99" in as_post(world.dung).get(f"/indicators/{measured.row.pk}/").content.decode()


def test_the_list_begins_with_what_is_still_owed(measured, as_post):
    row, world = measured.row, measured.world
    other = indicator(measured.plan, rollup=Rollup.SUM, operator=">=", value=5, measure="lớp", year=2030)
    indicator(measured.plan, rollup=Rollup.NONE, operator="<=", value=20, measure="hạng")
    measured.state(row, parts=(2, 2))
    measured.state(other, month=JUNE, value=3)
    client = as_post(world.mai)
    found = lines(client.get("/indicators/"))
    assert [(one, due) for one, _standing, due in found[:2]] == [(other, True), (row, False)]
    assert [standing for _one, standing, _due in found] == ["not_yet", "met", "no_data"]
    assert [one for one, *_rest in lines(client.get("/indicators/?standing=met"))] == [row]
    assert [one for one, *_rest in lines(client.get("/indicators/?year=2030"))] == [other]
    assert [one for one, *_rest in lines(client.get("/indicators/?due=1"))] == [other]
    assert lines(client.get(f"/indicators/?plan={world.plan.pk}")) == []
    assert len(lines(client.get("/indicators/?plan=99999999999999999999&standing=x&year=abc&page=-1"))) == 3
    assert all(not due for _one, _standing, due in lines(as_post(world.binh).get("/indicators/")))


def test_figures_are_put_together_for_the_page_shown_alone(measured, as_post, monkeypatch):
    asked, real = [], indicators.figures_for
    rows = [measured.row, *(indicator(measured.plan) for _ in range(59))]
    measured.state(rows[-1], parts=(2, 2))
    monkeypatch.setattr(
        indicators, "figures_for", lambda post, rows, *more, **named: asked.append(len(rows)) or real(post, rows, *more, **named)
    )
    client = as_post(measured.world.mai)
    first, second = (client.get(f"/indicators/?page={n}") for n in (1, 2))
    assert asked == [50, 10]
    assert [line[0] for line in lines(first) + lines(second)] == [*rows[:-1], rows[-1]]
    assert (lines(second)[-1][1:], first.context["due"], first.context["page"].paginator.count) == (("met", False), 59, 60)


def test_export(measured, as_post):
    measured.state(parts=(1, 2))
    client = as_post(measured.world.dung)
    text = b"".join(client.get("/indicators/export.csv")).decode()
    assert ("50 %" in text, "1/2" in text) == (True, True)
    assert b"".join(client.get("/indicators/export.xlsx"))[:2] == b"PK"


@pytest.mark.parametrize("n", [1, 3])
def test_pages_ask_as_much_for_three_as_for_one(measured, as_post, django_assert_num_queries, n):
    world, client = measured.world, as_post(measured.world.dung)
    rows = [measured.row, *(indicator(measured.plan) for _ in range(n - 1))]
    for k in range(n):
        unit = area(f"00010001001{k}", world.khanh_hoa, Kind.COMMUNE, Level.WARD, f"Xã {k}")
        for row in rows:
            first = measured.state(row, unit=unit, parts=(1, 2))
            measured.state(row, unit=unit, parts=(2, 2), seen=first.pk, reason="Sửa")
    client.get("/indicators/")
    with django_assert_num_queries(LIST):
        client.get("/indicators/")
    with django_assert_num_queries(PAGE):
        client.get(f"/indicators/{measured.row.pk}/")


def test_drill_down_lists_every_area_and_those_without_figures_too(measured, as_post):
    measured.state(parts=(1, 2))
    page = as_post(measured.world.dung).get(f"/indicators/{measured.row.pk}/")
    assert [(part["unit"].name, str(part["standing"])) for part in page.context["below"]] == [
        ("Ba Ngòi", "not_yet"),
        ("Cam Linh", "no_data"),
    ]


def test_hostile_months_show_the_present_one(measured, as_post):
    client = as_post(measured.world.mai)
    for month in ("2099-01", "x", "2026-13", "2026-8", "0000-00", "2026-07\n"):
        assert client.get(f"/indicators/{measured.row.pk}/", {"month": month}).context["period"].month == AUGUST


def test_the_plan_page_shows_the_figure_and_leads_to_the_target(measured, as_post):
    measured.state(parts=(1, 2))
    page = as_post(measured.world.mai).get(measured.plan.get_absolute_url()).content.decode()
    assert (f'href="/indicators/{measured.row.pk}/"' in page, "(1/2)" in page) == (True, True)


# The chart


def test_a_month_without_a_figure_breaks_the_line():
    points = [("01/26", 10, None), ("02/26", 20, None), ("03/26", None, 5), ("04/26", 40, 6)]
    chart = charts.trend(points, 50)
    assert ([len(line.split()) for line in chart["stated"]["lines"]], len(chart["stated"]["dots"])) == ([2], 3)
    assert ([len(line.split()) for line in chart["computed"]["lines"]], len(chart["computed"]["dots"])) == ([2], 2)
    ys = [float(y) for _x, y in chart["stated"]["dots"]]
    assert ys == sorted(ys, reverse=True)
    assert float(chart["target_y"]) < min(ys)
    assert charts.trend([("01/26", None, None)], 0)["stated"] == {"dots": [], "lines": []}


# The monthly report


def annex(unit, month):
    report = drafting.MonthlyReport.objects.create(unit=unit, month=month, opened_at=NOW)
    rows = drafting.Draft(report, at=NOW).facts()["annexes"][2]["rows"]
    return [row["cells"][-1] for row in rows]


def test_the_report_says_the_figure_and_what_changed(measured):
    world, own = measured.world, indicator(measured.world.plan)
    assert annex(world.ba_ngoi, date(2026, 5, 1)) == ["chưa có số liệu"]
    measured.state(own, month=JUNE, parts=(1, 2))
    measured.state(own, month=AUGUST, parts=(3, 4))
    measured.state(measured.row, month=AUGUST, parts=(0, 0))
    assert annex(world.ba_ngoi, JUNE) == ["50 % (kỳ 06/2026)"]
    said = ["75 % (kỳ 08/2026), tăng 25 so với tháng trước", "không có đối tượng (kỳ 08/2026)"]
    assert annex(world.ba_ngoi, AUGUST) == said
    measured.state(measured.row, unit=world.cam_linh, month=AUGUST, parts=(1, 4), by=world.chi)
    assert annex(world.khanh_hoa, AUGUST) == ["25 % (kỳ 08/2026); 2 trên 2 xã, phường có số liệu"]


def test_the_months_of_the_form_are_those_of_the_act(measured, as_post):
    form = as_post(measured.world.mai).get(f"/indicators/{measured.row.pk}/").context["form"]
    months = [f"{month:%Y-%m}" for month in measuring.open_months(measured.row, on=NOW.date())]
    assert [value for value, _words in form.fields["month"].choices] == months
