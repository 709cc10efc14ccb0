"""Issuing a draft, closing a plan, taking it back."""

from datetime import date

import pytest

from journal.models import Entry, Notice
from orgunits.models import AddresseeGroup, Role
from plans.models import Basis, Document, Plan, Receipt
from tasks import carrying, issuing, reminders, rollup
from tasks.importer.confirming import NotReady
from tasks.models import Answer, Assignment, ParentLink, StaleWrite
from tests.tasks.drafts import AT, SIGNED, central_plan, drafted, issued, lead, paper
from tests.world import plan_of


@pytest.fixture
def nga(world):
    return world.hire("nga", world.khanh_hoa, Role.CLERK)


@pytest.fixture
def draft(world, nga):
    """Khánh Hòa's draft under the Centre's plan: one duty of its own, one given to both wards through a group."""
    plan = drafted(nga, central_plan(world, 2))
    group = AddresseeGroup.objects.create(code="KH.1", owner=world.khanh_hoa, words="Các phường", rule="")
    group.units.set([world.ba_ngoi, world.cam_linh])
    lead(plan.tasks.get(ref="1"), world.khanh_hoa, by=nga)
    lead(plan.tasks.get(ref="2"), world.ba_ngoi, by=nga, group=group)
    return plan


def test_issuing_gives_the_draft_its_document(world, draft):
    plan = issued(draft, by=world.dung)
    document = plan.document
    assert (document.symbol, document.signed_on, document.issuer, document.text_received) == ("07-KH/BCĐ", SIGNED, world.khanh_hoa, True)
    assert (plan.pk, plan.issued_on, plan.title) == (draft.pk, SIGNED, "Triển khai an ninh mạng")
    assert document.key == "07-kh-bcd-00010001-20260630"
    assert list(Basis.objects.filter(document=document).values_list("base__symbol", flat=True)) == ["04-KH/BCĐTW"]


def test_duties_are_addressed_once_each_as_of_the_day_of_issue(world, draft):
    plan = issued(draft, by=world.dung)
    rows = Assignment.objects.filter(plan=plan).order_by("task__position", "path")
    assert [(row.task.ref, row.unit.name, row.via_group_id is not None, row.joined_on) for row in rows] == [
        ("1", "Khánh Hòa", False, SIGNED),
        ("2", "Ba Ngòi", False, SIGNED),
        ("2", "Cam Linh", True, SIGNED),
    ]
    assert [row.self_led for row in rows] == [True, False, False]
    assert [(row.clock, row.due_on) for row in rows] == [("dated", date(2026, 12, 31))] * 3
    assert Answer.objects.filter(assignment__plan=plan).count() == 3


def test_its_duties_count_above_from_then_on(world, draft):
    plan = issued(draft, by=world.dung)
    above = Assignment.objects.filter(task__plan__level="central").order_by("pk")
    assert [(row.adds_up, row.carried_n) for row in above] == [(True, 1), (True, 1)]
    assert [task.leads_n for task in plan.tasks.all()] == [1, 2]
    assert list(rollup.faults()) == []


def test_every_area_concerned_gets_a_receipt_and_its_clerks_and_steering_posts_a_notice(world, draft):
    plan = issued(draft, by=world.dung)
    assert sorted(Receipt.objects.filter(plan=plan).values_list("unit__name", "sent_on", "received_on")) == [
        ("Ba Ngòi", SIGNED, None),
        ("Cam Linh", SIGNED, None),
    ]
    told = Notice.objects.filter(key=f"plan/{plan.pk}/issued")
    assert sorted(told.values_list("person__username", flat=True)) == ["binh", "giang", "mai"]
    assert {(row.link, row.kind) for row in told} == {(f"/plans/{plan.pk}/", "plan")}
    assert plan in Plan.objects.visible_to(world.mai)


def test_issuing_twice_is_issuing_once(world, draft):
    first = issued(draft, by=world.dung)
    before = [model.objects.count() for model in (Assignment, Answer, Receipt, Notice, Entry, Document)]
    again = issued(draft, by=world.dung, symbol="08-KH/BCĐ")
    assert (again, again.document.symbol) == (first, "07-KH/BCĐ")
    assert [model.objects.count() for model in (Assignment, Answer, Receipt, Notice, Entry, Document)] == before


def test_reasons_against_are_sentences(world, nga):
    plan, _is_new = carrying.start(by=nga, at=AT)
    with pytest.raises(NotReady) as refused:
        issued(plan, by=world.dung, symbol="")
    assert len(refused.value.reasons) == 2
    assert Plan.objects.get(pk=plan.pk).issued_on is None


def test_the_same_document_is_issued_once(world, draft, nga):
    issued(draft, by=world.dung)
    other, _is_new = carrying.start(by=nga, at=AT)
    carrying.add_duty(other, "Việc khác", by=nga, at=AT)
    with pytest.raises(NotReady):
        issued(other, by=world.dung)
    assert issued(other, by=world.dung, symbol="08-KH/BCĐ").is_issued


def test_a_plan_known_by_citation_takes_the_drafts_duties(world, draft):
    known = plan_of(world.khanh_hoa, "07-KH/BCĐ", issued_on=SIGNED)
    Document.objects.filter(pk=known.document_id).update(signed_on=SIGNED, text_received=False)
    plan = issued(draft, by=world.dung)
    assert (plan, plan.tasks.count(), plan.document.text_received) == (known, 2, True)
    assert not Plan.objects.filter(pk=draft.pk).exists()
    assert issuing.issued_as(draft.pk, world.dung) == known.pk
    assert [row.carried_n for row in Assignment.objects.filter(task__plan__level="central")] == [1, 1]
    assert list(rollup.faults()) == []


def test_a_document_known_by_citation_becomes_the_plans(world, draft):
    known = Document.objects.create(type="KH", symbol="07-KH/BCĐ", signed_on=SIGNED, issuer=world.khanh_hoa, key="da-biet", subject="x")
    assert issued(draft, by=world.dung).document == known


def test_warnings_name_what_is_missing(world, nga):
    plan = drafted(nga, central_plan(world, 2))
    assert len(list(issuing.warnings(plan))) == 2  # no lead, the superior's own words
    assert issued(plan, by=world.dung).is_issued


def test_a_date_past_on_the_day_of_signing_is_flagged(world, nga):
    plan = drafted(nga, central_plan(world, 1, due_on=date(2026, 3, 31)))
    assert issued(plan, by=world.dung).tasks.get().stages.get().flags == ["past_at_signing"]


def test_three_levels_carry_one_under_the_other(world, draft):
    province = issued(draft, by=world.dung)
    ward = drafted(world.mai, province)
    lead(ward.tasks.get(ref="2"), world.ubnd, by=world.mai)
    plan = issued(ward, by=world.binh, symbol="03-KH/BCĐ")
    link = ParentLink.objects.get(child__plan=plan, child__ref="2")
    assert (link.via.unit, link.via.plan) == (world.ba_ngoi, province)
    assert Assignment.objects.get(pk=link.via_id).adds_up
    assert list(rollup.faults()) == []


@pytest.mark.parametrize("n", [1, 3])
def test_issuing_asks_as_much_for_three_duties_as_for_one(world, nga, n, django_assert_max_num_queries):
    plan = drafted(nga, central_plan(world, n))
    for task in plan.tasks.all():
        lead(task, world.khanh_hoa, world.ba_ngoi, by=nga)
    with django_assert_max_num_queries(60 + 2 * n):  # two steps up for each duty carried: it counts above from now on
        issued(plan, by=world.dung)


# Ending


def end(verb, plan, post, **more):
    plan.refresh_from_db()
    facts = {"on": date(2026, 7, 10), "document": "15-CV/BCĐ", "reason": "Đã hoàn thành", "version": plan.version}
    return verb(plan, by=post, at=AT, **{**facts, **more})


def test_a_closed_plan_counts_as_it_stands_and_nobody_writes_or_is_reminded(world):
    duty = world.duty(due_on=date(2026, 7, 20))
    end(issuing.close, world.plan, world.binh)
    duty.refresh_from_db()
    row = Assignment.objects.get(pk=duty.pk)
    assert (row.counts, row.may_be_progressed_by(world.an)) == (True, False)
    assert row in Assignment.objects.live()
    assert row not in Assignment.objects.answered_by(world.an)
    assert reminders.send(date(2026, 7, 19), at=AT) == 0


def test_an_open_plan_reminds(world):
    world.duty(due_on=date(2026, 7, 20))
    assert reminders.send(date(2026, 7, 19), at=AT) > 0


def test_a_closed_plan_is_not_silent(world):
    world.duty(joined_on=date(2026, 1, 5))
    end(issuing.close, world.plan, world.binh)
    assert reminders.send(date(2026, 7, 19), at=AT) == 0


def test_a_withdrawn_plan_counts_no_longer(world, draft):
    plan = issued(draft, by=world.dung)
    end(issuing.withdraw, plan, world.dung)
    assert [row.carried_n for row in Assignment.objects.filter(task__plan__level="central")] == [0, 0]
    assert list(rollup.faults()) == []
    assert not Assignment.objects.live().filter(plan=plan).exists()
    entry = issuing.ending(plan)
    assert (entry.verb, entry.facts["reason"], entry.facts["on"]) == ("plan.withdrawn", "Đã hoàn thành", "2026-07-10")
    assert Notice.objects.filter(key=f"plan/{plan.pk}/withdrawn").count() == 3


def test_ending_takes_the_version_it_saw(world):
    seen = world.plan.version
    end(issuing.close, world.plan, world.binh)
    with pytest.raises(StaleWrite):
        end(issuing.withdraw, world.plan, world.binh, version=seen)
    with pytest.raises(StaleWrite):
        end(issuing.close, world.plan, world.binh)
    end(issuing.withdraw, world.plan, world.binh)  # a closed plan may still be taken back
    assert Plan.objects.get(pk=world.plan.pk).withdrawn_on == date(2026, 7, 10)


def test_who_may_issue_and_end(world, draft, nga):
    auditor, admin = world.hire("vinh", world.khanh_hoa, Role.AUDITOR), world.hire("quan", world.khanh_hoa, Role.ADMIN)
    official = world.hire("thao", world.khanh_hoa)
    others = [nga, world.binh, world.giang, world.hoa, world.an, auditor, admin, official]
    assert [draft.may_be_issued_by(post) for post in [world.dung, *others]] == [True] + [False] * 8
    assert [draft.may_be_edited_by(post) for post in [world.dung, *others]] == [True, True] + [False] * 7
    plan = issued(draft, by=world.dung)
    assert [plan.may_be_ended_by(post) for post in [world.dung, *others]] == [True] + [False] * 8
    assert [plan.may_be_carried_down_by(post) for post in [world.mai, world.binh, *others]] == [
        *(True, True),
        *(False, True, True, False, False, False, False, False),
    ]


def test_paper_of_another_type_is_another_document(world, draft):
    assert issuing.issue(draft, paper(draft, type="CTr"), by=world.dung, at=AT).document.type == "CTr"
