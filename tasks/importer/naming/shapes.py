"""What a string of names or a sentence means. Pure."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Named:
    """What a string of names means. All tuples in printed order, each entry once.

    `units` and `groups` are codes; `names` everything named, as printed, known or not, with its office; `role` the words of the first
    office («Chủ tịch UBND phường»), whose unit stands in `units`; `unknown` names are no unit yet; `collective` addressees have no known
    group; `open` is what the lead picks («…liên quan»); `proposals` are (unknown name, code of the nearest unit, likeness 0..1).
    """

    units: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    role: str = ""
    unknown: tuple[str, ...] = ()
    collective: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    proposals: tuple[tuple[str, str, float], ...] = ()

    def __bool__(self):
        return bool(self.names)


@dataclass(frozen=True)
class Parts:
    """A duty's sentence or a heading taken apart. `rest` is what is left to do; empty for a heading of names alone.

    `directs` is true where the text says «… chỉ đạo X»: X is the lead, and whoever the text is addressed to directs, whether named
    here (`directing`) or in a heading above (`directing` empty). `behind` is true where the lead stands behind the work or inside it, as in
    «… (Sở X chủ trì)», «… Chủ trì: Sở X.», so that the text does not begin with whoever acts.
    """

    lead: Named = field(default_factory=Named)
    coordinators: Named = field(default_factory=Named)
    directing: Named = field(default_factory=Named)
    lead_words: str = ""
    coordinator_words: str = ""
    rest: str = ""
    directs: bool = False
    behind: bool = False


@dataclass(frozen=True)
class Item:
    """One name in a list: words `first` up to `last`, what it is (unit, group, name, collective, open), its code, its printed form."""

    first: int
    last: int
    what: str
    code: str = ""
    printed: str = ""
    role: str = ""
    head: str = ""
