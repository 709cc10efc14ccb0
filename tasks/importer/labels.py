"""«Đơn vị chủ trì: Vụ Pháp chế. Sản phẩm: Thông tư. Thời gian: Quý II/2026.»: a duty's facts behind labels, below it or inside it. Pure."""

import re

from orgunits.words import fold

_WHO = r"(?:don vi|co quan|bo phan|to chuc|dau moi)?\s?"
_LABELS = {
    "coordinators": _WHO + r"(?:phoi hop|tham gia)(?: thuc hien)?",
    "lead": _WHO + r"(?:chu tri|thuc hien|phu trach|tham muu)(?: thuc hien)?|phan cong(?: thuc hien)?",
    "deadline": r"thoi (?:gian|han|diem)(?: thuc hien| hoan thanh| trinh)?|tien do(?: thuc hien| hoan thanh)?"
    r"|han (?:hoan thanh|cuoi)|hoan thanh",
    "product": r"san pham(?: du kien| dau ra| can dat)?|ket qua(?: du kien| dau ra| can dat)?|dau ra",
    "skip": r"kinh phi(?: thuc hien| du kien)?|nguon kinh phi",
}
_LABEL = re.compile(
    r"(?:^|(?<=[.;(\n])\s*|(?<=[-–+]) )(?:[-–+•]\s*)?(?:"
    + "|".join(f"(?P<{role}>{pattern})" for role, pattern in _LABELS.items())
    + r")\s*:\s*"
)


def split_labels(text):
    """(words before the first label, {role: value}): roles as a table's columns; ({} and the whole text where there is none)."""
    plain = _same_length(text)
    found = list(_LABEL.finditer(plain)) if plain else []
    if not found:
        return text, {}
    ends = [*(match.start() for match in found[1:]), len(text)]
    values = {}
    for match, end in zip(found, ends, strict=True):
        said = text[match.end() : end].strip(" .;,()\n-–")
        if said and match.lastgroup != "skip":
            values.setdefault(match.lastgroup, said)
    words = text[: found[0].start()].strip(" .;,(\n-–")
    return (words, values) if values or not words else (text, {})


def _same_length(text):
    """`text` folded letter by letter, or "" where folding would move the places."""
    plain = "".join(fold(char) or char for char in text)
    return plain if len(plain) == len(text) else ""
