"""Numbers as officials write them: «1.234,5», «1234.5», «10 000». Pure.

Vietnamese groups thousands with a point and begins the fraction with a comma; spreadsheets often do the opposite. Both are read
where only one reading is possible; otherwise a sentence asks.
"""

import re
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

WHOLE_DIGITS, PLACES = 12, 4
_SPACES = re.compile("(?<=[0-9])[ \u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_READINGS = [
    (re.compile(r"[0-9]+"), ""),
    (re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?"), "."),  # 10.000 · 1.234,5
    (re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|[1-9][0-9]{0,2},[0-9]{3}\.[0-9]+"), ","),  # 1,234,567 · 1,234.5
    (re.compile(r"[0-9]+[.,][0-9]+"), ""),  # 1234,5 · 1234.5 · 0,125
]
_TWO_WAYS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")


class NotANumber(ValueError):
    """What was written is no number, or could be two; `sentence` says what to write."""

    def __init__(self, sentence):
        super().__init__(sentence)
        self.sentence = sentence


def read_number(words):
    """«1.234,5», «1234.5», «10.000», «98,5 %» → Decimal, at least 0. Raises NotANumber.

    A point before exactly three digits groups thousands, as in every Vietnamese document; a comma there is asked about.
    """
    text = _SPACES.sub("", words.strip()).removesuffix("%").strip()
    if re.fullmatch(r"[-\u2212\u2013][0-9.,]+", text):
        raise NotANumber(_("The number cannot be below zero."))
    if _TWO_WAYS.fullmatch(text):
        raise NotANumber(_("This can be read in two ways. Write 1.234 or 1234 for thousands, 1,2340 for a fraction."))
    for pattern, groups in _READINGS:
        if pattern.fullmatch(text):
            return _bounded(text.replace(groups, "") if groups else text)
    raise NotANumber(_("Write a number with the digits 0 to 9, for example 1.234,5."))


def _bounded(text):
    whole, _point, fraction = text.replace(",", ".").partition(".")
    if len(whole.lstrip("0")) > WHOLE_DIGITS or len(fraction.rstrip("0")) > PLACES:
        raise NotANumber(_("At most 12 digits before the comma and 4 after it."))
    return Decimal(f"{whole}.{fraction.rstrip('0')}" if fraction.rstrip("0") else whole)


def written(number):
    """A number as «10.000» or «1.234,5», without zeros at its end; at most two places."""
    number = Decimal(number)
    cut = number.quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    text = f"{cut:,.2f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))
