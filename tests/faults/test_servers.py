"""Redis or PostgreSQL gone in the midst of the letters, and back again."""

from datetime import date, timedelta

from journal.models import Digest, Notice
from tests.faults import clock
from tests.faults.stage import moment

DAY = date(2026, 11, 10)
CROWD = 119


def test_redis_killed_in_the_midst_of_letters(stage, record):
    stage = stage(moment(DAY))
    expected = {(address, DAY) for address in stage.crowd(CROWD)}
    stage.world.duty(due_on=DAY, joined_on=date(2026, 11, 2))
    stage.sink.rule(hold="data", after=20)
    stage.open()
    leaders = stage.portal.stands()
    left = set()
    for _ in range(3):
        port, address = stage.sink.held()
        stage.broker.kill()
        stage.kill(port)  # and whoever held the order in hand: nobody knows of it any more
        left.add(address)
        stage.sink.rule(hold="data", after=20)
        stage.broker.start()
    stage.sink.rule()
    stage.only_left(3)
    clock.forward(minutes=11)
    stage.letters_left()
    counted = stage.figures(expected)
    assert counted.again == left
    assert stage.portal.stands() == leaders, "workers and beats find Redis again by themselves"
    record("2 Redis killed", counted, 3, f"and {stage.kills} workers; 3 letters had left before")


def test_postgresql_restarted_in_the_midst_of_letters(stage, record):
    stage = stage(moment(DAY))
    addresses = stage.crowd(CROWD)
    days = [DAY + timedelta(days=n) for n in range(3)]
    stage.world.duty(due_on=days[-1], joined_on=date(2026, 11, 2))  # told on each of the three days: d3, d1, d0
    stage.gates.close("telling")
    stage.sink.rule(hold="rcpt", after=20)
    stage.open()
    leaders = stage.portal.stands()
    stage.restart_at_gate("telling")
    for point in ("data", "rcpt", "data"):
        stage.sink.held()
        stage.restart_database()
        stage.sink.rule(hold=point, after=20)
    stage.sink.held()
    for day, gate in zip(days[1:], ["gathering", "hanging"], strict=True):
        everything_leaves(stage)
        stage.gates.close(gate)
        clock.put_at(moment(day))
        stage.restart_at_gate(gate)
    stage.gates.close("marking")
    stage.restart_at_gate("marking")
    everything_leaves(stage)
    counted = stage.figures({(address, day) for address in addresses for day in days})
    assert Notice.objects.filter(key__startswith="deadline/").count() == counted.expected
    assert counted.doubled <= stage.restarts * stage.portal.hands, "only what was on its way at a restart may come again"
    assert stage.portal.stands() == leaders, "workers come back by themselves"
    record("3 PostgreSQL restarted", counted, stage.restarts, "restarts with -m immediate; no worker started again")


def everything_leaves(stage):
    """Nobody is held any more; what was left behind is free once its lease has run out."""
    stage.sink.rule()
    stage.wait("every letter claimed", lambda: not Digest.objects.filter(sent_at=None, claimed_at=None).exists())
    stage.swept()
    clock.forward(minutes=11)
    stage.letters_left()
