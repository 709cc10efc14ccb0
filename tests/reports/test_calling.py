"""A report asked for out of turn: asked, drafted, signed, filed, judged, late by its own moment, reminded once for each step."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType

from journal.models import Entry, Notice
from orgunits.models import Kind, Level, Role
from plans import period
from reports import calling
from reports.models import Call, CallAnswer, Timing
from reports.year import What, Year
from tasks.models import StaleWrite
from tasks.models.progress import log_progress
from tests.reports.test_month import at
from tests.world import area

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)
DUE = period.moment(date(2026, 7, 15)) + timedelta(hours=17)


@pytest.fixture(autouse=True)
def _the_day_is_1_july():
    with time_machine.travel(at(TODAY), tick=False):
        yield


@pytest.fixture
def nga(world):
    return world.hire("nga", world.khanh_hoa, Role.CLERK)


@pytest.fixture
def call(world, nga):
    terms = {"title": "Rà soát camera", "words": "Số lượng, xuất xứ", "due_at": DUE, "token": uuid.uuid4()}
    return calling.ask(world.khanh_hoa, units=[world.ba_ngoi, world.cam_linh], by=nga, at=at(TODAY), **terms)


@pytest.fixture
def answer(world, call):
    return call.answers.get(unit=world.ba_ngoi)


def file(answer, world, *, moment, words="Có 12 camera"):
    answer = calling.edit(answer, words, by=world.mai, at=moment, revision=None)
    calling.sign(answer, by=world.binh, at=moment)
    return calling.file(answer, by=world.mai, at=moment)


def asked(**more):
    fields = {"token": uuid.uuid4(), "title": "Rà soát", "words": "Nêu số", "due_on": "15/07/2026", "due_time": "17:00"}
    return {**fields, "everybody": "on", **more}


def test_everybody_below_is_asked_and_told_once(world, nga, as_post):
    client, fields = as_post(nga), asked()
    for _ in range(2):
        assert client.post("/calls/new/", fields).status_code == 302
    call = Call.objects.get()
    assert (call.due_at, [row.unit for row in call.answers.all()]) == (DUE, [world.ba_ngoi, world.cam_linh])
    assert sorted(Notice.objects.filter(key__endswith="/made").values_list("person__username", flat=True)) == ["binh", "giang", "mai"]
    assert Entry.objects.about(call).get().verb == "call.made"


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"words": ""}, {"due_on": "31/06/2026"}, {"due_on": "30/06/2026"}, {"due_time": "25:00"}, {"everybody": ""}]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(world, nga, as_post, wrong):
    page = as_post(nga).post("/calls/new/", asked(**{"words": "Lời đã gõ", **wrong}))
    assert (page.status_code, Call.objects.count()) == (422, 0)
    assert 'class="err"' in page.content.decode()
    assert "words" in wrong or "Lời đã gõ" in page.content.decode()


def test_only_units_directly_below_may_be_chosen(world, nga, as_post):
    client = as_post(nga)
    assert client.post("/calls/new/", asked(chosen=[world.cam_linh.pk])).status_code == 422  # all, and only some
    assert client.post("/calls/new/", asked(everybody="", chosen=[world.ubnd.pk])).status_code == 422
    assert client.post("/calls/new/", asked(everybody="", chosen=[world.cam_linh.pk])).status_code == 302
    assert CallAnswer.objects.get().unit == world.cam_linh


def test_wards_and_officials_ask_nobody(world, as_post):
    for post, status in [(world.mai, 422), (world.binh, 422), (world.an, 403), (world.hire("kim", world.khanh_hoa, Role.ADMIN), 403)]:
        assert as_post(post).post("/calls/new/", asked()).status_code == status
    assert Call.objects.count() == 0


def test_late_is_judged_by_the_calls_own_moment_at_the_first_filing(world, answer, call):
    file(answer, world, moment=DUE)
    answer.refresh_from_db()
    assert answer.timing(at=DUE + timedelta(days=1)) == Timing.ON_TIME
    calling.judge(answer, by=world.dung, at=DUE, ok=False, reason="Thiếu xuất xứ")
    again = file(CallAnswer.objects.get(pk=answer.pk), world, moment=DUE + timedelta(days=2), words="Đủ")
    assert again.timing(at=DUE) == Timing.ON_TIME
    late = file(call.answers.get(unit=world.cam_linh), world, moment=DUE + timedelta(seconds=1))
    assert late.timing(at=DUE) == Timing.LATE
    assert answer.verdicts.get().words == "Có 12 camera"


def test_what_is_signed_stands_still_and_each_step_takes_its_turn(world, answer):
    with pytest.raises(StaleWrite):
        calling.sign(answer, by=world.binh, at=at(TODAY))  # nothing written yet
    calling.edit(answer, "một", by=world.mai, at=at(TODAY), revision=0)
    with pytest.raises(StaleWrite):
        calling.edit(answer, "hai", by=world.mai, at=at(TODAY), revision=0)
    with pytest.raises(StaleWrite):
        calling.file(answer, by=world.mai, at=at(TODAY))
    calling.sign(answer, by=world.binh, at=at(TODAY))
    with pytest.raises(StaleWrite):
        calling.edit(answer, "lén", by=world.mai, at=at(TODAY), revision=None)
    calling.unsign(answer, by=world.binh, at=at(TODAY))
    assert file(answer, world, moment=at(TODAY)).status == "filed"
    with pytest.raises(StaleWrite):
        calling.unsign(answer, by=world.binh, at=at(TODAY))
    verbs = ["edited", "signed", "unsigned", "edited", "signed", "filed"]
    assert list(Entry.objects.about(answer).order_by("pk").values_list("verb", flat=True)) == [f"call.{verb}" for verb in verbs]


def test_the_whole_way_over_the_pages(world, answer, as_post):
    address = answer.get_absolute_url()
    assert "Rà soát camera" in as_post(world.mai).get("/").content.decode()
    assert as_post(world.mai).post(f"{address}edit/", {"revision": 0, "words": "Có 12 camera"}).status_code == 302
    assert as_post(world.mai).post(f"{address}sign/", {"revision": 1}).status_code == 403
    assert as_post(world.binh).post(f"{address}sign/", {"revision": 1}).status_code == 302
    assert as_post(world.dung).get(address).status_code == 404  # not filed: not the province's yet
    assert as_post(world.mai).post(f"{address}file/", {"revision": 2}).status_code == 302
    assert as_post(world.binh).post(f"{address}verdict/", {"ok": "1"}).status_code == 403
    assert as_post(world.dung).post(f"{address}verdict/", {"ok": "0"}).status_code == 422
    assert as_post(world.dung).post(f"{address}verdict/", {"ok": "1"}).status_code == 302
    answer.refresh_from_db()
    assert (answer.status, as_post(world.giang).get(address).status_code) == ("accepted", 404)


def test_two_clerks_at_once_are_told_and_both_texts_stand_on_the_page(world, answer, as_post):
    calling.edit(answer, "của người khác", by=world.mai, at=at(TODAY), revision=0)
    page = as_post(world.mai).post(f"{answer.get_absolute_url()}edit/", {"revision": 0, "words": "của tôi"})
    assert (page.status_code, CallAnswer.objects.get(pk=answer.pk).words) == (409, "của người khác")
    assert "của tôi" in page.content.decode()
    assert "của người khác" in page.content.decode()


def test_a_draft_begins_with_what_was_logged_in_a_span_of_one_plan(world, answer, as_post):
    duty = world.duty(title="Rà soát")
    for day in (date(2026, 6, 10), date(2026, 6, 20)):
        log_progress(duty, by=world.an, at=at(day), says="doing", words=f"Ngày {day.day}")
    log_progress(
        world.duty(lead=world.ubnd_cam_linh, title="Láng giềng"), by=world.chi, at=at(date(2026, 6, 20)), says="doing", words="Khác"
    )
    fields = {"revision": 0, "words": "Kính gửi", "plan": world.plan.pk, "since": "15/06/2026", "until": "20/06/2026", "add": "1"}
    as_post(world.mai).post(f"{answer.get_absolute_url()}edit/", fields)
    assert CallAnswer.objects.get(pk=answer.pk).words == "Kính gửi\n\n1. Rà soát. UBND phường Ba Ngòi: Ngày 20."


def added(world, answer, as_post, **fields):
    """The words of the draft, and what the clerk was told, after a click on «add»."""
    answer.refresh_from_db()
    address, terms = f"{answer.get_absolute_url()}edit/", {"revision": answer.revision, "add": "1", **fields}
    page = as_post(world.mai).post(address, terms, follow=True)
    answer.refresh_from_db()
    return answer.words, [str(message) for message in page.context["messages"]][1:]


def test_what_finds_no_room_is_left_out_whole_and_the_clerk_is_told_how_much(world, answer, as_post):
    duties = [world.duty(title=f"Việc {n}") for n in range(3)]
    for n, duty in enumerate(duties):
        for k in range(3):
            log_progress(duty, by=world.an, at=at(date(2026, 6, 10 + n)), says="doing", words=f"{k}" * 2500)
    words, said = added(world, answer, as_post, words="Kính gửi")
    assert [line[:8] for line in words.splitlines()] == ["Kính gửi", "", "1. Việc ", "2. Việc "]
    assert (len(words) < 20000, words.endswith("2" * 2500 + "."), len(said)) == (True, True, 1)
    assert said[0].startswith("3 ")
    again, said = added(world, answer, as_post, words="Kính gửi", since="12/06/2026")
    assert ([line[:8] for line in again.splitlines()], said) == (["Kính gửi", "", "3. Việc "], [])


def test_entries_beyond_what_one_click_reads_are_counted_too(world, answer, as_post, monkeypatch):
    monkeypatch.setattr(calling, "TAKEN", 4)
    for title in ("Một", "Hai"):
        duty = world.duty(title=title)
        for k in range(3):
            log_progress(duty, by=world.an, at=at(date(2026, 6, 10)), says="doing", words=f"Lần {k}")
    words, said = added(world, answer, as_post)
    assert words == "1. Một. UBND phường Ba Ngòi: Lần 0. UBND phường Ba Ngòi: Lần 1. UBND phường Ba Ngòi: Lần 2."
    assert (len(said), said[0][:2]) == (1, "3 ")
    monkeypatch.setattr(calling, "TAKEN", 6)
    assert (added(world, answer, as_post)[0].count("Lần"), added(world, answer, as_post)[1]) == (6, [])


def test_a_draft_as_long_as_may_be_is_saved_again_as_the_browser_sends_it(world, answer, as_post):
    words = "\n".join(["x" * 99] * 200) + "y"  # 20000 characters; a browser sends two for each end of a line
    as_post(world.mai).post(f"{answer.get_absolute_url()}edit/", {"revision": 0, "words": words.replace("\n", "\r\n")})
    assert CallAnswer.objects.get(pk=answer.pk).words == words
    too_long = as_post(world.mai).post(f"{answer.get_absolute_url()}edit/", {"revision": 1, "words": f"{words}z"})
    assert too_long.status_code == 422


def told(kind):
    return sorted(Notice.objects.filter(key__regex=rf"^call/\d+/{kind}$").values_list("person__username", flat=True))


def test_reminders_tell_the_latest_step_once_and_the_late_one_above_too(world, nga, call, answer):
    file(call.answers.get(unit=world.cam_linh), world, moment=at(TODAY))
    assert calling.remind(at=at(date(2026, 7, 7))) == 0
    for day, step, people in [(8, "d7", ["binh", "mai"]), (14, "d1", ["binh", "mai"]), (15, "d0", ["binh", "mai"])]:
        assert [calling.remind(at=at(date(2026, 7, day))) for _ in range(2)] == [2, 0]
        assert told(step) == people
    assert told("d3") == []  # the machine was off from the 9th to the 13th: the latest step alone
    assert [calling.remind(at=DUE + timedelta(hours=n)) for n in (1, 30)] == [4, 0]
    assert told("late") == ["binh", "dung", "mai", "nga"]
    links = dict(Notice.objects.filter(key__endswith="/late").values_list("person__username", "link"))
    assert (links["mai"], links["nga"]) == (answer.get_absolute_url(), call.get_absolute_url())


def test_a_step_that_had_passed_when_the_call_was_made_is_not_told(world, nga):
    terms = {"title": "Gấp", "words": "Nêu", "due_at": DUE, "token": uuid.uuid4()}
    calling.ask(world.khanh_hoa, units=[world.ba_ngoi], by=nga, at=at(date(2026, 7, 13)), **terms)
    assert calling.remind(at=at(date(2026, 7, 13), 12)) == 0
    assert calling.remind(at=at(date(2026, 7, 14))) == 2


def test_who_sits_on_the_body_that_answers_is_told_what_the_clerks_and_heads_of_the_area_are(world, nga):
    lan = world.hire("lan", world.ubnd, Role.CLERK)
    head = world.hire("head", world.ubnd, Role.STEERING)
    terms = {"title": "Rà soát", "words": "Nêu", "due_at": DUE, "token": uuid.uuid4()}
    answer = calling.ask(world.khanh_hoa, units=[world.ba_ngoi], by=nga, at=at(TODAY), **terms).answers.get()
    for moment in (DUE - timedelta(hours=1), DUE + timedelta(hours=1)):
        calling.remind(at=moment)
    returned(answer, world, moment=DUE + timedelta(hours=2))
    calling.remind(at=DUE + timedelta(days=8))

    def steps(post):
        keys = Notice.objects.filter(person=post.person).order_by("pk").values_list("key", flat=True)
        return [key.partition(f"call/{answer.pk}/")[2] for key in keys]

    assert steps(lan) == ["made", "d0", "late", "signed/1", "judged/3", "v2/w1"]
    assert steps(head) == ["made", "d0", "late", "judged/3", "v2/w1"]
    assert (steps(lan), steps(world.chi)) == (steps(world.mai), [])


def returned(answer, world, *, moment, words="Thiếu"):
    file(answer, world, moment=moment, words=words)
    calling.judge(answer, by=world.dung, at=moment, ok=False, reason="Thiếu xuất xứ")


def test_a_returned_answer_is_told_every_week_until_it_is_filed_again(world, call, answer):
    returned(answer, world, moment=at(date(2026, 7, 3)))
    seen = []
    for days in range(1, 61):
        moment = at(date(2026, 7, 3) + timedelta(days=days))
        before = set(Notice.objects.values_list("pk", flat=True))
        for _ in range(2):
            calling.remind(at=moment)
        rows = Notice.objects.exclude(pk__in=before).filter(key__startswith=f"call/{answer.pk}/")
        seen += sorted((days, row.person.username, row.key.partition("/v2/")[2]) for row in rows)
    assert seen == [(7 * week, name, f"w{week}") for week in range(1, 9) for name in ("binh", "mai")]
    title = Notice.objects.get(key=f"call/{answer.pk}/v2/w3", person=world.mai.person).title
    assert title == "Báo cáo đột xuất bị trả lại từ 21 ngày trước, chưa nộp lại: Rà soát camera"
    moment = at(date(2026, 9, 1))
    file(answer, world, moment=moment, words="Đủ")
    assert calling.remind(at=moment + timedelta(days=30)) == 0
    calling.judge(answer, by=world.dung, at=moment + timedelta(days=30), ok=False, reason="Vẫn thiếu")
    assert [calling.remind(at=moment + timedelta(days=days)) for days in (36, 37)] == [0, 2]  # counted from the newest return


def test_a_week_missed_is_told_as_the_latest_and_a_call_taken_back_not_at_all(world, nga, call, answer):
    returned(answer, world, moment=at(date(2026, 7, 3)))
    calling.remind(at=at(date(2026, 7, 9)))
    assert told("v2/.*") == []  # six days since the return
    calling.remind(at=at(date(2026, 7, 26)))
    assert told("v2/w3") == ["binh", "mai"]
    assert told("v2/w[12]") == []
    calling.withdraw(call, by=nga, at=at(date(2026, 7, 27)), reason="Đủ rồi", token=uuid.uuid4())
    assert calling.remind(at=at(date(2026, 8, 30))) == 0


@pytest.mark.parametrize("n", [2, 12])
def test_asking_moving_and_reminding_ask_as_much_for_two_units_as_for_twelve(world, nga, django_assert_num_queries, n):
    wards = [area(f"00010001{k:04d}", world.khanh_hoa, Kind.COMMUNE, Level.WARD, f"Xã {k}") for k in range(10, 10 + n)]
    for ward in wards:
        world.hire(f"clerk{ward.pk}", ward, Role.CLERK)
        world.hire(f"head{ward.pk}", ward, Role.STEERING)
    terms = {"title": "Rà soát", "words": "Nêu", "due_at": DUE, "token": uuid.uuid4()}
    ContentType.objects.get_for_model(Call)  # asked for once in a process
    with django_assert_num_queries(12):
        call = calling.ask(world.khanh_hoa, units=wards, by=nga, at=at(TODAY), **terms)
    with django_assert_num_queries(13):
        calling.move(call, DUE + timedelta(days=5), by=nga, at=at(TODAY), reason="Thêm", token=uuid.uuid4())
    for day, told in [(17, 2 * n), (21, 4 * n)]:  # the third day before; late, with the province's clerk and head
        with django_assert_num_queries(6):
            assert calling.remind(at=at(date(2026, 7, day))) == told
    for answer in call.answers.select_related("unit"):
        CallAnswer.objects.filter(pk=answer.pk).update(first_filed_at=at(TODAY), first_due_at=DUE)
        calling.CallVerdict.objects.create(answer=answer, ok=False, words="x", by=world.dung, at=at(TODAY))
    with django_assert_num_queries(6):
        assert calling.remind(at=at(date(2026, 7, 21))) == 2 * n


def test_who_asked_sees_who_has_answered_and_no_draft(world, nga, call, answer, as_post):
    calling.edit(answer, "bản nháp", by=world.mai, at=at(TODAY), revision=0)
    file(call.answers.get(unit=world.cam_linh), world, moment=at(TODAY))
    page = as_post(nga).get(call.get_absolute_url())
    assert (page.context["filed"], [is_open for _row, _timing, is_open in page.context["lines"]]) == (1, [False, True])
    assert as_post(world.mai).get(call.get_absolute_url()).status_code == 404
    assert as_post(world.hoa).get(call.get_absolute_url()).status_code == 200


def test_the_file_of_who_has_answered_holds_no_draft(world, nga, call, answer, as_post):
    calling.edit(answer, "bản nháp", by=world.mai, at=at(TODAY), revision=0)
    other = calling.edit(call.answers.get(unit=world.cam_linh), "đã nộp", by=world.mai, at=at(TODAY), revision=0)
    calling.file(calling.sign(other, by=world.giang, at=at(TODAY)), by=world.mai, at=at(TODAY))
    sheet = b"".join(as_post(nga).get(f"{call.get_absolute_url()}export/?form=csv").streaming_content).decode()
    assert ("đã nộp" in sheet, "bản nháp" in sheet, len(sheet.splitlines())) == (True, False, 3)
    assert as_post(nga).get(f"{call.get_absolute_url()}export/?form=exe").status_code == 404


def test_it_stands_in_the_years_of_those_asked_and_no_neighbours(world, call, answer):
    shown = [Year(world.ba_ngoi, 2026, post=post, on=TODAY, at=at(TODAY), what=[What.CALL]).items for post in (world.mai, world.dung)]
    assert [[(item.day, item.words, item.url) for item in items] for items in shown] == [
        [(date(2026, 7, 15), "Rà soát camera", answer.get_absolute_url())],
        [(date(2026, 7, 15), "Rà soát camera", call.get_absolute_url())],
    ]
    late = Year(world.ba_ngoi, 2026, post=world.mai, on=date(2026, 7, 16), at=DUE + timedelta(hours=9), what=[What.CALL]).items
    assert [item.is_late for item in late] == [True]
    other = world.hire("son", world.committee)
    assert Year(world.ba_ngoi, 2026, post=other, on=TODAY, at=at(TODAY), what=[What.CALL]).items == []


@pytest.mark.parametrize("n", [1, 3])
def test_the_pages_ask_the_same_questions_for_one_call_and_for_three(world, nga, as_post, django_assert_num_queries, n):
    for k in range(n):
        terms = {"title": f"Việc {k}", "words": "Nêu", "due_at": DUE, "token": uuid.uuid4()}
        call = calling.ask(world.khanh_hoa, units=[world.ba_ngoi, world.cam_linh][: n + 1], by=nga, at=at(TODAY), **terms)
    client = as_post(world.mai)
    client.get("/calls/")
    with django_assert_num_queries(9):
        client.get("/calls/")
    for row in call.answers.select_related("unit"):
        heads = {world.ba_ngoi: world.binh, world.cam_linh: world.giang}
        row = calling.sign(calling.edit(row, "Có", by=world.mai, at=at(TODAY), revision=0), by=heads[row.unit], at=at(TODAY))
        calling.file(row, by=world.mai, at=at(TODAY))
    client = as_post(nga)
    client.get(call.get_absolute_url())
    with django_assert_num_queries(12):
        client.get(call.get_absolute_url())
