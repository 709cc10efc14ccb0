"""The mail server down, then refusing at every step of a letter, then slow, then back."""

from datetime import date

from journal.digests import LONGEST_WAIT, PASS
from journal.models import Digest
from tests.faults import clock
from tests.faults.stage import moment

DAY = date(2026, 11, 10)
CROWD, SLOWLY = 59, 20
WAITS = [15, 8, 4, 2, 1]  # minutes; the last ones are shorter than the lease, so that it holds for whoever still sends


def test_relay_down_refusing_slow_and_back(stage, record):
    stage = stage(moment(DAY))
    addresses = stage.crowd(CROWD)
    stage.world.duty(due_on=DAY, joined_on=date(2026, 11, 2))
    stage.gates.close("claiming")
    stage.open()
    stage.sink.stop()
    stage.gates.open("claiming")
    began = clock.now()
    stage.wait("a letter put off", lambda: Digest.objects.exclude(problem="").exists())
    time_goes_by(stage)
    stage.sink.start()
    for point in ("mail", "rcpt", "data"):
        before = stage.sink.refusals()
        stage.sink.rule(refuse=point)
        time_goes_by(stage)
        assert stage.sink.refusals() > before
    assert stage.sink.letters() == []
    stage.sink.rule(slow=0.1)
    back_at = clock.now()
    stage.wait(f"{SLOWLY} letters, slowly", lambda: len(stage.sink.letters()) >= SLOWLY)
    stage.sink.rule()
    while Digest.objects.filter(sent_at=None).exists() and clock.now() < back_at + 2 * LONGEST_WAIT:
        clock.forward(minutes=1)
        stage.swept()
    stage.letters_left()
    counted = stage.figures({(address, DAY) for address in addresses})
    assert counted.doubled == 0
    last = Digest.objects.order_by("-sent_at").first()
    assert last.sent_at <= back_at + LONGEST_WAIT + PASS, "the longest wait bounds how late the last one is"
    minutes = round((last.sent_at - back_at).total_seconds() / 60)
    away = round((back_at - began).total_seconds() / 60)
    record("7 relay down, refusing, slow", counted, 0, f"away {away} min, {stage.sink.refusals()} refusals, last one {minutes} min after")


def time_goes_by(stage):
    """Half an hour, in steps after which put-off letters are tried again."""
    for minutes in WAITS:
        clock.forward(minutes=minutes)
        stage.swept()
