"""Three levels: Trung ương → Khánh Hòa → Ba Ngòi and Cam Linh; every number against its direct children (model.md §2)."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from plans import period
from tasks import dates, recurring, rollup
from tasks.cascade import address
from tasks.deadlines import Kind
from tasks.models import Answer, Assignment, ParentLink, Stage, State, Task
from tasks.models.climb import WHOLE
from tasks.models.progress import log_progress
from tasks.moving import Wave
from tests.world import World, plan_of

DUE = date(2026, 9, 30)
AT = period.moment(date(2026, 7, 10)) + timedelta(hours=9)


class Cascade:
    """The Central duty at Khánh Hòa, carried by a duty of the province at both wards, carried by a duty of each ward's plan."""

    def __init__(self, world):
        self.world = world
        self.central_plan = plan_of(world.centre, "04-KH/BCĐTW")
        self.province_plan = plan_of(world.khanh_hoa, "07-KH/BCĐ")
        self.next_door = plan_of(world.cam_linh, "03-KH/BCĐ")
        self.nation = world.duty(plan=self.central_plan, lead=world.khanh_hoa, due_on=DUE)
        self.province = self.duty_of(self.province_plan, [world.ba_ngoi, world.cam_linh])
        self.at_ba_ngoi, self.at_cam_linh = self.province.assignments.order_by("path")
        ParentLink.objects.tie(self.province, self.nation.task, via=self.nation)
        self.ba_ngoi = self.carried_by(world.plan, world.ubnd, self.at_ba_ngoi)
        self.cam_linh = self.carried_by(self.next_door, world.ubnd_cam_linh, self.at_cam_linh)

    def duty_of(self, plan, leads, *, kind=Kind.BY_DATE, stages=1):
        task = Task.objects.create(plan=plan, ref=f"C{plan.tasks.count()}", position=plan.tasks.count() + 1, title="Rà soát")
        for n in range(1, stages + 1):
            Stage.objects.create(task=task, position=n, kind=kind, due_on=DUE if kind == Kind.BY_DATE else None)
        address(task, leads=leads, on=date(2026, 6, 1))
        return task

    def carried_by(self, plan, lead, via, **more):
        """The lead of a new duty that carries `via`."""
        task = self.duty_of(plan, [lead], **more)
        ParentLink.objects.tie(task, via.task, via=via)
        return task.assignments.get()

    def shares(self):
        """(said, done) of the nation's duty, in percent to three places."""
        task = Task.objects.get(pk=self.nation.task_id)
        return tuple(round(part / WHOLE * 100, 3) for part in task.share)


@pytest.fixture
def cascade(world):
    return Cascade(world)


def says(assignment, words="done", *, by=None, **more):
    by = by or assignment.unit.posts.first()
    return log_progress(assignment, by=by, at=AT, says=words, words="đã làm", **more)


def right():
    return rollup.faults() == []


def test_one_ward_of_two_done_is_half_of_the_province_and_of_the_nation(cascade, world):
    says(cascade.ba_ngoi)
    assert cascade.shares() == (50.0, 0.0)
    cascade.ba_ngoi.progress.get().judge(by=world.binh, at=AT, ok=True)
    assert cascade.shares() == (50.0, 50.0)
    says(cascade.cam_linh)
    assert cascade.shares() == (100.0, 50.0)
    assert right()


def test_the_fraction_adds_up_the_declaration_never_does(cascade):
    says(cascade.ba_ngoi)
    says(cascade.cam_linh)
    states = Assignment.objects.filter(pk__in=[cascade.nation.pk, cascade.at_ba_ngoi.pk]).values_list("state", "adds_up")
    assert list(states) == [(State.TODO, True), (State.TODO, True)]


def test_what_a_carried_duty_says_itself_moves_nothing(cascade):
    says(cascade.ba_ngoi)
    says(cascade.nation, by=cascade.world.hire("tinh", cascade.world.khanh_hoa))
    assert cascade.shares() == (50.0, 0.0)
    assert Assignment.objects.get(pk=cascade.nation.pk).state == State.SAID
    assert right()


def test_a_returned_result_falls_back_at_every_level(cascade, world):
    says(cascade.ba_ngoi).judge(by=world.binh, at=AT, ok=False, reason="thiếu biên bản")
    assert cascade.shares() == (0.0, 0.0)
    assert right()


def test_stages_count_one_by_one(cascade, world):
    staged = cascade.carried_by(world.plan, world.ubnd, cascade.at_ba_ngoi, stages=4)
    says(staged)
    assert cascade.shares() == (6.25, 0.0)  # ¼ of one of two duties at one of two wards
    assert right()


def test_waiting_and_undated_children_count_as_nothing_done(cascade, world):
    cascade.carried_by(world.plan, world.ubnd, cascade.at_ba_ngoi, kind=Kind.RELATIVE_TO_SUPERIOR_PLAN)
    cascade.carried_by(world.plan, world.ubnd, cascade.at_ba_ngoi, kind=Kind.NONE)
    says(cascade.ba_ngoi)
    assert cascade.shares() == (16.667, 0.0)
    assert right()


def test_an_ongoing_child_never_counts_and_has_its_own_pair(cascade, world):
    ongoing = cascade.carried_by(world.plan, world.ubnd, cascade.at_ba_ngoi, kind=Kind.ONGOING)
    says(cascade.ba_ngoi)
    assert cascade.shares() == (50.0, 0.0)
    assert rollup.of_ongoing(cascade.at_ba_ngoi, on=AT.date()) == (0, 1)
    says(ongoing, "doing")
    assert rollup.of_ongoing(cascade.at_ba_ngoi, on=AT.date()) == (1, 1)
    assert rollup.of_ongoing(cascade.at_ba_ngoi, on=date(2026, 7, 25)) == (0, 1)
    assert right()


def test_a_dated_duty_with_only_ongoing_children_reports_itself(world):
    plan = plan_of(world.khanh_hoa, "07-KH/BCĐ")
    above = world.duty(plan=plan, lead=world.ba_ngoi, due_on=DUE)
    below = world.duty()
    ParentLink.objects.tie(below.task, above.task, via=above)
    says(above, by=world.hire("phuong", world.ba_ngoi))
    again = Assignment.objects.get(pk=above.pk)
    assert (again.adds_up, again.share, again.task.share) == (False, (WHOLE, 0), (WHOLE, 0))


def test_a_duty_related_without_carrying_is_shown_and_never_summed(cascade, world):
    task = cascade.duty_of(world.plan, [world.ubnd])
    ParentLink.objects.tie(task, cascade.province)
    says(task.assignments.get())
    assert cascade.shares() == (0.0, 0.0)


def test_a_draft_counts_for_nothing_until_it_is_issued_and_a_withdrawn_plan_no_longer(cascade):
    says(cascade.ba_ngoi)
    for fields in ({"issued_on": None}, {"withdrawn_on": AT.date()}):
        plan = cascade.next_door
        type(plan).objects.filter(pk=plan.pk).update(**fields)
        rollup.settle_plan(plan)
        assert (cascade.shares(), right()) == ((50.0, 0.0), True)
        assert Assignment.objects.get(pk=cascade.at_cam_linh.pk).adds_up is False
        type(plan).objects.filter(pk=plan.pk).update(issued_on=date(2026, 1, 5), withdrawn_on=None)
        for _again in range(2):
            rollup.settle_plan(plan)
        assert Assignment.objects.get(pk=cascade.at_cam_linh.pk).adds_up is True
    assert right()


def test_a_link_closed_no_longer_counts_and_closing_twice_is_once(cascade):
    says(cascade.ba_ngoi)
    link = ParentLink.objects.get(child=cascade.cam_linh.task)
    link.close(on=AT.date())
    ParentLink.objects.get(pk=link.pk).close(on=AT.date())
    assert Assignment.objects.get(pk=cascade.at_cam_linh.pk).carried == (0, 0, 0)
    assert right()


def test_an_ended_lead_leaves_the_average_from_that_day(cascade):
    says(cascade.ba_ngoi)
    Assignment.objects.filter(pk=cascade.at_cam_linh.pk).update(ended_on=AT.date())
    rollup.settle_all([cascade.at_cam_linh.pk])
    assert (cascade.shares(), right()) == ((100.0, 0.0), True)


def test_not_applicable_counts_no_longer_and_a_pause_counts_as_nothing(cascade):
    says(cascade.ba_ngoi)
    for state, shares in ((State.PAUSED, (50.0, 0.0)), (State.NOT_APPLICABLE, (100.0, 0.0))):
        Assignment.objects.filter(pk=cascade.at_cam_linh.pk).update(state=state)
        ParentLink.objects.get(child=cascade.cam_linh.task).close(on=AT.date())
        rollup.settle_all([cascade.at_cam_linh.pk])
        assert (cascade.shares(), right()) == (shares, True)


def test_one_duty_under_two_parents_moves_both(cascade, world):
    other = world.duty(plan=cascade.central_plan, lead=world.khanh_hoa, due_on=DUE)
    ParentLink.objects.tie(cascade.ba_ngoi.task, other.task, via=other)
    says(cascade.ba_ngoi)
    assert Task.objects.get(pk=other.task_id).share == (WHOLE, 0)
    assert cascade.shares() == (50.0, 0.0)
    assert right()


def test_a_duty_is_carried_only_by_a_plan_below(cascade):
    beside = cascade.duty_of(cascade.province_plan, [cascade.world.ba_ngoi])
    with pytest.raises(ValueError, match="no higher"):
        ParentLink.objects.tie(beside, cascade.province, via=cascade.at_ba_ngoi)


def test_one_ward_of_the_whole_country_still_moves_the_nations_number(cascade):
    Task.objects.filter(pk=cascade.nation.task_id).update(leads_n=3321)
    before = Task.objects.get(pk=cascade.nation.task_id).share
    says(cascade.ba_ngoi)
    after = Task.objects.get(pk=cascade.nation.task_id).share
    assert after[0] - before[0] == WHOLE // 2 // 3321


def test_logging_at_the_bottom_of_three_levels_takes_a_bounded_number_of_questions(cascade, django_assert_max_num_queries):
    with django_assert_max_num_queries(26):
        says(cascade.ba_ngoi, by=cascade.world.an)


SPOILT = [
    (Task, "leads_said", "led"),
    (Task, "leads_n", "led"),
    (Assignment, "carried_n", "carried"),
    (Assignment, "carried_done", "carried"),
    (Assignment, "own_said", "own"),
]


@pytest.mark.parametrize(("model", "field", "kind"), SPOILT)
def test_the_check_finds_one_wrong_counter_and_puts_it_right(cascade, model, field, kind, capsys):
    says(cascade.ba_ngoi)
    pk = cascade.nation.task_id if model is Task else cascade.nation.pk
    model.objects.filter(pk=pk).update(**{field: 7})
    assert (kind, pk) in [fault[:2] for fault in rollup.faults()]
    with pytest.raises(SystemExit):
        call_command("check_rollups")
    call_command("check_rollups", fix=True)
    assert right()
    assert cascade.shares() == (50.0, 0.0)
    call_command("check_rollups")
    assert capsys.readouterr().out.endswith("Every counter agrees with its rows.\n")


def test_the_check_rebuilds_three_levels_from_nothing(cascade):
    says(cascade.ba_ngoi)
    stored = cascade.shares()
    Assignment.objects.update(counts=False, own_said=0, own_done=0, carried_n=0, carried_said=0, carried_done=0, adds_up=False)
    Task.objects.update(leads_n=0, leads_said=0, leads_done=0)
    assert cascade.shares() == (0.0, 0.0)
    rollup.fix()
    assert (cascade.shares(), right()) == (stored, True)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_in_whatever_order_every_counter_agrees_with_its_rows(cascade, world, seed):
    rng, leaves = random.Random(seed), [cascade.ba_ngoi, cascade.cam_linh]
    vias = {world.ba_ngoi.pk: cascade.at_ba_ngoi, world.cam_linh.pk: cascade.at_cam_linh}

    def grow():
        plan, lead = rng.choice([(world.plan, world.ubnd), (cascade.next_door, world.ubnd_cam_linh)])
        kind = rng.choice([Kind.BY_DATE, Kind.ONGOING, Kind.RELATIVE_TO_SUPERIOR_PLAN])
        leaves.append(cascade.carried_by(plan, lead, vias[plan.unit_id], kind=kind, stages=rng.choice([1, 3])))

    def log():
        leaf = Assignment.objects.get(pk=rng.choice(leaves).pk)
        if leaf.state != State.DONE and leaf.ended_on is None:
            entry = says(leaf, rng.choice(["doing", "done", "nothing"]))
            if rng.random() < 0.5 and entry.needs_verdict:
                entry.judge(by=world.hire(f"x{entry.pk}", leaf.plan.unit), at=AT, ok=rng.random() < 0.6, reason="xem lại")

    def cut():
        link = rng.choice(list(ParentLink.objects.live().filter(child__plan__level="ward")) or [None])
        if link:
            link.close(on=AT.date())

    def end():
        leaf = rng.choice(leaves)
        Assignment.objects.filter(pk=leaf.pk, ended_on=None).update(ended_on=AT.date())
        rollup.settle_all([leaf.pk])

    def draft():
        plan = rng.choice([world.plan, cascade.next_door, cascade.province_plan])
        type(plan).objects.filter(pk=plan.pk).update(withdrawn_on=rng.choice([None, AT.date()]))
        rollup.settle_plan(plan)

    for act in rng.choices([grow, log, cut, end, draft], weights=[4, 12, 1, 1, 1], k=40):
        act()
        assert right(), act.__name__


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers at the same time need PostgreSQL; SQLite lets one write at a time")
def test_fifty_writers_under_one_parent_lose_nothing():
    """Each writer says one duty done and takes it back and says it again, while links and plans come and go above them."""
    world = World()
    cascade = Cascade(world)
    leaves = [cascade.ba_ngoi, *(cascade.carried_by(world.plan, world.ubnd, cascade.at_ba_ngoi) for _ in range(49))]
    other = world.duty(plan=cascade.central_plan, lead=world.khanh_hoa, due_on=DUE)
    together = Barrier(50 + 3)

    def write(leaf):
        together.wait()
        for words in ("done", "doing", "done"):
            says(leaf, words, by=world.an)
        connections.close_all()

    def link():
        together.wait()
        for _ in range(10):
            cascade.carried_by(world.plan, world.ubnd, cascade.at_ba_ngoi)
        connections.close_all()

    def link_what_is_written():
        together.wait()
        for leaf in leaves:
            ParentLink.objects.tie(leaf.task, other.task, via=other)
        connections.close_all()

    def withdraw():
        together.wait()
        for day in [AT.date(), None] * 5:
            type(world.plan).objects.filter(pk=world.plan.pk).update(withdrawn_on=day)
            rollup.settle_plan(world.plan)
        connections.close_all()

    with ThreadPoolExecutor(53) as pool:
        acts = [pool.submit(write, leaf) for leaf in leaves] + [pool.submit(act) for act in (link, link_what_is_written, withdraw)]
        for act in acts:
            act.result()
    assert Answer.objects.filter(state=State.SAID).count() == 50
    above = Assignment.objects.get(pk=cascade.at_ba_ngoi.pk)
    assert above.carried == (60, 50 * WHOLE, 0)
    assert Assignment.objects.get(pk=other.pk).carried == (50, 50 * WHOLE, 0)
    assert cascade.shares() == (round(50 / 60 * 50, 3), 0.0)
    assert right()


# On the page


@pytest.fixture
def page_of(as_post):
    def page_of(post, row):
        return as_post(post).get(row.get_absolute_url())

    return page_of


def test_the_number_stands_beside_its_rule_for_who_reads_what_it_sums_up(cascade, world, page_of):
    says(cascade.ba_ngoi)
    page = page_of(world.hoa, cascade.nation.task)
    assert page.context["sums"] == {"said": 0.5, "done": 0.0, "n": 1}
    assert "Trung bình" in page.content.decode()
    carried = page_of(world.hoa, cascade.nation).context["carried"]
    assert [carried[name] for name in ("said", "done", "n", "with_result", "ongoing")] == [0.5, 0.0, 1, 0, 0]
    assert [link.child for link in carried["children"]] == [cascade.province]


def test_a_ward_reads_its_own_line_and_not_what_it_adds_up_to_elsewhere(cascade, world, page_of):
    says(cascade.cam_linh)
    page = page_of(world.binh, cascade.at_ba_ngoi)
    assert page.context["carried"]["said"] == 0.0
    assert [link.child for link in page.context["carried"]["children"]] == [cascade.ba_ngoi.task]
    assert page_of(world.binh, cascade.province).context["sums"] is None
    assert page_of(world.an, cascade.at_ba_ngoi).context["carried"] is None


@pytest.mark.parametrize("n", [1, 60])
def test_the_duties_below_come_in_pages_and_ask_no_more(cascade, world, page_of, django_assert_max_num_queries, n):
    for _ in range(n):
        cascade.carried_by(world.plan, world.ubnd, cascade.at_ba_ngoi)
    with django_assert_max_num_queries(58):
        page = page_of(world.dung, cascade.province)
    assert len(page.context["children"]) == min(n + 2, 50)


# The order of locks


def locked(asked):
    """[(ids, order)] of the statements that read assignments to hold them: those in an order (SQLite has no FOR UPDATE to look for)."""
    found = [re.search(r'"tasks_assignment"\."id" IN \(([\d, ]+)\).* ORDER BY (.*)', query["sql"]) for query in asked.captured_queries]
    return [([int(pk) for pk in line[1].split(",")], line[2]) for line in found if line]


@pytest.fixture
def ward_after_province(world):
    """A province's duty whose row is older than the ward's: by id it would come first."""
    above = world.duty(plan=plan_of(world.khanh_hoa, "07-KH/BCĐ"), lead=world.khanh_hoa)
    return above, world.duty()


def test_rows_are_taken_from_below_in_every_batch_and_across_them(ward_after_province, monkeypatch):
    above, ward = ward_after_province
    assert list(Assignment.objects.from_below()) == [ward, above]
    assert rollup.batches_from_below([above.pk, ward.pk]) == [[above.pk, ward.pk]]  # one question sorts them itself
    monkeypatch.setattr(rollup, "BATCH", 1)
    assert rollup.batches_from_below([above.pk, ward.pk]) == [[ward.pk], [above.pk]]


@pytest.mark.parametrize("batch", [1, 1000])
def test_settling_locks_in_the_order_in_which_who_logs_climbs(ward_after_province, monkeypatch, batch):
    above, ward = ward_after_province
    monkeypatch.setattr(rollup, "BATCH", batch)
    with CaptureQueriesContext(connection) as asked:
        rollup.settle_all([above.pk, ward.pk])
    held = [(ids, order) for ids, order in locked(asked) if "LENGTH" in order]
    assert [ids for ids, _order in held] == ([[ward.pk], [above.pk]] if batch == 1 else [[above.pk, ward.pk]])


@pytest.mark.parametrize("batch", [1, 1000])
def test_a_wave_holds_them_in_the_same_order(ward_after_province, world, monkeypatch, batch):
    above, ward = ward_after_province
    for module in (rollup, dates):
        monkeypatch.setattr(module, "BATCH", batch)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        Wave(by=world.binh, at=AT).hold([above.task_id, ward.task_id])
    held = [ids for ids, order in locked(asked) if "LENGTH" in order]
    assert held == ([[ward.pk], [above.pk]] if batch == 1 else [[above.pk, ward.pk]])


def test_what_turns_is_held_in_the_same_order(ward_after_province):
    above, ward = ward_after_province
    with CaptureQueriesContext(connection) as asked:
        recurring._turned([above.pk, ward.pk], on=DUE, at=AT)
    (_ids, first), *_others = locked(asked)
    assert "LENGTH" in first
