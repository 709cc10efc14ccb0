"""Many events of one day in one notice, and rows read in parts."""

from collections import defaultdict
from operator import attrgetter

from journal.models import Notice
from tasks.ladder import FEW


def chunks(rows, size):
    """The rows in lists of `size` by key, each read when it is its turn."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield chunk
        last = chunk[-1].pk
        if len(chunk) < size:
            return


def event(row):
    """What an unsaved reminder speaks of: its key without the step."""
    return row.key.rpartition("/")[0]


class Bundle:
    """Events told one by one while a person has at most FEW new ones on a day; above that one notice counts them.

    It counts those told before too, while they last: the list it opens holds them. `keys`: the key of that notice, then older ones under
    which it still speaks; who holds one is told nothing more. `words`: from a count to the notice's title. `of`: from a row to what is
    counted, as the list has lines; by default what it links to, for stages of one duty are one duty.
    """

    def __init__(self, ledger, keys, *, words, of=attrgetter("link"), **fields):
        self.ledger, self.keys, self.words, self.of, self.fields = ledger, keys, words, of, fields
        self.all, self.fresh, self.kept = defaultdict(set), defaultdict(set), defaultdict(list)

    def add(self, rows):
        """Take unsaved notices in; no more than FEW of a person's are held in memory."""
        held = {person for person, _key in self.ledger.holders({row.person_id for row in rows}, self.keys)}
        rows = [row for row in rows if row.person_id not in held]
        for row in rows:
            self.all[row.person_id].add(self.of(row))
        for row in self.ledger.not_told(rows):
            self.fresh[row.person_id].add(self.of(row))
            if len(self.fresh[row.person_id]) <= FEW:
                self.kept[row.person_id].append(row)

    def tell(self):
        """Write them. Returns how many notices were new."""
        return self.ledger.tell_all([row for person in self.fresh for row in self._rows(person)])

    def _rows(self, person):
        if len(self.fresh[person]) <= FEW:
            return self.kept[person]
        return [Notice(person_id=person, key=self.keys[0], title=self.words(len(self.all[person])), **self.fields)]
