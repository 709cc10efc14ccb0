"""Sealing the journal: each entry gets its place in one chain of hashes, within a minute of being written.

Acts only write their entry and never wait for each other; one writer, the minute sweep, seals afterwards what is not sealed yet.
An entry's place is the order in which it was sealed, not its id: one that was committed late, with a lower id, comes later.
"""

import hashlib
import json
from datetime import UTC

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max

from journal.models import Entry, Heartbeat, Seal

NAME = "seal"  # the heartbeat that is the writer's lock, and tells when it last sealed
BATCH = 1000  # entries sealed in one transaction
PASS = 20_000  # entries sealed in one minute's pass at most: a country just seeded takes several
WINDOW = 100_000  # ids behind the newest sealed one that each pass looks at; the daily pass looks at all
START = "0" * 64


def canonical(entry):
    """Everything an entry says, as bytes: the same for ever, whatever the database, its zone or the order of the facts."""
    kind = ContentType.objects.get_for_id(entry.target_type_id)
    fields = {
        "id": entry.pk,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "person": entry.person_id,
        "post": entry.post_id,
        "verb": entry.verb,
        "target": f"{kind.app_label}.{kind.model}/{entry.target_id}",
        "facts": entry.facts,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(entry, *, after):
    """The digest of `entry` where the one before it in the chain has the digest `after`."""
    return hashlib.sha256(after.encode() + canonical(entry)).hexdigest()


def head():
    """The newest Seal, or None."""
    return Seal.objects.order_by("-n").first()


def unsealed():
    return Entry.objects.filter(seal=None)


def seal(*, at, whole=False):
    """Seal what is not sealed yet, PASS entries at most. Returns how many. Two at once do no harm: one waits for the other.

    `whole`: all of them, and those whose transaction was open while WINDOW others were written.
    """
    done, after = 0, 0 if whole else (Seal.objects.aggregate(last=Max("entry"))["last"] or 0) - WINDOW
    while whole or done < PASS:
        taken = _seal_batch(after, at=at) if unsealed().filter(pk__gt=after).exists() else []
        if not taken:
            break
        done, after = done + len(taken), taken[-1]
    return done


@transaction.atomic
def _seal_batch(after, *, at):
    """Seal the next BATCH entries with an id above `after`. Returns their ids."""
    _be_the_one_writer(at)
    last = head()
    first, digest = (last.n + 1, last.digest) if last else (1, START)
    rows, seals = list(unsealed().filter(pk__gt=after).order_by("pk")[:BATCH]), []
    for n, entry in enumerate(rows, first):
        digest = digest_of(entry, after=digest)
        seals.append(Seal(entry=entry, n=n, digest=digest))
    Seal.objects.bulk_create(seals, batch_size=BATCH)
    Heartbeat.objects.filter(name=NAME).update(at=at)
    return [entry.pk for entry in rows]


def _be_the_one_writer(at):
    """Hold the row that every sealer holds until its transaction ends. SQLite has one writer at a time anyway."""
    Heartbeat.objects.get_or_create(name=NAME, defaults={"at": at})
    Heartbeat.objects.select_for_update().get(name=NAME)
