"""Every wrong environment value stops the start with one sentence that names it."""

import subprocess
import sys
from datetime import date

import pytest

from config import settings
from tests.config.processes import GOOD_KEY, ROOT, clean_environment, free_port, manage, one_sentence_of

REFUSED = {
    "no key": ({"SECRET_KEY": None}, "SECRET_KEY is missing"),
    "short key": ({"SECRET_KEY": "a1b2c3"}, "SECRET_KEY is too weak"),
    "long key of one letter": ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is too weak"),
    "Django's own sample key": ({"SECRET_KEY": "django-insecure-" + GOOD_KEY}, "SECRET_KEY is too weak"),
    "any host": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS=*"),
    "any host among others": ({"ALLOWED_HOSTS": "portal.example, *"}, "ALLOWED_HOSTS=*"),
    "debug": ({"DEBUG": "1"}, "DEBUG cannot be switched on"),
    "debug in words": ({"DEBUG": "True"}, "DEBUG cannot be switched on"),
    "demo by hand": ({"DEMO": "1"}, "DEMO is set by make run alone"),
    "database of no kind": ({"DATABASE_URL": "portal"}, "DATABASE_URL cannot be read"),
    "database of another kind": ({"DATABASE_URL": "mysql://a:b@localhost/c"}, "DATABASE_URL names a database the portal does not run on"),
    "database port that is none": ({"DATABASE_URL": "postgres://a:b@localhost:port/c"}, "DATABASE_URL cannot be read"),
    "broker of another kind": ({"REDIS_URL": "http://localhost:6379"}, "REDIS_URL cannot be read"),
    "broker without a scheme": ({"REDIS_URL": "localhost:6379"}, "REDIS_URL cannot be read"),
    "broker port that is none": ({"REDIS_URL": "redis://localhost:port/0"}, "REDIS_URL cannot be read"),
    "mail of no kind": ({"EMAIL_URL": "localhost"}, "EMAIL_URL cannot be read"),
    "mail without a host": ({"EMAIL_URL": "smtp://"}, "EMAIL_URL cannot be read"),
    "mail port that is none": ({"EMAIL_URL": "smtp://relay:port"}, "EMAIL_URL cannot be read"),
    "close day beyond every month": ({"REPORT_CLOSE_DAY": "99"}, "REPORT_CLOSE_DAY must be a whole number from 2 to 27"),
    "a later close day without its month": (
        {"REPORT_CLOSE_DAY": "24, 20"},
        "REPORT_CLOSE_DAY must be a whole number from 2 to 27; a",
    ),
    "later close days out of order": ({"REPORT_CLOSE_DAY": "24, 2027-05:20, 2027-03:22"}, "REPORT_CLOSE_DAY must be"),
    "a later close day beyond every month": ({"REPORT_CLOSE_DAY": "24, 2027-03:31"}, "REPORT_CLOSE_DAY must be"),
    "close day in words": ({"REPORT_CLOSE_DAY": "the 24th"}, "REPORT_CLOSE_DAY must be a whole number"),
    "lock after the next close": ({"REPORT_LOCK_DAYS": "28"}, "REPORT_LOCK_DAYS must be a whole number from 0 to 27"),
    "term that begins on no day": ({"PARTY_TERMS": "2026-01-32"}, "PARTY_TERMS must hold days such as 2026-01-23"),
    "term of no level": ({"PARTY_TERMS": "2026-01-23,district:2030-06-20"}, "PARTY_TERMS must hold days such as 2026-01-23"),
    "done without evidence": ({"DONE_WITHOUT_EVIDENCE": "perhaps"}, "DONE_WITHOUT_EVIDENCE must be mark or refuse"),
    "yes or no": ({"DEADLINE_BEFORE_IS_STRICT": "maybe"}, "DEADLINE_BEFORE_IS_STRICT must be 1 or 0"),
    "log level": ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_value_is_named_in_one_sentence(name, tmp_path):
    wrong, said = REFUSED[name]
    given = {"SECRET_KEY": GOOD_KEY, "ALLOWED_HOSTS": "portal.example", "VAR_DIR": tmp_path, **wrong}
    assert said in one_sentence_of(manage("check", **given))


def test_right_values_start(tmp_path):
    given = {"ALLOWED_HOSTS": "portal.example", "REPORT_CLOSE_DAY": "24, 2027-03:20,2028-01:22"}
    finished = manage("check", SECRET_KEY=GOOD_KEY, VAR_DIR=tmp_path, **given)
    assert (finished.returncode, finished.stderr) == (0, "")


def test_days_of_terms_count_for_the_level_they_name_or_for_all(monkeypatch):
    monkeypatch.setenv("PARTY_TERMS", "2026-01-23, ward:2030-06-20")
    first, second = date(2026, 1, 23), date(2030, 6, 20)
    assert settings._terms() == {"central": [first], "province": [first], "ward": [first, second]}


def test_a_folder_of_any_name_will_do(tmp_path):
    folder = tmp_path / "Thông Suốt #1, 50%20? có dấu"
    assert manage("migrate", "contenttypes", SECRET_KEY=GOOD_KEY, VAR_DIR=folder).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert (folder / "thongsuot.sqlite3").is_file()


def test_a_server_without_a_demo_needs_a_key(tmp_path):
    assert "SECRET_KEY is missing" in one_sentence_of(manage("runserver", VAR_DIR=tmp_path))


def test_demo_mode_is_not_entered_with_another_key(tmp_path):
    (tmp_path / "demo.json").write_text('{"secret_key": "the-demo-has-this-one"}')
    assert "DEMO is set by make run alone" in one_sentence_of(manage("check", DEMO="1", SECRET_KEY=GOOD_KEY, VAR_DIR=tmp_path))


def test_a_demo_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "demo.json").write_text("{half a fi")
    assert "demo.json cannot be read" in one_sentence_of(manage("check", VAR_DIR=tmp_path))


def test_an_unreachable_postgresql_is_one_sentence(tmp_path):
    url = f"postgres://portal:word@127.0.0.1:{free_port()}/portal"
    said = one_sentence_of(manage("migrate", SECRET_KEY=GOOD_KEY, DATABASE_URL=url, VAR_DIR=tmp_path))
    assert said.startswith("Database: ")
    assert "word@" not in said


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    (tmp_path / "thongsuot.sqlite3").write_bytes(b"not a database at all" * 400)
    assert "file is not a database" in one_sentence_of(manage("migrate", SECRET_KEY=GOOD_KEY, VAR_DIR=tmp_path))


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "a-file").touch()
    assert "Not a directory" in one_sentence_of(manage("migrate", SECRET_KEY=GOOD_KEY, VAR_DIR=tmp_path / "a-file" / "var"))


def test_the_embedded_broker_makes_its_own_folders(tmp_path):
    ordered = "from reports.jobs import sweep; sweep.delay()"
    assert manage("shell", "--command", ordered, SECRET_KEY=GOOD_KEY, VAR_DIR=tmp_path).returncode == 0
    assert len(list((tmp_path / "queue").iterdir())) == 1


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_a_worker_with_wrong_settings_says_the_same_sentence(part, tmp_path):
    command = [sys.executable, "-m", "celery", "--app", "config", part]
    environment = clean_environment(SECRET_KEY="weak", VAR_DIR=tmp_path)
    finished = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert "SECRET_KEY is too weak" in one_sentence_of(finished)


def test_a_web_worker_with_wrong_settings_is_not_started_again(tmp_path):
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{free_port()}", "--no-control-socket"]
    environment = clean_environment(SECRET_KEY="weak", VAR_DIR=tmp_path)
    finished = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert finished.returncode != 0
    assert "Traceback" not in finished.stderr
    assert finished.stderr.count("SECRET_KEY is too weak") == 1
