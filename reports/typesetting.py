"""Where a line of Vietnamese may not break: inside «số 57-NQ/TW», «V.1.đ/8/(iii)», «điểm a khoản 2», «50 triệu đồng», «ngày 24».

Only blanks become unbreakable and joiners are put after «-», «/» and «.»; no word changes.
"""

import re

BLANK = "\N{NO-BREAK SPACE}"
JOINER = "\N{WORD JOINER}"

DOCUMENTS = (
    "Bộ luật|Luật|Nghị quyết|Nghị định|Quyết định|Quy định|Quy chế|Chỉ thị|Thông tư|Thông báo|Kết luận|Hướng dẫn|Kế hoạch|"
    "Chương trình|Công văn|Công điện|Báo cáo|Tờ trình"
)
# A symbol has a digit and a capital around a hyphen or slash: 57-NQ/TW, 30/2020/NĐ-CP, PL/15; «2026-2030» breaks nowhere as it is.
SYMBOL = re.compile(r"(?<![\w/-])(?=[\w/.-]{0,20}\d)(?=[\w/.-]{0,20}[A-ZĐ])[\w.]{1,12}(?:[-/][\w.]{1,12}){1,4}(?![\w/-])")
# The ref of a duty has a Roman or a small letter among figures: II.1, V.1.g/2, 1.đ/8/(iii). Figures alone, 2.1.3, hold together anyway.
REF = re.compile(
    r"(?<![\w/.-])(?=[\d./]{0,12}[IVXa-zđ(])(?:[IVX]{1,5}|\d{1,2})(?:[./](?:\d{1,2}|[a-zđ]|\([ivx\d]{1,5}\))(?!\w)){1,6}(?![\w/-])"
)
NARROW = 11  # characters of a ref that a column «TT» holds; a longer one may break where it is divided, not anywhere
NUMBERED = re.compile(
    r"\b(số|điều|khoản|mục|chương|phần|phụ lục|ngày|tháng|năm|quý|tuần|kỳ|trang) (?=\d|[IVX]+\b)|\b(điểm) (?=(?:\d|[a-zđ]\b))",
    re.IGNORECASE,
)
UNIT = re.compile(r"(?<=\d) (?=(?:nghìn|triệu|tỷ|đồng|giờ|phút|giây|km|km²|m²|ha|kg|MB|GB|TB|Mbps|Gbps)\b|[%‰])")
MONEY = re.compile(r"\b(nghìn|triệu|tỷ) (?=đồng\b)")
CITED = re.compile(rf"\b({DOCUMENTS}) số(?=\s\d)", re.IGNORECASE)
WITHIN = re.compile(r"\b((?:điểm|khoản)\s\w+) (?=(?:khoản|điều)\s\d)", re.IGNORECASE)


def bound(words, *, narrow=False):
    """The words with unbreakable blanks where a line may not break; in a `narrow` column only pairs, because a chain wider than the
    column would break inside a word."""
    words = REF.sub(lambda found: found[0] if narrow and len(found[0]) > NARROW else re.sub("([./])", rf"\1{JOINER}", found[0]), words)
    words = SYMBOL.sub(lambda found: re.sub("([-/])", rf"\1{JOINER}", found[0]), words)
    if not narrow:
        words = CITED.sub(lambda found: found[0].replace(" ", BLANK), words)
        words = WITHIN.sub(rf"\1{BLANK}", words)
    words = NUMBERED.sub(lambda found: f"{found[0][:-1]}{BLANK}", words)
    return MONEY.sub(rf"\1{BLANK}", UNIT.sub(BLANK, words))
