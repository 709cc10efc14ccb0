"""Several duties from one screen, «không phát sinh» for many, drafts behind the same door, and what a stale page is shown."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry
from tasks import writing
from tasks.deadlines import Kind
from tasks.models import Answer, Progress, ProgressDraft, Stage, StaleWrite
from tasks.models.progress import log_progress

PDF = b"%PDF-1.4\n%%EOF\n"
JSON = {"accept": "application/json"}


def tomorrow(days=1):
    return timezone.localdate() + timedelta(days=days)


def said(by, duty, words="câu của người khác", **more):
    return log_progress(duty, by=by, at=timezone.now(), says="doing", words=words, **more)


def hidden(page, prefix=""):
    """{name: value} of the hidden fields a page gives for one form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name.startswith(prefix) and name != "csrfmiddlewaretoken"}


def line(client, duty, **typed):
    """The fields of one row of /log/ as the page gives them, with what is typed."""
    row = next(row for row in client.get(reverse("log_many")).context["rows"] if row.pk == duty.pk)
    marks = {name: row.form[name].value() for name in ("token", "version")} | {"seen": row.form.seen, "draft": row.form.stamp}
    fields = {"says": "doing", "words": "", "difficulties": "", "proposals": "", **marks, **typed}
    return {"ids": duty.pk, **{f"{duty.pk}-{name}": value for name, value in fields.items()}}


def lines(*rows):
    data = {"ids": [row.pop("ids") for row in rows]}
    for row in rows:
        data |= row
    return data


def send(client, *rows):
    return client.post(reverse("log_many"), lines(*rows))


def written():
    return sorted((entry.assignment_id, entry.says, entry.words) for entry in Progress.objects.all())


# Several duties


def test_the_page_asks_for_what_has_no_entry_in_the_order_of_need(world, as_post):
    later, soon, late = (world.duty(due_on=tomorrow(days)) for days in (90, 10, -3))
    quiet, reported, finished = world.duties(3)
    said(world.an, reported)
    type(finished).objects.filter(pk=finished.pk).update(state="done")
    rows = as_post(world.an).get(reverse("log_many")).context["rows"]
    assert [row.pk for row in rows] == [quiet.pk, late.pk, soon.pk, later.pk]


def test_only_filled_rows_are_written_each_once(world, as_post):
    one, two, three = world.duties(3)
    client = as_post(world.an)
    rows = [line(client, one, words="Đã vá 9 lỗ hổng"), line(client, two), line(client, three, says="nothing")]
    data = lines(*rows)
    for _twice in range(2):
        assert client.post(reverse("log_many"), data).status_code == 302
    assert written() == [(one.pk, "doing", "Đã vá 9 lỗ hổng"), (three.pk, "nothing", "")]
    assert Entry.objects.filter(verb="progress.logged").count() == 2


def test_the_second_click_is_no_error_though_the_duty_has_moved_on(world, as_post):
    duty, client = world.duty(due_on=tomorrow(20)), as_post(world.an)
    data = lines(line(client, duty, says="nothing"))
    assert client.post(reverse("log_many"), data).status_code == 302
    log_progress(duty, by=world.mai, at=timezone.now(), says="done", words="Xong")  # «nothing to report» is no longer offered
    assert client.post(reverse("log_many"), data).status_code == 302
    assert [entry.says for entry in duty.progress.order_by("pk")] == ["nothing", "done"]


def test_one_wrong_row_stays_as_typed_and_the_others_are_written(world, as_post):
    right, wrong = world.duties(2)
    client = as_post(world.an)
    answer = send(client, line(client, right, words="Đã làm"), line(client, wrong, difficulties="Thiếu kinh phí"))
    assert answer.status_code == 422
    assert written() == [(right.pk, "doing", "Đã làm")]
    assert [row.pk for row in answer.context["rows"]] == [wrong.pk]
    assert set(answer.context["rows"][0].form.errors) == {"words"}
    page = answer.content.decode()
    assert "Thiếu kinh phí" in page
    assert right.task.title in str(next(iter(answer.context["messages"])))


def test_a_row_somebody_else_wrote_on_shows_it_and_keeps_the_words(world, as_post):
    other, mine = world.duties(2)
    client = as_post(world.an)
    rows = [line(client, other, words="câu của tôi"), line(client, mine, words="việc khác")]
    said(world.mai, other)
    answer = send(client, *rows)
    assert (answer.status_code, written()[-1]) == (409, (mine.pk, "doing", "việc khác"))
    row = answer.context["rows"][0]
    assert [act.progress.words for act in row.form.since] == ["câu của người khác"]
    assert all(words in answer.content.decode() for words in ("câu của tôi", "câu của người khác"))
    again = hidden(answer.content.decode(), f"{other.pk}-")
    answer = client.post(reverse("log_many"), {"ids": other.pk, **again, f"{other.pk}-says": "doing", f"{other.pk}-words": "câu của tôi"})
    assert answer.status_code == 302
    assert [entry.words for entry in other.progress.order_by("pk")] == ["câu của người khác", "câu của tôi"]


HALTS = {"paused": {"state": "paused"}, "confirmed": {"state": "done"}, "ended": {"ended_on": timezone.localdate()}}


@pytest.mark.parametrize("halt", HALTS)
def test_words_about_a_duty_that_was_halted_meanwhile_come_back_to_be_copied(world, as_post, halt):
    shut, empty, mine = world.duties(3)
    client = as_post(world.an)
    rows = [line(client, shut, words="câu chưa gửi", difficulties="Thiếu máy"), line(client, empty), line(client, mine, words="việc khác")]
    type(shut).objects.filter(pk__in=[shut.pk, empty.pk]).update(**HALTS[halt])
    answer = send(client, *rows)
    assert (answer.status_code, written()) == (409, [(mine.pk, "doing", "việc khác")])
    assert [(draft.assignment, draft.texts) for draft in answer.context["unsent"]] == [(shut, ["câu chưa gửi", "Thiếu máy"])]
    page = answer.content.decode()
    assert all(words in page for words in ("câu chưa gửi", "Thiếu máy", f'id="unsent-{shut.pk}"'))
    assert f'id="unsent-{empty.pk}"' not in page


def test_nothing_to_report_of_a_duty_whose_plan_was_closed_meanwhile_is_told(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    row = line(client, duty, says="nothing")
    type(world.plan).objects.filter(pk=world.plan.pk).update(closed_on=timezone.localdate())
    answer = send(client, row)
    assert (answer.status_code, [draft.assignment for draft in answer.context["unsent"]], written()) == (409, [duty], [])


def test_a_duty_halted_between_the_reading_and_the_writing_is_told_too(world, as_post, monkeypatch):
    duty, client = world.duty(), as_post(world.an)
    row, real = line(client, duty, words="câu chưa gửi"), writing.log_each

    def pause_first(lines, **more):
        type(duty).objects.filter(pk=duty.pk).update(state="paused")
        return real(lines, **more)

    monkeypatch.setattr(writing, "log_each", pause_first)
    answer = send(client, row)
    assert (answer.status_code, [draft.texts for draft in answer.context["unsent"]]) == (409, [["câu chưa gửi"]])
    assert answer.context["rows"] == []


def test_sent_twice_and_closed_between_the_clicks_nothing_comes_back(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    row = lines(line(client, duty, words="Đã làm"))
    assert client.post(reverse("log_many"), row).status_code == 302
    type(duty).objects.filter(pk=duty.pk).update(state="done")
    assert client.post(reverse("log_many"), row).status_code == 302


def test_a_clerk_writes_for_the_unit_and_a_superior_has_no_such_page(world, as_post):
    duty = world.duty()
    client = as_post(world.mai)
    assert send(client, line(client, duty, words="Đã làm", spoken_for="Tổ công nghệ số")).status_code == 302
    assert Progress.objects.get().spoken_for == "Tổ công nghệ số"
    assert [as_post(post).get(reverse("log_many")).status_code for post in (world.binh, world.an)] == [403, 200]


def test_rows_of_others_cannot_be_slipped_in(world, as_post):
    duty = world.duty()
    row = line(as_post(world.an), duty, words="chen vào")
    assert send(as_post(world.chi), row).status_code == 302
    assert written() == []


def test_a_page_costs_the_same_with_one_row_and_with_three(world, as_post):
    client, counts = as_post(world.an), []
    for n in (1, 2):
        world.duties(n)
        world.duty(due_on=tomorrow(20))
        client.get(reverse("log_many"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("log_many"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_rows_begin_with_their_draft_and_take_it_along(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    ProgressDraft.objects.keep(duty, by=world.an, at=timezone.now(), fields={"words": "đang viết dở"}, page=uuid.uuid4())
    page = client.get(reverse("log_many")).content.decode()
    assert "đang viết dở" in page
    assert send(client, line(client, duty, words="đã viết xong")).status_code == 302
    assert not ProgressDraft.objects.exists()


def test_a_draft_about_another_stage_is_left_to_the_page_of_the_duty(world, as_post):
    """«Several duties» speaks of the current stage: words about the second one must not become an entry of the first."""
    duty, client = world.duty(due_on=tomorrow(20)), as_post(world.an)
    second = Stage.objects.create(task=duty.task, position=2, kind=Kind.BY_DATE, due_on=tomorrow(60), label="Giai đoạn 2")
    answer = Answer.objects.create(assignment=duty, stage=second, clock="dated", due_on=tomorrow(60), due_originally_on=tomorrow(60))
    keep(client, duty, says="done", words="xong giai đoạn hai", answer=answer.pk)
    page = client.get(reverse("log_many"))
    assert ("xong giai đoạn hai" in page.content.decode(), f"/assignments/{duty.pk}/#log" in page.content.decode()) == (False, True)
    assert send(client, line(client, duty, words="đang làm giai đoạn một")).status_code == 302
    assert Progress.objects.get().answer.stage.position == 1
    assert ProgressDraft.objects.get().fields["words"] == "xong giai đoạn hai"


def test_a_draft_about_the_current_stage_fills_its_row(world, as_post):
    duty, client = world.duty(due_on=tomorrow(20)), as_post(world.an)
    keep(client, duty, words="đang làm giai đoạn một", answer=duty.answers.get().pk)
    assert "đang làm giai đoạn một" in client.get(reverse("log_many")).content.decode()


# «Không phát sinh» for many


def tick(duty):
    """What the box beside a duty holds: its id, the version shown, and the token of its entry."""
    return f"{duty.pk}:{duty.version}:{uuid.uuid5(uuid.NAMESPACE_OID, str(duty.pk))}"


def nothing(client, *duties):
    return client.post(reverse("log_nothing_many"), {"ids": [tick(duty) for duty in duties]})


def test_the_page_gives_the_boxes_that_are_read_here(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    boxes = re.findall(r'type="checkbox" name="ids" value="([^"]+)"', client.get("/").content.decode())
    assert [box.split(":")[:2] for box in boxes] == [[str(duty.pk), "0"]]
    for _twice in range(2):
        client.post(reverse("log_nothing_many"), {"ids": boxes})
    assert written() == [(duty.pk, "nothing", "")]


def test_nothing_for_many_makes_one_row_each_however_often_it_is_sent(world, as_post):
    duties, client = world.duties(3), as_post(world.an)
    for _twice in range(2):
        assert nothing(client, *duties[:2]).headers["Location"] == "/"
    assert written() == [(duty.pk, "nothing", "") for duty in duties[:2]]


def test_nothing_is_not_said_over_what_somebody_wrote_meanwhile(world, as_post):
    fresh, stale = world.duties(2)
    said(world.mai, stale)
    answer = nothing(as_post(world.an), fresh, stale)
    assert written() == [(fresh.pk, "nothing", ""), (stale.pk, "doing", "câu của người khác")]
    page = as_post(world.an).get(answer.headers["Location"]).content.decode()
    assert stale.task.title in page


@pytest.mark.parametrize("ids", [[], ["x"], ["9" * 30], ["1"], ["-1:0:x"], ["0:0:x"], ["1:9999999999999:x"], ["1:0"], [":::"], ["\0:0:0"]])
def test_a_choice_that_makes_no_sense_writes_nothing(world, as_post, ids):
    world.duty()
    assert as_post(world.an).post(reverse("log_nothing_many"), {"ids": ids}).status_code == 302
    assert written() == []


@pytest.mark.parametrize("who", ["chi", "binh"])
def test_nothing_for_many_is_for_who_may_log(world, as_post, who):
    nothing(as_post(getattr(world, who)), world.duty())
    assert written() == []


# Drafts over HTTP


def keep(client, duty, *, headers=JSON, **typed):
    typed = {"token": str(uuid.uuid4()), "says": "doing", **typed}
    return client.post(reverse("keep_progress_draft", args=[duty.pk]), typed, headers=headers or {})


def shown(client, duty):
    return client.get(reverse("assignment", args=[duty.pk]))


def test_a_draft_fills_the_form_until_it_is_sent(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    kept = keep(client, duty, words="đang viết", difficulties="thiếu máy")
    assert (kept.status_code, kept.json()["stamp"]) == (200, ProgressDraft.objects.get().stamp)
    form = shown(client, duty).context["form"]
    assert (form["words"].value(), form["difficulties"].value(), form.stamp) == ("đang viết", "thiếu máy", kept.json()["stamp"])
    data = {"token": form["token"].value(), "version": 0, "draft": form.stamp, "says": "doing", "words": "viết xong"}
    assert client.post(reverse("log_progress", args=[duty.pk]), data).status_code == 302
    assert not ProgressDraft.objects.exists()


def test_nobody_else_sees_a_draft(world, as_post):
    duty = world.duty()
    keep(as_post(world.an), duty, words="chỉ của An")
    pages = [shown(as_post(post), duty).content.decode() for post in (world.mai, world.binh, world.dung)]
    assert ["chỉ của An" in page for page in pages] == [False] * 3


@pytest.mark.parametrize(("who", "status"), [("chi", 404), ("giang", 404), ("binh", 403), ("an", 200)])
def test_drafts_stand_behind_the_door_of_the_entry(world, as_post, who, status):
    duty = world.duty()
    client = as_post(getattr(world, who))
    assert keep(client, duty, words="x").status_code == status
    answer = client.post(reverse("discard_progress_draft", args=[duty.pk]))
    assert answer.status_code == (302 if status == 200 else status)


def test_the_button_works_without_scripts_and_a_draft_can_be_thrown_away(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    assert keep(client, duty, headers=None, words="đang viết").headers["Location"] == f"/assignments/{duty.pk}/#log"
    form = shown(client, duty).context["form"]
    client.post(reverse("discard_progress_draft", args=[duty.pk]), {"draft": "cái khác"})
    assert ProgressDraft.objects.count() == 1
    client.post(reverse("discard_progress_draft", args=[duty.pk]), {"draft": form.stamp})
    assert ProgressDraft.objects.count() == 0


def test_two_windows_are_shown_each_other_and_neither_is_lost(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    keep(client, duty, words="ở điện thoại")
    assert keep(client, duty, words="ở máy bàn").status_code == 409
    answer = keep(client, duty, headers=None, words="ở máy bàn")
    assert answer.status_code == 409
    assert all(words in answer.content.decode() for words in ("ở điện thoại", "ở máy bàn"))
    marks = hidden(answer.content.decode())
    assert keep(client, duty, words="cả hai", draft=marks["draft"], token=marks["token"]).status_code == 200
    assert ProgressDraft.objects.get().fields["words"] == "cả hai"


@pytest.mark.parametrize("headers", [JSON, None])
def test_another_windows_draft_thrown_away_in_the_same_moment_stands_in_nobodys_way(world, as_post, monkeypatch, headers):
    duty, client = world.duty(), as_post(world.an)
    keep(client, duty, words="ở điện thoại")
    real = type(ProgressDraft.objects.all()).keep

    def gone_meanwhile(rows, *args, **more):
        try:
            return real(rows, *args, **more)
        except StaleWrite:
            ProgressDraft.objects.all().delete()
            raise

    monkeypatch.setattr(ProgressDraft.objects, "keep", gone_meanwhile.__get__(ProgressDraft.objects.all()))
    assert keep(client, duty, headers=headers, words="ở máy bàn").status_code == (200 if headers else 302)
    assert ProgressDraft.objects.get().fields["words"] == "ở máy bàn"


def test_what_was_written_since_the_draft_is_shown_with_it(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    keep(client, duty, words="đang viết", seen=shown(client, duty).context["form"].seen)
    assert shown(client, duty).context["since"] == []
    said(world.mai, duty)
    assert [act.progress.words for act in shown(client, duty).context["since"]] == ["câu của người khác"]


@pytest.mark.parametrize(
    "typed", [{"says": "bay"}, {"answer": "x"}, {"percent": "NaN"}, {"token": "x"}, {"step": "9" * 40}, {"seen": "\0"}]
)
def test_a_draft_takes_what_no_entry_would(world, as_post, typed):
    duty, client = world.duty(due_on=tomorrow()), as_post(world.an)
    assert keep(client, duty, words="giữ lại câu này", **typed).status_code == 200
    assert shown(client, duty).context["form"]["words"].value() == "giữ lại câu này"


def test_a_draft_too_long_is_told(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    assert keep(client, duty, words="x" * 50_000).status_code == 422
    answer = keep(client, duty, headers=None, words="x" * 50_000)
    assert (answer.status_code, len(answer.context["form"].non_field_errors())) == (422, 1)


def test_a_duty_that_takes_no_more_entries_still_shows_the_unsent_words(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    keep(client, duty, words="chưa kịp gửi")
    type(duty).objects.filter(pk=duty.pk).update(state="done")
    assert "chưa kịp gửi" in shown(client, duty).content.decode()
    assert keep(client, duty, words="nữa").status_code == 403
    client.post(reverse("discard_progress_draft", args=[duty.pk]), {"draft": ProgressDraft.objects.get().stamp})
    assert ProgressDraft.objects.count() == 0


# What a stale page is shown


def test_a_stale_page_is_shown_what_the_others_wrote_and_asks_for_the_files_again(world, as_post):
    duty, client = world.duty(), as_post(world.an)
    said(world.mai, duty, words="câu cũ")
    page = shown(client, duty).context["form"]
    stale = {"token": page["token"].value(), "version": page["version"].value(), "seen": page.seen, "says": "doing", "words": "câu của tôi"}
    theirs = said(world.mai, duty, difficulties="Thiếu máy")
    theirs.judge(by=world.binh, at=timezone.now(), ok=False, reason="chưa rõ số liệu")
    answer = client.post(reverse("log_progress", args=[duty.pk]), {**stale, "files": [SimpleUploadedFile("biên bản.pdf", PDF)]})
    assert answer.status_code == 409
    assert [act.verb for act in answer.context["since"]] == ["progress.logged", "progress.returned"]
    page = answer.content.decode()
    above = page[page.index('id="since"') : page.index("<textarea")]
    assert all(words in above for words in ("câu của người khác", "Thiếu máy", "chưa rõ số liệu", "Mai"))
    assert "câu cũ" not in above
    assert "biên bản.pdf" in str(answer.context["form"].errors["files"])
    assert Progress.objects.filter(words="câu của tôi").count() == 0


@pytest.mark.parametrize(("who", "shown_again"), [("an", True), ("mai", True), ("binh", False)])
def test_words_sent_to_a_duty_that_closed_meanwhile_come_back_to_be_copied(world, as_post, who, shown_again):
    duty = world.duty()
    type(duty).objects.filter(pk=duty.pk).update(state="done")
    data = {"token": uuid.uuid4(), "version": 0, "says": "doing", "words": "chưa kịp gửi"}
    answer = as_post(getattr(world, who)).post(reverse("log_progress", args=[duty.pk]), data)
    assert (answer.status_code, "chưa kịp gửi" in answer.content.decode()) == (403, shown_again)
    assert not Progress.objects.exists()


def test_a_refused_form_asks_for_its_files_again(world, as_post):
    duty = world.duty()
    data = {"token": uuid.uuid4(), "version": 0, "says": "doing", "words": "", "files": [SimpleUploadedFile("b.pdf", PDF)]}
    answer = as_post(world.an).post(reverse("log_progress", args=[duty.pk]), data)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"words", "files"})


def test_six_files_are_one_too_many(world, as_post):
    duty = world.duty()
    files = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(6)]
    data = {"token": uuid.uuid4(), "version": 0, "says": "doing", "words": "Đã làm", "files": files}
    answer = as_post(world.an).post(reverse("log_progress", args=[duty.pk]), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["files"])
    assert not Progress.objects.exists()
