"""Duties in tables, whatever their columns are called. Pure.

A table is one of duties when its head names a column for the work and one for the unit, the deadline or the product.
"""

import re
from dataclasses import dataclass, field

from orgunits.words import fold
from tasks.importer.outline import LETTERS, mark_of, roman_value
from tasks.importer.shapes import Merge, Table

# What a column's head may say, tried in this order: «thời gian thực hiện» is a deadline though it says «thực hiện».
_ROLES = [
    ("number", r"(s ?tt|tt|so tt|so thu tu|so|#)"),
    ("skip", r".*\b(don vi tinh|dvt|kinh phi|du toan|nguon von|can cu|ma so|van ban giao|so van ban).*"),
    (
        "status",
        r".*\b(da (hoan thanh|thuc hien|lam)|dang (thuc hien|trien khai)|chua (thuc hien|hoan thanh|trien khai)"
        r"|trang thai|tinh trang|ty le|ti le"
        r"|muc do|phan tram|ket qua (thuc hien|den nay|hien nay|trien khai)|danh gia|qua han|dung han|luy ke).*|.*%.*",
    ),
    ("who_when", r"(?=.*\b(chu tri|phu trach|don vi|co quan|trach nhiem|nguoi)\b)(?=.*\b(thoi han|thoi gian|tien do|han)\b).*"),
    ("coordinators", r"(?!.*\bchu tri\b).*\b(phoi hop|tham gia|cung thuc hien).*"),
    ("start", r".*\b(bat dau|khoi dong|tu ngay)\b.*"),
    ("end", r".*\b(ket thuc|den ngay)\b.*"),
    (
        "deadline",
        r".*\b(thoi han|thoi gian|thoi diem|han (hoan thanh|thuc hien|xu ly|cuoi)|ngay hoan thanh|moc|lo trinh|hoan thanh)\b.*|han",
    ),
    ("product", r".*\b(san pham|dau ra|ket qua)\b.*"),
    ("person", r".*\b(nguoi|can bo|lanh dao|dong chi|chuyen vien|ca nhan)\b.{0,12}\b(phu trach|thuc hien|chi dao|theo doi|chu tri)\b.*"),
    ("lead", r".*\b(chu tri|phu trach|chiu trach nhiem|dau moi|tham muu)\b.*"),
    (
        "unit",
        r"(?!.*\b(noi dung|nhiem vu|cong viec)\b).*\b(don vi|co quan|bo phan|to chuc|ca nhan|nguoi|phong ban"
        r"|noi) ?(thuc hien|trien khai)?\b.*|.*\bphan cong\b.*|.*\btrach nhiem\b.*",
    ),
    ("text", r".*\b(nhiem vu|noi dung|cong viec|dau viec|hoat dong|giai phap|viec can lam|ten viec|chuong trinh|de an|viec)\b.*"),
    ("progress", r".*\b(tien do|ke hoach)\b.*"),
    ("note", r".*\b(ghi chu|chu thich)\b.*"),
]
_ROLES = [(role, re.compile(pattern)) for role, pattern in _ROLES]
_DITTO = re.compile(r"(-? ?n/?t ?-?|nhu tren|\"+|''+|”+|〃|-//-|//)\.?")
_TOTAL = re.compile(r"(tong|cong|tong cong|tong so)( (nhiem vu|so|cong))?[ :()\d]*")


@dataclass
class Row:
    """A row that is a duty: printed number, the group it stands under, and the words of its cells."""

    number: str
    text: str
    group: tuple[tuple[str, str], ...] = ()  # (number, title) of the groups above, outermost first
    cells: dict[str, str] = field(default_factory=dict)


@dataclass
class Head:
    """Which column plays which role; `rows` are the lines of the head itself."""

    roles: dict[int, str]
    rows: int
    words: tuple[str, ...] = ()

    def column(self, role):
        return next((column for column, held in self.roles.items() if held == role), None)


def head_of(table):
    """The Head of a table of duties, or None."""
    for start in range(min(8, len(table.rows))):
        words = [_words(cell) for cell in table.rows[start]]
        roles = _roles(words)
        if not _is_head(roles) or _is_numbered(words):
            continue
        first, rows = tuple(words), start + 1
        if rows < len(table.rows) and _is_second_line(table.rows[rows], roles):
            both = _roles(_both_lines(table.rows[start], table.rows[rows]))
            roles, rows = both if _is_head(both) else roles, rows + 1
        return Head(_settle(roles), rows, first)
    return None


def _is_numbered(words):
    """A row with a figure of its own is a duty whose words happen to name a unit and a time, no head."""
    return any(re.fullmatch(r"\d{1,3}(\.\d{1,2})*", said) for said in words)


def _words(cell):
    return re.sub(r"[\s*_]+", " ", fold(cell)).strip(" .:") if isinstance(cell, str) else ""


def _roles(words):
    """Column → role; a long cell is no head."""
    found = {}
    for column, said in enumerate(words):
        if said and len(said) < 90:
            role = next((role for role, pattern in _ROLES if pattern.fullmatch(said)), None)
            if role:
                found[column] = role
    return found


def _is_head(roles):
    held = set(roles.values())
    return "text" in held and bool(held & {"lead", "unit", "deadline", "product", "coordinators", "progress", "end", "who_when", "person"})


def _is_second_line(row, roles):
    """A head on two lines: the second continues merged cells and names parts («Bắt đầu | Kết thúc»)."""
    if not any(cell is Merge.ABOVE for cell in row):
        return (
            all(re.fullmatch(r"\(?\d{1,2}\)?|", _words(cell)) for cell in row) is False
            and not _words(row[0])
            and len(_roles([_words(cell) for cell in row])) >= 2
        )
    named = [column for column, cell in enumerate(row) if isinstance(cell, str) and cell.strip()]
    return (
        bool(named)
        and all(len(row[column]) < 60 for column in named)
        and any(row[column] is Merge.ABOVE for column, role in roles.items() if role in {"number", "text"})
    )


def _both_lines(first, second):
    upper, words = "", []
    for cell, under in zip(first, second, strict=True):
        if isinstance(cell, str):
            upper = _words(cell)
        elif cell is Merge.ABOVE:
            upper = ""
        under = _words(under)
        words.append(under if under and any(p.fullmatch(under) for _, p in _ROLES) else f"{upper} {under}".strip())
    return words


def _settle(roles):
    """One column a role: «đơn vị thực hiện» leads unless another column is «chủ trì»; «tiến độ» is a deadline unless there is one."""
    roles = dict(roles)
    held = set(roles.values())
    for column, role in list(roles.items()):
        if role == "unit":
            roles[column] = "coordinators" if "lead" in held and "coordinators" not in held else "skip" if "lead" in held else "lead"
            held.add("lead")
        elif role == "person":
            roles[column] = "skip" if held & {"lead", "unit"} else "lead"
        elif role == "progress":
            roles[column] = "status" if held & {"deadline", "end", "status"} else "deadline"
            held.add(roles[column])
    seen = set()
    for column, role in list(roles.items()):
        if role in {"text", "number", "lead", "deadline", "coordinators", "product"} and role in seen:
            roles[column] = "more_" + role
        seen.add(role)
    return roles


def unwrapped(table):
    """A table whose cells hold printed lines, as a PDF's do: a line that ends without a stop goes on in the next."""
    return Table(tuple(tuple(_unwrap(cell) if isinstance(cell, str) else cell for cell in row) for row in table.rows), table.page)


def _unwrap(cell):
    return re.sub(r"(?<![.;:])\s*\n\s*(?![-–+•*])", " ", cell)


def read_rows(tables):
    """[(table index, Row)] and what is left out [(index, text, why)]; a table without a head continues the one before."""
    rows, left_out, head, width = [], [], None, 0
    state = _State()
    for index, table in tables:
        found = head_of(table)
        if found:
            if head is None or _names(found) != _names(head):
                state = _State()
            head, start, width = found, found.rows, len(table.rows[0])
        elif head is None or len(table.rows[0]) != width:
            head = None
            continue
        else:
            start = 0
        for row in table.rows[start:]:
            made, why = _read_row(row, head, state)
            if why:
                left_out.append((index, _plain(row), why))
            elif made:
                rows.append((index, made))
    _groups_that_are_duties(rows, state)
    return rows, left_out


def _names(head):
    return sorted(head.roles.items())


@dataclass
class _State:
    last: Row | None = None
    groups: list = field(default_factory=list)  # [(kind, number, title)]
    above: dict = field(default_factory=dict)


def _plain(row):
    return " | ".join(cell.replace("\n", " ").strip() for cell in row if isinstance(cell, str) and cell.strip())[:300]


def _cell(row, column, state, role):
    """A cell's words; a merged cell, «nt» and «như trên» say what the cell above says."""
    if column is None:
        return ""
    cell = row[column]
    if cell is Merge.ABOVE or (isinstance(cell, str) and _DITTO.fullmatch(fold(cell).strip(" .-") or "-")):
        return state.above.get(role, "")
    if cell is Merge.LEFT:
        return ""
    return cell.strip()


def _read_row(row, head, state):
    """(Row or None, why it is left out or "")."""
    if _repeats(row, head) or _is_index_row(row) or _is_rule(row):
        return None, ""
    number = _cell(row, head.column("number"), _State(), "number").strip(" .") if head.column("number") is not None else ""
    text_column = head.column("text")
    raw_text = row[text_column]
    if raw_text is Merge.LEFT:  # a row spanning all columns: its words stand in the first cell
        raw_text = next((row[c] for c in range(text_column, -1, -1) if isinstance(row[c], str)), "")
        number = "" if raw_text == row[head.column("number") or 0] else number
    values = {
        role: _cell(row, column, state, role)
        for column, role in head.roles.items()
        if role in {"lead", "coordinators", "deadline", "who_when", "product", "start", "end", "note"} and row[column] is not Merge.LEFT
    }
    more = raw_text is Merge.ABOVE
    text = "" if more else re.sub(r"\s*\n\s*", "\n", raw_text.strip())
    filled = {role for role, said in values.items() if said and role != "note"}
    own = {
        role
        for role, column in ((r, c) for c, r in head.roles.items())
        if isinstance(row[column], str) and row[column].strip() and role in values and role != "note"
    }
    if not text and not more and not number and not own:
        return None, ""
    if more and state.last:
        _add(state.last, {role: values[role] for role in own})
        return None, ""
    if not number:
        number, text = _number_in_text(text)
    if not text:
        if state.last and own and not number:
            _add(state.last, {role: values[role] for role in own})
            return None, ""
        return (None, "row_without_words") if number or own else (None, "")
    if _TOTAL.fullmatch(fold(text)):
        return None, "total"
    if _is_rest(row, head, number, text, own, state):
        state.last.text = f"{state.last.text} {text}".replace("- ", "-", 0)
        _add(state.last, {role: values[role] for role in own})
        return None, ""
    if not own and _is_group(number, text, row, head):
        _open_group(state, number, text)
        return None, ""
    if "start" in values or "end" in values:
        values["deadline"] = values.get("deadline") or _span(values.pop("start", ""), values.pop("end", ""))
    made = Row(
        number, text, tuple((n, t) for _, n, t in state.groups), {role: said for role, said in values.items() if role in filled or said}
    )
    state.last = made
    state.above = {**values}
    return made, ""


def _span(start, end):
    if start and end:
        return f"từ {start} đến {end}"
    return end or (f"từ {start}" if start else "")


def _is_index_row(row):
    """«(1) (2) (3)» under the head."""
    words = [cell.strip(" ()[]") for cell in row if isinstance(cell, str) and cell.strip()]
    return (
        len(words) >= 3
        and all(re.fullmatch(r"\d{1,2}(\s?=.*)?|[A-Z]", word) for word in words)
        and words[:2] in (["1", "2"], ["A", "B"], ["A", "1"])
    )


def _repeats(row, head):
    """The head printed again at the top of a page."""
    said = [_words(cell) for cell in row]
    return bool(any(said)) and all(now in {"", before} for now, before in zip(said, head.words, strict=False)) and sum(map(bool, said)) > 1


def _is_rule(row):
    """«--- | --- | ---»: the line a converter draws under a head."""
    return all(not isinstance(cell, str) or set(cell.strip()) <= set("-–—:=_ ") for cell in row)


def _number_in_text(text):
    mark, rest = mark_of(text)
    if mark and mark.printed not in {"-", "+"} and rest:
        return mark.printed, rest
    return "", text


def _add(row, values):
    """A second line of the same duty: its words go under those already there."""
    for role, said in values.items():
        if said and said not in row.cells.get(role, "").split("\n"):
            before = row.cells.get(role, "")
            joint = " " if before and (said[:1].islower() or not before.endswith((".", ";"))) and role not in {"deadline"} else "\n"
            row.cells[role] = f"{before}{joint}{said}" if before else said


def _is_rest(row, head, number, text, own, state):
    """The second half of a row broken over a page: no number, and words that go on."""
    if state.last is None or number or head.column("number") is None:
        return False
    spans = any(cell is Merge.LEFT for cell in row)
    if spans:
        return False
    unfinished = not state.last.text.rstrip().endswith((".", ";", "!", "?", "…"))
    if text[:1].islower() or text[:1] in ",;)(":
        return True
    return unfinished and not own and not _reads_as_group(text) and len(state.last.text) > 60


def _reads_as_group(text):
    return (
        text.isupper()
        or bool(re.match(r"(nhóm|phần|mục|lĩnh vực|khối)\b", text, re.IGNORECASE))
        or (len(text) < 90 and bool(re.match(r"(về|công tác)\b", text, re.IGNORECASE)))
    )


def _is_group(number, text, row, head):
    """A row without unit, deadline or product is a heading when it is numbered like one, in capitals, or spans the table."""
    if any(row[c] is Merge.LEFT for c in head.roles if head.roles[c] != "number"):
        return True
    if number and (roman_value(number) or re.fullmatch(r"[A-HĐ]", number)):
        return True
    if all(head.column(role) is None for role in ("lead", "deadline", "who_when")):
        return False
    return (
        text.isupper()
        or (not number and _reads_as_group(text))
        or (not number and len(text) < 120 and not text.rstrip().endswith((".", ";")))
    )


def _kind(number):
    if roman_value(number):
        return 1
    if re.fullmatch(r"[A-HĐ]", number):
        return 0
    if re.fullmatch(r"\d+(\.\d+)*", number):
        return 2 + number.count(".")
    return 8 if number and number.lower() in LETTERS else 9


def _open_group(state, number, text):
    mark, rest = mark_of(text) if not number else (None, text)
    if mark and mark.kind <= 4:
        number, text = mark.printed, rest or text
    kind = _kind(number)
    while state.groups and state.groups[-1][0] >= kind:
        state.groups.pop()
    state.groups.append((kind, number, text.replace("\n", " ")))
    state.last = None
    state.above = {}


def _groups_that_are_duties(rows, state):
    """«1» without unit or deadline above «1.1», «1.2» is their heading, not a duty."""
    numbers = [row.number for _, row in rows]
    for place in range(len(rows) - 1, -1, -1):
        row = rows[place][1]
        if not row.number or not re.fullmatch(r"\d+(\.\d+)*", row.number):
            continue
        below = [n for n in range(place + 1, len(rows)) if numbers[n].startswith(row.number + ".") and rows[n][1].group == row.group]
        if below and below[0] == place + 1 and not (any(row.cells.get(role) for role in ("deadline", "lead", "who_when", "product"))):
            for n in below:
                if rows[n][1].group == row.group:
                    rows[n][1].group = (*row.group, (row.number, row.text))
            del rows[place], numbers[place]
