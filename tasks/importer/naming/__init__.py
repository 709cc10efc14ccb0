"""Whom a text means: strings of names → units, groups, roles, and what is left open. Reads the database once, then pure.

    words.py      text → words, keys             edges.py      where a name may begin and end    namer.py      one issuer's eyes
    phrases.py    phrases of the grammar         collectives.py, unknown.py, lists.py            guesses.py    names badly printed
    shapes.py     Named, Parts                                 lists of names, by what they are  directory.py  units, areas, who issues
    roles.py      leads and coordinators of one cell
    known_names.json   words and names known     sentences.py  a duty's sentence taken apart

A text is cut into words; each word is known by its folded letters («bo», «cong», «an»), so accents, case, tone position and spacing
make no difference. At each place the longest known name wins; a name goes on where its words go on («Công an phường Cam Lộc» is never
«Công an phường»); a name nobody knows is still cut out whole, kept in `unknown`, and never becomes a unit by itself.
Sources: issue 3 point 4; «Splitting leads and coordinators» of the deadline rules; fixtures/README.md on «Phối hợp».
"""

from .directory import Directory, former_names
from .namer import Namer
from .shapes import Named, Parts
from .words import is_syllable, key_of, toned

__all__ = ["Directory", "Named", "Namer", "Parts", "former_names", "is_syllable", "key_of", "toned"]
