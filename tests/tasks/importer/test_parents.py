"""Parents suggested for the 21 annex rows of the ward's plan, and for a third plan of our own.

parents_truth.json holds the links judged by reading both plans: what a row takes over from which duty; rows 6 and 11 are the ward's own.
Measured twice: on our wordings in fixtures/plans, and on the full texts where the folder shared/seeds stands beside the repository.
"""

import json
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from tasks.importer.parents import MOST, SHOWN, Duty, suggest

HERE = Path(__file__).parent
SEEDS = settings.BASE_DIR.parent / "shared" / "seeds"
TRUTH = json.loads((HERE / "parents_truth.json").read_text(encoding="utf-8"))
OWN = {"PL/6", "PL/11"}


class Measured(NamedTuple):
    """`reciprocal` over the rows that have a parent (ranking alone); `precision` of the confident claims and how many `claims`;
    `silent`: rows without any suggestion; `shown_reciprocal` counts a silent row as a miss."""

    reciprocal: float
    shown_reciprocal: float
    precision: float
    claims: int
    silent: set


def measure(duties, superiors, truth):
    """How well `suggest` finds the links of `truth` (child ref → parent refs, none for a duty of one's own)."""
    whole, shown = (_by_child(suggest(duties, superiors, shown=floor)) for floor in (0.0, SHOWN))
    claims = [row.parent_ref in truth[child] for child, rows in shown.items() for row in rows if row.confident]
    linked = [child for child, parents in truth.items() if parents]
    return Measured(
        sum(_reciprocal(whole.get(child, []), truth[child]) for child in linked) / len(linked),
        sum(_reciprocal(shown.get(child, []), truth[child]) for child in linked) / len(linked),
        sum(claims) / len(claims) if claims else 1.0,
        len(claims),
        {child for child in truth if child not in shown},
    )


def _by_child(suggestions):
    found = {}
    for row in suggestions:
        found.setdefault(row.child_ref, []).append(row)
    return found


def _reciprocal(rows, parents):
    return next((1 / rank for rank, row in enumerate(rows, 1) if row.parent_ref in parents), 0.0)


# ── our own wordings ──


def fixture_duties(name, prefix=""):
    facts = json.loads((settings.BASE_DIR / "fixtures" / "plans" / f"{name}.json").read_text(encoding="utf-8"))
    return [
        Duty(task["ref"], task["title"], task["words"], (task["lead_words"],) if task["lead_words"] else (), name, task["deadline_words"])
        for task in facts["tasks"]
        if task["ref"].startswith(prefix)
    ]


def test_on_our_own_wordings():
    found = measure(fixture_duties("02-kh-bcd-ba-ngoi", "PL/"), fixture_duties("04-kh-bcdtw"), TRUTH)
    assert found.reciprocal >= 0.85
    assert (found.precision >= 0.9, found.claims >= 12) == (True, True)
    assert found.silent >= OWN


# ── the full texts ──


def flat(text):
    return " ".join(re.sub(r"[*#_]", " ", unicodedata.normalize("NFC", text)).split())


def seed(starts):
    for path in sorted(SEEDS.glob("*.txt")):
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
        if starts in text:
            return text
    pytest.skip("the folder shared/seeds is not beside the repository: the full texts cannot be measured")


def central_duties():
    """Every duty of the Centre's plan, cut from the full text at the places truth/seed_central.json names."""
    path = HERE / "truth" / "seed_central.json"
    if not path.exists():
        pytest.skip("truth/seed_central.json is not there")
    text = flat(re.sub(r"\n\s*\n(?:#+|\*\*)[^\n]{0,90}\n", "\n\n", seed("04-KH/BCĐTW\n")))
    low, at, places = text.lower(), 0, []
    for row in json.loads(path.read_text(encoding="utf-8"))["duties"]:
        found = low.find(flat(row["starts"]).lower(), at)
        if found >= 0:
            places.append((found, row))
            at = found + 1
    ends = [place for place, _ in places[1:]] + [len(text)]
    return [
        Duty(row["ref"], "", text[place : min(end, place + 1600)], tuple(row["lead"]), "central")
        for (place, row), end in zip(places, ends, strict=True)
    ]


def ward_rows():
    """The 21 rows of the ward's annex: lines with tabs, a line without a number goes on with the row above."""
    rows = []
    for line in seed("02-KH/BCĐ\n").split("\n"):
        cells = line.split("\t")
        if len(cells) > 2 and cells[0].strip().isdigit():
            rows.append([f"PL/{cells[0].strip()}", cells[1], cells[2]])
        elif len(cells) > 1 and rows:
            rows[-1][1] += " " + cells[1]
    return [Duty(ref, "", re.sub(r"<[^>]+>", "", text), (lead,)) for ref, text, lead in rows]


def test_on_the_full_texts():
    rows, central = ward_rows(), central_duties()
    assert (len(rows), len(central) >= 85) == (21, True)
    found = measure(rows, central, TRUTH)
    assert found.reciprocal >= 0.85
    assert found.shown_reciprocal >= 0.8
    assert (found.precision >= 0.9, found.claims >= 12) == (True, True)
    assert found.silent >= OWN


# ── a third plan ──

PROVINCE = [
    Duty(
        "1",
        "Trồng 400 ha rừng ngập mặn ven đầm",
        "Giao đất, cấp cây giống đước và mắm cho hộ dân nhận khoán.",
        ("Sở Nông nghiệp và Môi trường",),
    ),
    Duty(
        "2", "Đặt trạm đo mưa tự động ở đầu nguồn", "Truyền số liệu mười phút một lần về Đài khí tượng.", ("Đài Khí tượng Thủy văn tỉnh",)
    ),
    Duty(
        "3",
        "Diễn tập di dời dân vùng sạt lở",
        "Mỗi xã diễn tập một lần trước mùa mưa, có phương án nơi ở tạm.",
        ("Bộ Chỉ huy Quân sự tỉnh",),
    ),
    Duty(
        "4",
        "Kiểm tra an toàn hồ chứa nước",
        "Lập hồ sơ từng đập, sửa cống lấy nước, cắm mốc hành lang bảo vệ.",
        ("Sở Nông nghiệp và Môi trường",),
    ),
    Duty(
        "5",
        "Dạy bơi cho học sinh tiểu học",
        "Bể bơi lắp ghép luân phiên giữa các trường, giáo viên có chứng chỉ cứu đuối.",
        ("Sở Giáo dục và Đào tạo",),
    ),
    Duty(
        "6",
        "Nhắn tin cảnh báo thiên tai tới điện thoại của người dân",
        "Nhà mạng gửi bản tin theo vùng ảnh hưởng.",
        ("Sở Khoa học và Công nghệ",),
    ),
    Duty("7", "Dự trữ gạo, nước uống, thuốc cho vùng bị chia cắt", "Ký hợp đồng nguyên tắc với cửa hàng tại chỗ.", ("Sở Công Thương",)),
    Duty("8", "Quỹ phòng, chống thiên tai", "Thu, nộp, công khai quỹ đến từng thôn.", ("Các xã, phường",)),
    Duty("9", "Sơ kết việc thực hiện Kế hoạch", "Báo cáo kết quả phòng, chống thiên tai.", ("Các sở, ban, ngành",)),
    Duty("10", "Cắt tỉa cây xanh trước mùa bão", "Chặt hạ cây sâu mục trên vỉa hè.", ("Sở Xây dựng",)),
]
WARD = [
    Duty("a", "Nhận khoán, trồng và giữ rừng ngập mặn", "Vận động hộ dân nhận khoán, nhận cây giống đước từ tỉnh.", ("UBND xã",)),
    Duty("b", "Diễn tập di dời dân ở thôn Đá Chồng", "Phương án nơi ở tạm cho vùng sạt lở, trước mùa mưa.", ("Ban Chỉ huy Quân sự xã",)),
    Duty("c", "Sửa cống lấy nước của đập Suối Lách", "Cắm mốc hành lang bảo vệ hồ chứa nước.", ("UBND xã",)),
    Duty("d", "Mở lớp dạy bơi hè", "Mượn bể bơi lắp ghép của trường tiểu học; mời người có chứng chỉ cứu đuối.", ("Đoàn Thanh niên xã",)),
    Duty("e", "Công khai thu, nộp quỹ tại từng thôn", "", ("UBND xã",)),
    Duty("f", "Chấm thi hương ước, quy ước văn hóa", "Trao giải gia đình tiêu biểu.", ("Ủy ban Mặt trận Tổ quốc xã",)),
    Duty("g", "Số hóa sổ hộ tịch", "Quét, kiểm tra, cập nhật vào phần mềm dùng chung.", ("UBND xã",)),
    Duty("h", "Xây chợ trung tâm", "Đấu thầu, khởi công.", ("UBND xã",)),
]
THIRD = {"a": ["1"], "b": ["3"], "c": ["4"], "d": ["5"], "e": ["8"], "f": [], "g": [], "h": []}


def test_on_a_plan_of_another_field():
    found = measure(WARD, PROVINCE, THIRD)
    assert (found.reciprocal, found.precision, found.silent) == (1.0, 1.0, {"f", "g", "h"})
    assert found.claims >= 3


# ── rules ──


def one(child, parents, **more):
    return suggest([child], parents, **more)


def test_why_names_the_shared_words_the_addressee_and_the_deadline():
    child = Duty("a", "Lập tổ ứng cứu sự cố tràn dầu", "Trực ngày đêm ở bến.", ("Các doanh nghiệp",), "", "Thường xuyên.")
    parent = Duty("1", "Lập tổ ứng cứu sự cố tràn dầu tại cảng", "", ("Các doanh nghiệp cảng biển",), "tinh", "thường xuyên")
    (row,) = one(child, [parent, *PROVINCE])
    assert (row.child_ref, row.parent_ref, row.plan_key, row.confident) == ("a", "1", "tinh", True)
    assert row.why == "Cùng nói về «Lập tổ ứng cứu sự cố tràn dầu». Cùng giao cho «Các doanh nghiệp». Cùng thời hạn «Thường xuyên»."


def test_two_parents_equally_alike_are_shown_and_neither_is_claimed():
    twin = PROVINCE[4]._replace(ref="5b")
    rows = one(WARD[3], [*PROVINCE, twin])
    assert [row.parent_ref for row in rows] == ["5", "5b"]
    assert not any(row.confident for row in rows)
    assert rows[0].why.endswith("Chỉ giống một phần, cần đọc lại.")


def test_what_a_person_declined_is_not_suggested_again():
    assert one(WARD[1], PROVINCE)[0].parent_ref == "3"
    assert one(WARD[1], PROVINCE, exclude={("b", "3")}) == []


def test_an_addressee_alone_makes_no_parent():
    child = Duty("a", "Sơn lại cổng chào", "", ("Sở Xây dựng",))
    assert one(child, PROVINCE) == []


def test_what_every_duty_says_counts_for_little():
    """The programme's name stands in every duty of both plans: it links nobody."""
    name = "về bảo đảm an ninh nguồn nước và an toàn đập trong toàn tỉnh"
    parents = [duty._replace(text=f"{duty.text} Nhiệm vụ {name}") for duty in PROVINCE]
    children = [duty._replace(text=f"{duty.text} Nhiệm vụ {name}") for duty in WARD]
    rows = suggest(children, parents)
    assert not [row for row in rows if row.child_ref in "fgh" and row.confident]


def test_accents_case_and_composition_change_nothing():
    other = [Duty(*(unicodedata.normalize("NFD", part.upper()) if isinstance(part, str) else part for part in duty[:4])) for duty in WARD]
    other = [duty._replace(ref=was.ref) for duty, was in zip(other, WARD, strict=True)]
    got, want = suggest(other, PROVINCE), suggest(WARD, PROVINCE)
    assert [row[:5] for row in got] == [row[:5] for row in want]


def test_nothing_to_compare_is_nothing_to_say():
    assert suggest([], PROVINCE) == suggest(WARD, []) == []
    assert suggest([("a", "", "", ())], PROVINCE) == []


@how(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.text(max_size=6), st.text(max_size=40), st.text(max_size=60), st.lists(st.text(max_size=12), max_size=2).map(tuple))
    )
)
def test_no_duty_raises_and_the_list_stays_short(rows):
    found = suggest(rows, [*rows, *PROVINCE])
    assert len(found) <= MOST * len(rows)
    assert all(row.likeness >= SHOWN for row in found)
