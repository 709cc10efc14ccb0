"""From an empty portal with two plans to a lively one."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from config.demo import central, clocks, incidents, indicators, months, people, ward
from config.demo.duties import Teller
from config.demo.evidence import Papers
from config.demo.story import Story
from journal import digests
from journal.models import Digest
from orgunits.loading import read
from plans import period
from plans.models import Plan
from tasks import recurring

NIGHT = timedelta(minutes=20)
MORNING = timedelta(hours=7, minutes=30)


class OutsideDemo(Exception):
    """Invented people with readable passwords belong to a demo and nowhere else."""


def _turn(story):
    """What comes back begins anew each night, as the job of 00:20 has it; what was told leaves in letters each morning, as at 07:30."""
    day = Plan.objects.aggregate(first=Min("issued_on"))["first"]
    while day < story.today:
        story.plan(period.moment(day) + MORNING, _letters)
        day += timedelta(days=1)
        story.plan(period.moment(day) + NIGHT, lambda at: recurring.turn_over(on=timezone.localdate(at), at=at))


def _letters(at):
    """They count as sent: without them the first morning's letter would hold the news of a year."""
    digests.plan_urgent(at=at)
    digests.plan(timezone.localdate(at), at=at)
    Digest.objects.filter(sent_at=None).update(claimed_at=at, sent_at=at)


def load(today, *, provinces=None, with_papers=True):
    """Add the demo's people and what they did before `today`, once. Returns the number of acts (0 where they stand already).

    `provinces` shortens the story: so many provinces besides Khánh Hòa and Thanh Hóa, and three ministries (None: everybody).
    Raises OutsideDemo.
    """
    if not settings.DEMO:
        raise OutsideDemo
    if people.are_there():
        people.renew_lost_passwords()
        return 0
    with Papers(with_papers) as papers, transaction.atomic():
        cast, keys = people.make(today), people.Keys()
        story = Story(today)
        teller = Teller(story, cast, read("demo/sentences.json"), papers)
        central.tell(teller, provinces=provinces)
        ward.tell(teller)
        indicators.tell(story, cast, provinces=provinces)
        months.tell(story, cast, teller.sentences, provinces=provinces)
        clocks.tell(story, cast)
        _turn(story)
        incidents.tell(story, cast)
        acts = story.play()
        months.leave_few_papers()
        keys.hand_out()
    return acts
