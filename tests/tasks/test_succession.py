"""Units over time: what a merge, a split, a renaming, a closing and a correction do to duties, posts, reports and rights."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from journal.models import Entry, Notice
from orgunits.changes import CannotChange, NewUnit
from orgunits.models import AddresseeGroup, FormerTerm, Kind, OrgUnit, Post, Role, Succession, UnitChange
from plans import period
from plans.models import Document, Plan, Receipt
from tasks import cascade, halting, rollup, succession
from tasks.models import Answer, Assignment, Halt, ParentLink, Part, Stage, State, Task
from tasks.models.progress import log_progress
from tests.world import area, body, plan_of

MERGED = date(2026, 7, 10)
DUE = date(2026, 9, 30)
DECISION = succession.Decision("NQ", "Nghị quyết", "15/NQ-HĐND", date(2026, 7, 1), "HĐND tỉnh Khánh Hòa", "sắp xếp đơn vị hành chính")


def at(day, hour=9):
    return period.moment(day) + timedelta(hours=hour)


def by(world, on=MERGED, **more):
    """How Dung, steering post of the province, decides on the day the change begins."""
    return {"on": on, "decision": DECISION, "by": world.dung, "at": at(on), "reason": "sắp xếp"} | more


def merge(world, **more):
    return succession.merge([world.ba_ngoi], world.cam_linh, **by(world, **more))


@pytest.fixture
def world(world):
    """With a province plan that binds both wards, and the bodies a ward has."""
    world.above = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    world.police = body("0001000100010004", world.ba_ngoi, Kind.POLICE, "Công an phường Ba Ngòi")
    world.police_cam_linh = body("0001000100020002", world.cam_linh, Kind.POLICE, "Công an phường Cam Linh")
    OrgUnit.objects.filter(pk=world.cam_linh.pk).update(answers_through=world.ubnd_cam_linh)
    return world


def live_units(task):
    return list(Assignment.objects.live().filter(task=task).order_by("path").values_list("unit__name", flat=True))


# What ends and what begins


def test_the_old_ward_ends_the_day_before_with_all_its_bodies_and_each_is_followed_by_its_counterpart(world):
    merge(world)
    ended = OrgUnit.objects.within(world.ba_ngoi)
    assert set(ended.values_list("valid_to", flat=True)) == {date(2026, 7, 9)}
    assert dict(Succession.objects.values_list("old__name", "new__name")) == {
        "Ba Ngòi": "Cam Linh",
        "UBND phường Ba Ngòi": "UBND phường Cam Linh",
        "Công an phường Ba Ngòi": "Công an phường Cam Linh",
        "Ban Chỉ đạo phường Ba Ngòi": "UBND phường Cam Linh",  # no committee there: the body the area answers through
        "Công ty Muối": "UBND phường Cam Linh",  # a firm is followed by no other firm
    }
    assert world.ba_ngoi not in OrgUnit.objects.in_force(on=MERGED)
    assert world.ba_ngoi in OrgUnit.objects.in_force(on=MERGED - timedelta(days=1))


def test_an_open_duty_goes_on_at_the_successor_with_the_dates_as_they_stood(world):
    duty = world.duty(due_on=DUE, plan=world.above)
    Answer.objects.filter(assignment=duty).update(due_on=date(2026, 10, 31))  # extended
    merge(world)
    duty.refresh_from_db()
    new = duty.moved_to.get()
    assert (duty.ended_on, duty.state, new.unit, new.joined_on, new.part) == (MERGED, State.TODO, world.ubnd_cam_linh, MERGED, Part.LEAD)
    assert list(new.answers.values_list("due_on", "due_originally_on")) == [(date(2026, 10, 31), DUE)]
    assert (new.clock, new.due_on) == ("dated", date(2026, 10, 31))


def test_a_finished_duty_ends_and_does_not_fall_on_the_successor_again(world):
    duty = world.duty(due_on=DUE, plan=world.above)
    log_progress(duty, by=world.an, at=at(date(2026, 6, 20)), says="done", words="Xong").judge(by=world.dung, at=at(MERGED), ok=True)
    merge(world)
    duty.refresh_from_db()
    assert (duty.state, duty.ended_on, duty.moved_to.count()) == (State.DONE, MERGED, 0)


def test_a_stage_confirmed_at_the_old_unit_stays_confirmed_at_the_new_one(world):
    duty = world.duty(due_on=date(2026, 6, 30), plan=world.above)
    second = Stage.objects.create(task=duty.task, position=2, kind="by_date", due_on=DUE)
    Answer.objects.create(assignment=duty, stage=second, clock="dated", due_on=DUE, due_originally_on=DUE)
    first = duty.answers.get(stage__position=1)
    log_progress(duty, by=world.an, at=at(date(2026, 6, 20)), says="done", words="Xong", answer=first).judge(
        by=world.dung, at=at(MERGED), ok=True
    )
    merge(world)
    new = duty.moved_to.get()
    assert list(new.answers.values_list("stage__position", "state")) == [(1, "done"), (2, "todo")]
    assert (new.state, new.due_on, new.was_late) == (State.DOING, DUE, False)
    assert rollup_is_right()


def rollup_is_right():
    return list(rollup.faults()) == []


def test_a_unit_that_has_the_duty_itself_answers_once(world):
    task = world.duty(due_on=DUE, plan=world.above).task
    cascade.address(task, leads=[world.ubnd_cam_linh], on=date(2026, 6, 1))
    merge(world)
    assert live_units(task) == ["UBND phường Cam Linh"]
    assert Assignment.objects.live().get(task=task).moved_from is None
    task.refresh_from_db()
    assert task.leads_n == 1


def test_a_unit_that_only_helped_leads_where_its_predecessor_led(world):
    task = world.duty(due_on=DUE, plan=world.above).task
    cascade.address(task, coordinators=[world.ubnd_cam_linh], on=date(2026, 6, 1))
    merge(world)
    assert list(Assignment.objects.live().filter(task=task).values_list("unit", "part")) == [(world.ubnd_cam_linh.pk, Part.LEAD)]


def test_entries_evidence_and_state_stay_on_the_old_row(world):
    duty = world.duty(due_on=DUE, plan=world.above)
    entry = log_progress(duty, by=world.an, at=at(date(2026, 6, 20)), says="doing", words="Đã rà soát")
    merge(world)
    duty.refresh_from_db()
    assert (duty.state, list(duty.progress.all()), duty.moved_to.get().progress.count()) == (State.DOING, [entry], 0)
    assert duty.moved_to.get().state == State.TODO


# Links and shares


def test_links_that_carried_through_the_old_ward_close_and_the_share_above_is_right(world):
    parent = world.duty(lead=world.ba_ngoi, plan=world.above, due_on=DUE)
    child = world.duty(due_on=DUE)
    link = ParentLink.objects.tie(child.task, parent.task, via=parent, on=date(2026, 6, 1))
    log_progress(child, by=world.an, at=at(date(2026, 6, 20)), says="done", words="Xong")
    parent.task.refresh_from_db()
    assert parent.task.leads_said == 10**9
    merge(world)
    link.refresh_from_db()
    parent.task.refresh_from_db()
    assert (link.until, parent.task.leads_n, parent.task.leads_said) == (MERGED, 1, 0)
    assert rollup_is_right()


# Once, late, early


def test_the_same_merge_recorded_and_carried_out_twice_is_one(world):
    duty = world.duty(due_on=DUE)
    first = merge(world)
    again = merge(world)
    third = succession.carry_out(UnitChange.objects.get(), at=at(MERGED))
    assert (first, again) == (again, third)
    assert (UnitChange.objects.count(), Document.objects.filter(symbol="15/NQ-HĐND").count()) == (1, 1)
    assert duty.moved_to.count() == 1
    assert Post.objects.filter(person=world.an.person).count() == 2


def test_a_change_to_come_waits_for_its_day_and_a_machine_that_was_off_carries_it_out_late(world):
    duty = world.duty(due_on=DUE)
    change = merge(world, at=at(date(2026, 7, 1)))
    assert (change.status, duty.moved_to.count()) == ("coming", 0)
    assert succession.carry_out_due(on=date(2026, 7, 9), at=at(date(2026, 7, 9))) == 0
    assert succession.carry_out_due(on=date(2026, 7, 13), at=at(date(2026, 7, 13))) == 1
    assert succession.carry_out_due(on=date(2026, 7, 13), at=at(date(2026, 7, 13))) == 0
    duty.refresh_from_db()
    assert (duty.ended_on, duty.moved_to.get().joined_on) == (MERGED, MERGED)


def test_a_change_of_a_past_day_is_carried_out_at_once_from_its_own_day(world):
    duty = world.duty(due_on=DUE)
    merge(world, at=at(date(2026, 8, 3)))
    duty.refresh_from_db()
    assert (duty.ended_on, duty.moved_to.get().joined_on) == (MERGED, MERGED)
    assert list(Assignment.objects.live_on(date(2026, 7, 9)).filter(task=duty.task)) == [duty]
    assert list(Assignment.objects.live_on(MERGED).filter(task=duty.task)) == [duty.moved_to.get()]


def test_one_that_became_impossible_is_left_with_its_reason_and_holds_up_nobody(world):
    first = merge(world, on=date(2026, 7, 20), at=at(date(2026, 7, 1)))
    OrgUnit.objects.filter(pk=world.cam_linh.pk).update(valid_to=date(2026, 7, 15))
    assert succession.carry_out_due(on=date(2026, 7, 20), at=at(date(2026, 7, 20))) == 0
    first.refresh_from_db()
    assert (first.status, "Cam Linh" in first.facts["problem"]) == ("coming", True)
    assert OrgUnit.objects.get(pk=world.ba_ngoi.pk).valid_to is None


# People


def test_people_hold_the_same_role_at_the_successor_and_keep_what_they_own(world):
    duty = world.duty(due_on=DUE)
    duty.give_to(world.an, by=world.binh, at=at(date(2026, 6, 2)))
    change = merge(world)
    world.an.refresh_from_db()
    now = Post.objects.live(on=MERGED).get(person=world.an.person)
    assert (world.an.until, now.unit, now.role, now.since) == (date(2026, 7, 9), world.ubnd_cam_linh, Role.OFFICIAL, MERGED)
    assert duty.moved_to.get().owner == now
    assert [world.an.pk, now.pk, True] in change.facts["posts"]
    assert Notice.objects.filter(person=world.an.person, key=f"change/{change.pk}").count() == 1


def test_who_answers_for_the_successor_reads_the_predecessor_and_its_plan(world):
    duty = world.duty(due_on=DUE)
    entry = log_progress(duty, by=world.an, at=at(date(2026, 6, 20)), says="doing", words="Đã rà soát")
    Receipt.objects.create(plan=world.above, unit=world.ba_ngoi, received_on=date(2026, 6, 1))
    chi = world.chi
    assert (duty in Assignment.objects.visible_to(chi), world.plan in Plan.objects.visible_to(chi)) == (False, False)
    assert world.above not in Plan.objects.visible_to(chi)
    merge(world)
    chi = Post.objects.get(pk=world.chi.pk)  # its scope is read anew
    assert duty in Assignment.objects.visible_to(chi)
    assert world.plan in Plan.objects.visible_to(chi)
    assert world.above in Plan.objects.visible_to(chi)
    assert list(entry.assignment.progress.visible_to(chi)) == [entry]
    assert not duty.__class__.objects.get(pk=duty.pk).may_be_progressed_by(chi)
    assert duty.moved_to.get().may_be_progressed_by(chi)


def test_nobody_else_reads_more_by_a_merge(world):
    duty = world.duty(due_on=DUE)
    third = area("000100010003", world.khanh_hoa, Kind.URBAN_WARD, world.cam_linh.level, "Cam Phú")
    phu = world.hire("phu", third, Role.STEERING)
    merge(world)
    assert duty not in Assignment.objects.visible_to(Post.objects.get(pk=phu.pk))
    assert duty.moved_to.get() not in Assignment.objects.visible_to(Post.objects.get(pk=phu.pk))


def test_the_successors_committee_confirms_what_the_old_plan_asked(world):
    duty = world.duty(due_on=DUE)
    merge(world)
    new, giang = duty.moved_to.get(), Post.objects.get(pk=world.giang.pk)
    entry = log_progress(new, by=world.chi, at=at(date(2026, 7, 20)), says="done", words="Xong")
    assert list(Assignment.objects.to_be_confirmed_by(giang)) == [new]
    assert entry.may_be_judged_by(giang)


# Groups


def test_a_frozen_group_whose_members_merge_is_answered_once_by_the_successor(world):
    """A group frozen, then the country reorganised."""
    group = AddresseeGroup.objects.create(code="xa", owner=world.khanh_hoa, words="các phường", rule="", frozen_on=date(2026, 6, 1))
    third = area("000100010003", world.khanh_hoa, Kind.URBAN_WARD, world.cam_linh.level, "Cam Phú")
    group.units.set([world.ba_ngoi, world.cam_linh, third])
    task = Task.objects.create(plan=world.above, ref="1", position=1, title="Báo cáo")
    Stage.objects.create(task=task, position=1, kind="by_date", due_on=DUE)
    cascade.address(task, group=group, on=date(2026, 6, 1))
    new = NewUnit("22999", Kind.URBAN_WARD, "Cam Ranh")
    succession.merge([world.ba_ngoi, third], new, **by(world))
    assert live_units(task) == ["Cam Linh", "Cam Ranh"]
    assert Assignment.objects.live().get(task=task, unit__code="22999").via_group == group
    task.refresh_from_db()
    assert task.leads_n == 2
    assert rollup_is_right()
    later = Task.objects.create(plan=world.above, ref="2", position=2, title="Báo cáo lần hai")
    Stage.objects.create(task=later, position=1, kind="by_date", due_on=DUE)
    cascade.address(later, group=group, on=date(2026, 8, 1))
    assert live_units(later) == ["Cam Linh", "Cam Ranh"]
    assert group.units.count() == 3  # frozen stays frozen


# Split


def split(world, **more):
    second = NewUnit("22998", Kind.URBAN_WARD, "Ba Ngòi Đông")
    return succession.split(world.ba_ngoi, [world.cam_linh, second], **by(world, **more))


def test_a_split_begins_collective_duties_everywhere_and_what_names_the_old_unit_alone_at_the_main_successor(world):
    group = AddresseeGroup.objects.create(code="xa", owner=world.khanh_hoa, words="các phường", rule="")
    group.units.set([world.ba_ngoi])
    task = Task.objects.create(plan=world.above, ref="9", position=9, title="Báo cáo")
    Stage.objects.create(task=task, position=1, kind="by_date", due_on=DUE)
    cascade.address(task, group=group, on=date(2026, 6, 1))
    alone = world.duty(lead=world.ba_ngoi, plan=world.above, due_on=DUE)
    split(world)
    assert live_units(task) == ["Cam Linh", "Ba Ngòi Đông"]
    assert live_units(alone.task) == ["Cam Linh"]
    task.refresh_from_db()
    assert task.leads_n == 2
    assert rollup_is_right()


def test_a_unit_made_by_a_split_has_bodies_like_the_old_one_but_no_firm(world):
    split(world)
    new = OrgUnit.objects.get(code="22998")
    assert (new.valid_from, new.level, new.parent, new.area) == (MERGED, world.ba_ngoi.level, world.khanh_hoa, new)
    names = list(OrgUnit.objects.filter(area=new).exclude(pk=new.pk).order_by("path").values_list("name", flat=True))
    assert names == ["UBND phường Ba Ngòi Đông", "Ban Chỉ đạo phường Ba Ngòi Đông", "Công an phường Ba Ngòi Đông"]
    assert new.answers_through.name == "UBND phường Ba Ngòi Đông"


# Correction


def test_a_wrong_merge_is_corrected_by_a_dated_act_and_nothing_earlier_is_edited(world):
    duty, theirs = world.duty(due_on=DUE), world.duty(due_on=DUE, lead=world.ubnd_cam_linh, plan=world.above)
    wrong = merge(world)
    moved = duty.moved_to.get()
    entry = log_progress(moved, by=world.chi, at=at(date(2026, 7, 15)), says="doing", words="Đã làm")
    before = list(Assignment.objects.filter(pk=duty.pk).values())
    back = date(2026, 8, 1)
    change = succession.restore(wrong, **by(world, on=back))
    world.ba_ngoi.refresh_from_db()
    moved.refresh_from_db()
    again = moved.moved_to.get()
    assert (world.ba_ngoi.valid_from, world.ba_ngoi.valid_to) == (back, None)
    assert list(FormerTerm.objects.filter(unit=world.ba_ngoi).values_list("since", "until")) == [(None, date(2026, 7, 9))]
    assert (again.unit, again.joined_on, again.due_on, moved.ended_on) == (world.ubnd, back, DUE, back)
    assert list(Assignment.objects.filter(pk=duty.pk).values()) == before
    assert list(moved.progress.all()) == [entry]
    assert live_units(theirs.task) == ["UBND phường Cam Linh"]
    assert [day for day in (date(2026, 7, 9), MERGED, back) if world.ba_ngoi in OrgUnit.objects.in_force(on=day)] == [
        date(2026, 7, 9),
        back,
    ]
    assert rollup_is_right()
    assert succession.restore(wrong, **by(world, on=back)) == change
    assert wrong.__class__.objects.get(pk=wrong.pk).status == "corrected"


def test_after_the_correction_people_are_back_and_read_their_own_again(world):
    duty = world.duty(due_on=DUE)
    wrong = merge(world)
    succession.restore(wrong, **by(world, on=date(2026, 8, 1)))
    an = Post.objects.live(on=date(2026, 8, 1)).get(person=world.an.person)
    assert (an.unit, an.since) == (world.ubnd, date(2026, 8, 1))
    assert duty in Assignment.objects.visible_to(an)
    assert duty not in Assignment.objects.visible_to(Post.objects.get(pk=world.chi.pk))


def test_what_the_successor_had_itself_stays_and_the_restored_unit_has_it_again(world):
    task = world.duty(due_on=DUE, plan=world.above).task
    cascade.address(task, leads=[world.ubnd_cam_linh], on=date(2026, 6, 1))
    succession.restore(merge(world), **by(world, on=date(2026, 8, 1)))
    assert live_units(task) == ["UBND phường Ba Ngòi", "UBND phường Cam Linh"]


def test_what_was_finished_or_ended_meanwhile_does_not_return(world):
    done, taken_out = world.duties(2, due_on=DUE)
    wrong = merge(world)
    chi, giang = (Post.objects.get(pk=post.pk) for post in (world.chi, world.giang))
    entry = log_progress(done.moved_to.get(), by=chi, at=at(date(2026, 7, 20)), says="done", words="Xong")
    entry.judge(by=giang, at=at(date(2026, 7, 21)), ok=True)
    taken_out.moved_to.update(ended_on=date(2026, 7, 22))
    succession.restore(wrong, **by(world, on=date(2026, 8, 1)))
    assert (live_units(done.task), live_units(taken_out.task)) == (["UBND phường Cam Linh"], [])


def test_a_wrong_split_ends_what_it_made_and_what_came_to_it_meanwhile_goes_to_the_old_unit(world):
    duty = world.duty(due_on=DUE)
    wrong = split(world)
    made = OrgUnit.objects.get(code="22998")
    own = world.duty(lead=made, plan=world.above, due_on=DUE, joined_on=date(2026, 7, 20))
    succession.restore(wrong, **by(world, on=date(2026, 8, 1)))
    made.refresh_from_db()
    assert made.valid_to == date(2026, 7, 31)
    assert live_units(own.task) == ["Ba Ngòi"]
    assert live_units(duty.task) == ["UBND phường Ba Ngòi"]
    assert rollup_is_right()


def test_a_change_is_corrected_once_and_not_while_its_successor_has_ended(world):
    wrong = merge(world)
    third = area("000100010003", world.khanh_hoa, Kind.URBAN_WARD, world.cam_linh.level, "Cam Phú")
    later = succession.merge([world.cam_linh], third, **by(world, on=date(2026, 7, 20)))
    with pytest.raises(CannotChange):
        succession.restore(wrong, **by(world, on=date(2026, 8, 1)))
    succession.restore(later, **by(world, on=date(2026, 8, 1)))
    succession.restore(wrong, **by(world, on=date(2026, 8, 1)))
    with pytest.raises(CannotChange):
        succession.restore(wrong, **by(world, on=date(2026, 8, 2)))


# Names


def test_a_renamed_unit_is_found_by_its_old_name_and_code(world):
    change = succession.rename(world.ba_ngoi, name="Cam Ranh", code="22999", **by(world))
    world.ba_ngoi.refresh_from_db()
    assert (world.ba_ngoi.full_name, world.ba_ngoi.code) == ("phường Cam Ranh", "22999")
    assert change.facts["was"]["full_name"] == "phường Ba Ngòi"
    for words in ("ba ngoi", "000100010001", "cam ranh", "22999"):
        assert world.ba_ngoi in OrgUnit.objects.named(words)
    assert OrgUnit.objects.current("000100010001") == [world.ba_ngoi]
    succession.restore(change, **by(world, on=date(2026, 8, 1)))
    world.ba_ngoi.refresh_from_db()
    assert (world.ba_ngoi.full_name, world.ba_ngoi.code) == ("phường Ba Ngòi", "000100010001")


def test_the_code_and_name_of_an_ended_unit_lead_to_its_successor_through_two_merges(world):
    third = area("000100010003", world.khanh_hoa, Kind.URBAN_WARD, world.cam_linh.level, "Cam Phú")
    merge(world)
    succession.merge([world.cam_linh], third, **by(world, on=date(2026, 8, 1)))
    assert OrgUnit.objects.current(world.ba_ngoi.code) == [third]
    assert third in OrgUnit.objects.named("ba ngoi")
    assert OrgUnit.objects.current("nothing") == []


def test_a_closed_unit_has_no_successor_and_its_duties_end(world):
    duty = world.duty(lead=world.police, due_on=DUE)
    succession.close(world.police, **by(world))
    duty.refresh_from_db()
    assert (duty.ended_on, duty.moved_to.count(), OrgUnit.objects.current(world.police.code)) == (MERGED, 0, [])


# Refusals


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda w: succession.merge([w.khanh_hoa], w.cam_linh, **by(w)), "stand under"),
        (lambda w: succession.merge([w.ba_ngoi], w.ubnd_cam_linh, **by(w)), "one level"),
        (lambda w: succession.merge([w.ba_ngoi], w.ba_ngoi, **by(w)), "named twice"),
        (lambda w: succession.split(w.ba_ngoi, [w.cam_linh], **by(w)), "at least two"),
        (lambda w: succession.rename(w.ba_ngoi, **by(w)), "Nothing would change"),
        (lambda w: succession.rename(w.ba_ngoi, code=w.cam_linh.code, **by(w)), "Another unit has the code"),
        (lambda w: succession.close(w.centre, **by(w)), "Centre"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence_and_leaves_nothing(world, act, words):
    with translation.override("en"), pytest.raises(CannotChange, match=words):
        act(world)
    assert UnitChange.objects.count() == 0
    assert Document.objects.filter(symbol="15/NQ-HĐND").count() == 0


def test_a_merged_unit_merges_no_second_time_elsewhere(world):
    third = area("000100010003", world.khanh_hoa, Kind.URBAN_WARD, world.cam_linh.level, "Cam Phú")
    merge(world)
    with pytest.raises(CannotChange):
        succession.merge([world.ba_ngoi], third, **by(world, on=date(2026, 7, 20)))


def test_the_journal_says_who_did_what_to_which_unit(world):
    world.duty(due_on=DUE)
    change = merge(world)
    entry = Entry.objects.about(world.ba_ngoi).get()
    assert (entry.verb, entry.post, entry.facts) == ("unit.merged", world.dung, {"change": change.pk, "ended": 1, "begun": 1, "links": 0})


# Size


def test_a_merge_asks_as_many_questions_for_3_duties_as_for_30(world):
    third = area("000100010003", world.khanh_hoa, Kind.URBAN_WARD, world.cam_linh.level, "Cam Phú")
    ubnd = body("0001000100030001", third, Kind.GOVERNMENT, "UBND phường Cam Phú")
    world.duties(3, due_on=DUE)
    for _ in range(30):
        world.duty(lead=ubnd, due_on=DUE)
    counts = []
    for old in (world.ba_ngoi, third):
        with CaptureQueriesContext(connection) as asked:
            succession.merge([old], world.cam_linh, **by(world))
        counts.append(len(asked))
    assert Assignment.objects.live().filter(unit=world.ubnd_cam_linh).count() == 33
    assert counts[1] <= counts[0] <= 70


def test_a_paused_duty_stays_paused_with_the_successor_and_a_dropped_one_ends(world):
    paused, dropped = (world.duty(due_on=DUE, plan=world.above) for _ in range(2))
    for duty, kind in ((paused, "pause"), (dropped, "drop")):
        halting.ask(duty, kind=kind, reason="Chờ kinh phí", until=DUE, by=world.dung, at=at(date(2026, 7, 1)))
    merge(world)
    new = paused.moved_to.get()
    assert (new.state, new.halts.get().until, dropped.moved_to.count(), rollup.faults()) == (State.PAUSED, DUE, 0, [])
    halting.resume_due(on=date(2026, 10, 1), at=at(date(2026, 10, 1)))
    new.refresh_from_db()
    assert (new.state, new.due_on, rollup.faults()) == (State.TODO, DUE, [])


def requests(duty):
    return [(halt.kind, halt.reason, halt.until, halt.by, halt.at, halt.is_waiting) for halt in duty.halts.all()]


def told(link):
    return set(Notice.objects.filter(link=link, key__startswith="halt/").values_list("person__username", flat=True))


def test_a_request_that_waits_goes_on_with_the_duty_and_all_are_told(world):
    duty, asked = world.duty(due_on=DUE, plan=world.above), at(date(2026, 7, 1))
    halting.ask(duty, kind="pause", reason="Chờ kinh phí", until=DUE, by=world.an, at=asked)
    Notice.objects.all().delete()
    world.hire("lan", world.khanh_hoa, Role.STEERING)
    merge(world)
    new = duty.moved_to.get()
    assert requests(duty) == [("pause", "Chờ kinh phí", DUE, world.an, asked, False)]
    assert requests(new) == [("pause", "Chờ kinh phí", DUE, world.an, asked, True)]
    assert told(new.get_absolute_url()) == {"an", "chi", "lan"}  # Dung, who decided it, knows
    assert list(Halt.objects.to_be_judged_by(world.dung)) == [new.halts.get()]
    assert "assignment.request_closed" in Entry.objects.about(duty).values_list("verb", flat=True)


def test_a_request_whose_duty_goes_on_nowhere_is_closed_and_told(world):
    duty = world.duty(due_on=DUE, plan=world.above)
    cascade.address(duty.task, leads=[world.ubnd_cam_linh], on=date(2026, 6, 1))
    halt = halting.ask(duty, kind="drop", reason="Không còn hệ thống", by=world.an, at=at(date(2026, 7, 1)))
    Notice.objects.all().delete()
    world.hire("lan", world.khanh_hoa, Role.STEERING)
    merge(world)
    halt.refresh_from_db()
    assert (halt.is_waiting, Halt.objects.count()) == (False, 1)
    assert told(duty.get_absolute_url()) == {"an", "chi", "lan"}
