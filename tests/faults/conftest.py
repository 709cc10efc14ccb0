"""Faults run on servers of their own (make faults); any other run leaves them out."""

import itertools
import os

import pytest

from tests.faults import figures
from tests.faults.servers import Cluster
from tests.faults.stage import Stage

collect_ignore_glob = [] if "FAULTS_CLUSTER" in os.environ else ["test_*.py"]
EXPECTED = 11  # lines of the table: nine faults, of which one has three
NUMBERS = itertools.count(1)  # of the databases
LINES = pytest.StashKey()


@pytest.fixture
def stage(tmp_path, django_db_blocker):
    """A function from a moment to the Stage that begins then."""
    made = []

    def begin(at):
        made.append(Stage(Cluster(os.environ["FAULTS_CLUSTER"]), tmp_path, f"fault_{next(NUMBERS)}", at=at))
        return made[0]

    with django_db_blocker.unblock():
        yield begin
        for one in made:
            one.close()


@pytest.fixture
def record(request):
    """Put one line into the table: record(name, figures, kills, words)."""
    lines = request.config.stash.setdefault(LINES, [])
    return lambda name, counted, kills=0, words="": lines.append(counted.line(name, kills, words))


def pytest_terminal_summary(terminalreporter, config):
    if lines := config.stash.get(LINES, []):
        terminalreporter.section("faults")
        for line in figures.table(sorted(lines)):
            terminalreporter.write_line(line)


def pytest_sessionfinish(session):
    ran = len(session.config.stash.get(LINES, []))
    if os.environ.get("FAULTS_ALL") and ran != EXPECTED:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
