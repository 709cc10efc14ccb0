"""Late joiners, and one duty for every ward of the country."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal.models import Entry, Notice
from orgunits import groups
from orgunits.models import OrgUnit, Person, Post, Role
from plans.models import Plan, Receipt
from tasks import cascade, joining
from tasks.answering import remind_unanswered, unanswered
from tasks.deadlines import Kind
from tasks.models import Answer, Assignment, Stage, Task
from tasks.models.progress import log_progress
from tests.world import plan_of

pytestmark = pytest.mark.django_db
ISSUED, TODAY = date(2026, 6, 1), date(2026, 7, 10)
AT = datetime(2026, 7, 10, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def duty_for(plan, group, ref="1", *, leads=(), coordinators=(), on=ISSUED, lead_role=""):
    task = Task.objects.create(plan=plan, ref=ref, position=int(ref), title="Rà soát", group=group, lead_role=lead_role)
    Stage.objects.create(task=task, position=1, kind=Kind.BY_DATE, due_on=date(2026, 9, 30))
    cascade.address(task, leads=leads, coordinators=coordinators, group=group, as_role=lead_role, on=on)
    return task


def frozen(owner, criteria, by, units=()):
    group = groups.make(owner, words="Các đơn vị", criteria=criteria, units=units, by=by, at=AT)
    return groups.freeze(group, on=ISSUED, by=by, at=AT)


def add(what, units, by, on=TODAY):
    return joining.add_late(what, units, on=on, by=by, at=AT)


@pytest.fixture
def ward_group(world):
    """Khánh Hòa's group of one ward, with two duties in an issued plan and one in a draft."""
    group = frozen(world.khanh_hoa, {"listed": [world.ba_ngoi.code]}, world.dung)
    world.upper = plan_of(world.khanh_hoa, "07")
    world.first = duty_for(world.upper, group, "1", lead_role="Chủ tịch")
    world.second = duty_for(world.upper, group, "2")
    return group


def test_a_late_joiner_is_given_every_running_duty_of_the_group(world, ward_group):
    duty_for(world.upper, None, "3", leads=[world.ba_ngoi])
    clerk = world.hire("clerk", world.cam_linh, Role.CLERK)
    rows = add(ward_group, [world.cam_linh], world.dung)
    assert [(row.task.ref, row.unit) for row in rows] == [("1", world.cam_linh), ("2", world.cam_linh)]
    stored = Assignment.objects.filter(unit=world.cam_linh).order_by("pk")
    assert {(row.via_group, row.joined_on, row.part) for row in stored} == {(ward_group, TODAY, "lead")}
    assert [row.as_role for row in stored] == ["Chủ tịch", ""]
    assert [answer.due_on for answer in Answer.objects.filter(assignment__in=stored)] == [date(2026, 9, 30)] * 2
    assert list(ward_group.units.all()) == [world.ba_ngoi, world.cam_linh]
    assert list(Receipt.objects.values_list("plan", "unit", "sent_on")) == [(world.upper.pk, world.cam_linh.pk, TODAY)]
    assert world.upper in Plan.objects.visible_to(clerk)
    notice = Notice.objects.get()
    assert (notice.person, notice.link, notice.at) == (clerk.person, world.upper.get_absolute_url(), AT)
    entry = Entry.objects.about(ward_group).get(verb="group.joined")
    assert (entry.post, entry.facts) == (world.dung, {"on": "2026-07-10", "units": [world.cam_linh.pk]})


def test_the_share_of_the_duty_counts_the_late_joiner(world, ward_group):
    add(ward_group, [world.cam_linh], world.dung)
    world.first.refresh_from_db()
    assert world.first.leads_n == 2


def test_nobody_is_added_twice(world, ward_group):
    cascade.address(world.first, leads=[world.cam_linh], on=ISSUED)
    assert [row.task for row in add(ward_group, [world.cam_linh, world.cam_linh, world.ba_ngoi], world.dung)] == [world.second]
    assert add(ward_group, [world.cam_linh], world.dung) == []
    assert Assignment.objects.filter(unit=world.cam_linh).count() == 2
    assert Receipt.objects.count() == 1
    assert Entry.objects.filter(verb="group.joined").count() == 1


def test_a_duty_that_does_not_run_is_not_given(world, ward_group):
    Task.objects.filter(pk=world.first.pk).update(ended_on=TODAY)
    assert [row.task for row in add(ward_group, [world.cam_linh], world.dung)] == [world.second]
    Plan.objects.filter(pk=world.upper.pk).update(closed_on=TODAY)
    assert add(ward_group, [world.ubnd], world.dung) == []


def test_one_duty_alone(world, ward_group):
    (row,) = add(world.first, [world.cam_linh], world.dung)
    assert (row.task, row.via_group, ward_group.units.count()) == (world.first, None, 1)
    assert Entry.objects.about(world.first).get(verb="task.joined").facts["units"] == [world.cam_linh.pk]
    Plan.objects.filter(pk=world.upper.pk).update(withdrawn_on=TODAY)
    with pytest.raises(ValidationError):
        add(world.first, [world.ubnd], world.dung)


def test_a_draft_takes_no_late_joiners_and_a_closed_unit_never_joins(world, ward_group):
    draft = groups.make(world.khanh_hoa, words="Nháp", criteria={"listed": [world.ubnd.code]}, by=world.dung, at=AT)
    with pytest.raises(ValidationError):
        add(draft, [world.cam_linh], world.dung)
    OrgUnit.objects.filter(pk=world.cam_linh.pk).update(valid_to=date(2026, 7, 9))
    with pytest.raises(ValidationError):
        add(ward_group, [world.cam_linh], world.dung)
    assert not Assignment.objects.filter(unit=world.cam_linh).exists()


def test_the_lead_picks_helpers_into_an_open_group_and_its_owner_leads(world):
    """«Các đơn vị liên quan»: whom a lead names helps with the lead's own duties; whom the plan's unit names leads all of them."""
    group = frozen(world.khanh_hoa, None, world.dung)
    plan = plan_of(world.khanh_hoa, "07")
    led, other = duty_for(plan, group, "1", leads=[world.ba_ngoi]), duty_for(plan, group, "2", leads=[world.cam_linh])
    assert [joining.may_be_joined_by(group, post) for post in (world.dung, world.mai, world.binh, world.an, world.hoa)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    (helper,) = add(group, [world.firm], world.mai)
    assert (helper.task, helper.part, helper.via_group) == (led, "coordinator", None)
    rows = add(group, [world.ubnd], world.dung)
    assert [(row.task, row.part) for row in rows] == [(led, "lead"), (other, "lead")]


def test_a_closed_list_is_its_owners_alone(world, ward_group):
    assert [joining.may_be_joined_by(ward_group, post) for post in (world.dung, world.mai, world.binh)] == [True, False, False]


# National size


def everyone(country):
    return {"levels": ["ward"], "areas_only": True}


@pytest.fixture
def head(country):
    person = Person.objects.create(username="head", full_name="Head")
    return Post.objects.create(person=person, unit=OrgUnit.objects.get(code="TW"), role=Role.STEERING, since=date(2026, 1, 5))


def test_one_duty_for_every_ward_is_one_transaction_of_few_queries(country, head):
    centre = head.unit
    ministry, ward = OrgUnit.objects.get(code="TW.BCA"), OrgUnit.objects.get(code="22423")
    group = groups.make(centre, words="Các xã", criteria=everyone(country), by=head, at=AT)
    plan = plan_of(centre, "99-KH/BCĐTW")
    task = Task.objects.create(plan=plan, ref="1", position=1, title="Rà soát", group=group)
    Stage.objects.create(task=task, position=1, kind=Kind.BY_DATE, due_on=date(2026, 9, 30))
    with CaptureQueriesContext(connection) as few:
        group = groups.freeze(group, on=TODAY, by=head, at=AT)
        rows = cascade.address(task, leads=[ministry, ward], group=group, coordinators=[ward, ministry], on=TODAY)
    inserts = [query for query in few.captured_queries if query["sql"].startswith("INSERT")]
    assert len(few) - len(inserts) <= 25
    assert len(inserts) <= (300 if connection.vendor == "sqlite" else 20)  # SQLite takes about a thousand values at a time
    assert (len(rows), task.assignments.count(), Answer.objects.filter(assignment__task=task).count()) == (3322, 3322, 3322)
    assert set(task.assignments.values_list("part", flat=True)) == {"lead"}
    assert task.assignments.get(unit=ward).via_group is None
    assert group.units.count() == 3321
    task.refresh_from_db()
    assert task.leads_n == 3322
    _remind_all_but_some(task, head)
    _add_a_new_commune(task, group, head)


def _remind_all_but_some(task, head):
    """Four wards have officials, one answered; the button reaches three of them and the clerk of a fifth."""
    codes = ["22423", "22432", "00004", "14797"]
    posts = [_hire(code, code, Role.OFFICIAL) for code in codes]
    clerk = _hire("clerk", "22436", Role.CLERK) if OrgUnit.objects.filter(code="22436").exists() else None
    row = task.assignments.get(unit=posts[0].unit)
    log_progress(row, by=posts[0], at=AT, says="nothing")
    assert unanswered(task, head, on=TODAY).count() == 3321
    with CaptureQueriesContext(connection) as few:
        told = remind_unanswered(task, by=head, at=AT, on=TODAY)
    assert len(few) <= 40
    people = [post.person_id for post in posts[1:]] + ([clerk.person_id] if clerk else [])
    assert sorted(Notice.objects.filter(key__startswith="unanswered/").values_list("person", flat=True)) == sorted(people)
    assert (told.people, told.units, len(told.unreached)) == (len(people), len(people), 3321 - len(people))
    again = remind_unanswered(task, by=head, at=AT, on=TODAY)
    assert (again.people, again.before) == (0, len(people))


def _hire(name, code, role):
    unit = OrgUnit.objects.get(code=code)
    person = Person.objects.create(username=f"so.{name}", full_name=name)
    return Post.objects.create(person=person, unit=unit, role=role, since=date(2026, 1, 5))


def _add_a_new_commune(task, group, head):
    """The country is reorganised: the list stands, the next plan's follows, the new commune joins by name."""
    old = OrgUnit.objects.filter(code__in=["00004", "14797"])
    old.update(valid_to=TODAY)
    above = OrgUnit.objects.get(code="01")
    new = OrgUnit(path=f"{above.path}9999", parent=above, kind="xa", level="ward", name="Mới", code="99999", valid_from=date(2026, 7, 11))
    new.save()
    OrgUnit.objects.filter(pk=new.pk).update(area=new)
    later = date(2026, 7, 11)
    assert groups.roster(group, on=later).count() == 3321
    again = groups.freeze(group, on=later, by=head, at=AT)
    assert (again.made_from, again.units.count()) == (group, 3320)
    assert set(again.units.all()) ^ set(group.units.all()) == {new, *old}
    (row,) = joining.add_late(group, [new], on=later, by=head, at=AT)
    assert (row.task, row.unit, group.units.count()) == (task, new, 3322)
    assert groups.joined_late(group) == {new.pk: later}
