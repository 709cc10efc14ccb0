import re
import uuid
from datetime import date, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tasks.models import Assignment, Progress, Verdict
from tasks.models.progress import log_progress

PDF = b"%PDF-1.4\n%%EOF\n"


def form(duty, **more):
    duty.refresh_from_db()
    return {"token": uuid.uuid4(), "version": duty.version, "says": "doing", "words": "Đã rà quét 12 máy chủ", **more}


def post_progress(client, duty, **more):
    return client.post(reverse("log_progress", args=[duty.pk]), form(duty, **more))


def test_an_official_logs_progress_with_evidence_and_sees_it_in_history(world, as_post):
    duty = world.duty()
    answer = post_progress(as_post(world.an), duty, files=[SimpleUploadedFile("biên bản.pdf", PDF)], difficulties="Thiếu kinh phí")
    assert answer.status_code == 302
    entry = Progress.objects.get()
    assert (entry.words, entry.difficulties, entry.by, entry.says) == ("Đã rà quét 12 máy chủ", "Thiếu kinh phí", world.an, "doing")
    page = as_post(world.an).get(reverse("assignment", args=[duty.pk])).content.decode()
    assert "Đã rà quét 12 máy chủ" in page
    assert "biên bản.pdf" in page


@pytest.mark.parametrize("who", ["chi", "giang"])
def test_the_neighbour_gets_the_same_404_for_what_exists_and_what_does_not(world, as_post, who):
    duty, client = world.duty(), as_post(getattr(world, who))
    there, nowhere = client.get(reverse("assignment", args=[duty.pk])), client.get(reverse("assignment", args=[10**6]))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert post_progress(client, duty).status_code == 404
    assert not Progress.objects.exists()


def test_the_superior_reads_but_may_not_log(world, as_post):
    duty = world.duty()
    assert as_post(world.binh).get(reverse("assignment", args=[duty.pk])).status_code == 200
    assert post_progress(as_post(world.binh), duty).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("words", ""),
        ("says", "bay"),
        ("says", ""),
        ("percent", "101"),
        ("percent", "-1"),
        ("percent", "NaN"),
        ("percent", "6.5"),
        ("token", "x"),
        ("version", "2" * 30),
    ],
)
def test_bad_input_is_answered_beside_its_field_and_nothing_typed_is_lost(world, as_post, field, value):
    duty = world.duty(due_on=date(2099, 1, 1))
    answer = post_progress(as_post(world.an), duty, **{"difficulties": "giữ lại câu này", field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert "giữ lại câu này" in answer.content.decode()
    assert not Progress.objects.exists()


@pytest.mark.parametrize(("name", "content"), [("x.svg", b"<svg/>"), ("x.pdf", b"<html>"), ("x.html", PDF), ("rong.pdf", b"")])
def test_evidence_that_is_not_what_it_says_is_refused(world, as_post, name, content):
    answer = post_progress(as_post(world.an), world.duty(), files=[SimpleUploadedFile(name, content)])
    assert answer.status_code == 422
    assert not Progress.objects.exists()


def test_an_ongoing_duty_cannot_be_finished(world, as_post):
    assert post_progress(as_post(world.an), world.duty(), says="done").status_code == 422


def test_a_stale_page_is_told_and_keeps_its_words(world, as_post):
    duty = world.duty()
    stale = form(duty, words="câu của tôi")
    log_progress(duty, by=world.mai, at=timezone.now(), says="doing", words="câu của người khác")
    answer = as_post(world.an).post(reverse("log_progress", args=[duty.pk]), stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "câu của tôi" in page
    assert "câu của người khác" in page
    again = {**stale, "version": answer.context["form"].data["version"], "token": answer.context["form"].data["token"]}
    assert as_post(world.an).post(reverse("log_progress", args=[duty.pk]), again).status_code == 302
    assert Progress.objects.count() == 2


def test_a_double_click_makes_one_row(world, as_post):
    duty = world.duty()
    same, client = form(duty), as_post(world.an)
    assert [client.post(reverse("log_progress", args=[duty.pk]), same).status_code for _ in range(3)] == [302] * 3
    assert Progress.objects.count() == 1


def test_a_double_click_on_done_is_no_error(world, as_post):
    duty = world.duty(due_on=date(2099, 1, 1))
    same, client = form(duty, says="done"), as_post(world.an)
    assert [client.post(reverse("log_progress", args=[duty.pk]), same).status_code for _ in range(2)] == [302] * 2
    assert Progress.objects.count() == 1


def test_nothing_to_report_is_one_click_and_once(world, as_post):
    duty, token, client = world.duty(), uuid.uuid4(), as_post(world.an)
    for _ in range(2):
        assert client.post(reverse("log_nothing", args=[duty.pk]), {"token": token, "next": "/"}).headers["Location"] == "/"
    assert [entry.says for entry in Progress.objects.all()] == ["nothing"]


def test_a_clerk_names_for_whom(world, as_post):
    duty = world.duty(lead=world.firm)
    client = as_post(world.mai)
    assert post_progress(client, duty).context["form"].errors.keys() == {"spoken_for"}
    assert post_progress(client, duty, spoken_for="Công ty Muối").status_code == 302
    page = client.get(reverse("assignment", args=[duty.pk])).content.decode()
    assert "Công ty Muối" in page
    assert world.mai.person.full_name in page


def test_confirming_and_returning(world, as_post):
    first, second = world.duties(2)
    entries = [log_progress(duty, by=world.an, at=timezone.now(), says="doing", words="x") for duty in (first, second)]
    client = as_post(world.binh)
    assert client.post(reverse("judge", args=[entries[0].pk]), {"ok": "1"}).status_code == 302
    without = client.post(reverse("judge", args=[entries[1].pk]), {"ok": "0", "reason": " "})
    assert (without.status_code, Verdict.objects.count()) == (422, 1)
    assert client.post(reverse("judge", args=[entries[1].pk]), {"ok": "0", "reason": "thiếu biên bản"}).status_code == 302
    assert "thiếu biên bản" in as_post(world.an).get(reverse("assignment", args=[second.pk])).content.decode()


def test_nobody_else_confirms(world, as_post):
    entry = log_progress(world.duty(), by=world.an, at=timezone.now(), says="doing", words="x")
    statuses = {
        who: as_post(getattr(world, who)).post(reverse("judge", args=[entry.pk]), {"ok": "1"}).status_code
        for who in ("an", "mai", "chi", "dung")
    }
    assert statuses == {"an": 403, "mai": 403, "chi": 404, "dung": 403}
    assert not Verdict.objects.exists()


def test_evidence_is_a_download_behind_the_same_door(world, as_post):
    entry = log_progress(world.duty(), by=world.an, at=timezone.now(), says="doing", words="x", files=[SimpleUploadedFile("b.pdf", PDF)])
    address = reverse("evidence", args=[entry.evidence.get().pk])
    answer = as_post(world.binh).get(address)
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert as_post(world.chi).get(address).status_code == 404


def test_naming_who_answers(world, as_post):
    duty = world.duty()
    client = as_post(world.mai)
    assert client.post(reverse("give", args=[duty.pk]), {"owner": world.an.pk, "version": 0}).status_code == 302
    duty.refresh_from_db()
    assert duty.owner == world.an
    assert client.post(reverse("give", args=[duty.pk]), {"owner": world.chi.pk, "version": 1}).status_code == 404
    assert client.post(reverse("give", args=[duty.pk]), {"version": 1}).status_code == 404  # a field left out takes nobody away
    assert as_post(world.an).post(reverse("give", args=[duty.pk]), {"owner": "", "version": 1}).status_code == 403
    duty.refresh_from_db()
    assert duty.owner == world.an


@pytest.mark.parametrize("address", ["duties", "my_work", "dashboard", "plans", "documents", "reports", "units", "inbox"])
def test_lists_cost_the_same_with_one_row_and_with_three(world, as_post, address, django_assert_max_num_queries):

    client = as_post(world.an)
    counts = []
    for _ in range(2):
        world.duties(1 if not counts else 2)
        client.get(reverse(address))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(address)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_number_of_the_dashboard_opens_a_list_of_that_many(world, as_post):

    world.duty(due_on=timezone.localdate() - timedelta(days=3))
    world.duty(due_on=timezone.localdate() + timedelta(days=3))
    done = world.duty(due_on=timezone.localdate())
    log_progress(done, by=world.an, at=timezone.now(), says="done", words="x")
    world.duties(3)
    carried = world.duty(due_on=timezone.localdate() - timedelta(days=9))  # adds up duties below: counted there, not here
    Assignment.objects.filter(pk=carried.pk).update(adds_up=True)
    client = as_post(world.binh)
    page = client.get(reverse("dashboard")).content.decode()
    numbers = re.findall(r'<a id="(?:state|cell|awaiting)[^"]*" href="([^"]+)">(\d+)</a>', page)
    assert len(numbers) >= 7
    for address, n in numbers:
        assert client.get(unescape(address)).context["page"].paginator.count == int(n), address


@pytest.mark.parametrize(
    "query",
    [
        "page=9999999999999999999",
        "page=-1",
        "sort=owner__password",
        "state=bay&timeliness=%00",
        "plan=9e99",
        "unit=%00",
        "q=%00an",
        "q=" + "a" * 300,
        "level=xx",
        "part=%27",
    ],
)
def test_a_filter_that_makes_no_sense_is_left_out(world, as_post, query):
    world.duty()
    assert as_post(world.binh).get(f"/duties/?{query}").status_code == 200


def test_words_without_accents_find_words_with_accents(world, as_post):
    world.duty(title="Bảo đảm an ninh mạng")
    world.duty(title="Tuyên truyền")
    found = as_post(world.binh).get("/duties/?q=an+ninh mang").context["page"]
    assert [row.task.title for row in found] == ["Bảo đảm an ninh mạng"]


def test_english_is_chosen_never_guessed(world, as_post):
    client = as_post(world.an)
    page = client.get("/", headers={"accept-language": "en"})
    assert page.headers["Content-Language"] == "vi"
    client.post(reverse("language"), {"language": "en", "next": "/"})
    assert "My work" in client.get("/").content.decode()


@pytest.mark.parametrize(("sort", "refs"), [("due", ["2", "3", "1"]), ("-due", ["3", "2", "1"])])
def test_duties_without_a_date_come_last_whichever_way_one_sorts(world, as_post, sort, refs):
    world.duty()
    world.duty(due_on=date(2099, 1, 1))
    world.duty(due_on=date(2099, 1, 2))
    page = as_post(world.binh).get(f"/duties/?sort={sort}").context["page"]
    assert [row.task.ref for row in page] == refs
