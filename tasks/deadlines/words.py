"""Vietnamese words for the grammar: text cut once into tokens that know where they stood.

Keys are folded («tháng» → `thang`), so that tone position, case, NFC/NFD and lost marks make no difference. Folding alone would
take «trọng» for «trong» and «ngay» (at once) for «ngày» (day): a word spelt as another one gets a key no rule knows.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache

_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
_SHAPES = {"\u0306", "\u0302", "\u031b"}
_DROPPED = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "*", "_", "`"}  # invisible, or a mark of bold and italic
_DASHES = dict.fromkeys("‐‑‒–—―−－→", "-")
_LINE_ENDS = "\n\r\v\f\u0085\u2028\u2029"

_OTHERS = """
thắng thẳng thăng thằng trọng trông trống trồng tròng nám nấm nắm nằm quỹ quỳ quỷ quỵ tuân tuấn tuẫn ngáy ngây
gió giỏ giò giỗ giơ giở hạng hãng háng đen đèn đền đẹn đấu dấu đâu dầu dâu đậu đau dẫu cưới cười cưỡi ký kỹ kỷ mới mọi mời môi mồi
lan lẫn làn lận lấn lăn này tùng túng tối tội tôi tồi bà bá bã bả hải hại hái hài mốt bay bày tạm tâm tầm tấm tam muối
thủ thử thư thú thụ sâu sấu sầu tự từng tụ tủ tù nữa khí khỉ tình tính tĩnh bổ bố bỏ bờ bò bơ cập cặp sổ sơ sợ chấm chạm mong ram
"""
_OWN_KEYS = {"sáu": "sáu", "tư": "tư", "sở": "sở", "kì": "ky", "kỳ": "ky", "quí": "quy", "hàng": "hang"}
_BARE = {"ngay": "ngay!", "nam": "nam!", "quy": "quy!", "qui": "qui!", "thu": "thu!", "tuan": "tuan!", "ban": "ban!"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign. `key` is what rules compare («#» for every number); `glued` means no gap before it.

    `value` is the number, None for words and for numbers of more than four digits; `width` counts digits.
    """

    key: str
    start: int
    end: int
    glued: bool
    capital: bool = False
    value: int | None = None
    width: int = 0


@cache
def _plain(char):
    """The folded form of one character: «Ế» → «e», «Ⅲ» → «iii», «９» → «9»; "" where it is a mark or invisible."""
    if char in _DROPPED:
        return ""
    if char in _LINE_ENDS:
        return "\n"
    if char in _DASHES:
        return "-"
    if "\uff01" <= char <= "\uff5e":
        char = chr(ord(char) - 0xFEE0)
    elif "\u2160" <= char <= "\u217f":
        char = unicodedata.normalize("NFKD", char)
    folded = "".join(mark for mark in unicodedata.normalize("NFD", char.casefold()) if not unicodedata.combining(mark))
    return folded.replace("đ", "d")


@cache
def _is_marked(char):
    return any(unicodedata.combining(mark) or mark in "đĐ" for mark in unicodedata.normalize("NFD", char))


@lru_cache(maxsize=4096)
def spelling(word):
    """A word's letters with their shapes, and its tone at the end: one spelling for «hóa» and «hoá», NFC and NFD."""
    letters, tone = [], ""
    for char in unicodedata.normalize("NFD", word.casefold()):
        if char in _TONES:
            tone = _TONES[char]
        elif char in _SHAPES or not unicodedata.combining(char):
            letters.append(char)
    return "".join(letters) + tone


_OTHER_SPELLINGS = {spelling(word) for word in _OTHERS.split()}
_KEY_OF_SPELLING = {spelling(word): key for word, key in _OWN_KEYS.items()}
_DOUBTFUL = {"".join(map(_plain, word)) for word in (*_OTHERS.split(), *_OWN_KEYS, *_BARE)}  # folded words that may be two words
_CUT = re.compile(r"[a-z]+|[0-9]+|\n|[^\sa-z0-9]")


def tokens_of(text):
    """The Tokens of `text`, in time linear in its length."""
    pieces = [_plain(char) for char in text]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    folded = "".join(pieces)
    marked = any(map(_is_marked, set(text)))
    tokens, before = [], -1
    for found in _CUT.finditer(folded):
        tokens.append(_token(text, found.group(), places[found.start()], places[found.end() - 1] + 1, found.start() == before, marked))
        before = found.end()
    return _settled(text, tokens)


def _token(text, folded, start, end, glued, marked):
    while end < len(text) and text[end] > "\u02ff" and unicodedata.combining(text[end]):
        end += 1
    if folded[0] in "0123456789":
        return Token("#", start, end, glued, value=int(folded) if len(folded) <= 4 else None, width=len(folded))
    return Token(_key(text[start:end], folded, marked), start, end, glued, capital=text[start].isupper())


def _key(word, folded, marked):
    if not marked:
        return {"ki": "ky", "qui": "quy"}.get(folded, folded)
    if folded not in _DOUBTFUL:
        return folded
    spelt = spelling("".join(char for char in word if char not in _DROPPED))
    if spelt in _KEY_OF_SPELLING:
        return _KEY_OF_SPELLING[spelt]
    if spelt in _OTHER_SPELLINGS:
        return "~" + folded
    return _BARE.get(folded, folded) if spelt == folded else folded


def _settled(text, tokens):
    """A mark lost in an accented text: «ngay 30/6», «nam 2026», «quy II» are what the figure after them says; «Việt Nam 2030» is not."""
    for i, token in enumerate(tokens[:-1]):
        after, before = tokens[i + 1].key, tokens[i - 1].key if i else ""
        if token.key == "nam" and before in ("viet", "mien") and text[token.start : token.end].isascii():
            tokens[i] = replace(token, key="nam!")
            continue
        is_counted = after == "#" or (token.key == "quy!" and after in ("i", "ii", "iii", "iv"))
        if is_counted and token.key in _COUNTED and (token.key != "nam!" or before not in _BEFORE_SOUTH):
            tokens[i] = replace(token, key=token.key[:-1])
    return tokens


_COUNTED = {"ngay!", "nam!", "quy!", "tuan!", "thu!"}
_BEFORE_SOUTH = {"viet", "mien", "phia", "dong", "tay", "ha", "quang", "huong", "cuc"}
