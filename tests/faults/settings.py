"""The settings of the tests, with a clock that can be moved. Nothing of the product knows that it is under test."""

from django.utils import timezone

from tests.faults import clock
from tests.settings import *  # noqa: F403 - a settings module is its names

timezone.now = clock.now
