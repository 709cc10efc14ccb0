"""Drafting from a superior's plan."""

from datetime import date

import pytest

from orgunits.models import AddresseeGroup, Kind, Role
from plans.models import Document, Plan
from tasks import carrying
from tasks.models import Assignment, ParentLink, StaleWrite, Task
from tests.tasks.drafts import AT, central_plan, drafted, issued, lead, superior_duty
from tests.world import body


@pytest.fixture
def nga(world):
    """The clerk of Khánh Hòa."""
    return world.hire("nga", world.khanh_hoa, Role.CLERK)


def test_one_draft_for_a_superior_however_often_the_button_is_pressed(world, nga):
    superior = central_plan(world)
    plan, is_new = carrying.start(superior, by=nga, at=AT)
    again, is_new_again = carrying.start(superior, by=world.dung, at=AT)
    assert (is_new, is_new_again, again) == (True, False, plan)
    assert (plan.unit, plan.level, plan.issued_on, list(plan.superiors.all())) == (world.khanh_hoa, "province", None, [superior])
    assert (plan.document.symbol, plan.title) == ("", "Triển khai thực hiện Kế hoạch số 04-KH/BCĐTW")


def test_picks_become_duties_in_order_with_words_product_deadline_and_stages(world, nga):
    superior = central_plan(world, 2)
    plan = drafted(nga, superior)
    rows = list(plan.tasks.values_list("ref", "title", "words", "product", "deadline_words"))
    assert rows == [
        (str(n), f"Việc thứ {n} của Trung ương", f"Rà soát hệ thống thứ {n}", f"Danh mục {n}", "Trước ngày 31/12/2026") for n in (1, 2)
    ]
    assert [stage.due_on for task in plan.tasks.all() for stage in task.stages.all()] == [date(2026, 12, 31)] * 2


def test_a_duty_addressed_to_the_own_line_is_carried_another_relates(world, nga):
    superior = central_plan(world, 1)
    ministry = body("00010002", world.centre, Kind.MINISTRY, "Bộ Công an")
    superior_duty(superior, 2, leads=[ministry], due_on=date(2026, 12, 31))
    drafted(nga, superior)
    links = {link.parent.ref: link for link in ParentLink.objects.all()}
    assert {ref: link.carries for ref, link in links.items()} == {"V.1": True, "V.2": False}
    assert links["V.1"].via == Assignment.objects.get(task__ref="V.1", unit=world.khanh_hoa)


def test_a_ward_carries_through_its_province(world):
    superior = central_plan(world, 1)
    drafted(world.mai, superior)
    assert ParentLink.objects.get().via.unit == world.khanh_hoa


def test_picking_twice_takes_up_once(world, nga):
    superior = central_plan(world, 2)
    plan = drafted(nga, superior)
    assert carrying.pick(plan, [carrying.Pick(task) for task in superior.tasks.all()], by=nga, at=AT) == []
    assert plan.tasks.count() == 2


def test_by_the_superiors_plan_the_stage_waits_for_its_duty(world, nga):
    superior = central_plan(world, 1)
    plan = drafted(nga, superior, how=carrying.WAIT)
    task, stage = plan.tasks.get(), plan.tasks.get().stages.get()
    assert (stage.kind, stage.due_on) == ("relative_to_superior_plan", None)
    assert (stage.waits_for, stage.waits_for_plan) == (superior.tasks.get(), superior)
    assert task.deadline_words.startswith("Theo Kế hoạch số 04-KH/BCĐTW")


def test_what_waits_above_waits_below_too(world, nga):
    superior = central_plan(world, 0)
    parent = superior_duty(superior, 1, leads=[world.khanh_hoa], due_on=None, kind="relative_to_superior_plan")
    stage = drafted(nga, superior).tasks.get().stages.get()
    assert (stage.kind, stage.waits_for) == ("relative_to_superior_plan", parent)


@pytest.mark.parametrize(
    ("words", "kind", "due_on"),
    [
        ("Trước ngày 15/11/2026", "before_date", date(2026, 11, 14)),
        ("Thường xuyên", "ongoing", None),
        ("khi nào thuận tiện nhỉ", "unread", None),
    ],
)
def test_own_words_are_read_by_the_grammar_and_kept(world, nga, words, kind, due_on):
    task = drafted(nga, central_plan(world, 1), how=carrying.OWN, words=words).tasks.get()
    assert (task.deadline_words, task.stages.get().kind, task.stages.get().due_on) == (words, kind, due_on)


def test_a_date_later_than_the_superiors_is_said(world, nga):
    plan = drafted(nga, central_plan(world, 2), how=carrying.KEEP)
    first, second = carrying.duties(plan)
    lead(first, world.khanh_hoa, by=nga, how=carrying.OWN, deadline_words="Trước ngày 15/01/2027")
    lead(second, world.khanh_hoa, by=nga)
    doubts = [row.doubts for row in carrying.duties(plan)]
    assert doubts == [[("later", {"ref": "V.1", "symbol": "04-KH/BCĐTW", "day": date(2026, 12, 31)})], []]


def test_no_lead_and_unread_words_are_said(world, nga):
    plan = drafted(nga, central_plan(world, 1), how=carrying.OWN, words="khi nào thuận tiện nhỉ")
    assert [kind for kind, _facts in carrying.duties(plan)[0].doubts] == ["no_lead", "unread"]


def test_the_superiors_words_are_marked_until_they_are_rewritten(world, nga):
    plan = drafted(nga, central_plan(world, 1))
    assert carrying.duties(plan)[0].is_copied
    lead(plan.tasks.get(), by=nga, title="Việc của tỉnh")
    assert not carrying.duties(plan)[0].is_copied


def test_editing_names_leads_coordinators_and_group(world, nga):
    group = AddresseeGroup.objects.create(code="KH.1", owner=world.khanh_hoa, words="Các phường", rule="")
    plan = drafted(nga, central_plan(world, 1))
    task = lead(plan.tasks.get(), world.khanh_hoa, coordinators=[world.khanh_hoa, world.ba_ngoi], group=group, by=nga)
    assert sorted(task.assignments.values_list("unit__name", "part")) == [("Ba Ngòi", "coordinator"), ("Khánh Hòa", "lead")]
    assert (task.lead_words, task.coordinator_words) == ("tỉnh Khánh Hòa, Các phường", "phường Ba Ngòi")


def test_a_stale_edit_saves_nothing(world, nga):
    task = drafted(nga, central_plan(world, 1)).tasks.get()
    seen = task.version
    lead(task, by=nga, title="Câu của tôi")
    kept = {name: getattr(task, name) for name in carrying.WRITTEN}
    with pytest.raises(StaleWrite):
        carrying.edit(task, fields=kept, leads=[], coordinators=[], how=None, version=seen, by=world.dung, at=AT)
    assert Task.objects.get(pk=task.pk).title == "Câu của tôi"


def test_moving_and_removing_keep_refs_one_two_three(world, nga):
    plan = drafted(nga, central_plan(world, 3))
    carrying.move(plan.tasks.get(ref="3"), True, by=nga, at=AT)
    assert [title[9:10] for title in plan.tasks.values_list("title", flat=True)] == ["1", "3", "2"]
    first = plan.tasks.get(ref="1")
    carrying.remove(first, version=first.version, by=nga, at=AT)
    assert list(plan.tasks.values_list("ref", "position")) == [("1", 1), ("2", 2)]
    carrying.move(plan.tasks.get(ref="1"), True, by=nga, at=AT)  # nothing above
    assert [title[9:10] for title in plan.tasks.values_list("title", flat=True)] == ["3", "2"]


def test_a_duty_rewritten_meanwhile_is_not_removed(world, nga):
    task = drafted(nga, central_plan(world, 1)).tasks.get()
    seen = task.version
    lead(task, by=nga, title="Viết lại")
    with pytest.raises(StaleWrite):
        carrying.remove(task, version=seen, by=nga, at=AT)
    assert Task.objects.filter(pk=task.pk).exists()


def test_a_local_duty_alike_is_suggested_and_linked(world, nga):
    superior = central_plan(world, 0)
    title = "Rà quét lỗ hổng bảo mật các hệ thống thông tin quan trọng cấp độ 3 trở lên"
    parent = superior_duty(superior, 1, leads=[world.khanh_hoa], due_on=date(2026, 12, 31), title=title)
    superior_duty(superior, 2, leads=[world.khanh_hoa], due_on=date(2026, 12, 31), title="Đào tạo chuyên gia an toàn thông tin quốc gia")
    plan, _is_new = carrying.start(superior, by=nga, at=AT)
    task = carrying.add_duty(plan, title, by=nga, at=AT)
    shown = carrying.choices(plan, superior, nga)
    assert [[own for own, _why in row.alike] for row in shown] == [[task], []]
    carrying.continue_duty(task, parent, by=nga, at=AT)
    assert ParentLink.objects.get(child=task).carries
    assert [row.picked for row in carrying.choices(plan, superior, nga)] == [[task], []]


def test_the_checklist_marks_the_own_line(world, nga):
    superior = central_plan(world, 1)
    superior_duty(superior, 2, leads=[world.cam_linh], due_on=None)
    plan, _is_new = carrying.start(superior, by=nga, at=AT)
    assert [row.is_ours for row in carrying.choices(plan, superior, nga)] == [True, False]


def test_drafting_counts_nothing_above(world, nga):
    superior = central_plan(world, 1)
    plan = drafted(nga, superior)
    lead(plan.tasks.get(), world.khanh_hoa, by=nga)
    above = Assignment.objects.get(task__plan=superior)
    assert (above.adds_up, above.carried_n) == (False, 0)
    assert not Assignment.objects.answered_by(world.dung).filter(plan=plan).exists()


def test_a_draft_is_read_by_its_own_unit_alone(world, nga):
    plan = drafted(nga, central_plan(world, 1))
    auditor = world.hire("vinh", world.khanh_hoa, Role.AUDITOR)
    admin = world.hire("quan", world.khanh_hoa, Role.ADMIN)
    for post in (world.hoa, world.binh, world.mai, world.giang, auditor, admin):
        assert plan not in Plan.objects.visible_to(post)
    assert plan in Plan.objects.visible_to(world.dung)


def test_units_are_found_without_accents_within_the_own_area(world, nga):
    on = AT.date()
    assert carrying.named(world.khanh_hoa, "ba ngoi", on=on) == [world.ba_ngoi]
    assert carrying.named(world.khanh_hoa, "phuong", on=on) == [world.ba_ngoi, world.cam_linh]
    assert carrying.named(world.ba_ngoi, "ubnd", on=on) == [world.ubnd]
    assert carrying.named(world.ba_ngoi, "cam linh", on=on) == []


def test_a_draft_thrown_away_leaves_nothing(world, nga):
    plan = drafted(nga, central_plan(world, 1))
    document = plan.document_id
    carrying.drop(plan, by=nga, at=AT)
    assert not Plan.objects.filter(pk=plan.pk).exists()
    assert not Document.objects.filter(pk=document).exists()
    assert not ParentLink.objects.exists()


def test_nothing_is_drafted_in_an_issued_plan(world, nga):
    plan = issued(drafted(nga, central_plan(world, 1)), by=world.dung)
    with pytest.raises(StaleWrite):
        carrying.add_duty(plan, "Thêm", by=nga, at=AT)


@pytest.mark.parametrize("n", [1, 3])
def test_the_desk_reads_any_number_of_duties_in_as_many_questions(world, nga, n, django_assert_num_queries):
    superior = central_plan(world, n)
    plan = drafted(nga, superior)
    with django_assert_num_queries(5):
        carrying.duties(plan)
    nga.scope()
    with django_assert_num_queries(8):
        carrying.choices(plan, superior, nga)
