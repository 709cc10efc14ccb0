"""The pages of coverage: every number opens its list, nobody sees beyond the own reach, words typed are never lost."""

import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from orgunits.models import AddresseeGroup, Level, Role
from tasks import declarations
from tasks.coverage import Cell, coverage
from tasks.models import NotApplicable, Task
from tests.tasks.coverings import Covering
from tests.world import area

pytestmark = pytest.mark.django_db


@pytest.fixture
def covering(world):
    """Ba Ngòi continues the first duty directly and the second through Khánh Hòa's; Cam Linh has no plan; Diên Khánh is new."""
    made = Covering(world)
    made.child = made.continue_in(world.plan, made.one, leads=[world.ubnd])
    made.middle = made.continue_in(made.provincial, made.two)
    made.grandchild = made.continue_in(world.plan, made.middle, leads=[world.ubnd])
    made.thanh_hoa = area("00010002", world.centre, world.khanh_hoa.kind, Level.PROVINCE, "Thanh Hóa")
    made.ham_rong = area("000100020001", made.thanh_hoa, world.ba_ngoi.kind, Level.WARD, "Hạc Thành")
    others = AddresseeGroup.objects.create(code="TW.KV", owner=made.world.centre, words="Các tỉnh phía Bắc", rule="")
    others.units.set([made.thanh_hoa])
    made.four = made.duty(made.central, group=others)
    made.url = f"/plans/{made.central.pk}/coverage/"
    return made


def read_csv(answer):
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_a_country_by_provinces_and_each_number_opens_its_list(covering, as_post):
    client = as_post(covering.world.hoa)
    page = client.get(covering.url)
    numbers = re.findall(r'href="(/plans/\d+/coverage/cells/[^"]*)">(?:<[^>]*>)?([\d.]+)</a>', page.content.decode())
    assert [(row["unit"].name, row["areas"], row["n"], row["whole"]) for row in page.context["groups"]] == [
        ("Khánh Hòa", 2, 2, 6),
        ("Thanh Hóa", 1, 0, 1),
    ]
    assert len(numbers) >= 8
    for address, n in numbers:
        assert client.get(address.replace("&amp;", "&")).context["page"].paginator.count == int(n)


def test_the_tiles_open_what_they_count(covering, as_post):
    client = as_post(covering.world.hoa)
    totals = {kind: n for kind, _look, n, _share in client.get(covering.url).context["tiles"]}
    assert totals == {Cell.TAKEN: 2, Cell.DECLARED: 0, Cell.MISSING: 1, Cell.NO_PLAN: 4}
    for kind, n in totals.items():
        assert client.get(f"{covering.url}cells/?kind={kind.value}").context["page"].paginator.count == n


def test_a_provinces_communes_with_their_marks(covering, as_post):
    page = as_post(covering.world.dung).get(covering.url)
    rows = {row["area"].name: [mark for _duty, mark, _look, _words in row["marks"]] for row in page.context["page"].object_list}
    assert rows == {"Ba Ngòi": ["✓", "✓", "✕"], "Cam Linh": ["–", "–", "–"]}
    assert "Hạc Thành" not in page.content.decode()
    only = as_post(covering.world.dung).get(covering.url + "?kind=missing").context["page"].object_list
    assert [(row["area"].name, [mark for _duty, mark, _look, _words in row["marks"]]) for row in only] == [("Ba Ngòi", ["", "", "✕"])]


def test_a_ward_sees_its_own_row_alone(covering, as_post):
    client = as_post(covering.world.an)
    cells = client.get(covering.url).context["cells"]
    assert [(row["duty"], row["by"]) for row in cells] == [
        (covering.one, [covering.child.ref]),
        (covering.two, [covering.grandchild.ref]),
        (covering.three, []),
    ]
    for address in (covering.url, f"{covering.url}cells/", f"{covering.url}export/", f"/tasks/{covering.one.pk}/coverage/"):
        assert client.get(f"{address}?unit={covering.world.cam_linh.code}").status_code == 404
        assert client.get(f"{address}?unit=nowhere").status_code == 404


def test_who_may_not_read_the_plan_finds_nothing(covering, as_post):
    client = as_post(covering.world.chi)
    assert client.get(covering.url).status_code == 404
    assert client.get(f"/plans/{covering.central.pk}/declarations/").status_code == 404
    assert client.get(f"/tasks/{covering.one.pk}/coverage/").status_code == 404


def test_a_cell_shows_what_continues_it_and_through_which(covering, as_post):
    client = as_post(covering.world.binh)
    unit = covering.world.ba_ngoi.code
    direct = client.get(f"/tasks/{covering.one.pk}/coverage/?unit={unit}").context["continuing"]
    assert [(row["task"], row["n"], row["said"], [link.parent for link in row["links"]]) for row in direct] == [
        (covering.child, 1, 0, [covering.one])
    ]
    through = client.get(f"/tasks/{covering.two.pk}/coverage/?unit={unit}").context["continuing"]
    assert [(row["task"], [link.parent for link in row["links"]]) for row in through] == [(covering.grandchild, [covering.middle])]


def test_a_duty_without_an_area_shows_its_column(covering, as_post):
    page = as_post(covering.world.dung).get(f"/tasks/{covering.one.pk}/coverage/").context["page"]
    assert [(row["area"].name, str(row["words"])) for row in page.object_list] == [
        ("Ba Ngòi", Cell.TAKEN.label),
        ("Cam Linh", Cell.NO_PLAN.label),
    ]


def test_a_past_day_shows_what_stood_then_and_a_coming_one_is_today(covering, as_post):
    client = as_post(covering.world.dung)
    assert client.get(covering.url + "?on=2026-02-01").context["tiles"][0][2] == 0
    assert client.get(covering.url + "?on=2999-01-01").context["on"] == timezone.localdate()
    assert client.get(covering.url + "?on=0001-01-01").context["on"] == timezone.localdate()
    assert client.get(covering.url + "?on=nonsense&kind=x&level=galaxy&duty=-1&page=zz").status_code == 200


def test_the_sheet_holds_the_whole_matrix_and_no_formula(covering, as_post):
    Task.objects.filter(pk=covering.three.pk).update(ref="=1+1", title="x")
    Task.objects.filter(pk=covering.child.pk).update(ref="=cmd")
    client = as_post(covering.world.hoa)
    lines = read_csv(client.get(f"{covering.url}export/"))
    assert lines[0][3:] == [f"{covering.one.ref} {covering.one.title}", f"{covering.two.ref} {covering.two.title}", "'=1+1 x", lines[0][6]]
    matrix = coverage(covering.central, on=timezone.localdate())
    assert [line[0] for line in lines[1:]] == [row.code for row in matrix.areas]
    assert lines[1][1:3] == ["phường Ba Ngòi", "tỉnh Khánh Hòa"]
    assert lines[1][3:] == [
        f"{Cell.TAKEN.label}: =cmd",
        f"{Cell.TAKEN.label}: {covering.grandchild.ref}",
        str(Cell.MISSING.label),
        "",
    ]
    assert len(read_csv(as_post(covering.world.an).get(f"{covering.url}export/"))) == 2


def test_the_workbook_says_the_same(covering, as_post):
    client = as_post(covering.world.hoa)
    book = zipfile.ZipFile(io.BytesIO(b"".join(client.get(f"{covering.url}export/?form=xlsx").streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    lines = [re.findall(r"<t[^>]*>([^<]*)</t>", row) for row in re.findall(r"<row .*?</row>", sheet)]
    assert "<f>" not in sheet
    assert lines[1][3] == f"{Cell.TAKEN.label}: {covering.child.ref}"
    assert len(lines) == 4


def test_the_list_of_cells_goes_along_with_its_filter(covering, as_post):
    client = as_post(covering.world.hoa)
    lines = read_csv(client.get(f"{covering.url}export/?list=1&kind=no_plan&duty={covering.one.pk}"))
    assert [line[3] for line in lines[1:]] == ["phường Cam Linh"]


def test_pages_ask_the_same_number_of_questions_for_one_ward_and_for_many(covering, as_post, django_assert_max_num_queries):
    client = as_post(covering.world.dung)
    client.get(covering.url)
    with django_assert_max_num_queries(18) as few:
        client.get(covering.url)
    for n in range(3, 9):
        area(f"00010001000{n}", covering.world.khanh_hoa, covering.world.ba_ngoi.kind, Level.WARD, f"Phường {n}")
    with django_assert_max_num_queries(18) as many:
        client.get(covering.url)
    assert len(few) == len(many)


# Declaring and judging


def declare(client, task, reason="Không có hệ thống"):
    return client.post(f"/tasks/{task.pk}/not-applicable/", {"reason": reason})


def test_the_whole_way_of_a_declaration(covering, as_post):
    world, three = covering.world, covering.three
    cell = f"/tasks/{three.pk}/coverage/?unit={world.ba_ngoi.code}"
    client = as_post(world.mai)
    assert client.get(cell).context["form"] is not None
    assert declare(client, three, "").status_code == 422
    assert declare(client, three).url == cell
    again = declare(client, three, "Lời khác")
    assert again.status_code == 409
    assert "Lời khác" in again.content.decode()
    row = NotApplicable.objects.get()
    client = as_post(world.hoa)
    page = client.get(f"/plans/{covering.central.pk}/declarations/")
    assert [one.open_to_verdict for one in page.context["page"]] == [True]
    judge = f"/plans/{covering.central.pk}/declarations/judge/"
    refused = client.post(judge, {"ok": "0", "ids": row.pk})
    assert refused.status_code == 422
    assert client.post(judge, {"ok": "1"}).status_code == 422
    assert client.post(judge, {"ok": "1", "ids": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.accepted is True
    assert client.post(judge, {"ok": "0", "reason": "x", "ids": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.accepted is True
    assert as_post(world.mai).post(f"/tasks/{three.pk}/not-applicable/withdraw/").url == cell
    row.refresh_from_db()
    assert row.withdrawn_by == world.mai


def test_only_the_areas_offices_declare_and_only_the_plans_steering_judges(covering, as_post):
    world = covering.world
    assert declare(as_post(world.an), covering.three).status_code == 403
    assert declare(as_post(world.hoa), covering.three).status_code == 403
    assert declare(as_post(world.chi), covering.three).status_code == 404
    assert not NotApplicable.objects.exists()
    row = declarations.declare(covering.three, unit=world.ba_ngoi, reason="x", by=world.mai, at=timezone.now())
    for post, status in [(world.mai, 403), (world.binh, 403), (world.dung, 403), (world.chi, 404)]:
        client = as_post(post)
        assert client.post(f"/plans/{covering.central.pk}/declarations/judge/", {"ok": "1", "ids": row.pk}).status_code == status
    clerk = world.hire("khoa", world.centre, Role.CLERK)
    assert as_post(clerk).post(f"/plans/{covering.central.pk}/declarations/judge/", {"ok": "1", "ids": row.pk}).status_code == 403
    row.refresh_from_db()
    assert row.is_waiting


def test_what_is_taken_up_is_told_so(covering, as_post):
    answer = declare(as_post(covering.world.mai), covering.one)
    assert answer.status_code == 302
    assert not NotApplicable.objects.exists()


def test_a_declaration_of_another_plan_is_not_judged_here(covering, as_post):
    world = covering.world
    own = covering.duty(covering.provincial, world.ba_ngoi)
    row = declarations.declare(own, unit=world.ba_ngoi, reason="x", by=world.mai, at=timezone.now())
    client = as_post(world.hoa)
    assert client.post(f"/plans/{covering.central.pk}/declarations/judge/", {"ok": "1", "ids": row.pk}).status_code == 422
    row.refresh_from_db()
    assert row.is_waiting


def test_the_list_of_declarations_by_what_became_of_them(covering, as_post):
    world, at = covering.world, timezone.now() - timedelta(hours=1)
    for task, ok in [(covering.three, True), (covering.four, None)]:
        unit, by = (
            (world.ba_ngoi, world.mai) if task == covering.three else (covering.ham_rong, world.hire("ut", covering.ham_rong, Role.CLERK))
        )
        row = declarations.declare(task, unit=unit, reason="x", by=by, at=at)
        if ok:
            declarations.judge([row.pk], ok=ok, by=world.hoa, at=at)
    url = f"/plans/{covering.central.pk}/declarations/"
    seen = {
        status: [row.unit.name for row in as_post(world.hoa).get(f"{url}?status={status}").context["page"]]
        for status in ("", "accepted", "all")
    }
    assert seen == {"": ["Hạc Thành"], "accepted": ["Ba Ngòi"], "all": ["Ba Ngòi", "Hạc Thành"]}
    assert [row.unit.name for row in as_post(world.dung).get(f"{url}?status=all").context["page"]] == ["Ba Ngòi"]
