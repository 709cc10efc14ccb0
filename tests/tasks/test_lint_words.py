"""The two rules of thumb over words, in the plan they were made for and in fields they were not."""

import pytest

from tasks.lint.citing import acts_on_documents
from tasks.lint.mending import mends_only, reviews_only, same_object

ACTS = {
    "Sửa đổi TCVN 14423:2025 trên cơ sở hợp nhất TCVN 11923:2017": {
        ("TCVN 14423", "revise", "done"),
        ("TCVN 11923", "revise", "done"),
    },
    "Sửa đổi TCVN 14423: 2025 về An ninh mạng": {("TCVN 14423", "revise", "done")},
    "ban hành tiêu chuẩn quốc gia (Cloud, AI), phối hợp Bộ Công an sửa đổi TCVN 14423: 2025": {("TCVN 14423", "revise", "done")},
    "Rà soát, khắc phục hệ thống theo tiêu chuẩn TCVN 14423:2025": set(),
    "Áp dụng TCVN 14423:2025 tại các đơn vị": set(),
    "Ban hành QCVN 07:2026 về nước sạch": {("QCVN 07", "issue", "done")},
    "Trình sửa đổi, bổ sung Nghị định số 43/2014/NĐ-CP về đất đai": {("43/2014/NĐ-CP", "revise", "submit")},
    "Góp ý sửa đổi Nghị định 43/2014/NĐ-CP": {("43/2014/NĐ-CP", "revise", "prepare")},
    "Dự thảo Nghị định sửa đổi Nghị định số 43/2014/NĐ-CP": {("43/2014/NĐ-CP", "revise", "draft")},
    "Bãi bỏ Quyết định số 12/QĐ-UBND và Quyết định 13/QĐ-UBND": {("12/QĐ-UBND", "abolish", "done")},
    "Hướng dẫn sửa đổi Quy chế 5-QC/TU": {("5-QC/TU", "revise", "explain")},
    "Thực hiện Nghị quyết số 57-NQ/TW; sửa đổi quy hoạch": set(),
    "Căn cứ Công văn 261/X05-P5 ngày 27/01/2026": set(),
    "Hoàn thành 100/100 hồ sơ, bổ sung 20/5/2026": set(),
    "": set(),
}


@pytest.mark.parametrize("text", ACTS)
def test_what_is_done_to_which_document(text):
    assert acts_on_documents(text) == ACTS[text]


LOOKS = [
    "Chủ trì, phối hợp tổ chức rà soát, đánh giá tổng thể về an ninh mạng đối với hệ thống thông tin",
    "Kiểm tra chất lượng nước giếng khoan",
    "Tổng kiểm tra công trình thủy lợi",
    "Kiểm kê đất công",
]
MENDS = [
    "Chỉ đạo huy động mọi nguồn lực để khắc phục ngay những lỗ hổng bảo mật",
    "Vá ngay lỗ hổng trong hệ thống thông tin",
    "Sửa chữa trang thiết bị y tế",
    "Xử lý dứt điểm các trường hợp lấn chiếm đất công",
    "Chấn chỉnh việc cấp giấy phép",
]
NEITHER = [
    "Đánh giá kết quả thực hiện Kế hoạch",
    "Đánh giá, xếp loại thi đua cuối năm",
    "Kiểm tra tiến độ giải ngân",
    "Đưa kết quả đánh giá vào xếp loại cán bộ",
    "Khắc phục hậu quả thiên tai",
    "Ứng cứu, khắc phục sự cố an ninh mạng",
    "Ban hành quy định để phòng ngừa, xử lý vi phạm",
    "Tuyên truyền và các hoạt động khác",
    "Xử lý hồ sơ trực tuyến",
]


@pytest.mark.parametrize("text", LOOKS)
def test_a_review_looks_and_does_not_mend(text):
    assert (reviews_only(text), mends_only(text)) == (True, False)


@pytest.mark.parametrize("text", MENDS)
def test_a_remedy_mends_and_does_not_look(text):
    assert (reviews_only(text), mends_only(text)) == (False, True)


@pytest.mark.parametrize("text", NEITHER)
def test_the_work_itself_incidents_and_purposes_are_neither(text):
    assert (reviews_only(text), mends_only(text)) == (False, False)


@pytest.mark.parametrize(
    "text", ["Rà soát, khắc phục tổng thể hệ thống thông tin", "Kiểm tra, xử lý vi phạm đất đai", "Thường xuyên kiểm tra, vá ngay lỗ hổng"]
)
def test_who_looks_and_mends_at_once_is_in_order(text):
    assert not reviews_only(text)
    assert not mends_only(text)


SAME = [
    ("khắc phục lỗ hổng bảo mật trong các hệ thống thông tin", "rà soát các cơ sở dữ liệu, hệ thống thông tin và nguồn nhân lực"),
    ("vá lỗ hổng trong hệ thống thông tin của mình", "rà soát các cơ sở dữ liệu, hệ thống và nhân lực"),
    ("Sửa chữa trang thiết bị y tế hư hỏng", "Kiểm kê trang thiết bị y tế các trạm"),
    ("Xử lý lấn chiếm đất công", "Kiểm kê đất công trên địa bàn xã"),
    ("Khắc phục sai sót hồ sơ địa chính", "Rà soát toàn bộ hồ sơ địa chính"),
    ("Khắc phục tồn tại của dịch vụ công trực tuyến", "Đánh giá dịch vụ công trực tuyến toàn trình"),
]
DIFFERENT = [
    ("khắc phục lỗ hổng trong hệ thống thông tin", "rà soát hệ thống đường giao thông nông thôn"),
    ("khắc phục lỗ hổng trong hệ thống thông tin", "rà soát, bố trí cán bộ trong hệ thống chính trị"),
    ("Sửa chữa thiết bị y tế", "Kiểm kê thiết bị trường học"),
    ("Khắc phục sai sót trong hồ sơ địa chính", "Rà soát hồ sơ người có công"),
    ("Xử lý ô nhiễm tại các làng nghề", "Rà soát hộ nghèo, hộ cận nghèo trên địa bàn"),
    ("Khắc phục cơ sở dữ liệu đất đai", "Kiểm tra cơ sở giáo dục mầm non"),
    ("Các cơ quan, đơn vị, địa phương tổ chức thực hiện khắc phục", "Các cơ quan, đơn vị, địa phương tổ chức thực hiện rà soát"),
]


@pytest.mark.parametrize(("remedy", "review"), SAME)
def test_one_thing_in_two_duties(remedy, review):
    assert same_object(remedy, review)


@pytest.mark.parametrize(("remedy", "review"), DIFFERENT)
def test_two_things(remedy, review):
    assert not same_object(remedy, review)
