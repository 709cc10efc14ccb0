"""A few hundred spoilt files, the same every time; `python -m tests.tasks.importer.fuzz_readers` throws as many as one likes."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.importer.reading import read
from tasks.importer.shapes import Paragraph, Refused, Source, Table
from tests.tasks.importer.fuzz_readers import attempt, seeds, spoil, spoil_parts

FILES = seeds()


@pytest.mark.parametrize("name", FILES)
def test_the_good_files_are_read(name):
    source = read(FILES[name], name)
    assert isinstance(source, Source)
    assert source.blocks


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".pdf")])
def test_spoilt_files_are_read_or_refused(name):
    for at in range(30):
        dice = random.Random(f"{name}/{at}")
        spoilt = (spoil_parts if name.endswith("x") and at % 3 else spoil)(FILES[name], dice)
        assert attempt(spoilt, name, dice)[1] == ""


@pytest.mark.parametrize("at", range(6))
def test_spoilt_pdfs_are_read_or_refused_through_the_process_apart(at):
    name = ("a.pdf", "b.pdf")[at % 2]
    try:
        read(spoil(FILES[name], random.Random(at)), name)
    except Refused as refused:
        assert refused.says.endswith(".")  # noqa: PT017 - both ends are right


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.docx", "a.xlsx", "a.txt", "a.md", "a.csv", "", "a"]))
def test_no_bytes_raise_anything_but_refused(content, name):
    try:
        source = read(content, name)
    except Refused:
        return
    assert all(isinstance(block, (Paragraph, Table)) for block in source.blocks)
