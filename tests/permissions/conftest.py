import pytest
import time_machine

from tests.conftest import know_the_rows
from tests.permissions.scene import NOW, Scene


@pytest.fixture(scope="module", autouse=True)
def _ten_in_the_morning():
    """It is 15 July 2026, ten o'clock, and stays so."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def scene(country, django_db_blocker, _ten_in_the_morning):
    """Everybody and everything, made once for a module inside `country`'s transaction."""
    with django_db_blocker.unblock():
        made = Scene()
        know_the_rows()
    return made


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Thousands of 404s are meant; their log lines are not read."""
    caplog.set_level("ERROR", logger="django.request")
