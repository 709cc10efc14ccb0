"""A worker killed with kill -9, at every step of its work."""

import hashlib
from datetime import date

from journal.models import Notice
from reports import drafting, printing
from reports.models import MonthlyReport, Paper
from tests.faults import clock
from tests.faults.figures import Figures
from tests.faults.stage import moment

DAY = date(2026, 11, 10)
CROWD, ROUNDS = 449, 7
BETWEEN = 8  # letters from one kill to the next
CLAIMED_BY_THE_DEAD = 3  # of the four killed in a round: before the letter, after it, before its mark
BEFORE_LETTERS = ["telling", "gathering", "hanging"]


def test_killed_at_every_step(stage, record):
    stage = stage(moment(DAY))
    addresses = stage.crowd(CROWD)
    stage.world.duty(due_on=DAY, joined_on=date(2026, 11, 2))
    stage.gates.close("telling")
    stage.open()
    for gate, following in zip(BEFORE_LETTERS, [*BEFORE_LETTERS[1:], "claiming"], strict=True):
        stage.kill_at_gate(gate)
        stage.kill_at_gate(gate)
        stage.gates.close(following)
        stage.kill_at_gate(gate, whole=gate == "telling")
        stage.gates.open(gate)
    left = {address for n in range(ROUNDS) for address in kill_among_letters(stage, whole=n % 2 == 1)}
    stage.sink.rule()
    stage.gates.open("claiming")
    stage.only_left(CLAIMED_BY_THE_DEAD * ROUNDS)
    clock.forward(minutes=11)
    stage.letters_left()
    counted = stage.figures({(address, DAY) for address in addresses})
    assert Notice.objects.filter(key__startswith="deadline/").count() == len(addresses)
    assert counted.again == left, "only what had left before the crash may come again"
    assert stage.kills >= 30
    record("1 worker killed", counted, stage.kills, f"{len(left)} letters had left before the crash")


def kill_among_letters(stage, *, whole):
    """Kill before the claim, before the letter, after the letter, before the mark; begins and ends with the gate of claims closed.

    Returns the addresses whose letter had left.
    """
    stage.kill_at_gate("claiming", whole=whole)
    stage.sink.rule(hold="rcpt", after=BETWEEN)
    stage.gates.open("claiming")
    port, _ = stage.sink.held()
    stage.kill(port)
    stage.sink.rule(hold="data", after=BETWEEN)
    port, first = stage.sink.held()
    stage.gates.close("marking")
    stage.kill(port)
    stage.sink.rule()
    second = stage.kill_at_gate("marking")
    stage.gates.close("claiming")
    stage.gates.open("marking")
    return {first, second}


def test_killed_while_it_builds_a_paper(stage, record):
    """Three times while the press works, once between the file and its row; the next worker builds it when the lease has run out."""
    stage = stage(moment(DAY))
    world = stage.world
    world.duty(joined_on=date(2026, 11, 2))
    drafting.open_reports(on=DAY)
    report = MonthlyReport.objects.get(unit=world.ba_ngoi, month=date(2026, 11, 1))
    ordered = printing.order_draft(report, by=world.mai, at=clock.now())
    stage.open()
    for n in range(3):
        stage.kill_at_press(whole=n == 1)
        assert_unbuilt_and_claimed(ordered)
        clock.forward(minutes=11)
    stage.gates.close("shelving")
    stage.kill_at_gate("shelving")
    assert_unbuilt_and_claimed(ordered)
    stage.gates.open("shelving")
    clock.forward(minutes=11)
    stage.wait("the paper", lambda: Paper.objects.exclude(built_at=None).exists())
    built_at = Paper.objects.get().built_at
    clock.forward(minutes=11)
    stage.swept()
    built = Paper.objects.get()
    assert (built.pk, built.built_at, built.problem) == (ordered.pk, built_at, "")
    data = (stage.media / built.file.name).read_bytes()
    assert (data[:5], hashlib.sha256(data).hexdigest(), len(data)) == (b"%PDF-", built.sha256, built.size)
    record("9 worker killed at a paper", Figures(1, 0, 0, 0, [], set()), stage.kills, "built once; no press left behind")


def assert_unbuilt_and_claimed(ordered):
    row = Paper.objects.get(pk=ordered.pk)
    assert (row.built_at, row.file.name, bool(row.claimed_at)) == (None, "", True)
