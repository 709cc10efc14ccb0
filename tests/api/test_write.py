"""Logging progress: the same find, may, check and act as the page."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from journal.models import Entry
from tasks.models import Assignment, Progress
from tasks.models.progress import log_progress

SAID = {"says": "doing", "words": "Đã ban hành kế hoạch tháng 2", "percent": 40}


def path_of(assignment):
    return f"/assignments/{assignment.pk}/progress/"


WHO_MAY = {"an": 201, "binh": 403, "chi": 404, "giang": 403, "admin": 404, "auditor": 403}


@pytest.mark.parametrize(("name", "code"), WHO_MAY.items())
def test_who_may_log(world, call, name, code):
    before = Progress.objects.count()
    answer = call(getattr(world, name)).post(path_of(world.assignment), SAID)
    assert answer.status_code == code
    assert Progress.objects.count() == before + (code == 201)


def test_what_is_logged_is_what_the_page_would_log(world, call):
    answer = call(world.an).post(path_of(world.assignment), SAID | {"difficulties": "Thiếu máy", "proposals": "Cấp thêm"})
    row = Progress.objects.get(pk=answer.json()["id"])
    assert (row.says, row.words, row.percent, row.difficulties, row.proposals) == ("doing", SAID["words"], 40, "Thiếu máy", "Cấp thêm")
    assert (row.by, row.assignment, row.spoken_for, row.needs_verdict) == (world.an, world.assignment, "", False)
    assert Entry.objects.about(world.assignment).filter(verb="progress.logged", post=world.an, facts__progress=row.pk).count() == 1
    assert Assignment.objects.get(pk=world.assignment.pk).version == world.assignment.version + 1


def test_nobody_writes_what_is_not_theirs_to_write(world, call):
    forged = {"at": "2020-01-01T00:00:00Z", "by": world.binh.pk, "needs_verdict": False, "assignment": world.neighbour_assignment.pk}
    answer = call(world.an).post(path_of(world.assignment), {"says": "done", "words": "Xong"} | forged)
    row = Progress.objects.get(pk=answer.json()["id"])
    assert (row.by, row.assignment, row.needs_verdict, row.at.year) == (world.an, world.assignment, True, timezone.now().year)


def test_a_clerk_names_the_official(world, call):
    dung, path = call(world.dung), path_of(world.assignment)
    assert list(dung.post(path, SAID).json()) == ["spoken_for"]
    assert list(dung.post(path, SAID | {"spoken_for": "   "}).json()) == ["spoken_for"]
    assert dung.post(path, SAID | {"spoken_for": "Nguyễn Văn An"}).json()["spoken_for"] == "Nguyễn Văn An"


def test_only_a_clerk_speaks_for_another(world, call):
    answer = call(world.an).post(path_of(world.assignment), SAID | {"spoken_for": "Ai đó"})
    assert (answer.status_code, list(answer.json())) == (400, ["spoken_for"])


def test_a_token_that_only_reads_writes_nothing(world, call):
    reader = call(world.an, may_write=False)
    assert reader.get(path_of(world.assignment)).status_code == 200
    assert reader.post(path_of(world.assignment), SAID).status_code == 403
    assert Progress.objects.count() == 1


REFUSED = {
    "no words": ({"says": "doing"}, "words"),
    "blank words": ({"says": "done", "words": " \n "}, "words"),
    "no state": ({"words": "x"}, "says"),
    "unknown state": (SAID | {"says": "confirmed"}, "says"),
    "percent too high": (SAID | {"percent": 101}, "percent"),
    "percent too low": (SAID | {"percent": -1}, "percent"),
    "half a percent": (SAID | {"percent": 50.5}, "percent"),
    "percent in words": (SAID | {"percent": "một nửa"}, "percent"),
    "words too long": (SAID | {"words": "x" * 4001}, "words"),
    "name too long": (SAID | {"spoken_for": "x" * 121}, "spoken_for"),
    "null words": (SAID | {"words": None}, "words"),
    "words that are no text": (SAID | {"words": ["x"]}, "words"),
    "stage of nobody": (SAID | {"answer": 999999}, "answer"),
    "version far away": (SAID | {"version": 2**63}, "version"),
}


@pytest.mark.parametrize(("said", "field"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused_beside_its_field(world, call, said, field):
    answer = call(world.an).post(path_of(world.assignment), said)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert Progress.objects.count() == 1


def test_nothing_to_report_needs_no_words(world, call):
    assert call(world.an).post(path_of(world.assignment), {"says": "nothing"}).status_code == 201


def test_an_ongoing_duty_is_never_done_and_has_no_percent(world, call):
    an, path = call(world.an), path_of(world.ongoing_assignment)
    assert list(an.post(path, {"says": "done", "words": "Xong"}).json()) == ["says"]
    assert list(an.post(path, SAID).json()) == ["percent"]
    assert an.post(path, {"says": "doing", "words": "Trực hằng tuần"}).status_code == 201


def test_another_assignments_stage_does_not_exist_here(world, call):
    said = SAID | {"answer": world.neighbour_assignment.answers.get().pk}
    answer = call(world.an).post(path_of(world.assignment), said)
    assert answer.content == call(world.an).post(path_of(world.assignment), SAID | {"answer": 999999}).content


@pytest.fixture
def two_stages(world):
    """The duty's first stage confirmed, its second open. Returns (confirmed, open)."""
    stage = world.task.stages.create(position=2, kind="by_date", due_on="2099-12-31")
    second = world.assignment.answers.create(stage=stage, clock="dated", due_on="2099-12-31")
    entry = log_progress(world.assignment, by=world.an, at=timezone.now(), says="done", words="Xong bước một")
    entry.judge(by=world.binh, at=timezone.now(), ok=True)
    return entry.answer, second


def test_an_entry_may_name_its_stage(world, call, two_stages):
    done, open_one = two_stages
    assert call(world.an).post(path_of(world.assignment), SAID | {"answer": open_one.pk}).json()["answer"] == open_one.pk
    refused = call(world.an).post(path_of(world.assignment), SAID | {"answer": done.pk})
    assert (refused.status_code, list(refused.json())) == (400, ["answer"])


def test_an_entry_without_a_stage_never_reopens_a_confirmed_one(world, call, two_stages):
    done, open_one = two_stages
    done.stage.position, open_one.stage.position = 9, 1
    done.stage.save()
    open_one.stage.save()
    log_progress(world.assignment, by=world.an, at=timezone.now(), says="done", words="Xong bước hai")
    answer = call(world.an).post(path_of(world.assignment), SAID)
    assert answer.json()["answer"] == open_one.pk
    done.refresh_from_db()
    assert done.state == "done"


def test_a_confirmed_duty_takes_no_more(world, call):
    log_progress(world.assignment, by=world.an, at=timezone.now(), says="done", words="Xong").judge(
        by=world.binh, at=timezone.now(), ok=True
    )
    assert call(world.an).post(path_of(world.assignment), SAID).status_code == 403


def test_a_stale_version_saves_nothing_and_tells_the_current_one(world, call):
    seen = call(world.an).get(f"/assignments/{world.assignment.pk}/").json()["version"]
    first = call(world.an).post(path_of(world.assignment), SAID | {"version": seen})
    second = call(world.an).post(path_of(world.assignment), SAID | {"version": seen, "words": "Bản khác"})
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["version"] == seen + 1
    assert second.json()["detail"]
    assert call(world.an).post(path_of(world.assignment), SAID | {"version": seen + 1}).status_code == 201


def test_the_same_key_makes_one_entry(world, call):
    an, key = call(world.an), str(uuid.uuid4())
    said = {"says": "done", "words": "Xong", "version": world.assignment.version}
    first = an.post(path_of(world.assignment), said, **{"Idempotency-Key": key})
    again = an.post(path_of(world.assignment), said, **{"Idempotency-Key": key})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert Progress.objects.count() == 2


def test_the_same_key_answers_even_after_the_duty_closed(world, call):
    an, key, said = call(world.an), str(uuid.uuid4()), {"says": "done", "words": "Xong"}
    first = an.post(path_of(world.assignment), said, **{"Idempotency-Key": key}).json()
    Progress.objects.get(pk=first["id"]).judge(by=world.binh, at=timezone.now(), ok=True)
    again = an.post(path_of(world.assignment), said, **{"Idempotency-Key": key})
    assert (again.status_code, again.json()["id"]) == (200, first["id"])


def test_an_old_key_with_new_words_is_refused_not_swallowed(world, call):
    an, key = call(world.an), str(uuid.uuid4())
    an.post(path_of(world.assignment), SAID, **{"Idempotency-Key": key})
    other = an.post(path_of(world.assignment), SAID | {"words": "Lời khác"}, **{"Idempotency-Key": key})
    elsewhere = an.post(path_of(world.ongoing_assignment), {"says": "doing", "words": "Việc khác"}, **{"Idempotency-Key": key})
    somebody = call(world.dung).post(path_of(world.assignment), SAID, **{"Idempotency-Key": key})
    assert (other.status_code, elsewhere.status_code, somebody.status_code) == (409, 409, 409)
    assert Progress.objects.count() == 2


def test_a_key_opens_no_door(world, call):
    key = str(uuid.uuid4())
    call(world.an).post(path_of(world.assignment), SAID, **{"Idempotency-Key": key})
    assert call(world.chi).post(path_of(world.assignment), SAID, **{"Idempotency-Key": key}).status_code == 404
    assert call(world.binh).post(path_of(world.ongoing_assignment), SAID, **{"Idempotency-Key": key}).status_code == 403


def test_a_key_that_is_no_uuid_is_refused(world, call):
    answer = call(world.an).post(path_of(world.assignment), SAID, **{"Idempotency-Key": "hôm nay"})
    assert (answer.status_code, list(answer.json())) == (400, ["Idempotency-Key"])


def test_somebody_signed_in_writes_with_the_pages_own_guard(world):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.an.person, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/api/v1{path_of(world.assignment)}"
    assert browser.post(path, SAID, content_type="application/json").status_code == 403
    browser.cookies["csrftoken"] = "a" * 32
    assert browser.post(path, SAID, content_type="application/json", headers={"X-CSRFToken": "a" * 32}).status_code == 201


def test_nothing_else_can_be_written(world, call):
    an = call(world.an).client
    for path in ["plans", "tasks", "assignments", "progress", "reports", "documents", "units"]:
        for verb in (an.post, an.put, an.patch, an.delete, an.options):
            assert verb(f"/api/v1/{path}/", content_type="application/json").status_code == 405
            if verb != an.post:
                assert verb(f"/api/v1/{path}/1/", content_type="application/json").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_posts_at_once_make_one_entry(world, call):
    an, key = call(world.an), str(uuid.uuid4())

    def send(_):
        try:
            return an.post(path_of(world.assignment), {"says": "done", "words": "Xong"}, **{"Idempotency-Key": key}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        codes = sorted(pool.map(send, range(20)))
    assert codes == [200] * 19 + [201]
    assert Progress.objects.filter(assignment=world.assignment, says="done").count() == 1
