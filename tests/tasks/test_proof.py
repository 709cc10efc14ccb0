"""Said to be done without a file: marked, or refused; and what a file of evidence may be and how it is handed out."""

import io
import uuid
import zipfile
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from orgunits.models import Role
from orgunits.tokens import make_token
from plans import period
from tasks.cascade import address
from tasks.deadlines import Kind
from tasks.models import Answer, Assignment, Evidence, Progress, Stage, Task
from tasks.models.progress import Unproven, log_progress, media_type

DUE = date(2026, 9, 30)
AT = period.moment(date(2026, 7, 10)) + timedelta(hours=9)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MIGRATION = import_module("tasks.migrations.0015_proof_of_old_answers")


def file(name="biên bản.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def says(duty, by, words="done", *files):
    return log_progress(duty, by=by, at=AT, says=words, words="đã làm", files=files)


def unproven(duty):
    return Assignment.objects.get(pk=duty.pk).unproven


@pytest.fixture
def refusing(settings):
    settings.DONE_WITHOUT_EVIDENCE = "refuse"


# The mark


def test_done_without_a_file_is_marked_until_a_new_entry_brings_one(world):
    duty = world.duty(due_on=DUE)
    marks = [unproven(duty)]
    for entry in (("doing",), ("done",), ("done", file())):
        says(duty, world.an, *entry)
        marks.append(unproven(duty))
    assert marks == [False, False, True, False]
    assert Answer.objects.get(assignment=duty).said_at == AT


def test_a_file_of_an_earlier_entry_of_the_stage_proves_it(world):
    duty = world.duty(due_on=DUE)
    says(duty, world.an, "doing", file())
    says(duty, world.an)
    assert not unproven(duty)


def test_a_returned_file_proves_nothing_any_more(world):
    duty = world.duty(due_on=DUE)
    says(duty, world.an, "done", file()).judge(by=world.binh, at=AT, ok=False, reason="sai mẫu")
    says(duty, world.an)
    assert unproven(duty)


def test_another_files_stay_where_one_is_returned(world):
    duty = world.duty(due_on=DUE)
    says(duty, world.an, "doing", file())
    says(duty, world.an, "done", file()).judge(by=world.binh, at=AT, ok=False, reason="sai mẫu")
    says(duty, world.an)
    assert not unproven(duty)


def test_confirmed_without_a_file_stays_marked(world):
    duty = world.duty(due_on=DUE)
    says(duty, world.an).judge(by=world.binh, at=AT, ok=True)
    assert unproven(duty)


def test_each_stage_needs_its_own_proof(world):
    task = Task.objects.create(plan=world.plan, ref="s", position=70, title="Hai giai đoạn")
    for n in (1, 2):
        Stage.objects.create(task=task, position=n, label=f"Giai đoạn {n}", kind=Kind.BY_DATE, due_on=DUE)
    duty = address(task, leads=[world.ubnd], on=date(2026, 6, 1))[0]
    says(duty, world.an, "done", file())
    first = unproven(duty)
    says(duty, world.an)
    assert (first, unproven(duty)) == (False, True)
    assert list(duty.answers.order_by("stage__position").values_list("is_proven", flat=True)) == [True, False]


def test_an_ongoing_result_is_never_marked(world):
    duty = world.duty()
    says(duty, world.an, "doing")
    assert not unproven(duty)


def test_rows_that_stood_before_are_marked(world):
    proven, lacking, doing = world.duties(3, due_on=DUE)
    says(proven, world.an, "done", file())
    says(lacking, world.an, "done", file()).judge(by=world.binh, at=AT, ok=False, reason="sai")
    says(lacking, world.an)
    says(doing, world.an, "doing")
    Assignment.objects.update(unproven=False)
    Answer.objects.update(is_proven=False)
    for _again in range(2):
        MIGRATION.read(apps, None)
    assert [unproven(duty) for duty in (proven, lacking, doing)] == [False, True, False]
    assert Answer.objects.get(assignment=proven).is_proven


# Refused


def test_refused_where_the_setting_says_so(world, refusing):
    duty = world.duty(due_on=DUE)
    with pytest.raises(Unproven):
        says(duty, world.an)
    assert not Progress.objects.exists()
    says(duty, world.an, "doing", file())
    says(duty, world.an)
    assert not unproven(duty)


def post(client, duty, *files, **fields):
    row = Assignment.objects.get(pk=duty.pk)
    data = {"token": uuid.uuid4(), "version": row.version, "says": "done", "words": "Đã rà soát xong", "percent": "", **fields}
    return client.post(reverse("log_progress", args=[duty.pk]), {**data, "files": list(files)})


def test_the_form_says_so_beside_the_field_and_keeps_the_words(world, as_post, refusing):
    duty = world.duty(due_on=DUE)
    page = post(as_post(world.an), duty)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["files"])
    assert "Đã rà soát xong" in page.content.decode()
    assert post(as_post(world.an), duty, file()).status_code == 302


def test_the_api_says_so_too(world, client, refusing):
    duty = world.duty(due_on=DUE)
    _token, key = make_token(world.an, name="máy", expires_on=timezone.localdate() + timedelta(days=9), may_write=True)
    address = reverse("api-assignment-progress", kwargs={"assignment": duty.pk})
    sent = {"data": {"says": "done", "words": "xong"}, "content_type": "application/json", "headers": {"Authorization": f"Bearer {key}"}}
    answer = client.post(address, **sent)
    assert (answer.status_code, list(answer.json())) == (400, ["files"])
    says(duty, world.an, "doing", file())
    assert client.post(address, **sent).status_code == 201


# The list


def test_the_list_of_what_is_not_proven_and_its_number(world, as_post):
    lacking, proven, _todo = world.duties(3, due_on=DUE)
    says(lacking, world.an)
    says(proven, world.an, "done", file())
    page = as_post(world.binh).get(reverse("duties"))
    assert (page.context["unproven"], page.context["page"].paginator.count) == (1, 3)
    assert list(as_post(world.binh).get(f"{reverse('duties')}?unproven=1").context["page"]) == [lacking]


@pytest.mark.parametrize("address", ["duties", "my_work"])
def test_the_mark_stands_where_the_superior_looks(world, as_post, address):
    proven = world.duty(due_on=DUE)
    says(proven, world.an, "done", file())
    mark = "chưa có minh chứng"
    pages = [as_post(world.binh).get(reverse(address)), as_post(world.binh).get(proven.get_absolute_url())]
    lacking = world.duty(due_on=DUE)
    says(lacking, world.an)
    pages += [as_post(world.binh).get(reverse(address)), as_post(world.binh).get(lacking.get_absolute_url())]
    assert [page.content.decode().count('class="tag soon ring"') for page in pages] == [0, 0, 1, 2], mark


# What a file may be


def archive(*names, comment=b""):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as book:
        for name in names:
            book.writestr(name, "0" * 1000)
        book.comment = comment
    return held.getvalue()


HOLLOW = archive("word/document.xml", "bom.zip")  # an archive that is no Office file: never unpacked, never taken
OFFICE = archive("[Content_Types].xml", "word/document.xml")
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = [
    ("hình.svg", SVG),
    ("hình.png", SVG),
    ("trang.pdf", b"<!doctype html><script>alert(1)</script>"),
    ("../../x.pdf", b"<html></html>"),
    ("bom.docx.zip", HOLLOW),
    ("bom.docx", HOLLOW),
    ("bom.docx", b"PK\x03\x04" + b"\0" * 100),
    ("rỗng.pdf", b""),
    ("lớn.pdf", PDF + b"0" * (21 * 1024 * 1024)),
]


@pytest.mark.parametrize(("name", "content"), REFUSED, ids=[f"{name} {len(content)}" for name, content in REFUSED])
def test_what_is_refused_leaves_nothing_and_says_so_beside_the_field(world, as_post, name, content):
    page = post(as_post(world.an), world.duty(due_on=DUE), file(name, content))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["files"])
    assert not Progress.objects.exists()
    assert not Evidence.objects.exists()


def test_an_office_file_is_known_by_what_every_one_lists():
    far = archive(*(f"word/media/{n:0200}.bin" for n in range(200)), "[Content_Types].xml")
    assert [media_type(file("a.docx", content)) for content in (OFFICE, far, HOLLOW)] == [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ] * 2 + [None]


def test_a_name_that_climbs_is_only_a_name(world, as_post):
    duty = world.duty(due_on=DUE)
    assert post(as_post(world.an), duty, file("../../x.pdf")).status_code == 302
    row = Evidence.objects.get()
    assert (row.name, row.file.name.split("/")[0], ".." in row.file.name) == ("x.pdf", "evidence", False)


# How it is handed out


def test_a_file_is_never_shown_in_the_page(world, as_post):
    says(world.duty(due_on=DUE), world.an, "done", file("biên bản.pdf"))
    answer = as_post(world.binh).get(reverse("evidence", args=[Evidence.objects.get().pk]))
    told = {name: answer.headers[name] for name in ("X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")}
    assert told == {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    assert (answer.streaming, answer.headers["Content-Disposition"].split(";")[0]) == (True, "attachment")
    assert answer.headers["Content-Type"] == "application/pdf"


def test_the_right_is_asked_again_at_each_download(world, as_post):
    says(world.duty(due_on=DUE), world.an, "done", file())
    address = reverse("evidence", args=[Evidence.objects.get().pk])
    reader = world.hire("xem", world.ubnd)
    assert as_post(reader).get(address).status_code == 200
    type(reader).objects.filter(pk=reader.pk).update(unit=world.ubnd_cam_linh)
    assert as_post(reader).get(address).status_code == 404
    assert as_post(world.hire("quan", world.ba_ngoi, Role.ADMIN)).get(address).status_code == 404
    assert as_post(world.chi).get(address).status_code == 404


def test_nobody_reaches_a_file_by_its_place_on_the_disk(world, client):
    says(world.duty(due_on=DUE), world.an, "done", file())
    for start in ("/media/", "/", "/static/"):
        assert client.get(start + Evidence.objects.get().file.name).status_code in {302, 404}
