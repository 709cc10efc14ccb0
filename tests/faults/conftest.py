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
    if missing(config):
        terminalreporter.write_line(f"{missing(config)} of {EXPECTED} lines are missing: not every fault ran to its end.", red=True)


def pytest_sessionfinish(session):
    if missing(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def missing(config):
    """How many lines a whole run lacks; of a chosen few nothing is missing."""
    return EXPECTED - len(config.stash.get(LINES, [])) if os.environ.get("FAULTS_ALL") else 0
