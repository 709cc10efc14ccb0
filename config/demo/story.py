"""Acts in the order of their moments, and the calendar of an office in Vietnam."""

import heapq
import itertools
import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone

SEED = "thông suốt"
HOLIDAYS = {
    *(date(2026, 2, day) for day in range(14, 23)),  # Tết Bính Ngọ
    *(date(2027, 2, day) for day in range(4, 11)),  # Tết Đinh Mùi
    *(date(2026, *day) for day in [(4, 27), (4, 30), (5, 1), (9, 1), (9, 2)]),
    *(date(2027, *day) for day in [(1, 1), (4, 16), (4, 30), (5, 3), (9, 2)]),
}


class Story:
    """Collects acts and plays those before `today` in order; an act may plan later ones."""

    def __init__(self, today):
        self.today = today
        self._acts, self._order = [], itertools.count()

    def plan(self, at, act):
        """Plan `act`, a function of its moment."""
        if timezone.localdate(at) < self.today:
            heapq.heappush(self._acts, (at, next(self._order), act))

    def play(self):
        """Do everything planned; returns how many acts there were."""
        done = 0
        while self._acts:
            at, _, act = heapq.heappop(self._acts)
            act(at)
            done += 1
        return done


def chance(*names):
    """A source of chance that gives the same for the same names."""
    return random.Random("/".join([SEED, *names]))  # noqa: S311 - a story, not a secret


def workday(day, *, step=1):
    """`day`, or the next (step 1) or last (step -1) day on which offices are open."""
    while day.weekday() >= 5 or day in HOLIDAYS:
        day += timedelta(days=step)
    return day


def after_workdays(day, n):
    """The n-th working day after `day`."""
    for _ in range(n):
        day = workday(day + timedelta(days=1))
    return day


def office_hour(day, rng, *, first=8, last=16):
    """A moment of `day` between two hours, the last one included up to its 59th minute."""
    hour = rng.choice([hour for hour in range(first, last + 1) if hour != 12])
    clock = time(hour, rng.randint(0, 59), rng.randint(0, 59))
    return timezone.make_aware(datetime.combine(day, clock), timezone.get_default_timezone())
