"""A body that ends before its length is an error, not a shorter body."""

import io

import pytest

from config.bodies import whole_bodies


def read(sent, length, how):
    """What an application reads of a body that says it holds `length` bytes, of which `sent` arrived."""
    environ = {"wsgi.input": io.BytesIO(sent), "CONTENT_LENGTH": str(length)}
    return whole_bodies(lambda environ, start: how(environ["wsgi.input"]))(environ, None)


WAYS = {
    "at once": lambda body: body.read(),
    "in one size": lambda body: body.read(10),
    "in pieces": lambda body: body.read(4) + body.read(4) + body.read(4),
    "by lines": lambda body: b"".join(body),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_whole_body_is_read_as_it_came(way):
    assert read(b"a=1\n&b=2&c", 10, WAYS[way]) == b"a=1\n&b=2&c"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("arrived", [0, 3, 4, 9])
def test_a_body_cut_short_cannot_be_read(way, arrived):
    with pytest.raises(OSError, match="ended before"):
        read(b"a=1\n&b=2&c"[:arrived], 10, WAYS[way])


def test_what_has_no_body_has_nothing_to_cut():
    assert read(b"", 0, WAYS["at once"]) == b""
    assert whole_bodies(lambda environ, start: environ["wsgi.input"])({"wsgi.input": "as it was"}, None) == "as it was"
