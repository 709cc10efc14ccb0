"""A call whose due moment was moved, or that was taken back: told, kept as rows, once; and what it does to answers and reminders."""

import uuid
from datetime import date, datetime, timedelta

import pytest
import time_machine

from journal.models import Entry, Notice
from orgunits.models import Role
from reports import calling, rehearsing
from reports.models import Call, CallAnswer, CallChange, Timing
from reports.year import What, Year
from tasks.models import StaleWrite
from tests.reports import test_calling
from tests.reports.test_calling import DUE, TODAY, file
from tests.reports.test_month import at

pytestmark = pytest.mark.django_db
LATER = DUE + timedelta(days=5)  # 20 July, 17:00
nga, call, answer = test_calling.nga, test_calling.call, test_calling.answer


@pytest.fixture(autouse=True)
def _the_day_is_1_july():
    with time_machine.travel(at(TODAY), tick=False):
        yield


def moved(call, by, due_at=LATER, *, moment=None, **more):
    return calling.move(call, due_at, by=by, at=moment or at(TODAY), reason="Thêm thời gian", **{"token": uuid.uuid4(), **more})


def withdrawn(call, by, *, moment=None, **more):
    return calling.withdraw(call, by=by, at=moment or at(TODAY), reason="Đã có số liệu", **{"token": uuid.uuid4(), **more})


def told(pattern):
    return sorted(Notice.objects.filter(key__regex=rf"^call/\d+/{pattern}$").values_list("person__username", flat=True))


def move_fields(call, **more):
    fields = {"token": uuid.uuid4(), "revision": call.revision, "due_on": "20/07/2026", "due_time": "17:00", "reason": "Thêm thời gian"}
    return {f"move-{name}": value for name, value in {**fields, **more}.items()}


def withdraw_fields(call, **more):
    fields = {"token": uuid.uuid4(), "revision": call.revision, "reason": "Đã có số liệu"}
    return {f"withdraw-{name}": value for name, value in {**fields, **more}.items()}


# Moving


def test_a_moved_day_is_a_row_with_who_and_why_and_who_is_not_accepted_is_told(world, nga, call):
    other = calling.edit(call.answers.get(unit=world.cam_linh), "Có", by=world.mai, at=at(TODAY), revision=0)
    other = calling.file(calling.sign(other, by=world.giang, at=at(TODAY)), by=world.mai, at=at(TODAY))
    calling.judge(other, by=world.dung, at=at(TODAY), ok=True)
    moved(call, nga)
    call.refresh_from_db()
    change = call.changes.get()
    assert (call.due_at, change.was_due_at, change.due_at, change.reason, change.by) == (LATER, DUE, LATER, "Thêm thời gian", nga)
    assert told(r"changed/\d+") == ["binh", "mai"]
    assert set(Notice.objects.filter(key__contains="/changed/").values_list("body", flat=True)) == {"Thêm thời gian"}
    entry = Entry.objects.about(call).get(verb="call.moved")
    assert (entry.post, entry.facts["reason"], datetime.fromisoformat(entry.facts["was"])) == (nga, "Thêm thời gian", DUE)


def test_what_is_filed_is_judged_by_the_moment_that_held_then_all_else_by_the_newest(world, nga, call, answer):
    file(answer, world, moment=DUE + timedelta(hours=1))
    moved(call, nga, moment=DUE + timedelta(hours=2))
    assert CallAnswer.objects.get(pk=answer.pk).timing(at=LATER) == Timing.LATE
    assert answer in CallAnswer.objects.late(at=DUE)
    other = CallAnswer.objects.get(call=call, unit=world.cam_linh)
    assert (other.timing(at=LATER), other.timing(at=LATER + timedelta(seconds=1))) == (Timing.OPEN, Timing.MISSING)


def test_two_clicks_of_one_form_move_it_once_and_a_stale_one_is_refused(world, nga, call):
    token = uuid.uuid4()
    for _ in range(2):
        moved(call, nga, token=token, revision=0)
    assert (CallChange.objects.count(), Call.objects.get().revision, len(told(r"changed/\d+"))) == (1, 1, 3)
    with pytest.raises(StaleWrite):
        moved(call, nga, LATER + timedelta(days=1), revision=0)
    with pytest.raises(StaleWrite):
        withdrawn(call, nga, revision=0)
    assert Call.objects.get().due_at == LATER


def test_reminders_begin_anew_for_the_new_day_each_step_once(world, nga, call):
    calling.remind(at=at(date(2026, 7, 8)))
    moved(call, nga, moment=at(date(2026, 7, 9)))
    assert calling.remind(at=at(date(2026, 7, 12))) == 0  # the old day's third before is none of the new one's
    assert [calling.remind(at=at(date(2026, 7, 13))) for _ in range(2)] == [3, 0]
    assert (told("d7"), told("2026-07-20T17:00/d7")) == (["binh", "giang", "mai"], ["binh", "giang", "mai"])
    assert calling.remind(at=DUE + timedelta(hours=1)) == 0  # not late: it was moved
    assert calling.remind(at=at(date(2026, 7, 17))) == 3
    assert [calling.remind(at=LATER + timedelta(hours=n)) for n in (1, 30)] == [
        7,
        0,
    ]  # three people below, twice two above


def test_a_step_that_had_passed_when_the_day_was_moved_is_not_told(world, nga, call):
    moved(call, nga, moment=at(date(2026, 7, 14)))
    assert calling.remind(at=at(date(2026, 7, 14), 12)) == 0  # its seventh day before was yesterday
    assert calling.remind(at=at(date(2026, 7, 17))) == 3


def test_a_day_moved_there_and_back_is_told_no_step_twice(world, nga, call):
    calling.remind(at=at(date(2026, 7, 8)))
    moved(call, nga, moment=at(date(2026, 7, 8), 10))
    moved(call, nga, DUE, moment=at(date(2026, 7, 8), 11))
    assert calling.remind(at=at(date(2026, 7, 8), 12)) == 0
    assert calling.remind(at=at(date(2026, 7, 12))) == 3


def test_the_page_moves_it_and_says_what_is_wrong_and_shows_the_old_moment(world, nga, call, answer, as_post):
    client, address = as_post(nga), f"{call.get_absolute_url()}move/"
    for wrong in ({"reason": ""}, {"due_on": "30/06/2026"}, {"due_on": "15/07/2026"}, {"due_time": "x"}):
        page = client.post(address, move_fields(call, **wrong))
        assert (page.status_code, page.context["moving"].is_bound, CallChange.objects.count()) == (422, True, 0)
    fields = move_fields(call)
    for _ in range(2):
        assert client.post(address, fields).status_code == 302
    assert (CallChange.objects.count(), Call.objects.get().due_at) == (1, LATER)
    for page in (client.get(call.get_absolute_url()), as_post(world.mai).get(answer.get_absolute_url())):
        assert [(row.was_due_at, row.due_at) for row in page.context["changes"]] == [(DUE, LATER)]
        assert "Thêm thời gian" in page.content.decode()


def test_who_has_an_old_page_open_is_told_and_the_reason_typed_stays(world, nga, call, as_post):
    fields = move_fields(call, reason="Lý do của tôi", due_on="25/07/2026")
    moved(call, nga)
    page = as_post(nga).post(f"{call.get_absolute_url()}move/", fields)
    assert (page.status_code, Call.objects.get().due_at) == (409, LATER)
    assert "Lý do của tôi" in page.content.decode()
    call.refresh_from_db()
    assert as_post(nga).post(f"{call.get_absolute_url()}move/", {**fields, "move-revision": call.revision}).status_code == 302


def test_only_who_asked_moves_it_or_takes_it_back(world, nga, call, as_post):
    kim = world.hire("kim", world.khanh_hoa, Role.AUDITOR)
    official = world.hire("tam", world.khanh_hoa)
    for post, status in [(kim, 403), (world.hoa, 403), (official, 404), (world.mai, 404), (world.giang, 404)]:
        assert as_post(post).post(f"{call.get_absolute_url()}move/", move_fields(call)).status_code == status
        assert as_post(post).post(f"{call.get_absolute_url()}withdraw/", withdraw_fields(call)).status_code == status
    assert CallChange.objects.count() == 0
    assert as_post(world.hoa).get(call.get_absolute_url()).context["moving"] is None
    assert as_post(world.dung).post(f"{call.get_absolute_url()}move/", move_fields(call)).status_code == 302  # the head, as may ask


# Taking it back


def test_a_call_taken_back_waits_nowhere_and_reminds_nobody(world, nga, call, answer, as_post):
    withdrawn(call, nga)
    assert calling.remind(at=at(date(2026, 7, 14))) == calling.remind(at=DUE + timedelta(hours=1)) == 0
    assert [list(CallAnswer.objects.waiting_for(post)) for post in (world.mai, world.binh, world.dung)] == [[], [], []]
    assert as_post(world.mai).get("/").context["calls"] == []
    assert Year(world.ba_ngoi, 2026, post=world.mai, on=TODAY, at=at(TODAY), what=[What.CALL]).items == []
    assert CallAnswer.objects.get(pk=answer.pk).timing(at=LATER) == Timing.NOT_OWED
    assert told(r"changed/\d+") == ["binh", "giang", "mai"]
    page = as_post(world.mai).get(answer.get_absolute_url())
    assert (page.status_code, page.context["form"], any(page.context["may"][verb] for verb in ("edited", "signed", "filed"))) == (
        200,
        None,
        False,
    )
    assert "Đã có số liệu" in page.content.decode()


def test_nobody_goes_on_with_what_was_taken_back(world, nga, call, answer):
    other = calling.edit(call.answers.get(unit=world.cam_linh), "Có", by=world.mai, at=at(TODAY), revision=0)
    other = calling.sign(other, by=world.giang, at=at(TODAY))
    withdrawn(call, nga)
    acts = [
        lambda: calling.edit(answer, "x", by=world.mai, at=at(TODAY), revision=0),
        lambda: calling.sign(answer, by=world.binh, at=at(TODAY)),
        lambda: calling.file(other, by=world.mai, at=at(TODAY)),
        lambda: calling.unsign(other, by=world.giang, at=at(TODAY)),
        lambda: moved(call, nga),
        lambda: withdrawn(call, nga),
    ]
    for act in acts:
        with pytest.raises(StaleWrite):
            act()
    assert CallChange.objects.count() == 1


def test_what_was_filed_stays_readable_and_is_not_judged_any_more(world, nga, call, answer, as_post):
    filed = file(answer, world, moment=at(TODAY))
    withdrawn(call, nga)
    for post in (world.dung, world.mai, nga):
        page = as_post(post).get(answer.get_absolute_url())
        assert (page.status_code, "Có 12 camera" in page.content.decode(), page.context["may"]["judged"]) == (200, True, False)
    with pytest.raises(StaleWrite):
        calling.judge(filed, by=world.dung, at=at(TODAY), ok=True)
    assert calling.file(filed, by=world.mai, at=at(TODAY)).filed_at == filed.filed_at  # a second click, the same receipt


def test_two_clicks_take_it_back_once_and_say_so(world, nga, call, as_post):
    client, fields = as_post(nga), withdraw_fields(call)
    assert client.post(f"{call.get_absolute_url()}withdraw/", {**fields, "withdraw-reason": ""}).status_code == 422
    for _ in range(2):
        assert client.post(f"{call.get_absolute_url()}withdraw/", fields).status_code == 302
    assert (CallChange.objects.count(), Entry.objects.filter(verb="call.withdrawn").count()) == (1, 1)
    assert client.post(f"{call.get_absolute_url()}withdraw/", withdraw_fields(call)).status_code == 409
    assert client.get(call.get_absolute_url()).context["withdrawing"] is None


def test_a_days_ladder_by_hand_knows_the_step_of_a_moved_call(world, nga, call):
    moved(call, nga)
    rows = rehearsing.rehearse(date(2026, 7, 17), at=at(TODAY))
    assert {(row.subject, row.step) for row in rows if row.subject == "call" and row.status == "told"} == {("call", "d3")}


def test_a_title_that_grows_when_folded_is_kept(world, nga):
    terms = {"by": nga, "at": at(TODAY), "words": "x", "due_at": DUE, "token": uuid.uuid4()}
    made = calling.ask(world.khanh_hoa, units=[world.ba_ngoi], title="ﬃ" * 200, **terms)
    assert (len(made.title), len(Call.objects.get(pk=made.pk).folded)) == (200, 400)


@pytest.mark.parametrize(("act", "fields"), [("move", move_fields), ("withdraw", withdraw_fields)])
def test_a_reason_typed_while_somebody_withdrew_the_call_is_given_back(nga, call, as_post, act, fields):
    typed = fields(call, reason="Lý do của tôi")
    withdrawn(call, nga)
    page = as_post(nga).post(f"{call.get_absolute_url()}{act}/", typed)
    assert (page.status_code, "Lý do của tôi" in page.content.decode()) == (409, True)


def test_what_was_filed_before_there_were_numbers_offers_no_paper(world, call, answer):
    file(answer, world, moment=at(TODAY))
    CallAnswer.objects.update(number=None)
    assert not CallAnswer.objects.get(pk=answer.pk).may_be_ordered_by(world.mai)
