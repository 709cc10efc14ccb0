"""What is a duty and what is not, where it stands, and that no line of a text is lost."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.importer.finding import Finder, split_sentences
from tasks.importer.shapes import Merge, Paragraph, Source, Table

DEADLINE = re.compile(r"(hoàn thành )?(trong|trước) tháng \d{1,2}/\d{4}|thường xuyên(?=\.)", re.IGNORECASE)
NAME = r"(Sở|Phòng|Công an|Các cơ quan)( [^\W\d_]+){1,2}"


def find(*blocks, format="txt"):
    finder = Finder(
        Source(tuple(Paragraph(one) if isinstance(one, str) else one for one in blocks), format),
        deadline_spans=lambda text: [match.span() for match in DEADLINE.finditer(text)],
        names_only=lambda text: re.fullmatch(NAME, text.strip()) is not None,
        begins_with_actor=lambda text: re.match(NAME + " (chủ trì|có trách nhiệm)", text) is not None,
    )
    return finder.find()


def refs(*blocks):
    return [duty.ref for duty in find(*blocks).duties]


def why(found, words):
    return [row["why"] for row in found.left_out if words in row["text"]]


def test_refs_follow_sections_items_and_parts():
    assert refs(
        "I. NHIỆM VỤ NĂM 2026",
        "1. Rà soát các hệ thống thông tin đang dùng.",
        "2. Kiểm tra việc thực hiện tại các đơn vị.",
        "II. NHIỆM VỤ ĐẾN NĂM 2030",
        "1. Nâng cao nhận thức",
        "a) Mở các lớp tập huấn cho người dân.",
        "b) Tuyên truyền trên loa truyền thanh.",
        "2. Bảo đảm nguồn lực",
        "Bố trí kinh phí hằng năm cho chuyển đổi số.",
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Sở Tài chính",
        "- Cân đối nguồn kinh phí thực hiện Kế hoạch.",
        "- Hướng dẫn việc quyết toán theo quy định.",
        "2. Sở Nội vụ: Theo dõi, đôn đốc các đơn vị.",
    ) == ["I/1", "I/2", "II.1.a", "II.1.b", "II.2", "III.1/1", "III.1/2", "III.2"]


def test_sections_about_other_things_hold_no_duties():
    found = find(
        "I. MỤC ĐÍCH, YÊU CẦU",
        "1. Mục đích: Nâng cao hiệu quả công tác chỉ đạo.",
        "- Các đơn vị phải hoàn thành trước tháng 6/2026.",
        "II. MỤC TIÊU",
        "- 100% thủ tục được cung cấp trực tuyến.",
        "III. NHIỆM VỤ",
        "1. Rà soát thủ tục hành chính của đơn vị.",
        "IV. KINH PHÍ THỰC HIỆN",
        "Kinh phí do ngân sách nhà nước bảo đảm.",
        "Trên đây là Kế hoạch của Ủy ban, yêu cầu các đơn vị thực hiện./.",
    )
    assert [duty.ref for duty in found.duties] == ["III/1"]
    assert [(ref, text) for ref, _, text, *_ in found.aims] == [("II", "100% thủ tục được cung cấp trực tuyến.")]
    assert why(found, "Các đơn vị phải hoàn thành") == ["other_section"]
    assert why(found, "Kinh phí do ngân sách") == ["other_section"]


def test_brackets_are_duties_only_with_deadlines_of_their_own():
    head = "Chủ trì, phối hợp với các đơn vị: "
    alone = "(i) Xây dựng quy chế, hoàn thành trước tháng 6/2026. (ii) Tập huấn cho cán bộ. Hoàn thành trong tháng 8/2026."
    listed = "(i) Xây dựng quy chế. (ii) Tập huấn cho cán bộ. Hoàn thành trong tháng 8/2026."
    assert refs("I. NHIỆM VỤ", "1. Chung", "- " + head + alone) == ["I.1/1/(i)", "I.1/1/(ii)"]
    assert refs("I. NHIỆM VỤ", "1. Chung", "- " + head + listed) == ["I.1/1"]


def test_two_sentences_with_deadlines_of_their_own_are_two_duties():
    both = "Thiết lập kênh kết nối dữ liệu. Hoàn thành trong tháng 4/2026. Thực hiện báo cáo sự cố về cấp trên. Nhiệm vụ thường xuyên."
    assert refs("I. NHIỆM VỤ", "1. Chung", "- " + both) == ["I.1/1/1", "I.1/1/2"]


def test_another_body_opens_another_duty():
    both = "Sở Nội vụ chủ trì rà soát biên chế. Sở Tài chính có trách nhiệm bố trí kinh phí."
    assert refs("I. NHIỆM VỤ", "1. Chung", "- " + both) == ["I.1/1/1", "I.1/1/2"]


def test_a_deadline_on_its_own_line_belongs_to_the_duty_above():
    found = find("I. NHIỆM VỤ", "1. Chung", "a) Rà soát các hệ thống thông tin đang dùng.", "Hoàn thành trong tháng 6/2026.")
    assert [(duty.ref, duty.text) for duty in found.duties] == [
        ("I.1.a", "Rà soát các hệ thống thông tin đang dùng. Hoàn thành trong tháng 6/2026.")
    ]


def test_introductions_stand_in_the_chain_of_what_they_introduce():
    found = find(
        "V. TỔ CHỨC THỰC HIỆN",
        "1. Sở Nội vụ",
        "- Chỉ đạo Phòng Tổ chức thực hiện các nhiệm vụ sau:",
        "+ Rà soát vị trí việc làm của từng phòng.",
    )
    assert [duty.chain for duty in found.duties] == [("Sở Nội vụ", "Chỉ đạo Phòng Tổ chức thực hiện các nhiệm vụ sau:")]


def test_a_letter_without_sections_has_bare_numbers():
    assert refs(
        "Ủy ban nhân dân tỉnh yêu cầu các đơn vị thực hiện các nội dung sau:",
        "1. Sở Y tế có trách nhiệm cấp đủ hóa chất cho các trạm.",
        "2. Các cơ quan đơn vị",
        "- Ra quân vệ sinh môi trường hằng tháng.",
    ) == ["1", "2/1"]


def test_annexes_are_numbered_where_there_are_several():
    table = Table((("TT", "Nhiệm vụ", "Chủ trì"), ("1", "Rà soát thủ tục", "Sở Nội vụ")))
    assert refs("PHỤ LỤC", table) == ["PL/1"]
    assert refs("PHỤ LỤC I", table, "PHỤ LỤC II", table) == ["PLI/1", "PLII/1"]


def test_numbers_repeated_in_groups_carry_the_group():
    rows = (("TT", "Nhiệm vụ", "Chủ trì"), ("I", "THỂ CHẾ", ""), ("1", "Một", "Sở A"), ("II", "NHÂN LỰC", ""), ("1", "Hai", "Sở B"))
    assert refs("PHỤ LỤC", Table(rows)) == ["PL.I/1", "PL.II/1"]


def test_a_sentence_is_not_cut_after_an_abbreviation():
    assert split_sentences("Công an TP. Hồ Chí Minh chủ trì. Sở Y tế phối hợp.") == [
        "Công an TP. Hồ Chí Minh chủ trì.",
        "Sở Y tế phối hợp.",
    ]


def test_a_hostile_nest_of_lists_ends_somewhere():
    assert len(refs("I. NHIỆM VỤ", *["a) Danh sách:", "1. Danh sách:"] * 800, "- Rà soát các hệ thống thông tin.")) == 1


LINES = st.sampled_from(
    [
        "I. NHIỆM VỤ",
        "II. MỤC TIÊU",
        "IV. KINH PHÍ THỰC HIỆN",
        "1. Sở Nội vụ",
        "1.1. Rà soát, hoàn thành trước tháng 6/2026.",
        "a) Xây dựng quy chế phối hợp giữa các đơn vị.",
        "đ) Chung:",
        "- Mở lớp tập huấn. Nhiệm vụ thường xuyên.",
        "+ Cấp phát tài liệu cho học viên.",
        "(i) Một; (ii) hai, hoàn thành trong tháng 5/2026.",
        "Hoàn thành trong tháng 9/2026.",
        "Căn cứ Nghị quyết số 57-NQ/TW, ngày 22/12/2024 của Bộ Chính trị;",
        "Số 12-KH/TU",
        "KẾ HOẠCH",
        "PHỤ LỤC II",
        "Điều 3. Quyết định này có hiệu lực từ ngày ký.",
        "Nơi nhận:",
        "- Lưu Văn phòng.",
        "BÍ THƯ",
        "và các đơn vị trực thuộc",
        "F. NỘI DUNG KHÁC",
        "Điều ². Trách nhiệm",
        "a) Bảo đảm " + "9" * 400 + "% hộ dân.",
        "- Đơn vị chủ trì: Sở Nội vụ.",
        "…",
        "",
    ]
)
CELLS = st.one_of(
    st.sampled_from(["TT", "Nhiệm vụ", "Chủ trì", "Thời hạn", "1", "2.1", "I", "Sở Nội vụ", "nt", "Quý II/2026", "Tổng cộng", ""]),
    st.sampled_from(Merge),
)


@st.composite
def table_blocks(draw):
    width = draw(st.integers(1, 5))
    return Table(tuple(draw(st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=6))))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.builds(Paragraph, LINES, gap=st.booleans(), bold=st.booleans()), table_blocks()), max_size=14))
def test_no_line_is_lost_and_nothing_raises(blocks):
    found = find(*blocks)
    told = set()
    for first, last in [
        *((duty.first, duty.last) for duty in found.duties),
        *((first, last) for *_, first, last in found.aims),
        *(row["blocks"] for row in found.left_out),
    ]:
        told |= set(range(first, last + 1))
    lost = [block for n, block in enumerate(blocks) if n not in told and isinstance(block, Paragraph) and re.search(r"\w{3}", block.text)]
    assert lost == []
    assert len({duty.ref for duty in found.duties}) == len(found.duties)
