"""Walking the chain from its first seal to its head, beside the anchors, and naming the first link that does not hold."""

from dataclasses import dataclass

from journal import anchoring, sealing
from journal.models import Entry, Seal

CHUNK = 2000  # seals in memory at a time


@dataclass(frozen=True)
class Fault:
    """The first broken link: `n` its place in the chain, `entry` the id of the journal's entry where there is one."""

    why: str
    n: int
    entry: int | None = None
    detail: str = ""

    SAYS = {
        "changed": "entry {entry}, sealed as number {n}, is not what was sealed: it was changed, or moved to another place in the chain",
        "deleted": "entry {entry}, sealed as number {n}, is gone",
        "gap": "seal number {n} is missing",
        "tail": "the chain ends at number {n}, but an anchor knows more: {detail}. Its tail was cut off",
        "rebuilt": "seal number {n} disagrees with the anchor {detail}: the chain was built anew up to there",
        "anchor": "line {n} of the anchors cannot be read",
        "future": "line {n} of the anchors is of a day to come: {detail}",
    }

    def __str__(self):
        return self.SAYS[self.why].format(n=self.n, entry=self.entry, detail=self.detail)


@dataclass(frozen=True)
class Finding:
    """How far the chain was walked: `verified` links that hold, `unsealed` entries still to be sealed, `anchors` that agree."""

    verified: int
    unsealed: int
    anchors: int
    digest: str
    fault: Fault | None

    @property
    def is_whole(self):
        return self.fault is None


class _Walk:
    """One walk. `known`: {n: [Anchor]}."""

    def __init__(self, known):
        self.known, self.n, self.digest, self.agreeing = known, 0, sealing.START, 0

    def fault(self):
        """The first broken link, or None; afterwards `n`, `digest` and `agreeing` tell how far the chain holds."""
        for chunk in _chunks():
            entries = Entry.objects.in_bulk([seal.entry_id for seal in chunk])
            for seal in chunk:
                if fault := self._step(seal, entries.get(seal.entry_id)):
                    return fault
        beyond = [anchor for n in sorted(self.known) if n > self.n for anchor in self.known[n]]
        return Fault("tail", self.n, detail=_named(beyond[0])) if beyond else None

    def _step(self, seal, entry):
        if seal.n != self.n + 1:
            return Fault("gap", self.n + 1)
        if entry is None:
            return Fault("deleted", seal.n, seal.entry_id)
        if sealing.digest_of(entry, after=self.digest) != seal.digest:
            return Fault("changed", seal.n, seal.entry_id)
        for anchor in self.known.get(seal.n, ()):
            if anchor.digest != seal.digest:
                return Fault("rebuilt", seal.n, seal.entry_id, _named(anchor))
            self.agreeing += 1
        self.n, self.digest = seal.n, seal.digest
        return None


def verify(*, on):
    """Walk the whole chain and compare it with every anchor up to the day `on`. Returns a Finding; its `fault` is the first broken link."""
    known, fault = _anchors(on)
    unsealed = sealing.unsealed().count()
    walk = _Walk(known)
    fault = walk.fault() or fault
    return Finding(walk.n, unsealed, walk.agreeing, walk.digest, fault)


def _anchors(today):
    """({n: [Anchor]}, the Fault of the first line that cannot be read or is of a day after `today`)."""
    known, fault = {}, None
    for number, line in enumerate(anchoring.anchors(), 1):
        try:
            anchor = anchoring.Anchor.of(line)
        except ValueError:
            fault = fault or Fault("anchor", number)
        else:
            known.setdefault(anchor.n, []).append(anchor)
            if anchor.on > today:
                fault = fault or Fault("future", number, detail=_named(anchor))
    return known, fault


def _chunks():
    """All seals in order, CHUNK at a time. Each chunk is a question of its own, so that memory does not grow with the journal."""
    last = None
    while True:
        rows = Seal.objects.order_by("n") if last is None else Seal.objects.filter(n__gt=last).order_by("n")
        chunk = list(rows[:CHUNK])
        if not chunk:
            return
        yield chunk
        last = chunk[-1].n


def _named(anchor):
    return f"of {anchor.on:%d/%m/%Y} (number {anchor.n}, {anchor.digest[:12]}…)"
