"""Vietnamese words for machines: folding accents for search, and a key that sorts names as a Vietnamese reader does."""

import re
import unicodedata

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng, after ngang
_SHAPES = {"a\u0306": "ă", "a\u0302": "â", "e\u0302": "ê", "o\u0302": "ô", "o\u031b": "ơ", "u\u031b": "ư"}


def fold(text):
    """`text` in lower case without marks, đ as d, one space between words: «An ninh mạng» → «an ninh mang»."""
    plain = "".join(mark for mark in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(mark))
    return re.sub(r"\s+", " ", plain.replace("đ", "d")).strip()


def sort_key(text):
    """A string that orders names in Vietnamese: letters a ă â b c d đ …, then tones ngang huyền hỏi ngã sắc nặng."""
    letters, tones = [], []
    for word in re.split(r"[\s\-–]+", text.casefold().strip()):
        for char in unicodedata.normalize("NFD", word):
            if char in TONES:
                tones[-1:] = [str(TONES[char])] if tones else []
            elif unicodedata.combining(char):
                letters[-1:] = [_SHAPES.get(letters[-1] + char, letters[-1])] if letters else []
            else:
                letters.append(char)
                tones.append("0")
        letters.append(" ")
    return "".join(_place(letter) for letter in "".join(letters).strip()) + END + "".join(tones)


END, SPACE, OTHER = "00", "01", "99"


def _place(letter):
    """Two digits for each letter, so that every database sorts the key alike whatever its collation."""
    if letter == " ":
        return SPACE
    if letter in LETTERS:
        return str(20 + LETTERS.index(letter))
    return f"{int(letter) + 2:02}" if letter in "0123456789" else OTHER
