"""The pages of carrying down, as clerks and committees walk through them."""

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from orgunits.models import Role
from plans.models import Plan, Receipt
from tasks import carrying, receiving
from tasks.models import Assignment, ParentLink, Task
from tests.tasks.drafts import AT, central_plan, drafted, issued, lead, superior_duty
from tests.world import plan_of


@pytest.fixture
def nga(world):
    return world.hire("nga", world.khanh_hoa, Role.CLERK)


@pytest.fixture
def superior(world):
    plan = central_plan(world, 2)
    receiving.send(plan, by=world.hoa, at=AT)
    return plan


def go(client, name, pk, **data):
    return client.post(reverse(name, args=[pk]), data)


def page(client, name, pk, query=""):
    return client.get(reverse(name, args=[pk]) + query)


def duty(task, **more):
    task.refresh_from_db()
    fields = ("version", "title", "words", "product", "section_title", "deadline_words", "lead_role")
    return {**{name: getattr(task, name) for name in fields}, "how": "", **more}


@pytest.fixture(autouse=True)
def _july():
    """A day is never still to come because the machine's clock stands elsewhere."""
    with time_machine.travel(AT, tick=False):
        yield


PAPER = {"symbol": "07-KH/BCĐ", "type": "KH", "type_name": "Kế hoạch", "signed_on": "30/06/2026", "subject": "An ninh mạng"}


def test_from_the_centres_plan_to_the_wards(world, superior, nga, as_post):
    # Khánh Hòa acknowledges and drafts
    client = as_post(nga)
    assert (
        "Xác nhận" in page(client, "plan", superior.pk).content.decode() or page(client, "plan", superior.pk).context["acts"].may["receive"]
    )
    assert go(client, "receive_plan", superior.pk).status_code == 302
    answer = go(client, "carry_down", superior.pk)
    plan = Plan.objects.get(unit=world.khanh_hoa)
    assert answer.headers["Location"] == f"/plans/{plan.pk}/draft/pick/?from={superior.pk}"
    one, two = superior.tasks.all()
    picked = {"from": superior.pk, "pick": [one.pk, two.pk], f"how-{two.pk}": "own", f"words-{two.pk}": "Trước ngày 30/11/2026"}
    assert go(client, "pick_duties", plan.pk, **picked).status_code == 302
    first, second = plan.tasks.all()
    assert [task.stages.get().due_on for task in (first, second)] == [date(2026, 12, 31), date(2026, 11, 29)]
    assert go(client, "edit_duty", first.pk, **duty(first, title="Việc của tỉnh", lead_names="ba ngoi, cam linh")).status_code == 302
    assert sorted(first.assignments.values_list("unit__name", flat=True)) == ["Ba Ngòi", "Cam Linh"]
    assert go(client, "issue_plan", plan.pk, **PAPER, issuer=world.khanh_hoa.pk).status_code == 403

    # its committee issues
    client = as_post(world.dung)
    for _ in range(2):
        assert go(client, "issue_plan", plan.pk, **PAPER, issuer=world.khanh_hoa.pk).headers["Location"] == f"/plans/{plan.pk}/"
    assert Receipt.objects.filter(plan=plan).count() == 2

    # Ba Ngòi carries on
    client = as_post(world.mai)
    assert page(client, "plan", plan.pk).status_code == 200
    go(client, "carry_down", plan.pk)
    ward = Plan.objects.get(unit=world.ba_ngoi, issued_on=None)
    go(client, "pick_duties", ward.pk, **{"from": plan.pk, "pick": [first.pk]})
    assert ParentLink.objects.get(child__plan=ward).via == Assignment.objects.get(task=first, unit=world.ba_ngoi)
    assert page(as_post(world.giang), "plan", ward.pk).status_code == 404


def test_an_empty_draft_takes_a_superior_and_a_duty_of_its_own(world, superior, nga, as_post):
    client = as_post(nga)
    client.post(reverse("start_draft"))
    plan = Plan.objects.get(unit=world.khanh_hoa)
    assert go(client, "rename_draft", plan.pk, version=0, title="Kế hoạch của tỉnh", programme="").status_code == 302
    assert go(client, "add_superior", plan.pk, superior=superior.pk).status_code == 302
    answer = go(client, "add_duty", plan.pk, title="Việc riêng của tỉnh")
    assert answer.headers["Location"] == f"/tasks/{plan.tasks.get().pk}/edit/"
    desk = page(client, "plan_draft", plan.pk).content.decode()
    assert all(words in desk for words in ["Kế hoạch của tỉnh", "04-KH/BCĐTW", "Việc riêng của tỉnh"])
    acts = page(client, "plan", plan.pk).context["acts"]
    assert {name for name, may in acts.may.items() if may} == {"edit"}
    assert f'href="/plans/{plan.pk}/"' in client.get(reverse("plans")).content.decode()
    assert go(client, "drop_draft", plan.pk).status_code == 302
    assert not Plan.objects.filter(pk=plan.pk).exists()


def test_bad_input_keeps_what_was_typed(world, superior, nga, as_post):
    plan, client = drafted(nga, superior), as_post(nga)
    task = plan.tasks.first()
    answer = go(client, "edit_duty", task.pk, **duty(task, title="", words="giữ câu này", lead_names="khong co dau"))
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (422, ["lead_names", "title"])
    assert "giữ câu này" in answer.content.decode()
    answer = go(client, "add_duty", plan.pk, title="x" * 301)
    assert (answer.status_code, "x" * 301 in answer.content.decode()) == (422, True)
    other = central_plan_of_dates(world, plan)
    answer = go(client, "pick_duties", plan.pk, **{"from": superior.pk, f"how-{other.pk}": "own"})
    assert answer.status_code == 422
    client = as_post(world.dung)
    answer = go(client, "issue_plan", plan.pk, **{**PAPER, "signed_on": "31/02/2026", "subject": "giữ câu này"}, issuer=world.khanh_hoa.pk)
    assert (answer.status_code, "giữ câu này" in answer.content.decode()) == (422, True)
    assert go(client, "issue_plan", plan.pk, **{**PAPER, "signed_on": "31/12/2999"}, issuer=world.khanh_hoa.pk).status_code == 422
    assert Plan.objects.get(pk=plan.pk).issued_on is None


def central_plan_of_dates(world, plan):
    """A superior's duty not taken up yet."""
    task = Task.objects.create(plan=plan.superiors.get(), ref="V.9", position=9, title="Chưa nhận")
    task.stages.create(position=1, kind="none")
    return task


def test_a_name_that_fits_several_offers_them_to_tick(world, superior, nga, as_post):
    task, client = drafted(nga, superior).tasks.first(), as_post(nga)
    answer = go(client, "edit_duty", task.pk, **duty(task, lead_names="phuong"))
    assert answer.status_code == 422
    offered = [label for _pk, label in answer.context["form"].fields["leads"].choices]
    assert offered == ["phường Ba Ngòi", "phường Cam Linh", "tỉnh Khánh Hòa"]
    assert go(client, "edit_duty", task.pk, **duty(task, lead_names="phuong", leads=[world.cam_linh.pk])).status_code == 302
    assert task.assignments.get().unit == world.cam_linh


def test_the_checklist_shows_the_own_line_alone(world, nga, as_post):
    superior = central_plan(world, 1)
    superior_duty(superior, 2, leads=[world.cam_linh], due_on=None)
    plan, _is_new = carrying.start(superior, by=nga, at=AT)
    shown = page(as_post(nga), "pick_duties", plan.pk, "?only=ours").context["rows"]
    assert [row.task.ref for row in shown] == ["V.1"]


def test_units_outside_the_own_area_are_not_named(world, superior, nga, as_post):
    task, client = drafted(world.mai, superior).tasks.first(), as_post(world.mai)
    assert go(client, "edit_duty", task.pk, **duty(task, leads=[world.cam_linh.pk])).status_code == 422
    assert not task.assignments.exists()


def test_two_editors_see_both_texts_and_nothing_is_lost(world, superior, nga, as_post):
    task = drafted(nga, superior).tasks.first()
    stale = duty(task, title="câu của tôi")
    lead(task, by=world.dung, title="câu của người khác")
    answer = go(as_post(nga), "edit_duty", task.pk, **stale)
    words = answer.content.decode()
    assert (answer.status_code, "câu của tôi" in words, "câu của người khác" in words) == (409, True, True)
    assert Task.objects.get(pk=task.pk).title == "câu của người khác"
    again = {**stale, "version": re.search(r'name="version" value="(\d+)"', words).group(1)}
    assert go(as_post(nga), "edit_duty", task.pk, **again).status_code == 302
    assert Task.objects.get(pk=task.pk).title == "câu của tôi"


def test_two_editors_of_the_title(world, superior, nga, as_post):
    plan = drafted(nga, superior)
    carrying.rename(plan, title="câu của người khác", programme="", version=0, by=world.dung, at=AT)
    answer = go(as_post(nga), "rename_draft", plan.pk, version=0, title="câu của tôi", programme="")
    words = answer.content.decode()
    assert (answer.status_code, "câu của tôi" in words, "câu của người khác" in words) == (409, True, True)


def test_the_superiors_date_and_plan_are_choices_of_the_form(world, superior, nga, as_post):
    task, client = drafted(nga, superior, how=carrying.OWN, words="Thường xuyên").tasks.first(), as_post(nga)
    parent = superior.tasks.first()
    go(client, "edit_duty", task.pk, **duty(task, how=f"keep:{parent.pk}"))
    assert task.stages.get().due_on == date(2026, 12, 31)
    go(client, "edit_duty", task.pk, **duty(task, how=f"wait:{parent.pk}"))
    assert task.stages.get().waits_for == parent
    go(client, "edit_duty", task.pk, **duty(task, deadline_words="Trước ngày 15/10/2026"))
    assert task.stages.get().due_on == date(2026, 10, 14)
    assert go(client, "edit_duty", task.pk, **duty(task, how="keep:999")).status_code == 422


def test_links_are_made_and_undone(world, superior, nga, as_post):
    plan, client = drafted(nga, superior), as_post(nga)
    task, other = plan.tasks.first(), superior.tasks.last()
    go(client, "link_duty", task.pk, link=task.parent_links.get().pk)
    assert not task.parent_links.exists()
    go(client, "link_duty", task.pk, parent=other.pk)
    assert task.parent_links.get().parent == other
    foreign = plan_of(world.cam_linh, "05-KH/BCĐ").tasks.create(ref="1", position=1, title="Việc của hàng xóm")
    assert go(client, "link_duty", task.pk, parent=foreign.pk).status_code == 404


ACTS = ["rename_draft", "add_superior", "drop_draft", "add_duty", "issue_plan", "pick_duties"]
DUTY_ACTS = ["edit_duty", "link_duty", "move_duty", "remove_duty"]


@pytest.mark.parametrize(
    ("who", "status"), [("giang", 404), ("binh", 404), ("hoa", 404), ("official", 403), ("auditor", 404), ("admin", 404)]
)
def test_nobody_else_touches_a_draft(world, superior, nga, as_post, who, status):
    plan = drafted(nga, superior)
    office = world.hire("ubnd", world.khanh_hoa) if who == "official" else None
    roles = {"auditor": Role.AUDITOR, "admin": Role.ADMIN}
    post = office or (world.hire("khac", world.khanh_hoa, roles[who]) if who in roles else getattr(world, who))
    client, task = as_post(post), plan.tasks.first()
    assert {name: go(client, name, plan.pk).status_code for name in ACTS} == dict.fromkeys(ACTS, status)
    assert {name: go(client, name, task.pk).status_code for name in DUTY_ACTS} == dict.fromkeys(DUTY_ACTS, status)
    assert {name: page(client, name, plan.pk).status_code for name in ("plan_draft", "pick_duties", "issue_plan")} == dict.fromkeys(
        ("plan_draft", "pick_duties", "issue_plan"), status
    )
    assert plan.tasks.count() == 2


def test_closing_asks_for_a_reason_and_keeps_the_words(world, as_post):
    client = as_post(world.binh)
    body = {"version": world.plan.version, "on": "01/07/2026", "document": "15-CV/BCĐ", "reason": ""}
    assert go(client, "close_plan", world.plan.pk, **body).status_code == 422
    assert go(client, "close_plan", world.plan.pk, **{**body, "on": "01/01/2020", "reason": "x"}).status_code == 422
    assert go(client, "close_plan", world.plan.pk, **{**body, "reason": "Đã xong"}).status_code == 302
    answer = go(client, "withdraw_plan", world.plan.pk, **{**body, "reason": "giữ câu này"})
    assert (answer.status_code, "giữ câu này" in answer.content.decode()) == (409, True)
    shown = page(client, "plan", world.plan.pk).content.decode()
    assert all(words in shown for words in ["Đã xong", "15-CV/BCĐ"])
    assert go(client, "close_plan", world.plan.pk, **body).status_code == 403
    assert go(as_post(world.mai), "withdraw_plan", world.plan.pk, **body).status_code == 403


def test_a_true_copy_goes_to_all_or_to_those_listed(world, superior, as_post):
    client = as_post(world.dung)
    body = {"symbol": "152-BS/TU", "type": "BS", "type_name": "Bản sao y", "signed_on": "01/07/2026", "issuer": world.khanh_hoa.pk}
    answer = go(client, "forward_plan", superior.pk, **body, to="listed", names="ba ngoi; khong co")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["names"])
    assert go(client, "forward_plan", superior.pk, **body, to="listed", names="ba ngoi").status_code == 302
    assert sorted(Receipt.objects.values_list("unit__name", flat=True)) == ["Ba Ngòi", "Khánh Hòa"]
    assert go(client, "forward_plan", superior.pk, **body, to="all").status_code == 302
    assert Receipt.objects.filter(forwarded_by__symbol="152-BS/TU").count() == 2
    assert go(as_post(world.mai), "forward_plan", superior.pk, **body, to="all").status_code == 403


def test_only_the_receiving_area_acknowledges(world, superior, nga, as_post):
    assert go(as_post(world.hoa), "receive_plan", superior.pk).status_code == 403
    assert go(as_post(world.binh), "receive_plan", superior.pk).status_code == 404
    assert go(as_post(nga), "receive_plan", superior.pk, next="/").headers["Location"] == "/"
    assert Receipt.objects.get().received_by == nga


def test_my_work_names_what_arrived_until_it_is_carried_down(world, superior, nga, as_post):
    client = as_post(nga)
    assert "04-KH/BCĐTW" in client.get("/").content.decode()
    receiving.acknowledge(Receipt.objects.get(), by=nga, at=AT)
    assert [row.plan for row in client.get("/").context["arrivals"]] == [superior]
    plan = drafted(nga, superior)
    assert [row.own_draft for row in client.get("/").context["arrivals"]] == [plan.pk]
    issued(plan, by=world.dung)
    assert client.get("/").context["arrivals"] == []
    assert as_post(world.an).get("/").context["arrivals"] == []


@pytest.mark.parametrize("n", [1, 3])
def test_the_pages_ask_as_much_for_three_duties_as_for_one(world, nga, as_post, n, django_assert_num_queries):
    plan = drafted(nga, central_plan(world, n))
    receiving.send(plan.superiors.get(), by=world.hoa, at=AT)
    client = as_post(nga)
    client.get("/")
    for name, questions in {"plan_draft": 15, "pick_duties": 16}.items():
        with django_assert_num_queries(questions):
            page(client, name, plan.pk)
