"""Bars on paper: the numbers of the table beside them, told apart without colour."""

import io
import re
from datetime import date

import pikepdf
import pytest

from orgunits.models import Kind
from reports import charts, drafting, figures, paper
from reports.profiles import PARTY
from tests.reports.test_month import JUNE, at
from tests.reports.test_paper import facts, words
from tests.world import body, plan_of

COUNTS = {"done": 6, "said": 0, "doing": 3, "todo": 1, "wait": 0, "late": 90}
WORDS = {part: f"phần {part}" for part in COUNTS}


def charted(counts):
    columns = [{"label": "Đơn vị", "width": 50, "align": "left"}, {"label": "Cộng", "width": 20, "align": "right"}]
    rows = [{"cells": ["Ba Ngòi", str(sum(counts.values()))], "counts": counts}]
    return {"title": "Phụ lục 5", "columns": columns, "rows": rows, "empty": "", "chart": {"label": "Biểu đồ", "width": 30, "words": WORDS}}


def test_a_number_stands_where_it_has_room():
    labels = {one["part"]: one["label"] for one in charts.labelled(charts.bar_of(COUNTS))}
    assert {part: bool(label) for part, label in labels.items()} == {"done": True, "doing": False, "todo": False, "late": True}


def test_every_part_is_filled_in_its_own_way():
    fills = [charts.fill_of(part) for part in charts.COLOURS]
    assert len(set(fills)) == len(fills)
    drawn = paper.render_html(facts(annexes=[charted(COUNTS)]), PARTY)
    assert all(f'<pattern id="{fill[5:-1]}"' in drawn for fill in fills if fill.startswith("url"))


@pytest.mark.skipif(paper.problem() is not None, reason=f"no PDF here: {paper.problem()}")
def test_a_bar_is_read_aloud_and_its_legend_is_printed():
    pdf = paper.build(facts(annexes=[charted(COUNTS)]), PARTY)
    assert "phần doing phần todo" in words(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        told = {str(thing.Alt) for thing in opened.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"}
    assert "phần done: 6; phần doing: 3; phần todo: 1; phần late: 90" in told


def test_the_bars_of_units_below_count_what_the_report_counts(world):
    world.duties(2, plan=plan_above(world), due_on=date(2026, 6, 10))
    world.duty(plan=plan_above(world), lead=world.ubnd_cam_linh)
    drafting.open_reports(on=JUNE.closes)
    report = world.khanh_hoa.reports.get(month=JUNE.month)
    annex = drafting.Draft(report, at=at(date(2026, 6, 20))).facts()["annexes"][-1]
    assert [row["cells"] for row in annex["rows"]] == [
        ["Tất cả", "3", "0", "0", "0", "1", "0", "2"],
        ["phường Ba Ngòi", "2", "0", "0", "0", "0", "0", "2"],
        ["phường Cam Linh", "1", "0", "0", "0", "1", "0", "0"],
    ]
    assert [sum(row["counts"].values()) for row in annex["rows"]] == [3, 2, 1]
    assert sum(column["width"] for column in annex["columns"]) + annex["chart"]["width"] == 100
    assert figures.duties_of(world.khanh_hoa).count() == 3


def test_a_ward_and_a_province_without_plan_of_its_own_have_no_bars(world):
    world.duty()
    world.duty(plan=plan_of(world.centre, "04-KH/BCĐTW"), lead=world.khanh_hoa)
    drafting.open_reports(on=JUNE.closes)
    for unit, bars in ((world.ba_ngoi, 0), (world.khanh_hoa, 0), (world.centre, 1)):
        annexes = drafting.Draft(unit.reports.get(month=JUNE.month), at=at(date(2026, 6, 20))).facts()["annexes"]
        assert len([annex for annex in annexes if annex.get("chart")]) == bars


def numbers(titles):
    return [int(title.removeprefix("Phụ lục ").partition(".")[0]) for title in titles]


def test_annexes_are_numbered_as_they_are_printed_and_the_text_names_the_right_one(world, monkeypatch):
    """The Centre of which ministries alone hold duties has nobody below who reports: the bars follow the indicators."""
    ministry = body("00010099", world.centre, Kind.MINISTRY, "Bộ Công an")
    world.duty(plan=plan_of(world.centre, "04-KH/BCĐTW"), lead=ministry)
    drafting.open_reports(on=JUNE.closes)
    draft = drafting.Draft(world.centre.reports.get(month=JUNE.month), at=at(date(2026, 6, 20)))
    titles = [annex["title"] for annex in draft.facts()["annexes"]]
    assert (numbers(titles), "Tiến độ" in titles[-1]) == ([1, 2, 3, 4], True)
    monkeypatch.setattr(drafting, "NAMED", 0)
    world.duty()
    world.duty(plan=plan_above(world), lead=world.ubnd)
    drafting.open_reports(on=JUNE.closes)
    facts = drafting.Draft(world.khanh_hoa.reports.get(month=JUNE.month), at=at(date(2026, 6, 20))).facts()
    titles = [annex["title"] for annex in facts["annexes"]]
    assert numbers(titles) == [1, 2, 3, 4, 5]
    (named,) = re.findall(r"đơn vị khác \((Phụ lục \d)\)", "\n".join(facts["sections"][0]["paragraphs"]))
    assert [title for title in titles if "Nộp báo cáo" in title] == [f"{named}. Nộp báo cáo của đơn vị cấp dưới"]


def plan_above(world):
    return world.khanh_hoa.plans.first() or plan_of(world.khanh_hoa, "10-KH/BCĐ")
