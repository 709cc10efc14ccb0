"""A State plan in Word: motto, bases in italics, aims, contents, and duties under headings that name who leads."""

from .papers import Word

FILE = "200-kh-ubnd.docx"

AIMS = """
1. Mục đích
a) Quán triệt đầy đủ quan điểm, mục tiêu của Nghị quyết số 59-NQ/TW ngày 24/01/2025 của Bộ Chính trị về hội nhập quốc tế.
b) Phấn đấu đến năm 2030 thu hút 12 triệu lượt khách du lịch, trong đó 1,5 triệu lượt khách quốc tế.
2. Yêu cầu
Nhiệm vụ giao rõ người, rõ việc, rõ thời gian; không chồng chéo với Chương trình phát triển du lịch giai đoạn 2021 - 2025.
"""
WORK = """
1. Phát triển sản phẩm
a) Xây dựng ba tuyến du lịch sông nước kết nối chợ nổi, làng nghề và miệt vườn; hoàn thành trong tháng 8/2026.
b) Khôi phục lễ hội nghinh Ông theo nghi thức truyền thống; hoàn thành trước ngày 20/9/2026.
2. Nâng chất lượng dịch vụ
a) Xếp hạng lại cơ sở lưu trú theo TCVN 4391:2015; hoàn thành trước tháng 11/2026.
b) Niêm yết giá, tiếp nhận phản ánh của du khách qua số điện thoại trực 24/7. Nhiệm vụ thường xuyên.
"""
WHO = """
1. Sở Văn hóa, Thể thao và Du lịch
a) Chủ trì, phối hợp với Sở Xây dựng và UBND các phường ven sông lập phương án chỉnh trang bến tàu du lịch; trình Ủy ban \
nhân dân thành phố \
trước ngày 15/5/2026.
b) Tổ chức hội thi hướng dẫn viên giỏi. Hoàn thành trong quý IV/2026.
c) Là đầu mối theo dõi, đôn đốc, định kỳ 6 tháng tham mưu báo cáo kết quả thực hiện Kế hoạch (trước ngày 10/6 và trước ngày 10/12).
2. Sở Tài chính
a) Cân đối, bố trí kinh phí sự nghiệp thực hiện Kế hoạch theo phân cấp hiện hành.
b) Phối hợp với Sở Văn hóa, Thể thao và Du lịch lập danh mục dự án kêu gọi đầu tư vào cồn Sơn, cồn Ấu. Hoàn thành trong năm 2026.
3. Công an thành phố
Hướng dẫn khai báo tạm trú trực tuyến cho người nước ngoài; bảo đảm an ninh các sự kiện du lịch lớn. Thường xuyên.
4. Sở Giáo dục và Đào tạo: Đưa nội dung văn hóa ứng xử với du khách vào hoạt động ngoại khóa, từ năm học 2026 - 2027.
5. Đề nghị Hiệp hội Du lịch thành phố
- Vận động hội viên giảm giá dịch vụ mùa thấp điểm, hoàn thành đăng ký trước ngày 30/4/2026.
- Giới thiệu chuyên gia tham gia tập huấn khi có đề nghị của Sở Văn hóa, Thể thao và Du lịch.
6. UBND các xã, phường
a) Thành lập tổ tự quản tại điểm du lịch cộng đồng. Chậm nhất là ngày 31 tháng 7 năm 2026.
b) Kiểm tra, xử lý tình trạng chèo kéo khách trên địa bàn. Thường xuyên.
"""


def content():
    word = Word().head(issuer="ỦY BAN NHÂN DÂN\nTHÀNH PHỐ CẦN THƠ", number="Số: 200/KH-UBND", dated="Cần Thơ, ngày 31 tháng 3 năm 2026")
    word.title("KẾ HOẠCH", "Phát triển du lịch sông nước trên địa bàn thành phố")
    word.bases(
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        "Căn cứ Luật Du lịch ngày 19 tháng 6 năm 2017;",
        "Căn cứ Quyết định số 147/QĐ-TTg ngày 22/01/2020 của Thủ tướng Chính phủ về Chiến lược phát triển du lịch đến năm 2030;",
        "Theo đề nghị của Giám đốc Sở Văn hóa, Thể thao và Du lịch tại Tờ trình số 640/TTr-SVHTTDL ngày 20 tháng 3 năm 2026.",
    )
    word.says("Ủy ban nhân dân thành phố ban hành Kế hoạch phát triển du lịch sông nước, cụ thể như sau:")
    word.says("I. MỤC ĐÍCH, YÊU CẦU", bold=True).lines(AIMS)
    word.says("II. NỘI DUNG", bold=True).lines(WORK)
    word.says("III. TỔ CHỨC THỰC HIỆN", bold=True).lines(WHO)
    word.says(
        "Trong quá trình triển khai, nếu phát sinh khó khăn, các đơn vị báo cáo Ủy ban nhân dân thành phố (qua Sở Văn hóa, Thể thao "
        "và Du lịch) để xem xét, chỉ đạo./."
    )
    word.ends(
        "Bộ Văn hóa, Thể thao và Du lịch",
        "TT. Thành ủy, TT. HĐND thành phố",
        "Các sở, ban, ngành",
        "Lưu: VT",
        post="TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
        signer="Nguyễn Thị Ngọc Điểm",
    )
    return word.bytes()
