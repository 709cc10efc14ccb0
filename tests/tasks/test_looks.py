"""How numbers are written beside duties."""

import pytest
from django.utils import translation

from tasks.templatetags.duties import share

SHARES = [
    (None, "–"),
    (0, "0 %"),
    (1 / 3321 / 45, "0,01 %"),  # never nothing where something is done
    (1 / 65 / 45, "0,03 %"),
    (0.00999, "1,00 %"),
    (0.01, "1 %"),
    (0.415, "42 %"),
    (0.9999, "99 %"),  # never all before all is done
    (1, "100 %"),
]


@pytest.mark.parametrize(("value", "words"), SHARES)
def test_a_share(value, words):
    with translation.override("vi"):
        assert share(value) == words
