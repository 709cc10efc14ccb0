"""Dates and numbers in the English interface: day first too, since the papers are Vietnamese."""

from config.formats.vi.formats import *  # noqa: F403 - a formats module is its names

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
