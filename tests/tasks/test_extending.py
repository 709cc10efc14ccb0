"""A deadline moved by a document: the first date kept, in time against both, armed anew, those below told once."""

from datetime import date, timedelta

import pytest

from journal.models import Entry, Notice
from orgunits.models import Role
from plans import period
from plans.models import AmendingPaper, Amendment
from tasks import cascade, extending, reminders, rollup, waiting
from tasks.deadlines import Kind
from tasks.models import Answer, Assignment, DueChange, ParentLink, Stage, StaleWrite, Task, TaskChange
from tasks.models.progress import log_progress
from tests.world import plan_of

TODAY = date(2026, 7, 10)
AT = period.moment(TODAY) + timedelta(hours=9)
DUE, LATER = date(2026, 7, 20), date(2026, 8, 20)
PAPER = AmendingPaper("15-QĐ/BCĐ", "QĐ", "Quyết định", TODAY, "Nguyễn Văn Bình", "Chờ hướng dẫn của Bộ Công an")


def extend(stage, due_on=LATER, *, by, paper=PAPER, **more):
    return extending.extend(stage, due_on, paper=paper, by=by, at=AT, **more)


def stage_of(duty):
    return Stage.objects.select_related("task__plan").get(task=duty.task)


def answer_of(duty):
    return Answer.objects.select_related("assignment").get(assignment=duty)


def keys(post, start):
    return [row.key for row in Notice.objects.filter(person=post.person, key__startswith=start).order_by("pk")]


def test_the_document_is_kept_and_the_first_date_too(world):
    duty = world.duty(due_on=DUE)
    amendment = extend(stage_of(duty), by=world.binh)
    change, answer, stage = DueChange.objects.get(), answer_of(duty), stage_of(duty)
    assert (change.was, change.now, change.cause, change.amendment) == (DUE, LATER, "extended", amendment)
    assert (answer.due_on, answer.due_originally_on, answer.change) == (LATER, DUE, change)
    assert (stage.due_on, stage.due_originally_on, stage.first_due_on) == (LATER, DUE, DUE)
    assert Assignment.objects.get(pk=duty.pk).due_on == LATER
    document = amendment.document
    assert (document.symbol, document.type, document.signed_on, document.issuer) == ("15-QĐ/BCĐ", "QĐ", TODAY, world.ba_ngoi)
    assert (amendment.signer, amendment.reason, amendment.by) == ("Nguyễn Văn Bình", "Chờ hướng dẫn của Bộ Công an", world.binh)
    note = TaskChange.objects.get()
    assert (note.kind, note.was["due_on"], note.now) == ("dates", "2026-07-20", {"due_on": "2026-08-20"})
    assert {entry.verb for entry in Entry.objects.all()} == {"stage.extended", "plan.extended"}
    assert list(rollup.faults()) == []


def test_a_second_extension_keeps_the_very_first_date(world):
    duty = world.duty(due_on=DUE)
    extend(stage_of(duty), by=world.binh)
    extend(stage_of(duty), LATER + timedelta(days=9), by=world.binh)
    assert answer_of(duty).due_originally_on == stage_of(duty).due_originally_on == DUE
    assert Amendment.objects.count() == 1  # the same document once more


def test_in_time_is_counted_against_both(world):
    in_time, late, too_late = world.duties(3, due_on=DUE)
    for duty in (in_time, late, too_late):
        extend(stage_of(duty), by=world.binh)
    for duty, day in ((in_time, DUE), (late, LATER), (too_late, LATER + timedelta(days=1))):
        log_progress(duty, by=world.an, at=period.moment(day) + timedelta(hours=20), says="done", words="Xong")
    rows = [Assignment.objects.get(pk=duty.pk) for duty in (in_time, late, too_late)]
    assert [(row.was_late, row.was_late_originally) for row in rows] == [(False, False), (False, True), (True, True)]
    tally = Assignment.objects.all().tally(on=LATER + timedelta(days=2))
    assert (tally.by_timeliness()["done_in_time"], tally.done_in_time_originally) == (2, 1)


def test_one_units_own_extension_moves_nobody_else(world):
    duty = world.duty(due_on=DUE)
    other = cascade.address(duty.task, leads=[world.committee], on=TODAY)[0]
    amendment = extend(stage_of(duty), by=world.binh, answer=answer_of(duty))
    assert (answer_of(duty).due_on, answer_of(other).due_on, stage_of(duty).due_on) == (LATER, DUE, DUE)
    assert stage_of(duty).due_originally_on is None
    assert list(amendment.due_changes.values_list("answer", flat=True)) == [answer_of(duty).pk]
    assert not world.plan.is_amended


def test_an_extension_for_all_leaves_one_units_later_date(world):
    duty = world.duty(due_on=DUE)
    other = cascade.address(duty.task, leads=[world.committee], on=TODAY)[0]
    extend(stage_of(duty), LATER + timedelta(days=30), by=world.binh, answer=answer_of(duty))
    extend(stage_of(duty), LATER, by=world.binh)
    assert (answer_of(duty).due_on, answer_of(other).due_on) == (LATER + timedelta(days=30), LATER)
    assert world.plan.is_amended


def test_finished_answers_are_not_moved(world):
    duty = world.duty(due_on=DUE)
    other = cascade.address(duty.task, leads=[world.committee], on=TODAY)[0]
    entry = log_progress(duty, by=world.an, at=AT, says="done", words="Xong")
    extend(stage_of(duty), by=world.binh)
    assert (answer_of(duty).due_on, answer_of(other).due_on) == (DUE, LATER)
    entry.judge(by=world.binh, at=AT, ok=False, reason="Thiếu")
    assert answer_of(duty).due_on == LATER
    assert answer_of(duty).change.amendment == Amendment.objects.get()


# Reminders


def test_reminders_are_armed_anew_once_and_the_old_date_is_told_no_more(world):
    duty = world.duty(due_on=DUE)
    reminders.send(TODAY)
    extend(stage_of(duty), by=world.binh)
    change, pk = answer_of(duty).change_id, answer_of(duty).pk
    for day in (TODAY, DUE, DUE + timedelta(days=14), LATER):
        for _ in range(2):
            reminders.send(day)
    assert keys(world.an, "deadline/") == [
        f"deadline/{pk}/{DUE}/d30",
        *(f"deadline/{pk}/{LATER}/{change}/{step}" for step in ("d30", "d0")),
    ]


def test_moved_and_moved_back_to_the_same_day_tells_again(world):
    duty = world.duty(due_on=DUE)
    reminders.send(TODAY)
    extend(stage_of(duty), by=world.binh)
    extend(stage_of(duty), DUE, by=world.binh)
    for _ in range(2):
        reminders.send(TODAY)
    answer = answer_of(duty)
    assert keys(world.an, "deadline/") == [f"deadline/{answer.pk}/{DUE}/d30", f"deadline/{answer.pk}/{DUE}/{answer.change_id}/d30"]
    assert len(keys(world.an, "due/")) == 2


# Those above and below


@pytest.fixture
def chain(world):
    """Central (due on the 20th) ← three duties of two wards that wait for the province's duty (due on the 20th too)."""
    central, province = plan_of(world.centre, "04-KH/BCĐTW"), plan_of(world.khanh_hoa, "07-KH/BCĐ")
    other = plan_of(world.cam_linh, "03-KH/BCĐ")
    top = world.duty(plan=central, lead=world.khanh_hoa, due_on=DUE).task
    middle = world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE)
    for plan, lead in ((world.plan, world.ubnd), (world.plan, world.committee), (other, world.ubnd_cam_linh)):
        child = world.duty(plan=plan, lead=lead, kind=Kind.RELATIVE_TO_SUPERIOR_PLAN)
        ParentLink.objects.tie(child.task, top)
        waiting.link(child.task.stages.get(), middle.task, by=world.mai, at=AT)
    return middle


def test_an_extension_that_breaks_three_children_tells_two_units_once(world, chain):
    world.hire("nga", world.cam_linh, Role.CLERK)
    province = extend(stage_of(chain), by=world.dung)
    heads = {(row.person.username, row.key) for row in Notice.objects.filter(key__startswith="later/").select_related("person")}
    ours, theirs = f"later/{province.pk}/{world.ba_ngoi.pk}", f"later/{province.pk}/{world.cam_linh.pk}"
    assert heads == {("binh", ours), ("mai", ours), ("giang", theirs), ("nga", theirs)}
    assert "1, 2" in Notice.objects.get(person=world.binh.person, key=ours).title
    extend(stage_of(chain), LATER + timedelta(days=1), by=world.dung)
    assert Notice.objects.filter(key__startswith="later/").count() == 4


def test_a_parent_brought_forward_is_checked_too(world):
    central = plan_of(world.centre, "04-KH/BCĐTW")
    top = world.duty(plan=central, lead=world.khanh_hoa, due_on=LATER)
    for day in (DUE, DUE + timedelta(days=5)):
        ParentLink.objects.tie(world.duty(due_on=day).task, top.task)
    extend(stage_of(top), DUE, by=world.hoa)
    (notice,) = Notice.objects.filter(person=world.binh.person, key__startswith="later/")
    assert notice.title.endswith(": 2")


def test_a_child_moved_beyond_its_parent_is_told_to_its_own_unit(world):
    top = world.duty(plan=plan_of(world.centre, "04-KH/BCĐTW"), lead=world.khanh_hoa, due_on=DUE)
    child = world.duty(due_on=DUE)
    ParentLink.objects.tie(child.task, top.task)
    extend(stage_of(child), by=world.binh)
    assert {row.person_id for row in Notice.objects.filter(key__startswith="later/")} == {world.binh.person_id, world.mai.person_id}


def test_an_extension_within_the_parents_time_warns_nobody(world):
    top = world.duty(plan=plan_of(world.centre, "04-KH/BCĐTW"), lead=world.khanh_hoa, due_on=LATER)
    child = world.duty(due_on=DUE)
    ParentLink.objects.tie(child.task, top.task)
    extend(stage_of(child), by=world.binh)
    assert not Notice.objects.filter(key__startswith="later/").exists()


# Refused


@pytest.mark.parametrize(
    ("fields", "due_on", "reason"),
    [
        ({"due_on": DUE}, DUE, "same"),
        ({"due_on": DUE}, date(2026, 1, 4), "before_plan"),
        ({}, LATER, "recurs"),
        ({"due_on": DUE, "kind": Kind.RECURRING_YEARLY}, LATER, "recurs"),
        ({"kind": Kind.RELATIVE_TO_SUPERIOR_PLAN}, LATER, "follows"),
    ],
)
def test_what_cannot_be_moved(world, fields, due_on, reason):
    stage = stage_of(world.duty(**fields))
    with pytest.raises(extending.Refused) as refused:
        extend(stage, due_on, by=world.binh)
    assert refused.value.why == extending.REASONS[reason]
    assert not Amendment.objects.exists()


def test_an_ended_duty_and_a_finished_answer_cannot_be_moved(world):
    ended, finished = world.duties(2, due_on=DUE)
    Task.objects.filter(pk=ended.task_id).update(ended_on=TODAY)
    log_progress(finished, by=world.an, at=AT, says="done", words="Xong")
    assert extending.why_not(stage_of(ended), LATER) == "ended"
    assert extending.why_not(stage_of(finished), LATER, answer=answer_of(finished)) == "finished"


def test_an_undated_stage_gets_its_date_by_document(world):
    duty = world.duty(kind=Kind.NONE)
    extend(stage_of(duty), by=world.binh)
    assert (answer_of(duty).due_on, answer_of(duty).due_originally_on, answer_of(duty).clock) == (LATER, LATER, "dated")


def test_twice_sent_is_once_done_and_a_stale_page_is_told(world):
    duty = world.duty(due_on=DUE)
    stage = stage_of(duty)
    first = extend(stage, by=world.binh, version=0, token="a")
    assert extend(stage, by=world.binh, version=0, token="a") == first
    with pytest.raises(StaleWrite):
        extend(stage, LATER + timedelta(days=2), by=world.mai, version=0, token="b")
    assert DueChange.objects.count() == 1
