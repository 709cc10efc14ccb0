"""Bytes of a text file to Unicode: UTF-8, UTF-16, windows-1258, and the two legacy Vietnamese encodings, told apart by what they spell."""

import unicodedata

from tasks.importer import legacy
from tasks.importer.shapes import Refused

GARBLED = "Không nhận ra bảng mã của tệp; xin lưu lại tệp với bảng mã Unicode (UTF-8) rồi nhập lại."
DAMAGED = "Một số ký tự của tệp bị hỏng và được thay bằng dấu «\ufffd»."

_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_NAMES = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
DAMAGE_LIMIT = 0.002  # share of letters lost in a file cut or patched by a careless program


def decode(content):
    """(text NFC with \\n line ends, name of the encoding, problems), or Refused where the bytes spell nothing."""
    text, encoding, problems = _unicode(content) or _single_bytes(content)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return unicodedata.normalize("NFC", text.replace("\x0c", "\f").replace("\x85", "\n")), encoding, problems


def looks_like_text(content):
    """Whether bytes can be a text file at all: UTF-16, or hardly any control characters."""
    if any(content.startswith(mark) for mark in _MARKS) or _wide(content):
        return True
    head = content[:65_536]
    controls = sum(head.count(bytes([code])) for code in (*range(9), *range(14, 32), 127))
    return controls <= len(head) * DAMAGE_LIMIT


def _unicode(content):
    """The same of a file in Unicode, text in legacy codes that some program saved as Unicode included; None for other bytes."""
    for mark, codec in _MARKS.items():
        if content.startswith(mark):
            return _named(content.decode(codec, errors="replace"), _NAMES[codec])
    wide = _wide(content)
    if wide:
        return _named(content.decode(wide, errors="replace"), "UTF-16")
    try:
        return _named(content.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", errors="replace")
        lost = text.count("\ufffd")
        spelled = legacy.likeness(text)[0] > 0.5
        return _named(text, "UTF-8") if spelled and lost <= max(3, len(text) * DAMAGE_LIMIT) else None


def _named(text, encoding):
    damaged = text.count("\ufffd")
    if damaged > max(3, len(text) * DAMAGE_LIMIT):
        raise Refused("encoding", GARBLED)
    twice = _read_twice(text)
    if twice is not None:
        return twice, "UTF-8 twice", ()
    old = legacy.recognise(text)
    return (legacy.convert_all(text, old) if old else text), old or encoding, (DAMAGED,) if damaged else ()


def _read_twice(text):
    """«Káº¿ hoáº¡ch» is UTF-8 read as windows-1252 and saved again: the text it was, or None."""
    if "áº" not in text and "á»" not in text:
        return None
    try:
        back = b"".join(_western(letter) for letter in text).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return back if legacy.likeness(back)[0] > 0.6 else None


def _western(letter):
    """A letter's windows-1252 byte; the five codes that page leaves empty come through as controls."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def _wide(content):
    """utf-16-le or utf-16-be where every other byte of the beginning is mostly zero or another high byte of Vietnamese letters."""
    head = content[:4096]
    if len(head) < 4 or len(content) % 2:
        return None
    high = sum(byte in (0, 1, 3, 0x1E) for byte in head[1::2]), sum(byte in (0, 1, 3, 0x1E) for byte in head[0::2])
    half = len(head) // 2
    if b"\x00" not in head or max(high) < half * 0.9 or min(high) > half * 0.5:
        return None
    return "utf-16-le" if high[0] > high[1] else "utf-16-be"


def _single_bytes(content):
    """One byte a letter: the reading most of whose marked words are Vietnamese syllables, if that is most of them."""
    western = content.decode("cp1252", errors="replace") if b"\x81" not in content else content.decode("latin-1")
    readings = {
        legacy.TCVN3: legacy.convert_all(western, legacy.TCVN3),
        legacy.VNI: legacy.convert_all(western, legacy.VNI),
        "windows-1258": unicodedata.normalize("NFC", content.decode("cp1258", errors="replace")),
    }
    shares = {name: legacy.likeness(text) for name, text in readings.items()}
    best = max(shares, key=lambda name: shares[name][0])
    if shares[best][0] < 0.7 or readings[best].count("\ufffd") > max(3, len(western) * DAMAGE_LIMIT):
        raise Refused("encoding", GARBLED)
    return readings[best], best, ()
