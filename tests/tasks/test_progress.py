import uuid
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from journal.models import Entry
from plans import period
from tasks.models import Evidence, Progress, StaleWrite, Verdict
from tasks.models.progress import clean_name, log_progress, media_type

AT = period.moment(date(2026, 7, 10)) + timedelta(hours=9)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def log(duty, by, **more):
    return log_progress(duty, by=by, at=AT, says=more.pop("says", "doing"), words="Đã rà soát 6 hệ thống", **more)


def test_an_entry_is_one_transaction_with_state_and_journal(world):
    duty = world.duty()
    entry = log(duty, world.an)
    duty.refresh_from_db()
    written = Entry.objects.get()
    assert (duty.state, duty.version, duty.last_result_at) == ("doing", 1, AT)
    assert (written.verb, written.person, written.post, written.target, written.facts["progress"]) == (
        "progress.logged",
        world.an.person,
        world.an,
        duty,
        entry.pk,
    )


def test_the_same_submit_twice_is_one_entry(world):
    duty, token = world.duty(), uuid.uuid4()
    first = log(duty, world.an, token=token, version=0)
    again = log(duty, world.an, token=token, version=0)
    assert first == again
    assert (Progress.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_stale_page_writes_nothing(world):
    duty = world.duty()
    log(duty, world.an, version=0)
    with pytest.raises(StaleWrite):
        log(duty, world.mai, version=0)
    assert Progress.objects.count() == 1


def test_a_confirmed_stage_takes_no_more_entries(world):
    duty = world.duty(due_on=date(2026, 8, 1))
    log(duty, world.an, says="done").judge(by=world.binh, at=AT, ok=True)
    with pytest.raises(StaleWrite):
        log(duty, world.an)


def test_history_is_append_only(world):
    entry = log(world.duty(), world.an)
    entry.words = "khác"
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    with pytest.raises(TypeError):
        Entry.objects.get().delete()


def test_a_verdict_once(world):
    entry = log(world.duty(), world.an)
    first = entry.judge(by=world.binh, at=AT, ok=True)
    assert entry.judge(by=world.binh, at=AT, ok=True) == first
    with pytest.raises(StaleWrite):
        entry.judge(by=world.binh, at=AT, ok=False, reason="đổi ý")
    assert Verdict.objects.count() == 1
    assert list(Entry.objects.values_list("verb", flat=True)) == ["progress.logged", "progress.confirmed"]


def test_a_stale_tab_cannot_return_a_newer_entry(world):
    duty = world.duty(due_on=date(2026, 8, 1))
    old = log(duty, world.an, says="done")
    log(duty, world.an, says="doing")
    with pytest.raises(StaleWrite):
        old.judge(by=world.binh, at=AT, ok=False, reason="thiếu")


def test_an_ongoing_result_waits_for_a_word_and_is_then_confirmed(world):
    duty = world.duty()
    entry = log(duty, world.an)
    duty.refresh_from_db()
    assert duty.awaits_since == AT
    entry.judge(by=world.binh, at=AT, ok=True)
    duty.refresh_from_db()
    assert (duty.awaits_since, duty.state) == (None, "doing")


def test_a_returned_ongoing_result_no_longer_counts(world):
    duty = world.duty()
    log(duty, world.an).judge(by=world.binh, at=AT, ok=False, reason="chưa rõ số liệu")
    duty.refresh_from_db()
    assert (duty.state, duty.last_result_at) == ("returned", None)


def test_evidence_keeps_name_hash_and_type_but_not_the_path(world):
    entry = log(world.duty(), world.an, files=[SimpleUploadedFile("../../biên bản.pdf", PDF)])
    file = Evidence.objects.get(progress=entry)
    assert (file.name, file.size, file.media_type) == ("biên bản.pdf", len(PDF), "application/pdf")
    assert file.sha256 == "5a838678058f6de375e8635b5f2fea47a4e5f07cb1a882a44b10f39abc6f34ff"
    assert "biên" not in file.file.name
    assert file.file.read() == PDF


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.PDF", PDF, "application/pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "image/png"),
        ("a.pdf", b"<html><script>alert(1)</script>", None),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        ("a.html", PDF, None),
        ("a.png", PDF, None),
        ("a.exe", b"MZ" + b"\0" * 60, None),
        ("a", PDF, None),
    ],
)
def test_a_files_type_is_what_it_holds(name, content, expected):
    assert media_type(SimpleUploadedFile(name, content)) == expected


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\tmp\\báo cáo.docx", "báo cáo.docx"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_lose_folders_and_marks_that_mislead(given, kept):
    assert clean_name(given) == kept
