"""Annex 1, «Thời hạn»: the plan's date, and beside it the one by which a unit is counted where they differ."""

from datetime import date, timedelta

import pytest

from orgunits.models import Kind
from reports import drafting
from reports.annex_tables import Annexes
from tasks import cascade
from tasks.models import Stage, Task
from tasks.models.progress import log_progress
from tests.reports.test_month import at, june
from tests.tasks.test_extending import answer_of, extend, stage_of
from tests.tasks.test_recurring import duty_of
from tests.world import body

DUE, LATER, DRAFTED = date(2026, 6, 10), date(2026, 8, 30), date(2026, 6, 20)
UBND, COMMITTEE = "UBND phường Ba Ngòi", "Ban Chỉ đạo phường Ba Ngòi"


def annex(world):
    """[(«Thời hạn», «Tiến độ»)] of the duties of annex 1."""
    rows = Annexes(drafting.Draft(june(world), at=at(DRAFTED))).all()[0]["rows"]
    return [(row["cells"][3], row["cells"][5]) for row in rows if "cells" in row]


def dates(world):
    return [words for words, _progress in annex(world)]


def own(duty, world, due_on=LATER):
    extend(stage_of(duty), due_on, by=world.binh, answer=answer_of(duty))


def others(duty, *units):
    return cascade.address(duty.task, leads=list(units), on=date(2026, 6, 1))


def test_a_units_extended_date_stands_beside_the_plans(world):
    own(world.duty(due_on=DUE), world)
    world.duty(due_on=DUE)
    assert annex(world) == [("10/06/2026, gia hạn đến 30/08/2026", "chưa thực hiện"), ("10/06/2026", "chưa thực hiện, quá hạn")]


def test_of_several_units_those_with_another_date_are_named(world):
    duty = world.duty(due_on=DUE)
    others(duty, world.committee)
    own(duty, world)
    assert dates(world) == [f"10/06/2026, gia hạn đến 30/08/2026 ({UBND})"]


def test_each_date_names_its_units_the_earliest_first(world):
    duty = world.duty(due_on=DUE)
    [committee, firm] = others(duty, world.committee, world.firm)
    for one, day in ((duty, LATER), (committee, date(2026, 7, 1)), (firm, LATER)):
        own(one, world, day)
    assert dates(world) == [f"10/06/2026, gia hạn đến 01/07/2026 ({COMMITTEE}), gia hạn đến 30/08/2026 ({UBND}; Công ty Muối)"]


def test_an_extension_for_all_is_the_plans_date(world):
    duty = world.duty(due_on=DUE)
    others(duty, world.committee)
    extend(stage_of(duty), LATER, by=world.binh)
    assert dates(world) == ["30/08/2026"]


def test_who_had_finished_before_an_extension_for_all_is_counted_by_the_old_date(world):
    duty = world.duty(due_on=DUE)
    others(duty, world.committee)
    log_progress(duty, by=world.an, at=at(date(2026, 6, 15)), says="done", words="Xong")
    extend(stage_of(duty), LATER, by=world.binh)
    assert dates(world) == [f"30/08/2026, tính theo hạn 10/06/2026 ({UBND})"]


def test_a_date_brought_forward_for_one_unit(world):
    own(world.duty(due_on=LATER), world, DUE)
    assert dates(world) == ["30/08/2026, tính theo hạn 10/06/2026"]


def test_of_stages_each_says_its_own(world):
    duty = world.duty(due_on=DUE)
    Stage.objects.filter(task=duty.task).update(label="Dự thảo")
    second = Stage.objects.create(task=duty.task, position=2, kind="by_date", due_on=date(2026, 7, 1), label="Ban hành")
    duty.answers.create(stage=second, clock="dated", due_on=second.due_on)
    extend(second, LATER, by=world.binh, answer=duty.answers.select_related("assignment").get(stage=second))
    assert dates(world) == ["Dự thảo: 10/06/2026; Ban hành: 01/07/2026, gia hạn đến 30/08/2026"]


def test_the_documents_words_where_the_date_is_the_headings_or_there_is_none(world):
    inherited, undated = world.duty(due_on=DUE), world.duty(kind="none")
    Task.objects.filter(pk=inherited.task_id).update(inherited=True, deadline_words="Trong quý II")
    Task.objects.filter(pk=undated.task_id).update(deadline_words="Khi có yêu cầu")
    assert dates(world) == ["Trong quý II", "Khi có yêu cầu"]
    for duty in (inherited, undated):
        own(duty, world)
    assert dates(world) == ["Trong quý II, gia hạn đến 30/08/2026", "Khi có yêu cầu, tính theo hạn 30/08/2026"]


def test_what_comes_back_has_its_rule_for_a_date(world):
    duty = duty_of(world, "Hằng tháng trước ngày 25", joined_on=date(2026, 4, 1))
    Task.objects.filter(pk=duty.task_id).update(deadline_words="Hằng tháng")
    assert dates(world) == ["Hằng tháng"]


def test_more_dates_than_three_are_counted(world):
    duty = world.duty(due_on=DUE)
    leads = [duty, *others(duty, *(body(f"000100010001{n:04d}", world.ba_ngoi, Kind.GOVERNMENT, f"Tổ {n}") for n in range(11, 15)))]
    for n, one in enumerate(leads):
        own(one, world, LATER + timedelta(days=n))
    [words] = dates(world)
    assert words.startswith("10/06/2026, gia hạn đến 30/08/2026 (")
    assert words.endswith(", thời hạn khác (2 đơn vị)")


@pytest.mark.parametrize("n", [1, 12])
def test_the_annexes_ask_as_much_for_many_duties_as_for_one(world, django_assert_num_queries, n):
    for duty in world.duties(n, due_on=DUE):
        own(duty, world)
    made = Annexes(drafting.Draft(june(world), at=at(DRAFTED)))
    with django_assert_num_queries(6):
        made.all()
