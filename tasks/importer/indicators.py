"""Measurable targets in the aims and duties of a plan: «100% …», «tối thiểu 15% …», «10.000 chuyên gia», «nhóm 20 …». Pure."""

import re

from orgunits.words import fold

_NUMBER = r"(?P<n>\d{1,3}(?:\.\d{3}){1,4}|\d{1,12}(?:,\d{1,4})?)"
_PERCENT = re.compile(_NUMBER + r"\s*%")
_RANK = re.compile(r"(?:nhóm|tốp|top|thứ hạng|xếp hạng|vị trí)(?:\s+(?:trong|từ|thứ))?\s+" + _NUMBER + r"\b", re.IGNORECASE)
_COUNT = re.compile(
    r"(?P<least>ít nhất|tối thiểu|trên|từ|đạt|đội ngũ|có|khoảng|hơn)\s+"
    + _NUMBER
    + r"\s+(?P<unit>người|cán bộ|chuyên gia|công chức|lớp|cuộc|mô hình|hệ thống|đơn vị|sản phẩm|tổ|đội|doanh nghiệp"
    r"|thủ tục|dịch vụ|buổi|đợt|lần|điểm|tin|bài|hội nghị|chứng chỉ)\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"(?P<of>mỗi\s+[^,;.]{3,40}?)\s+(?:có\s+)?(?P<least>ít nhất|tối thiểu)\s+(?P<n>một|\d+)\s+(?P<unit>người|cán bộ|mô hình)", re.IGNORECASE
)
_AT_LEAST = re.compile(r"(tối thiểu|ít nhất|đạt từ|từ|không dưới|≥|>=)\s*$", re.IGNORECASE)
_MORE = re.compile(r"(trên|hơn|vượt|quá|>)\s*$", re.IGNORECASE)
_AT_MOST = re.compile(r"(tối đa|không quá|dưới|≤|<=|nhiều nhất)\s*$", re.IGNORECASE)
_YEAR = re.compile(r"(?:năm|đến|giai đoạn\s+\d{4}\s*[-–]\s*)\s*(20[2-5]\d)\b", re.IGNORECASE)
_GROWS = re.compile(r"(tăng|giảm|tăng thêm|giảm bớt|vượt)\s*(?:trưởng\s*)?(?:ít nhất|tối thiểu|từ|trên|hơn)?\s*$", re.IGNORECASE)
_OF_A_MARKET = re.compile(r"thị trường|thị phần|GDP|GRDP", re.IGNORECASE)
_WHOLE = re.compile(
    r"^\s*(?:số\s+|trong\s+|trên\s+)?(?P<whole>\S.{2,180}?)"
    r"(?=\s+(?:được|có|đạt|phải|trước|tham gia|sử dụng|nắm|biết|hoàn thành|để|và bắt đầu)\b|[;.]|$)",
    re.IGNORECASE,
)
_OF_THE_LAW = re.compile(r"cấp độ|khoản|điều|mức|tcvn|số\s*$", re.IGNORECASE)


def find_indicators(ref, headings, text, *, year):
    """[{ref, name, operator, value, unit, year, firm, denominator, words}] in one paragraph; `year`: where none is written."""
    named = _YEAR.findall(headings)
    horizon = int(named[-1]) if named else year
    found = []
    for clause in re.split(r"(?<!\d)[;.](?=\s|$)|(?<=\D)[.](?=\s+\()|;\s", text):
        found += _clause(clause.strip(), horizon)
    return [{"ref": f"{ref}#{n}", **row} for n, row in enumerate(found, 1)]


def _clause(clause, horizon):
    rows, taken = [], []
    for kind, pattern in (("each", _EACH), ("percent", _PERCENT), ("rank", _RANK), ("count", _COUNT)):
        for match in pattern.finditer(clause):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            rows.append((match.start(), _row(kind, match, clause, horizon)))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0]) if row]


def _row(kind, match, clause, horizon):
    before = clause[: match.start()]
    value = 1 if match["n"] == "một" else float(match["n"].replace(".", "").replace(",", "."))
    if kind == "rank" and not re.search(r"hạng|đánh giá|chỉ số|nhóm", clause, re.IGNORECASE):
        return None
    if kind == "count" and (1990 < value < 2060 or _OF_THE_LAW.search(before[-12:])):
        return None
    units = {"percent": "%", "rank": "hạng"}
    unit = units.get(kind) or match["unit"].lower()
    year = _YEAR.search(clause)
    return {
        "name": _name(clause),
        "operator": _operator(kind, match, before),
        "value": int(value) if value == int(value) else value,
        "unit": f"{unit}/{match['of'].split()[1]}" if kind == "each" else unit,
        "year": int(year[1]) if year else horizon,
        "firm": "phan dau" not in fold(clause),
        "denominator": _whole(clause, match) if kind == "percent" else "",
        "words": clause[:400],
    }


def _whole(clause, match):
    """Of what a percentage is one: «100% hệ thống thông tin … được rà soát». Empty for growth and for shares of a market."""
    found = _WHOLE.match(clause[match.end() :])
    if not found or _GROWS.search(clause[: match.start()]) or _OF_A_MARKET.search(clause):
        return ""
    words = found["whole"].strip(" ,:")
    return words[:1].upper() + words[1:] if words.lower().startswith("tổng") else f"Tổng số {words}"


def _operator(kind, match, before):
    if kind == "rank" or _AT_MOST.search(before):
        return "<="
    if kind in {"each"} or _AT_LEAST.search(before):
        return ">="
    if _MORE.search(before) or (kind == "count" and match["least"].lower() in {"trên", "hơn"}):
        return ">"
    return ">=" if kind == "count" else "="


def _name(clause):
    """The clause without its lead-in, capitalised, at most 400 characters."""
    words = re.sub(r"^(?:\(\d+\)\s*|[\s\-–+]+|(?:phấn đấu|bảo đảm|đảm bảo)\s+)", "", clause, flags=re.IGNORECASE).strip()
    return (words[:1].upper() + words[1:])[:400]
