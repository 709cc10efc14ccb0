"""The words of the illustrative country: fixtures/national/duties.json."""

from orgunits.loading import read

WORDING = read("national/duties.json")
MARK, NOTE, SAID = WORDING["mark"], WORDING["note"], WORDING["said"]
