"""What an official paper says of itself: number and symbol, type, date, place, issuer, subject, bases, recipients. Pure.

Forms of the heading: Party (Quy định 399-QĐ/TW, before it Hướng dẫn 36-HD/VPTW) and State (Nghị định 30/2020/NĐ-CP).
"""

import re
import unicodedata
from datetime import date
from itertools import pairwise

from orgunits.words import fold
from tasks.importer.outline import ITEMS, NUMBER, paragraphs
from tasks.importer.shapes import Paragraph, Table
from tasks.importer.tables import head_of

# Types as the heading prints them, longest first where one begins another.
TYPES = {
    "nghi quyet": ("NQ", "Nghị quyết"),
    "nghi dinh": ("NĐ", "Nghị định"),
    "chi thi": ("CT", "Chỉ thị"),
    "quyet dinh": ("QĐ", "Quyết định"),
    "quy dinh": ("QĐ", "Quy định"),
    "quy che": ("QC", "Quy chế"),
    "quy trinh": ("QT", "Quy trình"),
    "ket luan": ("KL", "Kết luận"),
    "ke hoach": ("KH", "Kế hoạch"),
    "chuong trinh hanh dong": ("CTr", "Chương trình"),
    "chuong trinh": ("CTr", "Chương trình"),
    "phuong an": ("PA", "Phương án"),
    "huong dan": ("HD", "Hướng dẫn"),
    "thong bao": ("TB", "Thông báo"),
    "thong tu": ("TT", "Thông tư"),
    "bao cao": ("BC", "Báo cáo"),
    "to trinh": ("TTr", "Tờ trình"),
    "cong van": ("CV", "Công văn"),
    "cong dien": ("CĐ", "Công điện"),
    "de an": ("ĐA", "Đề án"),
    "luat": ("Luật", "Luật"),
    "phap lenh": ("PL", "Pháp lệnh"),
}
ABBREVIATIONS = {short.lower(): (short, name) for short, name in reversed(TYPES.values())}
SYMBOL = r"\d{1,5}[a-zA-Z]?\s*[-/]\s*[A-ZĐa-z][\w\s./&-]{0,40}?"
_NUMBER_LINE = re.compile(
    r"^[\s*_]*số\s*:?\s*(?P<symbol>(?:\d[\d.\s]{0,6}|\.{2,}|…+|_{2,}|)\s*[-/]\s*[^\W\d_][^\s,;]*(?:\s?[-/]\s?[^\s,;]+)*)", re.IGNORECASE
)
_DATE = re.compile(r"ngày\s*(?P<d>\d{1,2})\s*(?:tháng|/|-|\.)\s*(?P<m>\d{1,2})\s*(?:năm|/|-|\.)\s*(?P<y>\d{4})", re.IGNORECASE)
_PLACED = re.compile(r"(?P<place>[^\W\d_][^,;:()]{1,40}),\s*" + _DATE.pattern, re.IGNORECASE)
_MOTTOES = ("dang cong san viet nam", "cong hoa xa hoi chu nghia viet nam", "doc lap")
_CITED = re.compile(
    r"(?P<type>nghị quyết|nghị định|chỉ thị|quyết định|quy định|quy chế(?: làm việc)?|kết luận|kế hoạch"
    r"|chương trình(?: hành động)?|phương án"
    r"|hướng dẫn|thông báo|thông tư|báo cáo|tờ trình|công văn|công điện|đề án|luật|pháp lệnh)"
    r"(?P<between>[^;\n]{0,60}?)\s*(?:số\s*:?\s*)?(?P<symbol>\d{1,5}[a-z]?\s*[-/]\s*(?=[^\W\d_]|\d{4}\s*/\s*[^\W\d_])[^\s,;()]+(?:(?<=[-/])\s[^\s,;()]+|\s?[-/]\s?[^\s,;()]+)*)",
    re.IGNORECASE,
)
_LAW = re.compile(r"(?P<type>bộ luật|luật|pháp lệnh)\s+(?P<subject>[^;,\n]{3,160}?)(?=\s+(?:ngày|năm|số)\b|[;,]|$)", re.IGNORECASE)


def read_facts(blocks):
    """The document's facts as a dict, and the places (block indexes) that belong to its heading, bases and recipients."""
    lines = list(_lines(blocks))
    head = lines[: _head_ends(lines)]
    symbol, symbol_at = _symbol(head)
    signed_on, place = _signed(head)
    type_code, type_name, subject, title_places = _title(head, symbol)
    issuer = _issuer(head)
    if not (symbol and signed_on):
        symbol, type_code, type_name, signed_on = _parent_paper(blocks, symbol, type_code, type_name, signed_on)
    bases, base_places = read_bases(paragraphs(blocks))
    recipients, recipient_places = read_recipients(blocks)
    facts = {
        "symbol": symbol,
        "type": type_code,
        "type_name": type_name,
        "date": signed_on.isoformat() if signed_on else None,
        "place": place,
        "issuer": issuer,
        "subject": subject,
        "bases": bases,
        "recipients": recipients,
    }
    heading = {place for place, _ in head if place <= max([symbol_at, *title_places], default=-1)}
    return facts, {"heading": heading | title_places, "bases": base_places, "recipients": recipient_places}


def _lines(blocks):
    """(place, line): paragraphs and, for layout tables, the lines of their cells, the left column before the right."""
    for place, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            yield place, f"{block.label} {block.text}".strip()
        elif head_of(block) or len(block.rows) > 8:
            return  # the heading stands before the first table of duties, never in it
        else:
            for column in range(len(block.rows[0]) if block.rows else 0):
                for row in block.rows:
                    if isinstance(row[column], str):
                        yield from ((place, line.strip()) for line in row[column].split("\n") if line.strip())


_BODY = re.compile(
    r"(i|1|a|phan i|phan thu nhat|dieu 1|muc 1)\s*[.)\-–:]|can cu |thuc hien |de (tiep tuc )?(trien khai|thuc hien"
    r"|tang cuong|bao dam)|kinh gui|phan thu nhat|thoi gian qua"
)


def _head_ends(lines):
    """The heading ends where the text begins: the first base, numbered heading or sentence; 60 lines at the most."""
    for n, (_, line) in enumerate(lines[:60]):
        plain = fold(line)
        if n > 2 and _BODY.match(plain):
            return n
    return min(len(lines), 60)


_ROLE_LINE = re.compile(
    r"(chu tich|bo truong|giam doc|thu tuong|uy ban nhan dan|ubnd|hoi dong nhan dan|ban thuong vu|ban chap hanh|tong cuc truong)\b"
)


def _symbol(head):
    head = [*head, *((place, f"{line} {after}") for (place, line), (_, after) in pairwise(head) if fold(line).strip(" :*_") == "so")]
    for place, line in head:
        if match := _NUMBER_LINE.match(line):
            return _tidy_symbol(match["symbol"]), place
    for place, line in head:  # «Số 12-KH/TU  Hà Nội, ngày …» run together
        match = re.search(r"\bsố\s*:?\s*(\d{1,5}\s*[-/]\s*[^\s,;]+(?:/[^\s,;]+)*)", line, re.IGNORECASE)
        if match and not re.search(r"căn cứ|theo|ban hành kèm", line, re.IGNORECASE):
            return _tidy_symbol(match[1]), place
    return "", -1


def _tidy_symbol(symbol):
    symbol = re.sub(r"\s*([-/])\s*", r"\1", unicodedata.normalize("NFC", symbol)).strip(" .*_:")
    return re.sub(r"\s+", "", symbol)[:60]


def _signed(head):
    """(date, place) of «Hà Nội, ngày 05 tháng 01 năm 2026»; a date alone gives an empty place."""
    for _, line in head:
        if (match := _PLACED.search(line)) and not re.search(r"căn cứ|số\s*\d+", line[: match.start("d")], re.IGNORECASE):
            return day_of(match), re.sub(r"^[\s*_]+", "", match["place"]).strip()
    for _, line in head:
        if match := _DATE.match(line.strip(" *_")):
            return day_of(match), ""
    return None, ""


def day_of(match):
    """The date of a match with groups d, m, y; None where there is no such day."""
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def _title(head, symbol):
    """(type, its name, subject, places): the type stands alone on a line, the subject below it; a letter says «V/v …»."""
    for n, (place, line) in enumerate(head):
        plain = fold(line.strip(" *_#:"))
        if plain in TYPES and (line.isupper() or n > 1):
            subject, places = _subject(head, n + 1)
            return *TYPES[plain], subject, {place, *places}
    for n, (place, line) in enumerate(head):
        plain = fold(line)
        for name, (code, full) in TYPES.items():
            if plain.startswith(f"{name} ") and line[: len(name)].isupper() and len(line) < 300:
                rest = re.sub(r"\s+", " ", line[len(name) :]).strip(" :-–")
                more, places = _subject(head, n + 1)
                return code, full, f"{rest} {more}".strip(), {place, *places}
    for place, line in head:
        if match := re.match(r"\W*(v/v|về việc)\W+(?P<rest>.+)", line, re.IGNORECASE):
            return *_type_of(symbol, ("CV", "Công văn")), match["rest"].strip(), {place}
    return *_type_of(symbol, ("", "")), "", set()


def _type_of(symbol, otherwise):
    match = re.search(r"\d\s*[-/](?:\d{4}/)?([^\W\d_]+)", symbol)
    return ABBREVIATIONS.get(match[1].lower(), otherwise) if match else otherwise


def _subject(head, start):
    words, places = [], set()
    for place, line in head[start : start + 6]:
        text = line.strip(" *_")
        plain = fold(text)
        if (
            not text
            or set(text) <= set("-–_*=.~ ")
            or _NUMBER_LINE.match(text)
            or _BODY.match(plain)
            or any(plain.startswith(m) for m in _MOTTOES)
        ):
            break
        if words and (
            plain.startswith(("(ban hanh", "(kem theo", "so "))
            or (text.endswith(":") and len(text) < 60)
            or text.isupper() != words[0].isupper()
        ):
            break
        if words and text.isupper() and _ROLE_LINE.match(plain):
            break
        if words and len(" ".join(words)) > 60 and words[-1].endswith("."):
            break
        words.append(text)
        places.add(place)
    return " ".join(words), places


def _parent_paper(blocks, symbol, code, name, signed):
    """«(Kèm theo Kế hoạch số 19/KH-SNV ngày 22/01/2026)»: an annex sent alone says whose it is."""
    for block in blocks[:30]:
        text = block.text if isinstance(block, Paragraph) else ""
        if re.search(r"kèm theo|ban hành theo", text, re.IGNORECASE) and (cited := citations(text)):
            first = cited[0]
            day = date.fromisoformat(first["date"]) if first["date"] else None
            return symbol or first["symbol"], code or first["type"], name or first["type_name"], signed or day
    return symbol, code, name, signed


_NOT_ISSUER = re.compile(
    r"so\s*[:\d.…/_-]|\*|_|-|van ban den|van ban di|van phong .{0,40}\bden\b|ngay|chuyen|sao y|sao luc|du thao"
    r"|hoa toc|khan|thuong khan|gui qua"
)


def _issuer(head):
    """The lines in capitals above the number, without the motto: superior body and issuing body, as printed in one string."""
    lines = []
    for _, line in head:
        text = line.strip(" *_#")
        plain = fold(text)
        if _NUMBER_LINE.match(text) or plain in TYPES or plain.strip(" :") == "so":
            break
        if len(plain) > 8 and any(plain in motto for motto in _MOTTOES[:2]):
            continue
        for motto in _MOTTOES[:2]:
            at = plain.find(motto)
            if at > 0:
                text = text[:at].strip(" -–|")
            elif at == 0:
                text = ""
        plain = fold(text)
        if not text or plain.startswith("doc lap") or _NOT_ISSUER.match(plain) or _DATE.search(text):
            continue
        if sum(char.isupper() for char in text) > 0.6 * sum(char.isalpha() for char in text):
            lines.append(re.sub(r"\s+", " ", text).strip(" -–*"))
    return " ".join(lines)


# ── bases ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def read_bases(nodes):
    """([base], places). A base is a paragraph «Căn cứ …», or a point of the section «Căn cứ …»; `nodes` are joined paragraphs."""
    found, places, inside, begun = [], set(), False, False
    for n, node in enumerate(nodes):
        plain = fold(node.text)
        cited = node.table is None and _cites(node.text)
        if node.table is None and plain.startswith("can cu") and len(plain) < 60 and not cited and not re.search(r"\bluat\b", plain):
            inside = True
            places |= set(range(node.first, node.last + 1))
            continue
        says_so = plain.startswith("can cu ") or (plain.startswith(("thuc hien ", "theo ")) and cited)
        begun = begun or bool(node.mark and node.mark.kind <= NUMBER and not inside)
        says_so = says_so and not begun
        inside = inside and node.table is None and (cited or says_so or bool(node.mark and node.mark.kind in ITEMS))
        if not inside and not (says_so and n < max(len(nodes) * 0.5, 40)):
            if found and n > 12 + max(places):
                break
            continue
        if (bases := citations(node.text)) and (inside or plain.startswith("can cu ") or not found):
            found.append(bases[0])
            places |= set(range(node.first, node.last + 1))
        elif plain.startswith("can cu "):
            places |= set(range(node.first, node.last + 1))
    return found, places


def _cites(text):
    return bool(_CITED.search(text))


def citations(text):
    """Every document a text cites: [{symbol, type, type_name, date, issuer, subject, words}], in printed order."""
    found = [_citation(match, text) for match in _CITED.finditer(text)]
    if not found:
        found = [_law(match, text) for match in _LAW.finditer(text)][:1]
    return [row for row in found if row]


def _citation(match, text):
    code, name = _type(match["type"])
    rest = text[match.end() :]
    own = rest.split(";")[0]
    dated = re.match(
        r"\s*,?\s*(?:ngày|ký ngày)?\s*(?P<d>\d{1,2})\s*(?:/|-|\.|tháng)\s*(?P<m>\d{1,2})\s*(?:/|-|\.|năm)\s*(?P<y>\d{4})",
        own,
        re.IGNORECASE,
    )
    signed = day_of(dated) if dated else None
    tail = own[dated.end() :] if dated else own
    by = re.match(r"[\s,]*của\s+(?P<issuer>Ban Chỉ đạo về [^;]+?)(?=\s+về\b)", tail) or re.match(
        r"[\s,]*(?:của\s+)(?P<issuer>.+?)(?=\s+(?:về|ban hành|quy định|thực hiện|phê duyệt|triển khai|khóa|kèm|tiếp tục"
        r"|hướng dẫn|sửa đổi|đẩy mạnh|tăng cường)\b|[;,.]?\s*$|;)",
        tail,
        re.IGNORECASE,
    )
    issuer = by["issuer"].strip(" ,;.") if by else ""
    about = tail[by.end() :] if by else tail
    subject = re.sub(r"^(về việc|về|v/v)\s+", "", about.strip(" ,;.:"), flags=re.IGNORECASE)
    return {
        "symbol": _tidy_symbol(match["symbol"]).rstrip(".,;"),
        "type": code,
        "type_name": name,
        "date": signed.isoformat() if signed else None,
        "issuer": issuer[:300],
        "subject": subject[:500],
        "words": re.sub(r"^[\s\-–+*•]+", "", text).strip()[:500],
    }


def _type(words):
    plain = fold(words)
    for name, (code, full) in TYPES.items():
        if plain.startswith(name):
            return code, full
    return "", words


def _law(match, text):
    subject = match["subject"].strip()
    if not subject[0].isupper():
        return None
    return {
        "symbol": "",
        "type": "Luật",
        "type_name": match["type"].capitalize(),
        "date": None,
        "issuer": "Quốc hội",
        "subject": subject[:500],
        "words": re.sub(r"^[\s\-–+*•]+", "", text).strip()[:500],
    }


# ── recipients ───────────────────────────────────────────────────────────────────────────────────────────────────────
def read_recipients(blocks):
    """([{who, purpose}], places) of every «Nơi nhận:» list; the last line «Lưu …» belongs to it."""
    found, places = [], set()
    for place, block in enumerate(blocks):
        if isinstance(block, Table):
            cells = [cell for row in block.rows for cell in row if isinstance(cell, str)]
            at = next((cell for cell in cells if fold(cell).lstrip("*_ ").startswith("noi nhan")), None)
            if at:
                found += [row for line in at.split("\n")[1:] if (row := _recipient(line))]
                places.add(place)
        elif fold(block.text).lstrip("*_ ").startswith("noi nhan"):
            rows, taken = _list_after(blocks, place)
            if not found:
                found += rows
            places |= taken
    return found, places


def _list_after(blocks, start):
    rows, places = [], {start}
    for place in range(start + 1, min(start + 60, len(blocks))):
        block = blocks[place]
        if isinstance(block, Table):
            break
        text = f"{block.label} {block.text}".strip()
        if not re.match(r"[-–•+*]|Lưu|Như trên", text):
            if rows and not block.gap and text[:1].islower():
                continue
            if rows:
                break
            continue
        if row := _recipient(text):
            rows.append(row)
        places.add(place)
        if fold(text).lstrip("-–•+* ").startswith("luu"):
            break
    return rows, places


def _recipient(line):
    text = re.sub(r"^[\s\-–+*•]+", "", line).strip(" ,;.")
    if not text:
        return None
    purpose = re.search(r"\((?P<p>để [^)]{2,50}|b/c|để b/c|p/h|t/h|[bct]/[cht])\)", text)
    who = re.sub(r"\s*\([^)]*\)\s*$", "", text).strip(" ,;.") if purpose else text
    return {"who": who[:300], "purpose": (purpose["p"] if purpose else "")[:60]}
