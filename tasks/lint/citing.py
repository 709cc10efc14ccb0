"""Two dates for one thing: duties that do the same act to the same document, and duties written twice."""

import re
import unicodedata
from collections import defaultdict
from itertools import combinations

from rapidfuzz import fuzz

from orgunits.words import fold
from tasks.lint.finding import Finding, Severity, day, quoted, titled
from tasks.lint.finding import Kind as Fault

# «TCVN 14423:2025» and «TCVN 14423» are one standard; other documents are known by their whole number.
_STANDARD = re.compile(r"\b((?:TCVN|QCVN|TCCS|TCXDVN|QCĐP|ISO/IEC|ISO|IEC)(?: ISO(?:/IEC)?)?)\s*(\d[\d-]*)")
_NUMBER = re.compile(r"(?<![\w/-])(\d{1,5}(?:/\d{4}/[A-ZĐ]+\d*(?:-[A-ZĐ]+)*|/[A-ZĐ]{1,5}\d*-[A-ZĐ]+\d*|-[A-ZĐ]{1,4}/[A-ZĐ]+))(?![\w/-])")

# What is done to a document once: acts with one result. Applying or teaching it is done by many, each by its own day.
_ONCE = {
    "revise": ("sua doi", "sua", "bo sung", "dieu chinh", "thay the", "hop nhat"),
    "issue": ("ban hanh", "cong bo", "ky ban hanh"),
    "build": ("xay dung", "bien soan", "soan thao", "hoan thien"),
    "abolish": ("bai bo", "huy bo", "thu hoi"),
}
# Steps on the way to the result: a draft in March and the document in June are no conflict.
_STEPS = {
    "prepare": ("gop y", "lay y kien", "tham gia y kien", "y kien", "de xuat", "kien nghi", "de nghi", "nghien cuu", "tong ket", "ra soat"),
    "draft": ("du thao", "soan thao", "xay dung", "bien soan", "lap"),
    "submit": ("trinh", "tham dinh", "tham tra", "phe duyet", "thong qua"),
    "explain": ("huong dan", "pho bien", "tap huan", "tuyen truyen", "ap dung", "trien khai", "thuc hien"),
}
_BETWEEN = set(
    re.findall(
        r"\w+",
        "tieu chuan quy chuan ky thuat quoc gia nghi dinh luat bo thong tu quyet chi thi ke hoach nghi quyet che cac so va vao ban van "
        "hoan thanh viec ho dong thoi ngay noi dung mot dieu",
    )
)
_CLAUSE = re.compile(r"[.;:\n()«»“”\"?!](?!\d)")
_REACH = 14  # syllables before the number that are looked at
_SAME = 92  # likeness of 100 of two duties written twice, order of words apart
_SAYS_ENOUGH = 5  # different syllables, below which equal words are a coincidence


def conflicting_dates(rows, plan):
    """One act to one document with different days; one duty written twice for one addressee with different days.

    A period taken over from a heading is an outer bound and no second date.
    """
    duties = [duty for duty in rows.duties[plan.pk] if duty.dates]
    told = set()
    for (document, _act, _step), group in _acts(duties).items():
        first, *others = group
        others = [other for other in others if max(other.dates) != max(first.dates)]
        if others:
            told |= {(first.pk, other.pk) for other in others}
            yield _two_dates(plan, first, others, f"việc xử lý {document}")
    for first, other in _twice(duties):
        if max(first.dates) != max(other.dates) and (first.pk, other.pk) not in told:
            yield _two_dates(plan, first, [other], "cùng một việc")


def _two_dates(plan, first, others, what):
    rest = "; ".join(f"{other.ref} ghi {day(max(other.dates))} («{quoted(other)}»)" for other in others)
    says = f"{first.name}: {what} có hai thời hạn, ở đây {day(max(first.dates))}, còn {rest}."
    return Finding(Fault.CONFLICTING_DATES, plan, first, " / ".join(quoted(duty) for duty in (first, *others)), says, tuple(others))


def duplicate_duty(rows, plan):
    """The same duty twice for one addressee, and nothing in the dates to tell them apart."""
    for first, other in _twice(rows.duties[plan.pk]):
        if not first.dates or not other.dates or max(first.dates) == max(other.dates):
            says = f"{first.name} và {other.ref} ghi cùng một việc {titled(other)} cho cùng một đơn vị."
            yield Finding(Fault.DUPLICATE_DUTY, plan, first, first.title, says, (other,), Severity.DOUBT)


def _acts(duties):
    """{(document, act, step): [Duty]} in reading order, each duty once."""
    found = defaultdict(dict)
    for duty in duties:
        for key in acts_on_documents(duty.words):
            found[key][duty.pk] = duty
    return {key: list(group.values()) for key, group in found.items()}


def acts_on_documents(text):
    """{(document, act, step)} of the acts with one result that a text does to documents it cites by number.

    «phối hợp sửa TCVN 14423:2025» gives («TCVN 14423», "revise", "done"); «rà soát theo TCVN 14423» gives nothing.
    """
    text = unicodedata.normalize("NFC", text)
    found = set()
    for start, document in _cited(text):
        act = _act_before(_CLAUSE.split(text[:start])[-1])
        if act:
            found.add((document, *act))
    return found


def _cited(text):
    for match in _STANDARD.finditer(text):
        yield match.start(), f"{match[1]} {match[2].rstrip('-')}"
    for match in _NUMBER.finditer(text):
        yield match.start(), match[1]


def _act_before(clause):
    """(act, step) of the words that lead straight to a number, or None: only names of documents may stand between."""
    syllables = re.findall(r"[^\W_]+", fold(clause))[-_REACH:]
    act, step = None, "done"
    while syllables:
        word = _ends_with(syllables, _STEPS) if act else None
        once = _ends_with(syllables, _ONCE)
        if act is None and once:
            act, syllables = once[0], syllables[: -once[1]]
        elif word:
            step, syllables = word[0], syllables[: -word[1]]
        elif once and act:
            syllables = syllables[: -once[1]]
        elif syllables[-1] in _BETWEEN or syllables[-1].isdigit():
            syllables.pop()
        else:
            break
    return act and (act, step)


def _ends_with(syllables, phrases):
    """(name, syllables) of the longest phrase of a table that the list ends with."""
    best = None
    for name, options in phrases.items():
        for option in options:
            words = option.split()
            if syllables[-len(words) :] == words and (best is None or len(words) > best[1]):
                best = (name, len(words))
    return best


def _twice(duties):
    """Pairs of duties of one addressee in the same words, whatever their order. A number or a name that differs makes two duties."""
    by_words = defaultdict(list)
    for duty in duties:
        said = set(re.findall(r"[^\W_]+", duty.folded)) - _SMALL
        if len(said) >= _SAYS_ENOUGH:
            by_words[frozenset(said)].append(duty)
    for same in by_words.values():
        for first, other in combinations(same, 2):
            if first.shares_addressee(other) and fuzz.token_sort_ratio(first.folded, other.folded) >= _SAME:
                yield first, other


_SMALL = set(re.findall(r"\w+", "va cua cho cac nhung ve theo trong tai voi de tu do la co viec ngay duoc phai"))
