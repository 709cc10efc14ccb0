"""Mending before looking: faults are to be put right before the review is due that finds them.

A rule of thumb over words, so it gives doubts and names both duties: one addressee, one object, a review («rà soát», «kiểm tra»…)
due after the remedy («khắc phục», «xử lý … vi phạm»…). A duty that reviews and mends by itself is in order.
"""

import re
import unicodedata

from orgunits.words import fold
from tasks.lint.finding import Finding, day, quoted, titled
from tasks.lint.finding import Kind as Fault

_LOOK = r"(?:tong )?(?:ra soat|danh gia|kiem tra|khao sat|kiem ke|kiem dinh|thanh tra|quan trac|do kiem|do tim|ra quet|tham tra|soat xet)"
# A review of how work went finds no faults in things; a noun («kết quả đánh giá») reviews nothing.
_NOUN_BEFORE = r"(?<!ket qua )(?<!chi so )(?<!tieu chi )(?<!bao cao )(?<!phuc vu )(?<!theo )(?<!cong tac )(?<!sau )(?<!qua )"
_OF_WORK = (
    r"(?!,? (?:(?:va||tong the|dinh ky|hang nam|hieu qua) )*(?:ket qua|tien do|muc do|xep loai|xep hang|thi dua|viec |tinh hinh|"
    r"cong tac|hieu qua|tin nhiem|nang luc|can bo|su hai long|chat luong can bo))"
)
_REVIEW = re.compile(rf"\b{_NOUN_BEFORE}{_LOOK}(?:,? (?:va )?{_LOOK})*\b{_OF_WORK}")
_FAULTS = (
    r"(?:lo hong|diem yeu|ton tai|han che|sai pham|vi pham|hu hong|o nhiem|bat cap|thieu sot|sai sot|khuyet diem|yeu kem|xuong cap|"
    r"mat an toan|nguy co|ton dong|lan chiem|sai lech|chong cheo|qua tai|ro ri|trung lap)"
)
_STRONG = r"(?:khac phuc|sua chua|chan chinh|gia co)(?! (?:ngay |kip thoi |triet de )*(?:su co|hau qua|kho khan|vuong mac|thien tai))"
_WEAK = rf"(?:xu ly|giai quyet|loai bo|thu hoi|go bo|bit)(?: \w+){{0,6}}? {_FAULTS}"
# «… để phòng ngừa, xử lý vi phạm» says what for, not what to do.
_PURPOSE = r"(?<!de )(?<!nham )(?<!kip )(?<!phap luat )(?<!ngua va )(?<!ngua, )(?<!chan va )(?<!chan, )(?<!che tai )(?<!can cu )"
_REMEDY = re.compile(rf"\b(?:{_STRONG}|{_PURPOSE}{_WEAK})")
_PATCH = re.compile(r"\bvá (?:ngay|các|những|lỗ|lỗi|điểm)")  # without accents «vá» is «và»

# Words that say nothing about the object: who, how, and what every plan is full of.
_EMPTY = re.compile(
    rf"\b(?:{_LOOK}|{_FAULTS}|khac phuc|sua chua|chan chinh|gia co|xu ly|giai quyet|loai bo|thu hoi|go bo|he thong chinh tri|tren dia ban|"
    r"co quan|don vi|dia phuong|pham vi|quan ly|theo quy dinh|nguon luc|chi dao|huy dong|moi|to chuc|thuc hien|trien khai|tang cuong|"
    r"bao dam|dam bao|phoi hop|chu tri|cong tac|ket qua|nhiem vu|ke hoach|noi dung|thoi gian|phuc vu|toan bo|tong the|toan dien|quoc gia|"
    r"nha nuoc|can bo|cong chuc|vien chuc|theo doi|doi tuong|con nguoi|van hanh|lien quan|thuoc|kip thoi|dut diem|triet de|trach nhiem|"
    r"uy ban nhan dan|ubnd|phuong|thanh pho|nam|thang|quy|dot|hoan thanh|tinh hinh|dinh ky|"
    r"va|cua|cho|cac|nhung|ve|trong|tai|voi|de|tu|do|la|co|duoc|phai|ngay|minh|doi voi|theo|tren|khi|con|da|dang|se|tung|moi|cung|lai)\b"
)
# Heads that mean nothing without the word behind them: «hệ thống thông tin» is no «hệ thống đường giao thông».
_HEADS = {"he thong", "co so", "cong trinh", "ha tang", "ho so", "du an", "mang luoi", "trang thiet", "thiet bi", "quy dinh", "van ban"}
# Asked first, it is cheap.
_MAY_MEND = re.compile(
    r"\b(?:khac phuc|sua chua|chan chinh|gia co|xu ly|giai quyet|loai bo|thu hoi|go bo|bit|va) "
)  # asked first, it is cheap


def fix_before_review(rows, plan):
    """A remedy whose last day comes before the first day of a review of the same thing by the same addressee."""
    dated = [duty for duty in rows.duties[plan.pk] if duty.dates]
    remedies = [duty for duty in dated if _MAY_MEND.search(duty.folded) and mends_only(duty.words)]
    reviews = [duty for duty in dated if reviews_only(duty.words)] if remedies else []
    for remedy in remedies:
        after = [duty for duty in reviews if min(duty.dates) > max(remedy.dates) and remedy.shares_addressee(duty)]
        after = [duty for duty in after if same_object(remedy.words, duty.words)]
        if after:
            yield _too_early(plan, remedy, after)


def _too_early(plan, remedy, reviews):
    found = ", ".join(f"{duty.ref} {titled(duty)} (hạn {day(min(duty.dates))})" for duty in reviews)
    says = f"{remedy.name} phải khắc phục xong ngày {day(max(remedy.dates))}, trước khi có kết quả của {found}."
    return Finding(Fault.FIX_BEFORE_REVIEW, plan, remedy, quoted(remedy), says, tuple(reviews))


def reviews_only(text):
    return bool(_REVIEW.search(_flat(text))) and not _mends(text)


def mends_only(text):
    return _mends(text) and not _REVIEW.search(_flat(text))


def _mends(text):
    return bool(_REMEDY.search(_flat(text)) or _PATCH.search(unicodedata.normalize("NFC", text).lower()))


def _flat(text):
    return fold(text).replace(", ", " , ").replace(" ,", ",")


def same_object(one, other):
    """Whether two texts speak of a thing in common: a pair of syllables that is neither an act, an addressee nor a bare head."""
    ours, theirs = _things(one), _things(other)
    return any(_agree(ours[pair], theirs[pair]) for pair in ours.keys() & theirs.keys())


def _agree(ours, theirs):
    """Two uses of one pair: what stands behind a head must be the same somewhere; a head alone means any."""
    return bool(ours & theirs) or None in ours or None in theirs


def _things(text):
    """{pair of syllables: what follows it}; only heads look at what follows, of every other pair it is None."""
    found = {}
    for run in re.split(r"[^\w ]+|\|", _EMPTY.sub("|", fold(text))):
        syllables = run.split()
        for at in range(len(syllables) - 1):
            pair = f"{syllables[at]} {syllables[at + 1]}"
            behind = syllables[at + 2] if pair in _HEADS and at + 2 < len(syllables) else None
            found.setdefault(pair, set()).add(behind)
    return found
