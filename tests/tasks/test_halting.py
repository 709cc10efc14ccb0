"""«Tạm dừng», «không thực hiện», «tiếp tục»: asked, accepted, ordered, resumed; the clock stops only when accepted."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse

from journal.models import Entry, Notice
from orgunits.models import Post, Role
from plans import period
from tasks import declarations, halting, jobs, reminders, rollup
from tasks.models import Assignment, Halt, NotApplicable, StaleWrite, State
from tasks.models.progress import log_progress
from tests.tasks.test_rollup import Cascade
from tests.world import World

TODAY = date(2026, 7, 10)
DUE = date(2026, 7, 31)
AT = period.moment(TODAY) + timedelta(hours=9)
LATER = AT + timedelta(hours=1)


@pytest.fixture
def duty(world):
    return world.duty(due_on=DUE)


def ask(duty, by, kind="pause", **more):
    return halting.ask(duty, kind=kind, reason="Chờ kinh phí", by=by, at=more.pop("at", AT), **more)


def stands(duty, on=TODAY):
    row = Assignment.objects.timed(on=on).get(pk=duty.pk)
    return row.state, row.timeliness


def verbs(duty):
    return list(Entry.objects.about(duty).order_by("pk").values_list("verb", flat=True))


def told(halt):
    return sorted(Notice.objects.filter(key__startswith=f"halt/{halt.pk}/").values_list("person__username", flat=True))


def right():
    return rollup.faults() == []


@pytest.mark.parametrize(("kind", "state"), [("pause", State.PAUSED), ("drop", State.DROPPED)])
def test_the_clock_stops_only_when_it_is_accepted(world, duty, kind, state):
    halt = ask(duty, world.an, kind)
    late = DUE + timedelta(days=1)
    assert (halt.is_waiting, stands(duty, late), told(halt)) == (True, (State.TODO, "overdue"), ["binh"])
    halting.judge(halt, ok=True, by=world.binh, at=LATER)
    assert (stands(duty, late), told(halt)) == ((state, "off"), ["an", "binh"])
    assert reminders.send(late) == 0
    word = "paused" if kind == "pause" else "dropped"
    assert (verbs(duty), right()) == ([f"assignment.{kind}_asked", f"assignment.{word}"], True)


def test_who_asked_and_left_is_not_told_and_the_unit_is(world, duty):
    halt = ask(duty, world.an)
    Post.objects.filter(pk=world.an.pk).update(until=TODAY - timedelta(days=1))
    lan = world.hire("lan", world.ubnd)
    duty.give_to(lan, by=world.mai, at=AT)
    world.hire("thay", world.ubnd, deputises=lan)
    halting.judge(halt, ok=True, by=world.binh, at=LATER)
    assert told(halt) == ["binh", "lan", "thay"]


def test_refused_with_a_reason_it_runs_on_and_may_be_asked_anew(world, duty):
    halt = ask(duty, world.an)
    halting.judge(halt, ok=False, reason="Đã cấp kinh phí", by=world.binh, at=LATER)
    assert (stands(duty), Halt.objects.get().verdict) == ((State.TODO, "soon"), "Đã cấp kinh phí")
    assert Notice.objects.get(person=world.an.person).body.endswith("Đã cấp kinh phí")
    assert ask(duty, world.an).is_waiting
    assert verbs(duty)[:2] == ["assignment.pause_asked", "assignment.pause_refused"]


def test_the_confirming_side_orders_and_it_holds_at_once(world, duty):
    halt = ask(duty, world.binh, "drop", document="12-CV/BCĐ")
    assert (halt.was_ordered, stands(duty), told(halt)) == (True, (State.DROPPED, "off"), ["an"])
    assert (verbs(duty), right()) == (["assignment.dropped"], True)


@pytest.mark.parametrize("who", ["an", "mai", "binh"])
def test_resumed_by_either_side_the_old_date_holds_again(world, duty, who):
    ask(duty, world.binh)
    halting.resume(duty, by=getattr(world, who), at=LATER, reason="Đã có kinh phí")
    row = Assignment.objects.get(pk=duty.pk)
    assert (stands(duty, DUE + timedelta(days=1)), row.due_on, row.answers.get().due_on) == ((State.TODO, "overdue"), DUE, DUE)
    assert (verbs(duty)[-1], right()) == ("assignment.resumed", True)
    with pytest.raises(StaleWrite):
        halting.resume(duty, by=world.binh, at=LATER)


def test_resumed_it_is_what_its_answers_say(world, duty):
    log_progress(duty, by=world.an, at=AT, says="doing", words="đang làm")
    ask(duty, world.binh)
    halting.resume(duty, by=world.binh, at=LATER)
    assert stands(duty)[0] == State.DOING


def test_a_pause_with_a_last_day_ends_on_the_day_after_and_once(world, duty):
    halting.judge(ask(duty, world.an, until=TODAY), ok=True, by=world.binh, at=LATER)
    runs = [halting.resume_due(on=TODAY + timedelta(days=n), at=LATER) for n in (0, 1, 1, 5)]
    assert (runs, stands(duty)[0]) == ([0, 1, 0, 0], State.TODO)
    halt = Halt.objects.get()
    assert (halt.resumed_by, Entry.objects.about(duty).order_by("-pk")[0].person, told(halt)[-2:]) == (None, None, ["binh", "binh"])


@pytest.mark.parametrize("over", [{"ended_on": DUE}, {"plan__withdrawn_on": DUE}, {"plan__closed_on": DUE}])
def test_what_has_ended_is_not_resumed(world, duty, over):
    ask(duty, world.binh, until=TODAY)
    [(field, day)] = over.items()
    row = duty.plan if field.startswith("plan__") else duty
    type(row).objects.filter(pk=row.pk).update(**{field.removeprefix("plan__"): day})
    assert halting.resume_due(on=DUE, at=LATER) == 0
    with pytest.raises(StaleWrite):
        halting.resume(duty, by=world.binh, at=LATER)
    assert verbs(duty) == ["assignment.paused"]


def test_a_pause_whose_last_day_has_passed_is_only_refused(world, duty):
    halt = ask(duty, world.an, until=TODAY)
    tomorrow = AT + timedelta(days=1)
    with pytest.raises(halting.PauseOver):
        halting.judge(halt, ok=True, by=world.binh, at=tomorrow)
    assert stands(duty)[0] == State.TODO
    halting.judge(halt, ok=False, reason="Hết hạn xin", by=world.binh, at=tomorrow)
    assert verbs(duty) == ["assignment.pause_asked", "assignment.pause_refused"]


def test_accepted_on_its_last_day_it_holds(world, duty):
    halting.judge(ask(duty, world.an, until=TODAY), ok=True, by=world.binh, at=LATER)
    assert stands(duty)[0] == State.PAUSED


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a writer waits for another only on PostgreSQL")
def test_who_was_named_while_an_order_waited_for_the_row_is_told():
    world = World()
    duty, lan = world.duty(due_on=DUE), world.hire("lan", world.ubnd)

    def order():
        try:
            return ask(duty, world.binh)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            duty.give_to(lan, by=world.mai, at=AT)
            ordered = pool.submit(order)
            until_somebody_waits(ordered)
        assert told(ordered.result()) == ["lan"]


def until_somebody_waits(call):
    with connection.cursor() as cursor:
        while not call.done():
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return


def test_a_machine_that_was_off_resumes_late(world, duty):
    ask(duty, world.binh, until=TODAY)
    assert halting.resume_due(on=TODAY + timedelta(days=90), at=LATER) == 1


def test_the_job_may_run_twice(world, duty):
    ask(duty, world.binh, until=date(2020, 1, 1))
    for _again in range(2):
        jobs.resume_pauses()
    assert verbs(duty) == ["assignment.paused", "assignment.resumed"]


def test_what_is_not_to_be_done_has_no_last_day(world, duty):
    assert ask(duty, world.binh, "drop", until=TODAY).until is None
    assert halting.resume_due(on=DUE, at=LATER) == 0


def test_withdrawn_by_the_unit_while_it_waits(world, duty):
    halt = ask(duty, world.an)
    halting.withdraw(halt, by=world.mai, at=LATER)
    for act in (halting.withdraw, lambda *a, **k: halting.judge(*a, ok=True, **k)):
        with pytest.raises(StaleWrite):
            act(halt, by=world.binh, at=LATER)
    assert (verbs(duty), stands(duty)[0]) == (["assignment.pause_asked", "assignment.pause_withdrawn"], State.TODO)


def test_the_same_submit_twice_is_one_request(world, duty):
    token = uuid.uuid4()
    assert ask(duty, world.an, token=token) == ask(duty, world.an, token=token)
    assert (Halt.objects.count(), len(verbs(duty))) == (1, 1)


def test_one_request_stands_at_a_time(world, duty):
    ask(duty, world.an)
    for who in (world.mai, world.binh):
        with pytest.raises(StaleWrite):
            ask(duty, who)


def test_a_stale_page_changes_nothing(world, duty):
    log_progress(duty, by=world.mai, at=AT, says="doing", words="đang làm")
    with pytest.raises(StaleWrite):
        ask(duty, world.an, version=0)
    ask(duty, world.binh)
    with pytest.raises(StaleWrite):
        halting.resume(duty, by=world.an, at=LATER, version=0)
    assert stands(duty)[0] == State.PAUSED


def test_a_word_once(world, duty):
    halt = ask(duty, world.an)
    for _again in range(2):
        halting.judge(halt, ok=True, by=world.binh, at=LATER)
    with pytest.raises(StaleWrite):
        halting.judge(halt, ok=False, reason="x", by=world.binh, at=LATER)
    assert len(verbs(duty)) == 2


def test_said_to_be_done_meanwhile_it_is_paused_no_more(world, duty):
    halt = ask(duty, world.an)
    log_progress(duty, by=world.an, at=LATER, says="done", words="xong")
    with pytest.raises(StaleWrite):
        halting.judge(halt, ok=True, by=world.binh, at=LATER)
    assert halting.judge(halt, ok=False, reason="Đã xong", by=world.binh, at=LATER).accepted is False


def test_nothing_is_logged_on_what_is_paused(world, duty):
    ask(duty, world.binh)
    assert not Assignment.objects.get(pk=duty.pk).may_be_progressed_by(world.an)
    with pytest.raises(StaleWrite):
        log_progress(duty, by=world.an, at=LATER, says="doing", words="đang làm")


def test_paused_and_dropped_count_as_nothing_done_at_every_level(world):
    cascade = Cascade(world)
    log_progress(cascade.ba_ngoi, by=world.an, at=AT, says="doing", words="đang làm")
    log_progress(cascade.cam_linh, by=world.chi, at=AT, says="done", words="xong")
    assert cascade.shares() == (50.0, 0.0)
    for kind in ("pause", "drop"):
        ask(cascade.ba_ngoi, world.binh, kind)
        assert (cascade.shares(), right()) == ((50.0, 0.0), True)
        halting.resume(cascade.ba_ngoi, by=world.binh, at=LATER)
        assert (cascade.shares(), right()) == ((50.0, 0.0), True)


def test_stages_said_before_a_pause_count_again_after_it(world):
    cascade = Cascade(world)
    staged = cascade.carried_by(world.plan, world.ubnd, cascade.at_ba_ngoi, stages=4)
    log_progress(staged, by=world.an, at=AT, says="done", words="xong")
    shares = [cascade.shares()]
    ask(staged, world.binh)
    shares.append(cascade.shares())
    halting.resume(staged, by=world.binh, at=LATER)
    assert ([*shares, cascade.shares()], right()) == ([(6.25, 0.0), (0.0, 0.0), (6.25, 0.0)], True)


def test_a_declaration_taken_back_leaves_the_pause(world):
    plan = Cascade(world).province_plan
    duty = plan.tasks.get().assignments.get(unit=world.ba_ngoi)
    ask(duty, world.dung)
    row = NotApplicable.objects.create(task=duty.task, unit=world.ba_ngoi, reason="Không có", by=world.mai, at=AT)
    declarations.judge([row.pk], ok=True, by=world.dung, at=AT)
    assert stands(duty)[0] == State.NOT_APPLICABLE
    row.refresh_from_db()
    declarations.withdraw(row, by=world.mai, at=LATER)
    assert (stands(duty)[0], right()) == (State.PAUSED, True)


def test_it_is_neither_silent_nor_waiting_for_a_word_nor_asked(world):
    duty = world.duty()
    log_progress(duty, by=world.an, at=AT, says="doing", words="đang làm")
    ask(duty, world.binh)
    row = Assignment.objects.timed(on=date(2027, 7, 1)).get(pk=duty.pk)
    assert (row.silent, row.awaits_since) == (False, None)
    halting.resume(duty, by=world.binh, at=LATER)
    row = Assignment.objects.timed(on=date(2027, 7, 1)).get(pk=duty.pk)
    assert (row.silent, row.awaits_since) == (True, LATER)


def test_who_may(world, duty):
    posts = [world.an, world.mai, world.binh, world.chi, world.dung, world.hire("quan", world.ba_ngoi, Role.ADMIN)]

    def names(may):
        return [post.person.username for post in posts if may(post)]

    assert names(duty.may_be_halted_by) == ["an", "mai", "binh"]
    halt = ask(duty, world.an)
    assert names(halt.may_be_judged_by) == ["binh"]
    assert names(halt.may_be_withdrawn_by) == ["an", "mai"]
    assert [len(Halt.objects.to_be_judged_by(post)) for post in posts] == [0, 0, 1, 0, 0, 0]
    assert names(lambda post: halt in Halt.objects.visible_to(post)) == ["an", "mai", "binh", "dung"]
    halting.judge(halt, ok=True, by=world.binh, at=LATER)
    row = Assignment.objects.get(pk=duty.pk)
    assert (names(row.may_be_resumed_by), names(row.may_be_halted_by)) == (["an", "mai", "binh"], [])


def test_nobody_judges_what_they_asked_for(world, duty):
    both = world.hire("kiêm", world.ubnd, person=world.binh.person)
    halt = ask(duty, both)
    assert not halt.may_be_judged_by(world.binh)
    assert not Halt.objects.to_be_judged_by(world.binh).exists()


def test_what_a_unit_leads_itself_is_put_off_one_level_up(world):
    own = world.duty(lead=world.committee, due_on=DUE)
    halt = ask(own, world.mai)
    assert (halt.may_be_judged_by(world.binh), halt.may_be_judged_by(world.dung)) == (False, True)
    assert list(Halt.objects.to_be_judged_by(world.dung)) == [halt]


# On the pages


def form(duty, **more):
    row = Assignment.objects.get(pk=duty.pk)
    return {"version": row.version, "token": uuid.uuid4(), "kind": "pause", "reason": "Chờ kinh phí", "until": "", "document": "", **more}


def address(duty, name="halt"):
    return reverse(name, args=[duty.pk])


def test_asked_accepted_and_resumed_on_the_pages(world, duty, as_post):
    assert address(duty) in as_post(world.an).get(duty.get_absolute_url()).content.decode()
    assert as_post(world.an).post(address(duty), form(duty)).status_code == 302
    halt = Halt.objects.get()
    listed = as_post(world.binh).get(reverse("halts")).content.decode()
    assert (address(duty) in listed, address(duty) in as_post(world.binh).get("/").content.decode()) == (True, True)
    assert as_post(world.binh).post(address(duty, "judge_halt"), {"halt": halt.pk, "ok": "1"}).status_code == 302
    assert stands(duty)[0] == State.PAUSED
    resumed = as_post(world.an).post(address(duty, "resume"), {"version": 1, "reason": "Đã có kinh phí"})
    assert (resumed.status_code, stands(duty)[0]) == (302, State.TODO)
    assert len(as_post(world.an).get(address(duty)).context["past"]) == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"reason": " "}, ["reason"]),
        ({"kind": "x"}, ["kind"]),
        ({"until": "31/02/2027"}, ["until"]),
        ({"until": "01/01/2020"}, ["until"]),
        ({"kind": "drop", "until": "01/01/2099"}, ["until"]),
        ({"version": "x"}, ["version"]),
    ],
)
def test_a_wrong_form_says_so_beside_the_field_and_keeps_what_was_typed(world, duty, as_post, fields, wrong):
    page = as_post(world.an).post(address(duty), form(duty, document="12-CV", **fields))
    assert (page.status_code, list(page.context["form"].errors), Halt.objects.count()) == (422, wrong, 0)
    assert "12-CV" in page.content.decode()


def test_an_order_needs_its_document(world, duty, as_post):
    page = as_post(world.binh).post(address(duty), form(duty))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["document"])
    assert as_post(world.binh).post(address(duty), form(duty, document="12-CV/BCĐ")).status_code == 302
    assert stands(duty)[0] == State.PAUSED


def test_a_refusal_and_a_resumption_need_a_reason(world, duty, as_post):
    halt = ask(duty, world.an)
    page = as_post(world.binh).post(address(duty, "judge_halt"), {"halt": halt.pk, "ok": "0"})
    assert (page.status_code, list(page.context["verdict"].errors)) == (422, ["reason"])
    halting.judge(halt, ok=True, by=world.binh, at=LATER)
    page = as_post(world.an).post(address(duty, "resume"), {"version": 1})
    assert (page.status_code, list(page.context["resuming"].errors)) == (422, ["reason"])


def test_stale_pages_keep_the_words(world, duty, as_post):
    old = form(duty)
    log_progress(duty, by=world.mai, at=AT, says="doing", words="đang làm")
    page = as_post(world.an).post(address(duty), old)
    assert (page.status_code, Halt.objects.count(), "Chờ kinh phí" in page.content.decode()) == (409, 0, True)
    ask(duty, world.binh)
    page = as_post(world.an).post(address(duty, "resume"), {"version": 0, "reason": "Đã có kinh phí"})
    assert (page.status_code, stands(duty)[0], "Đã có kinh phí" in page.content.decode()) == (409, State.PAUSED, True)


def test_a_stale_word_and_a_double_click_tell_and_change_nothing(world, duty, as_post):
    sent = form(duty)
    assert [as_post(world.an).post(address(duty), sent).status_code for _ in range(2)] == [302, 302]
    halt = Halt.objects.get()
    assert as_post(world.mai).post(address(duty, "withdraw_halt")).status_code == 302
    assert as_post(world.mai).post(address(duty, "withdraw_halt")).status_code == 302
    assert as_post(world.binh).post(address(duty, "judge_halt"), {"halt": halt.pk, "ok": "1"}).status_code == 302
    assert (stands(duty)[0], len(verbs(duty))) == (State.TODO, 2)


def test_a_reason_typed_while_the_request_was_withdrawn_is_kept(world, duty, as_post):
    halt = ask(duty, world.an)
    halting.withdraw(halt, by=world.mai, at=LATER)
    page = as_post(world.binh).post(address(duty, "judge_halt"), {"halt": halt.pk, "ok": "0", "reason": "Kinh phí đã cấp"})
    assert (page.status_code, page.context["kept"], "Kinh phí đã cấp" in page.content.decode()) == (409, "Kinh phí đã cấp", True)


def test_a_word_on_a_request_that_another_took_the_place_of_stays_in_its_field(world, duty, as_post):
    halt = ask(duty, world.an)
    halting.withdraw(halt, by=world.mai, at=LATER)
    ask(duty, world.mai)
    page = as_post(world.binh).post(address(duty, "judge_halt"), {"halt": halt.pk, "ok": "0", "reason": "Kinh phí đã cấp"})
    assert (page.status_code, page.context["verdict"]["reason"].value(), Halt.objects.waiting().count()) == (409, "Kinh phí đã cấp", 1)


def test_a_word_on_a_duty_that_ended_is_kept_and_a_pause_that_is_over_says_so(world, duty, as_post):
    halt = ask(duty, world.an, until=date(2020, 1, 1))
    page = as_post(world.binh).post(address(duty, "judge_halt"), {"halt": halt.pk, "ok": "1", "reason": "Đồng ý"})
    assert (page.status_code, page.context["may_judge_halt"], stands(duty)[0]) == (409, True, State.TODO)
    Assignment.objects.filter(pk=duty.pk).update(ended_on=TODAY)
    page = as_post(world.binh).post(address(duty, "judge_halt"), {"halt": halt.pk, "ok": "0", "reason": "Kinh phí đã cấp"})
    assert (page.status_code, page.context["kept"]) == (409, "Kinh phí đã cấp")
    halt.refresh_from_db()
    assert halt.accepted is None


def test_doors(world, duty, as_post):
    posts = [world.an, world.mai, world.binh, world.dung, world.chi]
    assert [as_post(post).get(address(duty)).status_code for post in posts] == [200, 200, 200, 200, 404]
    tried = {"halt": form(duty), "judge_halt": {"halt": 1, "ok": "1"}, "withdraw_halt": {}, "resume": {"version": 0, "reason": "x"}}
    answers = {name: [as_post(post).post(address(duty, name), data).status_code for post in posts[3:]] for name, data in tried.items()}
    assert answers == {name: [403, 404] for name in tried}
    assert [as_post(post).get(reverse("halts")).status_code for post in posts] == [403, 403, 200, 200, 403]
    assert as_post(world.an).post(address(duty, "judge_halt"), {"halt": 1, "ok": "1"}).status_code == 403
    assert as_post(world.binh).post(address(duty, "withdraw_halt")).status_code == 403


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_as_often_for_one_as_for_three(world, as_post, django_assert_num_queries, n):
    for duty in world.duties(n, due_on=DUE):
        ask(duty, world.an)
    client = as_post(world.binh)
    client.get(reverse("halts"))
    with django_assert_num_queries(8):
        assert len(client.get(reverse("halts")).context["page"]) == n
