from datetime import date, timedelta

import pytest

from orgunits.models import AddresseeGroup
from plans import period
from tasks.cascade import address
from tasks.deadlines import Kind
from tasks.models import Assignment, ParentLink, Progress, Stage, State, Task, Timeliness
from tasks.models.progress import log_progress
from tests.world import plan_of

TODAY = date(2026, 7, 10)
AT = period.moment(TODAY) + timedelta(hours=9)


def says(assignment, words, *, by, at=AT, **more):
    return log_progress(assignment, by=by, at=at, says=words, words="đã làm", **more)


def timed(assignment, on=TODAY):
    return Assignment.objects.timed(on=on).get(pk=assignment.pk)


@pytest.mark.parametrize(
    ("due_on", "cell"),
    [
        (TODAY - timedelta(days=1), "overdue"),
        (TODAY, "soon"),
        (TODAY + timedelta(days=30), "soon"),
        (TODAY + timedelta(days=31), "not_due"),
    ],
)
def test_an_unfinished_dated_duty(world, due_on, cell):
    assert timed(world.duty(due_on=due_on)).timeliness == cell


def test_done_in_time_is_judged_by_the_moment_it_was_said(world):
    in_time, late = world.duties(2, due_on=TODAY)
    says(in_time, "done", by=world.an, at=period.moment(TODAY + timedelta(days=1)) - timedelta(seconds=1))
    says(late, "done", by=world.an, at=period.moment(TODAY + timedelta(days=1)))
    assert timed(in_time).timeliness == Timeliness.DONE_IN_TIME
    assert timed(late).timeliness == Timeliness.DONE_LATE


def test_a_returned_result_is_void_and_the_clock_runs_on(world):
    duty = world.duty(due_on=TODAY - timedelta(days=2))
    entry = says(duty, "done", by=world.an, at=AT - timedelta(days=5))
    assert timed(duty).timeliness == Timeliness.DONE_IN_TIME
    entry.judge(by=world.binh, at=AT, ok=False, reason="thiếu biên bản")
    again = timed(duty)
    assert (again.state, again.timeliness, again.awaits_since) == (State.RETURNED, Timeliness.OVERDUE, None)


def test_an_ongoing_duty_is_watched_by_its_freshness(world):
    duty = world.duty()
    assert timed(duty).timeliness == Timeliness.WITHOUT_RESULT
    says(duty, "doing", by=world.an)
    assert timed(duty).timeliness == Timeliness.WITH_RESULT
    assert timed(duty, on=date(2026, 7, 25)).timeliness == Timeliness.WITHOUT_RESULT


def test_nothing_to_report_breaks_the_silence_but_is_no_result(world):
    duty = world.duty()
    late = date(2026, 10, 1)
    assert timed(duty, on=late).silent
    says(duty, "nothing", by=world.an, at=period.moment(date(2026, 9, 26)))
    again = timed(duty, on=late)
    assert (again.silent, again.timeliness, again.state) == (False, Timeliness.WITHOUT_RESULT, State.TODO)


def test_a_returned_result_falls_back_to_the_result_before_it_not_to_nothing(world):
    duty = world.duty()
    says(duty, "doing", by=world.an, at=AT - timedelta(days=40))
    says(duty, "nothing", by=world.an, at=AT - timedelta(days=9))
    says(duty, "doing", by=world.an).judge(by=world.binh, at=AT, ok=False, reason="sai")
    duty.refresh_from_db()
    assert duty.last_result_at == AT - timedelta(days=40)


def test_silence_needs_two_closed_periods_and_spares_who_waits(world):
    duty, waiting = world.duty(), world.duty(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN)
    assert not timed(duty, on=date(2026, 8, 24)).silent
    assert timed(duty, on=date(2026, 8, 25)).silent
    assert not timed(waiting, on=date(2026, 12, 1)).silent
    assert timed(waiting).timeliness == Timeliness.WAITING


def staged(world):
    task = Task.objects.create(plan=world.plan, ref="19", position=19, title="Phê duyệt cấp độ")
    for n, due_on in enumerate([TODAY - timedelta(days=5), TODAY + timedelta(days=50)], 1):
        Stage.objects.create(task=task, position=n, label=f"Giai đoạn {n}", kind=Kind.BY_END_OF_MONTH, due_on=due_on)

    return address(task, leads=[world.ubnd], on=date(2026, 6, 1))[0]


def test_stages_are_reported_one_by_one_and_late_if_any_was(world):
    duty = staged(world)
    assert timed(duty).timeliness == Timeliness.OVERDUE
    says(duty, "done", by=world.an)
    after_first = timed(duty)
    assert (after_first.state, after_first.timeliness) == (State.DOING, Timeliness.NOT_DUE)
    says(duty, "done", by=world.an)
    assert (timed(duty).state, timed(duty).timeliness) == (State.SAID, Timeliness.DONE_LATE)


def test_confirmed_only_when_every_stage_is(world):
    duty = staged(world)
    first, second = says(duty, "done", by=world.an), says(duty, "done", by=world.an)
    first.judge(by=world.binh, at=AT, ok=True)
    assert timed(duty).state == State.SAID
    second.judge(by=world.binh, at=AT, ok=True)
    assert (timed(duty).state, timed(duty).awaits_since) == (State.DONE, None)


def test_said_and_confirmed_are_two_shares(world):
    duties = world.duties(4, due_on=TODAY)
    for duty in duties[:2]:
        says(duty, "done", by=world.an).judge(by=world.binh, at=AT, ok=duty is duties[0])
    says(duties[2], "done", by=world.an)
    world.duty()
    tally = Assignment.objects.tally(on=TODAY)
    assert (tally.total, tally.countable, tally.said_share, tally.done_share, tally.awaiting) == (5, 4, 0.5, 0.25, 1)


@pytest.mark.parametrize("n", [1, 3])
def test_a_tally_is_one_query(world, django_assert_num_queries, n):
    world.duties(n)
    with django_assert_num_queries(1):
        assert Assignment.objects.tally(on=TODAY).total == n


def test_the_units_own_duties_are_confirmed_one_level_up(world):
    theirs, own = world.duty(), world.duty(lead=world.committee)
    assert theirs.may_be_judged_by(world.binh)
    assert not theirs.may_be_judged_by(world.dung)
    assert own.may_be_judged_by(world.dung)
    assert not own.may_be_judged_by(world.binh)
    top = world.duty(plan=plan_of(world.centre, "04-KH/BCĐTW"), lead=world.centre)
    assert top.may_be_judged_by(world.hoa)


def test_nobody_confirms_what_they_filed(world):
    both = world.hire("kiêm", world.ubnd, person=world.binh.person)
    entry = says(world.duty(), "doing", by=both)
    assert not entry.may_be_judged_by(world.binh)


def test_who_may_log(world):
    duty = world.duty()
    may = {post.person.username: duty.may_be_progressed_by(post) for post in (world.an, world.binh, world.mai, world.chi, world.dung)}
    assert may == {"an": True, "binh": False, "mai": True, "chi": False, "dung": False}


def test_a_firm_without_accounts_is_kept_by_the_peoples_committee(world):
    duty = world.duty(lead=world.firm)
    assert duty.may_be_progressed_by(world.an)
    assert not duty.may_be_progressed_by(world.chi)


def test_a_coordinator_reads_the_named_lead_and_never_writes(world):

    duty = world.duty()
    address(duty.task, coordinators=[world.committee], on=TODAY)
    helper = world.hire("helper", world.committee)
    assert duty in Assignment.objects.visible_to(helper)
    assert not duty.may_be_progressed_by(helper)


def test_behind_a_collective_addressee_everyone_answers_for_himself(world):

    group = AddresseeGroup.objects.create(code="g", owner=world.ba_ngoi, words="Các cơ quan, đơn vị", rule="")
    group.units.set([world.ubnd, world.committee, world.firm])
    task = Task.objects.create(plan=world.plan, ref="g", position=9, title="Chung")
    Stage.objects.create(task=task, position=1, kind=Kind.ONGOING)
    rows = address(task, group=group, leads=[world.ubnd], on=TODAY)
    assert sorted(row.unit.name for row in rows) == sorted([world.ubnd.name, world.committee.name, world.firm.name])
    assert {row.unit for row in Assignment.objects.visible_to(world.an).filter(task=task)} == {world.ubnd, world.firm}


def test_a_draft_plans_assignments_are_for_its_own_area_only(world):
    draft = plan_of(world.khanh_hoa, "08-KH/BCĐ", issued_on=None)
    duty = world.duty(plan=draft, lead=world.ubnd)
    assert duty not in Assignment.objects.visible_to(world.an)
    assert duty in Assignment.objects.visible_to(world.dung)


def test_carrying_makes_the_superiors_assignment_add_up_once_something_counts(world):
    upper = world.duty(plan=plan_of(world.centre, "04"), lead=world.khanh_hoa, due_on=TODAY)
    ongoing, dated = world.duty(), world.duty(due_on=TODAY)
    ParentLink.objects.tie(ongoing.task, upper.task, via=upper)
    upper.refresh_from_db()
    assert not upper.adds_up
    ParentLink.objects.tie(dated.task, upper.task, via=upper)
    upper.refresh_from_db()
    assert upper.adds_up
    assert upper not in Assignment.objects.reporting()


def test_a_correction_takes_a_done_back_without_losing_the_old_entry(world):
    duty = world.duty(due_on=TODAY)
    says(duty, "done", by=world.an)
    says(duty, "doing", by=world.an)
    again = timed(duty)
    assert (again.state, again.awaits_since, Progress.objects.count()) == (State.DOING, None, 2)


def test_a_closed_plan_counts_as_it_stood(world):
    late, later, ongoing = world.duty(due_on=TODAY), world.duty(due_on=TODAY + timedelta(days=20)), world.duty()
    world.plan.closed_on = TODAY + timedelta(days=10)
    world.plan.save()
    year_end = date(2026, 12, 31)
    assert [timed(duty, on=year_end).timeliness for duty in (late, later, ongoing)] == ["overdue", "off", "off"]
    assert not any(timed(duty, on=year_end).silent for duty in (late, later, ongoing))
