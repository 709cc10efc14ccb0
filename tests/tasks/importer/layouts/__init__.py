"""Plans nobody issued, laid out as real ones are: every module writes one file in memory, `../truth/<name>.json` says what stands in it.

Bodies and topics are ordinary, sentences and numbers invented. Each has traps: dates that are no deadlines, sections that hold no duty,
deadlines that cannot be read.
"""

import json
from importlib import import_module
from pathlib import Path

TRUTH = Path(__file__).parent.parent / "truth"
NAMES = (
    "merged_cells",
    "two_columns",
    "broken_rows",
    "paragraphs",
    "status_columns",
    "state_plan",
    "party_plan",
    "scanned_text",
    "action_programme",
    "letter",
    "two_tables",
    "directive",
    "piped_table",
    "auto_numbered",
    "printed_paragraphs",
)
LAYOUTS = {name: (import_module(f"{__name__}.{name}").content, import_module(f"{__name__}.{name}").FILE) for name in NAMES}


def truth(name):
    return json.loads((TRUTH / f"{name}.json").read_text())
