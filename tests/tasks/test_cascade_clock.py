"""The cascade clock: days, counts, medians, and as many questions for 3,321 receipts as for one."""

from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from orgunits.models import Role
from plans.models import Plan, Receipt
from tasks import cascade_clock
from tests.world import plan_of

VN = timezone.get_default_timezone()


@pytest.fixture
def plan(world):
    """A plan of the Centre: Khánh Hòa received, opened and issued; Ba Ngòi received; Cam Linh did nothing."""
    plan = plan_of(world.centre, "04-KH/BCĐTW")
    sent = {"plan": plan, "sent_on": date(2026, 1, 5)}
    opened = datetime(2026, 1, 10, 0, 30, tzinfo=VN)  # 9 January in UTC
    Receipt.objects.create(unit=world.khanh_hoa, received_on=date(2026, 1, 8), opened_at=opened, received_by=world.dung, **sent)
    Receipt.objects.create(unit=world.ba_ngoi, received_on=date(2026, 1, 20), **sent)
    Receipt.objects.create(unit=world.cam_linh, **sent)
    own = plan_of(world.khanh_hoa, "07-KH/BCĐ", issued_on=date(2026, 3, 16))
    own.superiors.add(plan)
    return plan


def rows(plan, post):
    return {row.unit.name: row for row in cascade_clock.receipts(plan, post).select_related("unit")}


def test_the_days_of_each_step(world, plan):
    found = rows(plan, world.hoa)
    assert cascade_clock.steps(found["Khánh Hòa"]) == [3, 5, 70]
    assert cascade_clock.steps(found["Ba Ngòi"]) == [15, None, None]
    assert cascade_clock.steps(found["Cam Linh"]) == [None, None, None]


def test_counts_and_medians(world, plan):
    clock = cascade_clock.clock(cascade_clock.receipts(plan, world.hoa))
    assert (clock.n, clock.received, clock.not_received, clock.opened, clock.not_opened, clock.own_plan, clock.no_plan) == (
        3,
        2,
        1,
        1,
        2,
        1,
        2,
    )
    assert (clock.to_receive, clock.to_open, clock.to_issue) == (9, 5, 70)


def test_a_draft_and_a_withdrawn_plan_are_no_own_plan(world, plan):
    draft = world.plan
    draft.superiors.add(plan)
    Plan.objects.filter(pk=draft.pk).update(issued_on=None)
    assert rows(plan, world.hoa)["Ba Ngòi"].own_plan is None
    Plan.objects.filter(pk=draft.pk).update(issued_on=date(2026, 5, 5))
    assert rows(plan, world.hoa)["Ba Ngòi"].own_issued_on == date(2026, 5, 5)
    Plan.objects.filter(pk=draft.pk).update(withdrawn_on=date(2026, 6, 1))
    assert rows(plan, world.hoa)["Ba Ngòi"].own_plan is None


def test_reach_is_the_own_area_and_branch(world, plan):
    auditor, admin = world.hire("khoa", world.ba_ngoi, Role.AUDITOR), world.hire("quan", world.centre, Role.ADMIN)
    nga = world.hire("nga", world.khanh_hoa, Role.CLERK)
    seen = {post.person.username: sorted(rows(plan, post)) for post in (world.dung, nga, world.mai, world.chi, auditor, admin)}
    assert seen == {
        "dung": ["Ba Ngòi", "Cam Linh", "Khánh Hòa"],
        "nga": ["Ba Ngòi", "Cam Linh", "Khánh Hòa"],
        "mai": ["Ba Ngòi"],
        "chi": ["Cam Linh"],
        "khoa": ["Ba Ngòi"],
        "quan": [],
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ba Ngòi", "Cam Linh", "Khánh Hòa"]),
        ("show=received", ["Ba Ngòi", "Khánh Hòa"]),
        ("show=not_received", ["Cam Linh"]),
        ("show=opened", ["Khánh Hòa"]),
        ("show=not_opened", ["Ba Ngòi", "Cam Linh"]),
        ("show=own_plan", ["Khánh Hòa"]),
        ("show=no_plan", ["Ba Ngòi", "Cam Linh"]),
        ("q=cam+linh", ["Cam Linh"]),
        ("province=00010001&show=received", ["Ba Ngòi", "Khánh Hòa"]),
        ("show=bay&sort=owner__password&page=x", ["Ba Ngòi", "Cam Linh", "Khánh Hòa"]),
    ],
)
def test_every_number_opens_its_list(world, plan, as_post, query, names):
    page = as_post(world.hoa).get(reverse("cascade", args=[plan.pk]) + "?" + query)
    assert sorted(row.unit.name for row in page.context["page"]) == names


def test_the_list_is_taken_along(world, plan, as_post):
    client, address = as_post(world.hoa), reverse("export_cascade", args=[plan.pk])
    lines = b"".join(client.get(address + "?form=csv&show=own_plan")).decode().splitlines()
    assert lines[1] == "tỉnh Khánh Hòa,00010001,Trung ương,05/01/2026,08/01/2026,3,10/01/2026,5,16/03/2026,70,"
    assert len(lines) == 2
    assert b"".join(client.get(address)).startswith(b"PK")


def test_the_clock_of_a_draft_is_empty_and_nobody_elses(world, as_post):
    Plan.objects.filter(pk=world.plan.pk).update(issued_on=None)
    address = reverse("cascade", args=[world.plan.pk])
    assert as_post(world.binh).get(address).context["clock"].n == 0
    assert as_post(world.dung).get(address).status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_asks_as_much_for_three_rows_as_for_one(world, plan, as_post, n, django_assert_num_queries):
    Receipt.objects.exclude(pk__in=Receipt.objects.order_by("pk")[:n]).delete()
    client = as_post(world.hoa)
    client.get("/")
    with django_assert_num_queries(12):
        client.get(reverse("cascade", args=[plan.pk]))
