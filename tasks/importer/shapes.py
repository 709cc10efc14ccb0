"""What the importer's steps hand each other. Pure.

file ──reading──▶ Source ──finding──▶ Found ──meaning──▶ a dict of the shape `import_plan --json` prints
"""

from dataclasses import dataclass, field
from enum import Enum


class Merge(Enum):
    """A cell that is no cell of its own: it belongs to the one above or to the one on its left."""

    ABOVE = "above"
    LEFT = "left"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph or printed line. `text` is NFC with single spaces and without the format's own marks (bold, heading signs).

    `label` is a number the format holds apart from the text («1.», «a)», «-»); `level` the depth of a heading or list where the
    format says one, 0 at the top, unreliable; `gap` is False where the line stands directly under the one before it, as wrapped lines do.
    `bold` and `centred` tell of the whole paragraph.
    """

    text: str
    label: str = ""
    level: int | None = None
    bold: bool = False
    centred: bool = False
    gap: bool = True
    page: int | None = None


@dataclass(frozen=True)
class Table:
    """Rows of cells, every row as wide as the widest; a cell is its text or a Merge. Lines inside a cell are parted by one line feed."""

    rows: tuple[tuple[str | Merge, ...], ...]
    page: int | None = None


@dataclass(frozen=True)
class Source:
    """A file as read: its blocks in reading order, without running heads and page numbers."""

    blocks: tuple[Paragraph | Table, ...]
    format: str
    encoding: str = ""
    pages: int | None = None
    problems: tuple[str, ...] = field(default=())


class Refused(Exception):
    """The file is not taken. `kind` is a word for the journal, `says` one Vietnamese sentence for the person."""

    def __init__(self, kind, says):
        super().__init__(says)
        self.kind, self.says = kind, says
