"""The pages of difficulties: what waits first, nobody beyond the line, nothing typed is lost, twice is once."""

import csv
import io
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgunits.models import Level, Role
from tasks import difficulties
from tasks.models import Assignment, Difficulty, State
from tasks.models.progress import log_progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def duty(world):
    return world.duty(title="Lập hồ sơ cấp độ")


def trouble(world, duty, *, level=Level.WARD, **more):
    return difficulties.raise_(duty, **{"by": world.an, "at": timezone.now(), "words": "Thiếu kinh phí", "level": level, **more})


def new(duty):
    return reverse("raise_difficulty", args=[duty.pk])


def form(**more):
    return {"token": uuid.uuid4(), "words": "Thiếu kinh phí", "proposal": "", "level": "province", "reply_by": "", **more}


def act(client, name, row, **more):
    return client.post(reverse(f"{name}_difficulty", args=[row.pk]), {"version": row.version, "words": "Lời", **more})


# Raising


def test_raised_from_the_page_of_the_duty(world, duty, as_post):
    client = as_post(world.an)
    assert client.get(duty.get_absolute_url()).context["trouble_form"].fields["level"].choices[0][0] == "ward"
    same = form(proposal="Cấp bổ sung")
    assert [client.post(new(duty), same).status_code for _ in range(3)] == [302] * 3
    row = Difficulty.objects.get()
    assert (row.words, row.proposal, row.lies_with, row.by) == ("Thiếu kinh phí", "Cấp bổ sung", world.khanh_hoa, world.an)
    assert client.get(duty.get_absolute_url()).context["troubles"] == [row]


def test_one_click_takes_the_words_of_an_entry(world, duty, as_post):
    entry = log_progress(
        duty, by=world.an, at=timezone.now(), says="doing", words="x", difficulties="Chưa có hướng dẫn", proposals="Xin hướng dẫn"
    )
    client = as_post(world.an)
    assert client.get(duty.get_absolute_url()).context["trouble_entries"] == [entry]
    page = client.get(f"{new(duty)}?entry={entry.pk}")
    assert page.context["form"].initial["words"] == "Chưa có hướng dẫn"
    client.post(f"{new(duty)}?entry={entry.pk}", form(words="Chưa có hướng dẫn"))
    assert Difficulty.objects.get().progress == entry
    assert client.get(duty.get_absolute_url()).context["trouble_entries"] == []


def test_anothers_entry_is_not_told(world, duty, as_post):
    other = world.duty(lead=world.ubnd_cam_linh)
    entry = log_progress(other, by=world.chi, at=timezone.now(), says="doing", words="x", difficulties="Bí mật của Cam Linh")
    for name in (entry.pk, "x", "9" * 40):
        page = as_post(world.an).get(f"{new(duty)}?entry={name}")
        assert (page.status_code, page.context["form"].initial.keys()) == (200, {"token"})


@pytest.mark.parametrize(
    ("field", "value"),
    [("words", ""), ("level", "galaxy"), ("level", ""), ("reply_by", "hôm qua"), ("reply_by", "01/01/2020"), ("reply_by", "01/01/2999")],
)
def test_bad_input_is_answered_beside_its_field_and_nothing_typed_is_lost(world, duty, as_post, field, value):
    page = as_post(world.an).post(new(duty), form(**{"proposal": "giữ lại câu này", field: value}))
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert "giữ lại câu này" in page.content.decode()
    assert not Difficulty.objects.exists()


def test_who_may_not_raise(world, duty, as_post):
    statuses = {post: as_post(post).post(new(duty), form()).status_code for post in (world.binh, world.dung, world.chi, world.giang)}
    assert list(statuses.values()) == [403, 403, 404, 404]
    assert not Difficulty.objects.exists()


# One difficulty


def test_the_neighbour_gets_the_same_404_for_what_exists_and_what_does_not(world, duty, as_post):
    row = trouble(world, duty, level=Level.CENTRAL)
    for post in (world.chi, world.giang):
        client = as_post(post)
        for name in ("difficulty", *(f"{act}_difficulty" for act in ("answer", "send_up", "withdraw", "close", "reopen"))):
            there, nowhere = (client.post(reverse(name, args=[pk]), {"version": 1, "words": "x"}) for pk in (row.pk, 10**6))
            assert (there.status_code, nowhere.status_code) == (404, 404)
        assert client.get("/difficulties/").context["page"].paginator.count == 0
    assert row.steps.count() == 1


def test_each_sees_the_acts_that_are_theirs(world, duty, as_post):
    row = trouble(world, duty)

    def shown(post):
        return set(as_post(post).get(row.get_absolute_url()).context["forms"])

    everybody = (world.an, world.mai, world.binh, world.dung)
    assert [shown(post) for post in everybody] == [{"withdraw"}, {"withdraw"}, {"answer", "send_up"}, set()]
    difficulties.answer(row, by=world.binh, at=timezone.now(), words="Đã bố trí")
    assert [shown(post) for post in everybody] == [{"close", "reopen"}, {"close", "reopen"}, set(), set()]
    row = trouble(world, duty, level=Level.CENTRAL)
    assert shown(world.hoa) == {"answer"}


def test_answered_accepted_and_a_double_click_is_no_error(world, duty, as_post):
    row = trouble(world, duty)
    assert [act(as_post(world.binh), "answer", row, words="Đã bố trí").status_code for _ in range(2)] == [302, 302]
    row.refresh_from_db()
    assert (row.state, row.version) == ("answered", 2)
    assert act(as_post(world.an), "close", row, words="").status_code == 302
    row.refresh_from_db()
    assert row.state == "closed"


def test_sent_up_and_asked_again_one_level_up(world, duty, as_post):
    row = trouble(world, duty)
    assert act(as_post(world.binh), "send_up", row).status_code == 302
    row.refresh_from_db()
    assert row.lies_with == world.khanh_hoa
    assert act(as_post(world.dung), "answer", row).status_code == 302
    row.refresh_from_db()
    assert act(as_post(world.an), "reopen", row, up="1").status_code == 302
    row.refresh_from_db()
    assert (row.lies_with, row.state) == (world.centre, "open")
    assert act(as_post(world.hoa), "send_up", row).status_code == 403
    difficulties.answer(row, by=world.hoa, at=timezone.now(), words="Chờ")
    page = act(as_post(world.an), "reopen", row, version=5, up="1", words="Chưa đủ")
    assert (page.status_code, page.context["forms"]["reopen"]["words"].value()) == (422, "Chưa đủ")
    row.refresh_from_db()
    assert (row.version, row.lies_with) == (5, world.centre)


def test_whose_act_it_is_not_is_refused(world, duty, as_post):
    row = trouble(world, duty)
    for post, names in [
        (world.an, ("answer", "send_up")),
        (world.dung, ("answer", "send_up", "withdraw")),
        (world.binh, ("withdraw", "close", "reopen")),
    ]:
        assert {act(as_post(post), name, row).status_code for name in names} == {403}
    assert row.steps.count() == 1


def test_a_stale_page_is_told_and_keeps_its_words(world, duty, as_post):
    row = trouble(world, duty)
    difficulties.send_up(row, by=world.binh, at=timezone.now(), words="Vượt thẩm quyền")
    page = act(as_post(world.an), "withdraw", row, words="câu của tôi")
    assert (page.status_code, page.context["kept"]) == (409, "câu của tôi")
    assert "câu của tôi" in page.content.decode()
    row.refresh_from_db()
    assert (row.state, row.version) == ("open", 2)


def test_sent_up_twice_is_sent_up_once(world, duty, as_post):
    row = trouble(world, duty)
    assert [act(as_post(world.binh), "send_up", row, words="Vượt thẩm quyền").status_code for _ in range(2)] == [302, 302]
    row.refresh_from_db()
    assert (row.lies_with, row.version) == (world.khanh_hoa, 2)


@pytest.mark.parametrize("words", ["Đã bố trí 80 triệu", ""])
def test_an_answer_typed_while_it_moved_up_is_kept_and_told_where_it_lies(world, duty, as_post, words):
    row = trouble(world, duty)
    difficulties.climb(row.reply_by + timedelta(days=1))
    page = act(as_post(world.binh), "answer", row, words=words)
    assert (page.status_code, page.context["kept"], set(page.context["forms"])) == (409, words, set())
    assert (words in page.content.decode(), page.context["row"].lies_with) == (True, world.khanh_hoa)
    row.refresh_from_db()
    assert (row.state, row.version) == ("open", 2)


def test_who_never_might_is_refused_whatever_version_they_name(world, duty, as_post):
    row = trouble(world, duty)
    difficulties.send_up(row, by=world.binh, at=timezone.now(), words="Vượt thẩm quyền")
    for version in (1, 2, 3):
        assert {act(as_post(world.hoa), name, row, version=version).status_code for name in ("answer", "send_up", "withdraw")} == {403}
    assert row.steps.count() == 2


@pytest.mark.parametrize(
    ("change", "said"), [({"state": State.DONE}, "hoàn thành"), ({"ended_on": date(2026, 7, 1)}, ""), ({"state": State.DROPPED}, "")]
)
def test_a_duty_that_ended_while_the_difficulty_was_typed_keeps_the_words(world, duty, as_post, change, said):
    Assignment.objects.filter(pk=duty.pk).update(**change)
    page = as_post(world.an).post(new(duty), form(words="câu của tôi"))
    assert (page.status_code, Difficulty.objects.exists(), len(page.context["form"].non_field_errors())) == (409, False, 1)
    assert "câu của tôi" in page.content.decode()
    assert said in page.context["form"].non_field_errors()[0]
    assert as_post(world.an).get(new(duty)).status_code == 403


def test_raised_and_clicked_again_after_the_duty_ended_it_is_no_error(world, duty, as_post):
    same = form()
    assert as_post(world.an).post(new(duty), same).status_code == 302
    Assignment.objects.filter(pk=duty.pk).update(state=State.DONE)
    assert as_post(world.an).post(new(duty), same).url == Difficulty.objects.get().get_absolute_url()


@pytest.mark.parametrize(("name", "who"), [("answer", "binh"), ("send_up", "binh")])
def test_words_that_must_be_there(world, duty, as_post, name, who):
    row = trouble(world, duty)
    page = act(as_post(getattr(world, who)), name, row, words=" ")
    assert (page.status_code, list(page.context["forms"][name].errors)) == (422, ["words"])
    assert row.steps.count() == 1


# The list


def test_what_waits_for_the_own_unit_stands_first(world, duty, as_post):
    now = timezone.now()
    above = trouble(world, duty, level=Level.PROVINCE, reply_by=now.date())
    answered = difficulties.answer(trouble(world, duty, words="b"), by=world.binh, at=now, words="Đã")
    own = trouble(world, duty, words="c", reply_by=now.date() + timedelta(days=9))
    page = as_post(world.binh).get("/difficulties/")
    assert ([row.pk for row in page.context["page"]], page.context["waiting"]) == ([own.pk, above.pk, answered.pk], 1)
    page = as_post(world.an).get("/difficulties/?turn=1")
    assert [row.pk for row in page.context["page"]] == [answered.pk]
    assert [row.pk for row in as_post(world.binh).get("/").context["troubles"]] == [own.pk]
    assert [row.pk for row in as_post(world.an).get("/").context["troubles"]] == [answered.pk]


def test_filters_and_nonsense(world, duty, as_post):
    now = timezone.now()
    old = trouble(world, duty, at=now - timedelta(days=60))
    far = trouble(world, duty, level=Level.CENTRAL, reply_by=timezone.localdate() + timedelta(days=5))
    client = as_post(world.dung)

    def found(query):
        return {row.pk for row in client.get(f"/difficulties/?{query}").context["page"]}

    assert found("late=now") == {old.pk}
    difficulties.climb(timezone.localdate())
    assert (found("late=now"), found("late=ever")) == (set(), {old.pk})
    assert (found("level=central"), found("level=province"), found("turn=1")) == ({far.pk}, {old.pk}, {old.pk})
    assert (found("unit=UBND ba ngoi"), found("unit=cam linh"), found("state=answered")) == ({old.pk, far.pk}, set(), set())
    assert found("late=x&level=galaxy&state=y&sort=-by__password&page=zz&unit=%00") == {old.pk, far.pk}


def test_the_sheet_holds_the_rows_of_the_list(world, duty, as_post):
    row = trouble(world, duty, words="=1+1", at=timezone.now() - timedelta(days=60))
    difficulties.climb(timezone.localdate())
    difficulties.answer(row, by=world.dung, at=timezone.now(), words="Đã bố trí")
    answer = as_post(world.binh).get("/difficulties/export.csv?state=answered")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert (len(lines), lines[1][4], lines[1][6], lines[1][-1]) == (2, "'=1+1", "tỉnh Khánh Hòa", "Đã bố trí")
    assert lines[1][9].startswith("phường Ba Ngòi: ")
    assert as_post(world.binh).get("/difficulties/export.xlsx").status_code == 200
    answer = as_post(world.chi).get("/difficulties/export.csv")
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 1


@pytest.mark.parametrize("n", [1, 3])
def test_the_pages_ask_as_much_for_three_as_for_one(world, duty, as_post, n, django_assert_num_queries):
    for _ in range(n):
        row = trouble(world, duty, at=timezone.now() - timedelta(days=60))
    difficulties.climb(timezone.localdate())
    tam = world.hire("tam", world.khanh_hoa, Role.CLERK)
    client = as_post(tam)
    for address, questions in [("/difficulties/", 11), (row.get_absolute_url(), 12)]:
        client.get(address)
        with django_assert_num_queries(questions):
            client.get(address)


def test_who_reads_the_difficulty_alone_gets_no_dead_link(world, duty, as_post):
    row = trouble(world, duty, level=Level.PROVINCE)
    tam = world.hire("tam", world.khanh_hoa, Role.CLERK)
    link = f'href="{duty.get_absolute_url()}'
    pages = {post: as_post(post).get(row.get_absolute_url()) for post in (tam, world.dung)}
    assert [(page.status_code, link in page.content.decode()) for page in pages.values()] == [(200, False), (200, True)]
    assert as_post(tam).get(duty.get_absolute_url()).status_code == 404


def test_the_duty_and_my_work_ask_as_much_for_three_difficulties_as_for_one(world, duty, as_post):
    client = as_post(world.binh)

    def asked(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    counts = []
    for _ in range(2):
        trouble(world, duty, at=timezone.now() - timedelta(days=60))
        counts.append([asked(address) for address in (duty.get_absolute_url(), "/")])
        trouble(world, duty)
    assert counts[0] == counts[1]
