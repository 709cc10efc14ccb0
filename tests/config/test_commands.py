"""demo_people, build_assets and doctor."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from fontTools.ttLib import TTFont

from config.management.commands import build_assets, doctor
from journal import anchoring, guarding, sealing
from journal.models import Digest, Entry, Heartbeat
from orgunits.models import Person
from reports import paper, printing
from reports.models import Paper
from tests.config.processes import GOOD_KEY, free_port, manage, one_sentence_of
from tests.reports.test_month import filed, june

PEOPLE = [{"username": "an", "password": "một-hai-ba", "full_name": "Lê An", "role": "OFFICIAL", "unit": "Ba Ngòi", "level": "ward"}]


def test_the_people_of_a_demo_are_listed(tmp_path):
    (tmp_path / "demo.json").write_text(json.dumps({"secret_key": GOOD_KEY, "people": PEOPLE}))
    assert json.loads(manage("demo_people", "--json", VAR_DIR=tmp_path).stdout) == PEOPLE
    assert manage("demo_people", VAR_DIR=tmp_path).stdout == "  an  một-hai-ba  Lê An  OFFICIAL  Ba Ngòi  ward\n"


@pytest.mark.parametrize("key", [None, GOOD_KEY], ids=["no key", "a key"])
def test_outside_a_demo_there_are_no_people_to_list(key, tmp_path):
    finished = manage("demo_people", "--json", VAR_DIR=tmp_path, SECRET_KEY=key)
    assert one_sentence_of(finished).endswith("There is no demo here. make run makes one.")
    assert finished.stdout == ""


def test_a_real_installation_lists_nobody_even_beside_a_demo(tmp_path):
    (tmp_path / "demo.json").write_text(json.dumps({"secret_key": GOOD_KEY[::-1], "people": PEOPLE}))
    finished = manage("demo_people", "--json", VAR_DIR=tmp_path, SECRET_KEY=GOOD_KEY)
    assert "There is no demo here" in one_sentence_of(finished)


@pytest.fixture(scope="module")
def fonts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assets")
    source = build_assets.fontpkg.path("Be Vietnam Pro", 400)
    build_assets.shrink(source, folder / "regular.woff2")
    build_assets.shrink(source, folder / "again.woff2")
    return folder


def test_a_web_font_is_small_and_has_every_vietnamese_letter(fonts):
    file = fonts / "regular.woff2"
    known = TTFont(file).getBestCmap()
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
    assert [letter for letter in letters + letters.upper() + "0123456789«»“”‘’–—…•%/₫" if ord(letter) not in known] == []
    assert file.stat().st_size < 25_000


def test_the_same_typeface_gives_the_same_file(fonts):
    assert (fonts / "regular.woff2").read_bytes() == (fonts / "again.woff2").read_bytes()


def test_web_fonts_are_made_once(settings, tmp_path, monkeypatch):
    settings.ASSETS_ROOT, made = tmp_path, []
    monkeypatch.setattr(build_assets, "shrink", lambda source, target: (made.append(target.name), target.write_bytes(b"x")))
    call_command("build_assets", verbosity=0)
    call_command("build_assets", verbosity=0)
    assert sorted(made) == sorted(f"{name}.woff2" for name in build_assets.FACES)
    (tmp_path / "fonts" / "made-from.txt").write_text("an older package")
    call_command("build_assets", verbosity=0)
    assert len(made) == 2 * len(build_assets.FACES)


@pytest.fixture
def well(db, settings, tmp_path, monkeypatch):
    """An installation with nothing wrong."""
    settings.MEDIA_ROOT, settings.EMAIL_FILE_PATH, settings.ANCHOR_DIR = tmp_path / "media", str(tmp_path / "mail"), tmp_path / "anchors"
    monkeypatch.setattr(paper, "problem", lambda: None)
    return Heartbeat.objects.create(name="sweep", at=timezone.now())


def examined():
    """Doctor's answer as {name: (mark, words)} and its exit code."""
    output = StringIO()
    try:
        call_command("doctor", stdout=output)
        code = 0
    except SystemExit as end:
        code = end.code
    lines = [line.split(maxsplit=2) for line in output.getvalue().splitlines()]
    return {name: (mark, said) for name, mark, said in lines}, code


def test_a_well_installation(well):
    found, code = examined()
    assert {name: mark for name, (mark, said) in found.items()} == dict.fromkeys(doctor.CHECKS, "ok")
    assert code == 0


def test_a_silent_worker_is_a_problem(well):
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=10))
    found, code = examined()
    assert [name for name, (mark, said) in found.items() if mark == "PROBLEM"] == ["worker"]
    assert "silent since" in found["worker"][1]
    assert code == 1


def journal_line():
    found, _code = examined()
    return found["journal"]


@pytest.fixture
def chain(well):
    """Two acts of now, sealed and anchored today."""
    now = timezone.now()
    entries = [Entry.objects.record(by=None, verb="x.y", target=well, at=now) for _each in range(2)]
    sealing.seal(at=now)
    anchoring.anchor(at=now)
    return entries


def test_the_journal_says_how_far_it_reaches(chain):
    now = timezone.localtime(chain[1].at)
    said = f"sealed up to number 2, an act of {now:%d/%m/%Y %H:%M}, 0 waiting; anchored on {now:%d/%m/%Y} at number 2"
    assert journal_line() == ("ok", said)


def test_a_journal_without_acts_is_well(well):
    assert journal_line() == ("ok", "nothing sealed yet, 0 waiting; no anchor yet")


@pytest.mark.parametrize(("minutes", "sealed", "mark"), [(2, 60, "ok"), (4, 60, "PROBLEM"), (4, 1, "ok")])
def test_an_act_that_waits_too_long_is_a_problem_unless_the_sealer_is_at_it(well, chain, minutes, sealed, mark):
    now = timezone.now()
    Entry.objects.record(by=None, verb="x.y", target=well, at=now - timedelta(minutes=minutes))
    Heartbeat.objects.filter(name="seal").update(at=now - timedelta(minutes=sealed))
    assert (journal_line()[0], "not sealed yet" in journal_line()[1]) == (mark, mark == "PROBLEM")


@pytest.mark.parametrize(("days", "mark"), [(1, "ok"), (2, "PROBLEM")])
def test_an_old_anchor_is_a_problem(well, days, mark):
    then = timezone.now() - timedelta(days=days)
    Entry.objects.record(by=None, verb="x.y", target=well, at=then)
    sealing.seal(at=then)
    anchoring.anchor(at=then)
    assert (journal_line()[0], f"{timezone.localdate(then):%d/%m/%Y}" in journal_line()[1]) == (mark, True)


def test_a_chain_shorter_than_its_anchor_is_a_problem(well, chain):
    longer = anchoring.Anchor(timezone.localdate(), 3, "0" * 64, timezone.now().isoformat())
    anchoring.place().write_bytes(longer.line)
    assert journal_line() == ("PROBLEM", f"the chain ends at number 2, the anchor of {longer.on:%d/%m/%Y} knows 3; run verify_journal")


def test_a_table_without_its_triggers_is_a_problem(well):
    guarding.unguard(connection, "tasks_verdict")
    mark, said = journal_line()
    assert (mark, "nothing in the database guards tasks_verdict;" in said) == ("PROBLEM", True)


def test_letters_that_wait_are_counted_and_old_ones_are_a_problem(well):
    lan, now = Person.objects.create(username="lan"), timezone.now()
    Digest.objects.create(person=lan, on=date(2026, 6, 29), sent_at=now, problem=Digest.NO_ADDRESS)
    letter = Digest.objects.create(person=lan, on=date(2026, 6, 30), planned_at=now - timedelta(minutes=30))
    found, code = examined()
    assert (found["letters"], code) == (("ok", "1 wait, the oldest for 30 min; 1 can never leave: manage.py letters --dead"), 0)
    Digest.objects.filter(pk=letter.pk).update(planned_at=now - timedelta(minutes=90))
    found, code = examined()
    assert (found["letters"][0], found["letters"][1].split(";")[0], code) == ("PROBLEM", "1 wait, the oldest for 90 min", 1)


def test_missing_pdf_libraries_are_a_problem(well, monkeypatch):
    monkeypatch.setattr(paper, "problem", lambda: "Thiếu thư viện.")
    found, code = examined()
    assert (found["pdf"], code) == (("PROBLEM", "Thiếu thư viện."), 1)


def test_papers_nobody_builds_are_a_problem_after_an_hour(well, world, monkeypatch):
    monkeypatch.setattr(paper, "problem", lambda: None)
    world.duty()
    report, now = filed(june(world), world, day=date(2026, 6, 23)), timezone.now()
    Paper.objects.all().delete()
    assert examined()[0]["pdf"] == ("ok", "libraries and fonts found; no papers wait")
    ordered = printing.order_draft(report, by=world.mai, at=now - timedelta(minutes=50))
    assert examined()[0]["pdf"] == ("ok", "libraries and fonts found; 1 papers wait")
    Paper.objects.filter(pk=ordered.pk).update(ordered_at=now - timedelta(minutes=70))
    found, code = examined()
    assert (found["pdf"][0], "the oldest for 70 min" in found["pdf"][1], code) == ("PROBLEM", True, 1)
    Paper.objects.filter(pk=ordered.pk).update(problem="Thiếu bộ chữ.")
    assert examined()[0]["pdf"][1].endswith(f"no papers wait; paper {ordered.pk} could not be built: Thiếu bộ chữ.")
    final = printing.order_filed(report, by=world.mai, at=now, form="pdf")
    Paper.objects.filter(pk=final.pk).update(problem="Quá lâu.")
    assert examined()[0]["pdf"][1].endswith(f"no papers wait; paper {final.pk} could not be built, it is tried again: Quá lâu.")
    final.delete()
    Paper.objects.filter(pk=ordered.pk).update(ordered_at=now - timedelta(days=2))  # a draft nobody wants any more
    assert examined()[0]["pdf"][0] == "ok"


def test_a_media_folder_that_cannot_be_written_is_a_problem(well, settings, tmp_path):
    (tmp_path / "a-file").touch()
    settings.MEDIA_ROOT = tmp_path / "a-file" / "media"
    found, code = examined()
    assert found["media"][0] == "PROBLEM"
    assert "nothing can be written into" in found["media"][1]
    assert code == 1


def test_a_mail_relay_that_does_not_answer_is_a_problem(well, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.smtp.EmailBackend", None
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    found, code = examined()
    assert (found["mail"][0], code) == ("PROBLEM", 1)


def test_run_refuses_outside_the_demo(settings):
    with pytest.raises(CommandError, match=r"run starts the demo only"):
        call_command("run")
