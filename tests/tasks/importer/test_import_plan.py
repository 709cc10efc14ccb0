"""The command: what it prints, what it keeps, what it refuses."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from journal.models import Entry
from orgunits.models import OrgUnit, Person, Role
from tasks.importer import drafting
from tasks.management.commands import import_plan
from tasks.models import Intake, Task

pytestmark = pytest.mark.django_db

PLAN = """BAN CHỈ ĐẠO PHƯỜNG BA NGÒI
Số 09-KH/BCĐ
Ba Ngòi, ngày 02 tháng 6 năm 2026
KẾ HOẠCH
Diễn tập ứng cứu sự cố
I. NHIỆM VỤ
1. Công tác chuẩn bị
a) UBND phường chủ trì, phối hợp với Ban Xây dựng Đảng lập kịch bản diễn tập. Hoàn thành trong tháng 7/2026.
b) Tổ Hạt Mầm theo dõi việc thực hiện; hoàn thành khi nào xong thì báo.
II. KINH PHÍ THỰC HIỆN
Từ dự toán được giao năm 2026.
"""


@pytest.fixture
def plan(tmp_path):
    file = tmp_path / "ke-hoach.txt"
    file.write_text(PLAN, encoding="utf-8")
    return file


@pytest.fixture
def clerk(country, db):
    mai = Person.objects.create(username="mai", full_name="Mai")
    return mai.posts.create(unit=OrgUnit.objects.get(code="22423"), role=Role.CLERK, since=date(2026, 1, 1))


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_plan", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_dry_run_prints_the_documented_shape_and_keeps_nothing(country, db, plan):
    told = json.loads(run(plan, "--dry-run", "--json")[0])
    assert list(told) == ["document", "tasks", "indicators", "left_out", "problems"]
    assert list(told["document"]) == ["symbol", "type", "date", "issuer", "subject", "bases"]
    assert list(told["tasks"][0]) == [
        "ref",
        "section",
        "text",
        "title",
        "lead",
        "lead_role",
        "coordinators",
        "directing",
        "product",
        "deadline",
        "parent_ref",
        "flags",
    ]
    first = told["tasks"][0]
    assert (first["ref"], first["lead"], first["coordinators"], first["deadline"]["due_on"]) == (
        "I.1.a",
        ["UBND phường"],
        ["Ban Xây dựng Đảng"],
        "2026-07-31",
    )
    assert {"text": "Từ dự toán được giao năm 2026.", "why": "other_section"} in told["left_out"]
    assert not Intake.objects.exists()


def test_for_people_it_is_a_table(country, db, plan):
    out, _ = run(plan, "--dry-run")
    assert "I.1.a" in out
    assert "2026-07-31" in out
    assert "2 duties" in out


def test_with_an_issuer_the_clerk_gets_it_for_review_and_nothing_is_published(clerk, plan):
    before = Task.objects.count()
    _, err = run(plan, "--issuer", "22423.BCD")
    intake = Intake.objects.get()
    assert (intake.by, intake.state, intake.drafts.count()) == (clerk, Intake.State.REVIEW, 2)
    assert intake.get_absolute_url() in err
    assert Task.objects.count() == before


def test_the_same_file_twice_adds_nothing(clerk, plan):
    run(plan, "--issuer", "22423.BCD")
    assert "taken in before" in run(plan, "--issuer", "22423.BCD")[1]
    assert Intake.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--json"], "Say who issued the plan"),
        (["--issuer", "không-có", "--dry-run"], "no unit with the code"),
        (["--issuer", "22432"], "no clerk"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(country, db, plan, arguments, says):
    with pytest.raises(CommandError, match=says):
        run(plan, *arguments)


def test_a_secret_file_is_refused_with_a_sentence_for_the_clerk(country, db, tmp_path):
    file = tmp_path / "ke-hoach.txt"
    file.write_text("TỐI MẬT\n" + PLAN, encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        run(file, "--dry-run")
    assert refused.value.returncode == 3
    assert "mật" in str(refused.value).lower()


def test_a_file_that_is_not_there(country, db, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "nothing.docx", "--dry-run")


def test_the_named_issuer_reaches_the_review(clerk, plan):
    plan.write_text(PLAN.replace("BAN CHỈ ĐẠO PHƯỜNG BA NGÒI", "BAN CHỈ ĐẠO HUYỆN KHÁC"), encoding="utf-8")
    run(plan, "--issuer", "22423.BCD")
    assert Intake.objects.get().issuer.code == "22423.BCD"


def test_only_its_own_file_is_read(clerk, plan):
    other, _new = Intake.objects.take(b"Mot", "a.txt", by=clerk, at=timezone.now())
    run(plan, "--issuer", "22423.BCD")
    other.refresh_from_db()
    assert (other.state, other.tries) == (Intake.State.WAITING, 0)


def test_a_refusal_for_a_clerk_is_journaled_and_keeps_nothing(clerk, tmp_path):
    file = tmp_path / "ke-hoach.txt"
    file.write_text("TỐI MẬT\n" + PLAN, encoding="utf-8")
    with pytest.raises(CommandError):
        run(file, "--issuer", "22423.BCD")
    assert Entry.objects.get(verb="intake.refused").facts == {"kind": "secret"}
    assert not Intake.objects.exists()


def test_a_fault_of_the_reader_is_one_sentence(clerk, plan, monkeypatch):
    def breaks(*_args, **_more):
        raise RecursionError

    monkeypatch.setattr(import_plan, "understand", breaks)
    with pytest.raises(CommandError, match=r"could not be read \(RecursionError\)"):
        run(plan, "--issuer", "22423.BCD")


def test_a_reading_that_fails_is_told(clerk, plan, monkeypatch):
    def breaks(*_args, **_more):
        raise RecursionError

    monkeypatch.setattr(drafting, "_understand", breaks)
    with pytest.raises(CommandError):
        run(plan, "--issuer", "22423.BCD")
    assert Intake.objects.get().state == Intake.State.FAILED
