"""What every format needs: clean words, even rows, and a count of the work a file may cost."""

import re
import unicodedata

from tasks.importer.shapes import Merge, Refused, Table

# A plan of 300 pages has some 10,000 paragraphs and 30,000 cells: these leave a factor of ten and still end within a minute.
WORK_LIMIT = 500_000
COLUMNS_LIMIT = 100
CELL_LIMIT = 100_000  # letters in one cell or paragraph

TOO_LONG = "Tệp quá dài hoặc quá phức tạp để đọc tự động; xin tách kế hoạch thành nhiều tệp nhỏ rồi nhập từng tệp."

# Seen by nobody: joiners, direction marks, byte order marks, the soft hyphen, and control characters no printer prints.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_BULLETS = {"–": "-", "—": "-", "−": "-", "-": "-", "+": "+"}


def clean(text):
    """`text` on one line: NFC, single spaces, nothing unseen."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


def clean_lines(text):
    """`text` of a cell: each of its lines clean, empty ones gone, parted by one line feed."""
    return "\n".join(line for line in map(clean, text.splitlines()) if line)


def bullet(sign):
    """The label a list's sign gets: «-» and «+» as typed, every other drawing «•»."""
    return _BULLETS.get(sign.strip(), "•")


class Work:
    """How much a file may cost, counted in paragraphs, lines and cells; passing the limit refuses it.

    `on_progress(done, total)` is told now and then; what it raises is the caller's own and passes through as it is.
    """

    def __init__(self, on_progress=None, limit=WORK_LIMIT):
        self.on_progress, self.limit, self.spent = on_progress, limit, 0

    def spend(self, amount=1):
        self.spent += amount
        if self.spent > self.limit:
            raise Refused("too_long", TOO_LONG)

    def tell(self, done, total):
        if self.on_progress:
            try:
                self.on_progress(done, total)
            except Exception as error:
                raise Elsewhere(error) from error


class Elsewhere(Exception):
    """Something outside the reader failed while it was being told of progress."""

    def __init__(self, error):
        super().__init__()
        self.error = error


def table(rows, work, *, page=None):
    """A Table of `rows` (lists of text or Merge): even, without empty rows and columns; None where nothing is left."""
    wide = max(map(len, rows), default=0)
    if wide > COLUMNS_LIMIT * 10:
        raise Refused("too_long", TOO_LONG)
    work.spend(len(rows) * wide)
    even = [[*row, *[""] * (wide - len(row))] for row in rows]
    even = [row for row in even if any(cell and not isinstance(cell, Merge) for cell in row)]
    keep = [at for at in range(wide) if any(row[at] and not isinstance(row[at], Merge) for row in even)]
    even = [_without_orphans([row[at] for at in keep]) for row in even]
    return Table(tuple(map(tuple, even)), page=page) if even else None


def _without_orphans(row):
    """A first cell belongs to nothing on its left."""
    return ["" if row[0] is Merge.LEFT else row[0], *row[1:]] if row else row
