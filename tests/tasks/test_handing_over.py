"""«Bàn giao» moves everything in one act, once, and leaves what was written under the old holder's name."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event
from zoneinfo import ZoneInfo

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry, Heartbeat, Notice
from orgunits import changes, posts
from orgunits.models import ApiToken, Handover, Level, Person, Post, Role
from orgunits.tokens import make_token
from tasks import difficulties, handing_over, jobs, reminders
from tasks.models import Assignment, Progress, ProgressDraft, State
from tasks.models.progress import log_progress
from tests.world import World

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 10, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TODAY, DAY = AT.date(), timedelta(days=1)


def person(name, **more):
    return Person.objects.create(username=name, full_name=name.title(), **more)


@pytest.fixture
def lan(world):
    """Who takes over: an account that held a post elsewhere in the ward."""
    return world.hire("lan", world.committee).person


def own(world, n=3, **fields):
    rows = world.duties(n, **fields)
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(owner=world.an)
    return rows


def hand_over(world, heir, *, on=TODAY, post=None, by=None, at=AT, **more):
    return handing_over.hand_over(post or world.an, heir=heir, on=on, by=by or world.binh, at=at, **more)


def owners():
    return list(Assignment.objects.order_by("pk").values_list("owner__person__username", flat=True))


# One act


def test_everything_moves_in_one_act(world, lan):
    rows = own(world)
    token, _key = make_token(world.an, name="Một cửa", expires_on=TODAY + 30 * DAY)
    Notice.objects.tell([world.an.person_id], key="deadline/1", kind="deadline", title="Còn 7 ngày", link=rows[0].get_absolute_url(), at=AT)
    ProgressDraft.objects.keep(rows[0], by=world.an, at=AT, fields={"words": "Đang viết dở"}, page=uuid.uuid4())
    done = hand_over(world, lan, reason="Chuyển công tác", symbol="12/QĐ-UBND")
    world.an.refresh_from_db()
    token.refresh_from_db()
    new = done.new
    assert (world.an.until, new.since, new.until) == (TODAY - DAY, TODAY, None)
    assert (new.person, new.unit, new.role, new.title) == (lan, world.ubnd, Role.OFFICIAL, world.an.title)
    assert owners() == ["lan"] * 3
    assert token.revoked_at == AT
    assert ProgressDraft.objects.get().post == new
    assert done.facts == {"duties": 3, "drafts": 1, "tokens": 1, "notices": 1}
    assert (done.reason, done.symbol, done.done_at) == ("Chuyển công tác", "12/QĐ-UBND", AT)
    entry = Entry.objects.get(verb="post.handed_over")
    facts = {"handover": done.pk, "was": world.an.person_id, "now": lan.pk, "new": new.pk, **done.facts}
    assert (entry.target, entry.post, entry.facts) == (world.an, world.binh, facts)
    assert [act.facts["was"] for act in Entry.objects.filter(verb="assignment.owned")] == [world.an.pk] * 3


@pytest.mark.parametrize("step", ["succeed", "_move_duties", "move_drafts", "_move_notices", "_tell"])
def test_what_breaks_midway_leaves_everything_as_it_was(world, lan, monkeypatch, step):
    rows = own(world)
    make_token(world.an, name="Một cửa", expires_on=TODAY + 30 * DAY)
    Notice.objects.tell([world.an.person_id], key="deadline/1", kind="deadline", title="Còn 7 ngày", link=rows[0].get_absolute_url(), at=AT)
    place = posts if step == "succeed" else handing_over
    real = getattr(place, step)

    def broken(*args, **kwargs):
        real(*args, **kwargs)
        raise RuntimeError

    monkeypatch.setattr(place, step, broken)
    with pytest.raises(RuntimeError):
        hand_over(world, lan)
    world.an.refresh_from_db()
    assert (world.an.until, owners(), ApiToken.objects.get().revoked_at) == (None, ["an"] * 3, None)
    assert (Post.objects.filter(person=lan, unit=world.ubnd).exists(), Notice.objects.count()) == (False, 1)
    assert not Handover.objects.exists()
    assert not Entry.objects.filter(verb__in=["post.handed_over", "post.handover_recorded", "assignment.owned"]).exists()


def test_what_is_finished_keeps_the_name_under_which_it_was_done(world, lan):
    done, ended, _open, stays, returned = own(world, 5)
    Assignment.objects.filter(pk=done.pk).update(state=State.DONE)
    Assignment.objects.filter(pk=ended.pk).update(ended_on=TODAY)
    Assignment.objects.filter(pk=returned.pk).update(state=State.RETURNED)
    Assignment.objects.filter(pk=stays.pk).update(owner=world.hire("khac", world.ubnd))
    assert handing_over.foreseen(world.an).duties == 2
    hand_over(world, lan)
    assert owners() == ["an", "an", "lan", "khac", "lan"]


def test_duties_of_a_closed_plan_stay(world, lan):
    own(world, 1)
    type(world.plan).objects.filter(pk=world.plan.pk).update(closed_on=TODAY)
    assert hand_over(world, lan).facts["duties"] == 0
    assert owners() == ["an"]


def test_the_old_name_stays_on_what_was_written(world, lan, as_post):
    (duty,) = own(world, 1)
    entry = log_progress(duty, by=world.an, at=AT, says=Progress.Says.DOING, words="Đã rà quét")
    done = hand_over(world, lan)
    log_progress(duty, by=done.new, at=AT + DAY, says=Progress.Says.DOING, words="Đã khắc phục")
    entry.refresh_from_db()
    assert (entry.by.person.username, entry.by.place) == ("an", world.an.place)
    page = as_post(world.mai).get(duty.get_absolute_url())
    assert [row.by.person.username for row in page.context["history"]] == ["lan", "an"]


def test_a_page_opened_before_is_stale_after(world, lan):
    (duty,) = own(world, 1)
    before = Assignment.objects.get(pk=duty.pk).version
    hand_over(world, lan)
    assert Assignment.objects.get(pk=duty.pk).version == before + 1


def test_who_holds_the_role_there_already_keeps_that_post(world):
    held = world.hire("lan", world.ubnd)
    own(world)
    done = hand_over(world, held.person)
    assert (done.new, Post.objects.filter(person=held.person).count(), owners()) == (held, 1, ["lan"] * 3)


def test_a_deputy_there_gets_a_post_of_their_own(world, lan):
    Post.objects.filter(pk=world.an.pk).update(until=TODAY + 9 * DAY)
    deputy = posts.name_deputy(world.an, person=lan, since=TODAY, until=TODAY + 9 * DAY, by=world.an, at=AT)
    done = hand_over(world, lan, on=TODAY + DAY, at=AT)
    handing_over.carry_out_due(on=TODAY + DAY, at=AT + DAY)
    done.refresh_from_db()
    deputy.refresh_from_db()
    assert done.new not in {None, deputy}
    assert (done.new.deputises, done.new.instead_of, deputy.until) == (None, "", TODAY)


@pytest.mark.parametrize(("last", "until"), [(-1, None), (0, 0), (30, 30)])
def test_the_heir_holds_a_post_that_lives(world, lan, last, until):
    """A post that ends the day before ended for its holder alone; one that lasts longer lasts as long for the heir."""
    own(world)
    on = TODAY + 5 * DAY
    posts.end(world.an, last=on + last * DAY, by=world.binh, at=AT)
    waits = hand_over(world, lan, on=on)
    assert handing_over.carry_out_due(on=on, at=AT + 5 * DAY) == 1
    waits.refresh_from_db()
    assert (waits.new.is_live(on=on), waits.new.until) == (True, until if until is None else on + until * DAY)
    assert owners() == ["lan"] * 3


def test_a_post_ended_for_the_day_before_still_goes_to_the_heir(world, lan):
    waits = hand_over(world, lan, on=TODAY + 5 * DAY)
    posts.end(world.an, last=TODAY + 4 * DAY, by=world.binh, at=AT)
    assert handing_over.carry_out_due(on=TODAY + 5 * DAY, at=AT + 5 * DAY) == 1
    waits.refresh_from_db()
    assert waits.new.is_live(on=TODAY + 5 * DAY)


# A post that ends without an heir


def test_open_duties_of_an_ended_post_name_nobody_from_the_day_after(world):
    done, other, first, second = own(world, 4)
    Assignment.objects.filter(pk=done.pk).update(state=State.DONE)
    Assignment.objects.filter(pk=other.pk).update(owner=world.hire("khac", world.ubnd))
    posts.end(world.an, last=TODAY, by=world.binh, at=AT)
    assert [handing_over.release(on=day, at=AT + DAY) for day in (TODAY, TODAY + DAY, TODAY + 2 * DAY)] == [0, 2, 0]
    assert owners() == ["an", "khac", None, None]
    acts = Entry.objects.filter(verb="assignment.owned").order_by("target_id")
    assert [(act.target, act.post, act.facts) for act in acts] == [
        (row, None, {"was": world.an.pk, "now": None}) for row in (first, second)
    ]
    assert Assignment.objects.get(pk=first.pk).version == first.version + 1


def test_the_daily_job_releases_them(world):
    own(world, 1)
    Post.objects.filter(pk=world.an.pk).update(until=timezone.localdate() - DAY)
    jobs.hand_over_posts()
    assert owners() == [None]


def test_duties_wait_for_an_heir_whose_account_is_locked(world, lan):
    own(world)
    hand_over(world, lan, on=TODAY + DAY)
    Person.objects.filter(pk=lan.pk).update(is_active=False)
    Post.objects.filter(pk=world.an.pk).update(until=TODAY)
    assert handing_over.release(on=TODAY + 2 * DAY, at=AT + 2 * DAY) == 0
    assert owners() == ["an"] * 3


@pytest.mark.parametrize(("last", "told"), [(None, ["an", "mai"]), (0, ["mai"])])
def test_who_held_the_post_hears_no_verdict_any_more(world, last, told):
    (duty,) = own(world, 1)
    entry = log_progress(duty, by=world.mai, at=AT, says=Progress.Says.DOING, words="Đã rà quét")
    if last is not None:
        posts.end(world.an, last=TODAY, by=world.binh, at=AT)
    Progress.objects.get(pk=entry.pk).judge(by=world.binh, at=AT + DAY, ok=True)
    assert list(Notice.objects.filter(key=f"verdict/{entry.pk}").order_by("person").values_list("person__username", flat=True)) == told


def test_nor_what_becomes_of_a_difficulty(world):
    (duty,) = own(world, 1)
    row = difficulties.raise_(duty, by=world.mai, at=AT, words="Thiếu máy", level=Level.WARD)
    posts.end(world.an, last=TODAY, by=world.binh, at=AT)
    difficulties.answer(row, by=world.binh, at=AT + DAY, words="Đã cấp", version=row.version)
    assert set(Notice.objects.filter(at=AT + DAY).values_list("person__username", flat=True)) == {"mai"}


# Notices


def test_unread_notices_of_what_moves_are_told_to_the_heir_once(world, lan):
    first, other = own(world, 1)[0], world.duty()
    for key, link, read in [("a", first, None), ("b", first, AT), ("c", other, None)]:
        Notice.objects.tell([world.an.person_id], key=key, kind="deadline", title=key, link=link.get_absolute_url(), at=AT)
        Notice.objects.filter(key=key).update(read_at=read)
    Notice.objects.tell([lan.pk], key="a", kind="deadline", title="a", at=AT)
    done = hand_over(world, lan)
    assert done.facts["notices"] == 0
    assert list(Notice.objects.filter(person=lan).order_by("pk").values_list("key", flat=True)) == ["a", f"handover/{done.pk}"]


def test_the_heir_is_told_and_reminded_once(world, lan):
    (duty,) = own(world, 1, due_on=TODAY + 7 * DAY)
    reminders.send(TODAY, at=AT)
    done = hand_over(world, lan)
    reminders.send(TODAY, at=AT)
    key = f"deadline/{duty.answers.get().pk}/{TODAY + 7 * DAY}/d7"
    assert list(Notice.objects.filter(person=lan).order_by("pk").values_list("key", flat=True)) == [key, f"handover/{done.pk}"]
    reminders.send(TODAY + 4 * DAY, at=AT + 4 * DAY)
    step3 = key.replace("/d7", "/d3")
    assert list(Notice.objects.filter(key=step3).values_list("person__username", flat=True)) == ["lan"]


def test_both_persons_hear_of_it_and_the_link_opens_for_them(world, lan, as_post):
    done = hand_over(world, lan, on=timezone.localdate(), at=timezone.now())
    told = Notice.objects.filter(key=f"handover/{done.pk}", kind=Notice.Kind.POST)
    assert set(told.values_list("person__username", "link")) == {
        ("an", reverse("post", args=[world.an.pk])),
        ("lan", reverse("post", args=[done.new_id])),
    }
    assert as_post(done.new).get(told.get(person=lan).link).status_code == 200


# A day to come


def test_a_day_to_come_is_carried_out_once_by_the_daily_job(world, lan):
    own(world)
    on = TODAY + 3 * DAY
    waits = hand_over(world, lan, on=on)
    assert (waits.done_at, owners(), Notice.objects.filter(key=f"handover/{waits.pk}/coming").count()) == (None, ["an"] * 3, 2)
    assert handing_over.carry_out_due(on=on - DAY, at=AT + 2 * DAY) == 0
    ran = [handing_over.carry_out_due(on=on + DAY, at=AT + 4 * DAY) for _ in range(10)]
    world.an.refresh_from_db()
    assert ran == [1] + [0] * 9
    assert (world.an.until, owners()) == (on - DAY, ["lan"] * 3)
    assert list(Post.objects.filter(person=lan, unit=world.ubnd).values_list("since", flat=True)) == [on]
    assert Entry.objects.filter(verb="post.handed_over").count() == 1
    assert Notice.objects.filter(key=f"handover/{waits.pk}").count() == 2


def test_two_workers_with_the_same_handover_carry_it_out_once(world, lan):
    own(world)
    waits = hand_over(world, lan, on=TODAY + DAY)
    held = [Handover.objects.with_names().get(pk=waits.pk) for _ in range(3)]
    done = [handing_over.carry_out(row, at=AT + DAY) for row in held]
    assert {row.new for row in done} == {Post.objects.get(person=lan, unit=world.ubnd)}
    assert Entry.objects.filter(verb="post.handed_over").count() == 1
    assert done[-1].facts["duties"] == 3


def test_the_job_reads_the_clock_and_leaves_its_mark(world, lan):
    today = timezone.localdate()
    waits = hand_over(world, lan, on=today, at=timezone.now() - DAY)
    assert waits.done_at is None
    jobs.hand_over_posts()
    assert Handover.objects.get().new.person == lan
    assert Heartbeat.objects.filter(name="hand_over_posts").exists()


def test_one_that_breaks_holds_up_no_other(world, lan, monkeypatch):
    other = world.hire("khac", world.ubnd)
    first, _other = (hand_over(world, lan, on=TODAY + DAY, post=post) for post in (world.an, other))
    real = handing_over._move_duties

    def broken(handover, *, at):
        if handover.pk == first.pk:
            raise RuntimeError
        return real(handover, at=at)

    monkeypatch.setattr(handing_over, "_move_duties", broken)
    assert handing_over.carry_out_due(on=TODAY + DAY, at=AT + DAY) == 1
    assert set(Handover.objects.pending()) == {first}
    monkeypatch.undo()
    assert handing_over.carry_out_due(on=TODAY + DAY, at=AT + DAY) == 1


def test_one_to_an_account_locked_meanwhile_waits(world, lan):
    hand_over(world, lan, on=TODAY + DAY)
    Person.objects.filter(pk=lan.pk).update(is_active=False)
    assert handing_over.carry_out_due(on=TODAY + 2 * DAY, at=AT + 2 * DAY) == 0
    Person.objects.filter(pk=lan.pk).update(is_active=True)
    assert handing_over.carry_out_due(on=TODAY + 3 * DAY, at=AT + 3 * DAY) == 1


def test_taken_back_before_its_day_nothing_happens_and_another_may_follow(world, lan):
    waits = hand_over(world, lan, on=TODAY + DAY)
    assert [posts.drop_handover(waits, by=world.binh, at=AT) for _ in range(2)] == [True, False]
    assert handing_over.carry_out_due(on=TODAY + DAY, at=AT + DAY) == 0
    assert hand_over(world, lan, on=TODAY + 2 * DAY).is_pending


def test_a_post_that_ended_before_that_day_is_not_handed_over(world, lan):
    waits = hand_over(world, lan, on=TODAY + 5 * DAY)
    Post.objects.filter(pk=world.an.pk).update(until=TODAY)
    assert handing_over.carry_out_due(on=TODAY + 5 * DAY, at=AT + 5 * DAY) == 0
    waits.refresh_from_db()
    assert (waits.is_pending, waits.done_at, waits.new) == (False, None, None)


def test_a_post_ended_by_hand_takes_its_handover_and_deputies_along(world, lan):
    waits = hand_over(world, lan, on=TODAY + 5 * DAY)
    deputy = posts.name_deputy(world.an, person=world.hire("d", world.committee).person, since=TODAY, until=TODAY + DAY, by=world.an, at=AT)
    posts.end(world.an, last=TODAY, by=world.binh, at=AT)
    waits.refresh_from_db()
    deputy.refresh_from_db()
    assert (waits.dropped_at, deputy.until) == (AT, TODAY)


def test_when_units_merge_deputies_and_a_waiting_handover_go_with_the_post(world, lan):
    waits = hand_over(world, lan, on=TODAY + 9 * DAY)
    deputy = posts.name_deputy(world.an, person=world.mai.person, since=TODAY, until=TODAY + 20 * DAY, by=world.an, at=AT)
    change = type("Change", (), {"on": TODAY + DAY, "facts": {}})()
    moved = changes._move_posts(change, {world.ubnd.pk: [world.ubnd_cam_linh]})
    follows = Post.objects.get(pk=moved[deputy.pk].pk)
    waits.refresh_from_db()
    assert (follows.deputises, follows.instead_of, follows.unit) == (moved[world.an.pk], "An", world.ubnd_cam_linh)
    assert waits.old == moved[world.an.pk]
    handing_over.carry_out_due(on=TODAY + 9 * DAY, at=AT + 9 * DAY)
    assert Handover.objects.get().new.unit == world.ubnd_cam_linh


# What is refused


@pytest.mark.parametrize("days", [-1, -400])
def test_not_on_a_past_day(world, lan, days):
    with pytest.raises(posts.CannotGive):
        hand_over(world, lan, on=TODAY + days * DAY)


def test_not_to_the_holder_to_oneself_or_to_a_locked_account(world, lan):
    Person.objects.filter(pk=lan.pk).update(is_active=False)
    for heir in (world.an.person, world.binh.person, Person.objects.get(pk=lan.pk)):
        with pytest.raises(posts.CannotGive):
            hand_over(world, heir)
    assert not Handover.objects.exists()


def test_not_before_it_began_nor_after_it_ended_nor_by_a_deputy(world, lan):
    young, old = world.hire("moi", world.ubnd), world.hire("cu", world.ubnd, until=TODAY - 2 * DAY)
    Post.objects.filter(pk=young.pk).update(since=TODAY)
    deputy = posts.name_deputy(world.an, person=world.mai.person, since=TODAY, until=TODAY, by=world.an, at=AT)
    for post in (young, old, deputy):
        with pytest.raises(posts.CannotGive):
            hand_over(world, lan, post=post)


def test_asked_twice_it_is_one_and_asked_otherwise_the_second_is_told(world, lan):
    first = hand_over(world, lan)
    assert hand_over(world, lan) == first
    with pytest.raises(posts.HandedOver):
        hand_over(world, world.hire("khac", world.committee).person)
    assert Handover.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers at the same time need PostgreSQL; SQLite lets one write at a time")
def test_of_ten_at_once_one_wins_and_nine_are_told():
    world = World()
    own(world)
    heirs = [world.hire(f"h{n}", world.committee).person for n in range(10)]
    together = Barrier(10)

    def act(heir):
        together.wait()
        try:
            return hand_over(world, heir).heir.username
        except posts.HandedOver:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        winners = [name for name in pool.map(act, heirs) if name]
    assert len(winners) == 1
    assert owners() == winners * 3
    assert Post.objects.filter(unit=world.ubnd, until=None).count() == 1


def two_at_once(first, second):
    """Run `first` in a transaction of its own up to its `yield`; it goes on once `second` waits for a lock of it. Returns what both say."""

    def lead():
        try:
            with transaction.atomic():
                steps = first()
                next(steps)
                held.wait()
                while not _somebody_waits():
                    assert not follower_done.is_set()
                return next(steps, None)
        finally:
            connections.close_all()

    def follow():
        held.wait()
        try:
            return second()
        finally:
            follower_done.set()
            connections.close_all()

    held, follower_done = Barrier(2), Event()
    with ThreadPoolExecutor(2) as pool:
        return [run.result() for run in [pool.submit(lead), pool.submit(follow)]]


def _somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()")
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="two locks in opposite order need PostgreSQL; SQLite lets one write at a time"
)
def test_ending_a_post_and_carrying_out_its_handover_do_not_wait_for_each_other():
    world = World()
    own(world)
    waits = hand_over(world, world.hire("lan", world.committee).person, on=TODAY + 5 * DAY)

    def end():
        Post.objects.select_for_update(no_key=True).get(pk=world.an.pk)  # as posts.end begins
        yield
        yield posts.end(world.an, last=TODAY, by=world.binh, at=AT).until

    ended, carried = two_at_once(end, lambda: handing_over.carry_out(waits, at=AT))
    assert (ended, carried.new, carried.dropped_at) == (TODAY, None, AT)
    assert owners() == ["an"] * 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="two locks in opposite order need PostgreSQL; SQLite lets one write at a time"
)
def test_the_holder_may_be_writing_while_the_post_is_handed_over():
    world = World()
    (duty,) = own(world, 1)
    lan = world.hire("lan", world.committee).person

    def write():
        Assignment.objects.select_for_update().get(pk=duty.pk)  # as log_progress begins
        yield
        yield log_progress(duty, by=world.an, at=AT, says=Progress.Says.DOING, words="Đã rà quét").by

    by, done = two_at_once(write, lambda: hand_over(world, lan))
    assert (by, done.new.person, owners()) == (world.an, lan, ["lan"])


# Who may


def test_who_hands_over_whose_post(world):
    admin = world.hire("quan", world.ba_ngoi, Role.ADMIN)
    auditor = world.hire("tra", world.ba_ngoi, Role.AUDITOR)
    deputy = posts.name_deputy(world.binh, person=world.mai.person, since=TODAY, until=TODAY, by=world.binh, at=AT)
    doers = [world.an, world.mai, world.binh, world.dung, world.giang, world.hoa, admin, auditor, deputy]

    def may(post):
        return {doer.person.username for doer in doers if post.may_be_handed_over_by(doer)}

    assert may(world.an) == {"binh", "dung", "hoa", "quan"}
    assert may(world.mai) == {"binh", "dung", "hoa", "quan"}
    assert may(world.binh) == {"binh", "dung", "hoa", "quan"}
    assert may(world.dung) == {"dung", "hoa"}
    assert (may(admin), may(auditor)) == ({"quan"}, {"quan"})  # above the own role: accounts are the administrator's
    assert may(deputy) == set()


def test_rights_change_with_the_next_request(world, lan, as_post):
    duty = own(world, 1)[0]
    _token, key = make_token(world.an, name="Một cửa", expires_on=timezone.localdate() + 30 * DAY)
    client = as_post(world.an)
    assert client.get(duty.get_absolute_url()).status_code == 200
    hand_over(world, lan, on=timezone.localdate(), at=timezone.now())
    assert client.get(duty.get_absolute_url()).status_code == 403  # holds no post at all
    assert client.get("/api/v1/plans/", headers={"authorization": f"Bearer {key}"}).status_code == 401


def test_a_key_ends_with_a_post_that_ends_by_itself(world, client):
    _token, key = make_token(world.an, name="Một cửa", expires_on=timezone.localdate() + 30 * DAY)
    Post.objects.filter(pk=world.an.pk).update(until=timezone.localdate() - DAY)
    assert client.get("/api/v1/plans/", headers={"authorization": f"Bearer {key}"}).status_code == 401


# The page


def ask(client, post, heir, *, on=None, **more):
    day = f"{on or timezone.localdate():%d/%m/%Y}"
    return client.post(reverse("hand_over", args=[post.pk]), {"person": heir, "on": day, **more})


def test_first_what_moves_then_the_act(world, lan, as_post):
    own(world)
    client = as_post(world.binh)
    page = ask(client, world.an, "lan")
    assert (page.status_code, page.context["foreseen"].seen, Handover.objects.count()) == (200, "3/0/0", 0)
    answer = ask(client, world.an, "lan", act="1", seen=page.context["form"]["seen"].value())
    assert (answer.status_code, owners()) == (302, ["lan"] * 3)
    again = ask(client, world.an, "lan", act="1", seen="3/0/0")  # the second click of a double one
    assert (again.status_code, Handover.objects.count()) == (302, 1)


def test_what_changed_since_the_preview_is_shown_anew(world, lan, as_post):
    own(world)
    client = as_post(world.binh)
    own(world, 1)
    page = ask(client, world.an, "lan", act="1", seen="3/0/0", reason="Nghỉ hưu")
    assert (page.status_code, page.context["form"]["seen"].value(), owners()) == (409, "4/0/0", ["an"] * 4)
    assert "Nghỉ hưu" in page.content.decode()


def test_an_administrator_sees_counts_and_no_words(world, lan, as_post):
    Assignment.objects.filter(pk=world.duty(title="Việc kín").pk).update(owner=world.an)
    page = ask(as_post(world.hire("quan", world.ba_ngoi, Role.ADMIN)), world.an, "lan")
    assert page.context["foreseen"].duties == 1
    assert "Việc kín" not in page.content.decode()


@pytest.mark.parametrize("day", ["09/07/2020", "32/13/2026", "", "x" * 500])
def test_a_wrong_day_is_said_beside_what_was_typed(world, lan, as_post, day):
    page = as_post(world.binh).post(reverse("hand_over", args=[world.an.pk]), {"person": "lan", "on": day, "reason": "Nghỉ hưu"})
    assert page.status_code == 422
    assert "Nghỉ hưu" in page.content.decode()


@pytest.mark.parametrize("heir", ["khong-co-ai", "chi", "\x00", "%", "a" * 121])
def test_who_is_not_in_reach_does_not_exist(world, as_post, heir):
    assert ask(as_post(world.binh), world.an, heir).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("mai", 403), ("an", 403), ("chi", 404), ("giang", 404), ("binh", 200), ("dung", 200)])
def test_the_door(world, as_post, who, status):
    assert as_post(getattr(world, who)).get(reverse("hand_over", args=[world.an.pk])).status_code == status


def test_a_waiting_one_is_taken_back_on_the_page(world, lan, as_post):
    hand_over(world, lan, on=timezone.localdate() + DAY, at=timezone.now())
    client = as_post(world.binh)
    assert client.post(reverse("drop_handover", args=[world.an.pk])).status_code == 302
    assert client.post(reverse("drop_handover", args=[world.an.pk])).status_code == 302
    assert Handover.objects.pending().count() == 0
    assert as_post(world.mai).post(reverse("drop_handover", args=[world.an.pk])).status_code == 403


@pytest.mark.parametrize("n", [1, 3])
def test_the_act_asks_as_much_for_one_duty_as_for_many(world, lan, django_assert_num_queries, n):
    own(world, n)
    ContentType.objects.get_for_model(Assignment)
    hand_over(world, world.hire("quen", world.committee).person, post=world.chi, by=world.giang)  # content types are known
    with django_assert_num_queries(30):
        hand_over(world, lan)
