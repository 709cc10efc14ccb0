"""`manage.py read_deadline`, as an operator's shell runs it: from nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MANAGE = Path(__file__).parents[2] / "manage.py"


def run(said, *options, tmp_path, **environment):
    command = [sys.executable, MANAGE, "read_deadline", *options]
    bare = {"PATH": os.defpath, "VAR_DIR": str(tmp_path / "var"), **environment}
    return subprocess.run(command, input=said, capture_output=True, env=bare, cwd=tmp_path, timeout=120)


def test_one_object_a_line_from_a_clean_environment(tmp_path):
    said = (
        "Hoàn thành trong tháng 4/2026.\n\ntrước 20h00 ngày 25/5\r\n".encode()
        + b"\xff\xfe\x80 15/6\xb02026\nTh\xc6\xb0\xe1\xbb\x9dng xuy\xc3\xaan"
    )
    answer = run(said, "--plan-date", "2026-01-05", tmp_path=tmp_path, LC_ALL="C", PYTHONIOENCODING="ascii")
    told = [json.loads(line) for line in answer.stdout.decode().splitlines()]
    assert [(one["words"], one["kind"], one["due_on"], one["due_at"]) for one in told] == [
        ("Hoàn thành trong tháng 4/2026.", "by_end_of_month", "2026-04-30", None),
        ("", "none", None, None),
        ("trước 20h00 ngày 25/5", "before_date", "2026-05-25", "20:00"),
        ("��� 15/6�2026", "unread", None, None),
        ("Thường xuyên", "ongoing", None, None),
    ]
    assert (answer.returncode, answer.stderr) == (0, b"")


def test_inclusive_before(tmp_path):
    answer = run("trước ngày 25/5".encode(), "--plan-date", "2026-01-05", "--inclusive", tmp_path=tmp_path)
    assert json.loads(answer.stdout)["due_on"] == "2026-05-25"


@pytest.mark.parametrize("day", ["2026-13-01", "05/01/2026", ""])
def test_a_bad_day_is_one_sentence_and_exit_2(day, tmp_path):
    answer = run(b"", "--plan-date", day, tmp_path=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.decode().splitlines() == [f"CommandError: --plan-date {day!r} is not a day; write it as 2026-01-05."]
