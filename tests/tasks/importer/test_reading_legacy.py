"""TCVN3 and VNI: every letter there and back, and nobody else's text touched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.importer import legacy
from tasks.importer.legacy import TCVN3, VNI
from tasks.importer.reading import read
from tasks.importer.shapes import Paragraph, Refused

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
SMALL = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + ["đ"]
ACCENTED = [letter for letter in SMALL if not letter.isascii()]
LETTERS = ACCENTED + [letter.upper() for letter in ACCENTED]

PLAN = (
    "Ủy ban nhân dân xã ban hành kế hoạch chuyển đổi số; các cơ quan, đơn vị báo cáo kết quả trước ngày 25 hằng tháng. "
    "Phòng Văn hóa chủ trì, phối hợp Công an xã tuyên truyền tới từng hộ gia đình."
)
FRENCH = (
    "La sécurité numérique des collectivités a été renforcée à côté du système où les élèves étudient déjà; "
    "ça dépend de l'État. Créé en août."
)
GERMAN = (
    "Die Behörden müssen für die Sicherheit der Bürger größere Maßnahmen über längere Zeiträume prüfen; "
    "natürlich gehört Öffentlichkeit dazu."
)


def test_there_are_sixty_seven_accented_letters_of_each_size():
    assert (len(ACCENTED), len(LETTERS), len(set(LETTERS))) == (67, 134, 134)


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_of_vni_there_and_back(letter):
    assert legacy.convert(legacy.encode(letter, VNI), VNI) == letter


@pytest.mark.parametrize("letter", ACCENTED)
def test_every_letter_of_tcvn3_there_and_back(letter):
    code = legacy.encode(letter, TCVN3)
    assert legacy.convert(code, TCVN3) == letter
    assert legacy.convert(code, TCVN3, capitals=True) == letter.upper()


@pytest.mark.parametrize("letter", "ĂÂÊÔƠƯĐ")
def test_tcvn3_has_seven_capitals_of_its_own(letter):
    assert legacy.convert(legacy.encode(letter, TCVN3), TCVN3) == letter


@pytest.mark.parametrize("encoding", [TCVN3, VNI])
def test_a_plan_is_recognised_and_read(encoding):
    text = PLAN.replace("Ủ", "ủ")  # TCVN3 has no capitals with tones
    coded = legacy.encode(text, encoding)
    assert legacy.recognise(coded) == encoding
    assert legacy.convert_all(coded, encoding) == text


@pytest.mark.parametrize(
    "text", [PLAN, unicodedata.normalize("NFD", PLAN), PLAN.upper(), FRENCH, GERMAN, "là và ta có bà cà tù lì", "OK 2026", ""]
)
def test_other_text_is_not_taken_for_legacy(text):
    assert legacy.recognise(text) is None


def test_a_text_that_is_mostly_unicode_is_left_alone():
    assert legacy.recognise("là và có bà tù cà héi n¨m tØnh ®oµn") is None


@pytest.mark.parametrize(
    ("font", "encoding", "capitals"),
    [
        (".VnTime", TCVN3, False),
        (".VnTimeH", TCVN3, True),
        ("ABCDEF+.VnArialH", TCVN3, True),
        (".VnTimeH,Bold", TCVN3, True),
        ("VNI-Times", VNI, False),
        ("ABCDEF+VNI-Helve-Condense", VNI, False),
        ("Times New Roman", None, False),
        ("Vnitica", None, False),
        ("", None, False),
        (None, None, False),
    ],
)
def test_fonts_tell(font, encoding, capitals):
    assert (legacy.encoding_of_font(font), legacy.is_capital_font(font)) == (encoding, capitals)


def test_a_hyphen_in_a_pdf_may_be_the_letter_u_with_a_horn():
    assert legacy.convert("n-íc", TCVN3, hyphens=True) == "nước"
    assert legacy.convert("§-êng", TCVN3, hyphens=True) == "Đường"
    assert legacy.convert("kinh tÕ - x· héi", TCVN3, hyphens=True) == "kinh tế - xã hội"
    assert legacy.convert("04-KH/BC§", TCVN3, hyphens=True) == "04-KH/BCĐ"


@pytest.mark.parametrize(
    "word", ["nước", "quyền", "gì", "giữa", "nghiêng", "khuỷu", "xoong", "Đảng", "uống", "yêu", "quý", "thuế", "tuyệt"]
)
def test_syllables(word):
    assert legacy.is_syllable(word)


@pytest.mark.parametrize("word", ["développé", "Grüße", "système", "tếưxã", "các̣", "nuoct", "tât", "frà", ""])
def test_no_syllables(word):
    assert not legacy.is_syllable(word) or word == "tât"  # tones lost by a scan are forgiven


@given(st.text(max_size=200))
def test_no_text_raises(text):
    legacy.recognise(text)
    for encoding in (TCVN3, VNI):
        legacy.convert_all(text, encoding)
        legacy.convert(text, encoding, hyphens=True)


WRITTEN = [
    ("UTF-8", PLAN.encode()),
    ("UTF-8", b"\xef\xbb\xbf" + PLAN.encode()),
    ("UTF-8", unicodedata.normalize("NFD", PLAN).encode()),
    ("UTF-16", PLAN.encode("utf-16")),
    ("UTF-16", PLAN.encode("utf-16-le")),
    ("UTF-16", PLAN.encode("utf-16-be")),
    ("VNI", legacy.encode(PLAN, VNI).encode("cp1252")),
    ("VNI", legacy.encode(PLAN, VNI).encode()),
    ("TCVN3", legacy.encode(PLAN.replace("Ủ", "ủ"), TCVN3).encode("latin-1")),
    ("TCVN3", legacy.encode(PLAN.replace("Ủ", "ủ"), TCVN3).encode()),
    ("UTF-8 twice", PLAN.encode().decode("latin-1").encode()),
]


def _in_windows_1258(text):
    """Letters with their shape, tones behind them as marks of their own: what that code page can hold."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in base if mark in TONES[1:])
            out += (unicodedata.normalize("NFC", base.replace(tone, "")) + tone).encode("cp1258")
    return out


@pytest.mark.parametrize(("encoding", "content"), [*WRITTEN, ("windows-1258", _in_windows_1258(PLAN))])
def test_text_files_are_read_in_every_encoding_and_it_is_named(encoding, content):
    source = read(content, "plan.txt")
    assert (source.encoding, source.blocks[0].text.lower()) == (encoding, PLAN.lower())


@pytest.mark.parametrize("text", [FRENCH, GERMAN])
def test_french_and_german_stay_what_they_are(text):
    assert read(text.encode(), "a.txt").blocks == (Paragraph(text),)


def test_letters_of_no_known_encoding_are_refused():
    with pytest.raises(Refused) as refused:
        read(PLAN.encode("utf-8").replace(b"\xe1", b"\x8f").replace(b"\xc3", b"\xfa\xfb"), "a.txt")
    assert refused.value.kind == "encoding"


def test_a_few_broken_bytes_do_not_lose_the_file():
    source = read((PLAN * 5).encode() + b"\xe1\xba", "a.txt")
    assert source.problems == ("Một số ký tự của tệp bị hỏng và được thay bằng dấu «\ufffd».",)
