"""A whole year of reminders over the two real plans is what the golden table says, line by line."""

import os
from pathlib import Path

import pytest

from tests.reports import year

GOLDEN = Path(__file__).parent / "golden" / "reminders_2026.tsv"


@pytest.mark.django_db
def test_the_year_is_as_it_was_read(country):
    found = ["\t".join(line) for line in [year.HEAD, *year.lines()]]
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.write_text("\n".join(found) + "\n")
    assert found == GOLDEN.read_text().splitlines()
