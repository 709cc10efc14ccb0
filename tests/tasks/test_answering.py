"""«Nhắc đơn vị chưa trả lời»: the number, the list and the people told follow one rule."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from journal.models import Entry, Notice
from orgunits.models import Role
from plans import period
from tasks import cascade
from tasks.answering import last_reminded, remind_unanswered, unanswered
from tasks.deadlines import Kind
from tasks.models import Assignment, Stage, State, Task
from tasks.models.progress import log_progress
from tests.world import plan_of

TODAY = date(2026, 7, 10)  # the period of July opened on 25 June
AT = period.moment(TODAY) + timedelta(hours=9)
BEFORE, SINCE = period.moment(date(2026, 6, 24)), period.moment(date(2026, 6, 25))


@pytest.fixture
def duty(world):
    """A dated duty of the ward, led by UBND (An), the committee (nobody) and the firm (kept by UBND)."""
    lead = world.duty(due_on=TODAY + timedelta(days=9))
    cascade.address(lead.task, leads=[world.committee, world.firm], on=date(2026, 6, 1))
    return lead


def asked(task, post, on=TODAY):
    return [row.unit for row in unanswered(task, post, on=on)]


def says(row, world, words="doing", at=AT):
    return log_progress(row, by=world.an, at=at, says=words, words="đã làm")


def of(task, unit):
    return Assignment.objects.get(task=task, unit=unit)


def remind(task, by, on=TODAY):
    with translation.override("en"):
        told = remind_unanswered(task, by=by, at=period.moment(on) + timedelta(hours=9), on=on)
        return told, str(told)


def told():
    return sorted(Notice.objects.filter(key__startswith="unanswered/").values_list("person__username", "key"))


# Who has not answered


def test_nothing_logged_since_it_was_given(world, duty):
    assert asked(duty.task, world.binh) == [world.ubnd, world.committee, world.firm]
    says(of(duty.task, world.firm), world, at=BEFORE)
    assert asked(duty.task, world.binh) == [world.ubnd, world.committee]


def test_nothing_to_report_is_an_answer(world, duty):
    says(duty, world, "nothing")
    assert asked(duty.task, world.binh) == [world.committee, world.firm]


@pytest.mark.parametrize("kind", [Kind.ONGOING, Kind.RECURRING_MONTHLY, Kind.RECURRING_YEARLY])
def test_what_goes_on_or_comes_back_is_asked_anew_in_each_period(world, kind):
    due_on = date(2026, 12, 20) if kind == Kind.RECURRING_YEARLY else None
    early, fresh = (world.duty(kind=kind, due_on=due_on) for _ in range(2))
    says(early, world, at=SINCE - timedelta(seconds=1))
    says(fresh, world, at=SINCE)
    assert asked(early.task, world.binh) == [world.ubnd]
    assert asked(fresh.task, world.binh) == []
    assert asked(fresh.task, world.binh, on=date(2026, 7, 25)) == [world.ubnd]


@pytest.mark.parametrize("state", [State.SAID, State.DONE, State.PAUSED, State.DROPPED, State.NOT_APPLICABLE])
def test_finished_ones_and_those_put_off_are_never_asked(world, duty, state):
    Assignment.objects.filter(pk=duty.pk).update(state=state)
    assert asked(duty.task, world.binh) == [world.committee, world.firm]


def test_coordinators_and_those_no_longer_or_not_yet_in_it_are_not_asked(world, duty):
    Assignment.objects.filter(pk=duty.pk).update(ended_on=TODAY)
    Assignment.objects.filter(unit=world.firm).update(joined_on=TODAY + timedelta(days=1))
    cascade.address(duty.task, coordinators=[world.ubnd_cam_linh], on=date(2026, 6, 1))
    assert asked(duty.task, world.binh) == [world.committee]


@pytest.mark.parametrize("field", ["closed_on", "withdrawn_on"])
def test_nobody_is_asked_about_a_plan_that_does_not_run(world, duty, field):
    type(world.plan).objects.filter(pk=world.plan.pk).update(**{field: TODAY})
    assert asked(duty.task, world.binh) == []
    world.plan.refresh_from_db()
    assert not Task.objects.get(pk=duty.task.pk).may_be_chased_by(world.binh)


def test_within_the_posts_reach_alone(world):
    lead = world.duty(plan=plan_of(world.khanh_hoa, "07"), lead=world.ba_ngoi)
    cascade.address(lead.task, leads=[world.cam_linh], on=date(2026, 6, 1))
    assert asked(lead.task, world.dung) == [world.ba_ngoi, world.cam_linh]
    assert asked(lead.task, world.binh) == [world.ba_ngoi]
    assert [lead.task.may_be_chased_by(post) for post in (world.dung, world.binh, world.hoa, world.an)] == [True, False, False, False]


# Whom the reminder reaches


def test_it_reaches_exactly_the_unanswered(world):
    """Two officials at one unit, none at another, one unit answered in between, one where nobody is."""
    plan = plan_of(world.khanh_hoa, "07")
    lead = world.duty(plan=plan, lead=world.ubnd, due_on=TODAY)
    second = world.hire("second", world.ubnd_cam_linh)
    cascade.address(lead.task, leads=[world.ubnd_cam_linh, world.committee, world.firm], on=date(2026, 6, 1))
    world.hire("officer", world.firm)
    says(of(lead.task, world.firm), world)
    told_all, words = remind(lead.task, world.dung)
    key = f"unanswered/{lead.task.pk}/2026-07-10"
    assert told() == [(name, key) for name in ["an", "chi", "mai", second.person.username]]  # Mai is the committee's clerk
    assert (told_all.people, told_all.units, told_all.unreached) == (4, 3, [])
    assert words == "4 people were reminded in 3 units."


def test_a_unit_nobody_can_be_told_in_is_named(world):
    plan = plan_of(world.khanh_hoa, "07")
    lead = world.duty(plan=plan, lead=world.cam_linh)
    told_all, words = remind(lead.task, world.dung)
    assert (told(), told_all.unreached) == ([], ["phường Cam Linh"])
    assert words == "Nobody was reminded. In 1 units nobody can be told: phường Cam Linh"
    assert last_reminded(lead.task) is None


def test_the_named_person_alone_is_told(world, duty):
    other = world.hire("other", world.ubnd)
    Assignment.objects.filter(pk=duty.pk).update(owner=other)
    Assignment.objects.exclude(pk=duty.pk).delete()
    remind(duty.task, world.binh)
    assert [name for name, _key in told()] == ["other"]


def test_a_second_click_tells_nobody_twice_and_another_day_tells_again(world, duty):
    remind(duty.task, world.binh)
    first = told()
    told_all, words = remind(duty.task, world.mai)
    assert (told_all.people, told_all.before, told()) == (0, 2, first)
    assert words == "Everybody concerned has been reminded of this today already; nobody was told twice."
    says(of(duty.task, world.committee), world)
    assert remind(duty.task, world.mai, on=TODAY + timedelta(days=1))[0].people == 1  # An, for UBND and the firm it keeps
    assert Entry.objects.about(duty.task).filter(verb="task.chased").count() == 2


def test_a_notice_opens_the_one_answer_or_the_duty_of_several(world, duty):
    remind(duty.task, world.binh)
    links = dict(Notice.objects.values_list("person__username", "link"))
    assert links == {"an": duty.task.get_absolute_url(), "mai": of(duty.task, world.committee).get_absolute_url()}
    notice = Notice.objects.get(person=world.an.person)
    assert notice.title.endswith(f": {duty.task.title}")
    assert notice.body == "02-KH/BCĐ · 1 · UBND phường Ba Ngòi, Công ty Muối"


def test_reminding_is_journaled_and_shown(world, duty):
    remind(duty.task, world.binh)
    entry = last_reminded(duty.task)
    assert (entry.post, entry.at, entry.facts) == (world.binh, AT, {"on": "2026-07-10", "people": 2, "units": 3, "unreached": 0})


# The pages


def test_the_number_the_list_and_those_told_are_the_same(world, duty, as_post):
    Assignment.objects.filter(pk=duty.pk).update(joined_on=date(2026, 1, 6))
    client = as_post(world.binh)
    shown = client.get(duty.task.get_absolute_url()).context["unanswered"]
    page = client.get(f"/tasks/{duty.task.pk}/unanswered/")
    assert shown == page.context["page"].paginator.count == 3
    assert [row.unit for row in page.context["page"]] == [world.ubnd, world.committee, world.firm]
    sheet = client.get(f"/tasks/{duty.task.pk}/unanswered/list.csv").getvalue().decode()
    assert [line.split(",")[3] for line in sheet.splitlines()[1:]] == [row.unit.full_name for row in page.context["page"]]


def test_the_button_tells_and_the_page_says_when(world, duty, as_post):
    client = as_post(world.mai)
    page = client.post(f"/tasks/{duty.task.pk}/remind/", follow=True)
    assert Notice.objects.filter(key__startswith="unanswered/").count() == 2
    assert page.context["reminded"].person == world.mai.person
    assert as_post(world.an).post(f"/tasks/{duty.task.pk}/remind/").status_code == 403
    assert as_post(world.chi).post(f"/tasks/{duty.task.pk}/remind/").status_code == 404
    assert as_post(world.an).get(duty.task.get_absolute_url()).context["unanswered"] is None


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(world, as_post, django_assert_num_queries, n):
    task = Task.objects.create(plan=world.plan, ref="x", position=9, title="Chung")
    Stage.objects.create(task=task, position=1, kind=Kind.ONGOING)
    cascade.address(task, leads=[world.ubnd, world.committee, world.firm][:n], on=date(2026, 6, 1))
    client = as_post(world.binh)
    client.get("/units/")
    with django_assert_num_queries(14):
        assert len(client.get(f"/tasks/{task.pk}/unanswered/").context["page"]) == n


@pytest.mark.parametrize("n", [1, 3])
def test_reminding_asks_as_much_for_three_as_for_one(world, django_assert_num_queries, n):
    task = Task.objects.create(plan=world.plan, ref="x", position=9, title="Chung")
    Stage.objects.create(task=task, position=1, kind=Kind.ONGOING)
    cascade.address(task, leads=[world.committee, world.ubnd, world.firm][:n], on=date(2026, 6, 1))
    world.mai.scope()
    Entry.objects.about(task).exists()  # the content type is known from here on
    with django_assert_num_queries(15):
        remind_unanswered(task, by=world.mai, at=AT, on=TODAY)


def test_the_clerk_of_the_plans_unit_may_and_an_auditor_may_not(world, duty):
    auditor = world.hire("auditor", world.ba_ngoi, Role.AUDITOR)
    assert [duty.task.may_be_chased_by(post) for post in (world.mai, world.binh, auditor)] == [True, True, False]
