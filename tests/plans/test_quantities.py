"""Numbers as officials write them: one reading or a sentence, never a guess."""

from decimal import Decimal

import pytest

from plans.quantities import NotANumber, read_number, written

READINGS = {
    "0": "0",
    "12": "12",
    " 96,5 ": "96.5",
    "96.5": "96.5",
    "96,5 %": "96.5",
    "100%": "100",
    "1.234": "1234",
    "10.000": "10000",
    "10 000": "10000",
    "10\u00a0000": "10000",
    "1.234,5": "1234.5",
    "1234,5": "1234.5",
    "1234.5": "1234.5",
    "1,234.5": "1234.5",
    "1.234.567": "1234567",
    "1,234,567": "1234567",
    "1,234,567.25": "1234567.25",
    "0,125": "0.125",
    "0.125": "0.125",
    "12,3400": "12.34",
    "007": "7",
    "999999999999,9999": "999999999999.9999",
}
REFUSED = [
    *("", " ", "-5", "−5", "+5", "1,234", "12,345", "1.23.4", "1,2,3", "1..2", "1.234,", ",5", ".5", "1e5", "NaN", "Infinity", "inf"),
    *("１２", "٣", "½", "1_000", "0x10", "12 34", "1 2345", "1.234.5", "5 người", "= 1+1", "1\x002", "9" * 13, "1,23456", "1.0000000001"),
    *("9" * 5000, "1" + ".000" * 2000, "%", "%%", "5%%"),
]


@pytest.mark.parametrize(("words", "number"), READINGS.items())
def test_read_in_one_way(words, number):
    assert read_number(words) == Decimal(number)


@pytest.mark.parametrize("words", REFUSED)
def test_refused_with_a_sentence(words):
    with pytest.raises(NotANumber) as error:
        read_number(words)
    assert str(error.value.sentence)


def test_written_as_it_is_read():
    numbers = {"0": "0", "1234.5": "1.234,5", "10000": "10.000", "99.999": "99,99", "0.10": "0,1", "100.00": "100"}
    assert {number: written(number) for number in numbers} == numbers
