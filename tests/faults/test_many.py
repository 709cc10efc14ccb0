"""Two workers with two hands each and two beats, which ring every job of the schedule again and again."""

from datetime import date

from journal.models import Digest, Notice
from tests.faults.portal import group_of, owner_of
from tests.faults.stage import moment

DAY = date(2026, 11, 10)
CROWD, DUTIES = 119, 3


def test_two_beats_and_two_workers(stage, record):
    stage = stage(moment(DAY))
    addresses = stage.crowd(CROWD)
    stage.world.duties(DUTIES, due_on=DAY, joined_on=date(2026, 11, 2))
    gates = ["telling", "gathering", "claiming"]
    stage.gates.close("telling")
    stage.open(ring_all=True, workers=2, beats=2)
    for gate, following in zip(gates, [*gates[1:], None], strict=True):
        wait_for_both(stage, gate)
        if following:
            stage.gates.close(following)
        stage.gates.open(gate)
    stage.letters_left()
    stage.swept()
    counted = stage.figures({(address, DAY) for address in addresses})
    assert counted.doubled == 0
    assert Digest.objects.count() == len(addresses)
    keys = Notice.objects.order_by("person", "key").values_list("person__email", "key")
    assert len(keys) == len(set(keys)) == len(addresses) * DUTIES
    record("4 two beats, two workers", counted, 0, f"{len(keys)} notices in-app, each once; both workers at every gate at once")


def wait_for_both(stage, gate):
    """Wait until both workers stand before the gate."""
    stage.wait(f"both workers at the gate «{gate}»", lambda: len(workers_at(stage, gate)) == 2)


def workers_at(stage, gate):
    owners = [owner_of(port) for _, port in stage.gates.waiting(gate)]
    return {group_of(pid) for pid in owners if pid}
