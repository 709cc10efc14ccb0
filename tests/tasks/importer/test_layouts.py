"""Fifteen plans nobody issued: recall at least 0.95, precision at least 0.9, and no wrong date at all."""

import json
import unicodedata
from functools import cache

import pytest

from tasks.importer.reading import read
from tasks.importer.shapes import Paragraph
from tests.tasks.importer.layouts import LAYOUTS, TRUTH, truth
from tests.tasks.importer.measure import letters, measure, read_plan

pytestmark = pytest.mark.django_db
RECALL, PRECISION = 0.95, 0.9


@pytest.fixture(scope="module")
def directory(country, django_db_blocker):
    from tasks.importer.naming import Directory  # noqa: PLC0415 - reads the database, which is ready only here

    with django_db_blocker.unblock():
        return Directory.read()


@pytest.fixture(scope="module")
def reading_of(directory):
    """A function: the name of a layout → what the importer makes of it, each read once."""

    @cache
    def read_once(name):
        content, file = LAYOUTS[name]
        return read_plan(content(), file, directory=directory)

    return read_once


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_read(name, reading_of):
    result = measure(reading_of(name), truth(name))
    precision, recall = result.least()
    assert not result.wrong_dates, f"\n{result}"
    assert precision >= PRECISION and recall >= RECALL, f"\n{result}"  # noqa: PT018 - one list of faults explains both
    assert not [fault for fault in result.faults if fault.startswith("broken")], f"\n{result}"


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name != "status_columns"])  # a sheet has no number of its own
def test_the_paper_is_known_by_number_and_day(name, reading_of):
    document = reading_of(name)["document"]
    assert (document["symbol"], document["date"]) == (truth(name)["symbol"], truth(name)["date"])


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_is_no_duty_is_listed_as_left_out(name, reading_of):
    assert all(left["why"] for left in reading_of(name)["left_out"])
    assert reading_of(name)["left_out"] or name == "status_columns"


DRESSES = {
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text).encode(),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "spaces doubled": lambda text: text.replace(", ", ",  ").encode(),
    "no-break spaces": lambda text: text.replace("ngày ", "ngày\u00a0").encode(),
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("name", [name for name, (_, file) in LAYOUTS.items() if file.endswith((".txt", ".md"))])
def test_the_same_paper_in_another_dress_says_the_same(name, dress, directory, reading_of):
    content, file = LAYOUTS[name]
    dressed = read_plan(DRESSES[dress](content().decode()), file, directory=directory)
    assert _sense(dressed) == _sense(reading_of(name))


@pytest.mark.parametrize("name", ["paragraphs", "state_plan", "party_plan", "letter"])
def test_a_word_file_says_the_same_as_plain_text(name, directory, reading_of):
    content, file = LAYOUTS[name]
    lines = [_lines(block) for block in read(content(), file).blocks]
    plain = read_plan("\n\n".join(lines).encode(), "plain.txt", directory=directory)
    assert _sense(plain) == _sense(reading_of(name))


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_truth_speaks_of_its_layout(name):
    """Every locator stands in the file as the reader gives it, and refs and locators are told apart."""
    content, file = LAYOUTS[name]
    text, duties = letters(_text(read(content(), file))), truth(name)["duties"]
    assert 12 <= len(duties) <= 40
    assert [duty["ref"] for duty in duties if letters(duty["starts"]) not in text] == []
    for key in ("ref", "starts"):
        assert len({duty[key] for duty in duties}) == len(duties)


def test_every_truth_is_used():
    assert {path.stem for path in TRUTH.glob("*.json")} == {*LAYOUTS, "seed_central", "seed_ward"}
    assert sum(len(json.loads(path.read_text())["duties"]) for path in TRUTH.glob("*.json")) > 300


def _lines(block):
    """A block as a person would type it: a paragraph in one line, a table without rules column by column."""
    if isinstance(block, Paragraph):
        return f"{block.label} {block.text}".strip()
    return "\n\n".join(cell for column in zip(*block.rows, strict=True) for cell in column if isinstance(cell, str))


def _sense(reading):
    """What a reading says of each duty, whatever the letters were stored as."""
    return [
        (task["ref"], letters(task["text"]), [letters(name) for name in task["lead"]], task["deadline"]["kind"], task["deadline"]["due_on"])
        for task in reading["tasks"]
    ]


def _text(source):
    """All words of a Source; a row broken over pages may have its cells in two rows, so columns are read downwards as well."""
    lines = []
    for block in source.blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += [" ".join(cell for cell in row if isinstance(cell, str)) for row in block.rows]
            lines += [" ".join(cell for cell in column if isinstance(cell, str)) for column in zip(*block.rows, strict=True)]
    return " ".join(lines)
