"""Acknowledged, opened, sent on by a true copy."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from journal.models import Entry, Notice
from orgunits.models import Role
from plans.models import Document, Plan, Receipt
from tasks import receiving
from tests.tasks.drafts import AT, central_plan


@pytest.fixture
def plan(world):
    """The Centre's plan, sent to Khánh Hòa."""
    plan = central_plan(world, 1)
    receiving.send(plan, by=world.hoa, at=AT)
    return plan


def copy(plan, world, *, units, by=None, **more):
    facts = {"symbol": "152-BS/TU", "type": "BS", "type_name": "Bản sao y", "signed_on": date(2026, 7, 2), "issuer": world.khanh_hoa}
    return receiving.forward(plan, units=units, by=by or world.dung, at=AT, **{**facts, **more})


def test_sending_writes_a_receipt_for_each_area_once(world, plan):
    assert list(Receipt.objects.values_list("unit__name", "sent_on", "received_on")) == [("Khánh Hòa", date(2026, 1, 5), None)]
    assert receiving.send(plan, by=world.hoa, at=AT) == 0
    assert Notice.objects.filter(key=f"plan/{plan.pk}/issued").count() == 1


def test_the_first_acknowledgement_stands(world, plan):
    receipt = Receipt.objects.get()
    receiving.acknowledge(receipt, by=world.dung, at=AT)
    receiving.acknowledge(receipt, by=world.hire("nga", world.khanh_hoa, Role.CLERK), at=AT + timedelta(days=3))
    receipt.refresh_from_db()
    assert (receipt.received_on, receipt.received_by) == (date(2026, 7, 1), world.dung)
    assert Entry.objects.filter(verb="plan.received").count() == 1


def test_opening_the_plans_page_is_noted_once(world, plan, as_post):
    for _ in range(2):
        assert as_post(world.dung).get(reverse("plan", args=[plan.pk])).status_code == 200
    assert Receipt.objects.get().opened_at is not None
    assert Entry.objects.filter(verb="plan.opened").count() == 1


@pytest.mark.parametrize(("place", "role"), [("centre", Role.STEERING), ("khanh_hoa", Role.AUDITOR)])
def test_the_sender_and_inspection_do_not_open_it_for_the_unit(world, plan, as_post, place, role):
    post = world.hire("vinh", getattr(world, place), role)
    assert as_post(post).get(reverse("plan", args=[plan.pk])).status_code == 200
    assert Receipt.objects.get().opened_at is None


def test_a_true_copy_makes_the_plan_readable_below(world, plan):
    assert plan not in Plan.objects.visible_to(world.mai)
    document, new = copy(plan, world, units=[world.ba_ngoi])
    assert (document.copy_of, new) == (plan.document, 1)
    assert plan in Plan.objects.visible_to(world.mai)
    assert plan not in Plan.objects.visible_to(world.giang)
    receipt = Receipt.objects.get(unit=world.ba_ngoi)
    assert (receipt.forwarded_by, receipt.sent_on) == (document, date(2026, 7, 2))
    assert sorted(Notice.objects.filter(key=f"plan/{plan.pk}/issued").values_list("person__username", flat=True)) == ["binh", "dung", "mai"]


def test_the_same_copy_reaches_only_those_it_has_not_reached(world, plan):
    copy(plan, world, units=[world.ba_ngoi])
    _document, new = copy(plan, world, units=[world.ba_ngoi, world.cam_linh])
    assert (new, Document.objects.filter(symbol="152-BS/TU").count(), Receipt.objects.count()) == (1, 1, 3)
    other, new = copy(plan, world, units=[world.ba_ngoi], symbol="153-BS/TU")
    assert (new, Receipt.objects.get(unit=world.ba_ngoi).forwarded_by.symbol) == (0, "152-BS/TU")
    assert other.symbol == "153-BS/TU"


def test_a_number_taken_by_another_document_is_refused(world, plan):
    copy(plan, world, units=[world.ba_ngoi])
    with pytest.raises(receiving.OtherCopy):
        copy(world.plan, world, units=[world.cam_linh])
    assert not Receipt.objects.filter(plan=world.plan).exists()


def test_who_may_acknowledge_and_send_on(world, plan):
    receipt = Receipt.objects.get()
    nga, official = world.hire("nga", world.khanh_hoa, Role.CLERK), world.hire("thao", world.khanh_hoa)
    auditor, admin = world.hire("vinh", world.khanh_hoa, Role.AUDITOR), world.hire("quan", world.khanh_hoa, Role.ADMIN)
    posts = [world.dung, nga, official, auditor, admin, world.hoa, world.binh, world.mai]
    assert [receipt.may_be_acknowledged_by(post) for post in posts] == [True, True] + [False] * 6
    assert [plan.may_be_forwarded_by(post) for post in posts] == [True, True, False, False, False, True, False, False]
