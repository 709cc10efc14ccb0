"""Numbers in the clerk's words, held against the counts of the rows: «22 nhiệm vụ hoàn thành» where the rows say 21.

Pure: text and counts in, contradictions out. Read without accents and case, small numbers spelled out too. A clause that is the
portal's own but for its figures is held against the portal's, figure by figure. In every other one a number counts only where one of
the nouns of the counts follows it at once, so that «năm 2026 hoàn thành» or «nhiệm vụ 5 đã hoàn thành» is none.
"""

import re
import unicodedata
from typing import NamedTuple

from orgunits.words import fold

DIGITS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9}
LAST = {**DIGITS, "tu": 4, "lam": 5}
ACCENTED = {"một", "mốt", "hai", "ba", "bốn", "tư", "năm", "lăm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "mươi", "không", "có"}
DIGIT, END = "|".join(DIGITS), "|".join(LAST)
SPELLED = rf"(?:(?:{DIGIT}) )?muoi(?: (?:{END}))?|{DIGIT}|khong co|khong"
UNIT = r"(?:phan viec|nhiem vu|cong viec|dau viec|viec)"
FILL = r"(?:(?:nao|duoc giao|da|duoc|dang|con|bi|bao|bao cao|dien) )*?"
NAMES = r"(?:nam|thang|ngay|quy|tuan|so|muc|dieu|khoan|diem|stt|tt|thu|ky|nhiem vu|phan viec|viec|ke hoach) $"
PARTLY = re.compile(r" ?(?:trong|cua|thuoc|tai|o) ")  # a part of the list, which nobody can count from here


class Noun(NamedTuple):
    """What a count is called: `folded` is a pattern, `words` how we name it, `key` the numbers it may be."""

    folded: str
    words: str
    key: str


# The longer name first: «hoàn thành quá hạn» is not «hoàn thành».
NOUNS = [
    Noun(r"phai hoan thanh", "phải hoàn thành", "countable"),
    Noun(r"(?:chua|khong) hoan thanh", "chưa hoàn thành", "unfinished"),
    Noun(r"hoan thanh (?:dung|truoc) (?:han|thoi han)", "hoàn thành đúng hạn", "done_in_time"),
    Noun(r"hoan thanh (?:qua han|muon|tre(?: han)?|cham)", "hoàn thành quá hạn", "done_late"),
    Noun(r"hoan thanh", "hoàn thành", "done"),
    Noun(r"xac nhan", "được xác nhận", "confirmed"),
    Noun(r"sap (?:den|toi) han", "sắp đến hạn", "soon"),
    Noun(r"chua (?:den|toi) han", "chưa đến hạn", "not_due"),
    Noun(r"(?:qua|tre) han", "quá hạn", "overdue"),
    Noun(r"(?:dang )?(?:thuc hien|trien khai)", "đang thực hiện", "doing"),
    Noun(r"cho (?:ke hoach(?: cua)?|cap tren)", "chờ kế hoạch cấp trên", "waiting"),
    Noun(r"chua co ket qua", "chưa có kết quả", "without_result"),
    Noun(r"(?:co )?ket qua", "có kết quả", "with_result"),
    Noun(r"thuong xuyen(?! (?:da |chua |khong )?co ket qua)", "thường xuyên", "ongoing"),
    Noun(r"hai ky lien (?:chua|khong) cap nhat", "hai kỳ liền chưa cập nhật", "silent"),
    Noun(r"tam dung", "tạm dừng", "paused"),
    Noun(r"tra lai", "bị trả lại", "returned"),
]
NOUNS.insert(0, Noun(r"(?:chua|khong) (?:thuc hien|trien khai)", "chưa thực hiện", "todo"))
SENTENCE_ENDS = re.compile(r"\n|;|(?<=[^\d])\.(?=\s|$)")
CLAUSE_ENDS = re.compile(r",\s+|(?<=hoạch)\s+\(|(?<=hoach)\s+\(", re.IGNORECASE)  # «thuộc 2 kế hoạch (…)»: the plans named may be left out
FIGURE = re.compile(r"(?<![\w/.,-])\d{1,9}(?:[./]\d{1,9})*(?![\w/-]|[.,]\d)")  # a count or a date, not the number of a document
MASK = "\x1f"  # a blank, and so in no folded text
LEAST = 4  # words beside its figures that make a clause the portal's: «phường 1, phường 2» are anybody's
OF_DOCUMENT = re.compile(rf"^ngay |\bso {MASK}")  # so are «…, ngày 05/01/2026 của …» and «Kế hoạch số 5»
COUNT = re.compile(
    rf"(?<![\w/.,-])(?P<n>\d{{1,3}}(?:\.\d{{3}}){{1,2}}|\d{{1,9}}|{SPELLED}) (?P<unit>{UNIT} )?{FILL}"
    rf"(?P<noun>{'|'.join(f'(?P<n{i}>{noun.folded})' for i, noun in enumerate(NOUNS))})\b(?=(?P<rest>.{{0,12}}))"
)


class Told(NamedTuple):
    """One number that contradicts the rows: the number (or date) said, of what, what the rows say, and the sentence."""

    said: int | str
    noun: str
    rows: list[int | str]
    sentence: str


def counts_of(tally):
    """{key: the numbers a clerk may mean by it}, of a Tally."""
    states, cells = ({str(key): n for key, n in found.items()} for found in (tally.by_state(), tally.by_timeliness()))
    running = cells["not_due"] + cells["soon"]
    return {
        "countable": {tally.countable},
        "unfinished": {tally.countable - tally.said, tally.countable - tally.done},
        "done": {tally.said, tally.done},
        "confirmed": {tally.done},
        "overdue": {cells["overdue"]},
        "not_due": {cells["not_due"], running},
        "doing": {states["doing"], running, running + cells["overdue"], tally.total - tally.said - cells["off"]},
        "ongoing": {cells["with_result"] + cells["without_result"]},
        "silent": {tally.silent},
        **{key: {cells[key]} for key in ("done_in_time", "done_late", "soon", "waiting", "with_result", "without_result")},
        **{key: {states[key]} for key in ("todo", "paused", "returned")},
    }


def contradictions(text, counts, drafted=""):
    """[Told] of every number in `text` that neither its `counts` nor, in a clause of theirs, the `drafted` words bear out."""
    known = _figures_by_clause(drafted)
    return [told for sentence in SENTENCE_ENDS.split(text) for told in _of(sentence.strip(), counts, known)]


def _of(sentence, counts, known):
    others = []
    for clause in CLAUSE_ENDS.split(sentence):
        figures = known.get(_bare(clause))
        if figures is None:
            others.append(clause)
        else:
            yield from _altered(clause, figures, sentence)
    yield from _counted(", ".join(others), counts, sentence)


def _figures_by_clause(drafted):
    """{bare clause: [(noun, {the figures it may have}) for each figure]} of the portal's own words."""
    known = {}
    for clause in (clause for sentence in SENTENCE_ENDS.split(drafted) for clause in CLAUSE_ENDS.split(sentence)):
        bare, found = _bare(clause), list(FIGURE.finditer(clause))
        if not found or bare.count(MASK) != len(found) or len(re.findall(r"[^\W\d]+", bare)) < LEAST or OF_DOCUMENT.search(bare):
            continue
        figures = known.setdefault(bare, [(_noun(figure), set()) for figure in found])
        for (_words, may_be), figure in zip(figures, found, strict=True):
            may_be.add(_value(figure[0]))
    return known


def _altered(clause, figures, sentence):
    for (noun, may_be), found in zip(figures, FIGURE.finditer(fold(clause)), strict=True):
        if _value(found[0]) not in may_be:
            yield Told(_value(found[0]), noun, sorted(may_be, key=lambda value: (isinstance(value, str), value)), sentence)


def _bare(clause):
    return FIGURE.sub(MASK, fold(clause)).strip(" .")


def _value(figure):
    """21 of «21», 1120 of «1.120»; a date as it is written, without the noughts in front."""
    if re.fullmatch(r"\d{1,3}(\.\d{3})+|\d+", figure):
        return int(figure.replace(".", ""))
    return "/".join(f"{int(part):02}" for part in re.split("[./]", figure))


def _noun(figure):
    """What a figure of the portal's words counts: the next words behind it, over a second figure too, or where none follow those before."""
    behind = [re.split(r"[()]", words)[0].split() for words in FIGURE.split(figure.string[figure.end() :])]
    before = re.split(r"[()]", figure.string[: figure.start()])[-1].split()[-3:]
    return " ".join(next((words for words in behind if len(words) > 1), before)).strip(". ")


def _counted(words, counts, sentence):
    spoken = " ".join(unicodedata.normalize("NFC", words).casefold().split())
    for found in COUNT.finditer(fold(words)):
        if re.search(rf"\b{NAMES}", found.string[: found.start()]) or PARTLY.match(found["rest"]) or not _is_count(found, spoken):
            continue
        noun = next(noun for i, noun in enumerate(NOUNS) if found[f"n{i}"])
        said = number(found["n"])
        if said not in counts[noun.key]:
            yield Told(said, noun.words, sorted(counts[noun.key]), sentence)


def _is_count(found, spoken):
    """A number spelled out needs its unit beside it, «năm hoàn thành» is a year; and its accents where the sentence has any."""
    if found["n"][0].isdigit():
        return True
    if not found["unit"] or len(spoken) != len(found.string):
        return False
    return spoken == found.string or set(spoken[found.start("n") : found.end("n")].split()) <= ACCENTED


def number(words):
    """The number of «1.120», «21», «hai muoi mot», «khong co»."""
    if words[0].isdigit():
        return int(words.replace(".", ""))
    if words.startswith("khong"):
        return 0
    tens, muoi, ones = words.partition("muoi")
    if not muoi:
        return DIGITS[words]
    return 10 * DIGITS.get(tens.strip(), 1) + LAST.get(ones.strip(), 0)
