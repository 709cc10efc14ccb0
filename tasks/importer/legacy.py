"""Vietnamese as it was written before Unicode: TCVN3 (ABC, fonts .Vn…) and VNI (fonts VNI-…), to Unicode and back. Pure.

Both put Vietnamese letters on codes of Western European ones, so a machine that does not know the font shows «Céng hoµ» or
«Coäng hoøa». They are known by their fonts where a file names fonts, else by counting: words that are no Vietnamese syllables as they
stand and become such when converted. Facts: TCVN 5712:1993 (VN3) and the code page of VNI for Windows.
"""

import re
import unicodedata

TCVN3, VNI = "TCVN3", "VNI"

_MARKS = "\u0300\u0309\u0303\u0301\u0323"  # huyền hỏi ngã sắc nặng, the order of both tables below
_VOWELS = {
    "a": "a",
    "ă": "a\u0306",
    "â": "a\u0302",
    "e": "e",
    "ê": "e\u0302",
    "i": "i",
    "o": "o",
    "ô": "o\u0302",
    "ơ": "o\u031b",
    "u": "u",
    "ư": "u\u031b",
    "y": "y",
}
# For each vowel: the code without a tone, then with the five tones.
_TCVN3 = {
    "a": "aµ¶·¸¹",
    "ă": "¨»¼½¾Æ",
    "â": "©ÇÈÉÊË",
    "e": "eÌÎÏÐÑ",
    "ê": "ªÒÓÔÕÖ",
    "i": "i×ØÜÝÞ",
    "o": "oßáâãä",
    "ô": "«åæçèé",
    "ơ": "¬êëìíî",
    "u": "uïñòóô",
    "ư": "\u00adõö÷øù",
    "y": "yúûüýþ",
}
_TCVN3_CAPITALS = {"¡": "Ă", "¢": "Â", "£": "Ê", "¤": "Ô", "¥": "Ơ", "¦": "Ư", "§": "Đ"}
# VNI writes the letter and, behind it, a sign for shape and tone together; five vowels have codes of their own.
_VNI_SIGNS = {"": "øûõùï", "\u0302": "àåãáä", "\u0306": "èúüéë"}
_VNI_WHOLE = {"i": "ìæóíò", "ỵ": "î", "ơ": "ô", "ư": "ö", "đ": "ñ"}


def _letter(vowel, tone):
    return unicodedata.normalize("NFC", _VOWELS[vowel] + tone)


def _tcvn3_codes():
    codes = dict(_TCVN3_CAPITALS) | {"®": "đ"}
    for vowel, row in _TCVN3.items():
        codes |= {code: _letter(vowel, tone) for code, tone in zip(row, ("", *_MARKS), strict=True) if code != vowel}
    return codes


def _vni_codes():
    codes = {_VNI_WHOLE[letter]: letter for letter in ("ỵ", "ơ", "ư", "đ")}
    codes |= {code: _letter("i", tone) for code, tone in zip(_VNI_WHOLE["i"], _MARKS, strict=True)}
    for base in "aeouy":
        codes |= {base + sign: _letter(base, tone) for sign, tone in zip(_VNI_SIGNS[""], _MARKS, strict=True)}
    for base, shape, signs in [(b, "\u0302", "â" + _VNI_SIGNS["\u0302"]) for b in "aeo"] + [("a", "\u0306", "ê" + _VNI_SIGNS["\u0306"])]:
        codes |= {base + sign: unicodedata.normalize("NFC", base + shape + tone) for sign, tone in zip(signs, ("", *_MARKS), strict=True)}
    for whole, vowel in (("ô", "ơ"), ("ö", "ư")):
        codes |= {whole + sign: _letter(vowel, tone) for sign, tone in zip(_VNI_SIGNS[""], _MARKS, strict=True)}
    codes.pop("yï")  # ỵ has its own code
    capitals = {shape(code): letter.upper() for code, letter in codes.items() for shape in (str.upper, str.capitalize)}
    return codes | capitals


CODES = {TCVN3: _tcvn3_codes(), VNI: _vni_codes()}
# What other programs put in place of a code: the Greek mu for the micro sign, the Vietnamese đ for the Icelandic one.
_TWINS = str.maketrans({"μ": "µ", "Đ": "Ð", "¯": "\u00af"})
_VNI_CODE = re.compile("|".join(sorted(map(re.escape, CODES[VNI]), key=len, reverse=True)))
_TCVN3_CODE = str.maketrans(CODES[TCVN3])
# Letters that neither code page holds: a text with them is Unicode already, whatever its font is called.
_UNICODE_ONLY = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u0300-\u0323\u1ea0-\u1ef9]")


def encoding_of_font(font):
    """TCVN3, VNI or None by a font's name: «.VnTime», «.VnArialH», «ABCDEF+VNI-Times»."""
    name = (font or "").rpartition("+")[2].lower().lstrip(".")
    if re.match(r"vn[a-z0-9]", name) and not name.startswith("vni"):
        return TCVN3
    return VNI if re.match(r"vni\b", name) else None


def is_capital_font(font):
    """Whether a TCVN3 font prints small letters as capitals: their names end in H, «.VnTimeH», «.VnTimeH,Bold»."""
    name = re.split(r"[,\-]", (font or "").rpartition("+")[2])[0]
    return encoding_of_font(font) == TCVN3 and name.endswith("H")


def convert(text, encoding, *, capitals=False, hyphens=False):
    """`text`, glyph codes of `encoding`, as Unicode NFC; text that is Unicode already stays.

    `capitals` is for the fonts whose small letters are drawn as capitals. `hyphens`: PDF programs give TCVN3's code of «ư» as a hyphen.
    """
    if encoding and not _is_unicode(text):
        text = text.translate(_TWINS)
        if encoding == TCVN3 and hyphens:
            text = re.sub(r"\S+", _with_u, text)
        text = _VNI_CODE.sub(lambda code: CODES[VNI][code[0]], text) if encoding == VNI else text.translate(_TCVN3_CODE)
    text = unicodedata.normalize("NFC", text)
    return text.upper() if capitals else text


def _is_unicode(text):
    return bool(_UNICODE_ONLY.search(unicodedata.normalize("NFC", text).replace("Đ", "")))


def _with_u(found):
    """The hyphen of a word as TCVN3's «ư», where that makes the word a syllable: «n-íc» is «nước», «tÕ-x·» keeps its hyphen."""
    word = found[0]
    core = word.strip(',.;:!?()"“”…')
    if "-" not in core or not any(map(str.isalpha, core)):
        return word
    tried = core.replace("-", "\u00ad")
    return word.replace(core, tried) if is_syllable(tried.translate(_TCVN3_CODE)) else word


def encode(text, encoding):
    """The glyph codes of Unicode `text`, what a typist of that time left in the file; TCVN3's capitals with tones become small letters."""
    codes = {letter: code for code, letter in CODES[encoding].items()}
    text = unicodedata.normalize("NFC", text)
    return "".join(codes.get(letter) or codes.get(letter.lower()) or letter for letter in text)


# What a Vietnamese syllable is: an onset, a rhyme, one tone at most; rhymes that end in c, ch, p, t have sắc or nặng.
_ONSETS = tuple(re.findall(r"\w+", "ngh ch gh gi kh ng nh ph qu th tr b c d đ g h k l m n p r s t v x"))  # the longest first
_RHYMES = frozenset(
    re.findall(
        r"\w+",
        """a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
    ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay
    oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê
    uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut uơ uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt
    ươu ưt ưu ưm ưn y yêm yên yêng yêt yêu ych ynh yt""",
    )
)


def is_syllable(word):
    """Whether `word` is a Vietnamese syllable by its letters and tone: «nước» is, «développé» and «Grüße» are not."""
    bare, tones = [], []
    for letter in unicodedata.normalize("NFD", word.lower()):
        (tones if letter in _MARKS else bare).append(letter)
    bare = unicodedata.normalize("NFC", "".join(bare))
    if len(tones) > 1 or not 0 < len(bare) < 9:
        return False
    closed = re.search(r"(?:c|ch|p|t)$", bare)
    if closed and tones and tones[0] not in "\u0301\u0323":
        return False
    onset = next((onset for onset in _ONSETS if bare.startswith(onset)), "")
    return any(bare[len(start) :] in _RHYMES for start in (onset, onset[:1], "") if bare.startswith(start))


_MARKED = re.compile(r"[^\s\d_.,;:!?()\[\]{}\"'“”‘’…/\\|=+*<>@#%&-]+")
_SAMPLE = 40_000  # letters judged; a plan says what it is written in within its first pages
ENOUGH = 3  # different words; fewer tell nothing


def likeness(text):
    """(share of marked words that are Vietnamese syllables, number of different marked words) in the first pages of `text`."""
    words = {word for word in _MARKED.findall(text[:_SAMPLE]) if not word.isascii()}
    return (sum(map(is_syllable, words)) / len(words) if words else 0.0), len(words)


def recognise(text):
    """TCVN3, VNI or None: what Unicode-looking `text` is really written in. Genuine Unicode and other languages give None."""
    plain, words = likeness(text)
    if words < ENOUGH or plain > 0.5:
        return None
    shares = {encoding: likeness(convert_all(text[:_SAMPLE], encoding))[0] for encoding in (TCVN3, VNI)}
    best = max(shares, key=shares.get)
    return best if shares[best] >= 0.8 and shares[best] > plain + 0.3 else None


def convert_all(text, encoding):
    """As convert, word by word: what is Unicode already stays and does not keep its neighbours from being converted."""
    return re.sub(r"\S+", lambda word: convert(word[0], encoding), text)
