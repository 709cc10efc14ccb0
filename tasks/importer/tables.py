"""Duties in tables, whatever their columns are called. Pure.

A table is one of duties when its head names a column for the work and one for the unit, the deadline or the product.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from orgunits.words import fold
from tasks.importer.labels import split_labels
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
    ("month", r"(thang|quy|tuan)( (nam )?\d{4})?|(thang|quy|tuan)[/ ,]+(thang|quy|tuan)"),
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
_CELLS = {"lead", "coordinators", "deadline", "who_when", "product", "start", "end", "note"}
# What a row of time alone may say, folded: «Tháng 3/2026», «Công việc quý II», «Nhiệm vụ thường xuyên». A year alone is a period of
# the headings and read there.
_POINT = r"(?:thang \d{1,2}|quy (?:[ivx]{1,3}|[1-4])|tuan \d{1,2}|(?:6|9|3|sau|chin|ba) thang (?:dau|cuoi) nam|nua (?:dau|cuoi) nam)"
_AND = r"(?: ?(?:[-–,]|va|den) ?(?:thang |quy )?(?:\d{1,2}|[ivx]{1,3})\b)*"
_TIME = re.compile(
    r"(?:(?:cac )?(?:nhiem vu|cong viec|cong tac|noi dung|viec|hoat dong)(?: (?:trong tam|can lam|thuc hien|hoan thanh|trien khai))*"
    r"[ :,]*)?(?:trong )?(?P<when>"
    + _POINT
    + _AND
    + r"(?: ?/ ?\d{4}|,? nam \d{4})?|thuong xuyen(?:, lien tuc)?|h[ao]ng (?:tuan|thang|quy|nam))[ .:]*(?:\([^()]*\))?"
)
_COORDINATE = re.compile(r"(?:(?:cơ quan|đơn vị)\s+)?phối hợp(?:\s+(?:với|cùng))?\s*:?\s+(?P<who>[^.;\n]+)", re.IGNORECASE)
_TOTAL = re.compile(r"(tong|cong|tong cong|tong so)( (nhiem vu|cong viec|so|cong))?[ :()\d]*((nhiem vu|cong viec|dau viec|viec)[ .)]*)?")
_FORM = re.compile(r"(\(?\*+\)? ?)?(ghi chu|luu y|chu thich|nguoi lap|noi nhan|(t/?m|k/?t|t/?l)\.)( bieu| bang)?\b.*|\(.*\)", re.DOTALL)


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
    return "text" in held and bool(
        held & {"lead", "unit", "deadline", "product", "coordinators", "progress", "end", "who_when", "person", "month"}
    )


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
        elif role == "month":
            roles[column] = "more_deadline" if held & {"deadline", "end", "who_when"} else "deadline"
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


def read_rows(tables, *, names_only=None, deadline_spans=None):
    """[(table index, Row)] and what is left out [(index, text, why)]; a table without a head continues the one before.

    `names_only(text)` tells whether words are names of units alone, `deadline_spans(text)` where deadlines stand in running text.
    """
    state = _State(names_only or (lambda text: False), deadline_spans or (lambda text: []))
    head, width = None, 0
    for index, table in tables:
        found = head_of(table)
        if found:
            if head is None or _names(found) != _names(head):
                state.new_table()
            head, start, width = found, found.rows, len(table.rows[0])
        elif head is None or len(table.rows[0]) != width:
            head = None
            state.left_out.append((index, "\n".join(filter(None, map(_plain, table.rows))), "table_without_duties"))
            continue
        else:
            start = 0
        state.index = index
        for row in table.rows[start:]:
            if why := _read_row(row, head, state):
                state.left_out.append((index, _plain(row), why))
    state.close_group()
    rows = _without_headings(state.rows, state.left_out)
    for _, row in rows:
        _use_note(row, state.deadline_spans)
        _use_time(row, state.deadline_spans)
    return rows, state.left_out


def _names(head):
    return sorted(head.roles.items())


@dataclass
class _State:
    """What has been read: the row and the cells above, the groups in force, and a group row that has no rows yet."""

    names_only: Callable
    deadline_spans: Callable
    rows: list = field(default_factory=list)
    left_out: list = field(default_factory=list)
    index: int = 0
    last: Row | None = None
    groups: list = field(default_factory=list)  # [(kind, number, title)]
    above: dict = field(default_factory=dict)
    waiting: tuple | None = None  # (index, number, text, weak): the group row just read

    def new_table(self):
        self.close_group()
        self.last, self.groups, self.above = None, [], {}

    def take(self, row, values):
        self.open_group()
        self.rows.append((self.index, row))
        self.last, self.above = row, values

    def open_group(self):
        """The group row that waited has a row below it: a heading."""
        if self.waiting:
            index, number, text, _ = self.waiting
            self.left_out.append((index, f"{number} {text}".strip(), "heading"))
            self.waiting = None

    def close_group(self):
        """The group row that waited has nothing below: its words are a duty unless they only name a unit or a time."""
        if self.waiting and self.waiting[3]:
            index, number, text, _ = self.waiting
            self.groups.pop()
            self.rows.append((index, Row(number, text, tuple((n, t) for _, n, t in self.groups))))
            self.waiting = None
        self.open_group()

    def only_names(self, text):
        """Words of a group row that say who or when, whatever their letters."""
        return bool(time_of(text)) or self.names_only(without_count(text))


def without_count(title):
    """«Sở Y tế (5 nhiệm vụ)»: the title without what it counts."""
    return re.sub(r"\s*\([^()]*\d[^()]*\)\W*$", "", title).strip(" .:;")


def time_of(title):
    """The words of a time that is all a group row says, in small letters where it shouts, or ""."""
    found = _TIME.fullmatch(fold(title))
    if not found:
        return ""
    words, before = title.split(), found.string[: found.start("when")].split()
    said = " ".join(words[len(before) : len(before) + len(found["when"].split())]).strip(" .:")
    return re.sub(r"(?<=quý )[ivx]+", lambda match: match[0].upper(), said.lower()) if said.isupper() else said


def _plain(row):
    return " | ".join(cell.replace("\n", " ").strip() for cell in row if isinstance(cell, str) and cell.strip())


def _cell(row, column, above):
    """A cell's words; a merged cell, «nt» and «như trên» say `above`."""
    cell = row[column]
    if cell is Merge.ABOVE or (isinstance(cell, str) and _DITTO.fullmatch(fold(cell).strip(" .-") or "-")):
        return above
    return "" if cell is Merge.LEFT else cell.strip()


def _time_cell(said, head, column):
    """«3» or «II» in a column headed «Tháng» or «Quý»."""
    of = re.match(r"(thang|quy|tuan)\b", head.words[column] if column < len(head.words) else "")
    if of and re.fullmatch(r"(\d{1,2}|[IVX]{1,3})( ?/ ?\d{4})?", said):
        return {"thang": "Tháng", "quy": "Quý", "tuan": "Tuần"}[of[1]] + f" {said}"
    return said


def _values(row, head, state):
    """Role → words of the row's cells, merged ones included, and the roles whose cells have words of their own."""
    values, own = {}, set()
    for column, held in head.roles.items():
        role = held.removeprefix("more_")
        if role not in _CELLS or row[column] is Merge.LEFT:
            continue
        said = _cell(row, column, state.above.get(held, ""))
        if role == "deadline":
            said = _time_cell(said, head, column)
            if not said and column < head.column("text") and re.match(r"(thang|quy|tuan)\b", head.words[column]):
                said = state.above.get(held, "")  # a month said once for the rows below it
        if isinstance(row[column], str) and row[column].strip():
            own.add(role)
        values[held] = said
    return values, own - {"note"}


def _joined(values):
    """A second column of a role goes under the first; a second deadline only where the first is empty."""
    joined = {}
    for held, said in sorted(values.items(), key=lambda item: item[0].startswith("more_")):
        role = held.removeprefix("more_")
        if not joined.get(role) or (role != "deadline" and said and said not in joined[role]):
            joined[role] = "\n".join(filter(None, (joined.get(role), said)))
    return joined


def _read_row(row, head, state):
    """Takes the row into the state; why it is left out, or ""."""
    if _repeats(row, head) or _is_index_row(row) or _is_rule(row):
        return ""
    number_column = head.column("number")
    number = _cell(row, number_column, "").strip(" .") if number_column is not None else ""
    text_column = head.column("text")
    raw_text = row[text_column]
    if raw_text is Merge.LEFT:  # a row spanning all columns: its words stand in the first cell
        raw_text = next((row[c] for c in range(text_column, -1, -1) if isinstance(row[c], str)), "")
        number = "" if raw_text == row[number_column or 0] else number
    values, own = _values(row, head, state)
    spans = _spans(row, head)
    if title := _title_before(row, head):  # typed or merged from the column of numbers or of months
        raw_text, number, spans, own = title, "", True, set()
    merged = raw_text is Merge.ABOVE
    text = "" if merged else re.sub(r"\s*\n\s*", "\n", raw_text.strip())
    more = _more_text(row, head)
    said = {role: words for role, words in _joined(values).items() if role in own or (role == "note" and words)}
    if more and (text or number or own or not state.last):
        text = f"{text or (state.above.get('text', '') if merged else '')}: {more}".lstrip(": ") if text or merged else more
        merged = False
    elif more:
        state.last.text = f"{state.last.text.rstrip(' .;')}; {more}"
        _add(state.last, said)
        return ""
    if not text and state.last and (merged or (said and not number)):
        _add(state.last, said)
        return ""
    if not number:
        number, text = _number_in_text(text)
    if not text:
        return "row_without_words" if _plain(row) else ""
    if _TOTAL.fullmatch(fold(text)):
        return "total"
    if not number and not own and _FORM.fullmatch(fold(text)):
        return "form"
    if _is_rest(row, head, number, text, own, state):
        state.last.text = f"{state.last.text} {text}"
        _add(state.last, said)
        return ""
    if not own and (spans or _is_group(number, text, head, state)):
        _open_group(state, number, text, weak=not (spans or text.isupper() or state.only_names(text)))
        return ""
    cells = _joined(values)
    if "start" in cells or "end" in cells:
        cells["deadline"] = cells.get("deadline") or _span(cells.pop("start", ""), cells.pop("end", ""))
    group = tuple((n, t) for _, n, t in state.groups)
    title = raw_text.strip() if isinstance(raw_text, str) else state.above.get("text", "")
    state.take(Row(number, text, group, {role: words for role, words in cells.items() if words}), {**values, "text": title})
    return ""


def _title_before(row, head):
    """The words of a row that has one cell alone, left of the column for the work: several words, or a time; else ""."""
    filled = [column for column, cell in enumerate(row) if isinstance(cell, str) and cell.strip()]
    if len(filled) != 1 or filled[0] >= head.column("text") or row[head.column("text")] is Merge.ABOVE:
        return ""
    cell = row[filled[0]].strip()
    titles = head.roles.get(filled[0]) == "number" and " " in cell and re.search(r"[^\W\d_]{2}", cell)
    return cell if titles or time_of(cell) else ""


def _more_text(row, head):
    """The words of further columns for the work, «Nội dung cụ thể» beside «Nhiệm vụ»."""
    cells = [row[column] for column, role in head.roles.items() if role == "more_text"]
    return "; ".join(re.sub(r"\s*\n\s*", "\n", cell.strip()) for cell in cells if isinstance(cell, str) and cell.strip())


def _use_note(row, deadline_spans):
    """A note that says until when or with whom speaks where the row's own cells are silent."""
    note = row.cells.get("note", "")
    if not note:
        return
    _, told = split_labels(note)
    if not told.get("coordinators") and (found := _COORDINATE.match(note)):
        told = {**told, "coordinators": found["who"].strip()}
    if not told.get("deadline") and (spans := deadline_spans(note)) and not deadline_spans(row.text):
        told = {**told, "deadline": note[spans[0][0] : spans[-1][1]]}
    for role, said in told.items():
        if role in _CELLS and not row.cells.get(role) and not (role in {"lead", "deadline"} and row.cells.get("who_when")):
            row.cells[role] = said


def _use_time(row, deadline_spans):
    """A row that says no time is due when its group says: the innermost group of time alone, with the year of one around it."""
    if row.cells.get("deadline") or row.cells.get("who_when") or not row.group:
        return
    for place in range(len(row.group) - 1, -1, -1):
        if said := time_of(row.group[place][1]):
            if not deadline_spans(row.text):
                row.cells["deadline"] = _with_year(said, [title for _, title in row.group[:place]])
            return


def _with_year(said, titles):
    year = next((found for title in reversed(titles) if (found := re.search(r"\b20\d\d\b", title))), None)
    return f"{said} năm {year[0]}" if year and re.search(r"\b(tháng|quý) \w+$", said, re.IGNORECASE) else said


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
    if state.last is None or number or head.column("number") is None or any(cell is Merge.LEFT for cell in row):
        return False
    if text[:1].islower() or text[:1] in ",;)(":
        return True
    if not own and state.only_names(text):
        return False
    unfinished = not state.last.text.rstrip().endswith((".", ";", "!", "?", "…"))
    return unfinished and not own and not _reads_as_group(text) and len(state.last.text) > 60


def _reads_as_group(text):
    return (
        text.isupper()
        or bool(re.match(r"(nhóm|phần|mục|lĩnh vực|khối)\b", text, re.IGNORECASE))
        or (len(text) < 90 and bool(re.match(r"(về|công tác)\b", text, re.IGNORECASE)))
    )


def _spans(row, head):
    return any(row[column] is Merge.LEFT for column, role in head.roles.items() if role != "number")


def _is_group(number, text, head, state):
    """A row without unit, deadline or product is a heading when it is numbered like one, in capitals, or says only who or when."""
    if state.only_names(text) or (number and (roman_value(number) or re.fullmatch(r"[A-HĐ]", number))):
        return True
    if all(head.column(role) is None for role in ("lead", "deadline", "who_when")):
        return False
    if text.isupper() or (not number and _reads_as_group(text)):
        return True
    return not number and head.column("number") is not None and len(text) < 120 and not text.rstrip().endswith((".", ";"))


def _kind(number):
    if roman_value(number):
        return 1
    if re.fullmatch(r"[A-HĐ]", number):
        return 0
    if re.fullmatch(r"\d+(\.\d+)*", number):
        return 2 + number.count(".")
    return 8 if number and number.lower() in LETTERS else 9


def _open_group(state, number, text, *, weak):
    mark, rest = mark_of(text) if not number else (None, text)
    if mark and mark.kind <= 4:
        number, text = mark.printed, rest or text
    kind, title = _kind(number), text.replace("\n", " ")
    nested = state.waiting is not None and kind == 9 and bool(time_of(state.waiting[2])) != bool(time_of(title))
    if state.waiting and state.groups and state.groups[-1][0] >= kind and not nested:
        state.close_group()
    state.open_group()
    if not nested:
        _leave_groups(state.groups, kind, bool(time_of(title)))
    state.groups.append((kind, number, title))
    state.waiting = (state.index, number, text, weak)
    state.last = None
    state.above = {}


def _leave_groups(groups, kind, is_time):
    """Groups end where one of their rank begins. Unnumbered rows have no rank: a unit among units under «Tháng 3» leaves the month."""
    tail = len(groups)
    while tail and groups[tail - 1][0] >= kind:
        tail -= 1
    if kind == 9:
        alike = [place for place in range(tail, len(groups)) if bool(time_of(groups[place][2])) == is_time]
        tail = alike[-1] if alike else tail
    del groups[tail:]


def _without_headings(rows, left_out):
    """«1» without unit or deadline above «1.1», «1.2» is their heading, not a duty."""
    kept, over = [], []  # over: [(number, base group, title)] of the headings in force
    for place, (index, row) in enumerate(rows):
        base = row.group
        if row.number:
            while over and not (row.number.startswith(f"{over[-1][0]}.") and base == over[-1][1]):
                over.pop()
            row.group = (*base, *((number, title) for number, _, title in over))
        under = rows[place + 1][1] if place + 1 < len(rows) else None
        says = any(row.cells.get(role) for role in ("deadline", "lead", "who_when", "product"))
        heads = under and not says and under.group == base and re.fullmatch(r"\d+(\.\d+)*", row.number)
        if heads and under.number.startswith(f"{row.number}."):
            over.append((row.number, base, row.text))
            left_out.append((index, f"{row.number} {row.text}", "heading"))
            continue
        kept.append((index, row))
    return kept
