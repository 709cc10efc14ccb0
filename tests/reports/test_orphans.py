"""Files on the disk that no row names are removed after a day, and nothing else is."""

import os
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db.models import FileField
from django.utils import timezone

from journal.models import Heartbeat
from reports import jobs, orphans
from tasks import incidents
from tasks.models.progress import log_progress
from tests.tasks.incidents import noted, sent
from tests.tasks.test_progress import AT, PDF

NOW = timezone.now()
OLD, YOUNG = NOW - timedelta(hours=25), NOW - timedelta(hours=23)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def pdf(name="a.pdf"):
    return ContentFile(PDF, name=name)


def put(media, name, *, since=OLD):
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PDF)
    os.utime(path, (since.timestamp(), since.timestamp()))


def left(media):
    return {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}


def test_every_file_of_the_portal_is_looked_at():
    fields = {model for model in apps.get_models() for field in model._meta.get_fields() if isinstance(field, FileField)}
    assert fields == set(orphans.FOLDERS.values())
    ways = {folder: model._meta.get_field("file").upload_to for folder, model in orphans.FOLDERS.items()}
    assert [folder for folder, way in ways.items() if way and not way(None, "x.pdf").startswith(f"{folder}/")] == []


def test_what_no_row_names_goes_after_a_day_and_what_one_names_stays(world, media, caplog):
    log_progress(world.duty(), by=world.an, at=AT, says="doing", words="x", files=[pdf()])
    row = sent(noted(world, files=[pdf()]))
    incidents.follow_up(row, by=world.an, at=AT, text="Thêm", token=None, files=[pdf(), pdf("b.pdf")])
    named = left(media)
    for name in named:
        put(media, name)
    for folder in ("evidence/2026/11", "incidents/2026/11", "intake/2026/11", "papers/2026-11"):
        put(media, f"{folder}/old.pdf")
        put(media, f"{folder}/young.pdf", since=YOUNG)
    put(media, "elsewhere/old.pdf")
    assert [orphans.remove(at=NOW) for _ in range(2)] == [4, 0]
    young = {f"{folder}/young.pdf" for folder in ("evidence/2026/11", "incidents/2026/11", "intake/2026/11", "papers/2026-11")}
    assert (len(named), left(media)) == (4, named | young | {"elsewhere/old.pdf"})
    assert caplog.messages == ["Removed 4 stored files older than a day that no row names."]


def test_too_many_are_no_accident_and_stay(db, media, monkeypatch, caplog):
    monkeypatch.setattr(orphans, "MOST", 2)
    for n in range(3):
        put(media, f"evidence/2026/11/{n}.pdf")
    assert (orphans.remove(at=NOW), len(left(media))) == (0, 3)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_the_nightly_job(db, media):
    put(media, "evidence/2026/11/old.pdf")
    jobs.remove_orphans()
    assert (left(media), Heartbeat.objects.filter(name="remove_orphans").exists()) == (set(), True)
