"""One document changes a plan: duties added, taken out, reworded, handed on; what was and what is."""

from datetime import date, timedelta

import pytest

from journal.models import Entry, Notice
from plans import period
from plans.models import AmendingPaper, Amendment, Document, Receipt
from tasks import amending, cascade, rollup, waiting
from tasks.amending import Change, NewDuty
from tasks.deadlines import Clock, Kind
from tasks.extending import Refused
from tasks.models import Assignment, ParentLink, StaleWrite, Task, TaskChange
from tests.world import plan_of

TODAY = date(2026, 7, 10)
AT = period.moment(TODAY) + timedelta(hours=9)
DUE, LATER = date(2026, 7, 20), date(2026, 8, 20)
PAPER = AmendingPaper("15-QĐ/BCĐ", "QĐ", "Quyết định", TODAY, "Nguyễn Văn Bình", "Điều chỉnh theo thực tế")


def amend(world, *changes, plan=None, **more):
    return amending.amend(plan or world.plan, paper=PAPER, changes=changes, by=world.binh, at=AT, **more)


def kinds():
    return list(TaskChange.objects.order_by("pk").values_list("kind", flat=True))


def test_a_duty_is_added_with_its_stages_and_leads(world):
    world.duty()
    amendment = amend(world, added=[NewDuty("9", "Diễn tập", deadline="Hoàn thành trước ngày 30/9/2026", leads=[world.ubnd])])
    task = Task.objects.get(ref="9")
    duty = Assignment.objects.get(task=task)
    assert (task.added_by, task.position, task.stages.get().due_on) == (amendment, 2, date(2026, 9, 29))
    assert (duty.unit, duty.joined_on, duty.due_on, duty.counts) == (world.ubnd, TODAY, date(2026, 9, 29), True)
    assert kinds() == ["added"]
    assert Notice.objects.filter(person=world.an.person, key=f"amended/{amendment.pk}/{duty.pk}").count() == 1
    assert list(rollup.faults()) == []


def test_a_duty_taken_out_ends_closes_its_links_and_frees_its_followers(world):
    province = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    source = world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE)
    waits = world.duty(kind=Kind.RELATIVE_TO_SUPERIOR_PLAN)
    waiting.link(waits.task.stages.get(), source.task, by=world.mai, at=AT)
    ParentLink.objects.tie(waits.task, source.task, via=source)
    amendment = amend(world, Change(source.task, ends=True), plan=province)
    assert Task.objects.get(pk=source.task_id).ended_on == TODAY
    assert Assignment.objects.get(pk=source.pk).ended_on == TODAY
    assert Assignment.objects.get(pk=waits.pk).clock == Clock.WAITING
    assert ParentLink.objects.get().until == TODAY
    assert amendment.due_changes.get().cause == "undated"
    assert list(rollup.faults()) == []


def test_another_rhythm_holds_for_all_who_answer_and_they_are_told(world):
    duty = world.duty()
    other = world.duty(lead=world.committee)
    amendment = amend(world, Change(duty.task, cadence="quarterly"))
    assert [Assignment.objects.get(pk=row.pk).cadence for row in (duty, other)] == ["quarterly", "monthly"]
    assert [stage.cadence for stage in duty.task.stages.all()] == ["quarterly"]
    assert list(TaskChange.objects.values_list("kind", "was", "now")) == [("cadence", {"cadence": "monthly"}, {"cadence": "quarterly"})]
    assert Notice.objects.filter(person=world.an.person, key=f"amended/{amendment.pk}/{duty.pk}").count() == 1
    assert [(line.was, line.now) for line in amending.history(world.plan, world.mai)[0][1]] == [("hằng tháng", "hằng quý")]
    assert Entry.objects.filter(verb="plan.amended", facts__amendment=amendment.pk).count() == 1


def test_silence_is_counted_by_the_new_rhythm(world):
    duty = world.duty(joined_on=date(2026, 3, 1))
    assert Assignment.objects.timed(on=TODAY).get(pk=duty.pk).silent
    amend(world, Change(duty.task, cadence="yearly"))
    assert not Assignment.objects.timed(on=TODAY).get(pk=duty.pk).silent


def test_who_joins_with_the_new_rhythm_has_it_too(world):
    duty = world.duty()
    amend(world, Change(duty.task, cadence="weekly", joining=[world.committee]))
    assert set(duty.task.assignments.live().values_list("unit", "cadence")) == {(world.ubnd.pk, "weekly"), (world.committee.pk, "weekly")}


def test_what_is_taken_out_has_no_other_rhythm(world):
    with pytest.raises(Refused):
        amend(world, Change(world.duty().task, ends=True, cadence="weekly"))


def test_rewording_keeps_what_was(world):
    duty = world.duty(title="Rà soát")
    amend(world, Change(duty.task, worded={"title": "Rà soát, khắc phục"}))
    change = TaskChange.objects.get()
    assert (change.kind, change.was, change.now) == ("reworded", {"title": "Rà soát"}, {"title": "Rà soát, khắc phục"})
    task = Task.objects.get(pk=duty.task_id)
    assert (task.title, "khac phuc" in task.folded, task.version) == ("Rà soát, khắc phục", True, 1)


def test_leads_are_handed_on(world):
    duty = world.duty(due_on=DUE)
    amend(world, Change(duty.task, joining=[world.committee], leaving=[duty]))
    rows = dict(Assignment.objects.values_list("unit__name", "ended_on"))
    assert rows == {"UBND phường Ba Ngòi": TODAY, "Ban Chỉ đạo phường Ba Ngòi": None}
    assert (TaskChange.objects.get().was, TaskChange.objects.get().now) == (
        {"leads": ["UBND phường Ba Ngòi"]},
        {"leads": ["Ban Chỉ đạo phường Ba Ngòi"]},
    )
    assert list(rollup.faults()) == []


def test_a_coordinator_who_now_leads_answers_once(world):
    duty = world.duty(due_on=DUE)
    cascade.address(duty.task, coordinators=[world.committee], on=TODAY)
    amend(world, Change(duty.task, joining=[world.committee]))
    assert list(duty.task.assignments.live().values_list("unit", "part").order_by("unit")) == [
        (world.ubnd.pk, "lead"),
        (world.committee.pk, "lead"),
    ]


def test_everything_one_document_says_is_one_amendment(world):
    worded, ended, moved = world.duties(3, due_on=DUE)
    stage = moved.task.stages.get()
    amendment = amend(
        world,
        Change(worded.task, worded={"product": "Báo cáo"}),
        Change(ended.task, ends=True),
        Change(moved.task, dates={stage: LATER}),
        added=[NewDuty("9", "Diễn tập", leads=[world.ubnd])],
    )
    assert Amendment.objects.get() == amendment
    assert sorted(kinds()) == ["added", "dates", "ended", "reworded"]
    assert Assignment.objects.get(pk=moved.pk).due_on == LATER
    assert type(world.plan).objects.get().is_amended
    assert list(rollup.faults()) == []


@pytest.mark.parametrize("what", ["nothing", "ref", "lead", "again", "both", "date"])
def test_what_is_refused_changes_nothing(world, what):
    duty, ended = world.duties(2, due_on=DUE)
    Task.objects.filter(pk=ended.task_id).update(ended_on=TODAY)
    ended.task.refresh_from_db()
    changes = {
        "nothing": [Change(duty.task)],
        "lead": [Change(duty.task, leaving=[duty])],
        "again": [Change(ended.task, ends=True)],
        "both": [Change(duty.task, ends=True, worded={"title": "x"})],
        "date": [Change(duty.task, worded={"title": "x"}, dates={duty.task.stages.get(): DUE})],
    }
    with pytest.raises(Refused):
        amend(world, *changes.get(what, []), added=[NewDuty("1", "Trùng số")] if what == "ref" else [])
    assert not Amendment.objects.exists()
    assert not TaskChange.objects.exists()


def test_twice_sent_is_once_done_and_a_stale_page_is_told(world):
    duty = world.duty()
    first = amend(world, Change(duty.task, worded={"title": "a"}), token="t", version=0)
    assert amend(world, Change(duty.task, worded={"title": "a"}), token="t", version=0) == first
    with pytest.raises(StaleWrite):
        amend(world, Change(duty.task, worded={"title": "b"}), token="u", version=0)
    assert kinds() == ["reworded"]


def test_the_history_says_what_was_what_is_and_hides_a_neighbours_own_date(world):
    province = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    ours = world.duty(plan=province, lead=world.ba_ngoi, due_on=DUE, title="Rà soát")
    Receipt.objects.create(plan=province, unit=world.ba_ngoi)
    theirs = cascade.address(ours.task, leads=[world.cam_linh], on=TODAY)[0]
    stage = ours.task.stages.get()
    amending.extending.extend(stage, LATER, paper=PAPER, by=world.dung, at=AT, answer=theirs.answers.get())
    assert amending.history(province, world.binh) == []
    ((amendment, (line,)),) = amending.history(province, world.giang)
    assert (line.was, line.now) == ("20/07/2026", "20/08/2026")
    assert amending.history(province, world.dung)[0][0] == amendment
    assert [amendment.document in Document.objects.visible_to(post) for post in (world.dung, world.binh)] == [True, False]
    amend(world, Change(ours.task, worded={"title": "Rà soát kỹ"}), plan=province)
    ((_same, lines),) = amending.history(province, world.binh)
    assert [(line.was, line.now) for line in lines] == [("Rà soát", "Rà soát kỹ")]
    assert amendment.document in Document.objects.visible_to(world.binh)
