"""Many events of one day in one notice, and rows read in parts."""

from collections import defaultdict

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


class Bundle:
    """Events told one by one while a person has at most FEW of them on a day; above that one notice counts them.

    `keys`: the key of that notice, then older ones under which it still speaks; who holds one is told nothing more.
    `words`: from a count to the notice's title.
    """

    def __init__(self, ledger, keys, *, words, **fields):
        self.ledger, self.keys, self.words, self.fields = ledger, keys, words, fields
        self.duties, self.kept = defaultdict(set), defaultdict(list)

    def add(self, rows):
        """Take unsaved notices in; no more than FEW of a person's are held in memory."""
        held = self.ledger.holders({row.person_id for row in rows}, self.keys)
        for row in self.ledger.not_told([row for row in rows if row.person_id not in held]):
            self.duties[row.person_id].add(row.link)  # stages of one duty are one duty, as in the list the notice opens
            if len(self.duties[row.person_id]) <= FEW:
                self.kept[row.person_id].append(row)

    def tell(self):
        """Write them. Returns how many notices were new."""
        return self.ledger.tell_all([row for person, duties in self.duties.items() for row in self._rows(person, len(duties))])

    def _rows(self, person, n):
        return self.kept[person] if n <= FEW else [Notice(person_id=person, key=self.keys[0], title=self.words(n), **self.fields)]
