"""A commune's Party plan with hardly a deadline: a dash after each numeral, duties without leads, bodies that direct others."""

from .papers import MOTTO_PARTY, Word

FILE = "31-kh-du.docx"

BODY = """
**I- MỤC ĐÍCH, YÊU CẦU**
- Nâng cao năng lực lãnh đạo, sức chiến đấu của tổ chức đảng; xây dựng đội ngũ cán bộ gần dân, sát cơ sở.
- Việc học tập phải gắn với thực hiện nhiệm vụ chính trị của từng chi bộ, tránh hình thức.
**II- MỤC TIÊU**
1. Trên 95% đảng viên hoàn thành tốt nhiệm vụ; kết nạp ít nhất 40 đảng viên mới mỗi năm.
2. Đến năm 2030, 100% chi bộ thôn có chi ủy và bí thư không giữ chức trưởng thôn quá hai nhiệm kỳ.
**III- NHIỆM VỤ TRỌNG TÂM NĂM 2026**
1. Đổi mới sinh hoạt chi bộ theo chuyên đề, mỗi quý chọn một việc khó ở thôn để bàn và ra nghị quyết giải quyết.
2. Rà soát, sàng lọc đảng viên không còn đủ tư cách; giúp đỡ đảng viên trẻ đi làm ăn xa giữ mối liên hệ với chi bộ.
3. Bồi dưỡng kỹ năng dân vận, hòa giải cho bí thư chi bộ thôn; hoàn thành trong tháng 9/2026.
**IV- NHIỆM VỤ ĐẾN NĂM 2030**
1. Xây dựng chi bộ bốn tốt, đảng bộ cơ sở bốn tốt, lấy kết quả phục vụ Nhân dân làm thước đo.
2. Tạo nguồn cán bộ nữ, cán bộ người dân tộc thiểu số từ phong trào ở cơ sở.
**V- TỔ CHỨC THỰC HIỆN**
**1. Ban Xây dựng Đảng**
- Tham mưu Ban Thường vụ Đảng ủy ban hành hướng dẫn sinh hoạt chuyên đề cho các chi bộ.
- Phối hợp với Trung tâm Chính trị khu vực mở lớp bồi dưỡng nhận thức về Đảng.
**2. Ủy ban Kiểm tra Đảng ủy**
- Giám sát chuyên đề đối với cấp ủy có nhiều năm không kết nạp được đảng viên.
- Giải quyết đơn thư tố cáo đảng viên theo đúng thẩm quyền, không để kéo dài.
**3. Đảng ủy Ủy ban nhân dân xã**
Chỉ đạo Ủy ban nhân dân xã thực hiện các nhiệm vụ sau:
- Bố trí kinh phí sửa chữa nhà văn hóa dùng chung làm nơi sinh hoạt chi bộ.
- Trang bị máy tính, đường truyền cho các chi bộ ở thôn đặc biệt khó khăn.
**4. Ủy ban Mặt trận Tổ quốc Việt Nam xã và các tổ chức chính trị - xã hội**
- Giới thiệu đoàn viên, hội viên ưu tú để Đảng xem xét kết nạp. Nhiệm vụ thường xuyên.
- Lấy ý kiến Nhân dân góp ý xây dựng chi bộ, đảng viên nơi cư trú theo Quy định số 213-QĐ/TW ngày 02/01/2020.
**5. Văn phòng Đảng ủy:** Theo dõi, đôn đốc việc thực hiện Kế hoạch; định kỳ hằng năm tham mưu Đảng ủy sơ kết.
Căn cứ Kế hoạch này, các chi bộ trực thuộc xây dựng kế hoạch và triển khai thực hiện./.
"""


def content():
    word = Word().head(
        issuer="TỈNH ỦY TUYÊN QUANG\nĐẢNG ỦY XÃ NÀ PHẠ\n*",
        number="Số 31-KH/ĐU",
        dated="Nà Phạ, ngày 03 tháng 02 năm 2026",
        motto=MOTTO_PARTY,
    )
    word.title("KẾ HOẠCH", "thực hiện Nghị quyết của Tỉnh ủy về nâng cao chất lượng tổ chức cơ sở đảng", "-----")
    word.says("- Căn cứ Nghị quyết số 21-NQ/TW, ngày 16/6/2022 của Ban Chấp hành Trung ương Đảng khóa XIII;")
    word.says("- Căn cứ Kế hoạch số 12-KH/TU, ngày 20/01/2026 của Ban Thường vụ Tỉnh ủy,")
    word.says("Ban Thường vụ Đảng ủy xã ban hành Kế hoạch như sau:")
    word.lines(BODY)
    word.ends(
        "Thường trực Tỉnh ủy (để báo cáo)",
        "Các chi bộ trực thuộc",
        "Lưu Văn phòng Đảng ủy",
        post="T/M BAN THƯỜNG VỤ\nBÍ THƯ",
        signer="Ma Văn Thắng",
    )
    return word.bytes()
