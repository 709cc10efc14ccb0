"""Files as they arrive: what may be kept is kept, of the rest only the size; what fails leaves nothing behind."""

import os
import uuid

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from journal.models import Entry
from tasks import incidents
from tasks.models import Evidence, IncidentFile, Progress, ProgressDraft
from tasks.models.progress import log_progress
from tasks.uploads import Bounded
from tests.tasks.incidents import noted, sent
from tests.tasks.test_progress import AT, PDF

PIECE = b"%PDF" + bytes(64 * 1024 - 4)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def arrive(handler, size, name="lon.pdf"):
    """A file of about `size` bytes through the handler, piece by piece. Returns (the file, the most it took on the disk)."""
    handler.new_file("files", name, "application/pdf", None)
    most = start = 0
    while start < size:
        handler.receive_data_chunk(PIECE, start)
        handler.file.flush()
        start, most = start + len(PIECE), max(most, os.path.getsize(handler.file.temporary_file_path()))
    return handler.file_complete(start), most


def test_a_file_within_the_limit_arrives_whole():
    file, _most = arrive(Bounded(), 10 * len(PIECE))
    assert (file.size, file.read(4), len(file.read())) == (10 * len(PIECE), b"%PDF", 10 * len(PIECE) - 4)


def test_of_a_file_of_200_mb_only_its_size_is_kept():
    file, most = arrive(Bounded(), 200 * 1024**2)
    assert file.size == 200 * 1024**2
    assert most <= settings.EVIDENCE_MAX_BYTES
    assert file.read() == b""


def test_many_large_files_together_fill_no_more_than_five():
    handler, on_disk = Bounded(), 0
    for n in range(12):
        _file, _most = arrive(handler, settings.EVIDENCE_MAX_BYTES, name=f"{n}.pdf")
        on_disk += os.path.getsize(handler.file.temporary_file_path())
    assert on_disk <= 5 * settings.EVIDENCE_MAX_BYTES


def test_a_body_nobody_would_send_is_refused_unread():
    with pytest.raises(RequestDataTooBig):
        Bounded().handle_raw_input(None, {}, 2 * 1024**3, b"x")


def send(client, duty, *files, words="câu phải giữ lại"):
    data = {"token": uuid.uuid4(), "version": 0, "says": "doing", "words": words, "files": list(files)}
    return client.post(reverse("log_progress", args=[duty.pk]), data)


def test_a_file_too_large_is_one_sentence_beside_it_and_the_words_stay(world, as_post, media):
    answer = send(as_post(world.an), world.duty(), SimpleUploadedFile("lon.pdf", PDF + bytes(settings.EVIDENCE_MAX_BYTES)))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["files"])
    assert len(answer.context["form"].errors["files"]) == 1
    assert "câu phải giữ lại" in answer.content.decode()
    assert (Progress.objects.count(), files_in(media)) == (0, [])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("bao-cao.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("rong.pdf", b""),
        ("anh.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_what_is_not_what_it_says_is_refused(world, as_post, media, name, content):
    answer = send(as_post(world.an), world.duty(), SimpleUploadedFile(name, content))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["files"])
    assert name in answer.context["form"].errors["files"][0]
    assert (Progress.objects.count(), files_in(media)) == (0, [])


def test_a_name_that_climbs_is_stored_under_one_of_ours(world, as_post, media):
    assert send(as_post(world.an), world.duty(), SimpleUploadedFile("../../x.pdf", PDF)).status_code == 302
    file = Evidence.objects.get()
    stored = files_in(media)
    assert [str(path.relative_to(media)) for path in stored] == [file.file.name]
    assert file.file.name.startswith("evidence/")
    assert (file.name, "x.pdf" in file.file.name) == ("x.pdf", False)


@pytest.mark.parametrize("broken", ["Evidence", "Entry"])
def test_an_entry_that_fails_leaves_no_file_and_no_row_and_keeps_the_draft(world, media, monkeypatch, broken):
    duty, page = world.duty(), uuid.uuid4()
    ProgressDraft.objects.keep(duty, by=world.an, at=AT, fields={"words": "x"}, page=page)

    def breaks(*args, **kwargs):
        assert files_in(media)  # the first file had reached the disk
        raise OSError("no space left on device")

    if broken == "Entry":
        monkeypatch.setattr(Entry.objects, "record", breaks)
    else:
        whole = default_storage._wrapped.save if hasattr(default_storage, "_wrapped") else default_storage.save
        calls = []
        monkeypatch.setattr(
            type(Evidence._meta.get_field("file").storage),
            "save",
            lambda self, *args, **kwargs: calls.append(1) or (breaks() if len(calls) > 1 else whole(*args, **kwargs)),
            raising=False,
        )
    with pytest.raises(OSError, match="no space"):
        log_progress(
            duty, by=world.an, at=AT, says="doing", words="x", token=page, files=[SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(2)]
        )
    assert (files_in(media), Progress.objects.count(), ProgressDraft.objects.count()) == ([], 0, 1)


ACTS = {
    "note": lambda world, row, **files: noted(world, **files),
    "follow": lambda world, row, **files: incidents.follow_up(row, by=world.an, at=AT, text="Thêm", token=None, **files),
    "close": lambda world, row, **files: incidents.close(row, by=world.an, at=AT, text="Xong", token=None, version=None, **files),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_an_incident_that_fails_leaves_no_file(world, media, monkeypatch, act):
    row = sent(noted(world))

    def breaks(*args, **kwargs):
        assert len(files_in(media)) == 2
        raise OSError("no space left on device")

    monkeypatch.setattr(Entry.objects, "record", breaks)
    with pytest.raises(OSError, match="no space"):
        ACTS[act](world, row, files=[SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(2)])
    assert (files_in(media), IncidentFile.objects.count()) == ([], 0)
