"""The words of the monthly report's paper: Vietnamese, whatever the interface speaks."""

import hashlib
import re

from reports.models import Timing
from tasks.models import State, Timeliness

PARTS = {
    1: "I. Lãnh đạo, chỉ đạo, điều hành",
    2: "II. Kết quả thực hiện",
    3: "III. Tồn tại, hạn chế, vướng mắc và nguyên nhân",
    4: "IV. Nhiệm vụ trọng tâm kỳ tới",
    5: "V. Đề xuất, kiến nghị",
}
NOTHING = {
    2: "Trong kỳ chưa ghi nhận kết quả mới.",
    3: "Không phát sinh tồn tại, vướng mắc.",
    4: "Tiếp tục thực hiện các nhiệm vụ thường xuyên.",
    5: "Không có đề xuất, kiến nghị.",
}
STATE_WORDS = {
    State.TODO: "chưa thực hiện",
    State.DOING: "đang thực hiện",
    State.SAID: "đơn vị báo hoàn thành",
    State.DONE: "hoàn thành",
    State.RETURNED: "bị trả lại",
    State.PAUSED: "tạm dừng",
    State.DROPPED: "không thực hiện",
    State.NOT_APPLICABLE: "không áp dụng",
}
TOTAL = "Tổng số phần việc được giao"
COUNT_WORDS = {
    Timeliness.DONE_IN_TIME: "Đã báo hoàn thành đúng hạn",
    Timeliness.DONE_LATE: "Đã báo hoàn thành quá hạn",
    Timeliness.NOT_DUE: "Đang thực hiện, chưa đến hạn",
    Timeliness.SOON: "Đang thực hiện, sắp đến hạn (trong 30 ngày)",
    Timeliness.OVERDUE: "Quá hạn",
    Timeliness.WITH_RESULT: "Thường xuyên, có kết quả trong kỳ",
    Timeliness.WITHOUT_RESULT: "Thường xuyên, chưa có kết quả trong kỳ",
    Timeliness.WAITING: "Chờ kế hoạch cấp trên",
    Timeliness.UNDATED: "Không ghi thời hạn",
    Timeliness.OFF: "Tạm dừng, không thực hiện, không áp dụng",
}
TIMING_WORDS = {
    Timing.ON_TIME: "đúng hạn",
    Timing.LATE: "muộn",
    Timing.EMPTY: "trống",
    Timing.MISSING: "chưa nộp",
    Timing.OPEN: "chưa đến hạn",
}
AGAIN = {True: "trả lại, chưa nộp lại", False: "đang mở lại để chỉnh sửa"}  # reports given back (compliance), whether returned
# Each duty counted once, overdue before its state (charts.parts): words and the width of their column.
PART_WORDS = {
    "done": ("Đã xác nhận hoàn thành", 8),
    "said": ("Báo hoàn thành, chờ xác nhận", 8),
    "doing": ("Đang thực hiện", 7),
    "todo": ("Chưa thực hiện", 7),
    "wait": ("Chờ kế hoạch cấp trên", 7),
    "late": ("Quá hạn", 5),
}


def said_by(told, *, most=None, names=20):
    """«A, B: lời.» for each wording in `told` [(unit's name, words)]: what several say in the same words is said once, in the order of
    the first. Beyond `names` a line counts its units, beyond `most` lines the last one counts the units left out."""
    sayers = {}
    for name, words in told:
        sayers.setdefault(words.strip().rstrip("."), []).append(name)
    lines = [capitalised(f"{_listed(units, names)}: {words}.") for words, units in sayers.items()]
    left = sum(map(len, list(sayers.values())[most:])) if most else 0
    return [*lines[:most], f"(và {left} đơn vị khác)"] if left else lines


def _listed(names, most):
    more = f" và {len(names) - most} đơn vị khác" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def capitalised(words):
    """The first letter great: a name like «tỉnh Khánh Hòa» begins a sentence."""
    return words[:1].upper() + words[1:]


DAYS_LATE = re.compile(r"quá hạn \d+ ngày")


def plain(text):
    """`text` as it is kept: no blanks at the ends of lines, one kind of line end."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def digest(text):
    """What tells words typed from words shown."""
    return hashlib.sha256(plain(text).encode()).hexdigest()


def drafted_digest(text):
    """What tells that drafted words have changed: one more day of «quá hạn N ngày» is no change."""
    return digest(DAYS_LATE.sub("quá hạn", text))
