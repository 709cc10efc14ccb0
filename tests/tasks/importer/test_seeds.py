"""The two real plans as received: precision and recall at least 0.98 for duty, lead, directing body and deadline, no wrong date.

Their text is not in the repository. Where a folder `shared/seeds` lies beside it, each file there is known by its number and symbol.
"""

import json
from pathlib import Path

import pytest
from django.conf import settings

from tasks.importer.naming import Directory
from tests.tasks.importer.layouts import TRUTH
from tests.tasks.importer.measure import measure, read_plan

SEEDS = Path(settings.BASE_DIR).parent / "shared" / "seeds"
LEAST = 0.98
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the two real plans are not here: no folder shared/seeds beside the repository"),
]


@pytest.fixture(scope="module")
def measured(country, django_db_blocker):
    """{name of the truth: (reading, Measured)} of both plans."""
    with django_db_blocker.unblock():
        directory, answer = Directory.read(), {}
        for name in ("seed_central", "seed_ward"):
            truth = json.loads((TRUTH / f"{name}.json").read_text())
            file = _file_with(truth["symbol"])
            reading = read_plan(file.read_bytes(), file.name, directory=directory)
            answer[name] = reading, measure(reading, truth)
        return answer


def _file_with(symbol):
    """The file whose first lines give the number: others only cite it."""
    return next(file for file in sorted(SEEDS.iterdir()) if f"Số {symbol}" in "".join(file.read_text()[:1500]))


@pytest.mark.parametrize("name", ["seed_central", "seed_ward"])
def test_a_real_plan_is_read(name, measured):
    _, result = measured[name]
    assert not result.wrong_dates, f"\n{result}"
    assert min(result.least()) >= LEAST, f"\n{result}"
    assert result.refs.precision >= LEAST, f"\n{result}"


def test_the_central_plan_has_sixty_leaf_duties_in_its_assignment(measured):
    reading, _ = measured["seed_central"]
    assert len([task for task in reading["tasks"] if task["ref"].startswith("V.1.")]) == 60
    assert [task["deadline"]["rrules"] for task in reading["tasks"] if task["ref"] == "V.3"] == [["FREQ=MONTHLY;BYMONTHDAY=24"]]


def test_the_ward_annex_has_twenty_one_rows_none_broken_none_doubled(measured):
    reading, result = measured["seed_ward"]
    assert [task["ref"] for task in reading["tasks"] if task["ref"].startswith("PL/")] == [f"PL/{row}" for row in range(1, 22)]
    assert [fault for fault in result.faults if fault.startswith("broken")] == []


def test_parts_without_dates_inherit_the_period_of_their_heading(measured):
    reading, _ = measured["seed_central"]
    inherited = {
        (task["ref"].split("/")[0].split(".")[0], task["deadline"]["due_on"])
        for task in reading["tasks"]
        if "inherited" in task["deadline"]["flags"]
    }
    assert inherited == {("III", "2026-12-31"), ("IV", "2030-12-31")}
